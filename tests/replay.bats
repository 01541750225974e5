#!/usr/bin/env bats
# tele-replay: recordings in their order and their time, and what a command
# makes of them.

# shellcheck disable=SC2030,SC2031 # the status of a part of a pipe
# shellcheck disable=SC2016 # text that no shell may take for code

bats_require_minimum_version 1.5.0
load helper
load tools

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >rec <<-'END'
	{"time":"2026-01-02T03:04:05.010Z","kind":"beat","status":"ok","plugin":"P","handler":"a","src":"app.log","src_line":4}
	{"time":"2026-01-02T03:04:05.030Z","kind":"beat","status":"error","plugin":"P","handler":"b","src":"app.log","src_line":9}
	{"time":"2026-01-02T03:04:05.030Z","kind":"state","plugin":"P","handler":"b","added":["k"],"src":"app.log","src_line":8}
	{"time":"2026-01-02T03:04:05.000Z","kind":"sequence","name":"S","status":"ok","src":"app.log","src_line":2}
	{"time":"2026-01-02T03:04:04.000Z","kind":"play","name":"s","attr.body":"{\"n\":1}","src":"app.log","src_line":1}
	END
}

replay() {
	try tele-replay --speed max "$@"
}

# `jq` knows the order by itself.
in_order() {
	jq -cn '[inputs] | to_entries
		| sort_by(.value.time, .value.src_line, .key)[].value' "$@"
}

# Wait, for ten seconds at most, until the file exists.
wait_for() {
	for ((i = 0; i < 1000; i++)); do
		[ ! -e "$1" ] || return 0
		sleep 0.01
	done
	return 1
}

@test "replay: events come by time, then by their line, then as they came" {
	replay rec
	said
	in_order rec | cmp - out
	[ "$status" -eq 0 ]
	jq -cn 'range(20000) | {time: "2026-01-02T03:04:05.\(. * 7919 % 1000
		+ 1000 | tostring[1:])Z", kind: "beat", handler: "h\(. % 7)",
		src_line: (. * 31 % 50)}' >many
	replay many
	said
	in_order many | cmp - out
	[ "$status" -eq 0 ]
}

@test "replay: files are one recording, the first of them first at one time" {
	printf '%s\n' '{"time":"2026-01-02T00:00:01Z","kind":"log","name":"b","src_line":9}' \
		'{"time":"2026-01-02T00:00:03Z","kind":"log","name":"d"}' >one
	printf '%s\n' '{"time":"2026-01-02T00:00:00Z","kind":"log","name":"a"}' \
		'{"time":"2026-01-02T00:00:01Z","kind":"log","name":"c","src_line":1}' >two
	replay one - <two
	said
	[ "$(jq -r .name out | tr -d '\n')" = abcd ]
	[ "$status" -eq 0 ]
}

@test "replay: what has no time or no line comes behind what came before it" {
	printf '%s\n' '{"kind":"log","name":"a"}' \
		'{"time":"2026-01-02T00:00:02Z","kind":"log","name":"d","src_line":5}' \
		'{"kind":"log","name":"e"}' \
		'{"time":"2026-01-02T00:00:02Z","kind":"log","name":"f"}' \
		'{"time":"2026-01-02T00:00:02Z","kind":"log","name":"c","src_line":4}' \
		'{"time":"2026-01-02T00:00:01Z","kind":"log","name":"b","src_line":7}' >r
	replay r
	said
	[ "$(jq -r .name out | tr -d '\n')" = abcdef ]
	[ "$status" -eq 0 ]
}

@test "replay: an event that is later than --window comes at once, and is told" {
	jq -cn 'range(100) | {time: "2026-01-02T03:04:05.\(999 - .)Z",
		kind: "log", message: ("x" * 100000), src_line: .}' >r
	replay --window 64M r
	said
	in_order r | cmp - out
	[ "$status" -eq 0 ]
	replay --window 2M r
	[ "$(jq -s 'length' out)" -eq 100 ]
	grep -qx "tele-replay: [0-9]* events came more than 2097152 bytes late and are out of order (--window)" err
	[ "$(wc -l <err)" -eq 1 ]
	[ "$status" -eq 2 ]
	sort r | cmp - <(sort out)
}

