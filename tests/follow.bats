#!/usr/bin/env bats
# Logs that grow: across rotation, from a checkpoint, in the order of time.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ -z "${follower:-}" ] || kill "$follower" 2>/dev/null || true
}

# Follow the logs with these options; what is read goes to the file `out`.
follow() {
	: >out
	tele-extract -F "$@" >out 2>err 3>&- &
	follower=$!
}

# Until `out` has $1 lines, or ten seconds are over.
await() {
	local i

	for ((i = 0; i < 1000; i++)); do
		[ "$(wc -l <out)" -lt "$1" ] || return 0
		sleep 0.01
	done
}

# End the follower, whose status is then $status.
stop() {
	kill -TERM "$follower"
	status=0
	wait "$follower" || status=$?
	follower=
}

messages() {
	jq -r .message "$@"
}

# $1 lines that are numbered from $2 on.
lines() {
	seq -f '2026-01-02T03:04:05Z line %g' "$2" $(($2 + $1 - 1))
}

rotated() {
	: >app.log
	follow app.log
	python3 "$srcdir/tests/follow/rotate.py" "$1" app.log 20000 1000
	await 20000
	stop
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 20000)
	[ "$(cat err)" = "" ]
	[ "$status" -eq 0 ]
}

@test "follow: 20,000 lines over twenty rotations by rename come once, in order" {
	rotated rename
}

@test "follow: 20,000 lines over twenty rotations by copy come once, in order" {
	rotated copytruncate
}

@test "follow: whatever befalls a log, and the reader, all lines come once" {
	run --separate-stderr python3 "$srcdir/tests/follow/model.py" -n 12
	echo "$output"
	[[ $output = "12 sequences, "*" lines, 0 failures" ]]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "follow: a log that is emptied is said to be, and read on" {
	lines 3 1 >app.log
	follow app.log
	await 3
	: >app.log
	lines 2 4 >>app.log
	await 5
	stop
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 5)
	[ "$(cat err)" = "tele-extract: app.log: was emptied, reading on from its start" ]
}

@test "follow: a log that is made only later is waited for" {
	follow app.log other.log
	sleep 0.2
	lines 2 1 >other.log
	lines 2 3 >app.log
	await 4
	stop
	run --separate-stderr messages out
	[ "$(sort <<<"$output")" = "$(seq -f 'line %g' 4)" ]
	[ "$(jq -r .src out | sort | uniq -c | tr -s ' ')" = " 2 app.log
 2 other.log" ]
}

@test "follow: logs that match a pattern are read, also those that appear later" {
	mkdir logs
	lines 2 1 >logs/a.log
	lines 1 90 >logs/note.txt
	follow 'logs/*.log' 'late/*/x?.log'
	await 2
	lines 2 3 >logs/b.log
	await 4
	mkdir -p late/one
	lines 2 5 >late/one/x1.log
	await 6
	lines 1 7 >>logs/a.log
	await 7
	stop
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 7)
	run --separate-stderr jq -rs 'group_by(.src)[] | "\(.[0].src) \(length)"' out
	same <<-'END'
	late/one/x1.log 2
	logs/a.log 3
	logs/b.log 2
	END
	[ "$(cat err)" = "" ]
}

@test "follow: the rotation of a log that matches a pattern comes once" {
	lines 2 1 >web
	lines 1 3 >web-errors
	follow 'web*'
	await 3
	mv web web.1
	lines 2 4 >web
	await 5
	gzip <web.1 >web.2.gz
	mv web web-20260102.old
	lines 1 6 >web
	await 6
	stop
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 6)
	[ "$(cat err)" = "" ]
}

@test "follow: generations that are compressed later are left alone" {
	lines 2 1 >app.log
	follow app.log
	await 2
	for i in 1 2 3 4; do
		[ $i -lt 2 ] || gzip -f app.log.1
		for j in 3 2 1; do
			[ ! -e app.log.$j.gz ] ||
				mv app.log.$j.gz app.log.$((j + 1)).gz
		done
		mv app.log app.log.1
		lines 2 $((2 * i + 1)) >app.log
		await $((2 * i + 2))
	done
	stop
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 10)
	[ "$(cat err)" = "" ]
}

@test "follow: a file whose name has the characters of a pattern is that file" {
	lines 1 1 >'a[1].log'
	lines 1 2 >a1.log
	follow 'a[1].log'
	await 1
	lines 1 3 >>'a[1].log'
	await 2
	stop
	run --separate-stderr messages out
	same <<-'END'
	line 1
	line 3
	END
}

@test "follow: a log that is read beside another is none of its generations" {
	lines 1 1 >web
	lines 1 2 >web-2
	follow web web-2
	await 2
	rm web
	lines 1 3 >web
	await 3
	lines 1 4 >>web-2
	await 4
	stop
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 4)
}

# $1 lines of an access log, of the hour $2.
requests() {
	local line='10.0.0.1 - - [02/Jan/2026:'$2':04:05 +0000] "GET /a HTTP/1.1" 200 12'

	seq -f "$line 0.%03g" "$1"
}

