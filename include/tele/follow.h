/* SPDX-License-Identifier: MIT */
#ifndef TELE_FOLLOW_H
#define TELE_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tele/place.h"
#include "tele/retired.h"

/*
 * A log that is read while it is written, across rotation: by rename, by copy
 * and truncation, any number of times between two reads; when it is deleted and
 * made anew, or made only later.
 *
 * When the file was emptied, see place.h, what was not read of it is looked for
 * in its copies, the files beside it whose name begins with its name.
 */
enum follow_result {
	FOLLOW_DATA,   /* bytes were read */
	FOLLOW_WAIT,   /* nothing is there now */
	FOLLOW_BREAK,  /* what follows is in another file: a line ends here */
	FOLLOW_FAILED, /* errno says why */
};

struct follower {
	const char *name;
	int fd; /* -1 while there is no file */
	struct place at;
	int64_t missed_ns; /* when there was no file, or 0 */
	bool is_older;     /* not the file NAME, but what it was before ... */
	bool is_copy;      /* ... by copying, so that nobody writes to it */
	uint64_t seen;     /* the most bytes that the file was seen to have */

	/*
	 * Set by follow_read when the log was emptied and no copy holds what
	 * was left: how much is known to be lost, perhaps nothing.
	 */
	bool was_emptied;
	uint64_t lost;

	struct retired retired;
};

/* NAME is borrowed. */
void follow_open(struct follower *f, const char *name);

/*
 * Go on from PLACE, or where it is in the files beside; false if it is in none
 * of them, when reading begins with what came after it.
 */
bool follow_resume(struct follower *f, const struct place *place);

/*
 * Go back to the start of the file that was GENERATIONS before the current one;
 * false if it is gone, when nothing has changed.
 */
bool follow_rewind(struct follower *f, uint64_t generations);

/* The place at OFFSET of the current file, not past what was read. */
bool follow_place_at(const struct follower *f, uint64_t offset,
    struct place *place);

void follow_close(struct follower *f);

/*
 * Read up to SIZE bytes to DST, *N of them.  AT_LINE_START says that the last
 * byte that was read was a newline: only then lines of other files may come.
 */
enum follow_result follow_read(struct follower *f, char *dst, size_t size,
    bool at_line_start, size_t *n);

#endif
