/* SPDX-License-Identifier: MIT */
#ifndef TELE_SOURCEMAP_H
#define TELE_SOURCEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A source map (ECMA-426, "v3", sections included): where in the sources the
 * code is that a build made of them.
 */
struct sourcemap {
	const char *path;
	struct arena arena;
	struct slice *sources; /* plain text, relative to where PATH is */
	size_t source_count, source_cap;
	struct segment *segments; /* private: in the order of the built file */
	size_t count, cap;
};

/*
 * Read the map PATH, which is borrowed.  False with a message in ERROR, of SIZE
 * bytes; the map is empty then.
 */
bool sourcemap_read(struct sourcemap *m, const char *path, char *error,
    size_t size);
void sourcemap_free(struct sourcemap *m);

/*
 * The source of LINE, from 1, and COLUMN, from 0, of the built file; without a
 * column, UINT32_MAX, only if all of the line is of one line.  False if it is
 * not known.  *SOURCE lives as long as the map.
 */
bool sourcemap_find(const struct sourcemap *m, uint32_t line, uint32_t column,
    struct slice *source, uint32_t *source_line);

#endif
