# Some of what tele-stats does, in awk, without a JSON parser and without
# quantiles: awk -f stats.awk < events.ndjson

function after(key,    at) {
	at = index($0, "\"" key "\":")
	return at == 0 ? "" : substr($0, at + length(key) + 3)
}

function text(key,    rest) {
	rest = substr(after(key), 2)
	return substr(rest, 1, index(rest, "\"") - 1)
}

/"kind":"(beat|handler|span)"/ {
	handler = text("handler")
	if (handler == "")
		handler = text("name")
	key = "\"handler\":\"" handler "\",\"plugin\":\"" text("plugin") "\""
	ms = after("duration_ms") + 0
	if (!(key in count) || ms < min[key])
		min[key] = ms
	if (ms > max[key])
		max[key] = ms
	count[key]++
	errors[key] += index($0, "\"status\":\"error\"") > 0
	total[key] += ms
}

END {
	for (key in count)
		printf "{%s,\"count\":%d,\"errors\":%d,\"total_ms\":%.6f," \
		    "\"min_ms\":%.6f,\"max_ms\":%.6f}\n", key, count[key],
		    errors[key], total[key], min[key], max[key]
}
