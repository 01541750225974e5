/* SPDX-License-Identifier: MIT */
#ifndef TELE_FIELDS_H
#define TELE_FIELDS_H

#include <stdint.h>

#include "tele/pattern.h"
#include "tele/slice.h"

/*
 * Values of fields, kept as the JSON text that an event is made of: strings
 * escaped but without quotes, numbers and arrays as they are.  A zeroed struct
 * is empty; it keeps its memory when it is cleared.  Values are readable as
 * wide.h says.
 */
struct fields {
	uint64_t have;
	char *text;
	uint32_t used, cap;
	struct {
		uint32_t at, len;
	} value[FIELDS];
};

void fields_free(struct fields *f);

static inline void
fields_clear(struct fields *f)
{
	f->have = 0;
	f->used = 0;
}

static inline bool
fields_has(const struct fields *f, int field)
{
	return (f->have >> field & 1) != 0;
}

/* The JSON text of FIELD, which must be there. */
static inline struct slice
fields_get(const struct fields *f, int field)
{
	return (
	    struct slice){ f->text + f->value[field].at, f->value[field].len };
}

/* Set FIELD to the plain text RAW, which is escaped. */
void fields_set(struct fields *f, int field, struct slice raw);

/* Set FIELD to JSON, readable as wide.h says, which is taken as it is. */
void fields_set_json(struct fields *f, int field, struct slice json);

/* The same, with what drives a terminal escaped; see json_tame. */
void fields_set_tame(struct fields *f, int field, struct slice json);

/* Set the fields of SET to what GOT has of them, plain text. */
void fields_set_captures(struct fields *f, const struct captures *got,
    uint64_t set);

/* Take over the fields of SET that FROM has and F lacks. */
void fields_add(struct fields *f, const struct fields *from, uint64_t set);

#endif