@test "replay: a record that is none is told, and the others are played" {
	{
		cat rec
		echo '{"kind" 1}'
		echo '{"handler":"h","count":3,"total_ms":4}'
		echo '{"time":"yesterday","kind":"log"}'
	} >r
	replay r
	said "tele-replay: r:6:9: expected ':' after key" \
		"tele-replay: r:7:1: not an event" \
		"tele-replay: r:8:10: 'time' is no RFC 3339 time"
	in_order rec | cmp - out
	[ "$status" -eq 2 ]
	replay --loop 2 r
	[ "$(wc -l <err)" -eq 3 ]
	[ "$(wc -l <out)" -eq 10 ]
	[ "$status" -eq 2 ]
}

@test "replay: --dry-run says what would be played" {
	try tele-replay --dry-run rec
	said
	run cat out
	same <<-END
	{"events":5,"bytes":$(wc -c <rec),"first":"2026-01-02T03:04:04.000Z","last":"2026-01-02T03:04:05.030Z","recorded_ms":1030,"takes_ms":1030,"longest_wait_ms":1000,"rounds":1}
	END
	[ "$status" -eq 0 ]
	try tele-replay --dry-run --loop 3 -k beat rec
	run cat out
	same <<-END
	{"events":2,"bytes":$(grep beat rec | wc -c),"first":"2026-01-02T03:04:05.010Z","last":"2026-01-02T03:04:05.030Z","recorded_ms":20,"takes_ms":20,"longest_wait_ms":20,"rounds":3}
	END
	echo '{"kind":"log"}' >r
	try tele-replay --dry-run r
	[ "$(<out)" = '{"events":1,"bytes":15,"takes_ms":0,"longest_wait_ms":0,"rounds":1}' ]
}

# What it takes at speed $1, as --dry-run says.
takes() {
	tele-replay --dry-run --speed "$@" rec | jq -c '[.takes_ms, .longest_wait_ms]'
}

@test "replay: --speed and --max-wait set the pace" {
	[ "$(takes 1)" = '[1030,1000]' ]
	[ "$(takes 1x)" = '[1030,1000]' ]
	[ "$(takes 10x)" = '[103,100]' ]
	[ "$(takes 0.5)" = '[2060,2000]' ]
	[ "$(takes max)" = '[0,0]' ]
	[ "$(takes 1 --max-wait 15ms)" = '[40,15]' ]
	[ "$(takes 10x --max-wait 15ms)" = '[18,15]' ]
	[ "$(takes 10x --max-wait 1h)" = '[103,100]' ]
	for speed in '' 0 -1 x 10y 1e3 0x10 nan inf .5 1. 99999999999; do
		try tele-replay --speed "$speed" rec
		said "tele-replay: invalid SPEED '$speed' for --speed" \
			"Try 'tele-replay --help' for more information."
		[ "$status" -eq 2 ]
	done
}

@test "replay: times from end to end of what there is do not overflow" {
	printf '%s\n' '{"time":"1678-01-01T00:00:00Z","kind":"log"}' \
		'{"time":"2262-01-01T00:00:00Z","kind":"log"}' >r
	try tele-replay --dry-run --speed 1000000000x r
	said
	[ "$(jq -c '[has("recorded_ms"), (.takes_ms / 1000 | floor)]' out)" = '[false,18]' ]
}

# That it is not late cannot be tested here; see tests/bench/pace.
@test "replay: no event comes before its time" {
	try tele-replay --select kind=beat --speed 0.1 rec -- bash -c '
		while read -r line; do
			echo "$EPOCHREALTIME" | tr -d . >>times
		done'
	said
	[ "$(grep -c . times)" -eq 2 ]
	# Each clock may be wrong by a little; 200 ms are not.
	awk 'NR == 1 { first = $1 } END { exit !($1 - first > 150000) }' times
}

