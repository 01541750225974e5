#!/usr/bin/env bats
# The pages that --format html makes: what is in them, and what a browser makes
# of them.

load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	printf '%s\n' >request \
		'{"time":"2026-01-02T03:04:05.005Z","kind":"span","name":"read","duration_ms":40,"status":"ok","trace":"t1","span":"2","parent":"1","service":"web","code_file":"/srv/app/a b.c","code_line":7,"src":"app.log","src_line":3}' \
		'{"time":"2026-01-02T03:04:05.045Z","kind":"span","name":"quick","duration_ms":10,"status":"ok","trace":"t1","span":"3","parent":"1","service":"web"}' \
		'{"time":"2026-01-02T03:04:05.045Z","kind":"span","name":"slow","duration_ms":30,"status":"ok","trace":"t1","span":"4","parent":"1","service":"web"}' \
		'{"time":"2026-01-02T03:04:05.081Z","kind":"span","name":"disk","duration_ms":15,"status":"error","trace":"t1","span":"6","parent":"5","service":"store","error_type":"EIO","error_message":"bad sector"}' \
		'{"time":"2026-01-02T03:04:05.078Z","kind":"span","name":"write","duration_ms":20,"status":"ok","trace":"t1","span":"5","parent":"1","service":"web"}' \
		'{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"GET /","duration_ms":100,"status":"ok","trace":"t1","span":"1","service":"web"}'
	tele-extract "$srcdir/examples/app.log" >app
	tele-timeline -f html --link 'vscode://file/{file}:{line}' request >t.html
	tele-heatmap -f html --rows 0 app >h.html
	tele-heatmap -f html --handler notifyUi app >l.html
	tele-graph -f html --all app >g.html
	tele-timeline -f html --slowest 3 app >s.html
	tele-timeline -f html --aggregate app >a.html
	start_browser
}

# One browser for all tests, if there is any; its address is in a file.
start_browser() {
	local packages=${builddir:-$srcdir}/tests/packages

	export NODE_PATH=$packages/node_modules
	command -v node >/dev/null || return 0
	command -v "${CHROMIUM:-chromium}" >/dev/null || return 0
	[ -d "$packages/node_modules/playwright-core" ] || return 0
	mkfifo stop
	CHROMIUM=$(command -v "${CHROMIUM:-chromium}") \
		node "$srcdir/tests/html/serve.js" <stop >endpoint 2>browser.log 3>&- &
	exec 8>stop
	for ((i = 0; i < 300; i++)); do
		[ ! -s endpoint ] || return 0
		sleep 0.1
	done
}

