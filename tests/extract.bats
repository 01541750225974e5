#!/usr/bin/env bats
# tele-extract: each option, and what the events of a conductor log mean.
# That whole logs give the right events is in formats.bats and corpus.bats.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	data=$srcdir/tests/data
	log=$data/one-request.log
}

# Of the events in $output, what FILTER (jq) makes of each.
each() {
	output=$(jq -c "$1" <<<"$output")
}

# Run "$@" on a pipe that stays open: what is written to descriptor 9.
start() {
	mkfifo pipe
	"$@" <pipe >events 2>messages 3>&- &
	reader=$!
	exec 9>pipe
}

# Wait until $1 events are there, for half a minute at most.
await() {
	for _ in {1..300}; do
		[ "$(wc -l <events)" -lt "$1" ] || return 0
		sleep 0.1
	done
	echo "only $(wc -l <events) of $1 events came" >&2
	return 1
}

# Close the pipe; what came is in $output, $stderr and $status.
finish() {
	exec 9>&-
	status=0
	wait "$reader" || status=$?
	output=$(cat events)
	stderr=$(cat messages)
}

# --- formats -----------------------------------------------------------------

@test "extract: a log on standard input is called -" {
	run --separate-stderr tele-extract <"$log"
	each '[.kind, .src, .src_line]'
	same <<-'EOF'
	["subscribe","-",3]
	["mount","-",4]
	["play","-",5]
	["queue","-",6]
	["state","-",13]
	["beat","-",10]
	["movement","-",8]
	["sequence","-",7]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --format NAME reads in that format" {
	tele-extract "$log" >expected
	run --separate-stderr tele-extract --format conductor "$log"
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-extract -f tele <<-'EOF'
	2026-01-02T03:04:05Z PerformanceTracker: Beat 1 completed in 1.5ms
	EOF
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-extract: <stdin>:1:1: expected '{'" ]
	[ "$status" -eq 2 ]
}

@test "extract: --format FILE.yaml reads in a format of one's own" {
	cat >shop.yaml <<-'EOF'
	name: shop
	title: the log of a shop
	dialects:
	  - name: plain
	    begin: '{time} [{level:word}] '
	messages:
	  - match: 'served {name:word} in {duration:ms} for {customer}'
	    emit: log
	  - match: 'refused {name:word}: {message}'
	    emit: log
	EOF
	run --separate-stderr tele-extract -f ./shop.yaml --keep customer <<-'EOF'
	2026-01-02 03:04:05,125Z [INFO] served /cart in 17.25ms for Ada "A" Byron
	2026-01-02 03:04:06,250Z [WRN] refused /pay: no such card
	EOF
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05.125Z","kind":"log","name":"/cart","duration_ms":17.25,"level":"info","src":"-","src_line":1,"attr.customer":"Ada \"A\" Byron"}
	{"time":"2026-01-02T03:04:06.250Z","kind":"log","name":"/pay","level":"warn","message":"no such card","src":"-","src_line":2}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: an unknown format is refused by name, a missing file by path" {
	run --separate-stderr tele-extract -f nothing "$log"
	[ "$output" = "" ]
	[ "$stderr" = "tele-extract: unknown format 'nothing'" ]
	[ "$status" -eq 2 ]

	run --separate-stderr tele-extract -f ./nothing.yaml "$log"
	[ "$output" = "" ]
	[ "$stderr" = "tele-extract: cannot read './nothing.yaml': No such file or directory" ]
	[ "$status" -eq 2 ]
}

