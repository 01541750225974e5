/* SPDX-License-Identifier: MIT */
#ifndef TELE_ASSUME_H
#define TELE_ASSUME_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/timestamp.h"

/*
 * What the times of a log leave out: the zone is what the user says, else UTC;
 * in the hour that comes twice when clocks go back, times that go back tell the
 * second.  The year, or the day, is the one in which the first of them lies
 * just before the log was last written, and times that go back by more than
 * an eighth of it are of the next.
 */

/* The zone is NAME, "UTC", "+01:00" or "Europe/Berlin"; false if there is none.
 */
bool assume_set_zone(const char *name);

/* Logs begin at the date TEXT, "2026-11-22"; false if it is none. */
bool assume_set_date(const char *text);

/* Of one log.  A zeroed struct knows nothing yet. */
struct assume {
	int64_t reference_ns; /* when it was last written */
	int64_t last_ns;      /* local time of the last stamp ... */
	int64_t base; /* ... and its year, or days since 1970; 0: none */
	int lacked;   /* all that stamps lacked so far */
	/* Where clocks go back: the last local time, and which of two it is. */
	int64_t local_ns;
	bool has_local, is_second;
};

void assume_begin(struct assume *a, int64_t reference_ns);

/* Complete T, which lacks something. */
void assume_complete(struct assume *a, struct timestamp *t);

#endif
