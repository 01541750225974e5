#!/bin/sh
# Which handlers does the program spend its time in?
#
# tele-extract turns the log into events, tele-stats adds them up by handler,
# most time first, and tele-fmt makes a table of the columns that matter here.

tele-extract app.log |
	tele-stats --top 10 |
	tele-fmt --columns handler,plugin,count,total_ms,p50_ms,p95_ms,max_ms
