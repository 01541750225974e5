/* SPDX-License-Identifier: MIT */
#ifndef TELE_FLOWSHOW_H
#define TELE_FLOWSHOW_H

#include "tele/conformance.h"
#include "tele/handlers.h"
#include "tele/out.h"

/*
 * The documented flow of each sequence as a spine: how often each step was as
 * documented, and what else happened, where, how often and where first.  For
 * people; HANDLERS are as conformance_report wants them, IS_ASCII draws without
 * Unicode.
 */
void flow_show(const struct conformance *x, const struct handlers *handlers,
    struct out *out, bool is_ascii);

#endif
