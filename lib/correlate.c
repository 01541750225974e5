/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/announce.h"
#include "tele/contents.h"
#include "tele/correlate.h"
#include "tele/duration.h"
#include "tele/json.h"
#include "tele/level.h"
#include "tele/request.h"
#include "tele/span.h"
#include "tele/tables.h"

/* What the point about an error says, and not the span that failed by it. */
static const uint64_t of_point = FIELD_BIT(EVENT_ERROR_STACK) |
    FIELD_BIT(EVENT_CODE_FILE) | FIELD_BIT(EVENT_CODE_LINE) |
    FIELD_BIT(EVENT_CODE_FUNCTION);

enum { MAX_RECENT = 1024 };

struct correlator {
	const struct format *f;
	struct emitter *e;
	struct span_pool spans;
	struct span *open[MAX_SPANS];
	struct tables tables;
	struct table_entry *recent[MAX_RECENT]; /* whose latest span is known */
	uint32_t next_recent;
	struct request_queue queues[MAX_SPANS];
	struct announcer announcer;
	struct fields extra; /* values of the current message as JSON */
	char *scratch;
	size_t scratch_cap;
};

/* Nothing is known of the last span of ENTRY any more. */
static void
forget_topic(void *arg, struct table_entry *entry)
{
	struct correlator *c = arg;

	if (entry->latest == NULL)
		return;
	c->recent[entry->recent] = NULL;
	span_unref(&c->spans, entry->latest);
	entry->latest = NULL;
}

struct correlator *
correlator_new(const struct format *f, struct emitter *e)
{
	struct correlator *c = mem_zalloc(1, sizeof(*c));

	c->f = f;
	c->e = e;
	span_pool_init(&c->spans);
	tables_init(&c->tables, f);
	c->tables.forget = forget_topic;
	c->tables.arg = c;
	announce_init(&c->announcer, e, &c->tables, &c->spans);
	for (int i = 0; i < f->queue_count; i++)
		request_init(&c->queues[i]);
	return c;
}

static char *
scratch(struct correlator *c, size_t size)
{
	c->scratch = mem_grow(c->scratch, &c->scratch_cap, size + WIDE_SLACK,
	    1);
	return c->scratch;
}

/* RAW as JSON text; borrowed until the next call. */
static struct slice
as_json(struct correlator *c, struct slice raw)
{
	char *text = scratch(c, raw.len * 6 + 16);

	return (struct slice){ text, json_escape(text, raw) };
}

/* The topic of an open span, if KEY is it: most messages are about those. */
static struct table_entry *
open_topic(const struct correlator *c, int t, struct slice key)
{
	const struct span *s;

	for (int i = 0; i < c->f->span_count; i++) {
		s = c->open[i];
		if (s != NULL && s->type->waits == t && s->topic != NULL &&
		    slice_equal(table_entry_key(s->topic), key))
			return s->topic;
	}
	return NULL;
}

/* The entry of table T for the key that GOT has; NULL if it has none. */
static struct table_entry *
entry_of(struct correlator *c, int t, const struct captures *got)
{
	int key = c->f->tables[t].key;
	struct table_entry *entry;

	if (!captures_have(got, key))
		return NULL;
	entry = open_topic(c, t, got->value[key]);
	return entry != NULL ? entry
			     : tables_entry(&c->tables, t, got->value[key]);
}

/*
 * S is the latest span of TOPIC, for answers that come when none is due.  Spans
 * are large: only of so many topics is one remembered.
 */
static void
remember(struct correlator *c, struct table_entry *topic, struct span *s)
{
	struct table_entry **slot;

	if (topic->latest == NULL) {
		slot = &c->recent[c->next_recent];
		topic->recent = c->next_recent;
		c->next_recent = (c->next_recent + 1) % MAX_RECENT;
		if (*slot != NULL)
			forget_topic(c, *slot);
		*slot = topic;
	} else {
		span_unref(&c->spans, topic->latest);
	}
	topic->latest = span_ref(s);
}

/* S is of the topic that its key names, and waits for the answers to it. */
static void
join_topic(struct correlator *c, struct span *s)
{
	int t = s->type->waits;
	struct table_entry *topic;
	struct slice key;

	if (t == FORMAT_NONE || s->topic != NULL ||
	    !span_find(s, c->f->tables[t].key, &key))
		return;
	topic = tables_entry_json(&c->tables, t, key);
	span_wait(&c->spans, s, topic);
	remember(c, topic, s);
}

/* The innermost open span that becomes an event. */
static struct span *
innermost(const struct correlator *c)
{
	struct span *best = NULL;

	for (int i = 0; i < c->f->span_count; i++)
		if (c->open[i] != NULL && c->f->spans[i].kind != FORMAT_NONE &&
		    (best == NULL || c->open[i]->line >= best->line))
			best = c->open[i];
	return best;
}

