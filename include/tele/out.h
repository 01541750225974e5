/* SPDX-License-Identifier: MIT */
#ifndef TELE_OUT_H
#define TELE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tele/slice.h"

/*
 * A buffered writer that knows whether it failed.  After a failed write every
 * call is a no-op, so that a tool checks once, at out_close.  Interrupted,
 * short and would-block writes are finished.  A pipe is widened to 1 MiB.
 *
 * When the reader is gone (EPIPE) and SIGPIPE does not kill, writing stops
 * without a message: out_close still returns false.
 */
struct out {
	char *buf;
	size_t len, cap;
	int fd;
	int error; /* errno of the first failure, 0 before */
	const char *name;
	bool is_standard; /* messages call it standard output */
	bool is_terminal;
	char *draft, *target; /* of a file that appears when it is whole */
};

/* Write to FD, which out_close closes. */
void out_open(struct out *out, int fd);

/* Keep everything in memory, from out->buf on, out->len bytes of it. */
void out_open_memory(struct out *out);

/*
 * Write to the file NAME, which out_close puts in place of an old one once all
 * is written; when that fails the old one stays as it was.  What is no regular
 * file, such as /dev/full, is written at once.  False, with errno, if nothing
 * can be written there.
 */
bool out_create(struct out *out, const char *name);

/*
 * Cut the file FD to SIZE bytes, to write on from there; false if it has less.
 * What is no regular file stays as it is.
 */
bool out_take_back(int fd, uint64_t size);

/* The same behind its last whole line; it must be open for reading too. */
bool out_take_back_part(int fd);

/* How many bytes the file has up to what was written last. */
uint64_t out_size(const struct out *out);

/* Flush and release; says what failed, once, and returns false. */
bool out_close(struct out *out);

/*
 * Whether anybody may still read what is written to FD: not so where the other
 * end of a pipe or a terminal is gone.
 */
bool out_has_reader(int fd);

/* Hand what is buffered to the kernel. */
void out_flush(struct out *out);

/*
 * Room for SIZE bytes at the end of the buffer, to be written in place and then
 * declared by out_commit: the fast way.  At least 64 bytes past SIZE may be
 * scribbled on, for wide copies.
 */
char *out_reserve(struct out *out, size_t size);

static inline void
out_commit(struct out *out, const char *end)
{
	out->len = (size_t)(end - out->buf);
}

void out_write(struct out *out, struct slice s);

static inline void
out_text(struct out *out, const char *text)
{
	out_write(out, slice_of(text));
}

/* N blanks, none if that is negative. */
void out_spaces(struct out *out, int n);

/* As printf; for text that is not on a hot path. */
void out_format(struct out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
