/* SPDX-License-Identifier: MIT */
#ifndef TELE_CATALOG_H
#define TELE_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/map.h"
#include "tele/mem.h"
#include "tele/slice.h"

/*
 * What the documentation of a program says: its sequences and their steps, its
 * topics, its handlers.  It is read from definition files, those of the
 * musical-conductor library and our own, which tele-sequence(5) describes.
 *
 * Names are JSON text as json_escape writes it, so that they compare with what
 * json_normal makes of an event's.  An empty one is not stated.
 */

/* Where a definition stands. */
struct catalog_place {
	const char *file;
	int line; /* from 1 */
};

/* Steps that follow each other, or of which a group comes in any order. */
struct catalog_flow {
	struct catalog_step *first;
	uint32_t groups; /* of the steps, from 0 to below this */
	bool is_stated;  /* else nobody knows what comes here */
	void *owner;     /* the caller's */
};

/* One step of a sequence; or a handler that is documented by itself. */
struct catalog_step {
	struct catalog_sequence *sequence; /* NULL of a handler by itself */
	struct catalog_step *next;         /* of its flow */
	struct catalog_flow flow;          /* what happens within it */
	struct slice name; /* the topic of the event, or that of the span */
	bool is_span;
	struct slice handler, plugin, service, movement;
	struct slice beat;      /* digits */
	uint32_t group;         /* steps with one number come in any order */
	uint32_t least, most;   /* how often it comes; UINT32_MAX has no end */
	bool is_free;           /* it may come anywhere in its flow */
	bool is_pure;           /* must not change state */
	int64_t max_ns, p95_ns; /* how long it may take; -1 is not stated */
	struct slice code_file, code_line, code_function;
	struct catalog_place place;
	/* The next one of this name, and of this handler, in the catalog. */
	struct catalog_step *same_name, *same_handler;
	void *owner; /* the caller's */
};

struct catalog_sequence {
	struct slice name, id, plugin, service;
	struct slice module; /* the package that has its handlers */
	int64_t max_ns, p95_ns;
	struct catalog_flow flow;
	struct catalog_place place;
	struct catalog_sequence *same_name; /* another one of this name */
	void *owner;                        /* the caller's */
};

/* A topic or a request, and who gets it: empty where that is not one. */
struct catalog_topic {
	struct slice plugin, sequence_id;
	bool has_many; /* routes, which differ */
	struct catalog_place place;
};

/* Steps that have a name, or a handler, in common. */
struct catalog_chain {
	struct catalog_step *first, *last;
};

struct catalog {
	struct arena arena;
	struct catalog_sequence **sequences; /* by file, then as they stand */
	size_t count, sequences_cap;
	size_t step_count;
	struct map by_id;      /* of struct catalog_sequence * */
	struct map by_name;    /* likewise, the last of a chain */
	struct map by_step;    /* of struct catalog_chain, by name */
	struct map by_handler; /* likewise */
	struct map topics;     /* of struct catalog_topic */
	bool has_topics;       /* a list of topics was read */
};

void catalog_init(struct catalog *c);
void catalog_free(struct catalog *c);

/*
 * Read the file PATH, or every .json, .yaml and .yml file in the folder PATH
 * and the folders in it, by name.  What else lies in a folder is passed over, a
 * file that is named must define something.  Says what is wrong and returns
 * false, having read all that is not.
 */
bool catalog_load(struct catalog *c, const char *path);

/* For who reads definitions: TEXT as a name, and what is new. */
struct slice catalog_name(struct catalog *c, struct slice text);
void catalog_add_step(struct catalog *c, struct catalog_step *step);

/* Q, or the other one that has its id already. */
struct catalog_sequence *catalog_add(struct catalog *c,
    struct catalog_sequence *q);

/* Whether RAW, JSON text as an event has it, is NAME. */
bool catalog_is_name(struct slice name, struct slice raw);

/*
 * The sequence of this ID, else the only one of this NAME that states no other
 * id, and no other service; NULL if there is none, or more than one.
 */
struct catalog_sequence *catalog_sequence(const struct catalog *c,
    struct slice id, struct slice name, struct slice service);

/* The first of the steps of NAME, and of those of HANDLER, or NULL. */
struct catalog_step *catalog_step(const struct catalog *c, struct slice name);
struct catalog_step *catalog_handler(const struct catalog *c,
    struct slice handler);

const struct catalog_topic *catalog_topic(const struct catalog *c,
    struct slice name);

#endif
