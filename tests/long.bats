#!/usr/bin/env bats
# What takes minutes: the tests of faults.bats, larger, and every call failing
# once.  It prints what it measured.  Run it by `make check-long`.

# shellcheck disable=SC2030,SC2031 # each test is a process of its own

tools='tele-extract tele-stats tele-fmt'

load helper
load tools

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR
	unset XDG_CONFIG_HOME COLUMNS
	# A tool that does not end shall not take the machine with it.
	ulimit -f 2097152 -t 300
	# A sanitizer's search for leaks cannot run under a tracer.
	export ASAN_OPTIONS=detect_leaks=0
	log >small.log
	events 5 >small.events
}

# As try_measured, and what it took is shown.
measured() {
	local began=$SECONDS

	try_measured "$@"
	echo "#   $*: $(<peak) KiB, $((SECONDS - began)) s" >&3
}

# What a loop last tried is told only if it failed.
teardown() {
	[ "${BATS_TEST_COMPLETED:-}" = 1 ] || echo "${tried:-}"
}

@test "long: whatever system call fails, the result is right or its lack is reported" {
	local tool input error set k first last
	local calls=read,write,open,openat,close,fstat,newfstatat,poll,fcntl
	# Not brk: that never fails, but returns what was before.
	local memory=mmap,munmap,madvise

	calls+=,readlink,access,getdents64,lseek,ioctl,getrandom
	calls+=,rt_sigprocmask,rt_sigaction,clock_gettime
	needs strace
	strace -qq -o trace true 2>err || skip "strace may not trace here"
	for tool in $tools; do
		for input in small.log small.events; do
			[ "$tool" = tele-extract ] || [ $input != small.log ] ||
				continue
			for error in EIO ENOMEM EINTR; do
				set=$calls
				[ $error != ENOMEM ] || set=$memory
				strace -qq -o trace -e "trace=fcntl,$set" \
					"$tool" $input >want
				# The loader's calls come before the tool's first.
				first=$(grep -n -m 1 F_GETFD trace | cut -d : -f 1)
				[ "$set" != $memory ] || first=$(head -n "$first" \
					trace | grep -cv '^fcntl')
				strace -qq -o trace -e "trace=$set" \
					"$tool" $input >want
				last=$(wc -l <trace)
				[ "$last" -gt 3 ]
				for ((k = first + 1; k <= last; k++)); do
					status=0
					timeout 20 strace -qq -o trace \
						-e "trace=$set" \
						-e "inject=$set:error=$error:when=$k" \
						"$tool" $input >out 2>err || status=$?
					tried="$tool $input $error $k: $status $(<err)
$(sed -n "${k}p" trace)"
					if [ "$status" -eq 0 ]; then
						said
						cmp want out
					else
						[ "$status" -eq 2 ]
						grep -q "^$tool: " err
					fi
				done
				echo "#   $tool < $input: $error at each of $((last - first)) calls" >&3
			done
		done
	done
}

@test "long: whatever allocation fails, the result is right or its lack is reported" {
	needs_plain_memory
	local command all k on

	cc -shared -fPIC -o failalloc.so "${srcdir:?}/tests/failalloc.c" ||
		skip "there is no C compiler"
	gzip -k small.events
	zstd -qk small.events
	for command in 'tele-extract -f conductor small.log' \
		'tele-extract small.log' 'tele-extract small.events' \
		'tele-stats --by handler,attr.x small.events' \
		'tele-stats --partial small.events.gz' \
		'tele-stats small.events.zst' 'tele-fmt small.events' \
		'tele-fmt csv small.events'; do
		$command >want
		FAIL_COUNT=$PWD/all LD_PRELOAD=$PWD/failalloc.so $command >out
		cmp want out
		all=$(<all)
		for on in '' 1; do
			for ((k = 1; k <= all; k++)); do
				status=0
				# shellcheck disable=SC2086 # they are words
				env FAIL_AT=$k ${on:+FAIL_ON=1} \
					LD_PRELOAD="$PWD/failalloc.so" \
					$command >out 2>err || status=$?
				tried="$command, $k of $all: $status $(<err)"
				if [ "$status" -eq 0 ]; then
					cmp want out
				else
					[ "$status" -eq 2 ]
					grep -q "^${command%% *}: " err
				fi
			done
		done
		echo "#   $command: each of $all allocations" >&3
	done
}

