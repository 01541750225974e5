#!/usr/bin/env bats
# The manual pages and the README against the tools.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# No format of whoever runs this.
	export XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config"
	for log in app mon tue fri; do
		ln -s "$srcdir/examples/app.log" $log.log
	done
	ln -s "$srcdir/tests/formats/otlp-collector/input.log" traces.json
	ln -s "$srcdir/tests/formats/pino/input.log" api.ndjson
}

# The names of all tools.
tools() {
	local source

	for source in "$srcdir"/tools/tele-*.c; do
		basename "$source" .c
	done
}

# The options of tool $1, as `-k --kind KIND,...`: by --help, by its page.
options_in_help() {
	"$1" --help |
		sed -nE 's/^ +((-.), )?(--[a-z-]+)( [^ ]+( [A-Z])?)?( .*)?$/\2 \3\4/p'
}

options_in_page() {
	sed -nE 's/^\.It Fl (.) , Fl (.*)/-\1 -\2/p
		s/^\.It Fl (-.*)/ -\1/p' "$srcdir/man/$1.1" |
		sed 's/ Ar / /'
}

# What stands under EXAMPLES in page $1, each as a file NAME.N.sh.
write_examples() {
	awk -v name="$(basename "$1")" '
	function start() { file = name "." ++n ".sh"; printf "" > file }
	/^\.Sh/ { wanted = /EXAMPLES/ }
	!wanted { next }
	/^\.Ed/ { file = "" }
	file != "" { gsub(/\\e/, "\\"); print > file }
	/^\.Bd/ { start() }
	/^\.Dl/ { start(); sub(/^\.Dl /, ""); print > file; file = "" }
	' "$1"
}

# The literal text after the comment `.\" $2` in page $1.
literal() {
	awk -v mark=".\\\\\" $2" '
	$0 == mark { wanted = 1; next }
	/^\.Ed/ { wanted = 0 }
	wanted && !/^\.Bd/ {
		gsub(/\\e/, "\\")
		print
	}
	' "$1"
}

@test "man: every page is clean to mandoc" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	run --separate-stderr mandoc -Tlint -W warning "$srcdir"/man/*.[1-9]
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "man: every page fits 80 columns" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	local page

	for page in "$srcdir"/man/*.[1-9]; do
		mandoc -T ascii -O width=78 "$page" | col -bx
	done >pages
	run --separate-stderr awk 'length > 80' pages
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
	[ -s pages ]
}

@test "man: every tool has a page, with the options of its --help" {
	local tool

	for tool in $(tools); do
		options_in_help "$tool" | sort >help
		options_in_page "$tool" | sort >page
		[ "$(wc -l <help)" -gt 3 ]
		run --separate-stderr diff help page
		[ "$output" = "" ]
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "man: tele.7 lists every tool and nothing else" {
	run --separate-stderr sed -n 's/^\.It Xr \(.*\) 1/\1/p' \
		"$srcdir/man/tele.7"
	output=$(sort <<<"$output")
	same < <(tools)
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "man: a page is about the tool that its name says, as its source does" {
	local tool purpose

	for tool in $(tools); do
		purpose=$(sed -n "s/^ \* $tool - //p" "$srcdir/tools/$tool.c")
		[ -n "$purpose" ]
		run --separate-stderr sed -n 's/^\.N[md] \{0,1\}//p;/^\.Sh SYN/q' \
			"$srcdir/man/$tool.1"
		same <<-EOF2
		$tool
		$purpose
		EOF2
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "man: every example runs, with nothing on standard error" {
	local page script

	for page in "$srcdir"/man/*.[1-9]; do
		write_examples "$page"
	done
	[ "$(find . -name '*.sh' | wc -l)" -ge 20 ]
	for script in *.sh; do
		# The log of the example does not grow, so reading it ends.
		sed -i 's/tail -F/cat/;s/tele-extract -F/tele-extract/' "$script"
		run --separate-stderr bash -eu "$script"
		echo "$script: $stderr"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "man: the example of tele-format.5 gives what the page says" {
	local page="$srcdir/man/tele-format.5"

	literal "$page" 'file: mill.yaml' >mill.yaml
	literal "$page" 'file: mill.log' >mill.log
	literal "$page" 'run' >all
	sed -n '1,2{s/^\$ //;p}' all >command.sh
	sed '1,2d' all >expected
	[ "$(wc -l <expected)" -gt 2 ]
	run --separate-stderr bash -eu command.sh
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "man: the example of tele-sequence.5 gives what the page says" {
	local page="$srcdir/man/tele-sequence.5"

	literal "$page" 'file: theme.yaml' >theme.yaml
	literal "$page" 'run' >all
	sed -n '1s/^\$ //p' all >command.sh
	[ "$(wc -l <all)" -gt 6 ]
	run --separate-stderr bash -u command.sh
	same < <(sed 1,2d all)
	[ "$stderr" = "" ]
	[ "$status" -eq 1 ]
}

@test "man: the sample of tele-format.5 holds for its example" {
	local page="$srcdir/man/tele-format.5"

	literal "$page" 'file: mill.yaml' >mill.yaml
	literal "$page" 'sample' >>mill.yaml
	run --separate-stderr tele-extract -f ./mill.yaml --check-formats
	same <<-'EOF'
	mill: 1 sample as expected
	EOF
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "man: the log of a till in tele-format.5 gives what the page says" {
	local page="$srcdir/man/tele-format.5"

	literal "$page" 'file: till.yaml' >till.yaml
	literal "$page" 'file: till.log' >till.log
	literal "$page" 'run till' >all
	sed -n '1,2{s/^\$ //;p}' all >command.sh
	sed '1,2d' all >expected
	[ "$(wc -l <expected)" -eq 4 ]
	run --separate-stderr bash -eu command.sh
	same <expected
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "man: the shop of tele-format.5 is read alike as JSON, logfmt, columns" {
	local page="$srcdir/man/tele-format.5" kind

	for kind in json logfmt columns; do
		literal "$page" 'file: shop.yaml' |
			sed "s/^kind: json/kind: $kind/" >shop.yaml
		literal "$page" "file: shop.$kind" >"shop.$kind"
		run --separate-stderr tele-extract -f ./shop.yaml "shop.$kind"
		output=$(sed 's/,"src":.*/}/' <<<"$output")
		same <<-'EOF'
		{"time":"2026-01-02T03:04:05.678Z","kind":"span","name":"sell","duration_ms":1.5,"status":"ok","service":"a"}
		EOF
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

