#!/usr/bin/env bats
# tele-stats: each option, and what the numbers mean.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Of the records in $output, what FILTER (jq) makes of each.
each() {
	output=$(jq -c "$1" <<<"$output")
}

# --- groups ------------------------------------------------------------------

@test "stats: a record has all columns, and groups come by total time" {
	run --separate-stderr tele-stats <<-'EOF'
	{"time":"2026-01-02T03:04:05.5Z","kind":"beat","handler":"b","duration_ms":4}
	{"time":"2026-01-02T03:04:07Z","kind":"beat","handler":"a","duration_ms":1.5,"self_ms":1,"status":"error","code_file":"src/a.ts","code_line":7}
	{"time":"2026-01-02T03:04:06Z","kind":"beat","handler":"a","duration_ms":2,"self_ms":0.5,"status":"ok"}
	EOF
	same <<-'EOF'
	{"handler":"b","count":1,"errors":0,"error_rate":0,"total_ms":4,"self_ms":4,"min_ms":4,"mean_ms":4,"p50_ms":4,"p90_ms":4,"p95_ms":4,"p99_ms":4,"max_ms":4,"first":"2026-01-02T03:04:05.5Z","last":"2026-01-02T03:04:05.5Z"}
	{"handler":"a","count":2,"errors":1,"error_rate":0.5,"total_ms":3.5,"self_ms":1.5,"min_ms":1.5,"mean_ms":1.75,"p50_ms":1.5,"p90_ms":2,"p95_ms":2,"p99_ms":2,"max_ms":2,"first":"2026-01-02T03:04:06Z","last":"2026-01-02T03:04:07Z","code_file":"src/a.ts","code_line":7}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: groups are named by handler, else name, and by who has it" {
	run --separate-stderr tele-stats --sort handler <<-'EOF'
	{"kind":"beat","name":"theme:toggle","plugin":"P","handler":"toggle","duration_ms":1}
	{"kind":"beat","name":"theme:notify","plugin":"P","duration_ms":1}
	{"kind":"span","name":"GET /","service":"web","duration_ms":1}
	{"kind":"span","name":"GET /","service":"shop","duration_ms":1}
	{"kind":"handler","name":"toggle","handler":"toggle","plugin":"Q","service":"web","duration_ms":1}
	{"kind":"span","duration_ms":1}
	EOF
	each 'del(.[keys_unsorted[] | select(endswith("_ms") or startswith("err"))])'
	same <<-'EOF'
	{"handler":"","count":1}
	{"handler":"GET /","service":"shop","count":1}
	{"handler":"GET /","service":"web","count":1}
	{"handler":"theme:notify","plugin":"P","count":1}
	{"handler":"toggle","plugin":"P","count":1}
	{"handler":"toggle","plugin":"Q","count":1}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: two ways to escape a name are one name" {
	run --separate-stderr tele-stats <<-'EOF'
	{"kind":"beat","handler":"a\u0062/\"é\u0001","duration_ms":1}
	{"kind":"beat","handler":"ab\/\"\u00e9\u0001","duration_ms":2}
	EOF
	each '[.handler, .count]'
	same <<-'EOF'
	["ab/\"é\u0001",2]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: a key may be escaped, too" {
	run --separate-stderr tele-stats <<-'EOF'
	{"k\u0069nd":"beat","h\u0061ndler":"h","dur\u0061tion_ms":1}
	{"kind":"beat","handler":"h","duration_ms":2}
	EOF
	each '[.handler, .count, .total_ms]'
	[ "$output" = '["h",2,3]' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --by groups by these keys alone, in that order" {
	run --separate-stderr tele-stats --by status,sequence -b beat <<-'EOF'
	{"kind":"beat","handler":"a","plugin":"P","sequence":"S","beat":1,"duration_ms":1,"status":"ok"}
	{"kind":"beat","handler":"b","plugin":"Q","sequence":"S","beat":1,"duration_ms":2,"status":"ok"}
	{"kind":"beat","handler":"b","plugin":"Q","sequence":"S","beat":2,"duration_ms":4,"status":"error"}
	EOF
	each 'del(.self_ms, .min_ms, .mean_ms, .max_ms, .p50_ms, .p90_ms, .p95_ms, .p99_ms)'
	same <<-'EOF'
	{"status":"error","sequence":"S","beat":2,"count":1,"errors":1,"error_rate":1,"total_ms":4}
	{"status":"ok","sequence":"S","beat":1,"count":2,"errors":0,"error_rate":0,"total_ms":3}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --by takes keys that events do not know; absent is \"\"" {
	run --separate-stderr tele-stats --by attr.user,beat --sort attr.user <<-'EOF'
	{"kind":"beat","attr.user":"ada","beat":3,"duration_ms":1}
	{"kind":"beat","attr.user":"a\u0064a","beat":3,"duration_ms":1}
	{"kind":"beat","attr.user":7,"duration_ms":1}
	{"kind":"beat","attr.user":true,"duration_ms":1}
	{"kind":"beat","attr.user":null,"duration_ms":1}
	{"kind":"beat","attr.user":["ada"],"duration_ms":1}
	{"kind":"beat","x":{"attr.user":"ada"},"duration_ms":1}
	{"kind":"beat","duration_ms":1}
	EOF
	each '[.["attr.user"], .beat, .count]'
	same <<-'EOF'
	[7,"",1]
	["","",4]
	["ada",3,2]
	[true,"",1]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --by refuses a key twice, none, and those that statistics have" {
	for keys in plugin,plugin "," count handler,p95_ms last sketch; do
		run --separate-stderr tele-stats --by "$keys" /dev/null
		[ "$output" = "" ]
		case $keys in
		plugin,plugin) want="'plugin' is twice in --by" ;;
		,) want="cannot group by ''" ;;
		*) want="cannot group by '${keys#*,}'" ;;
		esac
		[ "${stderr_lines[0]}" = "tele-stats: $want" ]
		[ "$status" -eq 2 ]
	done
}

