/* SPDX-License-Identifier: MIT */
#ifndef TELE_ORDERS_H
#define TELE_ORDERS_H

#include "tele/compare.h"

/*
 * Whether sequences take other steps.  With one session a side it is executions
 * that are compared, for then they are what there is.
 */
void compare_orders(struct comparison *c);

#endif
