/* SPDX-License-Identifier: MIT */
#ifndef TELE_GROUPS_H
#define TELE_GROUPS_H

#include "tele/map.h"
#include "tele/summary.h"

/*
 * Summaries by the name of a group (see grouping.h) and, where sessions are
 * told apart, by session.  At most a given number of groups are kept; all that
 * come later share one more.
 */
struct group {
	struct summary summary;
	struct slice name;    /* JSON text */
	struct slice session; /* the same, or empty */
};

struct groups {
	struct map map; /* of struct group */
	uint64_t most;
	struct slice rest_name;
	struct group *rest; /* of those that came too late, or NULL */
	uint64_t folded;    /* events in it */
	char *key;
	size_t key_cap;
};

/* REST, which is copied, is the name of the group of the rest. */
void groups_init(struct groups *g, uint64_t most, struct slice rest);
void groups_free(struct groups *g);

/*
 * The group NAME of SESSION, raw JSON or empty, for COUNT events more.  It
 * stays where it is until groups_free.
 */
struct group *groups_get(struct groups *g, struct slice name,
    struct slice session, uint64_t count);

/*
 * By which groups are sorted: the most of COLUMN first; or, if that is
 * SUMMARY_COLUMNS, by the value of KEY in their names, numbers first.  Those
 * that are alike come by name and session.
 */
struct groups_order {
	enum summary_column column;
	struct slice key; /* raw JSON, or empty */
};

/* The COUNT groups that hold anything, in order; release with free(). */
struct group **groups_sorted(const struct groups *g,
    const struct groups_order *order, size_t *count);

/* Empty every group. */
void groups_clear(struct groups *g);

#endif
