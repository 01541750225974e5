#!/usr/bin/env bats
# Against logs with known truth, which are not part of the project: the folder
# $TELE_CORPUS, and beside it the program that scores.

# shellcheck disable=SC2030,SC2031 # each test is a process of its own

load helper

setup() {
	needs_corpus
	cd "$BATS_TEST_TMPDIR" || return
	conductor=$TELE_CORPUS/conductor
}

# The log $1, perhaps compressed, into the file `log`; its truth $2 likewise.
fetch() {
	case $1 in
	*.zst) zstd -qdcf "$1" >log ;;
	*) cp "$1" log ;;
	esac
	case $2 in
	*.zst) zstd -qdcf "$2" >truth ;;
	*) cp "$2" truth ;;
	esac
}

# The events of the log $1 are right about every beat and every handler call of
# the truth $2, in all that either of them says.
score() {
	local scorer=$TELE_CORPUS/../tools/score-against-truth.mjs wrong

	node -e '' 2>/dev/null || skip "node is not installed"
	[ -f "$scorer" ] || skip "score-against-truth.mjs is not there"
	fetch "$1" "$2"
	run --separate-stderr tele-extract log
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >events
	for kind in beat handler; do
		node "$scorer" events truth --kind $kind --json >score
		wrong=$(jq -c '{missing, extra} + (.fields | del(.outcome) |
			map_values(select(.said != .right or .total != .right)))
			| select(. != {missing: 0, extra: 0})' score)
		[ "$wrong" = "" ] || { echo "$1: $kind: $wrong"; return 1; }
		[ "$(jq .paired score)" -gt 0 ]
	done
}

# --- attribution -------------------------------------------------------------

@test "corpus: five short runs, in four dialects each" {
	for log in "$conductor"/base/*.log; do
		score "$log" "${log%-*.log}.truth.ndjson"
	done
}

@test "corpus: slow, failing, misrouted and unknown things" {
	for log in "$conductor"/variants/*.log; do
		score "$log" "${log%-iso.log}.truth.ndjson"
	done
}

@test "corpus: the nested logger of development, in four dialects" {
	for log in "$conductor"/dev/*.log; do
		score "$log" "${log%-*.log}.truth.ndjson"
	done
}

@test "corpus: the library's build 1.5.1, in four dialects" {
	for log in "$conductor"/lib151/*.log; do
		score "$log" "${log%-*.log}.truth.ndjson"
	done
}

@test "corpus: a long run with every operation, in four dialects" {
	for log in "$conductor"/medium/*.log; do
		score "$log" "${log%-*.log}.truth.ndjson"
	done
}

@test "corpus: thirty sessions" {
	for log in "$conductor"/sessions/*/*.log; do
		score "$log" "${log%.log}.truth.ndjson.zst"
	done
}

@test "corpus: 315,876 lines" {
	score "$conductor/big/cut30-iso.log.zst" \
		"$conductor/big/cut30.truth.ndjson.zst"
}

@test "corpus: a production log: 25 beats, each with its handler, 31 answers" {
	log=$TELE_CORPUS/renderx/production-capture.log
	run --separate-stderr tele-extract --summary "$log"
	[ "$stderr" = "tele-extract: 1013 lines = 1013 matched + 0 continuation + 0 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
	run --separate-stderr jq -s -c '
		(map(select(.kind == "beat")) | length),
		(map(select(.kind == "beat" and .handler and .plugin and .trace and
			.sequence and .movement and .event)) | length),
		(map(select(.kind == "state")) | length),
		(map(select(.kind == "state" and .trace and .beat)) | length)' \
		<<<"$output"
	same <<-'EOF'
	25
	25
	31
	31
	EOF
	[ "$status" -eq 0 ]
}

@test "corpus: no dialect says other things than another" {
	for run in base/base-s{1,2,3,4,5} dev/dev-s6 lib151/lib151-s6; do
		# What a handler logs has its level in the bracketed form alone, and
		# objects in it are printed in different ways.
		for dialect in iso chrome bracket bare; do
			tele-extract "$conductor/$run-$dialect.log" |
				jq -c 'del(.time, .wait_ms, .self_ms, .span, .parent,
					.links, .src, .src_line)
					| if .kind == "log" then del(.level, .message)
					  else . end' >$dialect
		done
		for dialect in chrome bracket bare; do
			diff iso $dialect
		done
	done
}