/* S is over: its event is written, or its place kept. */
static void
finish(struct correlator *c, struct span *s, const struct status_text *status,
    bool has_duration, int64_t duration_ns, uint64_t line)
{
	if (s->pending != NULL)
		announce_request(&c->announcer, s);
	s->status = s->has_failed ? &status_error : status;
	span_close(&c->spans, s, has_duration, duration_ns);
	if (s->type->kind == FORMAT_NONE)
		return;
	announce_span(&c->announcer, s, line);
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
	    ~(FIELD_BIT(EVENT_TIME) | FIELD_BIT(EVENT_DURATION_MS) |
		FIELD_BIT(EVENT_LEVEL) | of_point);
	struct slice json;

	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		/* What the span around it says too need not be said again. */
		if (got->value[field].len == 0)
			continue;
		if (s->parent != NULL && span_find(s->parent, field, &json) &&
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
	tables_complete(&c->tables, s);
	if (c->f->derivation_count > 0)
		tables_derive(&c->tables, s, got);
	if (s->pending != NULL && fields_has(&s->own, EVENT_TRACE))
		announce_request(&c->announcer, s);
}

/* `["TRACE/SPAN"]` of S into TO, if S has a trace. */
static void
link_to(struct correlator *c, struct fields *to, const struct span *s)
{
	struct slice trace;
	char *p;

	if (s == NULL || !span_find(s, EVENT_TRACE, &trace))
		return;
	p = scratch(c, trace.len + sizeof(s->id) + 16);
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
	const struct queue_type *type = &c->f->queues[i];
	struct request *r = request_push(&c->queues[i], type, got);

	r->time = at->time;
	r->line = at->line;
	if (type->links != FORMAT_NONE)
		link_to(c, &r->values, c->open[type->links]);
}

/* S begins: the request for it tells how long it waited, and why. */
static void
begin_requested(struct correlator *c, struct span *s, const struct rule *rule,
    const struct captures *got, const struct record *at)
{
	struct request *r = request_pop(&c->queues[rule->pop],
	    &c->f->queues[rule->pop], got);
	char text[DURATION_MS_MAX + WIDE_SLACK];

	if (r == NULL)
		return;
	fields_add(&s->own, &r->values, ~UINT64_C(0));
	if (r->time.is_set && at->time.is_set && at->time.ns >= r->time.ns)
		fields_set_json(&s->own, EVENT_WAIT_MS,
		    (struct slice){ text,
			duration_format_ms(text, at->time.ns - r->time.ns) });
	s->asked = r->time;
	s->asked_line = r->line;
	if (rule->emit != FORMAT_NONE && rule->after_trace)
		s->pending = rule;
}

static void
open_span(struct correlator *c, const struct rule *rule,
    const struct captures *got, const struct record *at)
{
	const struct span_type *type = &c->f->spans[rule->open];
	struct span *parent = NULL, *s;

	if (c->open[rule->open] != NULL)
		abandon(c, rule->open, false, at->line);
	/* Where the log skips a level, the next one out is the parent. */
	for (int i = type->parent; i != FORMAT_NONE && parent == NULL;
	     i = c->f->spans[i].parent)
		parent = c->open[i];
	s = span_new(&c->spans, type, parent, at->line, &at->time);
	c->open[rule->open] = s;
	if (rule->pop != FORMAT_NONE)
		begin_requested(c, s, rule, got, at);
	annotate(c, s, got);
}

/* Whether a message about beat 3 is about S: what both state must agree. */
static bool
agrees(const struct span *s, const struct captures *got)
{
	return !captures_have(got, EVENT_BEAT) ||
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
	bool has_duration = captures_have(got, EVENT_DURATION_MS) &&
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
	tables_complete(&c->tables, s);
	s->has_failed |= rule->failed;
	if (rule->failed)
		span_give_up(&c->spans, s);
	finish(c, s, &status_ok, has_duration, duration_ns, at->line);
	span_unref(&c->spans, s);
}

/* The span that this message answers; it says more about it than it knew. */
static struct span *
answer(struct correlator *c, const struct rule *rule,
    const struct captures *got)
{
	const struct span_type *type = &c->f->spans[rule->answers];
	struct table_entry *topic;
	struct span *s, *outer;

	if (type->waits == FORMAT_NONE)
		return c->open[rule->answers];
	topic = entry_of(c, type->waits, got);
	s = span_answered_by(&c->spans, topic, type, c->open[rule->answers],
	    got);
	if (s == NULL)
		return NULL;
	if (topic == NULL)
		tables_learn(&c->tables, s->topic, got, true);
	/* Where no message gives the request, its answers do. */
	for (outer = s; outer->parent != NULL;)
		outer = outer->parent;
	if (captures_have(got, EVENT_TRACE) && outer->is_open &&
	    !fields_has(&outer->own, EVENT_TRACE))
		fields_set(&outer->own, EVENT_TRACE, got->value[EVENT_TRACE]);
	for (outer = s; rule->failed && outer != NULL; outer = outer->parent)
		outer->has_failed |= outer->is_open;
	return s;
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
		    : *p == '~'   ? EVENT_UPDATED
		    : *p == '-'   ? EVENT_REMOVED
				  : FIELD_NONE;
		stop = memchr(p, ' ', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		to = scratch(c, delta.len * 9 + 64);
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
	int field = captures_have(got, EVENT_NAME) ? EVENT_NAME : fields[kind];
	struct slice json = { "", 0 };

	if (captures_have(got, field))
		return as_json(c, got->value[field]);
	if (fields_has(&c->extra, field))
		return fields_get(&c->extra, field);
	span_find(in, field, &json);
	return json;
}

static void
emit_point(struct correlator *c, const struct rule *rule, struct captures *got,
    const struct record *at, struct span *in)
{
	struct emission m = { .kind = (enum event_kind)rule->emit,
		.time = &at->time,
		.self_ns = -1,
		.captures = got,
		.line = at->line };

	if (captures_have(got, EVENT_LEVEL))
		captures_set(got, EVENT_LEVEL,
		    level_name(got->value[EVENT_LEVEL]));
	else if (at->level.len > 0)
		captures_set(got, EVENT_LEVEL, at->level);
	if (rule->emit == KIND_ERROR)
		captures_set(got, EVENT_LEVEL, SLICE("error"));
	for (int i = 0; i < rule->constant_count; i++)
		fields_set(&c->extra, rule->constants[i].field,
		    rule->constants[i].value);
	m.captured = contents_worth(rule->emit, got) & ~c->extra.have;
	/* A scope is no event that one could find. */
	if (in != NULL && in->type->kind != FORMAT_NONE) {
		if (in->is_open)
			m.parent = span_id(in);
		else
			link_to(c, &c->extra, in);
	}
	m.has_duration = captures_have(got, EVENT_DURATION_MS) &&
	    duration_scale(got->value[EVENT_DURATION_MS], NS_PER_MS,
		&m.duration_ns);
	m.name = point_name(c, rule->emit, got, in);
	announce_point(&c->announcer, &m, &c->extra, in, rule->inherits);
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
teach(struct correlator *c, const struct rule *rule, const struct captures *got)
{
	struct table_entry *entry;

	for (int i = 0; i < rule->learn_count; i++) {
		entry = entry_of(c, rule->learns[i], got);
		if (entry != NULL)
			tables_learn(&c->tables, entry, got, false);
	}
	if (rule->count == FORMAT_NONE)
		return;
	entry = entry_of(c, rule->count, got);
	/* A count that begins anew tells that the application did. */
	if (entry != NULL)
		tables_count(&c->tables, entry,
		    rule->counted != FIELD_NONE &&
			captures_have(got, rule->counted) &&
			slice_equal(got->value[rule->counted], SLICE("1")));
}

/* What the rule does, in the order that tele-format(5) tells. */
static void
act(struct correlator *c, const struct rule *rule, struct captures *got,
    const struct record *at)
{
	struct span *in;

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
}

void
correlator_apply(struct correlator *c, const struct rule *rule,
    struct captures *got, const struct record *at)
{
	/* What has waited for too long must not learn from this message. */
	if (emit_is_holding(c->e))
		emit_expire(c->e, at->line);
	if (rule->has_error && captures_have(got, EVENT_ERROR_MESSAGE))
		contents_read_error(c->f, got, got->value[EVENT_ERROR_MESSAGE]);
	if (rule->has_log)
		contents_read_log(c->f, rule, got, at->level, at->has_lines);
	fields_clear(&c->extra);
	if (rule->has_delta && captures_have(got, EVENT_ADDED)) {
		put_delta(c, got->value[EVENT_ADDED]);
		got->have &= ~FIELD_BIT(EVENT_ADDED);
	}
	if (rule->is_point)
		emit_point(c, rule, got, at, context_of(c, rule, got));
	else
		act(c, rule, got, at);
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

/* What was learned in one file need not hold in the next. */
static void
forget(struct correlator *c)
{
	span_stop_waiting(&c->spans);
	tables_clear(&c->tables);
	for (int i = 0; i < c->f->queue_count; i++)
		request_clear(&c->queues[i]);
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
	correlator_end(c);
	tables_free(&c->tables);
	for (int i = 0; i < c->f->queue_count; i++)
		request_free(&c->queues[i]);
	announce_free(&c->announcer);
	span_pool_free(&c->spans);
	fields_free(&c->extra);
	free(c->scratch);
	free(c);
}
