/* SPDX-License-Identifier: MIT */
#include "tele/jsonkeep.h"

#include "tele/convert.h"
#include "tele/jsonvalue.h"
#include "tele/logfmt.h"

/* What has a longer path is left out; what lies deeper is text. */
enum { MAX_PATH = 512, MAX_PARTS = 16 };

/* The members that are written, and the path to the current one. */
struct keeper {
	struct jsonevent *ev;
	const struct json_format *json;
	struct slice inside;
	struct json j;
	char *p, *end;
	char path[MAX_PATH];
	size_t ends[MAX_PARTS]; /* of the path's parts, by depth */
};

/* Whether the path TEXT of a source, perhaps `name*`, leads to PATH. */
static bool
leads_to(struct slice text, struct slice path)
{
	struct slice prefix = { text.ptr, text.len - 1 };

	if (text.len < 2 || text.ptr[text.len - 1] != '*')
		return slice_equal(text, path);
	return slice_starts_with(path, prefix) &&
	    convert_unit(
		slice_range(path.ptr + prefix.len, path.ptr + path.len)) > 0;
}

/* Whether a key of the event was made of what is at PATH. */
static bool
is_used(const struct jsonevent *ev, struct slice path)
{
	for (int i = 0; i < JSON_FIELDS; i++)
		if (ev->from[i] != NULL && leads_to(ev->from[i]->text, path))
			return true;
	return false;
}

/* A record cannot say so much that there is no room, unless it is made to. */
static void
put(struct keeper *k, struct slice name, struct slice value)
{
	if ((name.len + value.len) * 6 + 64 > (size_t)(k->end - k->p))
		return;
	k->p = mempcpy(k->p, ",\"attr.", 7);
	k->p += json_tame(k->p, name);
	k->p = mempcpy(k->p, "\":\"", 3);
	k->p += json_tame(k->p, value);
	*k->p++ = '"';
}

/* KEY is the last part of the path at this depth; empty if it is too long. */
static struct slice
path_with(struct keeper *k, struct slice key)
{
	int depth = k->j.depth;
	size_t at = depth > 1 ? k->ends[depth - 1] : 0;

	if (at + 1 + key.len > MAX_PATH)
		return (struct slice){ "", 0 };
	if (at > 0)
		k->path[at++] = '.';
	memcpy(k->path + at, key.ptr, key.len);
	k->ends[depth] = at + key.len;
	return (struct slice){ k->path, at + key.len };
}

/* The container that J has just entered, all of it, as text. */
static struct slice
whole_container(struct keeper *k)
{
	const char *start = k->j.p - 1;
	int depth = k->j.depth;

	while (k->j.depth >= depth && json_next(&k->j) > JSON_END)
		;
	return jsonvalue_string(k->ev, slice_range(start, k->j.p));
}

/* --- lists of keys and values --------------------------------------------- */

/* `attributes[http.route]` and its like: is it a source's? */
static bool
is_used_in_list(const struct keeper *k, struct slice key)
{
	struct slice list = k->json->keep_in;
	char text[MAX_PATH + 2], *p = text;

	if (list.len + key.len > MAX_PATH)
		return false;
	p = mempcpy(p, list.ptr, list.len);
	*p++ = '[';
	p = mempcpy(p, key.ptr, key.len);
	*p++ = ']';
	return is_used(k->ev, slice_range(text, p));
}

/* The value that comes, as text; "" for null. */
static struct slice
next_value(struct keeper *k)
{
	switch (json_next(&k->j)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		return whole_container(k);
	case JSON_STRING:
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE:
		return k->j.text;
	default:
		return (struct slice){ "", 0 };
	}
}

/* The same, or what `{"stringValue":...}` wraps. */
static struct slice
next_unwrapped(struct keeper *k)
{
	struct slice value = { "", 0 };

	if (*json_blank(k->j.p, k->j.end) != '{')
		return next_value(k);
	json_next(&k->j);
	while (json_next(&k->j) == JSON_KEY)
		value = next_value(k);
	return value;
}

/* `[{"key":NAME,"value":...},...]`, which J has just entered. */
static void
keep_list(struct keeper *k)
{
	struct slice key, value;

	while (json_next(&k->j) == JSON_OBJECT) {
		key = value = (struct slice){ "", 0 };
		while (json_next(&k->j) == JSON_KEY)
			if (slice_equal(k->j.text, SLICE("key")))
				key = next_value(k);
			else if (picker_is_value(k->j.text))
				value = next_unwrapped(k);
			else
				next_value(k);
		if (key.len > 0 && value.len > 0 && !is_used_in_list(k, key))
			put(k, key, value);
	}
}

/* --- records -------------------------------------------------------------- */

/* Room for all that a record of LEN bytes may say. */
static char *
open_room(struct keeper *k, size_t len)
{
	size_t size = len * 24 + 4096;

	k->p = jsonevent_room(k->ev, size);
	k->end = k->p + size;
	return k->p;
}

/* The member KEY, its value to come. */
static void
keep_member(struct keeper *k, struct slice key)
{
	struct slice path = path_with(k, key), value;
	char next = *json_blank(k->j.p, k->j.end);
	bool is_unwanted = path.len == 0 || slice_equal(path, k->inside) ||
	    is_used(k->ev, path);

	if (next == '{' && !is_unwanted && k->j.depth + 1 < MAX_PARTS) {
		json_next(&k->j); /* its members come as if they were ours */
		return;
	}
	if (next == '[' && path.len > 0 &&
	    slice_equal(path, k->json->keep_in)) {
		json_next(&k->j);
		keep_list(k);
		return;
	}
	value = next_value(k);
	if (value.len > 0 && !is_unwanted)
		put(k, path, value);
}

void
jsonkeep_json(struct jsonevent *ev, const struct json_format *json,
    struct slice inside, struct slice text)
{
	struct keeper k = { .ev = ev, .json = json, .inside = inside };
	enum json_token token;
	char *start;

	start = open_room(&k, text.len);
	json_init(&k.j);
	json_feed(&k.j, text, true);
	while ((token = json_next(&k.j)) > JSON_END)
		if (token == JSON_KEY)
			keep_member(&k, k.j.text);
	ev->extra = slice_range(start, k.p);
}

void
jsonkeep_columns(struct jsonevent *ev, const struct columns *c,
    struct slice text)
{
	struct keeper k = { .ev = ev };
	const char *p = text.ptr, *end = p + text.len;
	char *start = open_room(&k, text.len);
	struct slice value;

	for (size_t i = 0; columns_next(c, &p, end, &value); i++)
		if (i < c->count && value.len > 0 && (int)i != c->date_at &&
		    (int)i != c->time_at && !is_used(ev, c->list[i].name))
			put(&k, c->list[i].name,
			    columns_json(&ev->text, value));
	ev->extra = slice_range(start, k.p);
}

void
jsonkeep_logfmt(struct jsonevent *ev, struct slice text)
{
	struct keeper k = { .ev = ev };
	const char *p = text.ptr, *end = p + text.len;
	struct logfmt_pair pair, key = { .is_quoted = false };
	enum logfmt_token token;
	char *start;

	start = open_room(&k, text.len);
	while ((token = logfmt_next(&p, end, &pair)) >= LOGFMT_WORD) {
		if (token != LOGFMT_PAIR || pair.value.len == 0 ||
		    is_used(ev, pair.key))
			continue;
		key.value = pair.key;
		put(&k, logfmt_convert(&ev->text, &key),
		    logfmt_json(&ev->text, &pair));
	}
	ev->extra = slice_range(start, k.p);
}
