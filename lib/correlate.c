/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/correlate.h"
#include "tele/duration.h"
#include "tele/json.h"
#include "tele/span.h"
#include "tele/stack.h"

enum { MAX_ASKED = 4096 };

#define BIT(field) (UINT64_C(1) << (field))

/* What only a queue point says of the request that it waited for. */
static const uint64_t of_queue = BIT(EVENT_WAIT_MS) | BIT(EVENT_PRIORITY);

/* What the point about an error says, and not the span that failed by it. */
static const uint64_t of_point = BIT(EVENT_ERROR_STACK) |
    BIT(EVENT_CODE_FILE) | BIT(EVENT_CODE_LINE) | BIT(EVENT_CODE_FUNCTION);

/* What was asked for and has not begun. */
struct asked {
	struct asked *next;
	struct fields values;
	struct stamp time;
	uint64_t line;
	int order;
};

struct queue {
	struct asked *first, **end;
	size_t count;
};

struct correlator {
	const struct format *f;
	struct emitter *e;
	struct span_pool spans;
	struct span *open[MAX_SPANS];
	struct map tables[MAX_SPANS]; /* of struct table_entry */
	struct queue queues[MAX_SPANS];
	struct asked *free_asked;
	bool has_counted;	  /* some message said what answers are due */
	uint64_t lesson;	  /* counts what was learned */
	struct fields extra;	  /* values of the current record as JSON */
	struct fields name;	  /* likewise its name */
	char *scratch;
	size_t scratch_cap;
};

static bool settle(void *arg, void *thing, bool is_last_chance);

struct correlator *
correlator_new(const struct format *f, struct emitter *e)
{
	struct correlator *c = mem_zalloc(1, sizeof(*c));

	c->f = f;
	c->e = e;
	c->lesson = 1;
	e->settle = settle;
	e->arg = c;
	span_pool_init(&c->spans);
	for (int i = 0; i < f->table_count; i++)
		map_init(&c->tables[i], sizeof(struct table_entry));
	for (int i = 0; i < f->queue_count; i++)
		c->queues[i].end = &c->queues[i].first;
	return c;
}

static bool
captured(const struct captures *got, int field)
{
	return (got->have >> field & 1) != 0;
}

static void
capture(struct captures *got, int field, struct slice value)
{
	got->have |= BIT(field);
	got->value[field] = value;
}

/* RAW as JSON text; borrowed until the next call. */
static struct slice
as_json(struct correlator *c, struct slice raw)
{
	c->scratch =
	    mem_grow(c->scratch, &c->scratch_cap, raw.len * 6 + 64, 1);
	return (struct slice){ c->scratch, json_escape(c->scratch, raw) };
}

/* The topic of an open span, if KEY is it: most messages are about those. */
static struct table_entry *
open_topic(const struct correlator *c, int t, struct slice key)
{
	const struct span *s;

	for (int i = 0; i < c->f->span_count; i++) {
		s = c->open[i];
		if (s != NULL && s->type->waits == t && s->topic != NULL &&
		    slice_equal(map_entry_of(s->topic)->key, key))
			return s->topic;
	}
	return NULL;
}

/* The entry of table T for the key that GOT or S has, made if need be. */
static struct table_entry *
entry_of(struct correlator *c, int t, const struct captures *got,
    const struct span *s)
{
	int key = c->f->tables[t].key;
	struct slice json;

	if (got != NULL && captured(got, key)) {
		struct table_entry *open = open_topic(c, t, got->value[key]);

		if (open != NULL)
			return open;
		json = as_json(c, got->value[key]);
	} else if (!span_find(s, key, &json)) {
		return NULL;
	}
	return map_put(&c->tables[t], json, NULL);
}

static void
copy_missing(struct fields *to, const struct fields *from, uint64_t set)
{
	set &= from->have & ~to->have;
	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		fields_set_json(to, field, fields_get(from, field));
	}
}

/* Fields of SET that neither S nor a span around it has. */
static uint64_t
missing(const struct span *s, uint64_t set)
{
	for (; s != NULL && set != 0; s = s->parent)
		set &= ~s->own.have;
	return set;
}

