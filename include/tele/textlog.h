/* SPDX-License-Identifier: MIT */
#ifndef TELE_TEXTLOG_H
#define TELE_TEXTLOG_H

#include "tele/assume.h"
#include "tele/input.h"
#include "tele/out.h"
#include "tele/pending.h"
#include "tele/textfit.h"

/*
 * A text log, line by line: where records begin, which message each is.  Every
 * line is counted once.
 */
struct textlog_counts {
	uint64_t matched;      /* began a record whose message is known */
	uint64_t continuation; /* belongs to such a record */
	uint64_t unmatched;    /* all else */
};

struct textlog {
	const struct format *f;
	struct correlator *c;
	struct textlog_counts counts;
	struct out *rejects; /* takes unmatched lines, or NULL */
	int64_t gap_ns;      /* report silences as long as this; 0 is none */

	struct textfit fit; /* of the current file */
	struct opening opening;
	struct messages messages;
	struct colours colours;
	struct slice raw; /* the current line, with its newline */
	struct timestamp_cache time;
	struct captures captures[2], *got; /* of the current line */
	struct record at;
	struct assume assume;
	int64_t raw_ns;    /* of at.time, as the line has it ... */
	int raw_lacks;     /* ... and what that lacks */
	struct stamp last; /* of the line before, and its number */
	uint64_t last_line;
	bool in_record; /* the record of the line before is known */
	struct pending pending;
};

/* Read with F, which C was made for. */
void textlog_init(struct textlog *t, const struct format *f,
    struct correlator *c);
void textlog_free(struct textlog *t);

/*
 * A file begins that was last written at MODIFIED_NS: what its times leave out
 * is guessed by that.
 */
void textlog_assume(struct textlog *t, int64_t modified_ns);

/* A file begins, of which SAMPLE is the start: choose the dialect, see FIT. */
void textlog_begin(struct textlog *t, struct slice sample);

/* Take the lines of the current block. */
void textlog_block(struct textlog *t, struct input *in);

/* No more lines for now: what may go on counts as complete. */
void textlog_flush(struct textlog *t);

/* The file ends. */
void textlog_end(struct textlog *t);

#endif
