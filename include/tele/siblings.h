/* SPDX-License-Identifier: MIT */
#ifndef TELE_SIBLINGS_H
#define TELE_SIBLINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The older generations of a log that lie beside it: files whose name is its
 * name, one of `.-_~` or a digit, and whatever follows.  `log.2` is older than
 * `log.1`; of other names, as `log-20261122`, the first in the alphabet is the
 * oldest; where there are both, the one that was written last.  What is
 * compressed by its name is left out: it cannot be read on.
 */
struct sibling {
	char *path;
	dev_t dev;
	ino_t ino;
	uint64_t size;
	int64_t modified_ns;
	long number; /* N of `log.N`, or 0 */
};

struct siblings {
	struct sibling *list; /* oldest first */
	int count;
	size_t cap;
};

/*
 * List those of NAME, itself left out, in a state in which they were all at
 * once.  False, with errno, if the folder cannot be read.
 */
bool siblings_list(struct siblings *s, const char *name);
void siblings_free(struct siblings *s);

/* NAME is a log of its own and no generation of another. */
void siblings_exclude(const char *name);

/*
 * Whether PATH is what the log NAME is called once it was rotated, for sure:
 * with a number, a date, `.old` or the like, compressed or not.
 */
bool siblings_is_rotated(const char *path, const char *name);

/* The place of the file DEV, INO in the list, or -1. */
int siblings_find(const struct siblings *s, dev_t dev, ino_t ino);

#endif
