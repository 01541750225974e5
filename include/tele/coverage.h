/* SPDX-License-Identifier: MIT */
#ifndef TELE_COVERAGE_H
#define TELE_COVERAGE_H

#include <stdint.h>

#include "tele/codeindex.h"
#include "tele/key.h"
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

/* The functions of a file that have one name. */
struct coverage_namesakes {
	struct coverage_function *first;
	size_t count, placed; /* of which so many have a line */
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
	uint32_t report; /* the last one that has it */
};

struct coverage {
	struct arena arena;
	struct map by_path; /* of struct coverage_file * */
	struct map by_end;  /* of struct path_end: by the ends of their paths */
	struct coverage_function **functions; /* all, as they came */
	size_t count, cap;
	struct codeindex names; /* of the functions; owners of its tags */
	struct map by_name;     /* of struct coverage_namesakes, by file */
	struct map by_line; /* of struct coverage_function *, of namesakes */
	uint32_t report;    /* how many began */
	struct key key;     /* private */
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

/* What is added from here on is of another report, which has its own paths. */
void coverage_begin_report(struct coverage *c);

/*
 * The same, for a path of the report that began last: a new one if there is
 * none, or if the report has that one by another path.
 */
struct coverage_file *coverage_add_file(struct coverage *c, struct slice path);

/*
 * The function NAME of FILE that begins at LINE or nobody knows where, or with
 * LINE 0 anywhere: the first; NULL if there is none.
 */
struct coverage_function *coverage_function(struct coverage *c,
    const struct coverage_file *file, struct slice name, uint32_t line);

/* All that are called NAME in FILE, or NULL. */
const struct coverage_namesakes *coverage_named(struct coverage *c,
    const struct coverage_file *file, struct slice name);

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

/* For qsort of pointers to functions: by file, then line, then name. */
int coverage_compare(const void *a, const void *b);

/*
 * All is read: sort it, and let lines tell of functions that test runs do not
 * name.
 */
void coverage_settle(struct coverage *c);

#endif
