#!/usr/bin/env bats
# tele-map: each option, and which of several places it takes.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir docs
	cat >docs/cart.json <<-'EOF'
	{ "pluginId": "CartPlugin", "id": "cart-add-symphony", "name": "Cart Add",
	  "movements": [
	    { "id": "add", "name": "Add",
	      "beats": [
	        { "beat": 1, "event": "cart:price", "handler": "price", "kind": "pure" },
	        { "beat": 2, "event": "cart:save", "handler": { "name": "store#save" } },
	        { "event": "cart:notify", "handler": "notify" }
	      ] } ] }
	EOF
	cat >docs/order.yaml <<-'EOF'
	sequences:
	  - name: Order Place
	    id: order-place
	    plugin: OrderPlugin
	    steps:
	      - event: order:check
	        handler: check
	        code: src/order/check.ts:7
	        function: checkOrder
	      - any_order:
	          - event: order:notify
	            handler: notify
	          - event: cart:notify
	            handler: notifyOrder
	topics:
	  order.placed: {plugin: OrderPlugin, sequence: order-place}
	  cart.changed:
	handlers:
	  - handler: ping
	    plugin: NetPlugin
	    code: src/net.c:3
	EOF
	cat >tags.json <<-'EOF'
	{"_type": "ptag", "name": "JSON_OUTPUT_VERSION", "path": "0.0", "pattern": "in development"}
	{"_type": "tag", "name": "save", "path": "src/cart/save.ts", "pattern": "/^export function save(x) {$/", "line": 12, "kind": "function", "end": 20}
	{"_type": "tag", "name": "save", "path": "src/cart/index.ts", "pattern": "/^const handlers = { save, price };$/", "line": 3, "kind": "property"}
	{"_type": "tag", "name": "price", "path": "dist/cart/all.js", "pattern": "/^var price = (x) => {$/", "line": 40, "kind": "variable"}
	{"_type": "tag", "name": "price", "path": "src/cart/price.ts", "pattern": "/^export const price = (x) => {$/", "line": 5, "kind": "constant"}
	{"_type": "tag", "name": "price", "path": "src/cart/price.d.ts", "pattern": "/^export function price(x: any): any;$/", "line": 1, "kind": "function"}
	{"_type": "tag", "name": "notify", "path": "src/order/notify.ts", "pattern": "/^export function notify() {$/", "line": 9, "kind": "function"}
	{"_type": "tag", "name": "notify", "path": "src/cart/notify.ts", "pattern": "/^  notify(data) {$/", "line": 2, "kind": "constant"}
	{"_type": "tag", "name": "twice", "path": "src/a.ts", "pattern": "/^function twice() {$/", "line": 1, "kind": "function"}
	{"_type": "tag", "name": "twice", "path": "src/b.ts", "pattern": "/^function twice() {$/", "line": 2, "kind": "function"}
	EOF
}

# --- definitions --------------------------------------------------------------