/* Fill in what the tables know about S and it does not say itself. */
static void
look_up(struct correlator *c, struct span *s)
{
	const struct table_type *t;
	struct table_entry *entry;
	struct slice key;

	if (s->lesson == c->lesson && s->looked_up == s->own.have)
		return;
	if (s->topic != NULL)
		copy_missing(&s->own, &s->topic->values,
		    c->f->tables[s->type->waits].gives);
	for (int i = 0; i < c->f->table_count; i++) {
		t = &c->f->tables[i];
		if (i == s->type->waits || missing(s, t->gives) == 0 ||
		    !span_find(s, t->key, &key))
			continue;
		entry = map_get(&c->tables[i], key);
		if (entry != NULL)
			copy_missing(&s->own, &entry->values,
			    missing(s, t->gives));
	}
	s->looked_up = s->own.have;
	s->lesson = c->lesson;
}

/* What one field says about others, where nothing better is known. */
static void
derive(struct correlator *c, struct span *s, const struct captures *got)
{
	const struct derivation *d;
	struct captures part;
	uint64_t set;

	for (int i = 0; i < c->f->derivation_count; i++) {
		d = &c->f->derivations[i];
		set = missing(s, regex_fields(d->regex));
		part.have = 0;
		if (set == 0 || !captured(got, d->from) ||
		    regex_match(d->regex, got->value[d->from], &part) !=
			REGEX_YES)
			continue;
		for (set &= part.have; set != 0; set &= set - 1) {
			int field = __builtin_ctzll(set);

			fields_set(&s->own, field, part.value[field]);
		}
		look_up(c, s);
	}
}

/* S is of the topic that its key names, and waits for the answers to it. */
static void
join_topic(struct correlator *c, struct span *s)
{
	struct table_entry *topic;

	if (s->type->waits == FORMAT_NONE || s->topic != NULL)
		return;
	topic = entry_of(c, s->type->waits, NULL, s);
	if (topic == NULL)
		return;
	span_wait(&c->spans, s, topic);
	if (topic->latest != NULL)
		span_unref(&c->spans, topic->latest);
	topic->latest = span_ref(s);
}

/* The innermost open span that becomes an event. */
static struct span *
innermost(const struct correlator *c)
{
	struct span *best = NULL;

	for (int i = 0; i < c->f->span_count; i++)
		if (c->open[i] != NULL &&
		    c->f->spans[i].kind != FORMAT_NONE &&
		    (best == NULL || c->open[i]->line >= best->line))
			best = c->open[i];
	return best;
}

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

static struct slice
span_id(const struct span *s)
{
	return (struct slice){ s->id, s->id_len };
}

static void
emit_span(struct correlator *c, struct span *s)
{
	static const uint64_t inherited = BIT(EVENT_TRACE) |
	    BIT(EVENT_SESSION) | BIT(EVENT_SERVICE) | BIT(EVENT_PLUGIN) |
	    BIT(EVENT_SEQUENCE) | BIT(EVENT_SEQUENCE_ID) |
	    BIT(EVENT_MOVEMENT) | BIT(EVENT_BEAT);
	struct emission m = { .kind = (enum event_kind)s->type->kind,
		.time = &s->start,
		.has_duration = s->has_duration,
		.duration_ns = s->duration_ns,
		.self_ns = s->self_ns,
		.status = s->status,
		.span = span_id(s),
		.line = s->line };

	look_up(c, s);
	span_find(s, s->type->name_field, &m.name);
	if (fields_has(&s->own, EVENT_NAME))
		m.name = fields_get(&s->own, EVENT_NAME);
	if (s->parent != NULL)
		m.parent = span_id(s->parent);
	add_sources(&m, s, ~of_queue, inherited);
	emit_event(c->e, &m);
}

/* Whether to wait with the event of S until the log shows what it lacks. */
static bool
must_hold(const struct correlator *c, const struct span *s)
{
	struct slice json;

	if (s->type->hold_field == FIELD_NONE || s->topic == NULL ||
	    span_find(s, s->type->hold_field, &json) ||
	    fields_has(&s->topic->values, s->type->hold_field))
		return false;
	/* No answer is due where the log says who would give it. */
	return s->topic->answers > 0 || !c->has_counted;
}

