/* SPDX-License-Identifier: MIT */
#ifndef TELE_CORRELATE_H
#define TELE_CORRELATE_H

#include "tele/emit.h"
#include "tele/format.h"

/*
 * The machine that a format drives: messages open, annotate and close spans,
 * answer those that wait, teach it what is true for good, and become events.
 * One pass; memory grows with distinct names only.
 */
struct correlator;

/* F and E are borrowed; the emitter's settle callback is taken over. */
struct correlator *correlator_new(const struct format *f, struct emitter *e);
void correlator_free(struct correlator *c);

/* Where and when a message was written. */
struct record {
	uint64_t line;
	struct stamp time;
	struct slice level; /* as the source words it, or empty */
	bool has_lines;     /* the message has several */
};

/* A message that matched RULE contained GOT, which is changed. */
void correlator_apply(struct correlator *c, const struct rule *rule,
    struct captures *got, const struct record *at);

/* Nothing was logged for DURATION_NS after FROM, the time of line LINE. */
void correlator_gap(struct correlator *c, const struct stamp *from,
    int64_t duration_ns, uint64_t line);

/*
 * The file ends: what is open is unfinished, what is held back is written, what
 * was learned is forgotten.
 */
void correlator_end(struct correlator *c);

#endif
