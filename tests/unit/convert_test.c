/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/convert.h"
#include "tele/duration.h"

static const struct {
	const char *number;
	int64_t unit_ns, ns;
	int digits;
} epochs[] = {
	{ "1700000000", 0, INT64_C(1700000000000000000), 0 },
	{ "1700000000.25", 0, INT64_C(1700000000250000000), 2 },
	{ "1700000000.123456789", 0, INT64_C(1700000000123456789), 9 },
	{ "1700000000.1234567894", 0, INT64_C(1700000000123456789), 9 },
	{ "1700000000123", 0, INT64_C(1700000000123000000), 3 },
	{ "1987654321098", 0, INT64_C(1987654321098000000), 3 },
	{ "9223372036854", 0, INT64_C(9223372036854000000), 3 },
	{ "9223372036855", 0, 0, -1 }, /* past the year 2262 */
	{ "170000000012", 0, INT64_C(170000000012000000), 3 },
	{ "17000000001234", 0, 0, -1 },
	{ "1700000000:23", 0, 0, -1 },
	{ "17000/0000123", 0, 0, -1 },
	{ "\xb1"
	  "700000000123",
	    0, 0, -1 },
	{ "170000000012\xb3", 0, 0, -1 },
	{ "1700000000123.5", 0, INT64_C(1700000000123500000), 4 },
	{ "1700000000123456", 0, INT64_C(1700000000123456000), 6 },
	{ "1700000000123456789", 0, INT64_C(1700000000123456789), 9 },
	{ "100000000", 0, INT64_C(100000000000000000), 0 },
	{ "99999999999", 0, INT64_C(0), -1 }, /* past the year 2262 */
	{ "1.7e9", 1000000000, INT64_C(1700000000000000000), 0 },
	{ "1.70000000025E+9", 1000000000, INT64_C(1700000000250000000), 2 },
	{ "170000000.5e-1", 1000000000, INT64_C(17000000050000000), 1 },
	{ "5", 1000000, 5000000, 3 },
	{ "5", 0, 0, -1 },
	{ "99999999", 0, 0, -1 },
	{ "0", 0, 0, -1 },
	{ "0", 1, 0, -1 },
	{ "-1700000000", 0, 0, -1 },
	{ "17000000001234567890", 0, 0, -1 },
	{ "9223372036854775807", 1, INT64_MAX, 9 },
	{ "9223372036854775808", 1, 0, -1 },
	{ "170000000012x", 0, 0, -1 },
	{ "", 0, 0, -1 },
};

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{ "duration_ms", NS_PER_MS },
	{ "durationMs", NS_PER_MS },
	{ "tookMillis", NS_PER_MS },
	{ "elapsed_milliseconds", NS_PER_MS },
	{ "ms", NS_PER_MS },
	{ "Ms", NS_PER_MS },
	{ "took_us", NS_PER_US },
	{ "tookMicros", NS_PER_US },
	{ "usec", NS_PER_US },
	{ "durationNs", 1 },
	{ "duration_nanos", 1 },
	{ "elapsed_s", NS_PER_S },
	{ "elapsedSeconds", NS_PER_S },
	{ "seconds", NS_PER_S },
	{ "s", NS_PER_S },
	{ "items", 0 },
	{ "bonus", 0 },
	{ "systems", 0 },
	{ "ns_", 0 },
	{ "duration", 0 },
	{ "", 0 },
};

