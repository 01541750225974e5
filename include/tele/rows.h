/* SPDX-License-Identifier: MIT */
#ifndef TELE_ROWS_H
#define TELE_ROWS_H

#include "tele/input.h"
#include "tele/map.h"
#include "tele/mem.h"
#include "tele/slice.h"

/*
 * Records of any kind as rows and columns.  A column is a key of the records;
 * the first ROWS_MAX rows settle which there are, in the order in which keys
 * appear, and what they have in common.
 */
enum { ROWS_MAX = 1000, ROWS_MAX_BYTES = 4 << 20, COLUMNS_MAX = 1000 };

struct column {
	struct slice key;
	bool is_number; /* every cell is one */
	double max;     /* of their magnitudes */
	bool has_fraction;
	struct column *next;
	/* For the writer. */
	bool is_hidden, has_bar;
	int decimals, width;
};

/* The text of a value, unescaped; empty where a record lacks the key. */
struct cell {
	struct slice text;
	bool is_number;
};

struct row {
	struct cell *cells; /* by the id of a column */
	size_t count;
};

struct rows {
	struct arena arena;
	struct map ids; /* of uint32_t: column key -> id */
	struct column **by_id;
	size_t by_id_cap;
	struct column *first; /* in the order in which they are shown */
	struct row list[ROWS_MAX];
	size_t count, bytes;
	bool is_settled;   /* no column is added any more */
	bool has_left_out; /* a key came too late to get one */
};

void rows_init(struct rows *r);
void rows_free(struct rows *r);

/*
 * Read the record LINE; false if it is none, which is reported on IN.  What
 * ROW holds lives as long as the arena.
 */
bool rows_read(struct rows *r, struct input *in, struct slice line,
    struct row *row);

/* Have a column for KEY, whether records have it among the first or not. */
void rows_expect(struct rows *r, struct slice key);

/* Show only the columns of NAMES, in that order. */
void rows_select(struct rows *r, const char *const *names, size_t count);

const struct cell *rows_cell(const struct rows *r, const struct row *row,
    const struct column *c);

/* The column called KEY, or NULL. */
struct column *rows_column(const struct rows *r, struct slice key);

#endif
