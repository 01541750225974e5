#!/usr/bin/env bats
# Traces and structured logs with known truth, which are not part of the
# project: the folder $TELE_CORPUS.

load helper

setup() {
	needs_corpus
	cd "$BATS_TEST_TMPDIR" || return
	otel=$TELE_CORPUS/otel
	loggers=$TELE_CORPUS/loggers
}

# What $1, perhaps compressed, holds.
content() {
	if [ -f "$1.zst" ]; then zstd -qdc "$1.zst"; else cat "$1"; fi
}

# The spans of the file $2 in folder $1 are those of its truth, to be had by $3.
right() {
	content "$otel/$1/$2" >log
	run --separate-stderr tele-extract log
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	echo "$output" >events
	jq -n -c -L "$srcdir/tests" 'include "otel"; spans' <events >found
	content "$otel/$1/truth.ndjson" |
		jq -n -c -L "$srcdir/tests" 'include "otel"; '"$3" >known
	[ -s known ]
	diff -u known found >differences || {
		echo "$1/$2:"
		head -n 20 differences
		return 1
	}
}

# --- traces ------------------------------------------------------------------

@test "corpus: every span of OTLP, to the nanosecond, as the truth has it" {
	for dir in small base base2 slow errors coverage chrome; do
		right $dir traces.jsonl 'truth(""; true)'
	done
	right small traces.sdk.jsonl 'truth(""; true)'
}

@test "corpus: the same spans of Jaeger and Zipkin, to the microsecond" {
	# One cuts off what is less, the other rounds, and has no links.
	right small jaeger.json 'truth("floor"; true)'
	right small zipkin.jsonl 'truth("round"; false)'
	[ "$(jq -c 'select(.kind == "error") | [.error_type, .error_message]' \
		events | sort -u)" = '["Error",null]' ]
}

@test "corpus: exceptions are errors, as many as are counted" {
	local dir count

	while read -r dir count; do
		content "$otel/$dir/traces.jsonl" >log
		run --separate-stderr tele-extract -k error log
		[ "$(wc -l <<<"$output")" -eq "$count" ]
		[ "$(jq -c 'select(.error_message == null or .error_stack == null
			or .code_file == null or .code_line == null)' \
			<<<"$output")" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done <<-'EOF'
	base 103
	base2 105
	slow 105
	errors 777
	small 4
	coverage 103
	chrome 4
	EOF
}

@test "corpus: OTLP logs say what jq finds in them" {
	for log in small/logs.jsonl small/logs.sdk.jsonl base/logs.jsonl \
		errors/logs.jsonl coverage/logs.jsonl; do
		content "$otel/$log" >lines
		run --separate-stderr tele-extract lines
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		jq -c '[.trace, .parent, .service, .level, .message]' \
			<<<"$output" >found
		jq -c '.resourceLogs[] | .resource.attributes[0].value.stringValue
			as $service | .scopeLogs[].logRecords[]
			| [.traceId, .spanId, $service,
			(.severityText | ascii_downcase), .body.stringValue]' \
			lines >known
		diff -u known found
	done
}

