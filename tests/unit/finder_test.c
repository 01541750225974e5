/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/finder.h"

/* Up to three templates, and a text that may hold one, or not. */
static const struct {
	const char *sources[3], *text;
	bool may_hold;
} rows[] = {
	{ { " in {duration:ms}" }, "done in 5 ms", true },
	{ { " in {duration:ms}" }, "in 5 ms", true },
	{ { " in {duration:ms}" }, "done in five", false },
	{ { " in {duration:ms}" }, "done in   5 ms", true },
	{ { " in {duration:ms}" }, "", false },
	{ { " in {duration:ms}" }, "n", false },
	{ { " in {duration:ms}" }, "a text of more than sixteen bytes in 5",
	    true },
	{ { " in {duration:ms}", "took {duration:ms}" },
	    "a text of more than sixteen bytes: took 5", true },
	{ { "rid={own:word}", "rt={duration:ms}" }, "a rid=x", true },
	{ { "rid={own:word}", "rt={duration:ms}" }, "a rix", false },
	{ { "x{own:int}" }, "anything", true },
};

static void
compile(struct pattern *patterns, struct arena *arena,
    struct field_names *names, const char *const *sources, int *count)
{
	for (*count = 0; *count < 3 && sources[*count] != NULL; ++*count)
		pattern_compile(&patterns[*count], arena, names,
		    slice_of(sources[*count]));
}

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice text = slice_of(rows[i].text);
		char *p = guarded_wide(text);
		struct field_names names = { .count = 0 };
		struct pattern patterns[3];
		struct arena arena = { 0 };
		struct finder f;
		int count;

		compile(patterns, &arena, &names, rows[i].sources, &count);
		finder_init(&f, patterns, count);
		ok((finder_scan(&f, p, p + text.len) != 0) == rows[i].may_hold,
		    "finder: '%s' may%s hold '%s'", rows[i].text,
		    rows[i].may_hold ? "" : " not", rows[i].sources[0]);
		arena_free(&arena);
		free(p);
	}
}

/* Whatever the templates find, the finder does not deny. */
static void
test_random(void)
{
	static const char *const sources[3] = { " in {duration:ms}",
		"took {duration:ms}", "elapsed={duration:ms}" };
	static const char *const words[] = { " in ", "took ", "elapsed=", "5",
		"12", "n ", "k", " ", "=", "d=7", "and so on", "\n" };
	struct field_names names = { .count = 0 };
	struct pattern patterns[3];
	struct arena arena = { 0 };
	size_t denied = 0, held = 0, wrong = 0;
	uint64_t seed = 9;
	struct finder f;
	int count;

	compile(patterns, &arena, &names, sources, &count);
	finder_init(&f, patterns, count);
	for (int i = 0; i < 20000; i++) {
		struct timestamp_cache time = { 0 };
		struct captures got = { .time = &time };
		char text[128] = "", *p;
		uint64_t holds = 0, maybe;
		size_t len;

		for (uint64_t n = random_below(&seed, 9); n > 0; n--)
			strcat(text, words[random_below(&seed, COUNT(words))]);
		len = strlen(text);
		p = guarded_wide((struct slice){ text, len });
		for (int j = 0; j < count; j++)
			holds |= (uint64_t)pattern_search(&patterns[j], p,
				     p + len, &got)
			    << j;
		held += holds != 0;
		maybe = finder_scan(&f, p, p + len);
		denied += maybe == 0;
		wrong += (holds & ~maybe) != 0;
		free(p);
	}
	ok(wrong == 0 && denied > 1000 && held > 1000,
	    "finder: nothing that is there is denied");
	arena_free(&arena);
}

int
main(void)
{
	test_rows();
	test_random();
	return done();
}
