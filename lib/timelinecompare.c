/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/peers.h"
#include "tele/timeline.h"

/* The rows of both sides while one is laid beside the other. */
struct comparison {
	struct timeline *t;
	const struct timeline *base;
	uint32_t *base_of; /* of each row of T, or STEP_NONE */
	uint32_t *row_of;  /* of each row of BASE, also those added to T */
};

/* Number the rows of BASE by their keys. */
static void
index_base(struct comparison *c, struct map *index)
{
	const struct timeline_row *row;
	struct peers names;
	uint32_t *place;
	bool is_new;

	peers_init(&names);
	for (uint32_t i = 0; i < c->base->count; i++) {
		row = &c->base->rows[i];
		place = map_put(index,
		    peers_key(&names, row->parent, row->owner, row->name),
		    &is_new);
		*place = i;
		c->row_of[i] = STEP_NONE;
	}
	peers_free(&names);
}

/* Whether one is half as long again as the other, and more than a millisecond.
 */
static bool
times_differ(int64_t a, int64_t b)
{
	int64_t more = a > b ? a : b, less = a > b ? b : a;

	return more - less > NS_PER_MS && more / 3 * 2 >= less;
}

static void
lay_beside(struct timeline_row *row, const struct timeline_row *base)
{
	row->has_base = true;
	row->base_start_ns = base->start_ns;
	row->base_end_ns = base->end_ns;
	row->base_p95_end_ns = base->p95_end_ns;
	if (row->status != base->status ||
	    times_differ(row->end_ns - row->start_ns,
		base->end_ns - base->start_ns))
		row->change = CHANGE_CHANGED;
}

static void
match_rows(struct comparison *c, const struct map *index)
{
	struct timeline_row *row;
	struct peers names;
	const uint32_t *place;
	struct slice key;
	uint32_t up;

	peers_init(&names);
	for (uint32_t i = 0; i < c->t->count; i++) {
		row = &c->t->rows[i];
		c->base_of[i] = STEP_NONE;
		row->change = CHANGE_ADDED;
		up = row->parent != STEP_NONE ? c->base_of[row->parent]
					      : STEP_NONE;
		if (up == STEP_NONE && row->parent != STEP_NONE)
			continue;
		key = peers_key(&names, up, row->owner, row->name);
		place = map_get(index, key);
		if (place == NULL)
			continue;
		row->change = CHANGE_NONE;
		c->base_of[i] = *place;
		c->row_of[*place] = i;
		lay_beside(row, &c->base->rows[*place]);
	}
	peers_free(&names);
}

/* What only BASE has becomes a row, too, with nothing but its past. */
static void
add_removed(struct comparison *c)
{
	struct timeline *t = c->t;
	const struct timeline_row *base;
	struct timeline_row *row;

	t->rows = mem_resize(t->rows, t->count + c->base->count,
	    sizeof(*t->rows));
	for (uint32_t i = 0; i < c->base->count; i++) {
		if (c->row_of[i] != STEP_NONE)
			continue;
		base = &c->base->rows[i];
		c->row_of[i] = (uint32_t)t->count;
		row = &t->rows[t->count++];
		*row = (struct timeline_row){ .kind = base->kind,
			.name = arena_copy(&t->arena, base->name),
			.owner = arena_copy(&t->arena, base->owner),
			.parent = base->parent != STEP_NONE
			    ? c->row_of[base->parent]
			    : STEP_NONE,
			.start_ns = base->start_ns,
			.end_ns = base->end_ns,
			.duration_ns = -1 };
		lay_beside(row, base);
		row->change = CHANGE_REMOVED;
	}
}

void
timeline_sort(struct timeline *t)
{
	struct timeline_row *sorted = mem_zalloc(t->count, sizeof(*sorted));
	struct step *steps = mem_zalloc(t->count, sizeof(*steps));
	struct step_sorter sorter = { 0 };
	const struct timeline_row *row;
	uint32_t root = STEP_NONE;

	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		steps[i] = (struct step){ .span = i + 1,
			.parent_span = row->parent != STEP_NONE
			    ? (uint64_t)row->parent + 1
			    : 0,
			.start_ns = row->start_ns,
			.arrival = (uint32_t)i };
	}
	step_sort(&sorter, steps, t->count);
	for (uint32_t i = 0; i < t->count; i++) {
		sorted[i] = t->rows[steps[i].span - 1];
		sorted[i].parent = steps[i].parent;
		sorted[i].depth = steps[i].depth;
		if (steps[i].span - 1 == t->root)
			root = i;
	}
	t->root = root;
	free(t->rows);
	free(steps);
	step_sorter_free(&sorter);
	t->rows = sorted;
}

void
timeline_compare(struct timeline *t, const struct timeline *base)
{
	struct comparison c = { .t = t,
		.base = base,
		.base_of = mem_zalloc(t->count, sizeof(*c.base_of)),
		.row_of = mem_zalloc(base->count, sizeof(*c.row_of)) };
	struct map index;

	map_init(&index, sizeof(uint32_t));
	index_base(&c, &index);
	match_rows(&c, &index);
	add_removed(&c);
	timeline_sort(t);
	map_free(&index);
	free(c.base_of);
	free(c.row_of);
	t->has_base = true;
	t->base_executions = base->executions;
	if (base->end_ns > t->end_ns)
		t->end_ns = base->end_ns;
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].base_p95_end_ns > t->end_ns)
			t->end_ns = t->rows[i].base_p95_end_ns;
	timeline_settle(t);
}
