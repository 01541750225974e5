/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHSVG_H
#define TELE_GRAPHSVG_H

#include "tele/graphformat.h"
#include "tele/graphlayout.h"

/* A graph with everything where it goes, ready to be drawn. */
struct graph_sheet {
	const struct graph_view *v;
	struct graph_ranges ranges;
	struct layout layout; /* boxes are nodes, lines are edges */
	bool by_graphviz;
};

/* V is borrowed. */
void graph_sheet_init(struct graph_sheet *s, const struct graph_view *v);
void graph_sheet_free(struct graph_sheet *s);

/* How dark V is in the range R: 0 to 1000, or -1 if it is not known. */
int graph_shade(int64_t v, const struct graph_range *r);

/* How wide the line of an edge is, in tenths of a pixel. */
int graph_width(const struct graph_sheet *s, const struct view_edge *e);

/* The text at an edge: its kind, where there are several, and its numbers. */
size_t graph_edge_text(char *dst, const struct graph_view *v,
    const struct view_edge *e);

/* Draw it, as a whole document of SVG. */
void graph_svg_write(const struct graph_sheet *s, struct out *out);

#endif
