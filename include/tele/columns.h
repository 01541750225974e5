/* SPDX-License-Identifier: MIT */
#ifndef TELE_COLUMNS_H
#define TELE_COLUMNS_H

#include "tele/input.h"
#include "tele/jsonrule.h"

/*
 * The records of a log whose lines are the values of columns, which a header
 * names: W3C's extended log (`#Fields: date time cs-method`), and those of Zeek
 * (`#separator \x09`, `#fields`).  The header may come again, with others.
 *
 * Besides those of the header there are the columns `date time`, the instant
 * that a date and a time in UTC make, where the date may be that of `#Date`;
 * and `#path`, what Zeek calls the log.
 */
struct columns {
	struct json_record *record; /* its picker gets the values */
	struct input *in;
	struct columns_column *list;
	size_t count, cap;
	char separator;                        /* of the current line */
	bool is_w3c;                           /* lines choose it themselves */
	struct slice unset, empty, path, date; /* as the header says them */
	int date_at, time_at;                  /* places, or -1 */
	const struct pick_node *instant, *log; /* of the two more, or NULL */
	struct arena header, text; /* of names; of values of a record */
	uint64_t headers;          /* lines of them */
	bool is_sample;
	size_t faults;

	/* RECORD's picker has a record, which is TEXT. */
	void (*take)(void *arg, struct json_record *record, struct slice text);
	/* TEXT, a line, is no record. */
	void (*reject)(void *arg, struct slice text);
	void *arg;
};

struct columns_column {
	struct slice name;            /* text of JSON */
	const struct pick_node *node; /* NULL if no rule wants it */
};

/* RECORD is borrowed; the callbacks are the caller's to set. */
void columns_init(struct columns *c, struct json_record *record);
void columns_free(struct columns *c);

/* A file begins, or goes on in another, whose header may be missing. */
void columns_begin(struct columns *c, struct input *in);

/* Take the lines of the input's block. */
void columns_block(struct columns *c);

/*
 * Take what is in SAMPLE, the start of a file, and in silence; returns how many
 * of its lines are no records.
 */
size_t columns_sample(struct columns *c, struct slice sample);

/*
 * The next value of a line at *P, which moves behind it; false at the END. What
 * is not set is empty.
 */
bool columns_next(const struct columns *c, const char **p, const char *end,
    struct slice *value);

/* VALUE as text of JSON, without quotes; in ARENA, if it has to be changed. */
struct slice columns_json(struct arena *arena, struct slice value);

#endif
