/* SPDX-License-Identifier: MIT */
#ifndef TELE_PAGE_H
#define TELE_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "tele/map.h"
#include "tele/out.h"
#include "tele/quantile.h"
#include "tele/slice.h"

/*
 * A picture as one page of HTML that needs nothing else: no network, no other
 * file.  The page is lib/html/, built into the program; what differs is the
 * data, which its script draws, and a still, which is for readers without
 * scripts and for paper: a picture in SVG and a table of what matters most.
 *
 * Data are JSON, and there texts are numbers: places in one list of strings.
 * Nobody but page_write brings them to the language of the page.
 */
struct page {
	const char *tool;
	const char *link; /* the address of code, with {file} and {line} */
	struct out still; /* HTML */
	struct out data;  /* JSON: pictures, each behind a comma */

	/* Private. */
	struct map strings;
	uint32_t title;
};

/* TOOL and LINK are borrowed; LINK may be NULL. */
void page_init(struct page *p, const char *tool, const char *link);

/* Write the page, called TITLE, and release what it holds. */
void page_write(struct page *p, struct out *out, struct slice title);

/* --- data, in JSON ------------------------------------------------------- */

/*
 * Begin a picture of KIND, one that the script knows, called TITLE: what is
 * put then is about it, until a `}` ends it.
 */
void page_begin_picture(struct page *p, const char *kind, struct slice title);

/* The title of the first picture, valid until page_write ends. */
struct slice page_title(const struct page *p);

/* The number of PLAIN; that of the empty text is 0. */
uint32_t page_string(struct page *p, struct slice plain);

/* The number of TEXT, the inside of a JSON string. */
uint32_t page_json_string(struct page *p, struct slice text);

/* `"KEY":` and a number of a string, behind a comma. */
void page_put_string(struct page *p, const char *key, struct slice plain);
void page_put_number(struct page *p, const char *key, int64_t n);

/*
 * A table of ROWS rows as one array for each of COLUMNS columns:
 * `"KEY":[1,2,3]`, behind a comma.  READ fills in the row I of DATA, which is
 * zeroed.  A column of zeros alone is left out.
 */
void page_put_columns(struct page *p, const char *const *keys, size_t columns,
    size_t rows,
    void (*read)(struct page *p, const void *data, size_t i, int64_t *row),
    const void *data);

/* What Q knows as `[value, times, ...]`, in nanoseconds; Q may be NULL. */
void page_put_durations(struct page *p, const struct quantile *q);

/*
 * The colours from the least to the most on white paper, PAGE_SHADES + 1 of
 * them, as `"palette"`.
 */
enum { PAGE_SHADES = 40 };
void page_put_palette(struct page *p);

/* --- the still, in HTML --------------------------------------------------- */

void page_still_heading(struct page *p, struct slice text);
void page_still_note(struct page *p, struct slice text);

/*
 * A table: its HEADINGS, ended by NULL, of which those that begin with '#' are
 * of numbers; then its cells from left to right, row by row.
 */
void page_table(struct page *p, const char *caption,
    const char *const *headings);
void page_row(struct page *p);
void page_cell(struct page *p, struct slice plain);
void page_number_cell(struct page *p, const char *text);
void page_duration_cell(struct page *p, int64_t ns); /* empty if negative */
void page_table_end(struct page *p);

#endif
