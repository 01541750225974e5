#!/usr/bin/env bats
# What every tool does alike: options, operands, messages, exit statuses.
#
# Each test runs all the tools of a list; a new tool is one word more.

# Those that read any number of files, one after the other.
tools='tele-check tele-cover tele-extract tele-fmt tele-gentest tele-graph tele-heatmap tele-map tele-stats tele-timeline'
# Those that read others.
every="$tools tele-diff tele-replay"

load helper
load tools

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR
	unset XDG_CONFIG_HOME COLUMNS
	# A tool that does not end shall not take the machine with it.
	ulimit -f 131072 -t 60
	mkdir bin
	echo 'topics: {a: }' >bin/topics.yaml
	always tele-check --sequences "$BATS_TEST_TMPDIR/bin/topics.yaml"
	always tele-cover --lcov /dev/null
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	beat a >a.ndjson
	beat b >b.ndjson
}

# A tool that does nothing without an option: tool $1 always has option $2 $3.
always() {
	printf '#!/bin/sh\nexec "%s" %s "%s" "$@"\n' "$(command -v "$1")" \
		"$2" "$3" >"bin/$1"
	chmod +x "bin/$1"
}

# An event, which every tool can read.
beat() {
	printf '{"kind":"beat","handler":"%s","duration_ms":1.5}\n' "$1"
}

# As said, after the message where to find help.
misused() {
	said "$1" "Try '${1%%:*} --help' for more information."
	[ ! -s out ]
	[ "$status" -eq 2 ]
}

# The text that a message shows as TEXT; bash knows \u only in UTF-8 locales.
unescape() {
	local text=${1//\\u009b/\\xc2\\x9b}

	printf %b "${text//\\u202e/\\xe2\\x80\\xae}"
}

# A command on a terminal, which is also its standard error; status in $status.
on_terminal() {
	echo "# $*"
	status=0
	script -qec "$*" /dev/null </dev/null >out || status=$?
	tr -d '\r' <out >plain
	mv plain out
}

@test "cli: --help and -h explain the tool on standard output" {
	for tool in $every; do
		try "$tool" --help
		said
		[ "$status" -eq 0 ]
		[[ "$(head -n 1 out)" == "usage: $tool [options] "* ]]
		grep -qx '  -h, --help                show this help' out
		grep -qx '      --version             show the version' out
		grep -qx 'examples:' out
		mv out long
		try "$tool" -h
		said
		[ "$status" -eq 0 ]
		cmp long out
	done
}

@test "cli: --version names the tool, the project and the release" {
	release=$(sed -n 's/^AC_INIT(\[tele\], \[\([^]]*\)\].*/\1/p' \
		"${srcdir:?}/configure.ac")
	[ -n "$release" ]
	for tool in $every; do
		try "$tool" --version
		said
		[ "$status" -eq 0 ]
		[ "$(<out)" = "$tool (tele) $release" ]
	done
}

@test "cli: --help and --version do not look at the operands" {
	for tool in $every; do
		for option in --help -h --version; do
			try "$tool" missing "$option" --bogus
			said
			[ "$status" -eq 0 ]
			[ -s out ]
		done
	done
}

@test "cli: --help and --version that cannot be written are trouble" {
	for tool in $every; do
		for option in --help --version; do
			status=0
			"$tool" "$option" >/dev/full 2>err || status=$?
			said "$tool: cannot write standard output: No space left on device"
			[ "$status" -eq 2 ]
			status=0
			"$tool" "$option" >&- 2>err || status=$?
			said "$tool: cannot write standard output: Bad file descriptor"
			[ "$status" -eq 2 ]
		done
	done
}

# What tool $1 reads so that it has something to say.
telling() {
	case $1 in
	tele-diff) echo a.ndjson b.ndjson ;;
	*) echo play.ndjson ;;
	esac
}

