/* SPDX-License-Identifier: MIT */
#ifndef TELE_TIMELINE_H
#define TELE_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/axis.h"
#include "tele/critical.h"
#include "tele/execution.h"
#include "tele/graph.h"
#include "tele/mem.h"
#include "tele/slice.h"

/*
 * One execution, or the usual one of many, as rows on a common scale: what
 * there is to draw, before anybody draws it.
 *
 * Times are nanoseconds from the first start on.  Nothing is corrected: a child
 * that sticks out of its parent does so here.  Where the log has no times, work
 * begins where its sibling before it ended.
 */
struct timeline_row {
	enum event_kind kind;
	enum step_status status;
	struct slice name, owner; /* plain text; the owner may be empty */
	uint32_t parent, depth;   /* a row before it, or STEP_NONE */
	uint32_t children;
	uint32_t arrival; /* in the input, of two that end together */
	uint32_t lane;    /* 0, or a number for what runs beside its siblings */
	int64_t start_ns, end_ns;
	int64_t duration_ns; /* -1 if the log does not tell */
	int64_t self_ns;     /* what no child covers */
	bool is_critical;
	int64_t critical_ns; /* its own part of the path */
	/* How far it sticks out of its parent; 0 where it does not. */
	int64_t early_ns, late_ns;
	struct slice error; /* plain text */
	bool is_below;      /* a child says the same */
	struct slice span, code_file, code_line, src;
	uint64_t src_line;

	/* Of many executions: how many have it, and up to where the 95th
	   percentile of its duration reaches. */
	uint64_t count, errors;
	int64_t p95_end_ns;

	/* In a comparison. */
	enum change change;
	bool has_base;
	int64_t base_start_ns, base_end_ns, base_p95_end_ns;
};

struct timeline {
	struct arena arena; /* of all texts */
	struct timeline_row *rows;
	size_t count;
	size_t hidden; /* rows that there was no room for */
	struct slice title, trace, session; /* plain text */
	bool has_time;                      /* BEGIN_NS is since 1970 */
	int64_t begin_ns;
	int digits;
	int64_t end_ns; /* of all rows, also the older ones */
	uint32_t root;  /* the row whose path is critical, or STEP_NONE */
	struct critical_path path;  /* pieces by row */
	struct axis_span *silences; /* when nothing runs but what waits */
	size_t silence_count;
	uint64_t errors, unfinished;
	int64_t clock_ns;    /* how fine the times are */
	bool is_assumed;     /* where the log has no times */
	bool is_piece;       /* there is more of it that did not fit */
	uint64_t executions; /* of many: how many; 0 for one */
	bool has_base;
	uint64_t base_executions;
};

/* Whether a row did something itself: not if it is only of the other side. */
bool timeline_row_is_new(const struct timeline_row *row);

/* The event keys that executions must keep for timeline_init. */
extern const uint64_t timeline_keys;

/* False if X holds no work. */
bool timeline_init(struct timeline *t, const struct execution *x);
void timeline_free(struct timeline *t);

/* The longest of the roots of X, an index of its steps, or STEP_NONE. */
uint32_t timeline_root(const struct execution *x);

/* How X is called: by the name of its root, plain text in A. */
struct slice timeline_title(const struct execution *x, struct arena *a);

/*
 * What the rows say together: lanes, self time, the critical path, the end.
 * Called by whoever fills in rows in another way.
 */
void timeline_settle(struct timeline *t);

/*
 * Put rows that came in any order, parents before children, in the order of a
 * walk, as step_sort has it.
 */
void timeline_sort(struct timeline *t);

/* Lay BASE beside T, by names and their order; BASE may be freed then. */
void timeline_compare(struct timeline *t, const struct timeline *base);

/*
 * Keep at most MOST rows: what failed, the path, then what takes longest, and
 * what is around them.
 */
void timeline_cut(struct timeline *t, size_t most);

#endif
