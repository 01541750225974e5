#!/bin/sh
# Today's logs as a folder of pages; report/Makefile is the recipe.
#
# It runs in a folder of its own, so that this one stays as it is.

here=$PWD
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
cp app.log "$dir/drawing.log" &&
	cp checkout.jsonl "$dir/shop.log" && cd "$dir" || exit

make -s -f "$here/report/Makefile"
find report -name '*.html' | sort
# Where the index leads to, and what it tells of each log.
sed -n 's/.*href="\([^"]*\)".*/\1/p' report/index.html
sed -n 's/<td>\([0-9]*\)<\/td><td>\([0-9]*\)<\/td><td>\(.*\)<\/td><\/tr>/\1 spans, \2 failed, most time: \3/p' report/index.html
