/* SPDX-License-Identifier: MIT */
#ifndef TELE_CHANGES_H
#define TELE_CHANGES_H

#include "tele/formatter.h"

/*
 * What tele-diff found as people want to read it: what it comes to, then what
 * changed, appeared and vanished.  Times are a table with effect, interval and
 * the course of both sides; all else are sentences.
 *
 * Returns the formatter that does it in the form of F, a table or Markdown; F
 * itself if it has another form, or if the first rows are of anything else.
 */
const struct formatter *changes_formatter(const struct formatter *f,
    const struct rows *rows);

extern const struct formatter changes_md_formatter;

/* What these formatters know from one row to the next, as the view's own. */
struct changes {
	int seen, name, owner, course; /* widths; 0: it is not shown */
	bool has_impact;
	char unit[16];  /* what the impact is of: "a session" */
	bool is_diff;   /* and not only a count of false alarms */
	int section;    /* the one that is open; -1 before the first */
	bool is_empty;  /* nothing was written into it */
	bool is_headed; /* its table has a heading */
};

void changes_begin(struct view *v);

/* Close sections and open them, one after the other, up to SECTION. */
void changes_open(struct view *v, int section,
    void (*head)(struct view *v, const char *name));

/* Note what ROW is; true if it is what all of them come to. */
bool changes_is_tally(struct view *v, const struct row *row);

#endif
