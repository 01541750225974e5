/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tele/graphsvg.h"
#include "tele/label.h"
#include "tele/scale.h"
#include "tele/term.h"

/* Pixels, and columns of text. */
enum { NAME = 48, PADDING = 10, LINE = 15, MARGIN = 16 };

/* How many columns of text S takes in a box, at most NAME. */
static int64_t
columns_of(struct slice s)
{
	char text[LABEL_MAX];
	size_t len = label_format(text, s, NAME, false);

	return term_columns((struct slice){ text, len });
}

size_t
graph_edge_text(char *dst, const struct graph_view *v,
    const struct view_edge *e)
{
	unsigned kinds = v->g->edge_kinds;
	char numbers[GRAPH_TEXT];
	size_t len = graph_numbers(numbers, e->e->side, false);

	return (size_t)snprintf(dst, 2 * GRAPH_TEXT, "%s%s%s%.*s",
	    graph_change_sign(e->e->change),
	    (kinds & (kinds - 1)) != 0 ? edge_kind_names[e->e->kind] : "",
	    (kinds & (kinds - 1)) != 0 ? " " : "", (int)len, numbers);
}

static void
measure_box(struct layout_box *b, const struct graph_node *n)
{
	char numbers[GRAPH_TEXT];
	struct slice lines[] = { n->name, n->owner,
		{ numbers, graph_numbers(numbers, n->side, false) } };
	int64_t columns = 4, width;
	int count = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		if (lines[i].len == 0)
			continue;
		width = columns_of(lines[i]) + (i == 0 ? 2 : 0);
		columns = width > columns ? width : columns;
		count++;
	}
	b->width = columns * SVG_COLUMN + 2 * PADDING;
	b->height = count * LINE + PADDING;
}

void
graph_sheet_init(struct graph_sheet *s, const struct graph_view *v)
{
	char text[2 * GRAPH_TEXT];
	struct layout_line *line;

	*s = (struct graph_sheet){ .v = v };
	graph_ranges(v, &s->ranges);
	layout_init(&s->layout, v->node_count, v->edge_count);
	for (size_t i = 0; i < v->node_count; i++)
		measure_box(&s->layout.boxes[i], v->nodes[i].n);
	for (size_t i = 0; i < v->edge_count; i++) {
		size_t len = graph_edge_text(text, v, &v->edges[i]);

		line = &s->layout.lines[i];
		line->ends = (struct digraph_edge){ v->edges[i].from,
			v->edges[i].to };
		line->width = columns_of((struct slice){ text, len }) *
		    SVG_COLUMN;
		line->height = LINE;
	}
	s->by_graphviz = v->node_count > 0 && layout_by_graphviz(&s->layout);
	if (!s->by_graphviz)
		layout_plain(&s->layout);
}

void
graph_sheet_free(struct graph_sheet *s)
{
	layout_free(&s->layout);
}

int
graph_shade(int64_t v, const struct graph_range *r)
{
	return v < 0 || r->least > r->most ? -1 : scale_log(v, r->low, r->most);
}

int
graph_width(const struct graph_sheet *s, const struct view_edge *e)
{
	return 8 +
	    scale_log((int64_t)view_edge_summary(e)->count,
		s->ranges.counts.low, s->ranges.counts.most) *
	    52 / 1000;
}

/* On white paper, darker is more. */
static struct colour
colour_of(int shade)
{
	return shade < 0 ? (struct colour){ 255, 255, 255 }
			 : palette_at(PALETTE_MAX - shade);
}

/* Lines need more contrast to the paper than boxes do. */
static void
draw_edge(const struct graph_sheet *s, size_t i, struct out *out)
{
	const struct view_edge *e = &s->v->edges[i];
	const struct layout_line *line = &s->layout.lines[i];
	int shade = graph_shade(graph_p95(view_edge_summary(e)),
	    &s->ranges.waits);
	char text[2 * GRAPH_TEXT];
	size_t len = graph_edge_text(text, s->v, e);

	svg_arrow(out, line->points, line->count,
	    shade < 0 ? (struct colour){ 89, 89, 89 }
		      : colour_of(PALETTE_MAX * 3 / 10 + shade * 7 / 10),
	    graph_width(s, e), e->e->change == CHANGE_REMOVED);
	svg_text(out, line->x, line->y + 4, SVG_MIDDLE, SVG_PLAIN,
	    (struct slice){ text, len }, NAME);
}

/* A line of text in a box, in black or white. */
static void
draw_line(struct out *out, const struct layout_box *b, int row,
    struct colour paper, struct slice plain)
{
	char text[LABEL_MAX];
	size_t len = label_format(text, plain, NAME, false);

	text[len < LABEL_MAX ? len : LABEL_MAX - 1] = '\0';
	svg_text_on(out, b->x + b->width / 2, b->y + (row + 1) * LINE,
	    SVG_MIDDLE, paper, text);
}

static void
draw_node(const struct graph_sheet *s, size_t i, struct out *out)
{
	const struct graph_node *n = s->v->nodes[i].n;
	const struct layout_box *b = &s->layout.boxes[i];
	const struct summary *work = view_node_summary(&s->v->nodes[i]);
	struct colour paper = colour_of(
	    graph_shade(graph_p95(work), &s->ranges.durations));
	char numbers[GRAPH_TEXT];
	size_t len = graph_numbers(numbers, n->side, false);
	struct out name;
	int row = 0;

	svg_group(out, n->id);
	svg_box(out, b->x - 1, b->y - 1, b->width + 2, b->height + 2,
	    (struct colour){ 89, 89, 89 });
	svg_box(out, b->x, b->y, b->width, b->height, paper);
	if (work != NULL && work->errors > 0)
		svg_frame(out, b->x, b->y, b->width, b->height,
		    n->change == CHANGE_REMOVED);
	out_open_memory(&name);
	out_write(&name, slice_of(graph_change_sign(n->change)));
	out_write(&name, n->name);
	draw_line(out, b, row++, paper, (struct slice){ name.buf, name.len });
	out_close(&name);
	if (n->owner.len > 0)
		draw_line(out, b, row++, paper, n->owner);
	if (len > 0)
		draw_line(out, b, row, paper, (struct slice){ numbers, len });
	svg_group_end(out);
}

void
graph_svg_write(const struct graph_sheet *s, struct out *out)
{
	svg_begin(out, s->layout.width + 2 * MARGIN,
	    s->layout.height + 2 * MARGIN, SLICE("tele-graph"));
	out_format(out, "<g transform=\"translate(%d %d)\">\n", MARGIN, MARGIN);
	for (size_t i = 0; i < s->v->edge_count; i++)
		draw_edge(s, i, out);
	for (size_t i = 0; i < s->v->node_count; i++)
		draw_node(s, i, out);
	svg_group_end(out);
	svg_end(out);
}