# The browser ends when nobody holds the other end of its standard input.
teardown_file() {
	exec 8>&-
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# Use the page $1 as stdin says; see html/drive.js.
drive() {
	timeout 120 node "$srcdir/tests/html/drive.js" "$(cat endpoint)" "$@"
}

needs_browser() {
	[ -s "$BATS_FILE_TMPDIR/endpoint" ] ||
		skip "node, chromium or what make packages fetches is not there"
}

# Standard output of what was done with the page, and no word beside it.
expect() {
	same
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# What is in a page as a reader of HTML sees it: every element with the names of
# its attributes, and how many of them; not the data.
skeleton() {
	python3 - "$1" <<-'EOF'
	import collections, html.parser, sys

	class Reader(html.parser.HTMLParser):
	    def handle_starttag(self, tag, attributes):
	        seen[tag, tuple(name for name, value in attributes)] += 1

	seen = collections.Counter()
	Reader().feed(open(sys.argv[1], encoding="utf-8").read())
	for (tag, names), count in sorted(seen.items()):
	    print(count, tag, *names)
	EOF
}

# The strings of the data of a page, as JSON.
strings() {
	python3 - "$1" <<-'EOF'
	import json, re, sys

	text = open(sys.argv[1], encoding="utf-8").read()
	data = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
	assert len(data) == 1
	print(json.dumps(json.loads(data[0])["strings"]))
	EOF
}

# --- the bytes ---------------------------------------------------------------

@test "html: a page names no other place, and is small" {
	for page in t h l g s a; do
		# Names of namespaces are no addresses.
		run grep -ciE "(src|href|url|import)[=( ]*[\"']?(https?:)?//" $page.html
		[ "$output" = 0 ]
		[ "$(tr -d '\n' <$page.html | sed 's/<script type="application.*<script>/<script>/; s/<div class="still">.*<dialog/<dialog/' | wc -c)" -lt 300000 ]
	done
}

@test "html: the policy allows its own style and script, and nothing else" {
	hash_of() {
		python3 - "$1" <<-'EOF2'
		import base64, hashlib, re, sys

		text = open("t.html", encoding="utf-8").read()
		inside = re.search("<%s>(.*?)</%s>" % (sys.argv[1], sys.argv[1]), text, re.S).group(1)
		print(base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode())
		EOF2
	}
	run grep -o 'Content-Security-Policy" content="[^"]*"' t.html
	same <<-EOF
	Content-Security-Policy" content="default-src 'none'; script-src 'sha256-$(hash_of script)'; style-src 'sha256-$(hash_of style)'; img-src data:; base-uri 'none'; form-action 'none'"
	EOF
	run grep -cE 'innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function' t.html
	[ "$output" = 0 ]
}

@test "html: the same events make the same bytes" {
	tele-timeline -f html --link 'vscode://file/{file}:{line}' request >again.html
	cmp t.html again.html
	tele-graph -f html --all app >again.html
	cmp g.html again.html
}

@test "html: 10,000 hostile names leave the skeleton of plain ones, and come back" {
	python3 - <<-'EOF'
	import json, random

	parts = ["</script>", "<!--", "-->", "<script>", "</style>", "</title>", "</svg>", '"', "'", "`",
	    "<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;", "&#x0;", "]]>", "\\", "\0",
	    "\u202e", "\u2066", "\u2028", "\u2029", "\ufffe", "\x1b[31m", "\u0085", "\t", "\n", "${x}",
	    "{{7*7}}", "@title@", "@data@", "\U0001f600", "e\u0301", "a" * 200]
	chance = random.Random(1)
	hostile = open("hostile", "w", encoding="utf-8")
	plain = open("plain", "w", encoding="utf-8")
	names = []
	for i in range(10000):
	    name = "%d%s" % (i, "".join(chance.choices(parts, k=chance.randint(1, 4))))
	    names.append(name)
	    for out, text in (hostile, name), (plain, "name%d" % i):
	        event = {"time": "2026-01-02T03:04:05.%06dZ" % i, "kind": "span", "name": text,
	            "duration_ms": 1, "trace": "t", "span": str(i), "service": text,
	            "code_file": text, "status": "error", "error_type": text}
	        if i > 0:
	            event["parent"] = "0"
	        out.write(json.dumps(event) + "\n")
	json.dump(names, open("names", "w", encoding="utf-8"))
	EOF
	for tool in "timeline" "heatmap --rows 0" "graph --all --edges calls"; do
		for kind in hostile plain; do
			# shellcheck disable=SC2086
			tele-$tool -f html $kind >$kind.html
			skeleton $kind.html >$kind.skeleton
		done
		diff plain.skeleton hostile.skeleton
		strings hostile.html >known
		run jq -n 'input as $names | (input | map({key: ., value: 1}) | from_entries) as $known |
			$names | map(select($known[.] | not)) | length' names known
		[ "$output" = 0 ]
	done
	tele-timeline -f html hostile >hostile.html
}

@test "html: names come back byte-equal in a browser, too" {
	needs_browser
	run --separate-stderr drive hostile.html <<-'EOF'
	value strings.filter(s => /^\d/.test(s)).length >= 10000
	focus #canvas
	press ArrowDown ArrowDown ArrowDown
	value document.querySelector('#details .name').textContent === strings[data.pictures[0].name[2]]
	value document.querySelectorAll('#list tbody tr:not(.spacer)')[2].querySelector('button').textContent === strings[data.pictures[0].name[2]]
	value document.querySelectorAll('script').length
	EOF
	expect <<-'EOF'
	true
	true
	true
	2
	EOF
}

# --- hands -------------------------------------------------------------------

# The plot is 522 pixels wide; z is the zoom, x where it begins, as a fraction.
@test "html: a page zooms and pans by mouse, keys and fingers" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	wheel 491 100 -300
	address
	click #fit
	address
	focus #canvas
	press + +
	address
	drag 500 300 to 400 300
	address
	press Shift+ArrowLeft
	address
	press 0
	pinch 391 591 300 to 341 641 300
	address
	EOF
	expect <<-'EOF'
	#z=1.82212&x=0.22559418

	#z=2.25000&x=0.27777778
	#z=2.25000&x=0.36292039
	#z=2.25000&x=0.31183482
	#z=1.50000&x=0.16666667
	EOF
}

@test "html: a search counts its matches and goes from one to the next" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	focus #canvas
	press /
	type W
	text #matches
	press Enter Enter
	text #matches
	text #details .name
	press Enter
	text #details .name
	press Shift+Enter
	text #details .name
	type xyz
	text #matches
	press Escape
	value document.getElementById('search').value === '' && location.hash.includes('q=')
	EOF
	expect <<-'EOF'
	5 matches
	2 of 5
	read
	quick
	read
	0 matches
	false
	EOF
}

@test "html: resting and focus tell the same, with a link to the code" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	hover 300 50
	text #tip p
	see #tip
	focus #canvas
	press ArrowDown ArrowDown
	text #details dt
	text #details dd
	value document.querySelector('#details a').getAttribute('href')
	value document.getElementById('details').getAttribute('aria-live')
	EOF
	expect <<-'EOF'
	read  web
	from 5 ms
	to 45 ms
	took 40 ms
	itself 40 ms
	on path 40 ms
	status ok
	code /srv/app/a b.c:7
	source app.log:3
	#tip is to be seen
	from
	to
	took
	itself
	on path
	status
	code
	source
	5 ms
	45 ms
	40 ms
	40 ms
	40 ms
	ok
	/srv/app/a b.c:7
	app.log:3
	vscode://file/srv/app/a%20b.c:7
	polite
	EOF
}

