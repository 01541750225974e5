/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONFORMAT_H
#define TELE_JSONFORMAT_H

#include "tele/jsonrule.h"

/*
 * The part of a format that reads JSON: where the records are in a document,
 * which of them mean what, and where each key of an event comes from.
 */

/* A place in the document: an object, or the items of an array. */
struct json_place {
	bool is_array;
	struct slice key; /* by which its object has it */
	struct json_place *child, *sibling;
	struct json_record *record; /* the objects here are records */
	struct picker picker;       /* what rules want of this object */
	bool has_picker;
	struct json_place *around; /* the object around it */
};

/* Where a document says what its keys for things are called. */
enum { JSON_NAMES = 2 };
struct json_names {
	struct slice in; /* the member that has them */
	struct picker picker;
	int name, key; /* paths of it; KEY is -1 where members are the keys */
};

struct json_format {
	struct doc *doc;
	struct json_place *root;
	bool is_lenient; /* an array may end without its bracket */
	struct slice
	    keep_in; /* the object or list whose members --keep means */
	const struct node *renamed; /* names and what they were before */
	struct json_names names[JSON_NAMES];
	int name_count;
};

/*
 * Load what DOC's root says under `records`, for documents of JSON.  NULL with
 * doc->error set on failure.  DOC is borrowed.
 */
struct json_format *json_format_load(struct doc *doc, struct arena *arena,
    struct field_names *names);
void json_format_free(struct json_format *f);

/*
 * Also read PATH of every record, as the field TO, for --keep; or SOURCE, as a
 * format would say it, before all else, for --map.  False with doc->error set
 * if that cannot be.
 */
bool json_format_keep(struct json_format *f, struct arena *arena, int to,
    struct slice path);
bool json_format_map(struct json_format *f, struct arena *arena, int to,
    struct slice source);

/* 0 to 0.1: see format_precision. */
double json_format_precision(const struct json_format *f);

#endif
