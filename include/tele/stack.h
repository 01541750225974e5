/* SPDX-License-Identifier: MIT */
#ifndef TELE_STACK_H
#define TELE_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/frame.h"
#include "tele/slice.h"

/*
 * An error as logs print it: `Type: message`, then frames, then causes; or as
 * Python, Go, Rust, PHP, Ruby and Perl do.  Slices borrow from the text.
 */
struct stack {
	struct slice type;    /* empty if the text does not begin with one */
	struct slice message; /* perhaps of several lines */
	struct slice text;    /* everything, or empty without further lines */
	struct frame top;     /* the innermost frame of the application */
	bool has_top;
};

/* A message has at most so many lines. */
enum { STACK_MESSAGE_LINES = 20 };

/*
 * Read TEXT, which begins with the error.  The frame is that of the error that
 * is named; where it has none in the application, that of a cause.  A frame
 * belongs to a library if its file contains one of LIBRARY (see frame.h).
 */
void stack_parse(struct stack *stack, struct slice text,
    const struct slice *library, int library_count);

/*
 * Where in the message of a log record, and the lines that follow it, an error
 * with its stack trace begins; NULL if there is none.
 */
const char *stack_find(struct slice text);

#endif