@test "html: --link leads from a heat map and a graph to the code, too" {
	needs_browser
	for tool in heatmap graph; do
		tele-$tool -f html --link 'editor://open?{file}+{line}' request >link.html
		run --separate-stderr drive link.html <<-'EOF'
		click #search
		type read
		press Enter
		value document.querySelector('#details a').getAttribute('href')
		EOF
		expect <<-'EOF'
		editor://open?/srv/app/a%20b.c+7
		EOF
	done
}

@test "html: --link can be no code, whatever the log says of a file" {
	needs_browser
	sed 's,/srv/app/a b.c,javascript:alert(1)//,' request >request.js
	tele-timeline -f html --link '{file}:{line}' request.js >j.html
	run --separate-stderr drive j.html <<-'EOF'
	focus #canvas
	press ArrowDown ArrowDown
	value document.querySelector('#details a').getAttribute('href')
	value document.querySelector('#details a').protocol
	EOF
	expect <<-'EOF'
	javascript%3Aalert(1)//:7
	file:
	EOF
}

@test "html: a click on a name filters, so do keys and buttons" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	clickat 50 50
	text #list tbody button
	text #filters
	click #filters button
	press x
	text #list tbody button
	press x
	focus #canvas
	press Escape ArrowDown ArrowDown ArrowDown ArrowDown ArrowDown
	click text=Only below write
	text #list tbody button
	text #list caption
	press Escape Escape
	text #list caption
	EOF
	expect <<-'EOF'
	read
	read ✕
	disk
	write
	disk
	2 rows of 6
	6 rows
	EOF
}

# All: 100 + 40 + 10 + 30 + 20 + 15 ms.  Rows 2 and 3: read and quick.
@test "html: an area is added up: count, failures, total, p95" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	focus #canvas
	press a
	text #sum dd
	hold Shift
	drag 232 45 to 600 72
	release Shift
	text #sum dd
	press Escape
	click #area
	drag 232 45 to 280 129
	text #sum dd
	EOF
	expect <<-'EOF'
	6
	1
	215 ms
	100 ms
	2
	0
	50 ms
	40 ms
	1
	0
	40 ms
	40 ms
	EOF
}

@test "html: the table sorts by any column, and chooses" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	click #list th[data-key=took] button
	text #list tbody button
	value document.querySelector('[aria-sort]').textContent + document.querySelector('[aria-sort]').getAttribute('aria-sort')
	click #list th[data-key=took] button
	text #list tbody button
	focus #list tbody tr:nth-child(3) button
	press Enter
	text #details .name
	address
	EOF
	expect <<-'EOF'
	GET /
	read
	slow
	write
	disk
	quick
	took ▼descending
	quick
	disk
	write
	slow
	read
	GET /
	disk
	#i=5&s=took
	EOF
}

