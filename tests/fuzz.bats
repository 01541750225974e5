#!/usr/bin/env bats
# The fuzz targets on their corpora: every input that once broke something, and
# those that lead a fuzzer to the rest.

load helper

setup() {
	: "${builddir:=$srcdir}"
}

# Run one target on all of its corpus; nothing may be said about any input.
replay() {
	local files=("$srcdir/tests/fuzz/corpus/$1"/*)
	run --separate-stderr "$builddir/tests/fuzz/fuzz_$1" \
		"$srcdir/tests/fuzz/corpus/$1"
	[ "$stderr" = "" ]
	[ "$output" = "${#files[@]} inputs" ]
	[ "$status" -eq 0 ]
}

@test "fuzz: tokens are the same in pieces, and escapes round trip" {
	replay json
}

@test "fuzz: records are read as a plain reader of JSON reads them" {
	replay ndjson
}

@test "fuzz: any format file is refused or works" {
	replay format
}

@test "fuzz: any log gives events, in any pieces, and all lines are counted" {
	replay extract
}

@test "fuzz: any events are tests that are data, and that happen again" {
	replay gentest
}

@test "fuzz: any partial statistics are refused or written again as they are" {
	replay stats_partial
}

@test "fuzz: any document of JSON gives events" {
	replay document
}

@test "fuzz: any events are drawn, in every form" {
	replay pictures
}

@test "fuzz: every format has inputs that lead to it" {
	local name seeds

	seeds=$(head -qn 1 "$srcdir"/tests/fuzz/corpus/document/* | sort -u
		for log in "$srcdir"/tests/fuzz/corpus/extract/*; do
			tele-extract --explain 1 "$log" 2>/dev/null |
				sed -n 's/^format *//p'
		done | sort -u)
	for log in "$srcdir"/lib/formats/*.yaml; do
		name=$(basename "$log" .yaml)
		[ "$name" = tele ] || grep -qx "$name" <<<"$seeds"
	done
}
