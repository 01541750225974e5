#!/usr/bin/env bats
# tele-heatmap: what it draws, each format, each option.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# Ten seconds: `a` takes 1 ms in each, and 8 ms in the last; `b` takes
	# 40 ms twice in the third and fails once; `c` has no duration.
	for second in 0 1 2 3 4 5 6 7 8 9; do
		work "$second" a $((second == 9 ? 8 : 1)) ok
	done >busy
	{ work 2 b 40 ok; work 2.5 b 40 error; } >>busy
	echo '{"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"c","plugin":"P","status":"ok"}' >>busy
}

# A beat at second $1 of the handler $2 that takes $3 ms.
work() {
	printf '{"time":"2026-01-02T03:04:%05.2fZ","kind":"beat","handler":"%s","plugin":"P","duration_ms":%s,"status":"%s"}\n' \
		"$1" "$2" "$3" "$4"
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# The cells of the last run as `handler time count errors p95`.
cells() {
	output=$(jq -r '[.handler, .time[11:], .count, .errors,
		(.p95_ms // "-")] | join(" ")' <<<"$output")
}

# --- what is drawn -----------------------------------------------------------

@test "heatmap: rows by total time, columns by round times, shades with numbers" {
	run --separate-stderr tele-heatmap busy
	same <<-'EOF'
	handlers by time
	p95 of the durations in a cell, a logarithmic scale, the same for all rows
	2026-01-02T03:04:00.000Z to 2026-01-02T03:04:09.500Z, a column is 500 ms
	             03:04:00.0          03:04:05                         total      p95
	b                    ███!                                         80 ms    40 ms
	a            ▁▁  ▁▁  ▁▁  ▁▁  ▁▁  ▁▁  ▁▁  ▁▁  ▁▁  ▅▅               17 ms     8 ms
	c                                '
	▁≤1 ms  ▂≤2 ms  ▃≤5 ms  ▅≤10 ms  ▆≤20 ms  █≤50 ms
	blank: nothing happened  !: something failed  ': of no duration
	
	most time of 3                         total    share      p95    count   failed
	   1  b  P                             80 ms   82.5 %    40 ms        2        1
	   2  a  P                             17 ms   17.5 %     8 ms       10        0
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: a record for each cell" {
	run --separate-stderr tele-heatmap -f ndjson --step 5s busy
	same <<-'EOF'
	{"handler":"b","owner":"P","time":"2026-01-02T03:04:00Z","step_ms":5000,"count":2,"errors":1,"total_ms":80,"p95_ms":40}
	{"handler":"a","owner":"P","time":"2026-01-02T03:04:00Z","step_ms":5000,"count":5,"errors":0,"total_ms":5,"p95_ms":1}
	{"handler":"a","owner":"P","time":"2026-01-02T03:04:05Z","step_ms":5000,"count":5,"errors":0,"total_ms":12,"p95_ms":8}
	{"handler":"c","owner":"P","time":"2026-01-02T03:04:05Z","step_ms":5000,"count":1,"errors":0}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: cells of a log are what jq counts" {
	tele-extract -k beat "$srcdir/examples/app.log" >app.ndjson
	run --separate-stderr tele-heatmap -f ndjson --rows 0 --step 100ms app.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -r '[.owner, .handler, .time, .count, .errors,
		.total_ms, .p95_ms] | join(" ")' <<<"$output" | sort)
	# Stamps have milliseconds: the last two digits are cut off.
	same < <(jq -rs 'group_by([.plugin, .handler, .time[0:21]])[]
		| [.[0].plugin, .[0].handler, .[0].time[0:21] + "00Z", length,
			(map(select(.status == "error")) | length),
			(if any(.duration_ms) then
				(map(.duration_ms // 0) | add * 100 | round / 100)
			else null end),
			(map(.duration_ms | values) | sort |
				.[(length * 0.95 | ceil) - 1])
			] | join(" ")' app.ndjson | sort)
}

@test "heatmap: the list has the shares of all time, and the code" {
	cat >events <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"slow","plugin":"P","duration_ms":75,"code_file":"src/slow.js","code_line":7}
	{"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"fast","plugin":"P","duration_ms":25,"status":"error"}
	EOF
	run --separate-stderr tele-heatmap -w 100 events
	output=$(sed -n '/^most time/,$p' <<<"$output")
	same <<-'EOF'
	most time of 2                                            total    share      p95    count   failed
	   1  slow  P                                             75 ms     75 %    75 ms        1        0
	      src/slow.js:7
	   2  fast  P                                             25 ms     25 %    25 ms        1        1
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# Where the line is too short for the code, it has one of its own.
	run --separate-stderr tele-heatmap -w 72 events
	[ "$(grep -c '^      src/slow.js:7$' <<<"$output")" -eq 1 ]
}

@test "heatmap: long times without anything are one gap, with a name" {
	{ work 1 a 5 ok; work 2 a 5 ok; } >morning
	sed 's/T03:/T09:/' morning >evening
	cat morning evening >idle
	run --separate-stderr tele-heatmap -w 60 --top 0 idle
	same <<-'EOF'
	handlers by time
	p95 of the durations in a cell, a logarithmic scale, the
	same for all rows
	2026-01-02T03:04:01.000Z to 2026-01-02T09:04:02.200Z, a
	column is 200 ms
	                        ⋯6 h⋯
	             03:04:01.0     09:04:01.0        total      p95
	a            ▄▄        ▄▄ ⋯ ▄▄        ▄▄      20 ms     5 ms
	▄≤5 ms
	blank: nothing happened
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: what has no time is in the list, and told" {
	echo '{"kind":"beat","handler":"a","plugin":"P","duration_ms":5}' >>busy
	run --separate-stderr tele-heatmap busy
	grep -q '^no time, so in no cell: 1 events$' <<<"$output"
	grep -qE '^ +2  a  P +22 ms' <<<"$output"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- options -----------------------------------------------------------------

@test "heatmap: --cell shows counts, errors or shares" {
	for cell in count errors share; do
		run --separate-stderr tele-heatmap --cell $cell -w 60 --top 0 busy
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		echo "$output" | sed -n '2,3p;/≤/p;/^[abc] /p'
	done >shown
	run --separate-stderr cat shown
	same <<-'EOF'
	how many in a cell, a logarithmic scale, the same for all
	rows
	b                ▄!                           80 ms    40 ms
	a            ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄              17 ms     8 ms
	c                      ▄
	▄≤1
	how many failed in a cell, a logarithmic scale, the same for
	all rows
	b                ▁█                           80 ms    40 ms
	a            ▁ ▁ ▁ ▁ ▁ ▁ ▁ ▁ ▁ ▁              17 ms     8 ms
	c                      ▁
	▁≤0  █≤1
	share of the time of all in a column, a logarithmic scale,
	the same for all rows
	b                █!                           80 ms    40 ms
	a            █ █ ▁ █ █ █ █ █ █ █              17 ms     8 ms
	c                      ▁
	▁≤5 %  ▂≤10 %  ▄≤20 %  ▆≤50 %  █≤100 %
	EOF
}

@test "heatmap: --handler shows latencies, so that two speeds can be seen" {
	for second in 0 1 2 3 4 5 6 7 8 9; do
		work "$second" x 1.1 ok
		work "$second" x 20 ok
	done >two
	work 5 x 9 error >>two
	work 5 y 9 error >>two
	run --separate-stderr tele-heatmap --handler x -w 60 two
	same <<-'EOF'
	x: latency by time
	how many in a cell, a logarithmic scale, the same for all
	rows
	2026-01-02T03:04:00.000Z to 2026-01-02T03:04:09.500Z, a
	column is 500 ms
	        from 03:04:00.0                       count   failed
	       20 ms ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄                 10
	       16 ms
	     12.5 ms
	       10 ms
	        8 ms           !                          1        1
	      6.3 ms
	        5 ms
	        4 ms
	     3.15 ms
	      2.5 ms
	        2 ms
	      1.6 ms
	     1.25 ms
	        1 ms ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄                 10
	▄≤1
	blank: nothing happened  !: something failed
	21 times, 1 failed, p50 9 ms, p95 20 ms, p99 20 ms, max 20
	ms
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-heatmap --handler P/y -f ndjson two
	same <<-'EOF'
	{"handler":"P/y","from_ms":8,"to_ms":10,"time":"2026-01-02T03:04:05.000Z","step_ms":10,"count":1,"errors":1,"total_ms":9,"p95_ms":9}
	EOF
	run --separate-stderr tele-heatmap --handler z two
	[ "$output" = "" ]
	[ "$stderr" = "tele-heatmap: no handler is called 'z'" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-heatmap --handler x --cell share two
	[ "${stderr_lines[0]}" = "tele-heatmap: with --handler, --cell is count or errors" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-heatmap --handler c busy
	[ "$stderr" = "tele-heatmap: of no duration, so in no row: 1 events" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: --kind says what is counted" {
	{
		echo '{"time":"2026-01-02T03:04:05Z","kind":"sequence","name":"s","duration_ms":3}'
		echo '{"time":"2026-01-02T03:04:05Z","kind":"log","name":"l","duration_ms":3}'
		echo '{"time":"2026-01-02T03:04:05Z","kind":"log","name":"m"}'
	} >kinds
	run --separate-stderr tele-heatmap -f ndjson kinds
	cells
	same <<-'EOF'
	l 03:04:05Z 1 0 3
	EOF
	run --separate-stderr tele-heatmap -f ndjson -k sequence,log kinds
	cells
	same <<-'EOF'
	l 03:04:05Z 1 0 3
	s 03:04:05Z 1 0 3
	m 03:04:05Z 1 0 -
	EOF
	run --separate-stderr tele-heatmap -k beet kinds
	[ "${stderr_lines[0]}" = "tele-heatmap: unknown kind 'beet'" ]
	[ "$status" -eq 2 ]
}

@test "heatmap: --step makes columns of that length" {
	run --separate-stderr tele-heatmap -f ndjson --step 3s busy
	output=$(jq -c 'select(.handler == "a") | [.time[17:], .count]' \
		<<<"$output" | tr -d '\n')
	[ "$output" = '["00Z",3]["03Z",3]["06Z",3]["09Z",1]' ]
	# A thousand parts are too many.
	for ((i = 0; i < 1000; i++)); do
		printf '{"time":"2026-01-02T03:%02d:%02dZ","kind":"beat","handler":"a","duration_ms":1}\n' \
			$((i / 60)) $((i % 60))
	done >long
	run --separate-stderr tele-heatmap -f ndjson --step 1s long
	[ "${#lines[@]}" -eq 200 ]
	[ "$(jq -s 'map(.count) | add' <<<"$output")" -eq 1000 ]
	[ "$stderr" = "tele-heatmap: columns of 1 s would be too many: they are 5 s" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: --rows shows the first, and counts the others" {
	run --separate-stderr tele-heatmap --rows 1 --top 0 busy
	[ "$(grep -c '^hidden: 2 more rows$' <<<"$output")" -eq 1 ]
	[ "$(grep -cE '^[abc] ' <<<"$output")" -eq 1 ]
	run --separate-stderr tele-heatmap --rows 0 --top 0 busy
	[ "$(grep -cE '^[abc] ' <<<"$output")" -eq 3 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: --per-row gives each row a scale of its own" {
	run --separate-stderr tele-heatmap --per-row -w 60 --top 0 busy
	output=$(grep -E '^(a |b |each)' <<<"$output")
	same <<-'EOF'
	b                ▄!                           80 ms    40 ms
	a            ▁ ▁ ▁ ▁ ▁ ▁ ▁ ▁ ▁ █              17 ms     8 ms
	each row from its least ▁▂▃▄▅▆▇█ to its most
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: --top says how many are listed" {
	run --separate-stderr tele-heatmap --top 1 busy
	[ "$(sed -n '/^most time/,$p' <<<"$output" | wc -l)" -eq 2 ]
	run --separate-stderr tele-heatmap -n 0 busy
	[ "$(grep -c '^most time' <<<"$output")" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: --max-names puts the rest in one row" {
	run --separate-stderr tele-heatmap --max-names 1 -f ndjson --step 1m busy
	output=$(jq -c '[.handler, .count]' <<<"$output")
	same <<-'EOF'
	["(other)",3]
	["a",10]
	EOF
	[ "$stderr" = "tele-heatmap: more than 1 handlers: the rest, 3 events, is '(other)'" ]
	[ "$status" -eq 0 ]
}

# --- formats -----------------------------------------------------------------

@test "heatmap: SVG is well formed, and no name is code in it" {
	needs python3
	python3 - >hostile <<-'EOF'
	import json
	for i, name in enumerate(["</text><script>alert(1)</script>", "'", "\x1b[31m",
	    "\"onload=\"x", "&amp;", "]]>", "\u202eevil", "\ufffe", "x" * 5000]):
	    print(json.dumps({"time": "2026-01-02T03:04:%02dZ" % i, "kind": "beat",
	        "handler": name, "plugin": name, "duration_ms": 9 - i,
	        "status": "error", "code_file": name, "code_line": 3}))
	EOF
	run --separate-stderr tele-heatmap -f svg hostile
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >hostile.svg
	run --separate-stderr python3 - <<-'EOF'
	import xml.etree.ElementTree as tree
	elements = list(tree.parse("hostile.svg").iter())
	for e in elements:
	    assert e.tag.split("}")[1] in ("svg", "title", "rect", "text", "line",
	        "g"), e.tag
	    assert not any(a.startswith("on") or "href" in a for a in e.attrib)
	texts = {e.text for e in elements if e.text}
	for name in ("]]>", "&amp;", r"\u001b[31m", r"\u202eevil"):
	    assert any(name in text for text in texts), name
	# A box for each cell and each level of the legend, and the paper.
	print(sum(e.tag.endswith("rect") for e in elements))
	EOF
	echo "$stderr"
	# Durations of 1 to 9 ms: levels of 1, 2, 5 and 10.
	[ "$output" = "14" ]
	for format in text ndjson svg; do
		tele-heatmap -f $format hostile >out 2>err
		run ! env LC_ALL=C grep -qaP \
			'[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' \
			out err
	done
}

@test "heatmap: SVG opens in a browser" {
	needs chromium
	tele-heatmap -f svg busy >busy.svg
	run --separate-stderr chromium --headless --no-sandbox --disable-gpu \
		--dump-dom "file://$PWD/busy.svg"
	[ "$status" -eq 0 ]
	[ "$(grep -c '<text' <<<"$output")" -eq "$(grep -c '<text' busy.svg)" ]
	run ! grep -qi 'parsererror' <<<"$output"
}

# --- what cannot be drawn ----------------------------------------------------

@test "heatmap: empty input is an empty map" {
	for format in text svg ndjson; do
		run --separate-stderr tele-heatmap -f $format /dev/null
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		[ $format != svg ] || [ "${lines[-1]}" = "</svg>" ]
	done
}

@test "heatmap: what is no event, or a broken one, is reported and skipped" {
	run --separate-stderr tele-heatmap -f ndjson --step 1m - busy <<-'EOF'
	{"kind":"beat","handler":"a","time":"soon","duration_ms":1}
	{"handler":"a","count":1,"p50_ms":1}
	EOF
	[ "${#lines[@]}" -eq 3 ]
	[ "$stderr" = "$(cat <<-'EOF'
	tele-heatmap: <stdin>:1:38: 'time' is no RFC 3339 time
	tele-heatmap: <stdin>:2:1: not an event
	EOF
	)" ]
	[ "$status" -eq 2 ]
}

@test "heatmap: times from one end to the other do no harm" {
	{
		echo '{"time":"1677-09-22T00:00:00Z","kind":"beat","handler":"a","duration_ms":1}'
		echo '{"time":"2262-04-01T00:00:00Z","kind":"beat","handler":"a","duration_ms":1}'
		echo '{"time":"1970-01-01T00:00:00.000000001Z","kind":"beat","handler":"a","duration_ms":9000000000000}'
	} >wide
	for format in text svg ndjson; do
		run --separate-stderr tele-heatmap -f $format wide
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	[ "$(jq -s 'map(.count) | add' <<<"$output")" -eq 3 ]
}

@test "heatmap: a step that is far too short draws no millions of columns" {
	local i
	for i in {10..40}; do
		echo '{"time":"2026-01-02T03:'"$i"':00Z","kind":"beat","handler":"a","duration_ms":1}'
	done >even
	run --separate-stderr tele-heatmap --step 1us even
	[ "$stderr" = "" ]
	[ "${#lines[0]}" -lt 1000 ]
	[ "$(grep -c '^a ' <<<"$output")" -eq 1 ]
	run --separate-stderr bash -c "tele-heatmap --step 1us -f svg even |
		grep -c '<rect'"
	[ "$stderr" = "" ]
	[ "$output" -lt 1000 ]
}

@test "heatmap: it fits into 40 columns" {
	run --separate-stderr tele-heatmap -w 40 busy
	same <<-'EOF'
	handlers by time
	p95 of the durations in a cell, a
	logarithmic scale, the same for all rows
	2026-01-02T03:04:00Z to
	2026-01-02T03:04:10Z, a column is 1 s
	             03:04:00              total
	b              !                   80 ms
	a            ▁▁▁▁▁▁▁▁▁▅            17 ms
	c                 '
	▁≤1 ms  ▂≤2 ms  ▃≤5 ms  ▅≤10 ms
	▆≤20 ms  █≤50 ms
	blank: nothing happened  !: something
	failed  ': of no duration

	most time of 3            total    share
	   1  b  P                80 ms   82.5 %
	   2  a  P                17 ms   17.5 %
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-heatmap -w 40 --handler a busy
	[ "$(LC_ALL=C.UTF-8 awk 'length > 40' <<<"$output")" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "heatmap: a thousand handlers keep their columns while cells are small" {
	awk 'BEGIN { for (i = 0; i < 60000; i++)
		printf "{\"time\":\"2026-01-02T03:%02d:%02dZ\",\"kind\":\"beat\",\"handler\":\"h%d\",\"duration_ms\":1}\n",
			i / 1000 / 60, i / 1000 % 60, i % 1000 }' >many
	run --separate-stderr tele-heatmap -f ndjson --rows 0 many
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ "$(jq -r .time <<<"$output" | sort -u | wc -l)" -eq 60 ]
	[ "$(jq -s 'map(.count) | add' <<<"$output")" -eq 60000 ]
}

@test "heatmap: names that are escaped in two ways are one" {
	cat >events <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"a\/b","plugin":"P\/Q","duration_ms":1}
	{"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"\u0061/b","plugin":"P/Q","duration_ms":2}
	EOF
	run --separate-stderr tele-heatmap -f ndjson events
	same <<-'EOF'
	{"handler":"a/b","owner":"P/Q","time":"2026-01-02T03:04:05Z","step_ms":1000,"count":2,"errors":0,"total_ms":3,"p95_ms":2}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	for name in a/b P/Q/a/b; do
		run --separate-stderr tele-heatmap -f ndjson --handler $name events
		[ "$(jq -s 'map(.count) | add' <<<"$output")" -eq 2 ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-heatmap -f ndjson --handler Q/a/b events
	[ "$status" -eq 1 ]
}

@test "heatmap: the same events give the same map in any order" {
	tele-extract -k beat "$srcdir/examples/app.log" >app.ndjson
	tele-heatmap app.ndjson >one
	shuf --random-source=<(yes) app.ndjson | tele-heatmap >two
	run --separate-stderr diff one two
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}
