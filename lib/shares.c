/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "tele/shares.h"

double
share_of(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

static bool
has_units(const struct comparison *c, const size_t units[SIDES])
{
	return units[BASE] >= c->how->min_units &&
	    units[NEW] >= c->how->min_units;
}

void
share_add(struct comparison *c, int side, uint64_t part, uint64_t whole)
{
	size_t n = c->n[side]++;

	c->values[side][n] = share_of(part, whole);
	c->sizes[side][n] = (double)whole;
}

void
share_gather(struct comparison *c, const struct item *parts,
    const struct item *wholes, struct change *ch)
{
	size_t p_count, w_count;
	const struct point *p = panel_points(c->panel, parts->id, &p_count);
	const struct point *w = panel_points(c->panel, wholes->id, &w_count);
	uint64_t n;
	int side;

	c->n[BASE] = c->n[NEW] = 0;
	ch->whole[BASE] = ch->whole[NEW] = 0;
	ch->part[BASE] = ch->part[NEW] = 0;
	for (size_t i = 0, k = 0; i < w_count; i++) {
		while (k < p_count && p[k].unit < w[i].unit)
			k++;
		n = k < p_count && p[k].unit == w[i].unit ? p[k].count : 0;
		side = c->side[w[i].unit];
		if (side == SIDES || w[i].count == 0)
			continue;
		ch->whole[side] += w[i].count;
		ch->part[side] += n;
		share_add(c, side, n, w[i].count);
	}
}

static void
settle(struct comparison *c, struct change *ch)
{
	for (int side = 0; side < SIDES; side++) {
		ch->value[side] = share_of(ch->part[side], ch->whole[side]);
		ch->units[side] = c->n[side];
	}
	ch->weight = (double)(ch->whole[BASE] + ch->whole[NEW]);
	ch->is_tested = has_units(c, c->n);
}

void
share_test_singly(struct comparison *c, struct change *ch)
{
	for (int side = 0; side < SIDES; side++)
		ch->units[side] = ch->whole[side];
	ch->is_tested = has_units(c, ch->units);
	ch->test.p = stats_fisher(ch->part[BASE], ch->whole[BASE],
	    ch->part[NEW], ch->whole[NEW], &ch->test.least);
}

/*
 * Whether no unit of one side has it, and each of the other: then so few units
 * as there are say the same, and it is the single events that count.
 */
static bool
is_unanimous(const struct comparison *c)
{
	size_t having[SIDES] = { 0 };

	for (int side = 0; side < SIDES; side++)
		for (size_t i = 0; i < c->n[side]; i++)
			having[side] += c->values[side][i] > 0;
	return (having[BASE] == 0 && having[NEW] == c->n[NEW]) ||
	    (having[NEW] == 0 && having[BASE] == c->n[BASE]);
}

/* The variance of the share of all of SIDE, as its units are spread. */
static double
variance_of(const struct comparison *c, const struct change *ch, int side)
{
	double n = (double)c->n[side], whole = (double)ch->whole[side];
	double off, squares = 0;

	for (size_t i = 0; i < c->n[side]; i++) {
		off = c->sizes[side][i] *
		    (c->values[side][i] - ch->value[side]);
		squares += off * off;
	}
	return n > 1 ? squares / (whole * whole) * n / (n - 1) : INFINITY;
}

/* P of the difference between the shares of both sides. */
static double
p_of_blocks(const struct comparison *c, const struct change *ch)
{
	double apart = ch->value[NEW] - ch->value[BASE];
	double variance = variance_of(c, ch, BASE) + variance_of(c, ch, NEW);

	if (variance > 0)
		return erfc(fabs(apart) / sqrt(variance) / sqrt(2));
	return apart == 0 ? 1 : 0;
}

void
share_test_units(struct comparison *c, struct change *ch)
{
	double p = 0;

	settle(c, ch);
	if (c->has_blocks)
		p = p_of_blocks(c, ch);
	comparison_test(c, ch);
	ch->test.p = fmax(ch->test.p, p);
}

void
share_test(struct comparison *c, struct change *ch)
{
	struct stats_p events = { .adjusted = 1 };

	settle(c, ch);
	if (!ch->is_tested && is_unanimous(c)) {
		share_test_singly(c, ch);
		return;
	}
	events.p = stats_fisher(ch->part[BASE], ch->whole[BASE], ch->part[NEW],
	    ch->whole[NEW], &events.least);
	if (c->has_blocks) {
		events.p = fmax(events.p, p_of_blocks(c, ch));
		ch->test = events;
		return;
	}
	comparison_test(c, ch);
	if (events.p >= c->how->alpha)
		ch->test.p = fmax(ch->test.p, events.p);
}
