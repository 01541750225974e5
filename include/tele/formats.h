/* SPDX-License-Identifier: MIT */
#ifndef TELE_FORMATS_H
#define TELE_FORMATS_H

#include "tele/format.h"

/*
 * The format files that are installed: those of the user
 * ($XDG_CONFIG_HOME/tele/formats, else ~/.config/tele/formats) and ours, in
 * TELE_FORMATS if it is set, else where the program lies: in ../lib/formats of
 * `tools`, in ../share/tele/formats of any other folder, else in the package's
 * data folder.
 */
struct formats {
	struct format **list; /* the user's first, each folder by name */
	int count;
	size_t cap;
	struct arena arena;
};

/*
 * Load one by its name, or by a path if NAME contains a slash or ends in
 * ".yaml"; all if NAME is NULL.  False with a message in ERROR, of SIZE bytes;
 * a broken file of the user's is one, too.
 */
bool formats_load(struct formats *all, const char *name, char *error,
    size_t size);
void formats_free(struct formats *all);

#endif
