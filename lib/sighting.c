/* SPDX-License-Identifier: MIT */
#include "tele/sighting.h"
#include "tele/walk.h"

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

struct observed
observed_read(struct arena *arena, const struct execution *e, size_t i)
{
	const enum event_key keys[] = { EVENT_SERVICE, EVENT_PLUGIN,
		EVENT_HANDLER, EVENT_MOVEMENT, EVENT_BEAT, EVENT_CODE_FILE,
		EVENT_CODE_LINE };
	struct observed o;
	struct slice *const values[] = { &o.service, &o.plugin, &o.handler,
		&o.movement, &o.beat, &o.code_file, &o.code_line };

	o.name = sighting_keep(arena, walk_name(e, i));
	o.is_span = e->steps[i].kind == KIND_SPAN;
	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++)
		*values[k] = sighting_keep(arena,
		    execution_value(e, i, keys[k]));
	return o;
}