static bool
settle(void *arg, void *thing, bool is_last_chance)
{
	struct correlator *c = arg;
	struct span *s = thing;

	if (!is_last_chance && must_hold(c, s))
		return false;
	emit_span(c, s);
	span_unref(&c->spans, s);
	return true;
}

static void
emit_pending(struct correlator *c, struct span *s)
{
	struct emission m = { .kind = (enum event_kind)s->pending->emit,
		.time = &s->asked,
		.line = s->asked_line,
		.self_ns = -1 };

	span_find(s, s->type->name_field, &m.name);
	add_sources(&m, s, s->pending->inherits | of_queue,
	    s->pending->inherits);
	s->pending = NULL;
	emit_event(c->e, &m);
}

/* S is over: its event is written, or its place kept. */
static void
finish(struct correlator *c, struct span *s, const struct status_text *status,
    bool has_duration, int64_t duration_ns, uint64_t line)
{
	if (s->pending != NULL)
		emit_pending(c, s);
	s->status = s->has_failed ? &status_error : status;
	span_close(&c->spans, s, has_duration, duration_ns);
	if (s->type->kind == FORMAT_NONE)
		return;
	if (must_hold(c, s))
		emit_hold(c->e, span_ref(s), line);
	else
		emit_span(c, s);
}

/* Whether A is S or lies in it. */
static bool
is_within(const struct span *a, const struct span *s)
{
	while (a != NULL && a != s)
		a = a->parent;
	return a == s;
}

/* End what is still open inside the open span of type I, and it as well. */
static void
abandon(struct correlator *c, int i, bool inner_only, uint64_t line)
{
	struct span *outer = c->open[i];

	for (int j = c->f->span_count - 1; j >= 0; j--) {
		struct span *s = c->open[j];

		if (s == NULL || !is_within(s, outer) ||
		    (s == outer && inner_only))
			continue;
		c->open[j] = NULL;
		finish(c, s, &status_unfinished, false, 0, line);
		span_unref(&c->spans, s);
	}
}

static void
set_captured(struct span *s, const struct captures *got)
{
	uint64_t set = got->have & ~s->own.have &
	    ~(BIT(EVENT_TIME) | BIT(EVENT_DURATION_MS) | BIT(EVENT_LEVEL) |
		of_point);
	struct slice json;

	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		/* What the span around it says too need not be said again. */
		if (s->parent != NULL &&
		    span_find(s->parent, field, &json) &&
		    slice_equal(json, got->value[field]))
			continue;
		fields_set(&s->own, field, got->value[field]);
	}
}

static void
annotate(struct correlator *c, struct span *s, const struct captures *got)
{
	uint64_t before = s->own.have;

	set_captured(s, got);
	if (s->own.have == before)
		return;
	join_topic(c, s);
	look_up(c, s);
	if (c->f->derivation_count > 0)
		derive(c, s, got);
	if (s->pending != NULL && fields_has(&s->own, EVENT_TRACE))
		emit_pending(c, s);
}

static struct asked *
new_asked(struct correlator *c)
{
	struct asked *a = c->free_asked;

	if (a == NULL)
		return mem_zalloc(1, sizeof(*a));
	c->free_asked = a->next;
	fields_clear(&a->values);
	return a;
}

/* Take the item at *LINK out of the queue. */
static struct asked *
unlink_asked(struct queue *q, struct asked **link)
{
	struct asked *a = *link;

	*link = a->next;
	if (q->end == &a->next)
		q->end = link;
	q->count--;
	return a;
}

static void
free_asked(struct correlator *c, struct asked *a)
{
	a->next = c->free_asked;
	c->free_asked = a;
}

static int
order_of(const struct queue_type *type, const struct captures *got)
{
	if (type->order_field != FIELD_NONE && captured(got, type->order_field))
		for (int i = 0; i < type->order_count; i++)
			if (slice_equal(got->value[type->order_field],
				type->order[i]))
				return i;
	return type->order_count;
}

