/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/rates.h"

/* Of a sequence that takes more orders than that, the most common. */
enum { ORDERS = 8 };

static bool
has_units(const struct comparison *c, const size_t units[SIDES])
{
	return units[BASE] >= c->how->min_units &&
	    units[NEW] >= c->how->min_units;
}

static double
share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

/* The share or the mean of each side, and the test of c->values. */
static void
settle(struct comparison *c, struct change *ch)
{
	for (int side = 0; side < SIDES; side++) {
		ch->value[side] = share(ch->part[side], ch->whole[side]);
		ch->units[side] = c->n[side];
	}
	ch->weight = (double)(ch->whole[BASE] + ch->whole[NEW]);
	ch->is_tested = has_units(c, c->n);
	comparison_test(c, ch);
}

static void
add_value(struct comparison *c, int side, double value)
{
	c->values[side][c->n[side]++] = value;
}

/* One of two tests of the same thing, the more careful. */
static void
take_greater(struct change *ch, const struct stats_p *other)
{
	if (other->p > ch->test.p)
		ch->test.p = other->p;
	if (other->least > ch->test.least)
		ch->test.least = other->least;
}

/* Test CH by single events or executions, of which there are enough. */
static void
test_singly(struct comparison *c, struct change *ch)
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

/* The same as settle, where there may be too few units. */
static void
settle_few(struct comparison *c, struct change *ch)
{
	settle(c, ch);
	if (!ch->is_tested && is_unanimous(c))
		test_singly(c, ch);
}

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
		add_value(c, side, share(points[i].errors, points[i].count));
	}
	if (ch->part[BASE] + ch->part[NEW] == 0 || c->n[BASE] == 0 ||
	    c->n[NEW] == 0)
		c->count--;
	else
		settle_few(c, ch);
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
		add_value(c, side, errors[u] / c->panel->size[u]);
	}
	free(errors);
	if (ch->part[BASE] + ch->part[NEW] == 0)
		c->count--;
	else
		settle_few(c, ch);
}

/* How often a unit has ITEM, or, relative to its size, what share of it. */
static void
gather_counts(struct comparison *c, const struct item *item, bool is_relative)
{
	size_t count, units = c->panel->units[BASE] + c->panel->units[NEW];
	const struct point *points = panel_points(c->panel, item->id, &count);
	double value;

	c->n[BASE] = c->n[NEW] = 0;
	for (size_t u = 0, i = 0; u < units; u++) {
		value = i < count && points[i].unit == u ? points[i++].count
							 : 0;
		if (is_relative && c->panel->size[u] > 0)
			value /= c->panel->size[u];
		if (c->side[u] != SIDES)
			add_value(c, c->side[u], value);
	}
}

/*
 * By unit, and relative to all that happened there: a session that is longer
 * has more of everything.
 */
void
compare_count(struct comparison *c, const struct item *item)
{
	struct change *ch = comparison_add(c, CHANGE_COUNT, item);
	struct stats_p measured;
	double mean[SIDES];

	gather_counts(c, item, false);
	for (int side = 0; side < SIDES; side++) {
		for (size_t i = 0; i < c->n[side]; i++)
			ch->part[side] += (uint64_t)c->values[side][i];
		ch->whole[side] = c->n[side];
	}
	settle(c, ch);
	measured = ch->test;
	mean[BASE] = stats_median(c->values[BASE], c->n[BASE]);
	mean[NEW] = stats_median(c->values[NEW], c->n[NEW]);
	gather_counts(c, item, true);
	comparison_test(c, ch);
	take_greater(ch, &measured);
	/* More of them, but a smaller share: that is no change of theirs. */
	if ((mean[NEW] - mean[BASE]) *
		(stats_median(c->values[NEW], c->n[NEW]) -
		    stats_median(c->values[BASE], c->n[BASE])) <
	    0)
		ch->test.p = 1;
}

/* In what share of the units that there are, of whichever kind. */
static void
test_presence(struct comparison *c, struct change *ch)
{
	for (int side = 0; side < SIDES; side++) {
		ch->whole[side] = ch->units[side];
		ch->value[side] = share(ch->part[side], ch->whole[side]);
	}
	ch->weight = (double)(ch->whole[BASE] + ch->whole[NEW]);
	test_singly(c, ch);
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
	/* Blocks of one session have what it has. */
	ch->is_tested = ch->is_tested && !c->has_blocks;
}

