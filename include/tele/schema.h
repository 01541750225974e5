/* SPDX-License-Identifier: MIT */
#ifndef TELE_SCHEMA_H
#define TELE_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/slice.h"

/*
 * The wire: one JSON object a line, as tele-event(5) describes it.  The keys,
 * in the order in which events are written.
 */
enum event_key {
	EVENT_TIME,
	EVENT_KIND,
	EVENT_NAME,
	EVENT_DURATION_MS,
	EVENT_SELF_MS,
	EVENT_WAIT_MS,
	EVENT_PRIORITY,
	EVENT_STATUS,
	EVENT_TRACE,
	EVENT_SPAN,
	EVENT_PARENT,
	EVENT_LINKS,
	EVENT_SESSION,
	EVENT_SERVICE,
	EVENT_PLUGIN,
	EVENT_SEQUENCE,
	EVENT_SEQUENCE_ID,
	EVENT_MOVEMENT,
	EVENT_BEAT,
	EVENT_EVENT,
	EVENT_HANDLER,
	EVENT_ADDED,
	EVENT_UPDATED,
	EVENT_REMOVED,
	EVENT_LEVEL,
	EVENT_MESSAGE,
	EVENT_ERROR_TYPE,
	EVENT_ERROR_MESSAGE,
	EVENT_ERROR_STACK,
	EVENT_CODE_FILE,
	EVENT_CODE_LINE,
	EVENT_CODE_FUNCTION,
	EVENT_CODE_CANDIDATES,
	EVENT_SRC,
	EVENT_SRC_LINE,
	EVENT_KEYS, /* how many there are */
};

enum event_type { EVENT_STRING, EVENT_NUMBER, EVENT_INTEGER, EVENT_STRINGS };

struct event_key_info {
	struct slice name;
	enum event_type type;
};

extern const struct event_key_info event_keys[EVENT_KEYS];

/* The key called NAME, or -1. */
int event_key_of(struct slice name);

/* What the values of `kind` are; the first five are work. */
enum event_kind {
	KIND_SEQUENCE,
	KIND_MOVEMENT,
	KIND_BEAT,
	KIND_HANDLER,
	KIND_SPAN,
	KIND_PLAY,
	KIND_PUBLISH,
	KIND_SUBSCRIBE,
	KIND_MOUNT,
	KIND_QUEUE,
	KIND_STATE,
	KIND_ERROR,
	KIND_GAP,
	KIND_LOG,
	KIND_OTHER, /* a kind that this version does not know */
	KINDS = KIND_OTHER,
};

extern const char *const event_kind_names[]; /* ended by NULL */

/* The kind called NAME, or KIND_OTHER. */
enum event_kind event_kind_of(struct slice name);

static inline bool
event_kind_is_work(enum event_kind kind)
{
	return kind <= KIND_SPAN;
}

#endif
