/* SPDX-License-Identifier: MIT */
#ifndef TELE_TIMEFORM_H
#define TELE_TIMEFORM_H

#include "tele/slice.h"
#include "tele/timestamp.h"

/*
 * A form in which a log writes times, in the words of strptime(3):
 *
 *   %Y %y %m %d (or %e) %b %a   year, of the century, month, day, names in
 *                               English, short or in full
 *   %H %I %p %M %S              hour, of twelve, AM or PM, minute, second
 *   %f %L                       digits of the second's fraction; milliseconds,
 *                               of which 6 is 006
 *   %z %Z                       offset or `Z`; a name: UTC and GMT are known
 *   %s                          a number of seconds since 1970, or where its
 *                               size says so, of milli-, micro- or
 *                               nanoseconds; at least nine digits
 *   %@                          24 hexadecimal digits: TAI64N
 *   %%                          a percent sign
 *
 * A blank stands for one or more.  All else stands for itself.
 */
enum { TIMEFORM_MAX = 32 };

struct timeform {
	char ops[TIMEFORM_MAX]; /* a directive's letter, or a literal byte */
	bool is_literal[TIMEFORM_MAX];
	int count;
	int lacks; /* see timestamp.h */
	/* Where a format keeps it. */
	struct slice source;
	struct timeform *next;
};

/* NULL, or what is wrong with TEXT. */
const char *timeform_compile(struct timeform *f, struct slice text);

/* Set IS_FIRST of each byte that a time of the form may begin with. */
void timeform_first(const struct timeform *f, bool is_first[256]);

/* As timestamp_scan. */
const char *timeform_scan(const struct timeform *f, const char *p,
    const char *end, struct timestamp *t);

/* As timestamp_scan_next, for a cache that serves this form alone. */
const char *timeform_scan_next(const struct timeform *f,
    struct timestamp_cache *c, const char *p, const char *end);

#endif
