#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""rotate - write a log at full speed and rotate it

usage: rotate.py rename|copytruncate FILE LINES EVERY

Writes LINES numbered lines to FILE.  After every EVERY of them FILE.1 becomes
FILE.2 and so on, and FILE either is renamed to FILE.1 and made anew, or copied
there and emptied.  Every generation is kept.
"""
import os
import shutil
import sys

how, name, lines, every = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
generations = 0


def shift():
    global generations
    for n in range(generations, 0, -1):
        os.rename(f"{name}.{n}", f"{name}.{n + 1}")
    generations += 1


log = open(name, "ab", buffering=0)
for i in range(1, lines + 1):
    log.write(b"2026-01-02T03:04:05Z line %d\n" % i)
    if i % every:
        continue
    shift()
    if how == "rename":
        os.rename(name, f"{name}.1")
        log.close()
        log = open(name, "ab", buffering=0)
    else:
        shutil.copyfile(name, f"{name}.1")
        os.truncate(name, 0)
