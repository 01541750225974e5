/* SPDX-License-Identifier: MIT */
#ifndef TELE_SUMMARY_H
#define TELE_SUMMARY_H

#include "tele/event.h"
#include "tele/out.h"
#include "tele/quantile.h"

/*
 * What is known of one group of events: how many, how long, how many failed,
 * where in the code.  Two summaries merge without loss and in any order, also
 * by way of partial.h.  A zeroed struct is empty.
 */
struct summary {
	uint64_t count, errors;
	struct quantile durations;
	int64_t tick_ns; /* these are multiples of it; 0 if nobody knows */
	__int128 self_ns;
	bool has_dead; /* dead_ns means something */
	__int128 dead_ns;
	bool has_time;
	int64_t first_ns, last_ns;
	int first_digits, last_digits; /* of the fraction, as the source had */
	struct slice code_file, code_line; /* JSON text, the least of all */
};

void summary_free(struct summary *s);

/*
 * Add a duration of NS that somebody made of times, so that it is a multiple of
 * TICK_NS, a power of ten: so are then the quantiles.
 */
void summary_add_wait(struct summary *s, int64_t ns, int64_t tick_ns);

/* An event took place at NS, known to DIGITS fraction digits. */
void summary_add_time(struct summary *s, int64_t ns, int digits);

/* The code of the group is at LINE (digits, or empty) of FILE. */
void summary_add_code(struct summary *s, struct slice file, struct slice line);

void summary_merge(struct summary *s, const struct summary *from);

/* What a column of statistics holds. */
enum summary_column {
	SUMMARY_COUNT,
	SUMMARY_ERRORS,
	SUMMARY_ERROR_RATE,
	SUMMARY_TOTAL_MS,
	SUMMARY_SELF_MS,
	SUMMARY_DEAD_MS,
	SUMMARY_MIN_MS,
	SUMMARY_MEAN_MS,
	SUMMARY_P50_MS,
	SUMMARY_P90_MS,
	SUMMARY_P95_MS,
	SUMMARY_P99_MS,
	SUMMARY_MAX_MS,
	SUMMARY_COLUMNS,
};

extern const char *const summary_columns[]; /* their names, ended by NULL */

/*
 * A column as a number that orders summaries: counts, nanoseconds, or errors
 * in a million.  False where the group has none.
 */
bool summary_value(const struct summary *s, enum summary_column column,
    __int128 *value);

/*
 * Write one record: GROUP is the JSON text `"handler":"createNode",...` that
 * it begins with.
 */
void summary_write(const struct summary *s, struct slice group,
    struct out *out);

/*
 * The parts of a record, each behind a comma: a column, if the group has it;
 * and the times and the code.
 */
void summary_write_column(const struct summary *s, enum summary_column column,
    struct out *out);
void summary_write_where_and_when(const struct summary *s, struct out *out);

#endif
