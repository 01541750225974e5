/* SPDX-License-Identifier: MIT */
#ifndef TELE_PAIRING_H
#define TELE_PAIRING_H

#include "tele/emit.h"
#include "tele/pairs.h"

/*
 * Log records that begin and end an operation, as phase.h knows them, or as a
 * field called `phase` says, and the spans that they make.  The two have the
 * same session, trace and name; of several that are open, the oldest ends.
 * Without a name, what the message speaks of is one, "indexing"; and in a trace
 * an end without either ends what is open there.  What states a duration also
 * ends what has its name.
 *
 * The records stay, and lie in the span.  The duration of the last one goes
 * over to the span, so that it is not counted twice.
 */
enum { PAIRING_OF_ONE = 256 /* operations open at once in one trace */ };

/* What the ids of spans are made of, so that no two are the same in a run. */
struct pairing_ids {
	uint64_t log;   /* which one of several that are read at once, from 0 */
	uint64_t begun; /* spans so far */
};

struct pairing_counts {
	uint64_t pairs;
	uint64_t ambiguous; /* of those: several could have ended */
	uint64_t unbegun;   /* ends of nothing */
	uint64_t unfinished;
	uint64_t gave_way; /* of those: there was no more room */
};

struct pairing {
	struct emitter *e;
	struct pairing_ids *ids;
	struct pairs open;
	struct fields values, last; /* of the beginning, of the end */
	char *key;
	size_t key_cap;
	int phase; /* the format's field of that name, or FIELD_NONE */
	struct pairing_counts counts;
};

/* All events that are given to E go through P from now on; IDS is borrowed. */
void pairing_init(struct pairing *p, struct emitter *e,
    struct pairing_ids *ids);
void pairing_free(struct pairing *p);

/* The file is over: what is open is unfinished. */
void pairing_end(struct pairing *p);

#endif