@test "replay: at any speed the same is played" {
	try tele-replay --speed 20x rec
	said
	in_order rec | cmp - out
	[ "$status" -eq 0 ]
}

@test "replay: --kind and --select choose; values of one key are alternatives" {
	chosen() {
		replay "$@" rec
		said
		[ "$status" -eq 0 ]
		jq -r '.kind + "." + (.handler // .name)' out | paste -sd ' '
	}
	[ "$(chosen -k beat,state | tail -n 1)" = 'beat.a state.b beat.b' ]
	[ "$(chosen --select handler=b | tail -n 1)" = 'state.b beat.b' ]
	[ "$(chosen --select handler=b,handler=a,kind=beat | tail -n 1)" = 'beat.a beat.b' ]
	[ "$(chosen --select kind=beat --select handler=b | tail -n 1)" = 'beat.b' ]
	[ "$(chosen --select src_line=2 | tail -n 1)" = 'sequence.S' ]
	[ "$(chosen --select added=k | tail -n 1)" = 'state.b' ]
	[ "$(chosen --select 'attr.body={"n":1}' | tail -n 1)" = 'play.s' ]
	[ "$(chosen --select plugin=,attr.body= | tail -n 1)" = 'sequence.S' ]
	replay --select handler=B rec
	[ ! -s out ]
	[ "$status" -eq 0 ]
	for word in handler =x ''; do
		replay --select "$word" rec
		said "tele-replay: expected KEY=VALUE, not '$word', for --select" \
			"Try 'tele-replay --help' for more information."
		[ "$status" -eq 2 ]
	done
	replay -k bogus rec
	[ "$(head -n 1 err)" = "tele-replay: unknown kind 'bogus'" ]
	[ "$status" -eq 2 ]
}

@test "replay: however a value is escaped, --select finds it" {
	echo '{"kind":"log","name":"caf\u00e9 \"x\""}' >r
	replay --select 'name=café "x"' r
	cmp r out
}

@test "replay: --payload writes the value alone" {
	printf '%s\n' '{"kind":"log","p":"a\"b\t\u00e9"}' '{"kind":"log"}' \
		'{"kind":"log","p":null}' '{"kind":"log","p":1.50}' \
		'{"kind":"log","p":{"x": [1, "]"]}}' '{"kind":"log","p":""}' \
		'{"kind":"log","p":true}' >r
	replay --payload p r
	said
	printf 'a"b\té\n1.50\n{"x": [1, "]"]}\n\ntrue\n' | cmp - out
	[ "$status" -eq 0 ]
	replay --payload attr.body rec
	[ "$(<out)" = '{"n":1}' ]
	replay --payload kind -k beat rec
	[ "$(<out)" = $'beat\nbeat' ]
}

@test "replay: a payload of several lines is no line, and left out" {
	printf '%s\n' '{"kind":"log","p":"a\nrm -rf"}' '{"kind":"log","p":"b"}' >r
	replay --payload p r
	said "tele-replay: 1 events were left out: their 'p' is of several lines"
	[ "$(<out)" = b ]
	[ "$status" -eq 2 ]
}

@test "replay: nothing of a recording drives a terminal" {
	printf '%s\n' $'{"kind":"log","p":"\\u001b[31m\xc2\x9bred"}' >r
	for options in '' '--payload p'; do
		# shellcheck disable=SC2086 # they are words
		script -qec "tele-replay --speed max $options r" /dev/null \
			</dev/null | tr -d '\r' >out
		clean out
		grep -q 'u001b\[31m.u009bred' out
	done
}

