/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/json.h"
#include "tele/partial.h"
#include "tele/summary.h"

#define HEAD "{\"handler\":\"h\",\"sketch\":6,\"session\":\"s\","
#define THREE "\"count\":3,\"errors\":0,\"total_ms\":6,\"self_ms\":5,"
#define ENDS "\"min_ms\":1,\"max_ms\":3,"
#define MANY "\"count\":70,\"errors\":0,\"total_ms\":70,\"self_ms\":70,"
#define ONES "\"min_ms\":1,\"max_ms\":1,"

static const struct slice group = { "\"handler\":\"h\",\"plugin\":\"p\"", 26 };

/* One event: what a summary is told of it. */
struct fact {
	int64_t ns, self_ns, time_ns;
	int digits;
	bool has_duration, has_time, has_code, is_error;
	int file, line;
};

static struct fact
draw(uint64_t *seed, int64_t most_ns)
{
	return (struct fact){
		.ns = (int64_t)random_below(seed, (uint64_t)most_ns),
		.self_ns = (int64_t)random_below(seed, 1000000),
		.time_ns = (int64_t)random_below(seed, 5) * 1500000000,
		.digits = (int)random_below(seed, 10),
		.has_duration = random_below(seed, 10) > 0,
		.has_time = random_below(seed, 10) > 0,
		.has_code = random_below(seed, 10) == 0,
		.is_error = random_below(seed, 5) == 0,
		.file = (int)random_below(seed, 3),
		.line = (int)random_below(seed, 2000),
	};
}

static void
add(struct summary *s, const struct fact *f)
{
	char file[16], line[16];

	s->count++;
	s->errors += f->is_error;
	if (f->has_duration) {
		quantile_add(&s->durations, f->ns);
		s->self_ns += f->self_ns;
	}
	if (f->has_time)
		summary_add_time(s, f->time_ns, f->digits);
	if (f->has_code)
		summary_add_code(s,
		    (struct slice){ file,
			(size_t)sprintf(file, "%c.ts", 'a' + f->file) },
		    (struct slice){ line,
			f->line == 0 ? 0
				     : (size_t)sprintf(line, "%d", f->line) });
}

/* Both records that are written of S, one after the other. */
static char *
records(const struct summary *s)
{
	struct out out;
	char *text;

	out_open_memory(&out);
	summary_write(s, group, &out);
	partial_write(s, group, SLICE("s1"), &out);
	text = mem_string((struct slice){ out.buf, out.len });
	out_close(&out);
	return text;
}

static char *
partial(const struct summary *s)
{
	struct out out;
	char *text;

	out_open_memory(&out);
	partial_write(s, group, SLICE("s1"), &out);
	/* Without the newline: that is how records are read. */
	text = mem_string((struct slice){ out.buf, out.len - 1 });
	out_close(&out);
	return text;
}

/* Read TEXT into S; what is wrong, or NULL. */
static const char *
read_record(struct summary *s, const char *text)
{
	struct slice record = slice_of(text), got, session;
	char *p = guarded(record);
	const char *at = NULL, *wrong;

	record.ptr = p;
	wrong = partial_read(s, record, &got, &session, &at);
	if (wrong == NULL &&
	    (!slice_equal(got, group) || !slice_equal(session, SLICE("s1"))))
		wrong = "another group or session";
	free(p);
	return wrong;
}

static void
shuffle(struct fact *facts, size_t n, uint64_t *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = random_below(seed, i);
		struct fact swap = facts[i - 1];

		facts[i - 1] = facts[k];
		facts[k] = swap;
	}
}

/*
 * FACTS in parts, each written and read again, merged in any order: the records
 * must be those of WHOLE.
 */
static const char *
merges_alike(const struct summary *whole, struct fact *facts, size_t n,
    size_t parts, uint64_t *seed)
{
	struct summary *part = mem_zalloc(parts, sizeof(*part)), sum = { 0 };
	const char *wrong = NULL;
	char *want, *got;

	shuffle(facts, n, seed);
	for (size_t i = 0; i < n; i++)
		add(&part[random_below(seed, parts)], &facts[i]);
	for (size_t i = 0; i < parts; i++) {
		struct summary again;
		const char *fault;
		char *text;

		if (part[i].count == 0)
			continue;
		text = partial(&part[i]);
		fault = read_record(&again, text);
		if (fault != NULL) {
			wrong = fault;
			note("%.300s", text);
		}
		summary_merge(&sum, &again);
		summary_free(&again);
		summary_free(&part[i]);
		free(text);
	}
	want = records(whole);
	got = records(&sum);
	if (wrong == NULL && strcmp(want, got) != 0) {
		wrong = "other records";
		note("%.300s", want);
		note("%.300s", got);
	}
	free(want);
	free(got);
	summary_free(&sum);
	free(part);
	return wrong;
}

