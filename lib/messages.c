/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/messages.h"
#include "tele/wide.h"

void
messages_init(struct messages *m, const struct format *f)
{
	*m = (struct messages){ .f = f };
	m->guesses = mem_zalloc((size_t)f->candidate_count + 1,
	    sizeof(*m->guesses));
}

void
messages_free(struct messages *m)
{
	free(m->guesses);
}

/* The message at P, of all whose prefix it has; the longest go first. */
static const struct candidate *
find_at(struct messages *m, const char *p, const char *end,
    struct captures *got)
{
	const struct prefix_item *found[PREFIX_PATH];
	int n = prefix_walk(&m->f->by_prefix, p, end, found);
	const struct candidate *c;

	while (n-- > 0) {
		c = messages_first(found[n], p, end, got);
		if (c == NULL)
			continue;
		if (found[n]->is_longest)
			m->guesses[m->previous] = found[n];
		return c;
	}
	return NULL;
}

static inline const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

const struct candidate *
messages_search(struct messages *m, const char **p, const char *end,
    struct captures *got)
{
	const char *words = wide_skip_symbols(*p, end), *symbols;
	const struct candidate *c = find_at(m, words, end, got);

	if (c == NULL) {
		symbols = skip_blanks(*p, end);
		if (words > symbols) {
			words = symbols;
			c = find_at(m, symbols, end, got);
		}
	}
	*p = words;
	return c;
}
