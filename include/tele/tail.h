/* SPDX-License-Identifier: MIT */
#ifndef TELE_TAIL_H
#define TELE_TAIL_H

#include "tele/checkpoint.h"
#include "tele/feeds.h"
#include "tele/watch.h"

/*
 * Logs that are read as they grow, all at once, from where a checkpoint says.
 *
 * A name with `*`, `?` or `[` that is no file is a pattern: the logs that match
 * it are read, also those that appear later.  What belongs to the rotation of
 * such a log, see siblings.h, is no log of its own.  A log that was found and
 * is gone is let go TAIL_GONE_MS later.
 */
enum { TAIL_LOOK_MS = 1000, TAIL_GONE_MS = 10000 };

struct tail {
	/* To be set by the caller, and borrowed. */
	struct feeds *feeds;
	struct out *out;
	const char *checkpoint_path; /* or NULL */
	bool has_file; /* the output is a file that can be taken back */
	bool goes_on;  /* waits for more; else ends with what is there */

	struct tail_log *logs; /* one for each feed, in their order */
	size_t cap;
	const char **patterns;
	size_t pattern_count, pattern_cap;
	struct watch watch;
	struct checkpoint checkpoint; /* that was saved last */
	bool is_gone;                 /* the place where it was in a log */
	bool has_failed;
	int64_t saved_ns, looked_ns;
	int64_t idle_since_ns; /* 0: it is not */
};

/*
 * Open the logs, or standard input; go on where the checkpoint says.  False
 * with a message in ERROR, of SIZE bytes, if that is none.
 */
bool tail_open(struct tail *t, int argc, char *argv[], char *error,
    size_t size);

/*
 * Take back what was written to the file FD and will be written again; false
 * if that holds less than the checkpoint says.
 */
bool tail_take_back(const struct tail *t, int fd);

/* Read until a signal comes, the reader of the output is gone, or all ended. */
void tail_read(struct tail *t);

/* Release; false if a log or the checkpoint made trouble, which was said. */
bool tail_close(struct tail *t);

#endif
