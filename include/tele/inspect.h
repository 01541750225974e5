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
 * Why READER, which is not one of the chooser's, is for a file that begins with
 * SAMPLE: how much its format knows of it, and the next best; nothing where
 * there was no choice.
 */
void inspect_choice(const struct chooser *c, const struct reader *reader,
    struct slice sample, struct out *out);

/*
 * How the reader of F, at the beginning of a file, reads line NUMBER of it.
 * *FOUND tells whether there is one.
 */
bool inspect_file(const struct chooser *c, struct feed *f, uint64_t number,
    struct out *out, bool *found);

/*
 * How LINE is read, by READER or, if that is NULL, by the one that fits it
 * best; and how far others got.
 */
bool inspect_line(const struct chooser *c, struct reader *reader,
    struct slice line, struct out *out);

#endif
