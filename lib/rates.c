/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tele/mem.h"
#include "tele/rates.h"
#include "tele/shares.h"

void
compare_errors(struct comparison *c, const struct item *item)
{
	size_t count;
	const struct point *points = panel_points(c->panel, item->id, &count);
	struct change *ch = comparison_add(c, CHANGE_ERRORS, item);
	int side;

	for (size_t i = 0; i < count; i++) {
		side = c->side[points[i].unit];
		if (side == SIDES || points[i].count == 0)
			continue;
		ch->whole[side] += points[i].count;
		ch->part[side] += points[i].errors;
		share_add(c, side, points[i].errors, points[i].count);
	}
	if (ch->part[BASE] + ch->part[NEW] == 0 || c->n[BASE] == 0 ||
	    c->n[NEW] == 0)
		c->count--;
	else
		share_test(c, ch);
}

/* The failures of all items together; they may be too few in each. */
void
compare_all_errors(struct comparison *c)
{
	size_t units = c->panel->units[BASE] + c->panel->units[NEW], count;
	double *errors = mem_zalloc(units, sizeof(*errors));
	const struct observed *all = c->panel->all;
	const struct point *points;
	struct change *ch = comparison_add(c, CHANGE_ERRORS, NULL);
	int side;

	for (uint32_t i = 0; i < all->items.count; i++) {
		points = panel_points(c->panel, i, &count);
		for (size_t k = 0; k < count; k++)
			errors[points[k].unit] += points[k].errors;
	}
	for (size_t u = 0; u < units; u++) {
		side = c->side[u];
		if (side == SIDES || c->panel->size[u] == 0)
			continue;
		ch->whole[side] += (uint64_t)c->panel->size[u];
		ch->part[side] += (uint64_t)errors[u];
		share_add(c, side, (uint64_t)errors[u],
		    (uint64_t)c->panel->size[u]);
	}
	free(errors);
	if (ch->part[BASE] + ch->part[NEW] == 0)
		c->count--;
	else
		share_test(c, ch);
}

/* How often a unit has ITEM, or, relative to its size, what share of it. */
static void
gather_counts(struct comparison *c, const struct item *item, bool is_relative)
{
	size_t count, units = c->panel->units[BASE] + c->panel->units[NEW];
	const struct point *points = panel_points(c->panel, item->id, &count);
	uint64_t n, whole = 1;

	c->n[BASE] = c->n[NEW] = 0;
	for (size_t u = 0, i = 0; u < units; u++) {
		n = i < count && points[i].unit == u ? points[i++].count : 0;
		if (is_relative)
			whole = (uint64_t)c->panel->size[u];
		if (c->side[u] != SIDES)
			share_add(c, c->side[u], n, whole);
	}
}

/* Of two changes, whether one goes up and one goes down. */
static bool
disagree(const double a[SIDES], const double b[SIDES])
{
	return (a[NEW] - a[BASE]) * (b[NEW] - b[BASE]) < 0;
}

static void
take_medians(const struct comparison *c, double medians[SIDES])
{
	for (int side = 0; side < SIDES; side++)
		medians[side] = stats_median(c->values[side], c->n[side]);
}

/* How many events there are on each side, and what share of them CH has. */
static void
find_shares(const struct comparison *c, const struct change *ch,
    uint64_t events[SIDES], double shares[SIDES])
{
	size_t units = c->panel->units[BASE] + c->panel->units[NEW];

	events[BASE] = events[NEW] = 0;
	for (size_t u = 0; u < units; u++)
		if (c->side[u] != SIDES)
			events[c->side[u]] += (uint64_t)c->panel->size[u];
	for (int side = 0; side < SIDES; side++)
		shares[side] = share_of(ch->part[side], events[side]);
}

/*
 * By unit, and relative to all that happened there: a session that is longer
 * has more of everything.  Blocks are as long as it takes for there to be so
 * many, so that only the second means something.
 */
