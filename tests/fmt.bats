#!/usr/bin/env bats
# tele-fmt: each form, each option, and what a terminal gets.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >rows <<-'EOF'
	{"handler":"createNode","plugin":"CanvasComponentPlugin","count":2,"errors":0,"total_ms":1234.5,"p95_ms":9.25}
	{"handler":"notifyUi","plugin":"ControlPanelPlugin","count":10,"errors":3,"total_ms":3.125,"p95_ms":0.5}
	EOF
	tele-stats "$srcdir/tests/formats/conductor-errors-iso/expect.ndjson" \
		>statistics
}

needs_python() {
	python3 -c '' 2>/dev/null || skip "python3 is not installed"
}

# What the CSV file $1 contains, as JSON: one array a line.
parse_csv() {
	python3 -c '
import csv, json, sys
for row in csv.reader(open(sys.argv[1], newline="")):
    print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
' "$1"
}

# Run a command on a terminal of $1 columns: its output is in $output.
on_terminal() {
	run --separate-stderr env -u COLUMNS -u NO_COLOR LC_ALL=C.UTF-8 \
		TERM=xterm script -qec "stty cols $1; $2" /dev/null </dev/null
	output=${output//$'\r'/}
}

# --- tables ------------------------------------------------------------------

@test "fmt: a table is the default; texts to the left, numbers to the right" {
	run --separate-stderr tele-fmt rows
	same <<-'EOF'
	handler     plugin                 count  errors  total ms  p95 ms
	createNode  CanvasComponentPlugin      2       0      1234   9.250
	notifyUi    ControlPanelPlugin        10       3         3   0.500
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-fmt table rows
	[ "${#lines[@]}" -eq 3 ]
}

@test "fmt: numbers of a column have the decimals that its largest needs" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"a_ms":0.25,"b_ms":12.5,"c_ms":-123.456,"d_ms":1000.4,"n":1}
	{"a_ms":9.1234,"b_ms":0.125,"c_ms":1,"d_ms":0.6,"n":200}
	EOF
	same <<-'EOF'
	 a ms   b ms    c ms  d ms    n
	0.250  12.50  -123.5  1000    1
	9.123   0.12     1.0     1  200
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: whole numbers are shown as they are" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"n":9007199254740993}
	{"n":18446744073709551615}
	EOF
	same <<-'EOF'
	                   n
	    9007199254740993
	18446744073709551615
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: a column with one text in it is no column of numbers" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"line":"seven","n":1.5}
	{"line":17,"n":null}
	{"line":null,"n":20}
	EOF
	same <<-'EOF'
	line       n
	seven   1.50
	17
	       20.00
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: what is nested is shown as JSON, true and false as they are" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"added":["a","b"],"x":{"y":[1,{}]},"z":true}
	{"added":[],"x":{},"z":false}
	EOF
	same <<-'EOF'
	added      x             z
	["a","b"]  {"y":[1,{}]}  true
	[]         {}            false
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: wide and combining characters keep columns aligned" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"name":"日本語","n":1}
	{"name":"caf\u0065\u0301","n":22}
	{"name":"🎼 x","n":333}
	EOF
	same < <(printf '%s\n' 'name      n' '日本語    1' $'cafe\xcc\x81     22' \
		'🎼 x    333')
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: a key that comes later has its column where the record has it" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"a":1,"z":2}
	{"a":1,"m":"x","z":2}
	{"first":0,"z":2}
	EOF
	same <<-'EOF'
	first  a  m  z
	       1     2
	       1  x  2
	    0        2
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: a key after the first thousand records has no column" {
	{
		yes '{"a":1}' | head -n 999
		echo '{"a":1,"just":"in time"}'
		echo '{"a":1,"late":"yes"}'
	} >many
	run --separate-stderr tele-fmt many
	[ "${#lines[@]}" -eq 1002 ]
	[ "${lines[0]}" = "a  just" ]
	[ "${lines[1000]}" = "1  in time" ]
	[ "${lines[1001]}" = "1" ]
	[ "$stderr" = "tele-fmt: some keys came too late to get a column" ]
	[ "$status" -eq 0 ]
}

