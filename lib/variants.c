/* SPDX-License-Identifier: MIT */
#include "tele/variants.h"

void
variants_init(struct variants *all, size_t max)
{
	*all = (struct variants){ .max = max };
	map_init(&all->map, sizeof(struct variant));
}

void
variants_free(struct variants *all)
{
	map_free(&all->map);
	arena_free(&all->arena);
	key_free(&all->key);
}

/* From which observed step on a missing one has an excuse. */
static enum excuse
excuse_of(const struct walk *w, const struct flow_part *p, size_t *from)
{
	*from = p->n;
	if (p->is_unfinished)
		return EXCUSE_UNFINISHED;
	for (size_t i = 0; i < p->n; i++)
		if (w->has_error[p->children[i]]) {
			*from = i + 1;
			return EXCUSE_ERROR;
		}
	return w->has_error[p->at] ? EXCUSE_ERROR : EXCUSE_NONE;
}

/* Everything that tells one variant from another. */
static void
make_key(struct variants *all, const struct flow_part *p, enum excuse excuse,
    size_t from)
{
	const uint32_t numbers[] = { (uint32_t)excuse, (uint32_t)from };

	all->key.len = 0;
	key_add(&all->key, &p->plan, sizeof(p->plan));
	key_add(&all->key, numbers, sizeof(numbers));
	key_add(&all->key, p->labels, p->n * sizeof(*p->labels));
	for (size_t i = 0; i < p->n; i++) {
		if (p->labels[i] != CONFORM_NONE)
			continue;
		key_add_text(&all->key, walk_name(p->e, p->children[i]));
		key_add_text(&all->key,
		    execution_value(p->e, p->children[i], EVENT_SERVICE));
	}
}

static void
describe(struct variants *all, const struct flow_part *p, struct variant *v)
{
	struct observed *strangers;
	int32_t *labels;
	size_t count = 0;

	for (size_t i = 0; i < p->n; i++)
		count += p->labels[i] == CONFORM_NONE;
	labels = arena_alloc(&all->arena, p->n * sizeof(*labels));
	strangers = arena_alloc(&all->arena, count * sizeof(*strangers));
	memcpy(labels, p->labels, p->n * sizeof(*labels));
	v->sequence = p->sequence;
	v->within = p->within;
	v->plan = p->plan;
	v->n = p->n;
	v->labels = labels;
	v->strangers = strangers;
	for (size_t i = 0; i < p->n; i++)
		if (labels[i] == CONFORM_NONE)
			*strangers++ = observed_read(&all->arena, p->e,
			    p->children[i]);
	/* The names of strangers are guessed to be this long. */
	all->bytes += 2 * p->n * sizeof(*labels) +
	    count * (sizeof(*strangers) + 256);
}

void
variants_add(struct variants *all, const struct flow_part *p,
    const struct walk *w)
{
	struct slice key;
	struct variant *v;
	enum excuse excuse;
	size_t from;

	excuse = excuse_of(w, p, &from);
	make_key(all, p, excuse, from);
	key = key_text(&all->key);
	v = map_get(&all->map, key);
	if (v == NULL && all->map.count < all->max &&
	    all->bytes < VARIANTS_BYTES) {
		v = map_put(&all->map, key, NULL);
		describe(all, p, v);
		v->excuse = excuse;
		v->excuse_from = from;
	}
	if (v != NULL)
		sighting_add_step(&v->seen, &all->arena, p->e, p->at);
	else
		all->unlisted++;
}
