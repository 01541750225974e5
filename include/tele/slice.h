/* SPDX-License-Identifier: MIT */
#ifndef TELE_SLICE_H
#define TELE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Bytes borrowed from someone else's buffer: never owned, never terminated, and
 * free to hold NUL.  Valid as long as the lender says; to keep the bytes, copy
 * them into an arena (mem.h) or intern them (map.h).
 */
struct slice {
	const char *ptr;
	size_t len;
};

/* A slice over a string literal. */
#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

static inline struct slice
slice_of(const char *string)
{
	return (struct slice){ string, strlen(string) };
}

static inline struct slice
slice_range(const char *from, const char *to)
{
	return (struct slice){ from, (size_t)(to - from) };
}

/* Its end; no text may have no address. */
static inline const char *
slice_end(struct slice s)
{
	return s.len > 0 ? s.ptr + s.len : s.ptr;
}

static inline bool
slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool
slice_starts_with(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len &&
	    (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* Where WHAT, not empty, first is in S, or NULL: for short texts. */
static inline const char *
slice_find(struct slice s, struct slice what)
{
	const char *p = s.ptr, *last;

	if (s.len < what.len)
		return NULL;
	last = s.ptr + (s.len - what.len);
	while ((p = (const char *)memchr(p, what.ptr[0],
		    (size_t)(last + 1 - p))) != NULL) {
		if (memcmp(p, what.ptr, what.len) == 0)
			return p;
		if (p++ == last)
			return NULL;
	}
	return NULL;
}

/* The next line of *TEXT, without its end; *TEXT moves behind that. */
static inline struct slice
slice_next_line(struct slice *text)
{
	const char *start = text->ptr, *end = start + text->len;
	const char *newline = text->len > 0
	    ? (const char *)memchr(start, '\n', text->len)
	    : NULL;
	struct slice line = slice_range(start, newline != NULL ? newline : end);

	*text = slice_range(newline != NULL ? newline + 1 : end, end);
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* The whole number that S is, of 18 digits at the most; 0 if it is none. */
static inline uint64_t
slice_number(struct slice s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9' || i >= 18)
			return 0;
		n = n * 10 + (uint64_t)(s.ptr[i] - '0');
	}
	return n;
}

/* Like strcmp: by unsigned bytes, a prefix before what it begins. */
static inline int
slice_compare(struct slice a, struct slice b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common > 0 ? memcmp(a.ptr, b.ptr, common) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
