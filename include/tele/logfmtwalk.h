/* SPDX-License-Identifier: MIT */
#ifndef TELE_LOGFMTWALK_H
#define TELE_LOGFMTWALK_H

#include "tele/input.h"
#include "tele/jsonrule.h"

/*
 * The records of a log of logfmt, one a line, or on more where quotes hold
 * newlines.  What is no pair is passed over; a line that does not begin with a
 * pair, or has fewer pairs than other words, is no record.
 *
 * What is quoted and goes on to a line that begins as its record did was never
 * closed: that is reported, and reading goes on behind the line it began in.
 */
struct logfmtwalk {
	struct json_record *record; /* its picker gets the values */
	struct input *in;
	struct shapes shapes;
	struct shape *root;
	struct arena text;     /* of values that were no text of JSON */
	uint64_t continuation; /* lines that went on with a record */
	bool is_sample;
	size_t faults;

	/* RECORD's picker has a record, which is TEXT. */
	void (*take)(void *arg, struct json_record *record, struct slice text);
	/* TEXT, a line, is no record. */
	void (*reject)(void *arg, struct slice text);
	void *arg;
};

/* RECORD is borrowed; the callbacks are the caller's to set. */
void logfmtwalk_init(struct logfmtwalk *l, struct json_record *record);
void logfmtwalk_free(struct logfmtwalk *l);

/* A file begins. */
void logfmtwalk_begin(struct logfmtwalk *l, struct input *in);

/*
 * Take all that is left of it; where the input is live, all that is there now,
 * to go on later.
 */
void logfmtwalk_take(struct logfmtwalk *l);

/*
 * Take what is in SAMPLE, the start of a file, and in silence; returns how many
 * of its lines are no records.
 */
size_t logfmtwalk_sample(struct logfmtwalk *l, struct slice sample);

#endif
