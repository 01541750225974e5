#!/usr/bin/env bats
# What pictures look like on terminals: 80 and 200 columns, with and without
# colours, in UTF-8 and in ASCII.  tests/update writes tests/screens/ anew.

load helper
load screens

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	tele-extract "$srcdir/examples/app.log" >app.ndjson
}

# Every screen of tool $1 is what it was.
check() {
	local width ink charset

	for width in 80 200; do
		for ink in plain 16 256 true; do
			for charset in utf8 ascii; do
				screen "$1" $width $ink $charset app.ndjson \
					>got 2>messages
				diff -u "$srcdir/tests/screens/$1-$width-$ink-$charset" got
				[ ! -s messages ]
			done
		done
	done
}

@test "screens: graph" {
	check graph
}

@test "screens: heatmap" {
	check heatmap
}

@test "screens: timeline" {
	check timeline
}

@test "screens: no line is wider than the screen" {
	local file width

	for file in "$srcdir"/tests/screens/*-plain-*; do
		width=$(basename "$file" | cut -d- -f2)
		LC_ALL=C.UTF-8 awk -v width="$width" 'length > width {
			print FILENAME ": " $0
		}' "$file"
	done >wide
	run --separate-stderr cat wide
	[ "$output" = "" ]
}

@test "screens: ASCII is ASCII, and without colours there are no escapes" {
	run ! env LC_ALL=C grep -lP '[^\x20-\x7e]' \
		"$srcdir"/tests/screens/*-plain-ascii
	run ! env LC_ALL=C grep -lP '\x1b' "$srcdir"/tests/screens/*-plain-utf8
	[ "$(find "$srcdir/tests/screens" -type f | wc -l)" -eq 48 ]
}

@test "screens: a terminal gets its width, its colours and its characters" {
	local tool

	for tool in graph heatmap timeline; do
		run --separate-stderr env -u COLUMNS -u NO_COLOR LC_ALL=C.UTF-8 \
			TERM=xterm-256color COLORTERM= script -qec \
			"stty cols 80; tele-$tool $(arguments $tool) app.ndjson" \
			/dev/null </dev/null
		echo "${output//$'\r'/}" >got
		run --separate-stderr diff got \
			"$srcdir/tests/screens/$tool-80-256-utf8"
		[ "$output" = "" ]
		run --separate-stderr env -u COLUMNS NO_COLOR=1 LC_ALL=C \
			TERM=xterm script -qec \
			"stty cols 200; tele-$tool $(arguments $tool) app.ndjson" \
			/dev/null </dev/null
		echo "${output//$'\r'/}" >got
		run --separate-stderr diff got \
			"$srcdir/tests/screens/$tool-200-plain-ascii"
		[ "$output" = "" ]
	done
}
