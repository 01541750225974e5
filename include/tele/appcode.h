/* SPDX-License-Identifier: MIT */
#ifndef TELE_APPCODE_H
#define TELE_APPCODE_H

#include "tele/frame.h"

/*
 * Which code is the application's, and not a library's; and what its files are
 * called.
 */

/* What the user says of his code, for all traces. */
struct appcode_options {
	const char **app; /* code that is his begins with one of these */
	size_t app_count;
	const char **strip; /* cut off the names of files */
	size_t strip_count;
};

extern struct appcode_options appcode_options;

/*
 * Whether FRAME is in the application's code: in what appcode_options say; else
 * not in the language's own library, and in no file that contains one of
 * LIBRARY, or where that is empty, in no folder that packages are put into.
 */
bool appcode_has(const struct frame *frame, const struct slice *library,
    int library_count);

/* FILE without what appcode_options say to strip. */
struct slice appcode_strip(struct slice file);

#endif
