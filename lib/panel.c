/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/mem.h"
#include "tele/panel.h"
#include "tele/stats.h"

enum { ROUNDS = 10, PANEL_LEAST_IN_UNIT = 5 };

/* Where unit U of cells.h stands among the units of the panel. */
static size_t
rank_of(const struct panel *p, uint32_t unit)
{
	const struct observed_unit *u = &p->all->units[unit];

	return u->order + (u->side == NEW ? p->units[BASE] : 0);
}

static bool
is_there(const struct panel *p, const struct cell *cell)
{
	return cell != NULL && p->all->units[cell->unit].side != SIDES;
}

/* The cells in the order of their units: places, by a counting sort. */
static size_t *
sort_by_unit(const struct panel *p, size_t *count)
{
	size_t units = p->units[BASE] + p->units[NEW], sum = 0, n;
	const struct cells *cells = &p->all->cells;
	size_t *next = mem_zalloc(units + 1, sizeof(*next)), *sorted;
	const struct cell *cell;

	for (size_t i = 0; i < cells->count; i++)
		if (is_there(p, cell = cells_get(cells, i)))
			next[rank_of(p, cell->unit)]++;
	for (size_t u = 0; u <= units; u++) {
		n = next[u];
		next[u] = sum;
		sum += n;
	}
	sorted = mem_alloc(sum * sizeof(*sorted));
	for (size_t i = 0; i < cells->count; i++)
		if (is_there(p, cell = cells_get(cells, i)))
			sorted[next[rank_of(p, cell->unit)]++] = i;
	free(next);
	*count = sum;
	return sorted;
}

static struct point
point_of(const struct panel *p, const struct cell *cell)
{
	struct point point = { .unit = (uint32_t)rank_of(p, cell->unit),
		.count = cell->count,
		.errors = cell->errors,
		.ms = -1 };
	double ns;

	if (cells_median(cell, &ns))
		point.ms = ns / (double)NS_PER_MS;
	point.self_ms = (double)cell->self_ns / (double)NS_PER_MS /
	    (double)(cell->count > 0 ? cell->count : 1);
	return point;
}

/* The points of each item, which stay in the order of their units. */
static void
arrange(struct panel *p)
{
	size_t items = p->all->items.count, count, *sorted, *next, sum = 0, n;
	const struct cell *cell;

	sorted = sort_by_unit(p, &count);
	p->points = mem_alloc(count * sizeof(*p->points));
	p->first = mem_zalloc(items + 1, sizeof(*p->first));
	next = mem_zalloc(items + 1, sizeof(*next));
	for (size_t i = 0; i < count; i++)
		next[cells_get(&p->all->cells, sorted[i])->item]++;
	for (size_t i = 0; i <= items; i++) {
		n = next[i];
		p->first[i] = next[i] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++) {
		cell = cells_get(&p->all->cells, sorted[i]);
		p->points[next[cell->item]++] = point_of(p, cell);
	}
	free(next);
	free(sorted);
}

const struct point *
panel_points(const struct panel *p, uint32_t item, size_t *count)
{
	*count = p->first[item + 1] - p->first[item];
	return &p->points[p->first[item]];
}

double
panel_log(const struct item *item, double ms)
{
	/* Half of the last digit: of a millisecond, or a nanosecond. */
	double least = item->has_fraction ? 0.5e-6 : 0.5;

	return log(ms > least ? ms : least);
}

/* One value of the table that is polished. */
struct entry {
	uint32_t unit, item;
	double log_ms;
};

struct polish {
	struct entry *entries; /* by item */
	size_t count;
	size_t *by_unit, *unit_first; /* the same by unit */
	double *item_effect, *scratch;
};

/*
 * Groups that at least half of the units of each side have, and that wait for
 * no other: those that do are slow together when one of them is.
 */
static bool
is_common(const struct panel *p, uint32_t item)
{
	size_t count, have[SIDES] = { 0 };
	const struct point *points = panel_points(p, item, &count);

	if (observed_item(p->all, item)->kind != ITEM_WORK ||
	    observed_item(p->all, item)->has_children)
		return false;
	for (size_t i = 0; i < count; i++)
		if (points[i].ms >= 0)
			have[points[i].unit >= p->units[BASE]]++;
	return have[BASE] * 2 >= p->units[BASE] &&
	    have[NEW] * 2 >= p->units[NEW] && have[BASE] + have[NEW] > 1;
}