@test "long: a line of 1 GB, of an event or of nothing, takes 16 MiB" {
	needs python3
	needs_plain_memory
	local tool

	for tool in $tools; do
		events 1 | "$tool" >want
		measured "$tool" < <(
			printf '{"kind":"beat","handler":"'
			bytes 1G x
			printf '"}\n'
			events 1
		)
		said "$tool: <stdin>:1: record is longer than --max-line"
		cmp want out
		[ "$status" -eq 2 ]
		[ "$(<peak)" -le 16384 ]
		for byte in x '\0' '['; do
			measured "$tool" < <(events 1; bytes 1G "$byte")
			said "$tool: <stdin>:2: record is longer than --max-line"
			cmp want out
			[ "$status" -eq 2 ]
			[ "$(<peak)" -le 16384 ]
		done
	done
}

@test "long: a line of 1 GB that is compressed to 1 MB takes 16 MiB" {
	needs python3
	needs_plain_memory
	local tool

	{ events 1; bytes 1G x; echo; events 1; } | tee >(zstd -q >bomb.zst) |
		gzip -1 >bomb.gz
	wait
	for tool in $tools; do
		{ events 1; events 1; } | "$tool" >want
		for bomb in bomb.gz bomb.zst; do
			measured "$tool" $bomb
			said "$tool: $bomb:2: record is longer than --max-line"
			cmp want out
			[ "$status" -eq 2 ]
			[ "$(<peak)" -le 16384 ]
		done
	done
}

@test "long: 10,000,000 names are counted within 64 MiB, and passed on within 16 MiB" {
	needs python3
	needs_plain_memory
	local tool

	for tool in $tools; do
		measured "$tool" < <(events 10000000)
		[ "$status" -eq 0 ]
		case $tool in
		tele-stats)
			said "tele-stats: more than 100000 groups: the rest, 9900000 events, is '(other)'"
			[ "$(wc -l <out)" -eq 100001 ]
			[ "$(jq -n '[inputs.count] | add' out)" -eq 10000000 ]
			[ "$(<peak)" -le 65536 ]
			;;
		tele-fmt)
			said
			[ "$(wc -l <out)" -eq 10000001 ]
			[ "$(<peak)" -le 16384 ]
			;;
		*)
			said
			[ "$(wc -l <out)" -eq 10000000 ]
			[ "$(<peak)" -le 16384 ]
			;;
		esac
	done
}

@test "long: a log of 1,000,000 names of each kind is read within 64 MiB" {
	needs python3
	needs_plain_memory
	tail -n +7 small.log >one
	measured tele-extract --kind beat < <(
		awk '{ line[NR] = $0 }
			END { for (i = 1; i <= 1000000; i++)
				for (n = 1; n <= NR; n++) {
					s = line[n]
					gsub(/[Cc]reate/, "&" i, s)
					gsub(/Build|Canvas|paintNode/, "&" i, s)
					print s
				} }' one
	)
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1000000 ]
	[ "$(<peak)" -le 65536 ]
}

@test "long: 1 GB of log with 3,000,000 requests is read within 16 MiB" {
	needs python3
	needs_plain_memory
	sed -n '7,12p;16,18p' small.log >one
	measured tele-extract --kind beat < <(
		awk '{ line[NR] = $0 }
			END { for (i = 1000000; i < 4000000; i++)
				for (n = 1; n <= NR; n++) {
					s = line[n]
					sub(/[0-9]*-abcdefghi/, "176732" i "-abcdefghi", s)
					print s
				} }' one
	)
	said
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 3000000 ]
	[ "$(<peak)" -le 16384 ]
}

@test "long: a document of 1 GB in one line is read within 16 MiB" {
	needs python3
	needs_plain_memory
	measured tele-extract < <(
		printf '{"resourceSpans":[{"scopeSpans":[{"spans":['
		seq -s , -f '{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"GET %.0f","startTimeUnixNano":"1767323045000000000","endTimeUnixNano":"1767323045001500000"}' 6000000 |
			tr -d '\n'
		printf ']}]}]}\n'
	)
	said
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 6000000 ]
	[ "$(<peak)" -le 16384 ]
}

@test "long: 1,000,000 spans, of which some are far from their parents, take 16 MiB" {
	needs python3
	needs_plain_memory
	awk 'BEGIN { for (i = 0; i < 1000000; i++) {
		printf "{\"time\":\"2026-01-02T03:04:05.%06dZ\",\"kind\":\"span\",\"name\":\"n%d\",\"duration_ms\":%d.%03d,\"trace\":\"t%d\",\"span\":\"%x\"",
			i, i % 1000, i % 97, i % 1000, i / 10, i
		printf i % 10 == 9 ? "}\n" : ",\"parent\":\"%x\"}\n", i + 1
	} }' >spans
	measured tele-stats spans
	said
	[ "$status" -eq 0 ]
	[ "$(jq -n '[inputs.count] | add' out)" -eq 1000000 ]
	[ "$(<peak)" -le 16384 ]
	measured tele-stats --partial spans
	said
	[ "$status" -eq 0 ]
	[ "$(<peak)" -le 16384 ]
}

