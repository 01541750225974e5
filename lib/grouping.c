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

static void
add_text(struct grouping *g, struct slice text)
{
	g->text = mem_grow(g->text, &g->cap, g->len + text.len, 1);
	memcpy(g->text + g->len, text.ptr, text.len);
	g->len += text.len;
}

/* RAW is JSON text: two ways to escape the same string must not differ. */
static void
add_normal(struct grouping *g, struct slice raw)
{
	char *plain;
	size_t len;
	bool is_plain = true;

	for (size_t i = 0; i < raw.len && is_plain; i++)
		is_plain = (unsigned char)(raw.ptr[i] - 0x20) < 0x5f &&
		    raw.ptr[i] != '\\';
	if (is_plain) {
		add_text(g, raw);
		return;
	}
	plain = mem_alloc(raw.len);
	len = json_unescape(plain, raw);
	g->text = mem_grow(g->text, &g->cap, g->len + len * 6 + 16, 1);
	g->len += json_escape(g->text + g->len, (struct slice){ plain, len });
	free(plain);
}

/* `"name":"value"` or `"name":17`, after a comma if it is not the first. */
static void
add_member(struct grouping *g, struct slice name, struct slice value,
    bool is_string)
{
	if (g->len > 0)
		add_text(g, SLICE(","));
	add_text(g, SLICE("\""));
	add_text(g, name);
	add_text(g, is_string ? SLICE("\":\"") : SLICE("\":"));
	if (is_string)
		add_normal(g, value);
	else
		add_text(g, value);
	if (is_string)
		add_text(g, SLICE("\""));
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
	/* A byte that JSON text cannot contain. */
	add_text(g, SLICE("\n"));
	add_normal(g, session);
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
