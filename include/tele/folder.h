/* SPDX-License-Identifier: MIT */
#ifndef TELE_FOLDER_H
#define TELE_FOLDER_H

#include <stdbool.h>

/* Files as they are named on a command line, a folder for those in it. */
struct folder {
	char **names; /* ended by NULL */
	int count;
};

/*
 * The COUNT names of ARGV, where a folder stands for the files that it holds,
 * by name, without those whose name begins with a dot.  False if a folder
 * cannot be read or holds no file, which is reported.
 */
bool folder_expand(struct folder *f, int count, char *const argv[]);
void folder_free(struct folder *f);

#endif
