/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/digraph.h"
#include "tele/graphview.h"
#include "tele/mem.h"

enum { MILLION = 1000000 };

const struct summary *
view_edge_summary(const struct view_edge *e)
{
	const struct summary *s = e->e->side[GRAPH_NEW];

	return s != NULL ? s : e->e->side[GRAPH_BASE];
}

const struct summary *
view_node_summary(const struct view_node *n)
{
	const struct summary *s = n->n->side[GRAPH_NEW];

	return s != NULL ? s : n->n->side[GRAPH_BASE];
}

/* Everything that the graph holds, sorted. */
static int
compare_nodes(const void *a, const void *b)
{
	const struct view_node *x = a, *y = b;

	return slice_compare(x->n->id, y->n->id);
}

static int
compare_edges(const void *a, const void *b)
{
	const struct view_edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (int)x->e->kind - (int)y->e->kind;
}

static void
take_all(struct graph_view *v)
{
	const struct graph *g = v->g;
	uint32_t *place = mem_zalloc(g->nodes.count, sizeof(*place));
	const struct graph_edge *e;

	v->node_count = g->nodes.count;
	v->edge_count = g->edges.count;
	v->nodes = mem_zalloc(v->node_count, sizeof(*v->nodes));
	v->edges = mem_zalloc(v->edge_count, sizeof(*v->edges));
	for (size_t i = 0; i < v->node_count; i++)
		v->nodes[i].n = (const void *)g->nodes.entries[i]->value;
	qsort(v->nodes, v->node_count, sizeof(*v->nodes), compare_nodes);
	for (uint32_t i = 0; i < v->node_count; i++)
		place[v->nodes[i].n->index] = i;
	for (size_t i = 0; i < v->edge_count; i++) {
		e = (const void *)g->edges.entries[i]->value;
		v->edges[i] = (struct view_edge){ .e = e,
			.from = place[e->from->index],
			.to = place[e->to->index] };
	}
	qsort(v->edges, v->edge_count, sizeof(*v->edges), compare_edges);
	free(place);
}

/* Drop what is out, and what an edge that is out leaves alone. */
static void
sweep(struct graph_view *v)
{
	uint32_t *place = mem_zalloc(v->node_count, sizeof(*place));
	size_t nodes = 0, edges = 0;
	struct view_edge *e;

	for (size_t i = 0; i < v->node_count; i++)
		v->nodes[i].edges = 0;
	for (size_t i = 0; i < v->edge_count; i++) {
		e = &v->edges[i];
		if (e->is_out || v->nodes[e->from].is_out ||
		    v->nodes[e->to].is_out)
			continue;
		v->nodes[e->from].edges++;
		v->nodes[e->to].edges += e->from != e->to;
		v->edges[edges++] = *e;
	}
	v->edge_count = edges;
	for (size_t i = 0; i < v->node_count; i++) {
		place[i] = (uint32_t)nodes;
		if (!v->nodes[i].is_out)
			v->nodes[nodes++] = v->nodes[i];
	}
	v->node_count = nodes;
	for (size_t i = 0; i < edges; i++) {
		v->edges[i].from = place[v->edges[i].from];
		v->edges[i].to = place[v->edges[i].to];
	}
	free(place);
}

/* Nodes that nobody asked for by themselves need an edge to be shown. */
static void
drop_unwanted(struct graph_view *v)
{
	for (size_t i = 0; i < v->edge_count; i++) {
		v->nodes[v->edges[i].from].edges++;
		v->nodes[v->edges[i].to].edges++;
	}
	for (size_t i = 0; i < v->node_count; i++)
		v->nodes[i].is_out = v->nodes[i].edges == 0 &&
		    !v->nodes[i].n->is_wanted;
	sweep(v);
}

/* Drop edges that count too little, and nodes that had no others. */
static void
drop_small(struct graph_view *v, const struct graph_view_options *options)
{
	uint64_t totals[EDGE_KINDS] = { 0 }, n;
	struct view_edge *e;
	size_t had;

	for (size_t i = 0; i < v->edge_count; i++)
		totals[v->edges[i].e->kind] +=
		    view_edge_summary(&v->edges[i])->count;
	for (size_t i = 0; i < v->edge_count; i++) {
		e = &v->edges[i];
		n = view_edge_summary(e)->count;
		e->is_out = n < options->least ||
		    (unsigned __int128)n * MILLION <
			(unsigned __int128)options->least_share *
			    totals[e->e->kind];
	}
	for (size_t i = 0; i < v->node_count; i++)
		v->nodes[i].weight = v->nodes[i].edges;
	sweep(v);
	for (size_t i = 0; i < v->node_count; i++) {
		had = v->nodes[i].weight;
		v->nodes[i].is_out = had > 0 && v->nodes[i].edges == 0;
	}
	sweep(v);
}

