#!/usr/bin/env bats
# tele-fmt: the forms for findings, and what other programs make of them.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >found <<-'EOF'
	{"finding":"TS003","severity":"error","message":"Cart Add: step 'cart:save' came before 'cart:price'","expected":["a","b"],"observed":["b","a"],"count":5,"sequence":"Cart Add","handler":"save","code_file":"src/cart.ts","code_line":12,"doc_file":"docs.yaml","doc_line":7,"src":"app.log","src_line":30}
	{"finding":"TS006","severity":"warning","message":"100 % <new> & \"odd\", a:b","count":1,"src":"my log/ü.log","src_line":7}
	{"finding":"TS007","severity":"note","message":"sequence 'Cart Drop' never ran # TODO","doc_file":"docs.yaml","doc_line":2}
	{"finding":"TC004","severity":"note","message":"GET / is not in the code","count":12,"src":"-","src_line":1}
	EOF
	# Names as hostile as they come, in each place that has a name.
	jq -nc '"a\u001b[31m\u0000\n\r\u202e\ufffe]]><!--\"%0A::error::# TODO \\ \u0085é" as $x |
		{finding: ("TS003" + $x), severity: "error", message: $x,
		count: 2, code_file: $x, code_line: 1, src: $x, src_line: 1},
		{finding: "TS001", severity: $x, message: $x, src: ($x + "2")}' >hostile
}

# --- gcc ------------------------------------------------------------------------

@test "findings: gcc has a line as a compiler writes it, and where it was seen" {
	run --separate-stderr tele-fmt gcc found
	same <<-'EOF'
	src/cart.ts:12:1: error: Cart Add: step 'cart:save' came before 'cart:price' (5 times) [TS003]
	app.log:30:1: note: first seen here [TS003]
	my log/ü.log:7:1: warning: 100 % <new> & "odd", a:b [TS006]
	docs.yaml:2:1: note: sequence 'Cart Drop' never ran # TODO [TS007]
	tele: note: GET / is not in the code (12 times) [TC004]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "findings: vim opens what gcc writes, each at its place" {
	command -v vim >/dev/null || skip "vim is not installed"
	vim --version | grep -q '+quickfix' || skip "this vim has no quickfix"
	mkdir src 'my log'
	seq 40 | tee src/cart.ts app.log 'my log/ü.log' >docs.yaml
	tele-fmt gcc found >errors
	# What the list says, and where the cursor is at each of its entries.
	cat >go.vim <<-'EOF'
	for entry in getqflist()
		if entry.valid
			call writefile([bufname(entry.bufnr) . "|" . entry.lnum .
				\ "|" . entry.type . "|" . entry.text], "listed", "a")
		endif
	endfor
	cfirst
	for i in range(4)
		call writefile([expand("%") . ":" . getline(".")], "visited", "a")
		silent! cnext
	endfor
	qall!
	EOF
	run --separate-stderr env LC_ALL=C.UTF-8 timeout 20 vim -es -u NONE -N \
		-q errors -S go.vim </dev/null
	[ "$status" -eq 0 ]
	output=$(<listed)
	same <<-'EOF'
	src/cart.ts|12|| error: Cart Add: step 'cart:save' came before 'cart:price' (5 times) [TS003]
	app.log|30|| note: first seen here [TS003]
	my log/ü.log|7|| warning: 100 % <new> & "odd", a:b [TS006]
	docs.yaml|2|| note: sequence 'Cart Drop' never ran # TODO [TS007]
	EOF
	output=$(<visited)
	same <<-'EOF'
	src/cart.ts:12
	app.log:30
	my log/ü.log:7
	docs.yaml:2
	EOF
}

# --- sarif ----------------------------------------------------------------------

@test "findings: sarif has rules, places and evidence" {
	run --separate-stderr tele-fmt sarif found
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	output=$(jq -c '.version, (.runs[] | (.tool.driver.rules[] |
		[.id, .shortDescription.text]), (.results[] |
		[.ruleId, .ruleIndex, .level, .message.text, .occurrenceCount,
		(.locations, .relatedLocations |
			.[0].physicalLocation // {} |
			[.artifactLocation.uri, .region.startLine])]))' <<<"$output")
	same <<-'EOF'
	"2.1.0"
	["TS003","Steps came in another order."]
	["TS006","A sequence ran that is not documented."]
	["TS007","A documented sequence never ran."]
	["TC004","Production runs something that is not in the code."]
	["TS003",0,"error","Cart Add: step 'cart:save' came before 'cart:price'",5,["src/cart.ts",12],["app.log",30]]
	["TS006",1,"warning","100 % <new> & \"odd\", a:b",1,["my%20log/%C3%BC.log",7],[null,null]]
	["TS007",2,"note","sequence 'Cart Drop' never ran # TODO",null,["docs.yaml",2],[null,null]]
	["TC004",3,"note","GET / is not in the code",12,[null,null],[null,null]]
	EOF
}

