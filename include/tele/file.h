/* SPDX-License-Identifier: MIT */
#ifndef TELE_FILE_H
#define TELE_FILE_H

#include "tele/slice.h"

/*
 * The whole of the file PATH, to be freed: for small files that are read at
 * once, such as definitions.  NULL, with errno, if it cannot be read; EFBIG if
 * it has more than MAX bytes.
 */
char *file_read(const char *path, size_t max, struct slice *text);

#endif
