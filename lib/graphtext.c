/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/graphformat.h"
#include "tele/label.h"
#include "tele/scale.h"
#include "tele/term.h"

/*
 * The graph as a tree: what nothing leads to is at the top, and each node shows
 * where it leads to once.
 */
enum { NAME_WIDTH = 72, LEAST_NAME = 16, NUMBER_WIDTH = 9, NUMBERS = 4 };

/* A node on the way from the top to where we are, and its next edge. */
struct frame {
	uint32_t node;
	uint32_t next; /* index into the edges of the node */
};

struct tree {
	const struct graph_picture *p;
	const struct graph_view *v;
	const struct view_edge **leaving; /* by where they start, most first */
	uint32_t *first;    /* of each node: where its edges begin in LEAVING */
	uint32_t *entering; /* how many edges lead to it, but its own */
	bool *is_shown, *is_open; /* on the way */
	struct frame *way;
	size_t depth;
	int numbers;    /* as many as there is room for */
	int name_width; /* 0: rows are measured, not written */
	int widest;
};

/* A number in its column, to the right; with SGR, in that style. */
static void
put_number(const struct graph_picture *p, const char *text, const char *sgr)
{
	if (sgr == NULL) {
		screen_right(&p->screen, text, NUMBER_WIDTH);
		return;
	}
	screen_spaces(&p->screen, NUMBER_WIDTH - term_columns(slice_of(text)));
	screen_style(&p->screen, sgr);
	screen_put(&p->screen, text);
	screen_style(&p->screen, "0");
}

static void
format_p95(char *dst, const struct tree *t, const struct summary *s)
{
	int64_t ns = graph_p95(s);

	dst[0] = '\0';
	if (ns >= 0)
		scale_duration(dst, ns, t->p->screen.is_ascii);
}

/* The numbers of a row: of its EDGE, or at the top, where it is NULL, WORK. */
static void
put_numbers(const struct tree *t, const struct summary *edge,
    const struct summary *work)
{
	const struct summary *s = edge != NULL ? edge : work;
	char text[NUMBERS][SCALE_TEXT] = { "", "", "", "" };

	if (s != NULL)
		snprintf(text[0], SCALE_TEXT, "%llu",
		    (unsigned long long)s->count);
	format_p95(text[1], t, edge);
	format_p95(text[2], t, work);
	if (s != NULL && s->errors > 0)
		scale_share(text[3], s->errors, s->count);
	for (int i = 0; i < t->numbers; i++)
		put_number(t->p, text[i],
		    i == 3 && text[i][0] != '\0' ? "31" : NULL);
	screen_end_line(&t->p->screen);
}

static size_t
add(char *dst, size_t len, const char *text)
{
	size_t n = strlen(text);

	memcpy(dst + len, text, n + 1);
	return len + n;
}

/* The lines that lead from the rows above to a row at the end of the way. */
static size_t
format_branches(const struct tree *t, char *dst)
{
	bool ascii = t->p->screen.is_ascii, has_more;
	int room = t->name_width < t->widest && t->name_width > 0
	    ? t->name_width - LEAST_NAME
	    : INT_MAX;
	size_t from = 0, len = 0;
	const struct frame *f;

	if (t->depth * 2 > (size_t)room) {
		from = t->depth - (size_t)(room > 4 ? room - 2 : 2) / 2;
		len = add(dst, len, ascii ? "~ " : "\xe2\x80\xa6 ");
	}
	for (size_t i = from; i < t->depth; i++) {
		f = &t->way[i];
		has_more = f->next < t->first[f->node + 1];
		if (i + 1 < t->depth)
			len = add(dst, len,
			    !has_more   ? "  "
				: ascii ? "| "
					: "\xe2\x94\x82 ");
		else
			len = add(dst, len,
			    has_more ? (ascii ? "|-" : "\xe2\x94\x9c ")
				     : (ascii ? "`-" : "\xe2\x94\x94 "));
	}
	return len;
}

/* What changed of a row: its edge, or else the work of its node. */
static enum change
change_of(const struct view_edge *e, const struct view_node *n)
{
	return e != NULL && e->e->change != CHANGE_NONE ? e->e->change
							: n->n->change;
}

/* What a row says about its node: what changed, which kind, name and note. */
static size_t
format_name(const struct tree *t, char *dst, const struct view_edge *e,
    const struct view_node *n, const char *note)
{
	unsigned kinds = t->v->g->edge_kinds;
	size_t len = 0;

	len = add(dst, len, graph_change_sign(change_of(e, n)));
	if (e != NULL && (kinds & (kinds - 1)) != 0) {
		len = add(dst, len, edge_kind_names[e->e->kind]);
		len = add(dst, len, " ");
	}
	len += label_format(dst + len, n->n->name, NAME_WIDTH,
	    t->p->screen.is_ascii);
	return add(dst, len, note);
}

