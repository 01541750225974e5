/* SPDX-License-Identifier: MIT */
#ifndef TELE_SOURCEMAPS_H
#define TELE_SOURCEMAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/slice.h"

/* The source maps of many built files. */
struct sourcemaps;

struct sourcemaps *sourcemaps_new(void);
void sourcemaps_free(struct sourcemaps *all);

/*
 * Take the map PATH, or every .map file in the folder PATH and the folders in
 * it; each is of the file whose name it has without ".map".  They are read when
 * they are needed.  False, and said, if there is none.
 */
bool sourcemaps_add(struct sourcemaps *all, const char *path);

/*
 * As sourcemap_find, for a place in the built FILE: by the map of the file
 * whose path has most of its last components in common with FILE.  FILE and
 * *SOURCE are plain text, the latter lives as long as ALL.
 */
bool sourcemaps_find(struct sourcemaps *all, struct slice file, uint32_t line,
    uint32_t column, struct slice *source, uint32_t *source_line);

/* Whether a map could not be read, which was said. */
bool sourcemaps_failed(const struct sourcemaps *all);

#endif
