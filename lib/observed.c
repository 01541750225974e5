/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/observed.h"

/* What the durations of open units may take, in bytes. */
enum { OPEN_BYTES = 16 << 20 };

void
observed_init(struct observed *o, uint64_t max_names)
{
	*o = (struct observed){ .max_names = max_names };
	cells_init(&o->cells, OPEN_BYTES);
	map_init(&o->items, sizeof(struct item));
	map_init(&o->sources, 1);
}

void
observed_free(struct observed *o)
{
	struct item *item;

	for (size_t i = 0; i < o->items.count; i++) {
		item = observed_item(o, (uint32_t)i);
		free(item->code_file);
		free(item->steps);
	}
	for (int side = 0; side < SIDES; side++)
		units_free(&o->side[side].finder);
	cells_free(&o->cells);
	map_free(&o->items);
	map_free(&o->sources);
	free(o->units);
	free(o->key);
	*o = (struct observed){ 0 };
}

struct item *
observed_put(struct observed *o, enum item_kind kind, struct slice key)
{
	struct slice full = { NULL, key.len + 1 };
	struct item *item;

	o->key = mem_grow(o->key, &o->key_cap, full.len, 1);
	o->key[0] = (char)kind;
	memcpy(o->key + 1, key.ptr, key.len);
	full.ptr = o->key;
	item = map_get(&o->items, full);
	if (item != NULL || o->of_kind[kind] >= o->max_names)
		return item;
	o->of_kind[kind]++;
	item = map_put(&o->items, full, NULL);
	item->kind = kind;
	item->id = map_entry_of(item)->id;
	item->text = (struct slice){ map_entry_of(item)->key.ptr + 1, key.len };
	return item;
}

struct cell *
observed_cell(struct observed *o, struct item *item, uint32_t unit)
{
	/* A cell that moved has no item any more. */
	if (item->last == NULL || item->last->unit != unit ||
	    item->last->item != item->id)
		item->last = cells_put(&o->cells, unit, item->id);
	return item->last;
}

static void
add_unit(struct observed *o, int side, uint32_t unit)
{
	if (o->cells.units[unit].cells == 0)
		return; /* its blocks were joined, or joined others */
	o->units[unit] = (struct observed_unit){ (uint8_t)side,
		(uint32_t)o->side[side].units++ };
}

void
observed_settle(struct observed *o)
{
	bool has_blocks = true;
	struct units *u;
	uint32_t unit;

	for (int side = 0; side < SIDES; side++) {
		u = &o->side[side].finder;
		has_blocks = has_blocks &&
		    (units_has_blocks(u) || o->side[side].events == 0);
		o->side[side].names = units_names(u);
	}
	for (int side = 0; side < SIDES; side++)
		if (!has_blocks && o->side[side].finder.kind == UNIT_AUTO)
			units_join_blocks(&o->side[side].finder);
	o->units = mem_zalloc(o->cells.units_count, sizeof(*o->units));
	for (size_t i = 0; i < o->cells.units_count; i++)
		o->units[i].side = SIDES;
	for (int side = 0; side < SIDES; side++) {
		u = &o->side[side].finder;
		o->side[side].has_blocks = units_has_blocks(u);
		for (size_t i = 0; i < u->blocks_count; i++)
			add_unit(o, side, u->blocks[i].unit);
		for (size_t i = 0; i < u->by_name.count; i++) {
			memcpy(&unit, u->by_name.entries[i]->value,
			    sizeof(unit));
			add_unit(o, side, unit);
		}
	}
}
