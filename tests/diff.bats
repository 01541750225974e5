#!/usr/bin/env bats
# tele-diff: what counts as a change, and what does not.

# shellcheck disable=SC2094 # a name that is also that of a file

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	data=$srcdir/tests/data/sessions
}

# An event of session $1 of handler $2 that took $3 ms; more members in $4.
work() {
	printf '{"kind":"beat","handler":"%s","duration_ms":%s,"session":"%s"%s}\n' \
		"$2" "$3" "$1" "${4:+,$4}"
}

# Of handler $1, one event for each of these times, each of its own session.
sessions() {
	local handler=$1 i=0 ms

	shift
	for ms in "$@"; do
		i=$((i + 1))
		work "s$i" "$handler" "$ms"
	done
}

# What jq's FILTER makes of each finding in $output but the first.
each() {
	output=$(tail -n +2 <<<"$output" | jq -c "$1")
}

verdicts() {
	each '[.verdict, .handler // .sequence // .name // "everything"]'
}

# --- the answer --------------------------------------------------------------

@test "diff: a handler that is slower in five of five sessions is, and fails" {
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	run --separate-stderr tele-diff base new
	# The probability that all five of ten are the largest, on either side:
	# 2 / C(10, 5).  The ratio is the median of all 25, by jq below.
	same <<-'EOF'
	{"finding":"TD000","severity":"note","message":"5 sessions against 5: 1 slower; a change below 40 % would not have been seen","fails":true,"unit":"session","n_base":5,"n_new":5,"groups":1,"tests":1,"seen":1.392,"slower":1,"failing":0,"reordered":0,"more":0,"fewer":0,"faster":0,"recovered":0,"drift":0,"unsure":0,"same":0,"appeared":0,"vanished":0,"carried":0}
	{"finding":"TD001","severity":"error","message":"draw is slower: 12 ms, now 24 ms, +100 % (+57 to +160 %)","count":5,"handler":"draw","verdict":"slower","base_ms":12,"new_ms":24,"ratio":2,"low":1.5714,"high":2.6,"confidence":0.9683,"seen":1.3922,"impact_ms":12,"carried":false,"base_units_ms":[10,11,12,13,14],"new_units_ms":[20,22,24,26,30],"p":0.00794,"p_holm":0.00794,"n_base":5,"n_new":5}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	jq -n -e '[20, 22, 24, 26, 30] as $new | [10, 11, 12, 13, 14] as $base
		| [$new[] as $y | $base[] as $x | $y / $x] | sort
		| .[12] == 2 and .[2] < 1.5715 and .[2] > 1.5713 and .[22] == 2.6'
}

