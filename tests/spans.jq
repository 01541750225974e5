# Of all work in the input (jq -s), what does not fit: a span that sticks out of
# its parent by more than the stamps' resolution, and one whose self_ms is not
# its duration less the union of its children.  Numbers are 1/100 ms; a log
# without stamps is taken to have no overlaps.

def at: if . == null then null
	else (.[0:19] + "Z" | fromdateiso8601) * 100000 +
		(.[20:23] | tonumber) * 100 end;
def hundredths: . * 100 | round;

# The length of what [[from, to], ...] cover.
def union:
	reduce sort[] as [$from, $to] ({sum: 0, end: null};
		if .end == null or $from >= .end then
			{sum: (.sum + $to - $from), end: $to}
		elif $to > .end then
			{sum: (.sum + $to - .end), end: $to}
		else . end)
	| .sum;

map(select(.kind | IN("sequence", "movement", "beat"))
	| {kind, src, src_line, id: (.trace + "/" + .span),
	   parent: (.trace + "/" + (.parent // "none")), from: (.time | at),
	   long: ((.duration_ms // null) | if . then hundredths else . end),
	   self: ((.self_ms // 0) | hundredths)})
| (group_by(.parent) | map({key: .[0].parent, value: .}) | from_entries)
	as $children
| .[]
| select(.long != null)
| . as $span
| ($children[.id] // [] | map(select(.long != null))) as $inner
| if .from == null then
	select(.self != ([0, .long - ($inner | map(.long) | add // 0)] | max))
	| {self_ms_differs: .}
  else
	($inner[] | select(.from < $span.from or
		.from + .long > $span.from + $span.long + 200)
		| {sticks_out: ., of: $span}),
	(select(.self != .long - ($inner
		| map([([.from, $span.from] | max),
			([.from + .long, $span.from + $span.long] | min)])
		| map(select(.[0] < .[1])) | union))
		| {self_ms_differs: .})
  end
