/* SPDX-License-Identifier: MIT */
#ifndef TELE_COLOURS_H
#define TELE_COLOURS_H

#include <stdbool.h>
#include <string.h>

#include "tele/slice.h"

/* Lines without the sequences that colour them on a terminal. */
struct colours {
	char *text;
	size_t cap;
};

static inline bool
colours_in(struct slice text)
{
	return memchr(text.ptr, '\033', text.len) != NULL;
}

/*
 * LINE without them, readable as wide.h says, until the next one is asked for.
 */
struct slice colours_strip(struct colours *c, struct slice line);

void colours_free(struct colours *c);

#endif
