/* SPDX-License-Identifier: MIT */
#ifndef TELE_TABLES_H
#define TELE_TABLES_H

#include "tele/fields.h"
#include "tele/format.h"

struct span;

/*
 * What the log teaches about keys for good, such as which handler serves an
 * event.  An entry is also the topic that spans wait by: the messages that
 * answer them name it.
 *
 * At most TABLES_MAX entries are kept; then the one that was not used for
 * longest, and that no span waits by, gives way.
 */
enum { TABLES_MAX = 100000 };

struct table_entry {
	struct table_entry *next;          /* of the same bucket */
	struct table_entry *older, *newer; /* by when they were used */
	uint64_t hash;
	char *
	    facts; /* field, length and JSON text of each, one behind another */
	uint32_t facts_len, facts_cap;
	struct span *oldest, *newest; /* that wait for an answer */
	struct span *latest;          /* the last of them all, referred to */
	uint32_t waiting;
	uint32_t recent;  /* where the correlator keeps that it has a latest */
	uint32_t answers; /* how many each span of this topic waits for */
	uint32_t users;   /* spans of this topic */
	uint32_t key_len;
	uint8_t table;
	char key[]; /* JSON text, readable as wide.h says */
};

struct tables {
	const struct format *f;
	struct table_entry **buckets;
	struct table_entry *oldest, *newest;
	size_t bucket_count, count;
	uint64_t forgotten; /* entries that gave way */
	uint64_t lesson;    /* counts what was learned */
	bool has_counted;   /* some message said what answers are due */
	struct fields key;  /* scratch */
	/* Called before ENTRY goes, to let go of its spans. */
	void (*forget)(void *arg, struct table_entry *entry);
	void *arg;
};

void tables_init(struct tables *t, const struct format *f);
void tables_free(struct tables *t);

/* Forget everything, for a new log. */
void tables_clear(struct tables *t);

/* The entry of table I for KEY, plain text; made if there is none. */
struct table_entry *tables_entry(struct tables *t, int i, struct slice key);

/* The same for a key in JSON text, readable as wide.h says. */
struct table_entry *tables_entry_json(struct tables *t, int i,
    struct slice json);

/* The value of FIELD in ENTRY, JSON text; false if it is not known. */
bool tables_get(const struct table_entry *entry, int field, struct slice *json);

static inline struct slice
table_entry_key(const struct table_entry *entry)
{
	return (struct slice){ entry->key, entry->key_len };
}

/* Learn what GOT says of ENTRY; a guess never overrides what is known. */
void tables_learn(struct tables *t, struct table_entry *entry,
    const struct captures *got, bool is_guess);

/* One more answer is due to spans of ENTRY; IS_FIRST begins to count anew. */
void tables_count(struct tables *t, struct table_entry *entry, bool is_first);

/* Fill in what S and the spans around it lack and the tables know. */
void tables_complete(struct tables *t, struct span *s);

/* Fill in what S lacks and GOT contains in other fields. */
void tables_derive(struct tables *t, struct span *s,
    const struct captures *got);

#endif
