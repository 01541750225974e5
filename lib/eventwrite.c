/* SPDX-License-Identifier: MIT */
#include "tele/eventwrite.h"
#include "tele/event.h"
#include "tele/json.h"

/* Where the member whose value is VALUE begins: at the quote of its key. */
static const char *
member_start(const struct event *ev, enum event_key key)
{
	const char *p = ev->value[key].ptr;

	if (event_keys[key].type == EVENT_STRING)
		p--;
	while (p[-1] != ':')
		p--;
	for (p--; p[-1] != '"';)
		p--;
	/* However it is escaped, a known key has no quote in it. */
	for (p--; p[-1] != '"';)
		p--;
	return p - 1;
}

/* What drives a terminal is escaped there, and only there. */
static void
write_text(struct out *out, struct slice text)
{
	char *p;

	if (!out->is_terminal) {
		out_write(out, text);
		return;
	}
	p = out_reserve(out, text.len * 6 + 16);
	out_commit(out, p + json_tame(p, text));
}

void
event_write(struct out *out, const struct event *ev)
{
	write_text(out, ev->line);
	out_write(out, SLICE("\n"));
}

struct slice
event_change_get(const struct event_change *c, const struct event *ev,
    enum event_key key)
{
	return (c->set >> key & 1) != 0 ? c->value[key] : event_get(ev, key);
}

/* Where the value of KEY is, or the member before which it is to come. */
static const char *
place_of(const struct event *ev, int key)
{
	uint64_t later = (ev->have >> key >> 1) << 1 << key;

	if (event_has(ev, (enum event_key)key))
		return ev->value[key].ptr;
	later &= (UINT64_C(1) << EVENT_KEYS) - 1;
	if (later != 0)
		return member_start(ev, (enum event_key)__builtin_ctzll(later));
	return ev->line.ptr + ev->line.len - 1;
}

/* `"name":value`, and a comma on the side where other members are. */
static void
write_member(struct out *out, int key, struct slice json, bool is_last,
    bool is_only)
{
	const struct event_key_info *info = &event_keys[key];
	bool is_string = info->type == EVENT_STRING;

	out_write(out, is_last && !is_only ? SLICE(",\"") : SLICE("\""));
	out_write(out, info->name);
	out_write(out, is_string ? SLICE("\":\"") : SLICE("\":"));
	out_write(out, json);
	if (is_string)
		out_write(out, SLICE("\""));
	if (!is_last)
		out_write(out, SLICE(","));
}

void
event_write_changed(struct out *out, const struct event *ev,
    const struct event_change *c)
{
	const char *from = ev->line.ptr, *end = from + ev->line.len - 1;
	bool is_empty = *json_blank(from + 1, end + 1) == '}';
	const char *at[EVENT_KEYS], *place;
	int keys[EVENT_KEYS], count = 0, i;

	for (uint64_t set = c->set; set != 0; set &= set - 1) {
		int key = __builtin_ctzll(set);

		place = place_of(ev, key);
		for (i = count++; i > 0 && at[i - 1] > place; i--) {
			at[i] = at[i - 1];
			keys[i] = keys[i - 1];
		}
		at[i] = place;
		keys[i] = key;
	}
	for (i = 0; i < count; i++) {
		write_text(out, slice_range(from, at[i]));
		from = at[i];
		if (event_has(ev, (enum event_key)keys[i])) {
			out_write(out, c->value[keys[i]]);
			from += ev->value[keys[i]].len;
			continue;
		}
		write_member(out, keys[i], c->value[keys[i]], from == end,
		    is_empty);
		is_empty = false;
	}
	write_text(out, slice_range(from, end + 1));
	out_write(out, SLICE("\n"));
}

void
event_write_with(struct out *out, const struct event *ev, enum event_key key,
    struct slice json)
{
	struct event_change c;

	c.set = 0;
	event_change_set(&c, key, json);
	event_write_changed(out, ev, &c);
}