@test "extract: --list-formats lists names and titles" {
	run --separate-stderr tele-extract --list-formats
	for file in "$srcdir"/lib/formats/*.yaml; do
		printf '%-12s  %s\n' "$(sed -n 's/^name: //p' "$file")" \
			"$(sed -n 's/^title: //p' "$file")"
	done | sort | same
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --check-formats runs the samples of every format" {
	run --separate-stderr tele-extract --check-formats
	[ "${#lines[@]}" -eq "$(tele-extract --list-formats | wc -l)" ]
	[ "$(grep -c 'conductor: [1-9][0-9]* samples as expected' <<<"$output")" \
		-eq 1 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --check-formats shows what a wrong sample really gives" {
	cat >shop.yaml <<-'EOF'
	name: shop
	title: the log of a shop
	dialects:
	  - name: plain
	    begin: '{time} '
	messages:
	  - match: 'served {name:word}'
	    emit: log
	samples:
	  - log: |
	      2026-01-02T03:04:05Z served /cart
	    events: |
	      {"time":"2026-01-02T03:04:05Z","kind":"log","name":"/pay","src":"-","src_line":1}
	EOF
	run --separate-stderr tele-extract --check-formats -f ./shop.yaml
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"log","name":"/cart","src":"-","src_line":1}
	EOF
	[ "$stderr" = "tele-extract: ./shop.yaml:10: the sample gives other events" ]
	[ "$status" -eq 1 ]
}

@test "extract: what one file teaches is not used for the next" {
	head -n 4 "$log" >mount.log
	tail -n +5 "$log" | grep -v 'handler=toggleTheme' >run.log
	run --separate-stderr tele-extract --kind mount,beat mount.log run.log "$log"
	each '[.kind, .plugin, .handler, .src, .src_line]'
	same <<-EOF
	["mount","ThemePlugin",null,"mount.log",4]
	["beat","ThemePlugin",null,"run.log",6]
	["mount","ThemePlugin",null,"$log",4]
	["beat","ThemePlugin","toggleTheme","$log",10]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a log whose first lines no format knows is recognised later" {
	{
		echo 'Starting up ...'
		sleep 0.2
		cat "$log"
	} | tele-extract | jq -c '[.kind, .name, .src_line - 1]' >late
	run --separate-stderr tele-extract <"$log"
	each '[.kind, .name, .src_line]'
	same <late
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- what of it --------------------------------------------------------------

@test "extract: --kind keeps events of these kinds, and may be repeated" {
	run --separate-stderr tele-extract --kind queue,sequence -k beat "$log"
	each '[.kind, .src_line]'
	same <<-'EOF'
	["queue",6]
	["beat",10]
	["sequence",7]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-extract --kind beat,beet "$log"
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-extract: unknown kind 'beet'" ]
	[ "$status" -eq 2 ]
}

@test "extract: --since includes its instant, --until does not" {
	run --separate-stderr tele-extract --since 2026-01-02T03:04:06.003Z \
		--until 2026-01-02T03:04:06.014Z "$log"
	each '[.kind, .time]'
	same <<-'EOF'
	["beat","2026-01-02T03:04:06.004Z"]
	["movement","2026-01-02T03:04:06.003Z"]
	["sequence","2026-01-02T03:04:06.003Z"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --since and --until take a date, another zone, a time ago" {
	tele-extract "$log" >all
	run --separate-stderr tele-extract --since 2026-01-02 --until 2026-01-03 "$log"
	same <all
	run --separate-stderr tele-extract --since 2026-01-02T04:04:06.015+01:00 "$log"
	[ "$output" = "" ]
	run --separate-stderr tele-extract --until -90m "$log"
	same <all
	run --separate-stderr tele-extract --since -90m "$log"
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-extract --since yesterday "$log"
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-extract: invalid TIME 'yesterday' for --since" ]
	[ "$status" -eq 2 ]
}

@test "extract: --session gives every event of a log its session" {
	run --separate-stderr tele-extract --session 'night "2"' \
		--kind beat,mount "$log"
	same <<-EOF
	{"time":"2026-01-02T03:04:05.001Z","kind":"mount","name":"ThemePlugin","session":"night \"2\"","plugin":"ThemePlugin","sequence":"Theme Toggle","sequence_id":"theme-toggle-symphony","src":"$log","src_line":4}
	{"time":"2026-01-02T03:04:06.004Z","kind":"beat","name":"theme:toggle","duration_ms":10.25,"self_ms":10.25,"status":"ok","trace":"theme-toggle-symphony-1767323046000-5vh0x1a2b","span":"b10","parent":"m8","session":"night \"2\"","plugin":"ThemePlugin","sequence":"Theme Toggle","sequence_id":"theme-toggle-symphony","movement":"Toggle","beat":1,"event":"theme:toggle","handler":"toggleTheme","src":"$log","src_line":10}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --keep writes fields that have no key, --keep all every one" {
	run --separate-stderr tele-extract --keep preview --kind state,subscribe "$log"
	each 'with_entries(select(.key | startswith("attr.")))'
	same <<-'EOF'
	{}
	{"attr.preview":"{\"theme\":\"dark\",\"count\":2}"}
	EOF
	run --separate-stderr tele-extract --keep all --kind state,subscribe "$log"
	each 'with_entries(select(.key | startswith("attr.")))'
	same <<-'EOF'
	{"attr.subscribers":"1"}
	{"attr.preview":"{\"theme\":\"dark\",\"count\":2}"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --gaps reports silences as long as that, where they begin" {
	run --separate-stderr tele-extract --gaps 999ms --kind gap,play "$log"
	each 'del(.src)'
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05.001Z","kind":"gap","duration_ms":999,"src_line":4}
	{"time":"2026-01-02T03:04:06.000Z","kind":"play","name":"theme-toggle-symphony","plugin":"ThemePlugin","sequence_id":"theme-toggle-symphony","src_line":5}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-extract --gaps 1s --kind gap "$log"
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- accounts ----------------------------------------------------------------

@test "extract: --rejects keeps exactly the lines that match nothing" {
	{
		echo 'what comes before'
		cat "$log"
		printf '2026-01-02T03:04:07Z the last line, without newline'
	} >rejected.log
	tele-extract rejected.log >expected
	run --separate-stderr tele-extract --rejects left rejected.log
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr cat left
	same <<-'EOF'
	what comes before
	2026-01-02T03:04:06.015Z the application says something of its own
	2026-01-02T03:04:07Z the last line, without newline
	EOF
	[ "$status" -eq 0 ]
}

@test "extract: --summary accounts for every line" {
	{
		echo 'what comes before'
		cat "$log"
	} >counted.log
	run --separate-stderr tele-extract --summary --kind mount counted.log
	each '[.kind]'
	[ "$output" = '["mount"]' ]
	[ "$stderr" = "tele-extract: 19 lines = 16 matched + 1 continuation + 2 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
}

@test "extract: --summary counts events of ours as well" {
	run --separate-stderr tele-extract --summary <<-'EOF'
	{"kind":"beat"}
	{"kind" "beat"}
	EOF
	same <<-'EOF'
	{"kind":"beat"}
	EOF
	[ "${stderr_lines[1]}" = "tele-extract: 2 lines = 1 matched + 0 continuation + 0 unmatched + 1 malformed" ]
	[ "$status" -eq 2 ]
}

@test "extract: a log in which nothing matches says so, exit status 1" {
	run --separate-stderr tele-extract --rejects left <<-'EOF'
	hello
	world
	EOF
	[ "$output" = "" ]
	[ "${stderr_lines[-1]}" = "tele-extract: 2 lines = 0 matched + 0 continuation + 2 unmatched + 0 malformed" ]
	[ "$status" -eq 1 ]
	run --separate-stderr cat left
	same <<-'EOF'
	hello
	world
	EOF
}

@test "extract: empty input is not a log in which nothing matches" {
	run --separate-stderr tele-extract </dev/null
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a malformed event is reported, --strict stops there" {
	cat >events <<-'EOF'
	{"kind":"beat","name":"a"}
	{"kind" "beat"}
	{"kind":"beat","name":"c"}
	EOF
	run --separate-stderr tele-extract events
	same <<-'EOF'
	{"kind":"beat","name":"a"}
	{"kind":"beat","name":"c"}
	EOF
	[ "$stderr" = "tele-extract: events:2:9: expected ':' after key" ]
	[ "$status" -eq 2 ]

	run --separate-stderr tele-extract --strict events
	same <<-'EOF'
	{"kind":"beat","name":"a"}
	EOF
	[ "$stderr" = "tele-extract: events:2:9: expected ':' after key" ]
	[ "$status" -eq 2 ]
}

@test "extract: --max-line skips longer lines, and says which" {
	run --separate-stderr tele-extract --max-line 128 --kind beat,state "$log"
	each '[.kind, .handler]'
	same <<-'EOF'
	["beat",null]
	EOF
	[ "${stderr_lines[0]}" = "tele-extract: $log:3: record is longer than --max-line" ]
	[ "${stderr_lines[1]}" = "tele-extract: $log:13: record is longer than --max-line" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[ "$status" -eq 2 ]
}

@test "extract: --progress draws bytes, rate, percent and time left" {
	run --separate-stderr script -qec \
		"tele-extract --progress --kind mount '$log' >events" /dev/null
	[ "$status" -eq 0 ]
	last=$(tr '\r' '\n' <<<"$output" | sed 's/\x1b\[K//g' | grep . | tail -n 1)
	[[ $last =~ ^' '*'0.0 MB '' '*[0-9.]+' MB/s  100 %     0 s left'$ ]]
	[ "$(jq -r .kind events)" = mount ]
}

@test "extract: no progress is drawn where none was asked for" {
	run --separate-stderr script -qec \
		"tele-extract --kind mount '$log' >events" /dev/null
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
	[ "$(jq -r .kind events)" = mount ]
}

# --- explanations ------------------------------------------------------------

@test "extract: --explain NUMBER says which pattern fits and what it gave" {
	run --separate-stderr tele-extract --explain 15 "$log"
	grep -v '^rule ' <<<"$output" >shown
	rule=$(sed -n 's/^rule  *.*conductor\.yaml:\([0-9]*\)$/\1/p' <<<"$output")
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr cat shown
	same <<-'EOF'
	chosen      conductor knows 16 of 18 at the start, generic 18 of 18, but asks for less
	format      conductor
	dialect     console, begins '{time} '
	message     'PerformanceTracker: Beat {beat:int} completed in {duration:ms}'
	  time        2026-01-02T03:04:06.014Z
	  duration_ms 10.25
	  beat        1
	EOF
	# The rule is where it says.
	sed -n "${rule}p" "$srcdir/lib/formats/conductor.yaml" |
		grep -F 'PerformanceTracker: Beat {beat:int} completed in {duration:ms}'
}

@test "extract: --explain TEXT explains a line that is in no file" {
	run --separate-stderr tele-extract --explain \
		'2026-01-02T03:04:06Z 🧠 PluginManager: Handler execution failed for P.h: TypeError: no'
	grep -v '^rule ' <<<"$output" >shown
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr cat shown
	same <<-'EOF'
	chosen      conductor knows 1 of 1 at the start, generic 1 of 1, but asks for less
	format      conductor
	dialect     console, begins '{time} '
	message     'PluginManager: Handler execution failed for {plugin}.{handler}: {error}'
	  time        2026-01-02T03:04:06Z
	  plugin      P
	  handler     h
	  error_message TypeError: no
	EOF
}

@test "extract: --explain says how far each pattern got that nearly fits" {
	line='2026-01-02T03:04:06Z 🎽 DataBaton: +a | seq=S beat=? event=e handler=h'
	run --separate-stderr tele-extract -f conductor --explain "$line"
	same <<-'EOF'
	format      conductor
	dialect     console, begins '{time} '
	  time        2026-01-02T03:04:06Z
	matches no message
	  'DataBaton: {} | seq={sequence} beat={:int} event={event} handler=? {}' fits up to column 54
	  'DataBaton: {delta} | seq={} beat=? event={event} handler={handler} plugin={plugin} req={trace} preview={preview}' fits up to column 72
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "extract: --explain TEXT needs no --format to say how far each got" {
	line='2026-01-02T03:04:06Z PerformanceTracker: Beat one completed in 2ms'
	run --separate-stderr tele-extract --explain "$line"
	same <<-EOF
	chosen      generic knows 1 of 1 at the start, no other format any
	format      generic
	dialect     iso, begins '{time} '
	rule        $TELE_FORMATS/generic.yaml:$(grep -n ^otherwise: "$TELE_FORMATS/generic.yaml" | cut -d : -f 1)
	  time        2026-01-02T03:04:06Z
	  message     PerformanceTracker: Beat one completed in 2ms
	not conductor, whose
	  'PerformanceTracker: Beat {beat:int} completed in {duration:ms}' fits up to column 47
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --explain NUMBER of no line says how many lines there are" {
	run --separate-stderr tele-extract --explain 19 "$log"
	[ "$output" = "" ]
	[ "$stderr" = "tele-extract: $log has 18 lines, no line 19" ]
	[ "$status" -eq 1 ]
}

# --- following ---------------------------------------------------------------

@test "extract: --follow hands on every event while the writer still lives" {
	start tele-extract --follow
	head -n 6 "$log" >&9
	await 3
	tail -n +7 "$log" >&9
	await 8
	finish
	tele-extract <"$log" | same
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --follow releases a beat held back when nothing comes" {
	start tele-extract --follow --kind beat,state
	sed '1,4d; 13d; 15q' "$log" >&9
	await 1
	grep 'handler=toggleTheme' "$log" >&9
	finish
	each '[.kind, .handler, .duration_ms]'
	same <<-'EOF'
	["beat",null,10.25]
	["state","toggleTheme",null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: without --follow the same beat waits for its handler" {
	start tele-extract --kind beat,state
	sed '1,4d; 13d; 15q' "$log" >&9
	sleep 2
	[ "$(wc -l <events)" -eq 0 ]
	grep 'handler=toggleTheme' "$log" >&9
	await 2
	finish
	each '[.kind, .handler, .duration_ms]'
	same <<-'EOF'
	["beat","toggleTheme",10.25]
	["state","toggleTheme",null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --follow under nohup outlives its terminal, and ends by a signal" {
	head -n 20 "$srcdir/examples/app.log" >growing
	env --ignore-signal=HUP tele-extract -F growing >events 2>messages 3>&- &
	reader=$!
	for _ in {1..100}; do [ ! -s events ] || break; sleep 0.1; done
	kill -HUP $reader
	before=$(wc -l <events)
	sed -n 21,60p "$srcdir/examples/app.log" >>growing
	for _ in {1..100}; do
		[ "$(wc -l <events)" -eq "$before" ] || break
		sleep 0.1
	done
	[ "$(wc -l <events)" -gt "$before" ]
	kill -TERM $reader
	status=0
	wait $reader || status=$?
	[ "$(<messages)" = "" ]
	[ "$status" -eq 143 ]
}

@test "extract: --follow waits at the end of a file for what is added" {
	head -n 4 "$log" >growing
	tele-extract --follow growing >events 2>messages 3>&- &
	reader=$!
	await 2 || { kill "$reader"; false; }
	tail -n +5 "$log" >>growing
	await 8 || { kill "$reader"; false; }
	kill "$reader"
	run --separate-stderr cat events messages
	tele-extract "$log" | sed "s|$log|growing|" | same
}

# --- events of ours ----------------------------------------------------------

@test "extract: events of ours pass byte for byte" {
	cat >events <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","duration_ms":1.50,"huge":9007199254740993,"x":[1,{"y":-0.0}]}
	{ "kind" : "log" , "message":"é😀" ,"z":1e400 }
	{"kind":"new","kind2":"é\u0000"}
	{"finding":"TS003","severity":"error"}
	{"node":"createNode"}
	{"handler":"createNode","count":1,"p50_ms":1.5}
	EOF
	run --separate-stderr tele-extract events
	same <events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: its own output passes byte for byte" {
	tele-extract "$log" >events
	run --separate-stderr tele-extract - <events
	same <events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --kind, --since and --until filter events of ours" {
	cat >events <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","name":"a"}
	{"time":"2026-01-02T03:04:06Z","kind":"log","name":"b"}
	{"time":"2026-01-02T04:04:06.5+01:00","kind":"beat","name":"c"}
	{"kind":"beat","name":"d"}
	{"time":"2026-01-02T03:04:07Z","kind":"new","name":"e"}
	EOF
	run --separate-stderr tele-extract --kind beat events
	each .name
	same <<-'EOF'
	"a"
	"c"
	"d"
	EOF
	run --separate-stderr tele-extract --since 2026-01-02T03:04:06Z \
		--until 2026-01-02T03:04:07Z events
	each .name
	same <<-'EOF'
	"b"
	"c"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --session goes where the order of keys wants it, or replaces" {
	run --separate-stderr tele-extract --session s2 <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","links":["a/b"],"service":"web","x":1}
	{"kind":"beat","session":"s1","plugin":"P"}
	{"kind":"log","x":{"plugin":"no"},"src":"a.log"}
	{"kind":"log","x":1}
	{ "kind" : "log" , "src" : "a.log" }
	{"kind":"log","s\u0065rvice":"web"}
	EOF
	same <<-'EOF'
	{"time":"2026-01-02T03:04:05Z","kind":"beat","links":["a/b"],"session":"s2","service":"web","x":1}
	{"kind":"beat","session":"s2","plugin":"P"}
	{"kind":"log","x":{"plugin":"no"},"session":"s2","src":"a.log"}
	{"kind":"log","x":1,"session":"s2"}
	{ "kind" : "log" , "session":"s2","src" : "a.log" }
	{"kind":"log","session":"s2","s\u0065rvice":"web"}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: --session leaves records alone that are no events" {
	cat >records <<-'EOF'
	{"kind":"beat"}
	{"finding":"TS003","severity":"error"}
	{"node":"createNode"}
	{"handler":"createNode","count":1,"p50_ms":1.5}
	EOF
	run --separate-stderr tele-extract --session s records
	same <<-'EOF'
	{"kind":"beat","session":"s"}
	{"finding":"TS003","severity":"error"}
	{"node":"createNode"}
	{"handler":"createNode","count":1,"p50_ms":1.5}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- the conductor: spans ----------------------------------------------------

# A request for Field Change with one beat, which starts at second $1 and whose
# request id ends in $2; the lines of the beat itself are on stdin.
request() {
	cat <<-EOF
	2026-01-02T03:04:$1.000Z 🎼 ExecutionQueue: Now executing "Field Change"
	2026-01-02T03:04:$1.000Z 🎵 MovementExecutor: Starting movement "Change" with 1 beats
	2026-01-02T03:04:$1.000Z 🆔 Request ID: field-change-symphony-1767323045000-$2
	2026-01-02T03:04:$1.001Z ⏱️ PerformanceTracker: Started timing beat 1 for Field Change
	2026-01-02T03:04:$1.001Z 🎯 Event: field:dirty
	EOF
	sed "s/^/2026-01-02T03:04:$1.002Z /"
	cat <<-EOF
	2026-01-02T03:04:$1.003Z ⏱️ PerformanceTracker: Movement Change completed in 3.00ms
	2026-01-02T03:04:$1.003Z ✅ SequenceExecutor: Sequence "Field Change" completed in 3ms
	EOF
}

@test "extract: a beat waits for the line that shows its handler, in place" {
	{
		request 05 aaa <<<'⏱️ PerformanceTracker: Beat 1 completed in 1.00ms'
		request 06 bbb <<-'EOF'
		🎽 DataBaton: +x | seq=Field Change beat=? event=field:dirty handler=setDirty plugin=PanelPlugin req=field-change-symphony-1767323045000-bbb preview={}
		⏱️ PerformanceTracker: Beat 1 completed in 1.25ms
		EOF
	} >late.log
	run --separate-stderr tele-extract late.log
	each '[.kind, .trace[-3:], .handler, .plugin, .duration_ms, .src_line]'
	same <<-'EOF'
	["beat","aaa","setDirty","PanelPlugin",1,4]
	["movement","aaa",null,null,3,2]
	["sequence","aaa",null,null,3,1]
	["state","bbb","setDirty","PanelPlugin",null,14]
	["beat","bbb","setDirty","PanelPlugin",1.25,12]
	["movement","bbb",null,null,3,10]
	["sequence","bbb",null,null,3,9]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# A beat in line 4, $1 lines like $2, and then what names its handler.
held() {
	request 05 aaa <<<'⏱️ PerformanceTracker: Beat 1 completed in 1.00ms'
	for ((i = 0; i < $1; i++)); do
		echo "2026-01-02T03:04:06.000Z $2"
	done
	echo '2026-01-02T03:04:07.000Z 🎽 DataBaton: No changes | seq=Field Change beat=? event=field:dirty handler=setDirty'
}

@test "extract: a beat whose handler shows 1,024 lines later has it" {
	held 1021 '🎼 PluginInterfaceFacade.play(): P -> s' >held.log
	run --separate-stderr tele-extract --kind beat,state held.log
	each '[.kind, .handler, .src_line]'
	same <<-'EOF'
	["beat","setDirty",4]
	["state","setDirty",1030]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a beat is released after 1,024 lines that show no handler" {
	for filler in '🎼 PluginInterfaceFacade.play(): P -> s' \
		'🥁 Beats Count: 2' 'a line that no pattern knows'; do
		held 1100 "$filler" >held.log
		run --separate-stderr tele-extract --kind beat,state held.log
		each '[.kind, .handler, .src_line]'
		same <<-'EOF'
		["beat",null,4]
		["state","setDirty",1109]
		EOF
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "extract: a beat that no one subscribed to is not held back" {
	{
		echo '2026-01-02T03:04:04.000Z 📡 EventBus: Subscribed to "other" (1 total subscribers) (plugin: P:s)'
		request 05 aaa <<<'⏱️ PerformanceTracker: Beat 1 completed in 1.00ms'
	} >first
	start tele-extract --kind beat,state
	cat first >&9
	await 1
	held 0 x | tail -n 1 >&9
	finish
	each '[.kind, .handler]'
	same <<-'EOF'
	["beat",null]
	["state","setDirty"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: what the log does not end is unfinished" {
	sed 12q "$log" >cut.log
	run --separate-stderr tele-extract --kind sequence,movement,beat cut.log
	each 'del(.src, .plugin, .sequence_id)'
	same <<-'EOF'
	{"time":"2026-01-02T03:04:06.004Z","kind":"beat","name":"theme:toggle","status":"unfinished","trace":"theme-toggle-symphony-1767323046000-5vh0x1a2b","span":"b10","parent":"m8","sequence":"Theme Toggle","movement":"Toggle","beat":1,"event":"theme:toggle","src_line":10}
	{"time":"2026-01-02T03:04:06.003Z","kind":"movement","name":"Toggle","status":"unfinished","trace":"theme-toggle-symphony-1767323046000-5vh0x1a2b","span":"m8","parent":"s7","sequence":"Theme Toggle","movement":"Toggle","src_line":8}
	{"time":"2026-01-02T03:04:06.003Z","kind":"sequence","name":"Theme Toggle","status":"unfinished","trace":"theme-toggle-symphony-1767323046000-5vh0x1a2b","span":"s7","sequence":"Theme Toggle","src_line":7}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a sequence that begins ends one that was cut off" {
	{
		sed 12q "$log"
		sed '1,4d' "$log"
	} >twice.log
	run --separate-stderr tele-extract --kind sequence,movement,beat twice.log
	each '[.kind, .status, .duration_ms, .src_line]'
	same <<-'EOF'
	["beat","unfinished",null,10]
	["movement","unfinished",null,8]
	["sequence","unfinished",null,7]
	["beat","ok",10.25,18]
	["movement","ok",11.5,16]
	["sequence","ok",12,15]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a log that begins in a beat still has its duration" {
	tail -n +12 "$log" >middle.log
	run --separate-stderr tele-extract middle.log
	each 'del(.src)'
	same <<-'EOF'
	{"time":"2026-01-02T03:04:06.014Z","kind":"state","name":"toggleTheme","trace":"theme-toggle-symphony-1767323046000-5vh0x1a2b","plugin":"ThemePlugin","event":"theme:toggle","handler":"toggleTheme","added":["theme"],"updated":["count"],"src_line":2}
	{"time":"2026-01-02T03:04:06.003Z","kind":"beat","duration_ms":10.25,"self_ms":10.25,"status":"ok","span":"b4","beat":1,"src_line":4}
	{"time":"2026-01-02T03:04:06.003Z","kind":"movement","duration_ms":11.5,"self_ms":11.5,"status":"ok","span":"m6","src_line":6}
	{"time":"2026-01-02T03:04:06.003Z","kind":"sequence","name":"Theme Toggle","duration_ms":12,"self_ms":12,"status":"ok","span":"s7","sequence":"Theme Toggle","src_line":7}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- the conductor: answers and failures -------------------------------------

@test "extract: an answer without request goes to the beat that waits longest" {
	{
		request 05 aaa <<<'⏱️ PerformanceTracker: Beat 1 completed in 1.00ms'
		request 06 bbb <<<'⏱️ PerformanceTracker: Beat 1 completed in 1.00ms'
		held 0 x | tail -n 1
		held 0 x | tail -n 1
	} >two.log
	run --separate-stderr tele-extract --kind state two.log
	each '[.trace[-3:], .links, .parent]'
	same <<-'EOF'
	["aaa",["field-change-symphony-1767323045000-aaa/b4"],null]
	["bbb",["field-change-symphony-1767323045000-bbb/b12"],null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a failed beat waits for no handler" {
	{
		request 05 aaa <<-'EOF'
		❌ BeatExecutor: Beat 1 (field:dirty) failed: RangeError: no data
		⚠️ BeatExecutor: Continuing execution despite beat error (errorHandling: continue)
		EOF
		request 06 bbb <<-'EOF'
		🎽 DataBaton: No changes | seq=Field Change beat=? event=field:dirty handler=setDirty
		⏱️ PerformanceTracker: Beat 1 completed in 1.00ms
		EOF
	} >failed.log
	run --separate-stderr tele-extract --kind beat,state,error failed.log
	each '[.kind, .status, .trace[-3:], .parent, .error_type, .error_message]'
	same <<-'EOF'
	["error",null,"aaa","b4","RangeError","no data"]
	["beat","error","aaa","m2","RangeError","no data"]
	["state",null,"bbb","b13",null,null]
	["beat","ok","bbb","m11",null,null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a handler's failure marks what is open, not what is over" {
	{
		request 05 aaa <<-'EOF'
		🧠 PluginManager: Handler execution failed for PanelPlugin.setDirty: TypeError: no field
		⏱️ PerformanceTracker: Beat 1 completed in 1.00ms
		EOF
		request 06 bbb <<-'EOF'
		⏱️ PerformanceTracker: Beat 1 completed in 1.00ms
		🧠 PluginManager: Handler execution failed for PanelPlugin.setDirty: TypeError: no field
		EOF
	} >handlers.log
	run --separate-stderr tele-extract handlers.log
	each '[.kind, .status, .trace[-3:], .handler, .parent, .links]'
	same <<-'EOF'
	["error",null,"aaa","setDirty","b4",null]
	["beat","error","aaa","setDirty","m2",null]
	["movement","error","aaa",null,"s1",null]
	["sequence","error","aaa",null,null,null]
	["beat","ok","bbb","setDirty","m11",null]
	["error",null,"bbb","setDirty",null,["field-change-symphony-1767323045000-bbb/b13"]]
	["movement","error","bbb",null,"s10",null]
	["sequence","error","bbb",null,null,null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: an error has type, message, stack and the code's place" {
	{
		request 05 aaa <<<'⏱️ PerformanceTracker: Beat 1 completed in 1.00ms'
		cat <<-'EOF'
		2026-01-02T03:04:06.000Z 🧠 PluginManager: Handler execution failed for P.h: TypeError: no field: "x"
		    at get (http://localhost:5173/node_modules/musical-conductor/dist/PluginManager.js:9:8)
		    at Panel.setDirty (http://localhost:5173/src/panel.ts:41:7)
		Caused by: RangeError: stale
		EOF
	} >stack.log
	run --separate-stderr tele-extract --kind error --summary stack.log
	each 'del(.src)'
	same <<-'EOF'
	{"time":"2026-01-02T03:04:06.000Z","kind":"error","name":"TypeError","trace":"field-change-symphony-1767323045000-aaa","links":["field-change-symphony-1767323045000-aaa/b4"],"plugin":"P","sequence":"Field Change","sequence_id":"field-change-symphony","movement":"Change","beat":1,"event":"field:dirty","handler":"h","level":"error","error_type":"TypeError","error_message":"no field: \"x\"","error_stack":"TypeError: no field: \"x\"\n    at get (http://localhost:5173/node_modules/musical-conductor/dist/PluginManager.js:9:8)\n    at Panel.setDirty (http://localhost:5173/src/panel.ts:41:7)\nCaused by: RangeError: stale","code_file":"src/panel.ts","code_line":41,"code_function":"Panel.setDirty","src_line":9}
	EOF
	[ "$stderr" = "tele-extract: 12 lines = 9 matched + 3 continuation + 0 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
}

@test "extract: 'Cleaned up failed movement' is no failure" {
	request 05 aaa <<-'EOF' >cleaned.log
	⏱️ PerformanceTracker: Beat 1 completed in 1.00ms
	⏱️ PerformanceTracker: Cleaned up failed movement Change for Field Change
	EOF
	run --separate-stderr tele-extract cleaned.log
	each '[.kind, .status]'
	same <<-'EOF'
	["beat","ok"]
	["movement","ok"]
	["sequence","ok"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- the conductor: requests -------------------------------------------------

@test "extract: of two requests alike the higher priority runs first" {
	{
		cat <<-'EOF'
		2026-01-02T03:04:05.000Z 🎼 ExecutionQueue: Enqueued "Field Change" with priority NORMAL (Queue size: 1)
		2026-01-02T03:04:05.001Z 🎼 ExecutionQueue: Enqueued "Field Change" with priority CHAINED (Queue size: 2)
		2026-01-02T03:04:05.002Z 🎼 ExecutionQueue: Enqueued "Field Change" with priority HIGH (Queue size: 3)
		EOF
		request 06 aaa </dev/null
		request 07 bbb </dev/null
		request 08 ccc </dev/null
	} >queue.log
	run --separate-stderr tele-extract --kind queue queue.log
	each '[.name, .priority, .wait_ms, .trace[-3:], .time, .src_line]'
	same <<-'EOF'
	["Field Change","HIGH",998,"aaa","2026-01-02T03:04:05.002Z",3]
	["Field Change","CHAINED",1999,"bbb","2026-01-02T03:04:05.001Z",2]
	["Field Change","NORMAL",3000,"ccc","2026-01-02T03:04:05.000Z",1]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a request made inside a beat links to the beat, and is a root" {
	{
		request 05 aaa <<-'EOF'
		🎼 PluginInterfaceFacade.play(): PanelPlugin -> field-change-symphony
		🎼 ExecutionQueue: Enqueued "Field Change" with priority CHAINED (Queue size: 1)
		⏱️ PerformanceTracker: Beat 1 completed in 1.00ms
		EOF
		request 06 bbb </dev/null
	} >nested.log
	run --separate-stderr tele-extract --kind play,sequence nested.log
	each '[.kind, .trace[-3:], .span, .parent, .links]'
	same <<-'EOF'
	["play","aaa",null,"b4",null]
	["sequence","aaa","s1",null,null]
	["sequence","bbb","s11",null,["field-change-symphony-1767323045000-aaa/b4"]]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: the level of a line that asks is not the level of what runs" {
	{
		echo '[2026-01-02T03:04:05.000Z] LOG 2026-01-02T03:04:05.000Z 🎼 ExecutionQueue: Enqueued "Field Change" with priority NORMAL (Queue size: 1)'
		request 06 aaa </dev/null | sed 's/\([^ ]*\)/[\1] LOG \1/'
	} >bracket.log
	run --separate-stderr tele-extract bracket.log
	each '[.kind, .level]'
	same <<-'EOF'
	["queue",null]
	["beat",null]
	["movement",null]
	["sequence",null]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- the conductor: forms ----------------------------------------------------

@test "extract: emoji and their variation selectors may be missing" {
	tele-extract <"$log" >expected
	sed 's/Z [^ -~]* */Z /' "$log" >plain.log
	[ "$(LC_ALL=C grep -c '[^ -~]' plain.log)" -eq 0 ]
	run --separate-stderr tele-extract <plain.log
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: carriage returns and a missing last newline change nothing" {
	tele-extract <"$log" >expected
	sed 's/$/\r/' "$log" | head -c -2 >windows.log
	run --separate-stderr tele-extract <windows.log
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: the short form of .NET has the component as its source" {
	tele-extract <"$log" >expected
	grep -v '^ ' "$log" | sed -e '/Event: /s/Z [^ ]*/Z EventLogger:/' \
		-e '/Request ID: /s/Z [^ ]*/Z EventLogger:/' \
		-e 's/^\(.*\)T\(.*\)Z [^ -~]* */[\1 \2 +00:00] [INF] /' >serilog.log
	grep -Fx '[2026-01-02 03:04:06.014 +00:00] [INF] PerformanceTracker: Beat 1 completed in 10.25ms' serilog.log
	grep -Fx '[2026-01-02 03:04:06.004 +00:00] [INF] EventLogger: Event: theme:toggle' serilog.log
	run --separate-stderr tele-extract serilog.log
	each 'del(.src, .src_line, .span, .parent)'
	jq -c 'del(.src, .src_line, .span, .parent)' expected | same
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "extract: a .NET conductor names its classes in full, and then as ours" {
	tele-extract <"$log" >expected
	grep -v '^ ' "$log" | sed -e 's/^\(.*\)T\(.*\)Z \([^ -~]* *\)\([A-Za-z]*\)/[\1 \2 +00:00] [DBG] MusicalConductor.Core.\4: \3\4/' >serilog.log
	grep -Fx '[2026-01-02 03:04:06.014 +00:00] [DBG] MusicalConductor.Core.PerformanceTracker: ⏱️ PerformanceTracker: Beat 1 completed in 10.25ms' serilog.log
	run --separate-stderr tele-extract serilog.log
	each 'del(.src, .src_line, .span, .parent)'
	jq -c 'del(.src, .src_line, .span, .parent)' expected | same
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}
