/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/heatcolumns.h"
#include "tele/mem.h"
#include "tele/scale.h"

const char *const heat_measure_names[] = { "p95", "count", "errors", "share",
	NULL };

int64_t
latency_from(int bin)
{
	static const int preferred[] = { 100, 125, 160, 200, 250, 315, 400, 500,
		630, 800 };
	int64_t power = 1;

	if (bin <= 0)
		return 0;
	for (int i = (bin - 1) / 10; i > 0; i--)
		if (__builtin_mul_overflow(power, 10, &power))
			return INT64_MAX;
	if (__builtin_mul_overflow(power, preferred[(bin - 1) % 10], &power))
		return INT64_MAX;
	return power;
}

int
latency_bin(int64_t ns)
{
	int low = 0, high = LATENCY_BINS, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (latency_from(middle) <= ns)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The column of each part, by its id; freed by the caller. */
static uint32_t *
columns_of_parts(const struct heat_view *v)
{
	const struct heat *h = v->heat;
	uint32_t *column = mem_zalloc(h->part_count, sizeof(*column));
	int64_t start;
	size_t low, high, middle;

	for (size_t i = 0; i < h->part_count; i++) {
		start = scale_floor(h->starts[i], v->step_ns);
		low = 0;
		high = v->column_count;
		while (high - low > 1) {
			middle = low + (high - low) / 2;
			if (v->columns[middle].from_ns <= start)
				low = middle;
			else
				high = middle;
		}
		column[i] = (uint32_t)low;
	}
	return column;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct heat_row *x = *(const struct heat_row *const *)a;
	const struct heat_row *y = *(const struct heat_row *const *)b;
	const struct quantile *p = &x->all.durations, *q = &y->all.durations;
	__int128 s = p->count > 0 ? p->sum_ns : 0;
	__int128 t = q->count > 0 ? q->sum_ns : 0;
	int order;

	if (s != t)
		return s > t ? -1 : 1;
	if (x->all.count != y->all.count)
		return x->all.count > y->all.count ? -1 : 1;
	order = slice_compare(x->name, y->name);
	return order != 0 ? order : slice_compare(x->owner, y->owner);
}

/* All rows by what they took; freed by the caller. */
static const struct heat_row **
sort_rows(const struct heat *h)
{
	const struct heat_row **sorted = mem_zalloc(h->rows.count,
	    sizeof(*sorted));

	for (size_t i = 0; i < h->rows.count; i++)
		sorted[i] = (const void *)h->rows.entries[i]->value;
	qsort(sorted, h->rows.count, sizeof(*sorted), compare_rows);
	return sorted;
}

/* The MOST rows that took most; each still points to its heat row by ALL. */
static void
list_rows(struct heat_view *v, size_t most)
{
	size_t count = v->heat->rows.count;
	const struct heat_row **sorted = sort_rows(v->heat);

	v->row_count = most > 0 && most < count ? most : count;
	v->hidden_rows = count - v->row_count;
	v->rows = mem_zalloc(v->row_count, sizeof(*v->rows));
	for (size_t i = 0; i < count; i++) {
		if (sorted[i]->all.durations.count > 0)
			v->total_ns += sorted[i]->all.durations.sum_ns;
		if (i < v->row_count)
			v->rows[i] = (struct view_row){
				.owner = sorted[i]->owner,
				.name = sorted[i]->name,
				.all = &sorted[i]->all
			};
	}
	free(sorted);
}

/* The heat row that holds the summary ALL. */
static const struct heat_row *
heat_row_of(const struct summary *all)
{
	return (
	    const void *)((const char *)all - offsetof(struct heat_row, all));
}

/* The row of a latency, or NULL if there was none such. */
static const struct heat_row *
latency_row(const struct heat *h, int bin)
{
	return map_get(&h->rows,
	    (struct slice){ (const char *)&bin, sizeof(bin) });
}

/* A row for each latency from the longest down to the shortest. */
static void
list_latencies(struct heat_view *v)
{
	int least = LATENCY_BINS, most = -1;
	const struct heat_row *row;
	struct view_row *to;

	for (int bin = 0; bin < LATENCY_BINS; bin++) {
		row = latency_row(v->heat, bin);
		if (row == NULL)
			continue;
		least = bin < least ? bin : least;
		most = bin;
		summary_merge(&v->latency, &row->all);
	}
	v->rows = mem_zalloc(LATENCY_BINS, sizeof(*v->rows));
	for (int bin = most; bin >= least; bin--) {
		row = latency_row(v->heat, bin);
		to = &v->rows[v->row_count++];
		to->from_ns = latency_from(bin);
		to->to_ns = latency_from(bin + 1);
		to->all = row != NULL ? &row->all : NULL;
	}
}

static int64_t
measure_cell(const struct heat_view *v, const struct view_cell *cell,
    const struct view_column *column)
{
	if (cell->count == 0)
		return -1;
	switch (v->measure) {
	case HEAT_COUNT:
		return (int64_t)cell->count;
	case HEAT_ERRORS:
		return (int64_t)cell->errors;
	case HEAT_SHARE:
		if (column->busy_ns == 0)
			return -1;
		return (int64_t)((cell->total_ns * 1000 + column->busy_ns / 2) /
		    column->busy_ns);
	default:
		return cell->p95_ns;
	}
}

/* Q becomes CELL's; most cells are empty, so that room is made only here. */
static void
take_durations(struct view_cell *cell, const struct quantile *q)
{
	if (q->count == 0)
		return;
	cell->total_ns = q->sum_ns;
	quantile_at(q, 0.95, &cell->p95_ns);
	cell->durations = mem_alloc(sizeof(*q));
	*cell->durations = *q;
}

/* Add up the parts of each column. */
static void
fill_cells(struct heat_view *v, struct view_row *row, const uint32_t *column)
{
	struct heat_cell *sums = mem_zalloc(v->column_count, sizeof(*sums));
	const struct heat_row *from = row->all != NULL ? heat_row_of(row->all)
						       : NULL;
	struct view_cell *cell;

	row->cells = mem_zalloc(v->column_count, sizeof(*row->cells));
	for (size_t i = 0;
	     from != NULL && i < from->cells_cap && i < v->heat->part_count;
	     i++)
		if (from->cells[i] != NULL)
			heat_cell_merge(&sums[column[i]], from->cells[i]);
	for (size_t i = 0; i < v->column_count; i++) {
		cell = &row->cells[i];
		*cell = (struct view_cell){ .count = sums[i].count,
			.errors = sums[i].errors,
			.p95_ns = -1 };
		take_durations(cell, &sums[i].durations);
		cell->value = measure_cell(v, cell, &v->columns[i]);
	}
	free(sums);
}

/* How much time all rows, also the hidden ones, took in each column. */
static void
sum_columns(struct heat_view *v, const uint32_t *column)
{
	const struct heat_row *row;
	const struct quantile *q;

	for (size_t i = 0; i < v->heat->rows.count; i++) {
		row = (const void *)v->heat->rows.entries[i]->value;
		for (size_t k = 0; k < row->cells_cap; k++) {
			if (row->cells[k] == NULL)
				continue;
			q = &row->cells[k]->durations;
			if (q->count > 0)
				v->columns[column[k]].busy_ns += q->sum_ns;
		}
	}
}

/* Limits of 1, 2, 5, 10 ... that cover LEAST to MOST, thinned to the levels. */
static void
make_scale(struct heat_scale *s, int64_t least, int64_t most, bool has_zero)
{
	int64_t limits[64] = { 0 },
		limit = scale_round_down(least > 0 ? least : 1);
	int count = 0, every;
	const int room = HEAT_LEVELS - has_zero;

	if (limit < least)
		limit = scale_round_up(limit + 1);
	while (count < 63 && (count == 0 || limits[count - 1] < most)) {
		limits[count++] = limit;
		if (limit > INT64_MAX / 10)
			break;
		limit = scale_round_up(limit + 1);
	}
	every = (count + room - 1) / room;
	s->count = 0;
	if (has_zero)
		s->limits[s->count++] = 0;
	for (int i = (count - 1) % every; i < count; i += every)
		s->limits[s->count++] = limits[i];
}

static void
find_scale(const struct heat_view *v, const struct view_row *rows, size_t count,
    struct heat_scale *s)
{
	int64_t least = INT64_MAX, most = 0, value;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < v->column_count; k++) {
			value = rows[i].cells[k].value;
			if (value <= 0)
				continue;
			least = value < least ? value : least;
			most = value > most ? value : most;
		}
	make_scale(s, most > 0 ? least : 1, most > 0 ? most : 1,
	    v->measure == HEAT_ERRORS);
}

