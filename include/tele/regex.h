/* SPDX-License-Identifier: MIT */
#ifndef TELE_REGEX_H
#define TELE_REGEX_H

#include "tele/pattern.h"

/*
 * A regular expression (PCRE2, compiled to machine code where possible) whose
 * named groups are fields, for what a template cannot say.  Every match is
 * bounded: an expression that would take too long gives REGEX_LIMIT.
 */
enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/* Whether any match, of any expression, has been given up so. */
extern bool regex_has_given_up;

struct regex;

/* Compile SOURCE.  NULL with the message in ERROR, of SIZE bytes. */
struct regex *regex_compile(struct field_names *names, struct slice source,
    char *error, size_t size);
void regex_free(struct regex *re);

/* The fields that its groups name. */
uint64_t regex_fields(const struct regex *re);

/* Search TEXT; what the named groups matched is added to GOT. */
enum regex_result regex_match(const struct regex *re, struct slice text,
    struct captures *got);

#endif
