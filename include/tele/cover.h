/* SPDX-License-Identifier: MIT */
#ifndef TELE_COVER_H
#define TELE_COVER_H

#include <stddef.h>
#include <stdint.h>

/*
 * How much of a span its children cover: the length of the union of intervals,
 * clipped to the span once that is known.  Children may overlap and come in any
 * order.  A zeroed cover is empty.
 *
 * Segments live in a pool that many covers share.  When it is full, or a cover
 * has COVER_MAX segments, its earliest one is settled: counted whole, and no
 * longer merged with what comes later but lies before.
 */
enum { COVER_MAX = 1024 };

struct cover {
	uint32_t latest; /* the segment that ends last, plus one; 0 is none */
	uint32_t count;
	int64_t settled_ns;
};

struct cover_pool {
	struct cover_segment *segments;
	uint32_t used, cap, most, free;
};

/* MOST is how many segments the pool may hold. */
void cover_pool_init(struct cover_pool *pool, uint32_t most);
void cover_pool_free(struct cover_pool *pool);

/* Add [FROM, TO); an empty interval adds nothing. */
void cover_add(struct cover_pool *pool, struct cover *c, int64_t from,
    int64_t to);

/* The length of what is covered within [FROM, TO). */
int64_t cover_length(const struct cover_pool *pool, const struct cover *c,
    int64_t from, int64_t to);

void cover_clear(struct cover_pool *pool, struct cover *c);

#endif
