/* SPDX-License-Identifier: MIT */
#ifndef TELE_SCALE_H
#define TELE_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the axes and legends of pictures need.  All on integers. */

/*
 * The smallest round step of a time axis that is at least NS >= 1: 1, 2 or 5
 * times a power of ten up to 5 s, then what clocks divide by: 10, 15, 30 s, 1,
 * 2, 5, 10, 15, 30 min, 1, 2, 3, 6, 12 h, then 1, 2 or 5 times a power of ten
 * days.
 */
int64_t scale_step(int64_t ns);

/*
 * The next larger of the lengths that all larger round steps are multiples of,
 * and that are multiples of each other, at most five or six times: NS >= 1 is
 * one.  What is counted in such parts can be added up to any step.
 */
int64_t scale_next_part(int64_t ns);

/* NS rounded down to a multiple of STEP >= 1, also before 1970. */
int64_t scale_floor(int64_t ns, int64_t step);

/*
 * The largest of 1, 2, 5, 10, 20 ... that is at most N >= 1, and the smallest
 * that is at least N.
 */
int64_t scale_round_down(int64_t n);
int64_t scale_round_up(int64_t n);

/*
 * Where V lies between LEAST and MOST on a logarithmic scale: 0 to 1000, in
 * steps of a 64th of an octave.  500 where LEAST is MOST.
 */
int scale_log(int64_t v, int64_t least, int64_t most);

/*
 * NS >= 0 for people: three significant digits and the unit, "1.5 ms", or "0";
 * with IS_ASCII, microseconds are "us".  DST takes SCALE_TEXT bytes and is
 * terminated; returns the length.
 */
enum { SCALE_TEXT = 32 };
size_t scale_duration(char *dst, int64_t ns, bool is_ascii);

/* N of TOTAL in percent, two decimals at most: "0.31 %".  DST as above. */
size_t scale_share(char *dst, uint64_t n, uint64_t total);

#endif
