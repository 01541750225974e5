/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/duration.h"
#include "tele/timestamp.h"

#define NS(seconds, ns) (INT64_C(seconds) * NS_PER_S + INT64_C(ns))

/* Whole stamps; the seconds are what date(1) says. */
static const struct {
	const char *text;
	int64_t ns;
	int digits;
	bool has_zone;
} good[] = {
	{ "1970-01-01T00:00:00Z", 0, 0, true },
	{ "1970-01-01T00:00:00.000000001Z", 1, 9, true },
	{ "1969-12-31T23:59:59Z", NS(-1, 0), 0, true },
	{ "1969-12-31T23:59:59.999999999Z", -1, 9, true },
	{ "2026-01-02T03:04:05Z", NS(1767323045, 0), 0, true },
	{ "2026-01-02t03:04:05z", NS(1767323045, 0), 0, true },
	{ "2026-01-02 03:04:05", NS(1767323045, 0), 0, false },
	{ "2026-01-02T03:04:05.6Z", NS(1767323045, 600000000), 1, true },
	{ "2026-01-02T03:04:05,678Z", NS(1767323045, 678000000), 3, true },
	{ "2026-01-02 03:04:05.678", NS(1767323045, 678000000), 3, false },
	{ "2026-01-02T03:04:05.678901Z", NS(1767323045, 678901000), 6, true },
	{ "2026-01-02T03:04:05.678901234Z", NS(1767323045, 678901234), 9,
	    true },
	{ "2026-01-02T03:04:05.6789012349999Z", NS(1767323045, 678901234), 9,
	    true },
	{ "2026-01-02T03:04:05.000Z", NS(1767323045, 0), 3, true },
	{ "2026-01-02T03:04:05+00:00", NS(1767323045, 0), 0, true },
	{ "2026-01-02T03:04:05-00:00", NS(1767323045, 0), 0, true },
	{ "2026-01-02T08:34:05+05:30", NS(1767323045, 0), 0, true },
	{ "2026-01-02T08:34:05+0530", NS(1767323045, 0), 0, true },
	{ "2026-01-02T04:04:05+01", NS(1767323045, 0), 0, true },
	{ "2026-01-01T22:04:05 -05:00", NS(1767323045, 0), 0, true },
	{ "2025-11-09 14:30:45.123 -05:00", NS(1762716645, 123000000), 3,
	    true },
	{ "2026-01-03T03:03:05+23:59", NS(1767323045, 0), 0, true },
	{ "2026-01-01T03:05:05-23:59", NS(1767323045, 0), 0, true },
	{ "2016-12-31T23:59:60Z", NS(1483228799, 999999999), 0, true },
	{ "2016-12-31T23:59:60.5Z", NS(1483228799, 999999999), 1, true },
	{ "2017-01-01T00:59:60+01:00", NS(1483228799, 999999999), 0, true },
	{ "2000-02-29T12:00:00Z", NS(951825600, 0), 0, true },
	{ "2004-02-29T00:00:00Z", NS(1078012800, 0), 0, true },
	{ "1900-03-01T00:00:00Z", NS(-2203891200, 0), 0, true },
	{ "2100-02-28T23:59:59Z", NS(4107542399, 0), 0, true },
	{ "2100-03-01T00:00:00Z", NS(4107542400, 0), 0, true },
	{ "1677-09-21T00:12:44Z", NS(-9223372036, 0), 0, true },
	{ "1677-09-21T00:12:43.145224192Z", INT64_MIN, 9, true },
	{ "2262-04-11T23:47:16.854775807Z", INT64_MAX, 9, true },
};

static const char *const bad[] = {
	"",
	"2026",
	"2026-01-02",
	"2026-01-02T03:04",
	"2026-01-02T03:04:0",
	"2026-01-02X03:04:05Z",
	"2026/01/02T03:04:05Z",
	"2026-01-02T03.04.05Z",
	"26-01-02T03:04:05.000Z",
	" 2026-01-02T03:04:05Z",
	"+2026-01-02T03:04:05Z",
	"2026-00-02T03:04:05Z",
	"2026-13-02T03:04:05Z",
	"2026-01-00T03:04:05Z",
	"2026-01-32T03:04:05Z",
	"2026-04-31T03:04:05Z",
	"2026-02-29T03:04:05Z",
	"1900-02-29T03:04:05Z",
	"2100-02-29T03:04:05Z",
	"2026-01-02T24:00:00Z",
	"2026-01-02T03:60:05Z",
	"2026-01-02T03:04:61Z",
	"2026-01-02T03:04:-5Z",
	"2026-01-02T03:04:05+24:00",
	"2026-01-02T03:04:05+05:60",
	"1677-09-21T00:12:43Z",
	"1677-09-21T00:12:43.145224191Z",
	"2262-04-11T23:47:16.854775808Z",
	"2262-04-11T23:47:17Z",
	"0001-01-01T00:00:00Z",
	"9999-12-31T23:59:59Z",
};