@test "cli: output that cannot be written is trouble, said once" {
	cat >play.ndjson <<-'EOF2'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","name":"e","duration_ms":1,"trace":"t","span":"b","parent":"s","event":"e","handler":"h"}
	{"time":"2026-01-02T03:04:05Z","kind":"sequence","name":"s","duration_ms":1,"trace":"t","span":"s","sequence":"s"}
	EOF2
	for tool in $every; do
		# shellcheck disable=SC2046 # they are words
		try "$tool" $(telling "$tool")
		[ -s out ]
		status=0
		# shellcheck disable=SC2046
		"$tool" $(telling "$tool") >/dev/full 2>err || status=$?
		said "$tool: cannot write standard output: No space left on device"
		[ "$status" -eq 2 ]
		status=0
		# shellcheck disable=SC2046
		"$tool" $(telling "$tool") >&- 2>err || status=$?
		said "$tool: cannot write standard output: Bad file descriptor"
		[ "$status" -eq 2 ]
	done
}

@test "cli: a reader that leaves ends a tool silently" {
	seq 3000 | sed 's/.*/{"time":"2026-01-02T03:04:05Z","kind":"sequence",'\
'"name":"s&","trace":"t&","span":"s","sequence":"s&","handler":"h&"}/' >play.ndjson
	sed s/sequence/beat/ play.ndjson >a.ndjson
	for tool in $every; do
		# shellcheck disable=SC2046,SC2216
		{
			echo 0 >left
			env --default-signal=PIPE "$tool" $(telling "$tool") 2>err ||
				echo $? >left
		} | sleep 0
		said
		grep -qE '^(141|0|1)$' left
	done
}

@test "cli: a letter stands for the same option in every tool" {
	for tool in $every; do
		"$tool" --help
	done | sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' | sort -u >letters
	[ -s letters ]
	cut -d ' ' -f 1 letters | uniq -d >twice
	[ ! -s twice ]
}

@test "cli: an unknown option is refused, with what may have been meant" {
	for tool in $every; do
		try "$tool" --bogus
		misused "$tool: unknown option '--bogus'"
		try "$tool" --hepl
		misused "$tool: unknown option '--hepl', did you mean '--help'?"
		try "$tool" --max-lime=5
		misused "$tool: unknown option '--max-lime', did you mean '--max-line'?"
		try "$tool" a.ndjson --stric
		misused "$tool: unknown option '--stric', did you mean '--strict'?"
		try "$tool" -Z
		misused "$tool: unknown option '-Z'"
		try "$tool" -Zh
		misused "$tool: unknown option '-Z'"
		try "$tool" ---help
		misused "$tool: unknown option '---help', did you mean '--help'?"
	done
}

@test "cli: an option that needs a value is refused without it" {
	for tool in $every; do
		try "$tool" --max-line
		misused "$tool: option '--max-line' needs a value"
		try "$tool" a.ndjson --max-line
		misused "$tool: option '--max-line' needs a value"
	done
	try tele-stats -n
	misused "tele-stats: option '-n' needs a value"
	try tele-stats -Fn
	misused "tele-stats: option '-n' needs a value"
}

@test "cli: a flag is refused with a value" {
	for tool in $every; do
		try "$tool" --strict=yes a.ndjson
		misused "$tool: option '--strict' takes no value"
		try "$tool" --strict= a.ndjson
		misused "$tool: option '--strict' takes no value"
	done
}

@test "cli: a size that is none is refused" {
	for tool in $every; do
		for value in '' x -1 +1 1x 1kk 1.5 1e9 0x10 ' 1' '1 ' k -- \
			18446744073709551616 99999999999999999999 \
			17179869184G; do
			try "$tool" --max-line "$value" a.ndjson
			misused "$tool: invalid BYTES '$value' for --max-line"
			try "$tool" --max-line="$value" a.ndjson
			misused "$tool: invalid BYTES '$value' for --max-line"
		done
	done
}

@test "cli: a size may have a suffix" {
	awk 'BEGIN { printf "{\"kind\":\"beat\",\"handler\":\"";
		for (i = 0; i < 1500; i++) printf "x";
		print "\",\"duration_ms\":1}" }' >long.ndjson
	cat b.ndjson >>long.ndjson
	for tool in $tools; do
		"$tool" long.ndjson >whole
		for value in 2000 2k 2K 1M 1048576; do
			try "$tool" --max-line "$value" long.ndjson
			said
			cmp whole out
			[ "$status" -eq 0 ]
		done
		for value in 1000 1k 1K; do
			try "$tool" --max-line "$value" long.ndjson
			said "$tool: long.ndjson:1: record is longer than --max-line"
			"$tool" b.ndjson | cmp - out
			[ "$status" -eq 2 ]
		done
	done
}

