/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/convert.h"
#include "tele/duration.h"
#include "tele/jsonevent.h"
#include "tele/level.h"
#include "tele/stack.h"

enum { SCRATCH_SIZE = 64 * 1024 };

void
jsonevent_init(struct jsonevent *ev, const struct format *f,
    const struct jsonwalk *walk, struct latenames *names)
{
	*ev = (struct jsonevent){ .f = f, .walk = walk, .names = names };
	ev->scratch = mem_alloc(SCRATCH_SIZE);
}

void
jsonevent_free(struct jsonevent *ev)
{
	arena_free(&ev->text);
	free(ev->scratch);
}

void
jsonevent_begin(struct jsonevent *ev)
{
	ev->got.have = 0;
	ev->has_start = ev->has_end = ev->has_duration = false;
	ev->time.is_set = false;
	ev->status = NULL;
	ev->is_late = false;
	ev->scratch_used = 0;
	if (ev->text.blocks != NULL)
		arena_free(&ev->text);
}

char *
jsonevent_room(struct jsonevent *ev, size_t size)
{
	char *p = ev->scratch + ev->scratch_used;

	size += WIDE_SLACK;
	if (size > SCRATCH_SIZE - ev->scratch_used)
		return arena_alloc(&ev->text, size);
	ev->scratch_used += size;
	return p;
}

