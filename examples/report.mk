# Keep a report up to date: make -f report.mk
#
# For every NAME.log in this folder it makes NAME.md, to be read, and NAME.csv,
# for a spreadsheet; and again when the log has changed.  Each rule runs one
# tool, so that make stops when that tool fails.

logs = $(wildcard *.log)
columns = handler,plugin,count,errors,total_ms,p50_ms,p95_ms,max_ms

all: $(logs:.log=.md) $(logs:.log=.csv)

%.events: %.log
	tele-extract $< > $@

%.stats: %.events
	tele-stats $< > $@

%.md: %.stats
	tele-fmt md --columns $(columns) $< > $@

%.csv: %.stats
	tele-fmt csv --columns $(columns) $< > $@

clean:
	rm -f $(logs:.log=.md) $(logs:.log=.csv)

.PHONY: all clean
# What a failed command wrote must not pass for a result.
.DELETE_ON_ERROR:
