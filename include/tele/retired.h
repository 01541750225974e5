/* SPDX-License-Identifier: MIT */
#ifndef TELE_RETIRED_H
#define TELE_RETIRED_H

#include <stddef.h>
#include <stdint.h>

/*
 * Files that were left for newer ones, and that somebody may still write to for
 * some seconds.  When there are too many, the oldest goes.
 */
enum { RETIRED_FILES = 8 };

struct retired {
	struct {
		int fd;
		uint64_t offset;
		int64_t until_ns;
	} list[RETIRED_FILES];
	int count;
};

/* FD, which is taken over, was read to OFFSET. */
void retired_add(struct retired *r, int fd, uint64_t offset);

/*
 * Read whole lines that were written to one of them since to DST, of SIZE
 * bytes; how many bytes.
 */
size_t retired_read(struct retired *r, char *dst, size_t size);

void retired_close(struct retired *r);

#endif
