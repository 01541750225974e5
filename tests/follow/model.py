#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""model - whether a log that is followed loses, repeats or tears a line

usage: model.py [-n SEQUENCES] [-s SEED] [-v]

Each sequence is a random walk of what befalls a log: lines and parts of lines
are written to it, it is renamed or copied and emptied once or several times in
a row, emptied or deleted once all was read, and the reader is killed and
started again.  In the end every line must have come once, in order, whole.
Prints one line a failure and a count; exits with 1 if there was any.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 60


def stamp(path):
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return 0


class Log:
    """A log, the program that follows it, and what must come of it."""

    def __init__(self, rng, folder):
        self.rng = rng
        self.folder = folder
        self.name = os.path.join(folder, "app.log")
        self.out = os.path.join(folder, "out.ndjson")
        self.errors = open(os.path.join(folder, "err"), "ab")
        self.generations = 0
        self.written = 0  # lines that are complete
        self.part = b""  # of a line that is not
        self.history = []
        self.file = open(self.name, "ab", buffering=0)
        self.start()

    def start(self):
        checkpoint = os.path.join(self.folder, "cp")
        before = stamp(checkpoint)
        self.reader = subprocess.Popen(
            ["tele-extract", "-F", "--checkpoint", "cp", "-o", "out.ndjson", "app.log"],
            cwd=self.folder, stderr=self.errors, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + DEADLINE_S
        while stamp(checkpoint) == before:
            if time.monotonic() > deadline:
                raise TimeoutError("no checkpoint")
            time.sleep(0.005)

    def line(self):
        self.written += 1
        return b"2026-01-02T03:04:05.678Z line %d %s\n" % (
            self.written, b"x" * self.rng.randrange(120))

    def finish(self):
        if self.part:
            self.file.write(self.part)
            self.part = b""

    def got(self):
        try:
            with open(self.out, "rb") as f:
                return [json.loads(line)["message"].split()[1] for line in f
                        if line.endswith(b"\n")]
        except FileNotFoundError:
            return []

    def wait(self):
        """Until all complete lines have come."""
        deadline = time.monotonic() + DEADLINE_S
        while len(self.got()) < self.written and time.monotonic() < deadline:
            time.sleep(0.02)

    # What may befall the log.

    def write(self):
        self.finish()
        self.file.write(b"".join(self.line() for _ in range(self.rng.randrange(1, 60))))

    def write_part(self):
        self.finish()
        line = self.line()
        cut = self.rng.randrange(1, len(line))
        self.file.write(line[:cut])
        self.part = line[cut:]

    def pause(self):
        time.sleep(self.rng.random() * 0.03)

    def shift(self):
        for n in range(self.generations, 0, -1):
            os.rename(f"{self.name}.{n}", f"{self.name}.{n + 1}")
        self.generations += 1

    def rename(self):
        self.shift()
        os.rename(self.name, f"{self.name}.1")
        # The writer notices only now, and ends its line where it began it.
        self.finish()
        if self.rng.random() < 0.3:
            self.file.write(b"".join(self.line() for _ in range(5)))
        self.file.close()
        self.file = open(self.name, "ab", buffering=0)

    def copy(self):
        self.finish()
        self.shift()
        shutil.copyfile(self.name, f"{self.name}.1")
        os.truncate(self.name, 0)

    def empty(self):
        self.finish()
        self.wait()
        os.truncate(self.name, 0)

    def delete(self):
        self.finish()
        self.wait()
        os.unlink(self.name)
        self.file.close()
        self.pause()
        self.file = open(self.name, "ab", buffering=0)

    def kill(self):
        self.reader.send_signal(signal.SIGKILL)
        self.reader.wait()
        if self.rng.random() < 0.5:
            self.step(self.rng.choice(["write", "write_part", "rename"]))
        self.start()

    def step(self, what):
        self.history.append(what)
        getattr(self, what)()

    def run(self, ways):
        """A walk in which one of WAYS is how the log is rotated."""
        weights = {"write": 51, "write_part": 15, "pause": 15, "kill": 5,
                   "delete": 3, ways: 12}
        if ways == "copy":
            weights["empty"] = 4
        for _ in range(self.rng.randrange(5, 30)):
            self.step(self.rng.choices(list(weights), list(weights.values()))[0])
        self.finish()
        self.wait()
        time.sleep(0.05)
        self.reader.send_signal(signal.SIGTERM)
        self.reader.wait()
        self.errors.close()
        self.file.close()


def verdict(log):
    got = log.got()
    want = [str(n) for n in range(1, log.written + 1)]
    if got == want:
        return None
    lost = len(set(want) - set(got))
    torn = len(set(got) - set(want))
    return (f"{log.written} lines: {lost} lost, "
            f"{len(got) - len(set(got))} repeated, {torn} torn, "
            f"{'in' if got == sorted(got, key=lambda n: (len(n), n)) else 'out of'} order")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=10)
    parser.add_argument("-s", type=int, default=1)
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    failures = lines = 0
    for seed in range(args.s, args.s + args.n):
        rng = random.Random(seed)
        folder = tempfile.mkdtemp(prefix="tele-model-")
        log = Log(rng, folder)
        log.run("rename" if seed % 2 else "copy")
        lines += log.written
        wrong = verdict(log)
        if wrong:
            failures += 1
            print(f"seed {seed}: {wrong}: {' '.join(log.history)}")
        if wrong and args.v:
            print(f"  see {folder}")
        else:
            shutil.rmtree(folder)
    print(f"{args.n} sequences, {lines} lines, {failures} failures")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
