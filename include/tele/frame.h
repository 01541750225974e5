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

/* Whether it is one that tells its place, as no other text does by chance. */
bool frame_is_placed(struct slice line, struct slice previous);

/* The place `FILE:12:5` or `FILE:12`, into FRAME; false if it is none. */
bool frame_place(struct slice place, struct frame *frame);

/* What a URL names: its path, without the origin and the query. */
struct slice frame_path(struct slice url);

/* S without blanks, and the bars of Python's exception groups, before it. */
struct slice frame_trim(struct slice s);

/* How many of them there are. */
size_t frame_indent(struct slice line);

/*
 * Whether what follows LINE, which is behind frames, is no longer the trace of
 * the error itself: `Caused by: ...`.
 */
bool frame_is_turn(struct slice line);

#endif
