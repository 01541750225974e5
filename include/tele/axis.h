/* SPDX-License-Identifier: MIT */
#ifndef TELE_AXIS_H
#define TELE_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A time axis: where on a picture an instant is.  It begins at 0 ns and runs
 * evenly, but for silences, which are drawn short, all of one width.
 */
struct axis_part {
	int64_t from_ns, to_ns;
	int64_t from, to; /* places */
	bool is_silence;
};

struct axis {
	struct axis_part *parts;
	size_t count;
	int64_t step_ns; /* from tick to tick: round */
};

/* Intervals of time, ascending, that do not touch. */
struct axis_span {
	int64_t from_ns, to_ns;
};

/*
 * An axis of END_NS from place 0 to place WIDTH, on which each of SILENCES is
 * SILENCE_WIDTH wide, and ticks are at least TICK_WIDTH apart.
 */
void axis_init(struct axis *a, int64_t end_ns, int64_t width,
    const struct axis_span *silences, size_t count, int64_t silence_width,
    int64_t tick_width);
void axis_free(struct axis *a);

/* The place of NS; what is beyond the ends counts as the end. */
int64_t axis_at(const struct axis *a, int64_t ns);

/*
 * The silences of a picture that ends at END_NS, between SPANS, in any order,
 * which are changed: longer than a fifth of the whole, and together more than
 * half of it; else there are none.  Returns how many, now the first of SPANS,
 * which has room for one more than COUNT.
 */
size_t axis_find_silences(struct axis_span *spans, size_t count,
    int64_t end_ns);

#endif
