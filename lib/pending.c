/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/pending.h"
#include "tele/wide.h"

enum { MAX_LINES = 1000, MAX_BYTES = 1 << 20 };

/* The text moves to TO, and the slices of it that the line has, too. */
static void
move(struct pending *p, char *to)
{
	struct slice text = p->text, *value;

	memcpy(to, text.ptr, text.len);
	for (uint64_t set = p->have; set != 0; set &= set - 1) {
		value = &p->got->value[__builtin_ctzll(set)];
		if (value->ptr >= text.ptr && value->ptr < text.ptr + text.len)
			value->ptr = to + (value->ptr - text.ptr);
	}
	p->text.ptr = to;
}

/* The text is a copy, with room for SIZE bytes. */
static void
reserve(struct pending *p, size_t size)
{
	char *old = p->own;

	if (size > p->own_cap) {
		p->own_cap = 2 * size;
		p->own = mem_alloc(p->own_cap + WIDE_SLACK);
		move(p, p->own);
		free(old);
	} else if (p->text.ptr != p->own) {
		move(p, p->own);
	}
}

void
pending_append(struct pending *p, struct slice line, bool is_doubtful)
{
	size_t have = p->text.len;

	p->doubtful_at = is_doubtful ? have : PENDING_NO_DOUBT;
	if (p->lines == MAX_LINES || have + 1 >= MAX_BYTES)
		return;
	if (line.len > MAX_BYTES - have - 1)
		line.len = MAX_BYTES - have - 1;
	reserve(p, have + 1 + line.len);
	p->own[have] = '\n';
	memcpy(p->own + have + 1, line.ptr, line.len);
	p->text.len = have + 1 + line.len;
	p->lines++;
}

void
pending_keep(struct pending *p)
{
	reserve(p, p->text.len);
}

bool
pending_cut(struct pending *p, struct slice *line)
{
	const char *end = p->text.ptr + p->text.len;
	size_t at = p->doubtful_at, newline = at > 0;

	if (at >= p->text.len)
		return false;
	*line = slice_range(p->text.ptr + at + newline, end);
	p->text.len = at;
	return true;
}

void
pending_free(struct pending *p)
{
	free(p->own);
}