@test "replay: --loop plays it several times, each in its own time" {
	replay --loop 3 rec
	said
	{ in_order rec; in_order rec; in_order rec; } | cmp - out
	[ "$status" -eq 0 ]
	replay --loop 0 rec -- head -n 12
	[ "$(wc -l <out)" -eq 12 ]
	said "tele-replay: 'head' has closed its standard input before the end of the events"
	[ "$status" -eq 2 ]
	replay --loop 2 <rec
	said "tele-replay: --loop reads the recording again: name a file" \
		"Try 'tele-replay --help' for more information."
	replay --loop 2 - <rec
	said "tele-replay: --loop reads the recording again: '-' is no file" \
		"Try 'tele-replay --help' for more information."
	[ "$status" -eq 2 ]
}

@test "replay: a command gets the events, and its log becomes events" {
	replay rec -- tee fed
	said
	in_order rec | cmp - fed
	in_order rec | cmp - out
	[ "$status" -eq 0 ]
	log >app.log
	replay rec -- sh -c 'cat >fed; cat app.log'
	said
	in_order rec | cmp - fed
	tele-extract - <app.log | cmp - out
	[ "$status" -eq 0 ]
	replay -f generic rec -- sh -c 'cat >fed; cat app.log'
	tele-extract -f generic - <app.log | cmp - out
	[ "$status" -eq 0 ]
}

@test "replay: a command is run without a shell" {
	replay rec -- cat - '$(touch CANARY)'
	said "cat: '\$(touch CANARY)': No such file or directory" \
		"tele-replay: 'cat' failed: its exit status is 1"
	[ ! -e CANARY ]
	[ "$status" -eq 2 ]
}

@test "replay: however much both write before they read, none waits for ever" {
	yes "$(<rec)" | head -n 10000 >r
	replay r -- sh -c 'cat r; cat'
	said
	[ "$(wc -l <out)" -eq 20000 ]
	[ "$status" -eq 0 ]
	replay r -- sh -c 'cat r r >all; cat all all; cat >fed'
	said
	[ "$(wc -l <out)" -eq 40000 ]
	[ "$(wc -l <fed)" -eq 10000 ]
	[ "$status" -eq 0 ]
}

@test "replay: --expect compares order and outcome, a test for each event" {
	replay --expect rec -- cat
	said
	run cat out
	same <<-'END'
	TAP version 13
	ok 1 - play s
	ok 2 - sequence S ok
	ok 3 - beat P.a ok
	ok 4 - state P.b
	ok 5 - beat P.b error
	1..5
	END
	replay --expect rec -- cat
	[ "$status" -eq 0 ]
}

@test "replay: times, durations and ids are not compared" {
	replay --expect rec -- jq -c '.duration_ms = 5 | .trace = "t" | .span = "s"
		| .session = "x" | .time |= sub("2026"; "2027") | .code_line = 7'
	said
	[ "$(tail -n 1 out)" = 1..5 ]
	[ "$status" -eq 0 ]
}

@test "replay: --expect stops at the first outcome that is another" {
	replay --expect rec -- jq -c 'if .kind == "beat" and .handler == "b"
		then .status = "ok" else . end'
	said
	run cat out
	same <<-'END'
	TAP version 13
	ok 1 - play s
	ok 2 - sequence S ok
	ok 3 - beat P.a ok
	ok 4 - state P.b
	not ok 5 - beat P.b error
	  ---
	  message: "status is ok, not error"
	  expected: "app.log:9"
	  observed: "app.log:9"
	  context:
	    - "  sequence S ok"
	    - "  beat P.a ok"
	    - "  state P.b"
	    - "- beat P.b error"
	    - "+ beat P.b ok"
	  ...
	1..5
	END
	replay --expect rec -- jq -c 'if .status == "error" then .status = "ok" else . end'
	[ "$status" -eq 1 ]
}

