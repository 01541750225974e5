# What tele-stats does, in Python: python3 stats.py < events.ndjson

import json
import math
import sys

groups = {}
for line in sys.stdin.buffer:
    e = json.loads(line)
    if e["kind"] not in ("beat", "handler", "span"):
        continue
    handler = e.get("handler") or e["name"]
    key = (handler, e.get("plugin"))
    g = groups.get(key)
    if g is None:
        g = {"handler": handler, "plugin": e.get("plugin"), "count": 0,
             "errors": 0, "self_ms": 0, "first": e["time"], "last": e["time"],
             "ms": []}
        groups[key] = g
    g["count"] += 1
    g["errors"] += e["status"] == "error"
    g["self_ms"] += e.get("self_ms", 0)
    g["first"] = min(g["first"], e["time"])
    g["last"] = max(g["last"], e["time"])
    if "duration_ms" in e:
        g["ms"].append(e["duration_ms"])

for g in groups.values():
    ms = sorted(g.pop("ms"))
    g["total_ms"] = math.fsum(ms)
    g["error_rate"] = g["errors"] / g["count"]
    if ms:
        g["min_ms"], g["max_ms"] = ms[0], ms[-1]
        g["mean_ms"] = g["total_ms"] / len(ms)
        for p in (50, 90, 95, 99):
            g["p%d_ms" % p] = ms[math.ceil(len(ms) * p / 100) - 1]
for g in sorted(groups.values(), key=lambda g: -g["total_ms"]):
    print(json.dumps(g))
