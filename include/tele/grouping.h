/* SPDX-License-Identifier: MIT */
#ifndef TELE_GROUPING_H
#define TELE_GROUPING_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/event.h"
#include "tele/opt.h"

/*
 * Which events count, and what their group is called: JSON text such as
 * `"handler":"createNode","plugin":"CanvasPlugin"`, the beginning of a record.
 * Two ways to escape a name give one text.
 */
struct grouping_options {
	struct opt_list by, kinds;
};

extern struct grouping_options grouping_options;

#define GROUPING_OPTIONS                                                    \
	{ 'b', "by", "KEY,...", OPT_LIST, &grouping_options.by,             \
		"group by these keys (handler or name, and plugin or "      \
		"service)",                                                 \
		NULL },                                                     \
	{                                                                   \
		'k', "kind", "KIND,...", OPT_LIST, &grouping_options.kinds, \
		    "count these kinds (beat,handler,span and timed logs)", \
		    NULL                                                    \
	}

struct grouping {
	uint64_t kinds;         /* a bit for each that counts */
	struct slice *by_names; /* the keys of --by as JSON text */
	bool by_session;        /* it is one of them */
	char *text;
	size_t len, cap;
};

/* Follows the options; returns a kind of theirs that is none, or NULL. */
const char *grouping_init(struct grouping *g);
void grouping_free(struct grouping *g);

/* Whether EV counts. */
bool grouping_wants(const struct grouping *g, const struct event *ev);

/*
 * The text of a group, which is valid until the next call: of an event, which
 * NAME stands for if it has no handler; of an event about a topic; of a partial
 * record; of all that there is no room for; with the SESSION that follows it,
 * behind a newline.
 */
struct slice grouping_of(struct grouping *g, const struct event *ev,
    enum event_key name);
struct slice grouping_of_topic(struct grouping *g, const struct event *ev);
struct slice grouping_of_partial(struct grouping *g, struct slice record);
struct slice grouping_other(struct grouping *g);
struct slice grouping_add_session(struct grouping *g, struct slice session);

/* The session of EV, else its file; empty where the group says the session. */
struct slice grouping_session(const struct grouping *g, const struct event *ev);

#endif
