/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPH_H
#define TELE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/map.h"
#include "tele/mem.h"
#include "tele/slice.h"
#include "tele/summary.h"

/*
 * A directed graph of who has to do with whom: nodes are handlers, spans,
 * sequences and what else does work, edges are of four kinds.
 *
 * The durations of an edge that calls are those of the callee.  Those of the
 * others are waits: from the end of the first to the start of the second, zero
 * if that began before.  The errors of an edge are failures of the second.
 */
enum edge_kind {
	EDGE_FOLLOWS,  /* the next of the same parent in the same execution */
	EDGE_CALLS,    /* a parent and its child */
	EDGE_TRIGGERS, /* a publisher and a subscriber, or a link */
	EDGE_STATE,    /* writes a key that the other changes later */
	EDGE_KINDS,
};

extern const char *const edge_kind_names[]; /* ended by NULL */

/* What is drawn, and what it is compared with. */
enum graph_side { GRAPH_NEW, GRAPH_BASE, GRAPH_SIDES };

/* What became of a node or an edge since. */
enum change { CHANGE_NONE, CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };

extern const char *const change_names[]; /* "same" first, ended by NULL */

struct graph_node {
	struct slice id;          /* OWNER/NAME, or just NAME; plain text */
	struct slice name, owner; /* parts of it; the owner may be empty */
	uint32_t index;           /* in order of arrival */
	enum change change;
	bool is_wanted; /* to be shown even without an edge */
	struct summary *side[GRAPH_SIDES]; /* NULL where it did no work */
	uint64_t starts, ends; /* executions that began, ended with it */
};

/* The keys of an edge of state, at most so many. */
enum { EDGE_KEYS = 16 };

struct graph_edge {
	enum edge_kind kind;
	struct graph_node *from, *to;
	struct summary *side[GRAPH_SIDES]; /* NULL where it was not seen */
	enum change change;
	struct slice *keys; /* plain text, sorted; or NULL */
	int key_count;
};

struct graph {
	struct map nodes; /* of struct graph_node, by id */
	struct map edges; /* of struct graph_edge, by kind and ends */
	uint64_t max;     /* of nodes, and of edges */
	uint64_t folded; /* how often there was no room for a name of its own */
	bool has_base;   /* it is a comparison */
	bool drops_loops;    /* no edge leads from a node to itself */
	unsigned edge_kinds; /* a bit for each kind that was looked for */
	uint64_t executions[GRAPH_SIDES];
};

void graph_init(struct graph *g, uint64_t max);
void graph_free(struct graph *g);

/*
 * The node of OWNER/NAME, made if there is none.  Beyond the MAX it is the
 * node (other).
 */
struct graph_node *graph_node(struct graph *g, struct slice owner,
    struct slice name);

/* The edge, made if there is none; beyond the MAX, one of (other) to itself. */
struct graph_edge *graph_edge(struct graph *g, enum edge_kind kind,
    struct graph_node *from, struct graph_node *to);

/* The summary of SIDE, made if there is none. */
struct summary *graph_node_side(struct graph_node *n, enum graph_side side);
struct summary *graph_edge_side(struct graph_edge *e, enum graph_side side);

/* An edge of state is about the key KEY. */
void graph_edge_key(struct graph *g, struct graph_edge *e, struct slice key);

#endif