@test "stats: --by says when no event has the key" {
	run --separate-stderr tele-stats --by plugin,handlr <<-'EOF'
	{"kind":"beat","plugin":"P","handler":"h","duration_ms":1}
	{"kind":"beat","handler":"h","duration_ms":1}
	EOF
	each '[.plugin, .handlr, .count]'
	same <<-'EOF'
	["","",1]
	["P","",1]
	EOF
	[ "$stderr" = "tele-stats: no event has the key 'handlr'" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-stats --by handlr </dev/null
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --by a place in the code says it once" {
	printf '%s\n' \
		'{"kind":"beat","duration_ms":1,"code_file":"a.ts","code_line":7}' \
		'{"kind":"beat","duration_ms":1,"code_file":"a.ts","code_line":9}' \
		>events
	run --separate-stderr tele-stats --by code_file events
	[[ $output == '{"code_file":"a.ts","count":2,"errors":0,'*'"max_ms":1}' ]]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-stats --by code_line,code_file events
	output=$(grep -oE '"(code_line|code_file|count)":[^,]*' <<<"$output")
	same <<-'EOF'
	"code_line":7
	"code_file":"a.ts"
	"count":1
	"code_line":9
	"code_file":"a.ts"
	"count":1
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: work and logs that state a duration count, nothing else does" {
	run --separate-stderr tele-stats --by kind --sort kind <<-'EOF'
	{"kind":"sequence","name":"S","duration_ms":9}
	{"kind":"movement","name":"M","duration_ms":8}
	{"kind":"beat","name":"b","duration_ms":1}
	{"kind":"handler","name":"h","duration_ms":1}
	{"kind":"span","name":"s","duration_ms":1}
	{"kind":"span","name":"s","status":"unfinished"}
	{"kind":"log","name":"GET /","duration_ms":1}
	{"kind":"log","name":"GET /"}
	{"kind":"gap","duration_ms":1000}
	{"kind":"queue","wait_ms":5}
	{"kind":"state","handler":"h"}
	{"kind":"error","handler":"h"}
	{"kind":"new","duration_ms":1}
	EOF
	each '[.kind, .count, .total_ms]'
	same <<-'EOF'
	["beat",1,1]
	["handler",1,1]
	["log",1,1]
	["span",2,1]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --kind counts these kinds instead" {
	run --separate-stderr tele-stats --kind movement,log -k gap --by kind \
		--sort kind <<-'EOF'
	{"kind":"movement","name":"M","duration_ms":8}
	{"kind":"beat","name":"b","duration_ms":1}
	{"kind":"log","name":"GET /","duration_ms":1}
	{"kind":"log","name":"GET /"}
	{"kind":"gap","duration_ms":1000}
	EOF
	each '[.kind, .count, .total_ms]'
	same <<-'EOF'
	["gap",1,1000]
	["log",2,1]
	["movement",1,8]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-stats --kind beet
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-stats: unknown kind 'beet'" ]
	[ "$status" -eq 2 ]
}

@test "stats: a group without any duration has no times" {
	run --separate-stderr tele-stats <<-'EOF'
	{"kind":"beat","handler":"h","status":"error"}
	EOF
	same <<-'EOF'
	{"handler":"h","count":1,"errors":1,"error_rate":1}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: errors are work that failed and logs of level error and above" {
	run --separate-stderr tele-stats <<-'EOF'
	{"kind":"beat","handler":"h","duration_ms":1,"status":"error","level":"error"}
	{"kind":"beat","handler":"h","duration_ms":1,"status":"ok"}
	{"kind":"beat","handler":"h","status":"unfinished"}
	{"kind":"error","handler":"h","level":"error"}
	{"kind":"log","name":"h","duration_ms":1,"level":"error"}
	{"kind":"log","name":"h","duration_ms":1,"level":"fatal"}
	{"kind":"log","name":"h","duration_ms":1,"level":"warn"}
	EOF
	each '[.count, .errors, .error_rate]'
	same <<-'EOF'
	[6,3,0.5]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	# Points about errors are no work that failed, also where they are asked for.
	run --separate-stderr tele-stats --kind error <<-'EOF'
	{"kind":"error","handler":"h","level":"error"}
	EOF
	each '[.count, .errors, .error_rate]'
	same <<-'EOF'
	[1,0,0]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: first and last are instants, whatever their zone and digits" {
	run --separate-stderr tele-stats <<-'EOF'
	{"time":"2026-01-02T04:04:06+01:00","kind":"beat","handler":"h","duration_ms":1}
	{"time":"2026-01-02T03:04:05.250Z","kind":"beat","handler":"h","duration_ms":1}
	{"kind":"beat","handler":"h","duration_ms":1}
	{"time":"2026-01-02T03:04:05.9Z","kind":"beat","handler":"h","duration_ms":1}
	EOF
	each '[.first, .last]'
	same <<-'EOF'
	["2026-01-02T03:04:05.250Z","2026-01-02T03:04:06Z"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- numbers -----------------------------------------------------------------

@test "stats: everything equals a plain computation on small groups" {
	cat "$srcdir"/tests/formats/conductor-*/expect.ndjson >events
	jq -s -c -S -f "$srcdir/tests/stats.jq" events >plain
	[ "$(wc -l <plain)" -gt 30 ]
	run --separate-stderr tele-stats events
	output=$(jq -s -c -S 'sort_by(.handler, .plugin, .service)[]' \
		<<<"$output")
	same <plain
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: quantiles are nearest rank: the ceil(q n)-th value" {
	for i in 7 1 10 3 5 9 2 8 4 6; do
		echo '{"kind":"beat","handler":"h","duration_ms":'$i'}'
	done >ten
	run --separate-stderr tele-stats ten
	each '[.min_ms, .p50_ms, .p90_ms, .p95_ms, .p99_ms, .max_ms, .mean_ms]'
	[ "$output" = "[1,5,9,10,10,10,5.5]" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# N durations from 1 us to about 17 min, the same each time, most of them short.
durations() {
	awk -v n="$1" 'BEGIN {
		for (seed = 1; n-- > 0;) {
			seed = (seed * 16807) % 2147483647
			printf "%.3f\n", 0.001 * 10 ^ (9 * (seed / 2147483647) ^ 2)
		}
	}'
}

@test "stats: 64 durations have exact quantiles" {
	durations 64 >values
	sed 's/.*/{"kind":"beat","handler":"h","duration_ms":&}/' values >events
	run --separate-stderr tele-stats events
	each '[.count, .p50_ms, .p90_ms, .p95_ms, .p99_ms, .min_ms, .max_ms]'
	same < <(jq -s -c 'sort | [length, .[31], .[57], .[60], .[63], .[0],
		.[63]]' values)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: more durations have quantiles within 1 %, the rest exactly" {
	for n in 65 1000 20000; do
		durations $n >values
		sed 's/.*/{"kind":"beat","handler":"h","duration_ms":&}/' values >events
		run --separate-stderr tele-stats events
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		jq -e -s --argjson stats "$output" '
			def us: . * 1000 | round;
			sort | . as $values | length as $n
			| ([[50, "p50_ms"], [90, "p90_ms"], [95, "p95_ms"],
			    [99, "p99_ms"]]
				| map($values[($n * .[0] / 100 | ceil) - 1] as $exact
				| $stats[.[1]] / $exact | . > 0.99 and . < 1.01)
				| all)
			and $stats.count == $n
			and $stats.min_ms == .[0] and $stats.max_ms == .[$n - 1]
			and ($stats.total_ms | us) == (map(us) | add)' values
	done
}

@test "stats: derived numbers are rounded half to even, to six decimals" {
	run --separate-stderr tele-stats <<-'EOF'
	{"kind":"beat","handler":"a","duration_ms":0.000001,"status":"error"}
	{"kind":"beat","handler":"a","duration_ms":0.000002}
	{"kind":"beat","handler":"a","duration_ms":0.000002}
	{"kind":"beat","handler":"b","duration_ms":0.000001}
	{"kind":"beat","handler":"b","duration_ms":0.000002}
	{"kind":"beat","handler":"c","duration_ms":0}
	{"kind":"beat","handler":"c","duration_ms":0.000001}
	EOF
	output=$(sed 's/"self_ms.*"mean_ms/"mean_ms/; s/,"p50.*/}/' <<<"$output")
	same <<-'EOF'
	{"handler":"a","count":3,"errors":1,"error_rate":0.333333,"total_ms":0.000005,"mean_ms":0.000002}
	{"handler":"b","count":2,"errors":0,"error_rate":0,"total_ms":0.000003,"mean_ms":0.000002}
	{"handler":"c","count":2,"errors":0,"error_rate":0,"total_ms":0.000001,"mean_ms":0}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: totals are exact beyond what a double holds" {
	run --separate-stderr tele-stats <<-'EOF'
	{"kind":"beat","handler":"h","duration_ms":9007199254740.993001}
	{"kind":"beat","handler":"h","duration_ms":0.000001}
	EOF
	[[ $output == *'"total_ms":9007199254740.993002,'* ]]
	[[ $output == *'"max_ms":9007199254740.993001}'* ]]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- self time ---------------------------------------------------------------

# Spans in an order of one's choice: what overlaps, sticks out, has children of
# its own, has no parent here, or has the same ids in another trace.
spans() {
	cat <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"root","duration_ms":20,"trace":"t","span":"r"}
	{"time":"2026-01-02T03:04:05.002Z","kind":"span","name":"left","duration_ms":6,"trace":"t","span":"a","parent":"r"}
	{"time":"2026-01-02T03:04:05.004Z","kind":"span","name":"right","duration_ms":8,"trace":"t","span":"b","parent":"r"}
	{"time":"2026-01-02T03:04:05.018Z","kind":"span","name":"late","duration_ms":9,"trace":"t","span":"c","parent":"r"}
	{"time":"2026-01-02T03:04:05.005Z","kind":"span","name":"deep","duration_ms":2.5,"trace":"t","span":"d","parent":"b"}
	{"time":"2026-01-02T03:04:05.001Z","kind":"span","name":"orphan","duration_ms":1,"trace":"t","span":"e","parent":"elsewhere"}
	{"time":"2026-01-02T03:04:05.001Z","kind":"span","name":"other","duration_ms":15,"trace":"u","span":"a","parent":"r"}
	EOF
}

@test "stats: self time is what direct children leave, in any order of spans" {
	spans >forth
	spans | tac >back
	spans | sed -n '4p;1p;6p;5p;2p;7p;3p' >mixed
	for order in forth back mixed; do
		run --separate-stderr tele-stats --sort handler $order
		each '[.handler, .total_ms, .self_ms]'
		same <<-'EOF'
		["deep",2.5,2.5]
		["late",9,9]
		["left",6,6]
		["orphan",1,1]
		["other",15,15]
		["right",8,5.5]
		["root",20,8]
		EOF
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "stats: self_ms of an event counts where it is there" {
	run --separate-stderr tele-stats --sort handler <<-'EOF'
	{"time":"2026-01-02T03:04:05.000Z","kind":"span","name":"root","duration_ms":20,"self_ms":3.25,"trace":"t","span":"r"}
	{"time":"2026-01-02T03:04:05.002Z","kind":"span","name":"left","duration_ms":6,"trace":"t","span":"a","parent":"r"}
	EOF
	each '[.handler, .total_ms, .self_ms]'
	same <<-'EOF'
	["left",6,6]
	["root",20,3.25]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: children of kinds that are not counted still take their time" {
	spans | sed '/left/s/span/handler/' >events
	run --separate-stderr tele-stats --kind span --by name --sort name events
	each 'select(.name == "root") | [.total_ms, .self_ms]'
	[ "$output" = "[20,8]" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: parents too far from their children are reported" {
	{
		spans | sed -n 2p
		awk 'BEGIN {
			for (i = 0; i < 70000; i++)
				printf "{\"time\":\"2026-01-02T03:04:05Z\",\"kind\":\"span\",\"name\":\"x\",\"duration_ms\":1,\"trace\":\"%d\",\"span\":\"x\"}\n", i
		}'
		spans | sed -n 1p
	} >events
	run --separate-stderr tele-stats --sort handler events
	each '[.handler, .count, .self_ms]'
	same <<-'EOF'
	["left",1,6]
	["root",1,20]
	["x",70000,70000]
	EOF
	[ "$stderr" = "tele-stats: 1 span was more than 65536 spans away from the parent: its self time includes theirs" ]
	[ "$status" -eq 0 ]
}

@test "stats: dead time of a sequence is its own and its movements' self time" {
	run --separate-stderr tele-stats --kind sequence <<-'EOF'
	{"kind":"beat","name":"b","duration_ms":6,"self_ms":6,"plugin":"P","sequence":"S","movement":"M"}
	{"kind":"movement","name":"M","duration_ms":8,"self_ms":2,"plugin":"P","sequence":"S","movement":"M"}
	{"kind":"movement","name":"N","duration_ms":1,"self_ms":1,"plugin":"P","sequence":"S","movement":"N"}
	{"kind":"sequence","name":"S","duration_ms":10,"self_ms":1,"plugin":"P","sequence":"S"}
	{"kind":"movement","name":"M","duration_ms":8,"self_ms":4,"plugin":"Q","sequence":"T","movement":"M"}
	{"kind":"sequence","name":"T","duration_ms":8,"self_ms":0.5,"plugin":"Q","sequence":"T"}
	EOF
	each '[.handler, .plugin, .count, .total_ms, .self_ms, .dead_ms]'
	same <<-'EOF'
	["S","P",1,10,1,4]
	["T","Q",1,8,0.5,4.5]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: dead time is where the sequence is, whatever --by says" {
	cat >events <<-'EOF'
	{"kind":"movement","name":"M","duration_ms":8,"self_ms":2,"trace":"t","sequence":"S","movement":"M","status":"error"}
	{"kind":"sequence","name":"S","duration_ms":10,"self_ms":1,"trace":"t","sequence":"S","status":"ok"}
	{"kind":"movement","name":"M","duration_ms":8,"self_ms":4,"trace":"u","sequence":"S","movement":"M","status":"ok"}
	{"kind":"sequence","name":"S","duration_ms":8,"self_ms":0.5,"trace":"u","sequence":"S","status":"ok"}
	EOF
	run --separate-stderr tele-stats -k sequence --by kind,name,sequence events
	each '[.kind, .name, .sequence, .count, .self_ms, .dead_ms]'
	[ "$output" = '["sequence","S","S",2,1.5,7.5]' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-stats -k sequence --by trace --sort trace events
	each '[.trace, .count, .self_ms, .dead_ms]'
	same <<-'EOF'
	["t",1,1,3]
	["u",1,0.5,4.5]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# A movement does not tell the status of its sequence.
	run --separate-stderr tele-stats -k sequence --by status events
	each '[.status, .count, .self_ms, .dead_ms]'
	[ "$output" = '["ok",2,1.5,null]' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- order and number of groups ----------------------------------------------

groups() {
	cat <<-'EOF'
	{"kind":"beat","handler":"many","duration_ms":1}
	{"kind":"beat","handler":"many","duration_ms":1}
	{"kind":"beat","handler":"many","duration_ms":1}
	{"kind":"beat","handler":"slow","duration_ms":9}
	{"kind":"beat","handler":"bad","duration_ms":4,"status":"error"}
	{"kind":"beat","handler":"none"}
	{"kind":"beat","handler":"also slow","duration_ms":9}
	EOF
}

@test "stats: --sort puts most of a column first, equals by name" {
	for by in total_ms: count:many errors:bad error_rate:bad max_ms: p95_ms:; do
		first=${by#*:}
		groups >events
		run --separate-stderr tele-stats --sort "${by%:*}" events
		each .handler
		[ "$(head -n 1 <<<"$output")" = "\"${first:-also slow}\"" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
	run --separate-stderr tele-stats --sort total_ms events
	each .handler
	same <<-'EOF'
	"also slow"
	"slow"
	"bad"
	"many"
	"none"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --sort takes a key of the groups, in order of text" {
	run --separate-stderr tele-stats --sort handler < <(groups)
	each .handler
	same <<-'EOF'
	"also slow"
	"bad"
	"many"
	"none"
	"slow"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	for options in '--sort size' '--by plugin --sort handler'; do
		# shellcheck disable=SC2086 # they are several words
		run --separate-stderr tele-stats $options /dev/null
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-stats: unknown key '${options##* }' for --sort" ]
		[ "$status" -eq 2 ]
	done
}

@test "stats: --sort by any key of the groups, numbers as numbers and first" {
	cat >events <<-'EOF'
	{"kind":"beat","handler":"a","plugin":"Q","beat":10,"duration_ms":1}
	{"kind":"beat","handler":"b","plugin":"P","beat":9,"duration_ms":2}
	{"kind":"beat","handler":"c","beat":9,"duration_ms":3}
	{"kind":"beat","handler":"d","plugin":"P","duration_ms":4}
	EOF
	run --separate-stderr tele-stats --by handler,beat --sort beat events
	each '[.beat, .handler]'
	same <<-'EOF'
	[9,"b"]
	[9,"c"]
	[10,"a"]
	["","d"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-stats --sort plugin events
	each '[.plugin, .handler]'
	same <<-'EOF'
	[null,"c"]
	["P","b"]
	["P","d"]
	["Q","a"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --top keeps the first groups" {
	run --separate-stderr tele-stats --top 2 < <(groups)
	each .handler
	same <<-'EOF'
	"also slow"
	"slow"
	EOF
	run --separate-stderr tele-stats -n 1 --sort count < <(groups)
	each .handler
	[ "$output" = '"many"' ]
	run --separate-stderr tele-stats --top 100 < <(groups)
	[ "${#lines[@]}" -eq 5 ]
	run --separate-stderr tele-stats --top 0 < <(groups)
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --max-names puts the rest in one group, and loses nothing" {
	run --separate-stderr tele-stats --max-names 2 < <(groups)
	each '[.handler, .count, .errors, .total_ms]'
	same <<-'EOF'
	["(other)",3,1,13]
	["slow",1,0,9]
	["many",3,0,3]
	EOF
	[ "$stderr" = "tele-stats: more than 2 groups: the rest, 3 events, is '(other)'" ]
	[ "$status" -eq 0 ]
}

@test "stats: the group of the rest has the keys of the others" {
	run --separate-stderr tele-stats --max-names 1 --by plugin <<-'EOF'
	{"kind":"beat","plugin":"P","duration_ms":1}
	{"kind":"beat","plugin":"Q","duration_ms":2}
	{"kind":"beat","plugin":"R","duration_ms":3}
	EOF
	each '[.plugin, .count, .total_ms]'
	same <<-'EOF'
	["(other)",2,5]
	["P",1,1]
	EOF
	[ "$stderr" = "tele-stats: more than 1 groups: the rest, 2 events, is '(other)'" ]
	[ "$status" -eq 0 ]
}

# --- input -------------------------------------------------------------------

@test "stats: empty input is no statistics, and no failure" {
	run --separate-stderr tele-stats </dev/null
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: a malformed record is reported with its position and the rest is kept" {
	run --separate-stderr tele-stats --ndjson <<-'EOF'
	{"kind" "beat"}
	{"kind":"beat","handler":"createNode","duration_ms":1.5}
	EOF
	same <<-'EOF'
	{"handler":"createNode","count":1,"errors":0,"error_rate":0,"total_ms":1.5,"self_ms":1.5,"min_ms":1.5,"mean_ms":1.5,"p50_ms":1.5,"p90_ms":1.5,"p95_ms":1.5,"p99_ms":1.5,"max_ms":1.5}
	EOF
	[ "$stderr" = "tele-stats: <stdin>:1:9: expected ':' after key" ]
	[ "$status" -eq 2 ]
}

@test "stats: a broken event is reported and counts for nothing" {
	run --separate-stderr tele-stats <<-'EOF'
	{"kind":"beat","handler":"h","duration_ms":"1.5"}
	{"kind":"beat","handler":"h","duration_ms":-1}
	{"kind":"beat","handler":"h","duration_ms":1e300}
	{"time":"yesterday","kind":"beat","handler":"h","duration_ms":1}
	{"kind":"beat","handler":7,"duration_ms":1}
	{"kind":"beat","handler":"h","duration_ms":1,"self_ms":1e99}
	{"kind":"beat","handler":"h","duration_ms":1,"links":["a",1]}
	{"kind":"beat","handler":"h","duration_ms":1}
	EOF
	each '[.handler, .count, .total_ms]'
	[ "$output" = '["h",1,1]' ]
	for i in {0..6}; do
		[[ ${stderr_lines[i]} == "tele-stats: <stdin>:$((i + 1)):"* ]]
	done
	[ "${#stderr_lines[@]}" -eq 7 ]
	[ "$status" -eq 2 ]
}

@test "stats: --strict stops at the first malformed record" {
	run --separate-stderr tele-stats --strict <<-'EOF'
	{"kind":"beat","handler":"h","duration_ms":1}
	{"kind":"beat","handler":7,"duration_ms":1}
	{"kind":"beat","handler":8,"duration_ms":1}
	EOF
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "tele-stats: <stdin>:2:"* ]]
	[ "$status" -eq 2 ]
}

@test "stats: records that are no events are reported" {
	run --separate-stderr tele-stats <<-'EOF'
	{"finding":"TS003","severity":"error"}
	{"node":"createNode"}
	{"kind":"beat","handler":"h","duration_ms":1}
	EOF
	each '[.handler, .count]'
	[ "$output" = '["h",1]' ]
	[ "${stderr_lines[0]}" = "tele-stats: <stdin>:1:1: neither an event nor partial statistics" ]
	[ "${stderr_lines[1]}" = "tele-stats: <stdin>:2:1: neither an event nor partial statistics" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[ "$status" -eq 2 ]
}

@test "stats: statistics cannot be merged, --partial ones can" {
	groups >events
	run --separate-stderr tele-stats --top 1 events
	echo "$output" >statistics
	run --separate-stderr tele-stats statistics
	[ "$output" = "" ]
	[ "$stderr" = "tele-stats: statistics:1:1: neither an event nor partial statistics" ]
	[ "$status" -eq 2 ]
}

# --- partial statistics ------------------------------------------------------

@test "stats: --partial has one sketch per group and session" {
	run --separate-stderr tele-stats --partial <<-'EOF'
	{"time":"2026-01-02T03:04:06Z","kind":"beat","handler":"h","plugin":"P","duration_ms":2,"src":"a.log"}
	{"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"h","plugin":"P","duration_ms":1.5,"self_ms":1,"status":"error","src":"a.log"}
	{"kind":"beat","handler":"h","plugin":"P","duration_ms":4,"src":"a.log","session":"night"}
	{"kind":"beat","handler":"h","plugin":"P"}
	EOF
	same <<-'EOF'
	{"handler":"h","plugin":"P","sketch":6,"count":1,"errors":0}
	{"handler":"h","plugin":"P","sketch":6,"session":"a.log","count":2,"errors":1,"total_ms":3.5,"self_ms":3,"min_ms":1.5,"max_ms":2,"first":"2026-01-02T03:04:05Z","last":"2026-01-02T03:04:06Z","values_ms":[1.5,2]}
	{"handler":"h","plugin":"P","sketch":6,"session":"night","count":1,"errors":0,"total_ms":4,"self_ms":4,"min_ms":4,"max_ms":4,"values_ms":[4]}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# 3,000 events of five handlers in three sessions, the same each time.
many() {
	durations 3000 | awk '{
		printf "{\"time\":\"2026-01-02T03:%02d:%02dZ\",", NR / 60, NR % 60
		printf "\"kind\":\"beat\",\"handler\":\"h%d\",", NR % 5 * NR % 7
		printf "\"duration_ms\":%s,\"self_ms\":%s", $1, $1
		if (NR % 11 == 0)
			printf ",\"status\":\"error\""
		printf ",\"session\":\"s%d\"}\n", NR % 3
	}'
}

@test "stats: merging is byte-identical in any order and split" {
	many >events
	tele-stats events >direct
	tele-stats --partial events >partial
	run --separate-stderr tele-stats partial
	same <direct
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	for lines in 1000 317 7; do
		rm -f part.*
		split -l $lines events part.
		for part in part.*; do
			tele-stats --partial "$part" >"$part.sketch"
		done
		run --separate-stderr tele-stats part.*.sketch
		same <direct
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		cat part.*.sketch | sort -r >reversed
		run --separate-stderr tele-stats reversed
		same <direct
		run --separate-stderr tele-stats --partial reversed
		same <partial
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "stats: partial statistics and events merge, options apply" {
	many >events
	tele-stats --top 2 --sort errors events >direct
	{
		head -n 1000 events | tele-stats --partial
		tail -n +1001 events
	} >mixed
	run --separate-stderr tele-stats --top 2 --sort errors mixed
	same <direct
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: dead time is merged as well" {
	cat "$srcdir"/tests/formats/conductor-*/expect.ndjson >events
	tele-stats --kind sequence events >direct
	grep -c dead_ms direct
	split -l 50 events part.
	for part in part.*; do
		tele-stats --kind sequence --partial "$part"
	done >sketches
	run --separate-stderr tele-stats sketches
	same <direct
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: what is grouped by an array of strings is merged as well" {
	cat >events <<-'EOF'
	{"kind":"state","handler":"h","updated":["a","b"]}
	{"kind":"state","handler":"h"}
	{"kind":"state","handler":"g","updated":["a","b"]}
	EOF
	tele-stats --kind state --by updated,handler events >direct
	[ "$(wc -l <direct)" -eq 3 ]
	tele-stats --kind state --by updated,handler --partial events >partial
	run --separate-stderr tele-stats --by updated,handler partial
	same <direct
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --partial leaves out nothing and has an order of its own" {
	for options in '--top 3' '--sort count'; do
		# shellcheck disable=SC2086 # they are several words
		run --separate-stderr tele-stats --partial $options /dev/null
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-stats: --partial keeps all groups, in order of their name" ]
		[ "$status" -eq 2 ]
	done
}

@test "stats: broken partial statistics are reported and left out" {
	run --separate-stderr tele-stats <<-'EOF'
	{"handler":"h","sketch":5,"count":1,"errors":0}
	{"handler":"h","sketch":6,"sessions":"","count":1,"errors":0}
	{"sketch":6,"count":1,"errors":0}
	{"handler":"h","sketch":6,"count":1,"errors":0,"total_ms":2,"self_ms":2,"min_ms":1,"max_ms":1,"values_ms":[1]}
	{"handler":"h","sketch":6,"count":1,"errors":0,"total_ms":1,"self_ms":1,"min_ms":1,"max_ms":1,"values_ms":[1]}
	EOF
	each '[.handler, .count, .total_ms]'
	[ "$output" = '["h",1,1]' ]
	[ "${stderr_lines[0]}" = "tele-stats: <stdin>:1:17: unknown kind of sketch" ]
	[ "${stderr_lines[1]}" = "tele-stats: <stdin>:2:28: malformed partial record" ]
	[ "${stderr_lines[2]}" = "tele-stats: <stdin>:3:3: partial record of no group" ]
	[ "${stderr_lines[3]}" = "tele-stats: <stdin>:4:1: partial record does not add up" ]
	[ "${#stderr_lines[@]}" -eq 4 ]
	[ "$status" -eq 2 ]
}

# --- live --------------------------------------------------------------------

# Run "$@" on a pipe that stays open: what is written to descriptor 9.
start() {
	mkfifo pipe
	"$@" <pipe >snapshots 2>messages 3>&- &
	reader=$!
	exec 9>pipe
}

# Wait until the snapshots count $1 events, for half a minute at most.
await() {
	for _ in {1..300}; do
		[ "$(jq -s 'map(.count) | add // 0' snapshots)" -lt "$1" ] ||
			return 0
		sleep 0.1
	done
	return 1
}

# Close the pipe; what came is in $output, $stderr and $status.
finish() {
	exec 9>&-
	status=0
	wait "$reader" || status=$?
	output=$(cat snapshots)
	stderr=$(cat messages)
}

@test "stats: --every reports each interval as it comes, and the rest at the end" {
	start tele-stats --every 100ms --by handler
	groups >&9
	await 7
	groups | sed 's/"many"/"few"/' >&9
	await 14
	groups | head -n 2 >&9
	finish
	jq -c '[.handler, .count, .total_ms // 0]' <<<"$output" >snapshots
	run --separate-stderr jq -s -c 'group_by(.[0])
		| map([.[0][0], (map(.[1]) | add), (map(.[2]) | add)])[]' snapshots
	same <<-'EOF'
	["also slow",2,18]
	["bad",2,8]
	["few",3,3]
	["many",5,5]
	["none",2,0]
	["slow",2,18]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --every says nothing of an interval without events" {
	start tele-stats --every 100ms --by handler
	groups | head -n 2 >&9
	await 2
	sleep 0.5
	[ "$(wc -l <snapshots)" -le 2 ]
	finish
	each '[.handler, .count]'
	[ "$(jq -s -c 'map(.[1]) | add' <<<"$output")" -eq 2 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --every takes the time of late children from their parents" {
	start tele-stats --every 100ms
	spans | sed -n 1p >&9
	await 1
	spans | sed -n 2p >&9
	await 2
	spans | sed -n '3,$p' >&9
	finish
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	jq -s -c 'group_by(.handler) | map([.[0].handler] + map(.self_ms))[]' \
		snapshots >each
	grep -c '^\["root",20,-6' each
	run --separate-stderr jq -c '[.[0], (.[1:] | add)]' each
	same <<-'EOF'
	["deep",2.5]
	["late",9]
	["left",6]
	["orphan",1]
	["other",15]
	["right",5.5]
	["root",8]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: --every --partial writes what merges to the whole" {
	{ many && spans; } >events
	tele-stats events >direct
	start tele-stats --every 100ms --partial
	head -n 1000 events >&9
	await 1000
	tail -n +1001 events | head -n 2001 >&9
	await 3001
	tail -n +3002 events >&9
	finish
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-stats snapshots
	same <direct
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: a live profile that is interrupted reports what it has, then dies" {
	for signal in INT:130 TERM:143 HUP:129; do
		start env --default-signal=INT,TERM,HUP tele-stats --every 1h
		groups >&9
		sleep 0.3
		kill -"${signal%:*}" "$reader"
		status=0
		wait "$reader" || status=$?
		exec 9>&-
		[ "$(jq -s 'map(.count) | add' snapshots)" -eq 7 ]
		[ "$(<messages)" = "" ]
		[ "$status" -eq "${signal#*:}" ]
		rm pipe
	done
}

@test "stats: a live profile under nohup outlives its terminal" {
	start env --ignore-signal=HUP tele-stats --every 1h
	groups >&9
	sleep 0.3
	kill -HUP "$reader"
	groups >&9
	finish
	[ "$(jq -s 'map(.count) | add' snapshots)" -eq 14 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "stats: a live profile ends when its reader has gone, though nothing comes" {
	mkfifo pipe
	exec 9<>pipe
	status=0
	# shellcheck disable=SC2016 # for the inner shell
	timeout 20 env --default-signal=PIPE bash -c '
		tele-stats --every 1h <pipe 2>messages | :
		exit "${PIPESTATUS[0]}"' || status=$?
	exec 9>&-
	[ "$(<messages)" = "" ]
	[ "$status" -eq 141 ]
}

@test "stats: --every takes a duration with a unit" {
	run --separate-stderr tele-stats --every 5 </dev/null
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-stats: invalid DURATION '5' for --every, which takes a unit as in '5s'" ]
	[ "$status" -eq 2 ]
	run --separate-stderr tele-stats --every 0s </dev/null
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-stats: --every needs a duration above zero" ]
	[ "$status" -eq 2 ]
}

@test "stats: --follow waits at the end of a file for what is added" {
	groups >growing
	tele-stats --follow --every 100ms growing >snapshots 2>messages 3>&- &
	reader=$!
	await 7 || { kill "$reader"; false; }
	groups >>growing
	await 14 || { kill "$reader"; false; }
	kill "$reader"
	[ "$(cat messages)" = "" ]
}

@test "stats: --follow without --every reports when it is interrupted" {
	groups >growing
	tele-stats growing >direct
	tele-stats --follow growing >snapshots 2>messages 3>&- &
	reader=$!
	sleep 0.3
	[ ! -s snapshots ]
	kill "$reader"
	status=0
	wait "$reader" || status=$?
	[ "$status" -eq 143 ]
	run --separate-stderr cat snapshots messages
	same <direct
}
