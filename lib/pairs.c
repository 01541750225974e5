/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/map.h"
#include "tele/pairs.h"

static struct slice
key_of(const struct open_work *w)
{
	return (struct slice){ w->key, w->key_len };
}

static struct open_work **
bucket_of(struct pairs *p, struct slice key)
{
	return &p->buckets[map_hash(key) % PAIRS_BUCKETS];
}

void
pairs_free(struct pairs *p)
{
	struct open_work *next;

	while (p->oldest != NULL)
		pairs_end(p, p->oldest);
	for (struct open_work *w = p->free; w != NULL; w = next) {
		next = w->newer;
		fields_free(&w->values);
		free(w->key);
		free(w);
	}
	p->free = NULL;
}

struct open_work *
pairs_begin(struct pairs *p, struct slice key)
{
	struct open_work **bucket = bucket_of(p, key), *w = p->free;

	if (p->count == PAIRS_MAX)
		pairs_end(p, p->oldest);
	if (w != NULL)
		p->free = w->newer;
	else
		w = mem_zalloc(1, sizeof(*w));
	fields_clear(&w->values);
	w->key = mem_resize(w->key, key.len, 1);
	memcpy(w->key, key.ptr, key.len);
	w->key_len = key.len;
	w->in_bucket = *bucket;
	*bucket = w;
	w->older = p->newest;
	w->newer = NULL;
	*(w->older != NULL ? &w->older->newer : &p->oldest) = w;
	p->newest = w;
	p->count++;
	return w;
}

struct open_work *
pairs_find(const struct pairs *p, struct slice key, struct slice name,
    bool oldest)
{
	struct open_work *w = *bucket_of((struct pairs *)p, key), *found = NULL;

	for (; w != NULL; w = w->in_bucket) {
		if (!slice_equal(key_of(w), key) ||
		    (name.len > 0 &&
			!(fields_has(&w->values, EVENT_NAME) &&
			    slice_equal(fields_get(&w->values, EVENT_NAME),
				name))))
			continue;
		found = w;
		if (!oldest)
			break;
	}
	return found;
}

void
pairs_end(struct pairs *p, struct open_work *w)
{
	struct open_work **link = bucket_of(p, key_of(w));

	while (*link != w)
		link = &(*link)->in_bucket;
	*link = w->in_bucket;
	*(w->older != NULL ? &w->older->newer : &p->oldest) = w->newer;
	*(w->newer != NULL ? &w->newer->older : &p->newest) = w->older;
	w->newer = p->free;
	p->free = w;
	p->count--;
}
