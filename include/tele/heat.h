/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEAT_H
#define TELE_HEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/map.h"
#include "tele/quantile.h"
#include "tele/slice.h"
#include "tele/summary.h"

/*
 * Who was busy when: events counted by row and by time, in one pass and in
 * bounded memory.
 *
 * Time is cut into parts, all of one length, which scale.h calls a part of
 * round steps.  They begin short; when more than HEAT_PARTS of them have any
 * events, or the cells weigh more than HEAT_WEIGHT, they are joined to longer
 * ones.  Parts without events take no room, however many they are.
 *
 * A cell weighs what it takes, in some 200 bytes: 1 with up to 8 events, 4 with
 * up to 64, and 8 with more.
 */
enum { HEAT_PARTS = 512, HEAT_WEIGHT = 1 << 17 };

struct heat_cell {
	uint64_t count, errors;
	struct quantile durations;
};

struct heat_row {
	struct slice owner, name; /* plain text */
	struct summary all;       /* also of what has no time */
	struct heat_cell **cells; /* by the id of a part; NULL where empty */
	size_t cells_cap;
};

struct heat {
	struct map rows;   /* of struct heat_row, by a key of the caller's */
	uint64_t max;      /* rows; the rest is the row (other) */
	uint64_t folded;   /* events in that */
	uint64_t timeless; /* events without a time: in no part */
	int digits;        /* of the fractions of times, the most */
	int64_t part_ns;
	int64_t *starts; /* of each part, by its id */
	size_t part_count, starts_cap, weight;

	/* Private. */
	struct map parts; /* of uint32_t: start -> id */
	int64_t last_start_ns;
	uint32_t last_part;
	bool has_last;
};

/* PART_NS is how long parts are at first. */
void heat_init(struct heat *h, uint64_t max, int64_t part_ns);
void heat_free(struct heat *h);

/*
 * The row of KEY, whose OWNER and NAME are copied if it is new; the row (other)
 * if there is no room.
 */
struct heat_row *heat_row(struct heat *h, struct slice key, struct slice owner,
    struct slice name);

/* What happened once. */
struct heat_event {
	bool has_time, has_duration, has_failed;
	int64_t start_ns, duration_ns;
	int digits; /* of the fraction of its time */
};

void heat_add(struct heat *h, struct heat_row *row,
    const struct heat_event *event);

/* Add what FROM holds; FROM stays. */
void heat_cell_merge(struct heat_cell *cell, const struct heat_cell *from);
void heat_cell_free(struct heat_cell *cell);

#endif
