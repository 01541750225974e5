/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/graphformat.h"
#include "tele/json.h"
#include "tele/label.h"
#include "tele/palette.h"
#include "tele/scale.h"

enum { NAME_WIDTH = 48, TOOLTIP_WIDTH = 1000 };

static void
put_text(const struct graph_picture *p, struct slice text, int width)
{
	char label[LABEL_MAX];

	label_write_dot(p->out,
	    (struct slice){ label,
		label_format(label, text, width, p->screen.is_ascii) });
}

static void
put_line(const struct graph_picture *p, const char *text)
{
	label_write_dot(p->out, slice_of(text));
	out_text(p->out, "\\l");
}

static void
put_range(const struct graph_picture *p, const char *what,
    const struct graph_range *r)
{
	char least[SCALE_TEXT], most[SCALE_TEXT], text[GRAPH_TEXT];

	if (r->least > r->most)
		return;
	scale_duration(least, r->least, p->screen.is_ascii);
	scale_duration(most, r->most, p->screen.is_ascii);
	snprintf(text, sizeof(text), "%s: %s to %s, darker is slower", what,
	    least, most);
	put_line(p, text);
}

static void
write_legend(const struct graph_picture *p, const struct graph_ranges *r)
{
	char text[GRAPH_TEXT];

	out_text(p->out, "    label=\"");
	for (int i = 0; i < EDGE_KINDS; i++)
		if ((p->v->g->edge_kinds >> i & 1) != 0)
			put_line(p, edge_kind_meanings[i]);
	if (r->counts.least <= r->counts.most) {
		snprintf(text, sizeof(text),
		    "width of a line: how often, %lld to %lld",
		    (long long)r->counts.least, (long long)r->counts.most);
		put_line(p, text);
	}
	put_range(p, "colour of a line: p95 of its time", &r->waits);
	put_range(p, "colour of a box: p95 of its work", &r->durations);
	if (p->v->g->has_base)
		put_line(p,
		    "+ bold: added, - dashed: removed, "
		    "~ changed (before in brackets)");
	if (graph_hidden(text, p->v) > 0)
		put_line(p, text);
	if (p->v->node_count == 0)
		put_line(p, "nothing to show");
	out_text(p->out, "\"\n");
}

/* The template with its fields filled in; a line that is not known is 1. */
static void
write_link(const struct graph_picture *p, const struct summary *code)
{
	char *plain = mem_alloc(code->code_file.len);
	struct slice file = { plain, json_unescape(plain, code->code_file) };
	struct slice line = code->code_line.len > 0 ? code->code_line
						    : SLICE("1");
	struct out link;

	/* Two slashes would name another host. */
	while (file.len > 1 && file.ptr[0] == '/' && file.ptr[1] == '/')
		file = (struct slice){ file.ptr + 1, file.len - 1 };
	out_open_memory(&link);
	for (const char *t = p->link; *t != '\0';) {
		if (strncmp(t, "{file}", 6) == 0) {
			label_write_path(&link, file);
			t += 6;
		} else if (strncmp(t, "{line}", 6) == 0) {
			out_write(&link, line);
			t += 6;
		} else {
			out_write(&link, (struct slice){ t++, 1 });
		}
	}
	out_text(p->out, ", URL=\"");
	label_write_dot(p->out, (struct slice){ link.buf, link.len });
	out_text(p->out, "\"");
	out_close(&link);
	free(plain);
}

/* The colour at V of the range: darker is more. */
static struct colour
colour_of(int64_t v, const struct graph_range *r)
{
	return palette_at(PALETTE_MAX - scale_log(v, r->low, r->most));
}

static void
write_colour(const struct graph_picture *p, const char *key, struct colour c)
{
	out_format(p->out, ", %s=\"#%02x%02x%02x\"", key, c.red, c.green,
	    c.blue);
}

static void
write_change(const struct graph_picture *p, enum change change)
{
	if (change == CHANGE_ADDED)
		out_text(p->out, ", penwidth=3");
	else if (change == CHANGE_REMOVED)
		out_text(p->out, ", style=\"rounded,dashed\"");
}

/* What a mouse that rests on it gets to know. */
static void
write_tooltip(const struct graph_picture *p, const struct view_node *n)
{
	const struct summary *code = graph_code(n->n);
	char *plain;

	out_text(p->out, ", tooltip=\"");
	put_text(p, n->n->id, TOOLTIP_WIDTH);
	if (code != NULL) {
		plain = mem_alloc(code->code_file.len);
		out_text(p->out, "\\n");
		put_text(p,
		    (struct slice){ plain,
			json_unescape(plain, code->code_file) },
		    TOOLTIP_WIDTH);
		out_text(p->out, code->code_line.len > 0 ? ":" : "");
		out_write(p->out, code->code_line);
		free(plain);
	}
	if (n->n->starts > 0 || n->n->ends > 0)
		out_format(p->out, "\\nbegins %llu and ends %llu executions",
		    (unsigned long long)n->n->starts,
		    (unsigned long long)n->n->ends);
	if (n->cycle > 0)
		out_format(p->out, "\\nin cycle %u", n->cycle);
	out_text(p->out, "\"");
	if (code != NULL)
		write_link(p, code);
}

