/* SPDX-License-Identifier: MIT */
#ifndef TELE_DURATION_H
#define TELE_DURATION_H

#include <stdint.h>

#include "tele/slice.h"

/* Durations are int64_t nanoseconds; on the wire and in logs, decimal text. */

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

/*
 * The decimal NUMBER (JSON's syntax) times UNIT_NS, rounded half away from
 * zero to whole nanoseconds.  False if it is no number or out of range.
 */
bool duration_scale(struct slice number, int64_t unit_ns, int64_t *ns);

/* The unit called NAME, ns us µs ms s m h d or in words; 0: none is. */
int64_t duration_unit(struct slice name);

/*
 * A number with a unit, blanks between them allowed: "15.2ms", "1.5 seconds".
 * False for anything else, a missing unit included.
 */
bool duration_parse(struct slice text, int64_t *ns);

/*
 * NS as milliseconds, exactly, with no more digits than needed: 1500000 is
 * "1.5".  DST takes DURATION_MS_MAX bytes; returns the length.
 */
#define DURATION_MS_MAX 24
size_t duration_format_ms(char *dst, int64_t ns);

/* Nanoseconds of a clock that never steps (CLOCK_MONOTONIC). */
int64_t clock_ns(void);

/* N in decimal digits; DST takes 20 bytes; returns the length. */
size_t decimal_format(char *dst, uint64_t n);

#endif
