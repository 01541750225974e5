/* SPDX-License-Identifier: MIT */
#ifndef TELE_EVENTWRITE_H
#define TELE_EVENTWRITE_H

#include <stdint.h>

#include "tele/out.h"
#include "tele/schema.h"

/* Events that pass through a filter. */

struct event;

/*
 * Write EV as it came, byte for byte; but what drives a terminal is escaped
 * where OUT is one.
 */
void event_write(struct out *out, const struct event *ev);

/*
 * What to change in an event: values for the keys of SET, JSON text as
 * event_get has it.
 */
struct event_change {
	uint64_t set; /* a bit for every key */
	struct slice value[EVENT_KEYS];
};

static inline void
event_change_set(struct event_change *c, enum event_key key, struct slice json)
{
	c->set |= UINT64_C(1) << key;
	c->value[key] = json;
}

/* The value of KEY that EV will have. */
struct slice event_change_get(const struct event_change *c,
    const struct event *ev, enum event_key key);

/*
 * Write EV with the values of C: in place of the old ones or where the order of
 * keys wants them.  All else stays byte for byte.
 */
void event_write_changed(struct out *out, const struct event *ev,
    const struct event_change *c);

/* The same with one string key set to JSON. */
void event_write_with(struct out *out, const struct event *ev,
    enum event_key key, struct slice json);

#endif
