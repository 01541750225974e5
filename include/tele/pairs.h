/* SPDX-License-Identifier: MIT */
#ifndef TELE_PAIRS_H
#define TELE_PAIRS_H

#include "tele/emit.h"
#include "tele/fields.h"

/*
 * Work that has begun and not ended, where a log says the two in records of
 * their own.  At most PAIRS_MAX are open at a time; then the oldest gives way.
 */
enum { PAIRS_MAX = 65536, PAIRS_BUCKETS = 4096 };

struct open_work {
	struct fields values; /* what its beginning said, JSON text */
	char *key;
	size_t key_len;
	struct stamp time;
	uint64_t line;
	uint64_t id;  /* counts, from 1 */
	bool is_late; /* a name among the values is not known yet */
	struct open_work *in_bucket;     /* the one before it */
	struct open_work *older, *newer; /* of all */
};

struct pairs {
	struct open_work *buckets[PAIRS_BUCKETS]; /* newest first */
	struct open_work *oldest, *newest, *free;
	size_t count;
};

/* A zeroed struct holds nothing. */
void pairs_free(struct pairs *p);

/* Work of KEY begins; the caller fills in the rest. */
struct open_work *pairs_begin(struct pairs *p, struct slice key);

/*
 * The newest open work of KEY (OLDEST: the oldest), called NAME if that is not
 * empty; NULL if there is none.
 */
struct open_work *pairs_find(const struct pairs *p, struct slice key,
    struct slice name, bool oldest);

/* W is over; its memory lasts until the next pairs_begin. */
void pairs_end(struct pairs *p, struct open_work *w);

#endif
