/* SPDX-License-Identifier: MIT */
#ifndef TELE_DOC_H
#define TELE_DOC_H

#include <stdbool.h>

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A YAML or JSON document as a tree that knows its line numbers.  Only what
 * data needs: aliases, tags and more than one document are refused, duplicate
 * keys too, and nesting ends at 128.
 */
enum node_type { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_type type;
	struct slice text; /* of a scalar */
	struct slice key;  /* of a member of a map */
	int line;          /* from 1 */
	struct node *child, *next;
};

struct doc {
	struct arena arena;
	const char *name;
	struct node *root;
	char error[256]; /* "FILE:LINE: message" once something failed */
};

/* Load TEXT, called NAME in messages.  False with DOC->error set. */
bool doc_load(struct doc *doc, const char *name, struct slice text);

/*
 * The same of JSON.  Numbers, true and false are their text; what is null is
 * left out.
 */
bool doc_load_json(struct doc *doc, const char *name, struct slice text);

/*
 * The same of the file PATH, of at most DOC_MAX bytes: JSON if its name ends in
 * ".json", else YAML.
 */
enum { DOC_MAX = 16 << 20 };
bool doc_load_file(struct doc *doc, const char *path);

void doc_free(struct doc *doc);

/* The member KEY of a map, or NULL. */
const struct node *node_get(const struct node *map, const char *key);

/* Every key of MAP must be one of NAMES, ended by NULL; else DOC->error. */
bool node_check_keys(struct doc *doc, const struct node *map,
    const char *const *names);

/*
 * The member KEY of MAP as text or as `true` or `false`; where there is none
 * *TEXT and *FLAG stay, and are false.  False with DOC->error set if it is
 * something else.
 */
bool doc_text(struct doc *doc, const struct node *map, const char *key,
    struct slice *text);
bool doc_flag(struct doc *doc, const struct node *map, const char *key,
    bool *flag);

/* The same as a list of texts, of which one may stand alone. */
bool doc_texts(struct doc *doc, const struct node *map, const char *key,
    struct slice **texts, int *count);

/* The items of LIST, which may be one alone, or NULL. */
const struct node *node_first(const struct node *list);
const struct node *node_next(const struct node *list, const struct node *item);
int node_count(const struct node *list);

/* Set DOC->error to the message at the line of NODE; returns false. */
bool doc_error(struct doc *doc, const struct node *node, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

#endif
