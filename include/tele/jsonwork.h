/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONWORK_H
#define TELE_JSONWORK_H

#include "tele/jsonevent.h"
#include "tele/pairs.h"

/*
 * Work that a log of JSON tells in pieces: a record says that it begins,
 * another that it ends; records of one thread lie in each other; arrows lead
 * from one thread to another.  Chrome's traces are like this.
 *
 * What begins and ends has the same `pair`.  It is nested: what ends is what
 * began last, unless both have a name and that does not fit.  An end that comes
 * before its beginning, because the log is not sorted, waits for it.
 */
struct jsonwork {
	struct jsonevent *ev; /* of the current record */
	struct emitter *e;
	struct latenames *names;
	struct pairs open, early, marks;
	struct fields values; /* what is being written, or kept */
	uint64_t ordinal;     /* of the record: ids are made of it */
	uint64_t gave_way;    /* was open when there was no room */
	/* An end that had no beginning, TEXT, or NULL. */
	void (*unpaired)(void *arg, struct slice text);
	void *arg;
};

/* EV, E and NAMES are borrowed. */
void jsonwork_init(struct jsonwork *w, struct jsonevent *ev, struct emitter *e,
    struct latenames *names);
void jsonwork_free(struct jsonwork *w);

/* The record in PICKER begins work, by R. */
void jsonwork_begin(struct jsonwork *w, const struct picker *picker,
    const struct json_rule *r, uint64_t line);

/* The record in PICKER, which is TEXT, ends work; false if there is none. */
bool jsonwork_finish(struct jsonwork *w, const struct picker *picker,
    const struct json_rule *r, struct slice text);

/*
 * The record in PICKER is work, or a point, of its own: give it its place in
 * what is around it, and its links.
 */
void jsonwork_place(struct jsonwork *w, const struct picker *picker,
    const struct json_rule *r);

/* Whether records that are still to come may belong to those before. */
static inline bool
jsonwork_is_open(const struct jsonwork *w)
{
	return w->open.count + w->early.count + w->marks.count > 0;
}

/* The file is over: what is open is unfinished. */
void jsonwork_end(struct jsonwork *w);

#endif
