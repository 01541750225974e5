/* SPDX-License-Identifier: MIT */
#ifndef TELE_SOURCE_H
#define TELE_SOURCE_H

#include <stdbool.h>

#include "tele/decode.h"
#include "tele/follow.h"

/*
 * Where the bytes of one file come from: a regular file, a pipe, a terminal, a
 * log that is read while it is written; what is compressed comes decoded.
 */
struct source {
	const char *name; /* borrowed; `-` is standard input */
	int fd;           /* -1 while there is none */
	struct decoder *decoder;
	struct follower follower;
	bool is_followed;
	bool can_block; /* a pipe or a terminal, not a regular file */
};

enum source_result {
	SOURCE_DATA,   /* bytes were read */
	SOURCE_END,    /* there are no more */
	SOURCE_AGAIN,  /* it was interrupted */
	SOURCE_WAIT,   /* followed: nothing is there now */
	SOURCE_BREAK,  /* followed: what comes is in another file */
	SOURCE_FAILED, /* see *WRONG */
};

/*
 * Open the file NAME, to follow it if IS_TO_FOLLOW and it is no pipe; then it
 * need not be there yet.  False, with errno, if that is impossible.
 */
bool source_open(struct source *s, const char *name, bool is_to_follow);
void source_close(struct source *s);

/* When the file was last written; of a pipe, now. */
int64_t source_modified_ns(const struct source *s);

/* Whether a read would not have to wait. */
bool source_has_more(const struct source *s);

/*
 * Wait until there is something to read, at most TIMEOUT_MS or, if that is
 * negative, for ever.  Less than 0, with errno, when a signal came, and 0 when
 * the time was up.
 */
int source_wait(const struct source *s, int timeout_ms);

/*
 * Read up to SIZE bytes to DST, *N of them.  AT_LINE_START as in follow_read.
 * *WRONG is what failed, NULL where errno says it.
 */
enum source_result source_read(struct source *s, char *dst, size_t size,
    bool at_line_start, size_t *n, const char **wrong);

/*
 * What was read, START, turns out to be compressed: what is read next is its
 * beginning, decoded.  Nobody writes to it any more, so it is not followed.
 */
void source_decode(struct source *s, enum decode_kind kind, struct slice start);

#endif
