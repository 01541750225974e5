/* SPDX-License-Identifier: MIT */
#ifndef TELE_RECENT_H
#define TELE_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/map.h"

/*
 * A table of what came lately, by number: at least the last RECENT_MAX entries
 * are known, and at most twice as many.
 */
enum { RECENT_MAX = 32768 };

struct recent {
	struct map now, before;
	size_t value_size;
};

void recent_init(struct recent *r, size_t value_size);
void recent_free(struct recent *r);

/* Whether the next recent_put of a new key forgets the older half. */
bool recent_is_full(const struct recent *r);

/* The value of KEY, zeroed if it is new. */
void *recent_put(struct recent *r, uint64_t key);

/* The value of KEY, or NULL. */
void *recent_get(const struct recent *r, uint64_t key);

#endif
