/* SPDX-License-Identifier: MIT */
#ifndef TELE_LEVEL_H
#define TELE_LEVEL_H

#include <stdbool.h>

#include "tele/slice.h"

/*
 * The severity that LEVEL stands for, in the words of the wire: trace, debug,
 * info, warn, error or fatal ("WRN" and "W" are "warn"); a grade at its end
 * does not count ("DEBUG5", "INFO+2").  A word that is not known is returned as
 * it is.
 */
struct slice level_name(struct slice level);

/* The same of a letter, as Android has it, or a sign of Redis; or nothing. */
struct slice level_of_letter(char letter);

/* The same of a WORD, in any case and without a grade; or nothing. */
struct slice level_of_word(struct slice word);

/* How many bytes level_find looks at. */
enum { LEVEL_FIND = 64 };

/*
 * The severity that the first bytes of MESSAGE state by a word in capitals,
 * or that it begins with as `[error]`, `<warn>` or `error:`; or an empty slice.
 * MESSAGE is readable as wide.h says.
 */
struct slice level_find(struct slice message);

/*
 * The severity that *MESSAGE begins with, in capitals or brackets, and which is
 * cut off with what divides it from the rest; or an empty slice.
 */
struct slice level_cut(struct slice *message);

#endif
