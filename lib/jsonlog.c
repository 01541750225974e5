/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/convert.h"
#include "tele/duration.h"
#include "tele/jsonlog.h"
#include "tele/level.h"
#include "tele/map.h"
#include "tele/pairs.h"
#include "tele/stack.h"

enum {
	MAX_DEPTH = 16,
	MAX_LATE = 8 << 20, /* bytes of events that wait for a name */
};

/* What stands for a name that is not known yet: no event contains it. */
static const char late_mark = '\1';

#define BIT(field) (UINT64_C(1) << (field))

/* A container that is being streamed. */
struct container {
	const struct json_place *place;
	bool is_object;
	bool has_members; /* a comma must come before the next */
	/* What rules want of an object around their records. */
	struct fields kept;
	char types[FIELDS];
};

enum walk_state { AT_VALUE, AFTER_VALUE, AT_MEMBER };

/* What the walk says of the text that it has. */
enum walk_result { WALK_ON, WALK_MORE, WALK_END, WALK_FAULT };

struct jsonlog {
	const struct format *f;
	struct json_format *json;
	struct emitter *e;
	struct input *in;
	struct container open[MAX_DEPTH];
	int depth;
	enum walk_state state;
	struct json_place *place; /* of the value to come; NULL: skip it */
	struct json_fault fault;
	uint64_t matched, unmatched;
	bool is_dry; /* count, do not emit */
	size_t fitting;

	struct pairs pairs;
	uint64_t ordinal; /* of the record, where nothing else tells it */

	/* Names that come after the events that want them. */
	struct map names; /* of struct slice: JSON text */
	struct out late, *out;

	/* The event that is being made. */
	struct captures got;
	struct stamp time;
	int64_t start_ns, end_ns, duration_ns;
	bool has_start, has_end, has_duration;
	const struct status_text *status;
	struct arena text;
	char *scratch;
	size_t scratch_used, scratch_cap;
};

struct jsonlog *
jsonlog_new(const struct format *f, struct emitter *e)
{
	struct jsonlog *l = mem_zalloc(1, sizeof(*l));

	l->f = f;
	l->json = f->json;
	l->e = e;
	l->scratch_cap = 64 * 1024;
	l->scratch = mem_alloc(l->scratch_cap);
	map_init(&l->names, sizeof(struct slice));
	l->out = e->out;
	out_open_memory(&l->late);
	return l;
}

void
jsonlog_free(struct jsonlog *l)
{
	for (int i = 0; i < MAX_DEPTH; i++)
		fields_free(&l->open[i].kept);
	arena_free(&l->text);
	map_free(&l->names);
	pairs_free(&l->pairs);
	free(l->late.buf);
	free(l->scratch);
	free(l);
}

uint64_t
jsonlog_matched(const struct jsonlog *l)
{
	return l->matched;
}

uint64_t
jsonlog_unmatched(const struct jsonlog *l)
{
	return l->unmatched;
}

/* Room that lasts as long as the event; what is large goes to the arena. */
static char *
room(struct jsonlog *l, size_t size)
{
	char *p = l->scratch + l->scratch_used;

	size += WIDE_SLACK;
	if (size > l->scratch_cap - l->scratch_used)
		return arena_alloc(&l->text, size);
	l->scratch_used += size;
	return p;
}

/* The object UP levels around the record, or NULL. */
static const struct container *
container_around(const struct jsonlog *l, int up)
{
	int i = l->depth;

	while (i-- > 0)
		if (l->open[i].is_object && --up == 0)
			return &l->open[i];
	return NULL;
}

static bool
value_of(const struct jsonlog *l, const struct picker *picker,
    const struct json_source *s, struct picked *value)
{
	const struct container *c;

	if (s->up == 0) {
		if (!picker_has(picker, s->path))
			return false;
		*value = picker->got[s->path];
	} else {
		c = container_around(l, s->up);
		if (c == NULL || s->path >= FIELDS ||
		    !fields_has(&c->kept, s->path))
			return false;
		value->text = fields_get(&c->kept, s->path);
		value->type = c->types[s->path];
	}
	return value->type != 'n' && value->text.len > 0;
}

/* TEXT, a JSON document or number, as the inside of a string. */
static struct slice
as_string(struct jsonlog *l, struct slice text)
{
	char *p = room(l, text.len * 6 + 16);

	return (struct slice){ p, json_escape(p, text) };
}

