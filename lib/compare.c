/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/carried.h"
#include "tele/compare.h"
#include "tele/latency.h"
#include "tele/mem.h"
#include "tele/rates.h"
#include "tele/stepchange.h"

const char *const verdict_names[] = { "slower", "failing", "reordered", "more",
	"fewer", "faster", "recovered", "drift", "unsure", "same", "appeared",
	"vanished", NULL };

struct change *
comparison_add(struct comparison *c, enum change_kind kind,
    const struct item *item)
{
	struct change *ch;

	c->changes = mem_grow(c->changes, &c->cap, c->count + 1,
	    sizeof(*c->changes));
	ch = &c->changes[c->count++];
	*ch = (struct change){ .kind = kind,
		.item = item,
		.test = { .p = 1, .least = 1, .adjusted = 1 } };
	c->n[BASE] = c->n[NEW] = 0;
	return ch;
}

void
comparison_test(struct comparison *c, struct change *ch)
{
	struct rank_test r;

	if (c->n[BASE] == 0 || c->n[NEW] == 0)
		return;
	for (int side = 0; side < SIDES; side++)
		stats_sort(c->values[side], c->n[side]);
	rank_test(&c->tester, c->values[BASE], c->n[BASE], c->values[NEW],
	    c->n[NEW], &r);
	ch->test = (struct stats_p){ .p = r.p,
		.least = r.least,
		.adjusted = 1 };
}

bool
change_is_sure(const struct comparison *c, const struct change *ch)
{
	return ch->is_tested && ch->test.adjusted < c->how->alpha;
}

uint64_t
comparison_events(const struct comparison *c, const struct item *item, int side)
{
	size_t count;
	const struct point *points = panel_points(c->panel, item->id, &count);
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (c->side[points[i].unit] == side)
			sum += points[i].count;
	return sum;
}

bool
comparison_has(const struct comparison *c, const struct item *item, int side)
{
	return comparison_events(c, item, side) > 0;
}

static void
compare_group(struct comparison *c, const struct item *item)
{
	if (!comparison_has(c, item, BASE) || !comparison_has(c, item, NEW)) {
		compare_presence(c, item);
		return;
	}
	compare_latency(c, item);
	compare_errors(c, item);
	compare_count(c, item);
}

static void
compare_items(struct comparison *c)
{
	const struct observed *all = c->panel->all;
	const struct item *item;

	compare_drift(c);
	compare_all_errors(c);
	for (uint32_t i = 0; i < all->items.count; i++) {
		item = observed_item(all, i);
		if (item->kind == ITEM_WORK)
			compare_group(c, item);
		else if (item->kind == ITEM_TOPIC && c->has_flow)
			compare_presence(c, item);
		else if (item->kind == ITEM_CALL && c->has_flow)
			compare_calls(c, item);
	}
	if (c->has_flow)
		stepchange_compare(c);
}

/*
 * Which tests matter most, should there be units for only some of them: what is
 * no matter of chance as times are, and then the most.  The sides must look
 * alike here, or tests would be chosen by their outcome.
 */
