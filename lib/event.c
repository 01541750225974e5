/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/event.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/shapes.h"
#include "tele/timestamp.h"

/* Keys that tell what a record is; their bits in `have` follow the events'. */
enum {
	MARK_FINDING = EVENT_KEYS,
	MARK_NODE,
	MARK_EDGE,
	MARK_SKETCH,
	MARK_P50,
	MARK_END,
};

static const struct slice marks[] = {
	{ "finding", 7 },
	{ "node", 4 },
	{ "edge", 4 },
	{ "sketch", 6 },
	{ "p50_ms", 6 },
};

struct event_shapes {
	struct shapes shapes;
	struct shape *root;
	char fault_text[64];
};

void
event_reader_init(struct event_reader *r, struct input *in)
{
	*r = (struct event_reader){ .in = in };
	r->shapes = mem_zalloc(1, sizeof(*r->shapes));
	r->shapes->root = shapes_root(&r->shapes->shapes);
}

void
event_reader_free(struct event_reader *r)
{
	shapes_free(&r->shapes->shapes);
	free(r->shapes);
	r->shapes = NULL;
}

/* Blanks inside a record: a newline ends it. */
static const char *
blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

static int
key_or_mark(struct slice name)
{
	int key = event_key_of(name);

	for (int i = 0; key < 0 && i < MARK_END - MARK_FINDING; i++)
		if (slice_equal(name, marks[i]))
			key = MARK_FINDING + i;
	return key;
}

/* The same of a key as JSON has it, which may be escaped. */
static int
meaning_of(struct slice raw)
{
	char name[96];
	size_t len;

	if (memchr(raw.ptr, '\\', raw.len) == NULL)
		return key_or_mark(raw);
	if (raw.len > sizeof(name))
		return -1;
	len = json_unescape(name, raw);
	return key_or_mark((struct slice){ name, len });
}

/*
 * The value of `kind` or `status` at P becomes part of the shape: the keys
 * after it depend on it.
 */
static void
take_value(struct shape *s, const char *p, const char *end)
{
	const char *quote;

	if (p == end || *p != '"')
		return;
	quote = memchr(p + 1, '"', (size_t)(end - p - 1));
	if (quote != NULL && shape_take_value(s, slice_range(p, quote + 1)) &&
	    s->meaning == EVENT_KIND)
		s->value_meaning = (int)event_kind_of(
		    slice_range(p + 1, quote));
}

/* The record stops at P, or WHAT is missing there. */
static struct shape *
stop(struct json_fault *fault, const char *p, const char *end, const char *what)
{
	json_stop(fault, p, p == end || *p == '\n' ? NULL : what);
	return NULL;
}

/*
 * The key at P, which no shape predicted: *P moves to its value, or the end of
 * the object gives NULL with *CLOSED set.
 */
static struct shape *
read_key(struct event_shapes *shapes, struct shape *at, const char **p,
    const char *end, struct json_fault *fault, bool *closed)
{
	const char *start = *p, *q = blank(*p, end), *name, *after;
	bool first = at == shapes->root;
	struct shape *s;
	int key;

	if (q < end && *q == '}') {
		*closed = true;
		*p = q + 1;
		return NULL;
	}
	if (!first) {
		if (q == end || *q != ',')
			return stop(fault, q, end,
			    "expected ',' or '}' after value");
		q = blank(q + 1, end);
	}
	if (q == end || *q != '"')
		return stop(fault, q, end, "expected a key in quotes");
	name = q + 1;
	after = json_string(q, end, fault);
	if (after == NULL)
		return NULL;
	key = meaning_of(slice_range(name, after - 1));
	q = blank(after, end);
	if (q == end || *q != ':')
		return stop(fault, q, end, "expected ':' after key");
	*p = q + 1;
	s = shapes_learn(&shapes->shapes, at, slice_range(start, q + 1), key);
	if (key == EVENT_KIND || key == EVENT_STATUS)
		take_value(s, *p, end);
	if (s->value_at > 0)
		*p = start + s->len;
	return s;
}

static const char *
wrong_type(struct event_shapes *shapes, int key, const char *at,
    struct json_fault *fault)
{
	static const char *const names[] = { "a string", "a number",
		"an integer", "an array of strings" };

	snprintf(shapes->fault_text, sizeof(shapes->fault_text),
	    "'%s' must be %s", event_keys[key].name.ptr,
	    names[event_keys[key].type]);
	return json_stop(fault, at, shapes->fault_text);
}

