#!/usr/bin/env bats
# tele-gentest: which tests come of what happened, and that no log is code.

load helper
load tools

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export TELE_TEMPLATES=$srcdir/lib/templates
}

# Execution $1 of a sequence with two beats, at second $1; $2 is what its second
# handler adds, $3 are more members of its error, if it has one.
cart() {
	local where

	where='"trace":"t'$1'","plugin":"P","sequence":"Cart Add","sequence_id":"cart-add","movement":"Add"'
	printf '{"time":"2026-01-02T03:04:%02dZ","kind":%s,%s,"src":"app.log","src_line":%s}\n' \
		"$1" '"state","name":"price","parent":"b1"' \
		"$where"',"beat":1,"event":"cart:price","handler":"price","updated":["sum","a"]' "${1}1" \
		"$1" '"beat","name":"cart:price","duration_ms":1.5,"status":"ok","span":"b1","parent":"s"' \
		"$where"',"beat":1,"event":"cart:price","handler":"price"' "${1}2" \
		"$1" '"state","name":"save","parent":"b2"' \
		"$where"',"beat":2,"event":"cart:save","handler":"save","added":["'"$2"'"]' "${1}3" \
		"$1" '"beat","name":"cart:save","duration_ms":2,"status":"ok","span":"b2","parent":"s"' \
		"$where"',"beat":2,"event":"cart:save","handler":"save"' "${1}4"
	[ -z "${3:-}" ] ||
		printf '{"time":"2026-01-02T03:04:%02dZ","kind":"error","name":"TypeError","parent":"b2",%s,"beat":2,"event":"cart:save","handler":"save","error_type":"TypeError",%s}\n' \
			"$1" "$where" "$3"
	printf '{"time":"2026-01-02T03:04:%02dZ","kind":"sequence","name":"Cart Add","duration_ms":%s,"status":"ok","span":"s",%s,"src":"app.log","src_line":%s}\n' \
		"$1" "$1" "${where%,*}" "${1}0"
}

# Three of one kind, one of another.
carts() {
	cart 1 cart
	cart 2 cart
	cart 3 basket
	cart 4 cart
}

# --- what is counted ---------------------------------------------------------

@test "gentest: variants and executions are those that jq counts" {
	tele-extract "$srcdir/examples/app.log" >events
	jq -sr -f "$srcdir/tests/gentest.jq" events |
		jq -r '.[] | "\(.count) \(.name)"' | sort >counted
	run --separate-stderr tele-gentest events
	[ "$stderr" = "tele-gentest: $(wc -l <counted) tests cover 100.0 % of $(awk '{ n += $1 } END { print n }' counted) executions; 0 variants left out" ]
	[ "$status" -eq 0 ]
	output=$(jq -r '"\(.count) \(.flow.name)"' <<<"$output" | sort)
	same <counted
}

