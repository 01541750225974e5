/* SPDX-License-Identifier: MIT */
#ifndef TELE_CODEINDEX_H
#define TELE_CODEINDEX_H

#include <stdint.h>

#include "tele/map.h"
#include "tele/mem.h"
#include "tele/slice.h"

/*
 * Where names are in a code base, as `ctags --output-format=json --fields=+ne`
 * of Universal Ctags lists it.  Names and files are JSON text as json_escape
 * writes it.
 */

/* What stands there, the best for a handler first. */
enum code_class {
	CODE_DEFINITION,  /* of a function, also of one in a variable */
	CODE_REFERENCE,   /* a variable, a member of a list of handlers */
	CODE_DECLARATION, /* without the code; or data */
};

struct code_tag {
	struct slice name, file;
	uint32_t line, end; /* from 1; END is 0 where it is not known */
	uint8_t class;      /* enum code_class */
	bool is_built;      /* by its path, of other files in the code base */
	struct code_tag *next; /* of this name */
	void *owner;           /* the caller's */
};

struct codeindex {
	struct arena arena;
	struct map by_name;     /* of struct code_tag *, the last one */
	struct map files;       /* of nothing: each file once */
	struct code_tag **tags; /* in the order of the index */
	size_t count, cap;
};

void codeindex_init(struct codeindex *x);
void codeindex_free(struct codeindex *x);

/*
 * Read the index PATH.  Lines that are no tags are reported; returns an exit
 * status.
 */
int codeindex_load(struct codeindex *x, const char *path);

/* Add what is at LINE of FILE; NAME and FILE are copied. */
struct code_tag *codeindex_add(struct codeindex *x, struct slice name,
    struct slice file, uint32_t line, uint32_t end, enum code_class class);

/*
 * What NAME may be: its tags, the best first.  Better is a path that has a word
 * of OWNER in it, such as the name of a plugin; then the better class; then
 * more of the words of OWNER; then more of those of CONTEXT, such as a topic;
 * then what was not built.  The best TIED of them are as good as each other, so
 * that all may be meant: where the owner says nothing, the context does not
 * decide, and paths never do.
 *
 * If the index does not have NAME, what is behind its last `.`, `:`, `#` or `/`
 * is looked up.  Returns how many of FOUND are set, at most CODE_FOUND_MAX.
 */
enum { CODE_FOUND_MAX = 8 };
size_t codeindex_find(const struct codeindex *x, struct slice name,
    struct slice owner, struct slice context,
    const struct code_tag *found[CODE_FOUND_MAX], size_t *tied);

#endif
