/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "tele/digits.h"
#include "tele/jsonscan.h"
#include "tele/utf8.h"

/* The first byte in P..END that is no printable ASCII, a quote or a backslash.
 */
static inline const char *
plain(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      blank = _mm_set1_epi8(' ');
	__m128i bytes;
	int special;

	for (; end - p >= 16; p += 16) {
		bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Signed: bytes from 0x80 on are less than a blank, too. */
		special = _mm_movemask_epi8(
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
				     _mm_cmpeq_epi8(bytes, slash)),
			_mm_cmplt_epi8(bytes, blank)));
		if (special != 0)
			return p + __builtin_ctz((unsigned)special);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' &&
	    (unsigned char)(*p - 0x20) < 0x60)
		p++;
	return p;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* The escape at P, its backslash. */
static const char *
escape_end(const char *p, const char *end, struct json_fault *fault)
{
	if (end - p < 2)
		return json_stop(fault, end, NULL);
	if (p[1] != 'u') {
		if (p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL)
			return p + 2;
		return json_stop(fault, p, "invalid escape in string");
	}
	for (int i = 2; i < 6; i++) {
		if (p + i == end)
			return json_stop(fault, end, NULL);
		if (!is_hex(p[i]))
			return json_stop(fault, p, "invalid escape in string");
	}
	return p + 6;
}

/* Whether the malformed character at P could still become a good one. */
static bool
is_cut_off(const char *p, const char *end)
{
	unsigned char lead = (unsigned char)*p;
	ptrdiff_t whole = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

	return lead >= 0xc2 && lead <= 0xf4 && end - p < whole &&
	    utf8_malformed(p, end) == (size_t)(end - p);
}

const char *
json_string(const char *p, const char *end, struct json_fault *fault)
{
	uint32_t cp;
	size_t len;

	for (p = plain(p + 1, end); p < end; p = plain(p, end)) {
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			p = escape_end(p, end, fault);
			if (p == NULL)
				return NULL;
			continue;
		}
		if ((unsigned char)*p < 0x20)
			return json_stop(fault, p,
			    *p == '\0'       ? "NUL byte in string"
				: *p == '\n' ? "string is not closed"
					     : "control character in string");
		len = utf8_decode(p, end, &cp);
		if (len == 0)
			return json_stop(fault, is_cut_off(p, end) ? end : p,
			    is_cut_off(p, end) ? NULL : "invalid UTF-8");
		p += len;
	}
	return json_stop(fault, end, NULL);
}

