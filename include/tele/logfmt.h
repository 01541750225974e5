/* SPDX-License-Identifier: MIT */
#ifndef TELE_LOGFMT_H
#define TELE_LOGFMT_H

#include "tele/mem.h"

/*
 * logfmt: keys and values, `level=info msg="two words" took=1.5ms`.  A value in
 * quotes has the escapes of JSON and Go, and may hold newlines as they are.
 * Texts must be readable as wide.h says.
 */

/* What stands at one place of a record. */
enum logfmt_token {
	LOGFMT_END,  /* a newline, or the end of the text */
	LOGFMT_MORE, /* quotes that are not closed, from value.ptr on */
	LOGFMT_WORD, /* no pair */
	LOGFMT_PAIR,
};

struct logfmt_pair {
	struct slice key, value; /* without quotes, still escaped */
	bool is_quoted;
	bool is_json; /* the value is text of JSON as it is */
};

/* What stands at *P, which moves behind it, or to its newline. */
enum logfmt_token logfmt_next(const char **p, const char *end,
    struct logfmt_pair *pair);

/* The value at P in PAIR; returns what is behind it, or NULL for MORE. */
const char *logfmt_value(const char *p, const char *end,
    struct logfmt_pair *pair);

/*
 * The value of PAIR as text of JSON, without quotes; what is no such text is
 * made one in ARENA.
 */
struct slice logfmt_convert(struct arena *arena,
    const struct logfmt_pair *pair);

static inline struct slice
logfmt_json(struct arena *arena, const struct logfmt_pair *pair)
{
	return pair->is_json ? pair->value : logfmt_convert(arena, pair);
}

/* What picker.h calls the type of VALUE: '0' for numbers, else '"'. */
static inline char
logfmt_type(struct slice value)
{
	const char *p = value.ptr, *end = p + value.len;

	if (p < end && *p == '-')
		p++;
	if (p == end || *p < '0' || *p > '9')
		return '"';
	while (p < end && ((*p >= '0' && *p <= '9') || *p == '.'))
		p++;
	return p == end ? '0' : '"';
}

#endif
