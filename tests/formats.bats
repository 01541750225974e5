#!/usr/bin/env bats
# Each folder in tests/formats holds a log and the events that it gives.
# `tests/update` writes the events anew, to be read in `git diff`.

load helper

# The log in the folder, read with the options there, gives the events beside
# it, and nothing is said.
golden() {
	local options=()

	cd "$srcdir/tests/formats/$1" || return
	[ ! -f options ] || read -r -a options <./options
	run --separate-stderr tele-extract "${options[@]}" input.log
	same <expect.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: conductor, stamped: shared events, late answers, a wrong seq=" {
	golden conductor-iso
}

@test "formats: conductor, Chrome's console with places: a nested play" {
	golden conductor-chrome
}

@test "formats: conductor, bracketed with levels, styles and objects: a queue" {
	golden conductor-bracket
}

@test "formats: conductor, bare and indented: no time anywhere" {
	golden conductor-bare
}

@test "formats: conductor with the nested logger of development" {
	golden conductor-dev-iso
}

@test "formats: conductor 1.5.1 with its many bus messages" {
	golden conductor-lib151-iso
}

@test "formats: conductor, failures: beat, movement, sequence, two handlers" {
	golden conductor-errors-iso
}

@test "formats: conductor, oddities: unknown topic, plugin and sequence" {
	golden conductor-newtopic-iso
}

@test "formats: conductor in .NET, written by Serilog" {
	golden conductor-serilog
}

@test "formats: the .NET form says the same as the console" {
	cd "$srcdir/tests/formats" || return
	run --separate-stderr cmp conductor-iso/expect.ndjson \
		conductor-serilog/expect.ndjson
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: an installed tool finds them beside itself, wherever that is" {
	mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/share/tele"
	cp "$(command -v tele-extract)" "$BATS_TEST_TMPDIR/bin/"
	cp -r "$TELE_FORMATS" "$BATS_TEST_TMPDIR/share/tele/formats"
	unset TELE_FORMATS
	cd "$srcdir/tests/formats/conductor-iso" || return
	run --separate-stderr "$BATS_TEST_TMPDIR/bin/tele-extract" input.log
	same <expect.ndjson
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: access logs with and without times, of proxies, of uWSGI" {
	golden access-apache
	golden access-combined
	golden access-common
	golden access-custom
	golden access-haproxy
	golden access-nginx
	golden access-squid
	golden access-tiny
	golden access-uwsgi
}

@test "formats: databases, whose records have several lines" {
	golden database-mysql-slow
	golden database-postgresql
	golden database-redis
}

@test "formats: debug of Node.js, into a file and on a terminal" {
	golden debug-file
	golden debug-terminal
}

@test "formats: anything that begins with a time, or only with a severity" {
	golden generic-compose
	golden generic-epoch
	golden generic-levels
	golden generic-severities
	golden generic-slashes
	golden generic-tai64n
	golden generic-uptime
}

@test "formats: error logs of httpd and nginx" {
	golden httpd-error-apache
	golden httpd-error-nginx
}

@test "formats: garbage collection of the JVM" {
	golden jvm-gc-details
	golden jvm-gc-unified
}

@test "formats: log4j and logback in the layouts of many programs" {
	golden log4j-elasticsearch
	golden log4j-hadoop
	golden log4j-hdfs
	golden log4j-jul
	golden log4j-kafka
	golden log4j-logback
	golden log4j-spark
	golden log4j-spring
	golden log4j-tomcat
	golden log4j-winston
	golden log4j-zookeeper
}

@test "formats: log4js and loglevel of Node.js" {
	golden log4js-basic
	golden log4js-pattern
	golden loglevel
}

@test "formats: Android, in three forms" {
	golden logcat-healthapp
	golden logcat-threadtime
	golden logcat-time
}

@test "formats: loggers of Go, Rust, Ruby, PHP and Jetty" {
	golden loggers-env-logger
	golden loggers-glog
	golden loggers-jetty
	golden loggers-monolog
	golden loggers-ruby
	golden loggers-zap
}

