/* SPDX-License-Identifier: MIT */
#include "tele/latenames.h"

#include <stdlib.h>

/* What stands on both sides of a key: no event contains it. */
static const char mark = '\1';

void
latenames_init(struct latenames *l, struct out *out)
{
	*l = (struct latenames){ .out = out };
	map_init(&l->names, sizeof(struct slice));
	out_open_memory(&l->waiting);
}

void
latenames_free(struct latenames *l)
{
	map_free(&l->names);
	free(l->waiting.buf);
}

void
latenames_learn(struct latenames *l, struct slice key, struct slice name)
{
	struct slice *known = map_put(&l->names, key, NULL);

	if (known->len == 0)
		*known = arena_copy(&l->names.arena, name);
}

const struct slice *
latenames_get(struct latenames *l, struct slice key)
{
	return map_get(&l->names, key);
}

size_t
latenames_mark(char *dst, struct slice key)
{
	dst[0] = dst[key.len + 1] = mark;
	memcpy(dst + 1, key.ptr, key.len);
	return key.len + 2;
}

/* Write the event at P, up to its newline; returns what follows. */
static const char *
write_event(struct latenames *l, const char *p, const char *end)
{
	const char *next = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
	const char *first = memchr(p, mark, (size_t)(next - p)), *last;
	const struct slice *name;

	if (first == NULL) {
		out_write(l->out, slice_range(p, next));
		return next;
	}
	last = memchr(first + 1, mark, (size_t)(next - first - 1));
	name = map_get(&l->names, slice_range(first + 1, last));
	if (name != NULL) {
		out_write(l->out, slice_range(p, first));
		out_write(l->out, *name);
		out_write(l->out, slice_range(last + 1, next));
	} else {
		/* Back over `,"service":"`, and over the quote behind. */
		while (*--first != ',')
			;
		out_write(l->out, slice_range(p, first));
		out_write(l->out, slice_range(last + 2, next));
	}
	return next;
}

void
latenames_flush(struct latenames *l)
{
	const char *p = l->waiting.buf, *end;

	if (l->waiting.len == 0)
		return;
	end = p + l->waiting.len;
	while (p < end)
		p = write_event(l, p, end);
	l->waiting.len = 0;
}

void
latenames_forget(struct latenames *l)
{
	latenames_flush(l);
	if (l->names.count == 0)
		return;
	map_free(&l->names);
	map_init(&l->names, sizeof(struct slice));
}
