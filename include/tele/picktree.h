/* SPDX-License-Identifier: MIT */
#ifndef TELE_PICKTREE_H
#define TELE_PICKTREE_H

#include "tele/mem.h"
#include "tele/shapes.h"

/*
 * The names on the way to values that are wanted, as a tree; picker.h tells
 * how paths are written.
 */
enum { PICK_NODES = 640, PICK_PATHS = 320, PICK_NOTHING = -1 };

struct pick_node {
	struct slice name;
	int path;        /* the number of the path that ends here, or NOTHING */
	int id;          /* what shapes mean by it; 0 is the root */
	bool is_open;    /* a unit of time may follow the name */
	int64_t unit_ns; /* the one that followed, or 0 */
	struct pick_node *child, *sibling;
	struct shape *members;  /* of the object that it is, or NULL yet */
	struct shape *elements; /* of the key-value list that it is, or NULL */
};

struct picktree {
	struct arena arena;
	struct shapes shapes;
	struct pick_node **nodes; /* by id */
	size_t nodes_cap;
	int node_count;
	int path_count;
};

void picktree_init(struct picktree *t);
void picktree_free(struct picktree *t);

/* The number of PATH, which is copied; -1 when there are too many. */
int picktree_add(struct picktree *t, struct slice path);

/*
 * The node of the member NAME of NODE, or NULL.  Not for a hot path: a name
 * that is followed by a unit becomes a node of its own.
 */
struct pick_node *picktree_find(struct picktree *t, struct pick_node *node,
    struct slice name);

#endif
