/* SPDX-License-Identifier: MIT */
#ifndef TELE_LEVEL_H
#define TELE_LEVEL_H

#include "tele/slice.h"

/*
 * The severity that LEVEL stands for, in the words of the wire: trace, debug,
 * info, warn, error or fatal ("WRN" and "W" are "warn"); a grade at its end
 * does not count ("DEBUG5", "INFO+2").  A word that is not known is returned as
 * it is.
 */
struct slice level_name(struct slice level);

#endif
