/* SPDX-License-Identifier: MIT */
#ifndef TELE_DIAG_H
#define TELE_DIAG_H

#include <stdbool.h>

/*
 * What a tool says on standard error: one line `tele-x: message`, without a
 * capital or a full stop, the subject in single quotes.  Text from the input
 * may be part of a message: whatever would drive a terminal is escaped here.
 */

/* The exit statuses of every tool. */
enum {
	EXIT_OK = 0,      /* done */
	EXIT_NO = 1,      /* done, and the answer is "no" */
	EXIT_TROUBLE = 2, /* usage, input or output failed, malformed input */
};

/* The name that messages begin with; "tele" until it is set. */
void diag_program(const char *name);

/* Whether warnings are kept back: what is read twice complains once. */
void diag_mute(bool is_mute);

void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As warn, then exit with status 2. */
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