static const struct {
	const char *text;
	int64_t unit_ns, ns; /* -1: none */
} durations[] = {
	{ "1.5", NS_PER_MS, 1500000 },
	{ "1.5", NS_PER_S, 1500000000 },
	{ "0", NS_PER_MS, 0 },
	{ "15.2ms", NS_PER_S, 15200000 },
	{ "15.2 ms", NS_PER_S, 15200000 },
	{ "7us", NS_PER_S, 7000 },
	{ "7\xc2\xb5s", NS_PER_S, 7000 },
	{ "1m30.5s", NS_PER_MS, INT64_C(90500000000) },
	{ "2h45m", NS_PER_MS, INT64_C(9900000000000) },
	{ "PT1.5S", NS_PER_MS, 1500000000 },
	{ "PT1H2M3S", NS_PER_MS, INT64_C(3723000000000) },
	{ "00:00:01.5", NS_PER_MS, 1500000000 },
	{ "01:02:03", NS_PER_MS, INT64_C(3723000000000) },
	{ "1.00:00:00.0000001", NS_PER_MS, INT64_C(86400000000100) },
	{ "-1.5", NS_PER_MS, -1 },
	{ "-15ms", NS_PER_MS, -1 },
	{ "00:01", NS_PER_MS, -1 },
	{ "1:2:3:4:5", NS_PER_MS, -1 },
	{ "PT", NS_PER_MS, -1 },
	{ "P1D", NS_PER_MS, -1 },
	{ "ms", NS_PER_MS, -1 },
	{ "1.5 parsecs", NS_PER_MS, -1 },
	{ "fast", NS_PER_MS, -1 },
	{ "", NS_PER_MS, -1 },
	{ "9223372036854775807h", NS_PER_MS, -1 },
};

/* Base64 by the program of that name. */
static const char *const ids[][2] = {
	{ "00f067aa0ba902b7", "00f067aa0ba902b7" },
	{ "00F067AA0BA902B7", "00f067aa0ba902b7" },
	{ "4bf92f3577b34da6a3ce929d0e0e4736",
	    "4bf92f3577b34da6a3ce929d0e0e4736" },
	{ "S/kvNXezTaajzpKdDg5HNg==", "4bf92f3577b34da6a3ce929d0e0e4736" },
	{ "S_kvNXezTaajzpKdDg5HNg==", "4bf92f3577b34da6a3ce929d0e0e4736" },
	{ "APBnqgupArc=", "00f067aa0ba902b7" },
	{ "0000000000000000", "" },
	{ "00000000000000000000000000000000", "" },
	{ "AAAAAAAAAAA=", "0000000000000000" },
	{ "", "" },
	{ "request-7", "request-7" },
	{ "APBnqgupArc", "APBnqgupArc" },
	{ "APBnqgu*Arc=", "APBnqgu*Arc=" },
	{ "1-5759e988-bd862e3fe1be46a994272793",
	    "1-5759e988-bd862e3fe1be46a994272793" },
};

static const struct {
	struct slice (*convert)(struct slice number);
	const char *name, *number, *level;
} levels[] = {
	{ convert_pino_level, "pino's", "10", "trace" },
	{ convert_pino_level, "pino's", "20", "debug" },
	{ convert_pino_level, "pino's", "30", "info" },
	{ convert_pino_level, "pino's", "35", "info" },
	{ convert_pino_level, "pino's", "40", "warn" },
	{ convert_pino_level, "pino's", "50", "error" },
	{ convert_pino_level, "pino's", "60", "fatal" },
	{ convert_pino_level, "pino's", "99", "fatal" },
	{ convert_pino_level, "pino's", "9", "" },
	{ convert_pino_level, "pino's", "100", "" },
	{ convert_otlp_level, "OTLP's", "0", "" },
	{ convert_otlp_level, "OTLP's", "1", "trace" },
	{ convert_otlp_level, "OTLP's", "4", "trace" },
	{ convert_otlp_level, "OTLP's", "5", "debug" },
	{ convert_otlp_level, "OTLP's", "9", "info" },
	{ convert_otlp_level, "OTLP's", "13", "warn" },
	{ convert_otlp_level, "OTLP's", "20", "error" },
	{ convert_otlp_level, "OTLP's", "21", "fatal" },
	{ convert_otlp_level, "OTLP's", "24", "fatal" },
	{ convert_otlp_level, "OTLP's", "25", "" },
	{ convert_otlp_level, "OTLP's", "SEVERITY_NUMBER_WARN", "warn" },
	{ convert_otlp_level, "OTLP's", "SEVERITY_NUMBER_INFO4", "info" },
	{ convert_otlp_level, "OTLP's", "SEVERITY_NUMBER_UNSPECIFIED", "" },
	{ convert_syslog_level, "syslog's", "0", "fatal" },
	{ convert_syslog_level, "syslog's", "3", "error" },
	{ convert_syslog_level, "syslog's", "4", "warn" },
	{ convert_syslog_level, "syslog's", "5", "info" },
	{ convert_syslog_level, "syslog's", "6", "info" },
	{ convert_syslog_level, "syslog's", "7", "debug" },
	{ convert_syslog_level, "syslog's", "8", "" },
	{ convert_http_level, "HTTP's", "200", "info" },
	{ convert_http_level, "HTTP's", "404", "info" },
	{ convert_http_level, "HTTP's", "500", "error" },
	{ convert_http_level, "HTTP's", "600", "" },
	{ convert_http_level, "HTTP's", "99", "" },
	{ convert_http_level, "HTTP's", "0200", "" },
	{ convert_http_level, "HTTP's", "2x0", "" },
};