static void
test_merging(int64_t most_ns, const char *title)
{
	static const size_t sizes[] = { 1, 2, 10, 63, 64, 65, 100, 500, 3000 };
	const char *wrong = NULL;
	uint64_t seed = 18;

	for (size_t s = 0; s < COUNT(sizes) && wrong == NULL; s++)
		for (int round = 0; round < 20 && wrong == NULL; round++) {
			size_t n = sizes[s];
			struct fact *facts = mem_zalloc(n, sizeof(*facts));
			struct summary whole = { 0 };

			for (size_t i = 0; i < n; i++) {
				facts[i] = draw(&seed, most_ns);
				add(&whole, &facts[i]);
			}
			wrong = merges_alike(&whole, facts, n,
			    1 + random_below(&seed, 10), &seed);
			summary_free(&whole);
			free(facts);
		}
	if (!ok(wrong == NULL,
		"summary: %s, split, written, read and merged "
		"in any order give the same records",
		title))
		note("%s", wrong);
}

/* All columns against numbers computed by hand. */
static void
test_columns(void)
{
	static const int64_t ms[] = { 5, 1, 3, 2, 4 };
	struct summary s = { .errors = 1, .self_ns = 7500000 };
	char *text;

	for (size_t i = 0; i < COUNT(ms); i++)
		quantile_add(&s.durations, ms[i] * 1000000);
	s.count = 6;
	summary_add_time(&s, 1500000000, 1);
	summary_add_time(&s, 500000000, 3);
	summary_add_code(&s, SLICE("b.ts"), SLICE("9"));
	summary_add_code(&s, SLICE("a.ts"), SLICE("10"));
	summary_add_code(&s, SLICE("a.ts"), SLICE("9"));
	text = records(&s);
	if (!ok(strcmp(text,
		    "{\"handler\":\"h\",\"plugin\":\"p\",\"count\":6,"
		    "\"errors\":1,\"error_rate\":0.166667,\"total_ms\":15,"
		    "\"self_ms\":7.5,\"min_ms\":1,\"mean_ms\":3,"
		    "\"p50_ms\":3,\"p90_ms\":5,\"p95_ms\":5,\"p99_ms\":5,"
		    "\"max_ms\":5,\"first\":\"1970-01-01T00:00:00.500Z\","
		    "\"last\":\"1970-01-01T00:00:01.5Z\","
		    "\"code_file\":\"a.ts\",\"code_line\":9}\n"
		    "{\"handler\":\"h\",\"plugin\":\"p\",\"sketch\":6,"
		    "\"session\":\"s1\",\"count\":6,\"errors\":1,\"total_ms\":"
		    "15,"
		    "\"self_ms\":7.5,\"min_ms\":1,\"max_ms\":5,"
		    "\"first\":\"1970-01-01T00:00:00.500Z\","
		    "\"last\":\"1970-01-01T00:00:01.5Z\","
		    "\"code_file\":\"a.ts\",\"code_line\":9,"
		    "\"values_ms\":[1,2,3,4,5]}\n") == 0,
		"summary: every column is what it should be"))
		note("%s", text);
	free(text);
	summary_free(&s);
}

/* Means and rates are rounded half to even at the sixth decimal. */
static void
test_rounding(void)
{
	static const struct {
		int64_t sum_ns;
		uint64_t count;
		__int128 mean;
	} rows[] = {
		{ 5, 2, 2 },
		{ 7, 2, 4 },
		{ 1, 2, 0 },
		{ 3, 2, 2 },
		{ 8, 3, 3 },
		{ 7, 3, 2 },
		{ 0, 5, 0 },
	};
	size_t wrong = 0;
	__int128 value;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct summary s = { .count = rows[i].count };

		s.durations.count = rows[i].count;
		s.durations.sum_ns = rows[i].sum_ns;
		wrong += !summary_value(&s, SUMMARY_MEAN_MS, &value) ||
		    value != rows[i].mean;
	}
	ok(wrong == 0, "summary: means are rounded half to even");
}

static void
test_empty(void)
{
	struct summary s = { .count = 2 }, again;
	__int128 value;
	char *text = records(&s), *one = partial(&s);

	ok(strcmp(text,
	       "{\"handler\":\"h\",\"plugin\":\"p\",\"count\":2,\"errors\":0,"
	       "\"error_rate\":0}\n"
	       "{\"handler\":\"h\",\"plugin\":\"p\",\"sketch\":6,"
	       "\"session\":\"s1\",\"count\":2,\"errors\":0}\n") == 0,
	    "summary: what a group has nothing of is left out");
	ok(!summary_value(&s, SUMMARY_P50_MS, &value) &&
		!summary_value(&s, SUMMARY_DEAD_MS, &value) &&
		summary_value(&s, SUMMARY_COUNT, &value) && value == 2,
	    "summary: and has no value");
	ok(read_record(&again, one) == NULL && again.count == 2 &&
		again.durations.count == 0,
	    "summary: it is read back");
	summary_free(&again);
	free(text);
	free(one);
}

