/* SPDX-License-Identifier: MIT */
#ifndef GUARDED_H
#define GUARDED_H

#include "tele/mem.h"
#include "tele/slice.h"
#include "tele/wide.h"

/*
 * Copies of a text that end where the text does, or where wide.h says, so that
 * a sanitizer sees who reads further.  Release with free().
 */
static inline char *
guarded(struct slice s)
{
	char *copy = mem_alloc(s.len);

	memcpy(copy, s.ptr, s.len);
	return copy;
}

/* What follows must not matter: digits are what readers like best. */
static inline char *
guarded_wide(struct slice s)
{
	char *copy = mem_alloc(s.len + WIDE_SLACK);

	memcpy(copy, s.ptr, s.len);
	memset(copy + s.len, '7', WIDE_SLACK);
	return copy;
}

#endif
