#!/bin/sh
# What did the deploy of a service change?  Its spans before and after tell.
#
# Each export is one session, so tele-diff cuts it into blocks of time.

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT

tele-extract shop-2.3.0.otlp.jsonl.zst >"$dir/before"
tele-extract shop-2.4.0.otlp.jsonl.zst >"$dir/after"
tele-diff "$dir/before" "$dir/after" >"$dir/findings" && rc=0 || rc=$?
tele-fmt -w 80 "$dir/findings"
echo "status $rc"
