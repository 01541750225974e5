/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <string.h>

#include "tele/jsontext.h"
#include "tele/utf8.h"

static uint32_t
hex4(const char *p)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 4 |
		    (uint32_t)(p[i] <= '9' ? p[i] - '0'
					   : (p[i] | 0x20) - 'a' + 10);
	return value;
}

/* The character of the \u escape at P (and its other half), *P moved past it.
 */
static uint32_t
unicode_escape(const char **p, const char *end)
{
	uint32_t cp = hex4(*p + 2), low;

	*p += 6;
	if (cp < 0xd800 || cp > 0xdfff)
		return cp;
	if (cp < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
		low = hex4(*p + 2);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*p += 6;
			return 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return 0xfffd;
}

size_t
json_unescape(char *dst, struct slice text)
{
	static const char names[] = "bfnrt", bytes[] = "\b\f\n\r\t";
	const char *p = text.ptr, *end = p + text.len, *slash, *name;
	char *start = dst;

	while (p < end) {
		slash = memchr(p, '\\', (size_t)(end - p));
		if (slash == NULL)
			slash = end;
		memcpy(dst, p, (size_t)(slash - p));
		dst += slash - p;
		p = slash;
		if (p == end)
			break;
		if (p[1] == 'u') {
			dst += utf8_encode(dst, unicode_escape(&p, end));
			continue;
		}
		name = strchr(names, p[1]);
		*dst++ = name != NULL ? bytes[name - names] : p[1];
		p += 2;
	}
	return (size_t)(dst - start);
}

const char *
json_plain(struct arena *arena, struct slice text)
{
	char *plain = arena_alloc(arena, text.len + 1);

	plain[json_unescape(plain, text)] = '\0';
	return plain;
}

static char *
put_unicode_escape(char *dst, uint32_t cp)
{
	static const char hex[] = "0123456789abcdef";

	memcpy(dst, "\\u", 2);
	for (int i = 0; i < 4; i++)
		dst[2 + i] = hex[cp >> (12 - 4 * i) & 15];
	return dst + 6;
}

/* One character that copy_plain stopped at. */
static char *
escape_one(char *dst, const char **p, const char *end)
{
	static const char bytes[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *at;
	uint32_t cp;
	size_t len;

	at = **p != '\0' ? strchr(bytes, **p) : NULL;
	if (at != NULL) {
		*dst++ = '\\';
		*dst++ = names[at - bytes];
		*p += 1;
		return dst;
	}
	len = utf8_decode(*p, end, &cp);
	if (len == 0) {
		*p += utf8_malformed(*p, end);
		return dst + utf8_encode(dst, cp);
	}
	*p += len;
	if (utf8_is_control(cp))
		return put_unicode_escape(dst, cp);
	memcpy(dst, *p - len, len);
	return dst + len;
}

/* The copy loop of json_escape: up to where a byte needs more than copying. */
static inline size_t
copy_plain(char *dst, const char *p, size_t n)
{
	size_t i = 0;
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      blank = _mm_set1_epi8(' '), del = _mm_set1_epi8(0x7f);
	char last[16] = "                ";
	__m128i bytes;
	int special;

	for (; i < n; i += 16) {
		if (n - i < 16)
			memcpy(last, p + i, n - i);
		bytes = _mm_loadu_si128(
		    (const __m128i *)(const void *)(n - i < 16 ? last : p + i));
		_mm_storeu_si128((__m128i *)(void *)(dst + i), bytes);
		special = _mm_movemask_epi8(
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
				     _mm_cmpeq_epi8(bytes, slash)),
			_mm_or_si128(_mm_cmplt_epi8(bytes, blank),
			    _mm_cmpeq_epi8(bytes, del))));
		if (special != 0)
			return i + (size_t)__builtin_ctz((unsigned)special);
	}
	return n;
#else
	for (; i < n && (unsigned char)(p[i] - 0x20) < 0x5f && p[i] != '"' &&
	     p[i] != '\\';
	     i++)
		dst[i] = p[i];
	return i;
#endif
}

size_t
json_escape(char *dst, struct slice s)
{
	const char *p = s.ptr, *end = p + s.len;
	char *start = dst;
	size_t n;

	for (;;) {
		n = copy_plain(dst, p, (size_t)(end - p));
		dst += n;
		p += n;
		if (p == end)
			return (size_t)(dst - start);
		dst = escape_one(dst, &p, end);
	}
}

/*
 * The plain text is put at the end of DST: six bytes are written for one that
 * is read at most, so that the writer never reaches the reader.
 */
size_t
json_normal(char *dst, struct slice raw)
{
	char *plain = dst + 5 * raw.len + 16;

	if (raw.len == 0 || memchr(raw.ptr, '\\', raw.len) == NULL)
		return json_escape(dst, raw);
	return json_escape(dst,
	    (struct slice){ plain, json_unescape(plain, raw) });
}

struct slice
json_canonical(struct arena *scratch, struct slice raw)
{
	char *text;

	for (size_t i = 0; i < raw.len; i++) {
		if (raw.ptr[i] != '\\' && (raw.ptr[i] & 0x80) == 0)
			continue;
		text = arena_alloc(scratch, raw.len * 6 + 16);
		return (struct slice){ text, json_normal(text, raw) };
	}
	return raw;
}

/* Whether one of eight bytes is a control character or not ASCII. */
static bool
has_special(const char *p)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t word, del;

	memcpy(&word, p, 8);
	del = word ^ (ones * 0x7f);
	return ((word | (word - ones * 0x20) | ((del - ones) & ~del)) &
		   (ones << 7)) != 0;
}

size_t
json_tame(char *dst, struct slice json)
{
	const char *p = json.ptr, *end = p + json.len;
	char *start = dst;
	uint32_t cp;
	size_t len;

	while (p < end) {
		if (end - p >= 8 && !has_special(p)) {
			memcpy(dst, p, 8);
			dst += 8;
			p += 8;
			continue;
		}
		len = utf8_decode(p, end, &cp);
		if (len == 0) {
			p += utf8_malformed(p, end);
			dst += utf8_encode(dst, cp);
		} else if (cp == '\r') {
			*dst++ = ' ';
			p++;
		} else if (cp >= 0x7f && utf8_is_control(cp)) {
			p += len;
			dst = put_unicode_escape(dst, cp);
		} else {
			memcpy(dst, p, len);
			dst += len;
			p += len;
		}
	}
	return (size_t)(dst - start);
}
