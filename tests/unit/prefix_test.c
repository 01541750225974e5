/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "tap.h"
#include "tele/prefix.h"

enum { MOST = 40, LONGEST = 7 };

/* A set of prefixes, and the tree of it; their things are their numbers. */
struct set {
	struct slice prefix[MOST];
	char number[MOST];
	size_t count;
	struct prefix_tree tree;
};

static struct slice
random_text(uint64_t *seed, size_t most, char *buf)
{
	size_t len = random_below(seed, most + 1);

	for (size_t i = 0; i < len; i++)
		buf[i] = "ab\0\xff"[random_below(seed,
		    random_below(seed, 4) ? 2 : 4)];
	return (struct slice){ buf, len };
}

static void
add(struct set *s, struct slice text)
{
	struct slice *prefix = &s->prefix[s->count];

	*prefix = (struct slice){ guarded_wide(text), text.len };
	prefix_add(&s->tree, *prefix, &s->number[s->count++]);
}

static void
free_set(struct set *s)
{
	for (size_t i = 0; i < s->count; i++)
		free((char *)s->prefix[i].ptr);
	prefix_free(&s->tree);
}

/* Whether no longer prefix begins with PREFIX. */
static bool
is_longest(const struct set *s, struct slice prefix)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->prefix[i].len > prefix.len &&
		    slice_starts_with(s->prefix[i], prefix))
			return false;
	return true;
}

/* The list from ITEM on is all that was added with the first LEN of TEXT. */
static bool
is_list(const struct set *s, const struct prefix_item *item, struct slice text,
    size_t len)
{
	struct slice prefix = { text.ptr, len };

	for (size_t i = 0; i < s->count; i++) {
		if (!slice_equal(s->prefix[i], prefix))
			continue;
		if (item == NULL || item->thing != &s->number[i] ||
		    !slice_equal(item->prefix, prefix) ||
		    item->is_longest != is_longest(s, prefix))
			return false;
		item = item->next;
	}
	return item == NULL;
}

static bool
has(const struct set *s, struct slice prefix)
{
	for (size_t i = 0; i < s->count; i++)
		if (slice_equal(s->prefix[i], prefix))
			return true;
	return false;
}

/* The walk finds what a search of the whole set finds. */
static bool
walks_alike(const struct set *s, struct slice text)
{
	const struct prefix_item *found[PREFIX_PATH];
	char *copy = guarded_wide(text);
	int n = prefix_walk(&s->tree, copy, copy + text.len, found), i = 0;
	bool same = true;

	for (size_t len = 0; len <= text.len; len++)
		if (has(s, (struct slice){ text.ptr, len })) {
			same = same && i < n && is_list(s, found[i], text, len);
			i++;
		}
	free(copy);
	return same && i == n;
}

static void
test_random(void)
{
	size_t wrong = 0;
	uint64_t seed = 13;
	char buf[16];

	for (int round = 0; round < 3000; round++) {
		struct set s = { .count = 0 };
		size_t count = random_below(&seed, MOST);

		prefix_init(&s.tree);
		while (s.count < count)
			add(&s, random_text(&seed, LONGEST, buf));
		prefix_finish(&s.tree);
		for (int i = 0; i < 30; i++)
			wrong += !walks_alike(&s,
			    random_text(&seed, LONGEST + 4, buf));
		free_set(&s);
	}
	ok(wrong == 0, "prefix: a walk finds what a search of all finds");
}

static void
test_long(void)
{
	struct set s = { .count = 0 };
	char text[200];
	size_t wrong = 0;

	memset(text, 'p', sizeof(text));
	prefix_init(&s.tree);
	add(&s, (struct slice){ text, 100 });
	text[99] = 'q';
	add(&s, (struct slice){ text, 100 });
	text[40] = 'r';
	add(&s, (struct slice){ text, 60 });
	prefix_finish(&s.tree);
	for (size_t len = 0; len <= sizeof(text); len++)
		wrong += !walks_alike(&s, (struct slice){ text, len });
	text[40] = 'p';
	for (size_t len = 0; len <= sizeof(text); len++)
		wrong += !walks_alike(&s, (struct slice){ text, len });
	ok(wrong == 0, "prefix: long ones part where they differ");
	free_set(&s);
}

static void
test_path(void)
{
	const struct prefix_item *found[PREFIX_PATH];
	struct set s = { .count = 0 };
	char *text = guarded_wide(SLICE("abcdefghijklmno"));
	int n;
	size_t wrong = 0;

	prefix_init(&s.tree);
	for (size_t len = 1; len <= 12; len++)
		add(&s, (struct slice){ text, len });
	prefix_finish(&s.tree);
	n = prefix_walk(&s.tree, text, text + 15, found);
	for (int i = 1; i < n; i++)
		wrong += found[i]->prefix.len <= found[i - 1]->prefix.len;
	ok(n == PREFIX_PATH && wrong == 0,
	    "prefix: a walk reports eight at most, the shortest first");
	free(text);
	free_set(&s);
}

static void
test_empty(void)
{
	struct set s = { .count = 0 };

	prefix_init(&s.tree);
	prefix_finish(&s.tree);
	ok(walks_alike(&s, SLICE("")) && walks_alike(&s, SLICE("a")),
	    "prefix: an empty tree finds nothing");
	add(&s, SLICE(""));
	prefix_finish(&s.tree);
	ok(walks_alike(&s, SLICE("")) && walks_alike(&s, SLICE("a")),
	    "prefix: every text begins with the empty one");
	free_set(&s);
}

int
main(void)
{
	test_empty();
	test_random();
	test_long();
	test_path();
	return done();
}
