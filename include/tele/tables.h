/* SPDX-License-Identifier: MIT */
#ifndef TELE_TABLES_H
#define TELE_TABLES_H

#include "tele/fields.h"
#include "tele/format.h"
#include "tele/map.h"

struct span;

/*
 * What the log teaches about keys for good, such as which handler serves an
 * event.  An entry is also the topic that spans wait by: the messages that
 * answer them name it.
 */
struct table_entry {
	struct fields values;
	uint64_t answers; /* how many each span of this topic waits for */
	struct span *oldest, *newest; /* that wait for an answer */
	size_t waiting;
	struct span *latest; /* the last of them all, referred to */
};

struct tables {
	const struct format *f;
	struct map maps[MAX_SPANS]; /* of struct table_entry */
	uint64_t lesson;            /* counts what was learned */
	bool has_counted;           /* some message said what answers are due */
	struct fields key;          /* scratch */
};

void tables_init(struct tables *t, const struct format *f);
void tables_free(struct tables *t);

/* The entry of table I for KEY, plain text; made if there is none. */
struct table_entry *tables_entry(struct tables *t, int i, struct slice key);

/* The same for a key in JSON text; NULL if there is none. */
struct table_entry *tables_find(const struct tables *t, int i,
    struct slice json);

/* Learn what GOT says of ENTRY; a guess never overrides what is known. */
void tables_learn(struct tables *t, int i, struct table_entry *entry,
    const struct captures *got, bool is_guess);

/* One more answer is due to spans of ENTRY; IS_FIRST begins to count anew. */
void tables_count(struct tables *t, struct table_entry *entry, bool is_first);

/* Fill in what S and the spans around it lack and the tables know. */
void tables_complete(struct tables *t, struct span *s);

/* Fill in what S lacks and GOT contains in other fields. */
void tables_derive(struct tables *t, struct span *s,
    const struct captures *got);

#endif
