/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONEVENT_H
#define TELE_JSONEVENT_H

#include "tele/assume.h"
#include "tele/emit.h"
#include "tele/format.h"
#include "tele/jsonwalk.h"
#include "tele/latenames.h"

/* Which fields of a rule a record with these paths gives, by which sources. */
enum { JSONEVENT_PLAN_BITS = 3 };
struct jsonevent_plan {
	const struct json_rule *rule;
	uint64_t have[PICKER_WORDS];
	uint64_t fields, sources[JSON_RULE_FIELDS];
};

/*
 * An event in the making, from what a rule finds in a record of JSON.  It lasts
 * until the next one begins.
 */
struct jsonevent {
	const struct format *f;
	const struct jsonwalk *walk; /* knows the objects around the record */
	struct latenames *names;

	struct captures got; /* JSON text */
	struct stamp time;
	int64_t start_ns, end_ns, duration_ns;
	bool has_start, has_end, has_duration;
	const struct status_text *status;
	struct timestamp_cache stamps;
	struct assume assume; /* what the times of the file lack */
	bool is_late;         /* it has a mark for a name that may come later */
	/* Where each field came from that was set: if notes_sources, no other.
	 */
	const struct json_source *from[JSON_FIELDS];
	bool notes_sources;

	struct slice extra; /* JSON text of members that go behind all others */

	struct jsonevent_plan *plans; /* of records like the last ones */
	struct picked outer;          /* the last value of an object around */

	struct arena text; /* what is too large for the scratch */
	char *scratch;
	size_t scratch_used;
};

/* F, WALK and NAMES are borrowed. */
void jsonevent_init(struct jsonevent *ev, const struct format *f,
    const struct jsonwalk *walk, struct latenames *names);
void jsonevent_free(struct jsonevent *ev);

/* Nothing is known of the event that begins. */
void jsonevent_begin(struct jsonevent *ev);

/*
 * The event is of a record within that of OUTER, a copy of *EV, and takes the
 * fields of SHARED from it; and go on with OUTER.
 */
void jsonevent_begin_within(struct jsonevent *ev, const struct jsonevent *outer,
    uint64_t shared);
void jsonevent_return(struct jsonevent *ev, const struct jsonevent *outer);

/*
 * What keeps the record in PICKER from being one of those that R is for; NULL
 * if it is one.
 */
const struct json_condition *jsonevent_misfit(struct jsonevent *ev,
    const struct picker *picker, const struct json_rule *r);

/* The value at S in an object around the record, or NULL. */
const struct picked *jsonevent_outer(struct jsonevent *ev,
    const struct json_source *s);

/*
 * The value at S, or NULL: null and "" are none.  Borrowed until the next call.
 */
static inline const struct picked *
jsonevent_value(struct jsonevent *ev, const struct picker *picker,
    const struct json_source *s)
{
	const struct picked *value = NULL;

	if (s->up > 0)
		value = jsonevent_outer(ev, s);
	else if (picker_has(picker, s->path))
		value = &picker->got[s->path];
	if (value == NULL || value->type == 'n' ||
	    (value->text.len == 0 && s->as != JSON_AS_PRESENCE))
		return NULL;
	return value;
}

/* Take all that R says of the record in PICKER; then what follows from it. */
void jsonevent_fill(struct jsonevent *ev, const struct picker *picker,
    const struct json_rule *r);
void jsonevent_finish(struct jsonevent *ev, const struct json_rule *r);

/* Set FIELD to JSON text; false if that is none of its type. */
bool jsonevent_set_typed(struct jsonevent *ev, int field, struct slice json);

static inline bool
jsonevent_set(struct jsonevent *ev, int field, struct slice json)
{
	if (field < EVENT_KEYS && event_keys[field].type == EVENT_STRING) {
		captures_set(&ev->got, field, json);
		return true;
	}
	return jsonevent_set_typed(ev, field, json);
}

struct slice jsonevent_get(const struct jsonevent *ev, int field);

/* Room for SIZE bytes that last as long as the event. */
char *jsonevent_room(struct jsonevent *ev, size_t size);

/* JSON text with what drives a terminal escaped; see json_tame. */
struct slice jsonevent_tame(struct jsonevent *ev, struct slice json);

void jsonevent_emit(struct jsonevent *ev, struct emitter *e,
    enum event_kind kind, uint64_t line);

#endif
