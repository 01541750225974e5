/* SPDX-License-Identifier: MIT */
#ifndef TELE_LATENAMES_H
#define TELE_LATENAMES_H

#include "tele/map.h"
#include "tele/out.h"

/*
 * Names that a document gives after the events that want them: Jaeger says
 * `"processID":"p1"` in a span, and who p1 is behind all spans.  Such an event
 * is written with a mark in place of the name, and waits; at most
 * LATENAMES_MAX bytes of events do.
 */
enum { LATENAMES_MAX = 8 << 20 };

struct latenames {
	struct map names; /* of struct slice: JSON text, by key */
	struct out waiting, *out;
};

/* OUT is borrowed. */
void latenames_init(struct latenames *l, struct out *out);
void latenames_free(struct latenames *l);

/* KEY is called NAME, JSON text; what it was called before stays. */
void latenames_learn(struct latenames *l, struct slice key, struct slice name);

/* The name of KEY, or NULL if it is not known yet. */
const struct slice *latenames_get(struct latenames *l, struct slice key);

/*
 * Put the mark that stands for the name of KEY at DST, which takes KEY.len + 2
 * bytes; returns its length.  The event that has it is to be written to
 * l->waiting, and so are all events until the next latenames_flush.
 */
size_t latenames_mark(char *dst, struct slice key);

/*
 * Write what waits, its names filled in or, if they are still unknown, their
 * whole member left out.
 */
void latenames_flush(struct latenames *l);

/* Flush, then forget all names. */
void latenames_forget(struct latenames *l);

#endif
