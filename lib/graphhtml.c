/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/graphsvg.h"
#include "tele/page.h"

enum { STILL_ROWS = 100 };

/* What nodes and edges have in common, as lib/html/graph.js has it. */
enum column {
	CHANGE,
	COUNT,
	ERRORS,
	KNOWN,
	P95,
	TOTAL,
	CYCLE,
	SHADE, /* 0: none, or one more than a place in the palette */
	LABEL,
	X,
	Y,
	COMMON,

	NAME = COMMON,
	OWNER,
	FOCUS,
	STARTS,
	ENDS,
	CODE_FILE,
	CODE_LINE,
	WIDTH,
	HEIGHT,
	NODE_COLUMNS,

	FROM = COMMON,
	TO,
	KIND,
	KEYS,
	TENTHS,
	EDGE_COLUMNS,
};
#define COMMON_KEYS                                                    \
	"change", "count", "errors", "known", "p95", "total", "cycle", \
	    "shade", "label", "x", "y"
static const char *const node_keys[] = { COMMON_KEYS, "name", "owner", "focus",
	"starts", "ends", "file", "line", "width", "height" };
static const char *const edge_keys[] = { COMMON_KEYS, "from", "to", "kind",
	"keys", "tenths" };

/* What S knows; a node that does no work of its own has none. */
static void
read_summary(const struct summary *s, const struct graph_range *range,
    int64_t *v)
{
	int shade;

	if (s == NULL)
		return;
	v[COUNT] = (int64_t)s->count;
	v[ERRORS] = (int64_t)s->errors;
	shade = graph_shade(graph_p95(s), range);
	v[SHADE] = shade < 0 ? 0 : 1 + shade * PAGE_SHADES / 1000;
	if (s->durations.count == 0)
		return;
	v[KNOWN] = 1;
	v[P95] = graph_p95(s);
	v[TOTAL] = s->durations.sum_ns < INT64_MAX
	    ? (int64_t)s->durations.sum_ns
	    : INT64_MAX;
}

static void
read_node(struct page *page, const void *data, size_t i, int64_t *v)
{
	const struct graph_sheet *s = data;
	const struct view_node *n = &s->v->nodes[i];
	const struct layout_box *b = &s->layout.boxes[i];
	const struct summary *code = graph_code(n->n);
	char numbers[GRAPH_TEXT];
	size_t len = graph_numbers(numbers, n->n->side, false);

	read_summary(view_node_summary(n), &s->ranges.durations, v);
	v[CHANGE] = n->n->change;
	v[CYCLE] = n->cycle;
	v[LABEL] = page_string(page, (struct slice){ numbers, len });
	v[X] = b->x;
	v[Y] = b->y;
	v[NAME] = page_string(page, n->n->name);
	v[OWNER] = page_string(page, n->n->owner);
	v[FOCUS] = n->is_focus;
	v[STARTS] = (int64_t)n->n->starts;
	v[ENDS] = (int64_t)n->n->ends;
	if (code != NULL) {
		v[CODE_FILE] = page_json_string(page, code->code_file);
		v[CODE_LINE] = page_json_string(page, code->code_line);
	}
	v[WIDTH] = b->width;
	v[HEIGHT] = b->height;
}

/* The keys that an edge of state is about, as one text. */
static uint32_t
join_keys(struct page *page, const struct graph_edge *e)
{
	struct out text;
	uint32_t id;

	out_open_memory(&text);
	for (int i = 0; i < e->key_count; i++) {
		out_write(&text, i > 0 ? SLICE(", ") : SLICE(""));
		out_write(&text, e->keys[i]);
	}
	id = page_string(page, (struct slice){ text.buf, text.len });
	out_close(&text);
	return id;
}

static void
read_edge(struct page *page, const void *data, size_t i, int64_t *v)
{
	const struct graph_sheet *s = data;
	const struct view_edge *e = &s->v->edges[i];
	char text[2 * GRAPH_TEXT];
	size_t len = graph_edge_text(text, s->v, e);

	read_summary(view_edge_summary(e), &s->ranges.waits, v);
	v[CHANGE] = e->e->change;
	v[CYCLE] = e->cycle;
	v[LABEL] = page_string(page, (struct slice){ text, len });
	v[X] = s->layout.lines[i].x;
	v[Y] = s->layout.lines[i].y;
	v[FROM] = e->from;
	v[TO] = e->to;
	v[KIND] = page_string(page, slice_of(edge_kind_names[e->e->kind]));
	v[KEYS] = join_keys(page, e->e);
	v[TENTHS] = graph_width(s, e);
}

static void
put_durations(struct page *page, const struct summary *s, bool is_first)
{
	out_write(&page->data, is_first ? SLICE("") : SLICE(","));
	page_put_durations(page, s != NULL ? &s->durations : NULL);
}

static void
put_nodes(struct page *page, const struct graph_sheet *s)
{
	size_t count = s->v->node_count;

	out_format(&page->data, ",\"nodes\":{\"length\":%zu", count);
	page_put_columns(page, node_keys, NODE_COLUMNS, count, read_node, s);
	out_write(&page->data, SLICE(",\"durations\":["));
	for (size_t i = 0; i < count; i++)
		put_durations(page, view_node_summary(&s->v->nodes[i]), i == 0);
	out_write(&page->data, SLICE("]}"));
}

