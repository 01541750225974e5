#!/usr/bin/env bats
# Full disks, vanished readers, broken files, hostile text.
#
# Most tests run every case of this list: a tool and a kind of input that it
# reads.  A new tool is one word more.

# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# shellcheck disable=SC2094 # functions and files of one name

cases='tele-extract<log tele-extract<events tele-extract<json tele-extract<otlp
	tele-stats<events tele-fmt<events tele-replay<events'

# Those that read events.
tools=
for case in $cases; do
	[[ $case != *'<events' ]] || tools+="${case%<*} "
done

load helper
load tools

# N records of a log in JSON.
json() {
	seq -f '{"time":"2026-01-02T03:04:05.678Z","level":"info","msg":"request %.0f","duration_ms":1.5}' "$1"
}

# One document of N spans.
otlp() {
	printf '{"resourceSpans":[{"scopeSpans":[{"spans":['
	seq -s , -f '{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"GET %.0f","startTimeUnixNano":"1767323045000000000","endTimeUnixNano":"1767323045001500000"}' "$1" |
		tr -d '\n'
	printf ']}]}]}\n'
}

# The log N times.
logs() {
	for ((i = 0; i < $1; i++)); do
		log
	done
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	log >log
	events 3 >events
	json 3 >json
	otlp 3 >otlp
	logs 100 >mid.log
	events 4000 >mid.events
	json 2000 >mid.json
	otlp 1500 >mid.otlp
	# These take several reads.
	logs 450 >large.log
	events 18000 >large.events
	json 10000 >large.json
	otlp 5000 >large.otlp
	# What every tool makes of these is more than a pipe holds.
	logs 1000 >big.log
	events 40000 >big.events
	json 20000 >big.json
	otlp 12000 >big.otlp
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR
	unset XDG_CONFIG_HOME COLUMNS
	# A tool that does not end shall not take the machine with it.
	ulimit -f 131072 -t 60
	# A sanitizer's search for leaks cannot run under a tracer.
	export ASAN_OPTIONS=detect_leaks=0
}

