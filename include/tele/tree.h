/* SPDX-License-Identifier: MIT */
#ifndef TELE_TREE_H
#define TELE_TREE_H

#include <stdbool.h>

/*
 * Tell TAKE of the file PATH, or, if it is a folder, of every file in it and in
 * the folders in it whose name ends in one of ENDS, a list ended by NULL; those
 * of one folder by name.  Names that begin with a dot are passed over.
 *
 * Says what cannot be read.  False if anything could not, or if TAKE returned
 * false for any.
 */
bool tree_each(const char *path, const char *const *ends,
    bool (*take)(void *arg, const char *path, bool is_named), void *arg);

#endif
