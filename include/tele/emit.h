/* SPDX-License-Identifier: MIT */
#ifndef TELE_EMIT_H
#define TELE_EMIT_H

#include "tele/event.h"
#include "tele/fields.h"
#include "tele/out.h"
#include "tele/timestamp.h"
#include "tele/wide.h"

/*
 * Events, written in wire order (event.h) from wherever their values are, past
 * the filters that the user asked for, to an output that keeps their order
 * even while one of them has to wait.
 */

/* An instant and how it is written. */
struct stamp {
	int64_t ns;
	int digits;
	bool is_set;
	uint8_t len;
	int64_t minute_ns; /* TEXT is of the minute from here on; 0: unknown */
	char text[TIMESTAMP_MAX + WIDE_SLACK];
};

/* SOURCE is the text that T was read from, if there is one. */
void stamp_set(struct stamp *s, const struct timestamp *t, struct slice source);

/* The values of `status`. */
struct status_text {
	char text[WIDE_SLACK];
	uint8_t len;
};

extern const struct status_text status_ok, status_error, status_unfinished;

/*
 * Everything that one event says; what is zero or empty is left out.  Slices
 * are readable as wide.h says.
 */
enum { EMIT_SOURCES = 8 };

struct emission {
	enum event_kind kind;
	struct slice name; /* JSON text */
	const struct stamp *time;
	bool has_duration;
	int64_t duration_ns, self_ns; /* self: -1 is unknown */
	const struct status_text *status;
	struct slice span, parent; /* ids */
	/* Text from the current record, the fields in CAPTURED of it ... */
	const struct captures *captures;
	uint64_t captured;
	bool captured_json; /* ... escaped already */
	/* JSON text; of a field that several have, the first counts. */
	struct {
		const struct fields *fields;
		uint64_t mask;
	} sources[EMIT_SOURCES];
	int source_count;
	uint64_t line;
	struct slice extra; /* `,"attr.x":"..."`: members behind all others */
};

struct emit_options {
	uint64_t kinds; /* a bit for each event_kind; 0 is all */
	bool has_since, has_until;
	int64_t since_ns, until_ns;
	const char *session;             /* or NULL */
	uint64_t keep;                   /* own fields to write as attr.NAME */
	const struct field_names *names; /* what they are called */
};

struct emitter {
	struct out *out;
	struct emit_options options;
	uint64_t count; /* events written */

	/*
	 * Asked about the first event that waits: write it (emit_event with
	 * emit_now) and return true; or return false, unless IS_LAST_CHANCE.
	 */
	bool (*settle)(void *arg, void *thing, bool is_last_chance);
	void *arg;

	/* If set, gets each event instead, and may emit_directly. */
	void (*through)(void *arg, struct emitter *e, const struct emission *m);
	void *through_arg;

	struct slice session;   /* escaped */
	struct slice src;       /* `,"src":"...","src_line":` */
	struct arena arena;     /* of the above */
	struct emit_held *held; /* a ring, oldest first */
	size_t held_first, held_count, held_cap;
	char *text; /* of events behind one that waits */
	size_t text_len, text_cap;
	bool now; /* write past those that wait */
};

void emit_init(struct emitter *e, struct out *out,
    const struct emit_options *options);
void emit_free(struct emitter *e);

/* Events come from the file SRC from now on. */
void emit_source(struct emitter *e, const char *src);

void emit_event(struct emitter *e, const struct emission *m);
void emit_directly(struct emitter *e, const struct emission *m);

/*
 * Keep the place of THING, an event of line LINE that cannot be written yet.
 * What comes after waits behind it, for EMIT_HOLD_LINES lines at most.
 */
enum { EMIT_HOLD_LINES = 1024 };
void emit_hold(struct emitter *e, void *thing, uint64_t line);

static inline bool
emit_is_holding(const struct emitter *e)
{
	return e->held_count > 0;
}

/* Write what has waited for too long at LINE, if anything has. */
void emit_expire(struct emitter *e, uint64_t line);

/* Write what may be written at LINE; with EVERYTHING, all. */
void emit_release(struct emitter *e, uint64_t line, bool everything);

#endif
