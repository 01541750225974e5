#!/usr/bin/env bats
# tele-cover: each option, and how a function gets into its class.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# In tests: add 3 times, price never, drop 1 time, clear never.
	cat >tests.info <<-'EOF'
	TN:unit
	SF:src/cart.ts
	FN:3,9,add
	FN:11,20,price
	FN:22,drop
	FN:30,clear
	FNDA:3,add
	FNDA:0,price
	FNDA:1,drop
	FNDA:0,clear
	FNF:4
	FNH:2
	BRDA:4,0,0,1
	DA:3,3
	DA:11,0
	DA:22,1
	DA:30,0
	LF:4
	LH:2
	end_of_record
	EOF
	# In production: add twice, price three times, once failing.
	cat >events <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"sequence","name":"S","trace":"t1","span":"s","status":"ok"}
	{"time":"2026-01-02T03:04:05Z","kind":"beat","name":"cart:add","trace":"t1","span":"b1","parent":"s","status":"ok","plugin":"CartPlugin","event":"cart:add","handler":"add","code_file":"/srv/shop/src/cart.ts","code_line":4,"src":"a.log","src_line":7}
	{"time":"2026-01-02T03:04:05.5Z","kind":"beat","name":"cart:price","trace":"t1","span":"b2","parent":"s","status":"error","plugin":"CartPlugin","event":"cart:price","handler":"price","code_file":"/srv/shop/src/cart.ts","code_line":12,"src":"a.log","src_line":8}
	{"time":"2026-01-02T03:04:06Z","kind":"sequence","name":"S","trace":"t2","span":"s","status":"ok"}
	{"time":"2026-01-02T03:04:06Z","kind":"beat","name":"cart:add","trace":"t2","span":"b1","parent":"s","status":"ok","plugin":"CartPlugin","event":"cart:add","handler":"add","code_file":"/srv/shop/src/cart.ts","code_line":4,"src":"a.log","src_line":9}
	{"time":"2026-01-02T03:04:07Z","kind":"span","name":"x","trace":"t3","span":"r","status":"ok","service":"shop","code_file":"src/cart.ts","code_function":"Cart.price"}
	{"time":"2026-01-02T03:04:08.25Z","kind":"span","name":"y","trace":"t3","span":"q","parent":"r","status":"ok","service":"shop","code_file":"src/cart.ts","code_line":15}
	{"time":"2026-01-02T03:04:07Z","kind":"span","name":"GET /","trace":"t4","span":"r","status":"ok","service":"web","src":"a.log","src_line":11}
	{"kind":"log","message":"not work"}
	EOF
}