/* `["TRACE/SPAN"]` of S into TO, if S has a trace. */
static void
link_to(struct correlator *c, struct fields *to, const struct span *s)
{
	struct slice trace;
	char *p;

	if (s == NULL || !span_find(s, EVENT_TRACE, &trace))
		return;
	c->scratch = mem_grow(c->scratch, &c->scratch_cap,
	    trace.len + sizeof(s->id) + 16 + WIDE_SLACK, 1);
	p = c->scratch;
	memcpy(p, "[\"", 2);
	memcpy(p + 2, trace.ptr, trace.len);
	p += 2 + trace.len;
	*p++ = '/';
	memcpy(p, s->id, s->id_len);
	p += s->id_len;
	memcpy(p, "\"]", 2);
	fields_set_json(to, EVENT_LINKS, slice_range(c->scratch, p + 2));
}

static void
push(struct correlator *c, int i, const struct captures *got,
    const struct record *at)
{
	struct queue *q = &c->queues[i];
	struct asked *a;

	if (q->count == MAX_ASKED)
		free_asked(c, unlink_asked(q, &q->first));
	a = new_asked(c);
	for (uint64_t set = got->have; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		fields_set(&a->values, field, got->value[field]);
	}
	if (c->f->queues[i].links != FORMAT_NONE)
		link_to(c, &a->values, c->open[c->f->queues[i].links]);
	a->time = at->time;
	a->line = at->line;
	a->order = order_of(&c->f->queues[i], got);
	a->next = NULL;
	*q->end = a;
	q->end = &a->next;
	q->count++;
}

/* What asked for the span that begins: the first of those that go first. */
static struct asked *
pop(struct correlator *c, int i, const struct captures *got)
{
	struct queue *q = &c->queues[i];
	struct asked **best = NULL;
	int key = c->f->queues[i].key;
	struct slice json;

	if (!captured(got, key))
		return NULL;
	json = as_json(c, got->value[key]);
	for (struct asked **link = &q->first; *link; link = &(*link)->next)
		if ((best == NULL || (*link)->order < (*best)->order) &&
		    fields_has(&(*link)->values, key) &&
		    slice_equal(fields_get(&(*link)->values, key), json))
			best = link;
	return best != NULL ? unlink_asked(q, best) : NULL;
}

/* S begins: what asked for it tells how long it waited, and why. */
static void
begin_asked(struct correlator *c, struct span *s, const struct rule *rule,
    const struct captures *got, const struct record *at)
{
	struct asked *a = pop(c, rule->pop, got);
	char text[DURATION_MS_MAX + WIDE_SLACK];
	size_t len;

	if (a == NULL)
		return;
	copy_missing(&s->own, &a->values, ~UINT64_C(0));
	if (a->time.is_set && at->time.is_set && at->time.ns >= a->time.ns) {
		len = duration_format_ms(text, at->time.ns - a->time.ns);
		fields_set_json(&s->own, EVENT_WAIT_MS,
		    (struct slice){ text, len });
	}
	s->asked = a->time;
	s->asked_line = a->line;
	if (rule->emit != FORMAT_NONE && rule->after_trace)
		s->pending = rule;
	free_asked(c, a);
}

static void
open_span(struct correlator *c, const struct rule *rule,
    const struct captures *got, const struct record *at)
{
	const struct span_type *type = &c->f->spans[rule->open];
	struct span *parent =
	    type->parent != FORMAT_NONE ? c->open[type->parent] : NULL;
	struct span *s;

	if (c->open[rule->open] != NULL)
		abandon(c, rule->open, false, at->line);
	s = span_new(&c->spans, type, parent, at->line, &at->time);
	c->open[rule->open] = s;
	if (rule->pop != FORMAT_NONE)
		begin_asked(c, s, rule, got, at);
	annotate(c, s, got);
}

