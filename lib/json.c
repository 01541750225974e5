/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "tele/json.h"
#include "tele/utf8.h"

/* What json_next may meet at the current position. */
enum expect {
	EXPECT_VALUE,
	EXPECT_FIRST_KEY,   /* or the end of the object */
	EXPECT_KEY,         /* after a comma */
	EXPECT_FIRST_VALUE, /* or the end of the array */
	EXPECT_COMMA,       /* or the end of the container */
	EXPECT_NOTHING,
};

static const char *
fault_at(struct json_fault *fault, const char *at, const char *what)
{
	*fault = (struct json_fault){ at, what };
	return NULL;
}

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
		return fault_at(fault, end, NULL);
	if (p[1] != 'u') {
		if (p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL)
			return p + 2;
		return fault_at(fault, p, "invalid escape in string");
	}
	for (int i = 2; i < 6; i++) {
		if (p + i == end)
			return fault_at(fault, end, NULL);
		if (!is_hex(p[i]))
			return fault_at(fault, p, "invalid escape in string");
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
			return fault_at(fault, p,
			    *p == '\0'       ? "NUL byte in string"
				: *p == '\n' ? "string is not closed"
					     : "control character in string");
		len = utf8_decode(p, end, &cp);
		if (len == 0)
			return fault_at(fault, is_cut_off(p, end) ? end : p,
			    is_cut_off(p, end) ? NULL : "invalid UTF-8");
		p += len;
	}
	return fault_at(fault, end, NULL);
}

static const char *
skip_digits(const char *p, const char *end)
{
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
	return fault_at(fault, p, p == end ? NULL : "invalid number");
}

const char *
json_number(const char *p, const char *end, struct json_fault *fault)
{
	if (p < end && *p == '-')
		p++;
	if (p < end && *p == '0') {
		p++;
		if (p < end && *p >= '0' && *p <= '9')
			return fault_at(fault, p, "invalid number");
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
			return fault_at(fault, end, NULL);
		if (p[i] != word.ptr[i])
			return fault_at(fault, p, "expected a value");
	}
	return p + word.len;
}

/* A string, number or literal. */
static const char *
scalar(const char *p, const char *end, struct json_fault *fault)
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
		return fault_at(fault, p, "expected a value");
	}
}

/* The key at P and its colon; the first byte of the value. */
static const char *
key_end(const char *p, const char *end, struct json_fault *fault)
{
	if (p < end && *p != '"')
		return fault_at(fault, p, "expected a key in quotes");
	if (p < end)
		p = json_string(p, end, fault);
	if (p == NULL)
		return NULL;
	p = json_blank(p, end);
	if (p < end && *p != ':')
		return fault_at(fault, p, "expected ':' after key");
	return p < end ? json_blank(p + 1, end) : fault_at(fault, p, NULL);
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
		return scalar(p, end, fault);
	if (!enter_level(l, is_object))
		return fault_at(fault, p, "nesting deeper than 512");
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
			return fault_at(fault, p, NULL);
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
				return fault_at(fault, p, NULL);
			is_object = in_object_level(&l);
			if (*p == ',')
				break;
			if (*p != (is_object ? '}' : ']'))
				return fault_at(fault, p,
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
		fault_at(fault, p, "text after the value");
	return p == end;
}

void
json_init(struct json *j)
{
	*j = (struct json){ .expect = EXPECT_VALUE };
}

void
json_feed(struct json *j, struct slice text, bool is_last)
{
	j->p = text.ptr;
	j->end = text.ptr + text.len;
	j->is_last = is_last;
}

static enum json_token
wrong(struct json *j, const char *what)
{
	fault_at(&j->fault, j->p, what);
	return JSON_ERROR;
}

static bool
in_object(const struct json *j)
{
	int level = j->depth - 1;

	return j->depth > 0 &&
	    (j->in_object[level / 64] >> (level % 64) & 1) != 0;
}

static enum json_token
push(struct json *j, bool is_object)
{
	uint64_t bit = UINT64_C(1) << (j->depth % 64);

	if (j->depth == JSON_DEPTH)
		return wrong(j, "nesting deeper than 512");
	if (is_object)
		j->in_object[j->depth / 64] |= bit;
	else
		j->in_object[j->depth / 64] &= ~bit;
	j->depth++;
	j->p++;
	j->expect = is_object ? EXPECT_FIRST_KEY : EXPECT_FIRST_VALUE;
	return is_object ? JSON_OBJECT : JSON_ARRAY;
}

static void
after_value(struct json *j)
{
	j->expect = j->depth > 0 ? EXPECT_COMMA : EXPECT_NOTHING;
}

static enum json_token
pop(struct json *j)
{
	enum json_token token = in_object(j) ? JSON_OBJECT_END : JSON_ARRAY_END;

	j->p++;
	j->depth--;
	after_value(j);
	return token;
}

/* The scanner stopped at j->fault: for good, or only for want of text? */
static enum json_token
stopped(struct json *j)
{
	if (j->fault.what != NULL)
		return JSON_ERROR;
	if (!j->is_last)
		return JSON_MORE;
	j->fault.what = "unexpected end of the record";
	return JSON_ERROR;
}

static enum json_token
next_key(struct json *j)
{
	const char *after, *colon;

	if (*j->p != '"')
		return wrong(j, "expected a key in quotes");
	after = json_string(j->p, j->end, &j->fault);
	if (after == NULL)
		return stopped(j);
	colon = json_blank(after, j->end);
	if (colon == j->end) {
		fault_at(&j->fault, colon, NULL);
		return stopped(j);
	}
	if (*colon != ':') {
		j->p = colon;
		return wrong(j, "expected ':' after key");
	}
	j->text = slice_range(j->p + 1, after - 1);
	j->p = colon + 1;
	j->expect = EXPECT_VALUE;
	return JSON_KEY;
}

static enum json_token
next_scalar(struct json *j)
{
	char first = *j->p;
	const char *after = scalar(j->p, j->end, &j->fault);

	/* A number is whole only when something else follows. */
	if (after == j->end && !j->is_last && first != '"')
		return JSON_MORE;
	if (after == NULL)
		return stopped(j);
	j->text = first == '"' ? slice_range(j->p + 1, after - 1)
			       : slice_range(j->p, after);
	j->p = after;
	after_value(j);
	switch (first) {
	case '"':
		return JSON_STRING;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

enum json_token
json_next(struct json *j)
{
	bool object;

	j->p = json_blank(j->p, j->end);
	if (j->expect == EXPECT_NOTHING)
		return JSON_END;
	if (j->p < j->end && j->expect == EXPECT_COMMA && *j->p == ',') {
		j->p = json_blank(j->p + 1, j->end);
		j->expect = in_object(j) ? EXPECT_KEY : EXPECT_VALUE;
	}
	if (j->p == j->end) {
		fault_at(&j->fault, j->p, NULL);
		return stopped(j);
	}
	object = in_object(j);
	switch (j->expect) {
	case EXPECT_COMMA:
		if (*j->p == (object ? '}' : ']'))
			return pop(j);
		return wrong(j,
		    object ? "expected ',' or '}' after value"
			   : "expected ',' or ']' after value");
	case EXPECT_FIRST_KEY:
		if (*j->p == '}')
			return pop(j);
		return next_key(j);
	case EXPECT_KEY:
		return next_key(j);
	case EXPECT_FIRST_VALUE:
		if (*j->p == ']')
			return pop(j);
		break;
	default:
		break;
	}
	if (*j->p == '{' || *j->p == '[')
		return push(j, *j->p == '{');
	return next_scalar(j);
}

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
