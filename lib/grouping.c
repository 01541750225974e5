/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/grouping.h"
#include "tele/json.h"
#include "tele/mem.h"

struct grouping_options grouping_options;

static const char *
choose_kinds(struct grouping *g)
{
	const struct opt_list *names = &grouping_options.kinds;
	int kind;

	if (names->count == 0)
		g->kinds = 1u << KIND_BEAT | 1u << KIND_HANDLER |
		    1u << KIND_SPAN;
	for (size_t i = 0; i < names->count; i++) {
		for (kind = 0; event_kind_names[kind] != NULL; kind++)
			if (strcmp(event_kind_names[kind], names->items[i]) ==
			    0)
				break;
		if (event_kind_names[kind] == NULL)
			return names->items[i];
		g->kinds |= 1u << kind;
	}
	return NULL;
}

const char *
grouping_init(struct grouping *g)
{
	const struct opt_list *by = &grouping_options.by;
	struct slice name;
	char *text;

	*g = (struct grouping){ 0 };
	g->by_names = mem_zalloc(by->count, sizeof(*g->by_names));
	for (size_t i = 0; i < by->count; i++) {
		name = slice_of(by->items[i]);
		text = mem_alloc(name.len * 6 + 16);
		g->by_names[i] = (struct slice){ text,
			json_escape(text, name) };
		g->by_session |= slice_equal(name, SLICE("session"));
	}
	return choose_kinds(g);
}

void
grouping_free(struct grouping *g)
{
	for (size_t i = 0; i < grouping_options.by.count; i++)
		free((char *)g->by_names[i].ptr);
	free(g->by_names);
	free(g->text);
	*g = (struct grouping){ 0 };
}

bool
grouping_wants(const struct grouping *g, const struct event *ev)
{
	if ((g->kinds >> ev->kind & 1) != 0)
		return true;
	return grouping_options.kinds.count == 0 && ev->kind == KIND_LOG &&
	    event_has(ev, EVENT_DURATION_MS);
}

/* Whether the eight bytes at P are what JSON escapes in one way only: as is. */
static bool
is_plain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t high = ones * 0x80;
	uint64_t word, slash;

	memcpy(&word, p, sizeof(word));
	slash = word ^ ones * '\\';
	/* Below a blank; from DEL on; a backslash. */
	return (((word - ones * ' ') | (word + ones) | word |
		    ((slash - ones) & ~slash)) &
		   high) == 0;
}

/* RAW, JSON text, at TO: two ways to escape a string must not differ. */
static char *
put_normal(char *to, struct slice raw)
{
	char *plain, rest[8];
	size_t i = 0;

	for (; i + 8 <= raw.len && is_plain(raw.ptr + i); i += 8)
		memcpy(to + i, raw.ptr + i, 8);
	if (i + 8 > raw.len) {
		memset(rest, ' ', sizeof(rest));
		memcpy(rest, raw.ptr + i, raw.len - i);
		if (is_plain(rest)) {
			memcpy(to + i, rest, raw.len - i);
			return to + raw.len;
		}
	}
	plain = mem_alloc(raw.len);
	to += json_escape(to,
	    (struct slice){ plain, json_unescape(plain, raw) });
	free(plain);
	return to;
}

static char *
put(char *to, struct slice text)
{
	memcpy(to, text.ptr, text.len);
	return to + text.len;
}

/* `"name":"value"` or `"name":17`, after a comma if it is not the first. */
static void
add_member(struct grouping *g, struct slice name, struct slice value,
    bool is_string)
{
	char *p;

	g->text = mem_grow(g->text, &g->cap,
	    g->len + name.len + value.len * 6 + 32, 1);
	p = g->text + g->len;
	if (g->len > 0)
		*p++ = ',';
	*p++ = '"';
	p = put(p, name);
	p = put(p, is_string ? SLICE("\":\"") : SLICE("\":"));
	p = is_string ? put_normal(p, value) : put(p, value);
	if (is_string)
		*p++ = '"';
	g->len = (size_t)(p - g->text);
}

/* Whether RAW, a key as JSON has it, is NAME. */
static bool
is_key(struct slice raw, struct slice name)
{
	char *plain;
	bool is_same;

	if (memchr(raw.ptr, '\\', raw.len) == NULL)
		return slice_equal(raw, name);
	plain = mem_alloc(raw.len);
	is_same = slice_equal((struct slice){ plain,
				  json_unescape(plain, raw) },
	    name);
	free(plain);
	return is_same;
}

