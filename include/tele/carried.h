/* SPDX-License-Identifier: MIT */
#ifndef TELE_CARRIED_H
#define TELE_CARRIED_H

#include "tele/compare.h"

/*
 * Which slower groups only wait for others: their own time grew by less than
 * half, and they call, perhaps by way of others, one whose own time grew.  What
 * is unsure is marked as well.
 */
void find_carried(struct comparison *c, enum verdict verdict);

#endif
