/* SPDX-License-Identifier: MIT */
#ifndef TELE_EVENT_H
#define TELE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/input.h"
#include "tele/out.h"
#include "tele/slice.h"
#include "tele/timestamp.h"

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

static inline bool
event_kind_is_work(enum event_kind kind)
{
	return kind <= KIND_SPAN;
}

/* What a line of the wire is, told apart in this order. */
enum record_type {
	RECORD_FINDING,
	RECORD_GRAPH,
	RECORD_SKETCH,
	RECORD_EVENT,
	RECORD_STATISTICS,
};

/*
 * One record.  Values are raw JSON, strings without their quotes but still
 * escaped; they borrow from the input until the next call of event_next.
 */
struct event {
	struct slice line; /* the whole record, without newline */
	enum record_type type;
	enum event_kind kind; /* of a RECORD_EVENT */
	uint64_t have;        /* a bit for every key that is there */
	struct slice value[EVENT_KEYS];
};

static inline bool
event_has(const struct event *ev, enum event_key key)
{
	return (ev->have >> key & 1) != 0;
}

/* The value of KEY, or an empty slice. */
static inline struct slice
event_get(const struct event *ev, enum event_key key)
{
	return event_has(ev, key) ? ev->value[key] : (struct slice){ "", 0 };
}

/*
 * Whether LINE, or as much of it as there is, looks like a record of the wire,
 * of a kind that this version knows.
 */
bool event_is_ours(struct slice line);

/*
 * A reader of records.  It learns in which order the keys come and compares
 * the next one with its guess in one go.
 */
struct event_reader {
	struct input *in;
	struct event_shapes *shapes;
	struct timestamp_cache time;
};

void event_reader_init(struct event_reader *r, struct input *in);
void event_reader_free(struct event_reader *r);

/*
 * Read the next record; false at the end of the input.  A line that is no
 * JSON object, or whose known keys have values of the wrong type, is reported
 * and skipped.
 */
bool event_next(struct event_reader *r, struct event *ev);

/* The same, false already at the end of the current block. */
bool event_in_block(struct event_reader *r, struct event *ev);

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

/*
 * Write EV with the values of C: in place of the old ones or where the order of
 * keys wants them.  All else stays byte for byte.
 */
void event_write_changed(struct out *out, const struct event *ev,
    const struct event_change *c);

/* The same with one string key set to JSON. */
void event_write_with(struct out *out, const struct event *ev,
    enum event_key key, struct slice json);

/*
 * A duration key as nanoseconds, or a time as nanoseconds and digits.  False
 * if the key is absent, or if its value is malformed, which is reported.
 */
bool event_ns(struct event_reader *r, const struct event *ev,
    enum event_key key, int64_t *ns);
bool event_time(struct event_reader *r, const struct event *ev, int64_t *ns,
    int *digits);

#endif
