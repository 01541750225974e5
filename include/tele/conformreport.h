/* SPDX-License-Identifier: MIT */
#ifndef TELE_CONFORMREPORT_H
#define TELE_CONFORMREPORT_H

#include "tele/conformance.h"
#include "tele/findings.h"

/*
 * What is wrong with the executions in X, once it is finished: findings TS001
 * to TS007, TS010, TS011 and TS013, as tele-check(1) describes them.
 */
void conformance_report(const struct conformance *x, struct findings *all);

#endif
