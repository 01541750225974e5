/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/duration.h"
#include "tele/timeform.h"

#define NS(seconds, ns) (INT64_C(seconds) * NS_PER_S + INT64_C(ns))

enum {
	ZONE = TIMESTAMP_NO_ZONE,
	YEAR = TIMESTAMP_NO_ZONE | TIMESTAMP_NO_YEAR,
	DATE = TIMESTAMP_NO_ZONE | TIMESTAMP_NO_DATE,
};

static const struct {
	const char *form, *wrong;
} bad[] = {
	{ "%", "unknown directive in a form of times" },
	{ "%Y-%m-%q", "unknown directive in a form of times" },
	{ "%Y %", "unknown directive in a form of times" },
	{ "123456789012345678901234567890123",
	    "this form of times is too long" },
};

/* Whole stamps; the seconds are what date(1) says. */
static const struct {
	const char *form, *text;
	int64_t ns;
	int digits, lacks;
} good[] = {
	{ "%Y-%m-%d %H:%M:%S", "2026-01-02 03:04:05", NS(1767323045, 0), 0,
	    ZONE },
	{ "%Y-%m-%dT%H:%M:%S.%f%z", "2026-01-02T03:04:05.678901+01:00",
	    NS(1767319445, 678901000), 6, 0 },
	{ "%Y-%m-%dT%H:%M:%S%z", "2026-01-02T03:04:05Z", NS(1767323045, 0), 0,
	    0 },
	{ "%d/%b/%Y:%H:%M:%S %z", "22/Nov/2026:21:46:49 +0330",
	    NS(1795371409, 0), 0, 0 },
	{ "%d/%b/%Y:%H:%M:%S %z", "22/nov/2026:21:46:49 -0000",
	    NS(1795384009, 0), 0, 0 },
	{ "%a %b %d %H:%M:%S.%f %Y", "Wed Oct 11 14:32:52.123456 2026",
	    NS(1791729172, 123456000), 6, ZONE },
	{ "%a, %d %b %Y %H:%M:%S %Z", "Sunday, 22 November 2026 21:46:49 GMT",
	    NS(1795384009, 0), 0, 0 },
	{ "%a, %d %b %Y %H:%M:%S %Z", "Sun, 22 Nov 2026 21:46:49 PST",
	    NS(1795384009, 0), 0, ZONE },
	{ "%b %e %H:%M:%S", "Jun  4 15:16:01", NS(76518961, 0), 0, YEAR },
	{ "%b %e %H:%M:%S", "Jun 14 15:16:01", NS(77382961, 0), 0, YEAR },
	{ "%b %e %H:%M:%S", "Feb 29 00:00:00", NS(68169600, 0), 0, YEAR },
	{ "%m-%d %H:%M:%S.%f", "03-17 16:13:38.811", NS(69696818, 811000000), 3,
	    YEAR },
	{ "%H:%M:%S", "21:46:47", NS(78407, 0), 0, DATE },
	{ "%H:%M:%S,%f", "21:46:47,5", NS(78407, 500000000), 1, DATE },
	{ "%H:%M", "21:46", NS(78360, 0), 0, DATE },
	{ "%I:%M:%S %p", "12:00:01 AM", NS(1, 0), 0, DATE },
	{ "%I:%M:%S %p", "12:00:01 pm", NS(43201, 0), 0, DATE },
	{ "%I:%M:%S %p", "9:46:47 PM", NS(78407, 0), 0, DATE },
	{ "%y%m%d %H%M%S", "081109 203615", NS(1226262975, 0), 0, ZONE },
	{ "%y/%m/%d", "68/01/01", NS(3092601600, 0), 0, ZONE },
	{ "%y/%m/%d", "69/01/01", NS(-31536000, 0), 0, ZONE },
	{ "%Y%m%d-%H:%M:%S:%L", "20171224-0:5:3:6", NS(1514073903, 6000000), 3,
	    ZONE },
	{ "%Y%m%d-%H:%M:%S:%L", "20171223-22:15:29:606",
	    NS(1514067329, 606000000), 3, ZONE },
	{ "%s", "1767323045", NS(1767323045, 0), 0, 0 },
	{ "%s", "1767323045.678", NS(1767323045, 678000000), 3, 0 },
	{ "%s", "1767323045678", NS(1767323045, 678000000), 3, 0 },
	{ "%s", "1767323045678901", NS(1767323045, 678901000), 6, 0 },
	{ "%s", "1767323045678901234", NS(1767323045, 678901234), 9, 0 },
	/* 2^62 + 10 + 1127364634, and 0x18c98094 nanoseconds. */
	{ "%@", "400000004332382418c98094", NS(1127364634, 415858836), 9, 0 },
	{ "%H%%%M", "21%46", NS(78360, 0), 0, DATE },
	{ "%Y-%m-%d %H:%M:%S", "2016-12-31    23:59:60",
	    NS(1483228799, 999999999), 0, ZONE },
	{ "%Y-%m-%d %H:%M:%S.%f", "2026-01-02 03:04:05.1234567891",
	    NS(1767323045, 123456789), 9, ZONE },
};

