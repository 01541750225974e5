/* SPDX-License-Identifier: MIT */
#include "tele/recent.h"

void
recent_init(struct recent *r, size_t value_size)
{
	r->value_size = value_size;
	map_init(&r->now, value_size);
	map_init(&r->before, value_size);
}

void
recent_free(struct recent *r)
{
	map_free(&r->now);
	map_free(&r->before);
}

bool
recent_is_full(const struct recent *r)
{
	return r->now.count >= RECENT_MAX;
}

static struct slice
bytes_of(const uint64_t *key)
{
	return (struct slice){ (const char *)key, sizeof(*key) };
}

void *
recent_put(struct recent *r, uint64_t key)
{
	if (recent_is_full(r)) {
		map_free(&r->before);
		r->before = r->now;
		map_init(&r->now, r->value_size);
	}
	return map_put(&r->now, bytes_of(&key), NULL);
}

void *
recent_get(const struct recent *r, uint64_t key)
{
	void *value = map_get(&r->now, bytes_of(&key));

	return value != NULL ? value : map_get(&r->before, bytes_of(&key));
}
