/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/mem.h"
#include "tele/pairs.h"

enum { MOST = 400, KEYS = 20, ROUNDS = 200000 };

/* What is open, the oldest first, as plain as can be. */
struct model {
	struct {
		struct open_work *w;
		int key;
		uint64_t id;
	} work[MOST];
	int count;
	uint64_t begun;
};

static struct slice
key_of(char *text, int key)
{
	/* One is a prefix of another, one is empty. */
	memset(text, 'k', KEYS);
	return (struct slice){ text, (size_t)key };
}

static void
begin(struct pairs *p, struct model *m, struct fields *values, uint64_t *seed)
{
	char text[KEYS + 1], value[200];
	int key = (int)random_below(seed, KEYS);
	struct open_work *w;

	fields_clear(values);
	memset(value, 'v', sizeof(value));
	fields_set(values, 3,
	    (struct slice){ value, random_below(seed, sizeof(value)) });
	if (key % 2 == 0)
		fields_set(values, 5, SLICE("five"));
	w = pairs_begin(p, key_of(text, key), values);
	w->id = ++m->begun;
	w->end_ns = (int64_t)fields_get(values, 3).len;
	m->work[m->count].w = w;
	m->work[m->count].key = key;
	m->work[m->count++].id = w->id;
}

static void
end(struct pairs *p, struct model *m, int i)
{
	pairs_end(p, m->work[i].w);
	m->count--;
	memmove(&m->work[i], &m->work[i + 1],
	    (size_t)(m->count - i) * sizeof(m->work[0]));
}

/* What P says of KEY, newest first, is what M has. */
static bool
is_same(const struct pairs *p, const struct model *m, int key)
{
	char text[KEYS + 1];
	struct open_work *w = pairs_newest(p, key_of(text, key));

	for (int i = m->count - 1; i >= 0; i--) {
		if (m->work[i].key != key)
			continue;
		if (w != m->work[i].w || w->id != m->work[i].id ||
		    pairs_key(w).len != (size_t)key ||
		    (int64_t)pairs_value(w, 3).len != w->end_ns ||
		    pairs_value(w, 4).len != 0 ||
		    slice_equal(pairs_value(w, 5), SLICE("five")) !=
			(key % 2 == 0))
			return false;
		w = pairs_before(w);
	}
	return w == NULL;
}

static void
test_model(void)
{
	struct pairs p = { 0 };
	struct model *m = mem_zalloc(1, sizeof(*m));
	struct fields values = { 0 };
	uint64_t seed = 3;
	size_t wrong = 0;

	for (int round = 0; round < ROUNDS; round++) {
		/* It grows and shrinks by turns. */
		if (m->count == 0 ||
		    (m->count < MOST &&
			random_below(&seed, 100) <
			    (round / 3000 % 2 ? 30 : 70)))
			begin(&p, m, &values, &seed);
		else
			end(&p, m,
			    (int)random_below(&seed, (uint64_t)m->count));
		wrong += !is_same(&p, m, (int)random_below(&seed, KEYS)) ||
		    p.count != (size_t)m->count ||
		    (m->count > 0 &&
			(p.oldest != m->work[0].w ||
			    p.newest != m->work[m->count - 1].w));
	}
	if (!ok(wrong == 0, "pairs: what is open is what has begun"))
		note("%zu times not", wrong);
	while (p.oldest != NULL)
		pairs_end(&p, p.oldest);
	ok(p.count == 0 && p.newest == NULL, "pairs: all of it can end");
	pairs_free(&p);
	fields_free(&values);
	free(m);
}

static void
test_full(void)
{
	struct pairs p = { 0 };
	struct fields values = { 0 };
	struct open_work *w;
	size_t wrong = 0;

	ok(pairs_newest(&p, SLICE("a")) == NULL, "pairs: nothing is open");
	/* More than there is room for: the oldest makes it, each time. */
	for (uint64_t i = 0; i < 3 * PAIRS_MAX; i++) {
		if (pairs_are_full(&p)) {
			wrong += p.oldest->id != i - PAIRS_MAX;
			pairs_end(&p, p.oldest);
		}
		w = pairs_begin(&p, i % 2 ? SLICE("a") : SLICE("b"), &values);
		w->id = i;
	}
	ok(wrong == 0 && pairs_are_full(&p), "pairs: there is room for %d",
	    PAIRS_MAX);
	for (uint64_t i = 3 * PAIRS_MAX - 1; p.count > 0; i--) {
		wrong += p.newest->id != i ||
		    pairs_newest(&p, i % 2 ? SLICE("a") : SLICE("b")) !=
			p.newest;
		pairs_end(&p, p.newest);
	}
	ok(wrong == 0, "pairs: the newest comes first");
	pairs_free(&p);
}

static void
test_values(void)
{
	struct pairs p = { 0 };
	struct fields values = { 0 }, got = { 0 };
	struct open_work *w;

	fields_set(&values, 0, SLICE("a \"quoted\" word"));
	fields_set(&values, FIELDS - 1, SLICE("last"));
	w = pairs_begin(&p, SLICE(""), &values);
	pairs_values(w, &got);
	ok(got.have == values.have &&
		slice_equal(fields_get(&got, 0), fields_get(&values, 0)) &&
		slice_equal(fields_get(&got, FIELDS - 1), SLICE("last")),
	    "pairs: what a beginning said is kept as it is");
	pairs_free(&p);
	fields_free(&values);
	fields_free(&got);
}

int
main(void)
{
	test_model();
	test_full();
	test_values();
	return done();
}
