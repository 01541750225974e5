/* SPDX-License-Identifier: MIT */
#ifndef TELE_EXECUTION_H
#define TELE_EXECUTION_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/event.h"
#include "tele/slice.h"
#include "tele/step.h"

/*
 * Events as executions: one execution is what shares a trace, and a session
 * where events name one; what has spans but no trace is one for each session,
 * or for each file.  Its events may come in any order, parents before or
 * after their children, and mixed with those of other executions; late ones,
 * too, such as the report of a handler that outlived its request.
 *
 * An execution is settled at the end of the input, or when all that are open
 * take more than EXECUTIONS_BYTES and nothing came of this one for longest:
 * always in the order of their last events.  One that takes more than half of
 * that by itself is settled in pieces.
 */
enum { EXECUTIONS_BYTES = 16 << 20 };

/* Besides keys, steps may keep the whole record. */
enum { EXECUTION_LINE = EVENT_KEYS };

struct execution {
	struct step *steps;
	size_t count;
	uint64_t number; /* in the order of their first events, from 1 */
	bool is_piece;   /* there was too much of it: this is a part */
	void *owner;     /* the caller's */

	/* Private. */
	char *text; /* trace, session, and the values of the steps */
	size_t text_len, text_cap, steps_cap, trace_len, session_len;
	uint64_t hash;
	struct execution *next, *older, *newer;
	uint64_t keys;
};

/* JSON text, both; empty if there is none.  The file may be the session. */
struct slice execution_trace(const struct execution *x);
struct slice execution_session(const struct execution *x);

/*
 * The value of KEY, one of the kept, in step I: JSON text as event_get has it,
 * empty if it has none.  Valid as long as the execution is.
 */
struct slice execution_value(const struct execution *x, size_t i,
    enum event_key key);

/* The same of the whole record, if EXECUTION_LINE was asked for. */
struct slice execution_line(const struct execution *x, size_t i);

/* Every value that step I keeps, at its key; the others stay as they are. */
void execution_values(const struct execution *x, size_t i,
    struct slice values[EXECUTION_LINE + 1]);

/* Take what X holds over into TO, to be freed there; X is empty then. */
void execution_take(struct execution *x, struct execution *to);
void execution_free(struct execution *x);

struct executions;

/*
 * KEYS has a bit for every event key whose value steps keep.  SETTLE is told
 * of each execution, with its steps as step_sort puts them.
 */
struct executions *executions_new(uint64_t keys,
    void (*settle)(void *arg, struct execution *x), void *arg);
void executions_free(struct executions *all);

/* Let the open ones take BYTES instead. */
void executions_limit(struct executions *all, size_t bytes);

/*
 * Add EV, read as S.  Returns the step, where the caller may set its owner
 * until the next call, and in *X, unless X is NULL, its execution; or NULL if
 * EV belongs to none: it has neither a trace nor a span nor a parent.
 */
struct step *executions_add(struct executions *all, const struct event *ev,
    const struct step *s, struct execution **x);

/* Settle all. */
void executions_finish(struct executions *all);

/* How many executions were settled in pieces. */
uint64_t executions_cut(const struct executions *all);

#endif
