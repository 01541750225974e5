/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDER_H
#define TELE_FINDER_H

#include "tele/pattern.h"

/*
 * Several templates that are searched in every message, most of which hold none
 * of them: one pass tells so.  It looks for the last two bytes of their
 * prefixes, and for a digit behind these where each begins with a number.
 */
enum { FINDER_ENDS = 4 };

struct finder {
	unsigned char ends[FINDER_ENDS][2];
	int count; /* of different ends; 0: anything may be there */
	bool needs_digit;
};

/* For COUNT templates, whose prefixes are not empty. */
void finder_init(struct finder *f, const struct pattern *patterns, int count);

/* Whether P..END, readable as wide.h says, may hold one of them. */
bool finder_may_hold(const struct finder *f, const char *p, const char *end);

#endif
