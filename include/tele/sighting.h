/* SPDX-License-Identifier: MIT */
#ifndef TELE_SIGHTING_H
#define TELE_SIGHTING_H

#include "tele/event.h"
#include "tele/execution.h"
#include "tele/finding.h"
#include "tele/mem.h"

/* How often something was seen, and where first.  JSON text. */
struct sighting {
	uint64_t count;
	struct slice src, src_line;
};

/* Count one more, in EV or in step I of E; the first is kept in ARENA. */
void sighting_add(struct sighting *s, struct arena *arena,
    const struct event *ev);
void sighting_add_step(struct sighting *s, struct arena *arena,
    const struct execution *e, size_t i);

/* Set `src` and `src_line` of the finding F. */
void sighting_set(const struct sighting *s, struct finding *f);

/* What an event says of a step.  JSON text. */
struct observed {
	struct slice name, service, plugin, handler, movement, beat;
	struct slice code_file, code_line;
	bool is_span; /* else a beat, whose name is the topic */
};

/* What step I of E is, copied to ARENA. */
struct observed observed_read(struct arena *arena, const struct execution *e,
    size_t i);

/* A copy of TEXT in ARENA; nothing of nothing. */
struct slice sighting_keep(struct arena *arena, struct slice text);

#endif
