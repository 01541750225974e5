/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/summary.h"
#include "tele/timestamp.h"

/* The `sketch` of a partial record: OpenTelemetry's name for gamma 2^(1/64). */
enum { SCALE = 6 };

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
		*value = ns;
		return true;
	}
}

/* VALUE millionths as a decimal without trailing zeros. */
static char *
put_millionths(char *p, __int128 value)
{
	unsigned __int128 whole = (unsigned __int128)value / 1000000;
	uint32_t rest = (uint32_t)((unsigned __int128)value % 1000000);

	if (whole > UINT64_MAX) {
		p += decimal_format(p, (uint64_t)(whole / 10000000000));
		p += sprintf(p, "%010llu",
		    (unsigned long long)(whole % 10000000000));
	} else {
		p += decimal_format(p, (uint64_t)whole);
	}
	if (rest == 0)
		return p;
	p += sprintf(p, ".%06u", rest);
	while (p[-1] == '0')
		p--;
	return p;
}

static char *
put_column(char *p, const struct summary *s, enum summary_column column)
{
	__int128 value;

	if (!summary_value(s, column, &value))
		return p;
	p += sprintf(p, ",\"%s\":", summary_columns[column]);
	if (column == SUMMARY_COUNT || column == SUMMARY_ERRORS)
		return p + decimal_format(p, (uint64_t)value);
	return put_millionths(p, value);
}

static char *
put_time(char *p, const char *key, int64_t ns, int digits)
{
	p += sprintf(p, ",\"%s\":\"", key);
	p += timestamp_format(p, ns, digits);
	*p++ = '"';
	return p;
}

static char *
put_string(char *p, const char *key, struct slice json)
{
	if (json.len == 0)
		return p;
	p += sprintf(p, ",\"%s\":\"", key);
	memcpy(p, json.ptr, json.len);
	p += json.len;
	*p++ = '"';
	return p;
}

static char *
put_where_and_when(char *p, const struct summary *s)
{
	if (s->has_time) {
		p = put_time(p, "first", s->first_ns, s->first_digits);
		p = put_time(p, "last", s->last_ns, s->last_digits);
	}
	p = put_string(p, "code_file", s->code_file);
	if (s->code_line.len > 0)
		p += sprintf(p, ",\"code_line\":%s", s->code_line.ptr);
	return p;
}

static size_t
bound(const struct summary *s, struct slice group)
{
	return 1024 + group.len + s->code_file.len + s->code_line.len;
}

void
summary_write(const struct summary *s, struct slice group, struct out *out)
{
	char *p = out_reserve(out, bound(s, group));

	*p++ = '{';
	memcpy(p, group.ptr, group.len);
	p += group.len;
	for (int i = 0; i < SUMMARY_COLUMNS; i++)
		p = put_column(p, s, (enum summary_column)i);
	p = put_where_and_when(p, s);
	memcpy(p, "}\n", 2);
	out_commit(out, p + 2);
}

static int
compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The values in ascending order: their order of arrival says nothing. */
static void
write_values(const struct quantile *q, struct out *out)
{
	int64_t sorted[QUANTILE_EXACT];
	char text[DURATION_MS_MAX];

	memcpy(sorted, q->values, (size_t)q->count * sizeof(*sorted));
	qsort(sorted, (size_t)q->count, sizeof(*sorted), compare_ns);
	out_write(out, SLICE(",\"values_ms\":["));
	for (uint64_t i = 0; i < q->count; i++) {
		if (i > 0)
			out_write(out, SLICE(","));
		out_write(out,
		    (struct slice){ text,
			duration_format_ms(text, sorted[i]) });
	}
	out_write(out, SLICE("]"));
}

static void
write_bucket(void *arg, int index, uint64_t n)
{
	out_format(arg, "%d,%llu,", index, (unsigned long long)n);
}

/* Buckets as pairs of index and count; -1 are zeros. */
static void
write_buckets(const struct quantile *q, struct out *out)
{
	out_write(out, SLICE(",\"buckets\":["));
	quantile_each(q, write_bucket, out);
	out->len--; /* the last comma */
	out_write(out, SLICE("]"));
}

void
summary_write_partial(const struct summary *s, struct slice group,
    struct slice session, struct out *out)
{
	static const enum summary_column kept[] = { SUMMARY_COUNT,
		SUMMARY_ERRORS, SUMMARY_TOTAL_MS, SUMMARY_SELF_MS,
		SUMMARY_DEAD_MS, SUMMARY_MIN_MS, SUMMARY_MAX_MS };
	char *p = out_reserve(out, bound(s, group) + session.len);

	*p++ = '{';
	memcpy(p, group.ptr, group.len);
	p += group.len;
	p += sprintf(p, ",\"sketch\":%d", SCALE);
	p = put_string(p, "session", session);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		p = put_column(p, s, kept[i]);
	p = put_where_and_when(p, s);
	out_commit(out, p);
	if (s->durations.values != NULL)
		write_values(&s->durations, out);
	else if (s->durations.count > 0)
		write_buckets(&s->durations, out);
	out_write(out, SLICE("}\n"));
}

/* What summary_read is in the middle of. */
struct reading {
	struct json j;
	struct summary *s;
	struct slice *session;
	int64_t total_ns, min_ns, max_ns;
};

static bool
parse_count(struct slice text, uint64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9' ||
		    __builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, (uint64_t)(text.ptr[i] - '0'),
			n))
			return false;
	return text.len > 0;
}

static bool
parse_ns(struct slice text, int64_t *ns)
{
	return duration_scale(text, NS_PER_MS, ns) && *ns >= 0;
}

