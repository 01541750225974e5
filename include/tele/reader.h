/* SPDX-License-Identifier: MIT */
#ifndef TELE_READER_H
#define TELE_READER_H

#include "tele/emit.h"
#include "tele/format.h"
#include "tele/input.h"
#include "tele/pairing.h"

/*
 * One format at work: it takes the records of files in this format and writes
 * their events, past the filters that the user asked for.
 */
struct reader;

struct reader_options {
	struct emit_options emit; /* but for `names`, which the format has */
	struct out *rejects;      /* takes lines that no rule knows, or NULL */
	int64_t gap_ns;           /* report silences as long as this; 0: none */
	bool keep_all;            /* fields of JSON that no format names, too */
	struct pairing_ids *pair; /* make spans of pairs, or NULL */
};

/* What became of the records; they add up to all. */
struct reader_counts {
	uint64_t matched, continuation, unmatched;
	uint64_t gave_way; /* work that was open when there was no room */
	/* With options.pair, see pairing.h. */
	uint64_t pairs, ambiguous, unbegun, unfinished;
};

/* F and OUT are borrowed. */
struct reader *reader_new(const struct format *f, struct out *out,
    const struct reader_options *options);
void reader_free(struct reader *r);

const struct format *reader_format(const struct reader *r);

/* How many of the *RECORDS, or lines, of SAMPLE the format of R knows. */
size_t reader_fit(struct reader *r, struct slice sample, size_t *records);

/*
 * Whether R gets all of a file by itself once it has its first block: where the
 * input is live it has to be called again.
 */
bool reader_takes_file(const struct reader *r);

/*
 * Which of READERS knows most of SAMPLE, the start of a file; NULL if none
 * knows anything.
 */
struct reader *reader_choose(struct reader *const *readers, int count,
    struct slice sample);

/* A file begins that R was chosen for, of which SAMPLE is the start. */
void reader_begin(struct reader *r, struct input *in, struct slice sample);

/* Take the current block, or more of the file, or all of it. */
void reader_take(struct reader *r, struct input *in);

/*
 * Nothing comes for a while: what may go on counts as complete, and with
 * RELEASE what is held back to know more is handed on.
 */
void reader_flush(struct reader *r, struct input *in, bool release);

/*
 * Where reading has to go on for R to know all that it has not written: an
 * offset in the current file, and how many lines lie before it.  False where it
 * is within something that does not end there.
 */
bool reader_place(const struct reader *r, const struct input *in,
    uint64_t *offset, uint64_t *line);

/* What is known of what times leave out, to go on with it elsewhere. */
struct assume *reader_assume(struct reader *r);

/* Write to OUT from now on. */
void reader_write_to(struct reader *r, struct out *out);

/* The log goes on in another file: no record does. */
void reader_break(struct reader *r, struct input *in);

void reader_end(struct reader *r);

/* What the times of the current file lack, and was assumed (timestamp.h). */
int reader_lacked(const struct reader *r);

void reader_counts_add(struct reader_counts *sum,
    const struct reader_counts *more);

/* Add what R has counted so far to SUM. */
void reader_count(const struct reader *r, struct reader_counts *sum);

/*
 * Describe on OUT how LINE is read; false if it is not.  A record that is not
 * made of lines has to be looked for in the file, IN, which R was chosen for:
 * of those on line NUMBER the first, if *FOUND.
 */
bool reader_explain(struct reader *r, struct slice line, struct out *out);
bool reader_reads_lines(const struct reader *r);
bool reader_explain_at(struct reader *r, struct input *in, uint64_t number,
    struct out *out, bool *found);

/* Describe how far the messages of R fit LINE, if any begins as it does. */
bool reader_explain_near(struct reader *r, struct slice line, struct out *out);

/*
 * Why no reader knows SAMPLE, for people: `the closest, conductor, knows none
 * of its 20 lines`.  TEXT has SIZE bytes.
 */
void reader_excuse(struct reader *const *readers, int count,
    struct slice sample, char *text, size_t size);

#endif
