/* SPDX-License-Identifier: MIT */
#include "tele/sighting.h"

struct slice
sighting_keep(struct arena *arena, struct slice text)
{
	return text.len > 0 ? arena_copy(arena, text) : text;
}

void
sighting_add(struct sighting *s, struct arena *arena, const struct event *ev)
{
	if (s->count++ > 0)
		return;
	s->src = sighting_keep(arena, event_get(ev, EVENT_SRC));
	s->src_line = sighting_keep(arena, event_get(ev, EVENT_SRC_LINE));
}

void
sighting_add_step(struct sighting *s, struct arena *arena,
    const struct execution *e, size_t i)
{
	if (s->count++ > 0)
		return;
	s->src = sighting_keep(arena, execution_value(e, i, EVENT_SRC));
	s->src_line = sighting_keep(arena,
	    execution_value(e, i, EVENT_SRC_LINE));
}

void
sighting_set(const struct sighting *s, struct finding *f)
{
	finding_raw(f, "src", s->src);
	finding_json(f, "src_line", s->src_line);
}
