/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/colours.h"
#include "tele/mem.h"
#include "tele/wide.h"

/* Past the sequence that the escape character at P begins. */
static const char *
sequence_end(const char *p, const char *end)
{
	p += p + 1 < end && p[1] == '[' ? 2 : 1;
	while (p < end && ((*p >= '0' && *p <= '9') || *p == ';' || *p == '?'))
		p++;
	return p + (p < end && (*p | 0x20) >= 'a' && (*p | 0x20) <= 'z');
}

struct slice
colours_strip(struct colours *c, struct slice line)
{
	const char *p = line.ptr, *end = p + line.len, *escape;
	char *to;

	c->text = mem_grow(c->text, &c->cap, line.len + WIDE_SLACK, 1);
	for (to = c->text;; p = sequence_end(escape, end)) {
		escape = memchr(p, '\033', (size_t)(end - p));
		to = mempcpy(to, p, (size_t)((escape ? escape : end) - p));
		if (escape == NULL)
			return slice_range(c->text, to);
	}
}

void
colours_free(struct colours *c)
{
	free(c->text);
}