@test "cli: other values that make no sense are refused" {
	try tele-extract --kind beat,bogus a.ndjson
	misused "tele-extract: unknown kind 'bogus'"
	try tele-extract --since yesterday a.ndjson
	misused "tele-extract: invalid TIME 'yesterday' for --since"
	try tele-extract --until 2026-02-30 a.ndjson
	misused "tele-extract: invalid TIME '2026-02-30' for --until"
	try tele-extract --gaps 5parsecs a.ndjson
	misused "tele-extract: invalid DURATION '5parsecs' for --gaps, which takes a unit as in '5s'"
	try tele-diff --kind bogus a.ndjson b.ndjson
	misused "tele-diff: unknown kind 'bogus'"
	try tele-diff --unit day a.ndjson b.ndjson
	misused "tele-diff: invalid UNIT 'day' for --unit"
	for value in '' ten -1 1k 5%% % nan 1e400; do
		try tele-diff --min-effect "$value" a.ndjson b.ndjson
		misused "tele-diff: invalid PERCENT '$value' for --min-effect"
		try tele-diff --max-drift "$value" a.ndjson b.ndjson
		misused "tele-diff: invalid PERCENT '$value' for --max-drift"
	done
	try tele-diff --min-abs 1 a.ndjson b.ndjson
	misused "tele-diff: invalid DURATION '1' for --min-abs, which takes a unit as in '5s'"
	try tele-diff --fail-on slower,bogus a.ndjson b.ndjson
	misused "tele-diff: invalid WHAT 'bogus' for --fail-on"
	for option in min-units seed max-names; do
		try tele-diff --$option -1 a.ndjson b.ndjson
		misused "tele-diff: invalid N '-1' for --$option"
	done
	try tele-stats --kind bogus a.ndjson
	misused "tele-stats: unknown kind 'bogus'"
	try tele-stats --sort bogus a.ndjson
	misused "tele-stats: unknown key 'bogus' for --sort"
	for value in '' ten -1 1k 18446744073709551616; do
		try tele-stats --top "$value" a.ndjson
		misused "tele-stats: invalid N '$value' for --top"
	done
	try tele-fmt --color sometimes a.ndjson
	misused "tele-fmt: invalid WHEN 'sometimes' for --color"
	try tele-fmt --width wide a.ndjson
	misused "tele-fmt: invalid N 'wide' for --width"
}

@test "cli: what is quoted in a message about an option cannot drive a terminal" {
	local evil=$'x\e[31m\xc2\x9b\xe2\x80\xae\x7f\xff\n'
	local shown='x\u001b[31m\u009b\u202e\u007f\xff\u000a'

	for tool in $every; do
		try "$tool" "--$evil"
		misused "$tool: unknown option '--$shown'"
		try "$tool" --max-line "$evil"
		misused "$tool: invalid BYTES '$shown' for --max-line"
		try "$tool" $'-\e'
		misused "$tool: unknown option '-\\u001b'"
		try "$tool" $'-\xff'
		misused "$tool: unknown option '-\\xff'"
	done
}

@test "cli: options may follow operands" {
	for tool in $tools; do
		"$tool" a.ndjson b.ndjson >want
		try "$tool" a.ndjson --strict b.ndjson --max-line 2k
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: letters may be joined, and their value to them" {
	tele-stats --by kind --top 1 a.ndjson >want
	for options in '-bkind -n1' '-b kind -n 1' '-n1 --by=kind'; do
		# shellcheck disable=SC2086 # they are several words
		try tele-stats $options a.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: the last of two equal options counts" {
	for tool in $tools; do
		"$tool" a.ndjson >want
		try "$tool" --max-line 1 --max-line 1M a.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: after -- nothing is an option" {
	beat n >-n
	beat h >--help
	for tool in $tools; do
		"$tool" ./-n ./--help a.ndjson >want
		try "$tool" --strict -- -n --help a.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
		try "$tool" a.ndjson -- --
		said "$tool: cannot open '--': No such file or directory"
		[ "$status" -eq 2 ]
	done
}