# CASE [SIZE]: which tool, and its input.
take() {
	echo "# $*"
	tool=${1%<*}
	input=$BATS_FILE_TMPDIR/${2+$2.}${1#*<}
}

# What a loop last tried is told only if it failed.
teardown() {
	[ "${BATS_TEST_COMPLETED:-}" = 1 ] || echo "${tried:-}"
}

# An event of just N bytes, without newline, whose handler is of letters C.
event_of() {
	printf '{"kind":"beat","handler":"'
	bytes $(($1 - 46)) "${2:-x}"
	printf '","duration_ms":1.5}'
}

# A line of a log of just N bytes, without newline: a play of a long name.
line_of() {
	printf '2026-01-02T03:04:05.001Z PluginInterfaceFacade.play(): P -> '
	bytes $(($1 - 60)) s
}

needs_strace() {
	needs strace
	strace -qq -o trace true 2>err || skip "strace may not trace here"
}

# How often a clean run calls SYSCALL on the file at descriptor or path $2.
count_calls() {
	strace -qq -o trace -P "$2" -e trace="$1" "${@:3}" >clean 2>err
	grep -c "^$1(" trace
}

@test "faults: a full device is reported once, whether much or little is written" {
	for case in $cases; do
		for size in '' big; do
			take "$case" ${size:+$size}
			status=0
			timeout 20 "$tool" "$input" >/dev/full 2>err || status=$?
			said "$tool: cannot write standard output: No space left on device"
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: a closed standard output is reported once" {
	for case in $cases; do
		for size in '' big; do
			take "$case" ${size:+$size}
			status=0
			timeout 20 "$tool" "$input" >&- 2>err || status=$?
			said "$tool: cannot write standard output: Bad file descriptor"
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: a reader that leaves ends a tool silently" {
	for case in $cases; do
		take "$case" big
		for reader in : 'head -n 1' 'head -c 100000'; do
			try env --default-signal=PIPE bash -c \
				'"$0" "$1" | '"$reader"' >/dev/null
				exit ${PIPESTATUS[0]}' "$tool" "$input"
			said
			[ "$status" -eq 141 ]
		done
	done
}

@test "faults: a reader that leaves ends a tool silently where SIGPIPE is ignored" {
	for case in $cases; do
		take "$case" big
		for reader in : 'head -n 1' 'head -c 100000'; do
			try env --ignore-signal=PIPE bash -c \
				'"$0" "$1" | '"$reader"' >/dev/null
				exit ${PIPESTATUS[0]}' "$tool" "$input"
			said
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: a filter whose reader has left does not read on for ever" {
	for case in $cases; do
		take "$case"
		# What it says comes after its input, and this has no end.
		[ "$tool" != tele-stats ] || continue
		try env --default-signal=PIPE bash -c \
			'while cat "$1"; do :; done 2>/dev/null | "$0" | :
			exit ${PIPESTATUS[1]}' "$tool" "$input"
		said
		[ "$status" -eq 141 ]
	done
}

@test "faults: a pipe that does not block gets every byte" {
	needs python3
	for case in $cases; do
		take "$case" big
		"$tool" "$input" >want
		try python3 -c 'if True:
			import fcntl, os, subprocess, sys, time
			r, w = os.pipe()
			fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
			tool = subprocess.Popen(sys.argv[1:], stdout=w)
			os.close(w)
			# Until the pipe is full, and some time longer.
			last = -1
			while True:
				time.sleep(0.05)
				n = fcntl.ioctl(r, 0x541b, b"\0" * 4)
				if n == last:
					break
				last = n
			while data := os.read(r, 50000):
				sys.stdout.buffer.write(data)
			sys.exit(tool.wait())
		' "$tool" "$input"
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: input that comes from a pipe that does not block is waited for" {
	needs python3
	for case in $cases; do
		take "$case"
		"$tool" - <"$input" >want
		try python3 -c 'if True:
			import fcntl, os, subprocess, sys, time
			r, w = os.pipe()
			fcntl.fcntl(r, fcntl.F_SETFL, os.O_NONBLOCK)
			tool = subprocess.Popen(sys.argv[2:], stdin=r)
			os.close(r)
			for line in open(sys.argv[1], "rb"):
				time.sleep(0.005)
				os.write(w, line)
			os.close(w)
			sys.exit(tool.wait())
		' "$input" "$tool"
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: each write that fails is reported, and ends with status 2" {
	needs_strace
	for case in $cases; do
		take "$case" mid
		n=$(count_calls write "$PWD/clean" "$tool" "$input")
		[ "$n" -ge 1 ]
		for ((k = 1; k <= n; k++)); do
			for error in 'ENOSPC No space left on device' \
				'EIO Input/output error'; do
				try strace -qq -o trace -P "$PWD/out" \
					-e inject=write:error="${error%% *}:when=$k" \
					"$tool" "$input"
				said "$tool: cannot write standard output: ${error#* }"
				[ "$status" -eq 2 ]
				# What came before is there, and nothing after.
				cmp -n "$(stat -c %s out)" clean out
			done
		done
	done
}

@test "faults: an interrupted, short or postponed write loses and repeats nothing" {
	needs_strace
	for case in $cases; do
		take "$case" mid
		n=$(count_calls write "$PWD/clean" "$tool" "$input")
		for ((k = 1; k <= n; k++)); do
			for error in EINTR EAGAIN; do
				try strace -qq -o trace -P "$PWD/out" \
					-e inject=write:error=$error:when=$k \
					"$tool" "$input"
				said
				cmp clean out
				[ "$status" -eq 0 ]
			done
			# The tracer says that one byte was written, and writes
			# none: the tool must go on with the second.
			try strace -qq -o trace -P "$PWD/out" \
				-e inject=write:retval=1:when=$k "$tool" "$input"
			said
			[ $(($(stat -c %s out) + 1)) -eq "$(stat -c %s clean)" ]
			[ "$status" -eq 0 ]
		done
	done
}

@test "faults: output that fails only when it is closed is reported" {
	needs_strace
	for case in $cases; do
		take "$case"
		"$tool" "$input" >want
		try strace -qq -o trace -P "$PWD/out" \
			-e inject=close:error=EDQUOT "$tool" "$input"
		said "$tool: cannot write standard output: Disk quota exceeded"
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "faults: each read that fails is reported, and what came before is used" {
	needs_strace
	for case in $cases; do
		take "$case" large
		n=$(count_calls read "$input" "$tool" "$input")
		[ "$n" -ge 3 ]
		for ((k = 1; k <= n; k++)); do
			try strace -qq -o trace -P "$input" \
				-e inject=read:error=EIO:when=$k "$tool" "$input"
			# The record that the fault cut in two is malformed.
			[ "$(wc -l <err)" -le 2 ]
			sed -i "/^$tool: ${input//\//\\/}:[0-9]/d" err
			said "$tool: cannot read '$input': Input/output error"
			[ "$status" -eq 2 ]
			if [ "$tool" = tele-extract ]; then
				# shellcheck disable=SC2094 # grep reads out
				grep -v '"status":"unfinished"' out >whole || true
				[ "$(grep -cvxFf clean whole)" -eq 0 ]
			fi
			[ "$k" -eq 1 ] || [ -s out ]
		done
	done
}

@test "faults: an interrupted or postponed read changes nothing" {
	needs_strace
	for case in $cases; do
		take "$case" large
		n=$(count_calls read "$input" "$tool" "$input")
		for ((k = 1; k <= n; k++)); do
			for error in EINTR EAGAIN; do
				try strace -qq -o trace -P "$input" \
					-e inject=read:error=$error:when=$k \
					"$tool" "$input"
				said
				cmp clean out
				[ "$status" -eq 0 ]
			done
		done
	done
}

@test "faults: a limit on the size of files is an error like others" {
	for case in $cases; do
		take "$case" mid
		"$tool" "$input" >want
		try bash -c 'ulimit -f 8; exec "$@"' - "$tool" "$input"
		said "$tool: cannot write standard output: File too large"
		[ "$status" -eq 2 ]
		[ "$(stat -c %s out)" -eq 8192 ]
		cmp -n 8192 want out
	done
}

@test "faults: the status is the same when standard error is closed or full" {
	for case in $cases; do
		take "$case"
		"$tool" "$input" >want
		for sink in '2>&-' '2>/dev/full'; do
			status=0
			eval '"$tool" missing "$input"' "$sink" >out || status=$?
			[ "$status" -eq 2 ]
			cmp want out
			status=0
			eval '"$tool" "$input"' "$sink" >out || status=$?
			[ "$status" -eq 0 ]
			cmp want out
			status=0
			eval '"$tool" --bogus' "$sink" >out || status=$?
			[ "$status" -eq 2 ]
			[ ! -s out ]
			status=0
			eval '"$tool" "$input"' "$sink" >/dev/full || status=$?
			[ "$status" -eq 2 ]
		done
		status=0
		"$tool" "$input" <&- >&- 2>&- || status=$?
		[ "$status" -eq 2 ]
	done
}

@test "faults: a file that is opened does not take the place of a closed descriptor" {
	{ logs 300; echo '2026-01-02T03:04:06.000Z unknown'; } >some
	status=0
	tele-extract --rejects rejects some >&- 2>err || status=$?
	said "tele-extract: cannot write standard output: Bad file descriptor"
	[ "$(<rejects)" = '2026-01-02T03:04:06.000Z unknown' ]
	[ "$status" -eq 2 ]
	tele-extract some >want
	status=0
	tele-extract --rejects rejects --summary missing some \
		2>&- >out || status=$?
	cmp want out
	[ "$(<rejects)" = '2026-01-02T03:04:06.000Z unknown' ]
	[ "$status" -eq 2 ]
}

@test "faults: what --rejects cannot write is trouble" {
	{ log; echo '2026-01-02T03:04:06.000Z unknown'; } >some
	tele-extract some >want
	try tele-extract --rejects /dev/full some
	said "tele-extract: cannot write '/dev/full': No space left on device"
	cmp want out
	[ "$status" -eq 2 ]
	try tele-extract --rejects missing/file "$BATS_FILE_TMPDIR/log"
	said "tele-extract: cannot open 'missing/file': No such file or directory"
	[ ! -s out ]
	[ "$status" -eq 2 ]
}

@test "faults: --rejects FILE is written whole or not at all" {
	{ log; echo; for i in {1..2000}; do
		echo "2026-01-02T03:04:06.000Z unknown $i"
	done; } >some
	echo old >rejects
	try bash -c 'ulimit -f 8; exec "$@"' - \
		tele-extract --kind play --rejects rejects some
	said "tele-extract: cannot write 'rejects': File too large"
	[ "$status" -eq 2 ]
	[ "$(<rejects)" = old ]
	[ "$(echo rejects*)" = rejects ]
}

@test "faults: --rejects onto the input is refused, and the input kept" {
	cp "$BATS_FILE_TMPDIR/log" copy
	ln copy link
	for name in copy ./copy link; do
		try tele-extract --rejects "$name" copy
		cmp "$BATS_FILE_TMPDIR/log" copy
		[ "$status" -eq 2 ]
		[ "$(wc -l <err)" -eq 1 ]
	done
}

@test "faults: a closed standard input is reported" {
	for case in $cases; do
		take "$case"
		status=0
		"$tool" <&- >out 2>err || status=$?
		said "$tool: cannot read '<stdin>': Bad file descriptor"
		[ ! -s out ]
		[ "$status" -eq 2 ]
		"$tool" "$input" >want
		status=0
		"$tool" "$input" <&- >out 2>err || status=$?
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: a directory or a broken device as standard input is reported" {
	for case in $cases; do
		take "$case"
		try "$tool" </
		said "$tool: cannot read '<stdin>': Is a directory"
		[ ! -s out ]
		[ "$status" -eq 2 ]
		try "$tool" </proc/self/mem
		said "$tool: cannot read '<stdin>': Input/output error"
		[ ! -s out ]
		[ "$status" -eq 2 ]
	done
}

@test "faults: inherited signal masks change nothing" {
	for case in $cases; do
		take "$case"
		"$tool" "$input" >want
		for option in --block-signal --ignore-signal; do
			try env $option "$tool" "$input"
			said
			cmp want out
			[ "$status" -eq 0 ]
		done
	done
}

@test "faults: blank lines are no records" {
	for blanks in '\n\n\n' '\r\n\r\n\r\n' ' \n\t\n \t \r\n'; do
		printf %b "$blanks" >blank
		for tool in $tools; do
			[ "$tool" != tele-extract ] || tool+=' -f tele'
			# shellcheck disable=SC2086 # they may be words
			try $tool blank
			said
			[ ! -s out ]
			[ "$status" -eq 0 ]
		done
		# They do not tell what format a log has.
		try tele-extract blank
		said 'tele-extract: blank: nothing but blank lines' \
			'tele-extract: 3 lines = 0 matched + 0 continuation + 3 unmatched + 0 malformed'
		[ ! -s out ]
		[ "$status" -eq 1 ]
	done
}

@test "faults: CRLF, no final newline and a byte order mark change nothing" {
	for case in $cases; do
		take "$case"
		"$tool" - <"$input" >want
		sed 's/$/\r/' "$input" >crlf
		head -c -1 "$input" >open
		head -c -1 crlf >open-crlf
		{ printf '\xef\xbb\xbf'; cat "$input"; } >bom
		{ printf '\xef\xbb\xbf'; cat open-crlf; } >all
		for file in crlf open open-crlf bom all; do
			try "$tool" <$file
			said
			cmp want out
			[ "$status" -eq 0 ]
		done
		# A byte order mark begins every file, not only the first.
		cp "$input" first
		"$tool" first first >want
		cp bom first
		try "$tool" first first
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: a byte order mark that comes in pieces is still one" {
	for case in $cases; do
		take "$case"
		"$tool" - <"$input" >want
		try "$tool" < <(
			printf '\xef'
			sleep 0.05
			printf '\xbb'
			sleep 0.05
			printf '\xbf'
			sleep 0.05
			cat "$input"
		)
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: a file that is only a byte order mark is empty" {
	printf '\xef\xbb\xbf' >bom
	for case in $cases; do
		take "$case"
		try "$tool" bom
		said
		[ ! -s out ]
		[ "$status" -eq 0 ]
	done
}

@test "faults: UTF-16 is refused with one message, and the other files are read" {
	for case in $cases; do
		take "$case"
		"$tool" "$input" >want
		for encoding in UTF-16LE UTF-16BE bom,UTF-16LE bom,UTF-16BE; do
			if [[ $encoding == bom,* ]]; then
				printf '\xef\xbb\xbf' | cat - "$input"
			else
				cat "$input"
			fi | iconv -f UTF-8 -t "${encoding#bom,}" >wide
			try "$tool" wide "$input"
			said "$tool: wide: text is UTF-16, convert it with iconv"
			cmp want out
			[ "$status" -eq 2 ]
			try "$tool" <wide
			said "$tool: <stdin>: text is UTF-16, convert it with iconv"
			[ ! -s out ]
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: what others compress is refused with one message that says by whom" {
	xz -c </dev/null >by.xzcat
	printf 'BZh91AY&SY\x01\x02' >by.bzcat
	printf '\x04\x22\x4d\x18\x64' >by.lz4cat
	printf 'PK\x03\x04\x14' >'by.unzip -p'
	for case in $cases; do
		take "$case"
		"$tool" "$input" >want
		for file in by.*; do
			try "$tool" "$file" "$input"
			said "$tool: $file: text is compressed, convert it with ${file#by.}"
			cmp want out
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: the hole of a log that was truncated in use is skipped" {
	for case in $cases; do
		take "$case"
		"$tool" <"$input" >want
		for size in 5 70000 3000000; do
			{ head -c $size /dev/zero; cat "$input"; } >holed
			try "$tool" <holed
			said "$tool: <stdin>: skipped $size NUL bytes before the first line"
			cmp want out
			[ "$status" -eq 0 ]
		done
		bytes 100000 '\0' >hole
		try "$tool" hole
		said "$tool: hole: skipped 100000 NUL bytes before the first line"
		[ ! -s out ]
		[ "$status" -eq 0 ]
	done
}

@test "faults: NUL bytes in a log are characters of its text" {
	printf '%s -> s\0t\n' \
		'2026-01-02T03:04:05.001Z PluginInterfaceFacade.play(): P' >nul
	try tele-extract nul
	said
	diff -u - out <<-'END'
	{"time":"2026-01-02T03:04:05.001Z","kind":"play","name":"s\u0000t","plugin":"P","sequence_id":"s\u0000t","src":"nul","src_line":1}
	END
	[ "$status" -eq 0 ]
}

@test "faults: a hole within a log costs the lines that it is in, no other" {
	{ log; bytes 100000 '\0'; echo; log; } >hole
	try tele-extract --summary hole
	said 'tele-extract: 37 lines = 32 matched + 5 continuation + 0 unmatched + 0 malformed'
	[ "$(grep -c '"kind":"beat"' out)" -eq 2 ]
	[ "$status" -eq 0 ]
}

@test "faults: invalid UTF-8 in a log becomes one U+FFFD for each broken character" {
	local names=(
		'a\xffb' 'a�b'
		'\xc0\xaf' '��'
		'\xe0\x80\x80' '���'
		'\xed\xa0\x80' '���'
		'\xf4\x90\x80\x80' '����'
		'\xe2\x82z' '�z'
		'\xf0\x9f\x92' '�'
		'\x80\xbf' '��'
		'\xc3' '�'
	)
	local i

	for ((i = 0; i < ${#names[@]}; i += 2)); do
		printf "%s ${names[i]}\n" '2026-01-02T03:04:05.001Z PluginInterfaceFacade.play(): P ->'
	done >bad
	for ((i = 0; i < ${#names[@]}; i += 2)); do
		printf '{"time":"2026-01-02T03:04:05.001Z","kind":"play","name":"%s","plugin":"P","sequence_id":"%s","src":"bad","src_line":%d}\n' \
			"${names[i + 1]}" "${names[i + 1]}" $((i / 2 + 1))
	done >want
	try tele-extract bad
	said
	diff -u want out
	iconv -f UTF-8 -t UTF-8 out >/dev/null
	[ "$status" -eq 0 ]
}

@test "faults: whatever bytes a log holds, the events are UTF-8 without control characters" {
	for ((i = 1; i < 256; i++)); do
		[ "$i" -ne 10 ] || continue
		printf -v byte '\\x%02x' "$i"
		# Before, in and after names, in a stack and alone in a line.
		log | sed "s/Create/C$byte$byte/; s/reateN/r${byte}N/
			s/no paint/no$byte/; s/canvas.ts/${byte}canvas.ts/
			s/Build/$byte/; s/ 🎯/$byte🎯/"
		printf '%b\n' "$byte"
	done >bytes
	try tele-extract bytes
	said
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -ge 2000 ]
	clean out
	iconv -f UTF-8 -t UTF-8 out >/dev/null
	cp out events
	for tool in tele-stats 'tele-stats --kind sequence' \
		'tele-stats --partial' 'tele-fmt' 'tele-fmt tsv' 'tele-fmt md' \
		'tele-fmt csv'; do
		# shellcheck disable=SC2086 # they are words
		try $tool events
		said
		[ "$status" -eq 0 ]
		tr -d '\r' <out >lines
		clean lines
		iconv -f UTF-8 -t UTF-8 out >/dev/null
	done
}

@test "faults: a broken character or a NUL byte in JSON is reported where it is" {
	local faults=(
		'{"kind":"be\0at"}' '12: NUL byte in string'
		'{"ki\0nd":"beat"}' '5: NUL byte in string'
		'{"kind":"beat","handler":"\xff"}' '27: invalid UTF-8'
		'{"kind":"beat","handler":"a\xc0\xaf"}' '28: invalid UTF-8'
		'{"kind":"beat","handler":"\xed\xa0\x80"}' '27: invalid UTF-8'
		'{"kind":"beat","h\xe2\x82":"x"}' '18: invalid UTF-8'
		'{"kind":"beat","x":"\xf4\x90\x80\x80"}' '21: invalid UTF-8'
		'{"kind":"beat","x":"a\tb"}' '22: control character in string'
		'{"kind":"beat","x":"\x1b[31m"}' '21: control character in string'
	)
	local i tool

	for tool in $tools; do
		{ events 1; events 2 | tail -n 1; } >good
		"$tool" good >want
		for ((i = 0; i < ${#faults[@]}; i += 2)); do
			{ events 1; printf '%b\n' "${faults[i]}"
			tail -n 1 good; } >bad
			try "$tool" bad
			said "$tool: bad:2:${faults[i + 1]}"
			cmp want out
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: a malformed record of a log in JSON is reported where it is, and the rest kept" {
	local faults=(
		'{"msg" 1}' "8: expected ':' after key"
		'{"msg":1' "9: expected ',' or '}' after value"
		'{"msg":"x' '10: string is not closed'
		'{"msg":"\\x"}' '9: invalid escape in string'
		'{"msg":"\xff"}' '9: invalid UTF-8'
		'{"msg":"\0"}' '9: NUL byte in string'
		'{"msg":01}' '9: invalid number'
		'{"msg":tru}' '8: expected a value'
		'{"x":{"y":]}}' '11: expected a value'
		']' "1: expected '{'"
		'null' "1: expected '{'"
	)
	local i

	json 2 >good
	tele-extract -f json good | sed 's/"src_line":2/"src_line":3/
		s/"good"/"bad"/' >want
	for ((i = 0; i < ${#faults[@]}; i += 2)); do
		{ json 1; printf '%b\n' "${faults[i]}"; tail -n 1 good; } >bad
		try tele-extract -f json bad
		said "tele-extract: bad:2:${faults[i + 1]}"
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "faults: two records on a line, or one on two, are malformed, and none is lost" {
	local tool

	for tool in $tools; do
		{ events 1; printf '{"kind":"beat","handler":"h2","duration_ms":1.5}{"kind":"beat"}\n'
		printf '{"kind":"beat",\n"handler":"h3"}\n'
		printf '{"kind":"beat"}\0\n'
		events 4 | tail -n 1; } >bad
		{ events 1; events 4 | tail -n 1; } | "$tool" >want
		try "$tool" bad
		case $tool in
		tele-fmt)
			said "$tool: bad:2:49: text after the value" \
				"$tool: bad:3:16: unexpected end of the record" \
				"$tool: bad:4:10: text after the value" \
				"$tool: bad:5:16: text after the value"
			;;
		*)
			said "$tool: bad:2:49: text after the record" \
				"$tool: bad:3:16: unexpected end of the record" \
				"$tool: bad:4:1: expected '{'" \
				"$tool: bad:5:16: text after the record"
			;;
		esac
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "faults: a record cut at any byte is malformed, and its neighbours are not" {
	local record='{"time":"2026-01-02T03:04:05Z","kind":"beat","duration_ms":3.25,"handler":"n\u00e9é","x":[1,-2.5e3,true,null]}'
	local file first i last line n want
	local LC_ALL=C # ${#record} counts bytes

	first=$(events 1)
	last=$(events 2 | tail -n 1)
	n=${#record}
	for tool in $tools; do
		want=$(events 2 | "$tool")
		for ((i = 1; i < n; i++)); do
			# In the middle, and at the end without a newline.
			printf '%s\n%s\n%s\n' "$first" "${record:0:i}" "$last" \
				>middle
			printf '%s\n%s\n%s' "$first" "$last" "${record:0:i}" >end
			for line in 2 3; do
				file=middle
				[ "$line" -eq 2 ] || file=end
				status=0
				"$tool" "$file" >out 2>err || status=$?
				tried="$tool $file $i: $status $(<err)"
				[ "$status" -eq 2 ]
				[ "$(<out)" = "$want" ]
				# One message, about a place up to just behind it.
				[[ "$(<err)" =~ ^"$tool: $file:$line:"([0-9]+)': '[^:]+$ ]] ||
				[[ "$(<err)" =~ ^"$tool: $file:$line:"([0-9]+)": expected ':' after key"$ ]]
				[ "${BASH_REMATCH[1]}" -ge 1 ]
				[ "${BASH_REMATCH[1]}" -le $((i + 1)) ]
			done
		done
	done
}

@test "faults: a document cut at any byte gives the spans before, and is malformed" {
	local LC_ALL=C # ${#text} counts bytes
	local i n text want=()

	text=$(otlp 2)
	mapfile -t want < <(printf '%s\n' "$text" | tele-extract -)
	[ "${#want[@]}" -eq 2 ]
	for ((i = 1; i < ${#text}; i++)); do
		printf %s "${text:0:i}" >part
		status=0
		timeout 60 tele-extract -f otlp - <part >out 2>err || status=$?
		tried="$i: $status $(<err)"
		[ "$status" -eq 2 ]
		n=$(grep -o '1500000"}' part | wc -l)
		mapfile -t out <out
		[ "${out[*]}" = "${want[*]:0:n}" ]
		said "tele-extract: <stdin>:1:$((i + 1)): unexpected end of the document"
	done
}

@test "faults: a log cut at any byte gives the events of the lines before, and accounts for all" {
	local i n newlines out whole want=()
	local LC_ALL=C # ${#whole} counts bytes

	# A line alone tells all about each of these points.
	log | sed -n '3p;5p;12p' >log
	mapfile -t want < <(tele-extract - <log)
	[ "${#want[@]}" -eq 3 ]
	whole=$(<log)
	for ((i = 1; i <= ${#whole}; i++)); do
		printf %s "${whole:0:i}" >part
		status=0
		tele-extract -f conductor --summary - <part >out 2>err ||
			status=$?
		tried="$i: $status $(<err)"
		# All lines are accounted for, the last perhaps a part.
		newlines=${whole:0:i}
		newlines=${newlines//[!$'\n']/}
		n=${#newlines}
		[ "${whole:i-1:1}" = $'\n' ] || n=$((n + 1))
		[[ "$(<err)" =~ ^'tele-extract: '([0-9]+)' lines = '([0-9]+)' matched + '([0-9]+)' continuation + '([0-9]+)' unmatched + 0 malformed'$ ]]
		[ "${BASH_REMATCH[1]}" -eq "$n" ]
		[ $((BASH_REMATCH[2] + BASH_REMATCH[3] + BASH_REMATCH[4])) -eq "$n" ]
		[ "$status" -eq $((BASH_REMATCH[2] == 0)) ]
		# The events of the whole lines, and at most one more.
		[ "${whole:i-1:1}" = $'\n' ] || n=$((n - 1))
		mapfile -t out <out
		[ "${#out[@]}" -le $((n + 1)) ]
		[ "${out[*]:0:n}" = "${want[*]:0:n}" ]
		printf '%s\n' "${out[@]}" >>all
	done
	[ "${out[*]}" = "${want[*]}" ]
	iconv -f UTF-8 -t UTF-8 all >/dev/null
}

@test "faults: a byte at a time, or any pieces, give the same" {
	local seed

	for case in $cases; do
		take "$case"
		"$tool" - <"$input" >want
		try "$tool" < <(dd bs=1 if="$input" status=none)
		said
		cmp want out
		[ "$status" -eq 0 ]
		for seed in 1 2 3; do
			RANDOM=$seed
			# shellcheck disable=SC2094 # both only read it
			try "$tool" < <(
				left=$(stat -c %s "$input")
				while [ "$left" -gt 0 ]; do
					n=$((RANDOM % 200 + 1))
					dd bs=$n count=1 status=none
					left=$((left - n))
				done <"$input"
			)
			said
			cmp want out
			[ "$status" -eq 0 ]
		done
	done
}

@test "faults: a file, a pipe and a file in two pieces give the same" {
	for case in $cases; do
		take "$case" mid
		"$tool" - <"$input" >want
		try "$tool" < <(cat "$input")
		said
		cmp want out
		[ "$status" -eq 0 ]
		try "$tool" < <(head -c 70001 "$input"; sleep 0.1
			tail -c +70002 "$input")
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: the format is chosen by the first 64 KiB, however slowly they come" {
	{ echo '{"kind":"log","message":"starting"}'; log; } >mixed
	tele-extract - <mixed >want
	[ "$(grep -c '"kind":"beat"' want)" -eq 1 ]
	try tele-extract < <(head -n 1 mixed; sleep 0.2; tail -n +2 mixed)
	said
	cmp want out
	[ "$status" -eq 0 ]
}

@test "faults: the format is chosen though the first record is as long as may be" {
	{ event_of 1048576; echo; events 1; } >long
	try tele-extract long
	said
	cmp long out
	[ "$status" -eq 0 ]
	{ line_of 1048576; echo; log; } >long
	try tele-extract --kind beat long
	said
	[ "$(wc -l <out)" -eq 1 ]
	[ "$status" -eq 0 ]
}

@test "faults: a document in one line may be longer than --max-line, an element of it not" {
	otlp 100 >document
	tele-extract document >want
	[ "$(wc -l <want)" -eq 100 ]
	try tele-extract --max-line 1000 document
	said
	cmp want out
	[ "$status" -eq 0 ]
	sed "s/GET 50/$(bytes 1000 x)/" document >long
	try tele-extract --max-line 1000 - <long
	tele-extract - <document | sed 50d | cmp - out
	[ "$(wc -l <err)" -eq 1 ]
	[ "$status" -eq 2 ]
}

@test "faults: compressed input that is cut or broken is reported, and what came before is used" {
	local pack

	for case in $cases; do
		take "$case" mid
		"$tool" - <"$input" >want
		for pack in 'gzip -c' 'zstd -qc'; do
			$pack "$input" >whole
			# In pieces, and two in one file.
			try "$tool" - < <(dd bs=77 if=whole status=none)
			said
			cmp want out
			[ "$status" -eq 0 ]
			cat whole whole >two
			try "$tool" - <two
			said
			cat "$input" "$input" | "$tool" - | cmp - out
			[ "$status" -eq 0 ]
			head -c $(($(stat -c %s whole) - 9)) whole >part
			try "$tool" part
			# The record that the end cuts in two is malformed.
			sed -i "/^$tool: part:[0-9]/d" err
			said "$tool: cannot read 'part': compressed data ends too early"
			[ -s out ]
			[ "$status" -eq 2 ]
		done
		gzip -c "$input" >whole
		{ head -c 1000 whole; bytes 50 '\377'; tail -c +1051 whole; } >bad
		try "$tool" bad
		sed -i "/^$tool: bad:[0-9]/d" err
		said "$tool: cannot read 'bad': corrupt gzip data"
		[ "$status" -eq 2 ]
	done
}

@test "faults: two runs, a file's order of names, and hash seeds give the same bytes" {
	for case in $cases; do
		take "$case" mid
		"$tool" "$input" >want
		for i in 1 2 3; do
			try "$tool" "$input"
			said
			cmp want out
			[ "$status" -eq 0 ]
		done
	done
	tele-stats "$BATS_FILE_TMPDIR/mid.events" >want
	try tele-stats < <(tac "$BATS_FILE_TMPDIR/mid.events")
	said
	cmp want out
	[ "$status" -eq 0 ]
}

@test "faults: a comma for a decimal point in the locale changes nothing" {
	needs localedef
	mkdir locales
	localedef -i de_DE -f UTF-8 "$PWD/locales/de_DE.UTF-8" 2>err ||
		skip "the sources of the locale de_DE are not installed"
	export LOCPATH=$PWD/locales
	[ "$(LC_ALL=de_DE.UTF-8 awk 'BEGIN { printf "%.1f", 1.5 }')" = 1,5 ] ||
	[ "$(env LC_ALL=de_DE.UTF-8 printf %.1f 1,5)" = 1,5 ] ||
		skip "the locale de_DE does not work here"
	for case in $cases; do
		take "$case" mid
		"$tool" "$input" >want
		try env LC_ALL=de_DE.UTF-8 TZ=America/New_York "$tool" "$input"
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
	for option in --since=2026-01-02T03:04:05.0035Z --gaps=0.5ms; do
		tele-extract $option "$BATS_FILE_TMPDIR/log" >want
		try env LC_ALL=de_DE.UTF-8 TZ=America/New_York \
			tele-extract $option "$BATS_FILE_TMPDIR/log"
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
	tele-stats "$BATS_FILE_TMPDIR/mid.events" | tee stats | tele-fmt >want
	try env LC_ALL=de_DE.UTF-8 tele-fmt stats
	said
	cmp want out
	[ "$status" -eq 0 ]
}

@test "faults: an event as long as --max-line is read, one byte more is reported and skipped" {
	local max tool end n

	for max in 200 1048576; do
		for tool in $tools; do
			events 2 | "$tool" >without
			for end in '\n' '\r\n' ''; do
				[ "$max$end" != '1048576\r\n' ] || continue
				for n in $((max - 1)) $max $((max + 1)); do
					# First, and last or in the middle.
					{ event_of "$n"; printf '\n'; events 1
					event_of "$n" y; printf %b "${end:-\n}"
					events 2 | tail -n 1
					[ -n "$end" ] || event_of "$n"; } >edge
					"$tool" --max-line 8M edge >with
					try "$tool" --max-line $max edge
					if [ "$n" -le $max ]; then
						said
						cmp with out
						[ "$status" -eq 0 ]
						continue
					fi
					line=': record is longer than --max-line'
					if [ -n "$end" ]; then
						said "$tool: edge:1$line" \
							"$tool: edge:3$line"
					else
						said "$tool: edge:1$line" \
							"$tool: edge:3$line" \
							"$tool: edge:5$line"
					fi
					cmp without out
					[ "$status" -eq 2 ]
				done
			done
		done
	done
}

@test "faults: a line of a log as long as --max-line is read, one byte more is reported and skipped" {
	local max end n

	for max in 200 1048576; do
		for end in '\n' '\r\n' ''; do
			for n in $((max - 1)) $max $((max + 1)); do
				{ line_of 100; echo; line_of "$n"
				printf '%b' "$end"; } >edge
				try tele-extract --max-line $max edge
				if [ "$n" -gt $max ]; then
					said "tele-extract: edge:2: record is longer than --max-line"
					[ "$(wc -l <out)" -eq 1 ]
					[ "$status" -eq 2 ]
					continue
				fi
				said
				[ "$(wc -l <out)" -eq 2 ]
				name=$(bytes $((n - 60)) s)
				[ "$(tail -n 1 out)" = "{\"time\":\"2026-01-02T03:04:05.001Z\",\"kind\":\"play\",\"name\":\"$name\",\"plugin\":\"P\",\"sequence_id\":\"$name\",\"src\":\"edge\",\"src_line\":2}" ]
				[ "$status" -eq 0 ]
			done
		done
	done
}

@test "faults: whether a line is too long does not depend on where a read ends" {
	local tool n

	for tool in $tools; do
		{ event_of 200; printf '\r\n'; } | "$tool" >want
		try "$tool" --max-line 200 < <(
			event_of 200
			printf '\r'
			sleep 0.1
			printf '\n'
		)
		said
		cmp want out
		[ "$status" -eq 0 ]
		# Too long in two pieces, and a good one behind it.
		events 1 | "$tool" >want
		try "$tool" --max-line 200 < <(
			event_of 201
			sleep 0.1
			echo
			events 1
		)
		said "$tool: <stdin>:1: record is longer than --max-line"
		cmp want out
		[ "$status" -eq 2 ]
		try "$tool" --max-line 200 < <(
			event_of 150 | head -c 149
			sleep 0.1
			bytes 150 x
			sleep 0.1
			bytes 150 x
			echo
			events 1
		)
		said "$tool: <stdin>:1: record is longer than --max-line"
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "faults: a --max-line beyond all memory is refused or obeyed, and loses nothing" {
	local tool size

	{ events 1; event_of 400000; echo; events 2 | tail -n 1; } >long
	for tool in $tools; do
		"$tool" long >want
		for size in 18446744073709551615 18446744073709551000 \
			17179869183G; do
			try "$tool" --max-line $size long
			if [ "$status" -eq 0 ]; then
				said
				cmp want out
			else
				[ "$status" -eq 2 ]
				[ ! -s out ]
				[ "$(wc -l <err)" -le 2 ]
			fi
		done
	done
}

@test "faults: memory that runs out anywhere is reported, and never a crash" {
	needs_plain_memory
	local enough kib

	log | gzip >log.gz
	log | zstd -q >log.zst
	for input in log log.gz log.zst; do
		[ "$input" != log ] || log >log
		tele-extract -f conductor $input >want
		enough=0
		for kib in {2000..16000..350}; do
			status=0
			(
				ulimit -v "$kib"
				exec tele-extract -f conductor $input
			) >out 2>err || status=$?
			case $status in
			0)
				cmp want out
				enough=1
				;;
			127) ;; # not even a start
			*)
				[ "$status" -eq 2 ]
				[[ "$(<err)" == "tele-extract: "*[a-z] ]]
				[ "$(wc -l <err)" -eq 1 ]
				;;
			esac
		done
		[ $enough -eq 1 ]
	done
}

@test "faults: a line of 256 MB needs no more memory than any other" {
	needs python3
	needs_plain_memory
	local tool

	for tool in $tools; do
		events 1 | "$tool" >want
		try_measured "$tool" < <(event_of 268435456; echo; events 1)
		said "$tool: <stdin>:1: record is longer than --max-line"
		cmp want out
		[ "$status" -eq 2 ]
		[ "$(<peak)" -le 16384 ]
		# The same for text, without a newline, and under a limit.
		try bash -c 'ulimit -v 40000; exec "$@"' - "$tool" \
			< <(events 1; bytes 268435456 x)
		said "$tool: <stdin>:2: record is longer than --max-line"
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "faults: nesting is read 512 deep, and refused deeper at the same place by every tool" {
	local tool n

	# The record is the first level, so that n arrays make n + 1.
	nested() {
		printf '{"kind":"beat","handler":"h1","x":'
		bytes "$1" '['
		bytes "$1" ']'
		printf ',"duration_ms":1.5}\n'
	}
	for tool in $tools; do
		{ nested 511; events 1; } >deep
		"$tool" --max-line 4M deep >want
		try "$tool" deep
		said
		[ "$(wc -l <out)" -eq "$(wc -l <want)" ]
		[ "$status" -eq 0 ]
		events 1 | "$tool" >want
		for n in 512 513 100000 500000; do
			{ events 1 ; nested $n; } >deep
			try "$tool" deep
			said "$tool: deep:2:546: nesting deeper than 512"
			cmp want out
			[ "$status" -eq 2 ]
		done
	done
}

@test "faults: an expression that takes for ever is given up, and that is said" {
	cat >evil.yaml <<-'END'
	name: evil
	title: expressions that take for ever
	dialects:
	  - name: a
	    begin: '{time} '
	messages:
	  - regex: '^(?<message>(a+)+)$'
	    emit: log
	END
	{
		echo "2026-01-02T03:04:05Z $(bytes 60 a)!"
		echo '2026-01-02T03:04:05Z aaa'
	} >evil.log
	try tele-extract -f ./evil.yaml evil.log
	said 'tele-extract: a regular expression of the format took too long on some lines, which count as unmatched'
	[ "$(jq -r .message out)" = aaa ]
	[ "$status" -eq 2 ]
}

@test "faults: a million open brackets do not overflow a stack of 256 KiB" {
	local tool open

	for tool in $tools; do
		events 1 | "$tool" >want
		for open in '[' '{"a":'; do
			{ events 1; printf '{"x":'
			# shellcheck disable=SC2046 # a word for each
			printf "$open%.0s" $(seq 170000)
			echo; } >deep
			try bash -c 'ulimit -s 256; exec "$@"' - \
				"$tool" --max-line 4M deep
			case $open in
			'[') said "$tool: deep:2:517: nesting deeper than 512" ;;
			*) said "$tool: deep:2:2561: nesting deeper than 512" ;;
			esac
			cmp want out
			[ "$status" -eq 2 ]
		done
		{ events 1; bytes 1000000 '['; echo; } >deep
		try "$tool" --max-line 4M deep
		case $tool in
		tele-fmt) said "$tool: deep:2:513: nesting deeper than 512" ;;
		*) said "$tool: deep:2:1: expected '{'" ;;
		esac
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "faults: 200,000 keys in a record, all different or all the same, take no time" {
	local key tool

	for key in 'k%.0f' k; do
		{ printf '{"kind":"beat","handler":"h1","duration_ms":1.5'
		seq -f ",\"$key\":1" 200000 | tr -d '\n'
		echo '}'; } >keys
		try tele-extract --max-line 4M keys
		said
		cmp keys out
		[ "$status" -eq 0 ]
		events 1 | tele-stats >want
		try tele-stats --max-line 4M keys
		said
		cmp want out
		[ "$status" -eq 0 ]
		events 1 | tele-fmt --columns kind,handler,duration_ms >want
		try tele-fmt --max-line 4M \
			--columns kind,handler,duration_ms keys
		case $key in
		k) said ;;
		*) said 'tele-fmt: some keys came too late to get a column' ;;
		esac
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "faults: a million names are counted within 64 MiB, the rest of 100,000 in one group" {
	needs python3
	needs_plain_memory
	try_measured tele-stats < <(events 1000000)
	said "tele-stats: more than 100000 groups: the rest, 900000 events, is '(other)'"
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 100001 ]
	[ "$(jq -n '[inputs.count] | add' out)" -eq 1000000 ]
	[ "$(jq -n '[inputs.total_ms] | add' out)" -eq 1500000 ]
	head -n 1 out | diff -u - <(cat <<-'END'
	{"handler":"(other)","count":900000,"errors":0,"error_rate":0,"total_ms":1350000,"self_ms":1350000,"min_ms":1.5,"mean_ms":1.5,"p50_ms":1.5,"p90_ms":1.5,"p95_ms":1.5,"p99_ms":1.5,"max_ms":1.5}
	END
	)
	[ "$(<peak)" -le 65536 ]
}

@test "faults: the names of a log are capped: 100,000 of each kind are read within 64 MiB" {
	needs python3
	needs_plain_memory
	log | tail -n +7 >one
	try_measured tele-extract --kind beat < <(
		awk '{ line[NR] = $0 }
			END { for (i = 1; i <= 100000; i++)
				for (n = 1; n <= NR; n++) {
					s = line[n]
					gsub(/[Cc]reate/, "&" i, s)
					gsub(/Build|Canvas|paintNode/, "&" i, s)
					print s
				} }' one
	)
	said
	[ "$(wc -l <out)" -eq 100000 ]
	[ "$(<peak)" -le 65536 ]
	[ "$status" -eq 0 ]
}

@test "faults: what is opened and never closed does not pile up" {
	needs python3
	needs_plain_memory
	for line in 7 8 10 6; do
		log | sed -n "${line}p" >one
		try_measured tele-extract < <(
			awk '{ for (i = 1; i <= 300000; i++) print }' one)
		[ "$status" -eq 0 ]
		[ "$(<peak)" -le 16384 ]
	done
	# A stack that does not end belongs to one error.
	try_measured tele-extract < <(
		log | sed -n 13p
		seq -f '    at frame (/app/src/a.js:%.0f:1)' 300000)
	said
	[ "$(wc -l <out)" -eq 1 ]
	[ "$(<peak)" -le 16384 ]
	[ "$status" -eq 0 ]
}

@test "faults: numbers and unknown keys pass through a filter byte for byte, in place" {
	cat >odd <<-'END'
	{"a":9007199254740993,"kind":"beat","b":1e400,"handler":"h","c":-0.0,"duration_ms":1.50,"d":1E+2}
	{"kind":"beat", "x" : [ 1.0, {"y":-0, "y":0.10e-1} ] ,"handler":"\u0068\/","é":"\ud83d\ude00\ud800"}
	{"kind":"beat","n":123456789012345678901234567890,"duration_ms":0.000001,"z":null,"kind2":""}
	{"kind":"new","handler":"h"}
	END
	for options in '' '-f tele' '--since 1900-01-01'; do
		# shellcheck disable=SC2086 # they are words
		try tele-extract $options odd
		said
		[ "$options" = '--since 1900-01-01' ] || cmp odd out
		[ "$status" -eq 0 ]
	done
	try tele-extract --session s odd
	said
	diff -u - out <<-'END'
	{"a":9007199254740993,"kind":"beat","b":1e400,"session":"s","handler":"h","c":-0.0,"duration_ms":1.50,"d":1E+2}
	{"kind":"beat", "x" : [ 1.0, {"y":-0, "y":0.10e-1} ] ,"session":"s","handler":"\u0068\/","é":"\ud83d\ude00\ud800"}
	{"kind":"beat","n":123456789012345678901234567890,"duration_ms":0.000001,"z":null,"kind2":"","session":"s"}
	{"kind":"new","session":"s","handler":"h"}
	END
	[ "$status" -eq 0 ]
}

@test "faults: a table and Markdown show a number as it is, never another" {
	cat >odd <<-'END'
	{"a":9007199254740993,"b":1e400,"c":123456789012345678901234567890}
	END
	try tele-fmt odd
	said
	diff -u - out <<-'END'
	               a      b                               c
	9007199254740993  1e400  123456789012345678901234567890
	END
	[ "$status" -eq 0 ]
	try tele-fmt md odd
	said
	diff -u - out <<-'END'
	| a | b | c |
	| ---: | ---: | ---: |
	| 9007199254740993 | 1e400 | 123456789012345678901234567890 |
	END
	[ "$status" -eq 0 ]
}

@test "faults: a duration that no clock can have is reported where it is" {
	cat >odd <<-'END'
	{"kind":"beat","handler":"h","duration_ms":1e400}
	{"kind":"beat","handler":"h","duration_ms":-1}
	{"kind":"beat","handler":"h","duration_ms":9007199254740993}
	{"kind":"beat","handler":"h","duration_ms":1.5}
	{"kind":"beat","handler":"h","duration_ms":1,"time":"2026-02-30T00:00:00Z"}
	END
	try tele-stats odd
	said "tele-stats: odd:1:44: 'duration_ms' is out of range" \
		"tele-stats: odd:2:44: 'duration_ms' is negative" \
		"tele-stats: odd:3:44: 'duration_ms' is out of range" \
		"tele-stats: odd:5:54: 'time' is no RFC 3339 time"
	diff -u - out <<-'END'
	{"handler":"h","count":1,"errors":0,"error_rate":0,"total_ms":1.5,"self_ms":1.5,"min_ms":1.5,"mean_ms":1.5,"p50_ms":1.5,"p90_ms":1.5,"p95_ms":1.5,"p99_ms":1.5,"max_ms":1.5}
	END
	[ "$status" -eq 2 ]
}

@test "faults: control characters in names are escaped in statistics and tables" {
	printf '{"kind":"beat","handler":"a\xc2\x9b\x7f\xe2\x80\xae\\u001b[31m","duration_ms":1,"x\xe2\x81\xa6":"\\u0085\\r\\u2028"}\n' >evil
	try tele-stats evil
	said
	diff -u - out <<-'END'
	{"handler":"a\u009b\u007f\u202e\u001b[31m","count":1,"errors":0,"error_rate":0,"total_ms":1,"self_ms":1,"min_ms":1,"mean_ms":1,"p50_ms":1,"p90_ms":1,"p95_ms":1,"p99_ms":1,"max_ms":1}
	END
	[ "$status" -eq 0 ]
	try tele-fmt evil
	said
	diff -u - out <<-'END'
	kind  handler                        duration ms  x\u2066
	beat  a\u009b\u007f\u202e\u001b[31m            1  \u0085\u000d\u2028
	END
	[ "$status" -eq 0 ]
	try tele-fmt tsv evil
	said
	diff -u - out <<-'END'
	kind	handler	duration_ms	x\u2066
	beat	a\u009b\u007f\u202e\u001b[31m	1	\u0085\u000d\u2028
	END
	[ "$status" -eq 0 ]
	try tele-fmt csv evil
	said
	tr -d '\r' <out | diff -u - <(cat <<-'END'
	kind,handler,duration_ms,x\u2066
	beat,a\u009b\u007f\u202e\u001b[31m,1,\u0085\u000d\u2028
	END
	)
	[ "$status" -eq 0 ]
	try tele-fmt md evil
	said
	diff -u - out <<-'END'
	| kind | handler | duration ms | x\\u2066 |
	| --- | --- | ---: | --- |
	| beat | a\\u009b\\u007f\\u202e\\u001b\[31m | 1 | \\u0085\\u000d\\u2028 |
	END
	[ "$status" -eq 0 ]
}

@test "faults: a control character passes through a filter to a pipe, and is escaped on a terminal" {
	printf '{"kind":"beat","handler":"a\xc2\x9b31m\x7f\xe2\x80\xae","duration_ms":1}\n' >evil
	try tele-extract evil
	said
	cmp evil out
	[ "$status" -eq 0 ]
	try script -qec 'tele-extract evil' /dev/null </dev/null
	[ "$status" -eq 0 ]
	tr -d '\r' <out >lines
	diff -u - lines <<-'END'
	{"kind":"beat","handler":"a\u009b31m\u007f\u202e","duration_ms":1}
	END
}

@test "faults: a key that --by or --session names is JSON, whatever is in it" {
	local name=$'a"b\\c\e\xc2\x9bé'

	jq -cn --arg k 'a"b\c'$'\e\xc2\x9b''é' \
		'{kind: "beat", ($k): "v", duration_ms: 1}' >evil
	try tele-stats --by "$name" evil
	said
	diff -u - out <<-'END'
	{"a\"b\\c\u001b\u009bé":"v","count":1,"errors":0,"error_rate":0,"total_ms":1,"self_ms":1,"min_ms":1,"mean_ms":1,"p50_ms":1,"p90_ms":1,"p95_ms":1,"p99_ms":1,"max_ms":1}
	END
	[ "$status" -eq 0 ]
	try tele-extract --kind play --session "$name" "$BATS_FILE_TMPDIR/log"
	said
	[ "$(jq -r .session out)" = "$name" ]
	clean out
	[ "$status" -eq 0 ]
}

@test "faults: no cell or heading of CSV is a formula, and every row has all columns" {
	cat >sheet <<-'END'
	{"a":"=1+1","b":"+1","c":"-1","d":"@SUM(A1)","e":-1,"f":"\t=1","g":"\r=1","h":"x,\"y\"","=i":"ok","j,k":1,"l\"m":1}
	END
	try tele-fmt csv sheet
	said
	[ "$status" -eq 0 ]
	needs python3
	python3 -c 'if True:
		import csv
		for row in csv.reader(open("out", newline="", encoding="utf-8")):
			print("|".join(row))
	' >cells
	diff -u - cells <<-'END'
	a|b|c|d|e|f|g|h|'=i|j,k|l"m
	'=1+1|'+1|'-1|'@SUM(A1)|-1|'\u0009=1|'\u000d=1|x,"y"|ok|1|1
	END
	# Every line ends as RFC 4180 has it.
	[ "$(grep -c $'\r$' out)" -eq 2 ]
}

@test "faults: a table in Markdown keeps its columns whatever the cells hold" {
	cat >cells <<-'END'
	{"a|b":"x|y","<b>":"`c` [l](u) <i> &amp; *e* _u_ \\ # !"}
	END
	try tele-fmt md cells
	said
	diff -u - out <<-'END'
	| a\|b | \<b\> |
	| --- | --- |
	| x\|y | \`c\` \[l\]\(u\) \<i\> \&amp; \*e\* \_u\_ \\ \# \! |
	END
	[ "$status" -eq 0 ]
}

@test "faults: bytes changed at random are read or reported, and never crash" {
	needs python3
	local status=0

	for case in $cases; do
		take "$case"
		python3 -c 'if True:
			import json, random, subprocess, sys
			tool, name, rounds = sys.argv[1:]
			text = open(name, "rb").read()
			# What times leave out is said.
			options = []
			if tool == "tele-extract":
				options = ["--assume-tz", "UTC", "--assume-date",
					"2026-01-01"]
			parts = (b"\0", b"\xff", b"\n", b"\r\n", b"\"", b"\\", b"{",
				b"}", b"[", b"]", b":", b",", b"\xc2\x9b", b"\xe2\x80",
				b"\\u0000", b"\\ud800", b"1e999", b"-", b"null",
				b"\x1b[31m", b" ", b"\t", b"\xef\xbb\xbf")
			seen = {}
			for seed in range(int(rounds)):
				r = random.Random(seed)
				input = bytearray(text * r.randint(1, 3))
				for _ in range(r.choice((1, 1, 2, 5, 50))):
					at = r.randrange(len(input))
					to = at + r.choice((0, 0, 1, 2, 20))
					input[at:to] = r.choice((b"", r.choice(parts),
						bytes([r.randrange(256)]),
						input[:r.randrange(200)]))
				open("changed", "wb").write(input)
				with open("out", "wb") as out, open("err", "wb") as err:
					status = subprocess.run([tool] + options + ["changed"],
						timeout=20, stdout=out,
						stderr=err).returncode
				seen[status] = seen.get(status, 0) + 1
				out = open("out", "rb").read()
				err = open("err", "rb").read()
				print(seed, status, err[:300])
				assert status in (0, 1, 2)
				assert status == 0 or err != b""
				for line in err.splitlines():
					assert line.startswith(tool.encode() + b": ")
					# What is no trouble is noted all the same.
					assert (status != 0 or b" are taken f" in line
						or b" skipped " in line)
				# Events pass with the blanks between their tokens.
				for c in out + err:
					assert c >= 32 or c in b"\t\n\r"
				for line in out.decode().split("\n"):
					if tool != "tele-fmt" and line:
						json.loads(line)
			print(f"{rounds} times {name}, statuses {seen}")
		' "$tool" "$input" "${TELE_ROUNDS:-60}" >rounds || status=$?
		tail -n 1 rounds
		[ "$status" -eq 0 ]
	done
}
