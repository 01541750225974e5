/* SPDX-License-Identifier: MIT */
#ifndef TELE_PAIRS_H
#define TELE_PAIRS_H

#include "tele/fields.h"

/*
 * Work that has begun and not ended, where a log says the two in records of
 * their own, by a key that both have.  At most PAIRS_MAX are kept; when there
 * are, somebody has to end the oldest before another one begins.
 *
 * What is over may stay, for as long as it may turn out to lie around others.
 */
enum { PAIRS_MAX = 16384, PAIRS_BUCKETS = 4096 };

/* How many of one key are looked through, newest first. */
enum { PAIRS_SEEK = 256 };

struct open_work {
	struct open_work *before, *after; /* of the same bucket */
	struct open_work *older, *newer;  /* of all */
	uint64_t line;
	uint64_t id; /* the caller's */
	int64_t start_ns, end_ns;
	bool has_start;
	bool is_over;   /* it was written, and lasted until end_ns */
	bool is_late;   /* a name among the values is not known yet */
	uint8_t digits; /* of start_ns */
	/* The key, and behind it what its beginning said, compactly. */
	char *text;
	size_t key_len, text_len, text_cap;
};

struct pairs {
	struct open_work **buckets; /* newest first; NULL before the first */
	struct open_work *oldest, *newest, *free;
	size_t count;
};

/* A zeroed struct holds nothing. */
void pairs_free(struct pairs *p);

static inline bool
pairs_are_full(const struct pairs *p)
{
	return p->count == PAIRS_MAX;
}

/*
 * Work of KEY begins, with VALUES; there must be room.  The caller fills in the
 * rest.
 */
struct open_work *pairs_begin(struct pairs *p, struct slice key,
    const struct fields *values);

/* W is over and forgotten; its memory lasts until the next pairs_begin. */
void pairs_end(struct pairs *p, struct open_work *w);

/* The newest work of KEY, and the one of the same key before W; NULL if none.
 */
struct open_work *pairs_newest(const struct pairs *p, struct slice key);
struct open_work *pairs_before(const struct open_work *w);

/* What the beginning of W said: its key, one value or "", and all of them. */
struct slice pairs_key(const struct open_work *w);
struct slice pairs_value(const struct open_work *w, int field);
void pairs_values(const struct open_work *w, struct fields *values);

#endif
