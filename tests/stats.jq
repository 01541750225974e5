# Statistics of the work in the input (jq -s), computed in the plain way: what
# tele-stats gives of groups with up to 64 durations, in its default groups.
# Durations must not have more than two decimals.

def hundredths: . * 100 | round;
def round6: . * 1000000 | round / 1000000;
def rank($p): sort | .[(length * $p / 100 | ceil) - 1] / 100;

map(select((.kind | IN("beat", "handler", "span")) or
	(.kind == "log" and has("duration_ms"))))
| group_by([.handler // .name // "", .plugin // .service // ""])
| map(. as $all | map(select(has("duration_ms")) | .duration_ms | hundredths)
	as $took
	| ($all[0] | {handler: (.handler // .name // "")} +
		(if .plugin then {plugin}
		 elif .service then {service} else {} end)) +
	{count: length,
	 errors: map(select(.status == "error" or
		(.level | IN("error", "fatal")))) | length} +
	(if $took == [] then {} else
		{total_ms: ($took | add / 100),
		 self_ms: (map(.self_ms // .duration_ms // 0 | hundredths)
			| add / 100),
		 min_ms: ($took | min / 100),
		 mean_ms: ($took | add / length / 100 | round6),
		 p50_ms: ($took | rank(50)), p90_ms: ($took | rank(90)),
		 p95_ms: ($took | rank(95)), p99_ms: ($took | rank(99)),
		 max_ms: ($took | max / 100)}
	 end) +
	(map(.time // empty) | if . == [] then {} else
		{first: min, last: max} end)
	| .error_rate = (.errors / .count | round6))
| sort_by(.handler, .plugin, .service)[]
