/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tap.h"
#include "tele/groups.h"
#include "tele/mem.h"

static const struct slice rest = { "\"h\":\"(other)\"", 13 }, none = { "", 0 };

static void
count(struct groups *g, struct slice name, struct slice session, uint64_t n)
{
	groups_get(g, name, session, n)->summary.count += n;
}

/* The names in order, and how many events each has. */
static bool
are(const struct groups *g, enum summary_column column, struct slice key,
    const char *want)
{
	const struct groups_order order = { column, key };
	struct group **sorted;
	char text[1024];
	size_t n, len = 0;
	bool is_same;

	text[0] = '\0';
	sorted = groups_sorted(g, &order, &n);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%.*s %.*s %llu; ", (int)sorted[i]->name.len,
		    sorted[i]->name.ptr, (int)sorted[i]->session.len,
		    sorted[i]->session.ptr,
		    (unsigned long long)sorted[i]->summary.count);
	free(sorted);
	is_same = strcmp(text, want) == 0;
	if (!is_same)
		note("%s", text);
	return is_same;
}

static void
test_order(void)
{
	struct groups g;

	groups_init(&g, 10, rest);
	count(&g, SLICE("\"h\":\"b\",\"n\":10"), none, 2);
	count(&g, SLICE("\"h\":\"a\",\"n\":9"), none, 2);
	count(&g, SLICE("\"h\":\"c\",\"n\":\"\""), none, 5);
	groups_get(&g, SLICE("\"h\":\"empty\""), none, 0);
	ok(are(&g, SUMMARY_COUNT, none,
	       "\"h\":\"c\",\"n\":\"\"  5; \"h\":\"a\",\"n\":9  2; "
	       "\"h\":\"b\",\"n\":10  2; "),
	    "groups: the most comes first, equals by name, nothing not at all");
	ok(are(&g, SUMMARY_COLUMNS, SLICE("n"),
	       "\"h\":\"a\",\"n\":9  2; \"h\":\"b\",\"n\":10  2; "
	       "\"h\":\"c\",\"n\":\"\"  5; "),
	    "groups: by a key in ascending order, numbers first");
	ok(are(&g, SUMMARY_COLUMNS, none,
	       "\"h\":\"a\",\"n\":9  2; \"h\":\"b\",\"n\":10  2; "
	       "\"h\":\"c\",\"n\":\"\"  5; "),
	    "groups: by nothing in order of names");
	groups_clear(&g);
	ok(are(&g, SUMMARY_COUNT, none, ""), "groups: cleared they are empty");
	count(&g, SLICE("\"h\":\"a\",\"n\":9"), none, 1);
	ok(are(&g, SUMMARY_COUNT, none, "\"h\":\"a\",\"n\":9  1; "),
	    "groups: and count anew");
	groups_free(&g);
}

static void
test_sessions(void)
{
	struct groups g;

	groups_init(&g, 10, rest);
	count(&g, SLICE("\"h\":\"a\""), SLICE("s\\u0032"), 1);
	count(&g, SLICE("\"h\":\"a\""), SLICE("s1"), 2);
	count(&g, SLICE("\"h\":\"a\""), SLICE("s2"), 4);
	count(&g, SLICE("\"h\":\"a\""), none, 8);
	ok(are(&g, SUMMARY_COLUMNS, none,
	       "\"h\":\"a\"  8; \"h\":\"a\" s1 2; \"h\":\"a\" s2 5; "),
	    "groups: a session is one, however it is escaped");
	groups_free(&g);
}

static void
test_rest(void)
{
	struct groups g;
	char name[32];

	groups_init(&g, 2, rest);
	for (int i = 0; i < 5; i++)
		count(&g,
		    (struct slice){ name,
			(size_t)snprintf(name, sizeof(name), "\"h\":\"%d\"",
			    i) },
		    none, 3);
	count(&g, SLICE("\"h\":\"1\""), none, 1);
	ok(are(&g, SUMMARY_COUNT, none,
	       "\"h\":\"(other)\"  9; \"h\":\"1\"  4; \"h\":\"0\"  3; ") &&
		g.folded == 9,
	    "groups: those that come too late share one, and are counted");
	groups_free(&g);
}

int
main(void)
{
	test_order();
	test_sessions();
	test_rest();
	return done();
}
