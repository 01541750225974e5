/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONSOURCE_H
#define TELE_JSONSOURCE_H

#include "tele/doc.h"
#include "tele/pattern.h"
#include "tele/picker.h"

/*
 * Where a format finds a value in a record of JSON, or in an object around it,
 * and what becomes of it: `^^resource.attributes[service.name]`,
 * `startTime | us`.
 */
enum {
	JSON_LEVELS = 6,   /* objects around a record */
	JSON_SOURCES = 64, /* of one field */
};

/* How the text of a value becomes that of an event; jsonvalue.h does it. */
enum json_conversion {
	JSON_AS_TEXT, /* a string, number, true or false */
	JSON_AS_JSON, /* the same, or the text of an object or array */
	JSON_AS_ANY,  /* the same, of an AnyValue the plain text */
	JSON_AS_LINE, /* a string without a newline at its end */
	JSON_AS_WORD, /* a string, but for true, false and <nil> */
	JSON_AS_LAST, /* what comes after the last slash */
	JSON_AS_PATH, /* of a URL, without its query */
	JSON_AS_ID,   /* hex in lower case; base64 becomes hex */
	JSON_AS_NS,   /* from here on: a time or duration, in this unit, ... */
	JSON_AS_US,
	JSON_AS_MS,
	JSON_AS_S,
	JSON_AS_TICKS,    /* us since an origin of its own: 0 is a time */
	JSON_AS_TIME,     /* RFC 3339, or a number whose size tells the unit */
	JSON_AS_DURATION, /* "15.2ms", or a number in ms */
	JSON_AS_W3C,      /* of a time taken: with a fraction s, else ms */
	JSON_AS_GO,       /* ... to here: the same, but whole numbers are ns */
	JSON_AS_LEVEL,    /* a word, or a number of pino or bunyan */
	JSON_AS_OTLP_LEVEL,
	JSON_AS_SYSLOG_LEVEL,
	JSON_AS_HTTP_LEVEL,   /* of a status: from 500 on an error */
	JSON_AS_STATED_LEVEL, /* the one that a text states, if any */
	JSON_AS_OTLP_STATUS,  /* 2 or STATUS_CODE_ERROR is an error */
	JSON_AS_TRUTH,        /* true or "true" is an error */
	JSON_AS_PRESENCE,     /* anything is an error */
	JSON_AS_LINKS,        /* a list of objects with trace and span */
	JSON_AS_REFERENCES,   /* Jaeger's: parent and links */
	JSON_AS_STACK,        /* a text, or a list of lines or frames */
	JSON_AS_BYTES,        /* a text, or a list of bytes */
	JSON_AS_KEY,          /* of a name that may come later */
};

/* A value of the record, or of the object UP levels around it. */
struct json_source {
	int up, path;      /* path: a number of the picker there */
	struct slice text; /* as the format has it, without the conversion */
	int64_t unit_ns;   /* of time that its name has, or 0 */
	enum json_conversion as;
};

/* Keys of this module's own, after all fields. */
enum { FIELD_END = FIELDS, JSON_FIELDS };

/* A key of events, and where it may come from, best first. */
struct json_field {
	int to; /* a field, or FIELD_END: when the work ended */
	struct json_source *sources;
	int source_count;
};

/* What a record must have. */
struct json_condition {
	struct json_source source;
	struct slice *values; /* one of these; none: just be there */
	int value_count;
	bool is_absent; /* or not be there */
};

/*
 * What sources are read into: where messages go, who owns the memory, and the
 * picker of the object UP levels around the record, or NULL.
 */
struct json_scope {
	struct doc *doc;
	struct arena *arena;
	struct field_names *names;
	struct picker *(*around)(void *arg, int up);
	void *arg;
};

/*
 * Read one source, a list of them, a field, or a map of conditions.  False with
 * scope->doc->error set if they are broken.
 */
bool json_source_parse(const struct json_scope *scope, const struct node *at,
    struct slice text, struct json_source *s);
bool json_sources_load(const struct json_scope *scope, const struct node *list,
    struct json_source **sources, int *count);
bool json_field_load(const struct json_scope *scope, const struct node *y,
    struct json_field *f);
bool json_conditions_load(const struct json_scope *scope,
    const struct node *map, struct json_condition **conditions, int *count);

#endif