@test "cover: each function is in its class, with the window and the bound" {
	run --separate-stderr tele-cover --lcov tests.info events
	same <<-'EOF'
	{"finding":"TC001","severity":"warning","message":"price ran 3 times in production, 1 times with an error, and no test runs it","count":3,"plugin":"CartPlugin","handler":"price","class":"production","errors":1,"error_rate":0.333333,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z","code_file":"src/cart.ts","code_line":11,"code_function":"price","src":"a.log","src_line":8}
	{"finding":"TC002","severity":"note","message":"drop is run by tests, and was not seen in 4 executions: it runs in less than 75 % of them, at 95 % confidence","class":"tests","bound":0.75,"tests":1,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z","code_file":"src/cart.ts","code_line":22,"code_function":"drop"}
	{"finding":"TC003","severity":"note","message":"clear is run by no test, nor was it seen in 4 executions: it runs in less than 75 % of them, at 95 % confidence","class":"neither","bound":0.75,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z","code_file":"src/cart.ts","code_line":30,"code_function":"clear"}
	{"finding":"TC004","severity":"note","message":"GET / ran 1 times in production, and is not in the code","count":1,"name":"GET /","service":"web","class":"unmapped","errors":0,"error_rate":0,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z","src":"a.log","src_line":11}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: the most frequent risk comes first" {
	{ cat events; for _ in 1 2 3 4; do
		echo '{"kind":"span","name":"c","service":"s","code_file":"src/cart.ts","code_line":31}'
	done; } >many
	run --separate-stderr tele-cover --lcov tests.info many
	output=$(jq -c 'select(.finding == "TC001") | [.code_function, .count]' <<<"$output")
	same <<-'EOF'
	["clear",4]
	["price",3]
	EOF
	[ "$stderr" = "" ]
}

@test "cover: callbacks within a function show that it ran, but not how often each" {
	run --separate-stderr tele-cover --lcov tests.info --by function <<-'EOF'
	{"kind":"span","name":"a","status":"ok","code_file":"src/cart.ts","code_line":12,"code_function":"onRow"}
	{"kind":"span","name":"a","status":"error","code_file":"src/cart.ts","code_line":12,"code_function":"onRow"}
	{"kind":"span","name":"b","status":"ok","code_file":"src/cart.ts","code_line":14,"code_function":"onEnd"}
	{"kind":"span","name":"c","status":"ok","code_file":"src/cart.ts","code_line":4,"code_function":"onItem"}
	{"kind":"span","name":"d","status":"ok","code_file":"src/cart.ts","code_line":5,"code_function":"add"}
	{"kind":"span","name":"e","status":"ok","code_file":"src/cart.ts","code_line":6}
	EOF
	output=$(jq -c 'select(.count > 0) | [.function, .count, .errors]' <<<"$output")
	same <<-'EOF'
	["add",2,0]
	["price",2,1]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: a file is the one whose path ends alike, if there is only one" {
	local path

	printf 'SF:%s\nFN:1,f\nFNDA:0,f\nend_of_record\n' a/x.ts b/x.ts /c/y.ts \
		d/e/z.ts e/z.ts >paths.info
	# By the whole path; by a part of it that only one has; by no part.
	for path in a/x.ts /srv/b/x.ts x.ts y.ts /srv/c/y.ts c/y.ts /d/e/z.ts \
		e/z.ts /srv/e/z.ts ay.ts; do
		tele-cover --lcov paths.info --by function \
			<<<"{\"kind\":\"span\",\"name\":\"s\",\"code_file\":\"$path\",\"code_line\":1}" |
			jq -r --arg path "$path" '"\($path): " +
				([inputs, .] | map(select(.count > 0).code_file) | join(" "))'
	done >found
	output=$(<found)
	same <<-'EOF'
	a/x.ts: a/x.ts
	/srv/b/x.ts: b/x.ts
	x.ts: 
	y.ts: /c/y.ts
	/srv/c/y.ts: /c/y.ts
	c/y.ts: /c/y.ts
	/d/e/z.ts: d/e/z.ts
	e/z.ts: e/z.ts
	/srv/e/z.ts: e/z.ts
	ay.ts: 
	EOF
}

@test "cover: files of one report are different, those of two may be the same" {
	printf 'SF:%s\nFN:1,f\nFNDA:1,f\nend_of_record\n' src/index.ts index.ts >one.info
	printf 'SF:%s\nFN:1,f\nFNDA:5,f\nend_of_record\n' /ci/shop/src/index.ts >two.info
	run --separate-stderr tele-cover --lcov one.info,two.info --by function /dev/null
	output=$(jq -c '[.code_file, .tests]' <<<"$output")
	same <<-'EOF'
	["index.ts",1]
	["src/index.ts",6]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: --summary says how many, and of what" {
	run --separate-stderr tele-cover --lcov tests.info --summary events
	[ "$stderr" = "tele-cover: 1 functions run in production and in tests, 1 in production only, 1 in tests only, 1 in neither; 1 names are not in the code
tele-cover: 4 executions and 6 steps of them, from 2026-01-02T03:04:05Z to 2026-01-02T03:04:08.25Z" ]
	[ "$status" -eq 0 ]
}

@test "cover: --by counts by plugin and by directory" {
	run --separate-stderr tele-cover --lcov tests.info --by plugin,directory events
	same <<-'EOF'
	{"plugin":"","both":0,"production":0,"tests":1,"neither":1,"unmapped":0,"count":0,"errors":0,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z"}
	{"plugin":"CartPlugin","both":1,"production":1,"tests":0,"neither":0,"unmapped":0,"count":5,"errors":1,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z"}
	{"plugin":"web","both":0,"production":0,"tests":0,"neither":0,"unmapped":1,"count":1,"errors":0,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z"}
	{"directory":"","both":0,"production":0,"tests":0,"neither":0,"unmapped":1,"count":1,"errors":0,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z"}
	{"directory":"src","both":1,"production":1,"tests":1,"neither":1,"unmapped":0,"count":5,"errors":1,"executions":4,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:08.25Z"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-cover --lcov tests.info --by file events
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-cover: unknown key for --by 'file'" ]
	[ "$status" -eq 2 ]
}

@test "cover: --by function says of each its class, and who ran it" {
	run --separate-stderr tele-cover --lcov tests.info --by function events
	[ "$(jq -c '[.executions, .first, .last]' <<<"$output" | sort -u)" = \
		'[4,"2026-01-02T03:04:05Z","2026-01-02T03:04:08.25Z"]' ]
	output=$(jq -c 'del(.executions, .first, .last)' <<<"$output")
	same <<-'EOF'
	{"function":"add","class":"both","count":2,"errors":0,"tests":3,"plugin":"CartPlugin","handler":"add","code_file":"src/cart.ts","code_line":3}
	{"function":"price","class":"production","count":3,"errors":1,"tests":0,"plugin":"CartPlugin","handler":"price","code_file":"src/cart.ts","code_line":11}
	{"function":"drop","class":"tests","count":0,"errors":0,"tests":1,"code_file":"src/cart.ts","code_line":22}
	{"function":"clear","class":"neither","count":0,"errors":0,"tests":0,"code_file":"src/cart.ts","code_line":30}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: --info writes what production runs, with every function and line" {
	run --separate-stderr tele-cover --lcov tests.info --info prod.info events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(<prod.info)
	same <<-'EOF'
	TN:production
	SF:src/cart.ts
	FN:3,9,add
	FNDA:2,add
	FN:11,20,price
	FNDA:3,price
	FN:22,drop
	FNDA:0,drop
	FN:30,clear
	FNDA:0,clear
	FNF:4
	FNH:2
	DA:3,2
	DA:11,3
	DA:22,0
	DA:30,0
	LF:4
	LH:2
	end_of_record
	EOF
	# It is read again as what it is.
	run --separate-stderr tele-cover --lcov prod.info --by directory /dev/null
	same <<-'EOF'
	{"directory":"src","both":0,"production":0,"tests":2,"neither":2,"unmapped":0,"count":0,"errors":0,"executions":0}
	EOF
	[ "$stderr" = "" ]

	run --separate-stderr tele-cover --lcov tests.info --info no/prod.info events
	[ "$output" = "" ]
	[ "$stderr" = "tele-cover: cannot create 'no/prod.info': No such file or directory" ]
	[ "$status" -eq 2 ]
}

@test "cover: functions of one name are told apart in --info" {
	printf 'SF:a.js\nFN:1,f\nFN:5,f\nFN:9,g\nend_of_record\n' >twice.info
	run --separate-stderr tele-cover --lcov twice.info --info out.info /dev/null
	[ "$status" -eq 0 ]
	output=$(grep '^FN:' out.info)
	same <<-'EOF'
	FN:1,f@1
	FN:5,f@5
	FN:9,g
	EOF
}

@test "cover: functions that begin together and end apart have no end in --info" {
	printf 'SF:a.js\nFN:1,9,f\nFN:1,4,g\nFN:5,9,h\nFN:5,9,i\nend_of_record\n' >together.info
	run --separate-stderr tele-cover --lcov together.info --info out.info /dev/null
	[ "$status" -eq 0 ]
	output=$(grep '^FN:' out.info)
	same <<-'EOF'
	FN:1,f
	FN:1,g
	FN:5,9,h
	FN:5,9,i
	EOF
}

# genhtml of lcov 2 checks what it reads; older ones draw whatever it is.
@test "cover: genhtml takes what --info writes" {
	command -v genhtml >/dev/null || skip "genhtml is not installed"
	mkdir src
	seq 40 >src/cart.ts
	seq 40 >src/mail.ts
	# Callbacks on one line, names that are there twice, and with commas.
	cat >more.info <<-'EOF'
	SF:src/mail.ts
	FN:3,9,send
	FN:3,4,(anonymous_1)
	FN:12,send
	FN:20,30,operator<a, b>
	FNDA:3,send
	FNDA:0,operator<a, b>
	DA:3,3
	end_of_record
	EOF
	tele-cover --lcov tests.info,more.info --info prod.info events
	run --separate-stderr genhtml -q -o html prod.info
	[ "$status" -eq 0 ]
	[ -s html/index.html ]
}

@test "cover: --fail-under is of the functions that production runs" {
	for percent in 0 50; do
		run --separate-stderr tele-cover --lcov tests.info \
			--fail-under $percent events
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-cover --lcov tests.info --fail-under 51 events
	[ "$stderr" = "tele-cover: tests run 50.0 % of the functions that production runs, less than 51 %" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-cover --lcov tests.info --fail-under 101 events
	[ "${stderr_lines[0]}" = "tele-cover: --fail-under is a percentage, up to 100" ]
	[ "$status" -eq 2 ]
}

@test "cover: --fail-on names classes or severities" {
	local want

	for want in '1 production' '1 tests' '1 neither' '1 unmapped' '0 both' \
		'0 error' '1 warning' '1 note' '0 none'; do
		run --separate-stderr tele-cover --lcov tests.info \
			--fail-on "${want#* }" events
		[ "$stderr" = "" ]
		[ "$status" -eq "${want%% *}" ]
	done
	run --separate-stderr tele-cover --lcov tests.info --fail-on bad events
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-cover: unknown class 'bad' for --fail-on" ]
	[ "$status" -eq 2 ]
}

@test "cover: --tags chooses the code that is looked at" {
	cat >tags.json <<-'EOF'
	{"_type": "tag", "name": "add", "path": "./src/cart.ts", "pattern": "/^  add(x) {$/", "line": 4, "kind": "method", "end": 9}
	{"_type": "tag", "name": "mail", "path": "src/mail.ts", "pattern": "/^function mail() {$/", "line": 1, "kind": "function", "end": 3}
	{"_type": "tag", "name": "Cart", "path": "src/cart.ts", "pattern": "/^class Cart {$/", "line": 2, "kind": "class", "end": 40}
	EOF
	# What production runs counts although the index does not have it.
	run --separate-stderr tele-cover --lcov tests.info --tags tags.json events
	output=$(jq -c '[.finding, .code_function, .code_file, .code_line]' <<<"$output")
	same <<-'EOF'
	["TC001","price","src/cart.ts",11]
	["TC003","mail","src/mail.ts",1]
	["TC004",null,null,null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: lines tell of functions that the tests do not name" {
	printf 'SF:src/mail.ts\nDA:2,5\nDA:7,0\nend_of_record\n' >lines.info
	cat >tags.json <<-'EOF'
	{"_type": "tag", "name": "mail", "path": "src/mail.ts", "pattern": "/^function mail() {$/", "line": 1, "kind": "function", "end": 3}
	{"_type": "tag", "name": "post", "path": "src/mail.ts", "pattern": "/^function post() {$/", "line": 6, "kind": "function"}
	EOF
	run --separate-stderr tele-cover --lcov lines.info --tags tags.json /dev/null
	output=$(jq -c '[.finding, .code_function, .tests]' <<<"$output")
	same <<-'EOF'
	["TC002","mail",5]
	["TC003","post",null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: --sequences chooses the documented handlers" {
	cat >docs.yaml <<-'EOF'
	sequences:
	- name: S
	  plugin: CartPlugin
	  steps:
	  - event: cart:add
	    handler: add
	  - event: cart:drop
	    handler: drop
	  - event: cart:mail
	    handler: mail
	    plugin: MailPlugin
	  - event: cart:post
	    handler: post
	    code: src/post.ts:8
	EOF
	run --separate-stderr tele-cover --lcov tests.info --sequences docs.yaml events
	output=$(jq -c '[.finding, .handler, .plugin, .code_file, .code_line]' <<<"$output")
	same <<-'EOF'
	["TC001","price","CartPlugin","src/cart.ts",11]
	["TC002","drop","CartPlugin","src/cart.ts",22]
	["TC003","mail","MailPlugin",null,null]
	["TC003","post","CartPlugin","src/post.ts",8]
	["TC004",null,null,null,null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: handlers without a place are found by their names, if only one can be meant" {
	printf 'SF:src/a/x.ts\nFN:1,run\nFNDA:1,run\nFN:5,only\nFNDA:1,only\nend_of_record\n' >two.info
	printf 'SF:src/b/x.ts\nFN:1,run\nFNDA:1,run\nend_of_record\n' >>two.info
	run --separate-stderr tele-cover --lcov two.info <<-'EOF'
	{"kind":"beat","plugin":"A","event":"e","handler":"run"}
	{"kind":"beat","plugin":"CPlugin","event":"e","handler":"run"}
	{"kind":"handler","name":"only"}
	EOF
	output=$(jq -c '[.finding, .count, .handler, .plugin, .code_file]' <<<"$output")
	same <<-'EOF'
	["TC002",null,null,null,"src/a/x.ts"]
	["TC002",null,null,null,"src/b/x.ts"]
	["TC004",1,"run","A",null]
	["TC004",1,"run","CPlugin",null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: --cobertura is read as well, and several runs add up" {
	cat >report.xml <<-'EOF'
	<?xml version="1.0" ?>
	<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
	<!-- a <comment> -->
	<coverage line-rate="0.5" version="1"><sources><source>.</source></sources>
	 <packages><package name="src"><classes>
	  <class name="Cart" filename="src/cart.ts" line-rate="0.5">
	   <methods>
	    <method name="price" signature="()V"><lines><line number="11" hits="4"/><line number="14" hits="0"/></lines></method>
	    <method name="&lt;init&gt;" signature='()V'><lines><line number='40' hits='1'/></lines></method>
	    <method name="bare" signature="()V"/>
	   </methods>
	   <lines><line number="11" hits="4"/><line number="14" hits="0"/></lines>
	  </class></classes></package></packages>
	</coverage>
	EOF
	run --separate-stderr tele-cover --cobertura report.xml --lcov tests.info events
	output=$(jq -c '[.finding, .code_function, .tests]' <<<"$output")
	same <<-'EOF'
	["TC002","<init>",1]
	["TC002","drop",1]
	["TC003","bare",null]
	["TC003","clear",null]
	["TC004",null,null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "cover: XML that is none is refused with its line" {
	local xml

	while read -r xml; do
		printf '\n%b' "$xml" >x.xml
		run --separate-stderr tele-cover --cobertura x.xml /dev/null
		[ "$output" = "" ]
		[ "$status" -eq 2 ]
		echo "$stderr"
	done >said <<-'EOF'
	<coverage>
	<coverage><a></b></coverage>
	<coverage a=1/>
	<coverage a="1/>
	<coverage a="<"/>
	<coverage\n<a/>
	<other/>
	plain text
	<!DOCTYPE x [<!ENTITY a "b">]><coverage/>
	<coverage/><!-- open
	EOF
	diff -u - said <<-'EOF'
	tele-cover: x.xml:2: unexpected end of the document
	tele-cover: x.xml:2: the end of another element
	tele-cover: x.xml:2: expected a value in quotes
	tele-cover: x.xml:2: a value without its closing quote
	tele-cover: x.xml:2: a value without its closing quote
	tele-cover: x.xml:3: expected an attribute
	tele-cover: x.xml:2: not a Cobertura report
	tele-cover: x.xml:2: not a Cobertura report
	tele-cover: x.xml:2: declarations are refused
	tele-cover: x.xml:2: an open comment
	EOF
	python3 -c 'print("<a>" * 300)' >x.xml
	run --separate-stderr tele-cover --cobertura x.xml /dev/null
	[ "$stderr" = "tele-cover: x.xml:1: elements are nested too deep" ]
	[ "$status" -eq 2 ]
}

@test "cover: an lcov trace that is broken is reported, and the rest is taken" {
	cat >bad.info <<-'EOF'
	FN:1,early
	SF:a.c
	FN:1,45,main
	FN:0,zero
	FN:9,8,back
	FN:7
	FNDA:2,main
	FNDA:-1,main
	FNDA:x,main
	FNDA:1,nobody
	FNL:0,20,22
	FNA:0,3,group
	FNA:1,3,lost
	DA:0,1
	DA:3
	DA:4,1.5e2
	whatever
	end_of_record
	end_of_record
	SF:
	DA:1,1
	EOF
	run --separate-stderr tele-cover --lcov bad.info /dev/null
	output=$(jq -c '[.code_function, .code_line, .tests]' <<<"$output")
	same <<-'EOF'
	["group",20,3]
	["main",1,2]
	EOF
	[ "$stderr" = "tele-cover: bad.info:1:1: not in a section: no SF before it
tele-cover: bad.info:4:4: expected a line, from 1
tele-cover: bad.info:5:6: a function ends before it begins
tele-cover: bad.info:6:5: a function without a name
tele-cover: bad.info:8:6: a negative count
tele-cover: bad.info:9:6: expected a count
tele-cover: bad.info:10:8: no FN names this function
tele-cover: bad.info:13:5: no FNL has this number
tele-cover: bad.info:14:4: expected a line, from 1
tele-cover: bad.info:15:5: expected a count
tele-cover: bad.info: 3 more malformed records" ]
	[ "$status" -eq 2 ]
}

@test "cover: --max-names bounds the names that are not in the code" {
	run --separate-stderr tele-cover --lcov tests.info --max-names 1 <<-'EOF'
	{"kind":"span","name":"a"}
	{"kind":"span","name":"b"}
	{"kind":"span","name":"a"}
	EOF
	[ "$(jq -r 'select(.finding == "TC004") | .name' <<<"$output")" = a ]
	[ "$stderr" = "tele-cover: 1 events are of more names than are kept apart: --max-names" ]
	[ "$status" -eq 0 ]
}

@test "cover: without a test run it has nothing to compare with" {
	run --separate-stderr tele-cover </dev/null
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-cover: what do tests run? --lcov or --cobertura tells" ]
	[ "$status" -eq 2 ]
}

# --- the corpus -------------------------------------------------------------------

@test "cover: a real service against its own tests" {
	needs_corpus
	local run=$TELE_CORPUS/otel/coverage

	tele-extract "$run/traces.jsonl" >events
	run --separate-stderr tele-cover --lcov "$run/lcov.info" --info prod.info \
		--summary events
	# By hand, from the spans' code.function.name and code.line.number, and
	# FN and FNDA of lcov.info: 13 of 53 functions have spans, and all were
	# run by tests.  18 names of spans say nothing of code.
	[ "${stderr_lines[0]}" = "tele-cover: 13 functions run in production and in tests, 0 in production only, 40 in tests only, 0 in neither; 18 names are not in the code" ]
	[ "$status" -eq 0 ]
	output=$(awk -F '[:,]' '/^SF/ { f = $2 } /^FNDA/ && $2 > 0 {
		print f, $3, $2 }' prod.info | sort)
	same <<-'EOF'
	app/gateway.cjs authenticate 92
	app/gateway.cjs catalog 12
	app/gateway.cjs checkout 31
	app/gateway.cjs priceBasket 44
	app/gateway.cjs renderTemplate 59
	app/inventory.cjs lookup 142
	app/inventory.cjs price 96
	app/inventory.cjs reserveStock 96
	app/orders.cjs chargeCard 42
	app/orders.cjs dbQuery 165
	app/orders.cjs reserveAll 42
	app/orders.cjs settle 4
	app/orders.cjs validate 44
	EOF
	# The same functions ran as often in the tests, which are this run, where
	# each call has its span.
	output=$(awk -F '[:,]' '/^SF/ { f = $2 } /^FNDA/ { print f, $3, $2 }' \
		"$run/lcov.info" | grep -E ' (authenticate|priceBasket|renderTemplate|price|lookup|reserveStock|chargeCard|dbQuery|reserveAll|settle|validate) ' | sort)
	diff <(grep -vE ' (catalog|checkout) ' <(awk -F '[:,]' '
		/^SF/ { f = $2 } /^FNDA/ && $2 > 0 { print f, $3, $2 }
		' prod.info | sort)) <(echo "$output")
}

@test "cover: the four classes of a real service, each function by hand" {
	needs_corpus
	local run=$TELE_CORPUS/otel/coverage

	# As if no test had run these, among them three that production runs.
	awk -F '[:,]' '/^FNDA/ && $3 ~ /^(settle|checkout|catalog|quit|rng|fields)$/ {
		print "FNDA:0," $3; next } { print }' "$run/lcov.info" >tests.info
	# What production runs: the place that spans state, and by hand, where
	# the name is that of a callback, the function around it.
	jq -r '.resourceSpans[].scopeSpans[].spans[] |
		[.attributes[]? | {(.key): (.value.stringValue // .value.intValue)}] |
		add | select(."code.filepath" // ."code.file.path") |
		[(."code.filepath" // ."code.file.path" | sub("/srv/shop/"; "")),
		(."code.function.name" // ."code.function" | sub(".*[.]"; ""))] |
		@tsv' "$run/traces.jsonl" | sort -u | sed '
		s/\(inventory\)\(.*\)cacheGet.*/\1\2lookup/
		s/\(gateway\)\(.*\)cacheGet.*/\1\2catalog/
		s/dbSelect$/lookup/;s/computePrice$/price/;s/auditWrite$/checkout/' |
		sort -u >production
	[ "$(wc -l <production)" -eq 13 ]
	awk -F '[:,\t]' 'FILENAME == "production" { runs[$1 "\t" $2] = 1; next }
		/^SF/ { file = $2 }
		/^FN:/ { n[file "\t" $3]++; at[file "\t" $3 "\t" n[file "\t" $3]] = $2 }
		/^FNDA/ { name = file "\t" $3; line = at[name "\t" ++seen[name]]
			print $3 "\t" file "\t" line "\t" (runs[name] \
				? ($2 > 0 ? "both" : "production") \
				: ($2 > 0 ? "tests" : "neither")) }
		' production tests.info | sort >table
	run --separate-stderr tele-cover --lcov tests.info --by function \
		<(tele-extract "$run/traces.jsonl")
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -r '[.function, .code_file, .code_line, .class] | @tsv' \
		<<<"$output" | sort)
	same <table
	run bash -c 'cut -f 4 table | sort | uniq -c | sed "s/^ *//"'
	same <<-'EOF'
	10 both
	3 neither
	3 production
	37 tests
	EOF
}

@test "cover: real lcov traces are each accepted or refused" {
	needs_corpus
	cd "$TELE_CORPUS/public/lcov"
	for trace in *.info *.lcov; do
		run --separate-stderr tele-cover --lcov "$trace" /dev/null
		echo "$trace $status $(grep -c . <<<"$stderr" || true)"
	done >"$BATS_TEST_TMPDIR/said"
	output=$(grep -v ' 0 0$' "$BATS_TEST_TMPDIR/said")
	same <<-'EOF'
	lcov-lcov_errs_badBranchLine.info 2 1
	lcov-lcov_errs_badFncEndLine.info 2 2
	lcov-lcov_errs_badFncLine.info 2 2
	lcov-lcov_errs_badLine.info 2 2
	lcov-lcov_errs_emptyFileRecord.info 2 1
	lcov-lcov_errs_noFunc.info 2 1
	lcov-lcov_format_format.info 2 4
	lcov-lcov_merge_b.info 2 2
	EOF
	[ "$(wc -l <"$BATS_TEST_TMPDIR/said")" -eq 31 ]
}