static inline const char *
skip_digits(const char *p, const char *end)
{
	int n;

	for (; end - p >= 8; p += n) {
		n = digits_leading(p);
		if (n < 8)
			return p + n;
	}
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* At least one digit at P, as the part of a number. */
static const char *
some_digits(const char *p, const char *end, struct json_fault *fault)
{
	const char *after = skip_digits(p, end);

	if (after > p)
		return after;
	return json_stop(fault, p, p == end ? NULL : "invalid number");
}

const char *
json_number(const char *p, const char *end, struct json_fault *fault)
{
	if (p < end && *p == '-')
		p++;
	if (p < end && *p == '0') {
		p++;
		if (p < end && *p >= '0' && *p <= '9')
			return json_stop(fault, p, "invalid number");
	} else {
		p = some_digits(p, end, fault);
	}
	if (p != NULL && p < end && *p == '.')
		p = some_digits(p + 1, end, fault);
	if (p != NULL && p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		p = some_digits(p, end, fault);
	}
	return p;
}

static const char *
literal(const char *p, const char *end, struct slice word,
    struct json_fault *fault)
{
	for (size_t i = 0; i < word.len; i++) {
		if (p + i == end)
			return json_stop(fault, end, NULL);
		if (p[i] != word.ptr[i])
			return json_stop(fault, p, "expected a value");
	}
	return p + word.len;
}

const char *
json_scalar(const char *p, const char *end, struct json_fault *fault)
{
	switch (*p) {
	case '"':
		return json_string(p, end, fault);
	case 't':
		return literal(p, end, SLICE("true"), fault);
	case 'f':
		return literal(p, end, SLICE("false"), fault);
	case 'n':
		return literal(p, end, SLICE("null"), fault);
	default:
		if (*p == '-' || (*p >= '0' && *p <= '9'))
			return json_number(p, end, fault);
		return json_stop(fault, p, "expected a value");
	}
}

/* The key at P and its colon; the first byte of the value. */
static const char *
key_end(const char *p, const char *end, struct json_fault *fault)
{
	if (p < end && *p != '"')
		return json_stop(fault, p, "expected a key in quotes");
	if (p < end)
		p = json_string(p, end, fault);
	if (p == NULL)
		return NULL;
	p = json_blank(p, end);
	if (p < end && *p != ':')
		return json_stop(fault, p, "expected ':' after key");
	return p < end ? json_blank(p + 1, end) : json_stop(fault, p, NULL);
}

/* A bit for each level: whether it is an object. */
struct levels {
	uint64_t is_object[JSON_DEPTH / 64];
	int depth, most;
};

static bool
in_object_level(const struct levels *l)
{
	int level = l->depth - 1;

	return (l->is_object[level / 64] >> (level % 64) & 1) != 0;
}

static bool
enter_level(struct levels *l, bool is_object)
{
	uint64_t bit = UINT64_C(1) << (l->depth % 64);

	if (l->depth >= l->most)
		return false;
	if (is_object)
		l->is_object[l->depth / 64] |= bit;
	else
		l->is_object[l->depth / 64] &= ~bit;
	l->depth++;
	return true;
}

/*
 * Past the value whose first byte is at P, into its first member if it has one:
 * then *IS_DONE is false, for a value must follow.
 */
static const char *
enter_value(struct levels *l, const char *p, const char *end, bool *is_done,
    struct json_fault *fault)
{
	bool is_object = *p == '{';

	*is_done = true;
	if (!is_object && *p != '[')
		return json_scalar(p, end, fault);
	if (!enter_level(l, is_object))
		return json_stop(fault, p, "nesting deeper than 512");
	p = json_blank(p + 1, end);
	if (p < end && *p == (is_object ? '}' : ']')) {
		l->depth--;
		return p + 1;
	}
	*is_done = false;
	return is_object ? key_end(p, end, fault) : p;
}

const char *
json_value(const char *p, const char *end, int depth, struct json_fault *fault)
{
	struct levels l = { .depth = 0, .most = JSON_DEPTH - depth };
	bool is_done, is_object;

	for (;;) {
		if (p == end)
			return json_stop(fault, p, NULL);
		p = enter_value(&l, p, end, &is_done, fault);
		if (p == NULL)
			return NULL;
		if (!is_done)
			continue;
		/* A value is over: what of the containers it was in? */
		for (;;) {
			if (l.depth == 0)
				return p;
			p = json_blank(p, end);
			if (p == end)
				return json_stop(fault, p, NULL);
			is_object = in_object_level(&l);
			if (*p == ',')
				break;
			if (*p != (is_object ? '}' : ']'))
				return json_stop(fault, p,
				    is_object
					? "expected ',' or '}' after value"
					: "expected ',' or ']' after value");
			l.depth--;
			p++;
		}
		p = json_blank(p + 1, end);
		if (is_object)
			p = key_end(p, end, fault);
		if (p == NULL)
			return NULL;
	}
}

bool
json_check(struct slice text, struct json_fault *fault)
{
	const char *end = text.ptr + text.len, *p;

	p = json_value(json_blank(text.ptr, end), end, 0, fault);
	if (p == NULL)
		return false;
	p = json_blank(p, end);
	if (p < end)
		json_stop(fault, p, "text after the value");
	return p == end;
}
