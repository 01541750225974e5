# Let a release pass only if it did what is documented: make -f release.mk
#
# The log is one of the release on trial.  What is known, and will be mended
# later, is in known.ndjson: `make -f release.mk accept` writes it anew.

log = app.log

# The status of tele-check is kept, whatever shows its findings says: a pipe
# would lose it, and 2, which means that nobody knows, must not pass either.
release: app.events known.ndjson
	@tele-check --sequences flows.yaml --baseline known.ndjson $< \
		> findings.ndjson && rc=0 || rc=$$?; \
	jq -c 'select(.severity != "note")' findings.ndjson > worse.ndjson && \
		tele-fmt gcc worse.ndjson || rc=2; \
	exit $$rc

app.events: $(log)
	tele-extract $(log) > $@

known.ndjson:
	: > $@

accept: app.events
	tele-check --fail-on none --sequences flows.yaml $< > known.ndjson

clean:
	rm -f app.events findings.ndjson worse.ndjson

.PHONY: release accept clean
# What a failed command wrote must not pass for a result.
.DELETE_ON_ERROR:
