/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/picker.h"

enum { RESULT = 512 };

/* Paths, an object, and for each path the type and text of what is there. */
static const struct {
	const char *paths, *json, *found;
} cases[] = {
	{ "a", "{\"a\":1}", "0 1" },
	{ "a", " {\"b\":1}", "-" },
	{ "a b", "{ \"b\" : \"x\\\"y\" , \"a\" : null }", "n null, \" x\\\"y" },
	{ "a b c", "{\"a\":true,\"b\":false,\"c\":-1.5e3}",
	    "t true, f false, 0 -1.5e3" },
	{ "a", "{\"a\":{\"b\":[1,{}]}}", "{ {\"b\":[1,{}]}" },
	{ "a.b", "{\"a\":{\"x\":0,\"b\":1}}", "0 1" },
	{ "a.b", "{\"a.b\":1}", "0 1" },
	{ "a.b.c a.b a", "{\"a\":{\"b\":{\"c\":1}}}",
	    "0 1, { {\"c\":1}, { {\"b\":{\"c\":1}}" },
	{ "a.b", "{\"a\":1}", "-" },
	{ "a.b", "{\"a\":null}", "-" },
	{ "[a.b].c", "{\"a.b\":{\"c\":1}}", "0 1" },
	{ "a[b.c]", "{\"a\":{\"b.c\":1}}", "0 1" },
	/* The last one counts. */
	{ "a", "{\"a\":1,\"a\":2}", "0 2" },
	/* Key-value lists of OpenTelemetry and Jaeger. */
	{ "a[k]", "{\"a\":[{\"key\":\"k\",\"value\":{\"intValue\":\"7\"}}]}",
	    "\" 7" },
	{ "a[k] a[l]",
	    "{\"a\":[{\"key\":\"x\",\"value\":{\"boolValue\":true}},"
	    "{\"key\":\"l\",\"value\":{\"doubleValue\":2.5}},"
	    "{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}]}",
	    "\" v, 0 2.5" },
	{ "a[k]", "{\"a\":[{\"key\":\"k\",\"type\":\"int64\",\"value\":3}]}",
	    "0 3" },
	{ "a[k]", "{\"a\":[{\"value\":3,\"key\":\"k\"}]}", "0 3" },
	{ "a[k]", "{\"a\":[{\"key\":\"k\",\"vType\":\"INT64\",\"vInt64\":3}]}",
	    "0 3" },
	{ "a[k]", "{\"a\":[{\"key\":\"k\"},7,\"k\",{},[{}]]}", "-" },
	{ "a[k]", "{\"a\":[{\"key\":\"k\",\"value\":{}}]}", "-" },
	{ "a[k]", "{\"a\":[]}", "-" },
	/* Units that follow a name. */
	{ "took*", "{\"took\":1}", "-" },
	{ "took*", "{\"took_ms\":1}", "0 1 1000000" },
	{ "took*", "{\"tookUs\":1}", "0 1 1000" },
	{ "took* took", "{\"took\":1,\"tookNanos\":2}", "0 2 1, 0 1" },
	{ "took*", "{\"tooken\":1}", "-" },
	{ "a.took*", "{\"a\":{\"took_s\":\"1\"}}", "\" 1 1000000000" },
	/* Strings that hold objects. */
	{ "a.b", "{\"a\":\"{\\\"b\\\":\\\"c\\\\nd\\\"}\"}", "\" c\\nd" },
	{ "a.b a", "{\"a\":\"{\\\"b\\\":1}\"}", "0 1, \" {\\\"b\\\":1}" },
	{ "a.b", "{\"a\":\"{\\\"b\\\":1\"}", "-" },
	{ "a.b", "{\"a\":\"text\"}", "-" },
};

static void
add_paths(struct picker *p, const char *paths)
{
	const char *end;

	for (; *paths != '\0'; paths = *end == ' ' ? end + 1 : end) {
		end = strchrnul(paths, ' ');
		picker_add(p, slice_range(paths, end));
	}
}

