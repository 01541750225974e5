#!/usr/bin/env bats
# tele-graph: each kind of edges, each format, each option.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# Two requests: load, parse, parse again and show; load, and a show that
	# fails.  The waits between them are 1 ms, 2 ms, 0 (they overlap), 5 ms.
	cat >flow <<-'EOF2'
	{"time":"2026-01-02T03:04:05.000Z","kind":"beat","handler":"load","plugin":"P","duration_ms":4,"status":"ok","trace":"t1","span":"b1","code_file":"src/load.js","code_line":12}
	{"time":"2026-01-02T03:04:05.005Z","kind":"beat","handler":"parse","plugin":"P","duration_ms":3,"status":"ok","trace":"t1","span":"b2"}
	{"time":"2026-01-02T03:04:05.010Z","kind":"beat","handler":"parse","plugin":"P","duration_ms":5,"status":"ok","trace":"t1","span":"b3"}
	{"time":"2026-01-02T03:04:05.014Z","kind":"beat","handler":"show","plugin":"Q","duration_ms":1,"status":"ok","trace":"t1","span":"b4"}
	{"time":"2026-01-02T03:04:06.000Z","kind":"beat","handler":"load","plugin":"P","duration_ms":10,"status":"ok","trace":"t2","span":"b1"}
	{"time":"2026-01-02T03:04:06.015Z","kind":"beat","handler":"show","plugin":"Q","duration_ms":2,"status":"error","trace":"t2","span":"b2"}
	EOF2
	# The same work inside of movements and a sequence; children come first.
	cat >nested <<-'EOF2'
	{"time":"2026-01-02T03:04:05.001Z","kind":"beat","handler":"a","duration_ms":1,"status":"ok","trace":"t","span":"b3","parent":"m2","src_line":3}
	{"time":"2026-01-02T03:04:05.002Z","kind":"beat","handler":"b","duration_ms":1,"status":"ok","trace":"t","span":"b4","parent":"m2","src_line":4}
	{"time":"2026-01-02T03:04:05.001Z","kind":"movement","name":"M","sequence":"S","duration_ms":2,"status":"ok","trace":"t","span":"m2","parent":"s1","src_line":2}
	{"time":"2026-01-02T03:04:05.004Z","kind":"beat","handler":"c","duration_ms":1,"status":"ok","trace":"t","span":"b6","parent":"m5","src_line":6}
	{"time":"2026-01-02T03:04:05.004Z","kind":"movement","name":"N","sequence":"S","duration_ms":2,"status":"ok","trace":"t","span":"m5","parent":"s1","src_line":5}
	{"time":"2026-01-02T03:04:05.000Z","kind":"sequence","name":"S","duration_ms":9,"status":"ok","trace":"t","span":"s1","src_line":1}
	EOF2
}

# The edges of the last `run`, records, as `from to count p95`.
edges() {
	jq -r 'select(.edge) | [.edge[], .count, .p95_ms] | join(" ")' \
		<<<"$output"
}

# tele-graph with these arguments says these edges, and nothing else happens.
graph() {
	run --separate-stderr tele-graph -f ndjson "$@"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(edges)
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# --- edges -------------------------------------------------------------------

@test "graph: what follows what within an execution, and how long it waits" {
	graph flow
	same <<-'EOF'
	P/load P/parse 1 1
	P/load Q/show 1 5
	P/parse P/parse 1 2
	P/parse Q/show 1 0
	EOF
}

@test "graph: beats of the next movement follow those of the one before" {
	graph nested
	same <<-'EOF'
	a b 1 0
	b c 1 1
	EOF
}

@test "graph: spans follow each other only within the same parent" {
	graph <<-'EOF'
	{"time":"2026-01-02T03:04:05.004Z","kind":"span","name":"d","duration_ms":1,"trace":"t","span":"4","parent":"1"}
	{"time":"2026-01-02T03:04:05.001Z","kind":"span","name":"b","duration_ms":2,"trace":"t","span":"2","parent":"1"}
	{"time":"2026-01-02T03:04:05.002Z","kind":"span","name":"c","duration_ms":1,"trace":"t","span":"3","parent":"2"}
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"a","duration_ms":9,"trace":"t","span":"1"}
	EOF
	same <<-'EOF'
	b d 1 1
	EOF
}

@test "graph: calls are parents and children, with the time of the child" {
	graph --edges calls nested
	same <<-'EOF'
	S S/M 1 2
	S S/N 1 2
	S/M a 1 1
	S/M b 1 1
	S/N c 1 1
	EOF
}

