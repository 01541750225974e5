/* SPDX-License-Identifier: MIT */
#ifndef TELE_EXPLAIN_H
#define TELE_EXPLAIN_H

#include "tele/reader.h"

/* Which reader a file is for, and how it reads one line of it, in words. */

/*
 * Say on OUT why R is the one of READERS for a file that begins with SAMPLE:
 * how much of it R knows, and how much the next best.
 */
void explain_choice(struct reader *r, struct reader *const *readers, int count,
    struct slice sample, struct out *out);

/*
 * Describe how R, which the current file of IN is for, reads line NUMBER of it;
 * false if it does not.  *FOUND tells whether there is such a line.
 */
bool explain_line(struct reader *r, struct input *in, uint64_t number,
    struct out *out, bool *found);

/*
 * Describe how LINE is read, by R, or, if that is NULL, how far each of READERS
 * gets with it; false if it is not read.
 */
bool explain_text(struct reader *r, struct reader *const *readers, int count,
    struct slice line, struct out *out);

#endif