static const struct {
	const char *form, *text;
} refused[] = {
	{ "%Y-%m-%d", "" },
	{ "%Y-%m-%d", "2026-02-30" },
	{ "%Y-%m-%d", "2026-13-01" },
	{ "%Y-%m-%d", "26-01-01" },
	{ "%Y-%m-%d", "2026-01-" },
	{ "%Y-%m-%d", "2026/01/01" },
	{ "%H:%M:%S", "24:00:00" },
	{ "%H:%M:%S", "23:60:00" },
	{ "%H:%M:%S", "23:59:61" },
	{ "%H:%M:%S", "23:59" },
	{ "%H%M%S", "2359" },
	{ "%H:%M:%S.%f", "23:59:59." },
	{ "%I:%M %p", "13:00 PM" },
	{ "%I:%M %p", "0:00 AM" },
	{ "%I:%M %p", "1:00 XM" },
	{ "%b %e", "Jux 1" },
	{ "%b %e", "Ju 1" },
	{ "%a %d", "Mo 1" },
	{ "%H:%M %z", "21:46 CET" },
	{ "%s", "478760" },
	{ "%s", "99999999999999999999" },
	{ "%@", "4000000043323824" },
	{ "%@", "400000004332382418c9809x" },
	{ "%@", "000000004332382418c98094" },
	{ "%@", "4000000043323824ffffffff" },
};

static void
test_bad(void)
{
	struct timeform f;

	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *wrong = timeform_compile(&f, slice_of(bad[i].form));

		ok(wrong != NULL && strcmp(wrong, bad[i].wrong) == 0,
		    "timeform: '%s' is refused: %s", bad[i].form, bad[i].wrong);
	}
}

static void
test_good(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct slice text = slice_of(good[i].text);
		char *p = guarded(text);
		struct timestamp t = { 0 };
		struct timeform f;
		const char *after;

		timeform_compile(&f, slice_of(good[i].form));
		after = timeform_scan(&f, p, p + text.len, &t);
		if (!ok(after == p + text.len && t.ns == good[i].ns &&
			    t.digits == good[i].digits &&
			    t.lacks == good[i].lacks,
			"timeform: '%s' reads '%s'", good[i].form,
			good[i].text))
			note("%td bytes, %lld ns, %d digits, lacks %d",
			    after ? after - p : -1, (long long)t.ns, t.digits,
			    t.lacks);
		free(p);
	}
}

static void
test_refused(void)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct slice text = slice_of(refused[i].text);
		char *p = guarded(text);
		struct timestamp t;
		struct timeform f;

		timeform_compile(&f, slice_of(refused[i].form));
		ok(timeform_scan(&f, p, p + text.len, &t) == NULL,
		    "timeform: '%s' refuses '%s'", refused[i].form,
		    refused[i].text);
		free(p);
	}
}

/* Cut anywhere, a stamp is read as it is or refused, and nothing behind it. */
static void
test_cuts(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t n = 0; n < strlen(good[i].text); n++) {
			char *p = guarded((struct slice){ good[i].text, n });
			struct timestamp t;
			struct timeform f;
			const char *after;

			timeform_compile(&f, slice_of(good[i].form));
			after = timeform_scan(&f, p, p + n, &t);
			wrong += after != NULL && after > p + n;
			free(p);
		}
	ok(wrong == 0, "timeform: no stamp is read past its end");
}

/* The same stamp, another, or what only begins alike, one after the other. */
static void
test_next(void)
{
	static const char *const lines[] = { "21:46:47 a", "21:46:47 b",
		"21:46:48 c", "21:46:4 d", "21:46:47", "21:46:477 e",
		"21:46:47.5 f", "no time" };
	struct timestamp_cache c = { 0 };
	struct timeform f, other;
	uint64_t seed = 3;
	size_t wrong = 0;

	timeform_compile(&f, SLICE("%H:%M:%S"));
	timeform_compile(&other, SLICE("%S:%M:%H"));
	for (int i = 0; i < 20000; i++) {
		const char *line = lines[random_below(&seed, COUNT(lines))];
		const struct timeform *form = random_below(&seed, 4) > 0
		    ? &f
		    : &other;
		size_t len = strlen(line);
		char *p = guarded_wide((struct slice){ line, len });
		const char *want, *got;
		struct timestamp t = { 0 };

		want = timeform_scan(form, p, p + len, &t);
		got = timeform_scan_next(form, &c, p, p + len);
		wrong += got != want ||
		    (want != NULL &&
			(c.t.ns != t.ns || c.t.lacks != t.lacks ||
			    c.t.digits != t.digits));
		free(p);
	}
	ok(wrong == 0,
	    "timeform: stamps that follow each other are read alike");
}

int
main(void)
{
	test_bad();
	test_good();
	test_refused();
	test_cuts();
	test_next();
	return done();
}
