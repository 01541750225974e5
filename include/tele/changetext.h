/* SPDX-License-Identifier: MIT */
#ifndef TELE_CHANGETEXT_H
#define TELE_CHANGETEXT_H

#include "tele/formatter.h"

/*
 * What there is to show of a finding of tele-diff.  A cell is written as plain
 * text, which is still to be escaped for where it goes.
 */
enum change_cell {
	CELL_VERDICT,
	CELL_NAME,  /* of what took the time */
	CELL_OWNER, /* and whose it is */
	CELL_BASE,  /* ms */
	CELL_NEW,
	CELL_EFFECT,   /* `+122 % (+97..+150)` */
	CELL_IMPACT,   /* `+197 ms` */
	CELL_SEEN,     /* `≥16 %` */
	CELL_MESSAGE,  /* all that is not a time */
	CELL_EXPECTED, /* the steps that were usual, and those that are */
	CELL_OBSERVED,
};

void changetext_write(const struct view *v, const struct row *row,
    enum change_cell cell, struct out *out);

/* The value of KEY, or an empty text; it ends with a NUL. */
struct slice changetext_value(const struct view *v, const struct row *row,
    const char *key);

/* Whether ROW is of a time; or what all of them come to. */
bool changetext_is_time(const struct view *v, const struct row *row);
bool changetext_is_tally(const struct view *v, const struct row *row);

/* Whether it is unsure, and CELL_SEEN has what could have been seen. */
bool changetext_has_seen(const struct view *v, const struct row *row);

/* The sections that it may belong to. */
enum change_section { CHANGED, APPEARED, VANISHED, CHANGE_SECTIONS };

extern const char *const change_section_names[];

enum change_section changetext_section(const struct view *v,
    const struct row *row);

/* The SGR parameters of its verdict: how bad it is. */
const char *changetext_colour(const struct view *v, const struct row *row);

/*
 * The course of SIDE, 0 or 1, over its units: at most MOST numbers, of more
 * each the mean of neighbours.  Returns how many.
 */
enum { COURSE_MAX = 20 };
size_t changetext_course(const struct view *v, const struct row *row, int side,
    double *numbers, size_t most);

#endif
