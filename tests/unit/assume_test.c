/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "tap.h"
#include "tele/assume.h"
#include "tele/duration.h"

#define AT(seconds) ((int64_t)(seconds)*NS_PER_S)

enum {
	ZONE = TIMESTAMP_NO_ZONE,
	YEAR = TIMESTAMP_NO_ZONE | TIMESTAMP_NO_YEAR,
	DATE = TIMESTAMP_NO_ZONE | TIMESTAMP_NO_DATE,
};

static int64_t
complete(struct assume *a, int64_t ns, int lacks)
{
	struct timestamp t = { .ns = ns, .lacks = lacks };

	assume_complete(a, &t);
	return t.lacks == 0 ? t.ns : -1;
}

static void
test_zones(void)
{
	static const char *const bad[] = { "", "+", "+1", "+24:00", "+01:60",
		"+01:00x", "Nowhere", "Europe", "zone.tab", "/etc/localtime",
		"../zoneinfo/UTC", "utc+1" };
	struct assume a;

	for (size_t i = 0; i < COUNT(bad); i++)
		ok(!assume_set_zone(bad[i]), "assume: '%s' is no zone", bad[i]);
	assume_begin(&a, 0);
	ok(assume_set_zone("UTC") && complete(&a, AT(7200), ZONE) == AT(7200) &&
		a.lacked == ZONE,
	    "assume: UTC changes nothing, and it is known what was lacking");
	ok(assume_set_zone("+01:30") &&
		complete(&a, AT(7200), ZONE) == AT(1800),
	    "assume: an hour and a half east of UTC");
	ok(assume_set_zone("-0100") &&
		complete(&a, AT(7200), ZONE) == AT(10800),
	    "assume: an hour west of UTC");
	ok(complete(&a, AT(7200), 0) == AT(7200),
	    "assume: a time with a zone stays");
	ok(complete(&a, INT64_MAX, ZONE) == INT64_MAX,
	    "assume: a time at the end of all times stays");
	assume_set_zone("UTC");
}

/*
 * The last Sundays of March and October 2026 in Berlin; and half an hour's
 * change, of Lord Howe Island.  As zoneinfo(5) has it.
 */
static void
test_changes(void)
{
	static const struct {
		const char *what;
		int64_t local, utc;
	} berlin[] = {
		{ "before clocks go forward", 1774749599, 1774745999 },
		{ "a time that none shows", 1774751400, 1774747800 },
		{ "after they went forward", 1774753200, 1774746000 },
		{ "before they go back", 1792893599, 1792886399 },
		{ "the first time", 1792893600, 1792886400 },
		{ "still the first time", 1792897140, 1792889940 },
		{ "a little late", 1792897080, 1792889880 },
		{ "the second time", 1792893660, 1792890060 },
		{ "still the second time", 1792897140, 1792893540 },
		{ "after that", 1792897200, 1792893600 },
	};
	static const struct {
		const char *what;
		int64_t local, utc;
	} lord_howe[] = {
		{ "the first half hour", 1775353500, 1775313900 },
		{ "the second", 1775352600, 1775314800 },
	};
	struct assume a;

	assume_begin(&a, 0);
	if (!assume_set_zone("Europe/Berlin") ||
	    !assume_set_zone("Australia/Lord_Howe")) {
		ok(true, "assume: zones # SKIP tzdata is not installed");
		return;
	}
	assume_set_zone("Europe/Berlin");
	for (size_t i = 0; i < COUNT(berlin); i++) {
		int64_t got = complete(&a, AT(berlin[i].local), ZONE);

		if (!ok(got == AT(berlin[i].utc), "assume: Berlin, %s",
			berlin[i].what))
			note("%lld", (long long)(got / NS_PER_S));
	}
	assume_begin(&a, 0);
	assume_set_zone("Australia/Lord_Howe");
	for (size_t i = 0; i < COUNT(lord_howe); i++) {
		int64_t got = complete(&a, AT(lord_howe[i].local), ZONE);

		if (!ok(got == AT(lord_howe[i].utc), "assume: Lord Howe, %s",
			lord_howe[i].what))
			note("%lld", (long long)(got / NS_PER_S));
	}
	assume_set_zone("UTC");
}

/* 2026-01-01T00:00:02Z, when logs were written; days of 1972 and of 1970. */
enum { NEW_YEAR = 1767225600, DAY = 86400 };

static void
test_years(void)
{
	static const struct {
		const char *what;
		int day;       /* of 1972, a leap year */
		int64_t since; /* days since 2026-01-01 */
	} rows[] = {
		{ "the last day of a year", 365, -1 },
		{ "the next", 0, 0 },
		{ "a straggler", 365, -1 },
		{ "again the next", 0, 0 },
		{ "the 29th of February is the 28th in 2026", 59, 58 },
		{ "the summer", 200, 199 },
		{ "a little before", 190, 189 },
		{ "the next winter", 10, 375 },
	};
	struct assume a;

	assume_begin(&a, AT(NEW_YEAR + 2));
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = complete(&a, AT(63072000 + rows[i].day * DAY),
		    YEAR);

		if (!ok(got == AT(NEW_YEAR + rows[i].since * DAY),
			"assume: without a year, %s", rows[i].what))
			note("%lld days",
			    (long long)((got / NS_PER_S - NEW_YEAR) / DAY));
	}
}

static void
test_days(void)
{
	static const struct {
		const char *what;
		int time;
		int64_t since; /* seconds since 2026-01-01 */
	} rows[] = {
		{ "before midnight", 86399, -1 },
		{ "after it", 1, 1 },
		{ "a straggler", 86398, -2 },
		{ "after it again", 2, 2 },
		{ "late in the evening, after a long silence", 75600, 75600 },
		{ "an hour earlier, for clocks went back", 72000, 72000 },
		{ "the next morning", 28800, DAY + 28800 },
	};
	struct assume a;

	assume_begin(&a, AT(NEW_YEAR + 2));
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = complete(&a, AT(rows[i].time), DATE);

		if (!ok(got == AT(NEW_YEAR + rows[i].since),
			"assume: without a date, %s", rows[i].what))
			note("%lld", (long long)(got / NS_PER_S - NEW_YEAR));
	}
}

/* Comes last, for it holds for good. */
static void
test_date(void)
{
	static const char *const bad[] = { "", "2026-02-29", "2026-1-01",
		"20260101", "2026-01-01T", "today" };
	struct assume a;

	for (size_t i = 0; i < COUNT(bad); i++)
		ok(!assume_set_date(bad[i]), "assume: '%s' is no date", bad[i]);
	assume_begin(&a, AT(NEW_YEAR));
	ok(assume_set_date("2028-02-29") &&
		complete(&a, AT(63072000 + 59 * DAY), YEAR) == AT(1835395200),
	    "assume: a log that begins on the 29th of February");
	ok(complete(&a, AT(63072000), YEAR) == AT(1861920000),
	    "assume: and goes on in January of the next year");
	assume_begin(&a, AT(NEW_YEAR));
	ok(complete(&a, AT(5), DATE) == AT(1835395205),
	    "assume: a log without dates begins that day");
}

int
main(void)
{
	test_zones();
	test_changes();
	test_years();
	test_days();
	test_date();
	return done();
}