/* Whether a message about beat 3 is about S: what both state must agree. */
static bool
agrees(const struct span *s, const struct captures *got)
{
	return !captured(got, EVENT_BEAT) ||
	    !fields_has(&s->own, EVENT_BEAT) ||
	    slice_equal(got->value[EVENT_BEAT],
		fields_get(&s->own, EVENT_BEAT));
}

/*
 * The log begins within a span, or two were mixed up: what ends now began its
 * duration ago, to the precision of the stamps.
 */
static struct span *
orphan(struct correlator *c, const struct span_type *type,
    const struct record *at, bool has_duration, int64_t duration_ns)
{
	struct record began = *at;
	struct timestamp t = { .digits = at->time.digits };
	int64_t unit = 1;

	for (int i = at->time.digits; i < 9; i++)
		unit *= 10;
	if (at->time.is_set && has_duration &&
	    !__builtin_sub_overflow(at->time.ns, duration_ns, &t.ns)) {
		t.ns -= t.ns % unit;
		stamp_set(&began.time, &t, SLICE(""));
	} else {
		began.time.is_set = false;
	}
	return span_new(&c->spans, type, NULL, at->line, &began.time);
}

static void
close_span(struct correlator *c, const struct rule *rule,
    const struct captures *got, const struct record *at)
{
	struct span *s = c->open[rule->close];
	int64_t duration_ns = 0;
	bool has_duration = captured(got, EVENT_DURATION_MS) &&
	    duration_scale(got->value[EVENT_DURATION_MS], NS_PER_MS,
		&duration_ns);

	if (s != NULL && agrees(s, got)) {
		abandon(c, rule->close, true, at->line);
		c->open[rule->close] = NULL;
	} else {
		s = orphan(c, &c->f->spans[rule->close], at, has_duration,
		    duration_ns);
	}
	set_captured(s, got);
	look_up(c, s);
	s->has_failed |= rule->failed;
	finish(c, s, &status_ok, has_duration, duration_ns, at->line);
	span_unref(&c->spans, s);
}

static bool
has_trace(const struct span *s, struct slice trace)
{
	struct slice json;

	return !span_find(s, EVENT_TRACE, &json) || slice_equal(json, trace);
}

/* The span of TOPIC that GOT answers: the oldest that still waits for it. */
static struct span *
answered_of(const struct table_entry *topic, const struct captures *got)
{
	struct span *s = topic->oldest;

	if (!captured(got, EVENT_TRACE))
		return s != NULL ? s : topic->latest;
	while (s != NULL && !has_trace(s, got->value[EVENT_TRACE]))
		s = s->topic_newer;
	if (s == NULL && topic->latest != NULL &&
	    has_trace(topic->latest, got->value[EVENT_TRACE]))
		s = topic->latest;
	return s;
}

/* How well what the topic of S knows fits a failure's handler and plugin. */
static int
fit(const struct span *s, const struct captures *got)
{
	static const int keys[] = { EVENT_HANDLER, EVENT_PLUGIN };
	const struct fields *known = &s->topic->values;
	int score = 1;

	for (int i = 0; i < 2; i++) {
		if (!captured(got, keys[i]) || !fields_has(known, keys[i]))
			continue;
		if (!slice_equal(fields_get(known, keys[i]),
			got->value[keys[i]]))
			return 0;
		score += i == 0 ? 2 : 0;
	}
	return score;
}

/* A failure names no topic: whichever span that waits fits it best. */
static struct span *
answered_by_handler(struct correlator *c, int type,
    const struct captures *got)
{
	struct span *best = c->open[type], *s;
	int most = 0, score;

	if (best != NULL && best->due > 0)
		most = fit(best, got);
	for (s = c->spans.oldest; s != NULL; s = s->newer) {
		score = s->type == &c->f->spans[type] ? fit(s, got) : 0;
		if (score > most) {
			most = score;
			best = s;
		}
	}
	return most > 0 ? best : NULL;
}

static void
learn(struct correlator *c, struct table_entry *entry, uint64_t gives,
    const struct captures *got, bool is_guess)
{
	uint64_t set = got->have & gives;

	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		if (fields_has(&entry->values, field) &&
		    (is_guess ||
			slice_equal(fields_get(&entry->values, field),
			    got->value[field])))
			continue;
		c->lesson++;
		fields_set(&entry->values, field, got->value[field]);
	}
}

