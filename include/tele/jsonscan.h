/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONSCAN_H
#define TELE_JSONSCAN_H

#include <stdbool.h>

#include "tele/slice.h"

/*
 * JSON as RFC 8259 has it and nothing more: UTF-8 is checked, a NUL byte is a
 * byte like any other control character, numbers keep their text.  Nothing
 * here recurses or allocates; nesting past JSON_DEPTH is an error.
 *
 * Lone surrogates in \u escapes are syntactically fine (RFC 8259, section 8.2)
 * and decode to U+FFFD.
 */
#define JSON_DEPTH 512

/* Where and why a text is not JSON; or, with WHAT NULL, where it just stops. */
struct json_fault {
	const char *at;
	const char *what; /* "expected ':' after key" */
};

/* Returns NULL, for scanners that stop here. */
static inline const char *
json_stop(struct json_fault *fault, const char *at, const char *what)
{
	*fault = (struct json_fault){ at, what };
	return NULL;
}

/*
 * The scanners: given the first byte of a string (its quote), a number, any
 * scalar or any value at all, return the byte after it, or NULL with *FAULT
 * set.  DEPTH containers are around the value.
 */
const char *json_string(const char *p, const char *end,
    struct json_fault *fault);
const char *json_number(const char *p, const char *end,
    struct json_fault *fault);
const char *json_scalar(const char *p, const char *end,
    struct json_fault *fault);
const char *json_value(const char *p, const char *end, int depth,
    struct json_fault *fault);

/* The first byte at or after P that is not JSON's white space, or END. */
static inline const char *
json_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* Whether TEXT is exactly one value, white space around it allowed. */
bool json_check(struct slice text, struct json_fault *fault);

#endif
