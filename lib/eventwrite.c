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

void
event_write_with(struct out *out, const struct event *ev, enum event_key key,
    struct slice json)
{
	const char *from = ev->line.ptr, *end = from + ev->line.len, *at;
	struct slice name = event_keys[key].name;
	uint64_t later = ev->have >> key >> 1;
	int next = (int)key + 1;

	if (event_has(ev, key)) {
		at = ev->value[key].ptr;
		write_text(out, slice_range(from, at));
		out_write(out, json);
		write_text(out, slice_range(at + ev->value[key].len, end));
		out_write(out, SLICE("\n"));
		return;
	}
	while (next < EVENT_KEYS && (later & 1) == 0) {
		later >>= 1;
		next++;
	}
	at = next < EVENT_KEYS ? member_start(ev, (enum event_key)next)
			       : end - 1;
	write_text(out, slice_range(from, at));
	if (next == EVENT_KEYS && *json_blank(from + 1, end) != '}')
		out_write(out, SLICE(","));
	out_write(out, SLICE("\""));
	out_write(out, name);
	out_write(out, SLICE("\":\""));
	out_write(out, json);
	out_write(out, next < EVENT_KEYS ? SLICE("\",") : SLICE("\""));
	write_text(out, slice_range(at, end));
	out_write(out, SLICE("\n"));
}
