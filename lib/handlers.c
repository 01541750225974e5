/* SPDX-License-Identifier: MIT */
#include "tele/handlers.h"
#include "tele/json.h"
#include "tele/jsontext.h"

enum { STATE_KEYS_MAX = 100 }; /* that one handler is said to change */

struct handler_record {
	struct slice handler, plugin, event; /* JSON text */
	struct slice code_file, code_line;
	uint64_t reports, failures;
	bool is_pure;           /* as documented */
	struct sighting impure; /* it changed the state all the same */
	struct map keys;        /* of nothing: which of the state */
};

void
handlers_init(struct handlers *all, const struct catalog *c, size_t max_names)
{
	*all = (struct handlers){ .catalog = c, .max_names = max_names };
	map_init(&all->records, sizeof(struct handler_record));
}

static struct handler_record *
record_at(const struct handlers *all, size_t i)
{
	return (void *)all->records.entries[i]->value;
}

void
handlers_free(struct handlers *all)
{
	for (size_t i = 0; i < all->records.count; i++)
		if (record_at(all, i)->impure.count > 0)
			map_free(&record_at(all, i)->keys);
	map_free(&all->records);
	arena_free(&all->arena);
}

static bool
agrees(struct slice name, struct slice raw)
{
	return name.len == 0 || raw.len == 0 || catalog_is_name(name, raw);
}

/* Whether all that is documented of the handler says that it is pure. */
static bool
is_pure(struct handlers *all, const struct event *ev)
{
	const struct catalog_step *step = catalog_handler(all->catalog,
	    json_canonical(&all->scratch, event_get(ev, EVENT_HANDLER)));
	bool is = false;

	for (; step != NULL; step = step->same_handler) {
		if (!agrees(step->plugin, event_get(ev, EVENT_PLUGIN)) ||
		    !agrees(step->name, event_get(ev, EVENT_EVENT)))
			continue;
		if (!step->is_pure)
			return false;
		is = true;
	}
	return is;
}

static struct slice
keep(struct handlers *all, const struct event *ev, enum event_key key)
{
	return sighting_keep(&all->arena, event_get(ev, key));
}

/* The key of a record: HANDLER, PLUGIN and EVENT, in SCRATCH. */
static struct slice
key_of(struct arena *scratch, struct slice handler, struct slice plugin,
    struct slice event)
{
	size_t len = handler.len + plugin.len + event.len + 2;
	char *key = arena_alloc(scratch, len), *p = key;

	memcpy(p, handler.ptr, handler.len);
	p += handler.len;
	*p++ = '\n';
	memcpy(p, plugin.ptr, plugin.len);
	p += plugin.len;
	*p++ = '\n';
	memcpy(p, event.ptr, event.len);
	return (struct slice){ key, len };
}

static struct handler_record *
record_of(struct handlers *all, const struct event *ev)
{
	struct slice key = key_of(&all->scratch, event_get(ev, EVENT_HANDLER),
	    event_get(ev, EVENT_PLUGIN), event_get(ev, EVENT_EVENT));
	struct handler_record *h = map_get(&all->records, key);

	if (h != NULL || all->records.count >= all->max_names)
		return h;
	h = map_put(&all->records, key, NULL);
	h->handler = keep(all, ev, EVENT_HANDLER);
	h->plugin = keep(all, ev, EVENT_PLUGIN);
	h->event = keep(all, ev, EVENT_EVENT);
	h->code_file = keep(all, ev, EVENT_CODE_FILE);
	h->code_line = keep(all, ev, EVENT_CODE_LINE);
	h->is_pure = is_pure(all, ev);
	return h;
}

static void
note_state_keys(struct handler_record *h, const struct event *ev)
{
	static const enum event_key changes[] = { EVENT_ADDED, EVENT_UPDATED,
		EVENT_REMOVED };
	struct json j;
	enum json_token token;

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		json_init(&j);
		json_feed(&j, event_get(ev, changes[i]), true);
		while (h->keys.count < STATE_KEYS_MAX &&
		    (token = json_next(&j)) > JSON_END)
			if (token == JSON_STRING)
				map_put(&h->keys, j.text, NULL);
	}
}

static void
add_changes(struct handlers *all, struct handler_record *h,
    const struct event *ev)
{
	const uint64_t changes = UINT64_C(1) << EVENT_ADDED |
	    UINT64_C(1) << EVENT_UPDATED | UINT64_C(1) << EVENT_REMOVED;

	if (!h->is_pure || (ev->have & changes) == 0)
		return;
	if (h->impure.count == 0)
		map_init(&h->keys, 1);
	sighting_add(&h->impure, &all->arena, ev);
	note_state_keys(h, ev);
}

void
handlers_add(struct handlers *all, const struct event *ev)
{
	struct handler_record *h;

	if ((ev->kind != KIND_STATE && ev->kind != KIND_ERROR) ||
	    !event_has(ev, EVENT_HANDLER))
		return;
	h = record_of(all, ev);
	arena_free(&all->scratch);
	if (h == NULL)
		return;
	if (ev->kind == KIND_ERROR)
		h->failures++;
	else
		h->reports++;
	add_changes(all, h, ev);
}

bool
handlers_only_failed(const struct handlers *all, struct slice handler,
    struct slice plugin, struct slice event)
{
	struct arena scratch = { 0 };
	const struct handler_record *h = map_get(&all->records,
	    key_of(&scratch, handler, plugin, event));

	arena_free(&scratch);
	return h != NULL && h->failures > 0 && h->reports == 0;
}

static void
report_impurity(struct handlers *all, const struct handler_record *h,
    struct findings *findings)
{
	struct finding *f = &findings->finding;
	struct slice *keys = arena_alloc(&all->scratch,
	    (h->keys.count + 1) * sizeof(*keys));

	findings_begin(findings, "TS013", FINDING_NOTE, h->impure.count);
	finding_format(f, "message",
	    "%s is documented as pure, and changed the state",
	    json_plain(&all->scratch, h->handler));
	finding_raw(f, "plugin", h->plugin);
	finding_raw(f, "event", h->event);
	finding_raw(f, "handler", h->handler);
	for (size_t i = 0; i < h->keys.count; i++)
		keys[i] = h->keys.entries[i]->key;
	finding_raws(f, "keys", keys, h->keys.count);
	finding_raw(f, "code_file", h->code_file);
	finding_json(f, "code_line", h->code_line);
	sighting_set(&h->impure, f);
	findings_add(findings, -1);
	arena_free(&all->scratch);
}

void
handlers_report(struct handlers *all, struct findings *findings)
{
	for (size_t i = 0; i < all->records.count; i++)
		if (record_at(all, i)->impure.count > 0)
			report_impurity(all, record_at(all, i), findings);
}
