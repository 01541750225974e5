/* SPDX-License-Identifier: MIT */
#ifndef TELE_FRAME_H
#define TELE_FRAME_H

#include "tele/slice.h"

/*
 * One line of a stack trace: where in the code something was called.  Known are
 * the frames of V8, SpiderMonkey, JavaScriptCore, Python, Java (and Kotlin,
 * Scala), .NET, Go, Rust, Ruby, PHP, Dart and Perl.
 */
struct frame {
	struct slice file, function; /* empty where the frame does not say */
	struct slice line;           /* digits, or empty */
	bool is_python; /* of a trace whose innermost frame is the last */
};

/*
 * Whether LINE, without its newline, is a frame.  PREVIOUS is the line before
 * it, which holds the function in traces of Go and Rust.  Slices borrow from
 * both.
 */
bool frame_parse(struct slice line, struct slice previous, struct frame *frame);

/* What the user says of his code, for all traces. */
struct frame_options {
	const char **app; /* code that is his begins with one of these */
	size_t app_count;
	const char **strip; /* cut off the names of files */
	size_t strip_count;
};

extern struct frame_options frame_options;

/*
 * Whether FRAME is in the application's code: in what frame_options say; else
 * not in the language's own library, and in no file that contains one of
 * LIBRARY, or where that is empty, in no folder that packages are put into.
 */
bool frame_is_app(const struct frame *frame, const struct slice *library,
    int library_count);

/* The place `FILE:12:5` or `FILE:12`, into FRAME; false if it is none. */
bool frame_place(struct slice place, struct frame *frame);

/* FILE without what frame_options say to strip. */
struct slice frame_strip(struct slice file);

/* S without blanks, and the bars of Python's exception groups, before it. */
struct slice frame_trim(struct slice s);

#endif
