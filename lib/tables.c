/* SPDX-License-Identifier: MIT */
#include "tele/tables.h"
#include "tele/span.h"

void
tables_init(struct tables *t, const struct format *f)
{
	*t = (struct tables){ .f = f, .lesson = 1 };
	for (int i = 0; i < f->table_count; i++)
		map_init(&t->maps[i], sizeof(struct table_entry));
}

void
tables_free(struct tables *t)
{
	for (int i = 0; i < t->f->table_count; i++) {
		for (size_t j = 0; j < t->maps[i].count; j++) {
			struct table_entry *entry =
			    (void *)t->maps[i].entries[j]->value;

			fields_free(&entry->values);
		}
		map_free(&t->maps[i]);
	}
	fields_free(&t->key);
}

struct table_entry *
tables_entry(struct tables *t, int i, struct slice key)
{
	int field = t->f->tables[i].key;

	fields_clear(&t->key);
	fields_set(&t->key, field, key);
	return map_put(&t->maps[i], fields_get(&t->key, field), NULL);
}

struct table_entry *
tables_find(const struct tables *t, int i, struct slice json)
{
	return map_get(&t->maps[i], json);
}

void
tables_learn(struct tables *t, int i, struct table_entry *entry,
    const struct captures *got, bool is_guess)
{
	uint64_t set = got->have & t->f->tables[i].gives;

	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		if (fields_has(&entry->values, field) &&
		    (is_guess ||
			slice_equal(fields_get(&entry->values, field),
			    got->value[field])))
			continue;
		t->lesson++;
		fields_set(&entry->values, field, got->value[field]);
	}
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
		fields_add(&s->own, &s->topic->values,
		    t->f->tables[topic].gives);
	for (int i = 0; i < t->f->table_count; i++) {
		type = &t->f->tables[i];
		if (i == topic || missing(s, type->gives) == 0 ||
		    !span_find(s, type->key, &key))
			continue;
		entry = tables_find(t, i, key);
		if (entry != NULL)
			fields_add(&s->own, &entry->values,
			    missing(s, type->gives));
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
