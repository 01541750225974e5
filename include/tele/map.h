/* SPDX-License-Identifier: MIT */
#ifndef TELE_MAP_H
#define TELE_MAP_H

#include <stdint.h>

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A hash map from byte strings to values of one size.  Keys are copied; keys
 * and values keep their address until map_free; entries are visited in the
 * order in which they came, never in hash order.
 *
 * The hash is keyed with random bytes of the process, so that nobody can write
 * a log of colliding names beforehand (CWE-407).
 */
struct map {
	struct arena arena;
	struct map_entry **entries; /* in order of arrival */
	size_t count, entries_cap;
	struct map_slot *slots; /* open addressing, a power of two */
	size_t slots_cap;
	size_t value_size;
};

struct map_entry {
	struct slice key;
	uint32_t id; /* 0 for the first entry, 1 for the second ... */
	_Alignas(16) char value[];
};

void map_init(struct map *m, size_t value_size);
void map_free(struct map *m);

/* The value of KEY, or NULL. */
void *map_get(const struct map *m, struct slice key);

/* The value of KEY, zeroed if *IS_NEW; IS_NEW may be NULL. */
void *map_put(struct map *m, struct slice key, bool *is_new);

/* The entry that holds VALUE, which came from this map. */
static inline struct map_entry *
map_entry_of(const void *value)
{
	return (struct map_entry *)((const char *)value -
	    offsetof(struct map_entry, value));
}

/* The keyed hash itself, for tables of another shape. */
uint64_t map_hash(struct slice key);

#endif