/* Mark what the text is about: ids and names, else what contains it. */
static bool
mark_focus(struct graph_view *v, struct slice text)
{
	bool is_found = false;
	struct view_node *n;

	for (size_t i = 0; i < v->node_count; i++) {
		n = &v->nodes[i];
		n->is_focus = slice_equal(n->n->id, text) ||
		    slice_equal(n->n->name, text);
		is_found |= n->is_focus;
	}
	for (size_t i = 0; i < v->node_count && !is_found; i++)
		v->nodes[i].is_focus = memmem(v->nodes[i].n->id.ptr,
					   v->nodes[i].n->id.len, text.ptr,
					   text.len) != NULL;
	for (size_t i = 0; i < v->node_count && !is_found; i++)
		is_found = v->nodes[i].is_focus;
	return is_found;
}

/* The shown edges as numbers, turned round if UP. */
static void
as_numbers(const struct graph_view *v, struct digraph *d, bool up)
{
	struct digraph_edge *edges = mem_zalloc(v->edge_count, sizeof(*edges));

	for (size_t i = 0; i < v->edge_count; i++)
		edges[i] = up
		    ? (struct digraph_edge){ v->edges[i].to, v->edges[i].from }
		    : (struct digraph_edge){ v->edges[i].from, v->edges[i].to };
	digraph_init(d, v->node_count, edges, v->edge_count);
	free(edges);
}

/* How far each node is from the focus, up or down; freed by the caller. */
static uint32_t *
distances(const struct graph_view *v, uint64_t most, bool up)
{
	uint32_t *distance = mem_zalloc(v->node_count, sizeof(*distance));
	struct digraph d;

	for (size_t i = 0; i < v->node_count; i++)
		distance[i] = v->nodes[i].is_focus ? 0 : DIGRAPH_NONE;
	as_numbers(v, &d, up);
	digraph_distances(&d, distance,
	    most == 0 || most >= DIGRAPH_NONE ? DIGRAPH_NONE - 1
					      : (uint32_t)most);
	digraph_free(&d);
	return distance;
}

/*
 * Whether an edge goes away from the focus on the way that DISTANCE measured,
 * by nodes that are all within reach.
 */
static bool
is_on_way(const uint32_t *distance, uint32_t nearer, uint32_t further)
{
	return distance[nearer] != DIGRAPH_NONE &&
	    distance[further] != DIGRAPH_NONE;
}

static void
drop_far(struct graph_view *v, const struct graph_view_options *options)
{
	bool both = options->up == options->down;
	uint32_t *above = distances(v, options->depth, true);
	uint32_t *below = distances(v, options->depth, false);
	struct view_edge *e;

	for (size_t i = 0; i < v->edge_count; i++) {
		e = &v->edges[i];
		e->is_out = !(((both || options->up) &&
				  is_on_way(above, e->to, e->from)) ||
		    ((both || options->down) &&
			is_on_way(below, e->from, e->to)));
	}
	for (size_t i = 0; i < v->node_count; i++)
		v->nodes[i].is_out = !(
		    ((both || options->up) && above[i] != DIGRAPH_NONE) ||
		    ((both || options->down) && below[i] != DIGRAPH_NONE));
	free(above);
	free(below);
	sweep(v);
}

static void
find_cycles(struct graph_view *v, bool only)
{
	uint32_t *circle = mem_zalloc(v->node_count, sizeof(*circle));
	struct digraph d;
	struct view_edge *e;

	as_numbers(v, &d, false);
	v->cycles = digraph_circles(&d, circle);
	digraph_free(&d);
	for (size_t i = 0; i < v->edge_count; i++) {
		e = &v->edges[i];
		e->cycle = circle[e->from] == circle[e->to] ? circle[e->from]
							    : 0;
		e->is_out = only && e->cycle == 0;
	}
	for (size_t i = 0; i < v->node_count; i++) {
		v->nodes[i].cycle = circle[i];
		v->nodes[i].is_out = only && circle[i] == 0;
	}
	free(circle);
	sweep(v);
}

