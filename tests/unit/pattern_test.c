/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/pattern.h"
#include "tele/term.h"

static const struct {
	const char *source, *wrong;
} bad[] = {
	{ "{", "'{' without '}'" },
	{ "Beat {beat", "'{' without '}'" },
	{ "{{{", "'{' without '}'" },
	{ "}", "'}' without '{'" },
	{ "a } b", "'}' without '{'" },
	{ "{beat}}", "'}' without '{'" },
	{ "{name}{event}", "two holes without text between them" },
	{ "{name:word}{:word} x", "two holes without text between them" },
	{ "{beat:float}", "unknown type of hole" },
	{ "{beat:}", "unknown type of hole" },
	{ "{:}", "unknown type of hole" },
	{ "{beat: int}", "unknown type of hole" },
	{ "{time:%q}", "unknown directive in a form of times" },
	{ "{time:%Y-%}", "unknown directive in a form of times" },
	{ "{own:path}{second}", "two holes without text between them" },
	{ "{error:text}", "this hole has no type" },
	{ "{delta:word}", "this hole has no type" },
};

/* What each hole gives, or from where on the text does not fit. */
static const struct {
	const char *source, *text, *got;
} rows[] = {
	/* Literal text and braces. */
	{ "mounted", "mounted", "" },
	{ "mounted", "mounted \t ", "" },
	{ "mounted", "mounted!", "!7" },
	{ "{{a}} {{", "{a} {", "" },
	{ "{{{own}}}", "{x}", "own=x" },
	{ "a {{{own}", "a {x", "own=x" },
	{ "", "", "" },
	{ "", "x", "!0" },

	/* Text: up to where what follows occurs first. */
	{ "{own}", "", "own=" },
	{ "{own}", "x  ", "own=x  " },
	{ "{own}, {second}", "x, y, z", "own=x second=y, z" },
	{ "Sequence \"{sequence}\" (id: {sequence_id})",
	    "Sequence \"A (B)\" (id: c)", "sequence=A (B) sequence_id=c" },
	{ "{event}) failed: {own}", "a) b) failed: c", "event=a) b own=c" },
	{ "Event: {event}", "Event: a\nb", "event=a\nb" },
	{ "seq={} beat", "seq= beat", "" },
	{ "seq={} beat", "seq=x", "!4" },
	{ "({own})", "(((", "!1" },

	/* A word: not empty, without blanks. */
	{ "[{level:word}] {own}", "[INF] x", "level=INF own=x" },
	{ "[{level:word}]", "[a b]", "!1" },
	{ "[{level:word}]", "[]", "!1" },
	{ "{:word}:{:int} x", "File.ts:95 x", "" },
	{ "{plugin:word}.{handler:word} {message}", "A.b c d",
	    "plugin=A handler=b message=c d" },
	{ "{own:word}", "abc", "own=abc" },
	{ "{own:word}", "a\tc", "!2" },
	{ "{own:word}", "", "!0" },

	/* Digits. */
	{ "Beat {beat} x", "Beat 12 x", "beat=12" },
	{ "{own:int}", "007", "own=7" },
	{ "{own:int}", "-1", "!0" },
	{ "{own:int}", "", "!0" },
	{ "{own:int}", "1a", "!1" },
	{ "({own:int}/{:int})", "(1/2)", "own=1" },

	/* Milliseconds. */
	{ "in {duration:ms}", "in 15.20ms", "duration_ms=15.20" },
	{ "in {duration}", "in 15", "duration_ms=15" },
	{ "in {duration_ms}", "in 0.5", "duration_ms=0.5" },
	{ "in {wait_ms} (x)", "in 3ms (x)", "wait_ms=3" },
	{ "in {duration:ms}", "in 1.5s", "!6" },
	{ "in {duration:ms}", "in .5ms", "!3" },
	{ "in {duration:ms}", "in -5ms", "!3" },
	{ "in {duration:ms}", "in 5.", "!4" },
	{ "in {duration:ms}.", "in 5.", "duration_ms=5" },
	{ "in {duration:ms}.{own}", "in 5.x", "duration_ms=5 own=x" },
	{ "in {duration:ms} x", "in 5.ms x", "!4" },
	{ "in {duration:ms}", "in 1.2.3", "!6" },

	/* With their unit, as milliseconds. */
	{ "took {duration:duration}", "took 1.5s", "duration_ms=1500" },
	{ "took {duration:duration} x", "took 129 msecs x", "duration_ms=129" },
	{ "took {duration:duration}", "took 68 micros", "duration_ms=0.068" },
	{ "took {duration:duration}", "took 7\xc2\xb5s", "duration_ms=0.007" },
	{ "took {duration:duration}", "took 5", "!5" },
	{ "took {duration:duration}", "took 5 apples", "!5" },
	{ "took {duration:s}", "took 0.25", "duration_ms=250" },
	{ "took {duration:us}us", "took 250us", "duration_ms=0.25" },
	{ "took {duration:ns}", "took 250", "duration_ms=0.00025" },
	{ "in {duration:elapsed}", "in 1.5 seconds", "duration_ms=1500" },
	{ "in {duration:elapsed}", "in 1500 ms", "duration_ms=1500" },
	{ "in {duration:elapsed}", "in 1500 micros", "duration_ms=1.5" },
	{ "in {duration:elapsed}", "in 5 seconds", "!3" },
	{ "in {duration:elapsed}", "in 5m", "!3" },
	{ "in {duration:elapsed}", "in 30 days", "!3" },

	/* Severities. */
	{ "{level:level} {own}", "WARNING x", "level=warn own=x" },
	{ "{level:level}: {own}", "inf: x", "level=info own=x" },
	{ "{level:level} {own}", "WHAT x", "!0" },
	{ "{level:capitals}: {own}", "ERROR: x", "level=error own=x" },
	{ "{level:capitals}: {own}", "Error: x", "!0" },
	{ "{level:capitals}: {own}", "error: x", "!0" },
	{ "{level:letter}/{own}", "E/x", "level=error own=x" },
	{ "{level:letter} {own}", "# x", "level=warn own=x" },
	{ "{level:letter} {own}", "Z x", "!0" },
	{ "{own:http-status} {second}", "500 x",
	    "level=error own=500 second=x" },
	{ "{own:http-status}", "404", "level=info own=404" },
	{ "{own:http-status}", "40", "!0" },
	{ "{own:http-status}", "2000", "!0" },

	/* Other words. */
	{ "{own:path} {second}", "/a/b?c=d x", "own=/a/b second=x" },
	{ "{own:path} {second}", "/a x", "own=/a second=x" },
	{ "{own:host} {second}", "a-1.b_c x", "own=a-1.b_c second=x" },
	{ "{own:host}: x", "a/b: x", "!1" },
	{ "{own:scoped} {second}", "a:b c", "own=a:b second=c" },
	{ "{own:scoped} {second}", "a b", "!0" },
	{ "{own:scoped} {second}", "a: b", "!0" },
	{ "\"{own:quoted}\" {second}", "\"a \\\"b\\\" c\" d",
	    "own=a \\\"b\\\" c second=d" },
	{ "\"{own:quoted}\"", "\"a\\\\\"", "own=a\\\\" },
	{ "\"{own:quoted}\"", "\"a\\\"", "!1" },
	{ "\"{own:quoted}\"", "\"\"", "own=" },

	/* Blanks that pad columns. */
	{ "{level:level} {own:word}: x", "INFO   a: x", "level=info own=a" },
	{ "{own:int} {second:word} ", "1    b ", "own=1 second=b" },
	{ "[{own:word}] x", "[a]  x", "!1" },

	/* Stamps. */
	{ "{time:%d/%b/%Y %H:%M:%S %z}] {own}", "22/Nov/2026 21:46:49 +0100] x",
	    "time=22/Nov/2026 21:46:49 +0100 own=x @0" },
	{ "{time:%H:%M:%S.%f} ", "21:46:47.932 ", "time=21:46:47.932 @932" },
	{ "{time:%s} {own}", "1428634687.123 x",
	    "time=1428634687.123 own=x @123" },
	{ "{time:%s} {own}", "478760 x", "!0" },
	{ "{time} {own}", "2026-01-02T03:04:05.678Z x",
	    "time=2026-01-02T03:04:05.678Z own=x @678" },
	{ "[{:time}] {level:word} {time} ",
	    "[2026-01-02T03:04:05Z] LOG 2026-01-02T03:04:05.001Z ",
	    "time=2026-01-02T03:04:05.001Z level=LOG @1" },
	{ "[{time}] [{level:word}] ", "[2025-11-09 14:30:45.123 -05:00] [INF] ",
	    "time=2025-11-09 14:30:45.123 -05:00 level=INF @123" },
	{ "{time} ", "2026-01-02 03:04 ", "!0" },

	/* What is taken apart later. */
	{ "DataBaton: {delta} | seq={sequence}",
	    "DataBaton: +a,b ~c -d | seq=S", "sequence=S added=+a,b ~c -d" },
	{ "failed: {error}", "failed: Error: x\n    at y (z.js:1:2)",
	    "error_message=Error: x\n    at y (z.js:1:2)" },
	{ "failed: {error}", "failed: ", "error_message=" },
};