static void
write_node(const struct graph_picture *p, const struct graph_ranges *r,
    const struct view_node *n, uint64_t id)
{
	const struct summary *work = view_node_summary(n);
	int64_t p95 = graph_p95(work);
	char text[GRAPH_TEXT];
	size_t len = graph_numbers(text, n->n->side, p->screen.is_ascii);
	struct colour fill = colour_of(p95, &r->durations);

	out_format(p->out, "    n%016llx [label=\"%s", (unsigned long long)id,
	    graph_change_sign(n->n->change));
	put_text(p, n->n->name, NAME_WIDTH);
	if (n->n->owner.len > 0) {
		out_text(p->out, "\\n");
		put_text(p, n->n->owner, NAME_WIDTH);
	}
	if (len > 0) {
		out_text(p->out, "\\n");
		label_write_dot(p->out, (struct slice){ text, len });
	}
	out_text(p->out, "\"");
	write_tooltip(p, n);
	if (p95 >= 0 && n->n->change != CHANGE_REMOVED) {
		write_colour(p, "fillcolor", fill);
		out_text(p->out,
		    palette_is_dark(fill) ? ", fontcolor=white" : "");
	}
	if (n->is_focus)
		out_text(p->out, ", peripheries=2");
	if (work != NULL && work->errors > 0)
		out_text(p->out, ", color=\"#b40000\"");
	write_change(p, n->n->change);
	out_text(p->out, "]\n");
}

/* The keys that an edge of state is about, the first few of them. */
static void
put_keys(const struct graph_picture *p, const struct graph_edge *e, int most)
{
	for (int i = 0; i < e->key_count && i < most; i++) {
		out_text(p->out, i > 0 ? ", " : "");
		put_text(p, e->keys[i], NAME_WIDTH);
	}
	out_text(p->out, e->key_count > most ? ", ..." : "");
}

static void
write_edge_tooltip(const struct graph_picture *p, const struct view_edge *e)
{
	out_format(p->out, ", tooltip=\"%s: ", edge_kind_names[e->e->kind]);
	put_text(p, e->e->from->id, TOOLTIP_WIDTH / 2);
	out_text(p->out, " -> ");
	put_text(p, e->e->to->id, TOOLTIP_WIDTH / 2);
	if (e->e->key_count > 0) {
		out_text(p->out, "\\n");
		put_keys(p, e->e, EDGE_KEYS);
	}
	if (e->cycle > 0)
		out_format(p->out, "\\nin cycle %u", e->cycle);
	out_text(p->out, "\"");
}

/* Kinds that are drawn together have different heads. */
static const char *const heads[] = { "", ", arrowhead=vee", ", arrowhead=empty",
	", arrowhead=diamond" };

static void
write_edge(const struct graph_picture *p, const struct graph_ranges *r,
    const struct view_edge *e, const uint64_t *ids)
{
	const struct summary *s = view_edge_summary(e);
	unsigned kinds = p->v->g->edge_kinds;
	int64_t p95 = graph_p95(s);
	int tenths = 8 +
	    scale_log((int64_t)s->count, r->counts.low, r->counts.most) * 52 /
		1000;
	char text[GRAPH_TEXT];
	size_t len = graph_numbers(text, e->e->side, p->screen.is_ascii);

	out_format(p->out, "    n%016llx -> n%016llx [label=\"%s%s%s",
	    (unsigned long long)ids[e->from], (unsigned long long)ids[e->to],
	    graph_change_sign(e->e->change),
	    (kinds & (kinds - 1)) != 0 ? edge_kind_names[e->e->kind] : "",
	    (kinds & (kinds - 1)) != 0 ? " " : "");
	label_write_dot(p->out, (struct slice){ text, len });
	if (e->e->key_count > 0) {
		out_text(p->out, "\\n");
		put_keys(p, e->e, 3);
	}
	out_text(p->out, "\"");
	write_edge_tooltip(p, e);
	out_format(p->out, ", penwidth=%d.%d", tenths / 10, tenths % 10);
	if (p95 >= 0)
		write_colour(p, "color", colour_of(p95, &r->waits));
	out_text(p->out, heads[e->e->kind]);
	if (e->e->change == CHANGE_ADDED)
		out_text(p->out, ", style=bold");
	else if (e->e->change == CHANGE_REMOVED)
		out_text(p->out, ", style=dashed");
	out_text(p->out, "]\n");
}

static void
write_dot(const struct graph_picture *p)
{
	const struct graph_view *v = p->v;
	uint64_t *ids = graph_ids(v);
	struct graph_ranges r;

	graph_ranges(v, &r);
	out_text(p->out,
	    "digraph tele {\n"
	    "    rankdir=LR\n"
	    "    charset=\"UTF-8\"\n"
	    "    bgcolor=white\n"
	    "    fontname=\"Helvetica,Arial,sans-serif\"\n"
	    "    fontsize=10\n"
	    "    labelloc=b\n"
	    "    labeljust=l\n");
	write_legend(p, &r);
	out_text(p->out,
	    "    node [shape=box, style=\"rounded,filled\", "
	    "fillcolor=white, fontname=\"Helvetica,Arial,sans-serif\", "
	    "fontsize=11]\n"
	    "    edge [fontname=\"Helvetica,Arial,sans-serif\", "
	    "fontsize=9]\n");
	for (size_t i = 0; i < v->node_count; i++)
		write_node(p, &r, &v->nodes[i], ids[i]);
	for (size_t i = 0; i < v->edge_count; i++)
		write_edge(p, &r, &v->edges[i], ids);
	out_text(p->out, "}\n");
	free(ids);
}

const struct graph_format dot_format = { "dot", true, write_dot };
