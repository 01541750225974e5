#!/bin/sh
# A report that is made again when the log changes; report.mk is the recipe.
#
# It runs in a folder of its own, so that this one stays as it is.

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
cp app.log report.mk "$dir" && cd "$dir" || exit

make -s -f report.mk
head -n 12 app.md
echo
head -n 11 app.csv
