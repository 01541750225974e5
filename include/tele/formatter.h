/* SPDX-License-Identifier: MIT */
#ifndef TELE_FORMATTER_H
#define TELE_FORMATTER_H

#include "tele/out.h"
#include "tele/rows.h"

/*
 * The forms in which records are shown.  One row in formatter.c makes one
 * known; it says what to write before, for and after the rows.
 */
struct view {
	struct rows *rows;
	struct out *out;
	int width;       /* columns to fit into; 0 is no limit */
	bool has_colour; /* may use SGR sequences */
	bool has_bars;
	bool is_ascii; /* draw without Unicode */
	void *own;     /* the formatter's */

	/* The formatter's, between begin and end. */
	uint64_t count, failures, skipped; /* of rows */
	struct map rules;                  /* of nothing: names that came */
	struct out body;                   /* what is held back */
};

/* Select Graphic Rendition, where colours are wanted: see screen_style. */
static inline void
view_style(struct view *v, const char *sgr)
{
	if (v->has_colour)
		out_format(v->out, "\033[%sm", sgr);
}

struct formatter {
	const char *name;
	void (*begin)(struct view *v); /* columns and first rows are known */
	void (*row)(struct view *v, const struct row *row);
	void (*end)(struct view *v); /* may be NULL */
	bool is_for_findings;        /* and for nothing else */
};

/* The one called NAME, the first if NAME is NULL; NULL if there is none. */
const struct formatter *formatter_find(const char *name);

/* What they share: the heading of a column, and a cell of it, as text. */
enum { CELL_MAX = 4096 };
size_t formatter_heading(const struct column *c, char text[CELL_MAX]);
size_t formatter_cell(const struct column *c, const struct cell *cell,
    char text[CELL_MAX]);

/* TEXT with a backslash before what Markdown would take for anything else. */
void formatter_put_md(struct view *v, struct slice text);

/*
 * TEXT from column AT on, as a terminal may show it, and a newline: broken
 * between words into lines of the view's width, if it has one, of which all but
 * the first begin with AT blanks.
 */
void formatter_put_wrapped(struct view *v, struct slice text, int at);

/* Settle how many decimals the numbers of a column are shown with. */
void formatter_decimals(struct column *c);

extern const struct formatter table_formatter, tsv_formatter, csv_formatter,
    md_formatter;

#endif
