/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "rows.h"
#include "tap.h"
#include "tele/scale.h"

#define S INT64_C(1000000000)

static void
test_steps(void)
{
	static const struct {
		int64_t ns, step;
	} rows[] = {
		{ 1, 1 },
		{ 3, 5 },
		{ 7, 10 },
		{ 999, 1000 },
		{ 2000001, 5000000 },
		{ 5 * S, 5 * S },
		{ 5 * S + 1, 10 * S },
		{ 16 * S, 30 * S },
		{ 31 * S, 60 * S },
		{ 3 * 60 * S, 5 * 60 * S },
		{ 3601 * S, 2 * 3600 * S },
		{ 25 * 3600 * S, 48 * 3600 * S },
		{ 86400 * S / 2 + 1, 86400 * S },
		{ 3 * 86400 * S, 5 * 86400 * S },
		{ 11 * 86400 * S, 20 * 86400 * S },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(scale_step(rows[i].ns) == rows[i].step,
		    "the step for %lld is %lld", (long long)rows[i].ns,
		    (long long)rows[i].step);
	ok(scale_step(INT64_MAX) > 0, "the largest step is one");
	ok(scale_floor(-1, 10) == -10 && scale_floor(-10, 10) == -10 &&
		scale_floor(19, 10) == 10,
	    "rounding down goes down, before zero too");
	ok(scale_floor(INT64_MIN, 10) == INT64_MIN, "but not beyond the end");
	ok(scale_round_down(1) == 1 && scale_round_down(4) == 2 &&
		scale_round_down(99) == 50 && scale_round_down(100) == 100,
	    "1, 2 and 5 are round");
}

static void
test_parts(void)
{
	size_t wrong = 0, coarse = 0, steps = 0;

	for (int64_t part = 1; part < 1000 * 86400 * S;
	     part = scale_next_part(part)) {
		int64_t next = scale_next_part(part), step = part;

		coarse += next % part != 0 || next / part > 6;
		for (int i = 0; i < 30; i++, steps++) {
			step = scale_step(step);
			wrong += step % part != 0;
			step++;
		}
	}
	ok(steps > 500 && wrong == 0, "all round steps are made of parts");
	ok(coarse == 0, "parts are made of parts, few at a time");
}

static void
test_log(void)
{
	int last = -1, unordered = 0;

	for (int64_t v = 1; v <= 1000; v++) {
		int at = scale_log(v, 1, 1000);

		unordered += at < last;
		last = at;
	}
	ok(unordered == 0, "a logarithmic scale goes up");
	ok(scale_log(1, 1, 1024) == 0 && scale_log(32, 1, 1024) == 500 &&
		scale_log(1024, 1, 1024) == 1000,
	    "its middle is the geometric mean");
	ok(scale_log(0, 1, 1024) == 0 && scale_log(5000, 1, 1024) == 1000,
	    "what is outside counts as the end");
	ok(scale_log(7, 7, 7) == 500, "a scale without length has a middle");
}

static void
test_durations(void)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "1 ns" },
		{ 999, "999 ns" },
		{ 1234, "1.23 \xc2\xb5s" },
		{ 1999, "2 \xc2\xb5s" },
		{ 12345, "12.3 \xc2\xb5s" },
		{ 1500000, "1.5 ms" },
		{ 9996000, "10 ms" },
		{ 123456789, "123 ms" },
		{ 90 * S, "90 s" },
		{ 240 * S, "4 min" },
		{ 5400 * S, "1.5 h" },
		{ 86400 * 10 * S, "10 d" },
	};
	char text[SCALE_TEXT];

	for (size_t i = 0; i < COUNT(rows); i++) {
		scale_duration(text, rows[i].ns, false);
		if (!ok(strcmp(text, rows[i].text) == 0, "%lld ns is %s",
			(long long)rows[i].ns, rows[i].text))
			note("got: %s", text);
	}
	scale_duration(text, 5000, true);
	ok(strcmp(text, "5 us") == 0, "in ASCII it is us");
	ok(scale_duration(text, INT64_MAX, false) < SCALE_TEXT,
	    "the longest duration fits");
}

static void
test_shares(void)
{
	static const struct {
		uint64_t n, total;
		const char *text;
	} rows[] = {
		{ 0, 5, "0 %" },
		{ 1, 3, "33.3 %" },
		{ 1, 320, "0.31 %" },
		{ 5, 5, "100 %" },
		{ 1, 1000000, "<0.01 %" },
		{ 0, 0, "0 %" },
		{ UINT64_MAX, UINT64_MAX, "100 %" },
	};
	char text[SCALE_TEXT];

	for (size_t i = 0; i < COUNT(rows); i++) {
		scale_share(text, rows[i].n, rows[i].total);
		if (!ok(strcmp(text, rows[i].text) == 0, "a share is %s",
			rows[i].text))
			note("got: %s", text);
	}
}

int
main(void)
{
	test_steps();
	test_parts();
	test_log();
	test_durations();
	test_shares();
	return done();
}
