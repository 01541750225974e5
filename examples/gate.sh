#!/bin/sh
# Let a release pass only if it is known to be no worse than the one before.
#
# tele-diff says 1 for worse and 2 for trouble, and only 0 may pass.  Its
# records go to a file: of a pipe, the shell would keep the status of the last
# command alone, and `if ! tele-diff` would throw the number away.
set -eu

gate() {
	tele-diff "$1.events" "$2.events" >findings && rc=0 || rc=$?
	case $rc in
	0) echo "$2 after $1: pass" ;;
	1) echo "$2 after $1: stop" && tele-fmt md findings && echo ;;
	*) echo "$2 after $1: stop, nobody knows" ;;
	esac
	return "$rc"
}

examples=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
for release in 2.3.0 2.4.0; do
	tele-extract "$examples/shop-$release.otlp.jsonl.zst" >"$release.events"
done
echo "this is no event" >2.5.0.events

# A build would end with the status; this goes on.
gate 2.3.0 2.4.0 || true
gate 2.4.0 2.3.0 || true
gate 2.3.0 2.5.0 2>/dev/null || true
