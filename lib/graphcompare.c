/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/graphcompare.h"

enum { MILLION = 1000000, SHARE = MILLION / 10 };

/* Whether A of OF_A and B of OF_B are too far apart, as shares. */
static bool
shares_differ(uint64_t a, uint64_t of_a, uint64_t b, uint64_t of_b)
{
	int64_t x = of_a > 0 ? (int64_t)(a * MILLION / of_a) : 0;
	int64_t y = of_b > 0 ? (int64_t)(b * MILLION / of_b) : 0;

	return llabs(x - y) >= SHARE;
}

static bool
times_differ(const struct summary *a, const struct summary *b)
{
	int64_t x, y, more, less;

	if (!quantile_at(&a->durations, 0.95, &x) ||
	    !quantile_at(&b->durations, 0.95, &y))
		return false;
	more = x > y ? x : y;
	less = x > y ? y : x;
	return more - less > NS_PER_MS && more / 3 * 2 >= less;
}

static enum change
change_of(struct summary *const side[GRAPH_SIDES])
{
	const struct summary *now = side[GRAPH_NEW], *base = side[GRAPH_BASE];

	if (now == NULL || base == NULL)
		return now != NULL ? CHANGE_ADDED
		    : base != NULL ? CHANGE_REMOVED
				   : CHANGE_NONE;
	return shares_differ(now->errors, now->count, base->errors,
		   base->count) ||
		times_differ(now, base)
	    ? CHANGE_CHANGED
	    : CHANGE_NONE;
}

static struct graph_edge *
edge_at(const struct graph *g, size_t i)
{
	return (struct graph_edge *)(void *)g->edges.entries[i]->value;
}

static uint64_t
count_of(const struct graph_edge *e, enum graph_side side)
{
	return e->side[side] != NULL ? e->side[side]->count : 0;
}

/* Where in a sum of what leaves nodes that of E is. */
static size_t
place_of(const struct graph_edge *e, enum graph_side side)
{
	return ((size_t)e->from->index * EDGE_KINDS + e->kind) * GRAPH_SIDES +
	    side;
}

static void
compare_edges(struct graph *g)
{
	uint64_t *leaving = mem_zalloc(g->nodes.count * EDGE_KINDS *
		GRAPH_SIDES,
	    sizeof(*leaving));
	struct graph_edge *e;

	for (size_t i = 0; i < g->edges.count; i++) {
		e = edge_at(g, i);
		for (int side = 0; side < GRAPH_SIDES; side++)
			leaving[place_of(e, (enum graph_side)side)] +=
			    count_of(e, (enum graph_side)side);
	}
	for (size_t i = 0; i < g->edges.count; i++) {
		e = edge_at(g, i);
		e->change = change_of(e->side);
		if (e->change == CHANGE_NONE &&
		    shares_differ(count_of(e, GRAPH_NEW),
			leaving[place_of(e, GRAPH_NEW)],
			count_of(e, GRAPH_BASE),
			leaving[place_of(e, GRAPH_BASE)]))
			e->change = CHANGE_CHANGED;
	}
	free(leaving);
}

/* On which sides each node is, by itself or by an edge. */
static uint8_t *
sides_of_nodes(const struct graph *g)
{
	uint8_t *sides = mem_zalloc(g->nodes.count, 1);
	const struct graph_node *n;
	const struct graph_edge *e;

	for (int side = 0; side < GRAPH_SIDES; side++) {
		for (size_t i = 0; i < g->nodes.count; i++) {
			n = (const void *)g->nodes.entries[i]->value;
			if (n->side[side] != NULL)
				sides[i] |= (uint8_t)(1 << side);
		}
		for (size_t i = 0; i < g->edges.count; i++) {
			e = edge_at(g, i);
			if (e->side[side] == NULL)
				continue;
			sides[e->from->index] |= (uint8_t)(1 << side);
			sides[e->to->index] |= (uint8_t)(1 << side);
		}
	}
	return sides;
}

static void
compare_nodes(struct graph *g)
{
	uint8_t *sides = sides_of_nodes(g);
	struct graph_node *n;

	for (size_t i = 0; i < g->nodes.count; i++) {
		n = (void *)g->nodes.entries[i]->value;
		if (sides[i] == 1 << GRAPH_NEW)
			n->change = CHANGE_ADDED;
		else if (sides[i] == 1 << GRAPH_BASE)
			n->change = CHANGE_REMOVED;
		else if (n->side[GRAPH_NEW] != NULL &&
		    n->side[GRAPH_BASE] != NULL)
			n->change = change_of(n->side);
	}
	free(sides);
}

void
graph_compare(struct graph *g)
{
	compare_edges(g);
	compare_nodes(g);
}
