#!/usr/bin/env bats
# Text logs: which format a log is in, where records begin and end, what their
# times leave out, and what a user says of his code.  Whole logs are in
# formats.bats and corpus.bats.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Of the events in $output, what FILTER (jq) makes of each.
each() {
	output=$(jq -c "$1" <<<"$output")
}

# --- which format ------------------------------------------------------------

@test "text: a long line that no format knows is cut where it is shown" {
	line=$(printf 'x%.0s' {1..200})
	run --separate-stderr tele-extract <<<"$line"
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-extract: <stdin>: no format knows lines like '${line:0:63}'" ]
	[ "$status" -eq 1 ]
}
