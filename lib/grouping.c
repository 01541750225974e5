/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/eventfind.h"
#include "tele/grouping.h"
#include "tele/mem.h"

struct grouping_key {
	struct slice name; /* as text */
	struct slice json; /* and in JSON */
	int key;           /* of events, or -1 */
	bool is_seen;
};

static struct grouping_key
make_key(const char *name)
{
	struct grouping_key k = { .name = slice_of(name) };
	char *json = mem_alloc(k.name.len * 6 + 16);

	k.json = (struct slice){ json, json_escape(json, k.name) };
	k.key = event_key_of(k.name);
	return k;
}

void
grouping_init(struct grouping *g, const char *const *names, size_t count)
{
	*g = (struct grouping){ .count = count };
	g->keys = mem_zalloc(count, sizeof(*g->keys));
	for (size_t i = 0; i < count; i++)
		g->keys[i] = make_key(names[i]);
}

void
grouping_free(struct grouping *g)
{
	for (size_t i = 0; i < g->count; i++)
		free((char *)g->keys[i].json.ptr);
	free(g->keys);
	free(g->text);
	*g = (struct grouping){ 0 };
}

bool
grouping_has(const struct grouping *g, const char *name)
{
	for (size_t i = 0; i < g->count; i++)
		if (slice_equal(g->keys[i].name, slice_of(name)))
			return true;
	return false;
}

static char *
put(char *p, struct slice text)
{
	memcpy(p, text.ptr, text.len);
	return p + text.len;
}

/* `"name":"value"` or `"name":17`, after a comma if it is not the first. */
static void
add_member(struct grouping *g, struct slice name, struct slice value,
    bool is_string)
{
	char *p;

	g->text = mem_grow(g->text, &g->cap,
	    g->len + name.len + 7 * value.len + 32, 1);
	p = g->text + g->len;
	p = put(p, g->len > 0 ? SLICE(",\"") : SLICE("\""));
	p = put(p, name);
	p = put(p, is_string ? SLICE("\":\"") : SLICE("\":"));
	if (is_string) {
		p += json_normal(p, value);
		*p++ = '"';
	} else {
		p = put(p, value);
	}
	g->len = (size_t)(p - g->text);
}

static struct slice
name_of(const struct grouping *g)
{
	return (struct slice){ g->len > 0 ? g->text : "", g->len };
}

/* The value of a key that events do not know, such as attr.user. */
static struct slice
find_value(const struct event *ev, struct slice name, bool *is_string)
{
	enum json_token type;
	struct slice value = event_find(ev, name, &type);

	if (type < JSON_STRING || type == JSON_NULL)
		value.len = 0;
	*is_string = value.len == 0 || type == JSON_STRING;
	return value;
}

static void
add_keys(struct grouping *g, const struct event *ev)
{
	struct grouping_key *k;
	struct slice value;
	bool is_string;

	g->is_used = true;
	for (size_t i = 0; i < g->count; i++) {
		k = &g->keys[i];
		if (k->key >= 0) {
			value = event_get(ev, (enum event_key)k->key);
			is_string = value.len == 0 ||
			    event_keys[k->key].type == EVENT_STRING;
		} else {
			value = find_value(ev, k->name, &is_string);
		}
		k->is_seen |= value.len > 0;
		add_member(g, k->json, value, is_string);
	}
}

const char *
grouping_unseen(const struct grouping *g)
{
	for (size_t i = 0; g->is_used && i < g->count; i++)
		if (!g->keys[i].is_seen)
			return g->keys[i].name.ptr;
	return NULL;
}

/* The handler, else the name; then whose it is. */
static void
add_default(struct grouping *g, const struct event *ev)
{
	static const enum event_key owners[] = { EVENT_PLUGIN, EVENT_SERVICE };
	enum event_key name = event_has(ev, EVENT_HANDLER) ? EVENT_HANDLER
							   : EVENT_NAME;

	add_member(g, SLICE("handler"), event_get(ev, name), true);
	for (size_t i = 0; i < 2; i++)
		if (event_has(ev, owners[i])) {
			add_member(g, event_keys[owners[i]].name,
			    ev->value[owners[i]], true);
			return;
		}
}

struct slice
grouping_of(struct grouping *g, const struct event *ev)
{
	g->len = 0;
	if (g->count > 0)
		add_keys(g, ev);
	else
		add_default(g, ev);
	return name_of(g);
}

struct slice
grouping_all(struct grouping *g, struct slice value)
{
	g->len = 0;
	for (size_t i = 0; i < g->count; i++)
		add_member(g, g->keys[i].json, value, true);
	if (g->count == 0)
		add_member(g, SLICE("handler"), value, true);
	return name_of(g);
}

/*
 * The member at *P, whose value is raw JSON; *P moves on to the next one.
 * False where there is none.
 */
static bool
next_member(const char **p, const char *end, struct slice *key,
    struct slice *value)
{
	struct json_fault fault;
	const char *name = json_blank(*p, end), *after, *from;

	if (name == end || *name != '"')
		return false;
	after = json_string(name, end, &fault);
	if (after == NULL)
		return false;
	*key = slice_range(name + 1, after - 1);
	from = json_blank(json_blank(after, end) + 1, end);
	after = json_value(from, end, 0, &fault);
	if (after == NULL)
		return false;
	*value = slice_range(from, after);
	after = json_blank(after, end);
	*p = after < end && *after == ',' ? after + 1 : after;
	return true;
}

/* RAW without its quotes, if it is a string. */
static struct slice
unquoted(struct slice raw)
{
	return *raw.ptr == '"' ? (struct slice){ raw.ptr + 1, raw.len - 2 }
			       : raw;
}

struct slice
grouping_before(struct grouping *g, struct slice record, struct slice end)
{
	const char *p = json_blank(record.ptr, record.ptr + record.len) + 1;
	struct slice key, value;

	g->len = 0;
	while (next_member(&p, record.ptr + record.len, &key, &value) &&
	    !slice_equal(key, end))
		add_member(g, key, unquoted(value), *value.ptr == '"');
	return name_of(g);
}

struct slice
grouping_value(struct slice name, struct slice key, bool *is_number)
{
	const char *p = name.ptr;
	struct slice own, value;

	while (next_member(&p, name.ptr + name.len, &own, &value))
		if (slice_equal(own, key)) {
			*is_number = *value.ptr == '-' ||
			    (*value.ptr >= '0' && *value.ptr <= '9');
			return unquoted(value);
		}
	*is_number = false;
	return (struct slice){ "", 0 };
}
