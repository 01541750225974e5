/* SPDX-License-Identifier: MIT */
#ifndef TELE_FLOWLEARN_H
#define TELE_FLOWLEARN_H

#include "tele/event.h"
#include "tele/execution.h"
#include "tele/out.h"

/*
 * Flows as good traffic has them, to be documentation of later traffic.
 *
 * What is learned is what never was otherwise: a step is required if it was
 * there each time that nothing failed, and there were FLOW_SUPPORT such times;
 * it comes once if it never came twice; and one comes before another if it
 * always was over when the other began, FLOW_SUPPORT times.  All else is
 * optional, may be repeated, and comes in any order; what was not there even
 * FLOW_SUPPORT times may come anywhere.
 */
enum { FLOW_SUPPORT = 3, FLOW_CHILDREN_MAX = 200 };

struct flowlearn;

/* At most MAX_NAMES steps are told apart. */
struct flowlearn *flowlearn_new(size_t max_names);
void flowlearn_free(struct flowlearn *l);

/* Take EV, an event; what is malformed in it is reported. */
void flowlearn_add(struct flowlearn *l, struct event_reader *r,
    const struct event *ev);

/* The input is over: write the flows as tele-sequence(5) describes them. */
void flowlearn_write(struct flowlearn *l, struct out *out);

/* How many executions were left out because they are too long to keep. */
uint64_t flowlearn_cut(const struct flowlearn *l);

/* Whether there were more steps than are told apart. */
bool flowlearn_is_full(const struct flowlearn *l);

#endif