@test "follow: a live profile sums to the whole over bursts, silence and steps of the clock" {
	: >app.log
	tele-extract -F app.log 2>err 3>&- |
		tele-stats --every 50ms >profile 2>>err 3>&- &
	requests 20000 10 >>app.log
	sleep 0.5
	requests 1 09 >>app.log
	sleep 0.1
	requests 20000 23 >>app.log
	requests 3 00 >>app.log
	for ((i = 0; i < 500; i++)); do
		[ "$(jq -n '[inputs.count] | add' profile)" != 40004 ] || break
		sleep 0.02
	done
	pkill -TERM -P $$ -f 'tele-extract -F app.log'
	wait $!
	tele-extract app.log >events
	run --separate-stderr jq -n -c '[inputs] |
		[(map(.count) | add), (map(.total_ms) | add | round), (map(.max_ms) | max)]' profile
	[ "$output" = "$(jq -n -c '[inputs.duration_ms] | [length, (add | round), max]' events)" ]
	[ "$(wc -l <profile)" -gt 1 ]
	[ "$(cat err)" = "" ]
}

@test "follow: a signal ends the run, and what was held back is written" {
	lines 1 1 >app.log
	printf '2026-01-02T03:04:06Z TypeError: x\n    at f (/srv/a.js:3:4)\n' >>app.log
	follow app.log
	await 1
	stop
	[ "$status" -eq 143 ]
	run --separate-stderr jq -c '[.kind, .error_type, .code_line]' out
	same <<-'EOF2'
	["log",null,null]
	["log","TypeError",3]
	EOF2
}

@test "follow: the end of the reader is noticed, though nothing is written" {
	lines 1 1 >app.log
	mkfifo pipe
	tele-extract -F app.log >pipe 2>err 3>&- &
	follower=$!
	head -n 1 pipe >first
	for ((i = 0; i < 500; i++)); do
		kill -0 "$follower" 2>/dev/null || break
		sleep 0.01
	done
	run --separate-stderr kill -0 "$follower"
	[ "$status" -eq 1 ]
	[ "$(cat err)" = "" ]
}

@test "checkpoint: each run goes on where the last one was" {
	for i in 1 2 3; do
		lines 2 $((2 * i - 1)) >>app.log
		tele-extract --checkpoint place -o out app.log
	done
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 6)
	run --separate-stderr jq .src_line out
	same < <(seq 6)
}

@test "checkpoint: logs that a pattern finds go on where they were" {
	for i in 1 2 3; do
		lines 1 $((2 * i - 1)) >>a.log
		lines 1 $((2 * i)) >>b.log
		follow --checkpoint place '?.log'
		await $((2 * i))
		stop
		mv out out$i
	done
	run --separate-stderr messages out1 out2 out3
	[ "$(sort <<<"$output")" = "$(seq -f 'line %g' 6)" ]
}

@test "checkpoint: what was written since is taken back and written anew" {
	lines 4 1 >app.log
	tele-extract --checkpoint place -o out app.log
	echo '{"kind":"log","message":"of a run that was killed"}' >>out
	lines 2 5 >>app.log
	tele-extract --checkpoint place -o out app.log
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 6)
}

@test "checkpoint: a log that is gone is said to be, and nothing is taken back" {
	lines 4 1 >app.log
	tele-extract --checkpoint place -o out app.log
	rm app.log
	lines 2 5 >new
	mv new app.log
	run --separate-stderr tele-extract --checkpoint place -o out app.log
	[ "$stderr" = "tele-extract: app.log: what 'place' names is gone, reading what came after it" ]
	[ "$status" -eq 2 ]
	run --separate-stderr messages out
	same < <(seq -f 'line %g' 6)
}

@test "checkpoint: a file that is none is refused, and stays" {
	lines 1 1 >app.log
	for text in '' '{}' '{"tele_checkpoint":99,"logs":[]}' 'hello'; do
		printf '%s' "$text" >place
		run --separate-stderr tele-extract --checkpoint place -o out app.log
		[[ $stderr = "tele-extract: "*place* ]]
		[ "$status" -eq 2 ]
		[ "$(cat place)" = "$text" ]
	done
}

@test "merge: the events of eight files come in the order of time, whole" {
	for i in 1 2 3 4 5 6 7 8; do
		for ((j = i; j <= 400; j += 8)); do
			printf '2026-01-02T03:%02d:%02dZ line %d\n' \
				$((j / 60)) $((j % 60)) "$j"
		done >$i.log
	done
	run --separate-stderr tele-extract --merge 8.log 7.log 6.log 5.log 4.log 3.log 2.log 1.log
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(messages - <<<"$output")
	same < <(seq -f 'line %g' 400)
}

@test "merge: events of one time come in the order of the files" {
	for i in a b c; do
		printf '2026-01-02T03:04:05Z %s%d\n' $i 1 $i 2 >$i.log
	done
	run --separate-stderr tele-extract --merge b.log a.log c.log
	output=$(messages - <<<"$output" | tr '\n' ' ')
	[ "$output" = "b1 b2 a1 a2 c1 c2 " ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "merge: it is refused with what never ends" {
	for option in -F '--checkpoint place'; do
		# shellcheck disable=SC2086 # they are words
		run --separate-stderr tele-extract --merge $option app.log
		[[ ${stderr_lines[0]} = "tele-extract: "*merge* ]]
		[ "$status" -eq 2 ]
	done
}
