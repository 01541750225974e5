/* SPDX-License-Identifier: MIT */
#include <stdbool.h>

#include "tele/words.h"

/* Texts are looked at up to here: each word is compared with all others. */
enum { TEXT_MAX = 1024 };

static bool
is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The next word of *TEXT, which moves behind it; empty at the end. */
static struct slice
next_word(struct slice *text)
{
	const char *p = text->ptr, *end = p + text->len, *start;

	while (p < end && !is_lower(*p) && !is_upper(*p))
		p++;
	start = p;
	while (p < end && is_upper(*p))
		p++;
	/* `HTMLParser` is two words; the last capital is of the second. */
	if (p - start > 1 && p < end && is_lower(*p))
		p--;
	else
		while (p < end && is_lower(*p))
			p++;
	*text = slice_range(p, end);
	return slice_range(start, p);
}

static char
lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static bool
is_same(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

static bool
has_word(struct slice text, struct slice word)
{
	struct slice other;

	while ((other = next_word(&text)).len > 0)
		if (is_same(other, word))
			return true;
	return false;
}

int
words_shared(struct slice a, struct slice b)
{
	struct slice rest, word;
	const char *start = a.ptr;
	int n = 0;

	if (a.len > TEXT_MAX)
		a.len = TEXT_MAX;
	if (b.len > TEXT_MAX)
		b.len = TEXT_MAX;
	for (rest = a; (word = next_word(&rest)).len > 0;)
		if (word.len > 1 && has_word(b, word) &&
		    !has_word(slice_range(start, word.ptr), word))
			n++;
	return n;
}
