# Tests of what a session's log shows:
#
#     npm ci
#     make -f suite.mk          write the tests, or bring them up to date
#     make -f suite.mk check    run them
#     make -f suite.mk check MUTATION='renamed key'
#
# In place of a session of ours, take a log from production: session.log.
MAKEFLAGS += --no-builtin-rules
export MUTATION

.DELETE_ON_ERROR:

all: production.test.mjs production.bats

# The session is of the code as it should be.
session.log: session.mjs perform.mjs stage.mjs
	MUTATION= node session.mjs >$@
events.ndjson: session.log
	tele-extract --keep payload session.log >$@
production.test.mjs: events.ndjson
	tele-gentest --format vitest --output $@ events.ndjson
production.bats: events.ndjson
	tele-gentest --format bats --output $@ events.ndjson

check: check-vitest check-bats
check-vitest: production.test.mjs
	npx --no-install vitest run --reporter=tap-flat
check-bats: production.bats
	UNDER_TEST='node $(CURDIR)/again.mjs' \
		node_modules/bats/bin/bats --tap production.bats

.PHONY: all check check-vitest check-bats