struct compiled {
	struct arena arena;
	struct field_names names;
	struct pattern pattern;
	char *source;
	const char *wrong;
};

static void
compile(struct compiled *c, const char *source)
{
	struct slice s = slice_of(source);

	*c = (struct compiled){ .source = guarded(s) };
	c->wrong = pattern_compile(&c->pattern, &c->arena, &c->names,
	    (struct slice){ c->source, s.len });
}

static void
release(struct compiled *c)
{
	arena_free(&c->arena);
	free(c->source);
}

static void
test_bad(void)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct compiled c;

		compile(&c, bad[i].source);
		if (!ok(c.wrong != NULL && strcmp(c.wrong, bad[i].wrong) == 0,
			"pattern: '%s' is refused: %s", bad[i].source,
			bad[i].wrong))
			note("%s", c.wrong ? c.wrong : "accepted");
		release(&c);
	}
}

/* All that was captured, in the order of fields; or where it failed. */
static void
describe(char *buf, size_t size, const struct compiled *c,
    const struct captures *got, ptrdiff_t failed_at)
{
	size_t n = 0;

	buf[0] = '\0';
	if (failed_at >= 0) {
		snprintf(buf, size, "!%td", failed_at);
		return;
	}
	for (int field = 0; field < FIELDS; field++) {
		struct slice name, value = got->value[field];

		if ((got->have >> field & 1) == 0)
			continue;
		name = field_name(&c->names, field);
		n += (size_t)snprintf(buf + n, size - n, "%s%.*s=%.*s",
		    n > 0 ? " " : "", (int)name.len, name.ptr, (int)value.len,
		    value.ptr);
	}
	if (got->has_time)
		snprintf(buf + n, size - n, " @%lld",
		    (long long)(got->time->t.ns / 1000000 % 1000));
}

