/* SPDX-License-Identifier: MIT */
#ifndef TELE_RECORDINGS_H
#define TELE_RECORDINGS_H

#include "tele/map.h"
#include "tele/quantile.h"
#include "tele/scenario.h"
#include "tele/selection.h"

/*
 * Executions that did the same, as one recording: how often it happened, the
 * events of the first one, and which of their fields were the same each time.
 */

/*
 * A field of an event that makes no difference to what happened.  It belongs to
 * step AT of the scenario, -1 is the root; to its handler number HANDLER, -1 is
 * the step itself.
 */
struct recording_field {
	size_t place; /* private */
	int32_t at, handler;
	struct slice key, value; /* JSON text, VALUE with its quotes */
	bool varies;             /* it was not the same each time */
	bool is_seen;            /* private */
};

/* Of an event, no more fields are looked at. */
enum { RECORDING_FIELDS = 256 };

struct recording {
	struct slice flow; /* see scenario.h */
	size_t steps;
	bool has_failed;
	bool is_selected; /* an execution had an event that is meant */
	uint64_t count;
	struct slice *lines; /* the events of the first, as they came */
	size_t line_count;
	struct slice root; /* the one of them that is around the others */
	struct slice src, src_line;
	struct recording_field *fields;
	size_t field_count, fixed; /* how many do not vary */
	bool has_time;
	int64_t first_ns, last_ns; /* of the starts */
	int first_digits, last_digits;
	bool has_duration;
	int64_t max_ns;
	struct quantile durations; /* if they were asked for */
};

/* What recordings may take, in bytes, and what open executions may. */
enum { RECORDINGS_BYTES = 40 << 20, RECORDINGS_OPEN_BYTES = 6 << 20 };

/* What to make recordings of; it is borrowed. */
struct recordings_options {
	const struct selection *selection; /* those are marked */
	struct slice payload; /* the key of what a request asks with */
	size_t max;           /* at most so many are told apart */
	bool wants_durations;
};

struct recordings {
	struct map map; /* of struct recording, by their flow */
	struct arena arena;
	struct executions *executions;
	struct scenario_reader reader;
	const struct recordings_options *options;
	size_t bytes;
	uint64_t count;      /* executions that were seen from start to end */
	uint64_t unlisted;   /* of these: of more recordings than are kept */
	uint64_t incomplete; /* executions of which not all was seen */
};

void recordings_init(struct recordings *all,
    const struct recordings_options *options);
void recordings_free(struct recordings *all);

/* Take EV, an event; what is malformed in it is reported. */
void recordings_add(struct recordings *all, struct event_reader *r,
    const struct event *ev);

/* The input is over. */
void recordings_finish(struct recordings *all);

/*
 * All of them, the most frequent first, those alike by what happened; to be
 * freed.
 */
const struct recording **recordings_sorted(const struct recordings *all);

/*
 * The next member of an object whose text, or what is left of it, is *REST: its
 * key without, its value with quotes.  False at the end.
 */
bool recording_next_member(struct slice *rest, struct slice *key,
    struct slice *value);

/* The value of KEY in LINE, a string without its quotes; or empty. */
struct slice recording_member(struct slice line, struct slice key);

#endif
