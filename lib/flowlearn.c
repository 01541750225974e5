/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/flowlearn.h"
#include "tele/flownode.h"
#include "tele/jsontext.h"
#include "tele/map.h"
#include "tele/walk.h"

struct flowlearn {
	struct executions *executions;
	struct walk walk;
	struct flow_node root;   /* what is within it are the sequences */
	struct map nodes;        /* of struct flow_node *, by parent and name */
	struct flow_node **node; /* of each step of an execution */
	size_t node_cap;
	struct arena arena;
	char *key;
	size_t key_cap;
	size_t max_names;
	int64_t resolution_ns; /* of all starts until now, a power of ten */
	bool is_full;
};

static void settle(void *arg, struct execution *e);

struct flowlearn *
flowlearn_new(size_t max_names)
{
	static const enum event_key keys[] = { EVENT_NAME, EVENT_SERVICE,
		EVENT_PLUGIN, EVENT_SEQUENCE_ID, EVENT_MOVEMENT, EVENT_BEAT,
		EVENT_EVENT, EVENT_HANDLER };
	struct flowlearn *l = mem_zalloc(1, sizeof(*l));
	uint64_t set = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		set |= UINT64_C(1) << keys[i];
	l->executions = executions_new(set, settle, l);
	l->max_names = max_names;
	l->resolution_ns = NS_PER_S;
	map_init(&l->nodes, sizeof(struct flow_node *));
	return l;
}

void
flowlearn_free(struct flowlearn *l)
{
	executions_free(l->executions);
	walk_free(&l->walk);
	for (size_t i = 0; i < l->nodes.count; i++)
		flow_node_free(
		    *(struct flow_node **)(void *)l->nodes.entries[i]->value);
	flow_node_free(&l->root);
	map_free(&l->nodes);
	arena_free(&l->arena);
	free(l->node);
	free(l->key);
	free(l);
}

bool
flowlearn_is_full(const struct flowlearn *l)
{
	return l->is_full;
}

uint64_t
flowlearn_cut(const struct flowlearn *l)
{
	return executions_cut(l->executions);
}

static struct slice
normal(struct flowlearn *l, struct slice raw)
{
	char *text;

	if (raw.len == 0)
		return raw;
	text = arena_alloc(&l->arena, raw.len * 6 + 16);
	return (struct slice){ text, json_normal(text, raw) };
}

static struct flow_node *
new_node(struct flowlearn *l, struct flow_node *within,
    const struct execution *e, size_t i)
{
	struct flow_node *n = arena_alloc(&l->arena, sizeof(*n));

	*n = (struct flow_node){ .kind = e->steps[i].kind,
		.name = normal(l, walk_name(e, i)),
		.service = normal(l, execution_value(e, i, EVENT_SERVICE)),
		.plugin = normal(l, execution_value(e, i, EVENT_PLUGIN)),
		.handler = normal(l, execution_value(e, i, EVENT_HANDLER)),
		.movement = normal(l, execution_value(e, i, EVENT_MOVEMENT)),
		.beat = normal(l, execution_value(e, i, EVENT_BEAT)),
		.id = normal(l, execution_value(e, i, EVENT_SEQUENCE_ID)) };
	flow_node_adopt(within, n);
	return n;
}

/* The node of step I, which is within WITHIN; NULL if there are too many. */
static struct flow_node *
node_of(struct flowlearn *l, struct flow_node *within,
    const struct execution *e, size_t i)
{
	struct slice name = walk_name(e, i);
	struct slice service = execution_value(e, i, EVENT_SERVICE);
	struct flow_node **n;
	struct slice key;
	bool is_new;

	l->key = mem_grow(l->key, &l->key_cap,
	    sizeof(within) + name.len + service.len + 1, 1);
	memcpy(l->key, &within, sizeof(within));
	memcpy(l->key + sizeof(within), name.ptr, name.len);
	l->key[sizeof(within) + name.len] = '\n';
	memcpy(l->key + sizeof(within) + name.len + 1, service.ptr,
	    service.len);
	key = (struct slice){ l->key,
		sizeof(within) + name.len + 1 + service.len };
	n = map_get(&l->nodes, key);
	if (n != NULL)
		return *n;
	if (l->nodes.count >= l->max_names ||
	    (within != &l->root && within->count >= FLOW_CHILDREN_MAX)) {
		l->is_full |= l->nodes.count >= l->max_names;
		within->is_open = true;
		return NULL;
	}
	n = map_put(&l->nodes, key, &is_new);
	*n = new_node(l, within, e, i);
	return *n;
}

/* Everything that happened within the step at I, an instance of its node. */
static void
learn_step(struct flowlearn *l, const struct execution *e, size_t i)
{
	struct flow_node *within = l->node[i], *n;
	const uint32_t *children;
	size_t count = walk_children(&l->walk, i, &children);

	flow_node_begin(within, e->steps[i].duration_ns);
	for (size_t k = 0; k < count; k++) {
		n = node_of(l, within, e, children[k]);
		l->node[children[k]] = n;
		if (n != NULL)
			flow_node_happened(within, n, &e->steps[children[k]]);
	}
	flow_node_end(within, !l->walk.has_error[i], l->resolution_ns);
}

static bool
is_unfinished(const struct execution *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->steps[i].status == STEP_UNFINISHED)
			return true;
	return false;
}

static void
settle(void *arg, struct execution *e)
{
	struct flowlearn *l = arg;

	if (!walk_is_complete(e) || is_unfinished(e))
		return;
	l->node = mem_grow(l->node, &l->node_cap, e->count,
	    sizeof(struct flow_node *));
	memset(l->node, 0, e->count * sizeof(struct flow_node *));
	walk_execution(&l->walk, e);
	for (size_t i = 0; i < e->count; i++) {
		if (e->steps[i].parent == STEP_NONE &&
		    e->steps[i].parent_span == 0)
			l->node[i] = node_of(l, &l->root, e, i);
		if (l->node[i] != NULL)
			learn_step(l, e, i);
	}
}

void
flowlearn_add(struct flowlearn *l, struct event_reader *r,
    const struct event *ev)
{
	struct step step;

	if (!event_kind_is_work(ev->kind) || !step_read(r, ev, &step))
		return;
	/* Nine digits may be written of a clock that ticks a thousand times. */
	while (step.has_time && step.start_ns % l->resolution_ns != 0)
		l->resolution_ns /= 10;
	executions_add(l->executions, ev, &step, NULL);
}

void
flowlearn_write(struct flowlearn *l, struct out *out)
{
	executions_finish(l->executions);
	flow_node_write(&l->root, out);
}