/* First what changed, then what counts most, then by name. */
static int
compare_weights(const void *a, const void *b)
{
	const struct view_node *x = *(struct view_node *const *)a;
	const struct view_node *y = *(struct view_node *const *)b;

	if (x->is_focus != y->is_focus)
		return x->is_focus ? -1 : 1;
	if (x->has_change != y->has_change)
		return x->has_change ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int
compare_counts(const void *a, const void *b)
{
	const struct view_edge *x = *(struct view_edge *const *)a;
	const struct view_edge *y = *(struct view_edge *const *)b;
	uint64_t p = view_edge_summary(x)->count;
	uint64_t q = view_edge_summary(y)->count;

	if ((x->e->change == CHANGE_NONE) != (y->e->change == CHANGE_NONE))
		return x->e->change != CHANGE_NONE ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Count of the edges that are shown. */
static uint64_t
sum_counts(const struct graph_view *v)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < v->edge_count; i++)
		sum += view_edge_summary(&v->edges[i])->count;
	return sum;
}

static void
keep_nodes(struct graph_view *v, size_t most)
{
	struct view_node **sorted;
	struct view_edge *e;
	uint64_t n;

	if (v->node_count <= most)
		return;
	for (size_t i = 0; i < v->node_count; i++) {
		v->nodes[i].weight = 0;
		v->nodes[i].has_change = v->nodes[i].n->change != CHANGE_NONE;
	}
	for (size_t i = 0; i < v->edge_count; i++) {
		e = &v->edges[i];
		n = view_edge_summary(e)->count;
		v->nodes[e->from].weight += n;
		v->nodes[e->to].weight += n;
		if (e->e->change == CHANGE_NONE)
			continue;
		v->nodes[e->from].has_change = true;
		v->nodes[e->to].has_change = true;
	}
	sorted = mem_zalloc(v->node_count, sizeof(struct view_node *));
	for (size_t i = 0; i < v->node_count; i++)
		sorted[i] = &v->nodes[i];
	qsort(sorted, v->node_count, sizeof(struct view_node *),
	    compare_weights);
	for (size_t i = most; i < v->node_count; i++)
		sorted[i]->is_out = true;
	free(sorted);
	sweep(v);
}

static void
keep_edges(struct graph_view *v, size_t most)
{
	struct view_edge **sorted;

	if (v->edge_count <= most)
		return;
	sorted = mem_zalloc(v->edge_count, sizeof(struct view_edge *));
	for (size_t i = 0; i < v->edge_count; i++)
		sorted[i] = &v->edges[i];
	qsort(sorted, v->edge_count, sizeof(struct view_edge *),
	    compare_counts);
	for (size_t i = most; i < v->edge_count; i++)
		sorted[i]->is_out = true;
	free(sorted);
	sweep(v);
}

void
graph_view_cut(struct graph_view *v, size_t max_nodes, size_t max_edges)
{
	size_t nodes = v->node_count, edges = v->edge_count;

	keep_nodes(v, max_nodes);
	keep_edges(v, max_edges);
	v->hidden_nodes += nodes - v->node_count;
	v->hidden_edges += edges - v->edge_count;
	v->hidden = v->total - sum_counts(v);
}

bool
graph_view_init(struct graph_view *v, const struct graph *g,
    const struct graph_view_options *options)
{
	*v = (struct graph_view){ .g = g };
	take_all(v);
	drop_unwanted(v);
	drop_small(v, options);
	if (options->focus.len > 0) {
		if (!mark_focus(v, options->focus))
			return false;
		drop_far(v, options);
	}
	find_cycles(v, options->only_cycles);
	v->total = sum_counts(v);
	graph_view_cut(v,
	    options->max_nodes > 0 ? options->max_nodes : SIZE_MAX,
	    options->max_edges > 0 ? options->max_edges : SIZE_MAX);
	return true;
}

void
graph_view_free(struct graph_view *v)
{
	free(v->nodes);
	free(v->edges);
	*v = (struct graph_view){ 0 };
}

uint32_t *
graph_view_cycle(const struct graph_view *v, uint32_t cycle, size_t *length)
{
	uint32_t *way = mem_zalloc(v->node_count, sizeof(*way)), start = 0;
	struct digraph d;

	while (start < v->node_count && v->nodes[start].cycle != cycle)
		start++;
	as_numbers(v, &d, false);
	*length = start < v->node_count ? digraph_way_back(&d, start, way) : 0;
	digraph_free(&d);
	return way;
}
