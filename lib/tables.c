/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/map.h"
#include "tele/span.h"
#include "tele/tables.h"
#include "tele/wide.h"

/* What stands before the text of a fact. */
struct fact {
	uint32_t len;
	uint8_t field;
};

void
tables_init(struct tables *t, const struct format *f)
{
	*t = (struct tables){ .f = f, .lesson = 1, .bucket_count = 256 };
	t->buckets = mem_zalloc(t->bucket_count, sizeof(*t->buckets));
}

static struct table_entry **
bucket_of(const struct tables *t, uint64_t hash)
{
	return &t->buckets[hash & (t->bucket_count - 1)];
}

static void
unlink_use(struct tables *t, struct table_entry *entry)
{
	*(entry->older ? &entry->older->newer : &t->oldest) = entry->newer;
	*(entry->newer ? &entry->newer->older : &t->newest) = entry->older;
}

static void
note_use(struct tables *t, struct table_entry *entry)
{
	entry->older = t->newest;
	entry->newer = NULL;
	*(t->newest ? &t->newest->newer : &t->oldest) = entry;
	t->newest = entry;
}

static void
drop(struct tables *t, struct table_entry *entry)
{
	struct table_entry **link = bucket_of(t, entry->hash);

	if (t->forget != NULL)
		t->forget(t->arg, entry);
	while (*link != entry)
		link = &(*link)->next;
	*link = entry->next;
	unlink_use(t, entry);
	t->count--;
	free(entry->facts);
	free(entry);
}

void
tables_clear(struct tables *t)
{
	while (t->oldest != NULL)
		drop(t, t->oldest);
	t->has_counted = false;
}

void
tables_free(struct tables *t)
{
	tables_clear(t);
	free(t->buckets);
	fields_free(&t->key);
}

static void
widen(struct tables *t)
{
	struct table_entry **link;

	free(t->buckets);
	t->bucket_count *= 2;
	t->buckets = mem_zalloc(t->bucket_count, sizeof(*t->buckets));
	for (struct table_entry *e = t->oldest; e != NULL; e = e->newer) {
		link = bucket_of(t, e->hash);
		e->next = *link;
		*link = e;
	}
}

/* Whether only the memory of ENTRY's last span is in the way. */
static bool
may_go(const struct table_entry *entry)
{
	return entry->waiting == 0 && entry->users == (entry->latest != NULL) &&
	    (entry->latest == NULL || entry->latest->refs == 1);
}

/* Make room for one more, as long as something may go. */
static void
make_room(struct tables *t)
{
	enum { TRIES = 64 };
	struct table_entry *entry = t->oldest;

	for (int i = 0; i < TRIES && entry != NULL; i++) {
		if (may_go(entry)) {
			drop(t, entry);
			t->forgotten++;
			return;
		}
		entry = entry->newer;
	}
}

static struct table_entry *
find(const struct tables *t, int i, struct slice json, uint64_t hash)
{
	struct table_entry *entry = *bucket_of(t, hash);

	while (entry != NULL &&
	    (entry->hash != hash || entry->table != i ||
		!slice_equal(table_entry_key(entry), json)))
		entry = entry->next;
	return entry;
}

struct table_entry *
tables_entry_json(struct tables *t, int i, struct slice json)
{
	uint64_t hash = map_hash(json) + (uint64_t)i;
	struct table_entry *entry = find(t, i, json, hash), **link;

	if (entry != NULL) {
		if (entry != t->newest) {
			unlink_use(t, entry);
			note_use(t, entry);
		}
		return entry;
	}
	if (t->count >= TABLES_MAX)
		make_room(t);
	if (t->count == t->bucket_count)
		widen(t);
	entry = mem_zalloc(1, sizeof(*entry) + json.len + WIDE_SLACK);
	memcpy(entry->key, json.ptr, json.len);
	entry->key_len = (uint32_t)json.len;
	entry->hash = hash;
	entry->table = (uint8_t)i;
	link = bucket_of(t, hash);
	entry->next = *link;
	*link = entry;
	note_use(t, entry);
	t->count++;
	return entry;
}

struct table_entry *
tables_entry(struct tables *t, int i, struct slice key)
{
	int field = t->f->tables[i].key;

	fields_clear(&t->key);
	fields_set(&t->key, field, key);
	return tables_entry_json(t, i, fields_get(&t->key, field));
}

/* The fact at *P, which moves behind it; false behind the last. */
static bool
next_fact(const struct table_entry *entry, const char **p, struct fact *fact,
    struct slice *json)
{
	if (*p == NULL || *p == entry->facts + entry->facts_len)
		return false;
	memcpy(fact, *p, sizeof(*fact));
	*json = (struct slice){ *p + sizeof(*fact), fact->len };
	*p += sizeof(*fact) + fact->len;
	return true;
}

