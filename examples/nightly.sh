#!/bin/sh
# What a build does every night; nightly.mk is the recipe.
#
# It runs in a folder of its own, so that this one stays as it is.

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
cp -R baseline.part night nightly.mk "$dir" && cd "$dir" || exit

make -s -f nightly.mk 2>errors
cat errors
cat night.md
echo
make -s -f nightly.mk accept
make -s -f nightly.mk 2>errors
cat errors
tele-fmt --columns slower,failing,n_base,n_new history.ndjson