static void
set(struct jsonlog *l, int to, struct slice json)
{
	bool is_integer =
	    to < EVENT_KEYS && event_keys[to].type == EVENT_INTEGER;

	for (size_t i = 0; is_integer && i < json.len; i++)
		if (json.ptr[i] < '0' || json.ptr[i] > '9')
			return;
	captures_set(&l->got, to, json);
}

static bool
set_time(struct jsonlog *l, int to, const struct timestamp *t)
{
	if (to == FIELD_END) {
		l->end_ns = t->ns;
		l->has_end = true;
	} else if (to == EVENT_TIME) {
		l->start_ns = t->ns;
		l->has_start = true;
		stamp_set(&l->time, t, SLICE(""));
	} else {
		return false;
	}
	return true;
}

/* A time or duration in units of UNIT_NS. */
static bool
set_number(struct jsonlog *l, int to, struct slice text, int64_t unit_ns)
{
	struct timestamp t;

	if (to == EVENT_DURATION_MS) {
		l->has_duration =
		    duration_scale(text, unit_ns, &l->duration_ns) &&
		    l->duration_ns >= 0;
		return l->has_duration;
	}
	return convert_epoch(text, unit_ns, &t) && set_time(l, to, &t);
}

/* "15.2ms", or a number in the unit that its key names, else in ms. */
static bool
set_duration(struct jsonlog *l, struct slice text, struct slice name)
{
	int64_t unit = convert_unit(name);

	l->has_duration = duration_parse(text, &l->duration_ns) ||
	    (duration_scale(text, unit > 0 ? unit : NS_PER_MS,
		 &l->duration_ns) &&
		l->duration_ns >= 0);
	return l->has_duration;
}

static bool
set_status(struct jsonlog *l, bool is_error)
{
	l->status = is_error ? &status_error : &status_ok;
	return true;
}

static bool
set_level(struct jsonlog *l, int to, struct slice level)
{
	if (level.len == 0)
		return false;
	set(l, to, level);
	return true;
}

/* `"TRACE/SPAN"` at P, the end of a list that is being made. */
static char *
put_link(char *p, struct slice trace, struct slice span)
{
	if (p[-1] != '[')
		*p++ = ',';
	*p++ = '"';
	p += convert_id(p, trace);
	*p++ = '/';
	p += convert_id(p, span);
	*p++ = '"';
	return p;
}

/*
 * A list of objects that name a trace and a span: OTLP's links, or Jaeger's
 * references, of which the first child-of of the same trace is the parent.
 */
static bool
set_links(struct jsonlog *l, struct slice list, bool has_parent)
{
	static const struct slice names[] = { { "traceId", 7 },
		{ "traceID", 7 }, { "trace_id", 8 }, { "spanId", 6 },
		{ "spanID", 6 }, { "span_id", 7 }, { "refType", 7 } };
	struct slice value[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	char *start = room(l, list.len * 2 + 64), *p = start, *id;
	struct json j;
	enum json_token token;
	int which;

	*p++ = '[';
	json_init(&j);
	json_feed(&j, list, true);
	while ((token = json_next(&j)) > JSON_END) {
		if (token == JSON_OBJECT && j.depth == 2)
			memset(value, 0, sizeof(value));
		if (token == JSON_OBJECT_END && j.depth == 1 &&
		    value[0].len > 0 && value[1].len > 0) {
			if (has_parent && !captures_have(&l->got, EVENT_PARENT) &&
			    slice_equal(value[2], SLICE("CHILD_OF"))) {
				id = room(l, value[1].len + 32);
				set(l, EVENT_PARENT,
				    (struct slice){ id,
					convert_id(id, value[1]) });
			} else {
				p = put_link(p, value[0], value[1]);
			}
		}
		if (token != JSON_KEY || j.depth != 2)
			continue;
		for (which = 0; which < 7; which++)
			if (slice_equal(j.text, names[which]))
				break;
		if (which < 7 && json_next(&j) == JSON_STRING)
			value[which / 3] = j.text;
	}
	*p++ = ']';
	if (p - start > 2)
		set(l, EVENT_LINKS, slice_range(start, p));
	return true;
}

/* The name of KEY, or a mark where it goes once it is known. */
static bool
set_name(struct jsonlog *l, int to, struct slice key)
{
	const struct slice *name = map_get(&l->names, key);
	char *p;

	if (name != NULL) {
		set(l, to, *name);
		return true;
	}
	p = room(l, key.len + 2);
	*p = late_mark;
	memcpy(p + 1, key.ptr, key.len);
	p[1 + key.len] = late_mark;
	set(l, to, (struct slice){ p, key.len + 2 });
	l->e->out = &l->late;
	return true;
}

static void
learn_name(struct jsonlog *l, struct slice key, struct slice name)
{
	struct slice *known = map_put(&l->names, key, NULL);

	if (known->len == 0)
		*known = arena_copy(&l->names.arena, name);
}

/* The event at P up to its newline, its name filled in or left out. */
static const char *
write_late(struct jsonlog *l, const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p)) ;
	const char *mark = memchr(p, late_mark, (size_t)(newline - p)), *key;
	const struct slice *name;

	if (mark == NULL) {
		out_write(l->out, slice_range(p, newline + 1));
		return newline + 1;
	}
	key = mark + 1;
	end = memchr(key, late_mark, (size_t)(newline - key));
	name = map_get(&l->names, slice_range(key, end));
	if (name != NULL) {
		out_write(l->out, slice_range(p, mark));
		out_write(l->out, *name);
		out_write(l->out, slice_range(end + 1, newline + 1));
	} else {
		/* Back over `,"service":"`, and over the quote behind. */
		while (*--mark != ',')
			;
		out_write(l->out, slice_range(p, mark));
		out_write(l->out, slice_range(end + 2, newline + 1));
	}
	return newline + 1;
}

