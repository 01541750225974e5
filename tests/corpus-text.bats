#!/usr/bin/env bats
# Text logs with known truth, and many kinds of them, which are not part of the
# project: the folder $TELE_CORPUS.

load helper

setup() {
	needs_corpus
	cd "$BATS_TEST_TMPDIR" || return
	loggers=$TELE_CORPUS/loggers
	public=$TELE_CORPUS/public
}

# How many events the log $1 gives, how many of them are errors, and how many
# milliseconds they state.
totals() {
	run --separate-stderr tele-extract --assume-tz UTC \
		--assume-date 2026-11-22 "$1"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	jq -s -r '[length,
		(map(select(.level | IN("error", "fatal"))) | length),
		(map(.duration_ms // 0) | add * 1000 | round / 1000)] |
		map(tostring) | join(" ")' <<<"$output"
}

# --- loggers -----------------------------------------------------------------

@test "corpus-text: 2,000 events, 79 errors and 8506.296 ms by each logger" {
	for log in debug-notty debug-tty log4js-basic log4js-pattern loglevel \
		winston-text; do
		[ "$(totals "$loggers/$log.log")" = "2000 79 8506.296" ]
	done
}

@test "corpus-text: 2,000 requests, 38 failed, 8838.013 ms where it is said" {
	for log in access-combined access-common; do
		[ "$(totals "$loggers/$log.log")" = "2000 38 0" ]
	done
	for log in access-custom access-tiny; do
		[ "$(totals "$loggers/$log.log")" = "2000 38 8838.013" ]
	done
}

@test "corpus-text: what a logger was told is what its log gives" {
	for log in log4js-basic winston-text; do
		tele-extract --assume-tz UTC "$loggers/$log.log" |
			jq -c '[.level, (.name | ltrimstr("shop.")),
				.duration_ms, .error_type != null]' >ours
		jq -c '[.level, .operation, .duration_ms, .error != null]' \
			"$loggers/truth.ndjson" | diff - ours
	done
	# It looks at the clock a little later than the truth.
	tele-extract "$loggers/log4js-pattern.log" | jq -c '[.trace,
		(.time[0:19] + "Z" | fromdate) * 1000 + (.time[20:23] | tonumber)]' >ours
	run --separate-stderr jq -n -c --slurpfile ours ours \
		--slurpfile theirs "$loggers/truth.ndjson" '
		[range(2000) | [$ours[.], $theirs[.]]
		| select(.[0][0] != .[1].request_id or
			(.[0][1] - .[1].t_ms | . < 0 or . > 20))] | length'
	[ "$output" = 0 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- LogHub ------------------------------------------------------------------

@test "corpus-text: time, level and message of LogHub's eight systems" {
	cat >compare.py <<-'EOF'
	import csv, json, re, subprocess, sys
	base = sys.argv[1]
	months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
	month = lambda name: "%02d" % (months.index(name) + 1)
	levels = {"INFO": "info", "WARN": "warn", "ERROR": "error",
	          "FATAL": "fatal", "notice": "info", "error": "error",
	          "WARNING": "warn", "DEBUG": "debug"}
	level = lambda r: levels[r["Level"]]
	no_level = lambda r: None
	iso = lambda r: r["Date"] + "T" + r["Time"].replace(",", ".")
	systems = {
	    "HDFS": (level, lambda r: re.sub(
	        r"(..)(..)(..)(..)(..)(..)", r"20\1-\2-\3T\4:\5:\6",
	        r["Date"].zfill(6) + r["Time"].zfill(6))),
	    "Hadoop": (level, iso),
	    "Spark": (level, lambda r: "20" + r["Date"].replace("/", "-") +
	              "T" + r["Time"]),
	    "Zookeeper": (level, iso),
	    "OpenStack": (level, iso),
	    "Linux": (no_level, lambda r: "%s-%02dT%s" % (
	        month(r["Month"]), int(r["Date"]), r["Time"])),
	    "OpenSSH": (no_level, lambda r: "%s-%02dT%s" % (
	        month(r["Date"]), int(r["Day"]), r["Time"])),
	    "Apache": (level, lambda r: "%s-%s-%sT%s" % (
	        r["Time"].split()[4], month(r["Time"].split()[1]),
	        r["Time"].split()[2], r["Time"].split()[3])),
	}
	for name, (level_of, time_of) in systems.items():
	    path = "%s/%s/%s_2k.log" % (base, name, name)
	    done = subprocess.run(
	        ["tele-extract", "--assume-tz", "UTC", "--assume-date",
	         "2005-01-01", path], capture_output=True, text=True)
	    assert done.returncode == 0 and done.stderr == "", done.stderr
	    events = {}
	    for line in done.stdout.splitlines():
	        event = json.loads(line)
	        events[event["src_line"]] = event
	    wrong = 0
	    with open(path + "_structured.csv", newline="", encoding="utf-8") as f:
	        for row in csv.DictReader(f):
	            event = events.get(int(row["LineId"]), {})
	            want = level_of(row)
	            wrong += (event.get("message", "") != row["Content"].strip() or
	                      not event["time"][:-1].endswith(time_of(row)) or
	                      (want is not None and event.get("level") != want))
	    print(name, len(events), wrong)
	EOF
	run --separate-stderr python3 compare.py "$public/loghub"
	same <<-'EOF'
	HDFS 2000 0
	Hadoop 2000 0
	Spark 2000 0
	Zookeeper 2000 0
	OpenStack 2000 0
	Linux 2000 0
	OpenSSH 2000 0
	Apache 2000 0
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- stack traces ------------------------------------------------------------

# What the errors of each of the files are, and where in the application.
places() {
	local file

	for file; do
		case $file in *SOURCES.md | *browsers-*) continue ;; esac
		tele-extract --assume-tz UTC "$file" | jq -r --arg file "${file##*/}" '
		[$file, .error_type, (if .code_file then
			"\(.code_file):\(.code_line // "")" else "-" end),
			.code_function // "-"] | join(" ")'
	done
}

@test "corpus-text: stack traces of public sources: type, place, function" {
	run --separate-stderr places "$public"/stacktraces/*
	same <<-'EOF'
	client_js_exc.txt Error file.js:875 Object.InjectedScript._evaluateOn
	complex_java_exc.txt javax.servlet.ServletException OpenSessionInViewFilter.java:60 com.example.myproject.OpenSessionInViewFilter.doFilter
	csharp_async_exc.txt System.InvalidOperationException c:/ExampleApp/ExampleApp/AsyncExceptionExample.cs:36 ExampleApp2.AsyncExceptionExample.LowestLevelMethod
	csharp_exc.txt System.Collections.Generic.KeyNotFoundException /usr/local/google/home/Csharp/another file.csharp:9 File3.Consolidator_Class.Function5
	csharp_nested_exc.txt System.InvalidOperationException c:/ExampleApp/ExampleApp/NestedExceptionExample.cs:22 ExampleApp.NestedExceptionExample.SecondLevelMethod
	dart_abstract_class_err.txt Error /path/to/code/dartFile.dart:12 main.<anonymous closure>
	dart_argument_err.txt Error /path/to/code/dartFile.dart:23 main.<anonymous closure>
	dart_assertion_err.txt Error /path/to/code/dartFile.dart:9 main.<anonymous closure>
	dart_async_err.txt Error /test/example/http/handling_an_httprequest_error.dart:16 handleFailure
	dart_concurrent_modification_err.txt Error /path/to/code/dartFile.dart:35 main.<anonymous closure>
	dart_divide_by_zero_err.txt IntegerDivisionByZeroException /path/to/code/dartFile.dart:27 main.<anonymous closure>
	dart_err.txt Error /path/to/code/dartFile.dart:15 main.<anonymous closure>
	dart_exc.txt Exception /path/to/code/dartFile.dart:17 main.<anonymous closure>
	dart_fallthrough_err.txt Error /path/to/code/dartFile.dart:39 main.<anonymous closure>
	dart_format_err.txt FormatException /path/to/code/dartFile.dart:25 main.<anonymous closure>
	dart_format_with_code_err.txt FormatException /path/to/code/dartFile.dart:24 main.<anonymous closure>
	dart_no_method_err.txt NoSuchMethodError /path/to/code/dartFile.dart:8 main.<anonymous closure>
	dart_no_method_global_err.txt NoSuchMethodError /path/to/code/dartFile.dart:10 main.<anonymous closure>
	dart_oom_err.txt Error /path/to/code/dartFile.dart:34 main.<anonymous closure>
	dart_range_err.txt RangeError /path/to/code/dartFile.dart:31 main.<anonymous closure>
	dart_read_static_err.txt Error /path/to/code/dartFile.dart:28 main.<anonymous closure>
	dart_stack_overflow_err.txt Error /path/to/code/dartFile.dart:33 main.<anonymous closure>
	dart_type_err.txt Error /path/to/code/dartFile.dart:7 main.<anonymous closure>
	dart_unimplemented_error.txt UnimplementedError /path/to/code/dartFile.dart:38 main.<anonymous closure>
	dart_unsupported_err.txt Error /path/to/code/dartFile.dart:36 main.<anonymous closure>
	go_exc.txt panic foo.go:6 main.main.func1
	go_http.txt panic /Users/ingvar/src/go/src/httppanic.go:8 main.doPanic
	go_on_gae_exc.txt panic crash_example_go.go:58 main88989.memoryAccessException
	go_signal_exc.txt panic panics/panics.go:33 panics.nilPtrDereference
	java_exc_part1.txt RuntimeException MakeLog.java:50 com.my.app.Object.do$a1
	java_exc_part2.txt Error MakeLog.java:40 com.my.app.Object.help
	nested_java_exc.txt java.lang.RuntimeException AutomaticEmailFacade.java:236 com.nethunt.crm.api.server.adminsync.AutomaticEmailFacade.sendWithSmtp
	node_js_exc.txt ReferenceError /app/app.js:52 -
	php_exc.txt Exception /home/joe/work/test-php/test.php:5 -
	php_on_gae_exc.txt Exception /base/data/home/apps/s~crash-example-php/1.388306779641080894/errors.php:60 -
	python_exc.txt Exception /base/data/home/apps/s~nearfieldspy/1.378705245900539993/nearfieldspy.py:5 get
	rails_exc.txt ActionController::RoutingError - -
	ruby_exc.txt NoMethodError app/controllers/books_controller.rb:69 recursivewordload
	v8_js_exc.txt Error myscript.js:10 Foo.a
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# They are in a module of JavaScript, as errors have them.
@test "corpus-text: stack traces of browsers: type, place, function" {
	command -v node >/dev/null || skip "node is not here"
	mkdir browsers
	node - "$public/stacktraces/browsers-captured-errors.js.txt" <<-'EOF'
	const fs = require("fs");
	const text = fs.readFileSync(process.argv[2], "utf8");
	const module_ = {};
	new Function("module_", text.replace(/export /g, "") +
		"\nmodule_.errors = CapturedExceptions;")(module_);
	for (const [browser, error] of Object.entries(module_.errors)) {
		if (!error.stack)
			continue;
		let stack = error.stack.replace(/\n+$/, "");
		if (!/^[A-Za-z]*Error/.test(stack))
			stack = `${error.name || "Error"}: ${error.message}\n` + stack;
		fs.writeFileSync(`browsers/${browser}`, stack + "\n");
	}
	EOF
	run --separate-stderr places browsers/*
	same <<-'EOF'
	CHROME_15 TypeError to/file.js:13 bar
	CHROME_36 Error file.js:41 dumpExceptionError
	CHROME_46 Error file.js:41 new CustomError
	CHROME_48_NESTED_EVAL Error file.js:21 baz
	EDGE_20_NESTED_EVAL Error file.js:25 speak
	FIREFOX_14 Error to/file.js:48 -
	FIREFOX_3 TypeError js/stacktrace.js:44 -
	FIREFOX_31 Error to/file.js:41 foo
	FIREFOX_43_FUNCTION_NAME_WITH_AT_SIGN Error Scratchpad/1:10 obj["@fn"]
	FIREFOX_43_NESTED_EVAL Error file.js:26 baz
	FIREFOX_60_URL_AND_FUNCTION_NAME_WITH_AT_SIGN Error misc/@stuff/foo.js:4 obj["@who"]
	FIREFOX_60_URL_WITH_AT_SIGN Error misc/@stuff/foo.js:3 who
	FIREFOX_7 Error G:/js/stacktrace.js:44 -
	IE_10 TypeError to/file.js:48 Anonymous function
	IE_11 TypeError to/file.js:47 Anonymous function
	NODE_WITH_SPACES Error /var/app/scratch/my project/index.js:2 -
	OPERA_11 Error to/file.js:27 <anonymous function: run>([arguments not available])
	OPERA_12 Error ExceptionLab.html:48 <anonymous function>([arguments not available])
	OPERA_25 TypeError to/file.js:47 -
	SAFARI_6 Error to/file.js:48 -
	SAFARI_7 TypeError to/file.js:48 -
	SAFARI_8 TypeError to/file.js:47 -
	SAFARI_8_EVAL ReferenceError to/file.js:58 foo
	SAFARI_9_NESTED_EVAL Error file.js:26 speak
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- access logs -------------------------------------------------------------

# For each of the files: the status; the lines, and how many are matched,
# continue a record and match nothing; the events; the format.
survey() {
	local file s

	for file; do
		case $file in *SOURCES.md | *json*) continue ;; esac
		s=0
		tele-extract --assume-date 2026-01-01 --assume-tz UTC \
			--summary "$file" >events 2>said || s=$?
		echo "$s $(sed -n '$s/[^0-9]*\([0-9]*\) [^0-9]*/\1 /gp' said)" \
			"$(wc -l <events) $(tele-extract --explain 1 "$file" |
			sed -n 's/^format *//p')" "${file##*/}"
	done | awk '{ print $1, $2, $3, $4, $5, $7, $8, $9 }'
}

@test "corpus-text: access logs: what becomes of every public file" {
	run --separate-stderr survey "$public"/access-logs/*
	same <<-'EOF'
	0 10000 10000 0 0 10000 access apache_logs-combined.log
	0 3 3 0 0 3 access logfile_access_log.0
	0 3 2 0 1 2 access logfile_bad_access_log.0
	0 206 206 0 0 197 zeek logfile_bro_http.log.0
	0 39 39 0 0 39 generic logfile_caddy_log.0
	0 17 17 0 0 17 access logfile_haproxy.0
	0 1000 1000 0 0 1000 access logfile_shop_access_log.0
	0 19 19 0 0 19 access logfile_uwsgi.0
	0 6 6 0 0 2 w3c logfile_w3c.4
	0 254 254 0 0 210 w3c logfile_w3c_big.0
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}
