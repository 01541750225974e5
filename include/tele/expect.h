/* SPDX-License-Identifier: MIT */
#ifndef TELE_EXPECT_H
#define TELE_EXPECT_H

#include <stdbool.h>

#include "tele/noise.h"
#include "tele/order.h"
#include "tele/out.h"

/*
 * Compare what was EXPECTED with what was OBSERVED, step by step, and write
 * one TAP test for each on OUT.  The first step that is another one, or ended
 * in another way, is the last: the three before it, and up to three of what
 * should have come and of what came, are shown.  Keys that NOISE knows to vary
 * are not compared.  False if the two differ.
 */
bool expect_compare(struct order *expected, struct order *observed,
    struct noise *noise, struct out *out);

#endif
