/* SPDX-License-Identifier: MIT */
#ifndef TELE_RATES_H
#define TELE_RATES_H

#include "tele/compare.h"

/* Whether shares and numbers changed: each adds what there is to say. */
void compare_errors(struct comparison *c, const struct item *item);
void compare_all_errors(struct comparison *c);
void compare_count(struct comparison *c, const struct item *item);
void compare_presence(struct comparison *c, const struct item *item);
void compare_calls(struct comparison *c, const struct item *call);

/* The verdict, once the test is adjusted. */
void judge_rate(const struct comparison *c, struct change *ch);

#endif