bool
jsonevent_value(const struct jsonevent *ev, const struct picker *picker,
    const struct json_source *s, struct picked *value)
{
	const struct json_container *c;

	if (s->up == 0) {
		if (!picker_has(picker, s->path))
			return false;
		*value = picker->got[s->path];
	} else {
		c = jsonwalk_around(ev->walk, s->up);
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
as_string(struct jsonevent *ev, struct slice text)
{
	char *p = jsonevent_room(ev, text.len * 6 + 16);

	return (struct slice){ p, json_escape(p, text) };
}

void
jsonevent_set(struct jsonevent *ev, int to, struct slice json)
{
	bool is_integer = to < EVENT_KEYS &&
	    event_keys[to].type == EVENT_INTEGER;

	for (size_t i = 0; is_integer && i < json.len; i++)
		if (json.ptr[i] < '0' || json.ptr[i] > '9')
			return;
	/* JSON has no number with a zero before it. */
	for (; is_integer && json.len > 1 && *json.ptr == '0'; json.len--)
		json.ptr++;
	captures_set(&ev->got, to, json);
}

static bool
set_time(struct jsonevent *ev, int to, const struct timestamp *t)
{
	if (to == FIELD_END) {
		ev->end_ns = t->ns;
		ev->has_end = true;
	} else if (to == EVENT_TIME) {
		ev->start_ns = t->ns;
		ev->has_start = true;
		stamp_set(&ev->time, t, SLICE(""));
	} else {
		return false;
	}
	return true;
}

/* A time or duration in units of UNIT_NS. */
static bool
set_number(struct jsonevent *ev, int to, struct slice text, int64_t unit_ns)
{
	struct timestamp t;

	if (to == EVENT_DURATION_MS) {
		ev->has_duration = duration_scale(text, unit_ns,
				       &ev->duration_ns) &&
		    ev->duration_ns >= 0;
		return ev->has_duration;
	}
	return convert_epoch(text, unit_ns, &t) && set_time(ev, to, &t);
}

/* "15.2ms", or a number in the unit that its key names, else in ms. */
static bool
set_duration(struct jsonevent *ev, struct slice text, struct slice name)
{
	int64_t unit = convert_unit(name);

	ev->has_duration = duration_parse(text, &ev->duration_ns) ||
	    (duration_scale(text, unit > 0 ? unit : NS_PER_MS,
		 &ev->duration_ns) &&
		ev->duration_ns >= 0);
	return ev->has_duration;
}

static bool
set_status(struct jsonevent *ev, bool is_error)
{
	ev->status = is_error ? &status_error : &status_ok;
	return true;
}

static bool
set_level(struct jsonevent *ev, int to, struct slice level)
{
	if (level.len == 0)
		return false;
	jsonevent_set(ev, to, level);
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
set_links(struct jsonevent *ev, struct slice list, bool has_parent)
{
	static const struct slice names[] = { { "traceId", 7 },
		{ "traceID", 7 }, { "trace_id", 8 }, { "spanId", 6 },
		{ "spanID", 6 }, { "span_id", 7 }, { "refType", 7 } };
	struct slice value[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	char *start = jsonevent_room(ev, list.len * 2 + 64), *p = start, *id;
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
			if (has_parent &&
			    !captures_have(&ev->got, EVENT_PARENT) &&
			    slice_equal(value[2], SLICE("CHILD_OF"))) {
				id = jsonevent_room(ev, value[1].len + 32);
				jsonevent_set(ev, EVENT_PARENT,
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
		jsonevent_set(ev, EVENT_LINKS, slice_range(start, p));
	return true;
}

/* The name of KEY, or a mark where it goes once it is known. */
static bool
set_name(struct jsonevent *ev, int to, struct slice key)
{
	const struct slice *name = latenames_get(ev->names, key);
	char *p;

	if (name != NULL) {
		jsonevent_set(ev, to, *name);
		return true;
	}
	p = jsonevent_room(ev, key.len + 2);
	jsonevent_set(ev, to, (struct slice){ p, latenames_mark(p, key) });
	ev->is_late = true;
	return true;
}

static bool
is_word(struct slice text, const char *word)
{
	return slice_equal(text, slice_of(word));
}

/* Set the field TO from VALUE; false if that is not what it says. */
static bool
convert(struct jsonevent *ev, int to, const struct json_source *s,
    const struct picked *value)
{
	bool takes_containers = s->as == JSON_AS_TEXT ||
	    s->as == JSON_AS_LINKS || s->as == JSON_AS_REFERENCES ||
	    s->as == JSON_AS_PRESENCE;
	struct slice text = value->text;
	struct timestamp t;
	char *p;
	size_t len;

	if (picked_is_container(value) && !takes_containers)
		return false;
	switch (s->as) {
	case JSON_AS_ID:
		p = jsonevent_room(ev, text.len + 32);
		len = convert_id(p, text);
		if (len > 0)
			jsonevent_set(ev, to, (struct slice){ p, len });
		return len > 0;
	case JSON_AS_NS:
		return set_number(ev, to, text, 1);
	case JSON_AS_US:
		return set_number(ev, to, text, NS_PER_US);
	case JSON_AS_MS:
		return set_number(ev, to, text, NS_PER_MS);
	case JSON_AS_S:
		return set_number(ev, to, text, NS_PER_S);
	case JSON_AS_TIME:
		return convert_time(text, &t) && set_time(ev, to, &t);
	case JSON_AS_DURATION:
		return set_duration(ev, text, s->name);
	case JSON_AS_LEVEL:
		return set_level(ev, to,
		    value->type == '0' ? convert_pino_level(text)
				       : level_name(text));
	case JSON_AS_OTLP_LEVEL:
		return set_level(ev, to, convert_otlp_level(text));
	case JSON_AS_SYSLOG_LEVEL:
		return set_level(ev, to, convert_syslog_level(text));
	case JSON_AS_OTLP_STATUS:
		return set_status(ev,
		    is_word(text, "2") || is_word(text, "STATUS_CODE_ERROR") ||
			is_word(text, "ERROR") || is_word(text, "Error"));
	case JSON_AS_TRUTH:
		return is_word(text, "true") && set_status(ev, true);
	case JSON_AS_PRESENCE:
		return set_status(ev, true);
	case JSON_AS_HTTP_STATUS:
		return set_level(ev, to,
		    text.len == 3 && text.ptr[0] >= '5' ? SLICE("error")
							: SLICE("info"));
	case JSON_AS_LINKS:
	case JSON_AS_REFERENCES:
		return value->type == '[' &&
		    set_links(ev, text, s->as == JSON_AS_REFERENCES);
	case JSON_AS_KEY:
		return set_name(ev, to, text);
	case JSON_AS_TEXT:
		jsonevent_set(ev, to,
		    picked_is_container(value) ? as_string(ev, text) : text);
		return true;
	}
	return false;
}
static bool
holds(const struct jsonevent *ev, const struct picker *picker,
    const struct json_condition *c)
{
	struct picked value = { { "", 0 }, 0 };
	bool is_there = c->source.up == 0
	    ? picker_has(picker, c->source.path)
	    : jsonevent_value(ev, picker, &c->source, &value);

	if (c->value_count == 0)
		return is_there != c->is_absent;
	if (!jsonevent_value(ev, picker, &c->source, &value))
		return false;
	for (int i = 0; i < c->value_count; i++)
		if (slice_equal(value.text, c->values[i]))
			return true;
	return false;
}

bool
jsonevent_fits(const struct jsonevent *ev, const struct picker *picker,
    const struct json_rule *r)
{
	for (int i = 0; i < r->condition_count; i++)
		if (!holds(ev, picker, &r->conditions[i]))
			return false;
	return true;
}

void
jsonevent_fill(struct jsonevent *ev, const struct picker *picker,
    const struct json_rule *r)
{
	struct picked value;

	for (int i = 0; i < r->field_count; i++) {
		const struct json_field *f = &r->fields[i];

		if (((f->paths[0] & picker->have[0]) |
			(f->paths[1] & picker->have[1])) == 0 &&
		    !f->is_always)
			continue;
		if (f->to < FIELD_END && captures_have(&ev->got, f->to))
			continue;
		for (int j = 0; j < f->source_count; j++)
			if (jsonevent_value(ev, picker, &f->sources[j],
				&value) &&
			    convert(ev, f->to, &f->sources[j], &value))
				break;
	}
}

/* Where in the code an error's stack says that it was. */
static void
read_stack(struct jsonevent *ev)
{
	struct slice json = ev->got.value[EVENT_ERROR_STACK];
	char *plain = jsonevent_room(ev, json.len);
	struct stack stack;

	stack_parse(&stack, (struct slice){ plain, json_unescape(plain, json) },
	    ev->f->library, ev->f->library_count);
	if (stack.type.len > 0 && !captures_have(&ev->got, EVENT_ERROR_TYPE))
		jsonevent_set(ev, EVENT_ERROR_TYPE, as_string(ev, stack.type));
	if (stack.message.len > 0 &&
	    !captures_have(&ev->got, EVENT_ERROR_MESSAGE))
		jsonevent_set(ev, EVENT_ERROR_MESSAGE,
		    as_string(ev, stack.message));
	if (!stack.has_top || captures_have(&ev->got, EVENT_CODE_FILE))
		return;
	jsonevent_set(ev, EVENT_CODE_FILE, as_string(ev, stack.top.file));
	if (stack.top.line.len > 0)
		jsonevent_set(ev, EVENT_CODE_LINE, stack.top.line);
	if (stack.top.function.len > 0)
		jsonevent_set(ev, EVENT_CODE_FUNCTION,
		    as_string(ev, stack.top.function));
}

struct slice
jsonevent_get(const struct jsonevent *ev, int field)
{
	return captures_have(&ev->got, field) ? ev->got.value[field]
					      : (struct slice){ "", 0 };
}

/* `ID` and the suffix that tells it from another half of the same span. */
static struct slice
suffixed(struct jsonevent *ev, struct slice id, struct slice suffix)
{
	char *p = jsonevent_room(ev, id.len + suffix.len);

	memcpy(p, id.ptr, id.len);
	memcpy(p + id.len, suffix.ptr, suffix.len);
	return (struct slice){ p, id.len + suffix.len };
}

void
jsonevent_finish(struct jsonevent *ev, const struct json_rule *r)
{
	static const struct status_text error_name = { "Error", 5 };

	if (captures_have(&ev->got, EVENT_ERROR_STACK))
		read_stack(ev);
	if (r->kind == KIND_ERROR) {
		jsonevent_set(ev, EVENT_LEVEL, SLICE("error"));
		if (!captures_have(&ev->got, EVENT_ERROR_TYPE))
			jsonevent_set(ev, EVENT_ERROR_TYPE,
			    (struct slice){ error_name.text, error_name.len });
		if (!captures_have(&ev->got, EVENT_NAME))
			jsonevent_set(ev, EVENT_NAME,
			    ev->got.value[EVENT_ERROR_TYPE]);
	}
	if (!ev->has_duration && ev->has_end && ev->has_start &&
	    ev->end_ns >= ev->start_ns) {
		ev->duration_ns = ev->end_ns - ev->start_ns;
		ev->has_duration = true;
	}
	if (r->id_suffix.len > 0 && captures_have(&ev->got, EVENT_SPAN)) {
		jsonevent_set(ev, EVENT_PARENT, ev->got.value[EVENT_SPAN]);
		jsonevent_set(ev, EVENT_SPAN,
		    suffixed(ev, ev->got.value[EVENT_SPAN], r->id_suffix));
	}
}

void
jsonevent_emit(const struct jsonevent *ev, struct emitter *e,
    enum event_kind kind, uint64_t line)
{
	const uint64_t special = FIELD_BIT(EVENT_TIME) | FIELD_BIT(EVENT_NAME) |
	    FIELD_BIT(EVENT_SPAN) | FIELD_BIT(EVENT_PARENT) |
	    FIELD_BIT(EVENT_STATUS);
	struct emission m = { .kind = kind,
		.time = &ev->time,
		.name = jsonevent_get(ev, EVENT_NAME),
		.has_duration = ev->has_duration,
		.duration_ns = ev->duration_ns,
		.self_ns = -1,
		.span = jsonevent_get(ev, EVENT_SPAN),
		.parent = jsonevent_get(ev, EVENT_PARENT),
		.captures = &ev->got,
		.captured = ev->got.have & ~special,
		.captured_json = true,
		.line = line };

	if (event_kind_is_work(kind))
		m.status = ev->status != NULL ? ev->status : &status_ok;
	emit_event(e, &m);
}
