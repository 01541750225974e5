/* SPDX-License-Identifier: MIT */
#ifndef TELE_SCENARIO_H
#define TELE_SCENARIO_H

#include "tele/execution.h"
#include "tele/key.h"
#include "tele/mem.h"

/*
 * What happened in an execution, as one JSON object: of two executions that did
 * the same it is the same text, byte for byte.
 *
 *   {"kind":"sequence","name":"Cart Add","id":"cart-add","status":"ok",
 *    "steps":[{"kind":"beat","name":"cart:save","movement":"Add","beat":1,
 *      "status":"ok","handlers":[{"handler":"save","plugin":"CartPlugin",
 *        "added":["cart"]}]}]}
 *
 * The steps are in the order in which they began; those within another step
 * have a `depth` of 2 or more.  Movements are no steps, they are named by their
 * beats.  The handlers of a step, which may report late and in any order, are
 * sorted, and so are the keys that they changed.
 */

/* An event that the text tells of. */
struct scenario_place {
	uint32_t step; /* of the execution */
	int32_t at,
	    handler; /* of the scenario; -1: the root, the step itself */
};

struct scenario {
	struct slice flow; /* the text */
	size_t root;       /* a step of the execution */
	const struct scenario_place *places;
	size_t count;
	size_t steps;    /* how many there are in the root */
	bool has_failed; /* the root has */
	bool is_alone;   /* the execution has no other */
};

/* The keys that an execution must keep. */
uint64_t scenario_keys(void);

/*
 * Takes an execution apart into its scenarios, one for each root, that is, each
 * sequence or span that is in no other.  A zeroed struct is ready for use.
 */
struct scenario_reader {
	const struct execution *e;
	size_t next;       /* step to look at */
	bool is_outside;   /* the roots have a parent that nobody logs */
	size_t roots;      /* work that is in no other */
	size_t incomplete; /* roots of which not all was seen */

	/* Private. */
	struct scenario_report *reports;
	size_t report_count, reports_cap;
	struct scenario_place *places;
	size_t places_cap;
	uint32_t *levels;
	size_t levels_cap;
	struct key text;
	struct arena scratch;
};

void scenario_begin(struct scenario_reader *r, const struct execution *e);

/*
 * The next one that was seen from its start to its end; borrowed until the next
 * call.  False if there are no more.
 */
bool scenario_next(struct scenario_reader *r, struct scenario *s);

void scenario_reader_free(struct scenario_reader *r);

#endif
