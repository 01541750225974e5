/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/heat.h"
#include "tele/scale.h"

/* About three years; all the times that there are fit in 300 of these. */
#define LONGEST_PART_NS (INT64_C(1000) * 86400 * 1000000000)

void
heat_init(struct heat *h, uint64_t max, int64_t part_ns)
{
	*h = (struct heat){ .max = max, .part_ns = part_ns };
	map_init(&h->rows, sizeof(struct heat_row));
	map_init(&h->parts, sizeof(uint32_t));
}

/* By how many events there are, so that their order does not matter. */
static size_t
weight_of(const struct heat_cell *cell)
{
	return cell->count == 0 ? 0
	    : cell->count <= 8  ? 1
	    : cell->count <= 64 ? 4
				: 8;
}

void
heat_cell_free(struct heat_cell *cell)
{
	quantile_free(&cell->durations);
}

void
heat_cell_merge(struct heat_cell *cell, const struct heat_cell *from)
{
	cell->count += from->count;
	cell->errors += from->errors;
	quantile_merge(&cell->durations, &from->durations);
}

void
heat_free(struct heat *h)
{
	struct heat_row *row;

	for (size_t i = 0; i < h->rows.count; i++) {
		row = (void *)h->rows.entries[i]->value;
		for (size_t k = 0; k < row->cells_cap; k++)
			if (row->cells[k] != NULL) {
				heat_cell_free(row->cells[k]);
				free(row->cells[k]);
			}
		free(row->cells);
		summary_free(&row->all);
	}
	map_free(&h->rows);
	map_free(&h->parts);
	free(h->starts);
}

/* TEXT where it is in the key of a row, AT bytes into it, or else a copy. */
static struct slice
keep_text(struct heat *h, struct slice key, size_t at, struct slice text)
{
	struct slice same = { key.ptr + at, text.len };

	if (at + text.len <= key.len && slice_equal(same, text))
		return same;
	return arena_copy(&h->rows.arena, text);
}

struct heat_row *
heat_row(struct heat *h, struct slice key, struct slice owner,
    struct slice name)
{
	struct heat_row *row = map_get(&h->rows, key);

	if (row != NULL)
		return row;
	if (h->rows.count >= h->max) {
		h->folded++;
		owner.len = 0;
		key = name = SLICE("(other)");
		row = map_get(&h->rows, key);
		if (row != NULL)
			return row;
	}
	row = map_put(&h->rows, key, NULL);
	key = map_entry_of(row)->key;
	row->owner = keep_text(h, key, 0, owner);
	row->name = keep_text(h, key, owner.len + 1, name);
	return row;
}

/* The part that begins at START_NS. */
static uint32_t
part_at(struct heat *h, int64_t start_ns)
{
	struct slice key = { (const char *)&start_ns, sizeof(start_ns) };
	uint32_t *id;
	bool is_new;

	if (h->has_last && h->last_start_ns == start_ns)
		return h->last_part;
	id = map_put(&h->parts, key, &is_new);
	if (is_new) {
		*id = (uint32_t)h->part_count++;
		h->starts = mem_grow(h->starts, &h->starts_cap, h->part_count,
		    sizeof(*h->starts));
		h->starts[*id] = start_ns;
	}
	h->has_last = true;
	h->last_start_ns = start_ns;
	h->last_part = *id;
	return *id;
}

/* Room for NEED cells, no more at first: most of many rows have few. */
static void
widen(struct heat_row *row, size_t need)
{
	size_t old = row->cells_cap, cap = old * 2 > need ? old * 2 : need;

	if (need <= old)
		return;
	row->cells = mem_resize(row->cells, cap, sizeof(*row->cells));
	memset(row->cells + old, 0, (cap - old) * sizeof(*row->cells));
	row->cells_cap = cap;
}

/* Move the cells of ROW to the parts that MOVED names. */
static void
move_cells(struct heat *h, struct heat_row *row, const uint32_t *moved,
    size_t old_parts)
{
	struct heat_cell **old = row->cells, **to;
	size_t old_cap = row->cells_cap;

	row->cells = NULL;
	row->cells_cap = 0;
	for (size_t i = 0; i < old_cap && i < old_parts; i++) {
		if (old[i] == NULL)
			continue;
		widen(row, moved[i] + (size_t)1);
		to = &row->cells[moved[i]];
		if (*to == NULL) {
			*to = old[i];
			continue;
		}
		h->weight -= weight_of(*to) + weight_of(old[i]);
		heat_cell_merge(*to, old[i]);
		h->weight += weight_of(*to);
		heat_cell_free(old[i]);
		free(old[i]);
	}
	free(old);
}

/* Join parts to the next larger ones. */
static void
coarsen(struct heat *h)
{
	size_t old_parts = h->part_count;
	uint32_t *moved = mem_zalloc(old_parts, sizeof(*moved));
	int64_t *old = h->starts;

	h->part_ns = scale_next_part(h->part_ns);
	map_free(&h->parts);
	map_init(&h->parts, sizeof(uint32_t));
	h->starts = NULL;
	h->starts_cap = h->part_count = 0;
	h->has_last = false;
	for (size_t i = 0; i < old_parts; i++)
		moved[i] = part_at(h, scale_floor(old[i], h->part_ns));
	for (size_t i = 0; i < h->rows.count; i++)
		move_cells(h, (void *)h->rows.entries[i]->value, moved,
		    old_parts);
	free(old);
	free(moved);
}

static void
add_to_cell(struct heat *h, struct heat_row *row,
    const struct heat_event *event)
{
	uint32_t part = part_at(h, scale_floor(event->start_ns, h->part_ns));
	struct heat_cell *cell;

	widen(row, part + (size_t)1);
	if (row->cells[part] == NULL)
		row->cells[part] = mem_zalloc(1, sizeof(struct heat_cell));
	cell = row->cells[part];
	h->weight -= weight_of(cell);
	cell->count++;
	h->weight += weight_of(cell);
	cell->errors += event->has_failed;
	if (event->has_duration)
		quantile_add(&cell->durations, event->duration_ns);
	while ((h->part_count > HEAT_PARTS ||
		   (h->weight > HEAT_WEIGHT && h->part_count > 1)) &&
	    h->part_ns < LONGEST_PART_NS)
		coarsen(h);
}

void
heat_add(struct heat *h, struct heat_row *row, const struct heat_event *event)
{
	row->all.count++;
	row->all.errors += event->has_failed;
	if (event->has_duration)
		quantile_add(&row->all.durations, event->duration_ns);
	if (!event->has_time) {
		h->timeless++;
		return;
	}
	if (event->digits > h->digits)
		h->digits = event->digits;
	summary_add_time(&row->all, event->start_ns, event->digits);
	add_to_cell(h, row, event);
}
