/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a fuzz target is: a function that libFuzzer, or replay.c, calls with
 * texts.  It aborts when something is not as it must be.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Abort if IT is not true; the debugger shows the line. */
void must(bool it);

#endif
