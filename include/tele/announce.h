/* SPDX-License-Identifier: MIT */
#ifndef TELE_ANNOUNCE_H
#define TELE_ANNOUNCE_H

#include "tele/emit.h"
#include "tele/span.h"
#include "tele/tables.h"

/*
 * Spans and points as events: written at once, or their place kept, in order,
 * until the log shows what they lack, the handler of a beat say.
 */
struct announcer {
	struct emitter *e;
	struct tables *tables; /* what the log has shown */
	struct span_pool *spans;
	struct held *free_held;
};

/* All are borrowed; the emitter's settle callback is taken over. */
void announce_init(struct announcer *a, struct emitter *e,
    struct tables *tables, struct span_pool *spans);
void announce_free(struct announcer *a);

/* S is over, as line LINE tells. */
void announce_span(struct announcer *a, struct span *s, uint64_t line);

/* The request that began S, which is pending. */
void announce_request(struct announcer *a, struct span *s);

/*
 * The point M, with the values EXTRA and, from the span IN and those around it,
 * the fields INHERITS.  IN may be NULL.
 */
void announce_point(struct announcer *a, struct emission *m,
    const struct fields *extra, struct span *in, uint64_t inherits);

#endif