/* Whether the array at P, which is JSON, holds nothing but strings. */
static bool
is_strings(const char *p, const char *end)
{
	struct json_fault fault;

	for (p = blank(p + 1, end); *p == '"'; p = blank(p + 1, end)) {
		p = blank(json_string(p, end, &fault), end);
		if (*p == ']')
			return true;
	}
	return *p == ']';
}

static bool
has_type(const char *p, const char *after, enum event_type type)
{
	switch (type) {
	case EVENT_STRING:
		return *p == '"';
	case EVENT_STRINGS:
		return *p == '[' && is_strings(p, after);
	case EVENT_NUMBER:
		return *p == '-' || (*p >= '0' && *p <= '9');
	default:
		for (; p < after; p++)
			if (*p < '0' || *p > '9')
				return false;
		return true;
	}
}

/* The byte after the digits, a dot and more digits at P: most numbers. */
static inline const char *
simple_number(const char *p)
{
	const char *start = p;

	if (*p == '0' && p[1] >= '0' && p[1] <= '9')
		return NULL;
	while (*p >= '0' && *p <= '9')
		p++;
	if (p == start)
		return NULL;
	if (*p == '.') {
		start = ++p;
		while (*p >= '0' && *p <= '9')
			p++;
		if (p == start)
			return NULL;
	}
	return *p == ',' || *p == '}' ? p : NULL;
}

/* Any value at P; a nested one must not reach past its line. */
static const char *
read_value(const char *p, const char *end, struct json_fault *fault)
{
	const char *newline;

	if (p < end && (*p == '{' || *p == '[')) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline != NULL)
			end = newline;
	}
	if (p == end || *p == '\n')
		return json_stop(fault, p, NULL);
	return json_value(p, end, 1, fault);
}

/* The object at P, its brace, into EV; the byte after it, or NULL. */
static const char *
read_object(struct event_shapes *shapes, const char *p, const char *end,
    struct event *ev, struct json_fault *fault)
{
	struct shape *at = shapes->root, *next;
	const char *after;
	bool closed = false;
	int key;

	for (p++;; at = next) {
		next = shape_next(at, p);
		if (next != NULL) {
			p += next->len;
		} else {
			next = read_key(shapes, at, &p, end, fault, &closed);
			if (next == NULL)
				return closed ? p : NULL;
		}
		key = next->meaning;
		if (next->value_at > 0) {
			ev->value[key] = (struct slice){
				p - next->len + next->value_at, next->value_len
			};
			ev->have |= UINT64_C(1) << key;
			if (key == EVENT_KIND)
				ev->kind = (enum event_kind)next->value_meaning;
			continue;
		}
		p = blank(p, end);
		if (*p == '"')
			after = json_string(p, end, fault);
		else if ((after = simple_number(p)) == NULL)
			after = read_value(p, end, fault);
		if (after == NULL)
			return NULL;
		if (key >= 0 && *p != 'n') {
			if (key < EVENT_KEYS) {
				/* Statistics say "" where a key is absent. */
				if (after - p == 2 && *p == '"' &&
				    event_keys[key].type != EVENT_STRING) {
					p = after;
					continue;
				}
				if (!has_type(p, after, event_keys[key].type))
					return wrong_type(shapes, key, p,
					    fault);
				ev->value[key] = *p == '"'
				    ? slice_range(p + 1, after - 1)
				    : slice_range(p, after);
			}
			ev->have |= UINT64_C(1) << key;
			if (key == EVENT_KIND)
				ev->kind = event_kind_of(ev->value[EVENT_KIND]);
		}
		p = after;
	}
}

static enum record_type
type_of(const struct event *ev)
{
	if (ev->have >> EVENT_KEYS == 0)
		return event_has(ev, EVENT_KIND) ? RECORD_EVENT
						 : RECORD_STATISTICS;
	if ((ev->have >> MARK_FINDING & 1) != 0)
		return RECORD_FINDING;
	if ((ev->have >> MARK_NODE & 3) != 0) /* or an edge */
		return RECORD_GRAPH;
	return (ev->have >> MARK_SKETCH & 1) != 0 ? RECORD_SKETCH
						  : RECORD_STATISTICS;
}

/* The line from START, in which FAULT was found: say so and go behind it. */
static void
reject(struct input *in, const char *start, const struct json_fault *fault)
{
	const char *newline;
	size_t len;

	newline = memchr(start, '\n', (size_t)(in->end - start));
	len = (size_t)((newline ? newline : in->end) - start);
	if (len > input_options.max_line)
		input_malformed(in, NULL, input_too_long);
	else
		input_malformed(in, fault->at,
		    fault->what ? fault->what : "unexpected end of the record");
	in->p = newline != NULL ? newline + 1 : in->end;
}

