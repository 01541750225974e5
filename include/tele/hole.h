/* SPDX-License-Identifier: MIT */
#ifndef TELE_HOLE_H
#define TELE_HOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/mem.h"
#include "tele/slice.h"
#include "tele/timeform.h"

/*
 * The holes of templates (pattern.h): what each may hold, and where that ends.
 */
struct captures;
struct field_names;

enum hole_type {
	HOLE_TEXT,     /* anything */
	HOLE_WORD,     /* without blanks, not empty */
	HOLE_SCOPED,   /* the same with a colon in it: `shop:cart` */
	HOLE_PATH,     /* a word, without what follows its `?` */
	HOLE_HOST,     /* letters, digits, dots, dashes, underscores */
	HOLE_INT,      /* digits */
	HOLE_QUOTED,   /* up to a quote that has no backslash before it */
	HOLE_MS,       /* a number of milliseconds, "ms" may follow */
	HOLE_DURATION, /* a number of UNIT_NS, or <= 0: with its unit */
	HOLE_LEVEL,    /* a word for a severity */
	HOLE_CAPITALS, /* the same in capitals */
	HOLE_LETTER,   /* a letter for one: T V D I W E F */
	HOLE_STATUS,   /* of HTTP: from 500 on the level is an error */
	HOLE_TIME,     /* a stamp, as timestamp_scan knows it or in a form */
	HOLE_DELTA,    /* {delta}: "+added,keys ~updated -removed" */
	HOLE_ERROR,    /* {error}: "Type: message" and the lines that follow */
};

struct hole {
	enum hole_type type;
	int field;                   /* or FIELD_NONE */
	int64_t unit_ns;             /* of a HOLE_DURATION; see pattern.c */
	const struct timeform *form; /* of a HOLE_TIME, or NULL */
	struct slice literal;        /* that follows; empty at the end */
	/* Blanks that pad it: behind a blank, and before one that follows. */
	bool is_padded_before, is_padded_behind;
};

/* What a hole for FIELD holds when it does not say so. */
enum hole_type hole_default(int field);

/*
 * Make HOLE one of TYPE, as a format names it.  NULL, or what is wrong.  Forms
 * of times are kept in ARENA, and known to NAMES.
 */
const char *hole_compile(struct hole *hole, struct field_names *names,
    struct arena *arena, struct slice type);

/*
 * The end of what HOLE holds at P, and that in *VALUE; or NULL.  P must be
 * readable as wide.h says.
 */
const char *hole_scan(const struct hole *hole, const char *p, const char *end,
    struct captures *got, struct slice *value);

/* Set IS_FIRST of each byte that what HOLE holds may begin with. */
void hole_first(const struct hole *hole, bool is_first[256]);

/*
 * Whether TEXT may be a value of FIELD: integers are digits, durations are
 * decimal, and zeros before the first digit are cut off.
 */
bool field_accepts(int field, struct slice *text);

#endif
