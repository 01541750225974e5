#!/bin/sh
# Look at it on the terminal: who is slow when, what one request waited for, and
# what follows what.
set -eu
events=$(mktemp)
trap 'rm -f "$events"' EXIT

tele-extract app.log >"$events"

echo "== Which handlers are slow, and when?"
tele-heatmap --rows 8 --top 3 "$events"
echo
echo "== What does an action usually consist of?"
tele-timeline --aggregate --sequence 'Canvas Component Create' "$events"
echo
echo "== What did a request wait for?"
tele-extract checkout.jsonl | tele-timeline --rows 20
echo
echo "== What leads to a handler, and where does it lead?"
tele-graph --format text --focus createNode "$events"
