/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDING_H
#define TELE_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/event.h"
#include "tele/opt.h"
#include "tele/out.h"

/*
 * What a judging tool emits: one record for each thing that it found, as
 * tele-event(5) describes it.
 *
 *   {"finding":"TS003","severity":"error","message":"...","count":5,...}
 *
 * Keys may be set in any order.  They are written as `finding`, `severity`,
 * `message`, `expected`, `observed`, `count`; the keys of events in their
 * order; the tool's own, in the order in which they were set; and last where
 * it was, from `code_file` on.
 */
enum finding_severity { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

extern const char *const finding_severity_names[]; /* ended by NULL */

struct finding {
	struct out text; /* the values, as JSON, one after the other */
	struct finding_member *members;
	size_t count, cap;
};

void finding_init(struct finding *f);
void finding_free(struct finding *f);

/*
 * A new finding of RULE, a stable documented id.  KEY, wherever it is set, is
 * plain text, and is borrowed until the next finding begins.  Of a key that is
 * set twice the first value stays; one without a value is not written.
 */
void finding_begin(struct finding *f, const char *rule,
    enum finding_severity severity);

/* KEY is TEXT, plain, which may be anything; or is formatted as by printf. */
void finding_text(struct finding *f, const char *key, struct slice text);
void finding_format(struct finding *f, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* KEY is a string as events have it: escaped, without its quotes. */
void finding_raw(struct finding *f, const char *key, struct slice raw);

/* KEY is an array of such strings. */
void finding_raws(struct finding *f, const char *key, const struct slice *raws,
    size_t count);

/* KEY is JSON, such as a number, which is taken as it is. */
void finding_json(struct finding *f, const char *key, struct slice json);
void finding_count(struct finding *f, const char *key, uint64_t n);

/* The value that EV has of KEY, if it has one, under the same name. */
void finding_copy(struct finding *f, const struct event *ev,
    enum event_key key);

void finding_write(struct finding *f, struct out *out);

/*
 * --fail-on: which findings make the answer "no", exit status 1.  Its words are
 * severities, which stand for themselves and all above, the tool's own CLASSES
 * of findings, `any`, and `none`.
 */
struct finding_gate {
	int least;        /* severity that fails; past the last: none does */
	uint64_t classes; /* that fail whatever their severity, a bit each */
};

/*
 * Read WORDS, an option of type OPT_LIST; CLASSES, ended by NULL or itself
 * NULL, are at most 64.  Returns the first word that is none of those, for
 * opt_usage, or NULL.
 */
const char *finding_gate_read(struct finding_gate *gate,
    const struct opt_list *words, const char *const *classes);

/* CLASS is an index of CLASSES, or -1. */
bool finding_gate_fails(const struct finding_gate *gate,
    enum finding_severity severity, int class);

#endif
