#!/bin/sh
# Draw the pictures of gallery/ into the folder $1, or anew where they are.
set -eu
cd "$(dirname "$0")"
folder=${1:-gallery}
events=$(mktemp)
before=$(mktemp)
after=$(mktemp)
trap 'rm -f "$events" "$before" "$after"' EXIT

mkdir -p "$folder"
tele-extract app.log >"$events"
# The two page loads in that log.
head -n 2932 app.log | tele-extract >"$before"
tail -n +2933 app.log | tele-extract >"$after"

# Who is slow when, and whether a handler has several speeds.
tele-heatmap -f svg "$events" >"$folder/heatmap.svg"
tele-heatmap -f svg --handler notifyUi "$events" >"$folder/latency.svg"

# One request through three services, and the usual run of a sequence.
tele-extract checkout.jsonl | tele-timeline -f svg >"$folder/request.svg"
tele-extract checkout.jsonl | tele-timeline -f chrome >"$folder/request.json"
tele-extract checkout.jsonl |
	tele-timeline -f folded >"$folder/request.folded"
tele-timeline -f svg --aggregate --sequence 'Canvas Component Drag' \
	"$events" >"$folder/sequence.svg"

# What follows what, who calls whom, and what changed since.
tele-graph "$events" >"$folder/handlers.dot"
tele-extract checkout.jsonl | tele-graph --edges calls >"$folder/services.dot"
tele-graph --all --diff "$before" "$after" >"$folder/changes.dot"
{
	echo '```mermaid'
	tele-graph -f mermaid --edges triggers "$events"
	echo '```'
} >"$folder/triggers.md"

# Graphviz makes pictures of the graphs.
command -v dot >/dev/null || exit 0
for graph in "$folder"/*.dot; do
	dot -Tsvg "$graph" >"${graph%.dot}.svg"
done
