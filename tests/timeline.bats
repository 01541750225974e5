#!/usr/bin/env bats
# tele-timeline: what it draws, each format, each option.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# A request of 100 ms.  It reads for 40 ms; then two parts run beside
	# each other, 10 and 30 ms; then it writes for 20 ms, of which 15 ms go
	# to the disk.  The path is: read 40, slow 30, write 5, disk 15, and 10
	# ms of its own.
	cat >request <<-'EOF2'
	{"time":"2026-01-02T03:04:05.005Z","kind":"span","name":"read","duration_ms":40,"status":"ok","trace":"t1","span":"2","parent":"1","service":"web"}
	{"time":"2026-01-02T03:04:05.045Z","kind":"span","name":"quick","duration_ms":10,"status":"ok","trace":"t1","span":"3","parent":"1","service":"web"}
	{"time":"2026-01-02T03:04:05.045Z","kind":"span","name":"slow","duration_ms":30,"status":"ok","trace":"t1","span":"4","parent":"1","service":"web"}
	{"time":"2026-01-02T03:04:05.081Z","kind":"span","name":"disk","duration_ms":15,"status":"error","trace":"t1","span":"6","parent":"5","service":"store","error_type":"EIO","error_message":"bad sector"}
	{"time":"2026-01-02T03:04:05.078Z","kind":"span","name":"write","duration_ms":20,"status":"ok","trace":"t1","span":"5","parent":"1","service":"web"}
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"GET /","duration_ms":100,"status":"ok","trace":"t1","span":"1","service":"web"}
	EOF2
}

