/* SPDX-License-Identifier: MIT */
#ifndef TELE_LATENCY_H
#define TELE_LATENCY_H

#include "tele/compare.h"

/*
 * Whether a group became slower.
 *
 * The medians of its units are compared twice.  The test is of what they are
 * relative to the effect that each unit has on all groups (panel.h), because
 * that is what differs least by chance.  By as much as the effects of the sides
 * differ, that is taken away; and of what sets the units of a side apart, as
 * much as the group follows it, at least LATENCY_REACH: what waits for a timer
 * takes as long on a slow machine.  But where that effect does not reach all
 * groups alike, a slow machine, or a change itself, makes the others look
 * different.  So as measured they must differ as well, by less than
 * LATENCY_MEASURED or as much as so few can, and in the same direction; and of
 * the two, the smaller effect and the nearer end of the intervals decide.
 *
 * What is measured at two times differs for reasons of its own, group by group.
 * How much shows in the effects on all groups that wait for no other: they are
 * spread more than chance does it, and what is no more than that spread is no
 * change of a group (compare Efron: "Large-scale simultaneous hypothesis
 * testing: the choice of a null hypothesis", Journal of the American
 * Statistical Association 99, 2004). So it has to be more by LATENCY_MEASURED.
 *
 * Where blocks of time stand in for sessions, what sets two runs apart is seen
 * once and never again.  There the spread is part of the test; it is not taken
 * to be less than LATENCY_RUN, or LATENCY_RUN_UNKNOWN where few groups show it;
 * the whole interval must lie beyond what matters; and LATENCY_BLOCK events are
 * needed for each of the least number of units.  Blocks resemble their
 * neighbours, and then they are fewer than they seem: neighbours are joined
 * until they no longer do.
 */
enum { LATENCY_BLOCK = 20 };
#define LATENCY_REACH 0.5
#define LATENCY_MEASURED 0.01
#define LATENCY_RUN 0.02
#define LATENCY_RUN_UNKNOWN 0.07

void compare_latency(struct comparison *c, const struct item *item);

/* The effects of units themselves.  It comes first: the rest builds on it. */
void compare_drift(struct comparison *c);

/* The spread of all effects, once all are known, and what follows from it. */
void find_spread(struct comparison *c);

/* The verdict, once the test is adjusted. */
void judge_latency(const struct comparison *c, struct change *ch);

#endif
