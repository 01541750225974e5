/* SPDX-License-Identifier: MIT */
#ifndef TELE_REPORT_H
#define TELE_REPORT_H

#include <sys/types.h>

#include "tele/opt.h"
#include "tele/out.h"

/*
 * Where a report goes: as records into a pipe or a file; on a terminal through
 * the tele-fmt that lies beside this program, as git shows a log through its
 * pager.
 */
struct report {
	struct out out;
	pid_t child; /* tele-fmt, or 0 */
};

extern bool report_ndjson; /* --ndjson: records on a terminal as well */

#define REPORT_OPTIONS                                        \
	{                                                     \
		0, "ndjson", NULL, OPT_FLAG, &report_ndjson,  \
		    "write records, even to a terminal", NULL \
	}

/* Whether a reader sits at a terminal. */
bool report_is_shown(void);

/*
 * How many rows of a table, with all that stands around it, the terminal has
 * room for.
 */
size_t report_rows(void);

/* REDRAW: clear the terminal first, for a report that replaces the last. */
void report_open(struct report *r, bool redraw);

/* False when not everything was written. */
bool report_close(struct report *r);

/* A line for a reader at a terminal, after a report. */
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