/* The span that this message answers; it says more about it than it knew. */
static struct span *
answer(struct correlator *c, const struct rule *rule,
    const struct captures *got)
{
	int table = c->f->spans[rule->answers].waits;
	struct table_entry *topic = NULL;
	struct span *s, *outer;

	if (table == FORMAT_NONE)
		return c->open[rule->answers];
	if (captured(got, c->f->tables[table].key))
		topic = entry_of(c, table, got, NULL);
	s = topic != NULL ? answered_of(topic, got)
			  : answered_by_handler(c, rule->answers, got);
	if (s == NULL)
		return NULL;
	if (topic == NULL)
		learn(c, s->topic, c->f->tables[table].gives, got, true);
	/* Where no message gives the request, its answers do. */
	for (outer = s; outer->parent != NULL;)
		outer = outer->parent;
	if (captured(got, EVENT_TRACE) && outer->is_open &&
	    !fields_has(&outer->own, EVENT_TRACE))
		fields_set(&outer->own, EVENT_TRACE,
		    got->value[EVENT_TRACE]);
	for (outer = s; rule->failed && outer != NULL; outer = outer->parent)
		outer->has_failed |= outer->is_open;
	return s;
}

struct slice
level_name(struct slice level)
{
	static const struct {
		const char *word, *name;
	} words[] = {
		{ "trace", "trace" },	 { "verbose", "trace" },
		{ "vrb", "trace" },	 { "debug", "debug" },
		{ "dbg", "debug" },	 { "info", "info" },
		{ "inf", "info" },	 { "information", "info" },
		{ "log", "info" },	 { "notice", "info" },
		{ "warn", "warn" },	 { "warning", "warn" },
		{ "wrn", "warn" },	 { "error", "error" },
		{ "err", "error" },	 { "severe", "error" },
		{ "fatal", "fatal" },	 { "ftl", "fatal" },
		{ "critical", "fatal" }, { "crit", "fatal" },
		{ "alert", "fatal" },	 { "emerg", "fatal" },
		{ "panic", "fatal" },
	};
	size_t n;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		n = strlen(words[i].word);
		if (n != level.len)
			continue;
		for (n = 0; n < level.len; n++)
			if ((level.ptr[n] | 0x20) != words[i].word[n])
				break;
		if (n == level.len)
			return slice_of(words[i].name);
	}
	return level;
}

