/* SPDX-License-Identifier: MIT */
#ifndef TELE_INSPECT_H
#define TELE_INSPECT_H

#include "tele/feed.h"

/*
 * What a user may ask of the formats.  Answers go to OUT, and are true where
 * the answer is not "no".
 */

/* One line each: name and title. */
void inspect_list(const struct formats *formats, struct out *out);

/*
 * Run the samples: whether each gives the events that it states.  Of one that
 * does not COMPLAIN is told its place, and OUT gets what it gives.
 */
bool inspect_samples(const struct formats *formats, struct out *out,
    void (*complain)(const char *file, int line));

/*
 * How LINE is read, by READER or, if that is NULL, by the one that fits it
 * best; and how far others got.
 */
bool inspect_line(const struct chooser *c, struct reader *reader,
    struct slice line, struct out *out);

#endif