/* What a stamp ends before. */
static const struct {
	const char *stamp, *rest;
} scans[] = {
	{ "2026-01-02T03:04:05Z", " x" },
	{ "2026-01-02T03:04:05", " x" },
	{ "2026-01-02T03:04:05", "." },
	{ "2026-01-02T03:04:05", ".x" },
	{ "2026-01-02T03:04:05", ", x" },
	{ "2026-01-02T03:04:05.5", ".5" },
	{ "2026-01-02T03:04:05.5", " -a" },
	{ "2026-01-02T03:04:05.5", " -1" },
	{ "2026-01-02T03:04:05.5 -12", " degrees" },
	{ "2026-01-02T03:04:05Z", "Z" },
	{ "2026-01-02T03:04:05+01", ":" },
	{ "2026-01-02T03:04:05+01", ":5" },
	{ "2026-01-02T03:04:05+01:30", "5" },
	{ "2026-01-02T03:04:05+0130", "5" },
	{ "2026-01-02T03:04:05", "+1" },
	{ "2026-01-02T03:04:05", "-" },
};

static void
test_good(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct slice text = slice_of(good[i].text);
		char *p = guarded(text);
		struct timestamp t = { 0 };
		bool parsed = timestamp_parse((struct slice){ p, text.len },
		    &t);

		if (!ok(parsed && t.ns == good[i].ns &&
			    t.digits == good[i].digits &&
			    (t.lacks == 0) == good[i].has_zone,
			"timestamp: '%s' is %lld ns", good[i].text,
			(long long)good[i].ns))
			note("parsed %d, %lld ns, %d digits, zone %d", parsed,
			    (long long)t.ns, t.digits, t.lacks == 0);
		free(p);
	}
}

static void
test_bad(void)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct slice text = slice_of(bad[i]);
		char *p = guarded(text);
		struct timestamp t = { .ns = 42 };

		ok(!timestamp_parse((struct slice){ p, text.len }, &t) &&
			t.ns == 42,
		    "timestamp: '%s' is refused", bad[i]);
		free(p);
	}
}

static void
test_scan(void)
{
	char text[64];

	for (size_t i = 0; i < COUNT(scans); i++) {
		size_t n = (size_t)snprintf(text, sizeof(text), "%s%s",
		    scans[i].stamp, scans[i].rest);
		char *p = guarded((struct slice){ text, n });
		struct timestamp t;
		const char *after = timestamp_scan(p, p + n, &t);

		ok(after == p + strlen(scans[i].stamp),
		    "timestamp: in '%s' the stamp ends before '%s'", text,
		    scans[i].rest);
		free(p);
	}
}

/* Count the days one by one, as a calendar on the wall has them. */
static void
test_calendar(void)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int64_t want = -719528, days; /* 0000-01-01 */
	size_t wrong = 0;

	for (int year = 0; year < 10000; year++)
		for (int month = 1; month <= 12; month++) {
			bool leap = month == 2 && year % 4 == 0 &&
			    (year % 100 != 0 || year % 400 == 0);
			int last = lengths[month - 1] + leap;

			for (int day = 1; day <= last; day++)
				wrong += !timestamp_days(year, month, day,
					     &days) ||
				    days != want++;
			wrong += timestamp_days(year, month, 0, &days) ||
			    timestamp_days(year, month, last + 1, &days);
		}
	ok(wrong == 0, "timestamp: ten thousand years have the right days");
	ok(!timestamp_days(2026, 0, 1, &days) &&
		!timestamp_days(2026, 13, 1, &days),
	    "timestamp: there is no month 0 and no month 13");
}

