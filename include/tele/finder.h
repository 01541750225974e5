/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDER_H
#define TELE_FINDER_H

#include "tele/pattern.h"

/*
 * Several templates that are searched in every message, most of which hold none
 * of them: one pass tells which may be there.  It looks for the last two bytes
 * of their prefixes, and for a digit behind these where each begins with a
 * number.
 */
enum { FINDER_ENDS = 8, FINDER_TEMPLATES = 64 };

struct finder {
	unsigned char ends[FINDER_ENDS][2];
	uint64_t whose[FINDER_ENDS]; /* a bit for each template */
	int count;                   /* of ends; 0: anything may be there */
	unsigned char lasts[FINDER_ENDS]; /* the last byte of each, once */
	int last_count;
	bool needs_digit;
};

/* For COUNT templates, whose prefixes are not empty. */
void finder_init(struct finder *f, const struct pattern *patterns, int count);

/*
 * Which of the templates P..END, readable as wide.h says, may hold: a bit for
 * each.
 */
uint64_t finder_scan(const struct finder *f, const char *p, const char *end);

#endif
