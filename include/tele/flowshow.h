/* SPDX-License-Identifier: MIT */
#ifndef TELE_FLOWSHOW_H
#define TELE_FLOWSHOW_H

#include "tele/conformance.h"
#include "tele/out.h"

/*
 * The documented flow of each sequence as a spine: how often each step was as
 * documented, and what else happened, where, how often and where first.  For
 * people; IS_ASCII draws without Unicode.
 */
void flow_show(const struct conformance *x, struct out *out, bool is_ascii);

#endif
