/* SPDX-License-Identifier: MIT */
#ifndef TELE_LATENCY_H
#define TELE_LATENCY_H

#include "tele/compare.h"

/*
 * Whether a group became slower.
 *
 * The medians of its units are compared twice: as measured, and relative to the
 * effect that each unit has on all groups (panel.h).  It is slower only if both
 * say so, and of the two the more careful p, effect and interval decide.  So
 * neither a slow machine nor one that the change itself slows down makes other
 * groups look slower.
 *
 * Blocks of time resemble their neighbours, and then they are fewer than they
 * seem: neighbours are joined until they no longer do.  And what differs
 * between two runs is more than what differs between blocks of one: the whole
 * interval must lie beyond what matters, and LATENCY_BLOCK events for each of
 * the least number of units are needed.
 */
enum { LATENCY_BLOCK = 20 };

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
