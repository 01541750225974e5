/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/timeline.h"

/* Lanes beyond that are drawn in the last one. */
enum { LANES = 64 };

/* Of a row, or of the top: what its children told so far. */
struct family {
	int64_t covered_until; /* by children */
	int64_t covered_ns;
	uint32_t lanes; /* how many are in use, and when each is free */
	int64_t *free_at;
};

/* The lane of a child: the first in which the one before it is done. */
static uint32_t
take_lane(struct family *f, const struct timeline_row *row, int64_t clock_ns)
{
	uint32_t lane = 0;

	/* An overlap that the clock may have made is none. */
	while (lane < f->lanes && f->free_at[lane] > row->start_ns &&
	    f->free_at[lane] - row->start_ns >= clock_ns)
		lane++;
	if (lane == LANES)
		lane--;
	if (lane >= f->lanes) {
		if (f->free_at == NULL)
			f->free_at = mem_zalloc(LANES, sizeof(*f->free_at));
		f->lanes = lane + 1;
	}
	if (row->end_ns > f->free_at[lane])
		f->free_at[lane] = row->end_ns;
	return lane;
}

/* Children come by their start: what of it was not covered before. */
static void
cover(struct family *f, const struct timeline_row *parent,
    const struct timeline_row *row)
{
	int64_t from = row->start_ns > f->covered_until ? row->start_ns
							: f->covered_until;
	int64_t to = row->end_ns < parent->end_ns ? row->end_ns
						  : parent->end_ns;

	if (to <= from)
		return;
	f->covered_ns += to - from;
	f->covered_until = to;
}

/* How far a child sticks out, if that cannot be the clock alone. */
static void
look_outside(const struct timeline *t, const struct timeline_row *parent,
    struct timeline_row *row)
{
	int64_t early = parent->start_ns - row->start_ns;
	int64_t late = row->end_ns - parent->end_ns;

	row->early_ns = row->late_ns = 0;
	if (t->executions > 0)
		return; /* medians need not fit */
	row->early_ns = early >= t->clock_ns ? early : 0;
	row->late_ns = parent->duration_ns >= 0 && row->duration_ns >= 0 &&
		late >= t->clock_ns
	    ? late
	    : 0;
}

static void
join_family(struct timeline *t, struct family *families, size_t i)
{
	struct timeline_row *row = &t->rows[i], *parent = NULL;
	struct family *f = &families[t->count];

	families[i].covered_until = row->start_ns;
	row->children = 0;
	row->lane = 0;
	if (row->change == CHANGE_REMOVED)
		return; /* it is not there any more */
	if (row->parent != STEP_NONE) {
		parent = &t->rows[row->parent];
		f = &families[row->parent];
		parent->children++;
		parent->is_below |= row->error.len > 0 &&
		    slice_equal(parent->error, row->error);
		cover(f, parent, row);
		look_outside(t, parent, row);
	}
	row->lane = take_lane(f, row, t->clock_ns);
}

static void
find_path(struct timeline *t)
{
	struct critical_span *spans = mem_zalloc(t->count, sizeof(*spans));
	struct timeline_row *row;

	for (uint32_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		spans[i] = (struct critical_span){ .parent = row->parent,
			.arrival = row->arrival,
			.start_ns = row->start_ns,
			.end_ns = row->end_ns };
		if (row->change == CHANGE_REMOVED) /* outside of all */
			spans[i].start_ns = spans[i].end_ns = -1;
	}
	critical_path_find(&t->path, spans, t->count, t->root, t->clock_ns);
	for (size_t i = 0; i < t->count; i++) {
		t->rows[i].is_critical = spans[i].is_critical;
		t->rows[i].critical_ns = spans[i].critical_ns;
	}
	free(spans);
}

bool
timeline_row_is_new(const struct timeline_row *row)
{
	return row->change != CHANGE_REMOVED;
}

/* When something runs that does not just wait for what is below it. */
static size_t
find_work(const struct timeline *t, struct axis_span *spans)
{
	const struct timeline_row *row;
	size_t count = 0;

	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		if (row->children > 0)
			continue;
		if (timeline_row_is_new(row))
			spans[count++] = (struct axis_span){ row->start_ns,
				row->p95_end_ns > row->end_ns ? row->p95_end_ns
							      : row->end_ns };
		if (row->has_base)
			spans[count++] = (struct axis_span){ row->base_start_ns,
				row->base_p95_end_ns > row->base_end_ns
				    ? row->base_p95_end_ns
				    : row->base_end_ns };
	}
	return count;
}

/* Before any row is hidden: what is not seen is no silence. */
static void
find_silences(struct timeline *t)
{
	struct axis_span *spans = mem_zalloc(t->count * 2 + 1, sizeof(*spans));

	free(t->silences);
	t->silences = spans;
	t->silence_count = axis_find_silences(spans, find_work(t, spans),
	    t->end_ns);
}

void
timeline_settle(struct timeline *t)
{
	struct family *families = mem_zalloc(t->count + 1, sizeof(*families));
	const struct timeline_row *row;

	t->errors = t->unfinished = 0;
	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		t->errors += row->status == STEP_ERROR;
		t->unfinished += row->status == STEP_UNFINISHED;
		if (row->end_ns > t->end_ns)
			t->end_ns = row->end_ns;
		join_family(t, families, i);
	}
	for (size_t i = 0; i <= t->count; i++) {
		if (i < t->count)
			t->rows[i].self_ns = t->rows[i].end_ns -
			    t->rows[i].start_ns - families[i].covered_ns;
		free(families[i].free_at);
	}
	free(families);
	if (t->root != STEP_NONE)
		find_path(t);
	find_silences(t);
}