/* What P found, as in the table. */
static const char *
result(const struct picker *p, char *text)
{
	char *at = text;

	for (int i = 0; i < p->tree.path_count; i++) {
		at += sprintf(at, "%s", i > 0 ? ", " : "");
		if (!picker_has(p, i)) {
			at += sprintf(at, "-");
			continue;
		}
		at += sprintf(at, "%c %.*s", p->got[i].type,
		    (int)p->got[i].text.len, p->got[i].text.ptr);
		if (p->got[i].unit_ns != 0)
			at += sprintf(at, " %lld",
			    (long long)p->got[i].unit_ns);
	}
	return text;
}

/* The object TEXT is read to its end; what was found is put in FOUND. */
static bool
reads(struct picker *p, struct slice text, char *found)
{
	char *copy = guarded_wide(text);
	const char *start = json_blank(copy, copy + text.len);
	struct json_fault fault;
	bool ok = picker_read(p, start, copy + text.len, &fault) ==
	    copy + text.len;

	if (ok)
		result(p, found);
	free(copy);
	return ok;
}

/* Every beginning of TEXT is short of something, and nothing else. */
static bool
is_short(struct picker *p, struct slice text)
{
	for (size_t n = 1; n < text.len; n++) {
		char *copy = guarded_wide((struct slice){ text.ptr, n });
		const char *start = json_blank(copy, copy + n);
		struct json_fault fault = { NULL, "nothing" };
		bool ok = start == copy + n ||
		    (picker_read(p, start, copy + n, &fault) == NULL &&
			fault.what == NULL);

		free(copy);
		if (!ok)
			return false;
	}
	return true;
}

/* Whatever the last object was like, the next one is read as it is. */
static void
test_cases(void)
{
	char found[RESULT];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice text = slice_of(cases[i].json);
		struct picker p;

		picker_init(&p);
		add_paths(&p, cases[i].paths);
		if (!ok(reads(&p, text, found) &&
			    strcmp(found, cases[i].found) == 0,
			"picker: %s of %s", cases[i].paths, cases[i].json))
			note("%s", found);
		for (size_t j = 0; j < COUNT(cases); j++)
			reads(&p, slice_of(cases[j].json), found);
		ok(reads(&p, text, found) && strcmp(found, cases[i].found) == 0,
		    "picker: the same behind all others");
		ok(is_short(&p, text), "picker: each beginning is too short");
		picker_free(&p);
	}
}

static void
test_faults(void)
{
	static const char *const broken[] = { "{a:1}", "{\"a\"}", "{\"a\" 1}",
		"{\"a\":}", "{\"a\":1 \"b\":2}", "{\"a\":01}", "{,}",
		"{\"a\":[1,]}", "{\"a\":[{\"key\":1 2}]}",
		"{\"b\":{\"c\" 1}}" };
	struct json_fault fault;
	struct picker p;

	picker_init(&p);
	add_paths(&p, "a.k b.c");
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct slice text = slice_of(broken[i]);
		char *copy = guarded_wide(text);

		ok(picker_read(&p, copy, copy + text.len, &fault) == NULL &&
			fault.what != NULL && fault.at >= copy &&
			fault.at <= copy + text.len,
		    "picker: %s is not JSON", broken[i]);
		free(copy);
	}
	picker_free(&p);
}

static void
test_room(void)
{
	char path[16];
	struct picker p;
	int i, wrong = 0;

	picker_init(&p);
	for (i = 0; i < PICK_PATHS; i++) {
		snprintf(path, sizeof(path), "p%d", i);
		wrong += picker_add(&p, slice_of(path)) != i;
	}
	ok(wrong == 0 && picker_add(&p, SLICE("one more")) == -1,
	    "picker: there is room for %d paths", PICK_PATHS);
	ok(picker_add(&p, SLICE("p7")) == 7,
	    "picker: a path that is known needs none");
	picker_free(&p);
}

int
main(void)
{
	test_cases();
	test_faults();
	test_room();
	return done();
}
