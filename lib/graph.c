/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/graph.h"

const char *const edge_kind_names[] = { "follows", "calls", "triggers", "state",
	NULL };

const char *const change_names[] = { "same", "added", "removed", "changed",
	NULL };

void
graph_init(struct graph *g, uint64_t max)
{
	*g = (struct graph){ .max = max };
	map_init(&g->nodes, sizeof(struct graph_node));
	map_init(&g->edges, sizeof(struct graph_edge));
}

static void
free_sides(struct summary **side)
{
	for (int i = 0; i < GRAPH_SIDES; i++) {
		if (side[i] != NULL)
			summary_free(side[i]);
		free(side[i]);
	}
}

void
graph_free(struct graph *g)
{
	struct graph_edge *e;
	struct graph_node *n;

	for (size_t i = 0; i < g->nodes.count; i++) {
		n = (void *)g->nodes.entries[i]->value;
		free_sides(n->side);
	}
	for (size_t i = 0; i < g->edges.count; i++) {
		e = (void *)g->edges.entries[i]->value;
		free_sides(e->side);
		free(e->keys);
	}
	map_free(&g->nodes);
	map_free(&g->edges);
}

/* OWNER/NAME in the memory of the caller, who frees it. */
static struct slice
join(struct slice owner, struct slice name)
{
	size_t len = owner.len + (owner.len > 0) + name.len;
	char *id = mem_alloc(len + 1), *p = id;

	if (owner.len > 0) {
		memcpy(p, owner.ptr, owner.len);
		p += owner.len;
		*p++ = '/';
	}
	if (name.len > 0)
		memcpy(p, name.ptr, name.len);
	return (struct slice){ id, len };
}

struct graph_node *
graph_node(struct graph *g, struct slice owner, struct slice name)
{
	struct slice id = join(owner, name);
	struct graph_node *n = map_get(&g->nodes, id);

	if (n == NULL && g->nodes.count >= g->max) {
		g->folded++;
		free((char *)id.ptr);
		owner.len = 0;
		name = SLICE("(other)");
		id = join(owner, name);
		n = map_get(&g->nodes, id);
	}
	if (n == NULL) {
		n = map_put(&g->nodes, id, NULL);
		n->index = map_entry_of(n)->id;
		n->id = map_entry_of(n)->key;
		n->owner = (struct slice){ n->id.ptr, owner.len };
		n->name = (struct slice){ n->id.ptr + n->id.len - name.len,
			name.len };
	}
	free((char *)id.ptr);
	return n;
}

struct graph_edge *
graph_edge(struct graph *g, enum edge_kind kind, struct graph_node *from,
    struct graph_node *to)
{
	uint32_t key[3] = { (uint32_t)kind, from->index, to->index };
	struct slice bytes = { (const char *)key, sizeof(key) };
	struct graph_edge *e = map_get(&g->edges, bytes);

	if (e == NULL && g->edges.count >= g->max) {
		g->folded++;
		from = to = graph_node(g, (struct slice){ "", 0 },
		    SLICE("(other)"));
		key[1] = key[2] = from->index;
		e = map_get(&g->edges, bytes);
	}
	if (e == NULL) {
		e = map_put(&g->edges, bytes, NULL);
		e->kind = kind;
		e->from = from;
		e->to = to;
	}
	return e;
}

struct summary *
graph_node_side(struct graph_node *n, enum graph_side side)
{
	if (n->side[side] == NULL)
		n->side[side] = mem_zalloc(1, sizeof(**n->side));
	return n->side[side];
}

struct summary *
graph_edge_side(struct graph_edge *e, enum graph_side side)
{
	if (e->side[side] == NULL)
		e->side[side] = mem_zalloc(1, sizeof(**e->side));
	return e->side[side];
}

void
graph_edge_key(struct graph *g, struct graph_edge *e, struct slice key)
{
	int at = 0, order = -1;

	if (e->keys == NULL)
		e->keys = mem_zalloc(EDGE_KEYS, sizeof(*e->keys));
	while (
	    at < e->key_count && (order = slice_compare(e->keys[at], key)) < 0)
		at++;
	if ((at < e->key_count && order == 0) || e->key_count == EDGE_KEYS)
		return;
	memmove(&e->keys[at + 1], &e->keys[at],
	    (size_t)(e->key_count - at) * sizeof(*e->keys));
	e->keys[at] = arena_copy(&g->edges.arena, key);
	e->key_count++;
}
