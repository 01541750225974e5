/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/announce.h"

/* What only a queue point says of the request that it waited for. */
static const uint64_t of_queue = FIELD_BIT(EVENT_WAIT_MS) |
    FIELD_BIT(EVENT_PRIORITY);

/* An event whose place is kept until the log shows what it lacks. */
struct held {
	struct span *span; /* referred to; the event itself, or where it is */
	bool is_point;     /* then what it says is in here */
	int kind;
	uint64_t inherits;
	struct fields values;
	struct stamp time;
	uint64_t line;
	bool is_inside; /* SPAN was open */
	bool has_duration;
	int64_t duration_ns;
	struct held *next_free;
};

/* What comes after the name: the span and everything around it. */
static void
add_sources(struct emission *m, const struct span *s, uint64_t own,
    uint64_t inherited)
{
	for (; s != NULL && m->source_count < EMIT_SOURCES; s = s->parent) {
		m->sources[m->source_count].fields = &s->own;
		m->sources[m->source_count++].mask = own;
		own = inherited;
	}
}

static void
write_span(struct announcer *a, struct span *s)
{
	static const uint64_t inherited = FIELD_BIT(EVENT_TRACE) |
	    FIELD_BIT(EVENT_SESSION) | FIELD_BIT(EVENT_SERVICE) |
	    FIELD_BIT(EVENT_PLUGIN) | FIELD_BIT(EVENT_SEQUENCE) |
	    FIELD_BIT(EVENT_SEQUENCE_ID) | FIELD_BIT(EVENT_MOVEMENT) |
	    FIELD_BIT(EVENT_BEAT);
	struct emission m = { .kind = (enum event_kind)s->type->kind,
		.time = &s->start,
		.has_duration = s->has_duration,
		.duration_ns = s->duration_ns,
		.self_ns = s->self_ns,
		.status = s->status,
		.span = span_id(s),
		.line = s->line };

	tables_complete(a->tables, s);
	span_find(s, s->type->name_field, &m.name);
	if (fields_has(&s->own, EVENT_NAME))
		m.name = fields_get(&s->own, EVENT_NAME);
	if (s->parent != NULL)
		m.parent = span_id(s->parent);
	add_sources(&m, s, ~of_queue, inherited);
	emit_event(a->e, &m);
}

/* Whether to wait with the event of S until the log shows what it lacks. */
static bool
must_wait(const struct announcer *a, const struct span *s)
{
	struct slice json;

	if (s->type->hold_field == FIELD_NONE || s->topic == NULL ||
	    span_find(s, s->type->hold_field, &json) ||
	    tables_get(s->topic, s->type->hold_field, &json))
		return false;
	/* No answer is due where the log says who would give it. */
	return s->topic->answers > 0 || !a->tables->has_counted;
}

static struct held *
hold(struct announcer *a, struct span *s, uint64_t line)
{
	struct held *h = a->free_held;

	if (h != NULL)
		a->free_held = h->next_free;
	else
		h = mem_zalloc(1, sizeof(*h));
	h->span = span_ref(s);
	h->is_point = false;
	emit_hold(a->e, h, line);
	return h;
}

static void
write_held_point(struct announcer *a, const struct held *h)
{
	struct emission m = { .kind = (enum event_kind)h->kind,
		.time = &h->time,
		.has_duration = h->has_duration,
		.duration_ns = h->duration_ns,
		.self_ns = -1,
		.line = h->line };

	tables_complete(a->tables, h->span);
	m.name = fields_get(&h->values, EVENT_NAME);
	if (h->is_inside)
		m.parent = span_id(h->span);
	m.sources[m.source_count].fields = &h->values;
	m.sources[m.source_count++].mask = ~UINT64_C(0);
	add_sources(&m, h->span, h->inherits, h->inherits);
	emit_event(a->e, &m);
}

static bool
settle(void *arg, void *thing, bool is_last_chance)
{
	struct announcer *a = arg;
	struct held *h = thing;

	if (!is_last_chance && must_wait(a, h->span))
		return false;
	if (h->is_point)
		write_held_point(a, h);
	else
		write_span(a, h->span);
	span_unref(a->spans, h->span);
	h->next_free = a->free_held;
	a->free_held = h;
	return true;
}

void
announce_init(struct announcer *a, struct emitter *e, struct tables *tables,
    struct span_pool *spans)
{
	*a = (struct announcer){ e, tables, spans, NULL };
	e->settle = settle;
	e->arg = a;
}

void
announce_free(struct announcer *a)
{
	struct held *next;

	for (struct held *h = a->free_held; h != NULL; h = next) {
		next = h->next_free;
		fields_free(&h->values);
		free(h);
	}
}

void
announce_span(struct announcer *a, struct span *s, uint64_t line)
{
	if (must_wait(a, s))
		hold(a, s, line);
	else
		write_span(a, s);
}

void
announce_request(struct announcer *a, struct span *s)
{
	struct emission m = { .kind = (enum event_kind)s->pending->emit,
		.time = &s->asked,
		.line = s->asked_line,
		.self_ns = -1 };

	span_find(s, s->type->name_field, &m.name);
	add_sources(&m, s, s->pending->inherits | of_queue,
	    s->pending->inherits);
	s->pending = NULL;
	emit_event(a->e, &m);
}

/* Keep the place of a point that lacks what the log has not shown yet. */
static void
hold_point(struct announcer *a, const struct emission *m, struct span *in,
    const struct fields *extra, uint64_t inherits)
{
	struct held *h = hold(a, in, m->line);

	h->is_point = true;
	h->kind = (int)m->kind;
	h->inherits = inherits;
	h->time = *m->time;
	h->line = m->line;
	h->is_inside = m->parent.len > 0;
	h->has_duration = m->has_duration;
	h->duration_ns = m->duration_ns;
	fields_clear(&h->values);
	fields_set_json(&h->values, EVENT_NAME, m->name);
	fields_add(&h->values, extra, ~UINT64_C(0));
	fields_set_captures(&h->values, m->captures, m->captured);
}

void
announce_point(struct announcer *a, struct emission *m,
    const struct fields *extra, struct span *in, uint64_t inherits)
{
	if (in != NULL && must_wait(a, in) &&
	    !captures_have(m->captures, in->type->hold_field)) {
		hold_point(a, m, in, extra, inherits);
		return;
	}
	m->sources[m->source_count].fields = extra;
	m->sources[m->source_count++].mask = ~UINT64_C(0);
	add_sources(m, in, inherits, inherits);
	emit_event(a->e, m);
}
