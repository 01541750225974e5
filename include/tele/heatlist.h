/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEATLIST_H
#define TELE_HEATLIST_H

#include "tele/heatformat.h"

/*
 * What stands below a heat map that is made of characters: the rows that took
 * most time, with their share of all, and where in the code they are.
 */
void heat_put_bottlenecks(const struct heat_picture *p);

#endif