/* What waited for names waits no longer. */
static void
flush_late(struct jsonlog *l)
{
	const char *p = l->late.buf, *end = p + l->late.len;

	while (p < end)
		p = write_late(l, p, end);
	l->late.len = 0;
	l->e->out = l->out;
}

/* `{"p1":{"serviceName":"cart"},...}` */
static void
learn_names(struct jsonlog *l, struct slice map)
{
	struct picker *picker = &l->json->names_picker;
	struct json_fault fault;
	struct json j;
	const char *end = map.ptr + map.len, *value;
	struct slice key;

	json_init(&j);
	json_feed(&j, map, true);
	if (json_next(&j) != JSON_OBJECT)
		return;
	while (json_next(&j) == JSON_KEY) {
		key = j.text;
		value = json_blank(j.p, end);
		if (*value != '{')
			return;
		if (picker_read(picker, value, end, &fault) != NULL &&
		    picker_has(picker, l->json->names_path))
			learn_name(l, key,
			    picker->got[l->json->names_path].text);
		json_next(&j);
		while (j.depth > 1)
			json_next(&j);
	}
}

static bool
is_word(struct slice text, const char *word)
{
	return slice_equal(text, slice_of(word));
}

/* Set the field TO from VALUE; false if that is not what it says. */
static bool
convert(struct jsonlog *l, int to, const struct json_source *s,
    const struct picked *value)
{
	struct slice text = value->text;
	struct timestamp t;
	char *p;
	size_t len;

	switch (s->as) {
	case JSON_AS_ID:
		p = room(l, text.len + 32);
		len = convert_id(p, text);
		if (len > 0)
			set(l, to, (struct slice){ p, len });
		return len > 0;
	case JSON_AS_NS:
		return set_number(l, to, text, 1);
	case JSON_AS_US:
		return set_number(l, to, text, NS_PER_US);
	case JSON_AS_MS:
		return set_number(l, to, text, NS_PER_MS);
	case JSON_AS_S:
		return set_number(l, to, text, NS_PER_S);
	case JSON_AS_TIME:
		return convert_time(text, &t) && set_time(l, to, &t);
	case JSON_AS_DURATION:
		return set_duration(l, text, s->name);
	case JSON_AS_LEVEL:
		return set_level(l, to,
		    value->type == '0' ? convert_pino_level(text)
				       : level_name(text));
	case JSON_AS_OTLP_LEVEL:
		return set_level(l, to, convert_otlp_level(text));
	case JSON_AS_SYSLOG_LEVEL:
		return set_level(l, to, convert_syslog_level(text));
	case JSON_AS_OTLP_STATUS:
		return set_status(l,
		    is_word(text, "2") || is_word(text, "STATUS_CODE_ERROR") ||
			is_word(text, "ERROR") || is_word(text, "Error"));
	case JSON_AS_TRUTH:
		return is_word(text, "true") && set_status(l, true);
	case JSON_AS_PRESENCE:
		return set_status(l, true);
	case JSON_AS_HTTP_STATUS:
		return set_level(l, to,
		    text.len == 3 && text.ptr[0] >= '5' ? SLICE("error")
							: SLICE("info"));
	case JSON_AS_LINKS:
	case JSON_AS_REFERENCES:
		return value->type == '[' &&
		    set_links(l, text, s->as == JSON_AS_REFERENCES);
	case JSON_AS_KEY:
		return set_name(l, to, text);
	case JSON_AS_TEXT:
		set(l, to,
		    value->type == '{' || value->type == '['
			? as_string(l, text)
			: text);
		return true;
	}
	return false;
}

