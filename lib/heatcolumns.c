/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/heatcolumns.h"
#include "tele/mem.h"
#include "tele/scale.h"

enum { MANY_STEPS = 10000 };

static int
compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* When the steps that have any events begin, ascending; how many there are. */
static size_t
list_steps(const struct heat *h, int64_t step_ns, int64_t *steps)
{
	size_t count = 0;

	for (size_t i = 0; i < h->part_count; i++)
		steps[i] = scale_floor(h->starts[i], step_ns);
	qsort(steps, h->part_count, sizeof(*steps), compare_times);
	for (size_t i = 0; i < h->part_count; i++)
		if (count == 0 || steps[count - 1] != steps[i])
			steps[count++] = steps[i];
	return count;
}

/* How many steps without events are between A and B. */
static int64_t
steps_between(int64_t a, int64_t b, int64_t step_ns)
{
	__int128 n = ((__int128)b - a) / step_ns - 1;

	return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

/*
 * How many empty steps in a row are shown one by one: a twentieth of the whole
 * at most, or, so that a short step that somebody asked for does not give
 * millions of columns, about as many as the gap takes that stands for them.
 */
static int64_t
longest_shown(const int64_t *steps, size_t count, int64_t step_ns,
    const struct heat_view_options *options)
{
	int64_t all = steps_between(steps[0], steps[count - 1], step_ns);
	int64_t least = (int64_t)options->gap_width * 2;

	if (options->step_ns > 0 && all > MANY_STEPS)
		return least;
	return all / 20 > least ? all / 20 : least;
}

/* What the steps would take on a picture, in columns. */
static int64_t
measure_steps(const int64_t *steps, size_t count, int64_t step_ns,
    const struct heat_view_options *options)
{
	int64_t longest = longest_shown(steps, count, step_ns, options);
	int64_t width = (int64_t)count, empty;

	for (size_t i = 1; i < count; i++) {
		empty = steps_between(steps[i - 1], steps[i], step_ns);
		width += empty > longest ? (int64_t)options->gap_width : empty;
	}
	return width;
}

static void
add_column(struct heat_view *v, size_t *cap, int64_t from_ns, int64_t gap_ns)
{
	v->columns = mem_grow(v->columns, cap, v->column_count + 1,
	    sizeof(*v->columns));
	v->columns[v->column_count++] =
	    (struct view_column){ .from_ns = from_ns, .gap_ns = gap_ns };
}

/* The columns between those that begin at FROM_NS and TO_NS. */
static void
add_empty_columns(struct heat_view *v, size_t *cap, int64_t from_ns,
    int64_t to_ns, int64_t longest)
{
	int64_t empty = steps_between(from_ns, to_ns, v->step_ns);
	int64_t gap_ns;

	from_ns += v->step_ns;
	if (empty <= longest) {
		for (int64_t k = 0; k < empty; k++)
			add_column(v, cap, from_ns + k * v->step_ns, 0);
		return;
	}
	if (__builtin_sub_overflow(to_ns, from_ns, &gap_ns))
		gap_ns = INT64_MAX;
	add_column(v, cap, from_ns, gap_ns);
}

/* A column for each step, also for a few empty ones, and one for each gap. */
static void
make_columns(struct heat_view *v, const int64_t *steps, size_t count,
    const struct heat_view_options *options)
{
	size_t cap = 0;

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			add_empty_columns(v, &cap, steps[i - 1], steps[i],
			    longest_shown(steps, count, v->step_ns, options));
		add_column(v, &cap, steps[i], 0);
	}
}

void
heat_columns(struct heat_view *v, const struct heat_view_options *options)
{
	const struct heat *h = v->heat;
	int64_t *steps = mem_zalloc(h->part_count, sizeof(*steps));
	int64_t least = h->part_ns, clock = 1;
	size_t count;

	/* Columns are no finer than times are. */
	for (int digits = h->digits; digits < 9; digits++)
		clock *= 10;
	if (options->step_ns == 0 && clock > least)
		least = clock;
	v->step_ns = options->step_ns > least ? options->step_ns : least;
	for (;;) {
		v->step_ns = options->step_ns > 0 ? v->step_ns
						  : scale_step(v->step_ns);
		count = list_steps(h, v->step_ns, steps);
		if (options->step_ns > 0 || count <= 1 ||
		    measure_steps(steps, count, v->step_ns, options) <=
			(int64_t)options->most_columns)
			break;
		v->step_ns++;
	}
	make_columns(v, steps, count, options);
	free(steps);
}
