#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hostile - COUNT executions whose names and payloads want to be code

usage: hostile.py COUNT > events.ndjson

Each is a sequence with one beat and one report of its handler, all of them
named by a string of their own: a seed, or several, with others around them.
Whatever runs one of them makes a file called CANARY.
"""
import json
import random
import sys

SEEDS = [
    "$(touch CANARY)", "`touch CANARY`", "'a\"; touch CANARY; \"b'",
    "\"; touch CANARY; #", "'; touch CANARY; '", "${IFS}touch${IFS}CANARY",
    "$((a[$(touch CANARY)]))", "!!", "*", "~root", "%n%s", "-n", "-e", "\\",
    "}", "{", "}\ntouch CANARY\n{", "EOF\ntouch CANARY\n", "\r", "\x01",
    "\x1b]0;x\x07", "\x7f", "\x80", "\u2028", "\u2029", "\u202e", "\u2066",
    "\x00", "# TODO", "# SKIP", "ok 5", "not ok 6", "1..9", "Bail out!",
    "\n1..0\n", "\nok 2 - injected\n", "@test \"x\" { touch CANARY; }",
    "\n@test \"x\" {\ntouch CANARY\n}\n", "# bats test_tags=x",
    "@ID@", "@END@", "@TEST@", "\n@END@\n", "tele-gentest:end",
    "\n# tele-gentest:end\ntouch CANARY\n", "</script><script>", "<!--",
    "*/ require('fs').writeFileSync('CANARY','') /*",
    "'); require('fs').writeFileSync('CANARY', ''); ('",
    "`);require('fs').writeFileSync('CANARY','');(`",
    "${require('fs').writeFileSync('CANARY','')}", "\\u0027", "\\x27;//",
    "__proto__", "constructor", "../../../etc/passwd", "C:\\x", "'", "\"",
    "\ud83c\udfbc", "\ud800", "\uffff", "\u0301" * 9, "A" * 300, " ", "\t",
]


def string(chance):
    parts = [chance.choice(SEEDS) for _ in range(chance.randint(1, 4))]
    return chance.choice(["", " ", "\n", ";", "x"]).join(parts)


def main():
    chance = random.Random(1)
    for i in range(int(sys.argv[1])):
        s = "%s %d" % (SEEDS[i], i) if i < len(SEEDS) else \
            "%s %d" % (string(chance), i)
        where = {"trace": "t%d" % i, "plugin": s, "sequence": s,
                 "sequence_id": s, "movement": s, "beat": 1}
        source = {"attr.payload": s, "attr." + s: s, "src": s, "src_line": i}
        events = [
            {"kind": "state", "name": s, "parent": "b", "event": s,
             "handler": s, "added": [s], "updated": [s, "x"], "removed": [s]},
            {"kind": "error", "name": s, "parent": "b", "event": s,
             "handler": s, "error_type": s, "error_message": s},
            {"kind": "beat", "name": s, "duration_ms": 1, "status": "ok",
             "span": "b", "parent": "s", "event": s, "handler": s},
            {"kind": "sequence", "name": s, "duration_ms": 2, "status": "ok",
             "span": "s"},
        ]
        for event in events:
            print(json.dumps({**event, **where, **source}))


main()
