/* SPDX-License-Identifier: MIT */
#ifndef TELE_ASSUME_H
#define TELE_ASSUME_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/timestamp.h"

/*
 * What the times of a log leave out: the zone is what the user says, else UTC;
 * the year, or the day, is the one in which the first of them lies just before
 * the log was last written, and times that go back by more than half of it are
 * of the next.
 */
struct assume_options {
	const char *zone; /* "UTC", "+01:00", or a name as "Europe/Berlin" */
	const char *date; /* when the log begins, "2026-11-22", or NULL */
};

extern struct assume_options assume_options;

/* NULL, or what is wrong with the options. */
const char *assume_check(void);

/* Of one log.  A zeroed struct knows nothing yet. */
struct assume {
	int64_t reference_ns; /* when it was last written */
	int64_t last_ns;      /* local time of the last stamp ... */
	int64_t base; /* ... and its year, or days since 1970; 0: none */
	int lacked;   /* all that stamps lacked so far */
};

void assume_begin(struct assume *a, int64_t reference_ns);

/* Complete T, which lacks something. */
void assume_complete(struct assume *a, struct timestamp *t);

/* The zone alone. */
void assume_zone(struct timestamp *t);

#endif
