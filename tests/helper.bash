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