@test "replay: --expect stops at the first event that is another" {
	# The handlers change places.
	replay --expect rec -- jq -c 'if .kind == "beat" then
		.handler = {a: "b", b: "a"}[.handler] else . end'
	said
	[ "$status" -eq 1 ]
	run cat out
	same <<-'END'
	TAP version 13
	ok 1 - play s
	ok 2 - sequence S ok
	not ok 3 - beat P.a ok
	  ---
	  message: "handler is b, not a"
	  expected: "app.log:4"
	  observed: "app.log:4"
	  context:
	    - "  play s"
	    - "  sequence S ok"
	    - "- beat P.a ok"
	    - "- state P.b"
	    - "- beat P.b error"
	    - "+ beat P.b ok"
	    - "+ state P.b"
	    - "+ beat P.a error"
	  ...
	1..3
	END
}

@test "replay: --expect misses what does not come" {
	replay --expect rec -- jq -c 'select(.status != "error")'
	said
	[ "$status" -eq 1 ]
	run tail -n 11 out
	same <<-'END'
	not ok 5 - beat P.b error
	  ---
	  message: "nothing more came"
	  expected: "app.log:9"
	  context:
	    - "  sequence S ok"
	    - "  beat P.a ok"
	    - "  state P.b"
	    - "- beat P.b error"
	  ...
	1..5
	END
}

@test "replay: --expect sees what should not come" {
	replay --expect rec -- jq -c '., (select(.status == "error")
		| .kind = "error" | .name = "Error" | del(.handler, .status))'
	said
	[ "$status" -eq 1 ]
	run tail -n 11 out
	same <<-'END'
	not ok 6 - error P.Error
	  ---
	  message: "nothing more was expected"
	  observed: "app.log:9"
	  context:
	    - "  beat P.a ok"
	    - "  state P.b"
	    - "  beat P.b error"
	    - "+ error P.Error"
	  ...
	1..6
	END
}

@test "replay: a label has the level of a message and its beginning" {
	jq -cn '{kind: "log", name: "n", level: "warn", message: ("x" * 50 + "#" + "y" * 500)},
		{kind: "error", plugin: "P", handler: "h", level: "error",
		 message: "m", error_message: "no\nway"}' >r
	replay --expect r -- cat
	said
	run sed -n 2,3p out
	same <<-END
	ok 1 - log n warn: $(printf 'x%.0s' {1..39})~$(printf 'y%.0s' {1..40})
	ok 2 - error P.h error: no\\\\u000away
	END
}

@test "replay: nothing expected and nothing observed is one test that passes" {
	: >empty
	replay --expect empty -- cat
	said
	[ "$(<out)" = $'TAP version 13\nok 1 - nothing is expected, and nothing came\n1..1' ]
	[ "$status" -eq 0 ]
}

@test "replay: --expect-kind chooses what is compared, --kind only what is sent" {
	log >app.log
	tele-extract app.log >r
	replay -k play --expect --expect-kind beat,error r -- \
		sh -c 'cat >fed; cat app.log'
	said
	jq -c 'select(.kind == "play")' r | cmp - fed
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok' out)" -eq "$(jq -s 'map(select(.kind == "beat"
		or .kind == "error")) | length' r)" ]
	grep -qx 'ok [0-9]* - beat Canvas.createNode ok' out
	# And of the whole log, all is as it was.
	replay --expect r -- sh -c 'cat >fed; cat app.log'
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok' out)" -eq "$(wc -l <r)" ]
	[ "$(tail -n 1 out)" = "1..$(wc -l <r)" ]
	# A failure that does not happen any more is a divergence.
	replay --expect r -- sh -c 'cat >fed; grep -v "paintNode\|task_queues" app.log'
	[ "$status" -eq 1 ]
	grep -q '^not ok' out
}

@test "replay: --select holds for what is sent and for what is expected" {
	replay --select kind=beat --expect rec -- cat
	said
	[ "$(tail -n 1 out)" = 1..2 ]
	[ "$status" -eq 0 ]
}

@test "replay: --expect-file has what is expected of another recording" {
	jq -c 'if .handler == "a" then .handler = "z" else . end' rec >other
	replay --expect-file other rec -- jq -c \
		'if .handler == "a" then .handler = "z" else . end'
	said
	[ "$(tail -n 1 out)" = 1..5 ]
	[ "$status" -eq 0 ]
	replay --expect-file other - -- cat <rec
	grep -qx '  message: "handler is a, not z"' out
	[ "$status" -eq 1 ]
	replay --expect-file missing rec -- cat
	said "tele-replay: cannot open 'missing': No such file or directory"
	[ "$status" -eq 2 ]
}

