/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/emit.h"
#include "tele/json.h"
#include "tele/wide.h"

enum { MAX_HELD_TEXT = 4 << 20 };

/* An event that waits, or the text of those between it and the next. */
struct emit_held {
	void *thing; /* NULL for text */
	uint64_t line;
	size_t text_len;
};

/* `,"name":"` and the quote that follows the value, if any. */
struct literal {
	char text[WIDE_SLACK];
	uint8_t len;
	bool is_quoted;
};

static struct literal key_texts[EVENT_KEYS];
static struct literal kind_texts[KINDS]; /* `,"kind":"beat"` */

static const uint64_t where = ~(FIELD_BIT(EVENT_TIME) | FIELD_BIT(EVENT_KIND) |
    FIELD_BIT(EVENT_NAME) | FIELD_BIT(EVENT_DURATION_MS) |
    FIELD_BIT(EVENT_SELF_MS) | FIELD_BIT(EVENT_STATUS) | FIELD_BIT(EVENT_SPAN) |
    FIELD_BIT(EVENT_PARENT) | FIELD_BIT(EVENT_SESSION) | FIELD_BIT(EVENT_SRC) |
    FIELD_BIT(EVENT_SRC_LINE));

static void
make_key_texts(void)
{
	for (int key = 0; key < EVENT_KEYS; key++) {
		struct literal *l = &key_texts[key];
		struct slice name = event_keys[key].name;

		l->is_quoted = event_keys[key].type == EVENT_STRING;
		memcpy(l->text, ",\"", 2);
		memcpy(l->text + 2, name.ptr, name.len);
		memcpy(l->text + 2 + name.len, "\":\"", 3);
		l->len = (uint8_t)(name.len + 4 + l->is_quoted);
	}
	for (int kind = 0; kind < KINDS; kind++)
		kind_texts[kind].len = (uint8_t)snprintf(kind_texts[kind].text,
		    WIDE_SLACK, ",\"kind\":\"%s\"", event_kind_names[kind]);
}

const struct status_text status_ok = { "ok", 2 }, status_error = { "error", 5 },
			 status_unfinished = { "unfinished", 10 };

/* Only the seconds of S change: it is of the same minute and form. */
static void
set_seconds(struct stamp *s)
{
	enum { SECONDS = 17, FRACTION = 20 }; /* "2026-01-02T03:04:05.678Z" */
	int64_t rest = s->ns - s->minute_ns;
	uint32_t seconds = (uint32_t)(rest / NS_PER_S);
	uint32_t fraction = (uint32_t)(rest % NS_PER_S);

	s->text[SECONDS] = (char)('0' + seconds / 10);
	s->text[SECONDS + 1] = (char)('0' + seconds % 10);
	if (s->digits == 3) { /* as most have */
		fraction /= 1000000;
		s->text[FRACTION] = (char)('0' + fraction / 100);
		s->text[FRACTION + 1] = (char)('0' + fraction / 10 % 10);
		s->text[FRACTION + 2] = (char)('0' + fraction % 10);
		return;
	}
	for (int i = s->digits; i < 9; i++)
		fraction /= 10;
	for (int i = s->digits; i-- > 0; fraction /= 10)
		s->text[FRACTION + i] = (char)('0' + fraction % 10);
}

void
stamp_set(struct stamp *s, const struct timestamp *t, struct slice source)
{
	const int64_t minute = 60 * NS_PER_S;
	const char *p = source.ptr;
	size_t whole = t->digits > 0 ? 21 + (size_t)t->digits : 20;

	s->is_set = true;
	if (s->minute_ns > 0 && t->digits == s->digits &&
	    t->ns >= s->minute_ns && t->ns - s->minute_ns < minute) {
		s->ns = t->ns;
		set_seconds(s);
		return;
	}
	s->ns = t->ns;
	s->digits = t->digits;
	s->minute_ns = t->ns > 0 ? t->ns - t->ns % minute : 0;
	/* Most logs have it in the right form already. */
	if (source.len == whole && p[10] == 'T' && p[whole - 1] == 'Z' &&
	    (t->digits == 0 || p[19] == '.') && p[17] != '6') {
		s->len = (uint8_t)whole;
		memcpy(s->text, p, whole);
		return;
	}
	s->len = (uint8_t)timestamp_format(s->text, t->ns, t->digits);
}

/* TEXT escaped, in the arena of the emitter. */
static struct slice
escaped(struct emitter *e, struct slice before, const char *text,
    struct slice after)
{
	size_t len = strlen(text);
	char *p = arena_alloc(&e->arena,
	    before.len + len * 6 + 16 + after.len + WIDE_SLACK);
	char *start = p;

	memcpy(p, before.ptr, before.len);
	p += before.len;
	p += json_escape(p, (struct slice){ text, len });
	memcpy(p, after.ptr, after.len);
	return slice_range(start, p + after.len);
}