# The columns $1, numbers from 1, of CSV in $output, without fields that need
# quotes.
columns() {
	output=$(tr -d '\r' <<<"$output" | cut -d, -f"$1")
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# Three requests: 10, 30 and 20 ms.
three() {
	local i

	for i in 1:10 2:30 3:20; do
		printf '{"time":"2026-01-02T03:04:0%s.000Z","kind":"span","name":"r%s","duration_ms":%s,"trace":"t%s","span":"1"}\n' \
			"${i%:*}" "$((${i%:*} % 2))" "${i#*:}" "${i%:*}"
	done >three
}

# --- what is drawn -----------------------------------------------------------

@test "timeline: a row for each span, its bar, and the critical path" {
	run --separate-stderr tele-timeline request
	same <<-'EOF'
	GET /: 100 ms, 6 spans, 1 failed
	trace t1  2026-01-02T03:04:05.000Z
	                0         20 ms     40 ms     60 ms     80 ms           took
	GET /  web      ██▌▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▐▊▒▒▒▒▒▒▒▒▒▒█   100 ms
	├ read            ▐████████████████████       ┊         ┊              40 ms
	├ quick                   ┊         ┊  ▒▒▒▒▒  ┊         ┊              10 ms
	├ slow                    ┊         ┊  ███████████████▎ ┊              30 ms  ∥
	└ write                   ┊         ┊         ┊        ▕█▎▒▒▒▒▒▒▒█     20 ms
	  └ disk  store           ┊         ┊         ┊         ┊▐███████      15 ms ✗
	✗ disk: EIO: bad sector
	█ critical path  ▒ other work  ∥ beside others
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: the path has what the end waited for, and adds up" {
	run --separate-stderr tele-timeline -f csv request
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	columns 8,12,13,14,15
	same <<-'EOF'
	name,offset_ms,duration_ms,self_ms,critical_ms
	"GET /",0,100,10,10
	read,5,40,40,40
	quick,45,10,10,
	slow,45,30,30,30
	write,78,20,5,5
	disk,81,15,15,15
	EOF
}

@test "timeline: the path of every execution of a log adds up to its root" {
	tele-extract "$srcdir/examples/app.log" >app.ndjson
	run --separate-stderr tele-timeline -f csv --slowest 1000 app.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	columns 2,5,13,15
	# Times of sequences have whole milliseconds; what failed has none.
	output=$(awk -F, '
	NR == 1 { next }
	$2 == 0 { traces++; whole[$1] = $3 }
	{ path[$1] += $4 }
	END {
		for (trace in whole)
			if (whole[trace] != "") {
				timed++
				off = path[trace] - whole[trace]
				if (off > 0.001 || off < -0.001)
					print trace, off
			}
		print traces, timed
	}' <<<"$output")
	[ "$output" = "$(jq -rs 'map(select(.kind == "sequence")) |
		"\(length) \(map(select(.duration_ms)) | length)"' app.ndjson)" ]
}

@test "timeline: a child that sticks out is told of, and left where it was" {
	run --separate-stderr tele-timeline -w 60 <<-'EOF'
	{"time":"2026-01-02T03:04:05.010Z","kind":"span","name":"root","duration_ms":50,"trace":"t","span":"1"}
	{"time":"2026-01-02T03:04:05.007Z","kind":"span","name":"early","duration_ms":10,"trace":"t","span":"2","parent":"1"}
	{"time":"2026-01-02T03:04:05.050Z","kind":"span","name":"late","duration_ms":20.5,"trace":"t","span":"3","parent":"1"}
	{"time":"2026-01-02T03:04:05.055Z","kind":"span","name":"clock","duration_ms":5.9,"trace":"t","span":"4","parent":"1"}
	EOF
	output=$(grep '^!' <<<"$output")
	same <<-'EOF'
	! early starts 3 ms before its parent
	! late ends 10.5 ms after its parent
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: what is unfinished goes on, what failed without an end has a mark" {
	run --separate-stderr tele-timeline -w 70 <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"sequence","name":"S","status":"unfinished","trace":"t","span":"s1","src_line":1}
	{"time":"2026-01-02T03:04:05.000Z","kind":"beat","handler":"done","duration_ms":40,"status":"ok","trace":"t","span":"b2","parent":"s1","src_line":2}
	{"time":"2026-01-02T03:04:05.040Z","kind":"beat","handler":"fails","status":"error","trace":"t","span":"b3","parent":"s1","src_line":3}
	{"time":"2026-01-02T03:04:05.050Z","kind":"error","error_type":"Oops","error_message":"no","trace":"t","parent":"b3","src_line":4}
	{"time":"2026-01-02T03:04:05.060Z","kind":"beat","handler":"hangs","status":"unfinished","trace":"t","span":"b4","parent":"s1","src_line":5}
	EOF
	same <<-'EOF'
	S: 60 ms, 4 spans, 1 failed, 2 unfinished
	trace t  2026-01-02T03:04:05.000Z
	             0             20 ms          40 ms               took
	S            ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▐██████▶          ▶
	├ done       █████████████████████████████▍                  40 ms
	├ fails                    ┊              ▐██████✗                 ✗
	└ hangs                    ┊              ┊             ▶          ▶
	✗ fails: Oops: no
	█ critical path  ▒ other work
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: without times, work follows what was before it" {
	run --separate-stderr tele-timeline -f csv <<-'EOF'
	{"kind":"beat","handler":"b","duration_ms":2,"trace":"t","span":"b3","parent":"s1","src_line":3}
	{"kind":"beat","handler":"a","duration_ms":1.5,"trace":"t","span":"b2","parent":"s1","src_line":2}
	{"kind":"sequence","name":"S","duration_ms":4,"trace":"t","span":"s1","src_line":1}
	EOF
	columns 8,11,12,13
	same <<-'EOF'
	name,start,offset_ms,duration_ms
	S,,0,4
	a,,0,1.5
	b,,1.5,2
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: long silences are drawn short, and named" {
	cat >silent <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"sequence","name":"S","duration_ms":3000,"trace":"t","span":"1"}
	{"time":"2026-01-02T03:04:05.100Z","kind":"beat","handler":"a","duration_ms":200,"trace":"t","span":"2","parent":"1"}
	{"time":"2026-01-02T03:04:07.500Z","kind":"beat","handler":"b","duration_ms":400,"trace":"t","span":"3","parent":"1"}
	EOF
	run --separate-stderr tele-timeline -w 70 silent
	same <<-'EOF'
	S: 3 s, 3 spans
	trace t  2026-01-02T03:04:05.000Z
	             0             ⋯2.2 s⋯      2.6 s   2.8 s         took
	S            ████▏▒▒▒▒▒▒▒▐⋯⋯⋯⋯⋯⋯⋯⋯⋯⋯▍▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▕████      3 s
	├ a              ████████▍              ┊       ┊           200 ms
	└ b                  ┊              ▐████████████████       400 ms
	█ critical path  ▒ other work
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: --no-collapse draws silences as long as they were" {
	cat >silent <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"sequence","name":"S","duration_ms":3000,"trace":"t","span":"1"}
	{"time":"2026-01-02T03:04:05.100Z","kind":"beat","handler":"a","duration_ms":200,"trace":"t","span":"2","parent":"1"}
	{"time":"2026-01-02T03:04:07.500Z","kind":"beat","handler":"b","duration_ms":400,"trace":"t","span":"3","parent":"1"}
	EOF
	run --separate-stderr tele-timeline -w 70 --no-collapse silent
	same <<-'EOF'
	S: 3 s, 3 spans
	trace t  2026-01-02T03:04:05.000Z
	             0             1 s            2 s                 took
	S            █▌▒▒▐███████████████████████████████▋▒▒▒▒▒▐█      3 s
	├ a           ▐██▍         ┊              ┊                 200 ms
	└ b                        ┊              ┊      ▐█████▌    400 ms
	█ critical path  ▒ other work
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- which are drawn ---------------------------------------------------------

@test "timeline: the slowest is drawn, --slowest N draws more" {
	three
	run --separate-stderr tele-timeline -f csv three
	columns 2,13
	same <<-'EOF'
	trace,duration_ms
	t2,30
	EOF
	run --separate-stderr tele-timeline -f csv --slowest 2 three
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	columns 2,13
	same <<-'EOF'
	trace,duration_ms
	t2,30
	t3,20
	EOF
}

@test "timeline: --trace draws one" {
	three
	run --separate-stderr tele-timeline -f csv --trace t3 three
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	columns 2,13
	same <<-'EOF'
	trace,duration_ms
	t3,20
	EOF
	run --separate-stderr tele-timeline --trace nobody three
	[ "$output" = "" ]
	[ "$stderr" = "tele-timeline: no execution has the trace 'nobody'" ]
	[ "$status" -eq 1 ]
}

@test "timeline: --trace and --sequence find what is escaped otherwise" {
	echo '{"kind":"span","name":"a\/b","duration_ms":1,"trace":"x\/\u0079"}' >escaped
	for wish in --trace=x/y --sequence=a/b; do
		run --separate-stderr tele-timeline -f csv $wish escaped
		[ "${#lines[@]}" -eq 2 ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "timeline: --nth draws one by its place in the input" {
	three
	run --separate-stderr tele-timeline -f csv --nth 3 three
	columns 2
	same <<-'EOF'
	trace
	t3
	EOF
	run --separate-stderr tele-timeline --nth 4 three
	[ "$stderr" = "tele-timeline: there are only 3 executions" ]
	[ "$status" -eq 1 ]
}

@test "timeline: --sequence looks only at executions of that name" {
	three
	run --separate-stderr tele-timeline -f csv --sequence r1 --slowest 9 three
	columns 2
	same <<-'EOF'
	trace
	t3
	t1
	EOF
	run --separate-stderr tele-timeline --sequence r7 three
	[ "$stderr" = "tele-timeline: no execution is called 'r7'" ]
	[ "$status" -eq 1 ]
}

@test "timeline: one way to choose at a time" {
	run --separate-stderr tele-timeline --nth 1 --slowest 2 request
	[ "${stderr_lines[0]}" = "tele-timeline: --trace, --slowest, --nth and --aggregate exclude each other" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-timeline --slowest 1001 request
	[ "${stderr_lines[0]}" = "tele-timeline: --slowest can be at most 1000" ]
	[ "$status" -eq 2 ]
}

@test "timeline: --rows keeps the path, what failed and what is long" {
	run --separate-stderr tele-timeline --rows 5 request
	[ "$(grep -c 'quick' <<<"$output")" -eq 0 ]
	# The heading counts, too.
	[ "$(grep -cE '^[^a-zA-Z0-9]*(GET|read|slow|write|disk) ' <<<"$output")" -eq 6 ]
	grep -q '^hidden: 1 shorter span$' <<<"$output"
	run --separate-stderr tele-timeline --rows 5 -f csv request
	[ "${#lines[@]}" -eq 7 ]
	run --separate-stderr tele-timeline --rows 0 request
	[ "$(grep -c 'quick' <<<"$output")" -eq 1 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# Ten runs: of n ms, with a step that takes half of it from a quarter on.
ten() {
	local n

	for n in 20 40 60 80 100 120 140 160 180 200; do
		printf '{"time":"2026-01-02T03:04:05.000Z","kind":"%s","name":"S","duration_ms":%s,"trace":"t%s","span":"1","src_line":1}\n' \
			sequence $((n * $1)) $n
		printf '{"time":"2026-01-02T03:04:05.%03dZ","kind":"beat","handler":"%s","duration_ms":%s,"trace":"t%s","span":"2","parent":"1","src_line":2}\n' \
			$((n * $1 / 4)) "$2" $((n * $1 / 2)) $n
	done
}

@test "timeline: --aggregate draws medians, and 95th percentiles" {
	ten 1 a >runs
	run --separate-stderr tele-timeline --aggregate -f csv runs
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	columns 1,8,12,13,19,20,21
	# Of ten, the fifth and the tenth by nearest rank.
	same <<-'EOF'
	title,name,offset_ms,duration_ms,count,errors,p95_ms
	S,S,0,100,10,0,200
	S,a,25,50,10,0,100
	EOF
	run --separate-stderr tele-timeline --aggregate -w 60 runs
	same <<-'EOF'
	S: 10 executions
	             0       50 ms    100 ms  150 ms         p50
	S            █████████████████────────────────┤   100 ms
	└ a              ▐███████▊────────┤   ┊            50 ms
	█ on the critical path of most, p50  ▒ other work  ─┤ up to
	p95
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: --diff lays the execution of the same trace beside it" {
	three
	sed 's/"duration_ms":30/"duration_ms":10/; s/"t3"/"x"/' three >base
	run --separate-stderr tele-timeline -f csv --slowest 2 --diff base three
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	columns 2,13,22,24
	# t2 is in base, and faster; t3 is not, and r1 is slowest in x.
	same <<-'EOF'
	trace,duration_ms,change,base_duration_ms
	t2,30,changed,10
	t3,20,same,20
	EOF
	run --separate-stderr tele-timeline --diff nothing three
	[ "$stderr" = "tele-timeline: cannot open 'nothing': No such file or directory" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-timeline --diff /dev/null three
	[ "$stderr" = "tele-timeline: '/dev/null' has nothing like 'r0'" ]
	[ "$status" -eq 0 ]
}

@test "timeline: --diff draws two bars a row, and what was added and removed" {
	ten 1 a >base
	ten 2 b >new
	run --separate-stderr tele-timeline --aggregate --diff base -w 60 new
	same <<-'EOF'
	S: 10 executions, 10 before
	             0       100 ms   200 ms  300 ms         p50
	~ S          █████████████████────────────────┤   200 ms
	      before ▒▒▒▒▒▒▒▒▒        ┊       ┊           100 ms
	├ - a          ▒▒▒▒  ┊        ┊       ┊            50 ms
	└ + b            ▐███████▊────────┤   ┊           100 ms
	█ on the critical path of most, p50  ▒ other work  ─┤ up to
	p95
	+ added  - removed  ~ changed
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: it fits into 40 columns, whatever there is to say" {
	{
		cat request
		echo '{"time":"2026-01-02T03:04:04.990Z","kind":"span","name":"both","duration_ms":130,"trace":"t1","span":"7","parent":"1","service":"web","status":"unfinished"}'
	} >odd
	run --separate-stderr tele-timeline -w 40 odd
	same <<-'EOF'
	GET /: 100 ms, 7 spans, 1 failed, 1
	unfinished
	trace t1  2026-01-02T03:04:04.990Z
	                0               took
	GET /  web      ▕▎▒▒▒▒▒▎▒▏    100 ms
	├ both          ▒▒▒▒▒▒▒▒▒▒▒   130 ms ▶ !
	├ read           ▐██▋   ┊      40 ms  ∥
	├ quick              ▒  ┊      10 ms  ∥
	├ slow              ▐██▎┊      30 ms  ∥
	└ write                ▎▒▏     20 ms  ∥
	  └ disk  store        ▕█      15 ms ✗
	! both starts 10 ms before its parent
	and ends 20 ms after it
	✗ disk: EIO: bad sector
	█ critical path  ▒ other work  ∥ beside
	others
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	ten 1 a >base
	ten 2 b >new
	run --separate-stderr tele-timeline --aggregate --diff base -w 40 new
	[ "$(LC_ALL=C.UTF-8 awk 'length > 40' <<<"$output")" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: a 95th percentile that is hardly later is no mark beside the bar" {
	local i

	# b begins at 13 eighths of a column, and ends at 14.
	for i in 0 1; do
		echo '{"time":"2026-01-02T03:04:05.000Z","kind":"sequence","name":"S","duration_ms":80,"trace":"'$i'","span":"1"}'
		echo '{"time":"2026-01-02T03:04:05.013Z","kind":"beat","handler":"b","duration_ms":0.'$i'1,"trace":"'$i'","span":"2","parent":"1"}'
		echo '{"time":"2026-01-02T03:04:05.010Z","kind":"beat","handler":"c","duration_ms":70,"trace":"'$i'","span":"3","parent":"1"}'
	done >runs
	run --separate-stderr tele-timeline --aggregate -w 36 runs
	[ "$(grep -c '┤' <<<"$output")" -eq 1 ] # the legend
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- formats -----------------------------------------------------------------

@test "timeline: folded stacks have self time in microseconds" {
	run --separate-stderr tele-timeline -f folded request
	same <<-'EOF'
	web/GET / 10000
	web/GET /;web/quick 10000
	web/GET /;web/read 40000
	web/GET /;web/slow 30000
	web/GET /;web/write 5000
	web/GET /;web/write;store/disk 15000
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: --critical-path folds the path alone" {
	run --separate-stderr tele-timeline -f folded --critical-path request
	same <<-'EOF'
	web/GET / 10000
	web/GET /;web/read 40000
	web/GET /;web/slow 30000
	web/GET /;web/write 5000
	web/GET /;web/write;store/disk 15000
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-timeline --critical-path request
	[ "${stderr_lines[0]}" = "tele-timeline: --critical-path needs --format folded" ]
	[ "$status" -eq 2 ]
}

@test "timeline: stacks add up over executions, without roundings adding up" {
	local i

	for ((i = 0; i < 100; i++)); do
		echo "{\"kind\":\"span\",\"name\":\"a;b c\",\"duration_ms\":0.000333,\"trace\":\"$i\"}"
	done >tiny
	run --separate-stderr tele-timeline -f folded --slowest 100 tiny
	same <<-'EOF'
	a_b c 33
	EOF
}

@test "timeline: a Chrome trace, with processes, lanes and instants" {
	run --separate-stderr tele-timeline -f chrome - <<-'EOF'
	{"time":"2026-01-02T03:04:05.000001Z","kind":"span","name":"a","duration_ms":1,"status":"ok","trace":"t","span":"1","service":"s","src":"x","src_line":7}
	{"time":"2026-01-02T03:04:05.000002Z","kind":"span","name":"b","duration_ms":0,"status":"ok","trace":"t","span":"2","parent":"1","service":"s"}
	EOF
	same <<-'EOF'
	{"displayTimeUnit":"ms","otherData":{"begin":"2026-01-02T03:04:05.000001000Z"},"traceEvents":[
	{"ph":"M","pid":1,"tid":0,"name":"process_name","args":{"name":"s"}},
	{"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"lane 1"}},
	{"ph":"X","pid":1,"tid":1,"name":"a","cat":"span","ts":0.000,"dur":1000.000,"args":{"status":"ok","trace":"t","self_ms":1,"critical_ms":1,"src":"x:7"}},
	{"ph":"i","pid":1,"tid":1,"name":"b","cat":"span","ts":1.000,"s":"t","args":{"status":"ok","trace":"t","self_ms":0,"critical_ms":0}}
	]}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# Spans of the Chrome trace in the file $1 nest on each track, or that is told.
check_tracks() {
	python3 - "$1" <<-'EOF'
	import json, sys
	events = json.load(open(sys.argv[1]))["traceEvents"]
	named = {(e["pid"], e["tid"]) for e in events if e["ph"] == "M"}
	tracks = {}
	for e in events:
	    assert (e["pid"], e["tid"]) in named, e
	    if e["ph"] == "X":
	        assert e["dur"] > 0, e
	        start = round(e["ts"] * 1000)
	        tracks.setdefault((e["pid"], e["tid"]), []).append(
	            (start, -(start + round(e["dur"] * 1000)), e["name"]))
	spans = 0
	for track in tracks.values():
	    open_spans = []
	    for start, end, name in sorted(track):
	        while open_spans and open_spans[-1] <= start:
	            open_spans.pop()
	        assert not open_spans or -end <= open_spans[-1], (name, start)
	        open_spans.append(-end)
	        spans += 1
	print(spans, "spans on", len(tracks), "tracks")
	EOF
}

@test "timeline: spans nest on the tracks of a Chrome trace" {
	needs python3
	cat request >spans
	# Ten spans beside each other, one that sticks out, one inside of it.
	for i in 0 1 2 3 4 5 6 7 8 9; do
		echo '{"time":"2026-01-02T03:04:05.01'$i'Z","kind":"span","name":"p'$i'","duration_ms":20,"trace":"t1","span":"p'$i'","parent":"1","service":"web"}'
	done >>spans
	cat >>spans <<-'EOF'
	{"time":"2026-01-02T03:04:05.090Z","kind":"span","name":"out","duration_ms":50,"trace":"t1","span":"o","parent":"1","service":"web"}
	{"time":"2026-01-02T03:04:05.095Z","kind":"span","name":"in","duration_ms":20,"trace":"t1","span":"i","parent":"o","service":"web"}
	EOF
	tele-timeline -f chrome spans >trace.json
	run --separate-stderr check_tracks trace.json
	[ "$output" = "18 spans on 12 tracks" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# What goes in comes out again.
	[ "$(tele-extract -f chrome trace.json | jq -r '.name + " \(.duration_ms)"' |
		sort)" = "$(jq -r '.name + " \(.duration_ms)"' spans | sort)" ]
}

@test "timeline: speedscope shows every track of a Chrome trace, and misses no span" {
	needs chromium
	needs python3
	needs_corpus
	needs_packages
	local app=$packages/node_modules/speedscope/dist/release

	[ -f "$app/index.html" ] || skip "speedscope is not among the packages"
	tele-extract "$TELE_CORPUS/otel/small/traces.jsonl" |
		tele-timeline -f chrome --slowest 1000 >trace.json
	printf 'speedscope.loadFileFromBase64("t.json", "%s")' \
		"$(base64 -w 0 trace.json)" >profile.js
	chromium --headless --no-sandbox --disable-gpu \
		--allow-file-access-from-files --virtual-time-budget=20000 \
		--enable-logging=stderr --dump-dom \
		"file://$app/index.html#localProfilePath=$PWD/profile.js" \
		>page.html 2>log
	# It says so where an end has no begin, or the other way round.
	run ! grep -E 'CONSOLE.*(Tried to end|was still open|Empty profile)' log
	run --separate-stderr python3 - <<-'EOF'
	import json, re
	tracks = {}
	for event in json.load(open("trace.json"))["traceEvents"]:
	    if event["ph"] == "X":
	        tracks.setdefault((event["pid"], event["tid"]), []).append(
	            (event["ts"], event["ts"] + event["dur"]))
	page = re.sub("<[^>]*>", "\n", open("page.html").read())
	# The list of profiles: a name, and how long anything ran.
	shown = re.findall(r"\(pid (\d+)\), lane \d+ \(tid (\d+)\)\s+"
	    r"([\d.]+)(µs|ms|s)\n", page)
	unit = {"µs": 1, "ms": 1e3, "s": 1e6}
	for pid, tid, length, unit_name in shown:
	    busy = until = 0
	    for start, end in sorted(tracks.pop((int(pid), int(tid)))):
	        busy += max(end - max(start, until), 0)
	        until = max(until, end)
	    off = abs(float(length) * unit[unit_name] - busy)
	    assert off <= 0.0051 * unit[unit_name], (pid, tid, length, busy)
	assert not tracks, tracks
	print(len(shown), "tracks")
	EOF
	echo "$stderr"
	[[ "$output" == [1-9]*" tracks" ]]
	[ "$status" -eq 0 ]
}

# Spans whose names are code somewhere, or with $1 plain ones.
hostile() {
	python3 - "$@" <<-'EOF'
	import json, sys
	names = ["</text><script>alert(1)</script>", "\"onload=\"x", "'", "&amp;",
	    "]]>", "<!--", "\x00", "\x1b[31mred", "\u202eevil", "\u0085",
	    "\ufffe", "x" * 5000, "a,b", "=1+1", "line\nfeed", "</title>",
	    "{{7*7}}", "\U0001f600", "back\\slash"]
	for i, name in enumerate(names):
	    name = name if len(sys.argv) == 1 else "name%d" % i
	    print(json.dumps({"time": "2026-01-02T03:04:05.%03dZ" % i,
	        "kind": "span", "name": name, "service": name, "duration_ms": 1,
	        "status": "error", "error_message": name, "code_file": name,
	        "trace": "t", "span": str(i), "parent": "0" if i else "none",
	        "src": name, "src_line": 1}))
	EOF
}

@test "timeline: SVG is well formed, and no name is code in it" {
	needs python3
	hostile >events
	hostile plain >harmless
	for file in events harmless; do
		run --separate-stderr tele-timeline -f svg $file
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		echo "$output" >$file.svg
	done
	run --separate-stderr python3 - <<-'EOF'
	import xml.etree.ElementTree as tree
	def skeleton(file):
	    return [(e.tag, sorted(e.attrib)) for e in tree.parse(file).iter()]
	def texts(file):
	    return {e.text for e in tree.parse(file).iter() if e.text}
	assert skeleton("events.svg") == skeleton("harmless.svg")
	for tag, attributes in skeleton("events.svg"):
	    assert tag.split("}")[1] in ("svg", "title", "rect", "text", "line",
	        "g"), tag
	    assert not any(a.startswith("on") or "href" in a
	        for a in attributes), attributes
	for name in ("]]>", "&amp;", "<!--", "{{7*7}}", r"back\slash",
	    r"\u001b[31mred"):
	    assert any(name in text for text in texts("events.svg")), name
	print("same")
	EOF
	echo "$stderr"
	[ "$output" = "same" ]
	[ "$status" -eq 0 ]
}

@test "timeline: SVG opens in a browser" {
	needs chromium
	tele-timeline -f svg request >request.svg
	run --separate-stderr chromium --headless --no-sandbox --disable-gpu \
		--dump-dom "file://$PWD/request.svg"
	[ "$status" -eq 0 ]
	[ "$(grep -c '<text' <<<"$output")" -eq "$(grep -c '<text' request.svg)" ]
	run ! grep -qi 'parsererror' <<<"$output"
}

@test "timeline: no control character reaches a terminal or a spreadsheet" {
	needs python3
	hostile >events
	for format in text csv folded chrome svg; do
		tele-timeline -f $format events >out 2>err
		run ! env LC_ALL=C grep -qaP \
			'[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' \
			out err
	done
	tele-timeline -f csv events >out
	run --separate-stderr python3 - <<-'EOF'
	import csv, json
	rows = list(csv.DictReader(open("out", newline="")))
	assert len(rows) == 19, len(rows)
	names = [row["name"] for row in rows]
	assert "a,b" in names and "'=1+1" in names and '"onload="x' in names
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- what cannot be drawn ----------------------------------------------------

@test "timeline: empty input is an empty picture" {
	for format in text svg chrome folded csv; do
		run --separate-stderr tele-timeline -f $format /dev/null
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		case $format in
		text | folded) [ "$output" = "" ] ;;
		chrome) [ "$(jq -c .traceEvents <<<"$output")" = "[]" ] ;;
		csv) [ "${#lines[@]}" -eq 1 ] ;;
		svg) [ "${lines[-1]}" = "</svg>" ] ;;
		esac
	done
}

@test "timeline: a span alone is an execution, an event without any id is none" {
	run --separate-stderr tele-timeline - <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"a","duration_ms":5}
	EOF
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-timeline -w 40 - <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"a","duration_ms":5,"span":"1"}
	EOF
	[ "${lines[0]}" = "a: 5 ms, 1 span" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "timeline: what is no event, or a broken one, is reported and skipped" {
	run --separate-stderr tele-timeline -f csv - request <<-'EOF'
	{"kind":"span","name":"x","trace":"t1","parent":"1","duration_ms":-1}
	{"handler":"a","count":1,"p50_ms":1}
	EOF
	[ "${#lines[@]}" -eq 7 ]
	[ "$stderr" = "$(cat <<-'EOF'
	tele-timeline: <stdin>:1:67: 'duration_ms' is negative
	tele-timeline: <stdin>:2:1: not an event
	EOF
	)" ]
	[ "$status" -eq 2 ]
}

@test "timeline: times at the ends of what can be said do no harm" {
	run --separate-stderr tele-timeline -f csv <<-'EOF'
	{"time":"1677-09-22T00:00:00Z","kind":"span","name":"a","duration_ms":9000000000000,"trace":"t","span":"1"}
	{"time":"2262-04-01T00:00:00Z","kind":"span","name":"b","duration_ms":9000000000000,"trace":"t","span":"2","parent":"1"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
}

# --- against the truth -------------------------------------------------------

@test "timeline: every span of three services is where its truth says" {
	needs_corpus
	needs python3
	tele-extract "$TELE_CORPUS/otel/small/traces.jsonl" |
		tele-timeline -f csv --slowest 1000 >rows.csv
	run --separate-stderr python3 - \
		"$TELE_CORPUS/otel/small/truth.ndjson" <<-'EOF'
	import csv, json, sys
	from datetime import datetime
	def ns(text):
	    whole, part = text.rstrip("Z").split(".")
	    seconds = datetime.fromisoformat(whole + "+00:00").timestamp()
	    return int(seconds) * 10**9 + int(part.ljust(9, "0"))
	truth = {}
	for line in open(sys.argv[1]):
	    span = json.loads(line)
	    truth[span["trace_id"], span["span_id"]] = span
	traces = {}
	for row in csv.DictReader(open("rows.csv", newline="")):
	    traces.setdefault(row["trace"], []).append(row)
	for trace, rows in traces.items():
	    last = {}
	    for row in rows:
	        span = truth.pop((trace, row["span"]))
	        up = rows[int(row["parent"]) - 1]["span"] if row["parent"] else None
	        assert up == span["parent_id"], row
	        assert ns(row["start"]) == int(span["start_ns"]), row
	        assert round(float(row["duration_ms"]) * 1e6) == \
	            int(span["duration_ns"]), row
	        assert (row["name"], row["owner"]) == \
	            (span["name"], span["service"]), row
	        assert last.get(up, 0) <= int(span["start_ns"]), row
	        last[up] = int(span["start_ns"])
	    path = sum(float(row["critical_ms"] or 0) for row in rows)
	    root = max(float(row["duration_ms"]) for row in rows
	        if not row["parent"])
	    assert abs(path - root) < 0.001, (trace, path, root)
	assert not truth
	print(len(traces), "traces")
	EOF
	echo "$stderr"
	[ "$output" = "42 traces" ]
	[ "$status" -eq 0 ]
}

@test "timeline: every beat of five runs is where its truth says" {
	needs_corpus
	needs python3
	local run

	for run in 1 2 3 4 5; do
		tele-extract "$TELE_CORPUS/conductor/base/base-s$run-iso.log" |
			tele-timeline -f csv --slowest 1000 >rows.csv
		run --separate-stderr python3 - \
			"$TELE_CORPUS/conductor/base/base-s$run.truth.ndjson" <<-'EOF'
		import csv, json, sys
		from datetime import datetime
		def ms(text):
		    return datetime.fromisoformat(
		        text.replace("Z", "+00:00")).timestamp() * 1000
		beats, truth = {}, {}
		for row in csv.DictReader(open("rows.csv", newline="")):
		    if row["kind"] == "beat":
		        beats.setdefault(row["trace"], []).append(row)
		for line in open(sys.argv[1]):
		    row = json.loads(line)
		    if row["kind"] == "beat":
		        truth.setdefault(row["request_id"], []).append(row)
		assert beats.keys() == truth.keys()
		count = 0
		for trace, rows in beats.items():
		    assert len(rows) == len(truth[trace]), trace
		    for row, beat in zip(rows, truth[trace]):
		        # The log rounds to 1/100 ms, and its stamps are its own.
		        assert row["name"] == beat["handler"], (row, beat)
		        assert row["owner"] == beat["plugin"], (row, beat)
		        assert abs(float(row["duration_ms"]) - beat["dur_ms"]) \
		            < 0.011, (row, beat)
		        assert abs(ms(row["start"]) - ms(beat["ts_start"])) < 1.5
		        count += 1
		assert count > 50
		EOF
		echo "$stderr"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "timeline: Chrome traces of real requests nest on their tracks" {
	needs_corpus
	needs python3
	tele-extract "$TELE_CORPUS/otel/small/traces.jsonl" |
		tele-timeline -f chrome --slowest 1000 >trace.json
	run --separate-stderr check_tracks trace.json
	[[ "$output" == "1036 spans on "* ]]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}