/* `+added,keys ~updated -removed` as arrays. */
static void
put_delta(struct correlator *c, struct slice delta)
{
	const char *p = delta.ptr, *end = p + delta.len, *stop, *comma;
	char *to;
	int field;

	while (p < end) {
		field = *p == '+' ? EVENT_ADDED
		    : *p == '~'	  ? EVENT_UPDATED
		    : *p == '-'	  ? EVENT_REMOVED
				  : FIELD_NONE;
		stop = memchr(p, ' ', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		c->scratch = mem_grow(c->scratch, &c->scratch_cap,
		    delta.len * 9 + 64 + WIDE_SLACK, 1);
		to = c->scratch;
		*to++ = '[';
		for (p++; field != FIELD_NONE && p <= stop; p = comma + 1) {
			comma = memchr(p, ',', (size_t)(stop - p));
			if (comma == NULL)
				comma = stop;
			if (to[-1] != '[')
				*to++ = ',';
			*to++ = '"';
			to += json_escape(to, slice_range(p, comma));
			*to++ = '"';
		}
		*to++ = ']';
		if (field != FIELD_NONE)
			fields_set_json(&c->extra, field,
			    slice_range(c->scratch, to));
		p = stop + (stop < end);
	}
}

/* What {error} captured, taken apart. */
static void
read_error(const struct format *f, struct captures *got)
{
	struct stack stack;

	stack_parse(&stack, got->value[EVENT_ERROR_MESSAGE], f->library,
	    f->library_count);
	capture(got, EVENT_ERROR_TYPE,
	    stack.type.len > 0 ? stack.type : SLICE("Error"));
	capture(got, EVENT_ERROR_MESSAGE, stack.message);
	if (stack.text.len > 0)
		capture(got, EVENT_ERROR_STACK, stack.text);
	if (!stack.has_top)
		return;
	capture(got, EVENT_CODE_FILE, stack.top.file);
	capture(got, EVENT_CODE_LINE, stack.top.line);
	if (stack.top.function.len > 0)
		capture(got, EVENT_CODE_FUNCTION, stack.top.function);
}

/* The name of a point: what the log calls it, or the field of its kind. */
static struct slice
point_name(struct correlator *c, int kind, const struct captures *got,
    const struct span *in)
{
	static const int fields[KINDS] = {
		[KIND_PLAY] = EVENT_SEQUENCE_ID,
		[KIND_PUBLISH] = EVENT_EVENT,
		[KIND_SUBSCRIBE] = EVENT_EVENT,
		[KIND_MOUNT] = EVENT_PLUGIN,
		[KIND_QUEUE] = EVENT_SEQUENCE,
		[KIND_STATE] = EVENT_HANDLER,
		[KIND_ERROR] = EVENT_ERROR_TYPE,
		[KIND_LOG] = EVENT_NAME,
	};
	int field = captured(got, EVENT_NAME) ? EVENT_NAME : fields[kind];
	struct slice json = { "", 0 };

	if (captured(got, field))
		return as_json(c, got->value[field]);
	if (fields_has(&c->extra, field))
		return fields_get(&c->extra, field);
	span_find(in, field, &json);
	return json;
}

/* What of a message belongs in its event. */
static uint64_t
worth_saying(int kind, const struct captures *got)
{
	uint64_t set = got->have & (BIT(EVENT_KEYS) - 1) &
	    ~(BIT(EVENT_TIME) | BIT(EVENT_NAME) | BIT(EVENT_DURATION_MS) |
		BIT(EVENT_ADDED));

	if (kind != KIND_LOG && kind != KIND_ERROR)
		set &= ~BIT(EVENT_LEVEL);
	return set | (got->have & ~(BIT(EVENT_KEYS) - 1));
}

static void
emit_point(struct correlator *c, const struct rule *rule,
    struct captures *got, const struct record *at, struct span *in)
{
	struct emission m = { .kind = (enum event_kind)rule->emit,
		.time = &at->time,
		.self_ns = -1,
		.captures = got,
		.line = at->line };

	if (at->level.len > 0 && !captured(got, EVENT_LEVEL))
		capture(got, EVENT_LEVEL, level_name(at->level));
	if (rule->emit == KIND_ERROR)
		capture(got, EVENT_LEVEL, SLICE("error"));
	for (int i = 0; i < rule->constant_count; i++)
		fields_set(&c->extra, rule->constants[i].field,
		    rule->constants[i].value);
	m.captured = worth_saying(rule->emit, got) & ~c->extra.have;
	if (in != NULL && in->type->kind == FORMAT_NONE)
		m.parent.len = 0; /* a scope is no event that one could find */
	else if (in != NULL && in->is_open)
		m.parent = span_id(in);
	else if (in != NULL)
		link_to(c, &c->extra, in);
	m.has_duration = captured(got, EVENT_DURATION_MS) &&
	    duration_scale(got->value[EVENT_DURATION_MS], NS_PER_MS,
		&m.duration_ns);
	m.name = point_name(c, rule->emit, got, in);
	m.sources[m.source_count].fields = &c->extra;
	m.sources[m.source_count++].mask = ~UINT64_C(0);
	add_sources(&m, in, rule->inherits, rule->inherits);
	emit_event(c->e, &m);
}

static struct span *
context_of(struct correlator *c, const struct rule *rule,
    const struct captures *got)
{
	if (rule->answers != FORMAT_NONE)
		return answer(c, rule, got);
	if (rule->in == IN_INNERMOST)
		return rule->emit != FORMAT_NONE ? innermost(c) : NULL;
	return rule->in != FORMAT_NONE ? c->open[rule->in] : NULL;
}

static void
teach(struct correlator *c, const struct rule *rule,
    const struct captures *got)
{
	struct table_entry *entry;

	for (int i = 0; i < rule->learn_count; i++) {
		entry = entry_of(c, rule->learns[i], got, NULL);
		if (entry != NULL)
			learn(c, entry,
			    c->f->tables[rule->learns[i]].gives, got, false);
	}
	if (rule->count != FORMAT_NONE) {
		entry = entry_of(c, rule->count, got, NULL);
		c->has_counted = true;
		if (entry == NULL)
			return;
		/* A count that begins anew tells that the application did. */
		if (rule->counted != FIELD_NONE &&
		    captured(got, rule->counted) &&
		    slice_equal(got->value[rule->counted], SLICE("1")))
			entry->answers = 0;
		entry->answers++;
	}
}

void
correlator_apply(struct correlator *c, const struct rule *rule,
    struct captures *got, const struct record *at)
{
	struct span *in;

	if (rule->has_error && captured(got, EVENT_ERROR_MESSAGE))
		read_error(c->f, got);
	fields_clear(&c->extra);
	if (rule->has_delta && captured(got, EVENT_ADDED)) {
		put_delta(c, got->value[EVENT_ADDED]);
		got->have &= ~BIT(EVENT_ADDED);
	}
	teach(c, rule, got);
	if (rule->push != FORMAT_NONE)
		push(c, rule->push, got, at);
	if (rule->open != FORMAT_NONE)
		open_span(c, rule, got, at);
	if (rule->set != FORMAT_NONE && c->open[rule->set] != NULL)
		annotate(c, c->open[rule->set], got);
	in = context_of(c, rule, got);
	if (rule->emit != FORMAT_NONE && !rule->after_trace)
		emit_point(c, rule, got, at, in);
	if (rule->answers != FORMAT_NONE && in != NULL)
		span_answered(&c->spans, in);
	if (rule->close != FORMAT_NONE)
		close_span(c, rule, got, at);
	if (emit_is_holding(c->e))
		emit_release(c->e, at->line, false);
}

void
correlator_gap(struct correlator *c, const struct stamp *from,
    int64_t duration_ns, uint64_t line)
{
	struct emission m = { .kind = KIND_GAP,
		.time = from,
		.has_duration = true,
		.duration_ns = duration_ns,
		.self_ns = -1,
		.line = line };

	emit_event(c->e, &m);
}

static void
forget(struct correlator *c)
{
	struct table_entry *entry;

	while (c->spans.oldest != NULL) {
		c->spans.oldest->due = 1;
		span_answered(&c->spans, c->spans.oldest);
	}
	for (int i = 0; i < c->f->table_count; i++) {
		for (size_t j = 0; j < c->tables[i].count; j++) {
			entry = (void *)c->tables[i].entries[j]->value;
			span_unref(&c->spans, entry->latest);
			fields_free(&entry->values);
		}
		map_free(&c->tables[i]);
		map_init(&c->tables[i], sizeof(struct table_entry));
	}
	for (int i = 0; i < c->f->queue_count; i++)
		while (c->queues[i].first != NULL)
			free_asked(c,
			    unlink_asked(&c->queues[i],
				&c->queues[i].first));
	c->has_counted = false;
}

void
correlator_end(struct correlator *c)
{
	for (int i = c->f->span_count - 1; i >= 0; i--)
		if (c->open[i] != NULL)
			abandon(c, i, false, UINT64_MAX / 2);
	emit_release(c->e, UINT64_MAX / 2, true);
	forget(c);
}

void
correlator_free(struct correlator *c)
{
	struct asked *next;

	correlator_end(c);
	for (int i = 0; i < c->f->table_count; i++)
		map_free(&c->tables[i]);
	for (struct asked *a = c->free_asked; a != NULL; a = next) {
		next = a->next;
		fields_free(&a->values);
		free(a);
	}
	span_pool_free(&c->spans);
	fields_free(&c->extra);
	free(c->scratch);
	free(c);
}
