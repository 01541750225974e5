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

# --- what times leave out ----------------------------------------------------

# The times of the events in $output, and their messages.
times() {
	output=$(jq -r '.time + " " + .message' <<<"$output")
}

@test "text: --assume-tz UTC is the default, and said once for all files" {
	echo '2026-07-01 12:00:00 a' >a.log
	echo '2026-07-01 12:00:00 b' >b.log
	run --separate-stderr tele-extract a.log b.log
	times
	same <<-'EOF'
	2026-07-01T12:00:00Z a
	2026-07-01T12:00:00Z b
	EOF
	[ "$stderr" = "tele-extract: a.log: times without a zone are taken for UTC (--assume-tz)" ]
	[ "$status" -eq 0 ]

	run --separate-stderr tele-extract --assume-tz UTC a.log
	times
	[ "$output" = "2026-07-01T12:00:00Z a" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: --assume-tz takes an offset, and leaves times with a zone alone" {
	cat >mixed.log <<-'EOF'
	2026-07-01 12:00:00 a
	2026-07-01 12:00:00Z b
	2026-07-01 12:00:00 +05:30 c
	EOF
	run --separate-stderr tele-extract --assume-tz +01:00 mixed.log
	times
	same <<-'EOF'
	2026-07-01T11:00:00Z a
	2026-07-01T12:00:00Z b
	2026-07-01T06:30:00Z c
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --assume-tz=-0330 mixed.log
	times
	[ "${output%%$'\n'*}" = "2026-07-01T15:30:00Z a" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: --assume-tz takes a place; an hour that comes twice is told apart" {
	python3 - >berlin.log 2>expected <<-'EOF'
	import datetime, sys, zoneinfo
	zone = zoneinfo.ZoneInfo("Europe/Berlin")
	utc = datetime.timezone.utc
	for start in (datetime.datetime(2026, 3, 28, 22, 0, tzinfo=utc),
	              datetime.datetime(2026, 10, 24, 22, 0, tzinfo=utc)):
	    for minutes in range(0, 360, 7):
	        at = start + datetime.timedelta(minutes=minutes)
	        local = at.astimezone(zone)
	        print(local.strftime("%Y-%m-%d %H:%M:%S x"))
	        print(at.strftime("%Y-%m-%dT%H:%M:%SZ x"), file=sys.stderr)
	EOF
	run --separate-stderr tele-extract --assume-tz Europe/Berlin berlin.log
	times
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ "$(wc -l <expected)" -eq 104 ]
}

@test "text: --assume-tz: a time that no clock showed is read as before" {
	run --separate-stderr tele-extract --assume-tz Europe/Berlin \
		<<<'2026-03-29 02:30:00 never'
	times
	[ "$output" = "2026-03-29T01:30:00Z never" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: --assume-tz refuses what is no zone" {
	for zone in Nowhere/Land Europe ../etc/passwd /etc/passwd +1 +25:00 ''; do
		run --separate-stderr tele-extract --assume-tz "$zone" </dev/null
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-extract: invalid ZONE '$zone' for --assume-tz" ]
		[ "$status" -eq 2 ]
	done
}

@test "text: --assume-date: times without a year, across New Year" {
	cat >syslog <<-'EOF'
	Nov 30 08:00:00 host a: b
	Dec 31 23:59:59 host a: c
	Jan  1 00:00:01 host a: d
	Dec 31 23:59:58 host a: a straggler
	Feb 29 12:00:00 host a: e
	Dec  1 12:00:00 host a: f
	Jan  2 00:00:00 host a: g
	EOF
	run --separate-stderr tele-extract --assume-tz UTC \
		--assume-date 2027-11-01 syslog
	times
	same <<-'EOF'
	2027-11-30T08:00:00Z b
	2027-12-31T23:59:59Z c
	2028-01-01T00:00:01Z d
	2027-12-31T23:59:58Z a straggler
	2028-02-29T12:00:00Z e
	2028-12-01T12:00:00Z f
	2029-01-02T00:00:00Z g
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: --assume-date: times without a date, across midnight" {
	cat >clock.log <<-'EOF'
	22:00:00.000 [main] INFO a - b
	23:59:59.999 [main] INFO a - c
	00:00:00.001 [main] INFO a - d
	23:59:59.500 [main] INFO a - a straggler
	11:00:00.000 [main] INFO a - e
	21:00:00.000 [main] INFO a - f
	04:00:00.000 [main] INFO a - g
	20:30:00.000 [main] INFO a - after a long silence
	EOF
	run --separate-stderr tele-extract --assume-tz Europe/Berlin \
		--assume-date 2026-12-31 clock.log
	times
	same <<-'EOF'
	2026-12-31T21:00:00.000Z b
	2026-12-31T22:59:59.999Z c
	2026-12-31T23:00:00.001Z d
	2026-12-31T22:59:59.500Z a straggler
	2027-01-01T10:00:00.000Z e
	2027-01-01T20:00:00.000Z f
	2027-01-02T03:00:00.000Z g
	2027-01-02T19:30:00.000Z after a long silence
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: without --assume-date a log ends when the file was last written" {
	printf '%s\n' 'Dec 31 23:59:59 host a: b' 'Jan  1 00:00:01 host a: c' \
		>syslog
	touch -d '2026-01-01 00:00:02 UTC' syslog
	run --separate-stderr tele-extract --assume-tz UTC syslog
	times
	same <<-'EOF'
	2025-12-31T23:59:59Z b
	2026-01-01T00:00:01Z c
	EOF
	[ "$stderr" = "tele-extract: syslog: times without a year are taken from when the file was last written (--assume-date)" ]
	[ "$status" -eq 0 ]

	printf '%s\n' '23:59:59 b' '00:00:01 c' >clock.log
	touch -d '2026-01-01 00:00:02 UTC' clock.log
	run --separate-stderr tele-extract --assume-tz UTC clock.log
	times
	same <<-'EOF'
	2025-12-31T23:59:59Z b
	2026-01-01T00:00:01Z c
	EOF
	[ "$stderr" = "tele-extract: clock.log: times without a date are taken from when the file was last written (--assume-date)" ]
	[ "$status" -eq 0 ]
}

@test "text: --assume-date refuses what is no date" {
	for date in 2026-02-30 2026-1-1 today 20260101 ''; do
		run --separate-stderr tele-extract --assume-date "$date" </dev/null
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "tele-extract: invalid DATE '$date' for --assume-date" ]
		[ "$status" -eq 2 ]
	done
}

# --- whose code it is --------------------------------------------------------

@test "text: --app tells which code is the application's, by file or function" {
	cat >error.log <<-'EOF'
	2026-01-02T03:04:05Z failed
	Error: x
	    at f (/opt/lib/f.js:1:1)
	    at g (/srv/shop/node_modules/own/g.js:2:2)
	    at h (/srv/shop/h.js:3:3)
	2026-01-02T03:04:06Z failed
	java.lang.IllegalStateException: y
		at org.apache.Tool.run(Tool.java:4)
		at com.acme.Cart.pay(Cart.java:5)
	EOF
	run --separate-stderr tele-extract error.log
	each '[.code_file, .code_line, .code_function]'
	same <<-'EOF'
	["/opt/lib/f.js",1,"f"]
	["Cart.java",5,"com.acme.Cart.pay"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --app /srv/shop/,org.apache error.log
	each '[.code_file, .code_line, .code_function]'
	same <<-'EOF'
	["/srv/shop/node_modules/own/g.js",2,"g"]
	["Tool.java",4,"org.apache.Tool.run"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --app /srv/shop/h --app com.acme error.log
	each '[.code_file, .code_line, .code_function]'
	same <<-'EOF'
	["/srv/shop/h.js",3,"h"]
	["Cart.java",5,"com.acme.Cart.pay"]
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: --strip cuts off how the names of code files begin" {
	cat >error.log <<-'EOF'
	2026-01-02T03:04:05Z failed
	Error: x
	    at h (/srv/shop/src/h.js:3:3)
	2026-01-02T03:04:06Z failed
	Error: x
	    at h (/opt/h.js:3:3)
	EOF
	run --separate-stderr tele-extract --strip /srv/shop/,/opt/ error.log
	each .code_file
	same <<-'EOF'
	"src/h.js"
	"h.js"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	# Nothing is left of a name that is only what is cut off.
	run --separate-stderr tele-extract --strip /opt/h.js error.log
	each .code_file
	same <<-'EOF'
	"/srv/shop/src/h.js"
	"/opt/h.js"
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# --- columns -----------------------------------------------------------------

@test "text: columns are known behind a header only, and cut lines unmatched" {
	cat >iis.log <<-'EOF'
	2026-01-02 03:04:04 /before
	#Fields: date time cs-uri-stem time-taken
	2026-01-02 03:04:05 /a 5
	2026-01-02 03:04
	2026-01-02 03:04:06 /b 6 and more
	2026-01-02 03:04:07 /c -
	EOF
	run --separate-stderr tele-extract --summary --rejects rest -f w3c iis.log
	each '[.time, .name, .duration_ms]'
	same <<-'EOF'
	["2026-01-02T03:04:05Z","/a",5]
	["2026-01-02T03:04:07Z","/c",null]
	EOF
	[ "$stderr" = "tele-extract: 6 lines = 3 matched + 0 continuation + 3 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
	run --separate-stderr cat rest
	same < <(sed -n '1p;4,5p' iis.log)
}

@test "text: --keep takes columns by their names, and all that are set" {
	cat >iis.log <<-'EOF'
	#Fields: date time cs-uri-stem cs(User-Agent) c-ip
	2026-01-02 03:04:05 /a "say ""hi""" -
	EOF
	run --separate-stderr tele-extract --keep 'cs(User-Agent)' iis.log
	each '.["attr.cs(User-Agent)"]'
	[ "$output" = '"say \"hi\""' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr tele-extract --keep all iis.log
	each 'with_entries(select(.key | startswith("attr.")))'
	[ "$output" = '{"attr.cs(User-Agent)":"say \"hi\""}' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: columns are still known when reading goes on at a checkpoint" {
	printf '%s\n' '#Fields: date time cs-uri-stem' \
		'2026-01-02 03:04:05 /a' >iis.log
	tele-extract --checkpoint state -o events iis.log
	echo '2026-01-02 03:04:06 /b' >>iis.log
	run --separate-stderr tele-extract --checkpoint state -o events iis.log
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run --separate-stderr jq -c '[.name, .src_line]' events
	same <<-'EOF'
	["/a",2]
	["/b",3]
	EOF
	[ "$stderr" = "" ]
}

# --- records -----------------------------------------------------------------

@test "text: lines that go on belong to the record above, CRLF and all" {
	printf '2026-01-02T03:04:05Z a\r\n  b\r\n\r\nc\r\n2026-01-02T03:04:06Z d' \
		>crlf.log
	run --separate-stderr tele-extract --summary crlf.log
	each .message
	same <<-'EOF'
	"a\n  b\n\nc"
	"d"
	EOF
	[ "$stderr" = "tele-extract: 5 lines = 2 matched + 3 continuation + 0 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
}

@test "text: colours are no part of what a line says" {
	printf '\033[32m2026-01-02T03:04:05Z\033[0m \033[1;31mERROR\033[0m x\n' >c.log
	run --separate-stderr tele-extract c.log
	each '[.time, .level, .message]'
	[ "$output" = '["2026-01-02T03:04:05Z","error","x"]' ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "text: what nearly was a stack trace is unmatched, and kept by --rejects" {
	cat >stderr.log <<-'EOF'
	starting
	OutOfStock: no more
	    at pay (/srv/shop/pay.js:3:3)
	stopped
	Error: alone
	the end
	EOF
	run --separate-stderr tele-extract --summary --rejects rest stderr.log
	each '[.error_type, .error_message, .code_line, .src_line]'
	same <<-'EOF'
	["OutOfStock","no more",3,2]
	["Error","alone",null,5]
	EOF
	[ "$stderr" = "tele-extract: 6 lines = 2 matched + 2 continuation + 2 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
	run --separate-stderr cat rest
	same <<-'EOF'
	starting
	stopped
	EOF
}

@test "text: a log is not read in a format that knows but its first line" {
	{
		echo '2026-01-02 03:04:05,678 INFO [main] com.acme.Shop: opened'
		for i in {10..40}; do
			echo "2026-01-02 03:04:$i another form"
		done
	} >mixed.log
	run --separate-stderr tele-extract --assume-tz UTC --summary mixed.log
	[ "${#lines[@]}" -eq 32 ]
	[ "$stderr" = "tele-extract: 32 lines = 32 matched + 0 continuation + 0 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
}

@test "text: what has but the stamp of a format is a record, not its trace's" {
	cat >mixed.log <<-'EOF'
	2026-01-02T03:04:05.678Z ERROR shop: cannot pay
	Error: sold out
	    at pay (/srv/shop/pay.js:3:3)
	2026-01-02T03:04:06.678Z WARN tea is low
	2026-01-02T03:04:07.678Z  and more of it
	2026-01-02T03:04:08.678Z INFO shop: closed
	EOF
	run --separate-stderr tele-extract --summary mixed.log
	each '[.time[17:], .name, .level, .message, .error_message, .code_line]'
	same <<-'EOF'
	["05.678Z","shop","error","cannot pay","sold out",3]
	["06.678Z",null,"warn","tea is low",null,null]
	["07.678Z",null,null,"and more of it",null,null]
	["08.678Z","shop","info","closed",null,null]
	EOF
	[ "$stderr" = "tele-extract: 6 lines = 4 matched + 2 continuation + 0 unmatched + 0 malformed" ]
	[ "$status" -eq 0 ]
}