@test "diff: what got better, or cannot be told, does not fail" {
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	run --separate-stderr tele-diff new base
	verdicts
	same <<<'["faster","draw"]'
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	# Four of four are as odd as can be, p = 2 / C(8, 4), and yet too few.
	run --separate-stderr tele-diff <(head -n 4 base) <(head -n 4 new)
	each '[.verdict, .message, .p, .p_holm, .low, .high]'
	same <<-'EOF'
	["unsure","draw may be slower: 11.5 ms, now 23 ms, +100 % (+54 to +160 %); 4 and 4 sessions are too few to tell, 5 a side might do",0.0286,1,1.5385,2.6]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-diff base base
	[ "$(jq -c '[.message, .fails]' <<<"$output")" = \
		'["5 sessions against 5: no difference; a change below 38 % would not have been seen",false]' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "diff: a side without anything to compare is trouble, not equality" {
	work s a 1 >base
	: >empty
	echo '{"kind":"play","name":"x"}' >points
	for pair in 'empty base BASE' 'base empty NEW' 'points base BASE'; do
		# shellcheck disable=SC2086 # three words
		set -- $pair
		run --separate-stderr tele-diff "$1" "$2"
		[ "$output" = "" ]
		[ "$stderr" = "tele-diff: $3 has nothing to compare: no event that counts" ]
		[ "$status" -eq 2 ]
	done
	run --separate-stderr tele-diff base missing
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-diff: cannot open 'missing': No such file or directory" ]
	[ "$status" -eq 2 ]
}

@test "diff: trouble is never taken for an answer" {
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	echo '{"handler":"draw","count":2,"p50_ms":1}' >>new
	run --separate-stderr tele-diff base new
	verdicts
	same <<<'["slower","draw"]'
	[ "$stderr" = "tele-diff: new:6:1: neither an event nor partial statistics" ]
	[ "$status" -eq 2 ]

	run --separate-stderr tele-diff base new missing
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-diff: two operands are needed, BASE and NEW" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-diff - -
	[ "${stderr_lines[0]}" = "tele-diff: standard input can be read only once" ]
	[ "$status" -eq 2 ]
}

# --- the sides ---------------------------------------------------------------

@test "diff: --base takes several files a side, folders and standard input" {
	mkdir base new
	for i in 1 2 3 4 5; do
		sessions draw 10 11 12 13 14 | sed -n ${i}p >base/$i
		sessions draw 20 22 24 26 30 | sed -n ${i}p >new/$i
	done
	echo broken >base/.hidden
	mkdir base/inner
	run --separate-stderr tele-diff base new
	whole=$output
	verdicts
	same <<<'["slower","draw"]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	for side in '--base base/1 base/2 base/3 base/4 base/5 -- new' \
		'base/1 base/2 base/3 base/4 base/5 -- new' \
		'--base base -- new/1 new/2 - new/4 new/5'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr tele-diff $side <new/3
		same <<<"$whole"
		[ "$stderr" = "" ]
		[ "$status" -eq 1 ]
	done
	run --separate-stderr tele-diff --base base new
	[ "${stderr_lines[0]}" = "tele-diff: --base needs files before and after '--'" ]
	[ "$status" -eq 2 ]
	mkdir empty
	run --separate-stderr tele-diff empty new
	[ "$output" = "" ]
	[ "$stderr" = "$(printf '%s\n' \
		"tele-diff: no file in 'empty'" \
		"tele-diff: BASE has nothing to compare: no event that counts")" ]
	[ "$status" -eq 2 ]
}

# Sessions $1 to $2 of a dozen handlers, some hundred times, the same each time;
# handler5 takes $3 times as long.
application() {
	awk -v from="$1" -v to="$2" -v times="$3" 'BEGIN {
		seed = from
		for (s = from; s <= to; s++)
			for (h = 1; h <= 12; h++)
				for (n = 4 * h * h % 90 + 3; n-- > 0;) {
					seed = seed * 16807 % 2147483647
					ms = 5 + h + 5 * seed / 2147483647
					ms *= (1 + s % 3 / 10) * (h == 5 ? times : 1)
					printf "{\"kind\":\"beat\",\"handler\":\"handler%d\"," \
						"\"plugin\":\"P\",\"duration_ms\":%.3f," \
						"\"status\":\"%s\",\"session\":\"s%d\"," \
						"\"code_file\":\"src/h.ts\",\"code_line\":%d}\n",
						h, ms, seed % 50 ? "ok" : "error", s, h
				}
	}'
}

@test "diff: partial statistics say the same as the events that they are of" {
	application 1 9 1 >base
	application 1 9 1.5 | sed 's/session":"s/&t/' >new
	tele-stats --partial base >base.part
	tele-stats --partial new >new.part
	head -n 2000 new >half
	tail -n +2001 new | tele-stats --partial >rest.part
	run --separate-stderr tele-diff --all base new
	whole=$output
	verdicts
	[ "${output%%$'\n'*}" = '["slower","handler5"]' ]
	[ "$(wc -l <<<"$output")" -gt 20 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	for side in 'base.part new.part' 'base new.part' 'base.part new' \
		'base -- half rest.part'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr tele-diff --all $side
		same <<<"$whole"
		[ "$stderr" = "" ]
		[ "$status" -eq 1 ]
	done
}

@test "diff: the order of the input does not matter, nor what else is random" {
	application 1 9 1 >base
	application 1 9 1.5 | sed 's/session":"s/&t/' >new
	tele-diff --all base new >want || [ $? -eq 1 ]
	for i in 1 2 3; do
		run --separate-stderr tele-diff --all base new
		same <want
	done
	# Units come in another order, which shows in their courses alone.
	jq -c 'del(.base_units_ms, .new_units_ms)' want >plain
	run --separate-stderr tele-diff --all <(tac base) <(sort new)
	output=$(jq -c 'del(.base_units_ms, .new_units_ms)' <<<"$output")
	same <plain
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

# --- units -------------------------------------------------------------------

@test "diff: many events in few sessions are few" {
	# Two sessions of each side, of a hundred events: the sessions differ.
	for i in $(seq 100); do
		work s1 draw "10.$i"
		work s2 draw "20.$i"
	done >base
	for i in $(seq 100); do
		work s3 draw "30.$i"
		work s4 draw "40.$i"
	done >new
	run --separate-stderr tele-diff --all base new
	each 'select(.finding == "TD003") | [.verdict, .p, .n_base, .n_new]'
	same <<<'["unsure",0.333,2,2]'
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "diff: five sessions tell of the groups that take most, and of no more" {
	# 2 / C(10, 5) of Mann and Whitney is below 5 % for six tests at most:
	# that of all groups together, and the five that take the most time.
	machine 1 99 5 >base
	machine 3 16 5 >new
	run --separate-stderr tele-diff base new
	[ "$(jq -r .message <<<"${lines[0]}")" = "5 sessions against 5: 5 slower; enough to tell of the times of 5 of 20 groups, those that take most" ]
	[ "$(jq -sr 'map(select(.verdict == "slower") | .handler) | sort
		| join(" ")' <<<"$output")" = "h16 h17 h18 h19 h20" ]
	[ "$(jq -sc 'map(.p_holm // empty) | unique' <<<"$output")" = "[0.0476]" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]

	# What takes little, takes no part, whatever it does.
	jq -c 'if .handler == "h01" then .duration_ms *= 1.5 else . end' base >new
	run --separate-stderr tele-diff base new
	each '[.verdict, .handler, .p_holm, .message]'
	same <<-'EOF2'
	["unsure","h01",1,"h01 may be slower: 23.4 ms, now 35.1 ms, +50 % (+1.2 to +122 %); 5 and 5 sessions are too few to tell, 6 a side might do"]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "diff: --unit counts sessions, files, traces or blocks of time" {
	for i in 1 2 3 4 5 6; do
		printf '{"time":"2026-01-02T0%d:30:00Z","kind":"beat","handler":"h","duration_ms":%d,"trace":"t%d"}\n' \
			$i $((9 + i)) $((i / 2)) >f$i
	done
	for unit in session:6:session file:6:file trace:4:trace 1h:6:block \
		3h:3:block; do
		IFS=: read -r option units word <<<"$unit"
		run --separate-stderr tele-diff -u "$option" f? -- f?
		output=$(jq -c '[.unit, .n_base, .n_new]' <<<"$output")
		same <<<"[\"$word\",$units,$units]"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	# Blocks are at least 20 where events are all over the time.
	for i in $(seq 10 59); do
		printf '{"time":"2026-01-02T03:%d:00Z","kind":"beat","handler":"h","duration_ms":1,"session":"s%d"}\n' \
			"$i" "$i"
	done >hour
	run --separate-stderr tele-diff --unit block hour hour
	output=$(jq -c '[.unit, .n_base >= 20 and .n_base <= 40]' <<<"$output")
	same <<<'["block",true]'
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --unit week hour hour
	[ "${stderr_lines[0]}" = "tele-diff: invalid UNIT 'week' for --unit" ]
	[ "$status" -eq 2 ]

	tele-stats --partial hour >hour.part
	run --separate-stderr tele-diff --unit trace hour hour.part
	[ "${stderr_lines[0]}" = "tele-diff: hour.part:1:1: partial statistics know no traces and no time" ]
	[ "$status" -eq 2 ]
}

# One session of $1 seconds: each second $2 events of each of 12 handlers, by
# name and duration; handler5 takes $3 times as long; seed $4.
one_run() {
	awk -v seconds="$1" -v each="$2" -v times="$3" -v seed="$4" 'BEGIN {
		for (t = 0; t < seconds; t++)
			for (i = 0; i < each; i++)
				for (h = 1; h <= 12; h++) {
					seed = seed * 16807 % 2147483647
					ms = 20 + h + 9 * seed / 2147483647
					printf "{\"time\":\"2026-01-02T03:%02d:%02dZ\"," \
						"\"kind\":\"span\",\"name\":\"handler%d\"," \
						"\"duration_ms\":%.3f,\"src\":\"app.log\"}\n",
						int(t / 60), t % 60, h,
						ms * (h == 5 ? times : 1)
				}
	}'
}

@test "diff: one session a side is compared by blocks of time, with care" {
	one_run 120 3 1 7 >base
	one_run 120 3 1.3 11 >new
	run --separate-stderr tele-diff base new
	[ "$(jq -rs '.[0].message' <<<"$output")" = \
		"28 blocks against 28 of one session each: 1 slower; in half of 12 groups, a change below 8 % would not have been seen; with one session a side, a change has to stand out from all others" ]
	verdicts
	same <<<'["slower","handler5"]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]

	# What is in all blocks of the one run, and in none of the other: whether
	# its user only did something else, one session does not tell.
	run --separate-stderr tele-diff --fail-on appeared base \
		<(one_run 120 3 1 11 | sed 's/handler7/renamed/')
	each 'select(.verdict != "unsure") | [.verdict, .handler, .severity, .new_part, .new_whole]'
	same <<-'EOF2'
	["appeared","renamed","note",28,28]
	["vanished","handler7","note",0,28]
	EOF2
	[ "$status" -eq 0 ]

	# A hundred events of a handler are the least.
	run --separate-stderr tele-diff <(one_run 33 3 1 7) <(one_run 33 3 2 11)
	verdicts
	same <<<'["unsure","handler5"]'
	[ "$status" -eq 0 ]

	# Where sessions are told apart on one side, they are what counts.
	application 1 5 1 >some
	run --separate-stderr tele-diff some new
	[ "$(jq -cs '.[0] | [.unit, .n_base, .n_new]' <<<"$output")" = \
		'["session",5,1]' ]
	[ "$status" -eq 0 ]
}

@test "diff: blocks that resemble their neighbours are fewer than they seem" {
	# A load that comes and goes once in each run: in the one early, in the
	# other late and longer.  Nothing else differs.
	for run in '40 70' '100 190'; do
		awk -v from="${run% *}" -v to="${run#* }" 'BEGIN {
			for (t = 0; t < 240; t++)
				for (i = 0; i < 4; i++) {
					ms = 10 + (i + t * 7 % 11) / 10
					printf "{\"time\":\"2026-01-02T03:%02d:%02dZ\"," \
						"\"kind\":\"span\",\"name\":\"h\"," \
						"\"duration_ms\":%.3f}\n", int(t / 60),
						t % 60, ms + (t >= from && t < to) * 5
				}
		}' >"run${run% *}"
	done
	run --separate-stderr tele-diff --all run40 run100
	each 'select(.finding == "TD003") | [.verdict, .n_base < 12]'
	same <<<'["unsure",true]'
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- times -------------------------------------------------------------------

@test "diff: --min-effect and --min-abs are the least that counts" {
	sessions draw 100 101 102 103 104 >base
	sessions draw 107 108 109 110 111 >new
	for options in '' '--min-effect 6.5%' '--min-abs 6ms'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr tele-diff $options base new
		each .verdict
		same <<<'"slower"'
		[ "$stderr" = "" ]
		[ "$status" -eq 1 ]
	done
	for options in '--min-effect 8' '--min-abs 7.5ms'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr tele-diff --all $options base new
		each 'select(.finding == "TD003" or .finding == "TD004") | .verdict'
		[[ $output == '"unsure"' || $output == '"same"' ]]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-diff --min-effect 5ms base new
	[ "${stderr_lines[0]}" = "tele-diff: invalid PERCENT '5ms' for --min-effect" ]
	[ "$status" -eq 2 ]
}

@test "diff: --min-units lets fewer units decide" {
	sessions draw 10 11 12 13 >base
	sessions draw 20 22 24 26 >new
	run --separate-stderr tele-diff --min-units 4 base new
	each '[.verdict, .p, .p_holm]'
	same <<<'["slower",0.0286,0.0286]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	# But no number of theirs makes three into proof: 2 / C(6, 3) = 0.1.
	run --separate-stderr tele-diff --min-units 1 <(head -n 3 base) \
		<(head -n 3 new)
	each '[.verdict, .p, .p_holm]'
	same <<<'["unsure",0.1,1]'
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --min-units 0 base new
	[ "${stderr_lines[0]}" = "tele-diff: invalid N '0' for --min-units" ]
	[ "$status" -eq 2 ]
}

# Ten sessions of twenty handlers, handler H of which takes 20 + H ms, all of
# them times what the session has; then times TIMES from handler FROM on.
machine() {
	awk -v times="$1" -v from="$2" -v sessions="${3:-10}" 'BEGIN {
		split("1 1.3 0.8 1.1 1.5 0.9 1.2 1.05 0.85 1.4", load, " ")
		for (s = 1; s <= sessions; s++)
			for (h = 1; h <= 20; h++) {
				ms = (20 + h + (s * h * 7 % 11) / 20) * load[s]
				printf "{\"kind\":\"beat\",\"handler\":\"h%02d\"," \
					"\"duration_ms\":%.3f,\"session\":\"s%d\"}\n",
					h, ms * (h >= from ? times : 1), s
			}
	}'
}

@test "diff: what a session does to all handlers is not taken for theirs" {
	# By 20 %, and sessions differ by twice as much: as measured nobody sees
	# it, p = 0.1; relative to its session all ten are above all ten.
	machine 1 99 >base
	machine 1.2 20 >new
	run --separate-stderr tele-diff --plain base new
	verdicts
	same <<<''
	[ "$status" -eq 0 ]
	machine 1.6 20 >new
	run --separate-stderr tele-diff base new
	each '[.verdict, .handler, .relative > 1.58 and .relative < 1.62, .p]'
	same <<<'["slower","h20",true,1.08e-05]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "diff: what does not follow the load is not measured by it" {
	# A timer takes as long on a slow machine.  Divided by the load, which
	# differs by more, its 23 % are lost, p = 0.09.
	machine 1 99 | tee base >new
	for i in 1 2 3 4 5 6 7 8 9 10; do
		work s$i timer "30.$i" >>base
		work s$i timer "37.$i" >>new
	done
	run --separate-stderr tele-diff base new
	each '[.verdict, .handler, .p < 0.001]'
	same <<<'["slower","timer",true]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "diff: --max-drift of everything is put down to the machine" {
	machine 1 99 | sed 's/_ms":\([0-9]*\)/_ms":1\1/' >base
	for times in 1.1 1.2; do
		jq -c --argjson t $times '.duration_ms *= $t' base >new
		run --separate-stderr tele-diff base new
		each '[.finding, .verdict, .severity, (.ratio * 1000 | round)]'
		same <<<"[\"TD005\",\"drift\",\"note\",${times/./}00]"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-diff --max-drift 10% base new
	each '[.finding, .verdict, .severity, .message]'
	same <<<'["TD005","slower","error","everything is slower: +20 % (+13 to +27 %)"]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]

	# Without being told, twice as slow is no machine.
	run --separate-stderr tele-diff base \
		<(jq -c '.duration_ms *= 2' base)
	each '[.finding, .verdict, .severity]'
	same <<<'["TD005","slower","error"]'
	[ "$status" -eq 1 ]
}

@test "diff: --plain compares as measured alone" {
	machine 1 99 4 | sed 's/_ms":\([0-9]*\)/_ms":1\1/' >base
	jq -c '.duration_ms *= 1.2' base >new
	run --separate-stderr tele-diff --plain base new
	each '[.verdict, has("relative")]'
	output=$(sort -u <<<"$output")
	same <<<'["unsure",false]'
	machine 1 99 | sed 's/_ms":\([0-9]*\)/_ms":1\1/' >base
	jq -c '.duration_ms *= 1.2' base >new
	run --separate-stderr tele-diff --plain base new
	each '[.verdict, has("relative")]'
	[ "$(sort <<<"$output" | uniq -c | tr -s ' ')" = "$(printf '%s\n' \
		' 1 ["drift",false]' ' 20 ["slower",false]')" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "diff: zero is a duration, and ties are no trouble" {
	sessions fast 0 0 0 0 0 0 >base
	sessions slow 0 0 0 0 0 0 >>base
	sessions same 5 5 5 5 5 5 >>base
	sessions fast 0 0 0 0 0 0 >new
	sessions slow 40 40 40 40 40 40 >>new
	sessions same 5 5 5 5 5 5 >>new
	run --separate-stderr tele-diff --all base new
	each 'select(.base_ms or .new_ms)
		| [.verdict, .handler, .base_ms, .new_ms, .ratio, .p]'
	same <<-'EOF2'
	["slower","slow",0.5,40,80,0.00216]
	["same","fast",0.5,0.5,1,1]
	["same","same",5,5,1,1]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "diff: sides may have other numbers of units, and a unit no handler" {
	{
		sessions draw 10 11 12 13 14 15 16
		work s1 rare 5
		work s2 rare 6
	} >base
	{
		sessions draw 30 31 32 33 34
		work s9 rare 7
	} >new
	run --separate-stderr tele-diff base new
	each '[.verdict, .handler, .n_base, .n_new, .p]'
	# 2 / C(12, 5)
	same <<<'["slower","draw",7,5,0.00253]'
	[ "$(jq -n '2 / 792 * 100000 | round')" = 253 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

# --- who is to blame ---------------------------------------------------------

# Sessions of a page that calls a service, which calls a query, and the query
# takes $1 ms, the service $2 of its own, the page $3; and how much more.
shop() {
	awk -v query="$1" -v service="$2" -v page="$3" 'function span(name, id,
			parent, from, ms) {
		printf "{\"time\":\"2026-01-02T03:04:05.%03dZ\",\"kind\":" \
			"\"span\",\"name\":\"%s\",\"duration_ms\":%d,\"trace\":" \
			"\"t%d\",\"span\":\"%s\"%s,\"session\":\"s%d\"}\n",
			from, name, ms, s, id, parent, s
	}
	BEGIN {
		for (s = 1; s <= 9; s++) {
			q = query + s
			span("query", "q", ",\"parent\":\"s\"", 30, q)
			span("service", "s", ",\"parent\":\"p\"", 20, service + q)
			span("page", "p", "", 10, page + service + q)
			span("other", "o", ",\"parent\":\"p\"", 0, 50 + s)
		}
	}'
}

@test "diff: what waits for a slower one is carried, and does not fail" {
	shop 100 20 30 >base
	run --separate-stderr tele-diff base <(shop 200 20 30)
	each '[.verdict, .handler, .carried, .severity]'
	same <<-'EOF2'
	["slower","query",false,"error"]
	["slower","service",true,"note"]
	["slower","page",true,"note"]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]

	# The service itself: the page waits for it, the query has no part in it.
	run --separate-stderr tele-diff base <(shop 100 120 30)
	each '[.verdict, .handler, .carried]'
	same <<-'EOF2'
	["slower","service",false]
	["slower","page",true]
	EOF2
	[ "$status" -eq 1 ]

	# The same from partial statistics, which know self times, but no calls.
	tele-stats --partial base >base.part
	run --separate-stderr tele-diff base.part <(shop 100 120 30)
	each '[.verdict, .handler, .carried]'
	same <<-'EOF2'
	["slower","service",false]
	["slower","page",true]
	EOF2
	[ "$status" -eq 1 ]
}

@test "diff: what may wait for a slower one is named too, as carried and unsure" {
	# The page differs by more than it waits longer, in both.
	for query in 100 150; do
		shop $query 20 30 | awk -F '"session":"s' '/"page"/ {
			ms = substr($0, index($0, "_ms\":") + 5) + ($2 * 37 % 90) * 4
			sub(/_ms":[0-9]*/, "_ms\":" ms)
		} { print }' >$query
	done
	run --separate-stderr tele-diff 100 150
	each '[.verdict, .handler, .carried, .severity, (.message | sub(":.*"; ""))]'
	same <<-'EOF2'
	["slower","query",false,"error","query is slower"]
	["slower","service",true,"note","service is slower by what it calls"]
	["unsure","page",true,"note","page may be slower by what it calls"]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr bash -c 'tele-diff 100 150 | tele-fmt md'
	[[ $output == *$'\n| unsure (could only see ≥'*' %) | page | '* ]]
	run --separate-stderr bash -c 'tele-diff 100 150 | tele-fmt --width 80'
	[[ $output == *$'\n ≥: what could be seen  '*' ms     now '* ]]
	[[ $output == *$'\n carried '*' service  '* ]]
	[[ $output == *$'\n unsure ≥'*' % page  '* ]]
}

@test "diff: what waits longer for no slower one is to blame" {
	# The service calls the query three times, one after the other.
	shop 100 20 30 >base
	shop 100 220 30 | jq -c 'if .name == "query" then ., (.span = "q2"
		| .time = "2026-01-02T03:04:05.132Z"), (.span = "q3"
		| .time = "2026-01-02T03:04:05.234Z") else . end' >new
	run --separate-stderr tele-diff base new
	each 'select(.base_ms) | [.verdict, .handler, .carried]'
	same <<-'EOF2'
	["slower","page",false]
	["slower","service",false]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

# --- errors, counts, flow ----------------------------------------------------

@test "diff: more failures fail, on the same units" {
	for i in 1 2 3 4 5; do
		for n in 1 2 3 4; do
			work s$i draw 5 '"status":"ok"'
		done
	done >base
	sed '0~4s/ok/error/' base >new
	run --separate-stderr tele-diff base new
	each '[.finding, .severity, .verdict, .message, .base_rate, .new_rate, .p]'
	same <<-'EOF2'
	["TD006","error","failing","everything together fails more often: 0 of 20, now 5 of 20",0,0.25,0.00794]
	["TD006","error","failing","draw fails more often: 0 of 20, now 5 of 20",0,0.25,0.00794]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]

	run --separate-stderr tele-diff new base
	each '[.finding, .severity, .verdict]'
	same <<-'EOF2'
	["TD006","note","recovered"]
	["TD006","note","recovered"]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	# As many failures in one session are one bad session.
	sed '1,5s/ok/error/' base >new
	run --separate-stderr tele-diff base new
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$status" -eq 0 ]
}

# Sessions, $1 of them, of $2 events each, one of $3 of which fails.
failures() {
	awk -v sessions="$1" -v events="$2" -v each="$3" 'BEGIN {
		for (i = 0; i < sessions * events; i++)
			printf "{\"time\":\"2026-01-02T03:%02d:%02dZ\",\"kind\":" \
				"\"span\",\"name\":\"load\",\"duration_ms\":5," \
				"\"status\":\"%s\",\"session\":\"s%d\"}\n",
				i / 60, i % 60, i % each == 7 ? "error" : "ok",
				int(i / events)
	}'
}

@test "diff: rare failures are no more for being seen in longer sessions" {
	# One of 50, and of 45; but of ten each, most have none.
	failures 20 10 50 >short
	failures 20 100 45 >long
	run --separate-stderr tele-diff short long
	each 'select(.handler) | [.verdict, .base_part, .base_whole, .new_part,
		.new_whole, .p]'
	same <<<''
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# One of ten is another matter.
	run --separate-stderr tele-diff short <(failures 20 100 10)
	each 'select(.handler) | [.verdict, .base_part, .base_whole, .new_part,
		.new_whole]'
	same <<<'["failing",4,200,200,2000]'
	[ "$status" -eq 1 ]
}

@test "diff: a short run that fails more is found beside a long one, by blocks" {
	# Most blocks of the long one have failures, few of the short one have.
	failures 1 3000 100 >long
	run --separate-stderr tele-diff long <(failures 1 120 10)
	each 'select(.handler) | [.verdict, .base_part, .base_whole, .new_part,
		.new_whole]'
	same <<<'["failing",30,3000,12,120]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff long <(failures 1 120 100)
	each '[.verdict, .handler]'
	same <<<''
	[ "$status" -eq 0 ]
}

@test "diff: --fail-on counts, for what runs more often than before" {
	for i in 1 2 3 4 5; do
		work s$i draw 5
		for n in 1 2 3 4 5 6; do work s$i other 5; done
	done >base
	{
		cat base
		for i in 1 2 3 4 5; do work s$i draw 5; work s$i draw 5; done
	} >new
	run --separate-stderr tele-diff base new
	each '[.finding, .severity, .verdict, .message, .p]'
	same <<-'EOF2'
	["TD007","warning","more","draw: more often, 1 a session, now 3",0.00794]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --fail-on counts base new
	[ "$status" -eq 1 ]
	# Sessions that are longer have more of everything.
	run --separate-stderr tele-diff --fail-on any base <(cat base base base)
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$status" -eq 0 ]
}

# Executions of a sequence in session $1, each of these steps.
executions() {
	local session=$1 steps n=0 step

	shift
	for steps; do
		n=$((n + 1))
		for step in $steps; do
			work "$session" "$step" 1 "\"trace\":\"$session-$n\",\"span\":\"$step\",\"parent\":\"q\",\"time\":\"2026-01-02T03:04:05Z\",\"src\":\"$session.log\",\"src_line\":$((10 * n + ${#step}))"
		done
		printf '{"time":"2026-01-02T03:04:05Z","kind":"sequence","name":"Create","duration_ms":9,"status":"ok","trace":"%s-%d","span":"q","session":"%s","src":"%s.log","src_line":%d}\n' \
			"$session" $n "$session" "$session" $n
	done
}

@test "diff: a sequence that takes other steps fails, also in one session" {
	executions base 'a bb ccc' 'a bb ccc' 'a bb ccc' 'a bb ccc' 'a bb ccc' >base
	executions new 'a ccc bb' 'a ccc bb' 'a ccc bb' 'a ccc bb' 'a ccc bb' |
		sed 's/"src_line":\([0-9]*\)3}/"src_line":\11}/' >new
	run --separate-stderr tele-diff base new
	# Fisher: two of the 252 ways to choose five of ten.
	each 'del(.time)'
	same <<-'EOF2'
	{"finding":"TD008","severity":"error","message":"Create takes other steps: 5 of 5, now 0 of 5 executions take those that were usual","expected":["a","bb","ccc"],"observed":["a","ccc","bb"],"sequence":"Create","verdict":"reordered","base_part":5,"base_whole":5,"base_share":1,"new_part":0,"new_whole":5,"new_share":0,"p":0.00794,"p_holm":0.00794,"n_base":5,"n_new":5,"src":"new.log","src_line":1}
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff --fail-on slower,errors base new
	[ "$status" -eq 0 ]

	# Four executions are too few, p = 2 / 70; that is shown, and no more.
	run --separate-stderr tele-diff <(grep -v base-5 base) <(grep -v new-5 new)
	verdicts
	same <<<'["unsure","Create"]'
	[ "$status" -eq 0 ]

	# In several sessions, sessions count: one of them may do as it likes.
	for i in 1 2 3 4 5 6; do
		executions s$i 'a bb ccc' 'a bb ccc' 'a bb ccc'
	done >base
	sed '/"s6"/s/"handler":"bb"/"handler":"dddd"/' base >new
	run --separate-stderr tele-diff base new
	[ "$(jq -s '.[0].fails' <<<"$output")" = false ]
	[ "$status" -eq 0 ]
	sed 's/"handler":"bb"/"handler":"dddd"/' base >new
	run --separate-stderr tele-diff --by handler,sequence base new
	output=$(jq -c 'select(.finding == "TD008") | [.expected, .observed, .n_base]' \
		<<<"$output")
	same <<<'[["a","bb","ccc"],["a","dddd","ccc"],6]'
	[ "$status" -eq 1 ]
}

@test "diff: few sessions tell of order and errors what none of them disputes" {
	for i in 1 2 3; do
		executions s$i 'a b' 'a b' >>base
		executions s$i 'b a' 'b a' >>new
	done
	run --separate-stderr tele-diff base new
	each 'select(.verdict != "unsure") | [.verdict, .sequence, .base_part,
		.base_whole, .new_part, .new_whole, .p]'
	# Fisher's p of 6 of 6 and 0 of 6: 2 / C(12, 6).
	same <<<'["reordered","Create",6,6,0,6,0.00216]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	executions s4 'a b' >>new
	run --separate-stderr tele-diff base new
	each 'select(.sequence) | [.verdict, .p_holm]'
	same <<<'["unsure",null]'
	[ "$status" -eq 0 ]

	for i in 1 2 3; do
		for status in ok ok ok ok; do
			work s$i load 5 "\"status\":\"$status\"" >>fine
		done
		for status in ok error ok error; do
			work s$i load 5 "\"status\":\"$status\"" >>failing
		done
	done
	run --separate-stderr tele-diff fine failing
	each '[.verdict, .handler, .base_part, .base_whole, .new_part,
		.new_whole, .p, .p_holm]'
	# C(12, 6) / C(24, 6), twice; and for two tests.
	same <<-'EOF2'
	["failing",null,0,12,6,12,0.0137,0.0275]
	["failing","load",0,12,6,12,0.0137,0.0275]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	# A session of NEW that knows nothing of it: who is right?
	sed '/s2/s/error/ok/' failing >some
	run --separate-stderr tele-diff fine some
	each '[.verdict, .handler]'
	same <<-'EOF2'
	["unsure",null]
	["unsure","load"]
	EOF2
	[ "$status" -eq 0 ]
}

