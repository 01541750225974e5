/* SPDX-License-Identifier: MIT */
#ifndef TELE_OBSERVED_H
#define TELE_OBSERVED_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/cells.h"
#include "tele/map.h"
#include "tele/units.h"

/*
 * What is known of two sides that are to be compared: items, units, and how
 * each item did in each unit.
 */
enum { BASE, NEW, SIDES };

enum item_kind {
	ITEM_WORK,     /* a group of events, as grouping.h names it */
	ITEM_TOPIC,    /* somebody publishes or subscribes to it */
	ITEM_SEQUENCE, /* its executions that came to a good end */
	ITEM_ORDER,    /* those of them that took these steps, in this order */
	ITEM_CALL,     /* a group calls another */
	ITEM_KINDS,
};

/* A line of the input that shows an item: its slowest event, or the first. */
struct item_place {
	const char *src; /* JSON text, or NULL */
	uint64_t line;
	int64_t duration_ns;
};

struct item {
	enum item_kind kind;
	uint32_t id;
	struct slice text;       /* JSON: the members that name it */
	uint32_t from, to;       /* ITEM_CALL */
	uint32_t sequence;       /* ITEM_ORDER */
	uint32_t *steps;         /* ITEM_ORDER: items */
	uint32_t steps_count;    /* of them */
	bool has_children;       /* not all of its time is its own */
	bool states_self[SIDES]; /* what it says of that is known */
	bool has_fraction;       /* not all durations are whole ms */
	char *code_file;         /* JSON text, or NULL */
	uint64_t code_line;      /* 0: unknown */
	struct item_place place[SIDES];
	struct cell *last; /* the cell that was used last */
};

struct observed_side {
	struct units finder;
	size_t names;    /* of sessions, files or traces */
	size_t units;    /* how many there are */
	bool has_blocks; /* of time, in place of one session */
	bool has_flow;   /* events, which show order and calls */
	uint64_t events; /* that count */
	uint64_t folded; /* of them, there was no room for their names */
	uint64_t cut;    /* executions too large to be held */
	bool has_time;
	int64_t last_ns; /* the latest start */
	int last_digits;
};

struct observed_unit {
	uint8_t side;   /* SIDES where it is none */
	uint32_t order; /* in which they came, or in time */
};

struct observed {
	struct cells cells;
	struct map items;   /* of struct item, by kind and text */
	struct map sources; /* names of files, JSON text */
	size_t of_kind[ITEM_KINDS];
	uint64_t max_names; /* of one kind */
	char *key;
	size_t key_cap;
	struct observed_side side[SIDES];

	/* By the number that cells.h gives a unit. */
	struct observed_unit *units;
};

void observed_init(struct observed *o, uint64_t max_names);
void observed_free(struct observed *o);

/* The item of KIND called KEY; NULL if there are too many already. */
struct item *observed_put(struct observed *o, enum item_kind kind,
    struct slice key);

static inline struct item *
observed_item(const struct observed *o, uint32_t id)
{
	return (struct item *)(void *)o->items.entries[id]->value;
}

/* The cell of ITEM in UNIT. */
struct cell *observed_cell(struct observed *o, struct item *item,
    uint32_t unit);

/*
 * All sides have been read: settle what the units are.  Blocks of time stand in
 * for sessions only where neither side has more than one.
 */
void observed_settle(struct observed *o);

#endif