# Each execution is of its own trace; one in ten lacks a step, one in a hundred
# has two the other way round.
@test "long: 1,000,000 executions of a sequence are judged within 32 MiB" {
	needs python3
	needs_plain_memory
	printf '%s\n' 'sequences:' '- name: S' '  steps:' '  - event: a' \
		'  - event: b' '  - event: c' >docs.yaml
	measured tele-check --sequences docs.yaml --summary < <(
		awk 'function beat(name) {
			printf "{\"kind\":\"beat\",\"trace\":\"t%d\",\"span\":\"%s\",\"parent\":\"s\",\"sequence\":\"S\",\"event\":\"%s\"}\n", i, name, name
		}
		BEGIN { for (i = 0; i < 1000000; i++) {
			beat("a")
			if (i % 100 == 7) { beat("c"); beat("b") }
			else { if (i % 10 != 3) beat("b"); beat("c") }
			printf "{\"kind\":\"sequence\",\"name\":\"S\",\"trace\":\"t%d\",\"span\":\"s\",\"sequence\":\"S\"}\n", i
		} }'
	)
	[ "$status" -eq 1 ]
	[ "$(head -n 1 err)" = "tele-check: 1000000 executions judged, 890000 as documented; 0 not wholly in the log, 0 still running" ]
	[ "$(jq -c '[.finding, .event, .count]' out)" = \
		'["TS001","b",100000]
["TS003","c",10000]' ]
	[ "$(<peak)" -le 32768 ]
}

@test "long: a trace that is spread over 1 GB is drawn in one pass within 16 MiB" {
	needs python3
	needs_plain_memory
	measured tele-timeline --trace wanted -f csv < <(
		awk 'BEGIN { for (i = 0; i <= 6000000; i++) {
			printf "{\"time\":\"2026-01-02T03:04:%02d.%03dZ\",\"kind\":\"span\",\"name\":\"n%d\",\"duration_ms\":%d,\"trace\":\"%s\",\"span\":\"%x\"",
				i / 120000, i % 1000, i % 1000,
				i == 0 ? 60000 : 5,
				i % 2000000 == 0 ? "wanted" : "t" int(i / 10), i
			printf i % 10 == 0 && i % 2000000 != 0 || i == 0 ? "}\n" : ",\"parent\":\"%x\",\"service\":\"a service\"}\n",
				i % 2000000 == 0 ? 0 : int(i / 10) * 10
		} }'
	)
	said
	[ "$status" -eq 0 ]
	[ "$(cut -d, -f 4,6,8,12,13 out)" = "$(printf '%s\n' \
		parent,span,name,offset_ms,duration_ms ,0,n0,0,60000 \
		1,1e8480,n0,16000,5 1,3d0900,n0,33000,5 1,5b8d80,n0,50000,5)" ]
	[ "$(<peak)" -le 16384 ]
}

@test "long: pictures of 1,000,000 spans in 100,000 requests take 32 MiB" {
	needs python3
	needs_plain_memory
	awk 'BEGIN { for (i = 0; i < 1000000; i++) {
		printf "{\"time\":\"2026-01-02T03:04:05.%06dZ\",\"kind\":\"span\",\"name\":\"n%d\",\"duration_ms\":%d.%03d,\"trace\":\"t%d\",\"span\":\"%x\"",
			i, i % 1000, i % 97, i % 1000, i / 10, i
		printf i % 10 == 9 ? "}\n" : ",\"parent\":\"%x\"}\n", i + 1
	} }' >spans
	measured tele-heatmap -f ndjson --rows 0 spans
	said
	[ "$status" -eq 0 ]
	[ "$(jq -n '[inputs.count] | add' out)" -eq 1000000 ]
	[ "$(<peak)" -le 32768 ]
	# Of ten spans nine have a parent, and each is an only child.
	measured tele-graph --edges follows,calls -f ndjson spans
	said
	[ "$status" -eq 0 ]
	[ "$(jq -n '[inputs | select(.edge).count] | add' out)" -eq 900000 ]
	[ "$(<peak)" -le 32768 ]
	measured tele-timeline --aggregate -f csv spans
	said
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1001 ]
	[ "$(<peak)" -le 32768 ]
}