@test "diff: what failed or did not end says nothing about the order" {
	executions base 'a bb ccc' 'a bb ccc' 'a bb ccc' 'a bb ccc' 'a bb ccc' >base
	executions new a a a a a 'a bb ccc' 'a bb ccc' |
		sed '/"sequence"/{/new-[67]/!s/"ok"/"error"/}' >new
	run --separate-stderr tele-diff base new
	output=$(jq -c 'select(.finding == "TD008")' <<<"$output")
	same <<<""
	[ "$status" -eq 0 ]
}

@test "diff: a call that is new, or made no more, fails" {
	shop 100 20 30 >base
	sed '/"other"/s/"parent":"p"/"parent":"s"/' base >new
	run --separate-stderr tele-diff base new
	each '[.finding, .severity, .verdict, .message, .handler, .calls]'
	same <<-'EOF2'
	["TD009","error","appeared","service > other: in 9 of 9 sessions, before never","service","other"]
	["TD009","error","vanished","page > other: in 9 of 9 sessions, now never","page","other"]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]

	# Three calls for one: a warning.
	jq -c 'if .name == "other" then ., (.span = "o2"), (.span = "o3")
		else . end' base >new
	run --separate-stderr tele-diff base new
	output=$(jq -c 'select(.finding == "TD009")
		| [.severity, .verdict, .message]' <<<"$output")
	same <<-'EOF2'
	["warning","more","page > other: more often, 1 each time, now 3"]
	EOF2
	[ "$status" -eq 0 ]
}