# --- time and order ----------------------------------------------------------

@test "corpus: spans lie in their parents, and self_ms is what these leave" {
	for log in medium/medium-s8 dev/dev-s6 lib151/lib151-s6 \
		variants/errors-s7; do
		tele-extract "$conductor/$log-iso.log" >events
		run --separate-stderr jq -s -c -f "$srcdir/tests/spans.jq" events
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "corpus: movements and sequences are those of the truth" {
	tele-extract "$conductor/medium/medium-s8-iso.log" >events
	jq -c 'select(.kind | IN("movement", "sequence")) | [.kind, .trace,
		.sequence, .sequence_id, .movement, .plugin, .status]' events |
		sort >ours
	jq -c 'select(.kind | IN("movement", "sequence")) | [.kind, .request_id,
		.sequence, .sequence_id, .movement, .plugin, .outcome]' \
		"$conductor/medium/medium-s8.truth.ndjson" | sort >theirs
	[ "$(wc -l <theirs)" -eq 1491 ]
	diff theirs ours
	# The log has two decimals of a movement, whole milliseconds of a sequence.
	jq -s -c '(.[0] | map(select(.kind == "movement")
			| {key: .trace, value: .}) | from_entries) as $ours
		| .[1][] | select(.kind == "movement")
		| select($ours[.request_id].movement == .movement)
		| select($ours[.request_id].duration_ms - .dur_ms | fabs > 0.0051)' \
		<(jq -s . events) \
		<(jq -s . "$conductor/medium/medium-s8.truth.ndjson") >wrong
	[ "$(cat wrong)" = "" ]
}

@test "corpus: each request waited as long as the truth says, by its priority" {
	tele-extract --kind queue,sequence "$conductor/medium/medium-s8-iso.log" |
		jq -s . >events
	# The request id has the millisecond of the request.
	run --separate-stderr jq -c --slurpfile events events '
		def ms: (.[0:19] + "Z" | fromdateiso8601) * 1000 +
			(.[20:23] | tonumber);
		($events[0] | map(select(.kind == "queue")
			| {key: .trace, value: .}) | from_entries) as $queue
		| ($events[0] | map(select(.kind == "sequence")
			| {key: .trace, value: (.time | ms)}) | from_entries) as $start
		| select(.kind == "sequence")
		| $queue[.request_id] as $q
		| ($start[.request_id] - (.request_id | split("-")[-2] | tonumber))
			as $wait
		| select($q.priority != .priority or
			($q.wait_ms - $wait | fabs > 3))
		| [.request_id, .priority, $wait, $q]' \
		"$conductor/medium/medium-s8.truth.ndjson"
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ "$(jq 'map(select(.kind == "queue")) | length' events)" -eq 723 ]
}

@test "corpus: a nested play links to the request that made it, or to none" {
	tele-extract --kind sequence "$conductor/medium/medium-s8-iso.log" |
		jq -s 'map({key: .trace, value: (.links // [null])[0]})
			| from_entries' >links
	run --separate-stderr jq -s -c --slurpfile links links '
		map(select(.kind == "sequence")
			| ($links[0][.request_id] // null) as $link
			| .parent_request_id as $parent
			| if $link == null then
				if $parent then "not visible" else "root" end
			  elif $parent == null then "by the host"
			  elif $link | startswith($parent + "/b")
			  then "right" else "wrong" end)
		| group_by(.) | map({key: .[0], value: length}) | from_entries' \
		"$conductor/medium/medium-s8.truth.ndjson"
	# Of 240 nested plays 15 are made later than their beat: no line shows it.
	# One the host made while a beat ran, which no line shows either.
	same <<-'EOF'
	{"by the host":1,"not visible":15,"right":225,"root":482}
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- failures and oddities ---------------------------------------------------

@test "corpus: each failure is reported once, with handler, message, stack" {
	log=$conductor/variants/errors-s7-iso.log
	truth=$conductor/variants/errors-s7.truth.ndjson
	tele-extract "$log" >events
	# Of beats and handlers, as points.
	jq -c 'select((.kind == "handler" and .outcome == "error") or
			(.kind == "beat" and .outcome == "failed"))
		| [.request_id, .sequence, .movement, .beat, .event, .plugin,
		   .handler, .error]' "$truth" | sort >theirs
	jq -c 'select(.kind == "error") | [.trace, .sequence, .movement, .beat,
		.event, .plugin, .handler, .error_message]' events | sort >ours
	[ "$(wc -l <theirs)" -eq 13 ]
	diff theirs ours
	run --separate-stderr jq -c 'select(.kind == "error") | select(
		(.error_type | test("^[A-Z][A-Za-z]*Error$|^Error$") | not) or
		(.error_stack | contains(.error_message) | not)? // true or
		(.error_stack | contains("\n    at ") | not))' events
	[ "$stderr" = "" ]
	# Of beats, movements and sequences, as their status and what they say.
	jq -c 'select(.outcome == "failed") | [.kind, .request_id, .movement,
		.beat, .error]' "$truth" | sort >theirs
	jq -c 'select(.kind != "error" and has("error_message"))
		| [.kind, .trace, .movement, .beat, .error_message]' events |
		sort >ours
	[ "$(wc -l <theirs)" -eq 6 ]
	diff theirs ours
}

