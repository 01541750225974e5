/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/critical.h"

#define NONE CRITICAL_NONE

/* The critical time of each span, "-" off the path, in one line. */
static void
expect(const char *title, const struct critical_span *given, size_t count,
    const char *expected)
{
	struct critical_span *spans = malloc(count * sizeof(*spans));
	struct critical_path path = { 0 };
	char text[256];
	size_t len = 0;

	memcpy(spans, given, count * sizeof(*spans));
	critical_path_find(&path, spans, count, 0, 1);
	for (size_t i = 0; i < count; i++)
		len += (size_t)(spans[i].is_critical
			? snprintf(text + len, sizeof(text) - len, " %lld",
			      (long long)spans[i].critical_ns)
			: snprintf(text + len, sizeof(text) - len, " -"));
	if (!ok(strcmp(text + 1, expected) == 0, "%s", title))
		note("got: %s", text + 1);
	critical_path_free(&path);
	free(spans);
}

static void
test_shapes(void)
{
	static const struct critical_span alone[] = {
		{ .parent = NONE, .start_ns = 5, .end_ns = 25 },
	};
	static const struct critical_span chain[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .start_ns = 10, .end_ns = 30 },
		{ .parent = 0, .start_ns = 40, .end_ns = 90 },
		{ .parent = 2, .start_ns = 50, .end_ns = 60 },
	};
	static const struct critical_span parallel[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .start_ns = 10, .end_ns = 90 },
		{ .parent = 0, .start_ns = 10, .end_ns = 80 },
		{ .parent = 1, .start_ns = 20, .end_ns = 50 },
		{ .parent = 2, .start_ns = 20, .end_ns = 70 },
	};
	static const struct critical_span ties[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .arrival = 1, .start_ns = 10, .end_ns = 90 },
		{ .parent = 0, .arrival = 2, .start_ns = 30, .end_ns = 90 },
	};
	static const struct critical_span touching[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .start_ns = 0, .end_ns = 40 },
		{ .parent = 0, .start_ns = 40, .end_ns = 100 },
	};

	static const struct critical_span fork[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .start_ns = 5, .end_ns = 45 },
		{ .parent = 0, .start_ns = 45, .end_ns = 55 },
		{ .parent = 0, .start_ns = 45, .end_ns = 75 },
	};
	static const struct critical_span join[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .arrival = 1, .start_ns = 0, .end_ns = 50 },
		{ .parent = 0, .arrival = 2, .start_ns = 10, .end_ns = 50 },
		{ .parent = 0, .arrival = 3, .start_ns = 50, .end_ns = 90 },
	};

	expect("a span alone is its own path", alone, COUNT(alone), "20");
	expect("what comes one after the other is all on the path", chain,
	    COUNT(chain), "30 20 40 10");
	expect("of parallel work, what ends last is", parallel, COUNT(parallel),
	    "20 50 - 30 -");
	expect("of work that ends together, what came later is", ties,
	    COUNT(ties), "40 - 60");
	expect("what begins when another ends follows it", touching,
	    COUNT(touching), "0 40 60");
	expect("so do two that begin at that instant", fork, COUNT(fork),
	    "30 40 - 30");
	expect("and one that begins when two end", join, COUNT(join),
	    "20 - 40 40");
}

static void
test_clocks(void)
{
	static const struct critical_span overlap[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 1000 },
		{ .parent = 0, .start_ns = 100, .end_ns = 409 },
		{ .parent = 0, .start_ns = 400, .end_ns = 900 },
	};
	static const struct critical_span more[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 1000 },
		{ .parent = 0, .start_ns = 100, .end_ns = 410 },
		{ .parent = 0, .start_ns = 400, .end_ns = 900 },
	};
	static const struct critical_span third[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 1000 },
		{ .parent = 0, .start_ns = 100, .end_ns = 409 },
		{ .parent = 0, .start_ns = 400, .end_ns = 900 },
		{ .parent = 0, .start_ns = 405, .end_ns = 500 },
	};
	static const struct critical_span full[] = {
		{ .parent = NONE, .start_ns = 0, .end_ns = 1000 },
		{ .parent = 0, .start_ns = 0, .end_ns = 505 },
		{ .parent = 0, .start_ns = 500, .end_ns = 1000 },
	};

	expect("a small overlap does not matter", overlap, COUNT(overlap),
	    "191 309 500");
	expect("an overlap of a hundredth does", more, COUNT(more),
	    "500 - 500");
	expect("nor does it count if a third span begins in it", third,
	    COUNT(third), "500 - 500 -");
	expect("an overlap is nobody's time twice", full, COUNT(full),
	    "0 500 500");
}

static void
test_outside(void)
{
	static const struct critical_span early[] = {
		{ .parent = NONE, .start_ns = 100, .end_ns = 200 },
		{ .parent = 0, .start_ns = 50, .end_ns = 150 },
	};
	static const struct critical_span late[] = {
		{ .parent = NONE, .start_ns = 100, .end_ns = 200 },
		{ .parent = 0, .start_ns = 150, .end_ns = 900 },
		{ .parent = 1, .start_ns = 160, .end_ns = 800 },
	};
	static const struct critical_span outside[] = {
		{ .parent = NONE, .start_ns = 100, .end_ns = 200 },
		{ .parent = 0, .start_ns = 200, .end_ns = 300 },
		{ .parent = 1, .start_ns = 110, .end_ns = 190 },
		{ .parent = 0, .start_ns = 0, .end_ns = 100 },
		{ .parent = 0, .start_ns = 0, .end_ns = 300 },
	};
	static const struct critical_span nothing[] = {
		{ .parent = NONE, .start_ns = 100, .end_ns = 100 },
		{ .parent = 0, .start_ns = 100, .end_ns = 100 },
	};

	expect("what begins before its parent counts inside of it", early,
	    COUNT(early), "50 50");
	expect("so does what ends after it, and what is below", late,
	    COUNT(late), "50 10 40");
	expect("what is outside does not count", outside, COUNT(outside),
	    "100 - - - -");
	expect("nothing takes no time", nothing, COUNT(nothing), "0 0");
}