@test "fmt: empty input is an empty table, in every form" {
	for form in table tsv csv md; do
		run --separate-stderr tele-fmt $form </dev/null
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

# --- options -----------------------------------------------------------------

@test "fmt: --columns shows these, in this order" {
	run --separate-stderr tele-fmt --columns p95_ms,handler -c count rows
	same <<-'EOF'
	p95 ms  handler     count
	 9.250  createNode      2
	 0.500  notifyUi       10
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-fmt csv -c count,count,handler rows
	same < <(printf '%s\r\n' count,handler 2,createNode 10,notifyUi)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: --columns says which key no record has, and shows the others" {
	run --separate-stderr tele-fmt --columns handler,size rows
	same <<-'EOF'
	handler
	createNode
	notifyUi
	EOF
	[ "$stderr" = "tele-fmt: no record has the column 'size'" ]
	[ "$status" -eq 0 ]

	tele-fmt --columns size rows >nothing
	[ "$(wc -c <nothing)" -eq 0 ]
}

@test "fmt: --columns all shows every column, however wide" {
	on_terminal 60 "tele-fmt --color never --columns all statistics"
	[ "$(head -n 1 <<<"$output" | wc -w)" -eq 26 ]
	[[ $output != *'not shown'* ]]
	[ "$status" -eq 0 ]
}

@test "fmt: --width elides the middle of texts, and never a number" {
	shown=handler,plugin,count,errors,p95_ms
	run --separate-stderr tele-fmt --width 60 -c $shown rows
	same <<-'EOF'
	handler     plugin                 count  errors  p95 ms
	createNode  CanvasComponentPlugin      2       0   9.250
	notifyUi    ControlPanelPlugin        10       3   0.500
	EOF
	run --separate-stderr tele-fmt --width 50 -c $shown rows
	same <<-'EOF'
	handler     plugin           count  errors  p95 ms
	createNode  CanvasC…tPlugin      2       0   9.250
	notifyUi    Control…lPlugin     10       3   0.500
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: --ascii draws without Unicode" {
	run --separate-stderr tele-fmt --ascii --width 63 \
		-c handler,plugin,count,errors,total_ms rows
	same <<-'EOF'
	handler     plugin           count  errors  total ms
	createNode  CanvasC~tPlugin      2       0      1234 ##########
	notifyUi    Control~lPlugin     10       3         3
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: --width draws a bar beside the total time" {
	run --separate-stderr tele-fmt --width 80 -c handler,total_ms <<-'EOF'
	{"handler":"a","total_ms":80}
	{"handler":"b","total_ms":43}
	{"handler":"c","total_ms":1}
	{"handler":"d","total_ms":0}
	EOF
	same <<-'EOF'
	handler  total ms
	a              80 ██████████
	b              43 █████▍
	c               1 ▏
	d               0
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: --width 80 and 200 are kept by every line" {
	for width in 80 100 200; do
		run --separate-stderr tele-fmt --width $width statistics
		widest=$(LC_ALL=C.UTF-8 wc -L <<<"$output")
		[ "$widest" -le $width ] ||
			{ echo "$widest columns of $width"; false; }
		[[ ${lines[0]} =~ ^handler\ +plugin\ +count\ +errors\ .*total\ ms ]]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "fmt: --width keeps the time of events, and hides what events can spare" {
	cat >events <<-'EOF'
	{"time":"2026-01-02T03:04:05.678Z","kind":"beat","name":"app:theme:toggle","duration_ms":3.2,"self_ms":3.2,"status":"ok","trace":"toggle-1767323046000-abc123def","span":"b10","parent":"m8","plugin":"HeaderPlugin","sequence":"Header Theme Toggle","movement":"Toggle","beat":1,"event":"app:theme:toggle","handler":"toggleTheme","src":"app.log","src_line":10}
	EOF
	run --separate-stderr tele-fmt --width 80 events
	same <<-'EOF'
	time                      kind  name        duration ms  plugin      handler
	2026-01-02T03:04:05.678Z  beat  app:…oggle        3.200  Head…lugin  toggleTheme
	not shown: self ms, status, trace, span, parent, sequence, movement, beat,
	           event, src, src line
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	for width in 40 60 100 140; do
		run --separate-stderr tele-fmt --width $width events
		[ "$(wc -L <<<"$output")" -le $width ]
		[[ ${lines[0]} == "time  "* ]]
		[[ ${lines[1]} == "2026-01-02T03:04:05.678Z  "* ]]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "fmt: --width leaves out the bar where it makes a table too wide" {
	run --separate-stderr tele-fmt --width 52 rows
	[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 52 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ $output == *1234* ]]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: --width says which columns it leaves out, the least first" {
	run --separate-stderr tele-fmt --width 80 statistics
	[ "${lines[0]}" = "handler            plugin             count  errors  total ms             p95 ms" ]
	output=$(sed -n '/^not shown: /,$p' <<<"$output" | xargs)
	[ "$output" = "not shown: error rate, self ms, min ms, mean ms, p50 ms, p90 ms, p99 ms, max ms, first, last" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: --color always marks headings and errors, never neither" {
	run --separate-stderr tele-fmt --color always -c handler,errors rows
	same < <(printf '%s\n' $'\e[1mhandler     errors\e[0m' \
		'createNode       0' $'notifyUi    \e[31m     3\e[0m')
	run --separate-stderr tele-fmt --color=never -c handler,errors rows
	same <<-'EOF'
	handler     errors
	createNode       0
	notifyUi         3
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-fmt --color sometimes rows
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-fmt: invalid WHEN 'sometimes' for --color" ]
	[ "$status" -eq 2 ]
}

@test "fmt: colours are for terminals, and for those who want them" {
	esc=$'\e'
	on_terminal 80 "tele-fmt rows"
	[[ $output == *"${esc}[1mhandler"* ]]
	on_terminal 80 "NO_COLOR=1 tele-fmt rows"
	[[ $output != *"$esc"* ]]
	on_terminal 80 "TERM=dumb tele-fmt rows"
	[[ $output != *"$esc"* ]]
	on_terminal 80 "NO_COLOR=1 tele-fmt --color always rows"
	[[ $output == *"${esc}[1mhandler"* ]]
	on_terminal 80 "tele-fmt rows | cat"
	[[ $output != *"$esc"* ]]
	[ "$status" -eq 0 ]
}

@test "fmt: a terminal's width counts, and COLUMNS where it does not say" {
	on_terminal 90 "tele-fmt --color never rows"
	[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -gt 66 ]
	on_terminal 66 "tele-fmt --color never rows"
	[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 66 ]
	on_terminal 0 "COLUMNS=66 tele-fmt --color never rows"
	[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 66 ]
	[ "$status" -eq 0 ]
}

# --- other forms -------------------------------------------------------------

# A record with everything that a form might trip over.
awkward() {
	cat <<-'EOF'
	{"plain":"x","quote":"a \"b\"","comma":"1,2","lines":"a\nb","tab":"a\tb","back":"a\\b","lead":" a ","nest":[1,{"k":"v,w"}],"n":-1.50,"none":null,"uni":"é😀"}
	{"plain":"","n":1e3}
	EOF
}

@test "fmt: tsv has one line a record; tab, newline and backslash are escaped" {
	run --separate-stderr tele-fmt tsv < <(awkward)
	same < <(printf '%s\t' plain quote comma lines tab back lead nest n none
		echo uni
		printf '%s\t' x 'a "b"' 1,2 'a\nb' 'a\tb' 'a\\b' ' a ' \
			'[1,{"k":"v,w"}]' -1.50 ''
		echo é😀
		printf '\t\t\t\t\t\t\t\t1e3\t\t\n')
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: csv reads back as what it was" {
	needs_python
	awkward | grep -v '^$' >odd
	run --separate-stderr tele-fmt csv odd
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	tele-fmt csv odd >odd.csv
	run --separate-stderr parse_csv odd.csv
	# A control character is shown by its number: no cell has two lines.
	same <<-'EOF'
	["plain","quote","comma","lines","tab","back","lead","nest","n","none","uni"]
	["x","a \"b\"","1,2","a\\u000ab","a\\u0009b","a\\b"," a ","[1,{\"k\":\"v,w\"}]","-1.50","","é😀"]
	["","","","","","","","","1e3","",""]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: csv of statistics has their numbers unchanged" {
	needs_python
	tele-fmt csv statistics >statistics.csv
	run --separate-stderr parse_csv statistics.csv
	same < <(jq -s -c '(.[0] | keys_unsorted) as $keys
		| $keys, (.[] | . as $row | $keys
			| map($row[.] // "" | tostring))' statistics)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: headings are escaped like cells, in every form" {
	needs_python
	cat >keys <<-'EOF'
	{"a,b":1,"q\"":2,"t\tb":3,"\u00e9|":4}
	EOF
	tele-fmt csv keys >keys.csv
	run --separate-stderr parse_csv keys.csv
	same <<-'EOF'
	["a,b","q\"","t\\u0009b","é|"]
	["1","2","3","4"]
	EOF
	run --separate-stderr tele-fmt tsv keys
	same < <(printf '%s\t%s\t%s\t%s\n' a,b 'q"' 't\tb' 'é|' 1 2 3 4)
	run --separate-stderr tele-fmt md keys
	same <<-'EOF'
	| a,b | q" | t\\u0009b | é\| |
	| ---: | ---: | ---: | ---: |
	| 1 | 2 | 3 | 4 |
	EOF
	run --separate-stderr tele-fmt keys
	same <<-'EOF'
	a,b  q"  t\u0009b  é|
	  1   2         3   4
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: csv gives a text that looks like a formula an apostrophe" {
	needs_python
	cat >formulas <<-'EOF'
	{"name":"=1+1","n":-1}
	{"name":"+1","n":1}
	{"name":"-1","n":1}
	{"name":"@SUM(A1)","n":1}
	{"name":"\t=1","n":1}
	{"name":"  =1","n":1}
	{"name":"a=1","n":1}
	EOF
	tele-fmt csv formulas >formulas.csv
	run --separate-stderr parse_csv formulas.csv
	same <<-'EOF'
	["name","n"]
	["'=1+1","-1"]
	["'+1","1"]
	["'-1","1"]
	["'@SUM(A1)","1"]
	["'\\u0009=1","1"]
	["'  =1","1"]
	["a=1","1"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: csv gives a heading that looks like a formula an apostrophe" {
	needs_python
	echo '{"=1+1":"a","@b":"c"}' | tele-fmt csv >keys.csv
	run --separate-stderr parse_csv keys.csv
	same <<-'EOF'
	["'=1+1","'@b"]
	["a","c"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: md is a table whose text is nothing but text" {
	run --separate-stderr tele-fmt md <<-'EOF'
	{"handler":"a|b\n`c`","total_ms":12.5,"note":"*x* _y_ [z](u) <b> ~~s~~ # \\ &amp; ![i]"}
	{"handler":"plain","total_ms":1}
	EOF
	same <<-'EOF'
	| handler | total ms | note |
	| --- | ---: | --- |
	| a\|b\\u000a\`c\` | 12.50 | \*x\* \_y\_ \[z\]\(u\) \<b\> \~\~s\~\~ \# \\ \&amp; \!\[i\] |
	| plain | 1.00 |  |
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "fmt: no control or bidi character gets out, in any form" {
	printf '{"a":"\\u001b[31m \\u009b \\u202e \\u0007","b\\u001b":"\x7f"}\n' >bad
	printf '{"a":"\xc2\x9b \xe2\x80\xae","b\\u001b":"x"}\n' >>bad
	for form in table tsv csv md; do
		run --separate-stderr tele-fmt $form bad
		[ "$(LC_ALL=C tr -d '\1-\10\13\14\16-\37\177' <<<"$output")" = \
			"$output" ]
		[[ $output != *$'\xc2\x9b'* ]]
		[[ $output != *$'\xe2\x80\xae'* ]]
		[[ $output == *u001b* ]]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "fmt: more records than are looked at first go through all the same" {
	jq -n -c 'range(2500) | {n: ., name: "row \(.)"}' >many
	for form in table tsv csv md; do
		run --separate-stderr tele-fmt $form many
		[ "$(grep -c 'row [0-9]' <<<"$output")" -eq 2500 ]
		[[ ${lines[-1]} == *"row 2499"* ]]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

# --- input -------------------------------------------------------------------

@test "fmt: rows are shown while more may still come" {
	mkfifo pipe
	tele-fmt <pipe >shown 2>messages 3>&- &
	reader=$!
	exec 9>pipe
	echo '{"handler":"first","count":1}' >&9
	for _ in {1..100}; do [ ! -s shown ] || break; sleep 0.1; done
	[ "$(wc -l <shown)" -eq 2 ]
	echo '{"handler":"second","count":2}' >&9
	for _ in {1..100}; do
		[ "$(wc -l <shown)" -lt 3 ] || break
		sleep 0.1
	done
	run --separate-stderr cat shown
	exec 9>&-
	wait $reader
	same <<-'EOF'
	handler  count
	first        1
	second       2
	EOF
	[ "$(<messages)" = "" ]
}

@test "fmt: a line that is no object is reported, the rest is shown" {
	run --separate-stderr tele-fmt <<-'EOF'
	{"a":1}
	17
	[{"a":2}]

	{"a" 3}
	{"a":4}
	EOF
	same <<-'EOF'
	a
	1
	4
	EOF
	[ "${stderr_lines[0]}" = "tele-fmt: <stdin>:2:1: expected '{'" ]
	[ "${stderr_lines[1]}" = "tele-fmt: <stdin>:3:1: expected '{'" ]
	[ "${stderr_lines[2]}" = "tele-fmt: <stdin>:5:6: expected ':' after key" ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	[ "$status" -eq 2 ]
}

@test "fmt: the first operand is a form if it is called like one" {
	cp rows csv
	run --separate-stderr tele-fmt csv csv
	[ "${lines[0]}" = $'handler,plugin,count,errors,total_ms,p95_ms\r' ]
	run --separate-stderr tele-fmt ./csv
	[ "${lines[1]}" = "createNode  CanvasComponentPlugin      2       0      1234   9.250" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-fmt xml
	[ "$output" = "" ]
	[ "$stderr" = "tele-fmt: cannot open 'xml': No such file or directory" ]
	[ "$status" -eq 2 ]
}
