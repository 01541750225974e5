/* SPDX-License-Identifier: MIT */
#ifndef TELE_SELFTIME_H
#define TELE_SELFTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/slice.h"

/*
 * The self time of spans that come in any order, parents before or after their
 * children: the duration less what direct children cover of it.  A span is
 * settled when SELFTIME_WINDOW others came after it, or at the end.
 */
enum { SELFTIME_WINDOW = 65536 };

struct selftime;

/*
 * SETTLE is told, for each span, the self time in nanoseconds and the OWNER
 * that was given with it; after selftime_report, by how much it has changed.
 */
struct selftime *selftime_new(void (*settle)(void *owner, int64_t self_ns));
void selftime_free(struct selftime *t);

/* The hash by which a span of a trace is known. */
uint64_t selftime_id(struct slice trace, struct slice span);

/* A span took [FROM, FROM + DURATION_NS); PARENT is 0 for a root. */
void selftime_add(struct selftime *t, uint64_t id, uint64_t parent,
    int64_t from_ns, int64_t duration_ns, void *owner);

/*
 * Tell the self time of the spans in the window as far as it is known now.
 * What comes to be known later is told as a difference, which is negative where
 * a child came later than this.
 */
void selftime_report(struct selftime *t);

/* Settle all spans. */
void selftime_finish(struct selftime *t);

/*
 * How many spans came whose parent had left the window, or was so far away
 * that it had not come yet: their time counts for the parent as well.
 */
uint64_t selftime_outside(const struct selftime *t);

#endif
