/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "rows.h"
#include "tap.h"
#include "tele/grouping.h"

enum { MOST_KEYS = 3 };

/* A record, by what it is grouped, and what its group is called. */
static const struct {
	const char *keys[MOST_KEYS + 1], *record, *name;
} cases[] = {
	{ { NULL }, "{\"kind\":\"beat\",\"name\":\"n\"}", "\"handler\":\"n\"" },
	{ { NULL }, "{\"kind\":\"beat\"}", "\"handler\":\"\"" },
	{ { NULL }, "{\"handler\":\"h\",\"name\":\"n\",\"plugin\":\"P\"}",
	    "\"handler\":\"h\",\"plugin\":\"P\"" },
	{ { NULL }, "{\"service\":\"S\",\"plugin\":\"P\",\"handler\":\"h\"}",
	    "\"handler\":\"h\",\"plugin\":\"P\"" },
	{ { NULL }, "{\"service\":\"S\",\"handler\":\"h\"}",
	    "\"handler\":\"h\",\"service\":\"S\"" },
	{ { NULL }, "{\"handler\":\"a\\u0062\\/\\u00e9\\u009b\\\"\"}",
	    "\"handler\":\"ab/\xc3\xa9\\u009b\\\"\"" },
	{ { "sequence", "beat" }, "{\"beat\":7,\"sequence\":\"S\"}",
	    "\"sequence\":\"S\",\"beat\":7" },
	{ { "sequence", "beat" }, "{\"handler\":\"h\"}",
	    "\"sequence\":\"\",\"beat\":\"\"" },
	{ { "updated" }, "{\"updated\":[\"a\",\"b\"]}",
	    "\"updated\":[\"a\",\"b\"]" },
	{ { "attr.x" }, "{\"y\":{\"attr.x\":1},\"attr.x\":1.50}",
	    "\"attr.x\":1.50" },
	{ { "attr.x" }, "{\"\\u0061ttr.x\":\"\\u0061\"}", "\"attr.x\":\"a\"" },
	{ { "attr.x" }, "{\"attr.x\":null}", "\"attr.x\":\"\"" },
	{ { "attr.x" }, "{\"attr.x\":[1]}", "\"attr.x\":\"\"" },
	{ { "a\"b" }, "{\"a\\\"b\":true}", "\"a\\\"b\":true" },
};

static bool
is_text(struct slice s, const char *text)
{
	return slice_equal(s, slice_of(text));
}

static void
test_names(void)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct event_reader r;
		struct grouping g;
		struct slice name;
		struct event ev;
		struct input in;
		size_t keys = 0;

		while (cases[i].keys[keys] != NULL)
			keys++;
		input_open_memory(&in, "memory", slice_of(cases[i].record));
		event_reader_init(&r, &in);
		grouping_init(&g, cases[i].keys, keys);
		event_next(&r, &ev);
		name = grouping_of(&g, &ev);
		if (!ok(is_text(name, cases[i].name),
			"grouping: %s is of the group %s", cases[i].record,
			cases[i].name))
			note("%.*s", (int)name.len, name.ptr);
		grouping_free(&g);
		event_reader_free(&r);
		input_close(&in);
	}
}

static void
test_others(void)
{
	static const char *const keys[] = { "a", "b" };
	struct grouping none, two;

	grouping_init(&none, NULL, 0);
	grouping_init(&two, keys, 2);
	ok(is_text(grouping_all(&none, SLICE("x")), "\"handler\":\"x\""),
	    "grouping: the rest has the key handler");
	ok(is_text(grouping_all(&two, SLICE("x")), "\"a\":\"x\",\"b\":\"x\""),
	    "grouping: or all keys that there are");
	ok(grouping_has(&two, "b") && !grouping_has(&two, "handler") &&
		!grouping_has(&none, "handler"),
	    "grouping: it knows its keys");
	ok(is_text(grouping_before(&none,
		       SLICE(" { \"h\" : \"\\u0062\" ,\"n\":[1, {}] , "
			     "\"sketch\":6,\"x\":1}"),
		       SLICE("sketch")),
	       "\"h\":\"b\",\"n\":[1, {}]"),
	    "grouping: a record begins with the name of its group");
	grouping_free(&none);
	grouping_free(&two);
}

static void
test_values(void)
{
	const struct slice name = SLICE(
	    "\"h\":\"a\\\"b\",\"n\":17,\"l\":[\"h\",1],\"m\":-1.5");
	bool is_number;

	ok(is_text(grouping_value(name, SLICE("h"), &is_number), "a\\\"b") &&
		!is_number,
	    "grouping: a text of a name is found, without its quotes");
	ok(is_text(grouping_value(name, SLICE("n"), &is_number), "17") &&
		is_number,
	    "grouping: a number as well");
	ok(is_text(grouping_value(name, SLICE("m"), &is_number), "-1.5") &&
		is_number,
	    "grouping: also at the end, below nothing");
	ok(is_text(grouping_value(name, SLICE("1"), &is_number), "") &&
		!is_number,
	    "grouping: what it does not have is empty");
}

int
main(void)
{
	test_names();
	test_others();
	test_values();
	return done();
}