@test "replay: --noise learns from two recordings what is not compared" {
	# Message and added keys are other ones each time, but only in these.
	vary() {
		jq -c 'if .kind == "state" then .added = ["k'"$1"'"] else . end
			| if .kind == "play" then .message = "at '"$1"'" else . end' "$2"
	}
	vary 1 rec >one
	vary 2 rec >two
	replay --noise one two --expect one -- bash -c "$(declare -f vary); vary 3 -"
	said
	[ "$(tail -n 1 out)" = 1..5 ]
	[ "$status" -eq 0 ]
	replay --expect one -- bash -c "$(declare -f vary); vary 3 -"
	grep -qx '  message: "message is at 3, not at 1"' out
	[ "$status" -eq 1 ]
	# What did not vary is still compared, in the same event and in others.
	replay --noise=one two --expect one -- jq -c \
		'if .kind == "state" then .removed = ["x"] else . end'
	grep -qx '  message: "removed is \\"x\\", not none"' out
	[ "$status" -eq 1 ]
	replay --noise one two --expect one -- jq -c \
		'if .kind == "beat" then .message = "x" else . end'
	grep -qx '  message: "message is x, not none"' out
	[ "$status" -eq 1 ]
}

@test "replay: --noise tells where two recordings go apart" {
	head -n 4 rec >one
	replay --noise one rec --expect rec -- cat
	said "tele-replay: 'one' and 'rec' go apart after 0 events: what varies is learned from those"
	[ "$status" -eq 0 ]
	replay --noise one missing --expect rec -- cat
	[ "$(head -n 1 err)" = "tele-replay: cannot open 'missing': No such file or directory" ]
	[ "$status" -eq 2 ]
	replay --noise one
	[ "$(head -n 1 err)" = "tele-replay: option '--noise' needs two values" ]
	[ "$status" -eq 2 ]
}

@test "replay: a command that cannot be started" {
	replay rec -- ./missing
	said "tele-replay: cannot run './missing': No such file or directory"
	[ "$status" -eq 2 ]
	: >file
	replay rec -- ./file
	said "tele-replay: cannot run './file': Permission denied"
	[ "$status" -eq 2 ]
}

@test "replay: a command that fails, dies, or does not read" {
	replay rec -- sh -c 'cat; exit 3'
	in_order rec | cmp - out
	said "tele-replay: 'sh' failed: its exit status is 3"
	[ "$status" -eq 2 ]
	replay rec -- sh -c 'cat; kill -KILL $$'
	said "tele-replay: 'sh' was killed by signal 9, Killed"
	[ "$status" -eq 2 ]
	yes "$(<rec)" | head -n 10000 >r
	for recording in rec r; do
		replay "$recording" -- true
		said "tele-replay: 'true' has closed its standard input before the end of the events"
		[ "$status" -eq 2 ]
	done
	# All was written by then, but nothing read.
	replay rec -- sleep 0.3
	said "tele-replay: 'sleep' has closed its standard input before the end of the events"
	[ "$status" -eq 2 ]
	# While the next event is not due yet.
	try tele-replay --speed 0.0001 rec -- sh -c 'exec <&-; sleep 0.2'
	said "tele-replay: 'sh' has closed its standard input before the end of the events"
	[ "$status" -eq 2 ]
	try tele-replay --speed 0.0001 rec -- sh -c 'read -r line; exit 4'
	said "tele-replay: 'sh' failed: its exit status is 4"
	[ "$status" -eq 2 ]
}

