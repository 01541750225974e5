/* SPDX-License-Identifier: MIT */
#ifndef TELE_CONTENTS_H
#define TELE_CONTENTS_H

#include "tele/format.h"

/*
 * What the text of a message says beyond the template that it matched.  GOT is
 * what was captured, and is changed; what is set in it points into the text.
 */

/* The error that TEXT tells, taken apart. */
void contents_read_error(const struct format *f, struct captures *got,
    struct slice text);

/*
 * The text of a log record: its message; an error, if a stack trace follows;
 * what the format says is to be found in messages; and a severity, if one is
 * stated and the record's beginning did not say it, LEVEL, which may be empty.
 * HAS_LINES says that the text may have several.
 */
void contents_read_log(const struct format *f, const struct rule *rule,
    struct captures *got, struct slice level, bool has_lines);

/* What of a message belongs in its event, of KIND: a bit for each field. */
uint64_t contents_worth(int kind, const struct captures *got);

#endif
