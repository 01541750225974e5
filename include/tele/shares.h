/* SPDX-License-Identifier: MIT */
#ifndef TELE_SHARES_H
#define TELE_SHARES_H

#include "tele/compare.h"

/*
 * What share of its events each unit has of something, such as failures, and
 * whether the two sides differ in it.
 *
 * As everywhere, it is the units that are compared, by ranks.  But all events
 * must differ as well, by Fisher's test: where the units of one side are
 * smaller, most of them have none of what is rare, and ranks would take that
 * for a difference.  Blocks of time may be of any size; in place of ranks, what
 * their spread says of the share of all is what counts (the ratio estimate;
 * Cochran: "Sampling techniques", 3rd edition, 1977, section 6.3).
 */

double share_of(uint64_t part, uint64_t whole);

/* A unit of SIDE has PART of WHOLE; the first after comparison_add begins. */
void share_add(struct comparison *c, int side, uint64_t part, uint64_t whole);

/* Each unit's number of PARTS for each of WHOLES, and their sums into CH. */
void share_gather(struct comparison *c, const struct item *parts,
    const struct item *wholes, struct change *ch);

/* Test CH by ranks of units only: the share may be above 1, or a mean. */
void share_test_units(struct comparison *c, struct change *ch);

/* Test CH as said above. */
void share_test(struct comparison *c, struct change *ch);

/* Test CH by single events or executions, if there are enough. */
void share_test_singly(struct comparison *c, struct change *ch);

#endif