@test "findings: sarif is valid by its schema, whatever the names are" {
	needs_packages
	command -v node >/dev/null || skip "node is not installed"
	cp "$srcdir/tests/packages/sarif.js" .
	ln -s "$packages/node_modules" node_modules
	for input in found hostile /dev/null; do
		tele-fmt sarif "$input" >result
		run --separate-stderr node sarif.js <result
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	# The validator tells what is none.
	tele-fmt sarif found | sed 's/"startLine":12/"startLine":0/' >result
	run --separate-stderr node sarif.js <result
	[ "$output" = ".runs[0].results[0].locations[0].physicalLocation.region.startLine should be >= 1" ]
	[ "$status" -eq 1 ]
}

@test "findings: the fingerprint of sarif stays when only counts and lines change" {
	fingerprints() {
		tele-fmt sarif "$1" | jq -r '.runs[0].results[].partialFingerprints[]'
	}
	fingerprints found >before
	[ "$(sort -u before | wc -l)" -eq 4 ]
	jq -c '.count = 77 | .code_line = 3 | .src = "other.log" | .src_line = 9 |
		.message += "!" | .severity = "note"' found >later
	run --separate-stderr fingerprints later
	same <before
	# Another step, rule or file is another finding.
	jq -c '.handler = "x", .finding = "TS002", .code_file = "x",
		.observed = ["x"]' found >others
	[ "$(fingerprints others | grep -cFf before)" -eq 0 ]
}

@test "findings: sarif has no more results than a run may have" {
	yes '{"finding":"TS006","severity":"note","message":"m"}' |
		head -n 25003 >many
	run --separate-stderr tele-fmt sarif many
	[ "$(jq '.runs[0].results | length' <<<"$output")" -eq 25000 ]
	[ "$stderr" = "tele-fmt: only the first 25000 of 25003 findings are written, which is what a run may have" ]
	[ "$status" -eq 0 ]
}

# --- junit ----------------------------------------------------------------------

@test "findings: junit has a case each; errors fail, warnings are skipped" {
	run --separate-stderr tele-fmt junit found
	same <<-'EOF'
	<?xml version="1.0" encoding="UTF-8"?>
	<testsuites name="tele" tests="4" failures="1" errors="0" time="0">
	 <testsuite name="tele" tests="4" failures="1" errors="0" skipped="1" time="0">
	  <testcase classname="TS003" name="Cart Add: step &#39;cart:save&#39; came before &#39;cart:price&#39;" time="0">
	   <failure message="Cart Add: step &#39;cart:save&#39; came before &#39;cart:price&#39;" type="TS003">src/cart.ts:12 count 5</failure>
	  </testcase>
	  <testcase classname="TS006" name="100 % &lt;new&gt; &amp; &quot;odd&quot;, a:b" time="0">
	   <skipped message="100 % &lt;new&gt; &amp; &quot;odd&quot;, a:b">my log/ü.log:7 count 1</skipped>
	  </testcase>
	  <testcase classname="TS007" name="sequence &#39;Cart Drop&#39; never ran # TODO" time="0">
	   <system-out>docs.yaml:2</system-out>
	  </testcase>
	  <testcase classname="TC004" name="GET / is not in the code" time="0">
	   <system-out>count 12</system-out>
	  </testcase>
	 </testsuite>
	</testsuites>
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "findings: junit is XML that parsers take, whatever the names are" {
	command -v xmllint >/dev/null || skip "xmllint is not installed"
	tele-fmt junit hostile >result.xml
	run --separate-stderr xmllint --noout result.xml
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# As a parser reads it, it is what a terminal may show.
	run --separate-stderr xmllint --xpath \
		'string((//testcase)[2]/@name)' result.xml
	same <<-'EOF'
	a\u001b[31m\u0000\u000a\u000d\u202e�]]><!--"%0A::error::# TODO \ \u0085é
	EOF
	[ "$(xmllint --xpath 'count(//testcase)' result.xml)" -eq 2 ]
	[ "$(xmllint --xpath 'count(//failure)' result.xml)" -eq 1 ]
}

# --- tap and github ---------------------------------------------------------------

@test "findings: tap has a test each, and what it says is no directive" {
	run --separate-stderr tele-fmt tap found
	same <<-'EOF'
	TAP version 13
	not ok 1 - Cart Add: step 'cart:save' came before 'cart:price' [TS003]
	  ---
	  severity: "error"
	  count: "5"
	  file: "src/cart.ts"
	  line: "12"
	  ...
	ok 2 - 100 % <new> & "odd", a:b [TS006]
	  ---
	  severity: "warning"
	  count: "1"
	  file: "my log/ü.log"
	  line: "7"
	  ...
	ok 3 - sequence 'Cart Drop' never ran \# TODO [TS007]
	  ---
	  severity: "note"
	  file: "docs.yaml"
	  line: "2"
	  ...
	ok 4 - GET / is not in the code [TC004]
	  ---
	  severity: "note"
	  count: "12"
	  ...
	1..4
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "findings: prove counts the tests that tap has" {
	command -v prove >/dev/null || skip "prove is not installed"
	tele-fmt tap found >found.tap
	run --separate-stderr prove -e cat found.tap
	[[ "$output" == *"Failed test:  1"* ]]
	[[ "$output" == *"Failed 1/4 subtests"* ]]
	[ "$status" -eq 1 ]
	tele-fmt tap /dev/null >none.tap
	run --separate-stderr prove -e cat none.tap
	[ "$status" -eq 0 ]
	tele-fmt tap hostile >hostile.tap
	run --separate-stderr prove -e cat hostile.tap
	[[ "$output" == *"Failed 1/2 subtests"* ]]
}

@test "findings: github has a workflow command each" {
	run --separate-stderr tele-fmt github found
	same <<-'EOF'
	::error file=src/cart.ts,line=12,title=TS003::Cart Add: step 'cart:save' came before 'cart:price' (5 times)
	::warning file=my log/ü.log,line=7,title=TS006::100 %25 <new> & "odd", a:b
	::notice file=docs.yaml,line=2,title=TS007::sequence 'Cart Drop' never ran # TODO
	::notice title=TC004::GET / is not in the code (12 times)
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# No name begins a command of its own, or another property.
	run --separate-stderr tele-fmt github hostile
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[1]%%::*}" = "" ]
	[[ "${lines[1]}" == "::warning file=a\u001b[31m\u0000\u000a\u000d\u202e"*"%250A%3A%3Aerror%3A%3A# TODO "* ]]
}

