/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/cells.h"
#include "tele/mem.h"

enum { UNITS = 60, ITEMS = 40 };

static int
compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double
median_of(int64_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), compare_ns);
	return ((double)ns[(n - 1) / 2] + (double)ns[n / 2]) / 2;
}

/* One to many durations, short and long, in one cell. */
static void
test_medians(void)
{
	size_t wrong = 0, rough = 0;
	uint64_t seed = 5;

	for (size_t n = 1; n < 300; n++) {
		int64_t ns[300], most = n % 3 ? 3000000000 : 9000000000;
		struct cells c;
		struct cell *cell;
		double got, want;

		cells_init(&c, SIZE_MAX);
		cell = cells_put(&c, cells_new_unit(&c), 0);
		for (size_t i = 0; i < n; i++) {
			ns[i] = (int64_t)random_below(&seed, (uint64_t)most);
			cells_add_duration(&c, cell, ns[i]);
		}
		want = median_of(ns, n);
		wrong += !cells_median(cell, &got) || (n <= 64 && got != want);
		rough += got < want * 0.99 || got > want * 1.01;
		cells_free(&c);
	}
	ok(wrong == 0, "cells: the median of up to 64 durations is exact");
	ok(rough == 0, "cells: of more it is within 1 %%");
}

/* What quantile.h holds goes in whole, in any mixture with single ones. */
static void
test_durations(void)
{
	static const size_t sizes[] = { 1, 10, 60, 64, 65, 200 };
	size_t wrong = 0;
	uint64_t seed = 6;

	for (size_t i = 0; i < 36; i++) {
		size_t a = sizes[i / 6], b = sizes[i % 6];
		struct cells c, d;
		struct cell *mixed, *plain;
		struct quantile q = { 0 };
		double x, y;
		int64_t ns;

		cells_init(&c, SIZE_MAX);
		cells_init(&d, SIZE_MAX);
		mixed = cells_put(&c, cells_new_unit(&c), 3);
		plain = cells_put(&d, cells_new_unit(&d), 3);
		for (size_t k = 0; k < a + b; k++) {
			ns = (int64_t)random_below(&seed, 100000000);
			cells_add_duration(&d, plain, ns);
			if (k < a)
				cells_add_duration(&c, mixed, ns);
			else
				quantile_add(&q, ns);
		}
		cells_add_durations(&c, mixed, &q);
		wrong += !cells_median(mixed, &x) || !cells_median(plain, &y) ||
		    x != y;
		quantile_free(&q);
		cells_free(&c);
		cells_free(&d);
	}
	ok(wrong == 0, "cells: durations are the same one by one or together");
}

/*
 * A table of UNITS and ITEMS, its events in the order of units or not, with all
 * the memory that it wants or with little.  Returns the sum of its medians.
 */
static double
fill(struct cells *c, size_t limit, bool in_order, uint64_t seed)
{
	double sum = 0, median;
	uint64_t state;
	uint32_t unit, item;

	cells_init(c, limit);
	for (uint32_t i = 0; i < UNITS; i++)
		cells_new_unit(c);
	for (uint32_t i = 0; i < UNITS * ITEMS * 20; i++) {
		unit = in_order ? i / (ITEMS * 20) : i % UNITS;
		item = in_order ? i % ITEMS : i / UNITS % ITEMS;
		/* The same durations in the same cells, either way. */
		state = seed + unit * 1000003 + item * 7919 +
		    (in_order ? i / ITEMS % 20 : i / (UNITS * ITEMS));
		cells_add_duration(c, cells_put(c, unit, item),
		    1000000 + (int64_t)(random_next(&state) % 1000000));
	}
	for (size_t i = 0; i < c->count; i++)
		if (cells_median(cells_get(c, i), &median))
			sum += median;
	return sum;
}

static void
test_sealing(void)
{
	struct cells c;
	double all = fill(&c, SIZE_MAX, true, 1), sum;

	ok(c.reopened == 0 && c.count == UNITS * ITEMS,
	    "cells: there is one for each item in each unit");
	cells_free(&c);
	sum = fill(&c, 10000, true, 1);
	ok(sum == all && c.held < 30000 && c.reopened == 0,
	    "cells: units that are over take little memory, and lose nothing");
	cells_free(&c);
	sum = fill(&c, SIZE_MAX, false, 1);
	ok(sum == all, "cells: the order of events does not matter");
	cells_free(&c);
	sum = fill(&c, 100000, false, 1);
	ok(c.reopened > 0 && sum > all * 0.95 && sum < all * 1.05 &&
		c.held < 200000,
	    "cells: units that take turns are estimated, and that is known");
	cells_free(&c);
}

static void
test_merging(void)
{
	struct cells c, d;
	struct cell *old, *now, *never;
	double x, y;

	cells_init(&c, SIZE_MAX);
	cells_init(&d, SIZE_MAX);
	for (uint32_t unit = 0; unit < 4; unit++) {
		cells_new_unit(&c);
		cells_new_unit(&d);
		for (uint32_t i = 0; i < 50; i++) {
			struct cell *cell = cells_put(&c, unit, i % 5);

			cells_add_duration(&c, cell, unit * 1000 + i);
			cells_add_count(cell, 2, 1);
			cells_add_self(cell, 7);
			cells_add_duration(&d, cells_put(&d, 0, i % 5),
			    unit * 1000 + i);
		}
	}
	old = cells_put(&c, 3, 2);
	never = cells_put(&c, 0, 9);
	cells_merge(&c, 1, 3);
	cells_merge(&c, 0, 1);
	cells_merge(&c, 0, 2);
	now = cells_follow(old);
	ok(now == cells_put(&c, 0, 2) && now->unit == 0 && now->count == 80 &&
		now->errors == 40 && now->self_ns == 280,
	    "cells: a unit that is merged leaves where its cells went");
	ok(cells_median(now, &x) && cells_median(cells_put(&d, 0, 2), &y) &&
		x == y && !cells_median(never, &x),
	    "cells: and its durations with them");
	ok(cells_get(&c, 17) == NULL && cells_get(&c, 0) != NULL,
	    "cells: what moved is not met again");
	cells_free(&c);
	cells_free(&d);
}

static void
test_ends(void)
{
	struct cells c;
	struct cell *cell;

	cells_init(&c, 1000);
	cell = cells_put(&c, cells_new_unit(&c), 4000000000u);
	cells_add_count(cell, UINT64_MAX, UINT32_MAX);
	cells_add_count(cell, 1, 1);
	cells_add_self(cell, INT64_MAX);
	cells_add_self(cell, INT64_MAX);
	ok(cell->count == UINT32_MAX && cell->errors == UINT32_MAX &&
		cell->self_ns == INT64_MAX,
	    "cells: numbers stay at their end");
	ok(cells_put(&c, 0, 4000000000u) == cell && c.count == 1,
	    "cells: any number may be that of an item");
	cells_free(&c);
}

int
main(void)
{
	test_medians();
	test_durations();
	test_sealing();
	test_merging();
	test_ends();
	return done();
}