@test "gentest: a test for every variant with two executions of a long run" {
	needs_corpus
	tele-extract "$TELE_CORPUS/conductor/medium/medium-s8-iso.log" >events
	# What the truth says, which is not from the log.
	jq -s -f "$srcdir/tests/gentest-truth.jq" \
		"$TELE_CORPUS/conductor/medium/medium-s8.truth.ndjson" >truth
	jq -r '.[] | select(.count > 1) | "\(.count) \(.name)"' truth |
		sort >counted
	[ "$(wc -l <counted)" -eq 48 ]
	run --separate-stderr tele-gentest --min-count 2 events
	[ "$stderr" = "$(jq -r '(map(select(.count > 1).count) | add) as $in
		| (map(.count) | add) as $all
		| "tele-gentest: \(map(select(.count > 1)) | length) tests cover \($in * 1000 / $all | floor / 10) % of \($all) executions; \(map(select(.count == 1)) | length) variants left out"' \
		truth | sed 's/ 99 %/ 99.0 %/')" ]
	[ "$status" -eq 0 ]
	output=$(jq -r '"\(.count) \(.flow.name)"' <<<"$output" | sort)
	same <counted
}

@test "gentest: the same behaviour has the same id, whatever the dialect" {
	needs_corpus
	local dialect

	for dialect in iso chrome bracket bare; do
		tele-extract "$TELE_CORPUS/conductor/medium/medium-s8-$dialect.log" |
			tele-gentest 2>/dev/null | jq -c '[.test, .count]' >$dialect
		cmp iso $dialect
	done
}

# --- the record --------------------------------------------------------------

@test "gentest: what is known of a test" {
	carts >events
	run --separate-stderr tele-gentest --max 1 events
	[ "$stderr" = "tele-gentest: 1 test covers 75.0 % of 4 executions; 1 variant left out" ]
	[ "$status" -eq 0 ]
	echo "$output" >record
	output=$(jq -c 'del(.events)' record)
	same <<-'END'
	{"test":"a58ff97db346","label":"Cart Add - 2 steps - ok","count":3,"first":"2026-01-02T03:04:01Z","last":"2026-01-02T03:04:04Z","src":"app.log","src_line":10,"max_ms":4,"request":{"name":"Cart Add","id":"cart-add","plugin":"P"},"flow":{"kind":"sequence","name":"Cart Add","id":"cart-add","status":"ok","steps":[{"kind":"beat","name":"cart:price","movement":"Add","beat":1,"status":"ok","handlers":[{"handler":"price","plugin":"P","updated":["a","sum"]}]},{"kind":"beat","name":"cart:save","movement":"Add","beat":2,"status":"ok","handlers":[{"handler":"save","plugin":"P","added":["cart"]}]}]}}
	END
	# The id is a hash of what happened, for good.
	run --separate-stderr python3 -c '
import json
record = open("record").read()
flow = record[record.index("\"flow\":") + 7:record.index(",\"events\":")]
h = 0xcbf29ce484222325
for byte in flow.encode():
    h = (h ^ byte) * 0x100000001b3 % 2**64
h = (h ^ h >> 32) * 0x9e3779b97f4a7c15 % 2**64
print("%012x" % (h >> 16))'
	same <<<a58ff97db346
	# The events of the first, as they came.
	output=$(jq -c '.events[]' record)
	same < <(cart 1 cart)
}

@test "gentest: what differs in handlers, keys, order or end is another variant" {
	{
		cart 1 cart
		cart 2 cart | sed 's/"save"/"keep"/g'
		cart 3 cart | sed 's/"updated"/"added"/'
		cart 4 cart | sed '/"beat"/s/03:04:04/03:04:03/;/cart:price/s/03:04:03/03:04:04/'
		cart 5 cart | sed '/"sequence",/s/"ok"/"error"/'
		cart 6 cart '"level":"error"'
		cart 7 cart | sed 's/"movement":"Add"/"movement":"Put"/'
	} >events
	run --separate-stderr tele-gentest events
	[ "$stderr" = "tele-gentest: 7 tests cover 100.0 % of 7 executions; 0 variants left out" ]
	[ "$status" -eq 0 ]
	[ "$(jq -s 'map(.flow) | unique | length' <<<"$output")" -eq 7 ]
	[ "$(jq -s 'map(.count) | add' <<<"$output")" -eq 7 ]
}

@test "gentest: times, ids, places and the order of reports make no difference" {
	cart 1 cart >events
	cart 2 cart | tac | sed 's/"sum","a"/"a","sum"/;s/app.log/b.log/;s/1.5/7/
		s/"span":/"service":"","span":/' >>events
	run --separate-stderr tele-gentest events
	[ "$stderr" = "tele-gentest: 1 test covers 100.0 % of 2 executions; 0 variants left out" ]
	[ "$status" -eq 0 ]
	output=$(jq -c '[.count, .first, .last, .src, .max_ms]' <<<"$output")
	same <<<'[2,"2026-01-02T03:04:01Z","2026-01-02T03:04:02Z","app.log",2]'
}

@test "gentest: a report that comes late belongs to the beat that it links to" {
	cart 1 cart | sed '1{s/"parent":"b1"/"links":["t1\/b1"]/;h;d};$G' >late
	cart 1 cart | tele-gentest 2>/dev/null | jq -c .flow >want
	run --separate-stderr tele-gentest late
	[ "$stderr" = "tele-gentest: 1 test covers 100.0 % of 1 execution; 0 variants left out" ]
	[ "$status" -eq 0 ]
	output=$(jq -c .flow <<<"$output")
	same <want
}

@test "gentest: spans are steps as deep as they are, by service" {
	cat >events <<-'END'
	{"kind":"span","name":"GET /","duration_ms":9,"trace":"t","span":"a","service":"web"}
	{"time":"2026-01-02T03:04:05Z","kind":"span","name":"query","duration_ms":3,"status":"error","trace":"t","span":"c","parent":"b","service":"db"}
	{"time":"2026-01-02T03:04:05Z","kind":"error","name":"Timeout","trace":"t","parent":"c","service":"db","error_message":"too slow"}
	{"time":"2026-01-02T03:04:04Z","kind":"span","name":"load","duration_ms":5,"status":"ok","trace":"t","span":"b","parent":"a","service":"web"}
	END
	run --separate-stderr tele-gentest events
	[ "$stderr" = "tele-gentest: 1 test covers 100.0 % of 1 execution; 0 variants left out" ]
	[ "$status" -eq 0 ]
	output=$(jq -c '.label, .request, .flow' <<<"$output")
	same <<-'END'
	"GET _ - 2 steps - ok"
	{"name":"GET /","service":"web"}
	{"kind":"span","name":"GET /","service":"web","status":"ok","steps":[{"kind":"span","name":"load","service":"web","status":"ok"},{"kind":"span","name":"query","service":"db","depth":2,"status":"error","handlers":[{"error":"Timeout"}]}]}
	END
}

@test "gentest: executions that are not wholly there are counted, and no tests" {
	carts >events
	cart 5 cart | sed '/"sequence",/s/"ok"/"unfinished"/' >>events
	cart 6 cart | sed '$d' >>events
	run --separate-stderr tele-gentest -o tests events
	[ "$output" = "2 tests cover 100.0 % of 4 executions; 0 variants left out" ]
	[ "$stderr" = "tele-gentest: executions that are not wholly in the log: 2" ]
	[ "$status" -eq 0 ]
}

# --- which tests -------------------------------------------------------------

@test "gentest: --max, --min-count and --select choose, the rest is left out" {
	carts >events
	cart 5 cart | sed 's/Cart Add/Cart Drop/g' >>events
	choose() {
		run --separate-stderr tele-gentest -o tests "$@" events
		[ "$stderr" = "" ]
		[ "$(wc -l <tests)" -eq "${output%% *}" ]
	}
	choose --max 2
	[ "$output" = "2 tests cover 80.0 % of 5 executions; 1 variant left out" ]
	choose --min-count 2
	[ "$output" = "1 test covers 60.0 % of 5 executions; 2 variants left out" ]
	choose --select 'sequence=Cart Drop'
	[ "$output" = "1 test covers 20.0 % of 5 executions; 2 variants left out" ]
	choose --select 'added=basket,added=x'
	[ "$output" = "1 test covers 20.0 % of 5 executions; 2 variants left out" ]
	[ "$status" -eq 0 ]
	choose --min-count 9
	[ "$output" = "0 tests cover 0.0 % of 5 executions; 3 variants left out" ]
	[ "$status" -eq 1 ]
}

@test "gentest: what is more than is kept apart is counted" {
	for i in 1 2 3 4 5; do cart $i "key$i"; done >events
	cart 6 key1 >>events
	run --separate-stderr tele-gentest -o tests --max-names 2 events
	[ "$output" = "2 tests cover 50.0 % of 6 executions; 0 variants left out" ]
	[ "$stderr" = "tele-gentest: executions of more variants than are kept apart: 3" ]
	[ "$status" -eq 0 ]
}

@test "gentest: nothing comes of nothing" {
	run --separate-stderr tele-gentest </dev/null
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "gentest: a record that is no event is reported, the others count" {
	run --separate-stderr tele-gentest -o tests < <(cart 1 cart
		echo '{"handler":"x","count":1,"p50_ms":1}')
	[ "$output" = "1 test covers 100.0 % of 1 execution; 0 variants left out" ]
	[ "$stderr" = "tele-gentest: <stdin>:6:1: not an event" ]
	[ "$status" -eq 2 ]
}

# --- what is learned, and what is not told -----------------------------------

@test "gentest: a field that is not the same each time is volatile" {
	cart 1 cart '"level":"error","error_message":"gone: 17","attr.region":"eu","attr.n":1' >events
	cart 2 cart '"level":"error","error_message":"gone: 18","attr.region":"e\u0075","attr.n":1' >>events
	run --separate-stderr tele-gentest -o tests events
	[ "$stderr" = "" ]
	run --separate-stderr jq -c '.count, .fields, .volatile' tests
	same <<-'END'
	2
	[{"step":1,"handler":1,"is":{"level":"error"}},{"step":1,"handler":1,"is":{"attr.region":"eu"}},{"step":1,"handler":1,"is":{"attr.n":1}}]
	["error_message"]
	END
	# What was there only at first is volatile, too.
	cart 3 cart '"level":"error"' >>events
	tele-gentest -o tests events
	run --separate-stderr jq -c '.count, .fields, .volatile' tests
	same <<-'END'
	3
	[{"step":1,"handler":1,"is":{"level":"error"}}]
	["error_message","attr.region","attr.n"]
	END
}

@test "gentest: secrets are taken out, by their keys and by their look" {
	cat >events <<-'END'
	{"kind":"sequence","name":"Login","duration_ms":2,"status":"ok","trace":"t","span":"s","sequence_id":"login","attr.payload":"{\"user\":\"u\",\"password\":\"hunter2\",\"deep\":{\"api_key\":[1,2]},\"note\":\"mail me@example.com\"}","attr.apiKey":"k1","attr.url":"https://joe:pw1@host/?token=tok1&x=1","attr.head":"Authorization: Bearer abcdefgh1234","attr.jwt":"eyJhbGciOiJI.eyJzdWIiOiIx.sig","attr.aws":"AKIAABCDEFGHIJKLMNOP","attr.order":"order 4711"}
	END
	run --separate-stderr tele-gentest events
	[ "$status" -eq 0 ]
	for secret in hunter2 '[1,2]' me@example.com k1 joe pw1 tok1 abcdefgh1234 \
		eyJ AKIA; do
		[[ $output != *"$secret"* ]]
	done
	echo "$output" >record
	output=$(jq -c '.request.payload, (.events[0] | del(.["attr.payload"]))' record)
	same <<-'END'
	{"user":"u","password":"[redacted]","deep":{"api_key":"[redacted]"},"note":"mail [redacted]"}
	{"kind":"sequence","name":"Login","duration_ms":2,"status":"ok","trace":"t","span":"s","sequence_id":"login","attr.apiKey":"[redacted]","attr.url":"https://[redacted]@host/?[redacted]&x=1","attr.head":"Authorization: [redacted]","attr.jwt":"[redacted]","attr.aws":"[redacted]","attr.order":"order 4711"}
	END
	run --separate-stderr tele-gentest --redact 'order \d+' \
		--keep-field attr.apiKey,password events
	output=$(jq -c '.request.payload.password, .events[0]["attr.apiKey", "attr.order"]' <<<"$output")
	same <<-'END'
	"hunter2"
	"k1"
	"[redacted]"
	END
}

@test "gentest: --payload names what requests ask with, JSON or text" {
	cart 1 cart | sed 's/"span":"s"/&,"attr.payload":"{\\"id\\": [1, \\"x\\"]}","attr.note":"as {text"/' >events
	cart 2 cart | sed 's/"span":"s"/&,"attr.payload":"[]","attr.note":"as {text"/' >>events
	run --separate-stderr tele-gentest events
	output=$(jq -c '.request.payload, .fields, .volatile' <<<"$output")
	same <<-'END'
	{"id":[1,"x"]}
	[{"is":{"attr.note":"as {text"}}]
	null
	END
	run --separate-stderr tele-gentest --payload attr.note events
	output=$(jq -c '.request.payload, .fields, .volatile' <<<"$output")
	same <<-'END'
	"as {text"
	null
	["attr.payload"]
	END
}

@test "gentest: what an application logs of its requests is what they ask with" {
	log | sed '/Now executing/a 2026-01-02T03:04:05.002Z Request payload: {"id": "n1"}' |
		tele-extract --keep payload >events
	run --separate-stderr tele-gentest events
	output=$(jq -c .request <<<"$output")
	same <<-'END'
	{"name":"Create","id":"create","plugin":"Canvas","priority":"NORMAL","payload":{"id":"n1"}}
	END
}

@test "gentest: a secret in a name is in no label either" {
	cart 1 cart | sed 's/Cart Add/token=abc123 Cart/' |
		tele-gentest -f bats -o x.bats
	run ! grep -q abc123 x.bats x.bats.ndjson
	grep -q '_redacted__Cart_-_2_steps' x.bats
}

@test "gentest: --budget is a multiple of a quantile of the times" {
	for i in 1 2 3 4 5 6 7 8 9 10; do cart $i cart; done >events
	budget() {
		tele-gentest --budget "$1" -o tests events >said
		jq .budget_ms tests
	}
	run --separate-stderr budget 'p99*3'
	[ "$output" = 30 ]
	run --separate-stderr budget 'p50*1.5'
	[ "$output" = 8 ]
	tele-gentest -o tests events
	[ "$(jq .budget_ms tests)" = null ]
	run --separate-stderr tele-gentest --budget 3 events
	[ "${stderr_lines[0]}" = "tele-gentest: invalid budget '3', not like p99*3" ]
	[ "$status" -eq 2 ]
}

# --- suites ------------------------------------------------------------------

@test "gentest: a suite in bats passes on what was recorded, with no more output" {
	carts >events
	run --separate-stderr tele-gentest -f bats -o prod.bats events
	[ "$output" = "2 tests cover 100.0 % of 4 executions; 0 variants left out" ]
	[ "$stderr" = "" ]
	bash -n prod.bats
	UNDER_TEST='cat' run bats --tap prod.bats
	same <<-'END'
	1..2
	ok 1 a58ff97db346_Cart_Add_-_2_steps_-_ok
	ok 2 aa056124cd5b_Cart_Add_-_2_steps_-_ok
	END
	[ "$status" -eq 0 ]
}

@test "gentest: a suite on standard output has its fixtures in fixtures.ndjson" {
	carts >events
	run --separate-stderr tele-gentest -f bats events
	[ "$stderr" = "tele-gentest: 2 tests cover 100.0 % of 4 executions; 0 variants left out" ]
	[ "$status" -eq 0 ]
	echo "$output" >some.bats
	tele-gentest events 2>/dev/null >fixtures.ndjson
	UNDER_TEST='cat' run bats --tap some.bats
	[ "$(grep -c '^ok' <<<"$output")" -eq 2 ]
	tele-gentest -f bats -o other.bats events
	diff <(sed 's/other.bats.ndjson/fixtures.ndjson/' other.bats) some.bats
}

@test "gentest: a suite in bats fails where something else happens" {
	carts >events
	tele-gentest -f bats -o prod.bats events >said
	fails() {
		UNDER_TEST="sed '$1'" run bats --tap prod.bats
		[ "$(grep -c '^not ok' <<<"$output")" -eq "$2" ]
	}
	fails 's/"basket"/"bag"/' 1
	fails 's/"handler":"price"/"handler":"cost"/g' 2
	fails '/"save"/d' 2
	fails 's/"status":"ok"/"status":"error"/' 2
	# A log that shows both of them will do as well.
	UNDER_TEST="cat $PWD/events" run bats --tap prod.bats
	[ "$status" -eq 0 ]
}

@test "gentest: a suite in bats asserts what never varied, and the budget" {
	cart 1 cart '"level":"error","error_message":"gone","attr.n":1' >events
	cart 2 cart '"level":"error","error_message":"gone","attr.n":2' >>events
	tele-gentest -f bats --budget 'p100*10' -o prod.bats events >said
	fails() {
		UNDER_TEST="sed '$1'" run bats --tap prod.bats
		[ "$(grep -c '^not ok' <<<"$output")" -eq "$2" ]
	}
	fails 's/"attr.n":1/"attr.n":7/' 0
	fails 's/"gone"/"lost"/' 1
	fails '/"sequence",/s/"duration_ms":1,/"duration_ms":20,/' 0
	fails '/"sequence",/s/"duration_ms":1,/"duration_ms":21,/' 1
}

@test "gentest: the same input gives the same bytes" {
	carts >events
	tele-gentest -f bats -o a.bats events >said
	tele-gentest -f vitest -o a.test.mjs events >said
	mkdir old
	mv a.* old
	tele-gentest -f bats -o a.bats events >said
	tele-gentest -f bats -o a.bats events >said
	tele-gentest -f vitest -o a.test.mjs events >said
	cmp a.bats old/a.bats
	cmp a.test.mjs old/a.test.mjs
	cmp a.bats.ndjson old/a.bats.ndjson
}

@test "gentest: one more execution changes only its test and the header" {
	carts >events
	tele-gentest -f bats -o a.bats events >said
	cp a.bats old.bats
	cp a.bats.ndjson old.ndjson
	cart 5 cart >>events
	tele-gentest -f bats -o a.bats events >said
	run diff old.bats a.bats
	same <<-'END'
	14c14
	< # 2 tests cover 100.0 % of 4 executions; 0 variants left out
	---
	> # 2 tests cover 100.0 % of 5 executions; 0 variants left out
	49c49
	< 	# count 3, from 2026-01-02T03:04:01Z to 2026-01-02T03:04:04Z, first in app.log:10
	---
	> 	# count 4, from 2026-01-02T03:04:01Z to 2026-01-02T03:04:05Z, first in app.log:10
	END
	run jq -c '[.count, .last, .max_ms]' old.ndjson a.bats.ndjson
	same <<-'END'
	[3,"2026-01-02T03:04:04Z",4]
	[1,"2026-01-02T03:04:03Z",3]
	[4,"2026-01-02T03:04:05Z",5]
	[1,"2026-01-02T03:04:03Z",3]
	END
	cmp <(jq -c 'del(.count, .last, .max_ms)' old.ndjson) \
		<(jq -c 'del(.count, .last, .max_ms)' a.bats.ndjson)
}

@test "gentest: what is not between the marks is left alone" {
	carts >events
	tele-gentest -f bats -o a.bats events >said
	sed -i '1a # mine' a.bats
	echo 'my_test() { # @test' >>a.bats
	echo '}' >>a.bats
	cp a.bats mine.bats
	sed -i 's/happens_again [0-9a-f]/& changed/' a.bats
	tele-gentest -f bats -o a.bats events >said
	cmp a.bats mine.bats
	sed -i /tele-gentest:end/d a.bats
	cp a.bats mine.bats
	run --separate-stderr tele-gentest -f bats -o a.bats events
	[ "$output" = "" ]
	[ "$stderr" = "tele-gentest: a.bats: no line after 'tele-gentest:begin' has 'tele-gentest:end'" ]
	[ "$status" -eq 2 ]
	cmp a.bats mine.bats
}

@test "gentest: a template of one's own" {
	carts >events
	cat >template <<-'END'
	# @TESTS@ tests, in @FIXTURES@
	# tele-gentest:begin
	# @SUMMARY@: a@b.c @ @@ @lower@
	@TEST@
	@ID@ "@LABEL@" @NAME@ @COUNT@ @FIRST@ @LAST@ @SRC@
	@END@
	# tele-gentest:end
	rest
	END
	tele-gentest --template template -o a.b.c events >said
	run --separate-stderr cat a.b.c
	same <<-'END'
	# 2 tests, in a.b.c.ndjson
	# tele-gentest:begin
	# 2 tests cover 100.0 % of 4 executions; 0 variants left out: a@b.c @ @@ @lower@
	a58ff97db346 "Cart Add - 2 steps - ok" Cart_Add_-_2_steps_-_ok 3 2026-01-02T03:04:01Z 2026-01-02T03:04:04Z app.log:10
	aa056124cd5b "Cart Add - 2 steps - ok" Cart_Add_-_2_steps_-_ok 1 2026-01-02T03:04:03Z 2026-01-02T03:04:03Z app.log:30
	# tele-gentest:end
	rest
	END
	[ "$(wc -l <a.b.c.ndjson)" -eq 2 ]
}

@test "gentest: a template that is wrong is reported, and nothing is written" {
	carts >events
	wrong() {
		run --separate-stderr tele-gentest --template template -o a events
		[ "$output" = "" ]
		[ "$stderr" = "tele-gentest: $1" ]
		[ "$status" -eq 2 ]
		[ ! -e a ]
		[ ! -e a.ndjson ]
	}
	echo text >template
	wrong "template: no line has 'tele-gentest:begin'"
	printf '# tele-gentest:begin\n# tele-gentest:end\n' >template
	wrong "template: no line has '@TEST@'"
	printf '# tele-gentest:begin\n@TEST@\n# tele-gentest:end\n' >template
	wrong "template: no line after '@TEST@' has '@END@'"
	printf '# tele-gentest:begin\n@ID@\n@TEST@\n@END@\n# tele-gentest:end\n' >template
	wrong "template:2: '@ID@' stands for nothing here"
	rm template
	wrong "cannot open 'template': No such file or directory"
}

@test "gentest: what cannot be written is trouble" {
	carts >events
	trouble() {
		local want=$1

		shift
		run --separate-stderr "$@"
		[ "$output" = "" ]
		[ "$stderr" = "tele-gentest: $want" ]
		[ "$status" -eq 2 ]
	}
	trouble "cannot write standard output: No space left on device" \
		bash -c 'tele-gentest events >/dev/full'
	trouble "cannot write '/dev/full': No space left on device" \
		tele-gentest -o /dev/full events
	trouble "cannot write 'none/a': No such file or directory" \
		tele-gentest -o none/a events
	trouble "cannot write 'none/a.bats': No such file or directory" \
		tele-gentest -f bats -o none/a.bats events
	mkdir a.bats.ndjson
	trouble "cannot write 'a.bats.ndjson': Is a directory" \
		tele-gentest -f bats -o a.bats events
}

@test "gentest: wrong usage" {
	usage() {
		local want=$1

		shift
		run --separate-stderr tele-gentest "$@" </dev/null
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-gentest: $want" ]
		[ "$status" -eq 2 ]
	}
	usage "the name of a suite has only letters, digits, '.', '_' and '-', unlike 'a\$(x).bats'" \
		-f bats -o 'b/a$(x).bats'
	usage "expected KEY=VALUE, not 'x', for --select" --select x
	usage "invalid --redact '(': missing closing parenthesis" --redact '('
}

# --- hostile text ------------------------------------------------------------

# All 10,000 strings, a thousand at a time, in h0.ndjson to h9.ndjson.
hostile() {
	python3 "$srcdir/tests/hostile.py" 10000 | split -l 4000 -d -a 1 \
		--additional-suffix=.ndjson - h
}

@test "gentest: no hostile string becomes code, in 10,000 of them" {
	hostile
	for i in 0 1 2 3 4 5 6 7 8 9; do
		tele-gentest -f bats -o h$i.bats h$i.ndjson >said
		[ "$(<said)" = "1,000 tests cover 100.0 % of 1,000 executions; 0 variants left out" ]
		bash -n h$i.bats
		[ "$(grep -c '() { # @test$' h$i.bats)" -eq 1000 ]
		# Nothing but the template, and what is tame.
		sed -e '/^@/d' "$TELE_TEMPLATES/bats" >template
		run grep -vxE -e '[0-9a-f]{12}_[A-Za-z0-9_-]*\(\) \{ # @test' \
			-e '	# count 1, from unknown to unknown, first in [A-Za-z0-9 ._/-]*:[0-9]+' \
			-e '	happens_again [0-9a-f]{12}' h$i.bats
		[ "$(grep -vxFc -f template <<<"$output")" -eq 2 ] # with names
		[ "$(jq -es 'map(.test) | unique | length' h$i.bats.ndjson)" -eq 1000 ]
	done
	[ ! -e CANARY ]
}

@test "gentest: every hostile string is in the fixtures as it was" {
	hostile
	for i in 0 5; do
		tele-gentest -o out h$i.ndjson >said
		run --separate-stderr python3 -c '
import json, sys
def names(path, of):
    return sorted(of(json.loads(line)) for line in open(path))
def told(text): # what is no character cannot be
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
want = [told(name) for name in names(sys.argv[1], lambda e: e["sequence"])]
got = names(sys.argv[2], lambda r: r["flow"]["name"])
print(len(got), sorted(want[::4]) == sorted(got))' h$i.ndjson out
		same <<<'1000 True'
	done
}

@test "gentest: bats sees as many hostile tests as there are, and runs no string" {
	python3 "$srcdir/tests/hostile.py" 200 >events
	tele-gentest -f bats -o h.bats events >said
	[ "$(bats --count h.bats)" -eq 200 ]
	head -n 260 events >some
	tele-gentest -f bats -o some.bats some >said
	UNDER_TEST='cat' run bats --tap some.bats
	[ "$(grep -c '^ok' <<<"$output")" -eq 65 ]
	[ "$status" -eq 0 ]
	run find . -name CANARY
	[ "$output" = "" ]
}

@test "gentest: the newest bats counts the same" {
	needs_conductor
	python3 "$srcdir/tests/hostile.py" 200 >events
	tele-gentest -f bats -o h.bats events >said
	[ "$("$conductor/node_modules/bats/bin/bats" --count h.bats)" -eq 200 ]
	[ ! -e CANARY ]
}

@test "gentest: node reads every hostile suite" {
	command -v node >/dev/null || skip "node is not installed"
	hostile
	for i in 0 1 2 3 4 5 6 7 8 9; do
		tele-gentest -f vitest -o h$i.test.mjs h$i.ndjson >said
		node --check h$i.test.mjs
		[ "$(grep -cE "^test\('[0-9a-f]{12} [A-Za-z0-9 _-]*', \(\) => happensAgain\('[0-9a-f]{12}'\), patience\);$" h$i.test.mjs)" -eq 1000 ]
		LC_ALL=C run grep -nP '[^\x20-\x7e\t]' h$i.test.mjs
		[ "$output" = "" ]
	done
	[ ! -e CANARY ]
}