bool
tables_get(const struct table_entry *entry, int field, struct slice *json)
{
	const char *p = entry->facts;
	struct fact fact;

	while (next_fact(entry, &p, &fact, json))
		if (fact.field == field)
			return true;
	return false;
}

/* Set FIELD to the plain text RAW. */
static void
set_fact(struct tables *t, struct table_entry *entry, int field,
    struct slice raw)
{
	struct fact fact = { .field = (uint8_t)field };
	size_t cap = entry->facts_cap;
	struct slice old;
	char *p;

	if (tables_get(entry, field, &old)) {
		p = (char *)old.ptr - sizeof(fact);
		memmove(p, old.ptr + old.len,
		    (size_t)(entry->facts + entry->facts_len -
			(old.ptr + old.len)));
		entry->facts_len -= (uint32_t)(sizeof(fact) + old.len);
	}
	fields_clear(&t->key);
	fields_set(&t->key, field, raw);
	old = fields_get(&t->key, field);
	fact.len = (uint32_t)old.len;
	entry->facts = mem_grow(entry->facts, &cap,
	    entry->facts_len + sizeof(fact) + old.len + WIDE_SLACK, 1);
	entry->facts_cap = (uint32_t)cap;
	p = entry->facts + entry->facts_len;
	memcpy(p, &fact, sizeof(fact));
	memcpy(p + sizeof(fact), old.ptr, old.len);
	entry->facts_len += (uint32_t)(sizeof(fact) + old.len);
}

/* Whether what ENTRY knows of FIELD is RAW, plain text, already. */
static bool
says(const struct table_entry *entry, int field, struct slice raw,
    bool is_guess)
{
	struct slice json;

	return tables_get(entry, field, &json) &&
	    (is_guess || slice_equal(json, raw));
}

void
tables_learn(struct tables *t, struct table_entry *entry,
    const struct captures *got, bool is_guess)
{
	uint64_t set = got->have & t->f->tables[entry->table].gives;

	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		if (says(entry, field, got->value[field], is_guess))
			continue;
		t->lesson++;
		set_fact(t, entry, field, got->value[field]);
	}
}

/* Take over the fields of SET that ENTRY knows and S lacks. */
static void
tell(const struct table_entry *entry, struct span *s, uint64_t set)
{
	const char *p = entry->facts;
	struct fact fact;
	struct slice json;

	set &= ~s->own.have;
	while (set != 0 && next_fact(entry, &p, &fact, &json))
		if ((set >> fact.field & 1) != 0)
			fields_set_json(&s->own, fact.field, json);
}

void
tables_count(struct tables *t, struct table_entry *entry, bool is_first)
{
	t->has_counted = true;
	entry->answers = is_first ? 1 : entry->answers + 1;
}

/* Fields of SET that neither S nor a span around it has. */
static uint64_t
missing(const struct span *s, uint64_t set)
{
	for (; s != NULL && set != 0; s = s->parent)
		set &= ~s->own.have;
	return set;
}

void
tables_complete(struct tables *t, struct span *s)
{
	const struct table_type *type;
	struct table_entry *entry;
	struct slice key;
	int topic = s->type->waits;

	if (s->lesson == t->lesson && s->completed == s->own.have)
		return;
	if (s->topic != NULL)
		tell(s->topic, s, t->f->tables[topic].gives);
	for (int i = 0; i < t->f->table_count; i++) {
		type = &t->f->tables[i];
		if (i == topic || missing(s, type->gives) == 0 ||
		    !span_find(s, type->key, &key))
			continue;
		entry = find(t, i, key, map_hash(key) + (uint64_t)i);
		if (entry != NULL)
			tell(entry, s, missing(s, type->gives));
	}
	s->completed = s->own.have;
	s->lesson = t->lesson;
}

void
tables_derive(struct tables *t, struct span *s, const struct captures *got)
{
	const struct derivation *d;
	struct captures part;
	uint64_t set;

	for (int i = 0; i < t->f->derivation_count; i++) {
		d = &t->f->derivations[i];
		set = missing(s, regex_fields(d->regex));
		part.have = 0;
		if (set == 0 || !captures_have(got, d->from) ||
		    regex_match(d->regex, got->value[d->from], &part) !=
			REGEX_YES)
			continue;
		fields_set_captures(&s->own, &part, set & part.have);
		tables_complete(t, s);
	}
}
