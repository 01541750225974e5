#!/usr/bin/env bats
# From a session of examples/conductor to tests, and back to the same code: they
# pass, and of each mistake fail those that should.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export TELE_TEMPLATES=$srcdir/lib/templates
}

# A copy of the example, with the suites of one session.
loop() {
	needs_conductor
	cp "$srcdir"/examples/conductor/*.mjs "$srcdir"/examples/conductor/suite.mk \
		"$srcdir/examples/conductor/package.json" .
	ln -s "$(cd "$conductor" && pwd)/node_modules" node_modules
	unset MAKEFLAGS MFLAGS MAKELEVEL
	make -s -f suite.mk all >said
}

failing() {
	sed -n 's/^not ok [0-9]* \(- [^>]*> \)\{0,1\}\([0-9a-f]*\)[ _].*/\2/p' | sort
}

# The ids of the tests of sequence $1.
tests_of() {
	jq -r --arg id "$1" 'select(.flow.id == $id).test' \
		production.bats.ndjson | sort
}

# What fails in Vitest, and in bats, when MUTATION is $1: the tests of $2.
caught() {
	tests_of "canvas-component-$2-symphony" >want
	tests_of "header-ui-$2-symphony" >>want
	[ -s want ]
	MUTATION=$1 run make -s -f suite.mk check-vitest
	diff want <(failing <<<"$output")
	MUTATION=$1 run make -s -f suite.mk check-bats
	diff want <(failing <<<"$output")
}

@test "loop: the tests of a session pass five times on the same code" {
	loop
	[ "$(wc -l <production.bats.ndjson)" -eq 13 ]
	for _ in 1 2 3 4 5; do
		run make -s -f suite.mk check-vitest
		echo "$output"
		[ "$(grep -c '^ok' <<<"$output")" -eq 13 ]
		[ "$status" -eq 0 ]
		run make -s -f suite.mk check-bats
		echo "$output"
		[ "$(grep -c '^ok' <<<"$output")" -eq 13 ]
		[ "$status" -eq 0 ]
	done
}

@test "loop: a swapped beat, and nothing else, is caught" {
	loop
	caught 'swapped beats' select
}

@test "loop: a dropped handler, and nothing else, is caught" {
	loop
	caught 'dropped handler' deselect
}

@test "loop: a handler that throws, and nothing else, is caught" {
	loop
	caught 'throwing handler' update
}

@test "loop: a renamed key of the baton, and nothing else, is caught" {
	loop
	caught 'renamed key' theme-toggle
}