static bool
holds(const struct jsonlog *l, const struct picker *picker,
    const struct json_condition *c)
{
	struct picked value = { { "", 0 }, 0 };
	bool is_there = c->source.up == 0
	    ? picker_has(picker, c->source.path)
	    : value_of(l, picker, &c->source, &value);

	if (c->value_count == 0)
		return is_there != c->is_absent;
	if (!value_of(l, picker, &c->source, &value))
		return false;
	for (int i = 0; i < c->value_count; i++)
		if (slice_equal(value.text, c->values[i]))
			return true;
	return false;
}

static bool
all_hold(const struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	for (int i = 0; i < r->condition_count; i++)
		if (!holds(l, picker, &r->conditions[i]))
			return false;
	return true;
}

static void
fill_fields(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct picked value;

	for (int i = 0; i < r->field_count; i++) {
		const struct json_field *f = &r->fields[i];

		if (((f->paths[0] & picker->have[0]) |
			(f->paths[1] & picker->have[1])) == 0 &&
		    !f->is_always)
			continue;
		if (f->to < FIELD_END && captures_have(&l->got, f->to))
			continue;
		for (int j = 0; j < f->source_count; j++)
			if (value_of(l, picker, &f->sources[j], &value) &&
			    convert(l, f->to, &f->sources[j], &value))
				break;
	}
}

/* Where in the code an error's stack says that it was. */
static void
read_stack(struct jsonlog *l)
{
	struct slice json = l->got.value[EVENT_ERROR_STACK];
	char *plain = room(l, json.len);
	struct stack stack;

	stack_parse(&stack,
	    (struct slice){ plain, json_unescape(plain, json) },
	    l->f->library, l->f->library_count);
	if (stack.type.len > 0 && !captures_have(&l->got, EVENT_ERROR_TYPE))
		set(l, EVENT_ERROR_TYPE, as_string(l, stack.type));
	if (stack.message.len > 0 &&
	    !captures_have(&l->got, EVENT_ERROR_MESSAGE))
		set(l, EVENT_ERROR_MESSAGE, as_string(l, stack.message));
	if (!stack.has_top || captures_have(&l->got, EVENT_CODE_FILE))
		return;
	set(l, EVENT_CODE_FILE, as_string(l, stack.top.file));
	if (stack.top.line.len > 0)
		set(l, EVENT_CODE_LINE, stack.top.line);
	if (stack.top.function.len > 0)
		set(l, EVENT_CODE_FUNCTION, as_string(l, stack.top.function));
}

static struct slice
field(const struct jsonlog *l, int key)
{
	return captures_have(&l->got, key) ? l->got.value[key]
					   : (struct slice){ "", 0 };
}

/* `ID` and the suffix that tells it from another half of the same span. */
static struct slice
suffixed(struct jsonlog *l, struct slice id, struct slice suffix)
{
	char *p = room(l, id.len + suffix.len);

	memcpy(p, id.ptr, id.len);
	memcpy(p + id.len, suffix.ptr, suffix.len);
	return (struct slice){ p, id.len + suffix.len };
}

static void
finish_event(struct jsonlog *l, const struct json_rule *r)
{
	static const struct status_text error_name = { "Error", 5 };

	if (captures_have(&l->got, EVENT_ERROR_STACK))
		read_stack(l);
	if (r->kind == KIND_ERROR) {
		set(l, EVENT_LEVEL, SLICE("error"));
		if (!captures_have(&l->got, EVENT_ERROR_TYPE))
			set(l, EVENT_ERROR_TYPE,
			    (struct slice){ error_name.text,
				error_name.len });
		if (!captures_have(&l->got, EVENT_NAME))
			set(l, EVENT_NAME, l->got.value[EVENT_ERROR_TYPE]);
	}
	if (!l->has_duration && l->has_end && l->has_start &&
	    l->end_ns >= l->start_ns) {
		l->duration_ns = l->end_ns - l->start_ns;
		l->has_duration = true;
	}
	if (r->id_suffix.len > 0 && captures_have(&l->got, EVENT_SPAN)) {
		set(l, EVENT_PARENT, l->got.value[EVENT_SPAN]);
		set(l, EVENT_SPAN,
		    suffixed(l, l->got.value[EVENT_SPAN], r->id_suffix));
	}
}