static void
test_times(void)
{
	struct timestamp t;

	for (size_t i = 0; i < COUNT(epochs); i++) {
		struct slice text = slice_of(epochs[i].number);
		char *copy = guarded(text);
		bool is_time;

		text.ptr = copy;
		is_time = convert_epoch(text, epochs[i].unit_ns, &t);
		if (!ok(is_time == (epochs[i].digits >= 0) &&
			    (!is_time ||
				(t.ns == epochs[i].ns &&
				    t.digits == epochs[i].digits &&
				    t.lacks == 0)),
			"convert: the time '%s' of %lld ns", epochs[i].number,
			(long long)epochs[i].unit_ns))
			note("%lld ns, %d digits", (long long)t.ns, t.digits);
		free(copy);
	}
	ok(convert_ticks(SLICE("0"), NS_PER_MS, &t) && t.ns == 0 &&
		t.digits == 3,
	    "convert: ticks may be 0");
	ok(convert_time(SLICE("1970-01-01T00:00:02Z"), &t) &&
		t.ns == 2 * NS_PER_S,
	    "convert: a time may be RFC 3339");
}

static void
test_durations(void)
{
	for (size_t i = 0; i < COUNT(units); i++)
		ok(convert_unit(slice_of(units[i].name)) == units[i].ns,
		    "convert: '%s' is in units of %lld ns", units[i].name,
		    (long long)units[i].ns);
	for (size_t i = 0; i < COUNT(durations); i++) {
		struct slice text = slice_of(durations[i].text);
		char *copy = guarded(text);
		int64_t ns = -1;

		text.ptr = copy;
		if (!convert_duration(text, durations[i].unit_ns, &ns))
			ns = -1;
		if (!ok(ns == durations[i].ns, "convert: '%s' takes %lld ns",
			durations[i].text, (long long)durations[i].ns))
			note("%lld ns", (long long)ns);
		free(copy);
	}
}

static void
test_ids(void)
{
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct slice text = slice_of(ids[i][0]), id;
		char *copy = guarded(text), *dst = mem_alloc(text.len + 32);

		text.ptr = copy;
		id = (struct slice){ dst, convert_id(dst, text) };
		if (!ok(slice_equal(id, slice_of(ids[i][1])),
			"convert: the id '%s' is '%s'", ids[i][0], ids[i][1]))
			note("'%.*s'", (int)id.len, id.ptr);
		free(copy);
		free(dst);
	}
}

static void
test_levels(void)
{
	static const char *const failures[] = { "2", "ERROR", "error", "failed",
		"Failure", "STATUS_CODE_ERROR", "err" };
	static const char *const others[] = { "", "0", "1", "20", "OK", "unset",
		"STATUS_CODE_OK", "errors", "no error" };

	for (size_t i = 0; i < COUNT(levels); i++)
		ok(slice_equal(levels[i].convert(slice_of(levels[i].number)),
		       slice_of(levels[i].level)),
		    "convert: %s level %s is '%s'", levels[i].name,
		    levels[i].number, levels[i].level);
	for (size_t i = 0; i < COUNT(failures); i++)
		ok(convert_is_failure(slice_of(failures[i])),
		    "convert: '%s' is a failure", failures[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		ok(!convert_is_failure(slice_of(others[i])),
		    "convert: '%s' is no failure", others[i]);
}

int
main(void)
{
	test_times();
	test_durations();
	test_ids();
	test_levels();
	return done();
}