@test "diff: topics that are published or subscribed to, or no more" {
	for i in 1 2 3 4 5 6; do
		work s$i draw 1
		printf '{"kind":"subscribe","name":"app:theme","plugin":"P","session":"s%d","src":"a.log","src_line":7}\n' $i
	done >base
	sed 's/"subscribe","name":"app:theme"/"publish","name":"app:style"/' \
		base >new
	run --separate-stderr tele-diff base new
	each '[.finding, .severity, .verdict, .message, .kind, .name, .plugin,
		.base_share, .new_share, .p, .src_line]'
	# Fisher: two of the 924 ways to choose six of twelve.
	same <<-'EOF2'
	["TD010","error","appeared","app:style is published: in 6 of 6 sessions, before never","publish","app:style","P",0,1,0.00216,7]
	["TD010","error","vanished","app:theme is subscribed to: in 6 of 6 sessions, now never","subscribe","app:theme","P",1,0,0.00216,7]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff --fail-on slower base new
	[ "$status" -eq 0 ]
}

@test "diff: what one of ten sessions has is no news beside one that has it not" {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		work s$i draw 5
		work s$i always 5
	done >base
	work s3 rare 5 >>base
	work s1 draw 5 >new
	run --separate-stderr tele-diff base new
	each '[.verdict, .handler, .message]'
	same <<<'["vanished","always","always: in 10 of 10 sessions, now never; that may be chance"]'
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --all base new
	each 'select(.finding == "TD012") | .handler'
	same <<-'EOF2'
	"always"
	"rare"
	EOF2
}

