/* SPDX-License-Identifier: MIT */
#ifndef TELE_WALK_H
#define TELE_WALK_H

#include "tele/execution.h"

/*
 * What is within what in an execution: the flow of each piece of work.  Beats
 * are in their sequence, not in the movements that group them.  Arrays have a
 * place for each step, and are valid until the next execution.
 */
struct walk {
	uint32_t *around;   /* what a step is in, or STEP_NONE */
	uint32_t *first;    /* where its children begin, in `children` */
	uint32_t *children; /* by what they are in, in the order of the walk */
	bool *has_error;    /* it failed, or something within it */
	size_t cap;         /* private */
};

/* A zeroed struct is empty. */
void walk_free(struct walk *w);
void walk_execution(struct walk *w, const struct execution *e);

/* The children of step I. */
static inline size_t
walk_children(const struct walk *w, size_t i, const uint32_t **children)
{
	*children = w->children + w->first[i];
	return w->first[i + 1] - w->first[i];
}

/*
 * Whether all of E was seen: it is whole, every step has a name, and those
 * whose parents were not seen have them outside of what is logged, which is so
 * if they have one parent in common.
 */
bool walk_is_complete(const struct execution *e);

/* What a step is called: the name of the span, or the topic of the event. */
struct slice walk_name(const struct execution *e, size_t i);

#endif
