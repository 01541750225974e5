/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHLAYOUT_H
#define TELE_GRAPHLAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tele/digraph.h"
#include "tele/svg.h"

/*
 * Where the boxes and the lines of a graph go, in pixels.  What is asked for
 * are numbers alone, and so is what comes back: neither Graphviz nor the
 * picture ever sees a byte of the input by way of a layout.
 */
struct layout_box {
	int64_t width, height; /* in */
	int64_t x, y;          /* out: the left upper corner */
};

struct layout_line {
	struct digraph_edge ends; /* in: boxes */
	int64_t width, height;    /* in: of the label */
	struct svg_point *points; /* out: Bezier curves, 3 n + 1 points */
	size_t count;
	int64_t x, y; /* out: the middle of the label */
};

struct layout {
	struct layout_box *boxes;
	struct layout_line *lines;
	size_t box_count, line_count;
	int64_t width, height;
};

/* Zeroed boxes and lines, to be filled in. */
void layout_init(struct layout *l, size_t boxes, size_t lines);
void layout_free(struct layout *l);

/*
 * Let Graphviz find the places, from top to bottom or, where that would be too
 * wide, from left to right.  False, with nothing
 * changed, if there is no `dot`, it fails, or it takes longer than
 * LAYOUT_SECONDS.
 */
enum { LAYOUT_SECONDS = 10 };
bool layout_by_graphviz(struct layout *l);

/*
 * A plain layout, without any help: what leads to others is in a layer
 * above these, and in each layer boxes are near to what they are tied to.
 */
void layout_plain(struct layout *l);

#endif