@test "cli: no file or - is standard input, among files in its place" {
	for tool in $tools; do
		"$tool" a.ndjson >want
		try "$tool" <a.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
		try "$tool" - <a.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
		beat c >c.ndjson
		"$tool" a.ndjson c.ndjson b.ndjson >want
		try "$tool" a.ndjson - b.ndjson <c.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: without a file and on a terminal a tool says so instead of waiting" {
	for tool in $tools; do
		on_terminal "timeout 10 $tool"
		diff -u - out <<-END
		$tool: no file, and standard input is a terminal
		Try '$tool --help' for more information.
		END
		[ "$status" -eq 2 ]
	done
}

@test "cli: files are read in the order given" {
	try tele-extract b.ndjson a.ndjson b.ndjson
	said
	cat b.ndjson a.ndjson b.ndjson | cmp - out
	[ "$status" -eq 0 ]
}

@test "cli: any name of a file will do, and none drives the terminal" {
	local name shown

	for tool in $tools; do
		while read -r shown; do
			name=$(unescape "$shown")
			beat x >"./$name"
			"$tool" - <"./$name" >want
			try "$tool" -- "$name"
			said
			cmp want out
			[ "$status" -eq 0 ]
			echo '{"kind" 1}' >"./$name"
			try "$tool" --max-line 10k -- "$name" a.ndjson
			case $tool in
			tele-extract) # to which it may be anything
				said "$tool: $shown: no format knows it; as JSON, line 1, column 9: expected ':' after key"
				[ "$status" -eq 1 ]
				;;
			*)
				said "$tool: $shown:1:9: expected ':' after key"
				[ "$status" -eq 2 ]
				;;
			esac
			clean out err
			rm "./$name"
			try "$tool" -- "$name"
			said "$tool: cannot open '$shown': No such file or directory"
			# A graph of nothing is one all the same.
			[ "$tool" = tele-graph ] || [ ! -s out ]
			[ "$status" -eq 2 ]
		done <<-'END'
		-n
		two words
		two\u000alines
		red\u001b[31m
		c1\u009b
		bidi\u202e
		bad\xff
		percent%s%n
		quote'"$(touch x)
		umläut
		END
	done
}

@test "cli: the name of a file is escaped in the events that name it" {
	local line='2026-01-02T03:04:05.000Z PluginInterfaceFacade.play(): P -> s'
	local name=$'a\e[31m\xc2\x9b\xff"\\ \n.log'

	echo "$line" >"$name"
	try tele-extract --kind play "$name"
	said
	diff -u - out <<-'END'
	{"time":"2026-01-02T03:04:05.000Z","kind":"play","name":"s","plugin":"P","sequence_id":"s","src":"a\u001b[31m\u009b�\"\\ \n.log","src_line":1}
	END
	[ "$status" -eq 0 ]
}

