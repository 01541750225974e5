/* SPDX-License-Identifier: MIT */
#ifndef TELE_SPARKLINE_H
#define TELE_SPARKLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tele/out.h"

/*
 * One bar of eight heights for each of COUNT numbers, from 0 to MOST, and
 * blanks up to WIDTH columns.
 */
void sparkline_write(const double *numbers, size_t count, double most,
    size_t width, bool is_ascii, struct out *out);

#endif
