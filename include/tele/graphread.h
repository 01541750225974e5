/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHREAD_H
#define TELE_GRAPHREAD_H

#include "tele/event.h"
#include "tele/graph.h"

/* Events into a graph, in one pass. */

/* What stands for an event: itself, or what it is part of. */
enum graph_collapse {
	COLLAPSE_NOT,
	COLLAPSE_PLUGIN,
	COLLAPSE_SERVICE,
	COLLAPSE_DIR, /* the folder of its code */
};

struct graph_reader_options {
	unsigned edges; /* a bit for each edge_kind */
	uint64_t kinds; /* a bit for each event_kind; 0: see tele-graph(1) */
	enum graph_collapse collapse;
};

struct graph_reader;

/* G is borrowed; its edge_kinds are set. */
struct graph_reader *graph_reader_new(struct graph *g,
    const struct graph_reader_options *options);
void graph_reader_free(struct graph_reader *r);

/*
 * The events that follow are of SIDE.  What belongs together has to come on the
 * same one.
 */
void graph_reader_begin(struct graph_reader *r, enum graph_side side);

/* Take EV, an event; one that is malformed is reported and skipped. */
void graph_reader_add(struct graph_reader *r, struct event_reader *events,
    const struct event *ev);

/* The side is complete. */
void graph_reader_end(struct graph_reader *r);

/* How many executions were too large to be looked at as a whole. */
uint64_t graph_reader_cut(const struct graph_reader *r);

/* How many links lead to spans that were too far away. */
uint64_t graph_reader_lost_links(const struct graph_reader *r);

#endif
