/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDINGLIST_H
#define TELE_FINDINGLIST_H

#include "tele/formatter.h"

/*
 * Findings as people want to read them: how bad, which rule, how often, what,
 * and where.  Messages are sentences, which a column of a table would cut.
 *
 * Returns the formatter that does it in the form of F, a table or Markdown; F
 * itself if it has another form, or if the first rows are of anything else.
 * Those of tele-diff have a form of their own: see changes.h.
 */
const struct formatter *findinglist_formatter(const struct formatter *f,
    struct rows *rows);

#endif
