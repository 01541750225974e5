/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/shares.h"
#include "tele/stepchange.h"

/* Of a sequence that takes more orders than that, the most common. */
enum { ORDERS = 8 };

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
	share_gather(c, order->item, sequence, ch);
	share_test(c, ch);
	if (c->has_blocks || (c->units[BASE] == 1 && c->units[NEW] == 1))
		share_test_singly(c, ch);
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
compare_steps_of(struct comparison *c, const struct order *orders, size_t count)
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
stepchange_compare(struct comparison *c)
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
			orders[count].executions[side] = comparison_events(c,
			    item, side);
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
			compare_steps_of(c, &orders[i], end - i);
	}
	free(orders);
}
