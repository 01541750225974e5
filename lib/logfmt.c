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
logfmt_convert(struct arena *arena, const struct logfmt_pair *pair)
{
	struct slice plain = pair->value;
	char *json;

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

/* The value at P, its quote; the closing one may be lines behind. */
static const char *
quoted_value(const char *p, const char *end, struct logfmt_pair *pair)
{
	struct json_fault fault;
	const char *after = json_string(p, end, &fault);

	pair->is_json = after != NULL;
	if (after == NULL) {
		after = closing_quote(p + 1, end);
		if (after != NULL)
			after++;
	}
	pair->value = slice_range(p + 1, after != NULL ? after - 1 : end);
	return after;
}

/*
 * The first byte from P on that ends a value without quotes, or that JSON would
 * not take as it is: a blank or less, a quote, a backslash, or no ASCII.
 */
static inline const char *
skip_plain(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      first = _mm_set1_epi8('!'), del = _mm_set1_epi8(0x7f);

	for (; p < end; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Signed: bytes from 0x80 on are less, too. */
		unsigned found = (unsigned)_mm_movemask_epi8(
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote),
				     _mm_cmpeq_epi8(x, slash)),
			_mm_or_si128(_mm_cmplt_epi8(x, first),
			    _mm_cmpeq_epi8(x, del))));

		if (found != 0) {
			p += __builtin_ctz(found);
			return p < end ? p : end;
		}
	}
	return end;
#else
	for (; p < end; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\')
			break;
	return p;
#endif
}

const char *
logfmt_value(const char *p, const char *end, struct logfmt_pair *pair)
{
	const char *start = p;

	pair->is_quoted = p < end && *p == '"';
	if (pair->is_quoted)
		return quoted_value(p, end, pair);
	p = skip_plain(p, end);
	pair->is_json = p == end || (unsigned char)*p <= ' ';
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
