/* SPDX-License-Identifier: MIT */
#ifndef TELE_PATTERN_H
#define TELE_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/event.h"
#include "tele/hole.h"
#include "tele/mem.h"
#include "tele/slice.h"
#include "tele/timestamp.h"

/*
 * Templates such as `Beat {beat:int} completed in {duration:ms}`: literal text
 * with holes.  A hole is {FIELD}, {FIELD:TYPE} or {:TYPE}, whose text is
 * dropped; `{{` and `}}` are braces.  A template matches a whole text; each
 * hole ends where the literal after it first occurs, so matching is linear and
 * never goes back.  Before and behind a hole with a type other than text, a
 * blank stands for one or more.  Texts must be readable as wide.h says.
 *
 * Fields are numbered: the keys of events first, then the format's own names,
 * FIELDS at most.
 */
enum { FIELDS = 60, FIELD_NONE = -1 };
#define FIELD_BIT(field) (UINT64_C(1) << (field))

struct pattern {
	struct slice source;
	struct slice prefix; /* the literal before the first hole */
	struct hole *holes;
	int count;
	bool has_error, has_delta;
	double precision; /* how much a text must have to match, 0 to 0.1 */
};

/* The names of a format's own fields. */
struct field_names {
	struct slice names[FIELDS - EVENT_KEYS];
	int count;
	struct timeform *forms; /* of times, each once */
};

/* The field called NAME, made if it is new; FIELD_NONE when there are 60. */
int field_of(struct field_names *names, struct slice name);

/* The name of FIELD. */
struct slice field_name(const struct field_names *names, int field);

/*
 * Compile SOURCE, which must outlive the pattern.  NULL, or what is wrong.
 */
const char *pattern_compile(struct pattern *pattern, struct arena *arena,
    struct field_names *names, struct slice source);

/* What a text contained: a bit and a slice of it for each field. */
struct captures {
	uint64_t have;
	struct slice value[FIELDS];
	struct timestamp_cache *time; /* of a HOLE_TIME; the owner's */
	bool has_time;
	char numbers[2][32 + WIDE_SLACK]; /* durations in another unit, as ms */
};

static inline bool
captures_have(const struct captures *got, int field)
{
	return (got->have >> field & 1) != 0;
}

static inline void
captures_set(struct captures *got, int field, struct slice value)
{
	got->have |= UINT64_C(1) << field;
	got->value[field] = value;
}

/*
 * Match the text P..END, which must begin with the prefix, from behind the
 * prefix.  Returns NULL on success; else the byte at which it failed.
 */
const char *pattern_match(const struct pattern *pattern, const char *p,
    const char *end, struct captures *got);

/*
 * The same for a template that need not reach the end: on success *AFTER is
 * the byte behind it.
 */
const char *pattern_match_start(const struct pattern *pattern, const char *p,
    const char *end, struct captures *got, const char **after);

/*
 * The same for a template that may begin anywhere in P..END, of which the first
 * place that fits counts; false if there is none.
 */
bool pattern_search(const struct pattern *pattern, const char *p,
    const char *end, struct captures *got);

/*
 * Set IS_FIRST of each byte that a text may begin with which the template
 * matches.
 */
void pattern_first(const struct pattern *pattern, bool is_first[256]);

/* The first NEEDLE (not empty) in P..END, or NULL; wide.h applies to both. */
const char *pattern_find(const char *p, const char *end, struct slice needle);

#endif
