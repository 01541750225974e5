/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/mem.h"
#include "tele/selftime.h"

enum { TIME = 200 };

struct node {
	int parent; /* or -1 */
	int64_t from_ns, duration_ns;
	int64_t self_ns;
	int settled;
};

static void
settle(void *owner, int64_t self_ns)
{
	struct node *node = owner;

	node->self_ns += self_ns;
	node->settled++;
}

static uint64_t
id_of(int trace, int i)
{
	char t[16], s[16];

	return selftime_id((struct slice){ t,
			       (size_t)sprintf(t, "trace%d", trace) },
	    (struct slice){ s, (size_t)sprintf(s, "%d", i) });
}

/* What no direct child of I covers, counted by the nanosecond. */
static int64_t
naive_self(const struct node *nodes, int count, int i)
{
	int64_t self = 0;

	for (int64_t t = 0; t < nodes[i].duration_ns; t++) {
		int64_t at = nodes[i].from_ns + t;
		bool covered = false;

		for (int k = 0; k < count && !covered; k++)
			covered = nodes[k].parent == i && k != i &&
			    at >= nodes[k].from_ns &&
			    at < nodes[k].from_ns + nodes[k].duration_ns;
		self += !covered;
	}
	return self;
}

/* Children may begin before and end after their parents; some are cut off. */
static void
draw_tree(struct node *nodes, int count, uint64_t *seed)
{
	for (int i = 0; i < count; i++)
		nodes[i] = (struct node){
			.parent = i > 0 && random_below(seed, 10) > 0
			    ? (int)random_below(seed, (uint64_t)i)
			    : -1,
			.from_ns = 1000 + (int64_t)random_below(seed, TIME),
			.duration_ns = (int64_t)random_below(seed, TIME),
		};
}

/* All trees of a round, in the order of their nodes in ORDER. */
enum { NODES = 60, TREES = 50, ALL = TREES * NODES };

struct round {
	struct node nodes[TREES][NODES];
	int order[ALL];
};

static void
draw_round(struct round *r, uint64_t *seed)
{
	for (int i = 0; i < TREES; i++)
		draw_tree(r->nodes[i], NODES, seed);
	for (int i = 0; i < ALL; i++) {
		int k = (int)random_below(seed, (uint64_t)i + 1);

		r->order[i] = r->order[k];
		r->order[k] = i;
	}
}

static void
add_node(struct selftime *t, struct round *r, int i)
{
	int tree = r->order[i] / NODES, n = r->order[i] % NODES;
	struct node *node = &r->nodes[tree][n];

	selftime_add(t, id_of(tree, n),
	    node->parent < 0 ? 0 : id_of(tree, node->parent), node->from_ns,
	    node->duration_ns, node);
}

/* How many nodes have another self time than a plain count gives. */
static size_t
wrong_nodes(const struct round *r)
{
	size_t wrong = 0;

	for (int i = 0; i < TREES; i++)
		for (int n = 0; n < NODES; n++)
			wrong += r->nodes[i][n].self_ns !=
			    naive_self(r->nodes[i], NODES, n);
	return wrong;
}

static void
test_random(void)
{
	static struct round r;
	size_t wrong = 0, unsettled = 0, outside = 0;
	uint64_t seed = 16;

	for (int round = 0; round < 10; round++) {
		struct selftime *t = selftime_new(settle);

		draw_round(&r, &seed);
		for (int i = 0; i < ALL; i++)
			add_node(t, &r, i);
		outside += selftime_outside(t);
		selftime_finish(t);
		outside += selftime_outside(t);
		selftime_free(t);
		for (int i = 0; i < ALL; i++)
			unsettled += r.nodes[i / NODES][i % NODES].settled != 1;
		wrong += wrong_nodes(&r);
	}
	ok(unsettled == 0, "selftime: every span is settled once");
	ok(wrong == 0,
	    "selftime: spans in any order have the time that no "
	    "child covers");
	ok(outside == 0, "selftime: within the window none is outside");
}

/* The self time of N as far as those nodes are known that have come. */
static int64_t
self_so_far(const struct round *r, const bool *has_come, int tree, int n)
{
	struct node nodes[NODES];

	memcpy(nodes, r->nodes[tree], sizeof(nodes));
	for (int i = 0; i < NODES; i++)
		if (!has_come[tree * NODES + i])
			nodes[i].parent = -1;
	return has_come[tree * NODES + n] ? naive_self(nodes, NODES, n) : 0;
}

