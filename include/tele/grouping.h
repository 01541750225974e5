/* SPDX-License-Identifier: MIT */
#ifndef TELE_GROUPING_H
#define TELE_GROUPING_H

#include "tele/event.h"

/*
 * How events fall into groups.  The name of a group is JSON text, the members
 * that its record begins with: `"handler":"createNode","plugin":"P"`.  However
 * an event escapes a string, in the name of a group it looks the same.
 */
struct grouping {
	struct grouping_key *keys;
	size_t count;
	bool is_used;
	char *text; /* the last name */
	size_t len, cap;
};

/*
 * By the COUNT keys NAMES, which stay the caller's.  By none means: by
 * `handler`, whose value falls back to `name`; and, for names repeat, by whose
 * it is, `plugin` or `service`, where an event has one.
 */
void grouping_init(struct grouping *g, const char *const *names, size_t count);
void grouping_free(struct grouping *g);

/* Whether NAME is one of the keys. */
bool grouping_has(const struct grouping *g, const char *name);

/*
 * The name of the group of EV; a key that EV does not have is "".  Borrowed
 * until the next call of any of these.
 */
struct slice grouping_of(struct grouping *g, const struct event *ev);

/* The first key that no event had so far, though there were some; or NULL. */
const char *grouping_unseen(const struct grouping *g);

/* The name of the group whose keys all are VALUE. */
struct slice grouping_all(struct grouping *g, struct slice value);

/* The name that stands in RECORD, a JSON object, before its key END. */
struct slice grouping_before(struct grouping *g, struct slice record,
    struct slice end);

/*
 * The value of KEY in NAME, raw JSON, a string without its quotes; *IS_NUMBER
 * tells what it is.  Empty if NAME does not have it.
 */
struct slice grouping_value(struct slice name, struct slice key,
    bool *is_number);

#endif
