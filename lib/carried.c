/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/carried.h"
#include "tele/mem.h"

/* The median over units of the mean own time of ITEM, in ms. */
static double
own_ms(struct comparison *c, const struct item *item, int side)
{
	size_t count, n = 0;
	const struct point *points = panel_points(c->panel, item->id, &count);

	for (size_t i = 0; i < count; i++)
		if (c->side[points[i].unit] == side && points[i].ms >= 0)
			c->values[side][n++] = points[i].self_ms;
	return n > 0 ? stats_median_of(c->values[side], n) : 0;
}

/* Whether CH is at least half of its own making. */
static bool
is_own(struct comparison *c, const struct change *ch)
{
	double own = own_ms(c, ch->item, NEW) - own_ms(c, ch->item, BASE);
	double all = ch->value[NEW] - ch->value[BASE];

	return !ch->item->has_children ||
	    (all > 0 ? own * 2 >= all : own * 2 <= all);
}

/* Mark what calls something that is marked, until there is no more. */
static void
mark_callers(const struct comparison *c, bool *marked)
{
	const struct observed *all = c->panel->all;
	const struct item *item;
	bool goes_on = true;

	while (goes_on) {
		goes_on = false;
		for (uint32_t i = 0; i < all->items.count; i++) {
			item = observed_item(all, i);
			if (item->kind != ITEM_CALL || !marked[item->to] ||
			    marked[item->from])
				continue;
			marked[item->from] = goes_on = true;
		}
	}
}

/* Whether CH may well go the way of what has VERDICT. */
static bool
may_follow(const struct comparison *c, const struct change *ch,
    enum verdict verdict)
{
	double effect = fabs(expm1(ch->careful));

	return ch->kind == CHANGE_LATENCY && ch->verdict == VERDICT_UNSURE &&
	    c->has_flow && (ch->careful > 0) == (verdict == VERDICT_SLOWER) &&
	    effect >= c->how->min_effect &&
	    effect * ch->value[BASE] >= c->how->min_abs_ms;
}

void
find_carried(struct comparison *c, enum verdict verdict)
{
	size_t items = c->panel->all->items.count;
	bool *marked = mem_zalloc(items, sizeof(*marked)), any = false;
	struct change *ch;

	for (size_t i = 0; i < c->count; i++) {
		ch = &c->changes[i];
		if (ch->kind != CHANGE_LATENCY || ch->verdict != verdict)
			continue;
		ch->is_carried = !is_own(c, ch);
		any |= !ch->is_carried;
		marked[ch->item->id] = !ch->is_carried;
	}
	if (c->has_flow)
		mark_callers(c, marked);
	for (size_t i = 0; i < c->count; i++) {
		ch = &c->changes[i];
		if (ch->verdict == verdict && ch->is_carried)
			ch->is_carried = c->has_flow ? marked[ch->item->id]
						     : any;
		else if (may_follow(c, ch, verdict))
			ch->is_carried = marked[ch->item->id] && !is_own(c, ch);
	}
	free(marked);
}
