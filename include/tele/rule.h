/* SPDX-License-Identifier: MIT */
#ifndef TELE_RULE_H
#define TELE_RULE_H

#include "tele/doc.h"
#include "tele/pattern.h"
#include "tele/regex.h"

struct format;

enum {
	MAX_LEARNS = 4, /* tables that one message adds to */
	FORMAT_NONE = -1,
	IN_INNERMOST = -2, /* of all open spans that become events */
};

struct constant {
	int field;
	struct slice value;
};

/* A message that means something, and what it does. */
struct rule {
	const struct node *node; /* where it stands */
	struct pattern *patterns;
	int pattern_count;
	struct regex *regex;
	bool has_error, has_delta; /* of any pattern */
	bool has_log;              /* the text is a log's: see `otherwise` */
	bool is_ignored;           /* known by how it begins; does nothing */
	bool is_point;             /* only a point comes of it */
	int emit;                  /* an event_kind of a point */
	int in;                    /* the span type it is in, or IN_INNERMOST */
	bool after_trace;     /* the point waits until its span has a trace */
	uint64_t inherits;    /* fields that it takes from its span */
	int open, set, close; /* span types */
	bool failed;          /* the span closed, or answered, failed */
	int answers;          /* span type that waited for this */
	int push, pop;        /* queues */
	int count;            /* table: one more answer is due ... */
	int counted;          /* ... the first of all if this field is 1 */
	int learns[MAX_LEARNS];
	int learn_count;
	struct constant *constants;
	int constant_count;
};

/* What the prefix tree leads to. */
struct candidate {
	const struct rule *rule;
	const struct pattern *pattern; /* or NULL: the rule's regex */
	int id;                        /* from 1 */
};

/*
 * Load the rule Y, or the texts that `ignore` of MAP lists.  These and all
 * below return false with the format's doc.error set on failure.
 */
bool rule_load(struct format *f, const struct node *y, struct rule *r);
bool rule_load_ignored(struct format *f, const struct node *map,
    struct rule *r);

/* The member KEY of MAP, if it is there: a name of a thing of the format. */
bool format_get_span(struct format *f, const struct node *map, const char *key,
    int *index);
bool format_get_table(struct format *f, const struct node *map, const char *key,
    int *index);
bool format_get_queue(struct format *f, const struct node *map, const char *key,
    int *index);
bool format_get_field(struct format *f, const struct node *map, const char *key,
    int *field);
bool format_get_field_set(struct format *f, const struct node *map,
    const char *key, uint64_t *set);

/* The same as templates, or as a regular expression. */
bool format_patterns(struct format *f, const struct node *map, const char *key,
    struct pattern **patterns, int *count);
bool format_regex(struct format *f, const struct node *map, struct regex **re);

/* The kind of events called NAME, or FORMAT_NONE. */
int format_kind_of(struct slice name);

/* Set the error `WHAT 'SUBJECT'` at the line of AT; returns false. */
bool format_error(struct format *f, const struct node *at, const char *what,
    struct slice subject);

#endif
