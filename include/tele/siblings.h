/* SPDX-License-Identifier: MIT */
#ifndef TELE_SIBLINGS_H
#define TELE_SIBLINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The older generations of a log that lie beside it: files whose name begins
 * with its name.  `log.2` is older than `log.1`; of other names, as
 * `log-20261122`, the first in the alphabet is the oldest.
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

/* The place of the file DEV, INO in the list, or -1. */
int siblings_find(const struct siblings *s, dev_t dev, ino_t ino);

#endif
