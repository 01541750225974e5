/* SPDX-License-Identifier: MIT */
#ifndef TELE_STACK_H
#define TELE_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/slice.h"

/* A frame of a stack trace; slices borrow from the text. */
struct frame {
	struct slice file, function;
	struct slice line; /* digits */
};

/* An error as logs print it: `Type: message`, then frames, then causes. */
struct stack {
	struct slice type;    /* empty if the text does not begin with one */
	struct slice message; /* the rest of the first line */
	struct slice text;    /* everything, or empty without further lines */
	struct frame top;     /* the innermost frame of the application */
	bool has_top;
};

/*
 * Read TEXT.  A frame belongs to a library, not to the application, if its file
 * contains one of LIBRARY.
 */
void stack_parse(struct stack *stack, struct slice text,
    const struct slice *library, int library_count);

#endif
