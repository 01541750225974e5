/* SPDX-License-Identifier: MIT */
#ifndef TELE_DIGRAPH_H
#define TELE_DIGRAPH_H

#include <stddef.h>
#include <stdint.h>

/*
 * A directed graph as numbers, for the algorithms that need no more: nodes are
 * 0 to NODES - 1.  All take time linear in nodes and edges.
 */
struct digraph {
	size_t nodes;
	uint32_t *first; /* of each node: where its edges begin in TO */
	uint32_t *to;
};

struct digraph_edge {
	uint32_t from, to;
};

/* No such node, or out of reach. */
#define DIGRAPH_NONE UINT32_MAX

/* Edges leave a node in the order of EDGES. */
void digraph_init(struct digraph *d, size_t nodes,
    const struct digraph_edge *edges, size_t count);
void digraph_free(struct digraph *d);

/*
 * How many edges each node is away from the nearest whose DISTANCE is 0, up to
 * MOST; all others must be DIGRAPH_NONE, and stay so if they are further.
 */
void digraph_distances(const struct digraph *d, uint32_t *distance,
    uint32_t most);

/*
 * The circles: sets of nodes that lead to each other, or a node that leads to
 * itself (strongly connected components; Tarjan, "Depth-first search and linear
 * graph algorithms", SIAM J. Comput. 1, 1972).  CIRCLE of each node becomes the
 * number of its one, from 1, or 0.  They are numbered by their least nodes;
 * returns how many there are.
 */
uint32_t digraph_circles(const struct digraph *d, uint32_t *circle);

/*
 * A shortest way from START back to it: WAY, which takes NODES numbers, begins
 * with it.  Returns its length, 0 if there is none.
 */
size_t digraph_way_back(const struct digraph *d, uint32_t start, uint32_t *way);

#endif
