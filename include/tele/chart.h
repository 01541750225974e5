/* SPDX-License-Identifier: MIT */
#ifndef TELE_CHART_H
#define TELE_CHART_H

#include "tele/axis.h"
#include "tele/screen.h"

/*
 * A row of a chart that is made of characters, above it a ruler.  Places are in
 * eighths of a column, CHART_EIGHTHS to each, which is as fine as block
 * characters are.
 */
enum { CHART_EIGHTHS = 8 };

/* What a column is for; it is drawn in the colour of that. */
enum chart_style {
	CHART_EMPTY,
	CHART_GRID,
	CHART_OTHER,
	CHART_CRITICAL,
	CHART_FAILED,
	CHART_STYLES,
};

/* What bars are made of, in UTF-8 or ASCII. */
enum chart_glyph {
	CHART_FULL,
	CHART_SHADE,
	CHART_WHISKER,
	CHART_WHISKER_END,
	CHART_GO_ON,
	CHART_SILENCE,
	CHART_TICK,
	CHART_FAILURE,
	CHART_BESIDE,
	CHART_BRANCH,
	CHART_LAST_BRANCH,
	CHART_TRUNK,
	CHART_GLYPHS,
};

struct chart {
	const struct screen *screen;
	const struct axis *axis;
	struct chart_cell *cells;
	int width; /* columns */
};

/* SCREEN and AXIS, of eighths of columns, are borrowed. */
void chart_init(struct chart *c, const struct screen *screen,
    const struct axis *axis, int width);
void chart_free(struct chart *c);

const char *chart_glyph(const struct screen *s, enum chart_glyph glyph);
void chart_style(const struct screen *s, enum chart_style style);

/* Begin a row, with a mark at each tick of the axis. */
void chart_clear(struct chart *c);

/* A bar FROM..TO of GLYPH, in whole columns, at least one. */
void chart_paint(struct chart *c, int64_t from, int64_t to,
    enum chart_glyph glyph, enum chart_style style);

/* A solid bar FROM..TO, in eighths of columns where there are glyphs for it. */
void chart_paint_fine(struct chart *c, int64_t from, int64_t to,
    enum chart_style style);

/* The part of the bar FROM..TO that is in a silence of the axis. */
void chart_paint_silences(struct chart *c, int64_t from, int64_t to);

void chart_put(const struct chart *c);

/* The labels of the axis, and the names of its silences. */
void chart_put_ruler(const struct chart *c);

#endif
