/* SPDX-License-Identifier: MIT */
#ifndef TELE_PROFILE_H
#define TELE_PROFILE_H

#include "tele/event.h"
#include "tele/grouping.h"
#include "tele/groups.h"
#include "tele/selftime.h"

/*
 * What events add up to, group by group: how many, how long, how much of it
 * their own.  Partial statistics add up as well.
 */
struct profile_options {
	const char *const *by; /* the keys of groups, see grouping.h */
	size_t by_count;
	uint64_t kinds;    /* a bit for each; 0 is work that encloses no other
			      of these, and logs that state a duration */
	bool has_sessions; /* sessions are groups of their own */
	uint64_t most;     /* groups; the rest is one, `(other)` */
};

struct profile {
	struct event_reader *events;
	struct grouping grouping;
	struct groups groups;
	struct selftime *selftime; /* of spans that do not say it, or NULL */
	uint64_t kinds;
	bool is_timed_log; /* logs that state a duration count */
	bool has_sessions;
	bool has_dead; /* sequences get their movements' self time */
	bool has_code; /* where a group is in the code is not its name */
};

/* Malformed values are reported on EVENTS, which is borrowed. */
void profile_init(struct profile *p, struct event_reader *events,
    const struct profile_options *options);
void profile_free(struct profile *p);

/* Add one record. */
void profile_add(struct profile *p, const struct event *ev);

/*
 * Before the groups are reported and cleared, while more is to come: give them
 * the self time that is known by now.
 */
void profile_pause(struct profile *p);

/* No more records come: give groups all self time. */
void profile_finish(struct profile *p);

/* How many spans were too far from their parents to take time from them. */
uint64_t profile_outside(const struct profile *p);

#endif