static void
put_points(struct page *page, const struct layout_line *line, bool is_first)
{
	out_write(&page->data, is_first ? SLICE("[") : SLICE(",["));
	for (size_t i = 0; i < line->count; i++)
		out_format(&page->data, "%s%lld,%lld", i > 0 ? "," : "",
		    (long long)line->points[i].x, (long long)line->points[i].y);
	out_write(&page->data, SLICE("]"));
}

static void
put_edges(struct page *page, const struct graph_sheet *s)
{
	size_t count = s->v->edge_count;

	out_format(&page->data, ",\"edges\":{\"length\":%zu", count);
	page_put_columns(page, edge_keys, EDGE_COLUMNS, count, read_edge, s);
	out_write(&page->data, SLICE(",\"durations\":["));
	for (size_t i = 0; i < count; i++)
		put_durations(page, view_edge_summary(&s->v->edges[i]), i == 0);
	out_write(&page->data, SLICE("],\"points\":["));
	for (size_t i = 0; i < count; i++)
		put_points(page, &s->layout.lines[i], i == 0);
	out_write(&page->data, SLICE("]}"));
}

static void
put_subtitle(struct page *page, const struct graph_sheet *s)
{
	char hidden[GRAPH_TEXT];
	struct out text;

	out_open_memory(&text);
	out_format(&text, "%zu nodes, %zu edges", s->v->node_count,
	    s->v->edge_count);
	for (int i = 0; i < EDGE_KINDS; i++)
		if ((s->v->g->edge_kinds >> i & 1) != 0)
			out_format(&text, " \xc2\xb7 %s",
			    edge_kind_meanings[i]);
	if (s->v->g->has_base)
		out_write(&text,
		    SLICE(" \xc2\xb7 + added, - removed, ~ changed (before in "
			  "brackets)"));
	if (graph_hidden(hidden, s->v) > 0)
		out_format(&text, " \xc2\xb7 %s", hidden);
	out_write(&text,
	    s->by_graphviz
		? SLICE(" \xc2\xb7 layout by Graphviz")
		: SLICE(" \xc2\xb7 a plain layout, for want of Graphviz"));
	page_put_string(page, "subtitle", (struct slice){ text.buf, text.len });
	page_still_note(page, (struct slice){ text.buf, text.len });
	out_close(&text);
}

/* The numbers of a row of a still's table. */
static void
put_numbers(struct page *page, const struct summary *s)
{
	char text[32] = "";

	if (s != NULL)
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)s->count);
	page_number_cell(page, text);
	if (s != NULL)
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)s->errors);
	page_number_cell(page, text);
	page_duration_cell(page, graph_p95(s));
}

static void
put_still(struct page *page, const struct graph_sheet *s)
{
	static const char *const nodes[] = { "name", "owner", "#count",
		"#failed", "#p95", NULL };
	static const char *const edges[] = { "from", "to", "kind", "#count",
		"#failed", "#p95", NULL };
	const struct view_edge *e;

	graph_svg_write(s, &page->still);
	page_table(page, "nodes", nodes);
	for (size_t i = 0; i < s->v->node_count && i < STILL_ROWS; i++) {
		page_row(page);
		page_cell(page, s->v->nodes[i].n->name);
		page_cell(page, s->v->nodes[i].n->owner);
		put_numbers(page, view_node_summary(&s->v->nodes[i]));
	}
	page_table_end(page);
	page_table(page, "edges", edges);
	for (size_t i = 0; i < s->v->edge_count && i < STILL_ROWS; i++) {
		e = &s->v->edges[i];
		page_row(page);
		page_cell(page, e->e->from->id);
		page_cell(page, e->e->to->id);
		page_cell(page, slice_of(edge_kind_names[e->e->kind]));
		put_numbers(page, view_edge_summary(e));
	}
	page_table_end(page);
	if (s->v->node_count > STILL_ROWS || s->v->edge_count > STILL_ROWS)
		page_still_note(page,
		    SLICE("There are more; they need scripts."));
}

static void
write_html(const struct graph_picture *p)
{
	struct graph_sheet sheet;
	struct page page;

	graph_sheet_init(&sheet, p->v);
	page_init(&page, "tele-graph", p->link);
	page_begin_picture(&page, "graph", SLICE("What leads to what"));
	put_subtitle(&page, &sheet);
	page_put_number(&page, "width", sheet.layout.width);
	page_put_number(&page, "height", sheet.layout.height);
	page_put_number(&page, "based", p->v->g->has_base);
	put_nodes(&page, &sheet);
	put_edges(&page, &sheet);
	page_put_palette(&page);
	out_write(&page.data, SLICE("}"));
	put_still(&page, &sheet);
	page_write(&page, p->out, SLICE("What leads to what"));
	graph_sheet_free(&sheet);
}

const struct graph_format graph_html_format = { "html", true, write_html };
