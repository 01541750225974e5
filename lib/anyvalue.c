/* SPDX-License-Identifier: MIT */
#include "tele/anyvalue.h"
#include "tele/json.h"

/* What an AnyValue may have as its one member. */
enum any {
	ANY_NONE,
	ANY_TEXT,   /* a string, or bytes in base64 */
	ANY_NUMBER, /* which may be a string: it is of 64 bits, or no number */
	ANY_PLAIN,  /* true or false */
	ANY_LIST,
	ANY_MAP,
};

static const struct {
	struct slice name;
	enum any kind;
} members[] = {
	{ { "stringValue", 11 }, ANY_TEXT },
	{ { "string_value", 12 }, ANY_TEXT },
	{ { "bytesValue", 10 }, ANY_TEXT },
	{ { "bytes_value", 11 }, ANY_TEXT },
	{ { "intValue", 8 }, ANY_NUMBER },
	{ { "int_value", 9 }, ANY_NUMBER },
	{ { "doubleValue", 11 }, ANY_NUMBER },
	{ { "double_value", 12 }, ANY_NUMBER },
	{ { "boolValue", 9 }, ANY_PLAIN },
	{ { "bool_value", 10 }, ANY_PLAIN },
	{ { "arrayValue", 10 }, ANY_LIST },
	{ { "array_value", 11 }, ANY_LIST },
	{ { "kvlistValue", 11 }, ANY_MAP },
	{ { "kvlist_value", 12 }, ANY_MAP },
};

/* The value that is read, and the plain one that is written. */
struct plain {
	struct json j;
	char *p;
	bool is_map[JSON_DEPTH]; /* of what is open; else it is a list */
	int depth;
};

static enum any
kind_of(struct slice name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (slice_equal(name, members[i].name))
			return members[i].kind;
	return ANY_NONE;
}

static void
put(struct plain *s, struct slice text)
{
	memcpy(s->p, text.ptr, text.len);
	s->p += text.len;
}

static void
put_quoted(struct plain *s, struct slice text)
{
	*s->p++ = '"';
	put(s, text);
	*s->p++ = '"';
}

static bool
is_number(struct slice text)
{
	struct json_fault fault;
	const char *end = text.ptr + text.len;

	return text.len > 0 && json_number(text.ptr, end, &fault) == end;
}

/* What an AnyValue without members inside holds, behind its key. */
static bool
put_scalar(struct plain *s, enum any kind)
{
	enum json_token token = json_next(&s->j);

	if (token < JSON_STRING)
		return false;
	if (token == JSON_STRING &&
	    (kind != ANY_NUMBER || !is_number(s->j.text)))
		put_quoted(s, s->j.text);
	else
		put(s, s->j.text);
	return json_next(&s->j) == JSON_OBJECT_END;
}

/* `{"values":[`, or `{}`, behind the key of a list or map. */
static bool
open_values(struct plain *s, bool is_map, bool *is_open)
{
	enum json_token token;

	*s->p++ = is_map ? '{' : '[';
	*is_open = false;
	if (json_next(&s->j) != JSON_OBJECT)
		return false;
	token = json_next(&s->j);
	if (token == JSON_OBJECT_END) {
		*s->p++ = is_map ? '}' : ']';
		return json_next(&s->j) == JSON_OBJECT_END;
	}
	if (token != JSON_KEY || !slice_equal(s->j.text, SLICE("values")) ||
	    json_next(&s->j) != JSON_ARRAY)
		return false;
	s->is_map[s->depth++] = is_map;
	*is_open = true;
	return true;
}

/* An AnyValue behind its brace; *IS_OPEN tells whether items follow. */
static bool
put_any(struct plain *s, bool *is_open)
{
	enum json_token token = json_next(&s->j);
	enum any kind;

	*is_open = false;
	if (token == JSON_OBJECT_END) {
		put(s, SLICE("null"));
		return true;
	}
	kind = token == JSON_KEY ? kind_of(s->j.text) : ANY_NONE;
	if (kind == ANY_NONE)
		return false;
	return kind < ANY_LIST ? put_scalar(s, kind)
			       : open_values(s, kind == ANY_MAP, is_open);
}

/* `"key":"n","value":{` behind the brace of a pair. */
static bool
put_key(struct plain *s)
{
	if (json_next(&s->j) != JSON_KEY ||
	    !slice_equal(s->j.text, SLICE("key")) ||
	    json_next(&s->j) != JSON_STRING)
		return false;
	put_quoted(s, s->j.text);
	*s->p++ = ':';
	return json_next(&s->j) == JSON_KEY &&
	    slice_equal(s->j.text, SLICE("value")) &&
	    json_next(&s->j) == JSON_OBJECT;
}

/*
 * To the next item of what is open, over what ends before it; false if there is
 * none, and *IS_DONE if that is as it should be.
 */
static bool
next_item(struct plain *s, bool is_first, bool *is_done)
{
	enum json_token token;

	for (*is_done = false; s->depth > 0; is_first = false) {
		bool is_map = s->is_map[s->depth - 1];

		if (is_map && !is_first && json_next(&s->j) != JSON_OBJECT_END)
			return false;
		token = json_next(&s->j);
		if (token == JSON_OBJECT) {
			if (!is_first)
				*s->p++ = ',';
			return !is_map || put_key(s);
		}
		if (token != JSON_ARRAY_END ||
		    json_next(&s->j) != JSON_OBJECT_END ||
		    json_next(&s->j) != JSON_OBJECT_END)
			return false;
		*s->p++ = is_map ? '}' : ']';
		s->depth--;
	}
	*is_done = true;
	return false;
}

size_t
anyvalue_plain(char *dst, struct slice any)
{
	struct plain s = { .p = dst };
	bool is_open, is_done;

	json_init(&s.j);
	json_feed(&s.j, any, true);
	if (json_next(&s.j) != JSON_OBJECT)
		return 0;
	do
		if (!put_any(&s, &is_open))
			return 0;
	while (next_item(&s, is_open, &is_done));
	return is_done ? (size_t)(s.p - dst) : 0;
}
