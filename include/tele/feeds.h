/* SPDX-License-Identifier: MIT */
#ifndef TELE_FEEDS_H
#define TELE_FEEDS_H

#include "tele/feed.h"

/*
 * The logs that a tool reads: one feed for all of them, which is read in turn;
 * or one for each, to be merged or followed.
 */
struct feeds {
	struct feed **list; /* each stays where it is */
	int count;
	size_t cap;
	uint64_t added;

	/* What the tool does with each: before it is read, after each step. */
	void (*prepare)(void *arg, struct feed *f);
	void (*notice)(void *arg, const struct feed *f, enum feed_step step);
	void *arg;

	struct reader_counts counts; /* of feeds that were removed */
	uint64_t malformed;
	bool has_failed;
};

/* One more, prepared; its input is to be opened. */
struct feed *feeds_add(struct feeds *s);

/* End feed I: what it counted stays. */
void feeds_remove(struct feeds *s, int i);

enum feed_step feeds_step(struct feeds *s, int i);

/* Whether NAME is one of the files that are read. */
bool feeds_are_of(const struct feeds *s, const char *name);

/*
 * Read all at once, always that which is behind the others: the events go to
 * OUT in the order of time.  How many came too late for that.
 */
uint64_t feeds_merge(struct feeds *s, struct out *out);

/* Release; false if some input could not be read. */
bool feeds_close(struct feeds *s);

/* What was counted in all of them. */
struct reader_counts feeds_count(const struct feeds *s, uint64_t *malformed);

#endif
