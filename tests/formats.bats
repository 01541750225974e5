#!/usr/bin/env bats
# Each folder in tests/formats holds a log and the events that it gives.
# `tests/update` writes the events anew, to be read in `git diff`.

load helper

# The log in the folder gives the events beside it, and nothing is said.
golden() {
	cd "$srcdir/tests/formats/$1" || return
	run --separate-stderr tele-extract input.log
	same <expect.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: conductor, stamped: shared events, late answers, a wrong seq=" {
	golden conductor-iso
}

@test "formats: conductor, Chrome's console with places: a nested play" {
	golden conductor-chrome
}

@test "formats: conductor, bracketed with levels, styles and objects: a queue" {
	golden conductor-bracket
}

@test "formats: conductor, bare and indented: no time anywhere" {
	golden conductor-bare
}

@test "formats: conductor with the nested logger of development" {
	golden conductor-dev-iso
}

@test "formats: conductor 1.5.1 with its many bus messages" {
	golden conductor-lib151-iso
}

@test "formats: conductor, failures: beat, movement, sequence, two handlers" {
	golden conductor-errors-iso
}

@test "formats: conductor, oddities: unknown topic, plugin and sequence" {
	golden conductor-newtopic-iso
}

@test "formats: conductor in .NET, written by Serilog" {
	golden conductor-serilog
}

@test "formats: the .NET form says the same as the console" {
	cd "$srcdir/tests/formats" || return
	run --separate-stderr cmp conductor-iso/expect.ndjson \
		conductor-serilog/expect.ndjson
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: an installed tool finds them beside itself, wherever that is" {
	mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/share/tele"
	cp "$(command -v tele-extract)" "$BATS_TEST_TMPDIR/bin/"
	cp -r "$TELE_FORMATS" "$BATS_TEST_TMPDIR/share/tele/formats"
	unset TELE_FORMATS
	cd "$srcdir/tests/formats/conductor-iso" || return
	run --separate-stderr "$BATS_TEST_TMPDIR/bin/tele-extract" input.log
	same <expect.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: every folder has a test above" {
	cd "$srcdir/tests/formats" || return
	run --separate-stderr ls
	same < <(sed -n 's/^\tgolden //p' "$BATS_TEST_FILENAME" | LC_ALL=C sort)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: what is expected has its keys in the order of the wire" {
	run --separate-stderr jq -r '
		["time", "kind", "name", "duration_ms", "self_ms", "wait_ms",
		 "priority", "status", "trace", "span", "parent", "links",
		 "session", "service", "plugin", "sequence", "sequence_id",
		 "movement", "beat", "event", "handler", "added", "updated",
		 "removed", "level", "message", "error_type", "error_message",
		 "error_stack", "code_file", "code_line", "code_function",
		 "src", "src_line"] as $wire
		| keys_unsorted | map(. as $key | $wire | index($key))
		| select(. != sort or any(. == null))' \
		"$srcdir"/tests/formats/*/expect.ndjson
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: spans lie in their parents, and self_ms is what these leave" {
	for events in "$srcdir"/tests/formats/*/expect.ndjson; do
		run --separate-stderr jq -s -c -f "$srcdir/tests/spans.jq" "$events"
		[ "$output" = "" ] || { echo "$events: $output"; false; }
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}
