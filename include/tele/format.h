/* SPDX-License-Identifier: MIT */
#ifndef TELE_FORMAT_H
#define TELE_FORMAT_H

#include "tele/doc.h"
#include "tele/finder.h"
#include "tele/jsonformat.h"
#include "tele/pattern.h"
#include "tele/prefix.h"
#include "tele/regex.h"
#include "tele/rule.h"

/*
 * A log format, loaded from a YAML file (tele-format(5)): how a record begins,
 * which messages mean something, and what they do to the open spans.  Nothing
 * of it changes once it is loaded; correlate.h acts on it.
 */
enum { MAX_SPANS = 8 }; /* types of spans, tables, queues in one format */

/* How the bytes of the input are to be read. */
enum format_kind {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_LOGFMT,
	FORMAT_COLUMNS,
	FORMAT_EVENTS
};

/* One way in which records are written. */
struct dialect {
	struct slice name;
	struct pattern *begin; /* any of these begins a record */
	int begin_count;
	bool is_first[256]; /* bytes that such a line may begin with */
	/* Their stamp alone: what has it is no part of the record above. */
	struct pattern stamp;
	bool has_stamp;
	struct pattern *end; /* what fits the end of a line is no message */
	int end_count;
	bool is_coloured; /* each of its lines has colours */
	/* Messages begin with a symbol; a line that does not, continues. */
	bool is_marked;
	bool has_traces; /* a record is a stack trace, wherever it begins */
	bool is_single;  /* no record goes on in the next line */
	struct slice *continued; /* a message that begins so goes on */
	int continued_count;
	/* `%c` console styling: a message after MARK ends before TAIL. */
	struct slice style_mark, style_tail;
};

struct span_type {
	struct slice name;
	int kind;       /* an event_kind, or FORMAT_NONE: no event, a scope */
	char letter;    /* of span ids: b17 */
	int parent;     /* the span type it lies in, or FORMAT_NONE */
	int name_field; /* what the event is named by */
	int hold_field; /* wait with the event until this is known */
	int waits;      /* the table that says how many answers are due */
};

/* What is learned about a key for good, such as the handler of an event. */
struct table_type {
	struct slice name;
	int key;        /* field */
	uint64_t gives; /* fields */
};

/* What is asked for now and starts later. */
struct queue_type {
	struct slice name;
	int key;             /* field that names what starts */
	int order_field;     /* of several alike, which goes first ... */
	struct slice *order; /* ... by the place of its value in here */
	int order_count;
	int links; /* the span type whose open span asked, or FORMAT_NONE */
};

/* A field that another one contains. */
struct derivation {
	int from;
	struct regex *regex;
};

struct sample {
	const struct node *node;
	struct slice log, events;
};

struct format {
	struct slice name, title;
	enum format_kind kind;
	struct doc doc;
	struct arena arena;
	struct field_names fields;
	struct dialect *dialects;
	int dialect_count;
	struct span_type spans[MAX_SPANS];
	int span_count;
	struct table_type tables[MAX_SPANS];
	int table_count;
	struct queue_type queues[MAX_SPANS];
	int queue_count;
	struct rule *rules;
	int rule_count;
	struct prefix_tree by_prefix; /* of struct candidate */
	int candidate_count;
	const struct candidate *otherwise; /* for all other messages, or NULL */
	struct pattern *finds;             /* what to look for in those */
	int find_count;
	struct finder finder; /* which of them a message may hold */
	bool is_fallback;     /* only for what no other format fits */
	struct derivation *derivations;
	int derivation_count;
	struct slice *library; /* frames that are not the application's */
	int library_count;
	struct json_format *json; /* of a format of JSON or logfmt */
	struct sample *samples;
	int sample_count;
};

/*
 * Load the format file at PATH.  NULL on failure, with `FILE:LINE: message` in
 * ERROR, of SIZE bytes.
 */
struct format *format_load(const char *path, char *error, size_t size);

/* The same from memory; NAME is what messages call it. */
struct format *format_parse(const char *name, struct slice text, char *error,
    size_t size);
void format_free(struct format *f);

/* Whether what a log says depends on all that it said before. */
bool format_has_memory(const struct format *f);

/*
 * How much more it says that a file fits F, which is of JSON, than that it fits
 * another format of which as many lines are known: 0 to 0.1, by how much a
 * record must have.
 */
double format_precision(const struct format *f);

#endif
