/* SPDX-License-Identifier: MIT */
#ifndef TELE_TEXTFIT_H
#define TELE_TEXTFIT_H

#include "tele/colours.h"
#include "tele/messages.h"
#include "tele/opening.h"

/* How a text log fits a format: in which dialect, and how well. */
struct textfit {
	const struct dialect *dialect;
	size_t lines;     /* of the sample that are not empty */
	size_t known;     /* how many are known in the dialect */
	size_t joined;    /* ... because they go on with one that is */
	size_t begun;     /* how many begin as in a dialect, the most */
	double precision; /* of how those begin that are known */
};

/*
 * The dialect of FORMAT in which most lines of SAMPLE, the start of a log, are
 * known.  M, C and GOT serve meanwhile.
 */
struct textfit textfit_choose(const struct format *f, struct slice sample,
    struct messages *m, struct colours *c, struct captures *got);

/*
 * How much more it says that a sample fits than that it fits another format of
 * which as many lines are known: up to 0.1, by how much a record must have;
 * less where most lines only go on with one.
 */
double textfit_bonus(const struct textfit *fit, const struct format *f);

#endif
