/* SPDX-License-Identifier: MIT */
#ifndef TELE_WISH_H
#define TELE_WISH_H

#include "tele/formats.h"
#include "tele/opt.h"

/*
 * What the command line wants of formats beyond what their files say.  Formats
 * of text have no paths: nothing happens to them, but it is wrong to want to
 * map if there is nothing else.  False with a message in ERROR, of SIZE bytes.
 */

/* Read each of NAMES, a path of records, as a field of that name. */
bool wish_keep(struct formats *all, const struct opt_list *names, char *error,
    size_t size);

/* Read keys of events from elsewhere first; the items are `time=ts`. */
bool wish_map(struct formats *all, const struct opt_list *pairs, char *error,
    size_t size);

/* Whether `all` is among NAMES, which is none. */
bool wish_has_all(const struct opt_list *names);

#endif
