#!/bin/sh
# What is the program doing right now?  For a log that is still written to:
#
#	tail -F app.log | tele-extract -F | tele-stats --every 1s
#
# On a terminal that draws a table each second.  Into a pipe goes a snapshot of
# each second, and what is written with --partial can be added up later.
#
# To come to an end, this example plays a log that pauses between two bursts,
# and adds up the snapshots: whatever second an event fell into, the sums are
# the same.

{
	head -n 2932 app.log
	sleep 2
	tail -n +2933 app.log
} |
	tele-extract -F |
	tele-stats --every 1s --by sequence --partial |
	tele-stats --top 5 |
	tele-fmt --columns sequence,count,errors,total_ms,p50_ms,p95_ms,max_ms