static void
test_reports(void)
{
	static struct round r;
	static bool has_come[ALL];
	size_t wrong = 0, early = 0;
	uint64_t seed = 17;
	struct selftime *t = selftime_new(settle);

	draw_round(&r, &seed);
	for (int i = 0; i < ALL; i++) {
		add_node(t, &r, i);
		has_come[r.order[i]] = true;
		if (i % 500 != 250)
			continue;
		selftime_report(t);
		for (int k = 0; k < ALL; k++)
			early += r.nodes[k / NODES][k % NODES].self_ns !=
			    self_so_far(&r, has_come, k / NODES, k % NODES);
	}
	selftime_finish(t);
	wrong = wrong_nodes(&r);
	selftime_free(t);
	ok(early == 0, "selftime: a report has what is known by then");
	ok(wrong == 0, "selftime: reports add up to what is known at the end");
}

static void
test_edges(void)
{
	struct selftime *t = selftime_new(settle);
	struct node root = { .settled = 0 }, self = root, orphan = root;
	struct node twin = root, empty = root, late = root;

	selftime_add(t, 1, 0, 100, 50, &root);
	selftime_add(t, 2, 1, 120, 10, &empty);
	selftime_add(t, 1, 0, 100, 40, &twin);
	selftime_add(t, 3, 3, 100, 30, &self);
	selftime_add(t, 4, 99, 100, 20, &orphan);
	selftime_add(t, 5, 0, INT64_MAX - 10, 100, &late);
	selftime_finish(t);
	ok(root.settled == 1 && root.self_ns == 40,
	    "selftime: a root has what its child leaves");
	ok(twin.settled == 1 && twin.self_ns == 40,
	    "selftime: a span that comes again has no known children");
	ok(self.settled == 1 && self.self_ns == 30,
	    "selftime: a span is no child of itself");
	ok(orphan.settled == 1 && orphan.self_ns == 20 &&
		selftime_outside(t) == 0,
	    "selftime: a parent that is not in the input is not outside");
	ok(late.settled == 1 && late.self_ns == 100,
	    "selftime: a span may end after the end of time");
	selftime_free(t);
}

/* More spans than the window holds. */
static void
test_window(void)
{
	enum { SPANS = 3 * SELFTIME_WINDOW };
	struct node *nodes = mem_zalloc(SPANS, sizeof(*nodes));
	struct node parent = { .settled = 0 };
	struct selftime *t = selftime_new(settle);
	size_t wrong = 0;

	selftime_add(t, id_of(0, -1), 0, 0, 1000, &parent);
	for (int i = 0; i < SPANS; i++) {
		/* Pairs, the child first; and at the end one that is late. */
		int64_t duration = i % 2 ? 10 : 4;

		selftime_add(t, id_of(0, i), i % 2 ? 0 : id_of(0, i + 1),
		    i / 2 * 20, duration, &nodes[i]);
	}
	ok(parent.settled == 1 && parent.self_ns == 1000,
	    "selftime: a span is settled when the window has passed it");
	selftime_add(t, id_of(0, SPANS), id_of(0, -1), 0, 400, &nodes[0]);
	selftime_finish(t);
	ok(selftime_outside(t) == 1,
	    "selftime: a child that comes after that is counted as outside");
	for (int i = 1; i < SPANS; i++)
		wrong += nodes[i].settled != 1 ||
		    nodes[i].self_ns != (i % 2 ? 6 : 4);
	ok(wrong == 0,
	    "selftime: parents and children near each other find each other");
	selftime_free(t);
	free(nodes);
}

static void
test_ids(void)
{
	ok(selftime_id(SLICE("t"), SLICE("1")) ==
		    selftime_id(SLICE("t"), SLICE("1")) &&
		selftime_id(SLICE("t"), SLICE("1")) !=
		    selftime_id(SLICE("t"), SLICE("2")) &&
		selftime_id(SLICE("t"), SLICE("1")) !=
		    selftime_id(SLICE("u"), SLICE("1")) &&
		selftime_id(SLICE("t"), SLICE("1")) !=
		    selftime_id(SLICE("1"), SLICE("t")) &&
		selftime_id(SLICE("t1"), SLICE("")) !=
		    selftime_id(SLICE("t"), SLICE("1")),
	    "selftime: a span is known by its trace and its own id");
	ok(selftime_id(SLICE("x"), SLICE("x")) != 0 &&
		selftime_id(SLICE("x"), SLICE("x")) !=
		    selftime_id(SLICE("y"), SLICE("y")),
	    "selftime: also where both are the same");
}

int
main(void)
{
	test_random();
	test_reports();
	test_edges();
	test_window();
	test_ids();
	return done();
}
