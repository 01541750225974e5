/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHFORMAT_H
#define TELE_GRAPHFORMAT_H

#include "tele/graphview.h"
#include "tele/out.h"
#include "tele/screen.h"

/*
 * The forms in which a graph is written.  One row in graphformat.c makes one
 * known.
 */
struct graph_picture {
	struct graph_view *v; /* a form with limits may cut it further */
	struct out *out;      /* the screen's, too */
	const char *link; /* the address of code: {file} and {line} are filled
			     in */
	struct screen screen;
	bool lists_cycles; /* text: instead of a tree */
};

struct graph_format {
	const char *name;
	bool is_picture; /* there is no room for everything */
	void (*write)(const struct graph_picture *p);
};

/* The names, ended by NULL; the first is the default. */
extern const char *const graph_format_names[];

const struct graph_format *graph_format_at(int i);

/*
 * What the pictures share.
 */

/* The extent of what is shown, for colours and widths. */
struct graph_range {
	int64_t least, most; /* least > most: there is nothing */
	int64_t low; /* the least but zero, where a logarithmic scale begins */
};

struct graph_ranges {
	struct graph_range counts;    /* of edges */
	struct graph_range waits;     /* p95 of edges, in ns */
	struct graph_range durations; /* p95 of nodes, in ns */
};

void graph_ranges(const struct graph_view *v, struct graph_ranges *r);

/* The 95th percentile of S, or -1. */
int64_t graph_p95(const struct summary *s);

/* A number for each node that depends on its id alone; freed by the caller. */
uint64_t *graph_ids(const struct graph_view *v);

/*
 * "28 · p95 9.4 ms · 7.1 % failed", of what is there, the older values in
 * brackets if they changed.  DST takes GRAPH_TEXT bytes; returns the length.
 */
enum { GRAPH_TEXT = 256 };
size_t graph_numbers(char *dst, struct summary *const side[GRAPH_SIDES],
    bool is_ascii);

/* "+", "-" or "~" and a blank for what was added, removed or changed. */
const char *graph_change_sign(enum change change);

/* The summary that knows where the code of N is, or NULL. */
const struct summary *graph_code(const struct graph_node *n);

/*
 * What there was no room for, "hidden: 12 nodes and 40 edges, 3.1 % of all
 * that was counted"; returns the length, 0 if everything is shown.
 */
size_t graph_hidden(char *dst, const struct graph_view *v);

/* What an edge of each kind means, in a few words. */
extern const char *const edge_kind_meanings[];

extern const struct graph_format dot_format, mermaid_format, graph_text_format,
    graph_html_format, graph_ndjson_format;

#endif
