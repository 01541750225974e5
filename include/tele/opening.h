/* SPDX-License-Identifier: MIT */
#ifndef TELE_OPENING_H
#define TELE_OPENING_H

#include "tele/format.h"
#include "tele/tracelines.h"
#include "tele/wide.h"

/*
 * How the records of a text log begin, in the dialect that it is in: which
 * lines begin one, and where its message is.  Lines are readable as wide.h
 * says.
 */
struct opening {
	const struct dialect *dialect;
	const struct pattern *begin; /* which template fitted last */
	bool is_coloured;            /* the line is, or was; the caller's */
	struct tracelines traces;
	bool is_stamp_first; /* BEGIN is just `{time} ` */
	char style_first;    /* a styled message begins with it */
};

/* A log begins that is in dialect D. */
void opening_init(struct opening *o, const struct dialect *d);

/* The same as the two below, when there is no short cut. */
const char *opening_search(struct opening *o, const char *p, const char *end,
    struct captures *got);
void opening_cut(const struct opening *o, const char **p, const char **end,
    struct captures *got);

/*
 * Where the message of the line P..END starts, if it begins a record, and what
 * stands before it in *GOT; else NULL.  Most lines begin with the stamp of the
 * line before, and no more.
 */
static inline const char *
opening_match(struct opening *o, const char *p, const char *end,
    struct captures *got)
{
	size_t len = got->time->len;

	if (!o->is_stamp_first || len == 0 || (size_t)(end - p) <= len ||
	    p[len] != ' ' || !wide_equal(p, got->time->text, len))
		return opening_search(o, p, end, got);
	got->have = 0;
	got->has_time = true;
	return p + len + 1;
}

/*
 * Cut from the message *P..*END what the dialect has around it, the holes of
 * which are captured.
 */
static inline void
opening_trim(const struct opening *o, const char **p, const char **end,
    struct captures *got)
{
	if (o->dialect->end_count > 0 || (*p < *end && **p == o->style_first))
		opening_cut(o, p, end, got);
}

/* Whether a line goes on with the record above it by how its MESSAGE begins. */
bool opening_is_continued(const struct opening *o, const char *message,
    const char *end);

/*
 * The same of a message that no format knows, in a dialect where messages begin
 * with a symbol, and this does not.
 */
static inline bool
opening_is_unmarked(const struct opening *o, const char *message,
    const char *end)
{
	const char *p = message;

	if (!o->dialect->is_marked)
		return false;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p == end || (unsigned char)*p < 0x80;
}

#endif
