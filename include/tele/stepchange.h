/* SPDX-License-Identifier: MIT */
#ifndef TELE_STEPCHANGE_H
#define TELE_STEPCHANGE_H

#include "tele/compare.h"

/*
 * Whether sequences take other steps.  With one session a side it is executions
 * that are compared, for then they are what there is.
 */
void stepchange_compare(struct comparison *c);

#endif
