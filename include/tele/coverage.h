/* SPDX-License-Identifier: MIT */
#ifndef TELE_COVERAGE_H
#define TELE_COVERAGE_H

#include <stdint.h>

#include "tele/codeindex.h"
#include "tele/map.h"
#include "tele/sighting.h"

/*
 * The functions of a code base, how often tests ran them, and how often
 * production did.  Names and paths are JSON text as json_escape writes it.
 */
struct coverage_function {
	struct coverage_file *file; /* NULL: it is documented, no more */
	struct slice name;
	uint32_t line, end; /* from 1; END is 0 where it is not known */
	uint64_t hits;      /* by tests */
	bool has_hits;      /* a test run says so, and be it that of none */
	bool is_chosen;     /* it belongs to the code that is looked at */

	/* In production: how often at least, of which itself was seen OWN
	 * times. */
	uint64_t executions, errors, own, own_errors;
	struct slice plugin, service, handler; /* of the first */
	struct sighting seen;
};

struct coverage_line {
	uint32_t line;
	uint64_t hits;
};

struct coverage_file {
	struct slice path;
	struct coverage_function **functions;
	size_t count, cap;
	struct coverage_line *lines; /* that test runs tell of */
	size_t line_count, lines_cap;
	bool is_sorted;
	struct coverage_file *same_base; /* another one called so */
};

struct coverage {
	struct arena arena;
	struct map by_path; /* of struct coverage_file * */
	struct map by_base; /* of struct coverage_file *, the last of a chain */
	struct coverage_function **functions; /* all, as they came */
	size_t count, cap;
	struct codeindex names; /* of the functions; owners of its tags */
};

void coverage_init(struct coverage *c);
void coverage_free(struct coverage *c);

/* TEXT, plain, as a name. */
struct slice coverage_name(struct coverage *c, struct slice text);

/*
 * The file that PATH is, whatever it is called: the one of this path; or the
 * only one of which it is the end, or which is its end.  NULL if there is none.
 */
struct coverage_file *coverage_file(const struct coverage *c,
    struct slice path);

/* The same; a new one if there is none. */
struct coverage_file *coverage_add_file(struct coverage *c, struct slice path);

/*
 * The function NAME of FILE that begins at LINE, or with LINE 0 anywhere; NULL
 * if there is none.
 */
struct coverage_function *coverage_function(const struct coverage *c,
    const struct coverage_file *file, struct slice name, uint32_t line);

/* Count a run of tests that ran F N times more. */
void coverage_add_hits(struct coverage_function *f, uint64_t n);

/* A new function; FILE may be NULL. */
struct coverage_function *coverage_add(struct coverage *c,
    struct coverage_file *file, struct slice name, uint32_t line, uint32_t end);

void coverage_add_line(struct coverage_file *file, uint32_t line,
    uint64_t hits);

/* The innermost function of FILE that LINE is in, or NULL. */
struct coverage_function *coverage_at(struct coverage_file *file,
    uint32_t line);

/*
 * All is read: sort it, and let lines tell of functions that test runs do not
 * name.
 */
void coverage_settle(struct coverage *c);

#endif
