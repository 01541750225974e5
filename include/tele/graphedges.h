/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHEDGES_H
#define TELE_GRAPHEDGES_H

#include "tele/execution.h"
#include "tele/graph.h"

/*
 * The edges within one execution.  The owner of a step that takes part is its
 * node; one without an owner only encloses others.
 */
struct graph_edges {
	struct graph *g;
	enum graph_side side;
	uint64_t kinds[EDGE_KINDS]; /* of events that take part: their bits */

	/* Private. */
	struct map state_keys; /* of struct state_key, by key as JSON has it */
	uint32_t *around, *previous;
	const struct step **sorted;
	size_t around_cap, previous_cap, sorted_cap;
};

/* The event keys that executions must keep for graph_edges_state. */
#define GRAPH_STATE_KEYS                                             \
	(UINT64_C(1) << EVENT_ADDED | UINT64_C(1) << EVENT_UPDATED | \
	    UINT64_C(1) << EVENT_REMOVED)

void graph_edges_init(struct graph_edges *e, struct graph *g);
void graph_edges_free(struct graph_edges *e);

/* A side begins. */
void graph_edges_begin(struct graph_edges *e, enum graph_side side);

void graph_edges_follows(struct graph_edges *e, const struct execution *x);
void graph_edges_calls(struct graph_edges *e, const struct execution *x);
void graph_edges_state(struct graph_edges *e, const struct execution *x);

/*
 * For each step of X the nearest above it that takes part in edges of KIND, or
 * STEP_NONE; until the next call.
 */
const uint32_t *graph_edges_around(struct graph_edges *e,
    const struct execution *x, enum edge_kind kind);

#endif
