/* SPDX-License-Identifier: MIT */
#ifndef TELE_REDACT_H
#define TELE_REDACT_H

#include "tele/opt.h"
#include "tele/out.h"
#include "tele/regex.h"

/*
 * Text without what looks like a secret: the values of keys such as `password`
 * or `api_key`, whatever they are, and what in other strings looks like a
 * credential or a mail address.  In their place stands `[redacted]`.
 */
struct redaction {
	const struct opt_list *keep; /* keys whose values stay as they are */
	struct field_names names;
	struct regex *usual, *own;
};

/*
 * RE, which may be NULL, tells what else is to be redacted.  False with a
 * message in ERROR, of SIZE bytes, if it is malformed.
 */
bool redaction_init(struct redaction *r, const struct opt_list *keep,
    const char *re, char *error, size_t size);
void redaction_free(struct redaction *r);

/* Write JSON, any value; blanks between its tokens are left out. */
void redact_value(struct redaction *r, struct out *out, struct slice json);

/* Write RAW, the inside of a JSON string, with quotes. */
void redact_string(struct redaction *r, struct out *out, struct slice raw);

#endif