@test "replay: what came before a failure is compared all the same" {
	replay --expect rec -- sh -c 'head -n 2; exit 3'
	said "tele-replay: 'sh' failed: its exit status is 3"
	[ "$(sed -n 2,4p out)" = $'ok 1 - play s\nok 2 - sequence S ok\nnot ok 3 - beat P.a ok' ]
	[ "$status" -eq 2 ]
}

@test "replay: --timeout ends a command that does not end, or does not read" {
	replay --timeout 300ms rec -- sh -c 'cat; echo $$ >pid; exec sleep 100'
	said "tele-replay: 'sh' has not ended in 0.3 s (--timeout)"
	in_order rec | cmp - out
	[ "$status" -eq 2 ]
	run kill -0 "$(<pid)"
	[ "$status" -ne 0 ]
	yes "$(<rec)" | head -n 10000 >r
	replay --timeout 300ms r -- sleep 100
	said "tele-replay: 'sleep' has not read on in 0.3 s (--timeout)"
	[ "$status" -eq 2 ]
	# Not even SIGTERM ends this one.
	replay --timeout 300ms rec -- sh -c 'trap "" TERM; cat; while :; do sleep 0.1; done'
	said "tele-replay: 'sh' has not ended in 0.3 s (--timeout)"
	[ "$status" -eq 2 ]
	replay --timeout 300ms rec -- sh -c 'cat; sleep 3 </dev/null &'
	said "tele-replay: something that 'sh' has started still has its output"
	[ "$status" -eq 2 ]
}

@test "replay: SIGINT and SIGTERM are passed on, and end it" {
	local signal pid

	for signal in INT TERM; do
		rm -f ready told
		env --default-signal=INT tele-replay --speed 0.0001 rec -- bash -c "
			trap 'touch told; exit 0' $signal
			read -r line
			touch ready
			while :; do sleep 0.05; done" >out 2>err &
		pid=$!
		wait_for ready
		kill -"$signal" "$pid"
		status=0
		wait "$pid" || status=$?
		said
		[ -e told ]
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
	done
}

@test "replay: while a pipe brings nothing, signals and ends are seen" {
	local pid

	mkfifo pipe
	# The test holds the other end, and writes nothing.
	exec 7<>pipe
	env --default-signal=TERM tele-replay - -- bash -c "
		trap 'touch told; exit 0' TERM
		touch ready
		while :; do sleep 0.05; done" <pipe >out 2>err &
	pid=$!
	wait_for ready
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	said
	[ -e told ]
	[ "$status" -eq 143 ]
	try tele-replay - -- sh -c 'exit 4' <pipe
	said "tele-replay: 'sh' failed: its exit status is 4"
	[ "$status" -eq 2 ]
	exec 7>&-
}

@test "replay: a reader that leaves ends a paced replay, and the command" {
	{
		status=0
		env --default-signal=PIPE tele-replay --speed 0.0001 rec 2>err ||
			status=$?
		echo "$status" >left
	} | head -c 1 >first
	said
	[ "$(<left)" -eq 141 ]
	yes "$(<rec)" | head -n 10000 >r
	{
		status=0
		env --default-signal=PIPE tele-replay --speed max r -- cat 2>err ||
			status=$?
		echo "$status" >left
	} | head -n 1 >first
	said
	[ "$(<left)" -eq 141 ]
}

@test "replay: options that need others are refused without them" {
	refused() {
		local why=$1

		shift
		replay "$@"
		said "tele-replay: $why" \
			"Try 'tele-replay --help' for more information."
		[ "$status" -eq 2 ]
	}
	refused '--expect needs a command, after --' --expect rec
	refused '--expect needs a command, after --' --expect-file rec rec
	refused '--noise needs --expect' --noise rec rec rec -- cat
	refused '--expect-kind needs --expect' --expect-kind beat rec -- cat
	refused '--expect and --loop exclude each other' --expect --loop 2 rec -- cat
	refused 'no command after --' rec --
	refused '--expect reads the recording again: name a file' --expect -- cat
}

