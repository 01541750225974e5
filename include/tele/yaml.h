/* SPDX-License-Identifier: MIT */
#ifndef TELE_YAML_H
#define TELE_YAML_H

#include <stdbool.h>

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A YAML document as a tree that knows its line numbers.  Only what data needs:
 * aliases, tags and more than one document are refused, duplicate keys too, and
 * nesting ends at 32.
 */
enum yaml_type { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_type type;
	struct slice text; /* of a scalar */
	struct slice key;  /* of a member of a map */
	int line;	   /* from 1 */
	struct yaml *child, *next;
};

struct yaml_document {
	struct arena arena;
	const char *name;
	struct yaml *root;
	char error[256]; /* "FILE:LINE: message" once something failed */
};

/* Load TEXT, called NAME in messages.  False with DOC->error set. */
bool yaml_load(struct yaml_document *doc, const char *name,
    struct slice text);
void yaml_free(struct yaml_document *doc);

/* The member KEY of a map, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

/* Set DOC->error to the message at the line of NODE; returns false. */
bool yaml_error(struct yaml_document *doc, const struct yaml *node,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
