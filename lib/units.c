/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/units.h"

/* Blocks begin with about a millisecond. */
enum { LEAST_SHIFT = 20 };

void
units_init(struct units *u, enum unit_kind kind, int64_t period_ns,
    struct cells *cells)
{
	*u = (struct units){ .kind = kind,
		.period_ns = period_ns,
		.cells = cells,
		.shift = LEAST_SHIFT };
	map_init(&u->by_name, sizeof(uint32_t));
}

void
units_free(struct units *u)
{
	map_free(&u->by_name);
	free(u->name);
	*u = (struct units){ 0 };
}

/* Blocks twice as long: neighbours become one. */
static void
widen_blocks(struct units *u)
{
	struct block *last = NULL;
	size_t count = 0;

	u->shift++;
	for (size_t i = 0; i < u->blocks_count; i++) {
		struct block b = u->blocks[i];

		b.number >>= 1;
		if (last != NULL && last->number == b.number) {
			cells_merge(u->cells, last->unit, b.unit);
		} else {
			u->blocks[count] = b;
			last = &u->blocks[count++];
		}
	}
	u->blocks_count = count;
}

/* Where the block NUMBER is, or belongs. */
static size_t
place_of(const struct units *u, int64_t number)
{
	size_t i = u->blocks_count;

	while (i > 0 && u->blocks[i - 1].number >= number)
		i--;
	return i;
}

/* Whether the blocks, and one of NUMBER, span no more than there may be. */
static bool
is_in_reach(const struct units *u, int64_t number)
{
	int64_t first = number, last = number;

	if (u->blocks_count > 0) {
		if (u->blocks[0].number < first)
			first = u->blocks[0].number;
		if (u->blocks[u->blocks_count - 1].number > last)
			last = u->blocks[u->blocks_count - 1].number;
	}
	return last - first < UNITS_BLOCKS;
}

static uint32_t
block_of(struct units *u, const int64_t *ns)
{
	size_t at;

	if (u->blocks_count == 0)
		u->is_timeless = ns == NULL;
	if (u->is_timeless)
		u->last_ns += INT64_C(1) << LEAST_SHIFT;
	else if (ns != NULL)
		u->last_ns = *ns;
	while (!is_in_reach(u, u->last_ns >> u->shift))
		widen_blocks(u);
	at = place_of(u, u->last_ns >> u->shift);
	if (at < u->blocks_count &&
	    u->blocks[at].number == u->last_ns >> u->shift)
		return u->blocks[at].unit;
	memmove(&u->blocks[at + 1], &u->blocks[at],
	    (u->blocks_count - at) * sizeof(*u->blocks));
	u->blocks[at] = (struct block){ u->last_ns >> u->shift,
		cells_new_unit(u->cells) };
	u->blocks_count++;
	return u->blocks[at].unit;
}

static bool
is_last_name(const struct units *u, struct slice name)
{
	return u->by_name.count > 0 && name.len == u->name_len &&
	    memcmp(name.ptr, u->name, name.len) == 0;
}

/* The unit called NAME; the first one takes over what the blocks have. */
static uint32_t
unit_of(struct units *u, struct slice name)
{
	uint32_t *unit;
	bool is_new;

	if (is_last_name(u, name) && u->blocks_count == 0)
		return u->named;
	unit = map_put(&u->by_name, name, &is_new);
	if (is_new)
		*unit = cells_new_unit(u->cells);
	u->name = mem_grow(u->name, &u->name_cap, name.len + 1, 1);
	memcpy(u->name, name.ptr, name.len);
	u->name_len = name.len;
	u->named = *unit;
	return *unit;
}

/* Periods are floored: those before 1970 too. */
static uint32_t
period_of(struct units *u, const int64_t *ns)
{
	int64_t number;

	if (ns != NULL)
		u->last_ns = *ns;
	number = u->last_ns / u->period_ns - (u->last_ns % u->period_ns < 0);
	return unit_of(u,
	    (struct slice){ (const char *)&number, sizeof(number) });
}

bool
units_has_blocks(const struct units *u)
{
	return u->blocks_count > 0;
}

void
units_join_blocks(struct units *u)
{
	uint32_t unit = 0;

	if (u->by_name.count > 0)
		memcpy(&unit, u->by_name.entries[0]->value, sizeof(unit));
	for (size_t i = 0; i < u->blocks_count; i++)
		cells_merge(u->cells, unit, u->blocks[i].unit);
	u->blocks_count = 0;
	u->kind = UNIT_SESSION;
}

uint32_t
units_find(struct units *u, struct slice name, const int64_t *ns,
    bool can_block)
{
	if (u->kind == UNIT_PERIOD)
		return period_of(u, ns);
	if (u->kind == UNIT_AUTO) {
		if (!is_last_name(u, name))
			unit_of(u, name);
		if (u->by_name.count > 1 || !can_block)
			units_join_blocks(u);
		else
			return block_of(u, ns);
	}
	if (u->kind == UNIT_BLOCK)
		return block_of(u, ns);
	return unit_of(u, name);
}

size_t
units_names(const struct units *u)
{
	return u->by_name.count;
}
