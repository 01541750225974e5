/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/summary.h"
#include "tele/timestamp.h"

const char *const summary_columns[] = { "count", "errors", "error_rate",
	"total_ms", "self_ms", "dead_ms", "min_ms", "mean_ms", "p50_ms",
	"p90_ms", "p95_ms", "p99_ms", "max_ms", NULL };

void
summary_free(struct summary *s)
{
	quantile_free(&s->durations);
	free((char *)s->code_file.ptr);
	free((char *)s->code_line.ptr);
	*s = (struct summary){ 0 };
}

static void
keep(struct slice *to, struct slice text)
{
	free((char *)to->ptr);
	*to = (struct slice){ mem_string(text), text.len };
}

void
summary_add_wait(struct summary *s, int64_t ns, int64_t tick_ns)
{
	if (s->durations.count == 0 || tick_ns < s->tick_ns)
		s->tick_ns = tick_ns;
	quantile_add(&s->durations, ns);
}

void
summary_add_time(struct summary *s, int64_t ns, int digits)
{
	/* Of one instant written in two ways, the longer counts. */
	if (!s->has_time || ns < s->first_ns ||
	    (ns == s->first_ns && digits > s->first_digits)) {
		s->first_ns = ns;
		s->first_digits = digits;
	}
	if (!s->has_time || ns > s->last_ns ||
	    (ns == s->last_ns && digits > s->last_digits)) {
		s->last_ns = ns;
		s->last_digits = digits;
	}
	s->has_time = true;
}

/* By number: fewer digits are less. */
static int
compare_digits(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return slice_compare(a, b);
}

void
summary_add_code(struct summary *s, struct slice file, struct slice line)
{
	int order = s->code_file.len == 0 ? 1
					  : slice_compare(s->code_file, file);

	if (order < 0 ||
	    (order == 0 && compare_digits(s->code_line, line) <= 0))
		return;
	keep(&s->code_file, file);
	keep(&s->code_line, line);
}

void
summary_merge(struct summary *s, const struct summary *from)
{
	s->count += from->count;
	s->errors += from->errors;
	if (s->durations.count == 0)
		s->tick_ns = from->tick_ns;
	else if (from->durations.count > 0 && from->tick_ns < s->tick_ns)
		s->tick_ns = from->tick_ns;
	quantile_merge(&s->durations, &from->durations);
	s->self_ns += from->self_ns;
	s->dead_ns += from->dead_ns;
	s->has_dead |= from->has_dead;
	if (from->has_time) {
		summary_add_time(s, from->first_ns, from->first_digits);
		summary_add_time(s, from->last_ns, from->last_digits);
	}
	if (from->code_file.len > 0)
		summary_add_code(s, from->code_file, from->code_line);
}

/* A / B rounded half to even, for A >= 0 and B > 0. */
static __int128
divide(__int128 a, __int128 b)
{
	__int128 q = a / b, twice = a % b * 2;

	return q + (twice > b || (twice == b && q % 2 == 1));
}

bool
summary_value(const struct summary *s, enum summary_column column,
    __int128 *value)
{
	static const double p[] = { [SUMMARY_P50_MS] = 0.5,
		[SUMMARY_P90_MS] = 0.9,
		[SUMMARY_P95_MS] = 0.95,
		[SUMMARY_P99_MS] = 0.99 };
	const struct quantile *q = &s->durations;
	int64_t ns = 0;

	*value = 0;
	switch (column) {
	case SUMMARY_COUNT:
		*value = s->count;
		return true;
	case SUMMARY_ERRORS:
		*value = s->errors;
		return true;
	case SUMMARY_ERROR_RATE:
		*value = s->count > 0
		    ? divide((__int128)s->errors * 1000000, s->count)
		    : 0;
		return true;
	case SUMMARY_DEAD_MS:
		*value = s->dead_ns;
		return s->has_dead;
	case SUMMARY_SELF_MS:
		*value = s->self_ns;
		return q->count > 0 || s->self_ns != 0;
	default:
		break;
	}
	if (q->count == 0)
		return false;
	switch (column) {
	case SUMMARY_TOTAL_MS:
		*value = q->sum_ns;
		return true;
	case SUMMARY_MIN_MS:
		*value = q->min_ns;
		return true;
	case SUMMARY_MAX_MS:
		*value = q->max_ns;
		return true;
	case SUMMARY_MEAN_MS:
		*value = divide(q->sum_ns, q->count);
		return true;
	default:
		quantile_at(q, p[column], &ns);
		*value = s->tick_ns > 0 ? divide(ns, s->tick_ns) * s->tick_ns
					: ns;
		return true;
	}
}

/* VALUE millionths as a decimal without trailing zeros. */
static void
write_millionths(__int128 millionths, struct out *out)
{
	const uint64_t group = UINT64_C(10000000000);
	unsigned __int128 value = (unsigned __int128)(millionths < 0
		? -millionths
		: millionths);
	unsigned __int128 whole = value / 1000000;
	char rest[8];
	size_t len;

	if (millionths < 0)
		out_write(out, SLICE("-"));

	if (whole > UINT64_MAX)
		out_format(out, "%llu%010llu",
		    (unsigned long long)(whole / group),
		    (unsigned long long)(whole % group));
	else
		out_format(out, "%llu", (unsigned long long)whole);
	len = (size_t)snprintf(rest, sizeof(rest), ".%06u",
	    (unsigned)(value % 1000000));
	while (rest[len - 1] == '0')
		len--;
	if (len > 1)
		out_write(out, (struct slice){ rest, len });
}

void
summary_write_column(const struct summary *s, enum summary_column column,
    struct out *out)
{
	__int128 value;

	if (!summary_value(s, column, &value))
		return;
	out_format(out, ",\"%s\":", summary_columns[column]);
	if (column == SUMMARY_COUNT || column == SUMMARY_ERRORS)
		out_format(out, "%llu", (unsigned long long)value);
	else
		write_millionths(value, out);
}

static void
write_time(const char *key, int64_t ns, int digits, struct out *out)
{
	char text[TIMESTAMP_MAX];
	size_t len = timestamp_format(text, ns, digits);

	out_format(out, ",\"%s\":\"%.*s\"", key, (int)len, text);
}

void
summary_write_where_and_when(const struct summary *s, struct out *out)
{
	if (s->has_time) {
		write_time("first", s->first_ns, s->first_digits, out);
		write_time("last", s->last_ns, s->last_digits, out);
	}
	if (s->code_file.len > 0) {
		out_write(out, SLICE(",\"code_file\":\""));
		out_write(out, s->code_file);
		out_write(out, SLICE("\""));
	}
	if (s->code_line.len > 0) {
		out_write(out, SLICE(",\"code_line\":"));
		out_write(out, s->code_line);
	}
}

void
summary_write(const struct summary *s, struct slice group, struct out *out)
{
	out_write(out, SLICE("{"));
	out_write(out, group);
	for (int i = 0; i < SUMMARY_COLUMNS; i++)
		summary_write_column(s, (enum summary_column)i, out);
	summary_write_where_and_when(s, out);
	out_write(out, SLICE("}\n"));
}