@test "graph: links trigger, whichever end comes first" {
	graph --edges triggers <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"first","duration_ms":10,"trace":"a/b","span":"1","service":"x"}
	{"time":"2026-01-02T03:04:05.030Z","kind":"span","name":"later","duration_ms":1,"status":"error","trace":"c","span":"2","links":["a/b/1","d/9"],"service":"y"}
	{"time":"2026-01-02T03:04:05.020Z","kind":"span","name":"last","duration_ms":4,"trace":"d","span":"9","service":"x"}
	EOF
	same <<-'EOF'
	x/first y/later 1 20
	x/last y/later 1 6
	EOF
}

@test "graph: publishers trigger those who handle the topic, or subscribed to it" {
	graph --edges triggers <<-'EOF'
	{"kind":"subscribe","name":"news","plugin":"Reader"}
	{"kind":"subscribe","name":"news","plugin":"Silent"}
	{"kind":"subscribe","name":"nothing","plugin":"Reader"}
	{"time":"2026-01-02T03:04:05.001Z","kind":"publish","name":"news","trace":"t","parent":"b1"}
	{"time":"2026-01-02T03:04:05.002Z","kind":"publish","name":"news","trace":"t","parent":"b1"}
	{"time":"2026-01-02T03:04:05.000Z","kind":"beat","handler":"write","plugin":"Writer","duration_ms":3,"trace":"t","span":"b1"}
	{"time":"2026-01-02T03:04:06Z","kind":"publish","name":"news","plugin":"Agency"}
	{"time":"2026-01-02T03:04:07Z","kind":"publish","name":"news"}
	{"time":"2026-01-02T03:04:08Z","kind":"publish","name":"news","handler":"call","plugin":"Agency"}
	{"time":"2026-01-02T03:04:09Z","kind":"beat","handler":"read","plugin":"Reader","event":"news","duration_ms":1,"trace":"u"}
	EOF
	same <<-'EOF'
	Agency Reader/read 1 
	Agency Silent 1 
	Agency/call Reader/read 1 
	Agency/call Silent 1 
	Writer/write Reader/read 2 
	Writer/write Silent 2 
	news Reader/read 1 
	news Silent 1 
	EOF
}

@test "graph: who changes next what somebody wrote, with the keys" {
	run --separate-stderr tele-graph -f ndjson --edges state <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"state","handler":"a","plugin":"P","trace":"t","added":["x","y"]}
	{"time":"2026-01-02T03:04:05.004Z","kind":"state","handler":"c","plugin":"P","trace":"t","updated":["x"],"removed":["y"]}
	{"time":"2026-01-02T03:04:05.002Z","kind":"state","handler":"b","plugin":"P","trace":"t","updated":["x"]}
	{"time":"2026-01-02T03:04:05.005Z","kind":"state","handler":"d","plugin":"P","trace":"other","updated":["x"]}
	{"time":"2026-01-02T03:04:05.006Z","kind":"state","handler":"e","plugin":"P","trace":"t"}
	EOF
	output=$(jq -c 'select(.edge) | [.edge[], .count, .p95_ms, .keys]' \
		<<<"$output")
	same <<-'EOF'
	["P/a","P/b",1,2,["x"]]
	["P/a","P/c",1,4,["y"]]
	["P/b","P/c",1,2,["x"]]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "graph: --edges mixes kinds when asked" {
	run --separate-stderr tele-graph -f ndjson --edges follows,calls nested
	output=$(jq -r 'select(.edge) | .kind' <<<"$output" | sort | uniq -c |
		tr -s ' ')
	same <<-'EOF'
	 5 calls
	 2 follows
	EOF
	run --separate-stderr tele-graph --edges leads nested
	[ "${stderr_lines[0]}" = "tele-graph: unknown kind of edges 'leads'" ]
	[ "$status" -eq 2 ]
}

@test "graph: a record for each node, with its work, its code and its place" {
	run --separate-stderr tele-graph -f ndjson flow
	output=$(grep '"node"' <<<"$output")
	same <<-'EOF'
	{"node":"P/load","name":"load","owner":"P","count":2,"errors":0,"error_rate":0,"total_ms":14,"p50_ms":4,"p95_ms":10,"max_ms":10,"starts":2,"first":"2026-01-02T03:04:05.000Z","last":"2026-01-02T03:04:06.000Z","code_file":"src/load.js","code_line":12}
	{"node":"P/parse","name":"parse","owner":"P","count":2,"errors":0,"error_rate":0,"total_ms":8,"p50_ms":3,"p95_ms":5,"max_ms":5,"cycle":1,"first":"2026-01-02T03:04:05.005Z","last":"2026-01-02T03:04:05.010Z"}
	{"node":"Q/show","name":"show","owner":"Q","count":2,"errors":1,"error_rate":0.5,"total_ms":3,"p50_ms":1,"p95_ms":2,"max_ms":2,"ends":2,"first":"2026-01-02T03:04:05.014Z","last":"2026-01-02T03:04:06.015Z"}
	EOF
}

