/* SPDX-License-Identifier: MIT */
#ifndef TELE_MESSAGES_H
#define TELE_MESSAGES_H

#include "tele/format.h"
#include "tele/wide.h"

/*
 * Which message of a format a text is, of all that have its beginning.  Texts
 * are readable as wide.h says.
 */
struct messages {
	const struct format *f;
	/* By the id of a message, which prefix came after it the last time. */
	const struct prefix_item **guesses;
	int previous;
};

void messages_init(struct messages *m, const struct format *f);
void messages_free(struct messages *m);

/* Whether P..END is the message C, and what it holds. */
static inline bool
messages_match(const struct candidate *c, const char *p, const char *end,
    struct captures *got)
{
	if (c->rule->is_ignored)
		return true;
	if (c->pattern != NULL)
		return pattern_match(c->pattern, p, end, got) == NULL;
	if (c->rule->has_log) {
		captures_set(got, EVENT_MESSAGE, slice_range(p, end));
		return true;
	}
	return regex_match(c->rule->regex, slice_range(p, end), got) ==
	    REGEX_YES;
}

/* The first of the messages from ITEM on, all of one prefix, that P is. */
static inline const struct candidate *
messages_first(const struct prefix_item *item, const char *p, const char *end,
    struct captures *got)
{
	uint64_t have = got->have;

	for (; item != NULL; item = item->next) {
		if (messages_match(item->thing, p, end, got))
			return item->thing;
		got->have = have;
	}
	return NULL;
}

/* The same as messages_find, without a guess. */
const struct candidate *messages_search(struct messages *m, const char **p,
    const char *end, struct captures *got);

/*
 * What came after the previous message the last time, if it is at P again: logs
 * repeat themselves.  Only a prefix that no other continues can be guessed.
 */
static inline const struct candidate *
messages_guess(const struct messages *m, const char *p, const char *end,
    struct captures *got)
{
	const struct prefix_item *item = m->guesses[m->previous];

	if (item == NULL || (size_t)(end - p) < item->prefix.len ||
	    !wide_equal(p, item->prefix.ptr, item->prefix.len))
		return NULL;
	return messages_first(item, p, end, got);
}

/*
 * The message *P..END, with or without the symbols that it begins with, and
 * what it holds in *GOT; *P moves to where it begins.  NULL: none is known.
 */
static inline const struct candidate *
messages_find(struct messages *m, const char **p, const char *end,
    struct captures *got)
{
	const struct candidate *c;
	const char *words;

	if (m->f->candidate_count == 0)
		return NULL;
	words = wide_skip_symbols(*p, end);
	c = messages_guess(m, words, end, got);
	if (c != NULL)
		*p = words;
	else
		c = messages_search(m, p, end, got);
	if (c != NULL)
		m->previous = c->id;
	return c;
}

#endif
