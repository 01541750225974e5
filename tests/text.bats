#!/usr/bin/env bats
# Text logs: which format a log is in, where records begin and end, what their
# times leave out, and what a user says of his code.  Whole logs are in
# formats.bats and corpus.bats.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Of the events in $output, what FILTER (jq) makes of each.
each() {
	output=$(jq -c "$1" <<<"$output")
}

# --- which format ------------------------------------------------------------

@test "text: a long line that no format knows is cut where it is shown" {
	line=$(printf 'x%.0s' {1..200})
	run --separate-stderr tele-extract <<<"$line"
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "tele-extract: <stdin>: no format knows lines like '${line:0:63}'" ]
	[ "$status" -eq 1 ]
}

# The layouts that LogHub publishes for its logs (He et al., "Loghub: a large
# collection of system log datasets"), on the lines in tests/formats.
@test "text: message, level and time are what LogHub takes of a line" {
	cat >loghub.py <<-'EOF'
	import calendar, json, re, sys, time
	levels = {"INFO": "info", "FATAL": "fatal", "WARNING": "warn",
	          "Warning": "warn", "SEVERE": "error", "ERROR": "error",
	          "Error": "error", "FAILURE": "error", "Info": "info",
	          "D": "debug", "E": "error", "V": "trace"}
	utc = lambda s, form: calendar.timegm(time.strptime(s, form))
	layouts = {
	    "supercomputer-bgl": (
	        "<Label> <Epoch> <Date> <Node> <Time> <NodeRepeat> <Type> "
	        "<Component> <Level> <Content>", lambda r: int(r["Epoch"])),
	    "supercomputer-thunderbird": (
	        "<Label> <Epoch> <Date> <User> <Month> <Day> <Time> <Location> "
	        "<Component>(\\[<PID>\\])?: <Content>", lambda r: int(r["Epoch"])),
	    "supercomputer-hpc": (
	        "<LogId> <Node> <Component> <State> <Epoch> <Flag> <Content>",
	        lambda r: int(r["Epoch"])),
	    "windows-cbs": (
	        "<Date> <Time>, <Level> <Component> <Content>",
	        lambda r: utc(r["Date"] + r["Time"], "%Y-%m-%d%H:%M:%S")),
	    "logcat-threadtime": (
	        "<Date> <Time> <Pid> <Tid> <Level> <Component>: <Content>",
	        lambda r: utc("2026-" + r["Date"] + r["Time"][:8],
	                      "%Y-%m-%d%H:%M:%S")),
	    "logcat-healthapp": (
	        "<Time>\\|<Component>\\|<Pid>\\|<Content>",
	        lambda r: utc(r["Time"].rsplit(":", 1)[0], "%Y%m%d-%H:%M:%S")),
	    "proxifier": (
	        "\\[<Time>\\] <Program> - <Content>",
	        lambda r: utc("2026." + r["Time"], "%Y.%m.%d %H:%M:%S")),
	    "syslog-macos": (
	        "<Month> <Date> <Time> <User> <Component>\\[<PID>\\]"
	        "( \\(<Address>\\))?: <Content>",
	        lambda r: utc("2017 %s %s %s" % (r["Month"], r["Date"], r["Time"]),
	                      "%Y %b %d %H:%M:%S")),
	}
	for name, (layout, when) in layouts.items():
	    pattern = "".join(
	        "(?P<%s>.*?)" % part if i % 2 else re.sub(" +", r"\\s+", part)
	        for i, part in enumerate(re.split("<([A-Za-z]+)>", layout)))
	    folder = sys.argv[1] + "/" + name
	    events = {}
	    for line in open(folder + "/expect.ndjson", encoding="utf-8"):
	        event = json.loads(line)
	        events[event["src_line"]] = event
	    for number, line in enumerate(open(folder + "/input.log"), 1):
	        row = re.match("^" + pattern + "$", line.strip())
	        if number not in events:
	            assert row is None, (name, number)
	            continue
	        row, event = row.groupdict(), events[number]
	        want = [row["Content"].strip(), levels.get(row.get("Level")), when(row)]
	        got = [event["message"].split("\n")[0], event.get("level"),
	               utc(event["time"][:19], "%Y-%m-%dT%H:%M:%S")]
	        if want[1] is None:
	            got[1] = None
	        if want != got:
	            print(name, number, want, got)
	    print(name, len(events))
	EOF
	run --separate-stderr python3 loghub.py "$srcdir/tests/formats"
	same <<-'EOF'
	supercomputer-bgl 4
	supercomputer-thunderbird 4
	supercomputer-hpc 3
	windows-cbs 4
	logcat-threadtime 3
	logcat-healthapp 3
	proxifier 2
	syslog-macos 4
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}
