#!/usr/bin/env bats
# tele-check: each rule and each option.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	line=0
	cat >docs.yaml <<-'EOF'
	sequences:
	  - name: Cart Add
	    id: cart-add
	    plugin: CartPlugin
	    steps:
	      - event: cart:check
	        handler: check
	        kind: pure
	      - event: cart:price
	        handler: price
	      - event: cart:save
	        handler: save
	      - event: cart:notify
	        handler: notify
	EOF
}

# An execution of Cart Add, called $1, with these events; `!` behind one lets it
# fail, `~` leaves it unfinished, `@X` names its handler.
cart() {
	local trace=$1 event handler status root=ok

	shift
	line=$((line + 10))
	for event; do
		handler=${event#*@}
		[ "$handler" != "$event" ] || handler=${event%[~!]}
		event=${event%@*}
		status=ok
		case $event in
		*!) status=error root=error ;;
		*~) status=unfinished root=unfinished ;;
		esac
		event=${event%[~!]}
		printf '{"time":"2026-01-02T03:%02d:%02d.%03dZ","kind":"beat","name":"cart:%s","duration_ms":1,"status":"%s","trace":"%s","span":"b%d","parent":"m","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","beat":%d,"event":"cart:%s","handler":"%s","src":"app.log","src_line":%d}\n' \
			$((line / 60 % 60)) $((line % 60)) "${#trace}" \
			"$event" "$status" "$trace" "$line" "$((line % 10 + 1))" \
			"$event" "${handler%[~!]}" "$((++line))"
	done
	printf '{"time":"2026-01-02T03:%02d:00Z","kind":"movement","name":"M","duration_ms":9,"status":"%s","trace":"%s","span":"m","parent":"s","sequence":"Cart Add","sequence_id":"cart-add"}\n' \
		$((line / 60 % 60)) "$root" "$trace"
	printf '{"time":"2026-01-02T03:%02d:00Z","kind":"sequence","name":"Cart Add","duration_ms":9,"status":"%s","trace":"%s","span":"s","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","src":"app.log","src_line":%d}\n' \
		$((line / 60 % 60)) "$root" "$trace" $((line / 10 * 10))
	line=$((line / 10 * 10 + 10))
}

