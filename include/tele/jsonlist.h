/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONLIST_H
#define TELE_JSONLIST_H

#include "tele/jsonevent.h"

/* Values of JSON that are objects or arrays, as what events have for them. */

/*
 * LIST, objects that name a trace and a span: OTLP's links, or, with
 * HAS_PARENT, Jaeger's references, of which the first child-of of the event's
 * own trace is its parent.
 */
bool jsonlist_links(struct jsonevent *ev, struct slice list, bool has_parent);

/*
 * A stack trace that is a list of lines, or of frames: objects that have a
 * function, a file and a line under any of the usual names.
 */
bool jsonlist_stack(struct jsonevent *ev, int to, struct slice list);

/* A text that is a list of bytes, as in systemd's journal. */
bool jsonlist_bytes(struct jsonevent *ev, int to, struct slice list);

/* `{"seconds":...,"nanos":...}` and the like. */
bool jsonlist_instant(struct slice object, struct timestamp *t);

#endif
