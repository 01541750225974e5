/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEATLIST_H
#define TELE_HEATLIST_H

#include "tele/heatformat.h"

/* What stands below a heat map that is made of characters. */

/* How wide the picture may be. */
int heat_width(const struct heat_picture *p);

/*
 * Where the time goes: the rows that took most, with their share of all, and
 * where in the code they are.
 */
void heat_put_bottlenecks(const struct heat_picture *p);

#endif
