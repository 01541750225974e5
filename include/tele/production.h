/* SPDX-License-Identifier: MIT */
#ifndef TELE_PRODUCTION_H
#define TELE_PRODUCTION_H

#include "tele/catalog.h"
#include "tele/coverage.h"
#include "tele/event.h"
#include "tele/key.h"

/*
 * What of a code base production runs, against what tests run.
 *
 * A function is in one of the first four classes if it belongs to the code that
 * is looked at: that of an index or of definitions, or of a test run if there
 * is neither; and if production runs it in any case.
 */
enum production_class {
	PRODUCTION_BOTH,
	PRODUCTION_ONLY,  /* no test runs it */
	PRODUCTION_TESTS, /* not seen in production */
	PRODUCTION_NEITHER,
	PRODUCTION_UNMAPPED, /* seen in production, and not in the code */
	PRODUCTION_CLASSES,
};

/* Their names, for --fail-on and `class`; and NULL. */
extern const char *const production_class_names[];

/* A name that production runs and that is not in the code.  JSON text. */
struct unmapped {
	bool is_handler;
	struct slice name, plugin, service;
	uint64_t errors;
	struct sighting seen;
};

struct production {
	struct coverage *coverage;
	struct map owners;   /* of struct coverage_function *, by handler */
	struct map known;    /* of struct resolved, by what events say */
	struct map unmapped; /* of struct unmapped, by name */
	struct arena arena;
	struct key key; /* private */
	size_t max_names;
	bool is_chosen;      /* an index or definitions were given */
	uint64_t executions; /* sequences, and spans within no other */
	uint64_t events;     /* of work that was looked up */
	uint64_t unlisted;   /* of names beyond MAX_NAMES */
	bool has_time;
	int64_t first_ns, last_ns;
	int first_digits, last_digits;
};

/* C is borrowed. */
void production_init(struct production *p, struct coverage *c,
    size_t max_names);
void production_free(struct production *p);

/* The code that is looked at: every function of INDEX, every handler of C. */
void production_add_index(struct production *p, const struct codeindex *index);
void production_add_catalog(struct production *p, const struct catalog *c);

/* Take EV, an event; what is malformed in it is reported. */
void production_add(struct production *p, struct event_reader *r,
    const struct event *ev);

/*
 * How often something was seen from its beginning to its end, which is what a
 * share of it is of; where nothing shows that, how many events.
 */
uint64_t production_executions(const struct production *p);

/* How many functions, or names, are in each class. */
void production_count(const struct production *p,
    uint64_t counts[PRODUCTION_CLASSES]);

/* The class of a function, and whether it belongs to what is looked at. */
enum production_class production_class(const struct coverage_function *f);
bool production_has(const struct production *p,
    const struct coverage_function *f);

#endif
