/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "tele/prefix.h"
#include "tele/wide.h"

struct prefix_node {
	struct slice label; /* the bytes from the parent to here */
	char first;         /* of them */
	struct prefix_item *items;
	struct prefix_node *child, *sibling;
};

static struct prefix_node *
new_node(struct prefix_tree *tree, struct slice label)
{
	struct prefix_node *node = arena_alloc(&tree->arena, sizeof(*node));

	*node = (struct prefix_node){ .label = label,
		.first = label.len > 0 ? label.ptr[0] : '\0' };
	return node;
}

void
prefix_init(struct prefix_tree *tree)
{
	*tree = (struct prefix_tree){ 0 };
	tree->root = new_node(tree, SLICE(""));
}

void
prefix_free(struct prefix_tree *tree)
{
	arena_free(&tree->arena);
	tree->root = NULL;
}

static size_t
common(struct slice a, struct slice b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
		n++;
	return n;
}

/* Cut NODE after N bytes of its label; what it held moves to a new child. */
static void
split(struct prefix_tree *tree, struct prefix_node *node, size_t n)
{
	struct prefix_node *rest = new_node(tree,
	    (struct slice){ node->label.ptr + n, node->label.len - n });

	rest->items = node->items;
	rest->child = node->child;
	node->label.len = n;
	node->items = NULL;
	node->child = rest;
}

static void
add_item(struct prefix_tree *tree, struct prefix_node *node,
    struct slice prefix, const void *thing)
{
	struct prefix_item **link = &node->items;

	while (*link != NULL)
		link = &(*link)->next;
	*link = arena_alloc(&tree->arena, sizeof(**link));
	**link = (struct prefix_item){ .thing = thing, .prefix = prefix };
}

void
prefix_add(struct prefix_tree *tree, struct slice prefix, const void *thing)
{
	struct prefix_node *node = tree->root, **link;
	struct slice whole = prefix;
	size_t n;

	while (prefix.len > 0) {
		link = &node->child;
		while (*link != NULL && (*link)->first != prefix.ptr[0])
			link = &(*link)->sibling;
		if (*link == NULL)
			*link = new_node(tree, prefix);
		node = *link;
		n = common(node->label, prefix);
		if (n < node->label.len)
			split(tree, node, n);
		prefix.ptr += n;
		prefix.len -= n;
	}
	add_item(tree, node, whole, thing);
}

/* Visit every node; the tree is as deep as its prefixes are many. */
static void
mark_longest(struct prefix_node *node)
{
	for (; node != NULL; node = node->sibling) {
		for (struct prefix_item *i = node->items; i; i = i->next)
			i->is_longest = node->child == NULL;
		mark_longest(node->child);
	}
}

void
prefix_finish(struct prefix_tree *tree)
{
	mark_longest(tree->root);
}

int
prefix_walk(const struct prefix_tree *tree, const char *p, const char *end,
    const struct prefix_item *found[PREFIX_PATH])
{
	const struct prefix_node *node = tree->root;
	int count = 0;

	for (;;) {
		if (node->items != NULL && count < PREFIX_PATH)
			found[count++] = node->items;
		if (p == end)
			return count;
		node = node->child;
		while (node != NULL && node->first != *p)
			node = node->sibling;
		if (node == NULL || (size_t)(end - p) < node->label.len ||
		    !wide_equal(p, node->label.ptr, node->label.len))
			return count;
		p += node->label.len;
	}
}