/* The record at IN->p; false if it was reported, or there was none. */
static bool
take_record(struct event_reader *r, struct event *ev)
{
	struct input *in = r->in;
	struct json_fault fault = { 0 };
	const char *p = blank(in->p, in->end), *q;

	in->line_start = in->p;
	in->line++;
	if (p == in->end || *p == '\n') {
		in->p = p < in->end ? p + 1 : p;
		return false;
	}
	ev->have = 0;
	ev->kind = KIND_OTHER;
	if (*p == '{')
		q = read_object(r->shapes, p, in->end, ev, &fault);
	else
		q = json_stop(&fault, p, "expected '{'");
	if (q != NULL) {
		ev->line = slice_range(p, q);
		q = blank(q, in->end);
		if (q < in->end && *q != '\n')
			q = json_stop(&fault, q, "text after the record");
	}
	if (q == NULL || ev->line.len > input_options.max_line) {
		reject(in, in->p, &fault);
		return false;
	}
	ev->type = type_of(ev);
	in->p = q < in->end ? q + 1 : q;
	return true;
}

bool
event_in_block(struct event_reader *r, struct event *ev)
{
	while (r->in->p < r->in->end && !r->in->is_stopped)
		if (take_record(r, ev))
			return true;
	return false;
}

bool
event_next(struct event_reader *r, struct event *ev)
{
	while (!event_in_block(r, ev))
		if (!input_next(r->in))
			return false;
	return true;
}

bool
event_ns(struct event_reader *r, const struct event *ev, enum event_key key,
    int64_t *ns)
{
	char what[64];

	if (!event_has(ev, key))
		return false;
	if (duration_scale(ev->value[key], NS_PER_MS, ns) && *ns >= 0)
		return true;
	snprintf(what, sizeof(what), "'%s' is %s", event_keys[key].name.ptr,
	    ev->value[key].ptr[0] == '-' ? "negative" : "out of range");
	input_malformed(r->in, ev->value[key].ptr, what);
	return false;
}

bool
event_time(struct event_reader *r, const struct event *ev, int64_t *ns,
    int *digits)
{
	struct slice text = ev->value[EVENT_TIME];
	const char *end;

	if (!event_has(ev, EVENT_TIME))
		return false;
	end = text.ptr + text.len;
	/* The quote behind the text is part of what may be read. */
	if (timestamp_scan_next(&r->time, text.ptr, end + 1) != end) {
		input_malformed(r->in, text.ptr, "'time' is no RFC 3339 time");
		return false;
	}
	*ns = r->time.t.ns;
	*digits = r->time.t.digits;
	return true;
}

void
event_names(const struct event *ev, struct slice *owner, struct slice *name)
{
	*owner = event_get(ev,
	    event_has(ev, EVENT_PLUGIN) ? EVENT_PLUGIN : EVENT_SERVICE);
	*name = event_get(ev,
	    event_has(ev, EVENT_HANDLER) ? EVENT_HANDLER : EVENT_NAME);
}

bool
event_next_string(struct slice *rest, struct slice *string)
{
	const char *p = rest->ptr, *end = p + rest->len, *after;
	struct json_fault fault;

	/* What is between strings contains no quote, unless a value is none. */
	while (p < end && *p != '"')
		p++;
	after = p < end ? json_string(p, end, &fault) : NULL;
	if (after == NULL)
		return false;
	*string = slice_range(p + 1, after - 1);
	*rest = slice_range(after, end);
	return true;
}

bool
event_has_failed(const struct event *ev)
{
	struct slice level = event_get(ev, EVENT_LEVEL);

	if (ev->kind == KIND_ERROR)
		return false;
	return slice_equal(event_get(ev, EVENT_STATUS), SLICE("error")) ||
	    slice_equal(level, SLICE("error")) ||
	    slice_equal(level, SLICE("fatal"));
}

bool
event_is_ours(struct slice line)
{
	struct json j;
	enum json_token token;
	bool is_ours = false;
	int key;

	json_init(&j);
	json_feed(&j, line, false);
	if (json_next(&j) != JSON_OBJECT)
		return false;
	while ((token = json_next(&j)) > JSON_END) {
		if (token != JSON_KEY || j.depth != 1)
			continue;
		key = meaning_of(j.text);
		is_ours |= key >= MARK_FINDING && key <= MARK_SKETCH;
		if (key == EVENT_KIND)
			is_ours |= json_next(&j) == JSON_STRING &&
			    event_kind_of(j.text) != KIND_OTHER;
	}
	return is_ours && token != JSON_ERROR;
}
