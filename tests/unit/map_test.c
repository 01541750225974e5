/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "tap.h"
#include "tele/map.h"

enum { KEYS = 100000 };

struct value {
	uint64_t number;
	char rest[24];
};

static struct slice
key_of(char *buf, size_t size, int i)
{
	return (struct slice){ buf,
		(size_t)snprintf(buf, size, "%s-%d", i % 3 ? "key" : "k", i) };
}

/* The key in memory that is gone afterwards: the map must have its own. */
static void *
put(struct map *m, struct slice key, bool *is_new)
{
	char *copy = guarded(key);
	void *value = map_put(m, (struct slice){ copy, key.len }, is_new);

	memset(copy, 'x', key.len);
	free(copy);
	return value;
}

static bool
is_zero(const struct value *v)
{
	static const struct value zero;

	return memcmp(v, &zero, sizeof(zero)) == 0;
}

static void
test_many(void)
{
	struct value **values = mem_zalloc(KEYS, sizeof(*values));
	size_t old = 0, dirty = 0, lost = 0, moved = 0, order = 0, found = 0;
	struct map m;
	char buf[32];
	bool is_new;

	map_init(&m, sizeof(struct value));
	for (int i = 0; i < KEYS; i++) {
		values[i] = put(&m, key_of(buf, sizeof(buf), i), &is_new);
		old += !is_new;
		dirty += !is_zero(values[i]);
		values[i]->number = (uint64_t)i;
		memset(values[i]->rest, 0x55, sizeof(values[i]->rest));
	}
	ok(m.count == KEYS && old == 0, "map: 100000 keys are all new");
	ok(dirty == 0, "map: their values begin as zeros");
	for (int i = KEYS - 1; i >= 0; i--) {
		struct slice key = key_of(buf, sizeof(buf), i);
		struct value *v = map_get(&m, key);

		lost += v == NULL || v->number != (uint64_t)i;
		moved += v != values[i] || put(&m, key, &is_new) != v || is_new;
		order += !slice_equal(m.entries[i]->key, key) ||
		    m.entries[i]->id != (uint32_t)i ||
		    (void *)m.entries[i]->value != v ||
		    map_entry_of(v) != m.entries[i];
		found += map_get(&m, key_of(buf, sizeof(buf), i + KEYS)) !=
		    NULL;
	}
	ok(lost == 0, "map: every key has the value that was put for it");
	ok(moved == 0, "map: values keep their address");
	ok(order == 0, "map: entries are in the order in which they came");
	ok(found == 0, "map: what was never put is not found");
	ok(m.count == KEYS, "map: keys that were there add no entry");
	map_free(&m);
	free(values);
}

/* Keys that differ only in length, in NUL bytes, or in one bit. */
static void
test_similar(void)
{
	char text[66] = { 0 };
	struct map m;
	size_t wrong = 0, count = 0;
	bool is_new;

	map_init(&m, 1);
	for (size_t len = 0; len <= 64; len++) {
		put(&m, (struct slice){ text, len }, &is_new);
		wrong += !is_new;
		count++;
	}
	for (size_t bit = 0; bit < 64 * 8; bit++) {
		text[bit / 8] = (char)(1 << bit % 8);
		put(&m, (struct slice){ text, 64 }, &is_new);
		wrong += !is_new;
		count++;
		text[bit / 8] = 0;
	}
	ok(wrong == 0 && m.count == count,
	    "map: keys that differ in a bit or in length are different");
	ok(map_get(&m, SLICE("")) != NULL, "map: the empty key is a key");
	ok(map_put(&m, SLICE("x"), NULL) != NULL,
	    "map: whether it is new need not be asked");
	map_free(&m);
}

static void
test_hash(void)
{
	char text[80], *at[8];
	size_t wrong = 0, same = 0;
	uint64_t seed = 12;

	for (int round = 0; round < 1000; round++) {
		size_t len = random_below(&seed, 70);
		uint64_t hash;

		for (size_t i = 0; i < len; i++)
			text[i] = (char)random_next(&seed);
		hash = map_hash((struct slice){ text, len });
		for (int i = 0; i < 8; i++) {
			at[i] = mem_alloc(len + (size_t)i);
			memcpy(at[i] + i, text, len);
			wrong += map_hash((struct slice){ at[i] + i, len }) !=
			    hash;
			free(at[i]);
		}
		if (len > 0) {
			text[random_below(&seed, len)] ^= 1;
			same += map_hash((struct slice){ text, len }) == hash;
		}
	}
	ok(wrong == 0, "map: equal keys have the same hash wherever they lie");
	ok(same == 0, "map: other keys have other hashes");
	memset(text, 0, sizeof(text));
	for (size_t len = 0; len < 64; len++)
		same += map_hash((struct slice){ text, len }) ==
		    map_hash((struct slice){ text, len + 1 });
	ok(same == 0, "map: NUL bytes at the end make another hash");
}

int
main(void)
{
	test_many();
	test_similar();
	test_hash();
	return done();
}
