/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONWALK_H
#define TELE_JSONWALK_H

#include "tele/fields.h"
#include "tele/input.h"
#include "tele/jsonformat.h"

/*
 * The records of documents of JSON, one a line, one after the other, or deep
 * inside of objects and arrays.  Containers of any size are streamed; a record
 * is at most --max-line bytes.  What is malformed is reported, and reading goes
 * on behind the next newline.
 */
enum { JSONWALK_DEPTH = 16 };

/* A container that is being streamed. */
struct json_container {
	const struct json_place *place;
	bool is_object;
	bool has_members; /* a comma must come before the next */
	/* What rules want of an object around their records. */
	struct fields kept;
	char types[FIELDS];
};

struct jsonwalk {
	struct json_format *json;
	struct input *in;
	struct json_container open[JSONWALK_DEPTH];
	int depth;
	int state;      /* private: what comes next */
	bool is_cut;    /* the record that is taken ends where a sample does */
	bool is_sample; /* private: nothing is reported */
	struct json_place *place; /* of the value to come; NULL: skip it */
	struct json_fault fault;

	/* RECORD's picker has read a record, which is TEXT. */
	void (*take)(void *arg, struct json_record *record, struct slice text);
	/* A member that has names for keys has come, as N says. */
	void (*names)(void *arg, struct json_names *n, struct slice list);
	/* An object that may hold names ends. */
	void (*leave)(void *arg);
	void *arg;
};

/* The callbacks are the caller's to set. */
void jsonwalk_init(struct jsonwalk *w, struct json_format *json);
void jsonwalk_free(struct jsonwalk *w);

/* A file begins. */
void jsonwalk_begin(struct jsonwalk *w, struct input *in);

/*
 * Take all that is left of it; where the input is live, all that is there now,
 * to go on later.
 */
void jsonwalk_take(struct jsonwalk *w);

/*
 * Take what is in SAMPLE, the start of a file, and in silence; returns how many
 * faults there are.
 */
size_t jsonwalk_sample(struct jsonwalk *w, struct slice sample);

/* The object UP levels around the record, or NULL. */
const struct json_container *jsonwalk_around(const struct jsonwalk *w, int up);

#endif
