/* SPDX-License-Identifier: MIT */
#ifndef TELE_OBSERVE_H
#define TELE_OBSERVE_H

#include "tele/observed.h"

/* How events are taken apart: into groups, see grouping.h, and into units. */
struct observe_options {
	const char *const *by;
	size_t by_count;
	uint64_t kinds; /* that count, a bit each; 0 are work and timed logs */
	enum unit_kind unit;
	int64_t period_ns; /* UNIT_PERIOD */
};

/*
 * Read the files of ARGV, events or partial statistics, as one side.  Returns
 * the exit status that the input calls for.
 */
int observe(struct observed *all, int side, const struct observe_options *how,
    int argc, char *argv[]);

#endif
