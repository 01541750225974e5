/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONLOG_H
#define TELE_JSONLOG_H

#include "tele/emit.h"
#include "tele/format.h"
#include "tele/input.h"

/*
 * Documents of JSON, one a line, one after the other or a single one, lines of
 * logfmt, or of columns: read record by record, and turned into events by the
 * rules of the format.  Containers of any size are streamed; a record is at
 * most --max-line bytes.
 */
struct jsonlog;

struct jsonlog_options {
	struct out *rejects; /* takes records that no rule knows, or NULL */
	int64_t gap_ns;      /* report silences between log records; 0: none */
	bool keep_all;       /* write members that no key is made of, too */
};

struct jsonlog_counts {
	uint64_t matched, continuation, unmatched; /* as reader_counts */
	uint64_t gave_way; /* work that was open when there was no room */
};

/* F and E are borrowed. */
struct jsonlog *jsonlog_new(const struct format *f, struct emitter *e,
    const struct jsonlog_options *options);
void jsonlog_free(struct jsonlog *l);

/*
 * How much SAMPLE, the start of a file, looks like the format: the records that
 * have what it needs, and in *SEEN all records.
 */
size_t jsonlog_score(struct jsonlog *l, struct slice sample, size_t *seen);

/*
 * A file begins; take what is left of it, or there now, or where the reader
 * does not take the file by itself, of the block; it ends.
 */
bool jsonlog_takes_file(const struct jsonlog *l);
void jsonlog_begin(struct jsonlog *l, struct input *in);
void jsonlog_take(struct jsonlog *l);
void jsonlog_end(struct jsonlog *l);

/* What the times of the current file lack, and was assumed (timestamp.h). */
struct assume *jsonlog_assume(struct jsonlog *l);
int jsonlog_lacked(const struct jsonlog *l);

struct jsonlog_counts jsonlog_counts(const struct jsonlog *l);

/*
 * Take the current file up to the record that is on line LINE, or of those the
 * first, and describe on OUT how it is read.  *FOUND tells whether there is
 * one; false if no rule knows it.
 */
bool jsonlog_explain(struct jsonlog *l, struct input *in, uint64_t line,
    struct out *out, bool *found);

/*
 * The offset in the current file, and the number of lines before it, at which
 * nothing is open; false if something is.
 */
bool jsonlog_place(const struct jsonlog *l, const struct input *in,
    uint64_t *offset, uint64_t *line);

/* Write to OUT from now on. */
void jsonlog_write_to(struct jsonlog *l, struct out *out);

#endif