/* What pairs records: the values of the rule's keys, slashes between them. */
static struct slice
pair_key(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct picked part[JSON_SOURCES] = { 0 };
	size_t len = (size_t)r->pair_key_count;
	char *key, *p;

	for (int i = 0; i < r->pair_key_count && i < JSON_SOURCES; i++)
		if (value_of(l, picker, &r->pair_keys[i], &part[i]))
			len += part[i].text.len;
	key = p = room(l, len);
	for (int i = 0; i < r->pair_key_count && i < JSON_SOURCES; i++) {
		if (i > 0)
			*p++ = '/';
		if (part[i].text.len > 0)
			memcpy(p, part[i].text.ptr, part[i].text.len);
		p += part[i].text.len;
	}
	return slice_range(key, p);
}

/* The id of a span that the log itself gives none. */
static struct slice
made_id(struct jsonlog *l, uint64_t number)
{
	char *p = room(l, 24);

	*p = 'x';
	return (struct slice){ p, 1 + decimal_format(p + 1, number) };
}

/* The open work of KEY that the event happens in is its parent. */
static void
set_parent(struct jsonlog *l, struct slice key, const struct open_work *of)
{
	const struct open_work *outer = of != NULL
	    ? of->in_bucket
	    : pairs_find(&l->pairs, key, (struct slice){ "", 0 }, false);

	while (of != NULL && outer != NULL &&
	    !(outer->key_len == key.len &&
		memcmp(outer->key, key.ptr, key.len) == 0))
		outer = outer->in_bucket;
	if (outer != NULL)
		set(l, EVENT_PARENT, made_id(l, outer->id));
}

static void
begin_work(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct open_work *w = pairs_begin(&l->pairs, pair_key(l, picker, r));

	w->time = l->time;
	w->line = l->in->line;
	w->id = l->ordinal;
	for (uint64_t set = l->got.have; set != 0; set &= set - 1) {
		int i = __builtin_ctzll(set);

		fields_set_json(&w->values, i, l->got.value[i]);
	}
}

/* The event of W, which ends now or with the input. */
static void
emit_work(struct jsonlog *l, struct open_work *w, enum event_kind kind,
    const struct status_text *status)
{
	struct slice key = { w->key, w->key_len };
	struct emission m = { .kind = kind,
		.time = &w->time,
		.self_ns = -1,
		.status = status,
		.span = made_id(l, w->id),
		.captures = &l->got,
		.captured_json = true,
		.line = w->line };

	if (!fields_has(&w->values, EVENT_TRACE))
		fields_set(&w->values, EVENT_TRACE, key);
	if (fields_has(&w->values, EVENT_NAME))
		m.name = fields_get(&w->values, EVENT_NAME);
	set_parent(l, key, w);
	m.parent = field(l, EVENT_PARENT);
	if (l->has_start && w->time.is_set && l->start_ns >= w->time.ns) {
		m.has_duration = true;
		m.duration_ns = l->start_ns - w->time.ns;
	}
	m.sources[m.source_count].fields = &w->values;
	m.sources[m.source_count++].mask = ~UINT64_C(0);
	emit_event(l->e, &m);
	pairs_end(&l->pairs, w);
}

/* False if nothing had begun that could end here. */
static bool
finish_work(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct slice key = pair_key(l, picker, r);
	struct slice name = field(l, EVENT_NAME), any = { "", 0 };
	struct open_work *w = pairs_find(&l->pairs, key, name, false);

	/* A wrong name still ends something: what began last. */
	if (w == NULL)
		w = pairs_find(&l->pairs, key, any, false);
	if (w == NULL)
		return false;
	l->got.have = 0;
	emit_work(l, w, r->kind, &status_ok);
	return true;
}

/* What has begun and not ended, innermost first. */
static void
abandon_work(struct jsonlog *l)
{
	while (l->pairs.newest != NULL) {
		l->got.have = 0;
		l->has_start = false;
		l->scratch_used = 0;
		emit_work(l, l->pairs.newest, KIND_SPAN, &status_unfinished);
	}
}

static void
begin_event(struct jsonlog *l)
{
	l->got.have = 0;
	l->has_start = l->has_end = l->has_duration = false;
	l->time.is_set = false;
	l->status = NULL;
	l->scratch_used = 0;
	if (l->text.blocks != NULL)
		arena_free(&l->text);
}

