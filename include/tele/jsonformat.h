/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONFORMAT_H
#define TELE_JSONFORMAT_H

#include "tele/doc.h"
#include "tele/event.h"
#include "tele/pattern.h"
#include "tele/picker.h"

/*
 * The part of a format that reads JSON: where the records are in a document,
 * which of them mean what, and where each key of an event comes from.
 */
enum {
	JSON_SOURCES = 8, /* alternatives for one key, in order of preference */
	JSON_LEVELS = 6,  /* objects around a record */
};

/* How the text of a value becomes that of an event. */
enum json_conversion {
	JSON_AS_TEXT,
	JSON_AS_ID, /* hex in lower case; base64 becomes hex */
	JSON_AS_NS, /* a time or duration in this unit */
	JSON_AS_US,
	JSON_AS_MS,
	JSON_AS_S,
	JSON_AS_TIME,     /* RFC 3339, or a number whose size tells the unit */
	JSON_AS_DURATION, /* "15.2ms", or a number in ms */
	JSON_AS_LEVEL,    /* a word, or a number of pino or bunyan */
	JSON_AS_OTLP_LEVEL,
	JSON_AS_SYSLOG_LEVEL,
	JSON_AS_OTLP_STATUS, /* 2 or STATUS_CODE_ERROR is an error */
	JSON_AS_TRUTH,       /* true or "true" is an error */
	JSON_AS_PRESENCE,    /* anything is an error */
	JSON_AS_HTTP_STATUS, /* 500 and above is an error */
	JSON_AS_LINKS,       /* a list of objects with trace and span */
	JSON_AS_REFERENCES,  /* Jaeger's: parent and links */
	JSON_AS_KEY,         /* of a name that may come later */
};

/* A value of the record, or of the object UP levels around it. */
struct json_source {
	int up, path;      /* path: a number of the picker there */
	struct slice name; /* the last name of it, which may tell a unit */
	enum json_conversion as;
};

/* Keys of this module's own, after all fields. */
enum { FIELD_END = FIELDS };

struct json_field {
	int to; /* a field, or FIELD_END: when the work ended */
	struct json_source sources[JSON_SOURCES];
	int source_count;
	/* Which paths of the record it may come from; ALWAYS: from around it.
	 */
	uint64_t paths[PICKER_MAX / 64];
	bool is_always;
};

struct json_condition {
	struct json_source source;
	struct slice *values; /* one of these; none: just be there */
	int value_count;
	bool is_absent; /* or not be there */
};

enum json_action { JSON_EMIT, JSON_BEGIN, JSON_FINISH, JSON_NAME };

struct json_rule {
	const struct node *node;
	enum json_action action;
	enum event_kind kind;
	struct json_condition *conditions;
	int condition_count;
	struct json_field *fields;
	int field_count;
	struct json_source key, value; /* of JSON_NAME */
	struct json_source *pair_keys; /* of JSON_BEGIN and JSON_FINISH */
	int pair_key_count;
	bool by_name; /* a pair has the same name, not the same depth */
	struct slice id_suffix;     /* goes behind the span's id */
	struct json_record *inside; /* records within this one */
	struct json_source inside_list;
};

/* Objects that are records: the rules for them, tried in order. */
struct json_record {
	struct picker picker;
	struct json_rule *rules;
	int rule_count;
	struct slice *needs; /* keys that a record of the format has */
	int need_count;
	int *need_paths;
	int *any_paths; /* a record has at least one of these, or is none */
	int any_count;
};

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

struct json_format {
	struct json_place *root;
	bool is_lenient; /* an array may end without its bracket */
	bool is_lines;   /* one record a line */
	struct slice
	    keep_in; /* the list or object whose members --keep means */
	/* The member that maps keys to names, and the name in each of them. */
	struct slice names_in;
	struct picker names_picker;
	int names_path;
};

/*
 * Load what DOC's root says under `records`, for documents of JSON.  NULL with
 * doc->error set on failure.
 */
struct json_format *json_format_load(struct doc *doc, struct arena *arena,
    struct field_names *names);
void json_format_free(struct json_format *f);

/* Also read PATH of every record, as the field TO: for --keep. */
bool json_format_keep(struct json_format *f, struct arena *arena, int to,
    struct slice path);

#endif