static const char *
shown(const char *text)
{
	static char buf[2][1024];
	static int next;

	next = !next;
	term_escape(buf[next], sizeof(buf[next]), slice_of(text));
	return buf[next];
}

static void
test_rows(void)
{
	char got_text[512];

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice text = slice_of(rows[i].text);
		char *p = guarded_wide(text);
		struct timestamp_cache time = { 0 };
		struct captures got = { .time = &time };
		const char *failed;
		struct compiled c;

		compile(&c, rows[i].source);
		failed = c.wrong == NULL
		    ? pattern_match(&c.pattern, p, p + text.len, &got)
		    : p + 999;
		describe(got_text, sizeof(got_text), &c, &got,
		    failed ? failed - p : -1);
		if (!ok(strcmp(got_text, rows[i].got) == 0,
			"pattern: '%s' on '%s' gives '%s'", rows[i].source,
			shown(rows[i].text), shown(rows[i].got)))
			note("%s", shown(got_text));
		release(&c);
		free(p);
	}
}

static void
test_match_start(void)
{
	struct slice text = SLICE("[12] message [13]");
	char *p = guarded_wide(text);
	struct timestamp_cache time = { 0 };
	struct captures got = { .time = &time };
	const char *after = NULL, *failed;
	struct compiled c;

	compile(&c, "[{:int}] ");
	failed = pattern_match_start(&c.pattern, p, p + text.len, &got, &after);
	ok(failed == NULL && after == p + 5 && got.have == 0,
	    "pattern: a template need not reach the end");
	failed = pattern_match_start(&c.pattern, p, p + 4, &got, &after);
	ok(failed == p + 3, "pattern: it must not reach past it");
	release(&c);
	free(p);
}