# Text that means something to TAP, YAML, shells, terminals, bats and JSON.
hostile='["# TODO", "# SKIP", "x # TODO y", "\\# TODO", "\\", "\\\\#", "ok 1",
	"\nnot ok 1", "\nBail out!", "Bail out!", "1..0", "\n1..0 # SKIP all",
	"\r\nok 2", "  ...", "\n  ...\n1..1", "---", "\"", "\u0000", "\u001b[31m",
	"\u009b31m", "\u202e", "\u2028", "\u007f", "$(touch CANARY)", "`touch CANARY`",
	"; touch CANARY", "</script>", "%s%n", "${x}", "LONE", "pragma +strict",
	"\t", "é", "\\u0041", "", "none", " - ", "TAP version 13"]'

# Perl knows TAP by itself, up to version 13: what it understands of a file.
parse() {
	sed '1s/14/13/' "$1" | perl -MTAP::Parser -e '
		local $/;
		my $p = TAP::Parser->new({tap => <STDIN>});
		while (my $r = $p->next) {
			print "bail\n" if $r->is_bailout;
			print "directive\n" if $r->is_test && $r->has_directive;
			print "unknown: ", $r->as_string, "\n" if $r->is_unknown;
		}
		printf "%d tests, failed: %s, problems: %d\n", $p->tests_run,
			join(",", $p->failed), scalar $p->parse_errors;'
}

@test "replay: no text of an event means anything in TAP" {
	perl -MTAP::Parser -e 1 2>/dev/null || skip "perl has no TAP::Parser"
	jq -cn --argjson hostile "$hostile" '
		($hostile | length) as $n
		| range(5000) as $i
		| def text($k): $hostile[($i * 7 + $k * 13 + ($i / $n | floor)) % $n]
			+ $hostile[($i + $k) % $n];
		{kind: (["beat", "log", "error", text(0)][$i % 4]), name: text(1),
		 status: text(2), trace: text(3), session: text(4), service: text(5),
		 plugin: text(6), sequence: text(7), sequence_id: text(8),
		 movement: text(9), event: text(10), handler: text(11),
		 added: [text(12), text(13)], level: text(14), message: text(15),
		 error_type: text(16), error_message: text(17), error_stack: text(18),
		 src: text(19), src_line: $i, "attr.x": text(20)}' |
		sed 's/LONE/\\ud800/g' >r
	replay -f tele --expect r -- cat
	said
	clean out
	[ "$status" -eq 0 ]
	[ "$(parse out)" = '5000 tests, failed: , problems: 0' ]
	[ "$(wc -l <out)" -eq 5002 ]
	[ ! -e CANARY ]
}

@test "replay: no text that differs means anything in TAP" {
	local key i n=0

	perl -MTAP::Parser -e 1 2>/dev/null || skip "perl has no TAP::Parser"
	for key in kind name plugin handler status event message error_message \
		added src; do
		for ((i = n++ % 9; i < 36; i += 9)); do
			jq -cn --argjson hostile "$hostile" --arg key $key --argjson i $i '
				range(4) as $n | {kind: "beat", handler: "h", src: "s", src_line: $n}
				| .[$key] = ($hostile[$i:$i + 3][$n] // "x")
				| if $key == "added" then .added = [.added] else . end' >r
			replay -f tele --expect r -- jq --unbuffered -c \
				'if .src_line == 3 then .handler = "other \(.message)\(.src)"
				else . end'
			[ "$status" -eq 1 ] || { cat out err; false; }
			said
			clean out
			[ "$(parse out)" = '4 tests, failed: 4, problems: 0' ] ||
				{ cat out; parse out; false; }
		done
	done
}

@test "replay: nothing is left of what it made" {
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir tmp
	replay --expect rec -- cat
	[ "$status" -eq 0 ]
	[ -z "$(ls tmp)" ]
	TMPDIR=$BATS_TEST_TMPDIR/missing
	replay --expect rec -- cat
	said "tele-replay: cannot create a file in '$TMPDIR': No such file or directory"
	[ "$status" -eq 2 ]
}