@test "html: the address has all that one sees, and brings it back" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	press +
	type /
	type w
	focus #canvas
	press n n f
	click #list th[data-key=name] button
	address
	reload
	address
	text #matches
	text #details .name
	text #list tbody button
	EOF
	expect <<-'EOF'
	#z=1.50000&x=0.16666667&q=w&i=1&f=name-5&s=name
	#z=1.50000&x=0.16666667&q=w&i=1&f=name-5&s=name
	1 of 1
	read
	read
	EOF
	run --separate-stderr drive 't.html#z=x&x=9e99&y=-1&i=99999&f=below-77&f=__proto__-1&s=none&p=7&q=%00' <<-'EOF'
	text #list caption
	text #matches
	EOF
	expect <<-'EOF'
	6 rows
	0 matches
	EOF
}

@test "html: a page is light or dark as the reader prefers, the picture too" {
	needs_browser
	run --separate-stderr drive t.html <<-'EOF'
	value getComputedStyle(document.body).backgroundColor
	value Array.from(document.getElementById('canvas').getContext('2d').getImageData(300, 300, 1, 1).data).join()
	EOF
	expect <<-'EOF'
	rgb(255, 255, 255)
	255,255,255,255
	EOF
	run --separate-stderr drive t.html <<-'EOF'
	theme dark
	value getComputedStyle(document.body).backgroundColor
	value Array.from(document.getElementById('canvas').getContext('2d').getImageData(300, 300, 1, 1).data).join()
	EOF
	expect <<-'EOF'
	rgb(22, 24, 29)
	22,24,29,255
	EOF
}

@test "html: without scripts, and on paper, there are a picture and a table" {
	needs_browser
	NO_SCRIPTS=1 run --separate-stderr drive t.html <<-'EOF'
	see .still svg
	see .still table
	see #canvas
	see #tools
	text .still tbody tr:nth-child(2) td:nth-child(-n+6)
	EOF
	expect <<-'EOF'
	.still svg is to be seen
	.still table is to be seen
	#canvas is hidden
	#tools is hidden
	read
	web
	5 ms
	40 ms
	40 ms
	ok
	EOF
	run --separate-stderr drive t.html <<-'EOF'
	see .still svg
	media print
	see .still svg
	see .still table
	see #canvas
	EOF
	expect <<-'EOF'
	.still svg is hidden
	.still svg is to be seen
	.still table is to be seen
	#canvas is hidden
	EOF
}

@test "html: a page can be used by keys alone" {
	needs_browser
	run --separate-stderr drive s.html <<-'EOF'
	press Tab Tab Tab
	value document.activeElement.id
	press ?
	press Escape
	focus #canvas
	press ?
	see #help
	press Escape
	see #help
	press ]
	text #title
	press [ ArrowDown ArrowDown Enter
	text #details .name
	value location.hash.includes('z=')
	EOF
	expect <<-'EOF'
	previous
	#help is to be seen
	#help is hidden
	Control Panel UI Init
	Init
	false
	EOF
}

@test "html: axe finds nothing serious on any page, light or dark" {
	needs_browser
	for page in t h l g s a; do
		run --separate-stderr drive $page.html <<-'EOF'
		focus #canvas
		press ArrowDown ArrowDown
		axe
		theme dark
		axe
		EOF
		expect <<-'EOF'
		0 serious
		0 serious
		EOF
	done
}

# --- the pictures ------------------------------------------------------------

@test "html: the heat map has every event, also by area" {
	needs_browser
	run --separate-stderr drive h.html 1280 1400 <<-'EOF'
	focus #canvas
	press a
	text #sum dd:nth-of-type(-n+2)
	EOF
	expect <<-EOF
	$(jq -rn '[inputs | select(.kind == "beat")] | length' app)
	$(jq -rn '[inputs | select(.kind == "beat" and .status == "error")] | length' app)
	EOF
}

@test "html: the graph has every node and edge, where Graphviz put them" {
	command -v dot >/dev/null || skip "dot is not installed"
	needs_browser
	tele-graph -f ndjson --all app >records
	run --separate-stderr drive g.html <<-'EOF'
	value data.pictures[0].nodes.length
	value data.pictures[0].edges.length
	value /layout by Graphviz$/.test(document.getElementById('subtitle').textContent)
	value data.pictures[0].edges.points.every(p => p.length >= 8 && p.every(Number.isInteger))
	click #search
	type createnode
	press Enter
	text #details .name
	value location.hash.includes('z=')
	EOF
	expect <<-EOF
	$(grep -c '^{"node"' records)
	$(grep -c '^{"edge"' records)
	true
	true
	createNode
	true
	EOF
}