static int
compare_importance(const void *a, const void *b)
{
	const struct change *x = *(struct change *const *)a;
	const struct change *y = *(struct change *const *)b;
	int p = x->kind == CHANGE_LATENCY, q = y->kind == CHANGE_LATENCY;

	if (p == q) {
		p = x->item != NULL;
		q = y->item != NULL;
	}
	if (p == q && x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (p == q) {
		p = (int)x->kind;
		q = (int)y->kind;
	}
	if (p != q || x->item == NULL)
		return (p > q) - (p < q);
	return slice_compare(x->item->text, y->item->text);
}

/* Whether all units tell of CH, too few though they may be. */
static bool
is_everywhere(const struct comparison *c, const struct change *ch)
{
	return ch->units[BASE] == c->units[BASE] &&
	    ch->units[NEW] == c->units[NEW];
}

/* What decides is one family of tests, the rest is another. */
static void
adjust(struct comparison *c)
{
	struct change **changes = mem_zalloc(c->count, sizeof(*changes));
	struct stats_p **tests = mem_zalloc(c->count, sizeof(*tests));
	bool decides;
	size_t n;

	for (size_t i = 0; i < c->count; i++)
		changes[i] = &c->changes[i];
	qsort(changes, c->count, sizeof(struct change *), compare_importance);
	for (int deciding = 1; deciding >= 0; deciding--) {
		n = 0;
		for (size_t i = 0; i < c->count; i++) {
			decides = c->how->deciding >> changes[i]->kind & 1;
			if (decides != (deciding == 1))
				continue;
			if (changes[i]->is_tested)
				tests[n++] = &changes[i]->test;
			c->wanted += decides &&
			    (changes[i]->is_tested ||
				is_everywhere(c, changes[i]));
		}
		n = stats_holm(tests, n, c->how->alpha);
		if (deciding)
			c->tests = n;
	}
	free(tests);
	free(changes);
}

/* Of what people read: changes, then what came, then what went. */
static int
section_of(const struct change *ch)
{
	return ch->verdict == VERDICT_APPEARED ? 1
	    : ch->verdict == VERDICT_VANISHED  ? 2
					       : 0;
}

static int
compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int p = section_of(x), q = section_of(y);

	if (p == q) {
		p = (int)x->verdict;
		q = (int)y->verdict;
	}
	if (p == q) {
		p = x->is_carried;
		q = y->is_carried;
	}
	if (p == q && x->impact_ms != y->impact_ms)
		return x->impact_ms > y->impact_ms ? -1 : 1;
	if (p == q && x->test.p != y->test.p)
		return x->test.p < y->test.p ? -1 : 1;
	if (p == q) {
		p = (int)x->kind;
		q = (int)y->kind;
	}
	if (p != q)
		return p < q ? -1 : 1;
	if (x->item == NULL || y->item == NULL)
		return (x->item != NULL) - (y->item != NULL);
	return slice_compare(x->item->text, y->item->text);
}

static void
count_units(struct comparison *c)
{
	size_t units = c->panel->units[BASE] + c->panel->units[NEW];

	for (size_t u = 0; u < units; u++)
		if (c->side[u] != SIDES)
			c->units[c->side[u]]++;
	for (int side = 0; side < SIDES; side++) {
		c->values[side] = mem_zalloc(units, sizeof(double));
		c->relative[side] = mem_zalloc(units, sizeof(double));
		c->sizes[side] = mem_zalloc(units, sizeof(double));
	}
}

void
compare(struct comparison *c, const struct panel *p, const uint8_t *side,
    const struct compare_options *how)
{
	const struct observed_side *sides = p->all->side;
	struct change *ch;

	*c = (struct comparison){ .panel = p, .side = side, .how = how };
	c->has_blocks = sides[BASE].has_blocks && sides[NEW].has_blocks;
	c->has_flow = sides[BASE].has_flow && sides[NEW].has_flow;
	count_units(c);
	compare_items(c);
	for (size_t i = 0; i < c->count; i++)
		c->groups += c->changes[i].kind == CHANGE_LATENCY &&
		    c->changes[i].is_tested;
	find_spread(c);
	adjust(c);
	for (size_t i = 0; i < c->count; i++) {
		ch = &c->changes[i];
		if (ch->kind == CHANGE_LATENCY || ch->kind == CHANGE_DRIFT)
			judge_latency(c, ch);
		else
			judge_rate(c, ch);
		c->telling += ch->kind == CHANGE_LATENCY && isfinite(ch->seen);
	}
	find_carried(c, VERDICT_SLOWER);
	find_carried(c, VERDICT_FASTER);
	qsort(c->changes, c->count, sizeof(*c->changes), compare_changes);
}

void
comparison_free(struct comparison *c)
{
	rank_tester_free(&c->tester);
	for (int side = 0; side < SIDES; side++) {
		free(c->values[side]);
		free(c->relative[side]);
		free(c->sizes[side]);
	}
	free(c->changes);
	*c = (struct comparison){ 0 };
}