@test "diff: --fail-on appeared and vanished, for handlers that were no chance" {
	sessions draw 1 2 3 4 5 6 >base
	{
		cat base
		sessions new 1 2 3 4 5 6
		sessions rare 1 2 3
	} >new
	run --separate-stderr tele-diff base new
	each '[.finding, .severity, .verdict, .message, .p]'
	# Three of six against none are nothing special, p = 0.18.
	same <<-'EOF2'
	["TD011","warning","appeared","new: in 6 of 6 sessions, before never",0.00216]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --fail-on appeared base new
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff --fail-on vanished base new
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --fail-on vanished new base
	each '[.finding, .verdict, .handler]'
	same <<<'["TD012","vanished","new"]'
	[ "$status" -eq 1 ]

	# With one session a side nobody knows: notes, which never fail.
	run --separate-stderr tele-diff --fail-on any <(head -n 1 base) \
		<(head -n 1 base; work s1 new 1)
	each '[.severity, .verdict, .message]'
	same <<<'["note","appeared","new: once, before never; that may be chance"]'
	[ "$status" -eq 0 ]
}

# --- real sessions -----------------------------------------------------------

@test "diff: ten real sessions of which three handlers are slower: those three" {
	for base in base base2; do
		run --separate-stderr tele-diff "$data/$base.part.zst" \
			"$data/slow.part.zst"
		output=$(sort <<<"$output")
		each '[.verdict, .handler, .plugin]'
		output=$(grep -v null <<<"$output" | sort)
		same <<-'EOF2'
		["slower","showSelectionOverlay","CanvasComponentPlugin"]
		["slower","updateCssClass","ControlPanelPlugin"]
		["slower","updatePosition","CanvasComponentDragPlugin"]
		EOF2
		[ "$stderr" = "" ]
		[ "$status" -eq 1 ]
	done
	# By how much: the medians of the sessions' medians, by jq.
	median='sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2'
	for side in base slow; do
		zstd -dcq "$data/$side.part.zst" |
			jq -c 'select(.handler == "updatePosition")' |
			jq -s "map(.values_ms | $median) | $median" >$side
	done
	run --separate-stderr tele-diff "$data/base.part.zst" "$data/slow.part.zst"
	jq -se --argjson base "$(<base)" --argjson slow "$(<slow)" \
		'map(select(.handler == "updatePosition"))[0]
		| (.base_ms / $base - 1 | fabs) < 0.001
		and (.new_ms / $slow - 1 | fabs) < 0.001
		and (.ratio - $slow / $base | fabs) < 0.1' <<<"$output"
}