static void
test_flags(void)
{
	struct compiled c;

	compile(&c, "failed: {error}");
	ok(c.pattern.has_error && !c.pattern.has_delta &&
		slice_equal(c.pattern.prefix, SLICE("failed: ")),
	    "pattern: an error is known as one");
	release(&c);
	compile(&c, "{{: {delta} | {own}");
	ok(!c.pattern.has_error && c.pattern.has_delta &&
		slice_equal(c.pattern.prefix, SLICE("{: ")) &&
		c.pattern.count == 2,
	    "pattern: a delta is known as one");
	release(&c);
}

static void
test_fields(void)
{
	struct field_names names = { .count = 0 };
	char text[FIELDS][16];
	size_t wrong = 0;

	for (int key = 0; key < EVENT_KEYS; key++)
		wrong += field_of(&names, event_keys[key].name) != key ||
		    !slice_equal(field_name(&names, key), event_keys[key].name);
	ok(wrong == 0 && names.count == 0,
	    "pattern: the keys of events are the first fields");
	ok(field_of(&names, SLICE("duration")) == EVENT_DURATION_MS,
	    "pattern: 'duration' is the field duration_ms");
	for (int i = EVENT_KEYS; i < FIELDS; i++) {
		snprintf(text[i], sizeof(text[i]), "own%d", i);
		wrong += field_of(&names, slice_of(text[i])) != i;
	}
	for (int i = EVENT_KEYS; i < FIELDS; i++)
		wrong += field_of(&names, slice_of(text[i])) != i ||
		    !slice_equal(field_name(&names, i), slice_of(text[i]));
	ok(wrong == 0, "pattern: a format's own names are the next ones");
	ok(field_of(&names, SLICE("one more")) == FIELD_NONE,
	    "pattern: there are 60 fields at most");
}

/* A template with N holes of names of its own. */
static void
test_too_many(void)
{
	char source[1024];
	struct compiled c;
	size_t n = 0;

	for (int i = EVENT_KEYS; i < FIELDS; i++)
		n += (size_t)snprintf(source + n, sizeof(source) - n,
		    "{own%d} ", i);
	compile(&c, source);
	ok(c.wrong == NULL && c.pattern.count == FIELDS - EVENT_KEYS,
	    "pattern: a template may have as many names as there are fields");
	release(&c);
	snprintf(source + n, sizeof(source) - n, "{more}");
	compile(&c, source);
	ok(c.wrong != NULL && strcmp(c.wrong, "too many fields") == 0,
	    "pattern: and no more");
	release(&c);
}

static const char *
naive_find(const char *p, const char *end, struct slice needle)
{
	for (; end - p >= (ptrdiff_t)needle.len; p++)
		if (memcmp(p, needle.ptr, needle.len) == 0)
			return p;
	return NULL;
}

/* What guarded_wide puts behind the text must not be found either. */
static void
test_find(void)
{
	size_t wrong = 0, found = 0;
	uint64_t seed = 17;

	for (int round = 0; round < 200000; round++) {
		char buf[128], *text, *needle;
		size_t len = random_below(&seed, 90);
		size_t most = random_below(&seed, 2) ? 4 : 40;
		size_t n = 1 + random_below(&seed, most);
		const char *want;

		for (size_t i = 0; i < len; i++)
			buf[i] = "aab7"[random_below(&seed, 4)];
		text = guarded_wide((struct slice){ buf, len });
		if (n > len || random_below(&seed, 4) == 0)
			for (size_t i = 0; i < n; i++)
				buf[i] = "aab7"[random_below(&seed, 4)];
		else
			memmove(buf, buf + random_below(&seed, len - n + 1), n);
		needle = guarded_wide((struct slice){ buf, n });
		want = naive_find(text, text + len,
		    (struct slice){ needle, n });
		found += want != NULL;
		wrong += pattern_find(text, text + len,
			     (struct slice){ needle, n }) != want;
		free(text);
		free(needle);
	}
	ok(wrong == 0 && found > 50000,
	    "pattern: the first occurrence is found, and none that is not "
	    "there");
}

int
main(void)
{
	test_bad();
	test_rows();
	test_match_start();
	test_flags();
	test_fields();
	test_too_many();
	test_find();
	return done();
}
