/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/aggregate.h"
#include "tele/map.h"
#include "tele/peers.h"
#include "tele/quantile.h"

struct group_step {
	struct group_step *next; /* of the same group, as they came */
	const struct group_step *parent;
	uint32_t id;  /* among all */
	uint32_t row; /* while a timeline is made */
	enum event_kind kind;
	struct slice name, owner, code_file, code_line;
	uint64_t count, errors, critical;
	struct quantile starts, durations;
};

struct group {
	struct slice title;
	uint64_t executions;
	__int128 total_ns;
	int64_t clock_ns; /* the coarsest */
	struct group_step *first, **end;
};

struct aggregates {
	struct map groups; /* of struct group, by title */
	struct map steps;  /* of struct group_step, by key */
	struct peers names;
	struct group **sorted;
	uint64_t max, left_out;
};

struct aggregates *
aggregates_new(uint64_t max)
{
	struct aggregates *all = mem_zalloc(1, sizeof(*all));

	all->max = max;
	map_init(&all->groups, sizeof(struct group));
	map_init(&all->steps, sizeof(struct group_step));
	peers_init(&all->names);
	return all;
}

void
aggregates_free(struct aggregates *all)
{
	struct group_step *step;

	for (size_t i = 0; i < all->steps.count; i++) {
		step = (void *)all->steps.entries[i]->value;
		quantile_free(&step->starts);
		quantile_free(&step->durations);
	}
	map_free(&all->groups);
	map_free(&all->steps);
	peers_free(&all->names);
	free(all->sorted);
	free(all);
}

size_t
aggregates_count(const struct aggregates *all)
{
	return all->groups.count;
}

uint64_t
aggregates_left_out(const struct aggregates *all)
{
	return all->left_out;
}

static struct group *
group_of(struct aggregates *all, struct slice title)
{
	struct group *g = map_get(&all->groups, title);

	if (g == NULL && all->groups.count < all->max) {
		g = map_put(&all->groups, title, NULL);
		g->title = map_entry_of(g)->key;
		g->end = &g->first;
	}
	return g;
}

/* The step of ROW, below PARENT; NULL if there is no room for another. */
static struct group_step *
step_of(struct aggregates *all, struct group *g, struct group_step *parent,
    const struct timeline_row *row)
{
	uint32_t id = parent != NULL ? parent->id
				     : UINT32_MAX - map_entry_of(g)->id;
	struct slice key = peers_key(&all->names, id, row->owner, row->name);
	struct group_step *step = map_get(&all->steps, key);
	struct arena *a = &all->steps.arena;

	if (step != NULL)
		return step;
	if (all->steps.count >= all->max)
		return NULL;
	step = map_put(&all->steps, key, NULL);
	step->id = map_entry_of(step)->id;
	step->parent = parent;
	step->kind = row->kind;
	step->name = arena_copy(a, row->name);
	step->owner = arena_copy(a, row->owner);
	step->code_file = arena_copy(a, row->code_file);
	step->code_line = arena_copy(a, row->code_line);
	*g->end = step;
	g->end = &step->next;
	return step;
}

static void
add_row(struct group_step *step, const struct timeline_row *row,
    int64_t root_ns)
{
	step->count++;
	step->errors += row->status == STEP_ERROR;
	step->critical += row->is_critical;
	quantile_add(&step->starts,
	    row->start_ns > root_ns ? row->start_ns - root_ns : 0);
	if (row->duration_ns >= 0)
		quantile_add(&step->durations, row->duration_ns);
}

void
aggregates_add(struct aggregates *all, const struct timeline *t)
{
	struct group *g = group_of(all, t->title);
	struct group_step **steps, *parent;
	const struct timeline_row *row;

	if (g == NULL) {
		all->left_out += t->count;
		return;
	}
	g->executions++;
	g->total_ns += t->path.length_ns;
	if (t->clock_ns > g->clock_ns)
		g->clock_ns = t->clock_ns;
	steps = mem_zalloc(t->count, sizeof(struct group_step *));
	peers_begin(&all->names);
	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		parent = row->parent != STEP_NONE ? steps[row->parent] : NULL;
		if (parent != NULL || row->parent == STEP_NONE)
			steps[i] = step_of(all, g, parent, row);
		if (steps[i] != NULL)
			add_row(steps[i], row, t->rows[t->root].start_ns);
		else
			all->left_out++;
	}
	free(steps);
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;

	if (x->total_ns != y->total_ns)
		return x->total_ns > y->total_ns ? -1 : 1;
	return slice_compare(x->title, y->title);
}

static void
fill_row(struct timeline *t, const struct group *g,
    const struct group_step *step, struct timeline_row *row)
{
	int64_t start = 0, half = 0, most = 0;

	quantile_at(&step->starts, 0.5, &start);
	quantile_at(&step->durations, 0.5, &half);
	quantile_at(&step->durations, 0.95, &most);
	*row = (struct timeline_row){ .kind = step->kind,
		.name = arena_copy(&t->arena, step->name),
		.owner = arena_copy(&t->arena, step->owner),
		.code_file = arena_copy(&t->arena, step->code_file),
		.code_line = arena_copy(&t->arena, step->code_line),
		.parent = step->parent != NULL ? step->parent->row : STEP_NONE,
		.start_ns = start,
		.end_ns = start + half,
		.duration_ns = step->durations.count > 0 ? half : -1,
		.p95_end_ns = start + most,
		.count = step->count,
		.errors = step->errors,
		.is_critical = step->critical * 2 >= g->executions };
	if (row->p95_end_ns > t->end_ns)
		t->end_ns = row->p95_end_ns;
}

static void
make_timeline(struct group *g, struct timeline *t)
{
	size_t count = 0;

	*t = (struct timeline){ .root = STEP_NONE,
		.executions = g->executions,
		.clock_ns = g->clock_ns };
	t->title = arena_copy(&t->arena, g->title);
	for (struct group_step *s = g->first; s != NULL; s = s->next)
		s->row = (uint32_t)count++;
	t->rows = mem_zalloc(count, sizeof(*t->rows));
	for (struct group_step *s = g->first; s != NULL; s = s->next)
		fill_row(t, g, s, &t->rows[t->count++]);
	timeline_sort(t);
	timeline_settle(t);
}

void
aggregates_timeline(struct aggregates *all, size_t i, struct timeline *t)
{
	if (all->sorted == NULL) {
		all->sorted = mem_zalloc(all->groups.count,
		    sizeof(struct group *));
		for (size_t k = 0; k < all->groups.count; k++)
			all->sorted[k] = (void *)all->groups.entries[k]->value;
		qsort(all->sorted, all->groups.count, sizeof(struct group *),
		    compare_groups);
	}
	make_timeline(all->sorted[i], t);
}

bool
aggregates_find(struct aggregates *all, const struct timeline *like,
    struct timeline *t)
{
	struct group *g = map_get(&all->groups, like->title);

	if (g != NULL)
		make_timeline(g, t);
	return g != NULL;
}
