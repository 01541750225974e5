/* SPDX-License-Identifier: MIT */
#ifndef TELE_TEXTLOG_H
#define TELE_TEXTLOG_H

#include "tele/assume.h"
#include "tele/correlate.h"
#include "tele/input.h"
#include "tele/out.h"
#include "tele/tracelines.h"

/*
 * A text log, line by line: which dialect it is in, where records begin, which
 * message each is.  Every line is counted once.
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

	const struct dialect *dialect;
	size_t begun;  /* most lines of the sample that begin as in a dialect */
	size_t joined; /* of those that are known, how many only go on */
	double precision;            /* of how those begin that are known */
	const struct pattern *begin; /* which one fitted last */
	bool is_stamp_first;         /* it is just `{time} ` */
	char style_first;            /* a styled message begins with it */
	/* By the id of a message, which prefix came after it the last time. */
	const struct prefix_item **guesses;
	int previous;
	struct slice raw; /* the current line, with its newline */
	struct timestamp_cache time;
	struct captures captures[2], *got; /* of the current line */
	struct record at;
	struct assume assume;
	int64_t raw_ns;    /* of at.time, as the line has it ... */
	int raw_lacks;     /* ... and what that lacks */
	struct stamp last; /* of the line before, and its number */
	uint64_t last_line;
	bool is_coloured; /* the current line is, or was */
	bool in_record;   /* the record of the line before is known */
	struct tracelines traces;

	/*
	 * A record that may go on, and what its line says.  The line is where
	 * it was read, until more follows or the block ends; then a copy.
	 */
	const struct candidate *pending;
	struct captures *pending_got;
	struct record pending_at;
	uint64_t pending_offset; /* of its line in the file */
	uint64_t pending_have;   /* what its beginning says */
	struct slice pending_line;
	size_t message_at;  /* in the line */
	size_t doubtful_at; /* its last line, if that may be none of it */
	char *text;
	size_t text_cap, text_lines;
	char *plain; /* a line without its colours */
	size_t plain_cap;
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

/*
 * A file begins, of which SAMPLE is the start: choose the dialect.  Returns how
 * many of its lines begin a record whose message is known, and in *LINES how
 * many lines there are.
 */
size_t textlog_begin(struct textlog *t, struct slice sample, size_t *lines);

/*
 * How much more it says that a sample fits, of which KNOWN lines were known,
 * than that it fits another format of which as many are: up to 0.1, by how much
 * a record must have; less where most lines only go on with one.
 */
double textlog_precision(const struct textlog *t, size_t known);

/* Take the lines of the current block. */
void textlog_block(struct textlog *t, struct input *in);

/* No more lines for now: what may go on counts as complete. */
void textlog_flush(struct textlog *t);

/* The file ends. */
void textlog_end(struct textlog *t);

/* Describe on OUT how LINE was understood, or how far each candidate got. */
bool textlog_explain(struct textlog *t, struct slice line, struct out *out);

/* The same of the messages that begin as LINE does; false if none does. */
bool textlog_explain_near(struct textlog *t, struct slice line,
    struct out *out);

#endif
