/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "tele/map.h"

struct map_slot {
	uint32_t tag;   /* high bits of the hash */
	uint32_t index; /* of the entry plus one; 0 is free */
};

static uint64_t secret[4];

static void
draw_secret(void)
{
	if (getrandom(secret, sizeof(secret), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(secret)) {
		secret[0] = (uint64_t)time(NULL) << 32 | (uint32_t)getpid();
		secret[1] = secret[0] * 0x9e3779b97f4a7c15;
		secret[2] = secret[1] * 0x9e3779b97f4a7c15;
	}
	/* An odd, hence non-zero, last word also marks that it was drawn. */
	secret[3] |= 1;
}

static inline uint64_t
word(const char *p, size_t len)
{
	uint64_t w = 0;

	memcpy(&w, p, len < 8 ? len : 8);
	return w;
}

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Folded multiplication of key-masked words, the construction of wyhash (Wang
 * Yi, 2019) with every mask drawn at random.
 */
uint64_t
map_hash(struct slice key)
{
	const char *p = key.ptr;
	size_t left = key.len;
	uint64_t h, a, b;

	if (secret[3] == 0)
		draw_secret();
	h = secret[0] ^ key.len;
	for (; left > 16; left -= 16, p += 16)
		h = fold(word(p, 8) ^ secret[1], word(p + 8, 8) ^ h);
	if (left >= 8) {
		a = word(p, 8);
		b = word(p + left - 8, 8);
	} else {
		a = word(p, left);
		b = 0;
	}
	h = fold(a ^ secret[2], b ^ h);
	return fold(h ^ secret[3], secret[1]);
}

void
map_init(struct map *m, size_t value_size)
{
	*m = (struct map){ .value_size = value_size, .slots_cap = 16 };
	m->slots = mem_zalloc(m->slots_cap, sizeof(*m->slots));
}

void
map_free(struct map *m)
{
	arena_free(&m->arena);
	free(m->entries);
	free(m->slots);
	*m = (struct map){ 0 };
}

/* The slot that holds KEY, or the free one where it belongs. */
static struct map_slot *
find(const struct map *m, struct slice key, uint64_t hash)
{
	size_t mask = m->slots_cap - 1, i = hash & mask;
	uint32_t tag = (uint32_t)(hash >> 32);

	while (m->slots[i].index != 0 &&
	    (m->slots[i].tag != tag ||
		!slice_equal(m->entries[m->slots[i].index - 1]->key, key)))
		i = (i + 1) & mask;
	return &m->slots[i];
}

static void
rehash(struct map *m)
{
	struct map_slot *old = m->slots;
	size_t old_cap = m->slots_cap, mask, at;

	m->slots_cap *= 2;
	m->slots = mem_zalloc(m->slots_cap, sizeof(*m->slots));
	mask = m->slots_cap - 1;
	for (size_t i = 0; i < old_cap; i++) {
		if (old[i].index == 0)
			continue;
		at = map_hash(m->entries[old[i].index - 1]->key) & mask;
		while (m->slots[at].index != 0)
			at = (at + 1) & mask;
		m->slots[at] = old[i];
	}
	free(old);
}

void *
map_get(const struct map *m, struct slice key)
{
	struct map_slot *slot = find(m, key, map_hash(key));

	return slot->index != 0 ? m->entries[slot->index - 1]->value : NULL;
}

void *
map_put(struct map *m, struct slice key, bool *is_new)
{
	uint64_t hash = map_hash(key);
	struct map_slot *slot = find(m, key, hash);
	struct map_entry *entry;

	if (is_new != NULL)
		*is_new = slot->index == 0;
	if (slot->index != 0)
		return m->entries[slot->index - 1]->value;
	m->entries = mem_grow(m->entries, &m->entries_cap, m->count + 1,
	    sizeof(struct map_entry *));
	entry = arena_alloc(&m->arena, sizeof(*entry) + m->value_size);
	memset(entry->value, 0, m->value_size);
	entry->key = arena_copy(&m->arena, key);
	entry->id = (uint32_t)m->count;
	m->entries[m->count++] = entry;
	*slot = (struct map_slot){ (uint32_t)(hash >> 32), (uint32_t)m->count };
	if (m->count * 2 > m->slots_cap)
		rehash(m);
	return entry->value;
}
