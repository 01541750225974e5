/* SPDX-License-Identifier: MIT */
#include "tele/jsonlist.h"

#include "tele/convert.h"
#include "tele/duration.h"
#include "tele/jsonvalue.h"

/* A member that is looked for, and which value it is. */
struct member {
	const char *name;
	int value;
};

/* The scalars of the object that J has just entered, those in NAMES. */
static void
read_members(struct json *j, const struct member *names, struct slice *values)
{
	const struct member *member;
	int depth = j->depth;
	enum json_token token = JSON_KEY;

	while (j->depth >= depth && token > JSON_END) {
		token = json_next(j);
		if (token != JSON_KEY || j->depth != depth)
			continue;
		for (member = names; member->name != NULL; member++)
			if (slice_equal(slice_of(member->name), j->text))
				break;
		if (member->name == NULL)
			continue;
		token = json_next(j);
		if (token >= JSON_STRING && token <= JSON_NUMBER)
			values[member->value] = j->text;
	}
}

/* --- links ---------------------------------------------------------------- */

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

/* Whether SPAN of TRACE is the event's parent, which it becomes if it may. */
static bool
take_parent(struct jsonevent *ev, struct slice trace, struct slice span)
{
	char *id = jsonevent_room(ev, span.len + trace.len + 64);
	char *of = id + span.len + 32;
	struct slice own = jsonevent_get(ev, EVENT_TRACE);
	struct slice known = jsonevent_get(ev, EVENT_PARENT), parent;

	if (!slice_equal(own, (struct slice){ of, convert_id(of, trace) }))
		return false;
	parent = (struct slice){ id, convert_id(id, span) };
	return known.len > 0 ? slice_equal(known, parent)
			     : jsonevent_set(ev, EVENT_PARENT, parent);
}

bool
jsonlist_links(struct jsonevent *ev, struct slice list, bool has_parent)
{
	enum { TRACE, SPAN, TYPE, VALUES };
	static const struct member names[] = { { "traceId", TRACE },
		{ "traceID", TRACE }, { "trace_id", TRACE }, { "spanId", SPAN },
		{ "spanID", SPAN }, { "span_id", SPAN }, { "refType", TYPE },
		{ NULL, 0 } };
	/* Each id may become a third longer, by more than base64 has. */
	char *start = jsonevent_room(ev, list.len * 2 + 64), *p = start;
	struct json j;

	*p++ = '[';
	json_init(&j);
	json_feed(&j, list, true);
	json_next(&j);
	while (json_next(&j) == JSON_OBJECT) {
		struct slice value[VALUES] = { { "", 0 }, { "", 0 },
			{ "", 0 } };

		read_members(&j, names, value);
		if (value[TRACE].len == 0 || value[SPAN].len == 0)
			continue;
		if (has_parent &&
		    (value[TYPE].len == 0 ||
			slice_equal(value[TYPE], SLICE("CHILD_OF"))) &&
		    take_parent(ev, value[TRACE], value[SPAN]))
			continue;
		p = put_link(p, value[TRACE], value[SPAN]);
	}
	*p++ = ']';
	if (p - start > 2)
		jsonevent_set(ev, EVENT_LINKS, slice_range(start, p));
	return true;
}

/* --- stacks --------------------------------------------------------------- */

enum { FUNCTION, FILE_NAME, LINE, FRAME_VALUES };

/* `    at FUNCTION (FILE:LINE)`, as V8 writes it; JSON text of strings. */
static char *
put_frame(char *p, const struct slice *value)
{
	memcpy(p, "    at ", 7);
	p += 7;
	p = mempcpy(p, value[FUNCTION].ptr, value[FUNCTION].len);
	if (value[FUNCTION].len > 0)
		p = mempcpy(p, " (", 2);
	p = mempcpy(p, value[FILE_NAME].ptr, value[FILE_NAME].len);
	if (value[LINE].len > 0)
		*p++ = ':';
	p = mempcpy(p, value[LINE].ptr, value[LINE].len);
	if (value[FUNCTION].len > 0)
		*p++ = ')';
	return p;
}

bool
jsonlist_stack(struct jsonevent *ev, int to, struct slice list)
{
	static const struct member names[] = { { "function", FUNCTION },
		{ "func", FUNCTION }, { "method", FUNCTION },
		{ "name", FUNCTION }, { "file", FILE_NAME },
		{ "filename", FILE_NAME }, { "fileName", FILE_NAME },
		{ "source", FILE_NAME }, { "class", FILE_NAME },
		{ "line", LINE }, { "lineno", LINE }, { "lineNumber", LINE },
		{ NULL, 0 } };
	/* `{},`, the shortest frame, becomes `    at \n`, nine for three. */
	char *start = jsonevent_room(ev, list.len * 3 + 64), *p = start;
	enum json_token token;
	struct json j;

	json_init(&j);
	json_feed(&j, list, true);
	json_next(&j);
	while ((token = json_next(&j)) > JSON_END && j.depth > 0) {
		struct slice value[FRAME_VALUES] = { { "", 0 }, { "", 0 },
			{ "", 0 } };

		if (token != JSON_STRING && token != JSON_OBJECT)
			continue;
		if (p > start)
			p = mempcpy(p, "\\n", 2);
		if (token == JSON_STRING) {
			/* Elasticsearch cuts the blanks off. */
			if (slice_starts_with(j.text, SLICE("at ")))
				p = mempcpy(p, "    ", 4);
			p = mempcpy(p, j.text.ptr, j.text.len);
			continue;
		}
		read_members(&j, names, value);
		p = put_frame(p, value);
	}
	return p > start && jsonevent_set(ev, to, slice_range(start, p));
}

/* --- bytes ---------------------------------------------------------------- */

bool
jsonlist_bytes(struct jsonevent *ev, int to, struct slice list)
{
	char *plain = jsonevent_room(ev, list.len), *p = plain;
	enum json_token token;
	struct json j;
	int64_t byte;

	json_init(&j);
	json_feed(&j, list, true);
	json_next(&j);
	while ((token = json_next(&j)) > JSON_END && j.depth == 1) {
		if (token == JSON_STRING)
			return jsonevent_set(ev, to, j.text);
		if (token != JSON_NUMBER || !duration_scale(j.text, 1, &byte) ||
		    byte < 0 || byte > 255)
			return false;
		*p++ = (char)byte;
	}
	return p > plain &&
	    jsonevent_set(ev, to, jsonvalue_string(ev, slice_range(plain, p)));
}

/* --- instants ------------------------------------------------------------- */

bool
jsonlist_instant(struct slice object, struct timestamp *t)
{
	static const struct member names[] = { { "seconds", 0 },
		{ "epochSecond", 0 }, { "nanos", 1 }, { "nanoOfSecond", 1 },
		{ NULL, 0 } };
	struct slice value[2] = { { "", 0 }, { "0", 1 } };
	struct json j;
	int64_t nanos;

	json_init(&j);
	json_feed(&j, object, true);
	json_next(&j);
	read_members(&j, names, value);
	if (!convert_epoch(value[0], NS_PER_S, t) ||
	    !duration_scale(value[1], 1, &nanos) || nanos < 0 ||
	    nanos >= NS_PER_S || __builtin_add_overflow(t->ns, nanos, &t->ns))
		return false;
	t->digits = 9;
	return true;
}
