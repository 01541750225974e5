/* SPDX-License-Identifier: MIT */
#ifndef TELE_EVENTWRITE_H
#define TELE_EVENTWRITE_H

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
 * Write EV with the string key KEY set to JSON, its text between the quotes:
 * in place of the old value or where the order of keys wants it.  All else
 * stays byte for byte.
 */
void event_write_with(struct out *out, const struct event *ev,
    enum event_key key, struct slice json);

#endif
