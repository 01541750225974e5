/* SPDX-License-Identifier: MIT */
#ifndef TELE_FLOW_H
#define TELE_FLOW_H

#include "tele/execution.h"
#include "tele/observed.h"

/*
 * What executions show: which group calls which, in what order a sequence takes
 * its steps, and what time of a span was its own.  The owners of steps are
 * cells: of the group; or of the ITEM_SEQUENCE, for a sequence; NULL for what
 * does not count.  The owner of an execution is the name of its file, which is
 * kept, or NULL.
 */
enum { FLOW_CALLS = 1024 };

struct flow {
	struct observed *all;
	int side;
	uint32_t *order;
	size_t order_cap;
	struct flow_span *spans;
	size_t spans_cap;
	struct item *calls[FLOW_CALLS]; /* the last ones, by who calls whom */
};

void flow_init(struct flow *f, struct observed *all, int side);
void flow_free(struct flow *f);

/* Count what X shows: for executions_new, whose ARG is the flow. */
void flow_settle(void *arg, struct execution *x);

#endif
