/* SPDX-License-Identifier: MIT */
#ifndef TELE_TIMESTAMP_H
#define TELE_TIMESTAMP_H

#include <stdint.h>

#include "tele/slice.h"
#include "tele/wide.h"

/*
 * An instant is int64_t nanoseconds since 1970-01-01T00:00:00Z, which reaches
 * from 1677 to 2262, and the number of fraction digits its source had, 0 to 9.
 * Neither TZ nor the locale is ever consulted.
 */
struct timestamp {
	int64_t ns;
	int digits;
	int lacks; /* what the text did not say */
};

/*
 * Without a zone it is read as UTC; without a year, as of 1972, which had a
 * 29th of February; without a date, as of 1970-01-01.  See assume.h.
 */
enum {
	TIMESTAMP_NO_ZONE = 1,
	TIMESTAMP_NO_YEAR = 2,
	TIMESTAMP_NO_DATE = 4,
};

/*
 * Read the stamp at the start of P..END: RFC 3339 and what logs make of it,
 * that is `T` or a blank between date and time, a dot or a comma before the
 * fraction, `Z`, an offset (with or without colon, after a blank or not) or
 * nothing.  A leap second counts as the last nanosecond of its minute; digits
 * past the ninth are dropped.  Returns the byte after the stamp, or NULL.
 */
const char *timestamp_scan(const char *p, const char *end, struct timestamp *t);

/*
 * The same for stamps that follow each other, as in a log: one like the last is
 * not read again, one of the same minute only from its seconds on.  A zeroed
 * struct knows none.  P must be readable as wide.h says; on failure *C stays.
 */
struct timestamp_cache {
	struct timestamp t;
	const void *form; /* which kind of stamp it was (timeform.h) */
	uint8_t len;
	char text[64 + WIDE_SLACK];
};

const char *timestamp_scan_next(struct timestamp_cache *c, const char *p,
    const char *end);

/* The stamp at P..AFTER was read as T. */
void timestamp_cache_put(struct timestamp_cache *c, const char *p,
    const char *after, const struct timestamp *t);

/*
 * The zone at P, `Z`, +hh:mm, +hhmm or +hh, in *MINUTES east of UTC; the byte
 * after it, or NULL if there is none.
 */
const char *timestamp_scan_zone(const char *p, const char *end, int *minutes);

/* The whole of TEXT as a stamp. */
bool timestamp_parse(struct slice text, struct timestamp *t);

/*
 * RFC 3339 in UTC with `Z` and DIGITS fraction digits.  DST takes TIMESTAMP_MAX
 * bytes; returns the length.
 */
#define TIMESTAMP_MAX 40
size_t timestamp_format(char *dst, int64_t ns, int digits);

/* Days from 1970-01-01 to a date of the Gregorian calendar; false if none. */
bool timestamp_days(int year, int month, int day, int64_t *days);

#endif
