# What the spans of traces are, one a line: ids, parent, service, name, status,
# start, duration in nanoseconds, how many exceptions and links; in an order
# that does not depend on theirs.

# Of events.
def spans:
	[inputs] | (map(select(.kind == "error"))
		| group_by([.trace, .parent])
		| map({ key: "\(.[0].trace)/\(.[0].parent)", value: length })
		| from_entries) as $errors
	| map(select(.kind == "span")) | sort_by([.trace, .span])[]
	| [.trace, .span, .parent, .service, .name, .status,
		.time[:19] + "." + (.time[20:-1] + "000000000")[:9],
		(.duration_ms * 1e6 | round),
		$errors["\(.trace)/\(.span)"] // 0, (.links // [] | length)];

# Of the truth, which counts nanoseconds, cut off or rounded to microseconds if
# $how is "floor" or "round"; $links tells whether there are links.
def truth($how; $links):
	def cut:
		if $how == "floor" then . / 1000 | floor * 1000
		elif $how == "round" then . / 1000 | round * 1000
		else . end;
	[inputs] | sort_by([.trace_id, .span_id])[]
	| [.trace_id, .span_id, .parent_id, .service, .name,
		(if .status == "ERROR" then "error" else "ok" end),
		# Together these are more digits than jq counts with.
		(.start_ns[:-9] | tonumber | todate[:19]) + "."
			+ (.start_ns[-9:] | tonumber | cut + 1000000000
			| tostring[1:]),
		(.duration_ns | tonumber | cut), .exceptions,
		if $links then .links else 0 end];
