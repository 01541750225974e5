/* SPDX-License-Identifier: MIT */
#ifndef TELE_SPAN_H
#define TELE_SPAN_H

#include "tele/cover.h"
#include "tele/emit.h"
#include "tele/format.h"
#include "tele/tables.h"

/*
 * Spans as a log opens and closes them, and the spans that are closed but still
 * wait for an answer, such as the report of an asynchronous handler.  A span
 * lives as long as something refers to it: its children, the list of those that
 * wait, an event that is held back.
 */
struct span {
	const struct span_type *type;
	struct span *parent; /* referred to, or NULL */
	struct span *next_free;
	unsigned refs;
	bool is_open, has_failed;

	struct fields own;
	struct stamp start;
	uint64_t line; /* the opening line */
	char id[24 + WIDE_SLACK];
	uint8_t id_len;

	bool has_duration;
	int64_t duration_ns, self_ns;
	const struct status_text *status;
	struct cover cover;  /* by its children, where the log has time */
	int64_t children_ns; /* what they took, where it has none */

	/* What it had when tables last completed it, and in which lesson. */
	uint64_t completed, lesson;

	/* The point that announces it, once it has a trace. */
	const struct rule *pending;
	struct stamp asked;
	uint64_t asked_line;

	/* Answers it waits for, and its place among those that wait. */
	struct table_entry *topic;
	uint64_t due;
	struct span *older, *newer;             /* of all that wait */
	struct span *topic_older, *topic_newer; /* of the same topic */
};

static inline struct slice
span_id(const struct span *s)
{
	return (struct slice){ s->id, s->id_len };
}

enum { MAX_WAITING = 4096, MAX_WAITING_TOPIC = 64 };

struct span_pool {
	struct span *free;
	struct span *oldest, *newest; /* that wait */
	size_t waiting;
	struct cover_pool covers;
};

void span_pool_init(struct span_pool *pool);
void span_pool_free(struct span_pool *pool);

/* A new open span with one reference; it refers to PARENT, which may be NULL.
 */
struct span *span_new(struct span_pool *pool, const struct span_type *type,
    struct span *parent, uint64_t line, const struct stamp *time);

static inline struct span *
span_ref(struct span *s)
{
	s->refs++;
	return s;
}

void span_unref(struct span_pool *pool, struct span *s);

/* The innermost value of FIELD in S or around it; false if there is none. */
bool span_find(const struct span *s, int field, struct slice *json);

/*
 * The end of S: DURATION_NS, if it is known, is what it took; what of it was
 * its own is computed, and its parent is told.
 */
void span_close(struct span_pool *pool, struct span *s, bool has_duration,
    int64_t duration_ns);

/* S waits for the answers that TOPIC calls for. */
void span_wait(struct span_pool *pool, struct span *s,
    struct table_entry *topic);

/* One answer to S has come. */
void span_answered(struct span_pool *pool, struct span *s);

/* S waits no longer, answered or not. */
void span_give_up(struct span_pool *pool, struct span *s);

/* No span waits any more. */
void span_stop_waiting(struct span_pool *pool);

/*
 * The span that a message answers.  One that names its topic answers the oldest
 * of it that still waits, of the message's trace if it has one; one that names
 * only who answers, such as a handler that failed, whichever fits best: INNER,
 * the open span, before others.  NULL if none does.
 */
struct span *span_answered_by(const struct span_pool *pool,
    const struct table_entry *topic, const struct span_type *type,
    struct span *inner, const struct captures *got);

#endif
