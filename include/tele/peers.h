/* SPDX-License-Identifier: MIT */
#ifndef TELE_PEERS_H
#define TELE_PEERS_H

#include "tele/map.h"
#include "tele/out.h"
#include "tele/slice.h"

/*
 * Names for pieces of work that are the same in several executions: those whose
 * parents are the same, and that have the same name and the same number among
 * the siblings of that name.
 */
struct peers {
	struct map counts; /* of uint32_t, by parent and name */
	struct out key;
};

void peers_init(struct peers *s);
void peers_free(struct peers *s);

/* Another execution begins: count anew. */
void peers_begin(struct peers *s);

/* The key of the next child of PARENT with that name; until the next call. */
struct slice peers_key(struct peers *s, uint32_t parent, struct slice owner,
    struct slice name);

#endif
