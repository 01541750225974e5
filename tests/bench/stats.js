// What tele-stats does, in JavaScript: node stats.js < events.ndjson

const groups = new Map();

for (const line of require('fs').readFileSync(0, 'utf8').split('\n')) {
	if (line === '')
		continue;
	const e = JSON.parse(line);
	if (!['beat', 'handler', 'span'].includes(e.kind))
		continue;
	const handler = e.handler ?? e.name;
	const key = handler + '\n' + e.plugin;
	let g = groups.get(key);
	if (g === undefined) {
		g = { handler, plugin: e.plugin, count: 0, errors: 0,
			total_ms: 0, self_ms: 0, first: e.time, last: e.time };
		g.ms = [];
		groups.set(key, g);
	}
	g.count++;
	g.errors += e.status === 'error';
	g.self_ms += e.self_ms ?? 0;
	if (e.time < g.first)
		g.first = e.time;
	if (e.time > g.last)
		g.last = e.time;
	if (e.duration_ms !== undefined) {
		g.total_ms += e.duration_ms;
		g.ms.push(e.duration_ms);
	}
}

const sorted = [...groups.values()].sort((a, b) => b.total_ms - a.total_ms);
for (const { ms, ...g } of sorted) {
	ms.sort((a, b) => a - b);
	const rank = (p) => ms[Math.ceil(ms.length * p) - 1];
	console.log(JSON.stringify({ ...g, error_rate: g.errors / g.count,
		min_ms: ms[0], mean_ms: g.total_ms / ms.length,
		p50_ms: rank(0.5), p90_ms: rank(0.9), p95_ms: rank(0.95),
		p99_ms: rank(0.99), max_ms: ms[ms.length - 1] }));
}
