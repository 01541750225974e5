/* SPDX-License-Identifier: MIT */
#ifndef TELE_LATENCY_H
#define TELE_LATENCY_H

#include "tele/compare.h"

/*
 * Whether a group became slower.
 *
 * The medians of its units are compared twice.  The test is of what they are
 * relative to the effect that each unit has on all groups (panel.h), because
 * that is what differs least by chance.  But where that effect does not reach
 * all groups alike, a slow machine, or a change itself, makes the others look
 * different.  So as measured they must differ as well, by less than
 * LATENCY_MEASURED, and in the same direction; and of the two, the smaller
 * effect and the nearer end of the intervals decide.
 *
 * Blocks of time resemble their neighbours, and then they are fewer than they
 * seem: neighbours are joined until they no longer do.  And what differs
 * between two runs is more than what differs between blocks of one: the whole
 * interval must lie beyond what matters, and LATENCY_BLOCK events for each of
 * the least number of units are needed.
 */
enum { LATENCY_BLOCK = 20 };
#define LATENCY_MEASURED 0.01

void compare_latency(struct comparison *c, const struct item *item);

/* The effects of units themselves. */
void compare_drift(struct comparison *c);

/* The verdict, once the test is adjusted. */
void judge_latency(const struct comparison *c, struct change *ch);

/*
 * Which slower groups only wait for others: their own time grew by less than
 * half, and they call, perhaps by way of others, one whose own time grew.
 */
void find_carried(struct comparison *c, enum verdict verdict);

#endif
