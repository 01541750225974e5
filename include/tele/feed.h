/* SPDX-License-Identifier: MIT */
#ifndef TELE_FEED_H
#define TELE_FEED_H

#include "tele/checkpoint.h"
#include "tele/formats.h"
#include "tele/input.h"
#include "tele/reader.h"

/*
 * An input, and the reader that the beginning of each of its files calls for.
 * Several feeds, of logs that are followed or merged, share what chooses.
 */
struct chooser {
	const struct formats *formats;
	bool is_fixed;           /* there is one format, which is used */
	struct reader **readers; /* one for each, that never writes */
};

/* FORMATS are borrowed. */
void chooser_init(struct chooser *c, const struct formats *formats,
    bool is_fixed);
void chooser_free(struct chooser *c);

/* The format that fits SAMPLE best, or NULL. */
const struct format *chooser_find(const struct chooser *c, struct slice sample);

struct feed {
	struct input in;
	const struct chooser *chooser;
	struct out *out;
	struct reader_options options; /* but for `keep` */
	uint64_t (*keep_of)(const struct format *f);
	struct reader *reader;  /* of the current file; NULL: no format fits */
	bool is_inside;         /* the reader gets the file by itself */
	struct pairing_ids ids; /* for options.pair */
	struct reader_counts counts; /* of the readers that have ended */
	uint64_t unknown;            /* lines of files that no format fits */
	uint64_t unknown_bytes;      /* of the current file */
	struct out nowhere;
	bool is_replaying;
};

enum feed_step {
	FEED_BEGAN, /* a file begins; its reader has been chosen */
	FEED_TOOK,  /* a block was read */
	FEED_BROKE, /* a live log goes on in another file */
	FEED_IDLE,  /* nothing is there now */
	FEED_ENDED,
};

/* Take the next block.  The input is the caller's to open and close. */
enum feed_step feed_next(struct feed *f);

/* A file begins, as SAMPLE: choose its reader.  feed_next does so by itself. */
void feed_begin(struct feed *f, struct slice sample);

/* Nothing comes for a while: see reader_flush. */
void feed_flush(struct feed *f, bool release);

/*
 * Go on with a live input where LOG says.  False if that place is gone: then
 * the log is read from the start.  What has to be read again, for its format
 * has a memory, is written to nowhere.
 */
bool feed_resume(struct feed *f, const struct checkpoint_log *log);

/* Note in C how far F has come; false if it is at no place to go on from. */
bool feed_note(const struct feed *f, struct checkpoint *c);

/* The end of the input. */
void feed_end(struct feed *f);

/* Add all that was counted to SUM. */
void feed_count(const struct feed *f, struct reader_counts *sum);

#endif