@test "map: --sequences gives handler, plugin and sequence, where they are one" {
	run --separate-stderr tele-map --sequences docs <<-'EOF'
	{"kind":"beat","name":"cart:price","duration_ms":1,"event":"cart:price","src":"a","src_line":1}
	{"kind":"beat","name":"cart:save","sequence_id":"cart-add-symphony","beat":2,"event":"cart:save"}
	{"kind":"beat","name":"cart:notify","event":"cart:notify","status":"ok"}
	{"kind":"beat","name":"cart:notify","sequence":"Cart Add","event":"cart:notify"}
	{"kind":"sequence","name":"Order Place","sequence":"Order Place"}
	{"kind":"play","name":"order-place","sequence_id":"order-place"}
	{"kind":"publish","name":"order.placed","event":"order.placed"}
	{"kind":"publish","name":"cart.changed","event":"cart.changed"}
	EOF
	same <<-'EOF'
	{"kind":"beat","name":"cart:price","duration_ms":1,"plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","event":"cart:price","handler":"price","src":"a","src_line":1}
	{"kind":"beat","name":"cart:save","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","beat":2,"event":"cart:save","handler":"save"}
	{"kind":"beat","name":"cart:notify","event":"cart:notify","status":"ok"}
	{"kind":"beat","name":"cart:notify","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","event":"cart:notify","handler":"notify"}
	{"kind":"sequence","name":"Order Place","plugin":"OrderPlugin","sequence":"Order Place","sequence_id":"order-place"}
	{"kind":"play","name":"order-place","plugin":"OrderPlugin","sequence":"Order Place","sequence_id":"order-place"}
	{"kind":"publish","name":"order.placed","plugin":"OrderPlugin","sequence":"Order Place","sequence_id":"order-place","event":"order.placed"}
	{"kind":"publish","name":"cart.changed","event":"cart.changed"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: manifests of topics and of interactions say who gets what" {
	cat >topics.json <<-'EOF'
	{"version": "1.0.0", "topics": {
	  "cart.opened": {"routes": [], "visibility": "public", "notes": "n"},
	  "cart.add.requested": {"routes": [
	    {"pluginId": "CartPlugin", "sequenceId": "cart-add-symphony"}],
	    "payloadSchema": {"type": "object"}},
	  "cart.twice": {"routes": [
	    {"pluginId": "CartPlugin", "sequenceId": "cart-add-symphony"},
	    {"pluginId": "CartPlugin", "sequenceId": "cart-drop-symphony"}]}}}
	EOF
	cat >interactions.json <<-'EOF'
	{"version": "1.0.0", "routes": {
	  "app.cart.drop": {"pluginId": "CartPlugin", "sequenceId": "cart-drop-symphony"}}}
	EOF
	run --separate-stderr tele-map --sequences topics.json,interactions.json,docs <<-'EOF'
	{"kind":"publish","name":"cart.opened","event":"cart.opened"}
	{"kind":"publish","name":"cart.add.requested","event":"cart.add.requested"}
	{"kind":"publish","name":"cart.twice","event":"cart.twice"}
	{"kind":"publish","name":"app.cart.drop","event":"app.cart.drop"}
	{"kind":"publish","name":"app.cart.drop","plugin":"Other","event":"app.cart.drop"}
	EOF
	same <<-'EOF'
	{"kind":"publish","name":"cart.opened","event":"cart.opened"}
	{"kind":"publish","name":"cart.add.requested","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","event":"cart.add.requested"}
	{"kind":"publish","name":"cart.twice","event":"cart.twice"}
	{"kind":"publish","name":"app.cart.drop","plugin":"CartPlugin","sequence_id":"cart-drop-symphony","event":"app.cart.drop"}
	{"kind":"publish","name":"app.cart.drop","plugin":"Other","event":"app.cart.drop"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: --sequences and --handlers give the code that they state" {
	run --separate-stderr tele-map --sequences docs --handlers docs/order.yaml <<-'EOF'
	{"kind":"beat","name":"order:check","plugin":"OrderPlugin","event":"order:check","handler":"check"}
	{"kind":"handler","name":"ping","plugin":"NetPlugin"}
	{"kind":"handler","name":"ping","plugin":"OtherPlugin"}
	EOF
	same <<-'EOF'
	{"kind":"beat","name":"order:check","plugin":"OrderPlugin","sequence":"Order Place","sequence_id":"order-place","event":"order:check","handler":"check","code_file":"src/order/check.ts","code_line":7,"code_function":"checkOrder"}
	{"kind":"handler","name":"ping","plugin":"NetPlugin","handler":"ping","code_file":"src/net.c","code_line":3}
	{"kind":"handler","name":"ping","plugin":"OtherPlugin"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: what an event states stays, and what contradicts it is not added" {
	run --separate-stderr tele-map --sequences docs --tags tags.json <<-'EOF'
	{"kind":"beat","name":"cart:save","plugin":"Mine","event":"cart:save"}
	{"kind":"beat","name":"cart:save","event":"cart:save","handler":"save","code_file":"x.ts"}
	{"kind":"beat","name":"cart:save","sequence_id":"another","event":"cart:save"}
	{"kind":"error","name":"Error","handler":"save","code_file":"lib/fail.ts","code_line":3,"attr.x":"1"}
	EOF
	same <<-'EOF'
	{"kind":"beat","name":"cart:save","plugin":"Mine","event":"cart:save"}
	{"kind":"beat","name":"cart:save","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","event":"cart:save","handler":"save","code_file":"x.ts"}
	{"kind":"beat","name":"cart:save","sequence_id":"another","event":"cart:save"}
	{"kind":"error","name":"Error","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","handler":"save","code_file":"lib/fail.ts","code_line":3,"attr.x":"1"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: names are the same however they are escaped, and keys may be in any order" {
	run --separate-stderr tele-map --sequences docs <<-'EOF'
	{"src_line":3,"event":"cart\u003asave","kind":"beat" , "src":"a"}
	EOF
	same <<-'EOF'
	{"src_line":3,"plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","event":"cart\u003asave","kind":"beat" , "handler":"save","src":"a"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: records that are no events pass through" {
	run --separate-stderr tele-map --sequences docs <<-'EOF'
	{"finding":"TS001","severity":"error","handler":"save"}
	{"handler":"save","count":2,"p50_ms":1}
	EOF
	same <<-'EOF'
	{"finding":"TS001","severity":"error","handler":"save"}
	{"handler":"save","count":2,"p50_ms":1}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: a definition that is broken is reported, and the others are used" {
	echo '{ "name": "A", "movements": [ 1 ] }' >docs/a.json
	printf 'sequences:\n  - name: X\n    setps: []\n' >docs/b.yaml
	printf '{"name": "Y",\n "movements": }' >docs/c.json
	echo '{"compilerOptions": {}}' >docs/tsconfig.json
	echo 'no definition at all' >docs/README
	cat >docs/d.json <<-'EOF'
	{"id": "cart-add-symphony", "name": "Cart Add", "movements": []}
	EOF
	run --separate-stderr tele-map --sequences docs <<-'EOF'
	{"kind":"beat","name":"cart:save","event":"cart:save"}
	EOF
	same <<-'EOF'
	{"kind":"beat","name":"cart:save","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add-symphony","event":"cart:save","handler":"save"}
	EOF
	[ "$stderr" = "tele-map: docs/a.json:1: a movement needs a list 'beats'
tele-map: docs/b.yaml:3: unknown key 'setps'
tele-map: docs/c.json:2: expected a value
tele-map: docs/d.json:1: 'cart-add-symphony' is another sequence in docs/cart.json:1" ]
	[ "$status" -eq 2 ]
}

@test "map: --sequences that define nothing are trouble" {
	mkdir empty
	echo '{}' >x.json
	for path in empty x.json missing; do
		run --separate-stderr tele-map --sequences $path </dev/null
		[ "$output" = "" ]
		echo "$stderr"
		[ "$status" -eq 2 ]
	done >said
	diff -u - said <<-'EOF'
	tele-map: no definitions in 'empty'
	tele-map: 'x.json' defines no sequence, topic or handler
	tele-map: cannot read 'missing': No such file or directory
	EOF
}

@test "map: what a definition may say wrongly is told with its line" {
	local wrong

	for wrong in 'times: 0' 'times: 2..1' 'times: x' 'max: 5' 'p95: soon' \
		'any: 1' 'steps: 3' 'handler: [a]'; do
		printf 'sequences:\n- name: X\n  steps:\n  - event: a\n    %s\n' \
			"$wrong" >x.yaml
		run --separate-stderr tele-map --sequences x.yaml </dev/null
		[ "$output" = "" ]
		[ "$status" -eq 2 ]
		echo "$stderr"
	done >said
	diff -u - said <<-'EOF'
	tele-map: x.yaml:5: 'times' is a number or a range: '1', '0..1', '2..'
	tele-map: x.yaml:5: 'times' is a number or a range: '1', '0..1', '2..'
	tele-map: x.yaml:5: 'times' is a number or a range: '1', '0..1', '2..'
	tele-map: x.yaml:5: expected a duration such as '250ms'
	tele-map: x.yaml:5: expected a duration such as '250ms'
	tele-map: x.yaml:5: unknown key 'any'
	tele-map: x.yaml:5: expected a list of steps
	tele-map: x.yaml:5: expected text for 'handler'
	EOF
}

# --- the index ----------------------------------------------------------------

@test "map: --tags gives the place of a handler, a definition before what is none" {
	run --separate-stderr tele-map --tags tags.json <<-'EOF'
	{"kind":"beat","plugin":"CartPlugin","handler":"save","src":"a"}
	{"kind":"beat","plugin":"CartPlugin","handler":"price"}
	{"kind":"state","name":"store.save","plugin":"CartPlugin","handler":"store.save"}
	{"kind":"span","name":"x","code_function":"Cart::save"}
	{"kind":"beat","handler":"nobody"}
	EOF
	same <<-'EOF'
	{"kind":"beat","plugin":"CartPlugin","handler":"save","code_file":"src/cart/save.ts","code_line":12,"code_function":"save","src":"a"}
	{"kind":"beat","plugin":"CartPlugin","handler":"price","code_file":"src/cart/price.ts","code_line":5,"code_function":"price"}
	{"kind":"state","name":"store.save","plugin":"CartPlugin","handler":"store.save","code_file":"src/cart/save.ts","code_line":12,"code_function":"store.save"}
	{"kind":"span","name":"x","code_file":"src/cart/save.ts","code_line":12,"code_function":"Cart::save"}
	{"kind":"beat","handler":"nobody"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: of several places the one whose path has the plugin's words is taken" {
	run --separate-stderr tele-map --tags tags.json <<-'EOF'
	{"kind":"beat","plugin":"CartPlugin","handler":"notify"}
	{"kind":"beat","plugin":"OrderPlugin","handler":"notify"}
	EOF
	output=$(jq -c '[.code_file, .code_line, .code_candidates]' <<<"$output")
	same <<-'EOF'
	["src/cart/notify.ts",2,null]
	["src/order/notify.ts",9,null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: places that are as likely are all named, and counted" {
	run --separate-stderr tele-map --tags tags.json --summary <<-'EOF'
	{"kind":"beat","plugin":"NetPlugin","handler":"notify","src":"a"}
	{"kind":"beat","plugin":"NetPlugin","event":"order:x","handler":"twice","src":"a"}
	EOF
	same <<-'EOF'
	{"kind":"beat","plugin":"NetPlugin","handler":"notify","code_file":"src/cart/notify.ts","code_line":2,"code_function":"notify","code_candidates":["src/cart/notify.ts:2","src/order/notify.ts:9"],"src":"a"}
	{"kind":"beat","plugin":"NetPlugin","event":"order:x","handler":"twice","code_file":"src/a.ts","code_line":1,"code_function":"twice","code_candidates":["src/a.ts:1","src/b.ts:2"],"src":"a"}
	EOF
	[ "$stderr" = "tele-map: 2 handlers: 2 with code, 2 of them ambiguous; 0 without" ]
	[ "$status" -eq 0 ]
}

@test "map: words of the topic decide among places of the same plugin" {
	cat >same.json <<-'EOF'
	{"_type": "tag", "name": "run", "path": "src/cart/price.ts", "pattern": "/^function run() {$/", "line": 1, "kind": "function"}
	{"_type": "tag", "name": "run", "path": "src/cart/save.ts", "pattern": "/^function run() {$/", "line": 2, "kind": "function"}
	EOF
	run --separate-stderr tele-map --tags same.json <<-'EOF'
	{"kind":"beat","plugin":"CartPlugin","event":"cart:save","handler":"run"}
	{"kind":"beat","plugin":"CartPlugin","event":"cart:price","handler":"run"}
	{"kind":"beat","event":"cart:save","handler":"run"}
	EOF
	output=$(jq -c '[.code_file, .code_candidates]' <<<"$output")
	same <<-'EOF'
	["src/cart/save.ts",null]
	["src/cart/price.ts",null]
	["src/cart/save.ts",["src/cart/save.ts:2","src/cart/price.ts:1"]]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: the package that an index of definitions names is an owner, too" {
	mkdir app
	echo '{"sequences": [{"file": "go.json", "handlersPath": "@shop/order"}]}' \
		>app/index.json
	echo '{"id": "go", "name": "Go", "movements": [{"name": "M", "beats":
		[{"event": "go:go", "handler": "notify"}]}]}' >app/go.json
	run --separate-stderr tele-map --sequences app --tags tags.json <<-'EOF'
	{"kind":"beat","event":"go:go"}
	EOF
	output=$(jq -r .code_file <<<"$output")
	same <<<'src/order/notify.ts'
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: what is no tag is reported with its line" {
	cat >bad.json <<-'EOF'
	{"_type": "tag", "name": "a", "path": "a.c", "line": 1, "kind": "function"}
	{"_type": "tag", "name": "b", "path": "a.c", "kind": "function"}
	{"_type": "tag", "name": "c", "line": 1}
	{"name": "d"}
	a	a.c	/^a/;"	f
	EOF
	run --separate-stderr tele-map --tags bad.json <<-'EOF'
	{"kind":"beat","handler":"a"}
	EOF
	same <<-'EOF'
	{"kind":"beat","handler":"a","code_file":"a.c","code_line":1,"code_function":"a"}
	EOF
	[ "$stderr" = "tele-map: bad.json:2:1: a tag without line: ctags needs --fields=+n
tele-map: bad.json:3:1: a tag needs a name and a path
tele-map: bad.json:4:1: no tag of ctags --output-format=json
tele-map: bad.json:5:1: expected '{'" ]
	[ "$status" -eq 2 ]
}

@test "map: ctags itself, on code in several languages" {
	command -v ctags >/dev/null || skip "ctags is not installed"
	ctags --version | grep -q Universal || skip "ctags is not universal"
	ctags --list-features 2>/dev/null | grep -q '^json' ||
		skip "ctags cannot write JSON"
	mkdir src
	printf 'class A:\n    def run_py(self):\n        pass\n' >src/a.py
	printf 'package b\n\nfunc RunGo() {\n}\n' >src/b.go
	printf 'int other;\nstatic int\nrun_c(void)\n{\n\treturn 0;\n}\n' >src/c.c
	printf 'const x = 1;\nexport const runJs = async (a) => {\n};\n' >src/d.js
	printf 'public class E {\n  void runJava() {\n  }\n}\n' >src/E.java
	ctags -R --output-format=json --fields=+ne -f - src >real.json
	for handler in run_py RunGo run_c runJs runJava; do
		echo "{\"kind\":\"handler\",\"name\":\"$handler\"}"
	done >events
	run --separate-stderr tele-map --tags real.json events
	output=$(jq -r '"\(.code_file):\(.code_line)"' <<<"$output")
	same <<-'EOF'
	src/a.py:2
	src/b.go:3
	src/c.c:3
	src/d.js:2
	src/E.java:2
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- source maps and paths ------------------------------------------------------

# Two lines of a built file: the first from src/a.ts, line 11 up to column 9 and
# line 3 behind it; all of the second from src/b.ts, line 3.
write_source_map() {
	mkdir -p app/dist
	cat >app/dist/all.js.map <<-'EOF'
	{"version":3,"file":"all.js","sourceRoot":"../src","sources":["a.ts","webpack://shop/./lib/b.ts"],
	 "names":["x"],"mappings":"AAUA,UARC;ACAA,IAAA"}
	EOF
}

@test "map: --source-maps gives the source of a failing frame, by its column" {
	write_source_map
	run --separate-stderr tele-map --source-maps app <<-'EOF'
	{"kind":"error","error_stack":"Error: x\n    at f (http://h/dist/all.js:1:4)\n    at g (http://h/dist/all.js:1:11)","code_file":"dist/all.js","code_line":1,"code_function":"f"}
	{"kind":"error","error_stack":"Error: x\n    at f (/x/dist/all.js:1:11)","code_file":"/x/dist/all.js","code_line":1}
	{"kind":"span","code_file":"dist/all.js","code_line":1}
	{"kind":"span","code_file":"dist/all.js","code_line":2}
	{"kind":"span","code_file":"dist/all.js","code_line":3}
	{"kind":"span","code_file":"other.js","code_line":1}
	EOF
	output=$(jq -c '[.code_file, .code_line]' <<<"$output")
	same <<-'EOF'
	["app/src/a.ts",11]
	["app/src/a.ts",3]
	["dist/all.js",1]
	["lib/b.ts",3]
	["dist/all.js",3]
	["other.js",1]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: an error without a place has that of its stack trace" {
	write_source_map
	run --separate-stderr tele-map --source-maps app --map /srv/= --tags tags.json <<-'EOF'
	{"kind":"error","handler":"save","error_stack":"Error: x\n    at f (node:internal/a:1:4)\n    at g (http://h/dist/all.js:1:11)\n    at h (/srv/b.js:2:2)"}
	{"kind":"error","handler":"save","error_stack":"Error: x\n    at h (/srv/b.js:2:2)"}
	{"kind":"error","handler":"save","error_stack":"Error: x"}
	EOF
	output=$(jq -c '[.code_file, .code_line, .code_function]' <<<"$output")
	same <<-'EOF'
	["app/src/a.ts",3,"g"]
	["b.js",2,"h"]
	["src/cart/save.ts",12,"save"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: the source map agrees with that of Node" {
	command -v node >/dev/null || skip "node is not installed"
	write_source_map
	run --separate-stderr node -e '
	const { SourceMap } = require("module");
	const map = new SourceMap(JSON.parse(require("fs").readFileSync(
		"app/dist/all.js.map")));
	for (const [line, column] of [[0, 3], [0, 10], [1, 0], [1, 9]])
		console.log(map.findEntry(line, column).originalLine + 1);'
	same <<-'EOF'
	11
	3
	3
	3
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: a source map of sections" {
	cat >x.js.map <<-'EOF'
	{"version":3,"sections":[
	 {"offset":{"line":0,"column":0},"map":{"version":3,"sources":["a.ts"],"mappings":"AAEA"}},
	 {"map":{"version":3,"mappings":"AAAA;AACA","sources":["b.ts"]},"offset":{"line":5,"column":2}}]}
	EOF
	run --separate-stderr tele-map --source-maps x.js.map <<-'EOF'
	{"kind":"span","code_file":"x.js","code_line":1}
	{"kind":"span","code_file":"x.js","code_line":6}
	{"kind":"span","code_file":"x.js","code_line":7}
	EOF
	output=$(jq -c '[.code_file, .code_line]' <<<"$output")
	same <<-'EOF'
	["a.ts",3]
	["b.ts",1]
	["b.ts",2]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: a source map that is none is said once, and the place stays" {
	echo '{"version":3,"sources":["a"],"mappings":"!"}' >a.js.map
	echo 'none' >b.js.map
	run --separate-stderr tele-map --source-maps a.js.map,b.js.map <<-'EOF'
	{"kind":"span","code_file":"a.js","code_line":1}
	{"kind":"span","code_file":"b.js","code_line":1}
	{"kind":"span","code_file":"b.js","code_line":2}
	EOF
	same <<-'EOF'
	{"kind":"span","code_file":"a.js","code_line":1}
	{"kind":"span","code_file":"b.js","code_line":1}
	{"kind":"span","code_file":"b.js","code_line":2}
	EOF
	[ "$stderr" = "tele-map: cannot read 'a.js.map': not a source map
tele-map: cannot read 'b.js.map': not JSON" ]
	[ "$status" -eq 2 ]
}

@test "map: --map replaces the beginning of a path, by the longest that fits" {
	run --separate-stderr tele-map --map /srv/shop/=,/srv/=srv/ \
		--map src/=packages/src/ --tags tags.json <<-'EOF'
	{"kind":"span","code_file":"/srv/shop/app/a.js","code_line":3,"code_function":"f"}
	{"kind":"span","code_file":"/srv/x.js"}
	{"kind":"span","code_file":"/opt/x.js"}
	{"kind":"beat","plugin":"CartPlugin","handler":"save"}
	EOF
	same <<-'EOF'
	{"kind":"span","code_file":"app/a.js","code_line":3,"code_function":"f"}
	{"kind":"span","code_file":"srv/x.js"}
	{"kind":"span","code_file":"/opt/x.js"}
	{"kind":"beat","plugin":"CartPlugin","handler":"save","code_file":"packages/src/cart/save.ts","code_line":12,"code_function":"save"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-map --map nothing </dev/null
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-map: --map wants FROM=TO, not 'nothing'" ]
	[ "$status" -eq 2 ]
}

# --- learning -------------------------------------------------------------------

@test "map: --learn uses what later events of the files say" {
	cat >a.ndjson <<-'EOF'
	{"kind":"beat","name":"cart:save","sequence":"Cart Add","event":"cart:save"}
	{"kind":"beat","name":"cart:mail","event":"cart:mail"}
	EOF
	cat >b.ndjson <<-'EOF'
	{"kind":"state","name":"save","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","event":"cart:save","handler":"save","code_file":"src/save.ts","code_line":3}
	{"kind":"state","name":"mail","plugin":"A","event":"cart:mail","handler":"mail"}
	{"kind":"state","name":"mail","plugin":"B","event":"cart:mail","handler":"mail"}
	EOF
	run --separate-stderr tele-map --learn a.ndjson b.ndjson
	same <<-'EOF'
	{"kind":"beat","name":"cart:save","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","event":"cart:save","handler":"save","code_file":"src/save.ts","code_line":3}
	{"kind":"beat","name":"cart:mail","event":"cart:mail","handler":"mail"}
	{"kind":"state","name":"save","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","event":"cart:save","handler":"save","code_file":"src/save.ts","code_line":3}
	{"kind":"state","name":"mail","plugin":"A","event":"cart:mail","handler":"mail"}
	{"kind":"state","name":"mail","plugin":"B","event":"cart:mail","handler":"mail"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "map: --learn says what is malformed once, and reads no pipe" {
	echo '{"kind" 1}' >bad.ndjson
	run --separate-stderr tele-map --learn bad.ndjson
	[ "$output" = "" ]
	[ "$stderr" = "tele-map: bad.ndjson:1:9: expected ':' after key" ]
	[ "$status" -eq 2 ]

	run --separate-stderr tele-map --learn bad.ndjson - </dev/null
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-map: --learn reads '-' twice, it must be a file" ]
	[ "$status" -eq 2 ]

	run --separate-stderr tele-map --learn </dev/null
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-map: --learn reads twice, and needs files" ]
	[ "$status" -eq 2 ]
}

# --- what has no code -------------------------------------------------------------

@test "map: --unmapped lists what found no code, the most frequent first" {
	cat >events <<-'EOF'
	{"kind":"beat","plugin":"P","handler":"rare","src":"a.log","src_line":7}
	{"kind":"beat","plugin":"P","handler":"often","src":"a.log","src_line":8}
	{"kind":"span","name":"GET /","service":"web"}
	{"kind":"beat","plugin":"CartPlugin","handler":"save"}
	{"kind":"beat","plugin":"P","handler":"often","src":"a.log","src_line":9}
	{"kind":"sequence","name":"S"}
	EOF
	run --separate-stderr tele-map --tags tags.json --unmapped events
	same <<-'EOF'
	{"handler":"often","plugin":"P","count":2,"src":"a.log","src_line":8}
	{"handler":"GET /","service":"web","count":1}
	{"handler":"rare","plugin":"P","count":1,"src":"a.log","src_line":7}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-map --tags tags.json --unmapped --ndjson \
		--max-names 1 events
	same <<-'EOF'
	{"handler":"rare","plugin":"P","count":1,"src":"a.log","src_line":7}
	EOF
	[ "$stderr" = "tele-map: more than 1 handlers, the others are not counted" ]
	[ "$status" -eq 0 ]
}

@test "map: --max-names bounds what is learned" {
	printf '{"kind":"state","event":"e%d","handler":"h%d"}\n' 1 1 2 2 >a.ndjson
	echo '{"kind":"beat","event":"e1"}' >b.ndjson
	echo '{"kind":"beat","event":"e2"}' >>b.ndjson
	run --separate-stderr tele-map --learn --max-names 1 a.ndjson b.ndjson
	output=$(tail -n 2 <<<"$output")
	same <<-'EOF'
	{"kind":"beat","event":"e1","handler":"h1"}
	{"kind":"beat","event":"e2"}
	EOF
	[ "$stderr" = "tele-map: learned only the first 1 facts: --max-names" ]
	[ "$status" -eq 0 ]
}

@test "map: a pipe gets each event at once" {
	mkfifo events
	tele-map --tags tags.json events >out &
	exec {pipe}>events
	echo '{"kind":"beat","plugin":"CartPlugin","handler":"save"}' >&"$pipe"
	for _ in {1..100}; do
		[ -s out ] && break
		sleep 0.05
	done
	exec {pipe}>&-
	wait
	run --separate-stderr jq -r .code_file out
	same <<<'src/cart/save.ts'
}

# --- the corpus -------------------------------------------------------------------

@test "map: the documented handlers of a long run, by what the application declares" {
	needs_corpus
	tele-extract "$TELE_CORPUS/conductor/medium/medium-s8-iso.log" >events
	# Beats without what is to be found; the truth is what they had.
	jq -c 'select(.kind == "beat") | del(.handler, .plugin, .sequence)' \
		events >bare
	run --separate-stderr tele-map \
		--sequences "$TELE_CORPUS/conductor/catalog" bare
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" | jq -c '[.span, .plugin, .sequence, .handler]' >found
	jq -c 'select(.kind == "beat") | [.span, .plugin, .sequence, .handler]' \
		events >truth
	diff truth found
}

@test "map: every handler of a long run that the packages have is found there" {
	needs_corpus
	needs_packages
	cd "$packages"
	ctags -R --output-format=json --fields=+ne -f - node_modules/@renderx-plugins \
		>"$BATS_TEST_TMPDIR/all.json" 2>/dev/null
	tele-extract "$TELE_CORPUS/conductor/medium/medium-s8-iso.log" \
		>"$BATS_TEST_TMPDIR/events"
	run --separate-stderr tele-map --tags "$BATS_TEST_TMPDIR/all.json" \
		"$BATS_TEST_TMPDIR/events"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" | jq -r 'select(.handler and .code_file) |
		[.handler, .code_file, .code_line] | @tsv' | sort -u >"$BATS_TEST_TMPDIR/found"
	# Each is where its name is.
	while IFS=$'\t' read -r handler file line; do
		sed -n "${line}p" "$file" | grep -qw -- "$handler" ||
			{ echo "$handler is not in $file:$line"; return 1; }
	done <"$BATS_TEST_TMPDIR/found"
	[ "$(cut -f 1 "$BATS_TEST_TMPDIR/found" | sort -u | wc -l)" -eq 79 ]

	run --separate-stderr tele-map --unmapped \
		--tags "$BATS_TEST_TMPDIR/all.json" "$BATS_TEST_TMPDIR/events"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ "$(jq -r .handler <<<"$output" | sort -u | wc -l)" -eq 21 ]
	# No file has any of these names.
	run ! grep -rqwFf <(jq -r .handler <<<"$output") \
		node_modules/@renderx-plugins
}