/* Grouped by session, the group says it. */
static void
test_session_in_group(void)
{
	struct slice by_session = SLICE("\"session\":\"s1\""), g, session;
	struct summary s = { .count = 1 }, again;
	struct out out;
	const char *at;

	out_open_memory(&out);
	partial_write(&s, by_session, SLICE(""), &out);
	ok(slice_equal((struct slice){ out.buf, out.len },
	       SLICE("{\"session\":\"s1\",\"sketch\":6,\"count\":1,"
		     "\"errors\":0}\n")) &&
		partial_read(&again, (struct slice){ out.buf, out.len - 1 }, &g,
		    &session, &at) == NULL &&
		slice_equal(g, by_session) && session.len == 0,
	    "summary: a session that the group says is not said again");
	summary_free(&again);
	out_close(&out);
}

/* More than 292 years in all, and not a nanosecond less. */
static void
test_long(void)
{
	struct summary s = { .count = 3 }, again;
	const char *wrong;
	char *text, *back;

	for (int64_t i = 0; i < 3; i++)
		quantile_add(&s.durations, INT64_MAX - i);
	s.self_ns = s.durations.sum_ns;
	text = partial(&s);
	wrong = read_record(&again, text);
	back = wrong == NULL ? partial(&again) : mem_string(slice_of(wrong));
	if (!ok(strcmp(text, back) == 0,
		"summary: sums past the range of a duration are read back"))
		note("%s\n# %s", text, back);
	summary_free(&again);
	summary_free(&s);
	free(text);
	free(back);
}

/* Records that no summary wrote. */
static const struct {
	const char *what, *text;
} bad[] = {
	{ "without a sketch", "{\"handler\":\"h\",\"count\":1,\"errors\":0}" },
	{ "of an empty object", "{}" },
	{ "of nothing", "" },
	{ "of an array", "[\"handler\",\"h\",\"sketch\",6]" },
	{ "with a sketch within its group",
	    "{\"a\":{\"sketch\":6,\"count\":1,\"errors\":0},\"sketch\":6}" },
	{ "with a number as session",
	    "{\"handler\":\"h\",\"sketch\":6,\"session\":1,\"count\":1}" },
	{ "of another scale",
	    "{\"handler\":\"h\",\"sketch\":5,\"count\":1,\"errors\":0}" },
	{ "with a sketch in quotes",
	    "{\"handler\":\"h\",\"sketch\":\"6\",\"count\":1}" },
	{ "with an unknown key", HEAD "\"counts\":1}" },
	{ "with a negative count", HEAD "\"count\":-1}" },
	{ "with half a count", HEAD "\"count\":1.5}" },
	{ "with a count in quotes", HEAD "\"count\":\"1\"}" },
	{ "with a count past 64 bits", HEAD "\"count\":18446744073709551616}" },
	{ "with fewer events than values",
	    HEAD "\"count\":2,\"errors\":0,\"total_ms\":6,\"self_ms\":6," ENDS
		 "\"values_ms\":[1,2,3]}" },
	{ "with another total",
	    HEAD "\"count\":3,\"errors\":0,\"total_ms\":7,\"self_ms\":6," ENDS
		 "\"values_ms\":[1,2,3]}" },
	{ "with another minimum",
	    HEAD THREE "\"min_ms\":2,\"max_ms\":3,\"values_ms\":[1,2,3]}" },
	{ "with another maximum",
	    HEAD THREE "\"min_ms\":1,\"max_ms\":4,\"values_ms\":[1,2,3]}" },
	{ "without a total",
	    HEAD "\"count\":3,\"errors\":0," ENDS "\"values_ms\":[1,2,3]}" },
	{ "with a negative value",
	    HEAD THREE "\"min_ms\":-1,\"max_ms\":3,\"values_ms\":[-1,4,3]}" },
	{ "with a value in quotes",
	    HEAD THREE ENDS "\"values_ms\":[\"1\",2,3]}" },
	{ "with a value in an array",
	    HEAD THREE ENDS "\"values_ms\":[[1],2,3]}" },
	{ "with a value instead of an array",
	    HEAD THREE ENDS "\"values_ms\":1}" },
	{ "with an object instead of an array",
	    HEAD THREE ENDS "\"values_ms\":{\"a\":1}}" },
	{ "with values and buckets",
	    HEAD "\"count\":103,\"errors\":0,\"total_ms\":6,\"self_ms\":6," ENDS
		 "\"values_ms\":[1,2,3],\"buckets\":[5,100]}" },
	{ "with buckets and values",
	    HEAD "\"count\":13,\"errors\":0,\"total_ms\":6,\"self_ms\":6," ENDS
		 "\"buckets\":[5,10],\"values_ms\":[1,2,3]}" },
	{ "with buckets of few values",
	    HEAD "\"count\":64,\"errors\":0,\"total_ms\":64,\"self_ms\":64,"
		 "\"min_ms\":1,\"max_ms\":1,\"buckets\":[1276,64]}" },
	{ "with a bucket without count", HEAD MANY ONES "\"buckets\":[1276]}" },
	{ "with a bucket past the last",
	    HEAD MANY ONES "\"buckets\":[4033,70]}" },
	{ "with a bucket before the zeros",
	    HEAD MANY ONES "\"buckets\":[-2,70]}" },
	{ "with an empty bucket",
	    HEAD MANY ONES "\"buckets\":[1275,0,1276,70]}" },
	{ "with half a bucket", HEAD MANY ONES "\"buckets\":[0.5,70]}" },
	{ "with a negative number in a bucket",
	    HEAD MANY ONES "\"buckets\":[1276,-70]}" },
	{ "with more in buckets than 64 bits count",
	    HEAD MANY ONES "\"buckets\":[1276,18446744073709551615,1277,71]}" },
	{ "with more in buckets than events",
	    HEAD MANY ONES "\"buckets\":[1276,71]}" },
	{ "with a minimum past the maximum",
	    HEAD MANY "\"min_ms\":2,\"max_ms\":1,\"buckets\":[1276,70]}" },
	{ "with a maximum past the total",
	    HEAD MANY "\"min_ms\":1,\"max_ms\":71,\"buckets\":[1276,70]}" },
	{ "with a time that is none", HEAD "\"count\":1,\"first\":\"now\"}" },
	{ "with a time that is a number", HEAD "\"count\":1,\"last\":1}" },
	{ "with a number as code file", HEAD "\"count\":1,\"code_file\":1}" },
	{ "with a text as code line", HEAD "\"count\":1,\"code_line\":\"1\"}" },
	{ "with text after it", HEAD "\"count\":1,\"errors\":0} x" },
};

