/* SPDX-License-Identifier: MIT */
#ifndef TELE_SHAPES_H
#define TELE_SHAPES_H

#include <stdint.h>

#include "tele/mem.h"
#include "tele/wide.h"

/*
 * Records of one source have the same keys in the same order.  A shape is the
 * text of a key as it was seen, comma and colon included, `,"name":`, and leads
 * to the shapes that came after it: the next key is not parsed, but compared
 * with a guess in one go.
 *
 * Memory is bounded, and so is the time that a stream of keys that never come
 * twice can waste: SHAPE_CHILDREN guesses at each place.
 */
enum { SHAPE_TEXT = 96, SHAPE_CHILDREN = 8, SHAPES_MAX = 8192 };

struct shape {
	char text[SHAPE_TEXT];
	uint8_t len;
	uint8_t children;
	uint8_t value_at, value_len; /* a value within TEXT; 0 is none */
	int meaning;                 /* the caller's */
	int value_meaning;
	struct shape *child, *sibling;
};

struct shapes {
	struct arena arena;
	int count;
	struct shape scratch; /* what there was no room for */
};

/* A zeroed struct is empty. */
void shapes_free(struct shapes *s);

/* The root of another kind of object. */
struct shape *shapes_root(struct shapes *s);

/* The shape that came after AT before and stands at P again, or NULL. */
static inline struct shape *
shape_next(const struct shape *at, const char *p)
{
	struct shape *s = at->child;

	while (s != NULL && !wide_equal(p, s->text, s->len))
		s = s->sibling;
	return s;
}

/* Remember that TEXT came after AT.  The result may not outlive the record. */
struct shape *shapes_learn(struct shapes *s, struct shape *at,
    struct slice text, int meaning);

/*
 * Make the string VALUE, which follows S in the input with its quotes, part of
 * its text, if it is short and plain: what comes next depends on it.
 */
bool shape_take_value(struct shape *s, struct slice value);

#endif
