/* SPDX-License-Identifier: MIT */
#ifndef TELE_TALLY_H
#define TELE_TALLY_H

#include "tele/compare.h"
#include "tele/finding.h"

/* What a comparison comes to. */
struct tally {
	size_t verdicts[VERDICTS]; /* of differences, and of unsure and same */
	size_t carried;            /* of the slower and the faster */
	size_t groups;  /* with times on both sides, and enough units */
	size_t telling; /* of them, where a change could have been seen */
	double seen; /* what would have been seen of half of them, as ratio */
	bool fails;  /* the answer is "no" */
};

void tally_count(struct tally *t, const struct comparison *c);

/* Write it as a finding. */
void tally_write(const struct tally *t, const struct comparison *c,
    struct finding *f, struct out *out);

/*
 * Write how many false alarms N random splits of one side gave, where T is what
 * one of them came to.  True if they were too many to be the chance that there
 * should be, 5 %.
 */
bool tally_write_alarms(const struct tally *t, size_t alarms, size_t n,
    struct finding *f, struct out *out);

#endif
