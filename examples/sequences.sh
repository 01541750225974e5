#!/bin/sh
# Which actions of the user are slow?
#
# One action is one sequence.  One run in twenty takes longer than p95_ms;
# dead_ms is what the runs spent outside of any beat: overhead and waiting.

tele-extract app.log |
	tele-stats --kind sequence --by sequence --sort p95_ms --top 10 |
	tele-fmt --columns sequence,count,errors,p50_ms,p95_ms,max_ms,dead_ms
