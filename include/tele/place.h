/* SPDX-License-Identifier: MIT */
#ifndef TELE_PLACE_H
#define TELE_PLACE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Where a log was read up to.  A file is known by its device and inode, which
 * may be used again, and by PLACE_MARK bytes before the place: when those have
 * changed the file was emptied and has grown again.
 */
enum { PLACE_MARK = 1024 };

struct file_id {
	dev_t dev;
	ino_t ino;
	int64_t modified_ns;
};

struct place {
	dev_t dev;
	ino_t ino;
	int64_t modified_ns; /* set where a place is noted */
	uint64_t offset;
	struct file_id old; /* the last generation known before it */
	uint32_t mark_len;  /* bytes before OFFSET */
	char mark[PLACE_MARK];
};

/* Open the regular file at PATH; -1, with errno, if it is none. */
int place_open_file(const char *path);

/* The file that FD is. */
struct file_id place_file_of(int fd);

/* The N bytes at DST were read: the place is behind them. */
void place_move(struct place *at, const char *dst, size_t n);

/*
 * Read at PLACE from FD, the mark before it in the same call, so that no
 * truncation comes between.  -1 on failure, -2 if the mark is no longer there.
 */
ssize_t place_read(int fd, const struct place *at, char *dst, size_t size);

/* Open the file at PATH if it holds the place: its mark is where it should be.
 */
int place_open(const char *path, const struct place *at);

#endif