/* An array of values, or of pairs of bucket and count. */
static bool
read_array(struct reading *r, bool is_values)
{
	enum json_token token = json_next(&r->j);
	uint64_t index = 0, n;
	int64_t ns;
	bool is_zero;

	if (token != JSON_ARRAY)
		return false;
	while ((token = json_next(&r->j)) == JSON_NUMBER) {
		if (is_values) {
			if (!parse_ns(r->j.text, &ns))
				return false;
			quantile_add(&r->s->durations, ns);
			continue;
		}
		is_zero = slice_equal(r->j.text, SLICE("-1"));
		if (!is_zero &&
		    (!parse_count(r->j.text, &index) ||
			index >= QUANTILE_BUCKETS))
			return false;
		if (json_next(&r->j) != JSON_NUMBER ||
		    !parse_count(r->j.text, &n) ||
		    __builtin_add_overflow(r->s->durations.count, n,
			&r->s->durations.count))
			return false;
		quantile_add_bucket(&r->s->durations, is_zero ? -1 : (int)index,
		    n);
	}
	return token == JSON_ARRAY_END;
}

static bool
read_time(struct reading *r)
{
	struct timestamp t;

	if (json_next(&r->j) != JSON_STRING || !timestamp_parse(r->j.text, &t))
		return false;
	summary_add_time(r->s, t.ns, t.digits);
	return true;
}

static bool
read_ms(struct reading *r, int64_t *ns)
{
	return json_next(&r->j) == JSON_NUMBER && parse_ns(r->j.text, ns);
}

static bool
read_member(struct reading *r, struct slice key)
{
	struct summary *s = r->s;
	int64_t ns;

	if (slice_equal(key, SLICE("session"))) {
		if (json_next(&r->j) != JSON_STRING)
			return false;
		*r->session = r->j.text;
		return true;
	}
	if (slice_equal(key, SLICE("count")))
		return json_next(&r->j) == JSON_NUMBER &&
		    parse_count(r->j.text, &s->count);
	if (slice_equal(key, SLICE("errors")))
		return json_next(&r->j) == JSON_NUMBER &&
		    parse_count(r->j.text, &s->errors);
	if (slice_equal(key, SLICE("total_ms")))
		return read_ms(r, &r->total_ns);
	if (slice_equal(key, SLICE("min_ms")))
		return read_ms(r, &r->min_ns);
	if (slice_equal(key, SLICE("max_ms")))
		return read_ms(r, &r->max_ns);
	if (slice_equal(key, SLICE("self_ms"))) {
		if (!read_ms(r, &ns))
			return false;
		s->self_ns = ns;
		return true;
	}
	if (slice_equal(key, SLICE("dead_ms"))) {
		if (!read_ms(r, &ns))
			return false;
		s->dead_ns = ns;
		s->has_dead = true;
		return true;
	}
	if (slice_equal(key, SLICE("first")) || slice_equal(key, SLICE("last")))
		return read_time(r);
	if (slice_equal(key, SLICE("code_file"))) {
		if (json_next(&r->j) != JSON_STRING)
			return false;
		keep(&s->code_file, r->j.text);
		return true;
	}
	if (slice_equal(key, SLICE("code_line"))) {
		if (json_next(&r->j) != JSON_NUMBER)
			return false;
		keep(&s->code_line, r->j.text);
		return true;
	}
	if (slice_equal(key, SLICE("values_ms")))
		return read_array(r, true);
	if (slice_equal(key, SLICE("buckets")))
		return read_array(r, false);
	return false;
}

/* Whether what the record says of its durations holds together. */
static bool
is_sound(const struct reading *r)
{
	const struct quantile *q = &r->s->durations;

	return q->count <= r->s->count &&
	    (q->count == 0 ||
		(r->min_ns <= r->max_ns && r->max_ns <= r->total_ns &&
		    (q->values == NULL ||
			(q->sum_ns == r->total_ns && q->min_ns == r->min_ns &&
			    q->max_ns == r->max_ns)) &&
		    (q->values != NULL || q->count > QUANTILE_EXACT)));
}

const char *
summary_read(struct summary *s, struct slice record, struct slice *group,
    struct slice *session, const char **at)
{
	struct reading r = { .s = s, .session = session };
	enum json_token token;
	const char *key_at;

	*s = (struct summary){ 0 };
	*group = *session = (struct slice){ record.ptr + 1, 0 };
	json_init(&r.j);
	json_feed(&r.j, record, true);
	json_next(&r.j);
	/* Everything before the sketch is the group. */
	for (;;) {
		token = json_next(&r.j);
		*at = key_at = r.j.text.ptr - 1;
		if (token != JSON_KEY)
			return "malformed partial record";
		if (slice_equal(r.j.text, SLICE("sketch")))
			break;
		json_next(&r.j);
	}
	if (key_at - 1 > group->ptr)
		*group = slice_range(group->ptr, key_at - 1);
	if (json_next(&r.j) != JSON_NUMBER ||
	    !slice_equal(r.j.text, SLICE("6")))
		return "unknown kind of sketch";
	while ((token = json_next(&r.j)) == JSON_KEY) {
		*at = r.j.text.ptr;
		if (!read_member(&r, r.j.text))
			return "malformed partial record";
	}
	if (s->durations.values == NULL && s->durations.count > 0) {
		s->durations.sum_ns = r.total_ns;
		s->durations.min_ns = r.min_ns;
		s->durations.max_ns = r.max_ns;
	}
	*at = record.ptr;
	return is_sound(&r) ? NULL : "partial record does not add up";
}
