/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/cover.h"
#include "tele/mem.h"

enum { TIME = 600, COVERS = 5 };

/* The obvious way: a mark for each nanosecond. */
struct bitmap {
	bool at[TIME];
};

static void
mark(struct bitmap *b, int64_t from, int64_t to)
{
	for (int64_t i = from; i < to; i++)
		b->at[i] = true;
}

static int64_t
count(const struct bitmap *b, int64_t from, int64_t to)
{
	int64_t n = 0;

	for (int64_t i = from; i < to; i++)
		n += i >= 0 && i < TIME && b->at[i];
	return n;
}

static void
test_random(void)
{
	size_t wrong = 0;
	uint64_t seed = 14;

	for (int round = 0; round < 2000; round++) {
		struct cover covers[COVERS] = { { 0 } };
		struct bitmap bits[COVERS] = { { { false } } };
		struct cover_pool pool;

		cover_pool_init(&pool, 65536);
		for (int i = 0; i < 200; i++) {
			size_t c = random_below(&seed, COVERS);
			int64_t from = (int64_t)random_below(&seed, TIME);
			int64_t to = from +
			    (int64_t)random_below(&seed,
				(uint64_t)(TIME - from) / 20 + 2);
			int64_t low = (int64_t)random_below(&seed, TIME);
			int64_t high = low + (int64_t)random_below(&seed, TIME);

			if (to > TIME)
				to = TIME;
			if (random_below(&seed, 100) == 0) {
				cover_clear(&pool, &covers[c]);
				bits[c] = (struct bitmap){ { false } };
			}
			cover_add(&pool, &covers[c], from, to);
			mark(&bits[c], from, to);
			wrong += cover_length(&pool, &covers[c], low, high) !=
			    count(&bits[c], low, high);
		}
		cover_pool_free(&pool);
	}
	ok(wrong == 0, "cover: intervals cover what their marks cover");
}

static void
test_edges(void)
{
	struct cover c = { 0 };
	struct cover_pool pool;

	cover_pool_init(&pool, 100);
	ok(cover_length(&pool, &c, 0, 10) == 0,
	    "cover: nothing covers nothing");
	cover_add(&pool, &c, 5, 5);
	cover_add(&pool, &c, 7, 6);
	ok(cover_length(&pool, &c, 0, 10) == 0 && c.count == 0,
	    "cover: an empty interval adds nothing");
	cover_add(&pool, &c, 5, 7);
	cover_add(&pool, &c, 7, 9);
	ok(cover_length(&pool, &c, 0, 10) == 4 && c.count == 1,
	    "cover: intervals that touch become one");
	cover_add(&pool, &c, -3, -1);
	cover_add(&pool, &c, 0, 20);
	ok(cover_length(&pool, &c, -10, 30) == 22 && c.count == 2,
	    "cover: an interval swallows those within it");
	ok(cover_length(&pool, &c, -2, 3) == 4 &&
		cover_length(&pool, &c, 20, 30) == 0,
	    "cover: the length is clipped to the span");
	cover_clear(&pool, &c);
	cover_add(&pool, &c, INT64_MIN + 10, INT64_MIN + 12);
	cover_add(&pool, &c, INT64_MAX - 12, INT64_MAX);
	ok(cover_length(&pool, &c, INT64_MAX - 5, INT64_MAX) == 5 &&
		cover_length(&pool, &c, INT64_MIN, INT64_MIN + 11) == 1,
	    "cover: the ends of time can be covered");
	cover_pool_free(&pool);
}

/* Children that follow each other, as most do, however many they are. */
static void
test_many_in_order(void)
{
	struct cover c = { 0 };
	struct cover_pool pool;
	int64_t covered = 0;

	cover_pool_init(&pool, 65536);
	for (int64_t i = 0; i < 10 * COVER_MAX; i++) {
		cover_add(&pool, &c, i * 10, i * 10 + 3);
		covered += 3;
	}
	ok(c.count == COVER_MAX,
	    "cover: a cover keeps as many segments as it may");
	ok(cover_length(&pool, &c, 0, 10 * 10 * COVER_MAX) == covered,
	    "cover: what was settled in order is counted exactly");
	cover_clear(&pool, &c);
	ok(pool.used == COVER_MAX && c.count == 0 && c.settled_ns == 0,
	    "cover: their memory is used again");
	cover_pool_free(&pool);
}

/*
 * Past the limits what was settled may be counted twice, but nothing is lost,
 * and no more is covered than there is.
 */
static void
test_bounds(uint32_t most, const char *title)
{
	size_t low = 0, high = 0, over = 0;
	uint64_t seed = 15;
	enum { LONG = 40 * COVER_MAX };
	bool *marks = mem_zalloc(LONG, sizeof(*marks));

	for (int round = 0; round < 20; round++) {
		struct cover c = { 0 };
		struct cover_pool pool;
		int64_t given = 0, marked = 0, length;

		cover_pool_init(&pool, most);
		memset(marks, 0, LONG * sizeof(*marks));
		for (int i = 0; i < 8 * COVER_MAX; i++) {
			int64_t from = (int64_t)random_below(&seed, LONG - 5);
			int64_t to = from + 1 + (int64_t)random_below(&seed, 4);

			cover_add(&pool, &c, from, to);
			given += to - from;
			memset(marks + from, 1, (size_t)(to - from));
			over += c.count > COVER_MAX || pool.used > most;
		}
		for (size_t i = 0; i < LONG; i++)
			marked += marks[i];
		length = cover_length(&pool, &c, 0, LONG);
		low += length < marked;
		high += length > given || length > LONG ||
		    cover_length(&pool, &c, 0, 7) > 7;
		cover_pool_free(&pool);
	}
	free(marks);
	ok(over == 0, "cover: %s is kept to", title);
	ok(low == 0, "cover: with it nothing that is covered is lost");
	ok(high == 0, "cover: with it no more is covered than there is");
}

int
main(void)
{
	test_edges();
	test_random();
	test_many_in_order();
	test_bounds(65536, "the most segments of a cover");
	test_bounds(50, "the most segments of a pool");
	test_bounds(0, "a pool without segments");
	return done();
}
