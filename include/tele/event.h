/* SPDX-License-Identifier: MIT */
#ifndef TELE_EVENT_H
#define TELE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/eventwrite.h"
#include "tele/input.h"
#include "tele/schema.h"
#include "tele/slice.h"
#include "tele/timestamp.h"

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
 * Whether EV is work that failed, or a log of level error or above.  Points of
 * kind error tell of a failure, and are none.
 */
bool event_has_failed(const struct event *ev);

/*
 * The next string of *REST, the value of a key that is an array of strings:
 * its text between the quotes, still escaped.  False at the end.
 */
bool event_next_string(struct slice *rest, struct slice *string);

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
 * Whose work EV is: its plugin or else its service, which may be empty, and its
 * handler or else its name, as JSON text.
 */
void event_names(const struct event *ev, struct slice *owner,
    struct slice *name);

/*
 * A duration key as nanoseconds, or a time as nanoseconds and digits.  False
 * if the key is absent, or if its value is malformed, which is reported.
 */
bool event_ns(struct event_reader *r, const struct event *ev,
    enum event_key key, int64_t *ns);
bool event_time(struct event_reader *r, const struct event *ev, int64_t *ns,
    int *digits);

#endif
