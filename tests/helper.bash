# shellcheck shell=bash
# What every .bats file loads.

: "${srcdir:=$BATS_TEST_DIRNAME/..}"
bats_require_minimum_version 1.5.0

# The whole standard output of the last `run` must be what is on stdin.
same() {
	diff -u --label expected --label actual - <(printf '%s\n' "$output")
}

# Skip where the corpus, which is not part of the project, is absent.
needs_corpus() {
	[ -d "${TELE_CORPUS:-}" ] || skip "TELE_CORPUS is not set"
}

# Of RUNS simulated releases of SESSIONS sessions each, how many blame a handler
# that did not change, and how many find the one that takes a quarter longer.
simulate() {
	local run alarms=0 found=0 program=${builddir:-$srcdir}/tests/simulate

	for ((run = 1; run <= $1; run++)); do
		"$program" $((2 * run)) "$2" 0 >base
		"$program" $((2 * run + 1)) "$2" 0.25 >new
		tele-diff base new >findings || [ $? -eq 1 ]
		! grep -v victim findings | grep -q '"severity":"[ew]' ||
			alarms=$((alarms + 1))
		! grep '"slower","base_ms' findings | grep -q victim ||
			found=$((found + 1))
	done
	echo "$1 runs of $2 sessions: $alarms alarms, $found found"
}

# The folder of the npm packages that tests/packages/package.json names.
needs_packages() {
	packages=${builddir:-$srcdir}/tests/packages
	[ -d "$packages/node_modules" ] || skip "make packages was not run"
}

# The folder of those of examples/conductor, and Node.js to run them.
needs_conductor() {
	command -v node >/dev/null || skip "node is not installed"
	conductor=${builddir:-$srcdir}/tests/packages/conductor
	[ -d "$conductor/node_modules" ] || skip "make packages was not run"
}
