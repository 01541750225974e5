/* SPDX-License-Identifier: MIT */
#ifndef TELE_CONFORMREPORT_H
#define TELE_CONFORMREPORT_H

#include "tele/conformance.h"
#include "tele/findings.h"
#include "tele/handlers.h"

/*
 * What is wrong with the executions in X, once it is finished: findings TS001
 * to TS007, TS010 and TS011, as tele-check(1) describes them.  HANDLERS tell
 * who is known to serve what.
 */
void conformance_report(const struct conformance *x,
    const struct handlers *handlers, struct findings *all);

/*
 * Whether a step really was handled by somebody else: who only failed in it is
 * not known to serve it.
 */
bool misrouting_is_sure(const struct misrouting *m,
    const struct handlers *handlers);

#endif
