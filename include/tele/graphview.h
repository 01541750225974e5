/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHVIEW_H
#define TELE_GRAPHVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/graph.h"

/*
 * The part of a graph that is shown: what the user asked for and, in pictures,
 * what there is room for.  Sorted by names: nodes by id, edges by the ids of
 * their ends, then by kind.
 */
struct view_node {
	const struct graph_node *n;
	uint32_t cycle; /* the number of the circle it is in, from 1, or 0 */
	uint32_t edges; /* how many shown edges touch it */
	bool is_focus;
	/* Private. */
	uint64_t weight;
	bool has_change, is_out;
};

struct view_edge {
	const struct graph_edge *e;
	uint32_t from, to; /* indices of nodes */
	uint32_t cycle;    /* of both ends, or 0 */
	/* Private. */
	bool is_out;
};

struct graph_view {
	const struct graph *g;
	struct view_node *nodes;
	struct view_edge *edges;
	size_t node_count, edge_count;
	uint32_t cycles;
	/* What there was no room for: it stands for HIDDEN of TOTAL counts. */
	size_t hidden_nodes, hidden_edges;
	uint64_t hidden, total;
};

struct graph_view_options {
	struct slice focus;   /* a node's id, name, or a part of the id */
	uint64_t depth;       /* edges away from it; 0 is any */
	bool up, down;        /* only what leads to it, what it leads to */
	uint64_t least;       /* counts that an edge must have ... */
	uint64_t least_share; /* ... or as millionths of all of its kind */
	bool only_cycles;
	uint64_t max_nodes, max_edges; /* 0 is any */
};

/* False if no node is the focus. */
bool graph_view_init(struct graph_view *v, const struct graph *g,
    const struct graph_view_options *options);
void graph_view_free(struct graph_view *v);

/* Hide more, until there are at most so many: for formats with limits. */
void graph_view_cut(struct graph_view *v, size_t max_nodes, size_t max_edges);

/*
 * What an edge or a node counts on the side that is shown: the new one, or of
 * what was removed, the old one.  NULL of a node that does no work of its own.
 */
const struct summary *view_edge_summary(const struct view_edge *e);
const struct summary *view_node_summary(const struct view_node *n);

/*
 * One of the shortest ways round the circle CYCLE, from the node with the least
 * id on: LENGTH nodes, each an index.  The caller frees it.
 */
uint32_t *graph_view_cycle(const struct graph_view *v, uint32_t cycle,
    size_t *length);

#endif
