/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEADING_H
#define TELE_HEADING_H

#include "tele/frame.h"

/* How an error announces itself: the line that names it. */
enum heading_kind {
	HEADING_NONE,
	HEADING_NAMED,     /* `Type: message`, then frames */
	HEADING_TRACEBACK, /* Python's: the name comes behind the frames */
	HEADING_PANIC,     /* Go's: goroutines follow */
	HEADING_PLACED,    /* says itself where it was: PHP, Ruby, Perl, Rust */
	HEADING_BEFORE,    /* the next line is the message: Rust, Dart */
};

struct heading {
	enum heading_kind kind;
	struct slice type, message; /* may be empty */
	struct frame place;         /* empty unless the line says it */
};

/*
 * Read LINE, which is known to begin an error.  Without any name in it the kind
 * is HEADING_NONE and the message is the line.
 */
void heading_parse(struct slice line, struct heading *h);

/* Whether LINE begins a trace of Python's. */
bool heading_is_traceback(struct slice line);

/* Whether LINE, which may be any line, can only be the heading of an error. */
bool heading_is_certain(struct slice line);

/*
 * Whether LINE begins with the name of an error, as `TypeError: message` and
 * `Caused by: a.b.IOException` do.
 */
bool heading_names_error(struct slice line);

/* The same of a name that may be any class's, as InsufficientStock. */
bool heading_may_name(struct slice line);

/* Where in LINE an exception begins that Monolog printed; NULL: nowhere. */
const char *heading_object(struct slice line);

/* Where in LINE a name of an error begins, behind other text; NULL: nowhere. */
const char *heading_within(struct slice line);

/* The length of a class's name at the start of S: `a.b.C`, `A::B`; 0: none. */
size_t heading_class(struct slice s);

#endif
