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