# --- for people -------------------------------------------------------------------

@test "findings: a table has them as sentences, with where they are" {
	run --separate-stderr tele-fmt found
	same <<-'EOF'
	error    TS003   5  Cart Add: step 'cart:save' came before 'cart:price'
	         src/cart.ts:12, first seen at app.log:30
	warning  TS006   1  100 % <new> & "odd", a:b
	         my log/ü.log:7
	note     TS007      sequence 'Cart Drop' never ran # TODO
	         docs.yaml:2
	note     TC004  12  GET / is not in the code
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-fmt --width 50 found
	output=$(head -n 3 <<<"$output")
	same <<-'EOF'
	error    TS003   5  Cart Add: step 'cart:save'
	                    came before 'cart:price'
	         src/cart.ts:12, first seen at app.log:30
	EOF
	# Columns are for who asks for them.
	run --separate-stderr tele-fmt --columns finding,count found
	output=$(head -n 2 <<<"$output")
	same <<-'EOF'
	finding  count
	TS003        5
	EOF
}

@test "findings: md is a table of sentences, in which text is nothing but text" {
	run --separate-stderr tele-fmt md found
	same <<-'EOF'
	| | rule | what | count | where |
	| --- | --- | --- | ---: | --- |
	| error | TS003 | Cart Add: step 'cart:save' came before 'cart:price' | 5 | src/cart.ts:12, first seen at app.log:30 |
	| warning | TS006 | 100 % \<new\> \& "odd", a:b | 1 | my log/ü.log:7 |
	| note | TS007 | sequence 'Cart Drop' never ran \# TODO |  | docs.yaml:2 |
	| note | TC004 | GET / is not in the code | 12 |  |
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- all forms --------------------------------------------------------------------

@test "findings: what is no finding is reported, the others are written" {
	for form in gcc sarif junit tap github; do
		run --separate-stderr tele-fmt $form <(echo '{"handler":"a","count":1}') found
		[[ "$output" == *"Cart Drop"* ]]
		[[ "$stderr" == *":1:1: not a finding" ]]
		[ "$status" -eq 2 ]
	done
}

@test "findings: a run without any is a result, too" {
	for form in gcc github table; do
		run --separate-stderr tele-fmt $form </dev/null
		[ "$output" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-fmt tap </dev/null
	same <<-'EOF'
	TAP version 13
	ok 1 - no findings
	1..1
	EOF
	run --separate-stderr tele-fmt junit </dev/null
	same <<-'EOF'
	<?xml version="1.0" encoding="UTF-8"?>
	<testsuites name="tele" tests="1" failures="0" errors="0" time="0">
	 <testsuite name="tele" tests="1" failures="0" errors="0" skipped="0" time="0">
	  <testcase classname="tele" name="no findings" time="0"/>
	 </testsuite>
	</testsuites>
	EOF
	run --separate-stderr tele-fmt sarif </dev/null
	[ "$(jq -c '.runs[0].results' <<<"$output")" = '[]' ]
}

@test "findings: the rules that sarif explains are those of the manual" {
	for page in check cover diff; do
		# What is behind a semicolon is for the page alone.
		sed -n 's/^\.Fl -aa \.$/--aa./;s/;$/./
			/^\.It T[SDC]0/,/^\.El/{/^\.\(El\|Cm\)/!p}' \
			"$srcdir/man/tele-$page.1" |
			awk '/^\.It/ { if (id) print id text; id = $2; text = ""; next }
				{ text = text " " $0 }
				END { print id text }' | sed 's/; class$/./'
	done | sort >manual
	cut -d ' ' -f 1 manual |
		jq -Rc '{finding: ., severity: "note", message: "m"}' >all
	run --separate-stderr tele-fmt sarif all
	output=$(jq -r '.runs[0].tool.driver.rules[] |
		"\(.id) \(.shortDescription.text)"' <<<"$output")
	same <manual
	[ "$(wc -l <manual)" -eq 31 ]
}