/* The rules again, by trying every pair, without any sorting. */
static bool
slow_precedes(const struct critical_span *spans, const int *inside, int count,
    const struct critical_span *p, int before, int later)
{
	int64_t overlap = spans[before].to_ns - spans[later].from_ns;
	int turns = 0;

	if (overlap <= 0)
		return true;
	for (int i = 0; i < count; i++) {
		int64_t at[2] = { spans[inside[i]].from_ns,
			spans[inside[i]].to_ns };

		for (int k = 0; k < 2; k++)
			turns += at[k] >= spans[later].from_ns &&
			    at[k] <= spans[before].to_ns;
	}
	return spans[before].to_ns < spans[later].to_ns &&
	    spans[before].from_ns < spans[later].from_ns &&
	    (double)overlap < (double)(p->to_ns - p->from_ns) * 0.01 &&
	    turns == 2;
}

static bool
slow_clip(struct critical_span *c, const struct critical_span *p)
{
	c->from_ns = c->start_ns > p->from_ns ? c->start_ns : p->from_ns;
	c->to_ns = c->end_ns < p->to_ns ? c->end_ns : p->to_ns;
	if (c->start_ns >= p->from_ns && c->end_ns <= p->to_ns)
		return true;
	return c->from_ns < c->to_ns &&
	    (c->from_ns == c->start_ns || c->to_ns == c->end_ns);
}

enum { SPANS = 40 };

static void
slow_visit(struct critical_span *spans, int count, int at)
{
	int inside[SPANS], n = 0, last = -1;
	bool used[SPANS] = { false };

	spans[at].is_critical = true;
	for (int i = 0; i < count; i++)
		if (spans[i].parent == (uint32_t)at &&
		    slow_clip(&spans[i], &spans[at]))
			inside[n++] = i;
	for (;;) {
		int best = -1;

		for (int i = 0; i < n; i++)
			if (!used[i] &&
			    (best < 0 ||
				spans[inside[i]].to_ns >
				    spans[inside[best]].to_ns ||
				(spans[inside[i]].to_ns ==
					spans[inside[best]].to_ns &&
				    spans[inside[i]].arrival >
					spans[inside[best]].arrival)))
				best = i;
		if (best < 0)
			return;
		used[best] = true;
		if (last >= 0 &&
		    !slow_precedes(spans, inside, n, &spans[at], inside[best],
			last))
			continue;
		last = inside[best];
		slow_visit(spans, count, last);
	}
}

static void
draw(struct critical_span *spans, uint64_t *seed)
{
	int64_t length = 100 + (int64_t)random_below(seed, 3000);

	spans[0] = (struct critical_span){ .parent = NONE,
		.start_ns = 0,
		.end_ns = length };
	for (uint32_t i = 1; i < SPANS; i++) {
		uint32_t parent = (uint32_t)random_below(seed,
		    i < 5 ? 1 : (i + 3) / 4);
		int64_t start = spans[parent].start_ns - 20 +
		    (int64_t)random_below(seed, (uint64_t)length);

		spans[i] = (struct critical_span){ .parent = parent,
			.arrival = (uint32_t)random_next(seed),
			.start_ns = start,
			.end_ns = start +
			    (int64_t)random_below(seed, (uint64_t)length / 3) };
	}
}

static void
test_random(void)
{
	static struct critical_span spans[SPANS], slow[SPANS];
	struct critical_path path = { 0 };
	size_t wrong = 0, unequal = 0, unpieced = 0, negative = 0;
	uint64_t seed = 3;

	for (int round = 0; round < 3000; round++) {
		int64_t sum = 0, pieces = 0;

		draw(spans, &seed);
		memcpy(slow, spans, sizeof(slow));
		slow[0].from_ns = slow[0].start_ns;
		slow[0].to_ns = slow[0].end_ns;
		slow_visit(slow, SPANS, 0);
		critical_path_find(&path, spans, SPANS, 0, 1);
		for (int i = 0; i < SPANS; i++) {
			wrong += spans[i].is_critical != slow[i].is_critical;
			negative += spans[i].critical_ns < 0;
			sum += spans[i].critical_ns;
		}
		for (size_t i = 0; i < path.count; i++)
			pieces += path.pieces[i].to_ns - path.pieces[i].from_ns;
		unequal += sum != path.length_ns;
		/* Overlaps that are let pass are in two pieces. */
		unpieced += pieces < sum || pieces > sum + sum / 10;
	}
	ok(wrong == 0, "the path is what the rules say");
	ok(unequal == 0, "its parts add up to the whole");
	ok(negative == 0, "no part is negative");
	ok(unpieced == 0, "so do its pieces, but for overlaps");
	critical_path_free(&path);
}

int
main(void)
{
	test_shapes();
	test_clocks();
	test_outside();
	test_random();
	return done();
}
