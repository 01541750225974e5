/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/graphformat.h"
#include "tele/label.h"
#include "tele/palette.h"
#include "tele/scale.h"

/*
 * GitHub shows no diagram of more than 50,000 characters, and Mermaid none of
 * more than 500 edges.
 */
enum { MAX_CHARACTERS = 49500, MAX_EDGES = 500, NAME_WIDTH = 40, CLASSES = 8 };

static void
put_text(const struct graph_picture *p, struct out *out, struct slice text)
{
	char label[LABEL_MAX];

	label_write_mermaid(out,
	    (struct slice){ label,
		label_format(label, text, NAME_WIDTH, p->screen.is_ascii) });
}

static void
write_node(const struct graph_picture *p, struct out *out,
    const struct view_node *n, uint64_t id)
{
	char text[GRAPH_TEXT];
	size_t len = graph_numbers(text, n->n->side, p->screen.is_ascii);

	out_format(out, "    n%016llx[\"%s", (unsigned long long)id,
	    graph_change_sign(n->n->change));
	put_text(p, out, n->n->name);
	if (n->n->owner.len > 0) {
		out_text(out, "<br/>");
		put_text(p, out, n->n->owner);
	}
	if (len > 0) {
		out_text(out, "<br/>");
		label_write_mermaid(out, (struct slice){ text, len });
	}
	out_text(out, "\"]\n");
}

static void
write_edge(const struct graph_picture *p, struct out *out,
    const struct view_edge *e, const uint64_t *ids)
{
	static const char *const arrows[] = { "-->", "==>", "-.->", "--o" };
	unsigned kinds = p->v->g->edge_kinds;
	bool is_mixed = (kinds & (kinds - 1)) != 0;
	char text[GRAPH_TEXT];
	size_t len = graph_numbers(text, e->e->side, p->screen.is_ascii);

	out_format(out, "    n%016llx %s|\"%s",
	    (unsigned long long)ids[e->from],
	    e->e->change == CHANGE_REMOVED ? "-.->"
		: is_mixed                 ? arrows[e->e->kind]
					   : "-->",
	    graph_change_sign(e->e->change));
	if (is_mixed)
		out_format(out, "%s ", edge_kind_names[e->e->kind]);
	label_write_mermaid(out, (struct slice){ text, len });
	for (int i = 0; i < e->e->key_count && i < 3; i++) {
		out_text(out, i == 0 ? "<br/>" : ", ");
		put_text(p, out, e->e->keys[i]);
	}
	out_text(out, e->e->key_count > 3 ? ", ..." : "");
	out_format(out, "\"| n%016llx\n", (unsigned long long)ids[e->to]);
}

/* The class of V in its range, from 0; darker is more. */
static int
class_of(int64_t v, const struct graph_range *r)
{
	int class = scale_log(v, r->low, r->most) * CLASSES / 1000;

	return class < CLASSES ? class : CLASSES - 1;
}

static struct colour
class_colour(int class)
{
	return palette_at(PALETTE_MAX - class * PALETTE_MAX / (CLASSES - 1));
}

/* The boxes of one colour, by the slowness of their work. */
static void
write_node_styles(const struct graph_picture *p, struct out *out,
    const struct graph_ranges *r, const uint64_t *ids)
{
	struct colour c;
	int64_t p95;
	bool is_used;

	for (int class = 0; class < CLASSES; class ++) {
		is_used = false;
		c = class_colour(class);
		for (size_t i = 0; i < p->v->node_count; i++) {
			p95 = graph_p95(view_node_summary(&p->v->nodes[i]));
			if (p95 < 0 || class_of(p95, &r->durations) != class)
				continue;
			if (!is_used)
				out_format(out,
				    "    classDef c%d fill:#%02x%02x%02x,"
				    "color:%s\n    class ",
				    class, c.red, c.green, c.blue,
				    palette_is_dark(c) ? "#fff" : "#000");
			out_format(out, "%sn%016llx", is_used ? "," : "",
			    (unsigned long long)ids[i]);
			is_used = true;
		}
		if (is_used)
			out_format(out, " c%d\n", class);
	}
}

/* The lines of one width, by how often they were taken. */
static void
write_edge_styles(const struct graph_picture *p, struct out *out,
    const struct graph_ranges *r)
{
	const struct summary *s;
	bool is_used;

	for (int class = 1; class < CLASSES; class ++) {
		is_used = false;
		for (size_t i = 0; i < p->v->edge_count; i++) {
			s = view_edge_summary(&p->v->edges[i]);
			if (class_of((int64_t)s->count, &r->counts) != class)
				continue;
			out_format(out, "%s%zu",
			    is_used ? "," : "    linkStyle ", i);
			is_used = true;
		}
		if (is_used)
			out_format(out, " stroke-width:%dpx\n", class + 1);
	}
}

static void
write_legend(const struct graph_picture *p, struct out *out)
{
	char text[GRAPH_TEXT];
	bool is_first = true;

	out_text(out, "    legend[\"");
	for (int i = 0; i < EDGE_KINDS; i++) {
		if ((p->v->g->edge_kinds >> i & 1) == 0)
			continue;
		out_text(out, is_first ? "" : "<br/>");
		label_write_mermaid(out, slice_of(edge_kind_meanings[i]));
		is_first = false;
	}
	out_text(out, "<br/>wider is more often, darker is slower (p95)");
	if (p->v->g->has_base)
		out_text(out, "<br/>+ added, - removed, ~ changed");
	if (graph_hidden(text, p->v) > 0) {
		out_text(out, "<br/>");
		label_write_mermaid(out, slice_of(text));
	}
	out_text(out, "\"]\n    style legend fill:none,stroke:none\n");
}

static void
write_flowchart(const struct graph_picture *p, struct out *out)
{
	uint64_t *ids = graph_ids(p->v);
	struct graph_ranges r;

	graph_ranges(p->v, &r);
	out_text(out, "flowchart LR\n");
	for (size_t i = 0; i < p->v->node_count; i++)
		write_node(p, out, &p->v->nodes[i], ids[i]);
	for (size_t i = 0; i < p->v->edge_count; i++)
		write_edge(p, out, &p->v->edges[i], ids);
	write_node_styles(p, out, &r, ids);
	write_edge_styles(p, out, &r);
	write_legend(p, out);
	free(ids);
}

/* As much of it as fits. */
static void
write_mermaid(const struct graph_picture *p)
{
	struct out out;

	graph_view_cut(p->v, SIZE_MAX, MAX_EDGES);
	for (;;) {
		out_open_memory(&out);
		write_flowchart(p, &out);
		if (out.len <= MAX_CHARACTERS)
			break;
		out_close(&out);
		graph_view_cut(p->v, p->v->node_count * 7 / 8,
		    p->v->edge_count * 7 / 8);
	}
	out_write(p->out, (struct slice){ out.buf, out.len });
	out_close(&out);
}

const struct graph_format mermaid_format = { "mermaid", true, write_mermaid };
