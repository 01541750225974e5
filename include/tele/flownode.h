/* SPDX-License-Identifier: MIT */
#ifndef TELE_FLOWNODE_H
#define TELE_FLOWNODE_H

#include "tele/execution.h"
#include "tele/out.h"
#include "tele/quantile.h"
#include "tele/slice.h"

/*
 * A kind of step, within another kind, and what is known of those within it:
 * how often each comes, and which comes before which.  Names are JSON text as
 * json_escape writes it.
 */
struct flow_node {
	enum event_kind kind;
	struct slice name, service, plugin, handler, movement, beat, id;
	uint64_t instances, sound; /* all, and those without an error */
	struct quantile durations;

	struct flow_node **children;
	size_t count, cap;
	struct flow_pair *pairs; /* CAP x CAP of them */
	bool is_open;            /* more may be within than is known */
	size_t happened;         /* in the current instance */

	/* As a child of another. */
	size_t index;
	uint64_t present; /* instances of the other that it was in */
	uint64_t least, most;

	/* The current instance of the other. */
	uint64_t now;
	int64_t start_ns, end_ns;
	size_t first, last; /* the how manieth */
};

void flow_node_free(struct flow_node *n);

/* CHILD, which is new, is within N. */
void flow_node_adopt(struct flow_node *n, struct flow_node *child);

/*
 * An instance of N: begin it, tell of each step within it, end it.  Times are
 * known to RESOLUTION_NS.
 */
void flow_node_begin(struct flow_node *n, int64_t duration_ns);
void flow_node_happened(struct flow_node *n, struct flow_node *child,
    const struct step *step);
void flow_node_end(struct flow_node *n, bool is_sound, int64_t resolution_ns);

/*
 * Write what is within ROOT as sequences, by service and name, in the form of
 * tele-sequence(5).
 */
void flow_node_write(struct flow_node *root, struct out *out);

#endif
