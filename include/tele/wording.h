/* SPDX-License-Identifier: MIT */
#ifndef TELE_WORDING_H
#define TELE_WORDING_H

#include "tele/compare.h"

/* What is said of a change, in one sentence without a full stop. */
void wording_of(const struct comparison *c, const struct change *ch,
    struct out *out);

/* The name of ITEM, plain text, as short as people say it. */
void wording_name(const struct observed *all, const struct item *item,
    struct out *out);

#endif