@test "formats: OpenStack, a file and many collected" {
	golden oslo
	golden oslo-collected
}

@test "formats: Python's logging" {
	golden python-basic
	golden python-colons
	golden python-logging
	golden python-orders
}

@test "formats: strace, Proxifier, Windows' servicing" {
	golden proxifier
	golden strace
	golden strace-epoch
	golden windows-cbs
}

@test "formats: supercomputers" {
	golden supercomputer-bgl
	golden supercomputer-hpc
	golden supercomputer-thunderbird
}

@test "formats: syslog, old and new, of Linux and macOS" {
	golden syslog-linux
	golden syslog-macos
	golden syslog-rfc3164
	golden syslog-rfc5424
	golden syslog-rfc5424-file
	golden syslog-rsyslog
}

@test "formats: columns that a header names, of IIS, CloudFront and Zeek" {
	golden w3c-cloudfront
	golden w3c-iis
	golden w3c-quoted
	golden zeek-conn
	golden zeek-http
}

@test "formats: stack traces alone, of every language, are one error each" {
	cd "$srcdir/tests/stacks" || return
	for log in *.log; do
		run --separate-stderr tele-extract --assume-tz UTC "$log"
		same <"${log%.log}.ndjson"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "formats: the place of an error is that in the application" {
	cd "$srcdir/tests/stacks" || return
	run --separate-stderr jq -r 'select(.error_type) |
		[.src, .src_line, .error_type, .code_file, .code_line,
		 .code_function // ""] | join(" ") | rtrimstr(" ")' ./*.ndjson
	same <<-'EOF'
	java-cause.log 1 java.lang.RuntimeException Main.java 5 Main.b
	java-circular.log 1 java.lang.Exception Main.java 15 Main.main
	java-future.log 1 java.util.concurrent.ExecutionException Main.java 12 Main.lambda$main$6
	java-lambda-stream.log 1 java.lang.ArithmeticException Main.java 11 Main.lambda$main$2
	java-nomsg-multi.log 1 java.lang.Exception Main.java 16 Main.lambda$main$10
	java-reflect.log 1 java.lang.reflect.InvocationTargetException Main.java 13 Main.lambda$main$7
	java-sof.log 1 java.lang.StackOverflowError Main.java 14 Main$1R.r
	java-suppressed.log 1 java.io.IOException Main.java 10 Main.lambda$main$1
	node-aggregate-inspect.log 1 AggregateError /srv/shop/st/a.mjs 13
	node-async.log 1 Error /srv/shop/st/a.mjs 10 lvl2
	node-cause-inspect.log 1 Error /srv/shop/st/a.mjs 12
	node-cause-stack.log 1 Error /srv/shop/st/a.mjs 12
	node-class-static-anon-native.log 1 RangeError /srv/shop/st/a.mjs 4
	node-custom-inspect.log 1 InsufficientFunds /srv/shop/st/a.mjs 17
	node-eval.log 1 Error /srv/shop/st/a.mjs 7 evald
	node-fs-enoent.log 1 Error /srv/shop/st/a.mjs 14
	node-fs-sync.log 1 Error /srv/shop/st/a.mjs 15
	node-getter.log 1 RangeError /srv/shop/st/a.mjs 4
	node-new.log 1 SyntaxError /srv/shop/st/a.mjs 6 new B
	node-newfunction.log 1 Error /srv/shop/st/a.mjs 7 eval
	node-promise-all.log 1 Error /srv/shop/st/a.mjs 11
	node-syntax.log 5 SyntaxError /srv/shop/st/a.mjs 9
	node-typeerror.log 1 TypeError /srv/shop/st/a.mjs 3
	node-uncaught-stderr.log 5 Error [eval] 1 boom
	node-vm.log 5 Error my script.js 1 inVm
	perl-confess.log 1 Error -e 1 main::b
	py-async-taskgroup.log 1 ExceptionGroup /srv/shop/st/b.py 26 co
	py-cause.log 1 ValueError /srv/shop/st/b.py 12 chain
	py-context.log 1 ValueError /srv/shop/st/b.py 16 ctx
	py-exceptiongroup.log 1 ExceptionGroup /srv/shop/st/b.py 21 grp
	py-exec-string.log 1 ZeroDivisionError /srv/shop/st/b.py 28 <lambda>
	py-json-lib.log 1 json.decoder.JSONDecodeError /srv/shop/st/b.py 23 <lambda>
	py-keyerror.log 1 KeyError /srv/shop/st/b.py 8 f2
	py-logging-exception.log 2 KeyError /srv/shop/st/b.py 8 f2
	py-logging-exception.log 15 KeyError /srv/shop/st/b.py 8 f2
	py-notes-custom.log 1 E /srv/shop/st/b.py 31 cu
	py-recursion.log 1 RecursionError /srv/shop/st/b.py 18 rec
	py-syntaxerror.log 1 SyntaxError bad file.py 1
	rust-panic.log 2 panic r.rs 1 r::inner
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: OTLP as the Collector writes it: exceptions, links, code" {
	golden otlp-collector
}

@test "formats: OTLP as the SDK of JavaScript posts it" {
	golden otlp-sdk
}

@test "formats: OTLP in protobuf's own JSON: base64, enums by name, batches" {
	golden otlp-protobuf
}

@test "formats: OTLP with keys in snake_case, ids in upper case, integers as numbers" {
	golden otlp-snake
}

@test "formats: however OTLP is encoded, it says the same" {
	cd "$srcdir/tests/formats" || return
	for form in sdk snake protobuf; do
		# Only where it says it differs: the last is one document.
		run --separate-stderr diff <(sed 's/"src_line":[0-9]*//' \
			otlp-collector/expect.ndjson) \
			<(sed 's/"src_line":[0-9]*//' otlp-$form/expect.ndjson)
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "formats: Zipkin and Jaeger say of the same spans what they can" {
	cd "$srcdir/tests/formats" || return
	# To the microsecond, which is cut off or rounded; Zipkin has no links.
	for form in zipkin jaeger; do
		run --separate-stderr jq -r -s --arg form $form '
			def key: .trace + "/" + .span;
			def us: (.[17:26] | tonumber * 1e6 | round);
			(map(select(.src == "other" | not)) | length) as $n
			| map(select(.kind == "span")) | group_by(key)[]
			| select(length != 2 or (.[0] as $a | .[1] as $b
				| [$a, $b] | map([.name, .parent, .service, .status,
				   .code_file, .code_line, .code_function]) | unique
				| length) != 1 or
				((.[0].duration_ms - .[1].duration_ms | fabs)
					> 0.0011) or
				((.[0].time | us) != (.[1].time | us)) or
				($form == "jaeger" and .[0].links != .[1].links))' \
			otlp-collector/expect.ndjson $form/expect.ndjson
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "formats: OTLP logs: levels, bodies, an exception" {
	golden otlp-logs
}

@test "formats: Jaeger's answer: services named behind the spans" {
	golden jaeger
}

@test "formats: Jaeger's model: base64, RFC 3339, references without a type" {
	golden jaeger-model
}

@test "formats: Jaeger's documents in Elasticsearch: tags as list and as object" {
	golden jaeger-es
}

@test "formats: Zipkin, of which only the names of exceptions are left" {
	golden zipkin
}

@test "formats: Zipkin: a shared span has two halves; names and times may lack" {
	golden zipkin-shared
}

@test "formats: Chrome: nested, asynchronous, unsorted, steps, flows, an end too many" {
	golden chrome
}

@test "formats: Chrome: an array that is not closed" {
	golden chrome-array
}

@test "formats: Google Cloud Trace" {
	golden cloudtrace
}

@test "formats: pino: the first lines of a run, with an error" {
	golden pino
}

@test "formats: bunyan: the same run" {
	golden bunyan
}

@test "formats: winston: the same run" {
	golden winston
}

@test "formats: logfmt: the same run, with stacks on lines of their own" {
	golden logfmt
}

@test "formats: pino with other names: the same run" {
	golden json-pino
}

@test "formats: what loggers say of the same run is the same" {
	cd "$srcdir/tests/formats" || return
	for form in bunyan winston logfmt json-pino; do
		# winston's message is the error's; each has a stamp of its own.
		run --separate-stderr diff \
			<(jq -c '[.name, .duration_ms, .trace, .level, .error_type,
				.error_message, .error_stack, .code_file,
				.code_line]' pino/expect.ndjson) \
			<(jq -c '[.name, .duration_ms, .trace, .level, .error_type,
				.error_message, .error_stack, .code_file,
				.code_line]' $form/expect.ndjson | head -n 16)
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "formats: an access log in JSON" {
	golden json-access
}

@test "formats: ECS, dotted and nested" {
	golden ecs
}

@test "formats: Serilog's CLEF" {
	golden clef
}

@test "formats: systemd's journal: bytes, and fields that come twice" {
	golden journald
}

@test "formats: AWS CloudTrail" {
	golden aws-cloudtrail
}

@test "formats: AWS CloudWatch, with messages that are JSON" {
	golden aws-cloudwatch
}

@test "formats: JSON of zap, slog, logrus, zerolog, Caddy, Docker, MongoDB and many more" {
	golden json
}

@test "formats: JSON in an array, as Google Cloud Logging prints it" {
	golden json-array
}

@test "formats: logfmt of Go: escapes, units, quotes that are not closed, other lines" {
	cd "$srcdir/tests/formats/logfmt-go" || return
	run --separate-stderr tele-extract input.log
	same <expect.ndjson
	[ "$stderr" = "tele-extract: input.log:8:16: string is not closed" ]
	[ "$status" -eq 2 ]
}

@test "formats: every folder has a test above" {
	cd "$srcdir/tests/formats" || return
	run --separate-stderr ls
	same < <(sed -n 's/^\tgolden //p; s:^.*tests/formats/\([a-z-]*\)" ||.*:\1:p' \
		"$BATS_TEST_FILENAME" | LC_ALL=C sort -u)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: what is expected has its keys in the order of the wire" {
	run --separate-stderr jq -r '
		["time", "kind", "name", "duration_ms", "self_ms", "wait_ms",
		 "priority", "status", "trace", "span", "parent", "links",
		 "session", "service", "plugin", "sequence", "sequence_id",
		 "movement", "beat", "event", "handler", "added", "updated",
		 "removed", "level", "message", "error_type", "error_message",
		 "error_stack", "code_file", "code_line", "code_function",
		 "src", "src_line"] as $wire
		| keys_unsorted | map(. as $key | $wire | index($key))
		| select(. != sort or any(. == null))' \
		"$srcdir"/tests/formats/*/expect.ndjson
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "formats: spans lie in their parents, and self_ms is what these leave" {
	for events in "$srcdir"/tests/formats/*/expect.ndjson; do
		run --separate-stderr jq -s -c -f "$srcdir/tests/spans.jq" "$events"
		[ "$output" = "" ] || { echo "$events: $output"; false; }
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "formats: loggers of .NET: exceptions as text and as objects, no time" {
	golden serilog
}

@test "formats: JSON of Loguru, Docker, nginx, tracing, zap, ctime's times" {
	golden json-others
}

@test "formats: OpenTelemetry's console exporter, over lines and on one" {
	golden otel-console
}

@test "formats: logcat without times, tags with blanks" {
	golden logcat-brief
}

@test "formats: our own events pass byte for byte, with keys of others" {
	golden tele
}

@test "formats: stack traces of seven languages, one after the other" {
	golden traces-languages
}

@test "formats: what containers write, whole lines and parts" {
	golden loggers-cri
}

@test "formats: each has a log of its own, and says first what it takes" {
	for format in "$srcdir"/lib/formats/*.yaml; do
		run --separate-stderr awk '!/^#/ { exit } 1' "$format"
		[[ $output == *"Accepted beyond"* || $format == */conductor.yaml ]]
		compgen -G "$srcdir/tests/formats/$(basename "$format" .yaml)*/expect.ndjson"
	done
}
