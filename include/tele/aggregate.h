/* SPDX-License-Identifier: MIT */
#ifndef TELE_AGGREGATE_H
#define TELE_AGGREGATE_H

#include "tele/timeline.h"

/*
 * The usual execution: timelines of the same title laid over each other, step
 * by step.  A step is known as siblings.h says.
 */
struct aggregates;

/* At most MAX steps are told apart; what is beyond is left out. */
struct aggregates *aggregates_new(uint64_t max);
void aggregates_free(struct aggregates *all);

void aggregates_add(struct aggregates *all, const struct timeline *t);

/* How many titles there are; how many rows were left out. */
size_t aggregates_count(const struct aggregates *all);
uint64_t aggregates_left_out(const struct aggregates *all);

/*
 * The timeline of number I, those with the longest total time first: medians of
 * starts and durations, and the 95th percentiles of these.  A step is critical
 * if it was in at least half of the executions.
 */
void aggregates_timeline(struct aggregates *all, size_t i, struct timeline *t);

/* The same of the one called like T; false if there is none. */
bool aggregates_find(struct aggregates *all, const struct timeline *like,
    struct timeline *t);

#endif