void
emit_init(struct emitter *e, struct out *out,
    const struct emit_options *options)
{
	*e = (struct emitter){ .out = out, .options = *options };
	make_key_texts();
	if (options->session != NULL)
		e->session = escaped(e, SLICE(""), options->session, SLICE(""));
}

void
emit_free(struct emitter *e)
{
	arena_free(&e->arena);
	free(e->held);
	free(e->text);
}

void
emit_source(struct emitter *e, const char *src)
{
	e->src = escaped(e, SLICE(",\"src\":\""), src,
	    SLICE("\",\"src_line\":"));
}

static inline char *
put_key(char *p, enum event_key key)
{
	return wide_copy(p, key_texts[key].text, key_texts[key].len);
}

static inline char *
put_string(char *p, enum event_key key, struct slice json)
{
	p = put_key(p, key);
	p = wide_copy(p, json.ptr, json.len);
	*p++ = '"';
	return p;
}

static char *
put_ms(char *p, enum event_key key, int64_t ns)
{
	p = put_key(p, key);
	return p + duration_format_ms(p, ns);
}

static inline char *
put_captured(char *p, const struct emission *m, enum event_key key)
{
	struct slice value = m->captures->value[key];

	p = put_key(p, key);
	if (m->captured_json)
		p += json_tame(p, value);
	else
		p += json_escape(p, value);
	if (key_texts[key].is_quoted)
		*p++ = '"';
	return p;
}

/* The value of KEY from the first source that has it. */
static inline char *
put_from_source(char *p, const struct emission *m, enum event_key key)
{
	const struct fields *f;
	int i = 0;

	while (
	    ((m->sources[i].mask & m->sources[i].fields->have) >> key & 1) == 0)
		i++;
	f = m->sources[i].fields;
	p = put_key(p, key);
	p = wide_copy(p, f->text + f->value[key].at, f->value[key].len);
	if (key_texts[key].is_quoted)
		*p++ = '"';
	return p;
}

static char *
put_values(char *p, const struct emission *m, uint64_t keys)
{
	enum event_key key;

	for (; keys != 0; keys &= keys - 1) {
		key = (enum event_key)__builtin_ctzll(keys);
		if ((m->captured >> key & 1) != 0)
			p = put_captured(p, m, key);
		else
			p = put_from_source(p, m, key);
	}
	return p;
}

/* The format's own fields that the user asked to keep. */
static char *
put_kept(char *p, const struct emitter *e, const struct emission *m,
    uint64_t fields)
{
	struct slice name;
	int field;

	for (fields &= e->options.keep; fields != 0; fields &= fields - 1) {
		field = __builtin_ctzll(fields);
		name = field_name(e->options.names, field);
		memcpy(p, ",\"attr.", 7);
		p += 7;
		p += json_escape(p, name);
		memcpy(p, "\":\"", 3);
		p += 3;
		if ((m->captured >> field & 1) != 0) {
			struct slice value = m->captures->value[field];

			if (m->captured_json)
				p += json_tame(p, value);
			else
				p += json_escape(p, value);
		} else {
			for (int i = 0; i < m->source_count; i++) {
				const struct fields *f = m->sources[i].fields;

				if (!fields_has(f, field))
					continue;
				memcpy(p, fields_get(f, field).ptr,
				    fields_get(f, field).len);
				p += fields_get(f, field).len;
				break;
			}
		}
		*p++ = '"';
	}
	return p;
}

static char *
put_event(char *p, const struct emitter *e, const struct emission *m,
    uint64_t fields)
{
	const uint64_t upto_status = (FIELD_BIT(EVENT_STATUS)) - 1;
	const uint64_t upto_span = (FIELD_BIT(EVENT_SPAN)) - 1;
	const uint64_t upto_session = (FIELD_BIT(EVENT_SESSION)) - 1;
	const uint64_t all = (FIELD_BIT(EVENT_KEYS)) - 1;
	uint64_t keys = fields & where & all;
	char *start = p;

	if (m->time != NULL && m->time->is_set) {
		p = put_key(p, EVENT_TIME);
		p = wide_copy(p, m->time->text, m->time->len);
		*p++ = '"';
	}
	p = wide_copy(p, kind_texts[m->kind].text, kind_texts[m->kind].len);
	if (m->name.len > 0)
		p = put_string(p, EVENT_NAME, m->name);
	if (m->has_duration) {
		p = put_ms(p, EVENT_DURATION_MS, m->duration_ns);
		if (m->self_ns >= 0)
			p = put_ms(p, EVENT_SELF_MS, m->self_ns);
	}
	p = put_values(p, m, keys & upto_status);
	if (m->status != NULL)
		p = put_string(p, EVENT_STATUS,
		    (struct slice){ m->status->text, m->status->len });
	p = put_values(p, m, keys & upto_span & ~upto_status);
	if (m->span.len > 0)
		p = put_string(p, EVENT_SPAN, m->span);
	if (m->parent.len > 0)
		p = put_string(p, EVENT_PARENT, m->parent);
	p = put_values(p, m, keys & upto_session & ~upto_span);
	if (e->session.len > 0)
		p = put_string(p, EVENT_SESSION, e->session);
	else
		p = put_values(p, m, fields & FIELD_BIT(EVENT_SESSION));
	p = put_values(p, m, keys & ~upto_session);
	p = wide_copy(p, e->src.ptr, e->src.len);
	p += decimal_format(p, m->line);
	if ((fields & ~all & e->options.keep) != 0)
		p = put_kept(p, e, m, fields & ~all);
	if (m->extra.len > 0)
		p = mempcpy(p, m->extra.ptr, m->extra.len);
	*start = '{';
	*p++ = '}';
	*p++ = '\n';
	return p;
}