void
compare_count(struct comparison *c, const struct item *item)
{
	struct change *ch = comparison_add(c, CHANGE_COUNT, item);
	double measured[SIDES], relative[SIDES], shares[SIDES];
	uint64_t events[SIDES];
	struct stats_p test;

	gather_counts(c, item, false);
	for (int side = 0; side < SIDES; side++) {
		for (size_t i = 0; i < c->n[side]; i++)
			ch->part[side] += (uint64_t)c->values[side][i];
		ch->whole[side] = c->n[side];
	}
	share_test_units(c, ch);
	test = ch->test;
	take_medians(c, measured);
	find_shares(c, ch, events, shares);
	gather_counts(c, item, true);
	if (c->has_blocks) {
		memcpy(ch->whole, events, sizeof(events));
		share_test(c, ch);
		return;
	}
	comparison_test(c, ch);
	ch->test.p = fmax(ch->test.p, test.p);
	ch->test.least = fmax(ch->test.least, test.least);
	take_medians(c, relative);
	/* More of them, but a smaller share: that is no change of theirs. */
	if (disagree(measured, relative) || disagree(ch->value, shares))
		ch->test.p = 1;
}

/* In what share of the units that there are, of whichever kind. */
static void
test_presence(struct comparison *c, struct change *ch)
{
	for (int side = 0; side < SIDES; side++) {
		ch->whole[side] = ch->units[side];
		ch->value[side] = share_of(ch->part[side], ch->whole[side]);
	}
	ch->weight = (double)(ch->whole[BASE] + ch->whole[NEW]);
	share_test_singly(c, ch);
}

void
compare_presence(struct comparison *c, const struct item *item)
{
	bool is_group = item->kind == ITEM_WORK;
	size_t count;
	const struct point *points = panel_points(c->panel, item->id, &count);
	struct change *ch = comparison_add(c,
	    is_group ? CHANGE_PRESENCE : CHANGE_TOPIC, item);
	int side;

	for (size_t i = 0; i < count; i++) {
		side = c->side[points[i].unit];
		if (side != SIDES && points[i].count > 0)
			ch->part[side]++;
	}
	ch->units[BASE] = c->units[BASE];
	ch->units[NEW] = c->units[NEW];
	test_presence(c, ch);
	/* The blocks of one session have what its user did. */
	ch->is_tested = ch->is_tested && !c->has_blocks;
}

/* Whether the group calls the other at all. */
static void
compare_call(struct comparison *c, const struct item *call,
    const struct item *from)
{
	struct change *ch = comparison_add(c, CHANGE_CALL, call);

	share_gather(c, call, from, ch);
	for (int side = 0; side < SIDES; side++) {
		ch->part[side] = 0;
		for (size_t i = 0; i < c->n[side]; i++)
			ch->part[side] += c->values[side][i] > 0;
		ch->units[side] = c->n[side];
	}
	test_presence(c, ch);
}

void
compare_calls(struct comparison *c, const struct item *call)
{
	const struct item *from = observed_item(c->panel->all, call->from);
	const struct item *to = observed_item(c->panel->all, call->to);
	struct change *ch;

	/* What appeared or vanished is called, or calls, as long as it is. */
	for (int side = 0; side < SIDES; side++)
		if (!comparison_has(c, from, side) ||
		    !comparison_has(c, to, side))
			return;
	compare_call(c, call, from);
	if (!comparison_has(c, call, BASE) || !comparison_has(c, call, NEW))
		return;
	ch = comparison_add(c, CHANGE_CALLS, call);
	share_gather(c, call, from, ch);
	share_test_units(c, ch);
}

/* Something that one side has and the other has not. */
static bool
is_one_sided(const struct change *ch)
{
	return (ch->part[BASE] == 0) != (ch->part[NEW] == 0);
}

/* Whether there is only this much to say: that it is there, or is not. */
static bool
is_of_presence(const struct change *ch)
{
	return ch->kind == CHANGE_PRESENCE || ch->kind == CHANGE_TOPIC ||
	    ch->kind == CHANGE_CALL;
}

void
judge_rate(const struct comparison *c, struct change *ch)
{
	bool grew = ch->value[NEW] > ch->value[BASE];
	double effect = fabs(ch->value[NEW] - ch->value[BASE]);
	bool sure = change_is_sure(c, ch) &&
	    effect >= c->how->min_effect * ch->value[BASE];

	if (is_of_presence(ch) && is_one_sided(ch))
		ch->verdict = grew ? VERDICT_APPEARED : VERDICT_VANISHED;
	else if (is_of_presence(ch) || effect == 0)
		ch->verdict = VERDICT_SAME;
	else if (!sure)
		ch->verdict = VERDICT_UNSURE;
	else if (ch->kind == CHANGE_ERRORS)
		ch->verdict = grew ? VERDICT_FAILING : VERDICT_RECOVERED;
	else if (ch->kind == CHANGE_ORDER)
		ch->verdict = VERDICT_REORDERED;
	else
		ch->verdict = grew ? VERDICT_MORE : VERDICT_FEWER;
}
