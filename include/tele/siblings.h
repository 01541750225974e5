/* SPDX-License-Identifier: MIT */
#ifndef TELE_SIBLINGS_H
#define TELE_SIBLINGS_H

#include "tele/map.h"
#include "tele/out.h"
#include "tele/slice.h"

/*
 * Names for pieces of work that are the same in several executions: those whose
 * parents are the same, and that have the same name and the same number among
 * the siblings of that name.
 */
struct siblings {
	struct map counts; /* of uint32_t, by parent and name */
	struct out key;
};

void siblings_init(struct siblings *s);
void siblings_free(struct siblings *s);

/* Another execution begins: count anew. */
void siblings_begin(struct siblings *s);

/* The key of the next child of PARENT with that name; until the next call. */
struct slice siblings_key(struct siblings *s, uint32_t parent,
    struct slice owner, struct slice name);

#endif