@test "graph: errors of an edge are failures of what it leads to" {
	run --separate-stderr tele-graph -f ndjson flow
	output=$(jq -c 'select(.edge) | [.edge[1], .count, .errors, .error_rate]' \
		<<<"$output")
	same <<-'EOF'
	["P/parse",1,0,0]
	["Q/show",1,1,1]
	["P/parse",1,0,0]
	["Q/show",1,0,0]
	EOF
}

@test "graph: many waits are as coarse as the times of the log" {
	for i in {100..299}; do
		echo '{"time":"2026-01-02T03:04:05.000Z","kind":"beat","handler":"a","duration_ms":1.25,"trace":"'"$i"'"}'
		echo '{"time":"2026-01-02T03:04:05.00'$((2 + i % 2))'Z","kind":"beat","handler":"b","duration_ms":1,"trace":"'"$i"'"}'
	done >many
	run --separate-stderr tele-graph -f ndjson many
	output=$(jq -c 'select(.edge) | [.count, .total_ms, .p50_ms, .p95_ms, .max_ms]' <<<"$output")
	[ "$output" = "[200,300,1,2,2]" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "graph: a session, and a file without traces, is an execution of its own" {
	graph <<-'EOF'
	{"kind":"beat","handler":"a","trace":"t","session":"x","src_line":1}
	{"kind":"beat","handler":"b","trace":"t","session":"y","src_line":2}
	{"kind":"beat","handler":"c","trace":"t","session":"x","src_line":3}
	{"kind":"beat","handler":"d","span":"1","src":"one","src_line":1}
	{"kind":"beat","handler":"e","span":"1","src":"two","src_line":2}
	{"kind":"beat","handler":"f","span":"2","src":"one","src_line":3}
	{"kind":"beat","handler":"g","src":"one","src_line":4}
	EOF
	same <<-'EOF'
	a c 1 
	d f 1 
	EOF
}

# --- options -----------------------------------------------------------------

@test "graph: --kind says what does work" {
	graph --kind movement nested
	same <<-'EOF'
	S/M S/N 1 1
	EOF
	graph --edges calls --kind sequence,beat nested
	same <<-'EOF'
	S a 1 1
	S b 1 1
	S c 1 1
	EOF
	run --separate-stderr tele-graph -k state nested
	[ "${stderr_lines[0]}" = "tele-graph: 'state' is no kind of work" ]
	[ "$status" -eq 2 ]
}

@test "graph: --collapse draws plugins, services or folders" {
	graph --collapse plugin flow
	same <<-'EOF'
	P Q 2 5
	EOF
	graph --collapse dir flow
	same <<-'EOF'
	src (none) 1 1
	EOF
	graph --collapse service --edges calls <<-'EOF'
	{"kind":"span","name":"a","trace":"t","span":"1","service":"x","duration_ms":9}
	{"kind":"span","name":"b","trace":"t","span":"2","parent":"1","service":"x","duration_ms":8}
	{"kind":"span","name":"c","trace":"t","span":"3","parent":"2","service":"y","duration_ms":7}
	EOF
	same <<-'EOF'
	x y 1 7
	EOF
}

# A chain of five, a -> b -> c -> d -> e.
chain() {
	for name in a b c d e; do
		echo "{\"kind\":\"beat\",\"handler\":\"$name\",\"plugin\":\"P\",\"trace\":\"t\"}"
	done >chain
}

@test "graph: --focus shows what is near a node" {
	chain
	graph --focus c --depth 1 chain
	same <<-'EOF'
	P/b P/c 1 
	P/c P/d 1 
	EOF
	graph --focus P/a chain
	same <<-'EOF'
	P/a P/b 1 
	P/b P/c 1 
	EOF
	graph --focus /e chain
	same <<-'EOF'
	P/c P/d 1 
	P/d P/e 1 
	EOF
	run --separate-stderr tele-graph --focus nobody chain
	[ "$output" = "" ]
	[ "$stderr" = "tele-graph: no node is called 'nobody'" ]
	[ "$status" -eq 1 ]
}

@test "graph: --depth says how near, 0 for any" {
	chain
	graph --focus a --depth 3 chain
	[ "${#lines[@]}" -gt 0 ]
	same <<-'EOF'
	P/a P/b 1 
	P/b P/c 1 
	P/c P/d 1 
	EOF
	graph --focus a --depth 0 chain
	[ "$(wc -l <<<"$output")" -eq 4 ]
}

@test "graph: --up and --down show one side of the focus" {
	chain
	graph --focus c --up chain
	same <<-'EOF'
	P/a P/b 1 
	P/b P/c 1 
	EOF
	graph --focus c --down chain
	same <<-'EOF'
	P/c P/d 1 
	P/d P/e 1 
	EOF
	run --separate-stderr tele-graph --up chain
	[ "${stderr_lines[0]}" = "tele-graph: --up and --down need --focus" ]
	[ "$status" -eq 2 ]
}

@test "graph: --min-edge drops what counts less, or is a smaller share" {
	for run in x y z; do
		sed "s/\"t\([12]\)\"/\"$run\1\"/" flow
	done >thrice
	chain
	graph --min-edge 2 thrice chain
	same <<-'EOF'
	P/load P/parse 3 1
	P/load Q/show 3 5
	P/parse P/parse 3 2
	P/parse Q/show 3 0
	EOF
	# 16 in all: 3 are 18.75 %, 1 is 6.25 %.
	graph --min-edge 18.75% thrice chain
	[ "$(wc -l <<<"$output")" -eq 4 ]
	graph --min-edge 6.3% thrice chain
	[ "$(wc -l <<<"$output")" -eq 4 ]
	graph --min-edge 6.25% thrice chain
	[ "$(wc -l <<<"$output")" -eq 8 ]
	graph --min-edge 18.76% thrice chain
	[ "$output" = "" ]
	run --separate-stderr tele-graph --min-edge few flow
	[ "${stderr_lines[0]}" = "tele-graph: invalid N 'few' for --min-edge" ]
	[ "$status" -eq 2 ]
}

# Executions of two, hub and a spoke of its own: spoke N comes N times.
wheel() {
	local i k

	for ((i = 1; i <= 50; i++)); do
		for ((k = 1; k <= i; k++)); do
			printf '{"kind":"beat","handler":"%s","trace":"%s"}\n' \
				hub "$i.$k" "$(printf 's%02d' "$i")" "$i.$k"
		done
	done >wheel
}

@test "graph: a picture has a budget, and says what it hid" {
	wheel
	run --separate-stderr tele-graph wheel
	[ "$(grep -c ' -> .*penwidth' <<<"$output")" -eq 39 ]
	# Spokes 1 to 11 are out: 66 of 1275.
	grep -q 'hidden: 11 nodes and 11 edges, 5.18 % of all that was counted' \
		<<<"$output"
	[ "$stderr" = "tele-graph: hidden: 11 nodes and 11 edges, 5.18 % of all that was counted; --all shows more" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-graph -f ndjson wheel
	[ "$(grep -c '"edge"' <<<"$output")" -eq 50 ]
	[ "$stderr" = "" ]
}

@test "graph: --all draws everything" {
	wheel
	run --separate-stderr tele-graph --all wheel
	[ "$(grep -c ' -> .*penwidth' <<<"$output")" -eq 50 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# a -> b -> c -> a, d -> d, and e on the way from one to the other.
circles() {
	for name in a b c a e d d; do
		echo "{\"kind\":\"beat\",\"handler\":\"$name\",\"trace\":\"t\"}"
	done >circles
}

@test "graph: --cycles shows what is in a cycle, --fail-on cycles exits with 1" {
	circles
	run --separate-stderr tele-graph -f text --cycles circles
	same <<-'EOF'
	cycle 1 of 3 nodes: a → b → c → a
	cycle 2 of 1 node: d → d
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-graph -f ndjson --cycles --fail-on cycles circles
	[ "$status" -eq 1 ]
	[ "$stderr" = "" ]
	output=$(edges)
	same <<-'EOF'
	a b 1 
	b c 1 
	c a 1 
	d d 1 
	EOF
	chain
	run --separate-stderr tele-graph -f text --cycles --fail-on cycles chain
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}

# What the two sides of the next tests have.
two_sides() {
	local i

	for ((i = 0; i < 10; i++)); do
		printf '{"time":"2026-01-02T03:04:05.000Z","kind":"beat","handler":"%s","duration_ms":%s,"trace":"%s"}\n' \
			a 1 "$i" b 2 "$i" c 3 "$i" >>base
		printf '{"time":"2026-01-02T03:04:05.000Z","kind":"beat","handler":"%s","duration_ms":%s,"trace":"%s"}\n' \
			a 1 "$i" b 20 "$i" d 3 "$i" >>new
	done
}

@test "graph: --diff says what was added, was removed, and has changed" {
	two_sides
	run --separate-stderr tele-graph -f ndjson --diff base new
	output=$(jq -r '[(.node // (.edge | join(" "))), .change, .count,
		.base_count, .p95_ms, .base_p95_ms] | map(. // "-") |
		join(" ")' <<<"$output")
	same <<-'EOF'
	a same 10 10 1 1
	b changed 10 10 20 2
	c removed - 10 - 3
	d added 10 - 3 -
	a b same 10 10 0 0
	b c removed - 10 - 0
	b d added 10 - 0 -
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-graph --diff base base
	run ! grep -E 'label="[+~-] ' <<<"$output"
	run --separate-stderr tele-graph --diff missing new
	[ "$stderr" = "tele-graph: cannot open 'missing': No such file or directory" ]
	[ "$status" -eq 2 ]
}

@test "graph: in text, what changed has below it what it was before" {
	two_sides
	run --separate-stderr tele-graph -f text --diff base new
	same <<-'EOF'
	                        n      p95 p95 work   failed
	a                      10              1 ms
	└ ~ b                  10        0    20 ms
	          before       10        0     2 ms
	  ├ - c                10        0     3 ms
	  └ + d                10        0     3 ms
	follows: what comes next in an execution, within the same parent
	  p95: the wait in between
	+ added, - removed, ~ changed
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "graph: --fail-on fails on changes" {
	two_sides
	for change in added removed changed; do
		run --separate-stderr tele-graph --diff base new \
			--fail-on "$change" -f text
		[ "$stderr" = "" ]
		case $change in
		changed) [ "$status" -eq 0 ] ;; # a node did, no edge
		*) [ "$status" -eq 1 ] ;;
		esac
	done
	# The share of a -> b falls from 10 of 10 to 5 of 10.
	sed '0,/"b"/!{/"trace":"[5-9]"/s/"b"/"c"/}' base >half
	run --separate-stderr tele-graph --diff base half --fail-on changed
	[ "$status" -eq 1 ]
	run --separate-stderr tele-graph --diff base base \
		--fail-on added,removed,changed
	[ "$status" -eq 0 ]
	run --separate-stderr tele-graph --fail-on rain base
	[ "${stderr_lines[0]}" = "tele-graph: unknown reason to fail 'rain'" ]
	[ "$status" -eq 2 ]
}

@test "graph: --link makes the address of code" {
	run --separate-stderr tele-graph flow
	grep -q 'URL="src/load.js#L12"' <<<"$output"
	run --separate-stderr tele-graph --link \
		'https://example.org/?f={file}&l={line}' flow
	grep -qF 'URL="https://example.org/?f=src/load.js&amp;l=12"' <<<"$output"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# Neither another host nor a script.
	tele-graph <<-'EOF2' >hostile
	{"kind":"beat","handler":"a","code_file":"//example.org/x.js"}
	{"kind":"beat","handler":"b","code_file":"javascript:alert(1)//","code_line":3}
	{"kind":"beat","handler":"c","code_file":"a \"b\" <c>.js","code_line":3}
	EOF2
	run --separate-stderr grep -o 'URL="[^"]*"' hostile
	output=$(sort <<<"$output")
	same <<-'EOF2'
	URL="/example.org/x.js#L1"
	URL="a%20%22b%22%20%3Cc%3E.js#L3"
	URL="javascript%3Aalert%281%29//#L3"
	EOF2
}

@test "graph: --max-names bounds nodes and edges" {
	wheel
	run --separate-stderr tele-graph -f ndjson --max-names 3 wheel
	output=$(edges)
	same <<-'EOF'
	hub (other) 1272 
	hub s01 1 
	hub s02 2 
	EOF
	[ "$stderr" = "tele-graph: more than 3 nodes or edges: the rest is '(other)'" ]
	[ "$status" -eq 0 ]
}

# --- formats -----------------------------------------------------------------

@test "graph: DOT is the default" {
	run --separate-stderr tele-graph flow
	same <<-'EOF'
	digraph tele {
	    rankdir=LR
	    charset="UTF-8"
	    bgcolor=white
	    fontname="Helvetica,Arial,sans-serif"
	    fontsize=10
	    labelloc=b
	    labeljust=l
	    label="follows: what comes next in an execution, within the same parent\lwidth of a line: how often, 1 to 1\lcolour of a line: p95 of its time: 0 to 5 ms, darker is slower\lcolour of a box: p95 of its work: 2 ms to 10 ms, darker is slower\l"
	    node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica,Arial,sans-serif", fontsize=11]
	    edge [fontname="Helvetica,Arial,sans-serif", fontsize=9]
	    n6e1f2f2666edd33c [label="load\nP\n2 · p95 10 ms", tooltip="P/load\nsrc/load.js:12\nbegins 2 and ends 0 executions", URL="src/load.js#L12", fillcolor="#00224e", fontcolor=white]
	    n02afca8e037b776f [label="parse\nP\n2 · p95 5 ms", tooltip="P/parse\nin cycle 1", fillcolor="#6d6f73", fontcolor=white]
	    n28b7d2195be2a850 [label="show\nQ\n2 · p95 2 ms · 50 % failed", tooltip="Q/show\nbegins 0 and ends 2 executions", fillcolor="#fee838", color="#b40000"]
	    n6e1f2f2666edd33c -> n02afca8e037b776f [label="1 · p95 1 ms", tooltip="follows: P/load -> P/parse", penwidth=3.4, color="#fee838"]
	    n6e1f2f2666edd33c -> n28b7d2195be2a850 [label="1 · p95 5 ms · 100 % failed", tooltip="follows: P/load -> Q/show", penwidth=3.4, color="#00224e"]
	    n02afca8e037b776f -> n02afca8e037b776f [label="1 · p95 2 ms", tooltip="follows: P/parse -> P/parse\nin cycle 1", penwidth=3.4, color="#8d8978"]
	    n02afca8e037b776f -> n28b7d2195be2a850 [label="1 · p95 0", tooltip="follows: P/parse -> Q/show", penwidth=3.4, color="#fee838"]
	}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-graph -f dot flow
	[ "${lines[0]}" = "digraph tele {" ]
}

@test "graph: DOT shows what changed by signs and lines" {
	two_sides
	run --separate-stderr tele-graph --diff base new
	output=$(grep -oE 'label="[-+~] [^"]*"|style=(bold|"rounded,dashed"|dashed)' \
		<<<"$output")
	same <<-'EOF'
	label="~ b\n10 · p95 20 ms (2 ms)"
	label="- c\n10 · p95 3 ms"
	style="rounded,dashed"
	label="+ d\n10 · p95 3 ms"
	label="- 10 · p95 0"
	style=dashed
	label="+ 10 · p95 0"
	style=bold
	EOF
}

# Names that are code somewhere, with their parts and what DOT has to show.
hostile() {
	python3 - "$1" <<-'EOF'
	import json, sys
	names = ['a "b" c', "back\\slash", "ends\\", "line\nfeed", r"\N \G \E \l",
	    "<b>x</b>", "a -> b", "// c", "# d", "/* e */", "node", "", "}",
	    "a;b", "&lt;&#60;&amp;", "[x]", "||", "|\"x\"|", "end", "%%{init}%%",
	    "`tick`", "\x00nul", "\x1b[31mred", "\u202eevil", "\u0085nel",
	    "ünï \U0001f600", "x" * 20000, "javascript:alert(1)", "{{7*7}}",
	    "</script><script>", "${x}", "'quote'", "\ud800".encode("utf-8",
	    "replace").decode()]
	out = open(sys.argv[1], "w")
	for i, name in enumerate(names):
	    for k in (name, "plain"):
	        out.write(json.dumps({"kind": "beat", "handler": k or "(none)",
	            "plugin": "P" + name, "trace": str(i),
	            "duration_ms": i}) + "\n")
	EOF
}

@test "graph: in DOT no name is code, and all come back" {
	needs python3
	needs dot
	hostile events
	run --separate-stderr tele-graph --all events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >hostile.dot
	run --separate-stderr dot -Tjson hostile.dot
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >hostile.json
	dot -Tsvg hostile.dot >hostile.svg
	run --separate-stderr python3 - <<-'EOF'
	import json, xml.dom.minidom
	graph = json.load(open("hostile.json"))
	events = [json.loads(line) for line in open("events")]
	traces = {e["trace"] for e in events}
	assert len(graph["edges"]) == len(traces), len(graph["edges"])
	assert len(graph["objects"]) == 2 * len(traces)
	names = {node["label"].split("\\n")[0] for node in graph["objects"]}
	shown = 0
	for name in {e["handler"] for e in events}:
	    if len(name) > 40 or not name.isprintable():
	        continue
	    coded = name.replace("\\", "\\\\").replace("&", "&amp;")
	    assert coded in names, (name, coded)
	    shown += 1
	svg = xml.dom.minidom.parse("hostile.svg")
	texts = {"".join(c.data for c in t.childNodes)
	    for t in svg.getElementsByTagName("text")}
	for name in ("&lt;&#60;&amp;", "<b>x</b>", r"\N \G \E \l", 'a "b" c'):
	    assert name in texts, name
	assert not svg.getElementsByTagName("script")
	print(shown, "names")
	EOF
	echo "$stderr"
	[ "$output" = "28 names" ]
	[ "$status" -eq 0 ]
}

@test "graph: Mermaid" {
	run --separate-stderr tele-graph -f mermaid flow
	same <<-'EOF'
	flowchart LR
	    n6e1f2f2666edd33c["load<br/>P<br/>2 · p95 10 ms"]
	    n02afca8e037b776f["parse<br/>P<br/>2 · p95 5 ms"]
	    n28b7d2195be2a850["show<br/>Q<br/>2 · p95 2 ms · 50 % failed"]
	    n6e1f2f2666edd33c -->|"1 · p95 1 ms"| n02afca8e037b776f
	    n6e1f2f2666edd33c -->|"1 · p95 5 ms · 100 % failed"| n28b7d2195be2a850
	    n02afca8e037b776f -->|"1 · p95 2 ms"| n02afca8e037b776f
	    n02afca8e037b776f -->|"1 · p95 0"| n28b7d2195be2a850
	    classDef c0 fill:#fee838,color:#000
	    class n28b7d2195be2a850 c0
	    classDef c4 fill:#6d6f72,color:#fff
	    class n02afca8e037b776f c4
	    classDef c7 fill:#00224e,color:#fff
	    class n6e1f2f2666edd33c c7
	    linkStyle 0,1,2,3 stroke-width:5px
	    legend["follows: what comes next in an execution, within the same parent<br/>wider is more often, darker is slower (p95)"]
	    style legend fill:none,stroke:none
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "graph: Mermaid stays below 50,000 characters, and no name is code" {
	needs python3
	hostile events
	run --separate-stderr tele-graph -f mermaid --all events
	[ "$stderr" = "" ]
	# A label ends where it should: quotes come in pairs, and nothing else.
	run --separate-stderr awk '!/^ *(flowchart LR|n[0-9a-f]{16}\["[^"]*"\]|n[0-9a-f]{16} -->\|"[^"]*"\| n[0-9a-f]{16}|(classDef|class|linkStyle|style) [-a-z0-9#:,. ]*|legend\["[^"]*"\])$/' <<<"$output"
	[ "$output" = "" ]
	local i
	for ((i = 0; i < 3000; i++)); do
		echo "{\"kind\":\"beat\",\"handler\":\"handler number $i\",\"trace\":\"t\"}"
	done >many
	run --separate-stderr tele-graph -f mermaid --all many
	[ "${#output}" -lt 50000 ]
	[ "${#output}" -gt 40000 ]
	[[ "$stderr" == "tele-graph: hidden: "*" nodes and "*" edges, "*" % of all that was counted" ]]
	grep -qF "<br/>${stderr#tele-graph: }" <<<"$output"
	[ "$status" -eq 0 ]
}

@test "graph: text is a tree, and fits where it must" {
	run --separate-stderr tele-graph -f text flow
	same <<-'EOF'
	                          n      p95 p95 work   failed
	load  P                   2             10 ms
	├ parse                   1     1 ms     5 ms
	│ ├ parse (itself)        1     2 ms     5 ms
	│ └ show  Q               1        0     2 ms
	└ show  Q                 1     5 ms     2 ms    100 %
	follows: what comes next in an execution, within the same parent
	  p95: the wait in between
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-graph -f text --ascii -w 50 --edges calls nested
	same <<-'EOF'
	                        n      p95 p95 work
	S                       1              9 ms
	|-M  S                  1     2 ms     2 ms
	| |-a                   1     1 ms     1 ms
	| `-b                   1     1 ms     1 ms
	`-N  S                  1     2 ms     2 ms
	  `-c                   1     1 ms     1 ms
	calls: parent and child
	  p95: how long the child took
	EOF
}

# --- what cannot be drawn ----------------------------------------------------

@test "graph: text fits into 40 columns" {
	run --separate-stderr tele-graph -f text -w 40 --edges follows,calls nested
	same <<-'EOF'
	                           n      p95
	S                          1
	├ calls M  S               1     2 ms
	│ ├ calls a                1     1 ms
	│ │ └ follows b            1        0
	│ │   └ follows c          1     1 ms
	│ └ calls b (above)        1     1 ms
	└ calls N  S               1     2 ms
	  └ calls c                1     1 ms
	follows: what comes next in an
	execution, within the same parent
	  p95: the wait in between
	calls: parent and child
	  p95: how long the child took
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "graph: empty input is an empty graph" {
	for format in dot mermaid text ndjson; do
		run --separate-stderr tele-graph -f $format /dev/null
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	[ "$output" = "" ]
	run --separate-stderr tele-graph /dev/null
	grep -q 'nothing to show' <<<"$output"
	needs dot
	run --separate-stderr dot -Tsvg <<<"$output"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "graph: what is no event, or a broken one, is reported and skipped" {
	run --separate-stderr tele-graph -f ndjson - flow <<-'EOF'
	{"kind":"beat","handler":"x","trace":"t","duration_ms":-1}
	{"kind":"beat","handler":"x","trace":"t","time":"yesterday"}
	{"handler":"a","count":1,"p50_ms":1}
	{"edge":["a","b"],"kind":"follows","count":1}
	{"kind"
	EOF
	[ "$(edges | wc -l)" -eq 4 ]
	[ "$stderr" = "$(cat <<-'EOF'
	tele-graph: <stdin>:1:56: 'duration_ms' is negative
	tele-graph: <stdin>:2:50: 'time' is no RFC 3339 time
	tele-graph: <stdin>:3:1: not an event
	tele-graph: <stdin>:4:1: not an event
	tele-graph: <stdin>:5:8: unexpected end of the record
	EOF
	)" ]
	[ "$status" -eq 2 ]
}

@test "graph: names that are escaped in two ways are one" {
	graph <<-'EOF'
	{"kind":"beat","handler":"caf\u00e9","trace":"t","src_line":1}
	{"kind":"beat","handler":"café","trace":"t","src_line":2}
	EOF
	same <<-'EOF'
	café café 1 
	EOF
}

@test "graph: an execution that is too large is cut, and that is said" {
	awk 'BEGIN { for (i = 0; i < 150000; i++)
		print "{\"kind\":\"beat\",\"handler\":\"a\",\"trace\":\"t\"}" }' |
		tele-graph -f ndjson >out 2>err
	[ "$(jq 'select(.edge) | .count' out)" -ge 149990 ]
	run cat err
	same <<-'EOF'
	tele-graph: executions too large to be seen as a whole: 1; edges are missing where they were cut
	EOF
}

# --- against the truth -------------------------------------------------------

@test "graph: what follows what in a long run is what its truth says" {
	needs_corpus
	local run=$TELE_CORPUS/conductor/medium/medium-s8

	tele-extract "$run-iso.log" >events
	run --separate-stderr tele-graph -f ndjson events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -r 'select(.edge) | [.edge[], .count] | join(" ")' \
		<<<"$output" | sort)
	[ "$(wc -l <<<"$output")" -eq 75 ]
	same < <(jq -rn '[inputs | select(.kind == "beat")] | to_entries
		| map(.value + {place: .key}) | group_by(.request_id)[]
		| sort_by(.place)
		| map(.plugin + "/" + (.handler // .event)) as $names
		| range(1; $names | length) | $names[. - 1] + " " + $names[.]
		' "$run.truth.ndjson" | sort | uniq -c |
		awk '{ print $2, $3, $1 }')
}

@test "graph: who changes what somebody wrote is what the truth says" {
	needs_corpus
	local run=$TELE_CORPUS/conductor/medium/medium-s8

	tele-extract "$run-iso.log" >events
	run --separate-stderr tele-graph -f ndjson --edges state events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -r 'select(.edge) | [.edge[], .count, .keys[]] | join(" ")' \
		<<<"$output" | sort)
	same < <(jq -rn '[inputs | select(.kind == "handler")]
		| to_entries | map(.value + {place: .key})
		| group_by(.request_id)[] | sort_by(.place)
		| reduce .[] as $call ({};
			($call.plugin + "/" + $call.handler) as $name
			| reduce ($call.added[], $call.updated[], $call.removed[])
				as $key (.;
				if .writer[$key] then
					.edges += [{way: (.writer[$key] + " " + $name),
						key: $key}]
				else . end
				| .writer[$key] = $name))
		| .edges // [] | .[] | @json' "$run.truth.ndjson" |
		jq -rs 'group_by(.way)[] | [.[0].way, (length | tostring),
			(map(.key) | unique[])] | join(" ")' | sort)
}

@test "graph: what each sequence and movement consists of is what the truth says" {
	needs_corpus
	local run=$TELE_CORPUS/conductor/medium/medium-s8

	tele-extract "$run-iso.log" >events
	run --separate-stderr tele-graph -f ndjson --edges calls events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -r 'select(.edge) | [.edge[], .count] | join(" > ")' \
		<<<"$output" | sort)
	[ "$(wc -l <<<"$output")" -eq 178 ]
	same < <(jq -rn '[inputs
		| if .kind == "movement" then
			.plugin + "/" + .sequence + " > " +
				.sequence + "/" + .movement
		elif .kind == "beat" then
			.sequence + "/" + .movement + " > " +
				.plugin + "/" + (.handler // .event)
		else empty end]
		| group_by(.)[] | .[0] + " > \(length)"' \
		"$run.truth.ndjson" | sort)
}

@test "graph: who calls whom among services is what the truth says" {
	needs_corpus
	tele-extract "$TELE_CORPUS/otel/small/traces.jsonl" >events
	run --separate-stderr tele-graph -f ndjson --edges calls events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -r 'select(.edge) | [.edge[], .count] | join(" > ")' \
		<<<"$output" | sort)
	same < <(jq -rs '(map({key: .span_id, value: .}) | from_entries) as $by
		| map(select(.parent_id) | $by[.parent_id] as $up
			| $up.service + "/" + $up.name + " > " +
				.service + "/" + .name)
		| group_by(.)[] | .[0] + " > \(length)"' \
		"$TELE_CORPUS/otel/small/truth.ndjson" | sort)
}

@test "graph: links between services are what the truth says" {
	needs_corpus
	tele-extract "$TELE_CORPUS/otel/small/traces.jsonl" >events
	run --separate-stderr tele-graph -f ndjson --edges triggers events
	[ "$stderr" = "" ]
	output=$(jq -s 'map(select(.edge) | .count) | add' <<<"$output")
	[ "$output" -eq "$(jq -s 'map(.links) | add' \
		"$TELE_CORPUS/otel/small/truth.ndjson")" ]
}
