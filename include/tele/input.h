/* SPDX-License-Identifier: MIT */
#ifndef TELE_INPUT_H
#define TELE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/follow.h"
#include "tele/opt.h"
#include "tele/slice.h"
#include "tele/watch.h"

/*
 * The files named on the command line, or standard input, as blocks of whole
 * lines.  It owns what every tool does alike: `-` is standard input, a file
 * that cannot be read is reported and the others are processed, a byte order
 * mark is skipped, a line longer than --max-line is reported and skipped.
 *
 * At least INPUT_SLACK readable bytes follow a block, so that scanners may
 * look past its end in wide steps.
 */
#define INPUT_SLACK 64

/* The options that every reader of records has; see INPUT_OPTIONS. */
struct input_options {
	uint64_t max_line; /* bytes */
	bool strict;       /* stop at the first malformed record */
	bool progress;
	bool follow; /* wait for more at the end of the last file */
};

extern struct input_options input_options;

#define INPUT_OPTIONS                                                        \
	{ 0, "max-line", "BYTES", OPT_SIZE, &input_options.max_line,         \
		"skip records longer than BYTES (1M)", NULL },               \
	    { 0, "strict", NULL, OPT_FLAG, &input_options.strict,            \
		    "stop at the first malformed record", NULL },            \
	{                                                                    \
		0, "progress", NULL, OPT_FLAG, &input_options.progress,      \
		    "show bytes, rate and time left on standard error", NULL \
	}

struct input {
	/* The current block: whole lines, the last perhaps without newline. */
	const char *p, *end;
	const char *line_start; /* where the current record begins */
	uint64_t line;          /* its number, from 1 */
	uint64_t column;        /* bytes of its line before line_start */
	const char *name;       /* of the current file, as messages call it */
	const char *src;        /* as events call it: "-" is standard input */
	int64_t modified_ns;    /* when it was last written, or now */
	int file;               /* counts files, from 1; 0 before the first */
	bool failed;            /* something was reported: exit status 2 */
	bool is_broken;         /* reading the current file failed */
	uint64_t malformed;     /* records reported, in all files */
	bool is_stopped;        /* by --strict or before_read: read no more */

	/*
	 * Of one file that is read as long as it is written (input_open_live):
	 * input_next also returns false, IS_IDLE, when nothing is there now;
	 * and true with an empty block, IS_BREAK, where the log goes on in
	 * another file.  OFFSET is that of the block's end in the file.
	 */
	bool is_live, is_idle, is_break;
	uint64_t offset;
	uint64_t generations; /* how many files were read before this one */
	bool is_replaying;    /* the block was read before: see input_resume */

	/* If set, a file begins with an empty block, marked, and this sample.
	 */
	bool wants_sample;
	bool is_start;
	struct slice sample;

	/*
	 * If set, called before every read with whether it would block now;
	 * returns how many milliseconds to wait before calling again, or -1.
	 */
	int (*before_read)(void *arg, bool would_block);
	void *arg;

	struct input_state *state;
};

void input_open(struct input *in, int argc, char *argv[]);

/* Read the one file NAME, and do not wait for more of it: see is_live. */
void input_open_live(struct input *in, char *name);

/* COUNT inputs are read at once: read less of this one at a time. */
void input_share(struct input *in, int count);

/*
 * Go on with a live input at PLACE, before which LINE lines lie; or, to REPLAY
 * what lies before it, from the start of the log, that many files ago, with
 * IS_REPLAYING set on all blocks up to PLACE.  False if PLACE, or REPLAY and a
 * file before it, are gone: nothing has changed then.
 */
bool input_resume(struct input *in, const struct place *place, uint64_t line,
    bool replay, uint64_t generations);

/* The place at OFFSET of the current file of a live input, if there is one. */
bool input_place(const struct input *in, uint64_t offset, struct place *place);

/* The first SIZE bytes of the current file of a live input; how many. */
size_t input_peek(const struct input *in, char *dst, size_t size);

/* Have W wake when there may be more. */
void input_watch(const struct input *in, struct watch *w);

/* Whether all was read: of what is live, never. */
bool input_has_ended(const struct input *in);

/* The first of the names. */
const char *input_first(const struct input *in);

/* Whether the file NAME is one of those that will be read. */
bool input_is_of(const struct input *in, const char *name);

/* Read TEXT, which is copied, as the file NAME. */
void input_open_memory(struct input *in, const char *name, struct slice text);

/*
 * Get the next block; false at the end of the last file.  Lines may be taken
 * from in->p to in->end; whoever takes one adds it to in->line.
 */
bool input_next(struct input *in);

/*
 * For documents that are not made of lines: the block becomes all that was
 * read, and more of the same file is read behind what was not taken yet,
 * in->p..in->end.  False at the end of the file, or when a thing longer than
 * --max-line is still not whole.
 */
bool input_extend(struct input *in);

/*
 * The next line without its newline and without a carriage return before it,
 * or false at the end.  Borrowed until the next call.
 */
bool input_line(struct input *in, struct slice *line);

/*
 * Report a malformed record, as FILE:LINE:COLUMN if AT lies in the current
 * line.  After ten in a file only a count follows.  With --strict it stops.
 */
void input_malformed(struct input *in, const char *at, const char *what);

/* What is said of a record longer than --max-line. */
extern const char input_too_long[];

/* Release; returns the exit status that the input calls for. */
int input_close(struct input *in);

#endif