# What a format file may say, by the tables that the library checks it with.
format_words() {
	sed -nE '/const keys\[\] = \{/,/NULL \}/p' "$srcdir"/lib/format.c \
		"$srcdir"/lib/rule.c "$srcdir"/lib/jsonformat.c \
		"$srcdir"/lib/jsonrule.c | grep -o '"[a-z_]*"' | tr -d '"'
	sed -nE 's/^\t\{ \{ "([a-z0-9-]+)", [0-9]+ \}, (HOLE|JSON_AS)_.*/\1/p' \
		"$srcdir"/lib/hole.c "$srcdir"/lib/jsonsource.c
}

@test "man: tele-format.5 describes every key, type and conversion" {
	[ "$(format_words | wc -l)" -ge 110 ]
	run --separate-stderr comm -23 <(format_words | sort -u) \
		<(sed -nE 's/^\.It Cm //p' "$srcdir/man/tele-format.5" |
			sed 's/,/\n/g;s/ Cm /\n/g' |
			sed -E 's/^ *//;s/ .*//' | sort -u)
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "man: tele-event.5 describes every key and kind, in the order of the wire" {
	run --separate-stderr sed -nE '/^\.Sh KEYS/,/^\.Sh ORDER/{
		s/^\.It Cm (.*) Pq.*/\1/p
	}' "$srcdir/man/tele-event.5"
	output=$(tr -d ' ' <<<"$output" | tr , '\n')
	same < <(sed -nE 's/.*= KEY\("([a-z_]*)".*/\1/p' \
		"$srcdir/lib/schema.c"; echo 'attr.\&NsArFIELD')
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]

	run --separate-stderr sed -nE '/^\.Sh KINDS/,/^\.Sh KEYS/{
		s/^\.It Cm (.*)/\1/p
	}' "$srcdir/man/tele-event.5"
	same < <(sed -n '/event_kind_names\[\] =/,/}/p' "$srcdir/lib/schema.c" |
		grep -o '"[a-z]*"' | tr -d '"')
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "readme: its screens are what the commands print" {
	local screen

	# Each begins with a command; the next line that is not part of it ends
	# it.
	awk -v dir="$BATS_TEST_TMPDIR" '
	/^    \$ tools/ { file = dir "/" ++n ".screen"; printf "" > file }
	!/^    / { file = "" }
	file != "" { print substr($0, 5) > file }' "$srcdir/README.md"
	screens=(*.screen)
	[ ${#screens[@]} -ge 2 ]
	cd "$srcdir"
	for screen in "$BATS_TEST_TMPDIR"/*.screen; do
		sed -n '1{s/^\$ //;s,tools/tele-,tele-,g;p}' "$screen" \
			>"$BATS_TEST_TMPDIR/command.sh"
		[ "$(wc -l <"$screen")" -gt 5 ]
		run --separate-stderr bash -eu "$BATS_TEST_TMPDIR/command.sh"
		same < <(sed 1d "$screen")
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done
}

@test "readme: every recipe runs, with nothing on standard error" {
	local recipe

	sed -nE 's/^    ((tail|tele)[- ].*)/\1/p' "$srcdir/README.md" >recipes
	[ "$(wc -l <recipes)" -ge 5 ]
	while read -r recipe; do
		run --separate-stderr bash -euc "${recipe/tail -F/cat}" \
			</dev/null
		echo "$recipe: $stderr"
		[ "$stderr" = "" ]
		[ "$status" -eq 0 ]
	done <recipes
}

@test "man: HACKING.md says of every module, once, what it is for" {
	# Between the two headings: names, but for what is emphasised or in brackets.
	run --separate-stderr bash -c "sed -n '/^\* \*\*The ground/,/^## /p' '$srcdir/HACKING.md' |
		sed '/^## /d; s/\*\*[^*]*\*\*\( ([^)]*)\)*//g; s/\*[^*]*\*//g' |
		grep -oE '[a-z0-9]+' | sort"
	same < <(cd "$srcdir/include/tele" && printf '%s\n' *.h | sed 's/\.h$//' | sort)
}
