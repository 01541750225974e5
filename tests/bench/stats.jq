# What tele-stats does, in jq: jq -nc -f stats.jq < events.ndjson

def rank($p): .[(length * $p | ceil) - 1];

[inputs
	| select(.kind == "beat" or .kind == "handler" or .kind == "span"
		or (.kind == "log" and has("duration_ms")))]
| group_by([.handler // .name, .plugin // .service])
| map(
	(map(.duration_ms // empty) | sort) as $ms
	| (map(select(.status == "error")) | length) as $errors
	| {handler: (.[0].handler // .[0].name), plugin: .[0].plugin,
		count: length, errors: $errors, error_rate: ($errors / length),
		total_ms: ($ms | add), self_ms: (map(.self_ms // 0) | add),
		min_ms: $ms[0], mean_ms: (($ms | add) / ($ms | length)),
		p50_ms: ($ms | rank(0.5)), p90_ms: ($ms | rank(0.9)),
		p95_ms: ($ms | rank(0.95)), p99_ms: ($ms | rank(0.99)),
		max_ms: $ms[-1],
		first: (map(.time) | min), last: (map(.time) | max)})
| sort_by(-.total_ms)[]