@test "html: without Graphviz the graph has a plain layout, and says so" {
	mkdir -p empty
	run env PATH="$BATS_FILE_TMPDIR/empty" "$(command -v tele-graph)" -f html app
	[ "$status" -eq 0 ]
	grep -q '<p>.*a plain layout, for want of Graphviz</p>' <<<"$output"
	# One that fails, talks nonsense or is of no use is as good as none.
	for words in 'exit 1' 'echo graph' 'echo node n0 1 1' 'echo graph 1 nan nan' 'kill -9 $$' 'cat /dev/zero | head -c 100000'; do
		printf '#!/bin/sh\nPATH=/usr/bin:/bin\n%s\n' "$words" >empty/dot
		chmod +x empty/dot
		run env PATH="$BATS_FILE_TMPDIR/empty" "$(command -v tele-graph)" -f html app
		[ "$status" -eq 0 ]
		grep -q '<p>.*a plain layout, for want of Graphviz</p>' <<<"$output"
	done
}

@test "html: a plain layout puts no box on another, and draws every line" {
	run env PATH="$BATS_FILE_TMPDIR/empty" "$(command -v tele-graph)" -f html --all --edges follows,calls,state app
	echo "$output" >plain-layout.html
	run python3 - plain-layout.html <<-'EOF'
	import json, re, sys

	text = open(sys.argv[1], encoding="utf-8").read()
	data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1)
	graph = json.loads(data)["pictures"][0]
	nodes, edges = graph["nodes"], graph["edges"]
	boxes = list(zip(nodes["x"], nodes["y"], nodes["width"], nodes["height"]))
	on = [(a, b) for a in boxes for b in boxes if a < b and
	    a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]]
	print(len(boxes) > 40, on, all(len(p) == 8 for p in edges["points"]),
	    len(edges["points"]) == edges["length"])
	EOF
	[ "$output" = "True [] True True" ]
}

@test "html: a Graphviz that does not come to an end is not waited for" {
	mkdir -p slow
	printf '#!/bin/sh\nexec /bin/sleep 100\n' >slow/dot
	chmod +x slow/dot
	run timeout 60 env PATH="$BATS_FILE_TMPDIR/slow" "$(command -v tele-graph)" -f html app
	[ "$status" -eq 0 ]
	grep -q '<p>.*a plain layout, for want of Graphviz</p>' <<<"$output"
}

@test "html: pages of nothing, of no time and of no duration are pages, too" {
	needs_browser
	local keys='press Tab Tab + - 0 a x x ]'

	: >none
	echo '{"kind":"beat","handler":"x","trace":"t","span":"1"}' >timeless
	echo '{"time":"2026-01-02T03:04:05.001Z","kind":"beat","handler":"x","trace":"t","span":"1","duration_ms":0}' >zero
	for tool in timeline heatmap graph; do
		for input in none timeless zero; do
			tele-$tool -f html $input >odd.html
			run --separate-stderr drive odd.html <<<"$keys"
			[ "$output" = "" ]
			[ "$stderr" = "" ]
			[ "$status" -eq 0 ]
		done
	done
}

@test "html: 100,000 spans are all there" {
	needs_browser
	awk 'BEGIN {
		for (i = 0; i < 100000; i++)
			printf "{\"time\":\"2026-01-02T03:04:%02d.%06dZ\",\"kind\":\"span\",\"name\":\"n%d\",\"duration_ms\":%d,\"trace\":\"t\",\"span\":\"%d\"%s}\n",
				int(i / 10000), i % 10000 * 100, i % 500, i ? i % 90 + 1 : 10000, i,
				i ? ",\"parent\":\"" int((i - 1) / 8) "\"" : ""
	}' >many
	tele-timeline -f html many >many.html
	run --separate-stderr drive many.html <<-'EOF'
	text #list caption
	focus #canvas
	press a
	value Number(document.querySelector("#sum dd").textContent) > 10
	press End PageUp
	value document.querySelectorAll('#list tr').length < 100
	value document.querySelectorAll(".still tr").length < 120
	press Home /
	type n123
	text #matches
	EOF
	expect <<-'EOF'
	100,000 rows
	true
	true
	true
	200 matches
	EOF
}
