/* SPDX-License-Identifier: MIT */
#ifndef TELE_PREFIX_H
#define TELE_PREFIX_H

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A radix tree of literal prefixes: which of hundreds of them does a text begin
 * with?  It is walked once, whatever their number.
 */
struct prefix_tree {
	struct arena arena;
	struct prefix_node *root;
};

/* The most prefixes of one another that a walk reports. */
enum { PREFIX_PATH = 8 };

/* The things that share a prefix, in the order in which they were added. */
struct prefix_item {
	const void *thing;
	struct prefix_item *next;
	struct slice prefix;
	bool is_longest; /* no other prefix begins with this one */
};

void prefix_init(struct prefix_tree *tree);
void prefix_free(struct prefix_tree *tree);

/* PREFIX must outlive the tree and be readable as wide.h says. */
void prefix_add(struct prefix_tree *tree, struct slice prefix,
    const void *thing);

/* Nothing more will be added: settle what is_longest says. */
void prefix_finish(struct prefix_tree *tree);

/*
 * Find the prefixes of P..END, shortest first.  Returns how many; the longest
 * is the last.
 */
int prefix_walk(const struct prefix_tree *tree, const char *p, const char *end,
    const struct prefix_item *found[PREFIX_PATH]);

#endif