# Rule, severity, count, message and edits of the findings in $output.
brief() {
	output=$(jq -r '[.finding, .severity, .count // "-", .message,
		(.edits // [] | join(" ") | gsub("cart:"; ""))] | join("|")' \
		<<<"$output")
}

# --- the order of steps -------------------------------------------------------

@test "check: what is as documented is no finding" {
	{ cart a check price save notify; cart b check price save notify; } >events
	run --separate-stderr tele-check --sequences docs.yaml events
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: a finding says what was expected, what was observed, and where" {
	{ cart a check price save notify; cart b check save notify
	  cart c check save notify; } >events
	run --separate-stderr tele-check --sequences docs.yaml events
	same <<-'EOF'
	{"finding":"TS001","severity":"error","message":"Cart Add: step 'cart:price' is missing","expected":["cart:check","cart:price","cart:save","cart:notify"],"observed":["cart:check","cart:save","cart:notify"],"count":2,"plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","event":"cart:price","handler":"price","edits":["  cart:check","- cart:price","  cart:save","  cart:notify"],"doc_file":"docs.yaml","doc_line":9,"src":"app.log","src_line":30}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: TS001 missing, TS002 unexpected, TS003 out of order, TS004 too often" {
	{ cart a check price save; cart b check price hook save notify
	  cart c check save price notify; cart d check price save save notify
	  cart e save check notify hook; } >events
	run --separate-stderr tele-check --sequences docs.yaml events
	brief
	same <<-'EOF'
	TS001|error|1|Cart Add: step 'cart:notify' is missing|  check   price   save - notify
	TS001|error|1|Cart Add: step 'cart:price' is missing|~ save   check - price   notify + hook
	TS002|error|1|Cart Add: step 'cart:hook' is not expected|  check   price + hook   save   notify
	TS002|error|1|Cart Add: step 'cart:hook' is not expected|~ save   check - price   notify + hook
	TS003|error|1|Cart Add: step 'cart:save' came before 'cart:check'|~ save   check - price   notify + hook
	TS003|error|1|Cart Add: step 'cart:save' came before 'cart:price'|  check ~ save   price   notify
	TS004|warning|1|Cart Add: step 'cart:save' happened too often|  check   price   save * save   notify
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: several steps of a kind are one finding" {
	cart a x y z check v w u t >events
	run --separate-stderr tele-check --sequences docs.yaml events
	brief
	same <<-'EOF'
	TS001|error|1|Cart Add: steps 'cart:price', 'cart:save', 'cart:notify' are missing|+ x + y + z   check + v + w + u + t - price - save - notify
	TS002|error|1|Cart Add: steps 'cart:x', 'cart:y', 'cart:z', 'cart:v', 'cart:w' and 2 more are not expected|+ x + y + z   check + v + w + u + t - price - save - notify
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: TS005 steps behind an error or the end of the log are not missing" {
	{ cart a check price!; cart b check save! notify; cart c check price~
	  cart d check price save notify~; } >events
	run --separate-stderr tele-check --sequences docs.yaml events
	brief
	same <<-'EOF'
	TS001|error|1|Cart Add: step 'cart:price' is missing|  check - price   save   notify
	TS005|warning|1|Cart Add: an error ended it before steps 'cart:save', 'cart:notify'|  check   price - save - notify
	TS005|warning|1|Cart Add: the input ended before it did|  check   price   save   notify
	TS005|warning|1|Cart Add: the input ended before steps 'cart:save', 'cart:notify'|  check   price - save - notify
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: --grace lets what began last be unfinished" {
	{ cart a check price~; cart b check price save notify; cart c check~; } >events
	run --separate-stderr tele-check --sequences docs.yaml --grace 1m events
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-check --sequences docs.yaml events
	[ "$(jq -s 'map(select(.finding == "TS005").count) | add' <<<"$output")" -eq 2 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: events may come in any order, children before parents or behind" {
	{ cart a check price save notify; cart b check save price notify; } >events
	run --separate-stderr tele-check --sequences docs.yaml <(sort -r events)
	brief
	same <<-'EOF'
	TS003|error|1|Cart Add: step 'cart:save' came before 'cart:price'|  check ~ save   price   notify
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: an execution of which not all is there is not judged" {
	# Its beginning, its root, or the parent of a step.
	cart a check price save notify >whole
	run --separate-stderr tele-check --sequences docs.yaml --summary \
		<(grep -v '"movement"' whole)
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-check: 0 executions judged, 0 as documented; 1 not wholly in the log, 0 still running" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-check --sequences docs.yaml <(head -n 2 whole)
	[ "$(jq -r .finding <<<"$output")" = TS007 ]
	# Or else a gate would pass that has looked at nothing.
	[ "$stderr" = "tele-check: no execution was judged: of 1 not all is in the log, or their events have no parent" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-check --sequences docs.yaml <<-'EOF'
	{"kind":"beat","name":"cart:save","span":"b3","sequence":"Cart Add","event":"cart:save"}
	{"kind":"sequence","name":"Cart Add","status":"ok","span":"s21","sequence":"Cart Add"}
	EOF
	[ "$output" = "" ]
	[[ $stderr = "tele-check: no execution was judged: of "* ]]
	[ "$status" -eq 0 ]
}

@test "check: times, any_order and steps within steps" {
	cat >spans.yaml <<-'EOF'
	sequences:
	- name: POST /checkout
	  service: gateway
	  steps:
	  - span: auth
	  - any_order:
	    - span: price
	      times: 1..
	    - span: stock
	      service: inventory
	      times: 0..1
	      steps:
	      - span: SELECT
	  - span: render
	EOF
	# span ID PARENT NAME START [SERVICE]
	span() {
		printf '{"time":"2026-01-02T03:04:05.%03dZ","kind":"span","name":"%s","duration_ms":1,"status":"ok","trace":"%s","span":"%s"%s,"service":"%s","src":"t","src_line":%d}\n' \
			"$4" "$3" "$trace" "$1" "${2:+,\"parent\":\"$2\"}" \
			"${5:-gateway}" "$((++line))"
	}
	{
		trace=good
		span r '' 'POST /checkout' 0; span a r auth 1
		span s r stock 2 inventory; span q s SELECT 3 inventory
		span p r price 4; span p2 r price 5; span e r render 6
		trace=bad
		span r '' 'POST /checkout' 0; span e r render 1; span a r auth 2
		span s r stock 3 inventory; span x s INSERT 4 inventory
	} >events
	run --separate-stderr tele-check --sequences spans.yaml events
	brief
	same <<-'EOF'
	TS001|error|1|POST /checkout > stock: step 'SELECT' is missing|+ INSERT - SELECT
	TS001|error|1|POST /checkout: step 'price' is missing|~ render   auth   stock - price
	TS002|error|1|POST /checkout > stock: step 'INSERT' is not expected|+ INSERT - SELECT
	TS003|error|1|POST /checkout: step 'render' came before 'auth'|~ render   auth   stock - price
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: a step is called by event or name, as it is documented" {
	cat >both.yaml <<-'EOF'
	sequences:
	- name: S
	  steps: [{event: a}, {event: b}]
	- name: GET /
	  steps: [{span: a}, {span: b}]
	EOF
	run --separate-stderr tele-check --sequences both.yaml <<-'EOF'
	{"kind":"beat","trace":"t","span":"1","parent":"s","sequence":"S","event":"c"}
	{"kind":"sequence","name":"S","trace":"t","span":"s","sequence":"S"}
	{"kind":"span","name":"c","trace":"u","span":"1","parent":"s"}
	{"kind":"span","name":"GET /","trace":"u","span":"s"}
	EOF
	output=$(jq -c '[.finding, .event, .name, .sequence]' <<<"$output")
	same <<-'EOF'
	["TS001",null,"a","GET /"]
	["TS001","a",null,"S"]
	["TS002",null,"c","GET /"]
	["TS002","c",null,"S"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

# --- other rules --------------------------------------------------------------

@test "check: TS006 an undocumented sequence, TS007 one that never ran" {
	run --separate-stderr tele-check --sequences docs.yaml <<-'EOF'
	{"kind":"sequence","name":"Cart Drop","status":"ok","trace":"t","span":"s","plugin":"CartPlugin","sequence":"Cart Drop","sequence_id":"cart-drop","src":"a","src_line":7}
	{"kind":"sequence","name":"Cart Drop","status":"ok","trace":"u","span":"s","plugin":"CartPlugin","sequence":"Cart Drop","sequence_id":"cart-drop","src":"a","src_line":9}
	EOF
	same <<-'EOF'
	{"finding":"TS006","severity":"warning","message":"sequence 'Cart Drop' is not documented","count":2,"plugin":"CartPlugin","sequence":"Cart Drop","sequence_id":"cart-drop","src":"a","src_line":7}
	{"finding":"TS007","severity":"note","message":"sequence 'Cart Add' was never observed","plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","doc_file":"docs.yaml","doc_line":2}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: TS008 no subscriber, TS009 never published, as far as the log tells" {
	{
		cat <<-'EOF'
		{"kind":"subscribe","name":"cart:check","plugin":"CartPlugin","sequence_id":"cart-add","event":"cart:check"}
		{"kind":"subscribe","name":"cart:price","plugin":"CartPlugin","sequence_id":"cart-add","event":"cart:price"}
		{"kind":"subscribe","name":"cart:notify","plugin":"CartPlugin","sequence_id":"cart-add","event":"cart:notify"}
		{"kind":"subscribe","name":"cart:gone","plugin":"MailPlugin","sequence_id":"mail","event":"cart:gone","src":"a","src_line":4}
		{"kind":"subscribe","name":"library:internal"}
		{"kind":"publish","name":"cart:opened","event":"cart:opened","src":"a","src_line":5}
		EOF
		cart a check price save notify | sed '/cart:save/s/,"handler":"save"//'
	} >events
	run --separate-stderr tele-check --sequences docs.yaml events
	same <<-'EOF'
	{"finding":"TS008","severity":"warning","message":"'cart:opened' was published with no subscriber","count":1,"event":"cart:opened","src":"a","src_line":5}
	{"finding":"TS008","severity":"warning","message":"'cart:save' was published with no subscriber","count":1,"plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","event":"cart:save","src":"app.log","src_line":13}
	{"finding":"TS009","severity":"note","message":"'cart:gone' is subscribed to by MailPlugin, and was never published","count":1,"plugin":"MailPlugin","sequence_id":"mail","event":"cart:gone","src":"a","src_line":4}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	# Without a subscription in it the log tells nothing of subscribers.
	run --separate-stderr tele-check --sequences docs.yaml \
		<(grep -v '"subscribe"' events)
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: TS010 slower than documented, at most and at the 95th percentile" {
	sed 's/event: cart:price/&\n        max: 20ms/; s/event: cart:save/&\n        p95: 5ms/
		s/id: cart-add/&\n    max: 8ms/' docs.yaml >slow.yaml
	{
		cart a check price save notify
		cart b check price save notify |
			sed '/cart:price/s/"duration_ms":1/"duration_ms":20.5/
				/cart:save/s/"duration_ms":1/"duration_ms":6/'
	} >events
	run --separate-stderr tele-check --sequences slow.yaml events
	output=$(jq -c '[.finding, .severity, .count, .message, .src_line]' <<<"$output")
	same <<-'EOF'
	["TS010","warning",2,"Cart Add took 9 ms, documented are 8 ms at most",10]
	["TS010","warning",2,"cart:save took 6 ms at the 95th percentile, documented are 5 ms",null]
	["TS010","warning",1,"cart:price took 20.5 ms, documented are 20 ms at most",32]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: TS011 another handler or plugin, unless it is only said to have failed" {
	{ cart a check price@guess save notify; cart b check price@guess save notify
	  cart c check price save notify | sed '/cart:save/s/CartPlugin/Other/'
	  cart d check price save@mail notify
	  echo '{"kind":"error","plugin":"CartPlugin","event":"cart:save","handler":"mail"}'
	} >events
	run --separate-stderr tele-check --sequences docs.yaml events
	same <<-'EOF'
	{"finding":"TS011","severity":"error","message":"'cart:price' was handled by guess, documented is price","expected":"price","observed":"guess","count":2,"plugin":"CartPlugin","sequence":"Cart Add","sequence_id":"cart-add","beat":2,"event":"cart:price","handler":"guess","doc_file":"docs.yaml","doc_line":9,"src":"app.log","src_line":12}
	{"finding":"TS011","severity":"error","message":"'cart:save' was handled by save of Other, documented is save of CartPlugin","expected":"save","observed":"save","count":1,"plugin":"Other","sequence":"Cart Add","sequence_id":"cart-add","beat":3,"event":"cart:save","handler":"save","doc_file":"docs.yaml","doc_line":11,"src":"app.log","src_line":53}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: TS012 unknown topics, plugins and sequences, and TS004 blocked ones" {
	printf 'topics:\n  cart.changed:\n' >topics.yaml
	cat >events <<-'EOF'
	{"kind":"publish","name":"cart.gone","event":"cart.gone","message":"no topic definition found","src":"a","src_line":1}
	{"kind":"publish","name":"cart.new","event":"cart.new","src":"a","src_line":2}
	{"kind":"publish","name":"cart.changed","event":"cart.changed"}
	{"kind":"play","name":"cart-drop","plugin":"CartPlugin","sequence_id":"cart-drop","src":"a","src_line":3}
	{"kind":"play","name":"cart-drop","plugin":"CartPlugin","sequence_id":"cart-drop","src":"a","src_line":4}
	{"kind":"play","name":"cart-add","plugin":"CartPlugin","sequence_id":"cart-add"}
	{"kind":"mount","name":"LatePlugin","plugin":"LatePlugin","sequence_id":"late"}
	{"kind":"play","name":"late","plugin":"LatePlugin","sequence_id":"late"}
	{"kind":"play","name":"warp","plugin":"WarpPlugin","sequence_id":"warp"}
	{"kind":"log","plugin":"WarpPlugin","level":"warn","message":"plugin not found","src":"a","src_line":5}
	{"kind":"log","name":"cart:save","plugin":"CartPlugin","sequence_id":"cart-add","level":"warn","message":"duplicate subscription blocked","src":"a","src_line":6}
	EOF
	run --separate-stderr tele-check --sequences docs.yaml,topics.yaml events
	output=$(grep -v TS007 <<<"$output")
	same <<-'EOF'
	{"finding":"TS012","severity":"error","message":"sequence 'cart-drop' of CartPlugin was asked for, and is not known","count":2,"plugin":"CartPlugin","sequence_id":"cart-drop","src":"a","src_line":3}
	{"finding":"TS012","severity":"error","message":"plugin 'WarpPlugin' was asked for, and is not known","count":1,"plugin":"WarpPlugin","src":"a","src_line":5}
	{"finding":"TS012","severity":"error","message":"topic 'cart.gone' was published, and is not defined","count":1,"event":"cart.gone","src":"a","src_line":1}
	{"finding":"TS012","severity":"error","message":"topic 'cart.new' was published, and is not documented","count":1,"event":"cart.new","src":"a","src_line":2}
	{"finding":"TS004","severity":"warning","message":"CartPlugin subscribed to 'cart:save' again, which was blocked","count":1,"plugin":"CartPlugin","sequence_id":"cart-add","event":"cart:save","src":"a","src_line":6}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: TS013 a pure handler that changes the state" {
	{ cart a check price save notify
	  cat <<-'EOF'
	{"kind":"state","name":"check","plugin":"CartPlugin","event":"cart:check","handler":"check","src":"a","src_line":1}
	{"kind":"state","name":"check","plugin":"CartPlugin","event":"cart:check","handler":"check","added":["a","b"],"removed":["c"],"src":"a","src_line":2}
	{"kind":"state","name":"check","plugin":"CartPlugin","event":"cart:check","handler":"check","updated":["a"],"src":"a","src_line":3}
	{"kind":"state","name":"price","plugin":"CartPlugin","event":"cart:price","handler":"price","added":["x"]}
	EOF
	} >events
	run --separate-stderr tele-check --sequences docs.yaml events
	same <<-'EOF'
	{"finding":"TS013","severity":"note","message":"check is documented as pure, and changed the state","count":2,"plugin":"CartPlugin","event":"cart:check","handler":"check","keys":["a","b","c"],"src":"a","src_line":2}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- options --------------------------------------------------------------------

@test "check: --fail-on decides which findings make the status 1" {
	local want

	{ cart a check price! ; } >events
	for want in '0 error' '1 warning' '1 note' '0 none' '1 any' '1 none,warning'; do
		run --separate-stderr tele-check --sequences docs.yaml \
			--fail-on "${want#* }" events
		[ "$(jq -r .finding <<<"$output")" = TS005 ]
		[ "$stderr" = "" ]
		[ "$status" -eq "${want%% *}" ]
	done
	run --separate-stderr tele-check --sequences docs.yaml --fail-on bad events
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-check: unknown severity 'bad' for --fail-on" ]
	[ "$status" -eq 2 ]
}

@test "check: --baseline leaves out what it has, whatever the counts and lines" {
	{ cart a check save notify; cart b check price save; } >events
	run --separate-stderr tele-check --sequences docs.yaml events
	[ "$status" -eq 1 ]
	echo "$output" >known.ndjson
	# The same again, later and more often; and something new.
	{ cart c check save notify; cart d check save notify; cart e check price save
	  cart f check price save notify hook; } >later
	run --separate-stderr tele-check --sequences docs.yaml --summary \
		--baseline known.ndjson later
	brief
	same <<-'EOF'
	TS002|error|1|Cart Add: step 'cart:hook' is not expected|  check   price   save   notify + hook
	EOF
	[ "$stderr" = "tele-check: 4 executions judged, 0 as documented; 0 not wholly in the log, 0 still running
tele-check: 1 of 1 documented sequences were seen, 1 of 1 that were seen are documented
tele-check: 2 findings are in 'known.ndjson'" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-check --sequences docs.yaml \
		--baseline known.ndjson events
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: a baseline that is none is trouble, not a clean run" {
	cart a check price save notify >events
	echo '{"kind":"beat"}' >known.ndjson
	run --separate-stderr tele-check --sequences docs.yaml \
		--baseline known.ndjson events
	[ "$output" = "" ]
	[ "$stderr" = "tele-check: known.ndjson:1:1: not a finding" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-check --sequences docs.yaml --baseline gone events
	[ "$output" = "" ]
	[ "$stderr" = "tele-check: cannot open 'gone': No such file or directory" ]
	[ "$status" -eq 2 ]
}

@test "check: --flow shows the documented flow and what happened instead" {
	{ cart a check price save notify; cart b check save price hook notify
	  cart c check save notify; cart d check price!; cart e check check price save notify
	} >events
	printf 'sequences:\n- name: Other\n' >other.yaml
	run --separate-stderr tele-check --sequences docs.yaml,other.yaml --flow events
	same <<-'EOF'
	Cart Add: 5 executions, 1 as documented
	  ✓        5  cart:check   check
	  *        1  cart:check   check   too often  app.log:90
	  ✓        4  cart:price   price
	  -        1  cart:price   price   missing  app.log:50
	  +        1  cart:hook    hook    not documented  app.log:30
	  ✓        3  cart:save    save
	  ~        1  cart:save    save    out of order  app.log:30
	  -        1  cart:save    save    not reached  app.log:30
	  ✓        4  cart:notify  notify
	  -        1  cart:notify  notify  not reached  app.log:70
	Other: never observed
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: --flow shows who else handled a step, what was slow, what never came" {
	sed 's/handler: price/&\n        max: 20ms/
		s/handler: save/&\n      - event: cart:gift\n        handler: gift\n        times: 0..1/' \
		docs.yaml >slow.yaml
	{ cart a check price save@guess notify; cart b check price save notify |
		sed '/cart:price/s/"duration_ms":1/"duration_ms":20.5/'; } >events
	run --separate-stderr tele-check --sequences slow.yaml --flow events
	same <<-'EOF'
	Cart Add: 2 executions, 2 as documented
	  ✓        2  cart:check   check
	  ✓        2  cart:price   price
	  >        1  cart:price   price   too slow  app.log:32
	  ✓        1  cart:save    save
	  !        1  cart:save    guess   another handler  app.log:13
	           0  cart:gift    gift
	  ✓        2  cart:notify  notify
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: --ascii draws the flow without Unicode" {
	cart a check price save notify >events
	run --separate-stderr tele-check --sequences docs.yaml --flow --ascii events
	same <<-'EOF'
	Cart Add: 1 executions, 1 as documented
	  =        1  cart:check   check
	  =        1  cart:price   price
	  =        1  cart:save    save
	  =        1  cart:notify  notify
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "check: --learn writes what happened as definitions, which then hold" {
	{ cart a check price save notify; cart b check price save notify
	  cart c check price save; cart d check price save hook notify; } >events
	run --separate-stderr tele-check --learn events
	same <<-'EOF'
	sequences:
	  # 4 times, p95 9 ms
	  - name: "Cart Add"
	    id: cart-add
	    plugin: CartPlugin
	    steps:
	      # in 4 of 4, p95 1 ms
	      - event: "cart:check"
	        beat: 1
	        handler: check
	      # in 4 of 4, p95 1 ms
	      - event: "cart:price"
	        beat: 2
	        handler: price
	      # in 4 of 4, p95 1 ms
	      - event: "cart:save"
	        beat: 3
	        handler: save
	      # in 3 of 4, p95 1 ms
	      - event: "cart:notify"
	        beat: 4
	        handler: notify
	        times: 0..1
	      # in 1 of 4, p95 1 ms
	      - event: "cart:hook"
	        beat: 4
	        handler: hook
	        anywhere: true
	        times: 0..1
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >learned.yaml
	run --separate-stderr tele-check --sequences learned.yaml events
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# And they tell what is new.
	cart e check save price >events
	run --separate-stderr tele-check --sequences learned.yaml events
	brief
	same <<-'EOF'
	TS003|error|1|Cart Add: step 'cart:save' came before 'cart:price'|  check ~ save   price
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "check: --max-names bounds what is told apart, and says so" {
	{ cart a check x; cart b check y; cart c check z; cart d check x; } >events
	run --separate-stderr tele-check --sequences docs.yaml --max-names 2 events
	[ "$(jq -s 'map(select(.finding == "TS002").count) | add' <<<"$output")" -eq 3 ]
	[ "$stderr" = "tele-check: 1 deviations are of more variants than are kept apart: --max-names
tele-check: only the first 2 topics are checked: --max-names" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-check --learn --max-names 2 events
	[ "$(grep -c 'event:' <<<"$output")" -eq 0 ]
	[ "$stderr" = "tele-check: only the first 2 kinds of steps were learned: --max-names" ]
	[ "$status" -eq 0 ]
}

@test "check: an execution that is too long to be kept is said" {
	awk 'BEGIN {
		for (i = 0; i < 60000; i++)
			printf "{\"kind\":\"beat\",\"name\":\"cart:save\",\"trace\":\"t\",\"span\":\"b%d\",\"parent\":\"s\",\"sequence\":\"Cart Add\",\"event\":\"cart:save\"}\n", i
		print "{\"kind\":\"sequence\",\"name\":\"Cart Add\",\"trace\":\"t\",\"span\":\"s\",\"sequence\":\"Cart Add\"}"
	}' >long
	run --separate-stderr tele-check --sequences docs.yaml long
	[ "$output" = "" ]
	[ "$stderr" = "tele-check: 1 executions are too long to be judged" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-check --learn long
	[ "$output" = "sequences:" ]
	[ "$stderr" = "tele-check: 1 executions are too long to be learned" ]
	[ "$status" -eq 0 ]
}

@test "check: without --sequences and --learn, or with both, it does not know what to do" {
	for options in '' '--learn --sequences docs.yaml'; do
		# shellcheck disable=SC2086
		run --separate-stderr tele-check $options </dev/null
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-check: give --sequences to check, or --learn to learn" ]
		[ "$status" -eq 2 ]
	done
}

@test "check: hostile names neither drive a terminal nor break a form" {
	local name=$'a\e[31m\n\u202e"<b>%0A::error::# TODO'

	cart a check price save notify | jq -c --arg name "$name" \
		'if .beat == 1 then .name = $name else . end' >events
	tele-check --sequences docs.yaml events >found || [ $? -eq 1 ]
	[ "$(jq -r 'select(.finding == "TS002").observed[0]' found)" = "$name" ]
	tele-check --sequences docs.yaml --flow events >flow || [ $? -eq 1 ]
	for form in gcc github tap junit sarif md table; do
		tele-fmt $form found
	done >forms
	run ! env LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae' \
		flow found forms
	# One line each, where lines count.
	[ "$(tele-fmt github found | wc -l)" -eq "$(wc -l <found)" ]
	[ "$(tele-fmt gcc found | grep -c ' note: first seen here')" -eq 2 ]
}

# --- the corpus -------------------------------------------------------------------

# The findings of the log $1 against the documented sequences, in $output.
against_catalog() {
	needs_corpus
	catalog=$TELE_CORPUS/conductor/catalog
	truth=${1%-iso.log}.truth.ndjson
	tele-extract "$1" >events
	run --separate-stderr tele-check --sequences "$catalog" events
	[ "$stderr" = "" ]
}

# Notes that the truth explains: each documented sequence that did not run, and
# each pure handler that changed the state, as often as it did.
explained_notes() {
	jq -r '.name' "$catalog"/*.json | sort |
		comm -23 - <(jq -r 'select(.kind == "sequence").sequence' \
			"$truth" | sort -u) | sed 's/^/TS007|note|-|/'
	jq -r --slurpfile docs <(cat "$catalog"/*.json) '
		([$docs[].movements[].beats[] | select(.kind == "pure") |
			[.event, .handler]]) as $pure |
		([$docs[].movements[].beats[] | select(.kind != "pure") |
			[.event, .handler]]) as $impure |
		select(.kind == "handler" and .outcome == "ok" and
			((.added // []) + (.updated // []) +
			(.removed // []) != [])) |
		[.event, .handler] | select(. as $h | $pure | index([$h])) |
		select(. as $h | $impure | index([$h]) | not) |
		"TS013|note|\(.[1]) \(.[0])"' "$truth" |
		sort | uniq -c | sed -E 's/^ *([0-9]+) TS013\|note\|/TS013|note|\1|/'
}

# The findings on standard input in the same words.
shown_findings() {
	jq -r '[.finding, .severity, .count // "-", if .finding == "TS007"
		then .sequence elif .finding == "TS013"
		then "\(.handler) \(.event)" else .message end] | join("|")'
}

@test "check: real runs as documented give no error, and the truth explains each note" {
	needs_corpus
	for log in "$TELE_CORPUS"/conductor/base/*-iso.log \
		"$TELE_CORPUS"/conductor/variants/{base,slow}-s7-iso.log \
		"$TELE_CORPUS"/conductor/medium/medium-s8-iso.log; do
		against_catalog "$log"
		[ "$status" -eq 0 ]
		diff <(explained_notes | sort) <(shown_findings <<<"$output" | sort)
	done
}

@test "check: a real run that leaves the documented flow, five times" {
	against_catalog "${TELE_CORPUS:-}/conductor/variants/misroute-s7-iso.log"
	[ "$status" -eq 1 ]
	diff <(explained_notes | sort) <(shown_findings <<<"$output" | grep '|note|' | sort)
	output=$(jq -c 'select(.severity != "note") | [.finding, .severity,
		.count, .sequence, .event, .src_line, .edits]' <<<"$output")
	same <<-'EOF'
	["TS001","error",5,"Canvas Component Create","canvas:component:notify-ui",888,["  canvas:component:resolve-template","~ canvas:component:create","  canvas:component:register-instance","+ canvas:component:beacon","- canvas:component:notify-ui","  canvas:component:augment:line"]]
	["TS002","error",5,"Canvas Component Create","canvas:component:beacon",888,["  canvas:component:resolve-template","~ canvas:component:create","  canvas:component:register-instance","+ canvas:component:beacon","- canvas:component:notify-ui","  canvas:component:augment:line"]]
	["TS003","error",5,"Canvas Component Create","canvas:component:create",888,["  canvas:component:resolve-template","~ canvas:component:create","  canvas:component:register-instance","+ canvas:component:beacon","- canvas:component:notify-ui","  canvas:component:augment:line"]]
	EOF
}

@test "check: each oddity of a real run that leaves a trace in the log" {
	against_catalog "${TELE_CORPUS:-}/conductor/variants/newtopic-s7-iso.log"
	[ "$status" -eq 1 ]
	echo "$output" >found
	# How often each happened, by the truth.  Silent events print nothing.
	jq -r 'select(.kind == "oddity" and .what != "silent_event") |
		"\(.what) \(.topic // .sequence_id // .sequence // .event // .plugin)"' \
		"$truth" | sort | uniq -c | sed 's/^ *//' >happened
	jq -r '{"TS012": "unknown_topic \(.event)", "TS006": "late_mount \(.sequence)",
		"TS004": "double_mount \(.plugin)", "TS008": "domain_event \(.event)"}
		[.finding] as $what |
		if .finding == "TS012" and .sequence_id then "\(.count) unknown_sequence \(.sequence_id)"
		elif .finding == "TS012" and .plugin then "\(.count) unknown_plugin \(.plugin)"
		# It was mounted once, and ran twice.
		elif .finding == "TS006" then "1 late_mount \(.sequence)"
		# Its clean-up is one more subscription, which the library makes.
		elif .finding == "TS004" and (.event | test(":sequence:completed$")) then empty
		elif .event == "canvas:heatmap:sampled" then empty
		elif $what then "\(.count) \($what)" else empty end' found | sort >found_oddities
	diff <(sort happened) found_oddities
	# The beat of the late plugin that nobody subscribes to has no row there.
	[ "$(jq -c 'select(.event == "canvas:heatmap:sampled") |
		[.finding, .count]' found)" = '["TS008",2]' ]
	# And nothing else is an error or a warning.
	[ "$(jq -s 'map(select(.severity != "note")) | length' found)" -eq 8 ]
}

@test "check: the manifests of the application name each topic that its runs publish" {
	needs_corpus
	local corpus=$TELE_CORPUS/conductor
	local docs=$corpus/catalog,$corpus/app/topics-manifest.json,$corpus/app/interaction-manifest.json

	run --separate-stderr tele-check --sequences "$docs" \
		<(tele-extract "$corpus/variants/base-s7-iso.log")
	[ "$(jq -c 'select(.severity != "note")' <<<"$output")" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# A domain event that no manifest has is now unknown, besides unheard.
	run --separate-stderr tele-check --sequences "$docs" \
		<(tele-extract "$corpus/variants/newtopic-s7-iso.log")
	output=$(jq -r 'select(.event == "Canvas:element:dropped") |
		"\(.finding) \(.count) \(.message)"' <<<"$output")
	same <<-'EOF'
	TS012 2 topic 'Canvas:element:dropped' was published, and is not documented
	TS008 2 'Canvas:element:dropped' was published with no subscriber
	EOF
	[ "$status" -eq 1 ]
}

@test "check: real failures end a sequence early, and are no error of its flow" {
	against_catalog "${TELE_CORPUS:-}/conductor/variants/errors-s7-iso.log"
	[ "$status" -eq 0 ]
	output=$(shown_findings <<<"$output" | grep -v '|note|')
	same <<-'EOF'
	TS005|warning|1|Real Estate Analyzer Search: an error ended it before step 'real.estate.analyzer:format'
	EOF
}

@test "check: a real log that begins or ends anywhere gives no error" {
	needs_corpus
	local log=$TELE_CORPUS/conductor/variants/base-s7-iso.log at

	for ((at = 601; at < 4500; at += 197)); do
		for part in "tail -n +$at" "head -n $at"; do
			$part "$log" | tele-extract |
				tele-check --sequences "$TELE_CORPUS/conductor/catalog" >found
			[ "${PIPESTATUS[2]}" -eq 0 ]
		done
	done
}

@test "check: spans as learned from one day hold on another, until one is gone" {
	needs_corpus
	local otel=$TELE_CORPUS/otel day

	for day in base base2 slow; do
		zstd -qdc "$otel/$day/traces.jsonl.zst" | tele-extract >$day.ndjson
	done
	run --separate-stderr tele-check --learn base.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >learned.yaml
	# The order of the real program, with what it does side by side.
	run --separate-stderr sed -nE '/name: "POST .checkout"/,$s/^( *)- (span|any_order):/\1\2/p' learned.yaml
	output=$(grep -A 5 'orders.validate' <<<"$output" | sed 's/^ *//')
	same <<-'EOF'
	span orders.validate
	span "INSERT orders"
	any_order
	span orders.reserve_items
	span POST
	span "POST /reserve"
	EOF
	for day in base base2 slow; do
		run --separate-stderr tele-check --sequences learned.yaml $day.ndjson
		[ "$(jq -r .finding <<<"$output" | sort -u)" = TS005 ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	# In twenty requests that did not fail, the page is not rendered.
	jq -rn '[inputs | select(.kind == "span")] | group_by(.trace)[] |
		select(all(.status == "ok") and any(.name == "render.template")) |
		.[0].trace' base2.ndjson | head -n 20 >traces
	grep -v '"name":"render.template".*'"\($(paste -sd '|' traces | sed 's/|/\\|/g')\)" \
		base2.ndjson >lost.ndjson
	[ "$(wc -l <base2.ndjson)" -eq $(($(wc -l <lost.ndjson) + 20)) ]
	run --separate-stderr tele-check --sequences learned.yaml lost.ndjson
	output=$(jq -s -c 'map(select(.finding != "TS005")) | group_by(.sequence)[] |
		[.[0].finding, .[0].name, (map(.count) | add)]' <<<"$output")
	[ "$(jq -s 'map(.[2]) | add' <<<"$output")" -eq 20 ]
	[ "$(jq -s -c 'map(.[0:2]) | unique' <<<"$output")" = \
		'[["TS001","render.template"]]' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}