@test "diff: of real sessions that are alike nothing is said, either way round" {
	for pair in 'base base2' 'base2 base'; do
		run --separate-stderr tele-diff "$data/${pair% *}.part.zst" \
			"$data/${pair#* }.part.zst"
		output=$(jq -c '[.finding, .fails, .n_base, .n_new]' <<<"$output")
		same <<<'["TD000",false,10,10]'
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "diff: of 200 simulated releases, at most 10 blame what did not change, and 190 find what did" {
	local alarms found

	run --separate-stderr simulate 200 20
	echo "#   $output" >&3
	read -r _ _ _ _ _ alarms _ found _ <<<"$output"
	[ "$alarms" -le 10 ]
	[ "$found" -ge 190 ]
	[ "$stderr" = "" ]
	# Half as many sessions see less, and raise no more alarms.
	run --separate-stderr simulate 200 10
	echo "#   $output" >&3
	read -r _ _ _ _ _ alarms _ found _ <<<"$output"
	[ "$alarms" -le 10 ]
	[ "$stderr" = "" ]
}

# --- options -----------------------------------------------------------------

@test "diff: --by and --kind choose what is compared" {
	for i in 1 2 3 4 5; do
		printf '{"kind":"sequence","name":"S","sequence":"S","duration_ms":%d,"session":"s%d","attr.user":"ada"}\n' \
			$((10 + i)) $i
		work s$i a 5 '"attr.user":"ada"'
		work s$i b 5 '"attr.user":"bob"'
	done >base
	sed 's/_ms":1/_ms":3/' base >new
	run --separate-stderr tele-diff base new
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --kind sequence base new
	each '[.verdict, .handler]'
	same <<<'["slower","S"]'
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff -k sequence,beat -b attr.user,kind base new
	each '[.verdict, .["attr.user"], .kind]'
	same <<<'["slower","ada","sequence"]'
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff --kind beet base new
	[ "${stderr_lines[0]}" = "tele-diff: unknown kind 'beet'" ]
	[ "$status" -eq 2 ]
}

@test "diff: --all writes what is the same and what is uncertain as well" {
	sessions draw 10.1 10.2 10.3 10.4 10.5 10.6 >base
	sessions load 10 12 14 16 18 20 >>base
	run --separate-stderr tele-diff base base
	[ "$(wc -l <<<"$output")" -eq 1 ]
	run --separate-stderr tele-diff --all base base
	each '[.finding, .verdict, .handler]'
	same <<-'EOF2'
	["TD003","unsure","load"]
	["TD004","same","draw"]
	["TD007","same","draw"]
	["TD007","same","load"]
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "diff: --fail-on takes severities and any and none, and nothing else" {
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	for what in slower any error,counts note warning slower,none; do
		run --separate-stderr tele-diff --fail-on $what base new
		[ "$stderr" = "" ]
		[ "$status" -eq 1 ]
	done
	for what in none faster errors,flow counts,appeared,vanished; do
		run --separate-stderr tele-diff --fail-on $what base new
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-diff --fail-on faster new base
	[ "$status" -eq 1 ]
	run --separate-stderr tele-diff --fail-on slower,faaster new base
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-diff: invalid WHAT 'faaster' for --fail-on" ]
	[ "$status" -eq 2 ]
}

@test "diff: --history appends the first record of each run" {
	sessions draw 10 11 12 13 14 |
		sed 's/{/{"time":"2026-01-02T03:04:05.5Z",/' >base
	sessions draw 20 22 24 26 30 |
		sed 's/{/{"time":"2026-01-03T03:04:05.25Z",/' >new
	run --separate-stderr tele-diff --history log base new
	head -n 1 <<<"$output" >want
	run --separate-stderr tele-diff --history=log new base
	head -n 1 <<<"$output" >>want
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr cat log
	same <want
	output=$(jq -c '[.time, .fails, .slower, .faster]' log)
	same <<-'EOF2'
	["2026-01-03T03:04:05.25Z",true,1,0]
	["2026-01-02T03:04:05.5Z",false,0,1]
	EOF2
	run --separate-stderr tele-diff --history missing/log base new
	verdicts
	same <<<'["slower","draw"]'
	[ "$stderr" = "tele-diff: cannot open 'missing/log': No such file or directory" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-diff --history /dev/full base new
	[ "$stderr" = "tele-diff: cannot write '/dev/full': No space left on device" ]
	[ "$status" -eq 2 ]
}

@test "diff: --aa splits one side at random, by --seed, and counts alarms" {
	run --separate-stderr tele-diff --aa "$data/base.part.zst" \
		"$data/base2.part.zst"
	whole=$output
	output=$(jq -c '[.finding, .severity, .splits, .count < 20]' <<<"$output")
	same <<<'["TD013","note",200,true]'
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-diff --aa --seed 1 "$data/base.part.zst" \
		"$data/base2.part.zst"
	same <<<"$whole"
	run --separate-stderr tele-diff --seed 2 --aa "$data/base.part.zst" \
		"$data/base2.part.zst"
	[ "$output" != "$whole" ]

	run --separate-stderr tele-diff --aa
	[ "${stderr_lines[0]}" = "tele-diff: --aa needs the files of one side" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-diff --aa <(work s draw 5)
	[ "$output" = "" ]
	[ "$stderr" = "tele-diff: one unit cannot be split: --aa needs more sessions" ]
	[ "$status" -eq 2 ]
}

@test "diff: --max-names puts what comes later into one group" {
	for side in base new; do
		for name in a b c d e; do
			sessions $name 1 2 3 4 5 | sed "s/_ms\":/&$([ $side = new ] && echo 5)/"
		done >$side
	done
	run --separate-stderr tele-diff --max-names 2 base new
	output=$(jq -r '.handler // empty' <<<"$output" | sort)
	same <<-'EOF2'
	(other)
	a
	b
	EOF2
	[ "$stderr" = "$(printf '%s\n' \
		"tele-diff: more than 2 groups: the rest, 15 events, is '(other)'" \
		"tele-diff: more than 2 groups: the rest, 15 events, is '(other)'")" ]
	[ "$status" -eq 1 ]
}

@test "diff: --strict, --max-line and --progress are as in every tool" {
	sessions draw 10 11 12 13 14 >base
	{ echo '{"kind" "beat"}'; cat base; } >broken
	run --separate-stderr tele-diff --strict base broken
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-diff: broken:1:9: expected ':' after key" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-diff --max-line 20 base base
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-diff: base:1: record is longer than --max-line" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-diff --progress base base
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[[ $stderr == *"%"* ]]
	[ "$status" -eq 0 ]
}

# --- what people see ---------------------------------------------------------

# Seven verdicts at once.
everything() {
	{
		sessions draw 10 11 12 13 14 15
		sessions 'load page' 100 101 102 103 104 105
		sessions gone 1 2 3 4 5 6
		sessions steady 100 100.5 101 101.5 102 102.5
	} | sed 's/}$/,"plugin":"CanvasPlugin"}/' >base
	{
		sessions draw 20 22 24 26 28 30
		sessions 'load page' 50 51 52 53 54 55
		sessions fresh 1 2 3 4 5 6
		sessions steady 100 100.5 101 101.5 102 102.5
	} | sed 's/}$/,"plugin":"CanvasPlugin"}/' >new
	for i in 1 2 3 4 5 6; do
		executions s$i 'a b' >>base
		executions s$i 'b a' | sed '/"b"/s/"src_line":11/"src_line":1/' >>new
	done
}

@test "diff: tele-fmt shows three sections, times as a table, all else as text" {
	everything
	tele-diff base new >findings || [ $? -eq 1 ]
	run --separate-stderr tele-fmt --width 100 findings
	same <<-'EOF2'
	6 sessions against 6: 1 slower, 1 reordered, 1 faster, 1 appeared, 1 vanished; in half of 5 groups,
	a change below 6 % would not have been seen

	changed
	                                          ms     now  change, 95 % sure     a session  base   new
	 slower    draw         CanvasPlugin    12.5      25  +100 % (+60..+150)     +12.5 ms  ▃▄▄▄▄▅ ▆▆▇▇██
	 reordered Create takes other steps: 6 of 6, now 0 of 6 executions take those that were usual
	           expected a b
	           observed b a
	 faster    load page    CanvasPlugin     102    52.5  -49 % (-51..-47)         -50 ms  ██████ ▄▄▄▅▅▅

	appeared
	 appeared  fresh (CanvasPlugin): in 6 of 6 sessions, before never

	vanished
	 vanished  gone (CanvasPlugin): in 6 of 6 sessions, now never
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-fmt --width 60 --ascii findings
	same <<-'EOF2'
	6 sessions against 6: 1 slower, 1 reordered, 1 faster, 1
	appeared, 1 vanished; in half of 5 groups, a change below
	6 % would not have been seen

	changed
	                             ms     now  change, 95 % sure
	 slower    draw            12.5      25  +100 % (+60..+150)
	 reordered Create takes other steps: 6 of 6, now 0 of 6
	           executions take those that were usual
	           expected a b
	           observed b a
	 faster    load page        102    52.5  -49 % (-51..-47)

	appeared
	 appeared  fresh (CanvasPlugin): in 6 of 6 sessions, before
	           never

	vanished
	 vanished  gone (CanvasPlugin): in 6 of 6 sessions, now
	           never
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	for width in 40 60 80 100 200; do
		run --separate-stderr tele-fmt --width $width findings
		jq -Rse --argjson most "$width" 'split("\n") | map(length)
			| max <= $most or $most < 60' <<<"$output"
		[ "$status" -eq 0 ]
	done
}

@test "diff: tele-fmt says nothing where nothing changed, and only then" {
	sessions draw 10 11 12 13 14 >base
	run --separate-stderr bash -c 'tele-diff base base | tele-fmt'
	same <<-'EOF2'
	5 sessions against 5: no difference; a change below 38 % would not have been seen

	changed
	nothing

	appeared
	nothing

	vanished
	nothing
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	# A part of the findings, without what they come to; and of another tool.
	sessions draw 20 22 24 26 30 >new
	run --separate-stderr bash -c 'tele-diff base new | tail -n 1 |
		tele-fmt -w 80'
	[ "${lines[0]}" = changed ]
	run --separate-stderr tele-fmt <<<'{"finding":"TS001","severity":"error","message":"gone"}'
	same <<<'error    TS001    gone'
	# Who names columns gets them.
	run --separate-stderr bash -c 'tele-diff base new | tail -n 1 |
		tele-fmt -c verdict,handler,ratio'
	same <<-'EOF2'
	verdict  handler  ratio
	slower   draw         2
	EOF2
}

@test "diff: tele-fmt marks verdicts by colour too, and md is for a pull request" {
	everything
	tele-diff base new >findings || [ $? -eq 1 ]
	run --separate-stderr tele-fmt --color always findings
	for marked in $'\e[1;31mslower   \e[0m draw' $'\e[36mfaster   \e[0m load' \
		$'\e[33mappeared \e[0m fresh' $'\e[1mchanged\e[0m'; do
		[[ $output == *"$marked"* ]]
	done
	run --separate-stderr tele-fmt md findings
	same <<-'EOF2'
	6 sessions against 6: 1 slower, 1 reordered, 1 faster, 1 appeared, 1 vanished; in half of 5 groups, a change below 6 % would not have been seen

	**changed**

	| | what | ms | now | change, 95 % sure | a session |
	| --- | --- | ---: | ---: | --- | ---: |
	| slower | draw, CanvasPlugin | 12.5 | 25 | +100 % (+60..+150) | +12.5 ms |
	| reordered | Create takes other steps: 6 of 6, now 0 of 6 executions take those that were usual; expected: a b; observed: b a | | | | |
	| faster | load page, CanvasPlugin | 102 | 52.5 | -49 % (-51..-47) | -50 ms |

	**appeared**

	| | what | ms | now | change, 95 % sure | a session |
	| --- | --- | ---: | ---: | --- | ---: |
	| appeared | fresh \(CanvasPlugin\): in 6 of 6 sessions, before never | | | | |

	**vanished**

	| | what | ms | now | change, 95 % sure | a session |
	| --- | --- | ---: | ---: | --- | ---: |
	| vanished | gone \(CanvasPlugin\): in 6 of 6 sessions, now never | | | | |
	EOF2
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "diff: on a terminal it shows that, with --ndjson records; the status stays" {
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	for option in '' --ndjson; do
		run --separate-stderr env -u COLUMNS LC_ALL=C.UTF-8 TERM=xterm \
			NO_COLOR=1 script -qec \
			"stty cols 80; tele-diff $option base new" /dev/null </dev/null
		[ "$status" -eq 1 ]
		if [ -z "$option" ]; then
			[[ $output == *" slower    draw"*"+100 % (+57..+160)"* ]]
			[[ $output == *$'\nappeared\r\nnothing'* ]]
		else
			[[ ${lines[0]} == '{"finding":"TD000"'* ]]
		fi
	done
}

@test "diff: no name drives a terminal or becomes Markdown" {
	local evil='\u001b[31m\u009b\u202e|<b>*x*`\"\u0000\n'

	sessions "$evil" 10 11 12 13 14 | sed 's/}$/,"plugin":"'"$(printf '\u202e')"'p"}/' >base
	sessions "$evil" 20 22 24 26 30 | sed 's/}$/,"plugin":"'"$(printf '\u202e')"'p"}/' >new
	run --separate-stderr tele-diff base new
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
	jq -se 'map(select(.finding == "TD001")) | .[0].handler
		== "\u001b[31m\u009b\u202e|<b>*x*`\"\u0000\n"' <<<"$output"
	tele-diff base new >findings || [ $? -eq 1 ]
	for form in table md; do
		tele-fmt $form findings >>out
		tele-fmt $form --width 60 findings >>out
	done
	LC_ALL=C run -1 grep -naP \
		'[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' out
	grep -qF '\|\<b\>\*x\*\`' out
}

@test "diff: findings open as such in every other form" {
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	tele-diff base new >findings || [ $? -eq 1 ]
	run --separate-stderr tele-fmt csv -c finding,severity,verdict,p findings
	same < <(printf '%s\r\n' finding,severity,verdict,p TD000,note,, \
		TD001,error,slower,0.00794)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- faults ------------------------------------------------------------------

@test "diff: an answer that cannot be written is trouble, whatever it is" {
	local status

	for i in {1..2000}; do
		work s1 "h$i" 1
	done >base
	sed 's/_ms":1/_ms":2/' base >new
	for options in '' --all '--fail-on any'; do
		status=0
		# shellcheck disable=SC2086 # they may be none
		tele-diff $options base new >/dev/full 2>err || status=$?
		[ "$(<err)" = "tele-diff: cannot write standard output: No space left on device" ]
		[ "$status" -eq 2 ]
		status=0
		# shellcheck disable=SC2086
		tele-diff $options base new >&- 2>err || status=$?
		[ "$(<err)" = "tele-diff: cannot write standard output: Bad file descriptor" ]
		[ "$status" -eq 2 ]
	done
	tele-diff --all base new >out
	[ "$(wc -c <out)" -gt 200000 ]
	run --separate-stderr env --default-signal=PIPE bash -c \
		'tele-diff --all base new | head -n 1 >/dev/null
		exit ${PIPESTATUS[0]}'
	[ "$stderr" = "" ]
	[ "$status" -eq 141 ]
}

@test "diff: a side that cannot be read to its end is trouble, not an answer" {
	local side k

	command -v strace >/dev/null || skip "strace is not installed"
	strace -qq -o trace true 2>err || skip "strace may not trace here"
	sessions draw 10 11 12 13 14 >base
	sessions draw 20 22 24 26 30 >new
	for side in base new; do
		for k in 1 2; do
			run --separate-stderr env ASAN_OPTIONS=detect_leaks=0 \
				strace -qq -o trace -P "$PWD/$side" \
				-e "inject=read:error=EIO:when=$k" tele-diff base new
			[ "${stderr_lines[0]}" = "tele-diff: cannot read '$side': Input/output error" ]
			[ "$status" -eq 2 ]
		done
	done
}

@test "diff: bytes changed at random are compared or reported, and never crash" {
	command -v python3 >/dev/null || skip "python3 is not installed"
	everything
	tele-stats --partial base >base.part
	python3 -c 'if True:
		import json, random, subprocess, sys
		parts = (b"\0", b"\xff", b"\n", b"\"", b"\\", b"{", b"}", b"[", b"]",
			b":", b",", b"\xc2\x9b", b"\\u0000", b"\\ud800", b"1e999", b"-",
			b"0", b"9999999999999999999", b"null", b"\x1b[31m", b" ")
		for seed in range(int(sys.argv[1])):
			r = random.Random(seed)
			input = bytearray(open(r.choice(("base", "base.part")), "rb").read())
			for _ in range(r.choice((1, 1, 2, 5, 50))):
				at = r.randrange(len(input))
				input[at:at + r.choice((0, 0, 1, 2, 20))] = r.choice((
					b"", r.choice(parts), bytes([r.randrange(256)]),
					input[:r.randrange(200)]))
			open("changed", "wb").write(input)
			sides = r.choice((("changed", "new"), ("new", "changed")))
			run = subprocess.run(["tele-diff", "--all", *sides], timeout=20,
				capture_output=True)
			print(seed, run.returncode, run.stderr[:300])
			assert run.returncode in (0, 1, 2)
			assert run.returncode == 2 or run.stderr == b""
			for line in run.stderr.splitlines():
				assert line.startswith(b"tele-diff: ")
			for c in run.stdout + run.stderr:
				assert c >= 32 or c == 10
			for line in run.stdout.decode().splitlines():
				for value in json.loads(line).values():
					assert value == value and value != float("inf")
	' "${TELE_ROUNDS:-200}"
}