static void
test_bad(void)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct slice record = slice_of(bad[i].text), g, session;
		char *p = guarded(record);
		const char *at = NULL, *wrong;
		struct summary s;

		record.ptr = p;
		wrong = partial_read(&s, record, &g, &session, &at);
		ok(wrong != NULL && at >= p && at <= p + record.len,
		    "summary: a record %s is refused", bad[i].what);
		summary_free(&s);
		free(p);
	}
}

/* The rows above are refused for what is said of them, since this is not. */
static void
test_sound(void)
{
	static const char *const sound[] = {
		HEAD THREE ENDS "\"values_ms\":[1,2,3]}",
		HEAD MANY ONES "\"buckets\":[1276,70]}",
		HEAD "\"count\":1,\"errors\":0}",
	};
	size_t refused = 0;

	for (size_t i = 0; i < COUNT(sound); i++) {
		struct slice g, session;
		const char *at;
		struct summary s;

		refused += partial_read(&s, slice_of(sound[i]), &g, &session,
			       &at) != NULL;
		summary_free(&s);
	}
	ok(refused == 0, "summary: sound records are read");
}

/* A record that was cut anywhere is none. */
static void
test_cut(void)
{
	struct summary s = { .count = 70 };
	size_t accepted = 0, last = 0;
	char *text;

	for (int64_t i = 0; i < 70; i++)
		quantile_add(&s.durations, i * i * 1000);
	summary_add_time(&s, 1500000000, 3);
	summary_add_code(&s, SLICE("a.ts"), SLICE("9"));
	text = partial(&s);
	for (size_t n = 0; n < strlen(text); n++) {
		char *p = guarded((struct slice){ text, n });
		struct slice g, session;
		struct summary cut;
		const char *at;

		if (partial_read(&cut, (struct slice){ p, n }, &g, &session,
			&at) == NULL) {
			accepted++;
			last = n;
		}
		summary_free(&cut);
		free(p);
	}
	if (!ok(accepted == 0, "summary: a record cut at any byte is refused"))
		note("%zu accepted, such as %.*s", accepted, (int)last, text);
	free(text);
	summary_free(&s);
}

int
main(void)
{
	test_columns();
	test_rounding();
	test_empty();
	test_session_in_group();
	test_merging(10000000000, "events");
	test_merging(3, "events of a few nanoseconds");
	test_merging(INT64_MAX, "events of centuries");
	test_long();
	test_sound();
	test_bad();
	test_cut();
	return done();
}
