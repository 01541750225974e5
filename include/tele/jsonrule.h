/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONRULE_H
#define TELE_JSONRULE_H

#include "tele/event.h"
#include "tele/jsonsource.h"

/* Which records of JSON mean what; tele-format(5) says how that is written. */

enum json_action {
	JSON_EMIT,
	JSON_BEGIN,  /* work begins */
	JSON_FINISH, /* and ends */
	JSON_NAME,   /* the record says what something is called */
	JSON_MARK,   /* what is open here will be linked to */
	JSON_IGNORE,
};

/* Values that identify something together. */
struct json_key {
	struct json_source *sources;
	int count;
};

enum { JSON_RULE_FIELDS = 64 };

/* What a field is if nothing else says so: text of JSON. */
struct json_constant {
	int field;
	struct slice json;
};

/* The source of a field, its number among the field's, that a path is. */
struct json_use {
	uint8_t field, source;
};

struct json_rule {
	const struct node *node; /* where it stands */
	enum json_action action;
	enum event_kind kind;
	struct json_condition *conditions;
	int condition_count;
	uint64_t required[PICKER_WORDS]; /* paths that must be there for them */
	struct json_field *fields;
	int field_count;
	struct json_constant *constants;
	int constant_count;
	/* What each path of the record gives: uses[first_use[PATH]..]. */
	struct json_use *uses;
	uint16_t *first_use;
	/* Fields that objects around it give, and by which of their sources. */
	uint64_t outer, outer_sources[JSON_RULE_FIELDS];
	struct json_source key, value; /* of JSON_NAME */
	struct json_key pair;          /* whose work lies in each other */
	struct json_key mark, from;    /* links from here, and to here */
	struct slice id_suffix;        /* goes behind the span's id */
	struct json_record *inside;    /* records within this one */
	struct json_source inside_list;
};

/* Objects that are records: the rules for them, tried in order. */
struct json_record {
	struct picker picker;
	struct json_rule *rules;
	int rule_count;
	struct json_key needs; /* what a record of the format has */
	struct json_key any;   /* and at least one of these, if there are any */
	struct json_field *fields; /* of every rule that has not its own */
	int field_count;
	struct json_record *inside; /* likewise */
	struct json_source inside_list;
};

/*
 * Load what Y says of a record, whose `each` is somebody else's.  AROUND finds
 * the pickers of objects around it.  On failure scope->doc->error is set, and
 * *R is still to be freed.
 */
bool json_record_load(const struct json_scope *scope, const struct node *y,
    struct json_record *r);
void json_record_free(struct json_record *r);

/*
 * Read FIELD from SOURCE as well, before or after what it was read from, in all
 * rules of R.  False if there are too many fields.
 */
bool json_record_add(struct json_record *r, struct arena *arena, int field,
    const struct json_source *source, bool is_first);

/* Whether a record that R's picker has read has what all of them have. */
bool json_record_fits(const struct json_record *r);

#endif
