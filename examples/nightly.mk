# Compare last night's logs with the baseline: make -f nightly.mk
#
# It fails when something got worse, and when that cannot be told; night.md says
# what, and history.ndjson gets a line.  When the change is meant, `make -f
# nightly.mk accept` makes this night the baseline: commit it with the change.

logs = $(wildcard night/*.log night/*.log.zst)

check: night.part
	@tele-diff --history history.ndjson baseline.part $< > night.ndjson; \
	rc=$$?; \
	[ $$rc -eq 2 ] || tele-fmt md night.ndjson > night.md || rc=2; \
	exit $$rc

night.events: $(logs)
	tele-extract $(logs) > $@

night.part: night.events
	tele-stats --partial $< > $@

accept: night.part
	cp $< baseline.part

clean:
	rm -f night.events night.part night.ndjson night.md

.PHONY: check accept clean
# What a failed command wrote must not pass for a result.
.DELETE_ON_ERROR:
