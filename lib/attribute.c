/* SPDX-License-Identifier: MIT */
#include "tele/attribute.h"
#include "tele/jsontext.h"

enum {
	FITS_MAX = 1000, /* steps of one name: of more, nothing is known */
	FACT_MAX = 4096, /* bytes of the names of a fact that is learned */
};

/* The names that an event states, as catalogs have them. */
struct stated {
	struct arena arena;
	struct slice topic, handler, plugin, service;
	struct slice sequence, sequence_id, movement, beat;
};

static struct slice
normal(struct stated *s, const struct event *ev, enum event_key key)
{
	struct slice raw = event_get(ev, key);
	char *text;

	if (raw.len == 0)
		return raw;
	text = arena_alloc(&s->arena, raw.len * 6 + 16);
	return (struct slice){ text, json_normal(text, raw) };
}

/* What KEY says, or else the name of an event of one of KINDS. */
static struct slice
normal_or_name(struct stated *s, const struct event *ev, enum event_key key,
    uint32_t kinds)
{
	if (!event_has(ev, key) && (kinds >> ev->kind & 1) != 0)
		key = EVENT_NAME;
	return normal(s, ev, key);
}

static void
read_stated(struct stated *s, const struct event *ev)
{
	*s = (struct stated){ .beat = event_get(ev, EVENT_BEAT) };
	s->topic = normal_or_name(s, ev, EVENT_EVENT,
	    1u << KIND_BEAT | 1u << KIND_SPAN | 1u << KIND_PUBLISH |
		1u << KIND_SUBSCRIBE);
	s->handler = normal_or_name(s, ev, EVENT_HANDLER,
	    1u << KIND_HANDLER | 1u << KIND_STATE);
	s->sequence = normal_or_name(s, ev, EVENT_SEQUENCE,
	    1u << KIND_SEQUENCE | 1u << KIND_QUEUE);
	s->sequence_id = normal(s, ev, EVENT_SEQUENCE_ID);
	s->movement = normal(s, ev, EVENT_MOVEMENT);
	s->plugin = normal(s, ev, EVENT_PLUGIN);
	s->service = normal(s, ev, EVENT_SERVICE);
}

/* What the steps that fit say of each key. */
struct tally {
	const struct event *ev;
	struct attribution *a;
	struct slice value[EVENT_KEYS];
	uint64_t said, differ;
	struct slice module;
};

static void
say(struct tally *t, enum event_key key, struct slice value)
{
	uint64_t bit = UINT64_C(1) << key;

	if (value.len == 0)
		return;
	if ((t->said & bit) != 0 && !slice_equal(t->value[key], value))
		t->differ |= bit;
	t->said |= bit;
	t->value[key] = value;
}

static void
say_sequence(struct tally *t, const struct catalog_sequence *q)
{
	if (q == NULL)
		return;
	say(t, EVENT_SEQUENCE, q->name);
	say(t, EVENT_SEQUENCE_ID, q->id);
	say(t, EVENT_PLUGIN, q->plugin);
	t->module = q->module;
}

static void
say_step(struct tally *t, const struct catalog_step *step)
{
	say_sequence(t, step->sequence);
	say(t, EVENT_HANDLER, step->handler);
	say(t, EVENT_PLUGIN, step->plugin);
	say(t, EVENT_CODE_FILE, step->code_file);
	say(t, EVENT_CODE_LINE, step->code_line);
	say(t, EVENT_CODE_FUNCTION, step->code_function);
}

/* Take over what all agree on; a place in the code is taken whole or not. */
static void
settle(struct tally *t)
{
	const uint64_t place = UINT64_C(1) << EVENT_CODE_FILE |
	    UINT64_C(1) << EVENT_CODE_LINE | UINT64_C(1) << EVENT_CODE_FUNCTION;
	struct attribution *a = t->a;
	uint64_t open = t->said & ~(t->ev->have | a->known.set);

	if ((t->differ & place) != 0)
		t->differ |= place & t->said;
	if (((t->ev->have | a->known.set) >> EVENT_CODE_FILE & 1) != 0)
		open &= ~place;
	a->ambiguous |= open & t->differ;
	for (open &= ~t->differ; open != 0; open &= open - 1) {
		enum event_key key = (enum event_key)__builtin_ctzll(open);

		event_change_set(&a->known, key, t->value[key]);
	}
	if (a->module.len == 0)
		a->module = t->module;
}

static bool
agree(struct slice a, struct slice b)
{
	return a.len == 0 || b.len == 0 || slice_equal(a, b);
}

/* Whether STEP contradicts nothing; Q is the sequence that is stated. */
static bool
fits(const struct catalog_step *step, const struct stated *s,
    const struct catalog_sequence *q)
{
	if (step->sequence != NULL && step->sequence != q &&
	    (s->sequence.len > 0 || s->sequence_id.len > 0))
		return false;
	return agree(step->handler, s->handler) &&
	    agree(step->plugin, s->plugin) &&
	    agree(step->service, s->service) &&
	    agree(step->movement, s->movement) && agree(step->beat, s->beat);
}

/* What the steps of the topic say. */
static void
ask_topic(struct tally *t, const struct catalog *c, const struct stated *s,
    const struct catalog_sequence *q)
{
	const struct catalog_step *step = catalog_step(c, s->topic);
	int n = 0;

	for (; step != NULL && n < FITS_MAX; step = step->same_name, n++)
		if (fits(step, s, q))
			say_step(t, step);
	if (step != NULL)
		t->differ = t->said;
	settle(t);
}

/* What the handlers say: those by themselves, or all where no topic is. */
static void
ask_handler(struct tally *t, const struct catalog *c, const struct stated *s,
    const struct catalog_sequence *q)
{
	const struct catalog_step *step = catalog_handler(c, s->handler);
	int n = 0;

	t->said = t->differ = 0;
	for (; step != NULL && n < FITS_MAX; step = step->same_handler, n++)
		if ((step->name.len == 0 || s->topic.len == 0) &&
		    fits(step, s, q))
			say_step(t, step);
	if (step != NULL)
		t->differ = t->said;
	settle(t);
}

/* Who gets what is published or asked for. */
static void
ask_route(struct tally *t, const struct catalog *c, const struct stated *s)
{
	const struct catalog_topic *topic = catalog_topic(c, s->topic);
	const struct catalog_sequence *q;

	if (topic == NULL || s->sequence_id.len > 0 || s->sequence.len > 0 ||
	    !agree(topic->plugin, s->plugin))
		return;
	t->said = t->differ = 0;
	say(t, EVENT_PLUGIN, topic->plugin);
	say(t, EVENT_SEQUENCE_ID, topic->sequence_id);
	q = catalog_sequence(c, topic->sequence_id, SLICE(""), SLICE(""));
	if (q != NULL)
		say(t, EVENT_SEQUENCE, q->name);
	if (topic->has_many)
		t->differ = t->said;
	settle(t);
}

void
attribute(struct attribution *a, const struct catalog *c,
    const struct event *ev)
{
	struct tally t = { .ev = ev, .a = a };
	const struct catalog_sequence *q = NULL;
	struct stated s;

	read_stated(&s, ev);
	if (s.sequence.len > 0 || s.sequence_id.len > 0)
		q = catalog_sequence(c, s.sequence_id, s.sequence, s.service);
	if (s.topic.len > 0)
		ask_topic(&t, c, &s, q);
	if (s.handler.len > 0)
		ask_handler(&t, c, &s, q);
	if (s.topic.len > 0 &&
	    (ev->kind == KIND_PUBLISH || ev->kind == KIND_PLAY))
		ask_route(&t, c, &s);
	if (q != NULL && agree(q->plugin, s.plugin)) {
		t.said = t.differ = 0;
		say_sequence(&t, q);
		settle(&t);
	}
	arena_free(&s.arena);
}

void
learned_init(struct learned *l, size_t max)
{
	*l = (struct learned){ .max = max };
	catalog_init(&l->catalog);
	map_init(&l->facts, 1);
}

void
learned_free(struct learned *l)
{
	catalog_free(&l->catalog);
	map_free(&l->facts);
	key_free(&l->fact);
}

static struct slice
keep(struct catalog *c, struct slice name)
{
	return name.len > 0 ? arena_copy(&c->arena, name) : name;
}

static struct catalog_sequence *
learn_sequence(struct catalog *c, const struct stated *s)
{
	struct catalog_sequence *q;

	if (s->sequence.len == 0)
		return NULL;
	q = catalog_sequence(c, s->sequence_id, s->sequence, s->service);
	if (q == NULL) {
		q = arena_alloc(&c->arena, sizeof(*q));
		*q = (struct catalog_sequence){ .name = keep(c, s->sequence),
			.id = keep(c, s->sequence_id),
			.plugin = SLICE(""),
			.service = SLICE(""),
			.module = SLICE("") };
		q = catalog_add(c, q);
	}
	if (q->plugin.len == 0)
		q->plugin = keep(c, s->plugin);
	if (q->id.len == 0 && s->sequence_id.len > 0) {
		q->id = keep(c, s->sequence_id);
		*(struct catalog_sequence **)map_put(&c->by_id, q->id,
		    NULL) = q;
	}
	return q;
}

void
learned_add(struct learned *l, const struct event *ev)
{
	static const enum event_key keys[] = { EVENT_KIND, EVENT_NAME,
		EVENT_SERVICE, EVENT_PLUGIN, EVENT_SEQUENCE, EVENT_SEQUENCE_ID,
		EVENT_MOVEMENT, EVENT_BEAT, EVENT_EVENT, EVENT_HANDLER,
		EVENT_CODE_FILE, EVENT_CODE_LINE, EVENT_CODE_FUNCTION };
	struct catalog *c = &l->catalog;
	struct catalog_step *step;
	struct stated s;
	bool is_new;

	l->fact.len = 0;
	key_add_values(&l->fact, ev, keys, sizeof(keys) / sizeof(*keys));
	if (ev->kind == KIND_ERROR || l->fact.len > FACT_MAX)
		return;
	l->is_full |= l->facts.count == l->max;
	if (l->is_full)
		return;
	map_put(&l->facts, key_text(&l->fact), &is_new);
	if (!is_new)
		return;
	read_stated(&s, ev);
	step = arena_alloc(&c->arena, sizeof(*step));
	*step = (struct catalog_step){ .sequence = learn_sequence(c, &s),
		.name = keep(c, s.topic),
		.handler = keep(c, s.handler),
		.plugin = keep(c, s.plugin),
		.service = keep(c, s.service),
		.movement = keep(c, s.movement),
		.beat = keep(c, s.beat),
		.code_file = keep(c, event_get(ev, EVENT_CODE_FILE)),
		.code_line = keep(c, event_get(ev, EVENT_CODE_LINE)),
		.code_function = keep(c, event_get(ev, EVENT_CODE_FUNCTION)) };
	catalog_add_step(c, step);
	arena_free(&s.arena);
}
