/* SPDX-License-Identifier: MIT */
#ifndef TELE_WATCH_H
#define TELE_WATCH_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Waiting until something changes: a file that is followed, or the folder that
 * it is in or will be; by inotify, or where that is missing by looking again
 * WATCH_POLL_MS later.  Nobody is told of what other machines write to a shared
 * disk: after WATCH_LONGEST_MS it is time to look in any case.
 */
enum { WATCH_POLL_MS = 50, WATCH_LONGEST_MS = 1000 };

struct watch {
	int fd;       /* of inotify, or -1 */
	bool has_new; /* set when a file may have appeared */
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
 * Wait at most TIMEOUT_MS, if that is not negative.  False when the reader of
 * the output is gone.
 */
bool watch_wait(struct watch *w, int timeout_ms);

#endif
