/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONLOG_H
#define TELE_JSONLOG_H

#include "tele/emit.h"
#include "tele/format.h"
#include "tele/input.h"
#include "tele/jsonformat.h"

/*
 * A document of JSON, or many, one a line or one after the other, read record
 * by record: containers of any size are streamed, a record is at most
 * --max-line bytes.
 */
struct jsonlog;

/* F and E are borrowed. */
struct jsonlog *jsonlog_new(const struct format *f, struct emitter *e);
void jsonlog_free(struct jsonlog *l);

/*
 * How much SAMPLE, the start of a file, looks like the format: the records that
 * have what it needs, and in *SEEN all records.
 */
size_t jsonlog_score(struct jsonlog *l, struct slice sample, size_t *seen);

/* A file begins; take what is left of it, or there now; it ends. */
void jsonlog_begin(struct jsonlog *l, struct input *in);
void jsonlog_take(struct jsonlog *l);
void jsonlog_end(struct jsonlog *l);

/*
 * The offset in the current file, and the number of lines before it, at which
 * nothing is open; false if something is.
 */
bool jsonlog_place(const struct jsonlog *l, const struct input *in,
    uint64_t *offset, uint64_t *line);

/* Write to OUT from now on. */
void jsonlog_write_to(struct jsonlog *l, struct out *out);

/* How many records became events, and how many no rule knew. */
uint64_t jsonlog_matched(const struct jsonlog *l);
uint64_t jsonlog_unmatched(const struct jsonlog *l);

#endif
