/* SPDX-License-Identifier: MIT */
#ifndef TELE_DOC_H
#define TELE_DOC_H

#include <stdbool.h>

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A YAML document as a tree that knows its line numbers.  Only what data needs:
 * aliases, tags and more than one document are refused, duplicate keys too, and
 * nesting ends at 32.
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
void doc_free(struct doc *doc);

/* The member KEY of a map, or NULL. */
const struct node *node_get(const struct node *map, const char *key);

/* The items of a list; a text alone, or a map, is a list of one; NULL of none.
 */
const struct node *node_first(const struct node *list);
const struct node *node_next(const struct node *list, const struct node *item);
size_t node_count(const struct node *list);

/* Every key of MAP must be one of NAMES, ended by NULL; else DOC->error. */
bool node_check_keys(struct doc *doc, const struct node *map,
    const char *const *names);

/* Set DOC->error to the message at the line of NODE; returns false. */
bool doc_error(struct doc *doc, const struct node *node, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

#endif
