/* SPDX-License-Identifier: MIT */
#ifndef TELE_LABEL_H
#define TELE_LABEL_H

#include <stdbool.h>

#include "tele/out.h"
#include "tele/slice.h"

/*
 * Text of the input in pictures: what drives a terminal is written \uXXXX,
 * malformed bytes \xNN, and what is too long loses its middle.  Then it is
 * escaped for the language of the picture: no byte of it is ever code there.
 */
enum { LABEL_MAX = 4096 };

/* As term_escape, for pictures: also without what XML cannot have. */
size_t label_escape(char *dst, size_t size, struct slice s);

/*
 * S in at most WIDTH columns, or any number if that is 0.  DST takes LABEL_MAX
 * bytes; a text that does not fit in there ends early.  Returns the length.
 */
size_t label_format(char *dst, struct slice s, int width, bool is_ascii);

/* PLAIN with each byte of SPECIAL as the FORM of the same place. */
void label_write_replaced(struct out *out, struct slice plain,
    const char *special, const char *const *forms);

/* PLAIN inside of a quoted string of DOT, that is, of an escString. */
void label_write_dot(struct out *out, struct slice plain);

/* PLAIN inside of a quoted text of Mermaid. */
void label_write_mermaid(struct out *out, struct slice plain);

/* PLAIN as text or in a quoted attribute of XML. */
void label_write_xml(struct out *out, struct slice plain);

/* PLAIN as a string of JSON, with its quotes. */
void label_write_json(struct out *out, struct slice plain);

/*
 * PLAIN as a field of CSV, RFC 4180.  A text that a spreadsheet would take for
 * a formula gets an apostrophe before it (CWE-1236).
 */
void label_write_csv(struct out *out, struct slice plain);

/* PLAIN as part of a path of a URL, slashes kept: RFC 3986. */
void label_write_path(struct out *out, struct slice plain);

#endif
