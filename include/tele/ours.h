/* SPDX-License-Identifier: MIT */
#ifndef TELE_OURS_H
#define TELE_OURS_H

#include <stddef.h>

/*
 * The folder of the files that come with tele, of one KIND, `formats` say, into
 * PATH of SIZE bytes.  It is what the environment says in VARIABLE; else
 * lib/KIND beside a program in a folder `tools`, ../share/tele/KIND of any
 * other folder; else that in the package's data folder.
 */
enum { OURS_MAX = 4096 };
void ours_folder(const char *kind, const char *variable, char *path,
    size_t size);

#endif
