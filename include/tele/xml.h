/* SPDX-License-Identifier: MIT */
#ifndef TELE_XML_H
#define TELE_XML_H

#include <stdbool.h>

#include "tele/mem.h"
#include "tele/slice.h"

/*
 * A pull reader for XML reports: elements and their attributes.  Text between
 * them, comments, CDATA, processing instructions and the document type are
 * passed over; a document type with declarations of its own is refused, for
 * entities are what attacks are made of (CWE-776).  Nothing recurses; nesting
 * past XML_DEPTH is an error.
 */
enum { XML_DEPTH = 256, XML_ATTRIBUTES = 64 };

struct xml_attribute {
	struct slice name, value; /* the value still has its entities */
};

struct xml {
	const char *start, *p, *end;
	struct slice name; /* of the element */
	struct xml_attribute attributes[XML_ATTRIBUTES];
	int count;
	int depth; /* of the element, from 1 */
	const char *fault;
	struct slice open[XML_DEPTH]; /* private */
	bool is_empty;                /* private: its end comes by itself */
};

enum xml_token { XML_ERROR, XML_DONE, XML_BEGIN, XML_END };

/* TEXT is borrowed. */
void xml_init(struct xml *x, struct slice text);

/* The next beginning or end of an element. */
enum xml_token xml_next(struct xml *x);

/* The value of the attribute NAME as plain text in ARENA; empty if absent. */
struct slice xml_get(const struct xml *x, struct arena *arena,
    const char *name);

/* The line, from 1, that the reader is in. */
int xml_line(const struct xml *x);

#endif
