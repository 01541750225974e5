/* SPDX-License-Identifier: MIT */
#include "tele/logfmt.h"

#include "tele/json.h"
#include "tele/utf8.h"
#include "tele/wide.h"

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* --- values --------------------------------------------------------------- */

char
logfmt_type(struct slice value)
{
	const char *p = value.ptr, *end = p + value.len;
	bool has_digit = false;

	if (p < end && *p == '-')
		p++;
	for (; p < end && ((*p >= '0' && *p <= '9') || *p == '.'); p++)
		has_digit |= *p != '.';
	return p == end && has_digit ? '0' : '"';
}

/* Whether TEXT can stand between the quotes of a JSON string as it is. */
static bool
is_json_text(struct slice text, bool is_escaped)
{
	const char *p = text.ptr, *end = p + text.len;

	for (; p < end; p++) {
		if ((unsigned char)*p < 0x20 || (*p == '"' && !is_escaped))
			return false;
		if (*p != '\\')
			continue;
		if (!is_escaped || ++p == end ||
		    memchr("\"\\/bfnrt", *p, 8) == NULL)
			return false;
	}
	return true;
}

static int
hex_digits(const char *p, const char *end, int n)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	int value = 0;

	if (end - p < n)
		return -1;
	for (int i = 0; i < n; i++) {
		digit = memchr(digits, p[i] >= 'A' ? p[i] | 0x20 : p[i], 16);
		if (digit == NULL)
			return -1;
		value = value * 16 + (int)(digit - digits);
	}
	return value;
}

/* The escape at *P, its backslash, in DST; *P moves behind it. */
static char *
unescape_one(char *dst, const char **p, const char *end)
{
	static const char names[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	const char *q = *p + 1, *name;
	int n, cp;

	if (q == end) {
		*p = q;
		*dst++ = '\\';
		return dst;
	}
	n = *q == 'x' ? 2 : *q == 'u' ? 4 : *q == 'U' ? 8 : 0;
	cp = n > 0 ? hex_digits(q + 1, end, n) : -1;
	*p = q + 1 + (cp >= 0 ? n : 0);
	if (n == 2 && cp >= 0) {
		*dst++ = (char)cp;
		return dst;
	}
	if (cp >= 0)
		return dst +
		    utf8_encode(dst, cp > 0x10ffff ? 0xfffd : (uint32_t)cp);
	name = memchr(names, *q, sizeof(names) - 1);
	*dst++ = name != NULL ? bytes[name - names] : *q;
	return dst;
}

static size_t
unescape(char *dst, struct slice text)
{
	const char *p = text.ptr, *end = p + text.len;
	char *start = dst;

	while (p < end)
		if (*p == '\\')
			dst = unescape_one(dst, &p, end);
		else
			*dst++ = *p++;
	return (size_t)(dst - start);
}

struct slice
logfmt_json(struct arena *arena, const struct logfmt_pair *pair)
{
	struct slice plain = pair->value;
	char *json;

	if (is_json_text(pair->value, pair->is_quoted))
		return pair->value;
	if (pair->is_quoted) {
		char *text = arena_alloc(arena, plain.len + WIDE_SLACK);

		plain = (struct slice){ text, unescape(text, plain) };
	}
	json = arena_alloc(arena, plain.len * 6 + 16 + WIDE_SLACK);
	return (struct slice){ json, json_escape(json, plain) };
}

/* --- pairs ---------------------------------------------------------------- */

/* The quote that closes what P..END is the inside of, or NULL. */
static const char *
closing_quote(const char *p, const char *end)
{
	const char *quote = p, *slash;
	size_t slashes;

	for (;; quote++) {
		quote = memchr(quote, '"', (size_t)(end - quote));
		if (quote == NULL)
			return NULL;
		slashes = 0;
		for (slash = quote; slash > p && slash[-1] == '\\'; slash--)
			slashes++;
		if (slashes % 2 == 0)
			return quote;
	}
}

const char *
logfmt_value(const char *p, const char *end, struct logfmt_pair *pair)
{
	const char *start = p, *quote;

	pair->is_quoted = p < end && *p == '"';
	if (pair->is_quoted) {
		quote = closing_quote(p + 1, end);
		pair->value = slice_range(p + 1, quote ? quote : end);
		return quote != NULL ? quote + 1 : NULL;
	}
	while (p < end && (unsigned char)*p > ' ')
		p++;
	pair->value = slice_range(start, p);
	return p;
}

enum logfmt_token
logfmt_next(const char **p, const char *end, struct logfmt_pair *pair)
{
	const char *q = *p, *start;

	while (q < end && is_blank(*q))
		q++;
	*p = start = q;
	if (q == end || *q == '\n')
		return LOGFMT_END;
	while (q < end && *q != '=' && *q != '"' && (unsigned char)*q > ' ')
		q++;
	pair->key = slice_range(start, q);
	if (q == start || q == end || *q != '=') {
		while (q < end && (unsigned char)*q > ' ')
			q++;
		*p = q > start ? q : q + 1; /* past a control character */
		return LOGFMT_WORD;
	}
	q = logfmt_value(q + 1, end, pair);
	if (q == NULL)
		return LOGFMT_MORE;
	*p = q;
	return LOGFMT_PAIR;
}
