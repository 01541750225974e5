/* SPDX-License-Identifier: MIT */
#ifndef TELE_UNITS_H
#define TELE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/cells.h"
#include "tele/map.h"

/*
 * The units of replication: what an event counts in as a part, because the
 * events of one run are not independent of each other.
 */
enum unit_kind {
	UNIT_AUTO,    /* sessions, and blocks as long as there is but one */
	UNIT_SESSION, /* what the events have as session, else their file */
	UNIT_FILE,    /* the file that is read */
	UNIT_TRACE,
	UNIT_BLOCK,  /* of time: 20 to 40 of equal length */
	UNIT_PERIOD, /* of time: of a given length */
};

enum { UNITS_BLOCKS = 40 };

struct units {
	enum unit_kind kind;
	int64_t period_ns;
	struct cells *cells;
	struct map by_name; /* of uint32_t */

	/* The last name, which the next is likely to be. */
	char *name;
	size_t name_len, name_cap;
	uint32_t named;

	/* Blocks: of 2^shift ns each, in order of their number. */
	struct block {
		int64_t number;
		uint32_t unit;
	} blocks[UNITS_BLOCKS];
	size_t blocks_count;
	int shift;
	int64_t last_ns;
	bool is_timeless; /* events are counted instead */
};

/* Units are made in CELLS. */
void units_init(struct units *u, enum unit_kind kind, int64_t period_ns,
    struct cells *cells);
void units_free(struct units *u);

/*
 * The unit of what belongs to NAME, a session, a file or a trace as the kind
 * has it, and came at *NS, which is NULL where there is no time.  CAN_BLOCK is
 * false for what has no place in time, such as partial statistics.
 */
uint32_t units_find(struct units *u, struct slice name, const int64_t *ns,
    bool can_block);

/* How many names have come. */
size_t units_names(const struct units *u);

/* Whether the units are blocks now; or make them one unit. */
bool units_has_blocks(const struct units *u);
void units_join_blocks(struct units *u);

#endif
