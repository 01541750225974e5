#!/bin/sh
# Send the requests of yesterday to the program of today, and compare.
set -eu

examples=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

shop() {
	jq -nc --argjson stock "$1" --argjson first "$2" -f "$examples/shop.jq"
}

# The same orders on two days: nothing differs but the numbers of the orders.
cat >orders <<-'END'
	{"article":"lamp","count":1}
	{"article":"chair","count":4}
	{"article":"desk","count":9}
END
shop 5 100 <orders >mon.log
shop 5 731 <orders >tue.log
tele-extract --keep body mon.log >mon.events
tele-extract --keep body tue.log >tue.events

echo "Would be sent:"
tele-replay --speed max --payload attr.body mon.events

# Only events with a body are sent, and all are expected.  Noise learns that
# numbers of orders do not matter.
replay() {
	tele-replay --speed max --payload attr.body --noise mon.events tue.events \
		--expect mon.events -- \
		jq -nc --unbuffered --argjson stock "$1" --argjson first 1 \
		-f "$examples/shop.jq" && rc=0 || rc=$?
	echo "status $rc"
}

echo
echo "The same program:"
replay 5
echo
echo "One that has less in stock:"
replay 3
