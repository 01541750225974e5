/* SPDX-License-Identifier: MIT */
#ifndef TELE_CONFORM_H
#define TELE_CONFORM_H

#include "tele/catalog.h"

/*
 * Whether what was observed is what a flow documents, and if not, what the
 * least is that tells them apart.
 *
 * A label is a name, and a service, that the flow documents; steps that are
 * documented twice have one label.  What it does not document has CONFORM_NONE.
 */
enum { CONFORM_NONE = -1 };

struct conform_label {
	struct catalog_step *step; /* the first of this label */
	uint64_t least, most;      /* of all steps of this label */
};

struct conform_plan {
	struct catalog_flow *flow;
	struct catalog_step **steps;
	int32_t *label_of;     /* of each step */
	uint32_t *group_start; /* of each group, the first step; and the end */
	size_t count;
	struct conform_label *labels;
	size_t label_count;
	bool is_plain; /* no label stands for two steps */
};

/* FLOW is borrowed. */
struct conform_plan *conform_plan_new(struct catalog_flow *flow);
void conform_plan_free(struct conform_plan *p);

/*
 * The label of NAME and SERVICE, JSON text as events have it; HINT is where to
 * look first, such as the label before it and one.
 */
int32_t conform_label(const struct conform_plan *p, struct slice name,
    struct slice service, int32_t hint);

/*
 * Whether the N LABELS are sure to be as documented, in linear time.  False
 * also where it takes conform_explain to find out.
 */
bool conform_fits(const struct conform_plan *p, const int32_t *labels,
    size_t n);

enum conform_edit_kind {
	CONFORM_SAME,
	CONFORM_MISSING,    /* documented, but did not happen */
	CONFORM_UNEXPECTED, /* happened, but is not documented */
	CONFORM_MOVED,      /* documented for another place */
	CONFORM_DUPLICATE,  /* happened more often than documented */
	CONFORM_KINDS,
};

struct conform_edit {
	enum conform_edit_kind kind;
	size_t observed; /* index; of what is missing: of what came next */
	int32_t label;   /* or CONFORM_NONE */
};

/*
 * What to do to the documented flow to get the N LABELS, as few edits as can
 * be: a longest common subsequence stays, where the steps of a group match in
 * any order.  *COUNT edits, to be freed.
 *
 * Takes the time and space of N times the number of groups; beyond
 * CONFORM_CELLS of these, what is in order is taken as it comes.
 */
enum { CONFORM_CELLS = 4 << 20 };
struct conform_edit *conform_explain(const struct conform_plan *p,
    const int32_t *labels, size_t n, size_t *count);

#endif