@test "corpus: a request has status error if it failed or a handler did" {
	log=$conductor/variants/errors-s7-iso.log
	truth=$conductor/variants/errors-s7.truth.ndjson
	tele-extract "$log" >events
	jq -r 'select((.kind == "handler" and .outcome == "error") or
		(.kind == "sequence" and .outcome == "failed")) | .request_id' \
		"$truth" | sort -u >theirs
	jq -r 'select(.kind == "sequence" and .status == "error") | .trace' \
		events | sort >ours
	[ "$(wc -l <theirs)" -eq 10 ]
	diff theirs ours
	# No beat is called failed that was not, and every failed one is.
	jq -c 'select(.kind == "beat" and .outcome == "failed")
		| [.request_id, .event]' "$truth" | sort >failed
	jq -c 'select(.kind == "beat" and .outcome != "ok")
		| [.request_id, .event]' "$truth" | sort >bad
	jq -c 'select(.kind == "beat" and .status == "error") | [.trace, .event]' \
		events | sort >ours
	[ "$(comm -13 bad ours)" = "" ]
	[ "$(comm -23 failed ours)" = "" ]
}

@test "corpus: where nothing fails no failure is invented" {
	for log in medium/medium-s8 variants/base-s7 variants/slow-s7 \
		variants/misroute-s7; do
		run --separate-stderr bash -c '
			set -o pipefail
			tele-extract "$1" | jq -c "select(.kind == \"error\" or
				(has(\"status\") and .status != \"ok\"))"' \
			extract "$conductor/$log-iso.log"
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "corpus: what is unknown, refused or late is reported each time" {
	log=$conductor/variants/newtopic-s7-iso.log
	truth=$conductor/variants/newtopic-s7.truth.ndjson
	tele-extract "$log" >events
	run --separate-stderr jq -s -c '
		map(select(.kind == "publish" and
			.message == "no topic definition found") | .event),
		map(select(.kind == "publish" and (has("message") | not)) | .event),
		map(select(.kind == "log" and .message == "plugin not found")
			| .plugin),
		map(select(.kind == "error" and has("sequence_id")) | .sequence_id),
		map(select(.message == "duplicate subscription blocked" and
			.name == "app:ui:theme:toggle") | .plugin),
		map(select(.kind == "mount" and .plugin == "CanvasHeatmapPlugin")
			| .sequence)' events
	same < <(jq -s -c 'map(select(.kind == "oddity"))
		| map(select(.what == "unknown_topic") | .topic),
		map(select(.what == "domain_event") | .event),
		map(select(.what == "unknown_plugin") | .plugin),
		map(select(.what == "unknown_sequence") | .sequence_id),
		map(select(.what == "double_mount") | .plugin),
		map(select(.what == "late_mount") | .sequence)' "$truth")
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- statistics --------------------------------------------------------------

@test "corpus: statistics of a long run equal a plain computation" {
	tele-extract "$conductor/medium/medium-s8-iso.log" >events
	jq -s -c -S -f "$srcdir/tests/stats.jq" events >plain
	run --separate-stderr tele-stats events
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	jq -s -c -S 'sort_by(.handler, .plugin, .service)[]' <<<"$output" >ours
	# Quantiles of more than 64 durations are within 1 %, all else is exact.
	jq -c 'if .count > 64 then
		del(.p50_ms, .p90_ms, .p95_ms, .p99_ms) else . end' plain >exact
	jq -c 'if .count > 64 then
		del(.p50_ms, .p90_ms, .p95_ms, .p99_ms) else . end' ours | diff exact -
	run --separate-stderr jq -s -c --slurpfile ours ours '
		[., $ours] | transpose[] | select(.[0].count > 64)
		| .[0] as $plain | .[1] as $ours
		| ("p50_ms", "p90_ms", "p95_ms", "p99_ms") as $p
		| select(($ours[$p] - $plain[$p] | fabs) > $plain[$p] / 100)' plain
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ "$(jq -s 'map(select(.count > 64)) | length' plain)" -gt 3 ]
}

@test "corpus: self time of spans in any order equals a plain computation" {
	# Times and durations in ns, counted from the first second of the run.
	jq -c '(.start_ns[0:10] | tonumber) as $second
		| {time: (($second | todate)[0:19] + "." + .start_ns[10:] + "Z"),
		   kind: "span", name, duration_ms: (.duration_ns | tonumber / 1e6),
		   trace: .trace_id, span: .span_id, parent: .parent_id, service}
		| del(.[keys_unsorted[] as $key | select(.[$key] == null) | $key])' \
		"$TELE_CORPUS/otel/small/truth.ndjson" >events
	jq -s -r '
		def union: reduce sort[] as [$from, $to] ({sum: 0, end: 0};
			if $from >= .end then {sum: (.sum + $to - $from), end: $to}
			elif $to > .end then {sum: (.sum + $to - .end), end: $to}
			else . end) | .sum;
		(.[0].start_ns[0:10] | tonumber) as $base
		| map({service, name, id: (.trace_id + .span_id),
			parent: (.trace_id + (.parent_id // "")),
			from: (((.start_ns[0:10] | tonumber) - $base) * 1e9 +
				(.start_ns[10:] | tonumber)),
			long: (.duration_ns | tonumber)} | .to = .from + .long)
		| (group_by(.parent) | map({key: .[0].parent, value: .})
			| from_entries) as $children
		| map(. as $span | .self = .long - (($children[.id] // [])
			| map([([.from, $span.from] | max), ([.to, $span.to] | min)])
			| map(select(.[0] < .[1])) | union))
		| group_by([.name, .service])[]
		| [.[0].name, .[0].service, length, (map(.long) | add),
		   (map(.self) | add)] | @tsv' \
		"$TELE_CORPUS/otel/small/truth.ndjson" | sort >plain
	[ "$(wc -l <plain)" -gt 20 ]
	sort events >by_time
	sort -r events >backwards
	sort -t '"' -k 16 events >by_id
	for order in events by_time backwards by_id; do
		run --separate-stderr tele-stats $order
		output=$(jq -r '[.handler, .service, .count,
			(.total_ms * 1e6 | round), (.self_ms * 1e6 | round)] | @tsv' \
			<<<"$output" | sort)
		same <plain
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

# --- comparison --------------------------------------------------------------

# Events of the logs of a folder of sessions, in a file of its name.
sessions() {
	tele-extract "$conductor/sessions/$1"/*.log >"$1"
}

# Events of the spans of a run of the services, in a file of its name.
spans() {
	tele-extract "$TELE_CORPUS/otel/$1"/traces.jsonl* >"$1"
}

# What tele-diff says about $1 and $2, and how it ends.
differ() {
	run --separate-stderr tele-diff "$1" "$2"
	[ "$stderr" = "" ]
	output=$(jq -r 'select(.finding != "TD000") | [.severity, .verdict,
		.handler // .name // .sequence // .event // "all", .service]
		| map(values) | join(" ")' <<<"$output"; echo "status $status")
}

@test "corpus: three slower handlers in ten sessions, and nothing else" {
	sessions base
	sessions base2
	sessions slow
	for base in base base2; do
		differ $base slow
		same <<-'EOF'
		error slower updatePosition
		error slower updateCssClass
		error slower showSelectionOverlay
		status 1
		EOF
	done
	for pair in 'base base2' 'base2 base'; do
		differ "${pair% *}" "${pair#* }"
		same <<<'status 0'
	done
	# Files, folders and partial statistics say the same.
	mkdir folder
	for log in "$conductor"/sessions/slow/*.log; do
		tele-extract "$log" >"folder/$(basename "$log").ndjson"
	done
	tele-stats --partial base >base.part
	tele-diff base slow >events || [ $? -eq 1 ]
	for new in folder slow; do
		tele-diff base.part $new >mixed || [ $? -eq 1 ]
		diff <(jq -c '[.handler, .ratio, .p_holm]' events) \
			<(jq -c '[.handler, .ratio, .p_holm]' mixed)
	done
}

@test "corpus: one session each: what is slower is unsure, which fails nothing" {
	for variant in base slow; do
		tele-extract "$conductor/variants/$variant-s7-iso.log" >$variant
	done
	run --separate-stderr tele-diff base slow
	output=$(jq -r 'select(.handler) | "\(.verdict) \(.handler)"
		+ " by \(.ratio * 100 - 100 | round) %"
		+ " (\(.low * 100 - 100 | round)..\(.high * 100 - 100 | round))"' \
		<<<"$output"; echo "status $status")
	same <<-'EOF'
	unsure updatePosition by 118 % (81..155)
	unsure showSelectionOverlay by 79 % (34..135)
	unsure updateCssClass by 93 % (79..111)
	status 0
	EOF
	[ "$stderr" = "" ]
}

@test "corpus: other steps, failures, and unknown topics" {
	for variant in base misroute errors newtopic; do
		tele-extract "$conductor/variants/$variant-s7-iso.log" >$variant
	done
	differ base misroute
	grep -q '^error reordered Canvas Component Create$' <<<"$output"
	[ "$(grep -c ^error <<<"$output")" -eq 1 ]
	grep -q '^status 1$' <<<"$output"
	differ base errors
	grep -q '^error failing all$' <<<"$output"
	[ "$(grep -c ^error <<<"$output")" -eq 1 ]
	grep -q '^status 1$' <<<"$output"
	differ base newtopic
	grep -q '^note appeared canvas.component.teleport.requested$' \
		<<<"$output"
	[ "$(grep -vc ^note <<<"$output")" -eq 1 ]
	grep -q '^status 0$' <<<"$output"
}

# One session of a seed against that of another: other users, the same program.
@test "corpus: no two short runs differ" {
	local base new

	for base in 1 2 3 4 5; do
		tele-extract "$conductor/base/base-s$base-iso.log" >$base
	done
	for base in 1 2 3 4 5; do
		for new in 1 2 3 4 5; do
			differ $base $new
			grep -v ^note <<<"$output" >verdict
			echo "$base $new: $output"
			[ "$(<verdict)" = "status 0" ]
		done
	done
}

@test "corpus: a slower operation of a service, and who waits for it" {
	spans base
	spans base2
	spans slow
	spans errors
	run --separate-stderr tele-diff base slow
	output=$(jq -r 'select(.verdict == "slower") | [.severity, .handler,
		.service, if .carried then "carried" else "to blame" end]
		| join(" ")' <<<"$output"; echo "status $status")
	same <<-'EOF'
	error inventory.reserve_stock inventory to blame
	note POST orders carried
	note POST /reserve inventory carried
	note orders.reserve_items orders carried
	status 1
	EOF
	[ "$stderr" = "" ]
	differ base2 slow
	output=$(grep -v ^note <<<"$output")
	same <<-'EOF'
	error slower inventory.reserve_stock inventory
	status 1
	EOF
	for pair in 'base base2' 'base2 base'; do
		differ "${pair% *}" "${pair#* }"
		grep -v ^note <<<"$output" >verdict
		[ "$(<verdict)" = "status 0" ]
	done
	differ base errors
	grep -q '^error failing all$' <<<"$output"
	grep -q '^status 1$' <<<"$output"
}
