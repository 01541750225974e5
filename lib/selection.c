/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/eventfind.h"
#include "tele/mem.h"
#include "tele/selection.h"

struct selection_term {
	struct slice name, value;
	int key;      /* of events, or -1 */
	bool goes_on; /* the term before it has the same name */
};

static int
by_name(const void *a, const void *b)
{
	const struct selection_term *x = a, *y = b;

	return slice_compare(x->name, y->name);
}

const char *
selection_read(struct selection *s, const struct opt_list *words)
{
	const char *equals;

	*s = (struct selection){ .count = words->count };
	s->terms = mem_zalloc(words->count, sizeof(*s->terms));
	for (size_t i = 0; i < s->count; i++) {
		equals = strchr(words->items[i], '=');
		if (equals == NULL || equals == words->items[i])
			return words->items[i];
		s->terms[i] = (struct selection_term){
			.name = slice_range(words->items[i], equals),
			.value = slice_of(equals + 1)
		};
		s->terms[i].key = event_key_of(s->terms[i].name);
	}
	if (s->count > 1)
		qsort(s->terms, s->count, sizeof(*s->terms), by_name);
	for (size_t i = 1; i < s->count; i++)
		s->terms[i].goes_on = by_name(&s->terms[i - 1], &s->terms[i]) ==
		    0;
	return NULL;
}

void
selection_free(struct selection *s)
{
	free(s->terms);
	*s = (struct selection){ 0 };
}

static struct slice
value_of(const struct selection_term *t, const struct event *ev)
{
	enum json_token type;

	return t->key >= 0 ? event_get(ev, (enum event_key)t->key)
			   : event_find(ev, t->name, &type);
}

/* Whether VALUE, in EV, is what T wants. */
static bool
is_met(const struct selection_term *t, struct slice value)
{
	struct slice string;

	if (t->key < 0 || event_keys[t->key].type != EVENT_STRINGS)
		return json_is(value, t->value);
	if (t->value.len == 0)
		return value.len == 0;
	while (event_next_string(&value, &string))
		if (json_is(string, t->value))
			return true;
	return false;
}

bool
selection_has(const struct selection *s, const struct event *ev)
{
	struct slice value = { "", 0 };
	bool is_one = true;

	for (size_t i = 0; i < s->count; i++) {
		if (s->terms[i].goes_on && is_one)
			continue;
		if (!s->terms[i].goes_on) {
			if (!is_one)
				return false;
			value = value_of(&s->terms[i], ev);
		}
		is_one = is_met(&s->terms[i], value);
	}
	return is_one;
}
