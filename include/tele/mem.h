/* SPDX-License-Identifier: MIT */
#ifndef TELE_MEM_H
#define TELE_MEM_H

#include <stddef.h>

#include "tele/slice.h"

/*
 * Allocation that never returns NULL: when memory is exhausted or a size
 * overflows, the program says so and exits with status 2.  Release with free().
 */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t count, size_t size);
void *mem_resize(void *ptr, size_t count, size_t size);
char *mem_string(struct slice s); /* a terminated copy */

/*
 * Room for at least NEED elements of SIZE bytes in the growable array PTR of
 * *CAP elements: returns the array, perhaps moved, with *CAP at least doubled
 * when it had to grow.
 */
void *mem_grow(void *ptr, size_t *cap, size_t need, size_t size);

/*
 * An arena hands out memory that is released all at once.  A zeroed struct is
 * an empty arena.  Pointers into it stay valid until arena_free.
 */
struct arena {
	struct arena_block *blocks;
	size_t used, size; /* of the newest block */
};

void *arena_alloc(struct arena *a, size_t size); /* aligned, not cleared */

/* A terminated copy of S, followed by the zeros that wide.h asks for. */
struct slice arena_copy(struct arena *a, struct slice s);
void arena_free(struct arena *a);

#endif
