/* SPDX-License-Identifier: MIT */
#ifndef TELE_DECODE_H
#define TELE_DECODE_H

#include <sys/types.h>

#include "tele/slice.h"

/*
 * Compressed input, known by its content and not by its name: gzip (RFC 1952)
 * and zstd (RFC 8878), several members or frames one after the other.
 */
enum decode_kind { DECODE_NONE, DECODE_GZIP, DECODE_ZSTD };

struct decoder;

/*
 * What a file that begins with START is if it cannot be read, UTF-16 or
 * compressed in another way, and the program that converts it; else NULL.
 */
const char *decode_refused(struct slice start, const char **converter);

/* What a file that begins with START is. */
enum decode_kind decode_kind_of(struct slice start);

/* Decode what FD yields after START, which was read already and is copied. */
struct decoder *decoder_new(enum decode_kind kind, int fd, struct slice start);
void decoder_free(struct decoder *d);

/*
 * As read(2): up to SIZE bytes of plain text, 0 at the end, -1 on failure, when
 * *WRONG says what it was; NULL there stands for errno.
 */
ssize_t decoder_read(struct decoder *d, char *dst, size_t size,
    const char **wrong);

/* Whether a read needs no more of the file. */
bool decoder_has_more(const struct decoder *d);

/* How many compressed bytes have been read so far. */
size_t decoder_taken(const struct decoder *d);

#endif
