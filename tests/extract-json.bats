#!/usr/bin/env bats
# Traces and structured logs: what tele-extract makes of JSON and logfmt, and
# the options that are about them.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR
	unset XDG_CONFIG_HOME
}

# Events, without where they come from.
bare() {
	sed 's/,"src":"[^"]*","src_line":[0-9]*//'
}

# The values of key $1, one a line.
values() {
	jq -c ".$1"
}

# --- options -----------------------------------------------------------------

@test "json: --map reads a key from another path, before all others" {
	run --separate-stderr tele-extract \
		--map 'time=when,duration_ms=cost | us' --map name=what.kind,end=till \
		<<-'EOF'
	{"when":1767323045678,"what":{"kind":"sell"},"cost":1500,"level":"info","name":"other"}
	{"when":"2026-01-02T03:04:05Z","till":"2026-01-02T03:04:06Z","level":"info","name":"other"}
	EOF
	output=$(bare <<<"$output")
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05.678Z","kind":"log","name":"sell","duration_ms":1.5,"level":"info"}
	{"time":"2026-01-02T03:04:05Z","kind":"log","name":"other","duration_ms":1000,"level":"info"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: what --map names makes a file a log that had no usual name" {
	echo '{"a":1767323045678,"b":"x"}' >log
	run --separate-stderr tele-extract log
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-extract: log: JSON, but no format knows its records, which have the keys 'a', 'b'; the closest, json, finds no time, level or message: --map can say which they are" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-extract --map time=a,message=b log
	[ "$output" = '{"time":"2026-01-02T03:04:05.678Z","kind":"log","message":"x","src":"log","src_line":1}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: --map is for keys of events, paths and formats that have them" {
	local wish said

	while IFS='|' read -r wish said; do
		run --separate-stderr tele-extract --map "$wish" log
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-extract: $said" ]
		[ "$status" -eq 2 ]
	done <<-'EOF'
	when=a|'when' is no key of events
	kind=a|no path can be 'kind'
	added=a|no path can be 'added'
	time|'time' is not KEY=PATH
	time=|'time=' is not KEY=PATH
	EOF
	run --separate-stderr tele-extract --map 'time=a | days' log
	[ "${stderr_lines[0]}" = "tele-extract: unknown conversion 'days'" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-extract -f conductor --map time=a log
	[ "${stderr_lines[0]}" = "tele-extract: nothing can be mapped in 'conductor', which is no JSON" ]
	[ "$status" -eq 2 ]
}

@test "json: --keep takes any path, and attributes by their name, old or new" {
	run --separate-stderr tele-extract \
		--keep user.id,user,http.request.method,http.route <<-'EOF'
	{"level":"info","msg":"a","user":{"id":7,"name":"ann"}}
	EOF
	[ "$output" = '{"kind":"log","level":"info","message":"a","src":"-","src_line":1,"attr.user.id":"7","attr.user":"{\"id\":7,\"name\":\"ann\"}"}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	cat >otlp <<-'EOF'
	{"resourceSpans":[{"scopeSpans":[{"spans":[
	{"name":"a","attributes":[{"key":"http.method","value":{"stringValue":"GET"}},{"key":"http.route","value":{"stringValue":"/"}}]},
	{"name":"b","attributes":[{"key":"http.method","value":{"stringValue":"GET"}},{"key":"http.request.method","value":{"stringValue":"PUT"}}]}]}]}]}
	EOF
	run --separate-stderr tele-extract --keep http.request.method,http.route otlp
	output=$(bare <<<"$output")
	same <<-'EOF'
	{"kind":"span","name":"a","status":"ok","attr.http.request.method":"GET","attr.http.route":"/"}
	{"kind":"span","name":"b","status":"ok","attr.http.request.method":"PUT"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: --keep all writes every member that no key was made of" {
	run --separate-stderr tele-extract --keep all <<-'EOF'
	{"level":"info","msg":"a","durationMs":5,"user":{"id":7,"of":{"x":null,"y":true}},"tags":["p","\u0041"],"err":{"message":"m","code":5},"n":-1.5e3}
	EOF
	[ "$output" = '{"kind":"log","duration_ms":5,"level":"info","message":"a","error_type":"5","error_message":"m","src":"-","src_line":1,"attr.user.id":"7","attr.user.of.y":"true","attr.tags":"[\"p\",\"\\u0041\"]","attr.n":"-1.5e3"}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --keep all <<-'EOF'
	{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","kind":2,"attributes":[{"key":"code.lineno","value":{"intValue":"7"}},{"key":"http.route","value":{"stringValue":"/"}},{"key":"list","value":{"arrayValue":{"values":[]}}},{"key":"none","value":{}}],"events":[{"name":"x"}],"status":{}}]}]}]}
	EOF
	[ "$output" = '{"kind":"span","name":"a","status":"ok","code_line":7,"src":"-","src_line":1,"attr.kind":"2","attr.http.route":"/","attr.list":"{\"values\":[]}"}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --keep all \
		<<<'level=info msg=a took=5ms user="ann \"x\"" empty= flag'
	[ "$output" = '{"kind":"log","duration_ms":5,"level":"info","message":"a","src":"-","src_line":1,"attr.user":"ann \"x\""}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: --rejects keeps the records that no rule takes" {
	cat >log <<-'EOF'
	{"level":"info","msg":"a"}
	{"nothing": "known"}
	[1, 2]
	EOF
	run --separate-stderr tele-extract -f json --summary --rejects rest log
	[ "$output" = '{"kind":"log","level":"info","message":"a","src":"log","src_line":1}' ]
	[ "$stderr" = "tele-extract: 2 lines = 1 matched + 0 continuation + 1 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
	[ "$(cat rest)" = '{"nothing": "known"}' ]
	printf '%s\n' 'level=info msg=a' '    at x' 'msg="b' ' c" x' >log
	run --separate-stderr tele-extract --summary --rejects rest log
	[ "$stderr" = "tele-extract: 4 lines = 2 matched + 1 continuation + 1 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
	[ "$(cat rest)" = '    at x' ]
}

@test "json: --gaps reports silences between log records" {
	run --separate-stderr tele-extract --gaps 1s -k gap <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","level":"info","msg":"a"}
	{"time":"2026-01-02T03:04:05.900Z","level":"info","msg":"b"}
	{"time":"2026-01-02T03:04:05.800Z","level":"info","msg":"late"}
	{"time":"2026-01-02T03:04:06.900Z","level":"info","msg":"c"}
	{"level":"info","msg":"no time"}
	{"time":"2026-01-02T03:04:09.000Z","level":"info","msg":"d"}
	EOF
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05.900Z","kind":"gap","duration_ms":1000,"src":"-","src_line":2}
	{"time":"2026-01-02T03:04:06.900Z","kind":"gap","duration_ms":2100,"src":"-","src_line":4}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: --assume-tz says where times are that do not say it" {
	run --separate-stderr tele-extract --assume-tz +02:00 <<-'EOF'
	{"asctime":"2026-01-02 03:04:05,678","levelname":"INFO","message":"a"}
	{"asctime":"2026-01-02 03:04:05,678Z","levelname":"INFO","message":"b"}
	EOF
	output=$(values time <<<"$output")
	same <<-'EOF'
	"2026-01-02T01:04:05.678Z"
	"2026-01-02T03:04:05.678Z"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract <<<'{"asctime":"2026-01-02 03:04:05,678","levelname":"INFO"}'
	[ "$(values time <<<"$output")" = '"2026-01-02T03:04:05.678Z"' ]
	[ "$stderr" = "tele-extract: <stdin>: times without a zone are taken for UTC (--assume-tz)" ]
	[ "$status" -eq 0 ]
}

# --- pairs -------------------------------------------------------------------

@test "json: --pair makes a span of two records, and moves the duration" {
	run --separate-stderr tele-extract --pair --summary <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","level":"info","reqId":"r1","service":"cart","msg":"incoming request"}
	{"time":"2026-01-02T03:04:05.010Z","level":"info","reqId":"r1","op":"query","msg":"start query"}
	{"time":"2026-01-02T03:04:05.030Z","level":"error","reqId":"r1","op":"query","msg":"query failed: gone","err":{"type":"E","message":"gone"}}
	{"time":"2026-01-02T03:04:05.050Z","level":"info","reqId":"r1","msg":"request completed","responseTime":50.25}
	{"time":"2026-01-02T03:04:06.000Z","level":"info","msg":"Starting indexing"}
	{"time":"2026-01-02T03:04:06.500Z","level":"info","msg":"something else"}
	{"time":"2026-01-02T03:04:07.000Z","level":"info","msg":"indexing done in 1s"}
	EOF
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"log","trace":"r1","parent":"p1","service":"cart","level":"info","message":"incoming request","src":"-","src_line":1}
	{"time":"2026-01-02T03:04:05.010Z","kind":"log","name":"query","trace":"r1","parent":"p2","level":"info","message":"start query","src":"-","src_line":2}
	{"time":"2026-01-02T03:04:05.030Z","kind":"log","name":"query","trace":"r1","parent":"p2","level":"error","message":"query failed: gone","error_type":"E","error_message":"gone","src":"-","src_line":3}
	{"time":"2026-01-02T03:04:05.010Z","kind":"span","name":"query","duration_ms":20,"status":"error","trace":"r1","span":"p2","parent":"p1","error_type":"E","error_message":"gone","src":"-","src_line":2}
	{"time":"2026-01-02T03:04:05.050Z","kind":"log","trace":"r1","parent":"p1","level":"info","message":"request completed","src":"-","src_line":4}
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"request","duration_ms":50.25,"status":"ok","trace":"r1","span":"p1","service":"cart","src":"-","src_line":1}
	{"time":"2026-01-02T03:04:06.000Z","kind":"log","parent":"p3","level":"info","message":"Starting indexing","src":"-","src_line":5}
	{"time":"2026-01-02T03:04:06.500Z","kind":"log","level":"info","message":"something else","src":"-","src_line":6}
	{"time":"2026-01-02T03:04:07.000Z","kind":"log","parent":"p3","level":"info","message":"indexing done in 1s","src":"-","src_line":7}
	{"time":"2026-01-02T03:04:06.000Z","kind":"span","name":"indexing","duration_ms":1000,"status":"ok","span":"p3","src":"-","src_line":5}
	EOF
	[ "$stderr" = "tele-extract: 7 lines = 7 matched + 0 continuation + 0 unmatched + 0 malformed
tele-extract: 3 pairs, 0 of them ambiguous; 0 unfinished, 0 ends of nothing" ]
	[ "$status" -eq 0 ]
}

@test "json: --pair ends the oldest of several, and says that it had to guess" {
	run --separate-stderr tele-extract --pair -k span <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","level":"info","op":"a","msg":"start"}
	{"time":"2026-01-02T03:04:05.001Z","level":"info","op":"a","msg":"start"}
	{"time":"2026-01-02T03:04:05.010Z","level":"info","op":"b","msg":"end"}
	{"time":"2026-01-02T03:04:05.100Z","level":"info","op":"a","msg":"end"}
	{"time":"2026-01-02T03:04:05.200Z","level":"info","op":"a","msg":"end"}
	{"time":"2026-01-02T03:04:05.300Z","level":"info","op":"c","msg":"start"}
	EOF
	output=$(bare <<<"$output")
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"a","duration_ms":100,"status":"ok","span":"p1"}
	{"time":"2026-01-02T03:04:05.001Z","kind":"span","name":"a","duration_ms":199,"status":"ok","span":"p2"}
	{"time":"2026-01-02T03:04:05.300Z","kind":"span","name":"c","status":"unfinished","span":"p3"}
	EOF
	[ "$stderr" = "tele-extract: 2 pairs, 1 of them ambiguous; 1 unfinished, 1 ends of nothing" ]
	[ "$status" -eq 0 ]
}

@test "json: --pair goes by session, trace and name, and by what messages speak of" {
	cat >log <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","trace_id":"1","op":"a","msg":"start"}
	{"time":"2026-01-02T03:04:05.001Z","trace_id":"2","op":"a","msg":"start"}
	{"time":"2026-01-02T03:04:05.002Z","trace_id":"2","op":"b","msg":"start"}
	{"time":"2026-01-02T03:04:05.003Z","trace_id":"2","op":"a","msg":"end"}
	{"time":"2026-01-02T03:04:05.004Z","trace_id":"1","op":"a","msg":"end"}
	{"time":"2026-01-02T03:04:05.005Z","trace_id":"2","op":"b","msg":"aborted"}
	{"time":"2026-01-02T03:04:06.000Z","logger":"L","msg":"Started reading"}
	{"time":"2026-01-02T03:04:06.001Z","logger":"L","msg":"Finished writing"}
	{"time":"2026-01-02T03:04:06.002Z","logger":"L","msg":"Finished reading (7 items)"}
	{"time":"2026-01-02T03:04:07.000Z","trace_id":"3","msg":"begin"}
	{"time":"2026-01-02T03:04:07.001Z","trace_id":"3","msg":"done"}
	{"time":"2026-01-02T03:04:08.000Z","op":"x","msg":"start"}
	{"time":"2026-01-02T03:04:08.001Z","op":"x","msg":"no word for it","elapsed_ms":0.5}
	EOF
	run --separate-stderr tele-extract --pair log
	output=$(jq -c 'select(.kind == "span") | [.trace, .name, .duration_ms,
		.status]' <<<"$output")
	same <<-'EOF'
	["2","a",2,"ok"]
	["1","a",4,"ok"]
	["2","b",3,"error"]
	[null,"L",2,"ok"]
	["3",null,1,"ok"]
	[null,"x",0.5,"ok"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# A file is a session of its own.
	head -n 1 log >one
	tail -n 4 log | head -n 1 >two
	sed -n 5p log >two
	run --separate-stderr tele-extract --pair -k span one two
	output=$(jq -r .status <<<"$output")
	same <<<unfinished
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: --pair reads text logs, logfmt, and a field called phase, as well" {
	cat >job.yaml <<-'EOF'
	name: job
	dialects:
	  - name: line
	    begin: '{time} {name:word} '
	messages:
	  - match: '[{phase:word}] {message}'
	    emit: log
	EOF
	cat >log <<-'EOF'
	2026-01-02T03:04:05.000Z job [start] "a"
	2026-01-02T03:04:05.100Z job [end] b
	EOF
	run --separate-stderr tele-extract -f ./job.yaml --pair -k span \
		--keep phase log
	[ "$output" = '{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"job","duration_ms":100,"status":"ok","span":"p1","src":"log","src_line":1,"attr.phase":"start"}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --pair -k span <<-'EOF'
	ts=2026-01-02T03:04:05.000Z level=info request_id=7 op=pay msg="start pay"
	ts=2026-01-02T03:04:05.100Z level=error request_id=7 op=pay elapsed=99.5ms msg="request failed"
	EOF
	[ "$(bare <<<"$output")" = '{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"pay","duration_ms":99.5,"status":"error","trace":"7","span":"p1"}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: what is open gives way to what begins when there is no room, and that is said" {
	seq -f '{"time":"2026-01-02T03:04:05.000Z","trace_id":"%.0f","op":"a","msg":"start"}' 16390 >log
	run --separate-stderr tele-extract --pair -k span log
	[ "$(jq -s -c 'map(.status) | group_by(.) | map([.[0], length])' \
		<<<"$output")" = '[["unfinished",16390]]' ]
	# The oldest went first; then, at the end, the newest.
	[ "$(jq -s -c '[.[0,5,6].trace]' <<<"$output")" = '["1","6","16390"]' ]
	[ "$stderr" = "tele-extract: more was open at once than is kept: 6 spans gave way, unfinished" ]
	[ "$status" -eq 0 ]
	seq -f '{"time":"2026-01-02T03:04:05.000Z","trace_id":"t","op":"%.0f","msg":"start"}' 300 >log
	run --separate-stderr tele-extract --pair -k span log
	[ "$(jq -s length <<<"$output")" -eq 300 ]
	[ "$stderr" = "tele-extract: more was open at once than is kept: 44 spans gave way, unfinished" ]
	[ "$status" -eq 0 ]
	{ echo '['; seq -f '{"ph":"B","pid":1,"tid":%.0f,"ts":1,"name":"a"},' 16386; } >log
	run --separate-stderr tele-extract log
	[ "$(jq -s -c 'map(.status) | group_by(.) | map([.[0], length])' \
		<<<"$output")" = '[["unfinished",16386]]' ]
	[ "$stderr" = "tele-extract: more was open at once than is kept: 2 spans gave way, unfinished" ]
	[ "$status" -eq 0 ]
}

# --- explanations ------------------------------------------------------------

@test "json: --explain says which rule took a record, and where each value is from" {
	cat >log <<-'EOF'
	{"level":30,"time":1767323045678,"pid":1,"hostname":"h","msg":"a"}

	{"level":50,"time":1767323045678,"pid":1,"hostname":"h","msg":"b","responseTime":1.5,"err":{"type":"E","message":"m","stack":"E: m\n    at f (/a.js:1:2)"}}
	EOF
	run --separate-stderr tele-extract --explain 3 log
	same <<-EOF
	chosen      pino knows 2 of 2 at the start, json 2 of 2, but asks for less
	format      pino
	rule        $TELE_FORMATS/pino.yaml:$(grep -n 'emit: log' "$TELE_FORMATS/pino.yaml" | cut -d : -f 1), emits a log
	  time        2026-01-02T03:04:05.678Z, from 'time'
	  duration_ms 1.5, from 'responseTime'
	  level       error, from 'level'
	  message     b, from 'msg'
	  error_type  E, from 'err.type'
	  error_message m, from 'err.message'
	  error_stack E: m\n    at f (/a.js:1:2), from 'err.stack'
	  code_file   /a.js
	  code_line   1
	  code_function f
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --explain 2 log
	same <<-'EOF'
	chosen      pino knows 2 of 2 at the start, json 2 of 2, but asks for less
	format      pino
	no record is on line 2
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-extract --explain 9 log
	[ "$output" = "" ]
	[ "$stderr" = "tele-extract: log has 3 lines, no line 9" ]
	[ "$status" -eq 1 ]
}

@test "json: --explain finds a record in a document, by any of its lines" {
	cat >trace.json <<-'EOF'
	{"data": [{"spans": [
	  {"traceID": "7", "spanID": "8",
	   "operationName": "get", "processID": "p1",
	   "startTime": 1767323045000000, "duration": 1500}],
	  "processes": {"p1": {"serviceName": "cart"}}}]}
	EOF
	run --separate-stderr tele-extract --explain 3 trace.json
	same <<-EOF
	chosen      jaeger knows 1 of 1 at the start, no other format any
	format      jaeger
	record      lines 2 to 4
	rule        $TELE_FORMATS/jaeger.yaml:$(grep -n 'emit: span' "$TELE_FORMATS/jaeger.yaml" | cut -d : -f 1), emits a span
	  time        2026-01-02T03:04:05.000000Z, from 'startTime'
	  duration_ms 1.5, from 'duration'
	  name        get, from 'operationName'
	  trace       7, from 'traceID'
	  span        8, from 'spanID'
	  service     p1, which is named later, from 'processID'
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: --explain says what keeps rules from taking a record" {
	cat >shop.yaml <<-'EOF'
	name: shop
	kind: json
	records:
	  - each: $
	    any: [when, at]
	    fields: {time: when | time}
	    rules:
	      - when: {what: [sell, buy]}
	        emit: log
	      - when: {what: present, cost: present}
	        emit: log
	      - when: {what: absent}
	        emit: log
	EOF
	run --separate-stderr tele-extract -f ./shop.yaml --explain \
		'{"when":1,"what":"lend\u0007"}'
	same <<-'EOF'
	format      shop
	no rule takes it
	  ./shop.yaml:8 wants 'what' to be 'sell' or the like, not 'lend\u0007'
	  ./shop.yaml:10 wants 'cost' to be there
	  ./shop.yaml:12 wants 'what' to be absent
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-extract -f ./shop.yaml --explain '{"b":1}'
	same <<-'EOF'
	format      shop
	no rule takes it
	  needs one of 'when', 'at'
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-extract --explain '{"b":1}'
	[ "$output" = "JSON, but no format knows its records, which have the keys 'b'; the closest, json, finds no time, level or message: --map can say which they are" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-extract --explain '{"b" 1}'
	[ "$output" = "no format knows it; as JSON, line 1, column 6: expected ':' after key" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

# --- values ------------------------------------------------------------------

@test "json: durations have the unit of their value, of their name, or of the format" {
	run --separate-stderr tele-extract -f json <<-'EOF'
	{"msg":"a","duration":1.5}
	{"msg":"a","duration":"1.5ms"}
	{"msg":"a","duration":"1.5 s"}
	{"msg":"a","duration":"350µs"}
	{"msg":"a","duration":"350\u00b5s"}
	{"msg":"a","duration":"1m2.5s"}
	{"msg":"a","duration":"PT1M2.5S"}
	{"msg":"a","duration":"00:01:02.5"}
	{"msg":"a","duration":"1.00:00:00"}
	{"msg":"a","durationMs":1500}
	{"msg":"a","duration_us":1500}
	{"msg":"a","durationNs":1500}
	{"msg":"a","durationNanos":1500}
	{"msg":"a","elapsed_seconds":1.5}
	{"msg":"a","latency_s":"1.5"}
	{"msg":"a","tookMicros":1.5}
	{"msg":"a","duration_limit":5}
	{"msg":"a","duration":-1}
	{"msg":"a","duration":"soon"}
	{"msg":"a","duration":{"n":1}}
	{"msg":"a","request_time":"0.005"}
	{"msg":"a","ms":7}
	EOF
	output=$(values duration_ms <<<"$output")
	same <<-'EOF'
	1.5
	1.5
	1500
	0.35
	0.35
	62500
	62500
	62500
	86400000
	1500
	1.5
	0.0015
	0.0015
	1500
	1500
	0.0015
	null
	null
	null
	null
	5
	7
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: a number is a time in the unit that its size tells" {
	run --separate-stderr tele-extract -f json <<-'EOF'
	{"ts":1767323045,"msg":"a"}
	{"ts":1767323045.678,"msg":"a"}
	{"ts":1767323045678,"msg":"a"}
	{"ts":"1767323045678","msg":"a"}
	{"ts":1767323045678901,"msg":"a"}
	{"ts":1767323045678901234,"msg":"a"}
	{"ts":1767323045678.25,"msg":"a"}
	{"ts":{"seconds":1767323045,"nanos":5},"msg":"a"}
	{"ts":17673230,"msg":"a"}
	{"ts":0,"msg":"a"}
	{"ts":"xxx","msg":"a"}
	{"ts":99999999999999999999,"msg":"a"}
	EOF
	output=$(values time <<<"$output")
	same <<-'EOF'
	"2026-01-02T03:04:05Z"
	"2026-01-02T03:04:05.678Z"
	"2026-01-02T03:04:05.678Z"
	"2026-01-02T03:04:05.678Z"
	"2026-01-02T03:04:05.678901Z"
	"2026-01-02T03:04:05.678901234Z"
	"2026-01-02T03:04:05.67825Z"
	"2026-01-02T03:04:05.000000005Z"
	null
	null
	null
	null
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: severities are those of the wire, whatever a logger calls them" {
	run --separate-stderr tele-extract -f json <<-'EOF'
	{"level":"WARNING","msg":"a"}
	{"level":"DEBUG5","msg":"a"}
	{"level":"INFO+2","msg":"a"}
	{"level":"E","msg":"a"}
	{"lvl":"crit","msg":"a"}
	{"severity":"EMERGENCY","msg":"a"}
	{"level":20,"msg":"a"}
	{"level":"50","msg":"a"}
	{"level":400,"level_name":"ERROR","msg":"a"}
	{"status":503,"msg":"a"}
	{"status":"404","msg":"a"}
	{"status":"ready","msg":"a"}
	{"level":null,"msg":"a"}
	{"level":"odd","msg":"a"}
	EOF
	output=$(values level <<<"$output")
	same <<-'EOF'
	"warn"
	"debug"
	"info"
	"error"
	"fatal"
	"fatal"
	"debug"
	"error"
	"error"
	"error"
	"info"
	null
	null
	"odd"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: ids are hexadecimal, from base64 and in any case; zeros are none" {
	run --separate-stderr tele-extract <<-'EOF'
	{"resourceSpans":[{"scopeSpans":[{"spans":[
	{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"0000000000000000","name":"a"},
	{"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ=","parentSpanId":"7uGbfsPBsXM=","name":"b"},
	{"trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174","name":"c","startTimeUnixNano":0,"endTimeUnixNano":"18446744073709551000"}
	]}]}]}
	EOF
	output=$(bare <<<"$output")
	same <<-'EOF'
	{"kind":"span","name":"a","status":"ok","trace":"5b8efff798038103d269b633813fc60c","span":"eee19b7ec3c1b174"}
	{"kind":"span","name":"b","status":"ok","trace":"5b8efff798038103d269b633813fc60c","span":"eee19b7ec3c1b174","parent":"eee19b7ec3c1b173"}
	{"kind":"span","name":"c","status":"ok","trace":"5b8efff798038103d269b633813fc60c","span":"eee19b7ec3c1b174"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: a string that holds a record is read as one, unless it is broken" {
	run --separate-stderr tele-extract <<-'EOF'
	{"log":"{\"level\":40,\"msg\":\"in \\\"it\\\"\"}\n","stream":"stdout","time":"2026-01-02T03:04:05Z"}
	{"log":"{\"level\":40,\"msg\":\"cut","stream":"stdout","time":"2026-01-02T03:04:05Z"}
	{"log":"plain\\n\n","stream":"stderr","time":"2026-01-02T03:04:05Z"}
	EOF
	output=$(bare <<<"$output")
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"log","level":"warn","message":"in \"it\""}
	{"time":"2026-01-02T03:04:05Z","kind":"log","message":"{\"level\":40,\"msg\":\"cut"}
	{"time":"2026-01-02T03:04:05Z","kind":"log","message":"plain\\n"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: what drives a terminal is escaped in every key" {
	local evil

	evil=$(printf '\302\233\342\200\256x')
	cat >log <<-EOF
	{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"$evil"}}]},"scopeSpans":[{"spans":[{"traceId":"$evil","spanId":"$evil","parentSpanId":"$evil","name":"$evil","status":{"message":"$evil"}}]}]}]}
	EOF
	run --separate-stderr tele-extract log
	same <<-'EOF'
	{"kind":"span","name":"\u009b\u202ex","status":"ok","trace":"\u009b\u202ex","span":"\u009b\u202ex","parent":"\u009b\u202ex","service":"\u009b\u202ex","error_message":"\u009b\u202ex","src":"log","src_line":1}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "[{\"ph\":\"B\",\"pid\":\"$evil\",\"tid\":1,\"ts\":1,\"name\":\"$evil\",\"cat\":\"$evil\"}]" >log
	run --separate-stderr tele-extract log
	same <<-'EOF'
	{"time":"1970-01-01T00:00:00.000001Z","kind":"span","name":"\u009b\u202ex","status":"unfinished","trace":"\u009b\u202ex/1","span":"x1","plugin":"\u009b\u202ex","src":"log","src_line":1}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "{\"level\":\"info\",\"op\":\"$evil\",\"reqId\":\"$evil\",\"msg\":\"start $evil\"}" >log
	run --separate-stderr tele-extract --pair -k span --keep all log
	same <<-'EOF'
	{"kind":"span","name":"\u009b\u202ex","status":"unfinished","trace":"\u009b\u202ex","span":"p1","src":"log","src_line":1}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- documents and lines -----------------------------------------------------

@test "json: metrics are known, but no events" {
	run --separate-stderr tele-extract --summary <<-'EOF'
	{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{}},{"name":"b"}]}]}]}
	EOF
	[ "$output" = "" ]
	[ "$stderr" = "tele-extract: 2 lines = 2 matched + 0 continuation + 0 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
}

@test "json: a log of logfmt gives the same in any pieces" {
	for i in {1..3000}; do
		printf 'ts=2026-01-02T03:04:05.678Z level=info msg="%s\n at %d" n=%d\n' "$i" "$i" "$i"
	done >log
	tele-extract log >want
	[ "$(wc -l <want)" -eq 3000 ]
	run --separate-stderr tele-extract - < <(cat log)
	output=$(sed 's/"src":"-"/"src":"log"/' <<<"$output")
	same <want
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# Where a read ends does not matter.
	for n in 1 2 17 60 70 71; do
		run --separate-stderr tele-extract - < <(
			head -c "$n" log
			sleep 0.02
			tail -c +$((n + 1)) log
		)
		output=$(sed 's/"src":"-"/"src":"log"/' <<<"$output")
		same <want
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "json: quotes of logfmt that never close cost a line, and a line too long itself" {
	printf 'level=info msg="a\nlevel=info msg=b\nlevel=info msg="c' >log
	run --separate-stderr tele-extract -f logfmt log
	[ "$output" = '{"kind":"log","level":"info","message":"b","src":"log","src_line":2}' ]
	[ "$stderr" = "tele-extract: log:1:16: string is not closed
tele-extract: log:3:16: string is not closed" ]
	[ "$status" -eq 2 ]
	{
		echo level=info msg=a
		printf 'level=info msg="'
		head -c 3000000 /dev/zero | tr '\0' x
		printf '"\nlevel=info msg=b\n'
	} >log
	run --separate-stderr tele-extract log
	same <<-'EOF'
	{"kind":"log","level":"info","message":"a","src":"log","src_line":1}
	{"kind":"log","level":"info","message":"b","src":"log","src_line":3}
	EOF
	[ "$stderr" = "tele-extract: log:2: record is longer than --max-line" ]
	[ "$status" -eq 2 ]
	{
		printf 'level=info msg="'
		yes x | head -n 1000000
		printf '"\nlevel=info msg=b\n'
	} >log
	run --separate-stderr tele-extract -f logfmt log
	[ "$(tail -n 1 <<<"$output" | jq -r .message)" = b ]
	[ "${stderr_lines[0]}" = "tele-extract: log:1: record is longer than --max-line" ]
	[ "$status" -eq 2 ]
}

# --- format files ------------------------------------------------------------

@test "json: a format that makes no sense is refused, with its line" {
	local broken said

	while IFS='~' read -r broken said; do
		printf 'name: x\nkind: json\n%b\n' "$broken" >x.yaml
		run --separate-stderr tele-extract -f ./x.yaml /dev/null
		[ "$output" = "" ]
		[ "$stderr" = "tele-extract: ./x.yaml:$said" ]
		[ "$status" -eq 2 ]
	done <<-'EOF'
	title: t~1: the format needs 'records'
	records: [{rules: [{emit: log}]}]~3: a record needs 'each'
	records: [{each: $}]~3: a record needs 'rules'
	records: [{each: $, rules: [{emit: thing}]}]~3: unknown kind 'thing'
	records: [{each: $, rules: [{begin: log}]}]~3: no work is 'log'
	records: [{each: $, rules: [{fields: {name: a}}]}]~3: a rule needs 'emit', 'begin', 'finish', 'name', 'mark' or 'ignore'
	records: [{each: $, rules: [{emit: log, fields: {name: a | b}}]}]~3: unknown conversion 'b'
	records: [{each: $, rules: [{emit: log, fields: {name: ^a}}]}]~3: nothing is so far out: '^a'
	records: [{each: $, rules: [{emit: log, fields: {kind: a}}]}]~3: no path can be 'kind'
	records: [{each: $, rules: [{emit: log, fields: {links: a}}]}]~3: 'links' needs another conversion
	records: [{each: $, rules: [{emit: log, fields: {name: a | links}}]}]~3: 'name' needs another conversion
	records: [{each: $, rules: [{emit: log, with: {beat: a}}]}]~3: no text can be 'beat'
	records: [{each: [a, a], rules: [{emit: log}]}]~3: 'a' has records already
	records: [{each: 'a[', rules: [{emit: log}]}]~3: broken path 'a['
	records: [{each: $, rules: [{emit: log, inside: {rules: []}}]}]~3: 'inside' needs 'each'
	names: {in: a}\nrecords: [{each: $, rules: [{emit: log}]}]~3: 'names' needs 'in' and 'as'
	EOF
	printf 'name: x\nkind: logfmt\nrecords: [{each: a, rules: [{emit: log}]}]\n' >x.yaml
	run --separate-stderr tele-extract -f ./x.yaml /dev/null
	[ "$stderr" = "tele-extract: ./x.yaml:1: records that are lines are at '\$'" ]
	[ "$status" -eq 2 ]
}
