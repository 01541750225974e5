/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/partial.h"
#include "tele/timestamp.h"

/* The `sketch` of a record: OpenTelemetry's name for gamma 2^(1/64). */
#define SCALE "6"

/* The values in ascending order: their order of arrival says nothing. */
static void
write_values(const struct quantile *q, struct out *out)
{
	int64_t sorted[QUANTILE_EXACT];
	char text[DURATION_MS_MAX];

	quantile_values(q, sorted);
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

static void
write_buckets(const struct quantile *q, struct out *out)
{
	out_write(out, SLICE(",\"buckets\":["));
	quantile_each(q, write_bucket, out);
	out->len--; /* the last comma */
	out_write(out, SLICE("]"));
}

void
partial_write(const struct summary *s, struct slice group, struct slice session,
    struct out *out)
{
	static const enum summary_column kept[] = { SUMMARY_COUNT,
		SUMMARY_ERRORS, SUMMARY_TOTAL_MS, SUMMARY_SELF_MS,
		SUMMARY_DEAD_MS, SUMMARY_MIN_MS, SUMMARY_MAX_MS };

	out_write(out, SLICE("{"));
	out_write(out, group);
	out_write(out, SLICE(",\"sketch\":" SCALE));
	if (session.len > 0) {
		out_write(out, SLICE(",\"session\":\""));
		out_write(out, session);
		out_write(out, SLICE("\""));
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		summary_write_column(s, kept[i], out);
	summary_write_where_and_when(s, out);
	if (s->durations.count > 0 && quantile_is_exact(&s->durations))
		write_values(&s->durations, out);
	else if (s->durations.count > 0)
		write_buckets(&s->durations, out);
	out_write(out, SLICE("}\n"));
}

/* The members of a record after the group and `sketch`. */
struct record {
	struct json j;
	struct summary *s;
	struct slice session, code_file, code_line;
	__int128 total_ns, self_ns, dead_ns, min_ns, max_ns;
	uint64_t seen; /* a bit for each member */
	size_t next;   /* member, by its usual place */
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

/* Milliseconds with at most six decimals, as they are written here. */
static bool
parse_ms(struct slice text, __int128 *ns)
{
	enum { DECIMALS = 6, DIGITS = 30, SMALL = 18 };
	static const int scale[DECIMALS + 1] = { 1000000, 100000, 10000, 1000,
		100, 10, 1 };
	int fraction = -1, digits = 0;
	int64_t small = 0; /* as long as that will do */

	*ns = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '.' && fraction < 0 && i > 0) {
			fraction = 0;
			continue;
		}
		if (text.ptr[i] < '0' || text.ptr[i] > '9' ||
		    ++digits > DIGITS || fraction == DECIMALS)
			return false;
		fraction += fraction >= 0;
		if (digits <= SMALL)
			small = small * 10 + (text.ptr[i] - '0');
		else
			*ns = (digits == SMALL + 1 ? small : *ns) * 10 +
			    (text.ptr[i] - '0');
	}
	if (digits <= SMALL)
		*ns = small;
	*ns *= scale[fraction < 0 ? 0 : fraction];
	return digits > 0 && fraction != 0;
}

static bool
read_text(struct record *r, void *to)
{
	if (json_next(&r->j) != JSON_STRING)
		return false;
	*(struct slice *)to = r->j.text;
	return true;
}

static bool
read_digits(struct record *r, void *to)
{
	uint64_t n;

	if (json_next(&r->j) != JSON_NUMBER || !parse_count(r->j.text, &n))
		return false;
	*(struct slice *)to = r->j.text;
	return true;
}

static bool
read_count(struct record *r, void *to)
{
	return json_next(&r->j) == JSON_NUMBER && parse_count(r->j.text, to);
}

static bool
read_ms(struct record *r, void *to)
{
	return json_next(&r->j) == JSON_NUMBER && parse_ms(r->j.text, to);
}

/* Self time may be less than nothing; see selftime_report. */
static bool
read_signed_ms(struct record *r, void *to)
{
	struct slice text;
	bool is_negative;

	if (json_next(&r->j) != JSON_NUMBER)
		return false;
	text = r->j.text;
	is_negative = *text.ptr == '-';
	if (is_negative)
		text = (struct slice){ text.ptr + 1, text.len - 1 };
	if (!parse_ms(text, to))
		return false;
	if (is_negative)
		*(__int128 *)to = -*(__int128 *)to;
	return true;
}

static bool
read_time(struct record *r, void *to)
{
	struct timestamp t;

	(void)to;
	if (json_next(&r->j) != JSON_STRING || !timestamp_parse(r->j.text, &t))
		return false;
	summary_add_time(r->s, t.ns, t.digits);
	return true;
}

static bool
read_values(struct record *r, void *to)
{
	enum json_token token = json_next(&r->j);
	__int128 ns;

	if (token != JSON_ARRAY || r->s->durations.count > 0)
		return false;
	while ((token = json_next(&r->j)) == JSON_NUMBER) {
		if (!parse_ms(r->j.text, &ns) || ns > INT64_MAX)
			return false;
		quantile_add(to, (int64_t)ns);
	}
	return token == JSON_ARRAY_END;
}

static bool
read_buckets(struct record *r, void *to)
{
	struct quantile *q = to;
	enum json_token token = json_next(&r->j);
	uint64_t index = 0, n;
	bool is_zero;

	if (token != JSON_ARRAY || q->count > 0)
		return false;
	while ((token = json_next(&r->j)) == JSON_NUMBER) {
		is_zero = slice_equal(r->j.text, SLICE("-1"));
		if (!is_zero &&
		    (!parse_count(r->j.text, &index) ||
			index >= QUANTILE_BUCKETS))
			return false;
		if (json_next(&r->j) != JSON_NUMBER ||
		    !parse_count(r->j.text, &n) || n == 0 ||
		    __builtin_add_overflow(q->count, n, &q->count))
			return false;
		quantile_add_bucket(q, is_zero ? -1 : (int)index, n);
	}
	return token == JSON_ARRAY_END;
}

/* The members, and where their values go: in the record or its summary. */
static const struct member {
	struct slice name;
	bool (*read)(struct record *r, void *to);
	size_t at;
	bool in_summary;
} members[] = {
#define MEMBER(name, read, field)                         \
	{                                                 \
		{ name, sizeof(name) - 1 }, read,         \
		    offsetof(struct record, field), false \
	}
#define OF_SUMMARY(name, read, field)                     \
	{                                                 \
		{ name, sizeof(name) - 1 }, read,         \
		    offsetof(struct summary, field), true \
	}
	MEMBER("session", read_text, session),
	OF_SUMMARY("count", read_count, count),
	OF_SUMMARY("errors", read_count, errors),
	MEMBER("total_ms", read_ms, total_ns),
	MEMBER("self_ms", read_signed_ms, self_ns),
	MEMBER("dead_ms", read_ms, dead_ns),
	MEMBER("min_ms", read_ms, min_ns),
	MEMBER("max_ms", read_ms, max_ns),
	OF_SUMMARY("first", read_time, first_ns),
	OF_SUMMARY("last", read_time, last_ns),
	MEMBER("code_file", read_text, code_file),
	MEMBER("code_line", read_digits, code_line),
	OF_SUMMARY("values_ms", read_values, durations),
	OF_SUMMARY("buckets", read_buckets, durations),
#undef MEMBER
#undef OF_SUMMARY
};

static bool
read_member(struct record *r, struct slice key)
{
	const size_t count = sizeof(members) / sizeof(*members);
	const struct member *m;
	size_t i = r->next, tries = 0;
	void *to;

	/* They come in this order, of which some may be left out. */
	while (!slice_equal(key, members[i].name)) {
		if (++tries == count)
			return false;
		i = i + 1 < count ? i + 1 : 0;
	}
	m = &members[i];
	r->next = i + 1 < count ? i + 1 : 0;
	if ((r->seen >> i & 1) != 0)
		return false;
	r->seen |= UINT64_C(1) << i;
	to = (char *)(m->in_summary ? (void *)r->s : (void *)r) + m->at;
	r->s->has_dead |= to == &r->dead_ns;
	return m->read(r, to);
}

/* Everything before the sketch is the group; where `sketch` begins, or NULL. */
static const char *
skip_group(struct json *j, const char **at)
{
	enum json_token token = json_next(j);

	*at = j->p;
	if (token != JSON_OBJECT)
		return NULL;
	for (;;) {
		token = json_next(j);
		*at = token == JSON_KEY ? j->text.ptr : j->p;
		if (token != JSON_KEY)
			return NULL;
		if (slice_equal(j->text, SLICE("sketch")))
			return j->text.ptr - 1;
		/* A value is a scalar, or an array of strings. */
		do
			token = json_next(j);
		while (token > JSON_OBJECT_END && j->depth > 1);
		if (token <= JSON_OBJECT_END)
			return NULL;
	}
}

/* Take over what was read; false if it does not hold together. */
static bool
settle(const struct record *r)
{
	struct summary *s = r->s;
	struct quantile *q = &s->durations;

	s->self_ns = r->self_ns;
	s->dead_ns = r->dead_ns;
	if (r->code_file.len > 0)
		summary_add_code(s, r->code_file, r->code_line);
	if (q->count > s->count)
		return false;
	if (q->count == 0)
		return true;
	if (r->min_ns > r->max_ns || r->max_ns > r->total_ns ||
	    r->max_ns > INT64_MAX)
		return false;
	if (quantile_is_exact(q))
		return q->sum_ns == r->total_ns && q->min_ns == r->min_ns &&
		    q->max_ns == r->max_ns;
	q->sum_ns = r->total_ns;
	q->min_ns = (int64_t)r->min_ns;
	q->max_ns = (int64_t)r->max_ns;
	return q->count > QUANTILE_EXACT;
}

const char *
partial_read(struct summary *s, struct slice record, struct slice *group,
    struct slice *session, const char **at)
{
	static const char malformed[] = "malformed partial record";
	struct record r = { .s = s, .session = { "", 0 } };
	enum json_token token;
	const char *sketch, *comma;

	*s = (struct summary){ 0 };
	*group = *session = (struct slice){ "", 0 };
	json_init(&r.j);
	json_feed(&r.j, record, true);
	sketch = skip_group(&r.j, at);
	if (sketch == NULL)
		return malformed;
	comma = memrchr(record.ptr, ',', (size_t)(sketch - record.ptr));
	if (comma == NULL)
		return "partial record of no group";
	*group = slice_range(json_blank(record.ptr, comma) + 1, comma);
	if (json_next(&r.j) != JSON_NUMBER ||
	    !slice_equal(r.j.text, SLICE(SCALE)))
		return "unknown kind of sketch";
	while ((token = json_next(&r.j)) == JSON_KEY) {
		*at = r.j.text.ptr;
		if (!read_member(&r, r.j.text))
			return malformed;
	}
	if (token != JSON_OBJECT_END || json_next(&r.j) != JSON_END ||
	    json_blank(r.j.p, r.j.end) != r.j.end)
		return malformed;
	*at = record.ptr;
	*session = r.session;
	return settle(&r) ? NULL : "partial record does not add up";
}