@test "long: a log cut at any byte never crashes, and accounts for all its lines" {
	local LC_ALL=C # ${#text} counts bytes
	local i n newlines text

	text=$(<small.log)
	for ((i = 1; i <= ${#text}; i++)); do
		printf %s "${text:0:i}" >part
		newlines=${text:0:i-1}
		newlines=${newlines//[!$'\n']/}
		n=$((${#newlines} + 1))
		status=0
		tele-extract -f conductor --summary part >out 2>err || status=$?
		tried="$i: $status $(<err)"
		[ "$status" -le 1 ]
		[[ "$(<err)" =~ ^'tele-extract: '([0-9]+)' lines = '([0-9]+)' matched + '([0-9]+)' continuation + '([0-9]+)' unmatched + 0 malformed'$ ]]
		[ "${BASH_REMATCH[1]}" -eq "$n" ]
		[ $((BASH_REMATCH[2] + BASH_REMATCH[3] + BASH_REMATCH[4])) -eq "$n" ]
		cat out >>all
	done
	# What came out is events.
	iconv -f UTF-8 -t UTF-8 all >/dev/null
	tele-extract -f tele all | cmp all -
	tele-extract part | cmp - out
}

@test "long: input that comes in two pieces, parted anywhere, gives the same" {
	local case i n tool input

	for case in 'tele-extract<log' 'tele-extract<events' \
		'tele-stats<events' 'tele-fmt<events'; do
		tool=${case%<*}
		input=small.${case#*<}
		n=$(stat -c %s "$input")
		"$tool" - <"$input" >want
		for ((i = 1; i < n; i++)); do
			status=0
			"$tool" < <(head -c "$i" "$input"; sleep 0.002
				tail -c +$((i + 1)) "$input") >out 2>err ||
				status=$?
			tried="$case $i: $status $(<err)"
			said
			cmp want out
			[ "$status" -eq 0 ]
		done
	done
}

@test "long: a reader that is slow gets everything, and the tool does not grow" {
	needs python3
	needs_plain_memory
	local tool

	events 100000 >many
	for tool in $tools; do
		"$tool" many >want
		status=0
		python3 -SIc 'if True:
			import os, sys, time
			r, w = os.pipe()
			pid = os.fork()
			if pid == 0:
				os.dup2(w, 1)
				os.execvp(sys.argv[1], sys.argv[1:])
			os.close(w)
			while data := os.read(r, 1 << 18):
				time.sleep(0.02)
				sys.stdout.buffer.write(data)
			sys.stdout.flush()
			pid, status, usage = os.wait4(pid, 0)
			open("peak", "w").write(str(usage.ru_maxrss))
			sys.exit(os.waitstatus_to_exitcode(status))
		' "$tool" many >out 2>err || status=$?
		echo "#   $tool: $(<peak) KiB" >&3
		said
		cmp want out
		[ "$status" -eq 0 ]
		[ "$(<peak)" -le 65536 ]
		[ "$tool" = tele-stats ] || [ "$(<peak)" -le 16384 ]
	done
}

@test "long: a tool that is stopped and continued goes on as if nothing had been" {
	local tool pid

	events 2000000 >many
	for tool in $tools; do
		"$tool" many >want 2>want.err || true
		"$tool" many >out 2>err &
		pid=$!
		while kill -STOP $pid 2>/dev/null; do
			sleep 0.005
			kill -CONT $pid 2>/dev/null || break
			sleep 0.005
		done
		status=0
		wait $pid || status=$?
		cmp want out
		cmp want.err err
		[ "$status" -eq 0 ]
	done
}

@test "long: bytes changed at random, 3,000 times" {
	TELE_ROUNDS=3000 run bats --filter 'changed at random' \
		"$BATS_TEST_DIRNAME"/{diff,faults}.bats
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "long: whatever befalls a log that is followed, 1,000 times, all lines come once" {
	needs python3
	run --separate-stderr python3 "$srcdir/tests/follow/model.py" -n 1000 -s 5000
	echo "#   $output" >&3
	[[ $output = "1000 sequences, "*" lines, 0 failures" ]]
}

@test "long: 50,000 lines come once and in order over fifty rotations, ten times each way" {
	needs python3
	local follower i n

	seq 50000 >want
	for way in rename copytruncate; do
		for ((i = 1; i <= 10; i++)); do
			rm -f app.log*
			: >app.log
			tele-extract -F app.log >out 2>err &
			follower=$!
			python3 "$srcdir/tests/follow/rotate.py" $way app.log 50000 1000
			for ((n = 0; n < 1000; n++)); do
				[ "$(wc -l <out)" -lt 50000 ] || break
				sleep 0.01
			done
			kill $follower
			wait $follower || true
			tried="$way, run $i: $(<err)"
			jq -r '.message | ltrimstr("line ")' out | cmp want -
			said
		done
	done
}

# Readers of the log $1 are killed at 50 moments, up to $2 milliseconds after
# their start; what they wrote, and one more, is what one run writes.
killed() {
	local i kills=0 reader

	tele-extract "$1" >want
	for ((i = 1; i <= 50; i++)); do
		tele-extract --checkpoint place -o out "$1" &
		reader=$!
		sleep "0.$(printf %03d $((RANDOM % $2)))"
		kill -KILL $reader
		wait $reader 2>/dev/null || kills=$((kills + 1))
	done
	tele-extract --checkpoint place -o out "$1"
	echo "#   $1: $kills readers were killed" >&3
	cmp want out
}

@test "long: killed at 50 moments, a run with a checkpoint writes what an unharmed one does" {
	seq -f '2026-01-02T03:04:05.678Z INFO line %.0f of a log that is read' \
		4000000 >text.log
	killed text.log 30
	rm place out
	"${builddir:?}/tests/bench/grow" 300000000 \
		<"$srcdir/examples/app.log" >app.log
	killed app.log 250
}

@test "long: a live profile outlives an idle hour and steps of the clock, and sums to the whole" {
	needs faketime
	local line='10.0.0.1 - - [02/Jan/2026:10:04:05 +0000] "GET /a HTTP/1.1" 200 12'
	local library

	: >app.log
	# The monotonic clock runs 600 times as fast: six seconds are an hour.
	faketime -f '+0 x600' tele-extract -F app.log 2>err |
		faketime -f '+0 x600' tele-stats --every 60s >profile 2>>err &
	for pause in 1 6 1; do
		seq -f "$line 0.%03g" 1000 >>app.log
		sleep $pause
	done
	pkill -TERM -f 'tele-extract -F app.log'
	wait $!
	[ "$(jq -n '[inputs.count] | add' profile)" -eq 3000 ]
	[ "$(wc -l <profile)" -ge 2 ]
	said
	# The wall clock goes a day forward, then two back.
	: >app.log
	echo '+0' >step
	export FAKETIME_TIMESTAMP_FILE=$PWD/step FAKETIME_NO_CACHE=1
	export FAKETIME_DONT_FAKE_MONOTONIC=1
	library=$(faketime '2026-01-01' printenv LD_PRELOAD)
	LD_PRELOAD=$library tele-extract -F app.log 2>err |
		LD_PRELOAD=$library tele-stats --every 100ms >profile 2>>err &
	for step in +0 +1d -1d; do
		echo $step >step
		seq -f "$line 0.%03g" 1000 >>app.log
		sleep 0.5
	done
	pkill -TERM -f 'tele-extract -F app.log'
	wait $!
	[ "$(jq -n '[inputs.count] | add' profile)" -eq 3000 ]
	[ "$(wc -l <profile)" -ge 3 ]
	said
}

@test "long: sessions that take turns are compared within 32 MiB and 64 bytes for each handler" {
	needs python3
	needs_plain_memory
	awk 'BEGIN { for (i = 0; i < 5; i++) for (s = 0; s < 1000; s++)
		for (h = 0; h < 87; h++)
			printf "{\"kind\":\"beat\",\"duration_ms\":%d.%02d,\"handler\":\"h%d\",\"session\":\"s%d\"}\n",
				h + 5, (i * 7919 + s * 104729 + h * 31) % 97, h, s
	}' >base
	sed 's/_ms":8\./_ms":12./' base >new
	measured tele-diff base new
	[ "$status" -eq 1 ]
	said
	grep -c '"slower","base_ms' out
	[ "$(grep -c '"severity":"error"' out)" -eq 1 ]
	[ "$(<peak)" -le $((32768 + 2 * 1000 * 87 * 64 / 1024)) ]
}

@test "long: both versions of bats count 10,000 hostile tests, a thousand at a time" {
	needs python3
	needs_conductor
	export TELE_TEMPLATES=$srcdir/lib/templates
	python3 "$srcdir/tests/hostile.py" 10000 | split -l 4000 -d -a 1 - h
	for i in 0 1 2 3 4 5 6 7 8 9; do
		tele-gentest -f bats -o h$i.bats h$i
		[ "$(bats --count h$i.bats)" -eq 1000 ]
		[ "$("$conductor/node_modules/bats/bin/bats" --count h$i.bats)" -eq 1000 ]
	done
	[ ! -e CANARY ]
}
