/* SPDX-License-Identifier: MIT */
#ifndef TELE_STEP_H
#define TELE_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/event.h"

/* One event of an execution: a piece of work, or a point. */
enum step_status { STEP_OK, STEP_ERROR, STEP_UNFINISHED };

/* No such step. */
#define STEP_NONE UINT32_MAX

struct step {
	enum event_kind kind;
	enum step_status status; /* points: error, and log of that level */
	bool has_time;
	int digits;          /* of the fraction of its time */
	int64_t start_ns;    /* INT64_MIN without a time: these come first */
	int64_t duration_ns; /* -1 without one */
	uint64_t span;       /* selftime_id of it, 0 without one */
	uint64_t parent_span;
	uint64_t src_line; /* 0 without one */
	void *owner;       /* the caller's */

	/* Known once the steps are arranged. */
	uint32_t parent; /* index, or STEP_NONE: no parent, or not among us */
	uint32_t depth;  /* of a root: 0 */

	uint32_t arrival; /* how many of this execution came before it */
	uint32_t text;    /* private to execution.h */
};

/*
 * What EV, an event, says as a step.  False if it is malformed, which was
 * reported.
 */
bool step_read(struct event_reader *r, const struct event *ev, struct step *s);

/* When S was over; its start if it has no duration. */
int64_t step_end_ns(const struct step *s);

/* By how much the coarser of the times of A and B may be off: a power of ten.
 */
int64_t step_tick_ns(const struct step *a, const struct step *b);

/*
 * How long it was from the end of BEFORE to the start of S, in whole ticks of
 * these; 0 if they overlap, -1 if one has no time.
 */
int64_t step_wait_ns(const struct step *before, const struct step *s);

/*
 * By start, then by line, then by arrival.  The order of siblings, and of what
 * has no parent.
 */
int step_compare(const struct step *a, const struct step *b);

/*
 * Puts steps in the order of a walk through their tree, however they came: each
 * before its children, siblings as step_compare has them.  Of a span that came
 * twice the first has the children.  A circle of parents is cut at its first
 * step.  A zeroed struct is ready for use.
 */
struct step_sorter {
	struct step *steps;
	const struct step **sorted;
	uint32_t *links, *index;
	size_t steps_cap, sorted_cap, links_cap, index_cap;
};

void step_sort(struct step_sorter *sorter, struct step *steps, size_t count);
void step_sorter_free(struct step_sorter *sorter);

#endif
