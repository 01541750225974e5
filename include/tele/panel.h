/* SPDX-License-Identifier: MIT */
#ifndef TELE_PANEL_H
#define TELE_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tele/observed.h"

/*
 * What was observed, in order: for each item its points, one for each unit that
 * has it, by side and by the order of units.  Here units are numbered so.
 */
struct point {
	uint32_t unit;
	uint32_t count, errors;
	double ms;      /* the median duration; negative if there is none */
	double self_ms; /* the mean of what was not spent in children */
};

struct panel {
	const struct observed *all;
	struct point *points;
	size_t *first;       /* of each item, and of one more */
	size_t units[SIDES]; /* those of BASE come first */
	double *size;        /* of each unit: how many events counted */
	double *effect;      /* of each unit, on log(ms); see below */
	size_t effect_of;    /* how many items it was taken from; 0: all 0 */
};

/*
 * The effect of a unit is by how much all of its durations are longer or
 * shorter than those of the others: the machine, or its load.  It is found by
 * median polish of the logarithms (Tukey: "Exploratory data analysis", 1977,
 * chapter 11), in which a minority of groups that changed has no say.  It takes
 * PANEL_LEAST groups at least that wait for no other.
 */
enum { PANEL_LEAST = 10 };

void panel_init(struct panel *p, const struct observed *all);
void panel_free(struct panel *p);

/* The points of ITEM; *COUNT is how many. */
const struct point *panel_points(const struct panel *p, uint32_t item,
    size_t *count);

/* log of the duration MS, where 0 is less than what can be measured. */
double panel_log(const struct item *item, double ms);

#endif
