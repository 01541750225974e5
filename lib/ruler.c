/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/ruler.h"
#include "tele/utf8.h"

void
ruler_init(struct ruler *r, int width)
{
	r->columns = mem_zalloc((size_t)width, sizeof(*r->columns));
	r->width = width;
	for (int i = 0; i < width; i++)
		r->columns[i][0] = ' ';
}

void
ruler_free(struct ruler *r)
{
	free(r->columns);
	*r = (struct ruler){ 0 };
}

bool
ruler_add(struct ruler *r, int64_t at, const char *text)
{
	int64_t end = at + term_columns(slice_of(text));
	const char *p = text, *stop = text + strlen(text);
	uint32_t cp;
	size_t len;

	if (at < 0 || end > r->width)
		return false;
	for (int64_t i = at > 0 ? at - 1 : at; i <= end && i < r->width; i++)
		if (r->columns[i][0] != ' ')
			return false;
	for (; p < stop; p += len, at++) {
		len = utf8_decode(p, stop, &cp);
		memcpy(r->columns[at], p, len);
		r->columns[at][len] = '\0';
	}
	return true;
}

void
ruler_put(const struct ruler *r, const struct screen *s)
{
	for (int i = 0; i < r->width; i++)
		screen_put(s, r->columns[i]);
}
