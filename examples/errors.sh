#!/bin/sh
# Which handlers fail, how often, and with what?
#
# Every failure in the log is an event of the kind "error".  Counting those
# also finds handlers that fail after their beat is over, and so without
# failing it: promises that are rejected late.

tele-extract --kind error app.log |
	tele-stats --kind error --by handler,plugin,error_message --sort count |
	tele-fmt --columns count,handler,plugin,error_message
