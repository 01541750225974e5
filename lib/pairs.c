/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/map.h"
#include "tele/mem.h"
#include "tele/pairs.h"
#include "tele/wide.h"

/* Before each value in the text of open work. */
struct value_head {
	uint32_t field, len;
};

struct slice
pairs_key(const struct open_work *w)
{
	return (struct slice){ w->text, w->key_len };
}

static struct open_work **
bucket_of(const struct pairs *p, struct slice key)
{
	return &p->buckets[map_hash(key) % PAIRS_BUCKETS];
}

static void
free_list(struct open_work *w)
{
	struct open_work *next;

	for (; w != NULL; w = next) {
		next = w->newer;
		free(w->text);
		free(w);
	}
}

void
pairs_free(struct pairs *p)
{
	free_list(p->oldest);
	free_list(p->free);
	free(p->buckets);
	*p = (struct pairs){ 0 };
}

/* KEY and VALUES become the text of W. */
static void
keep(struct open_work *w, struct slice key, const struct fields *values)
{
	size_t need = key.len + values->used +
	    FIELDS * sizeof(struct value_head) + WIDE_SLACK;
	struct value_head head;
	struct slice value;
	char *p;

	w->text = mem_grow(w->text, &w->text_cap, need, 1);
	p = mempcpy(w->text, key.ptr, key.len);
	w->key_len = key.len;
	for (uint64_t set = values->have; set != 0; set &= set - 1) {
		head.field = (uint32_t)__builtin_ctzll(set);
		value = fields_get(values, (int)head.field);
		head.len = (uint32_t)value.len;
		p = mempcpy(p, &head, sizeof(head));
		p = mempcpy(p, value.ptr, value.len);
	}
	w->text_len = (size_t)(p - w->text);
	/* What was long once need not stay so for the next of its kind. */
	w->text_cap = w->text_len + WIDE_SLACK;
	w->text = mem_resize(w->text, w->text_cap, 1);
}

struct open_work *
pairs_begin(struct pairs *p, struct slice key, const struct fields *values)
{
	struct open_work **bucket, *w = p->free;

	if (p->buckets == NULL)
		p->buckets = mem_zalloc(PAIRS_BUCKETS, sizeof(*p->buckets));
	bucket = bucket_of(p, key);
	if (w != NULL)
		p->free = w->newer;
	else
		w = mem_zalloc(1, sizeof(*w));
	keep(w, key, values);
	w->has_start = w->is_over = w->is_late = false;
	w->before = *bucket;
	w->after = NULL;
	if (w->before != NULL)
		w->before->after = w;
	*bucket = w;
	w->older = p->newest;
	w->newer = NULL;
	*(w->older != NULL ? &w->older->newer : &p->oldest) = w;
	p->newest = w;
	p->count++;
	return w;
}

void
pairs_end(struct pairs *p, struct open_work *w)
{
	if (w->after != NULL)
		w->after->before = w->before;
	else
		*bucket_of(p, pairs_key(w)) = w->before;
	if (w->before != NULL)
		w->before->after = w->after;
	*(w->older != NULL ? &w->older->newer : &p->oldest) = w->newer;
	*(w->newer != NULL ? &w->newer->older : &p->newest) = w->older;
	w->newer = p->free;
	p->free = w;
	p->count--;
}

static struct open_work *
first_of(struct open_work *w, struct slice key)
{
	while (w != NULL && !slice_equal(pairs_key(w), key))
		w = w->before;
	return w;
}

struct open_work *
pairs_newest(const struct pairs *p, struct slice key)
{
	return p->count > 0 ? first_of(*bucket_of(p, key), key) : NULL;
}

struct open_work *
pairs_before(const struct open_work *w)
{
	return first_of(w->before, pairs_key(w));
}

/* The value at *AT of W, which moves behind it; false at the end. */
static bool
next_value(const struct open_work *w, size_t *at, struct value_head *head,
    struct slice *value)
{
	if (*at == w->text_len)
		return false;
	memcpy(head, w->text + *at, sizeof(*head));
	*at += sizeof(*head);
	*value = (struct slice){ w->text + *at, head->len };
	*at += head->len;
	return true;
}

struct slice
pairs_value(const struct open_work *w, int field)
{
	struct value_head head;
	struct slice value;

	for (size_t at = w->key_len; next_value(w, &at, &head, &value);)
		if ((int)head.field == field)
			return value;
	return (struct slice){ "", 0 };
}

void
pairs_values(const struct open_work *w, struct fields *values)
{
	struct value_head head;
	struct slice value;

	fields_clear(values);
	for (size_t at = w->key_len; next_value(w, &at, &head, &value);)
		fields_set_json(values, (int)head.field, value);
}
