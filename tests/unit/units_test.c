/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/duration.h"
#include "tele/units.h"

static struct cells cells;
static struct units units;

static void
begin(enum unit_kind kind, int64_t period_ns)
{
	cells_init(&cells, SIZE_MAX);
	units_init(&units, kind, period_ns, &cells);
}

static void
end(void)
{
	units_free(&units);
	cells_free(&cells);
}

/* An event of item 0 at NS in NAME; its unit. */
static uint32_t
event(const char *name, int64_t ns)
{
	uint32_t unit = units_find(&units, slice_of(name), &ns, true);

	cells_add_count(cells_put(&cells, unit, 0), 1, 0);
	return unit;
}

static uint64_t
count_of(uint32_t unit)
{
	return cells_put(&cells, unit, 0)->count;
}

static void
test_names(void)
{
	uint32_t a, b;

	begin(UNIT_SESSION, 0);
	a = event("a", 1);
	b = event("b", 2);
	ok(a != b && event("a", 3) == a && event("b", 1) == b &&
		event("", 1) != a && units_names(&units) == 3,
	    "units: a name has one unit, and may come again");
	end();
}

static void
test_periods(void)
{
	begin(UNIT_PERIOD, 10);
	ok(event("a", 0) == event("b", 9) && event("a", 10) != event("a", 9) &&
		event("a", -1) != event("a", 0) &&
		event("a", -1) == event("a", -10) &&
		event("a", INT64_MIN) != event("a", INT64_MAX),
	    "units: a period begins anew every so long, also before 1970");
	end();
}

/* Events all over a time, in this order. */
static void
check_blocks(const char *title, int64_t from, int64_t length, size_t n,
    bool in_order)
{
	uint64_t seed = 3, sum = 0;
	size_t filled = 0;

	begin(UNIT_BLOCK, 0);
	for (size_t i = 0; i < n; i++) {
		int64_t at = in_order
		    ? (int64_t)(i * (uint64_t)length / n)
		    : (int64_t)random_below(&seed, (uint64_t)length);

		event("a", from + at);
	}
	for (size_t i = 0; i < units.blocks_count; i++) {
		sum += count_of(units.blocks[i].unit);
		filled += count_of(units.blocks[i].unit) > 0;
	}
	if (!ok(units.blocks_count >= 20 && units.blocks_count <= 40 &&
		    sum == n && filled == units.blocks_count,
		"units: %s are 20 to 40 blocks", title))
		note("%zu blocks of 2^%d ns, %llu events", units.blocks_count,
		    units.shift, (unsigned long long)sum);
	end();
}

static void
test_blocks(void)
{
	check_blocks("events of a minute", 0, 60 * NS_PER_S, 5000, true);
	check_blocks("events of a minute in no order", 1790000000 * NS_PER_S,
	    60 * NS_PER_S, 5000, false);
	check_blocks("events of a year, some before 1970",
	    -100 * 86400 * NS_PER_S, 365 * 86400 * NS_PER_S, 20000, false);
	check_blocks("events of a second, but for the first and the last", 0,
	    2 * NS_PER_S, 3000, true);
}

/* As long as there is one session, its blocks count; then sessions do. */
static void
test_sessions(void)
{
	uint32_t a, b;

	begin(UNIT_AUTO, 0);
	for (int64_t t = 0; t < 100; t++)
		event("a", t * NS_PER_S);
	ok(units_has_blocks(&units) && units.blocks_count >= 20,
	    "units: one session alone has blocks");
	b = event("b", 5);
	ok(!units_has_blocks(&units) && count_of(b) == 1,
	    "units: with a second session, sessions count");
	a = event("a", 200 * NS_PER_S);
	ok(count_of(a) == 101,
	    "units: and the first one has what its blocks had");
	end();

	begin(UNIT_AUTO, 0);
	for (int64_t t = 0; t < 100; t++)
		event("a", t * NS_PER_S);
	a = units_find(&units, slice_of("a"), NULL, false);
	ok(!units_has_blocks(&units) && count_of(a) == 100,
	    "units: what has no place in time has no blocks");
	end();
}

static void
test_timeless(void)
{
	int64_t late = 5 * NS_PER_S;
	uint64_t sum = 0;

	begin(UNIT_BLOCK, 0);
	for (int i = 0; i < 1000; i++) {
		uint32_t unit = units_find(&units, slice_of("a"), NULL, true);

		cells_add_count(cells_put(&cells, unit, 0), 1, 0);
	}
	units_find(&units, slice_of("a"), &late, true);
	for (size_t i = 0; i < units.blocks_count; i++)
		sum += count_of(units.blocks[i].unit);
	ok(units.blocks_count >= 20 && sum == 1000,
	    "units: events without time are blocks by their number");
	end();

	begin(UNIT_BLOCK, 0);
	event("a", 7 * NS_PER_S);
	ok(units_find(&units, slice_of("a"), NULL, true) ==
		event("a", 7 * NS_PER_S),
	    "units: one among others is where the last one was");
	end();
}

int
main(void)
{
	test_names();
	test_periods();
	test_blocks();
	test_sessions();
	test_timeless();
	return done();
}
