/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/cover.h"
#include "tele/mem.h"

/* Segments of a cover do not touch and are linked from the last backwards. */
struct cover_segment {
	int64_t from, to;
	uint32_t before; /* plus one */
};

void
cover_pool_init(struct cover_pool *pool, uint32_t most)
{
	*pool = (struct cover_pool){ .most = most };
}

void
cover_pool_free(struct cover_pool *pool)
{
	free(pool->segments);
	*pool = (struct cover_pool){ 0 };
}

static struct cover_segment *
at(const struct cover_pool *pool, uint32_t link)
{
	return &pool->segments[link - 1];
}

static void
release(struct cover_pool *pool, uint32_t link)
{
	at(pool, link)->before = pool->free;
	pool->free = link;
}

/* Count the earliest segment of C whole and release it. */
static void
settle(struct cover_pool *pool, struct cover *c)
{
	uint32_t *link = &c->latest, last;

	while (at(pool, *link)->before != 0)
		link = &at(pool, *link)->before;
	last = *link;
	*link = 0;
	c->settled_ns += at(pool, last)->to - at(pool, last)->from;
	c->count--;
	release(pool, last);
}

static uint32_t
acquire(struct cover_pool *pool, struct cover *c)
{
	size_t cap = pool->cap;
	uint32_t link;

	if (c->count >= COVER_MAX ||
	    (pool->free == 0 && pool->used == pool->most && c->count > 0))
		settle(pool, c);
	if (pool->free != 0) {
		link = pool->free;
		pool->free = at(pool, link)->before;
		return link;
	}
	if (pool->used == pool->most)
		return 0;
	pool->segments = mem_grow(pool->segments, &cap, pool->used + 1,
	    sizeof(*pool->segments));
	pool->cap = (uint32_t)cap;
	return ++pool->used;
}

void
cover_add(struct cover_pool *pool, struct cover *c, int64_t from, int64_t to)
{
	struct cover_segment *s;
	uint32_t *link, fresh, next;

	if (from >= to)
		return;
	fresh = acquire(pool, c);
	if (fresh == 0) {
		c->settled_ns += to - from;
		return;
	}
	/* Past those that begin after this one ends ... */
	link = &c->latest;
	while (*link != 0 && at(pool, *link)->from > to)
		link = &at(pool, *link)->before;
	/* ... swallow those that touch it. */
	while (*link != 0 && at(pool, *link)->to >= from) {
		s = at(pool, *link);
		if (s->from < from)
			from = s->from;
		if (s->to > to)
			to = s->to;
		next = s->before;
		release(pool, *link);
		c->count--;
		*link = next;
	}
	*at(pool, fresh) = (struct cover_segment){ from, to, *link };
	*link = fresh;
	c->count++;
}

int64_t
cover_length(const struct cover_pool *pool, const struct cover *c, int64_t from,
    int64_t to)
{
	int64_t total = c->settled_ns, start, end;
	const struct cover_segment *s;

	for (uint32_t link = c->latest; link != 0; link = s->before) {
		s = at(pool, link);
		start = s->from > from ? s->from : from;
		end = s->to < to ? s->to : to;
		if (start < end)
			total += end - start;
	}
	return total < to - from ? total : to - from;
}

void
cover_clear(struct cover_pool *pool, struct cover *c)
{
	uint32_t next;

	for (uint32_t link = c->latest; link != 0; link = next) {
		next = at(pool, link)->before;
		release(pool, link);
	}
	*c = (struct cover){ 0 };
}