@test "corpus: public traces have the ids, names and durations that jq finds" {
	local micro='def micro: (.[:19] + "Z" | fromdate) * 1000000
		+ (.[20:] | rtrimstr("Z") + "000000" | .[:6] | tonumber);'

	cd "$TELE_CORPUS/public" || return
	for log in zipkin/*.json; do
		run --separate-stderr tele-extract -k span "$log"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		diff -u <(jq -c 'if type == "array" then . else [.] end
				| map([.traceId, .id + (if .shared then ".s"
				else "" end), .name, .duration, .timestamp]) | sort[]
				| map(. // "")' "$log") \
			<(jq -s -c "$micro"'map([.trace, .span, .name,
				(.duration_ms // empty | . * 1000 | round) // null,
				(.time // empty | micro) // null])
				| sort[] | map(. // "")' <<<"$output")
	done
	for log in jaeger/{analytics,follows,ui-TraceG,ui-TraceS,ui-TraceT,ui-u,ui_}*; do
		run --separate-stderr tele-extract -k span "$log"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		diff -u <(jq -c '[(.data // [.])[] | .spans // [.] | .[]
				| [.traceID, .spanID, .operationName, .duration,
				.startTime]] | sort[]' "$log") \
			<(jq -s -c "$micro"'map([.trace, .span, .name,
				(.duration_ms * 1000 | round), (.time | micro)])
				| sort[]' <<<"$output")
	done
	for log in otlp/jaeger*.json otlp/proto-example-trace.json \
		otlp/duckdb-otlp/{single,traces_s,multifile_v}*; do
		run --separate-stderr tele-extract -k span "$log"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		diff -u <(jq -s -c '[.. | objects | select(has("startTimeUnixNano"))
				| [(.traceId, .spanId | ascii_downcase), .name,
				(.endTimeUnixNano[-15:] | tonumber)
				- (.startTimeUnixNano[-15:] | tonumber)]] | sort[]' \
				"$log") \
			<(jq -s -c 'map([.trace, .span, .name,
				(.duration_ms * 1000000 | round)]) | sort[]' \
				<<<"$output")
	done
	# All complete events of Chrome, and what begins and ends beside them.
	for log in chrome-trace/{flow_simple,x_event_trace}.json \
		chrome-trace/speedscope-{Chrome-116,te-matching-x,te-multip,te-x}*; do
		run --separate-stderr tele-extract -k span "$log"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		[ "$(comm -23 <(jq -c '.. | objects
				| select(.ph? == "X" and .dur)
				| [.name, (.dur | tonumber)]' "$log" | sort) \
			<(jq -c '[.name, (.duration_ms // 0
				| . * 1000000 | round / 1000)]' <<<"$output" |
				sort))" = "" ]
	done
}

# --- loggers -----------------------------------------------------------------

@test "corpus: every record of five loggers, as the truth has it" {
	local record

	for log in pino.ndjson pino-custom.ndjson winston.ndjson bunyan.ndjson \
		bunyan-src.ndjson logfmt.log; do
		run --separate-stderr tele-extract "$loggers/$log"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
		echo "$output" >events
		# In winston's records an error's message is in place of another.
		record='[.kind, .level, .trace, .name, .duration_ms,
			(.message | sub("^request failed: "; "")), .error_type]'
		diff -u <(jq -c '. + {kind: "log", trace: .request_id,
				name: .operation, error_type: .error} | '"$record" \
				"$loggers/truth.ndjson") \
			<(jq -c "$record" events)
		# Each logger asked for the time by itself.
		paste <(jq .t_ms "$loggers/truth.ndjson") \
			<(jq '(.time[:19] + "Z" | fromdate) * 1000
			+ (.time[20:23] | tonumber)' events) |
			awk '$2 < $1 || $2 > $1 + 20 { exit 1 }'
		[ "$(jq -s -c '[length, (map(select(.error_type)) | length),
			(map(.duration_ms // 0) | add * 1000 | round / 1000)]' \
			events)" = "[2000,79,8506.296]" ]
		# A stack may go on with those of causes.
		paste <(jq .stack_lines "$loggers/truth.ndjson") \
			<(jq '.error_stack // "" | split("\n") | length' events) |
			awk '$2 < $1 { exit 1 }'
	done
}

@test "corpus: an access log in JSON" {
	run --separate-stderr tele-extract "$loggers/access.ndjson"
	[ "$(jq -s -c '[length, (map(select(.level == "error")) | length),
		(map(.duration_ms) | add * 1000 | round / 1000)]' \
		<<<"$output")" = "[2000,38,8838.013]" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "corpus: with --pair what begins and ends is a span, of as long" {
	for log in pino.ndjson winston.ndjson logfmt.log; do
		run --separate-stderr tele-extract --pair "$loggers/$log"
		[ "$(jq -s -c 'map(select(.kind == "span"))
			| [length, (map(select(.status == "error")) | length),
			(map(.duration_ms) | add * 1000 | round / 1000)]' \
			<<<"$output")" = "[1000,79,8506.296]" ]
		[ "$(jq -c 'select(.kind == "log" and .duration_ms)' \
			<<<"$output")" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

# --- all that is public ------------------------------------------------------

# The status, records, events, unmatched and malformed records of each FILE, and
# in the file `messages` what is said of them.
survey() {
	local file s

	: >"$BATS_TEST_TMPDIR/messages"
	for file; do
		case $file in *SOURCES.md) continue ;; esac
		s=0
		tele-extract --summary "$file" >"$BATS_TEST_TMPDIR/events" \
			2>"$BATS_TEST_TMPDIR/said" || s=$?
		sed '$d; s/^tele-extract: //' "$BATS_TEST_TMPDIR/said" \
			>>"$BATS_TEST_TMPDIR/messages"
		echo "$s $(sed -n '$s/[^0-9]*\([0-9]*\) [^0-9]*/\1 /gp' \
			"$BATS_TEST_TMPDIR/said")" \
			"$(wc -l <"$BATS_TEST_TMPDIR/events") $file"
	done | awk '{ print $1, $2, $7, $5, $6, $8 }'
}