/* The value of a key that events do not know, such as attr.user. */
static struct slice
find_value(const struct event *ev, struct slice name, bool *is_string)
{
	struct json j;
	enum json_token token;

	json_init(&j);
	json_feed(&j, ev->line, true);
	json_next(&j);
	while ((token = json_next(&j)) > JSON_END) {
		if (token != JSON_KEY || j.depth != 1 || !is_key(j.text, name))
			continue;
		token = json_next(&j);
		*is_string = token == JSON_STRING;
		if (token >= JSON_STRING && token < JSON_NULL)
			return j.text;
	}
	*is_string = true;
	return (struct slice){ "", 0 };
}

static void
add_by(struct grouping *g, const struct event *ev)
{
	struct slice name, value;
	bool is_string;
	int key;

	for (size_t i = 0; i < grouping_options.by.count; i++) {
		name = slice_of(grouping_options.by.items[i]);
		key = event_key_of(name);
		if (key >= 0) {
			value = event_get(ev, (enum event_key)key);
			is_string = value.len == 0 ||
			    event_keys[key].type == EVENT_STRING;
		} else {
			value = find_value(ev, name, &is_string);
		}
		add_member(g, g->by_names[i], value, is_string);
	}
}

/* The handler, else the name; then who has it, for names repeat. */
static void
add_default(struct grouping *g, const struct event *ev, enum event_key name)
{
	static const enum event_key owners[] = { EVENT_PLUGIN, EVENT_SERVICE };

	if (event_has(ev, EVENT_HANDLER))
		name = EVENT_HANDLER;
	add_member(g, SLICE("handler"), event_get(ev, name), true);
	for (size_t i = 0; i < 2; i++)
		if (event_has(ev, owners[i])) {
			add_member(g, event_keys[owners[i]].name,
			    ev->value[owners[i]], true);
			return;
		}
}

struct slice
grouping_of(struct grouping *g, const struct event *ev, enum event_key name)
{
	g->len = 0;
	if (grouping_options.by.count > 0)
		add_by(g, ev);
	else
		add_default(g, ev, name);
	return (struct slice){ g->text, g->len };
}

struct slice
grouping_of_topic(struct grouping *g, const struct event *ev)
{
	g->len = 0;
	add_member(g, SLICE("kind"), ev->value[EVENT_KIND], true);
	if (event_has(ev, EVENT_PLUGIN))
		add_member(g, SLICE("plugin"), ev->value[EVENT_PLUGIN], true);
	add_member(g, SLICE("event"), event_get(ev, EVENT_NAME), true);
	return (struct slice){ g->text, g->len };
}

struct slice
grouping_of_partial(struct grouping *g, struct slice record)
{
	struct json j;
	struct slice name;
	bool is_string;

	g->len = 0;
	json_init(&j);
	json_feed(&j, record, true);
	json_next(&j);
	while (json_next(&j) == JSON_KEY &&
	    !slice_equal(j.text, SLICE("sketch"))) {
		name = j.text;
		is_string = json_next(&j) == JSON_STRING;
		add_member(g, name, j.text, is_string);
	}
	return (struct slice){ g->text, g->len };
}

struct slice
grouping_other(struct grouping *g)
{
	const struct slice other = SLICE("(other)");

	g->len = 0;
	if (grouping_options.by.count == 0)
		add_member(g, SLICE("handler"), other, true);
	for (size_t i = 0; i < grouping_options.by.count; i++)
		add_member(g, g->by_names[i], other, true);
	return (struct slice){ g->text, g->len };
}

struct slice
grouping_add_session(struct grouping *g, struct slice session)
{
	char *p;

	g->text = mem_grow(g->text, &g->cap, g->len + session.len * 6 + 32, 1);
	p = g->text + g->len;
	/* A byte that JSON text cannot contain. */
	*p++ = '\n';
	g->len = (size_t)(put_normal(p, session) - g->text);
	return (struct slice){ g->text, g->len };
}

struct slice
grouping_session(const struct grouping *g, const struct event *ev)
{
	if (g->by_session)
		return (struct slice){ "", 0 };
	return event_has(ev, EVENT_SESSION) ? ev->value[EVENT_SESSION]
					    : event_get(ev, EVENT_SRC);
}
