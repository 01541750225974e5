/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/duration.h"

#define ZEROS "0000000000000000000000000000000000000000"

/* Numbers of milliseconds. */
static const struct {
	const char *text;
	int64_t ns;
} scaled[] = {
	{ "0", 0 },
	{ "-0", 0 },
	{ "0.0", 0 },
	{ "1", 1000000 },
	{ "-1", -1000000 },
	{ "1.5", 1500000 },
	{ "15.20", 15200000 },
	{ "0.000001", 1 },
	{ "0.0000004", 0 },
	{ "0.00000049999999999999999999", 0 },
	{ "0.0000005", 1 },
	{ "0.00000050000000000000000001", 1 },
	{ "-0.0000005", -1 },
	{ "-0.0000004", 0 },
	{ "0.0000014999", 1 },
	{ "0.0000015", 2 },
	{ "0.0000025", 3 },
	{ "-0.0000025", -3 },
	{ "1e3", 1000000000 },
	{ "1E+3", 1000000000 },
	{ "1e-3", 1000 },
	{ "1.5e0", 1500000 },
	{ "15e-1", 1500000 },
	{ "0.00015e4", 1500000 },
	{ "1e-400", 0 },
	{ "0e99999999999999999999", 0 },
	{ "1e-99999999999999999999", 0 },
	{ "123456.789012", INT64_C(123456789012) },
	{ "123456789012.345678", INT64_C(123456789012345678) },
	{ "1234567890123.456789", INT64_C(1234567890123456789) },
	{ "9223372036854.775807", INT64_MAX },
	{ "9223372036854.7758074", INT64_MAX },
	{ "-9223372036854.775807", -INT64_MAX },
	{ "9223372036854775807e-6", INT64_MAX },
	{ "1.00000000000000000000000000000000000000000000000", 1000000 },
	{ "100" ZEROS "e-42", 1000000 },
	{ "0." ZEROS "1e40", 100000 },
};

static const char *const no_numbers[] = {
	"",
	"-",
	".",
	".5",
	"+1",
	"a",
	"1a",
	"1 ",
	" 1",
	"1..2",
	"1.2.3",
	"1,5",
	"1e",
	"1e+",
	"1e1.5",
	"1e1x",
	"--1",
	"0x10",
	"nan",
	"inf",
};

static const char *const out_of_range[] = {
	"9223372036854.775808",
	"-9223372036854.775809",
	"9223372036855",
	"1e13",
	"1e400",
	"1e99999999999999999999",
	"100000000000000000000000000000000000000000",
};

static const struct {
	const char *text;
	int64_t ns;
} parsed[] = {
	{ "1ns", 1 },
	{ "1us", 1000 },
	{ "1\xc2\xb5s", 1000 },
	{ "1\xce\xbcs", 1000 },
	{ "1ms", 1000000 },
	{ "1s", NS_PER_S },
	{ "1m", 60 * NS_PER_S },
	{ "1min", 60 * NS_PER_S },
	{ "1h", 3600 * NS_PER_S },
	{ "1d", 86400 * NS_PER_S },
	{ "15.2ms", 15200000 },
	{ "1.5 s", 1500000000 },
	{ "250   us", 250000 },
	{ "0.5ns", 1 },
	{ "5 sec", 5 * NS_PER_S },
	{ "13.531 seconds", INT64_C(13531000000) },
	{ "129 msecs", 129000000 },
	{ "68 micros", 68000 },
	{ "2 nanoseconds", 2 },
	{ "2 minutes", 120 * NS_PER_S },
	{ "1 hour", 3600 * NS_PER_S },
	{ "3 days", 3 * 86400 * NS_PER_S },
	{ "0s", 0 },
	{ "106751d", INT64_C(106751) * 86400 * NS_PER_S },
	{ "9223372036854775807ns", INT64_MAX },
};

static const char *const unparsed[] = {
	"",
	"5",
	"ms",
	" 5ms",
	"5ms ",
	"-5ms",
	"+5ms",
	"5 secon",
	"5 s ",
	"5 ms us",
	"5MS",
	"5m s",
	"5mss",
	"1h30m",
	"5\tms",
	"1.2.3s",
	".5s",
	"1e3ms",
	"106752d",
	"9223372036854775808ns",
	"9223372037s",
};

static const struct {
	int64_t ns;
	const char *text;
} formatted[] = {
	{ 0, "0" },
	{ 1, "0.000001" },
	{ -1, "-0.000001" },
	{ 10, "0.00001" },
	{ 999999, "0.999999" },
	{ 1000000, "1" },
	{ 1500000, "1.5" },
	{ -1500000, "-1.5" },
	{ 12345678, "12.345678" },
	{ 100000000, "100" },
	{ 1000000001, "1000.000001" },
	{ INT64_MAX, "9223372036854.775807" },
	{ INT64_MIN, "-9223372036854.775808" },
};

static bool
scale_ms(struct slice text, int64_t *ns)
{
	char *p = guarded(text);
	bool is_number = duration_scale((struct slice){ p, text.len },
	    NS_PER_MS, ns);

	free(p);
	return is_number;
}