@test "corpus: structured logs: what becomes of every public file" {
	cd "$TELE_CORPUS/public" || return
	run survey structured-logs/*
	same <<-'EOF'
	0 6 6 0 0 structured-logs/ag-long_lines.log
	0 6 6 0 0 structured-logs/ag-test_json.log
	0 3 3 0 0 structured-logs/ag-test_logfmt.log
	1 1 0 1 0 structured-logs/ag-test_nested_logfmt.log
	0 16 16 0 0 structured-logs/ag-test_parse.log
	0 6 6 0 0 structured-logs/ag-test_partial_json.log
	0 22 22 0 0 structured-logs/hl-cafe.log
	0 23 23 0 0 structured-logs/hl-kitchen-sink.log
	0 33 33 0 0 structured-logs/hl-prometheus.log
	0 2 2 0 0 structured-logs/hl-test.log
	0 1032 803 0 0 structured-logs/kafka0-controller.log.2016-12-19-18
	0 20596 797 3 0 structured-logs/kafka0-gc.log
	0 721 706 0 0 structured-logs/kafka0-server.log.2016-12-19-20
	0 10 10 0 0 structured-logs/lnav-bunyan.0
	0 2 2 0 0 structured-logs/lnav-crlf.0
	0 22 22 0 0 structured-logs/lnav-docker_compose.0
	0 10 10 0 0 structured-logs/lnav-dst.0
	0 5 5 0 0 structured-logs/lnav-ecs_log.json
	0 2 2 0 0 structured-logs/lnav-epoch.0
	0 2 2 0 0 structured-logs/lnav-generic_nanos.0
	0 50 50 0 0 structured-logs/lnav-gharchive_log.jsonl
	0 7 7 0 0 structured-logs/lnav-glog.0
	0 5 5 0 0 structured-logs/lnav-grafana.0
	0 6 1 0 0 structured-logs/lnav-invalid_utf8.0
	0 20 20 0 0 structured-logs/lnav-java.0
	0 2 2 0 0 structured-logs/lnav-journald.json
	0 14 14 0 0 structured-logs/lnav-json.json
	0 3 3 0 0 structured-logs/lnav-json2.json
	0 3 3 0 0 structured-logs/lnav-json3.json
	2 13 12 0 1 structured-logs/lnav-json_invalid.json
	0 2 2 0 0 structured-logs/lnav-json_subsec.json
	0 1416 82 0 0 structured-logs/lnav-laravel.0
	0 5 5 0 0 structured-logs/lnav-logfmt.0
	0 3 3 0 0 structured-logs/lnav-mongodb.0
	0 43 6 0 0 structured-logs/lnav-mysql_slow.0
	0 13 13 0 0 structured-logs/lnav-nested_json.json
	0 82 82 0 0 structured-logs/lnav-partitions.0
	0 1 1 0 0 structured-logs/lnav-pino.0
	0 28 20 0 0 structured-logs/lnav-postgres.0
	0 5 5 0 0 structured-logs/lnav-rust_tracing.0
	0 399 399 0 0 structured-logs/lnav-spark.0
	0 117 117 0 0 structured-logs/lnav-strace_log.2
	0 17 7 0 0 structured-logs/lnav-syslog.3
	0 10 10 0 0 structured-logs/lnav-tai64n.0
	0 16 5 0 0 structured-logs/lnav-vdsm.0
	0 3 3 0 0 structured-logs/lnav-with_zones.0
	0 9 3 0 0 structured-logs/lnav-zap_console.0
	EOF
	run cat "$BATS_TEST_TMPDIR/messages"
	same <<-'EOF'
	structured-logs/ag-test_nested_logfmt.log: JSON, but no format knows its records, which have the keys 'key', 'nested_key'; the closest, json, finds no time, level or message: --map can say which they are
	structured-logs/kafka0-controller.log.2016-12-19-18: times without a zone are taken for UTC (--assume-tz)
	structured-logs/kafka0-server.log.2016-12-19-20: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-crlf.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-docker_compose.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-dst.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-dst.0: times without a year are taken from when the file was last written (--assume-date)
	structured-logs/lnav-generic_nanos.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-glog.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-glog.0: times without a year are taken from when the file was last written (--assume-date)
	structured-logs/lnav-invalid_utf8.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-java.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-json_invalid.json:5:82: string is not closed
	structured-logs/lnav-laravel.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-partitions.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-partitions.0: times without a year are taken from when the file was last written (--assume-date)
	structured-logs/lnav-postgres.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-spark.0: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-strace_log.2: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-strace_log.2: times without a date are taken from when the file was last written (--assume-date)
	structured-logs/lnav-syslog.3: times without a zone are taken for UTC (--assume-tz)
	structured-logs/lnav-syslog.3: times without a year are taken from when the file was last written (--assume-date)
	structured-logs/lnav-vdsm.0: times without a zone are taken for UTC (--assume-tz)
	EOF
}

@test "corpus: Jaeger and Zipkin: what becomes of every public file" {
	cd "$TELE_CORPUS/public" || return
	run survey jaeger/* zipkin/*
	same <<-'EOF'
	0 2 2 0 0 jaeger/analytics-ui-trace.json
	0 5 5 0 0 jaeger/domain_01.json
	0 1 1 0 0 jaeger/es_01.json
	0 2 2 0 0 jaeger/follows-from-issue115.json
	0 4 4 0 0 jaeger/ui-TraceFlamegraph_testTrace.json
	0 11 11 0 0 jaeger/ui-TraceGraph_testTrace.json
	0 11 11 0 0 jaeger/ui-TraceStatistics_tableValuesTestTrace_testTrace.json
	0 5 5 0 0 jaeger/ui-TraceStatistics_tableValuesTestTrace_testTraceNormal.json
	0 57 57 0 0 jaeger/ui-TraceTimelineViewer_genaiTestTrace.json
	0 4 4 0 0 jaeger/ui-utils_fixtures_oltp2jaeger-multi-out.json
	0 2 2 0 0 jaeger/ui-utils_fixtures_otlp2jaeger-out.json
	0 5 5 0 0 jaeger/ui_01.json
	0 8 8 0 0 zipkin/ascend.json
	0 1 1 0 0 zipkin/envoy.json
	0 28 28 0 0 zipkin/messaging-kafka.json
	0 4 4 0 0 zipkin/messaging.json
	0 11 11 0 0 zipkin/messaging2.json
	0 5 5 0 0 zipkin/simple-db-p6.json
	0 4 4 0 0 zipkin/skew.json
	0 1041 1041 0 0 zipkin/smartthings-mobile-web-install.json
	0 175 175 0 0 zipkin/smartthings-oauth-authorization.json
	0 16 16 0 0 zipkin/yelp.json
	0 1 1 0 0 zipkin/zipkin2-chinese.json
	0 1 1 0 0 zipkin/zipkin2-client.json
	EOF
	[ ! -s "$BATS_TEST_TMPDIR/messages" ]
}

@test "corpus: Chrome: what becomes of every public file" {
	cd "$TELE_CORPUS/public" || return
	run survey chrome-trace/*
	same <<-'EOF'
	0 35 22 1 0 chrome-trace/async_begin_end.json
	0 1866 933 0 0 chrome-trace/big_trace.json
	0 10 8 0 0 chrome-trace/flow_simple.json
	0 4 4 0 0 chrome-trace/google_cloud_trace.json
	0 332 0 0 0 chrome-trace/google_highlight.json
	0 12 2 0 0 chrome-trace/instance_counters.json
	0 5 5 0 0 chrome-trace/instant_events.json
	0 3386 1684 0 0 chrome-trace/main_thread_has_unclosed_slices.json
	0 16 8 0 0 chrome-trace/nanoseconds.json
	0 20 11 1 0 chrome-trace/nestable_async.json
	0 20 11 1 0 chrome-trace/nestable_async_annotation.json
	0 37 18 0 0 chrome-trace/simple_trace.json
	0 3108 2813 0 0 chrome-trace/speedscope-Chrome-116-Trace-20230603T221323.json
	0 3551 3001 9 0 chrome-trace/speedscope-Chrome-65-simple-timeline.json
	1 1 0 1 0 chrome-trace/speedscope-Chrome-65-sucrase.cpuprofile
	0 2613 2291 2 0 chrome-trace/speedscope-Chrome-70-worker.json
	0 18 12 0 0 chrome-trace/speedscope-te-bex-interaction.json
	0 3 1 1 0 chrome-trace/speedscope-te-end-event-with-empty-stack.json
	0 4 3 0 0 chrome-trace/speedscope-te-end-non-top-of-stack.json
	0 5 3 0 0 chrome-trace/speedscope-te-event-reordering-name-match.json
	0 8 4 0 0 chrome-trace/speedscope-te-hermes-multiple-frames.json
	0 2 2 0 0 chrome-trace/speedscope-te-invalid-x-nesting.json
	0 5 5 0 0 chrome-trace/speedscope-te-matching-x.json
	0 2 1 0 0 chrome-trace/speedscope-te-mismatched-args.json
	0 2 1 0 0 chrome-trace/speedscope-te-mismatched-name.json
	0 4 2 0 0 chrome-trace/speedscope-te-multi-thread-with-samples.json
	0 17 8 0 0 chrome-trace/speedscope-te-multiprocess.json
	0 14 7 0 0 chrome-trace/speedscope-te-must-retain-original-order.json
	0 3 3 0 0 chrome-trace/speedscope-te-not-enough-end-events.json
	0 3 3 0 0 chrome-trace/speedscope-te-only-begin-events.json
	0 4 2 0 0 chrome-trace/speedscope-te-out-of-order-unbalanced-name.json
	0 6 3 0 0 chrome-trace/speedscope-te-out-of-order.json
	0 4 2 0 0 chrome-trace/speedscope-te-simple-hermes.json
	0 5 3 0 0 chrome-trace/speedscope-te-simple-object.json
	0 6 4 0 0 chrome-trace/speedscope-te-simple-partial-trailing-comma.json
	0 6 4 0 0 chrome-trace/speedscope-te-simple-partial-whitespace.json
	0 6 4 0 0 chrome-trace/speedscope-te-simple-partial.json
	0 2 0 0 0 chrome-trace/speedscope-te-simple-with-samples.json
	0 6 4 0 0 chrome-trace/speedscope-te-simple.json
	0 12 6 0 0 chrome-trace/speedscope-te-simultaneous-anonymous-calls.json
	0 6 2 2 0 chrome-trace/speedscope-te-too-many-end-events.json
	0 4 2 0 0 chrome-trace/speedscope-te-unbalanced-args.json
	0 4 2 0 0 chrome-trace/speedscope-te-unbalanced-name.json
	0 9 9 0 0 chrome-trace/speedscope-te-x-events-matching-end.json
	0 9 9 0 0 chrome-trace/speedscope-te-x-events-matching-start.json
	0 7 4 0 0 chrome-trace/speedscope-te-zero-duration-events.json
	0 39 18 0 0 chrome-trace/tall_trace.json
	0 10 0 0 0 chrome-trace/trace-with-bad-world-bounds.json
	0 4 2 0 0 chrome-trace/trivial_trace.json
	0 2316 1305 0 0 chrome-trace/v8_runtime_call_stats.json
	0 4027 3477 0 0 chrome-trace/x_event_trace.json
	EOF
	run cat "$BATS_TEST_TMPDIR/messages"
	same <<-'EOF'
	chrome-trace/speedscope-Chrome-65-sucrase.cpuprofile: JSON, but no format knows its records, which have the keys 'nodes'; the closest, json, finds no time, level or message: --map can say which they are
	EOF
}

@test "corpus: OTLP: what becomes of every public file" {
	cd "$TELE_CORPUS/public" || return
	run survey otlp/*.json* otlp/*/*
	same <<-'EOF'
	0 4 4 0 0 otlp/jaeger-otel_traces_01.json
	0 5 5 0 0 otlp/jaeger-storage-example_trace.json
	0 1 1 0 0 otlp/jaeger-storage-link_attributes_trace.json
	0 1 1 0 0 otlp/jaeger-storage-tags_opname_trace.json
	0 1 1 0 0 otlp/jaeger-ui-otlp2jaeger-in-error.json
	0 2 2 0 0 otlp/jaeger-ui-otlp2jaeger-in.json
	0 4 4 0 0 otlp/jaeger-ui-otlp2jaeger-multi-in-combined.json
	0 11 11 0 0 otlp/logfile_otel_collector.jsonl
	0 1 1 0 0 otlp/proto-example-events.json
	0 1 1 0 0 otlp/proto-example-logs.json
	0 4 0 0 0 otlp/proto-example-metrics.json
	0 1 1 0 0 otlp/proto-example-trace.json
	0 6 6 0 0 otlp/trace.json
	0 0 0 0 0 otlp/duckdb-otlp/empty.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/logs_document.json
	0 3 3 0 0 otlp/duckdb-otlp/logs_nulls.jsonl
	0 3 3 0 0 otlp/duckdb-otlp/logs_simple.jsonl
	2 3 1 0 2 otlp/duckdb-otlp/malformed.jsonl
	0 5 0 0 0 otlp/duckdb-otlp/metrics_all_types.jsonl
	0 1 0 0 0 otlp/duckdb-otlp/metrics_exp_histogram_ndjson.jsonl
	0 1 0 0 0 otlp/duckdb-otlp/metrics_histogram_ndjson.jsonl
	0 3 0 0 0 otlp/duckdb-otlp/metrics_nulls.jsonl
	0 3 0 0 0 otlp/duckdb-otlp/metrics_optional_fields.jsonl
	0 3 0 0 0 otlp/duckdb-otlp/metrics_simple.jsonl
	0 2 0 0 0 otlp/duckdb-otlp/metrics_summary_only.jsonl
	0 1 0 0 0 otlp/duckdb-otlp/metrics_temporality_strings.jsonl
	1 1 0 1 0 otlp/duckdb-otlp/multifile_malformed_traces.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/multifile_valid_traces.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/single_trace.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/traces_deep_nesting.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/traces_large_attrs.jsonl
	0 3 3 0 0 otlp/duckdb-otlp/traces_nulls.jsonl
	0 3 3 0 0 otlp/duckdb-otlp/traces_simple.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/ts_boundary_logs.jsonl
	0 1 1 0 0 otlp/duckdb-otlp/ts_overflow_logs.jsonl
	1 3 0 3 0 otlp/duckdb-otlp/whitespace.jsonl
	EOF
	run cat "$BATS_TEST_TMPDIR/messages"
	same <<-'EOF'
	otlp/duckdb-otlp/malformed.jsonl:2:1: expected '{'
	otlp/duckdb-otlp/malformed.jsonl:4:2: expected a key in quotes
	otlp/duckdb-otlp/multifile_malformed_traces.jsonl: no format knows it; as JSON, line 1, column 89: string is not closed
	otlp/duckdb-otlp/whitespace.jsonl: nothing but blank lines
	EOF
}
