/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/graphedges.h"
#include "tele/json.h"

/* Who changed a key of the state last, and in which execution. */
struct state_key {
	uint64_t execution;
	const struct step *step;
};

void
graph_edges_init(struct graph_edges *e, struct graph *g)
{
	*e = (struct graph_edges){ .g = g };
	map_init(&e->state_keys, sizeof(struct state_key));
}

void
graph_edges_free(struct graph_edges *e)
{
	map_free(&e->state_keys);
	free(e->around);
	free(e->previous);
	free(e->sorted);
}

void
graph_edges_begin(struct graph_edges *e, enum graph_side side)
{
	e->side = side;
	map_free(&e->state_keys);
	map_init(&e->state_keys, sizeof(struct state_key));
}

/* Whether a step takes part in edges of KIND. */
static bool
is_of(const struct graph_edges *e, enum edge_kind kind, const struct step *s)
{
	return s->owner != NULL && (e->kinds[kind] >> s->kind & 1) != 0;
}

const uint32_t *
graph_edges_around(struct graph_edges *e, const struct execution *x,
    enum edge_kind kind)
{
	uint32_t up;

	e->around = mem_grow(e->around, &e->around_cap, x->count,
	    sizeof(*e->around));
	for (size_t i = 0; i < x->count; i++) {
		up = x->steps[i].parent;
		if (up != STEP_NONE && !is_of(e, kind, &x->steps[up]))
			up = e->around[up];
		e->around[i] = up;
	}
	return e->around;
}

/* An edge from step FROM to TO: it calls it, or TO waited for it. */
static struct graph_edge *
add_edge(struct graph_edges *e, enum edge_kind kind, const struct step *from,
    const struct step *to)
{
	int64_t wait_ns = step_wait_ns(from, to);
	struct graph_edge *edge;
	struct summary *s;

	if (from->owner == to->owner && e->g->drops_loops)
		return NULL;
	edge = graph_edge(e->g, kind, from->owner, to->owner);
	s = graph_edge_side(edge, e->side);
	s->count++;
	s->errors += to->status == STEP_ERROR;
	if (kind == EDGE_CALLS && to->duration_ns >= 0)
		quantile_add(&s->durations, to->duration_ns);
	else if (kind != EDGE_CALLS && wait_ns >= 0)
		summary_add_wait(s, wait_ns, step_tick_ns(from, to));
	return edge;
}

/* What follows what within the same step, or at the top. */
void
graph_edges_follows(struct graph_edges *e, const struct execution *x)
{
	const struct step *steps = x->steps, *s;
	size_t top = x->count, at;
	struct graph_node *first = NULL;

	graph_edges_around(e, x, EDGE_FOLLOWS);
	e->previous = mem_grow(e->previous, &e->previous_cap, x->count + 1,
	    sizeof(*e->previous));
	memset(e->previous, 0xff, (x->count + 1) * sizeof(*e->previous));
	for (uint32_t i = 0; i < x->count; i++) {
		s = &steps[i];
		if (!is_of(e, EDGE_FOLLOWS, s))
			continue;
		if (first == NULL)
			first = s->owner;
		at = e->around[i] == STEP_NONE ? top : e->around[i];
		if (e->previous[at] != STEP_NONE)
			add_edge(e, EDGE_FOLLOWS, &steps[e->previous[at]], s);
		e->previous[at] = i;
	}
	if (first == NULL)
		return;
	e->g->executions[e->side]++;
	if (e->side == GRAPH_NEW) {
		first->starts++;
		((struct graph_node *)steps[e->previous[top]].owner)->ends++;
	}
}

void
graph_edges_calls(struct graph_edges *e, const struct execution *x)
{
	const struct step *s;

	graph_edges_around(e, x, EDGE_CALLS);
	for (size_t i = 0; i < x->count; i++) {
		s = &x->steps[i];
		if (is_of(e, EDGE_CALLS, s) && e->around[i] != STEP_NONE)
			add_edge(e, EDGE_CALLS, &x->steps[e->around[i]], s);
	}
}

static int
compare_steps(const void *a, const void *b)
{
	return step_compare(*(const struct step *const *)a,
	    *(const struct step *const *)b);
}

/* The step S changes the key RAW. */
static void
change_key(struct graph_edges *e, const struct execution *x,
    const struct step *s, struct slice raw)
{
	struct slice rest = SLICE("(other)");
	struct graph_edge *edge;
	struct state_key *k;
	char *memory;

	k = map_get(&e->state_keys, raw);
	if (k == NULL)
		k = map_put(&e->state_keys,
		    e->state_keys.count < e->g->max ? raw : rest, NULL);
	if (k->execution == x->number) {
		edge = add_edge(e, EDGE_STATE, k->step, s);
		if (edge != NULL) {
			memory = mem_alloc(raw.len);
			graph_edge_key(e->g, edge,
			    (struct slice){ memory,
				json_unescape(memory, raw) });
			free(memory);
		}
	}
	*k = (struct state_key){ x->number, s };
}

/* Who changes what somebody else wrote, in the order of time. */
void
graph_edges_state(struct graph_edges *e, const struct execution *x)
{
	static const enum event_key changes[] = { EVENT_ADDED, EVENT_UPDATED,
		EVENT_REMOVED };
	struct slice keys, key;
	size_t count = 0;

	e->sorted = mem_grow(e->sorted, &e->sorted_cap, x->count,
	    sizeof(*e->sorted));
	for (size_t i = 0; i < x->count; i++)
		if (x->steps[i].kind == KIND_STATE)
			e->sorted[count++] = &x->steps[i];
	qsort(e->sorted, count, sizeof(*e->sorted), compare_steps);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < 3; k++) {
			keys = execution_value(x,
			    (size_t)(e->sorted[i] - x->steps), changes[k]);
			while (event_next_string(&keys, &key))
				change_key(e, x, e->sorted[i], key);
		}
}
