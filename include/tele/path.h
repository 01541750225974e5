/* SPDX-License-Identifier: MIT */
#ifndef TELE_PATH_H
#define TELE_PATH_H

#include "tele/opt.h"
#include "tele/slice.h"

/* Paths of source files, as logs, compilers and test runs call them. */

/* What is behind the last slash. */
struct slice path_base(struct slice path);

/*
 * How many components at their ends A and B have in common: 2 of
 * `/srv/shop/app/cart.js` and `app/cart.js`.
 */
int path_common(struct slice a, struct slice b);

/*
 * Where the program ran, code had other paths than in the code base: --map
 * FROM=TO replaces the beginning FROM by TO.  Of those that fit the longest
 * FROM counts.
 */
struct path_map {
	struct slice from, to;
};

/* Read the N words `FROM=TO` of an option; the first that is none, or NULL. */
const char *path_maps_read(struct path_map *maps, const struct opt_list *words);

/* The one of N maps that PATH begins with, or NULL. */
const struct path_map *path_map_of(const struct path_map *maps, size_t n,
    struct slice path);

#endif
