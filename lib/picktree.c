/* SPDX-License-Identifier: MIT */
#include "tele/picktree.h"

#include <stdlib.h>

#include "tele/convert.h"

static struct pick_node *
new_node(struct picktree *t, struct slice name)
{
	struct pick_node *node = arena_alloc(&t->arena, sizeof(*node));

	*node = (struct pick_node){ .name = name, .path = PICK_NOTHING };
	node->id = t->node_count++;
	t->nodes = mem_grow(t->nodes, &t->nodes_cap, (size_t)t->node_count,
	    sizeof(*t->nodes));
	t->nodes[node->id] = node;
	return node;
}

void
picktree_init(struct picktree *t)
{
	*t = (struct picktree){ 0 };
	new_node(t, (struct slice){ "", 0 });
}

void
picktree_free(struct picktree *t)
{
	arena_free(&t->arena);
	shapes_free(&t->shapes);
	free(t->nodes);
}

static struct pick_node *
find_exactly(struct pick_node *node, struct slice name, bool is_open)
{
	struct pick_node *child = node->child;

	while (child != NULL &&
	    (child->is_open != is_open || !slice_equal(child->name, name)))
		child = child->sibling;
	return child;
}

static struct pick_node *
add_child(struct picktree *t, struct pick_node *node, struct slice name)
{
	struct pick_node **link = &node->child;

	if (t->node_count == PICK_NODES)
		return NULL;
	while (*link != NULL)
		link = &(*link)->sibling;
	*link = new_node(t, name);
	return *link;
}

static struct pick_node *
find_or_add(struct picktree *t, struct pick_node *node, struct slice name)
{
	bool is_open = name.len > 1 && name.ptr[name.len - 1] == '*';
	struct pick_node *child;

	name.len -= is_open;
	child = find_exactly(node, name, is_open);
	if (child == NULL)
		child = add_child(t, node, name);
	if (child != NULL)
		child->is_open = is_open;
	return child;
}

struct pick_node *
picktree_find(struct picktree *t, struct pick_node *node, struct slice name)
{
	struct pick_node *child = find_exactly(node, name, false), *open;
	struct slice rest;
	int64_t unit_ns;

	if (child != NULL)
		return child;
	for (open = node->child; open != NULL; open = open->sibling) {
		if (!open->is_open || !slice_starts_with(name, open->name))
			continue;
		rest = slice_range(name.ptr + open->name.len,
		    name.ptr + name.len);
		unit_ns = convert_unit(rest);
		if (unit_ns == 0)
			continue;
		child = add_child(t, node, arena_copy(&t->arena, name));
		if (child == NULL)
			return NULL;
		child->path = open->path;
		child->unit_ns = unit_ns;
		return child;
	}
	return NULL;
}

/* The first name of *PATH, which moves behind it. */
static struct slice
next_name(struct slice *path)
{
	const char *p = path->ptr, *end = p + path->len, *stop;
	struct slice name;

	if (p < end && *p == '[') {
		stop = memchr(p, ']', path->len);
		if (stop == NULL)
			stop = end;
		name = slice_range(p + 1, stop);
		p = stop < end ? stop + 1 : end;
	} else {
		for (stop = p; stop < end && *stop != '.' && *stop != '[';)
			stop++;
		name = slice_range(p, stop);
		p = stop;
	}
	if (p < end && *p == '.')
		p++;
	*path = slice_range(p, end);
	return name;
}

int
picktree_add(struct picktree *t, struct slice path)
{
	struct slice whole = arena_copy(&t->arena, path), rest = whole;
	struct pick_node *node = t->nodes[0], *dotted;

	while (rest.len > 0 && node != NULL)
		node = find_or_add(t, node, next_name(&rest));
	if (node == NULL ||
	    (node->path == PICK_NOTHING && t->path_count == PICK_PATHS))
		return -1;
	if (node->path == PICK_NOTHING)
		node->path = t->path_count++;
	if (memchr(whole.ptr, '.', whole.len) != NULL &&
	    memchr(whole.ptr, '[', whole.len) == NULL) {
		dotted = find_or_add(t, t->nodes[0], whole);
		if (dotted != NULL)
			dotted->path = node->path;
	}
	return node->path;
}