/* The owner, if the row above does not have the same. */
static size_t
format_owner(const struct tree *t, char *dst, const struct view_edge *e,
    const struct view_node *n)
{
	if (e != NULL && slice_equal(e->e->from->owner, n->n->owner))
		return 0;
	return label_format(dst, n->n->owner, NAME_WIDTH,
	    t->p->screen.is_ascii);
}

/* What the numbers of a row that changed were before, under what they are. */
static void
write_before(const struct tree *t, const struct view_edge *e,
    const struct view_node *n)
{
	screen_spaces(&t->p->screen, t->name_width - 6);
	screen_put(&t->p->screen, "before");
	put_numbers(t, e != NULL ? e->e->side[GRAPH_BASE] : NULL,
	    n->n->side[GRAPH_BASE]);
}

/* The row of N, at the top or reached by E. */
static void
write_row(struct tree *t, const struct view_edge *e, const struct view_node *n,
    const char *note)
{
	char *branches = mem_alloc(t->depth * 4 + 16);
	char *text = mem_alloc(3 * LABEL_MAX);
	size_t len = format_branches(t, branches);
	struct slice name = { text, format_name(t, text, e, n, note) };
	struct slice owner = { text + name.len,
		format_owner(t, text + name.len, e, n) };
	int indent = term_columns((struct slice){ branches, len });
	int columns = indent + term_columns(name) + (owner.len > 0 ? 2 : 0) +
	    term_columns(owner);

	if (t->name_width == 0) {
		t->widest = columns > t->widest ? columns : t->widest;
	} else {
		out_write(t->p->out, (struct slice){ branches, len });
		if (t->depth == 0)
			screen_style(&t->p->screen, "1");
		screen_named(&t->p->screen, name, owner,
		    t->name_width - indent);
		if (t->depth == 0)
			screen_style(&t->p->screen, "0");
		put_numbers(t, e != NULL ? view_edge_summary(e) : NULL,
		    view_node_summary(n));
		if (change_of(e, n) == CHANGE_CHANGED)
			write_before(t, e, n);
	}
	free(branches);
	free(text);
}

/* Step into NODE, whose row is written. */
static void
enter(struct tree *t, uint32_t node)
{
	t->is_shown[node] = t->is_open[node] = true;
	t->way[t->depth++] = (struct frame){ node, t->first[node] };
}

/* Whether to go on below a row that leads to TO; if not, NOTE says why. */
static bool
is_worth_entering(const struct tree *t, const struct view_edge *e,
    const char **note)
{
	bool leads_on = t->first[e->to] < t->first[e->to + 1];

	*note = e->to == e->from             ? " (itself)"
	    : t->is_open[e->to]              ? " (cycle)"
	    : t->is_shown[e->to] && leads_on ? " (above)"
					     : "";
	return (*note)[0] == '\0' && leads_on;
}

static void
write_tree(struct tree *t, uint32_t top)
{
	const struct view_edge *e;
	struct frame *f;
	const char *note;

	write_row(t, NULL, &t->v->nodes[top], "");
	enter(t, top);
	while (t->depth > 0) {
		f = &t->way[t->depth - 1];
		if (f->next == t->first[f->node + 1]) {
			t->is_open[f->node] = false;
			t->depth--;
			continue;
		}
		e = t->leaving[f->next++];
		if (is_worth_entering(t, e, &note)) {
			write_row(t, e, &t->v->nodes[e->to], "");
			enter(t, e->to);
		} else {
			t->is_shown[e->to] = true;
			write_row(t, e, &t->v->nodes[e->to], note);
		}
	}
}