static void
emit(struct jsonlog *l, const struct json_rule *r)
{
	const uint64_t special = BIT(EVENT_TIME) | BIT(EVENT_NAME) |
	    BIT(EVENT_SPAN) | BIT(EVENT_PARENT) | BIT(EVENT_STATUS);
	struct emission m = { .kind = r->kind,
		.time = &l->time,
		.name = field(l, EVENT_NAME),
		.has_duration = l->has_duration,
		.duration_ns = l->duration_ns,
		.self_ns = -1,
		.span = field(l, EVENT_SPAN),
		.parent = field(l, EVENT_PARENT),
		.captures = &l->got,
		.captured = l->got.have & ~special,
		.captured_json = true,
		.line = l->in->line };

	if (event_kind_is_work(r->kind))
		m.status = l->status != NULL ? l->status : &status_ok;
	emit_event(l->e, &m);
}

/* The records within a record: what it says of itself holds for them, too. */
static void
take_inside(struct jsonlog *l, const struct json_rule *r,
    const struct picked *list)
{
	static const uint64_t shared = BIT(EVENT_TRACE) | BIT(EVENT_SERVICE) |
	    BIT(EVENT_SESSION);
	const char *p = list->text.ptr, *end = p + list->text.len;
	struct picker *picker = &r->inside->picker;
	struct captures outer = l->got;
	struct stamp time = l->time;
	const struct status_text *status = l->status;
	bool has_duration = l->has_duration;
	int64_t duration_ns = l->duration_ns;

	while ((p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		p = picker_read(picker, p, end, &l->fault);
		if (p == NULL)
			break;
		for (int i = 0; i < r->inside->rule_count; i++) {
			const struct json_rule *inner = &r->inside->rules[i];

			if (!all_hold(l, picker, inner))
				continue;
			l->got.have = outer.have & shared;
			l->has_start = l->has_end = l->has_duration = false;
			l->time.is_set = false;
			if ((outer.have & BIT(EVENT_SPAN)) != 0)
				set(l, EVENT_PARENT, outer.value[EVENT_SPAN]);
			fill_fields(l, picker, inner);
			finish_event(l, inner);
			emit(l, inner);
			break;
		}
	}
	l->got = outer;
	l->time = time;
	l->status = status;
	l->has_duration = has_duration;
	l->duration_ns = duration_ns;
}

static void
take_record(struct jsonlog *l, struct json_record *rec)
{
	struct picked list, name;

	for (int i = 0; i < rec->rule_count; i++) {
		const struct json_rule *r = &rec->rules[i];

		if (!all_hold(l, &rec->picker, r))
			continue;
		l->matched++;
		if (r->action == JSON_NAME) {
			if (value_of(l, &rec->picker, &r->key, &list) &&
			    value_of(l, &rec->picker, &r->value, &name))
				learn_name(l, list.text, name.text);
			return;
		}
		begin_event(l);
		fill_fields(l, &rec->picker, r);
		l->ordinal++;
		if (r->action == JSON_BEGIN) {
			begin_work(l, &rec->picker, r);
			return;
		}
		if (r->action == JSON_FINISH) {
			if (!finish_work(l, &rec->picker, r)) {
				l->matched--;
				l->unmatched++;
			}
			return;
		}
		if (r->pair_key_count > 0) {
			struct slice key = pair_key(l, &rec->picker, r);

			set(l, EVENT_TRACE, key);
			set(l, EVENT_SPAN, made_id(l, l->ordinal));
			set_parent(l, key, NULL);
		}
		finish_event(l, r);
		if (r->inside != NULL &&
		    value_of(l, &rec->picker, &r->inside_list, &list) &&
		    list.type == '[')
			take_inside(l, r, &list);
		emit(l, r);
		if (l->late.len > MAX_LATE)
			flush_late(l);
		return;
	}
	l->unmatched++;
}

/* Whether a record has what all records of the format have. */
static bool
fits(const struct json_record *rec)
{
	bool any = rec->any_count == 0;

	for (int i = 0; i < rec->any_count; i++)
		any |= picker_has(&rec->picker, rec->any_paths[i]);
	if (!any)
		return false;
	for (int i = 0; i < rec->need_count; i++)
		if (!picker_has(&rec->picker, rec->need_paths[i]))
			return false;
	return true;
}

/* Everything before TO has been taken. */
static void
advance(struct jsonlog *l, const char *to)
{
	struct input *in = l->in;
	const char *p = in->p, *newline;

	while ((newline = memchr(p, '\n', (size_t)(to - p))) != NULL) {
		in->line++;
		in->column = 0;
		p = newline + 1;
	}
	in->column += (uint64_t)(to - p);
	in->p = in->line_start = to;
}

static enum walk_result
faulty(struct jsonlog *l, const char *at, const char *what)
{
	l->fault = (struct json_fault){ at, what };
	return WALK_FAULT;
}

/* A scanner gave up at l->fault: for good, or for want of text? */
static enum walk_result
stopped(const struct jsonlog *l)
{
	return l->fault.what == NULL ? WALK_MORE : WALK_FAULT;
}

static enum walk_result
enter(struct jsonlog *l, const char *p)
{
	struct container *f;

	if (l->depth == MAX_DEPTH)
		return faulty(l, p, "too many containers");
	f = &l->open[l->depth++];
	f->place = l->place;
	f->is_object = *p == '{';
	f->has_members = false;
	fields_clear(&f->kept);
	advance(l, p + 1);
	l->state = AT_MEMBER;
	return WALK_ON;
}

static struct json_place *
child_of(const struct json_place *place, bool is_array, struct slice key)
{
	struct json_place *child = place->child;

	while (child != NULL &&
	    (child->is_array != is_array ||
		(!is_array && !slice_equal(child->key, key))))
		child = child->sibling;
	return child;
}

static enum walk_result
walk_value(struct jsonlog *l, const char *p, const char *end)
{
	struct json_place *place = l->place;
	const char *after;
	bool is_record = place != NULL && place->record != NULL && *p == '{';

	if (is_record) {
		after = picker_read(&place->record->picker, p, end, &l->fault);
	} else if (place != NULL &&
	    ((*p == '[' && child_of(place, true, SLICE("")) != NULL) ||
		(*p == '{' && (place->child != NULL || place->has_picker)))) {
		return enter(l, p);
	} else if (place == l->json->root && *p != '{' && *p != '[') {
		return faulty(l, p, "expected '{'");
	} else {
		after = json_value(p, end, &l->fault);
	}
	if (after == NULL)
		return stopped(l);
	advance(l, p);
	if (is_record) {
		if (l->is_dry) {
			l->fitting += fits(place->record);
			l->matched++;
		} else if (place->record->any_count == 0 ||
		    fits(place->record)) {
			take_record(l, place->record);
		} else {
			l->unmatched++;
		}
	}
	advance(l, after);
	l->state = AFTER_VALUE;
	return WALK_ON;
}

/* Keep what rules want of the object that F is: its member KEY. */
static enum walk_result
keep_member(struct jsonlog *l, struct container *f, struct slice key,
    const char *value, const char *end)
{
	struct picker *picker = (struct picker *)&f->place->picker;
	const char *after;

	picker->have[0] = picker->have[1] = 0;
	after = picker_read_member(picker, key, value, end, &l->fault);
	if (after == NULL)
		return stopped(l);
	for (int i = 0; i < picker->count && i < FIELDS; i++) {
		if (!picker_has(picker, i))
			continue;
		fields_set_json(&f->kept, i, picker->got[i].text);
		f->types[i] = picker->got[i].type;
	}
	advance(l, after);
	l->state = AFTER_VALUE;
	return WALK_ON;
}

/* Names hold within the object that has them. */
static void
forget_names(struct jsonlog *l)
{
	flush_late(l);
	if (l->names.count > 0) {
		map_free(&l->names);
		map_init(&l->names, sizeof(struct slice));
	}
}

/* The innermost container ends at P. */
static void
leave(struct jsonlog *l, const char *p)
{
	if (l->open[--l->depth].is_object && l->json->names_in.len > 0)
		forget_names(l);
	advance(l, p + 1);
}

/* The next member of the innermost container, or its end. */
static enum walk_result
walk_member(struct jsonlog *l, const char *p, const char *end)
{
	struct container *f = &l->open[l->depth - 1];
	const char *after, *value;
	struct slice key;

	if (*p == (f->is_object ? '}' : ']') &&
	    (!f->has_members || l->json->is_lenient)) {
		leave(l, p);
		l->state = AFTER_VALUE;
		return WALK_ON;
	}
	if (!f->is_object) {
		f->has_members = true;
		l->place = child_of(f->place, true, SLICE(""));
		l->state = AT_VALUE;
		return WALK_ON;
	}
	if (*p != '"')
		return faulty(l, p, "expected a key in quotes");
	after = json_string(p, end, &l->fault);
	if (after == NULL)
		return stopped(l);
	key = slice_range(p + 1, after - 1);
	value = json_blank(after, end);
	if (value < end && *value != ':')
		return faulty(l, value, "expected ':' after key");
	value = value < end ? json_blank(value + 1, end) : end;
	if (value == end)
		return WALK_MORE;
	l->place = child_of(f->place, false, key);
	if (l->place == NULL && l->json->names_in.len > 0 && *value == '{' &&
	    slice_equal(key, l->json->names_in)) {
		after = json_value(value, end, &l->fault);
		if (after == NULL)
			return stopped(l);
		learn_names(l, slice_range(value, after));
	}
	if (l->place == NULL && f->place->has_picker) {
		f->has_members = true;
		return keep_member(l, f, key, value, end);
	}
	f->has_members = true;
	advance(l, value);
	l->state = AT_VALUE;
	return WALK_ON;
}

static enum walk_result
walk_after(struct jsonlog *l, const char *p)
{
	const struct container *f = &l->open[l->depth - 1];

	if (*p == ',') {
		advance(l, p + 1);
		l->state = AT_MEMBER;
		return WALK_ON;
	}
	if (*p != (f->is_object ? '}' : ']'))
		return faulty(l, p,
		    f->is_object ? "expected ',' or '}' after value"
				 : "expected ',' or ']' after value");
	leave(l, p);
	return WALK_ON;
}

/* One step further in what is there. */
static enum walk_result
walk(struct jsonlog *l)
{
	const char *end = l->in->end, *p = json_blank(l->in->p, end);

	if (l->state == AFTER_VALUE && l->depth == 0) {
		l->state = AT_VALUE;
		l->place = l->json->root;
	}
	if (p == end)
		return l->depth == 0 && l->state == AT_VALUE ? WALK_END
							     : WALK_MORE;
	switch (l->state) {
	case AT_VALUE:
		return walk_value(l, p, end);
	case AFTER_VALUE:
		return walk_after(l, p);
	default:
		return walk_member(l, p, end);
	}
}

static void
start_over(struct jsonlog *l)
{
	l->depth = 0;
	l->state = AT_VALUE;
	l->place = l->json->root;
}

/* Report, then go on behind the next newline as if nothing had been open. */
static void
reject(struct jsonlog *l)
{
	struct input *in = l->in;
	const char *newline;

	input_malformed(in, l->fault.at,
	    l->fault.what != NULL ? l->fault.what
				  : "unexpected end of the document");
	for (;;) {
		newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
		advance(l, newline != NULL ? newline + 1 : in->end);
		if (newline != NULL || !input_extend(in))
			break;
	}
	start_over(l);
}

/* Whether the end of the file may come here. */
static bool
may_end(const struct jsonlog *l)
{
	return l->json->is_lenient && l->depth > 0 && l->state != AT_VALUE &&
	    json_blank(l->in->p, l->in->end) == l->in->end;
}

void
jsonlog_file(struct jsonlog *l, struct input *in)
{
	enum walk_result result;

	l->in = in;
	in->line = 1;
	in->column = 0;
	in->line_start = in->p;
	start_over(l);
	for (;;) {
		result = walk(l);
		if (result == WALK_ON)
			continue;
		if (result == WALK_FAULT) {
			reject(l);
			continue;
		}
		if (input_extend(in)) {
			in->line_start = in->p;
			continue;
		}
		if (result == WALK_END || may_end(l))
			break;
		/* Nothing more comes, or what is there is too long. */
		l->fault = (struct json_fault){ NULL,
			(size_t)(in->end - in->p) > input_options.max_line
			    ? input_too_long
			    : NULL };
		reject(l);
		if (in->p == in->end && !input_extend(in))
			break;
	}
	advance(l, in->end);
	abandon_work(l);
	forget_names(l);
	l->ordinal = 0;
}

size_t
jsonlog_score(struct jsonlog *l, struct slice sample, size_t *seen)
{
	struct input in;
	uint64_t matched = l->matched;

	input_open_memory(&in, "", sample);
	l->in = &in;
	l->is_dry = true;
	l->fitting = 0;
	start_over(l);
	while (walk(l) == WALK_ON)
		;
	l->is_dry = false;
	*seen = l->matched - matched;
	l->matched = matched;
	input_close(&in);
	return l->fitting;
}