static void
test_format(void)
{
	static const struct {
		int64_t ns;
		int digits;
		const char *text;
	} rows[] = {
		{ 0, 0, "1970-01-01T00:00:00Z" },
		{ 0, 3, "1970-01-01T00:00:00.000Z" },
		{ -1, 9, "1969-12-31T23:59:59.999999999Z" },
		{ -1, 0, "1969-12-31T23:59:59Z" },
		{ NS(1767323045, 678901234), 0, "2026-01-02T03:04:05Z" },
		{ NS(1767323045, 678901234), 1, "2026-01-02T03:04:05.6Z" },
		{ NS(1767323045, 678901234), 3, "2026-01-02T03:04:05.678Z" },
		{ NS(1767323045, 678901234), 9,
		    "2026-01-02T03:04:05.678901234Z" },
		{ NS(951825600, 0), 0, "2000-02-29T12:00:00Z" },
		{ INT64_MIN, 9, "1677-09-21T00:12:43.145224192Z" },
		{ INT64_MAX, 9, "2262-04-11T23:47:16.854775807Z" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *dst = mem_alloc(TIMESTAMP_MAX);
		size_t n = timestamp_format(dst, rows[i].ns, rows[i].digits);

		if (!ok(slice_equal((struct slice){ dst, n },
			    slice_of(rows[i].text)),
			"timestamp: %lld ns with %d digits is '%s'",
			(long long)rows[i].ns, rows[i].digits, rows[i].text))
			note("%.*s", (int)n, dst);
		free(dst);
	}
}

/* Down to a multiple of UNIT, also below zero. */
static int64_t
floored(int64_t ns, int64_t unit)
{
	int64_t rest = ns % unit;

	return rest < 0 ? ns - rest - unit : ns - rest;
}

static void
test_round_trips(void)
{
	size_t wrong = 0;
	uint64_t seed = 4;

	for (int round = 0; round < 300000; round++) {
		char text[TIMESTAMP_MAX];
		int64_t ns = (int64_t)random_next(&seed) / 4 * 3, unit = 1;
		int digits = (int)random_below(&seed, 10);
		struct timestamp t;
		size_t n = timestamp_format(text, ns, digits);

		for (int i = digits; i < 9; i++)
			unit *= 10;
		wrong += !timestamp_parse((struct slice){ text, n }, &t) ||
		    t.ns != floored(ns, unit) || t.digits != digits ||
		    t.lacks != 0;
	}
	ok(wrong == 0, "timestamp: what is written is read back");
}

/* A stamp near *NS, as one of many loggers would write it. */
static size_t
put_stamp(char *p, int64_t ns, int digits, int style)
{
	static const char *const zones[] = { "Z", "", "+00:00", "-0500",
		" +02:00", "z", "+01" };
	size_t n = timestamp_format(p, ns, digits) - 1;

	if (style & 1)
		p[10] = ' ';
	if ((style & 2) != 0 && digits > 0)
		p[19] = ',';
	return n + (size_t)sprintf(p + n, "%s", zones[(style >> 2) % 7]);
}

/* SCAN of one line, compared with timestamp_scan. */
static bool
scans_alike(struct timestamp_cache *c, struct slice line)
{
	struct timestamp want = { 0 };
	char *p = guarded_wide(line);
	const char *end = p + line.len;
	const char *after = timestamp_scan(p, end, &want);
	const char *got = timestamp_scan_next(c, p, end);
	bool same = got == after &&
	    (after == NULL ||
		(c->t.ns == want.ns && c->t.digits == want.digits &&
		    c->t.lacks == want.lacks));

	if (!same)
		note("'%.*s' is read as %lld ns, %td bytes", (int)line.len,
		    line.ptr, (long long)c->t.ns, got ? got - p : -1);
	free(p);
	return same;
}

/*
 * Logs of stamps that mostly go on by milliseconds, but sometimes roll over,
 * jump, change their form, or are broken.
 */
static void
test_sequences(bool changes_zone)
{
	static const char *const rests[] = { " x", "\" x", "", ",x", "]", " -x",
		" 7" };
	size_t wrong = 0;
	uint64_t seed = 5;

	for (int log = 0; log < 2000 && wrong < 3; log++) {
		struct timestamp_cache c = { 0 };
		int64_t ns = (int64_t)(random_below(&seed, 4000000000)) *
		    NS_PER_S;
		int digits = (int)random_below(&seed, 10);
		int style = (int)random_below(&seed, 28);

		for (int line = 0; line < 100; line++) {
			char text[128];
			size_t n;

			switch (random_below(&seed, 20)) {
			case 0:
				ns += 60 * NS_PER_S;
				break;
			case 1:
				ns += 86400 * NS_PER_S - 1;
				break;
			case 2:
				ns -= 59 * NS_PER_S;
				break;
			case 3:
				digits = (int)random_below(&seed, 10);
				break;
			case 4:
				style ^= (int)random_below(&seed, 4);
				break;
			case 5:
				if (changes_zone)
					style = (int)random_below(&seed, 28);
				break;
			case 6:
			case 7:
				break; /* the same again */
			default:
				ns += (int64_t)random_below(&seed,
				    3 * (uint64_t)NS_PER_S);
			}
			n = put_stamp(text, ns, digits, style);
			if (random_below(&seed, 15) == 0)
				text[random_below(&seed,
				    changes_zone ? n : 19)] =
				    "0569:- .ZTx"[random_below(&seed, 11)];
			n += (size_t)sprintf(text + n, "%s",
			    rests[random_below(&seed, COUNT(rests))]);
			wrong += !scans_alike(&c, (struct slice){ text, n });
		}
	}
	ok(wrong == 0,
	    changes_zone
		? "timestamp: stamps of changing zones are read one by one "
		  "alike"
		: "timestamp: stamps that follow each other are read alike");
}

/* Pairs of lines, the second of which must not be taken for the first. */
static void
test_pairs(void)
{
	static const char *const pairs[][3] = {
		{ "a zone after a stamp without", "2026-01-02 03:04:05.678 x",
		    "2026-01-02 03:04:05.678 -05:00 x" },
		{ "another second with a zone, after a stamp without",
		    "2026-01-02 03:04:05.678 x",
		    "2026-01-02 03:04:06.678 +05:00 x" },
		{ "one more digit", "2026-01-02 03:04:05.67 x",
		    "2026-01-02 03:04:05.678 x" },
		{ "a digit less", "2026-01-02 03:04:05.678 x",
		    "2026-01-02 03:04:05.67 x" },
		{ "a second that does not exist", "2026-01-02 03:04:05.678Z x",
		    "2026-01-02 03:04:61.678Z x" },
		{ "a leap second", "2026-01-02 03:04:59.678Z x",
		    "2026-01-02 03:04:60.678Z x" },
		{ "the second before a leap second",
		    "2026-01-02 03:04:60.678Z x",
		    "2026-01-02 03:04:59.678Z x" },
		{ "a second without digits", "2026-01-02 03:04:05.678Z x",
		    "2026-01-02 03:04:0x.678Z x" },
		{ "a fraction without digits", "2026-01-02 03:04:05.678Z x",
		    "2026-01-02 03:04:05.67xZ x" },
		{ "an instant past the last", "2262-04-11T23:47:16.8Z x",
		    "2262-04-11T23:47:59.8Z x" },
		{ "an instant before the first", "1677-09-21T00:12:59.8Z x",
		    "1677-09-21T00:12:01.8Z x" },
	};

	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct timestamp_cache c = { 0 };

		ok(scans_alike(&c, slice_of(pairs[i][1])) &&
			scans_alike(&c, slice_of(pairs[i][2])),
		    "timestamp: %s is read as if it came first", pairs[i][0]);
	}
}

static void
test_failure(void)
{
	struct timestamp_cache c = { 0 };
	bool first = scans_alike(&c, SLICE("2026-01-02T03:04:05.678Z x"));
	struct timestamp before = c.t;
	char *p = guarded_wide(SLICE("no stamp at all, but long enough"));

	ok(first && timestamp_scan_next(&c, p, p + 32) == NULL &&
		c.t.ns == before.ns && c.t.digits == before.digits &&
		c.t.lacks == before.lacks,
	    "timestamp: on failure the last stamp stays");
	free(p);
	ok(scans_alike(&c, SLICE("2026-01-02T03:04:06.678Z x")),
	    "timestamp: and the next is read by it");
}

int
main(void)
{
	test_good();
	test_bad();
	test_scan();
	test_calendar();
	test_format();
	test_round_trips();
	test_sequences(false);
	test_sequences(true);
	test_failure();
	test_pairs();
	return done();
}