static bool
passes(const struct emit_options *o, const struct emission *m)
{
	if (o->kinds != 0 && (o->kinds >> m->kind & 1) == 0)
		return false;
	if (!o->has_since && !o->has_until)
		return true;
	if (m->time == NULL || !m->time->is_set)
		return false;
	return (!o->has_since || m->time->ns >= o->since_ns) &&
	    (!o->has_until || m->time->ns < o->until_ns);
}

/* How many bytes the event takes at most. */
static size_t
bound(const struct emitter *e, const struct emission *m)
{
	size_t size = 2048 + e->src.len + e->session.len + m->name.len +
	    m->span.len + m->parent.len + m->extra.len;
	uint64_t set = m->captured;

	for (; set != 0; set &= set - 1)
		size += m->captures->value[__builtin_ctzll(set)].len * 6 +
		    WIDE_SLACK;
	for (int i = 0; i < m->source_count; i++)
		size += m->sources[i].fields->used;
	return size;
}

static char *
reserve_held(struct emitter *e, size_t size)
{
	e->text = mem_grow(e->text, &e->text_cap, e->text_len + size, 1);
	return e->text + e->text_len;
}

static struct emit_held *
held_at(struct emitter *e, size_t i)
{
	return &e->held[(e->held_first + i) % e->held_cap];
}

static struct emit_held *
push_held(struct emitter *e)
{
	struct emit_held *ring;
	size_t cap = e->held_cap > 0 ? e->held_cap * 2 : 64;

	if (e->held_count == e->held_cap) {
		ring = mem_zalloc(cap, sizeof(*ring));
		for (size_t i = 0; i < e->held_count; i++)
			ring[i] = *held_at(e, i);
		free(e->held);
		e->held = ring;
		e->held_cap = cap;
		e->held_first = 0;
	}
	return held_at(e, e->held_count++);
}

/* Text of LEN bytes was added at the end of those that wait. */
static void
note_held_text(struct emitter *e, size_t len, uint64_t line)
{
	struct emit_held *last = held_at(e, e->held_count - 1);

	if (last->thing != NULL) {
		last = push_held(e);
		*last = (struct emit_held){ .line = line };
	}
	last->text_len += len;
	e->text_len += len;
	if (e->text_len > MAX_HELD_TEXT)
		emit_release(e, line, true);
}

void
emit_event(struct emitter *e, const struct emission *m)
{
	if (e->through != NULL)
		e->through(e->through_arg, e, m);
	else
		emit_directly(e, m);
}

void
emit_directly(struct emitter *e, const struct emission *m)
{
	bool held = e->held_count > 0 && !e->now;
	uint64_t fields = m->captured;
	size_t size;
	char *p, *end;

	if (!passes(&e->options, m))
		return;
	for (int i = 0; i < m->source_count; i++)
		fields |= m->sources[i].fields->have & m->sources[i].mask;
	size = bound(e, m);
	p = held ? reserve_held(e, size) : out_reserve(e->out, size);
	end = put_event(p, e, m, fields);
	e->count++;
	if (held)
		note_held_text(e, (size_t)(end - p), m->line);
	else
		out_commit(e->out, end);
}

void
emit_hold(struct emitter *e, void *thing, uint64_t line)
{
	*push_held(e) = (struct emit_held){ .thing = thing, .line = line };
}

void
emit_release(struct emitter *e, uint64_t line, bool everything)
{
	struct emit_held *first;
	size_t written = 0;
	bool expired;

	while (e->held_count > 0) {
		first = held_at(e, 0);
		if (first->thing == NULL) {
			out_write(e->out,
			    (struct slice){ e->text + written,
				first->text_len });
			written += first->text_len;
		} else {
			expired = everything ||
			    line - first->line > EMIT_HOLD_LINES;
			e->now = true;
			if (!e->settle(e->arg, first->thing, expired)) {
				e->now = false;
				break;
			}
			e->now = false;
		}
		e->held_first = (e->held_first + 1) % e->held_cap;
		e->held_count--;
	}
	if (written > 0) {
		memmove(e->text, e->text + written, e->text_len - written);
		e->text_len -= written;
	}
}

void
emit_expire(struct emitter *e, uint64_t line)
{
	if (e->held_count > 0 && line - held_at(e, 0)->line > EMIT_HOLD_LINES)
		emit_release(e, line, false);
}