static bool
parse(const char *text, int64_t *ns)
{
	struct slice s = slice_of(text);
	char *p = guarded(s);
	bool is_duration = duration_parse((struct slice){ p, s.len }, ns);

	free(p);
	return is_duration;
}

static void
test_scale(void)
{
	int64_t ns;

	for (size_t i = 0; i < COUNT(scaled); i++) {
		ns = 42;
		if (!ok(scale_ms(slice_of(scaled[i].text), &ns) &&
			    ns == scaled[i].ns,
			"duration: %s ms are %lld ns", scaled[i].text,
			(long long)scaled[i].ns))
			note("%lld ns", (long long)ns);
	}
	for (size_t i = 0; i < COUNT(no_numbers); i++)
		ok(!scale_ms(slice_of(no_numbers[i]), &ns),
		    "duration: '%s' is no number", no_numbers[i]);
	for (size_t i = 0; i < COUNT(out_of_range); i++)
		ok(!scale_ms(slice_of(out_of_range[i]), &ns),
		    "duration: %s ms are out of range", out_of_range[i]);
	ok(!scale_ms((struct slice){ "1\0", 2 }, &ns),
	    "duration: a NUL byte ends no number");
}

static void
test_parse(void)
{
	int64_t ns;

	for (size_t i = 0; i < COUNT(parsed); i++) {
		ns = 42;
		if (!ok(parse(parsed[i].text, &ns) && ns == parsed[i].ns,
			"duration: '%s' is %lld ns", parsed[i].text,
			(long long)parsed[i].ns))
			note("%lld ns", (long long)ns);
	}
	for (size_t i = 0; i < COUNT(unparsed); i++)
		ok(!parse(unparsed[i], &ns), "duration: '%s' is refused",
		    unparsed[i]);
}

static void
test_format(void)
{
	for (size_t i = 0; i < COUNT(formatted); i++) {
		char *dst = mem_alloc(DURATION_MS_MAX);
		size_t n = duration_format_ms(dst, formatted[i].ns);

		if (!ok(slice_equal((struct slice){ dst, n },
			    slice_of(formatted[i].text)),
			"duration: %lld ns are written '%s'",
			(long long)formatted[i].ns, formatted[i].text))
			note("%.*s", (int)n, dst);
		free(dst);
	}
}

static void
test_decimal(void)
{
	size_t wrong = 0;
	char *dst = mem_alloc(20), want[24];
	uint64_t power = 1;

	for (int digits = 1; digits <= 20; digits++, power *= 10)
		for (uint64_t n = power - 1; n != power + 2; n++) {
			size_t len = decimal_format(dst, n);

			snprintf(want, sizeof(want), "%llu",
			    (unsigned long long)n);
			wrong += !slice_equal((struct slice){ dst, len },
			    slice_of(want));
		}
	wrong += decimal_format(dst, UINT64_MAX) != 20 ||
	    memcmp(dst, "18446744073709551615", 20) != 0;
	ok(wrong == 0, "duration: numbers of every length are written");
	free(dst);
}

/* Of every magnitude, as they are written and as printf would write them. */
static void
test_round_trips(void)
{
	size_t wrong = 0;
	uint64_t seed = 6;

	for (int round = 0; round < 300000; round++) {
		char text[64], want[64];
		int64_t ns = (int64_t)(random_next(&seed) >>
		    (1 + random_below(&seed, 62)));
		int64_t got = -1, n;

		if (random_below(&seed, 2) != 0)
			ns = -ns;
		n = (int64_t)duration_format_ms(text, ns);
		wrong += !scale_ms((struct slice){ text, (size_t)n }, &got) ||
		    got != ns;
		snprintf(want, sizeof(want), "%s%lld.%06llde-0",
		    ns < 0 ? "-" : "", llabs(ns) / NS_PER_MS,
		    llabs(ns) % NS_PER_MS);
		wrong += !scale_ms(slice_of(want), &got) || got != ns;
	}
	if (!ok(wrong == 0, "duration: what is written is read back"))
		note("%zu times not", wrong);
}

/* Halves go away from zero, whatever unit they are of. */
static void
test_rounding(void)
{
	size_t wrong = 0;
	uint64_t seed = 7;

	for (int round = 0; round < 100000; round++) {
		int64_t whole = (int64_t)random_below(&seed, 1000000000000);
		int64_t part = (int64_t)random_below(&seed, 10000), got = -1;
		int64_t want = whole + (part >= 5000);
		char text[64];

		snprintf(text, sizeof(text), "%lld.%04lld", (long long)whole,
		    (long long)part);
		wrong += !duration_scale(slice_of(text), 1, &got) ||
		    got != want;
		snprintf(text, sizeof(text), "-%lld.%04llde-3",
		    (long long)whole, (long long)part);
		wrong += !duration_scale(slice_of(text), 1000, &got) ||
		    got != -want;
	}
	ok(wrong == 0, "duration: halves are rounded away from zero");
}

int
main(void)
{
	test_scale();
	test_parse();
	test_format();
	test_decimal();
	test_round_trips();
	test_rounding();
	return done();
}