static void
list_entries(struct panel *p, struct polish *t)
{
	const struct point *points;
	size_t count, cap = 0;

	for (uint32_t item = 0; item < p->all->items.count; item++) {
		if (!is_common(p, item))
			continue;
		p->effect_of++;
		points = panel_points(p, item, &count);
		t->entries = mem_grow(t->entries, &cap, t->count + count,
		    sizeof(*t->entries));
		for (size_t i = 0; i < count; i++)
			if (points[i].ms >= 0)
				t->entries[t->count++] = (struct entry){
					points[i].unit, item,
					panel_log(observed_item(p->all, item),
					    points[i].ms)
				};
	}
}

static void
index_by_unit(const struct panel *p, struct polish *t)
{
	size_t units = p->units[BASE] + p->units[NEW], sum = 0, n, *next;

	t->unit_first = mem_zalloc(units + 1, sizeof(*next));
	next = mem_zalloc(units + 1, sizeof(*next));
	t->by_unit = mem_alloc(t->count * sizeof(*next));
	for (size_t i = 0; i < t->count; i++)
		next[t->entries[i].unit]++;
	for (size_t u = 0; u <= units; u++) {
		n = next[u];
		t->unit_first[u] = next[u] = sum;
		sum += n;
	}
	for (size_t i = 0; i < t->count; i++)
		t->by_unit[next[t->entries[i].unit]++] = i;
	free(next);
}

static void
polish_items(const struct panel *p, struct polish *t)
{
	size_t n;

	for (size_t i = 0, end; i < t->count; i = end) {
		end = i;
		for (n = 0; end < t->count &&
		     t->entries[end].item == t->entries[i].item;
		     end++)
			t->scratch[n++] = t->entries[end].log_ms -
			    p->effect[t->entries[end].unit];
		t->item_effect[t->entries[i].item] = stats_median_of(t->scratch,
		    n);
	}
}

/* How much the effects moved, at most. */
static double
polish_units(struct panel *p, struct polish *t)
{
	size_t units = p->units[BASE] + p->units[NEW], n;
	const struct entry *e;
	double most = 0, effect;

	for (size_t u = 0; u < units; u++) {
		n = 0;
		for (size_t i = t->unit_first[u]; i < t->unit_first[u + 1];
		     i++) {
			e = &t->entries[t->by_unit[i]];
			t->scratch[n++] = e->log_ms - t->item_effect[e->item];
		}
		if (n < PANEL_LEAST_IN_UNIT)
			continue;
		effect = stats_median_of(t->scratch, n);
		if (fabs(effect - p->effect[u]) > most)
			most = fabs(effect - p->effect[u]);
		p->effect[u] = effect;
	}
	return most;
}

static void
find_effects(struct panel *p)
{
	struct polish t = { 0 };

	list_entries(p, &t);
	if (p->effect_of < PANEL_LEAST) {
		p->effect_of = 0;
		free(t.entries);
		return;
	}
	index_by_unit(p, &t);
	t.item_effect = mem_zalloc(p->all->items.count, sizeof(double));
	t.scratch = mem_alloc(t.count * sizeof(double));
	for (int round = 0; round < ROUNDS; round++) {
		polish_items(p, &t);
		if (polish_units(p, &t) < 1e-3)
			break;
	}
	free(t.entries);
	free(t.by_unit);
	free(t.unit_first);
	free(t.item_effect);
	free(t.scratch);
}

void
panel_init(struct panel *p, const struct observed *all)
{
	size_t units = all->side[BASE].units + all->side[NEW].units;
	const struct point *points;
	size_t count;

	*p = (struct panel){ .all = all,
		.units = { all->side[BASE].units, all->side[NEW].units } };
	arrange(p);
	p->size = mem_zalloc(units, sizeof(*p->size));
	p->effect = mem_zalloc(units, sizeof(*p->effect));
	for (uint32_t item = 0; item < all->items.count; item++) {
		if (observed_item(all, item)->kind != ITEM_WORK)
			continue;
		points = panel_points(p, item, &count);
		for (size_t i = 0; i < count; i++)
			p->size[points[i].unit] += points[i].count;
	}
	find_effects(p);
}

void
panel_free(struct panel *p)
{
	free(p->points);
	free(p->first);
	free(p->size);
	free(p->effect);
	*p = (struct panel){ 0 };
}
