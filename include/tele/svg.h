/* SPDX-License-Identifier: MIT */
#ifndef TELE_SVG_H
#define TELE_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tele/out.h"
#include "tele/palette.h"
#include "tele/slice.h"

/*
 * A picture in SVG 1.1: boxes, lines and text in pixels, nothing else, so that
 * it opens anywhere and runs nothing.  Text of the input is escaped.
 *
 * Text is in a font whose characters are all equally wide, so that it can be
 * measured: a column takes SVG_COLUMN pixels.
 */
enum { SVG_COLUMN = 7, SVG_LINE = 18, SVG_FONT = 12 };

void svg_begin(struct out *out, int64_t width, int64_t height,
    struct slice title);
void svg_end(struct out *out);

/* Around what follows, until svg_group_end, TIP is shown to a resting mouse. */
void svg_group(struct out *out, struct slice tip);
void svg_group_end(struct out *out);

/* How a text is drawn. */
enum svg_anchor { SVG_LEFT, SVG_MIDDLE, SVG_RIGHT };
enum svg_weight { SVG_PLAIN, SVG_BOLD, SVG_FAINT, SVG_ALARM };

/* TEXT, plain, in at most COLUMNS columns, with its base line at Y. */
void svg_text(struct out *out, int64_t x, int64_t y, enum svg_anchor anchor,
    enum svg_weight weight, struct slice text, int columns);

/* The same for text in black or white, whichever can be read on PAPER. */
void svg_text_on(struct out *out, int64_t x, int64_t y, enum svg_anchor anchor,
    struct colour paper, const char *text);

/* A box that is filled; one of no width is a pixel wide. */
void svg_box(struct out *out, int64_t x, int64_t y, int64_t width,
    int64_t height, struct colour fill);

/* The outline of a box, where something is wrong or odd. */
void svg_frame(struct out *out, int64_t x, int64_t y, int64_t width,
    int64_t height, bool is_dashed);

/* A thin line, for scales and whiskers. */
void svg_line(struct out *out, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
    bool is_faint);

/*
 * A line of Bezier curves through COUNT points, 3 n + 1 of them, TENTHS of a
 * pixel wide, with an arrow head behind its end.
 */
struct svg_point {
	int64_t x, y;
};
void svg_arrow(struct out *out, const struct svg_point *points, size_t count,
    struct colour colour, int tenths, bool is_dashed);

#endif
