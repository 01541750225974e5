#!/usr/bin/env bats
# The tools in a row, and what they do where the last one ends at a terminal.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	formats=$srcdir/tests/formats
}

teardown() {
	[ -z "${tail:-}" ] || kill "$tail" 2>/dev/null || true
}

# Run $1 in a shell on a terminal: what it shows is in $output.
on_terminal() {
	run --separate-stderr env -u COLUMNS LC_ALL=C.UTF-8 TERM=xterm NO_COLOR=1 \
		script -qec "stty cols 100; $1" /dev/null </dev/null
	output=${output//$'\r'/}
}

failing() {
	cat <<-'EOF'
	{"kind":"beat","handler":"createNode","duration_ms":1.5}
	{"kind" "beat"}
	EOF
}

# --- pipelines ---------------------------------------------------------------

@test "pipes: extract | stats | sort: one line a handler, in order of names" {
	cd "$formats"
	run --separate-stderr bash -c '
		set -o pipefail
		tele-extract conductor-{iso,chrome,bracket,bare}/input.log |
		tele-stats | LC_ALL=C sort'
	cat conductor-{iso,chrome,bracket,bare}/expect.ndjson |
		jq -s -r 'map(select(.kind == "beat") | .handler) | unique[]' \
		>"$BATS_TEST_TMPDIR/handlers"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# Of two plugins' handlers of one name, both are there.
	[ "$(jq -s 'map(.count) | add' <<<"$output")" -eq 28 ]
	[ "${#lines[@]}" -eq 24 ]
	run --separate-stderr uniq < <(cut -d '"' -f 4 <<<"$output")
	same <"$BATS_TEST_TMPDIR/handlers"
}

@test "pipes: extract | stats | fmt: the slowest handlers as a table" {
	run --separate-stderr bash -c '
		set -o pipefail
		tele-extract "$1/conductor-errors-iso/input.log" |
		tele-stats --top 3 |
		tele-fmt -c handler,count,errors,total_ms,max_ms' pipe "$formats"
	same <<-'EOF'
	handler                count  errors  total ms  max ms
	fetchPropertyData          2       0     18.68    9.47
	updatePosition             1       1     16.69   16.69
	forwardToControlPanel      1       0     16.01   16.01
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "pipes: extract | extract | stats: it is a filter of its own output" {
	run --separate-stderr bash -c '
		set -o pipefail
		tele-extract "$1/conductor-iso/input.log" |
		tele-extract --session today --since 2026-11-22T22:07:26.1Z - |
		tele-stats --by session,kind --kind sequence,movement,beat' \
		pipe "$formats"
	output=$(jq -c '[.session, .kind, .count, .total_ms]' <<<"$output")
	same <<-'EOF'
	["today","beat",9,154.25]
	["today","sequence",2,142]
	["today","movement",2,141.01]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "pipes: sketches of several logs merge to the statistics of all" {
	tele-extract "$formats"/conductor-{iso,chrome,bracket}/input.log |
		tele-stats >direct
	for form in bracket iso chrome; do
		tele-extract "$formats/conductor-$form/input.log" |
			tele-stats --partial
	done >sketches
	run --separate-stderr tele-stats sketches
	same <direct
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "pipes: a live profile: tail -f | extract -F | stats --every" {
	head -n 100 "$formats/conductor-iso/input.log" >app.log
	mkfifo lines
	tail -n +1 -f app.log >lines 3>&- &
	tail=$!
	tele-extract -F <lines 2>messages 3>&- |
		tele-stats --every 100ms >snapshots 2>>messages 3>&- &
	stats=$!
	for _ in {1..300}; do
		[ ! -s snapshots ] || break
		sleep 0.1
	done
	[ -s snapshots ]
	tail -n +101 "$formats/conductor-iso/input.log" >>app.log
	for _ in {1..300}; do
		[ "$(jq -s 'map(.count) | add' snapshots)" -lt 10 ] || break
		sleep 0.1
	done
	kill "$tail"
	wait "$stats"
	[ "$(jq -s 'map(.count) | add' snapshots)" -eq 10 ]
	[ "$(grep -c '"kind":"beat"' \
		"$formats/conductor-iso/expect.ndjson")" -eq 10 ]
	[ "$(cat messages)" = "" ]
}

@test "pipes: compressed logs are read as they are, from files and pipes" {
	command -v zstd >/dev/null || skip "zstd is not installed"
	gzip -c "$formats/conductor-iso/input.log" >input.log.gz
	zstd -qc "$formats/conductor-iso/input.log" >input.log.zst
	for form in gz zst; do
		run --separate-stderr tele-extract input.log.$form
		same < <(sed "s/\"src\":\"input.log\"/\"src\":\"input.log.$form\"/" \
			"$formats/conductor-iso/expect.ndjson")
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		run --separate-stderr tele-extract - < <(cat input.log.$form)
		same < <(sed 's/"src":"input.log"/"src":"-"/' \
			"$formats/conductor-iso/expect.ndjson")
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "pipes: a reader that has seen enough ends all of them in silence" {
	run --separate-stderr bash -c '
		for i in {1..300}; do cat "$1"; done |
		tele-extract | head -n 1 | jq -c .kind' \
		pipe "$formats/conductor-iso/input.log"
	[ "$output" = '"subscribe"' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- reports on a terminal ---------------------------------------------------

@test "pipes: a report on a terminal is shown by tele-fmt" {
	tele-stats "$formats/conductor-errors-iso/expect.ndjson" >statistics
	on_terminal "tele-fmt statistics"
	table=$output
	[[ $table == handler*plugin*count* ]]
	on_terminal "tele-stats $formats/conductor-errors-iso/expect.ndjson"
	same <<<"$table"
	[ "$status" -eq 0 ]
}

@test "pipes: --ndjson on a terminal, and a pipe, have the records" {
	tele-stats "$formats/conductor-errors-iso/expect.ndjson" >statistics
	on_terminal "tele-stats --ndjson $formats/conductor-errors-iso/expect.ndjson"
	same <statistics
	[ "$status" -eq 0 ]
	on_terminal "tele-stats $formats/conductor-errors-iso/expect.ndjson | cat"
	same <statistics
	[ "$status" -eq 0 ]
}

@test "pipes: events on a terminal are records, not a report" {
	on_terminal "cd $formats/conductor-iso; tele-extract input.log"
	same <"$formats/conductor-iso/expect.ndjson"
	[ "$status" -eq 0 ]
}

@test "pipes: the exit status of a report on a terminal is the tool's own" {
	failing >events
	on_terminal "tele-stats events"
	[ "$status" -eq 2 ]
	[[ $output == *"tele-stats: events:2:9: expected ':' after key"* ]]
	[[ $output == *"createNode      1       0"* ]]

	head -n 1 events >good
	on_terminal "tele-stats good"
	[ "$status" -eq 0 ]
}

@test "pipes: a report's tele-fmt is beside the tool, never in PATH" {
	mkdir bin alone
	printf '#!/bin/sh\necho impostor\n' >bin/tele-fmt
	chmod +x bin/tele-fmt
	failing | head -n 1 >events
	on_terminal "PATH=$BATS_TEST_TMPDIR/bin:\$PATH tele-stats events"
	[[ $output == handler*count*createNode* ]]
	[ "$status" -eq 0 ]

	# Where there is none beside it, the records are shown.
	cp "$(type -P tele-stats)" alone/
	on_terminal "PATH=$BATS_TEST_TMPDIR/bin:\$PATH alone/tele-stats events"
	same < <(tele-stats events)
	[ "$status" -eq 0 ]
}

@test "pipes: --every on a terminal draws each report over the last" {
	failing | head -n 1 >events
	on_terminal "{ cat events; sleep 1; cat events; } |
		tele-stats --every 100ms"
	clear=$'\e[H\e[J'
	[[ $output == "$clear"handler*createNode*"no events since"*"$clear"handler*createNode* ]]
	[ "$status" -eq 0 ]
}

@test "pipes: --every on a terminal stays on the screen, and says what does not" {
	tele-extract "$srcdir/examples/app.log" >events
	groups=$(tele-stats events | wc -l)
	on_terminal "stty rows 14 cols 80; tele-stats --every 1h events"
	[ "$(wc -l <<<"$output")" -le 13 ]
	[ "$(grep -c Plugin <<<"$output")" -eq 8 ]
	[ "$(tail -n 1 <<<"$output")" = "and $((groups - 8)) more" ]
	[ "$status" -eq 0 ]
	on_terminal "stty rows 14 cols 80; tele-stats --every 1h --top 2 events"
	[ "$(grep -c Plugin <<<"$output")" -eq 2 ]
	[ "$status" -eq 0 ]
	on_terminal "{ cat events; sleep 0.5; } | tele-stats --every 100ms --top 1"
	[ "$(tail -n 1 <<<"$output")" = "no events since" ]
	[ "$(grep -c Plugin <<<"$output")" -eq 1 ]
	[ "$status" -eq 0 ]
}
