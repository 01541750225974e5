/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEATVIEW_H
#define TELE_HEATVIEW_H

#include "tele/heat.h"

/*
 * A heat map as it is shown: rows, columns of one round step, and between some
 * of these what nobody wants to see, long times in which nothing happened.
 */
enum heat_measure { HEAT_P95, HEAT_COUNT, HEAT_ERRORS, HEAT_SHARE };

extern const char *const heat_measure_names[]; /* ended by NULL */

struct view_column {
	int64_t from_ns;  /* since 1970 */
	int64_t gap_ns;   /* 0, or how long nothing happened: no cells */
	__int128 busy_ns; /* the time that all rows took in it */
};

struct view_cell {
	uint64_t count, errors; /* a count of 0: there is nothing */
	int64_t p95_ns;         /* -1 without durations */
	__int128 total_ns;
	struct quantile *durations; /* NULL if there are none */
	int64_t value; /* of the measure: ns, counts or thousandths; -1: none */
	int level;     /* of VALUE in the scale of its row, -1 if it has none */
};

/* Values up to LIMITS[i], and above the one before, are of level i. */
enum { HEAT_LEVELS = 8 };

struct heat_scale {
	int64_t limits[HEAT_LEVELS];
	int count;
};

struct view_row {
	struct slice owner, name;
	int64_t from_ns, to_ns;    /* of a latency; TO_NS is beyond */
	const struct summary *all; /* NULL of a latency that nobody had */
	struct view_cell *cells;   /* one for each column */
	struct heat_scale scale;
};

struct heat_view {
	const struct heat *heat;
	enum heat_measure measure;
	bool is_latency; /* rows are latencies of one handler */
	bool per_row;    /* each row has a scale of its own */
	int64_t step_ns;
	struct view_row *rows;
	size_t row_count, hidden_rows;
	struct view_column *columns;
	size_t column_count;
	struct heat_scale scale; /* of all rows */
	__int128 total_ns;       /* that all rows took */
	struct summary latency;  /* of the one handler */
};

struct heat_view_options {
	enum heat_measure measure;
	bool is_latency, per_row;
	size_t most_rows; /* 0 is any */
	size_t most_columns;
	size_t gap_width; /* as many columns as a gap has room for */
	int64_t step_ns;  /* 0: the smallest that fits */
};

/*
 * The rows of latencies: preferred numbers, ten to each power of ten (R10 of
 * ISO 3), from 100 ns on.  A bin begins at latency_from and ends where the next
 * one begins; bin 0 is what is below 100 ns.
 */
enum { LATENCY_BINS = 172 };
int latency_bin(int64_t ns);
int64_t latency_from(int bin);

void heat_view_init(struct heat_view *v, const struct heat *h,
    const struct heat_view_options *options);
void heat_view_free(struct heat_view *v);

#endif