/* Each unit's number of PARTS for each of WHOLES. */
static void
gather_shares(struct comparison *c, const struct item *part,
    const struct item *whole, struct change *ch)
{
	size_t parts, wholes;
	const struct point *p = panel_points(c->panel, part->id, &parts);
	const struct point *w = panel_points(c->panel, whole->id, &wholes);
	uint64_t n;
	int side;

	c->n[BASE] = c->n[NEW] = 0;
	ch->whole[BASE] = ch->whole[NEW] = 0;
	ch->part[BASE] = ch->part[NEW] = 0;
	for (size_t i = 0, k = 0; i < wholes; i++) {
		while (k < parts && p[k].unit < w[i].unit)
			k++;
		n = k < parts && p[k].unit == w[i].unit ? p[k].count : 0;
		side = c->side[w[i].unit];
		if (side == SIDES || w[i].count == 0)
			continue;
		ch->whole[side] += w[i].count;
		ch->part[side] += n;
		add_value(c, side, share(n, w[i].count));
	}
}

/* Whether the group calls the other at all. */
static void
compare_call(struct comparison *c, const struct item *call,
    const struct item *from)
{
	struct change *ch = comparison_add(c, CHANGE_CALL, call);

	gather_shares(c, call, from, ch);
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
	gather_shares(c, call, from, ch);
	settle(c, ch);
}

/* How many executions of ORDER there are on SIDE. */
static uint64_t
executions_of(const struct comparison *c, const struct item *order, int side)
{
	size_t count;
	const struct point *points = panel_points(c->panel, order->id, &count);
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (c->side[points[i].unit] == side)
			sum += points[i].count;
	return sum;
}

/* The orders of one sequence, those that both sides take most first. */
struct order {
	const struct item *item;
	uint64_t executions[SIDES];
};

static int
compare_order_items(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	uint64_t p = x->executions[BASE] + x->executions[NEW];
	uint64_t q = y->executions[BASE] + y->executions[NEW];

	if (x->item->sequence != y->item->sequence)
		return x->item->sequence < y->item->sequence ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	return slice_compare(x->item->text, y->item->text);
}

/* Test one order: by units, or by executions where there is one session. */
static void
test_order(struct comparison *c, const struct order *order,
    const struct item *sequence, struct change *ch)
{
	gather_shares(c, order->item, sequence, ch);
	settle_few(c, ch);
	if (c->has_blocks || (c->units[BASE] == 1 && c->units[NEW] == 1))
		test_singly(c, ch);
}

static const struct item *
usual_order(const struct order *orders, size_t count, int side)
{
	const struct order *best = &orders[0];

	for (size_t i = 1; i < count; i++)
		if (orders[i].executions[side] > best->executions[side])
			best = &orders[i];
	return best->item;
}

/* One sequence takes COUNT > 1 orders. */
static void
compare_orders_of(struct comparison *c, const struct order *orders,
    size_t count)
{
	const struct item *sequence = observed_item(c->panel->all,
	    orders[0].item->sequence);
	struct change *ch = comparison_add(c, CHANGE_ORDER, sequence);
	struct stats_p best = { .p = 1, .least = 1 };
	size_t tests = count == 2 ? 1 : count < ORDERS ? count : ORDERS;
	size_t usual = 0;

	for (int side = 0; side < SIDES; side++)
		ch->usual[side] = usual_order(orders, count, side);
	for (size_t i = 0; i < tests; i++) {
		test_order(c, &orders[i], sequence, ch);
		best.p = fmin(best.p, ch->test.p);
		best.least = fmin(best.least, ch->test.least);
	}
	while (orders[usual].item != ch->usual[BASE])
		usual++;
	test_order(c, &orders[usual], sequence, ch);
	/* Of several orders, the one that changed most: as Bonferroni has it.
	 */
	ch->test.p = fmin(1, best.p * (double)tests);
	ch->test.least = fmin(1, best.least * (double)tests);
}

void
compare_orders(struct comparison *c)
{
	const struct observed *all = c->panel->all;
	struct order *orders = mem_zalloc(all->of_kind[ITEM_ORDER],
	    sizeof(*orders));
	const struct item *item;
	size_t count = 0;

	for (uint32_t i = 0; i < all->items.count; i++) {
		item = observed_item(all, i);
		if (item->kind != ITEM_ORDER)
			continue;
		orders[count].item = item;
		for (int side = 0; side < SIDES; side++)
			orders[count].executions[side] = executions_of(c, item,
			    side);
		count++;
	}
	qsort(orders, count, sizeof(*orders), compare_order_items);
	for (size_t i = 0, end; i < count; i = end) {
		item = observed_item(all, orders[i].item->sequence);
		for (end = i + 1;
		     end < count && orders[end].item->sequence == item->id;
		     end++)
			;
		if (end - i > 1 && comparison_has(c, item, BASE) &&
		    comparison_has(c, item, NEW))
			compare_orders_of(c, &orders[i], end - i);
	}
	free(orders);
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
