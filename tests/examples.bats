#!/usr/bin/env bats
# The scripts in examples/ print what is in their .out files.

load helper

setup() {
	# What a make that runs this suite says to the makes below it.
	unset MAKEFLAGS MFLAGS MAKELEVEL
	cr=$(printf '\r')
	cd "$srcdir/examples" || return
}

example() {
	run --separate-stderr "./$1.sh"
	same <"$1.out"
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "examples: the handlers that take the most time" {
	example bottlenecks
}

@test "examples: errors by handler and message" {
	example errors
}

@test "examples: sequences by their 95th percentile" {
	example sequences
}

@test "examples: two deploys of a service" {
	example deploys
}

@test "examples: a gate that stops what is worse, and what is unknown" {
	example gate
}

@test "examples: a nightly comparison with a committed baseline" {
	example nightly
}

@test "examples: a gate for what is documented, in a Makefile and a workflow" {
	example release
}

@test "examples: a walk through findings in vim" {
	command -v vim >/dev/null || skip "vim is not installed"
	vim --version | grep -q '+quickfix' || skip "this vim has no quickfix"
	example quickfix
}

@test "examples: snapshots of a live profile add up to the whole" {
	example live
}

@test "examples: yesterday's requests, and what comes of them today" {
	example replay
}

@test "examples: a report in Markdown and CSV" {
	example report
}

@test "examples: pictures on the terminal" {
	example see
}

# What Graphviz makes of a graph depends on its version: only that it does.
@test "examples: a folder of pages with an index" {
	example pages
}

@test "examples: the pictures of the gallery" {
	run --separate-stderr ./gallery.sh "$BATS_TEST_TMPDIR/gallery"
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	cd "$BATS_TEST_TMPDIR/gallery"
	# Photographs of pages depend on the fonts of a machine.
	run --separate-stderr bash -c "ls '$srcdir/examples/gallery' |
		grep -vxE '(handlers|services|changes).svg|.*\.png'"
	same < <(printf '%s\n' * | grep -vxE '(handlers|services|changes).svg')
	for picture in *; do
		case $picture in
		handlers.svg | services.svg | changes.svg)
			grep -q '</svg>' "$picture"
			;;
		*)
			run --separate-stderr diff "$picture" \
				"$srcdir/examples/gallery/$picture"
			[ "$output" = "" ]
			;;
		esac
	done
	command -v dot >/dev/null || skip "Graphviz is not installed"
	[ "$(find . -name '*.svg' | wc -l)" -eq 7 ]
	! command -v xmllint >/dev/null ||
		xmllint --nonet --noout ./*.svg "$srcdir"/examples/gallery/*.svg
}

@test "examples: every picture of the gallery is shown" {
	run --separate-stderr bash -c "grep -oE 'gallery/[a-z]+\.[a-z]+' README.md |
		sort -u | cut -d/ -f2"
	same < <(ls gallery)
}

@test "examples: there is a test for every script" {
	run --separate-stderr ls -- *.sh
	same <<-'EOF'
	bottlenecks.sh
	deploys.sh
	errors.sh
	gallery.sh
	gate.sh
	live.sh
	nightly.sh
	pages.sh
	quickfix.sh
	release.sh
	replay.sh
	report.sh
	see.sh
	sequences.sh
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "examples: what sequences took is what the log says in plain words" {
	run --separate-stderr jq -rn '
		[inputs | select(.kind == "sequence") | .duration_ms // empty]
		| "\(length) runs, \(add) ms"' <(tele-extract app.log)
	same < <(awk -F '" completed in ' '
		/SequenceExecutor: Sequence/ && NF > 1 { runs++; ms += $2 }
		END { print runs " runs, " ms " ms" }' app.log)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

# The log and its reports are as old as they are made here, so that none of
# this hangs on how fine the clock of the file system is.
@test "examples: report.mk rebuilds a report when its log has changed" {
	mkdir "$BATS_TEST_TMPDIR/logs"
	cp app.log report.mk "$BATS_TEST_TMPDIR/logs"
	cd "$BATS_TEST_TMPDIR/logs"
	touch -d '2 hours ago' app.log
	run --separate-stderr make -s -f report.mk
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run ls
	same <<-'EOF'
	app.csv
	app.log
	app.md
	report.mk
	EOF
	grep -c '^| updatePosition ' app.md
	touch -d '1 hour ago' app.md app.csv

	run --separate-stderr make -q -f report.mk
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	head -n 2932 "$srcdir/examples/app.log" >app.log
	run make -q -f report.mk
	[ "$status" -eq 1 ]
	run --separate-stderr make -s -f report.mk
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	run grep '^updatePosition,' app.csv
	same <<-EOF
	updatePosition,CanvasComponentDragPlugin,2,2,25.62,8.93,16.69,16.69$cr
	EOF
}

@test "examples: report.mk makes no report of a log that it cannot read" {
	mkdir "$BATS_TEST_TMPDIR/logs"
	cp report.mk "$BATS_TEST_TMPDIR/logs"
	cd "$BATS_TEST_TMPDIR/logs"
	echo hello >other.log
	run --separate-stderr make -s -f report.mk
	[ "$output" = "" ]
	[ "$stderr" = "$(cat <<-'EOF'
	tele-extract: other.log: no format knows lines like 'hello'
	tele-extract: 1 lines = 0 matched + 0 continuation + 1 unmatched + 0 malformed
	make: *** [report.mk:13: other.events] Error 1
	make: *** Deleting file 'other.events'
	EOF
	)" ]
	[ "$status" -eq 2 ]
	run ls
	same <<-'EOF'
	other.log
	report.mk
	EOF
}