@test "cli: a file that is missing, a directory or empty by name does not stop the others" {
	mkdir folder
	ln -s nowhere dangling
	ln -s loop loop
	for tool in $tools; do
		"$tool" a.ndjson b.ndjson >want
		try "$tool" missing a.ndjson folder '' dangling loop b.ndjson \
			a.ndjson/x
		said "$tool: cannot open 'missing': No such file or directory" \
			"$tool: cannot read 'folder': Is a directory" \
			"$tool: cannot open '': No such file or directory" \
			"$tool: cannot open 'dangling': No such file or directory" \
			"$tool: cannot open 'loop': Too many levels of symbolic links" \
			"$tool: cannot open 'a.ndjson/x': Not a directory"
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "cli: a file that may not be read does not stop the others" {
	local as=()

	touch locked
	chmod 000 locked
	if cat locked 2>err; then
		as=(setpriv '--bounding-set=-dac_override,-dac_read_search')
	fi
	! "${as[@]}" cat locked 2>err || skip "everything may be read here"
	grep -q 'locked: Permission denied' err ||
		skip "the right to read everything cannot be given up here"
	for tool in $tools; do
		"$tool" a.ndjson b.ndjson >want
		try "${as[@]}" "$(command -v "$tool")" a.ndjson locked b.ndjson
		said "$tool: cannot open 'locked': Permission denied"
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "cli: a pipe, an empty file and a file twice are files like others" {
	mkfifo pipe
	: >empty
	for tool in $tools; do
		"$tool" a.ndjson b.ndjson a.ndjson >want
		cat b.ndjson >pipe &
		try "$tool" a.ndjson empty pipe /dev/null a.ndjson
		wait
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: more files than may be open at once are read one after the other" {
	local files=()

	for i in {1..50}; do
		beat "h$i" >"$i.ndjson"
		files+=("$i.ndjson")
	done
	for tool in $tools; do
		cat "${files[@]}" | "$tool" >want
		try bash -c 'ulimit -n 16; exec "$@"' - "$tool" "${files[@]}"
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: files that gzip or zstd compressed are read as what they hold" {
	gzip <a.ndjson >a.ndjson.gz
	zstd -q <b.ndjson >b.ndjson.zst
	for tool in $tools; do
		"$tool" a.ndjson b.ndjson >want
		try "$tool" a.ndjson.gz b.ndjson.zst
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: empty input is no trouble and no output" {
	for tool in $tools; do
		try "$tool" </dev/null
		said
		# A graph of nothing is one all the same.
		[ "$tool" = tele-graph ] || [ ! -s out ]
		[ "$status" -eq 0 ]
	done
}

@test "cli: ten malformed records of a file are reported, the rest counted, all others kept" {
	for i in {1..15}; do
		echo '{"kind" 1}'
		beat "h$i"
	done >half.ndjson
	cp half.ndjson again.ndjson
	grep -v 'kind" 1' half.ndjson >good.ndjson
	for tool in $tools; do
		"$tool" good.ndjson good.ndjson a.ndjson >want
		for file in half.ndjson '<stdin>'; do
			for ((i = 1; i < 20; i += 2)); do
				echo "$tool: $file:$i:9: expected ':' after key"
			done
			echo "$tool: $file: 5 more malformed records"
		done >want.err
		# The first record decides that tele-extract reads events.
		try "$tool" half.ndjson - a.ndjson <again.ndjson
		diff -u want.err err
		cmp want out
		[ "$status" -eq 2 ]
	done
}

@test "cli: --strict stops at the first malformed record" {
	{ beat a; beat b; echo '{"kind" 1}'; beat c; echo '}'; } >bad.ndjson
	for tool in $tools; do
		try "$tool" --strict bad.ndjson missing
		said "$tool: bad.ndjson:3:9: expected ':' after key"
		[ "$status" -eq 2 ]
		! grep -qw c out
	done
}

@test "cli: what a filter has read before --strict stops it is written" {
	{ beat a; beat b; echo '{"kind" 1}'; beat c; } >bad.ndjson
	try tele-extract --strict bad.ndjson
	said "tele-extract: bad.ndjson:3:9: expected ':' after key"
	head -n 2 bad.ndjson | cmp - out
	[ "$status" -eq 2 ]
}

@test "cli: --progress draws on standard error only" {
	for tool in $tools; do
		"$tool" a.ndjson >want
		try "$tool" --progress a.ndjson
		grep -q 'MB/s  100 %' err
		cmp want out
		[ "$status" -eq 0 ]
	done
}

@test "cli: locale, time zone and environment change nothing" {
	local as

	for tool in $tools; do
		"$tool" a.ndjson b.ndjson >want
		for as in LC_ALL=C LC_ALL=C.UTF-8 LC_ALL=nowhere LANG=tr_TR.UTF-8 \
			TZ=America/New_York TZ=:/etc/shadow COLUMNS=0 \
			COLUMNS=-1 COLUMNS=20 TERM=dumb NO_COLOR=1; do
			try env "$as" "$tool" a.ndjson b.ndjson
			said
			cmp want out
			[ "$status" -eq 0 ]
		done
		# Without PATH and HOME; the formats are not installed yet.
		try env -i ${TELE_FORMATS:+TELE_FORMATS="$TELE_FORMATS"} \
			"$(command -v "$tool")" a.ndjson b.ndjson
		said
		cmp want out
		[ "$status" -eq 0 ]
	done
}
