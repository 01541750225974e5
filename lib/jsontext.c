/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <stdlib.h>
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

bool
json_is(struct slice raw, struct slice plain)
{
	char *text;
	bool is_same;

	if (memchr(raw.ptr, '\\', raw.len) == NULL)
		return slice_equal(raw, plain);
	text = mem_alloc(raw.len);
	is_same = slice_equal((struct slice){ text, json_unescape(text, raw) },
	    plain);
	free(text);
	return is_same;
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

#ifdef __SSE2__
/* A bit for each byte that needs more than copying. */
static inline unsigned
special_bytes(__m128i bytes)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      blank = _mm_set1_epi8(' '), del = _mm_set1_epi8(0x7f);

	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
			     _mm_cmpeq_epi8(bytes, slash)),
		_mm_or_si128(_mm_cmplt_epi8(bytes, blank),
		    _mm_cmpeq_epi8(bytes, del))));
}

/* Fewer than 16 bytes at P, none of those behind them. */
static inline __m128i
load_short(const char *p, size_t n)
{
	uint64_t low = 0, high = 0;
	uint32_t word;

	if (n >= 8) {
		memcpy(&low, p, 8);
		memcpy(&high, p + n - 8, 8);
		high = n > 8 ? high >> (8 * (16 - n)) : 0;
	} else if (n >= 4) {
		memcpy(&word, p, 4);
		low = word;
		memcpy(&word, p + n - 4, 4);
		low |= (uint64_t)word << (8 * (n - 4));
	} else if (n > 0) {
		low = (unsigned char)p[0];
		low |= (uint64_t)(unsigned char)p[n / 2] << (8 * (n / 2));
		low |= (uint64_t)(unsigned char)p[n - 1] << (8 * (n - 1));
	}
	return _mm_set_epi64x((int64_t)high, (int64_t)low);
}
#endif

/* The copy loop of json_escape: up to where a byte needs more than copying. */
static inline size_t
copy_plain(char *dst, const char *p, size_t n)
{
	size_t i = 0;
#ifdef __SSE2__
	unsigned special = 0;
	__m128i bytes;

	for (; i + 16 <= n; i += 16) {
		bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		_mm_storeu_si128((__m128i *)(void *)(dst + i), bytes);
		special = special_bytes(bytes);
		if (special != 0)
			return i + (size_t)__builtin_ctz(special);
	}
	if (i == n)
		return n;
	if (n >= 16) {
		/* Again some of what was copied, and the rest. */
		i = n - 16;
		bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
	} else {
		bytes = load_short(p, n);
	}
	_mm_storeu_si128((__m128i *)(void *)(dst + i), bytes);
	special = special_bytes(bytes) & ((1u << (n - i)) - 1);
	return special != 0 ? i + (size_t)__builtin_ctz(special) : n;
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

/* Whether S is printable ASCII without a backslash. */
static bool
is_normal(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)(s.ptr[i] - 0x20) >= 0x5f ||
		    s.ptr[i] == '\\')
			return false;
	return true;
}

/*
 * The plain text is put at the end of DST: six bytes are written for one that
 * is read at most, so that the writer never reaches the reader.
 */
size_t
json_normal(char *dst, struct slice raw)
{
	char *plain = dst + 5 * raw.len + 16;

	if (is_normal(raw)) {
		memcpy(dst, raw.ptr, raw.len);
		return raw.len;
	}
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

/* Whether one of the eight bytes of WORD is no printable ASCII. */
static inline bool
has_special(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101, del = word ^ (ones * 0x7f);

	return ((word | (word - ones * 0x20) | ((del - ones) & ~del)) &
		   (ones << 7)) != 0;
}

/*
 * Copy JSON to DST, eight bytes at a time, as far as that is printable ASCII;
 * true if all of it is.  The last step overlaps the one before.
 */
static inline bool
copy_if_tame(char *dst, struct slice json)
{
	uint64_t word;
	size_t i;

	if (json.len < 8) {
		for (i = 0; i < json.len; i++) {
			if ((unsigned char)(json.ptr[i] - 0x20) >= 0x5f)
				return false;
			dst[i] = json.ptr[i];
		}
		return true;
	}
	for (i = 0; i + 8 < json.len; i += 8) {
		memcpy(&word, json.ptr + i, 8);
		if (has_special(word))
			return false;
		memcpy(dst + i, &word, 8);
	}
	memcpy(&word, json.ptr + json.len - 8, 8);
	memcpy(dst + json.len - 8, &word, 8);
	return !has_special(word);
}

/* The same up to the first byte that is not, whose place is returned. */
static inline size_t
copy_tame(char *dst, const char *p, size_t n)
{
	size_t i = 0;

	for (; i < n && (unsigned char)(p[i] - 0x20) < 0x5f; i++)
		dst[i] = p[i];
	return i;
}

/* One character that copy_tame stopped at, or the bytes that are none. */
static char *
tame_one(char *dst, const char **p, const char *end)
{
	uint32_t cp;
	size_t len = utf8_decode(*p, end, &cp);

	if (len == 0) {
		*p += utf8_malformed(*p, end);
		return dst + utf8_encode(dst, cp);
	}
	*p += len;
	if (cp == '\r') {
		*dst++ = ' ';
		return dst;
	}
	if (cp >= 0x7f && utf8_is_control(cp))
		return put_unicode_escape(dst, cp);
	memcpy(dst, *p - len, len);
	return dst + len;
}

size_t
json_tame(char *dst, struct slice json)
{
	const char *p = json.ptr, *end = p + json.len;
	char *start = dst;
	size_t n;

	if (copy_if_tame(dst, json))
		return json.len;
	for (;;) {
		n = copy_tame(dst, p, (size_t)(end - p));
		dst += n;
		p += n;
		if (p == end)
			return (size_t)(dst - start);
		dst = tame_one(dst, &p, end);
	}
}

bool
json_is_tame(struct slice json)
{
	uint64_t word;
	size_t i = 0;

	for (; i + 8 <= json.len; i += 8) {
		memcpy(&word, json.ptr + i, 8);
		if (has_special(word))
			return false;
	}
	while (i < json.len && (unsigned char)(json.ptr[i] - 0x20) < 0x5f)
		i++;
	return i == json.len;
}
