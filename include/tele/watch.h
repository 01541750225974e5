/* SPDX-License-Identifier: MIT */
#ifndef TELE_WATCH_H
#define TELE_WATCH_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Waiting until something changes: a file that is followed, or the folder that
 * it is in or will be; by inotify, or where that is missing by looking again
 * WATCH_POLL_MS later.
 */
enum { WATCH_POLL_MS = 50 };

struct watch {
	int fd; /* of inotify, or -1 */
	struct pollfd *polls;
	size_t count, cap;
};

void watch_init(struct watch *w);
void watch_free(struct watch *w);

/* Wake when the file NAME, or the folder that it is in, changes. */
void watch_file(struct watch *w, const char *name);

/* Wake when FD, a pipe, can be read; or when the reader of FD is gone. */
void watch_input(struct watch *w, int fd);
void watch_output(struct watch *w, int fd);

/*
 * Wait at most TIMEOUT_MS, or for ever if that is negative.  False when the
 * reader of the output is gone.
 */
bool watch_wait(struct watch *w, int timeout_ms);

#endif
