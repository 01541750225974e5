/* SPDX-License-Identifier: MIT */
#ifndef TELE_RULER_H
#define TELE_RULER_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/screen.h"

/* A line above a chart of characters, with labels where they belong. */
struct ruler {
	char (*columns)[8]; /* one character each */
	int width;
};

void ruler_init(struct ruler *r, int width);
void ruler_free(struct ruler *r);

/* Write TEXT from column AT on; false if it does not fit, blanks around it. */
bool ruler_add(struct ruler *r, int64_t at, const char *text);

void ruler_put(const struct ruler *r, const struct screen *s);

#endif