static int
compare_leaving(const void *a, const void *b)
{
	const struct view_edge *x = *(const struct view_edge *const *)a;
	const struct view_edge *y = *(const struct view_edge *const *)b;
	uint64_t p = view_edge_summary(x)->count;
	uint64_t q = view_edge_summary(y)->count;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void
sort_edges(struct tree *t)
{
	const struct graph_view *v = t->v;
	const struct view_edge *e;

	t->leaving = mem_zalloc(v->edge_count, sizeof(*t->leaving));
	t->first = mem_zalloc(v->node_count + 1, sizeof(*t->first));
	t->entering = mem_zalloc(v->node_count, sizeof(*t->entering));
	for (size_t i = 0; i < v->edge_count; i++) {
		e = t->leaving[i] = &v->edges[i];
		t->first[e->from + 1]++;
		t->entering[e->to] += e->from != e->to;
	}
	for (size_t i = 0; i < v->node_count; i++)
		t->first[i + 1] += t->first[i];
	qsort(t->leaving, v->edge_count, sizeof(*t->leaving), compare_leaving);
}

/* What may be on top: what nothing leads to, then what begins executions. */
struct top {
	bool is_entered;
	uint64_t starts;
	uint32_t node;
};

static int
compare_tops(const void *a, const void *b)
{
	const struct top *x = a, *y = b;

	if (x->is_entered != y->is_entered)
		return x->is_entered ? 1 : -1;
	if (x->starts != y->starts)
		return x->starts > y->starts ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static void
write_trees(struct tree *t)
{
	size_t count = t->v->node_count;
	struct top *tops = mem_zalloc(count, sizeof(*tops));

	for (uint32_t i = 0; i < count; i++)
		tops[i] = (struct top){ t->entering[i] > 0,
			t->v->nodes[i].n->starts, i };
	qsort(tops, count, sizeof(*tops), compare_tops);
	memset(t->is_shown, 0, count);
	for (size_t i = 0; i < count; i++)
		if (!t->is_shown[tops[i].node])
			write_tree(t, tops[i].node);
	free(tops);
}

static void
write_heading(const struct tree *t)
{
	static const char *const headings[NUMBERS] = { "n", "p95", "p95 work",
		"failed" };
	const struct graph_picture *p = t->p;

	screen_spaces(&p->screen, t->name_width);
	for (int i = 0; i < t->numbers; i++)
		put_number(p, headings[i], "1");
	screen_end_line(&p->screen);
}

static void
write_meaning(const struct graph_picture *p, enum edge_kind kind)
{
	screen_lines(&p->screen, 0, edge_kind_meanings[kind]);
	screen_lines(&p->screen, 0,
	    kind == EDGE_CALLS ? "  p95: how long the child took"
			       : "  p95: the wait in between");
}

static void
write_legend(const struct graph_picture *p)
{
	char text[GRAPH_TEXT];

	for (int i = 0; i < EDGE_KINDS; i++)
		if ((p->v->g->edge_kinds >> i & 1) != 0)
			write_meaning(p, (enum edge_kind)i);
	if (p->v->g->has_base)
		screen_lines(&p->screen, 0, "+ added, - removed, ~ changed");
	if (graph_hidden(text, p->v) > 0)
		screen_lines(&p->screen, 0, text);
}

/* Names get what the widest needs, and numbers the rest, or the other way. */
static void
measure(struct tree *t)
{
	int width = t->p->screen.width;

	t->name_width = t->widest > LEAST_NAME ? t->widest : LEAST_NAME;
	t->numbers = NUMBERS;
	if (width == 0)
		return;
	while (t->numbers > 1 && LEAST_NAME + t->numbers * NUMBER_WIDTH > width)
		t->numbers--;
	if (t->name_width > width - t->numbers * NUMBER_WIDTH)
		t->name_width = width - t->numbers * NUMBER_WIDTH;
	if (t->name_width < LEAST_NAME)
		t->name_width = LEAST_NAME;
}

static void
write_all(const struct graph_picture *p)
{
	const struct graph_view *v = p->v;
	struct tree t = { .p = p, .v = v };

	sort_edges(&t);
	t.is_shown = mem_zalloc(v->node_count, sizeof(*t.is_shown));
	t.is_open = mem_zalloc(v->node_count, sizeof(*t.is_open));
	t.way = mem_zalloc(v->node_count, sizeof(*t.way));
	write_trees(&t);
	measure(&t);
	write_heading(&t);
	write_trees(&t);
	write_legend(p);
	free(t.leaving);
	free(t.first);
	free(t.entering);
	free(t.is_shown);
	free(t.is_open);
	free(t.way);
}

static void
put_label(const struct graph_picture *p, struct slice id)
{
	char label[LABEL_MAX];

	out_write(p->out,
	    (struct slice){ label,
		label_format(label, id, 0, p->screen.is_ascii) });
}

/* One way round each circle. */
static void
write_cycles(const struct graph_picture *p)
{
	const char *arrow = p->screen.is_ascii ? " -> " : " \xe2\x86\x92 ";
	uint32_t *way, members;
	size_t length;

	for (uint32_t cycle = 1; cycle <= p->v->cycles; cycle++) {
		members = 0;
		for (size_t i = 0; i < p->v->node_count; i++)
			members += p->v->nodes[i].cycle == cycle;
		way = graph_view_cycle(p->v, cycle, &length);
		out_format(p->out, "cycle %u of %u node%s: ", cycle, members,
		    members == 1 ? "" : "s");
		for (size_t i = 0; i < length; i++) {
			put_label(p, p->v->nodes[way[i]].n->id);
			screen_put(&p->screen, arrow);
		}
		put_label(p, p->v->nodes[way[0]].n->id);
		screen_put(&p->screen, "\n");
		free(way);
	}
}

static void
write_text(const struct graph_picture *p)
{
	if (p->lists_cycles)
		write_cycles(p);
	else
		write_all(p);
}

const struct graph_format graph_text_format = { "text", true, write_text };