static void
find_levels(struct heat_view *v)
{
	struct view_cell *cell;

	for (size_t i = 0; i < v->row_count; i++)
		for (size_t k = 0; k < v->column_count; k++) {
			cell = &v->rows[i].cells[k];
			cell->level = cell->value < 0 ? -1 : 0;
			while (cell->level >= 0 &&
			    cell->level < v->rows[i].scale.count - 1 &&
			    cell->value > v->rows[i].scale.limits[cell->level])
				cell->level++;
		}
}

void
heat_view_init(struct heat_view *v, const struct heat *h,
    const struct heat_view_options *options)
{
	uint32_t *column;

	*v = (struct heat_view){ .heat = h,
		.measure = options->measure,
		.is_latency = options->is_latency,
		.per_row = options->per_row };
	if (options->is_latency)
		list_latencies(v);
	else
		list_rows(v, options->most_rows);
	heat_columns(v, options);
	column = columns_of_parts(v);
	sum_columns(v, column);
	for (size_t i = 0; i < v->row_count; i++)
		fill_cells(v, &v->rows[i], column);
	free(column);
	find_scale(v, v->rows, v->row_count, &v->scale);
	for (size_t i = 0; i < v->row_count; i++)
		if (v->per_row)
			find_scale(v, &v->rows[i], 1, &v->rows[i].scale);
		else
			v->rows[i].scale = v->scale;
	find_levels(v);
}

static void
free_cells(const struct heat_view *v, struct view_row *row)
{
	struct quantile *q;

	for (size_t k = 0; k < v->column_count; k++) {
		q = row->cells[k].durations;
		if (q != NULL)
			quantile_free(q);
		free(q);
	}
	free(row->cells);
}

void
heat_view_free(struct heat_view *v)
{
	for (size_t i = 0; i < v->row_count; i++)
		free_cells(v, &v->rows[i]);
	free(v->rows);
	free(v->columns);
	summary_free(&v->latency);
	*v = (struct heat_view){ 0 };
}
