/* SPDX-License-Identifier: MIT */
#ifndef TELE_CELLS_H
#define TELE_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/quantile.h"

/*
 * How items did in units: a sparse table.  A unit is what can be compared as a
 * whole, such as a session; an item is a handler, say.  Both are numbers, and a
 * cell is what is known of one item in one unit.
 *
 * While a unit is new, its cells know their durations as quantile.h does, so
 * that medians are the same however they came.  When the cells that are open
 * take more than the limit, those of the units that nothing came of for longest
 * are sealed: only the medians stay, and a cell takes less than 64 bytes.
 */
struct cell {
	uint32_t item, unit;
	uint32_t count, errors; /* both stay at their end */
	int64_t self_ns;        /* in all, what was not spent in children */

	/* Private. */
	struct durations *durations; /* or, of a moved cell, where it went */
	double median_ns;            /* of those that were sealed */
	uint32_t sealed;             /* how many were */
	uint32_t next;               /* of the same unit, plus one */
};

struct unit {
	uint32_t cells;        /* the last one, plus one */
	uint32_t older, newer; /* among the open ones, plus one */
	bool is_open;
	uint32_t *by_item; /* of an open one: cells, plus one */
	uint32_t by_item_count;
};

struct cells {
	struct cell **chunks;
	size_t count, chunks_cap;
	uint32_t *index; /* open addressing: of the cell, plus one */
	size_t index_cap;

	struct unit *units;
	size_t units_count, units_cap;
	uint32_t oldest, newest; /* plus one */

	size_t limit, held; /* bytes of what is open */
	uint64_t reopened;  /* cells whose median is an estimate */
};

/* At most LIMIT bytes for the durations of open units. */
void cells_init(struct cells *c, size_t limit);
void cells_free(struct cells *c);

/* A new unit; they count from 0. */
uint32_t cells_new_unit(struct cells *c);

/* The cell of ITEM in UNIT.  It keeps its address until cells_free. */
struct cell *cells_put(struct cells *c, uint32_t unit, uint32_t item);

/* The cell I < c->count, in the order in which they came; NULL if it moved. */
struct cell *cells_get(const struct cells *c, size_t i);

/* Where CELL is now, if it may have moved. */
struct cell *cells_follow(struct cell *cell);

void cells_add_count(struct cell *cell, uint64_t count, uint64_t errors);
void cells_add_self(struct cell *cell, int64_t ns);
void cells_add_duration(struct cells *c, struct cell *cell, int64_t ns);
void cells_add_durations(struct cells *c, struct cell *cell,
    const struct quantile *q);

/* Move all that UNIT has into the unit TO; it stays, empty. */
void cells_merge(struct cells *c, uint32_t to, uint32_t unit);

/* The median duration in nanoseconds; false if there is none. */
bool cells_median(const struct cell *cell, double *ns);

#endif
