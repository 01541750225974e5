/* SPDX-License-Identifier: MIT */
#ifndef TELE_WIDE_H
#define TELE_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * Comparing and copying short texts sixteen bytes at a time.  Both sides must
 * be readable (and the target writable) up to WIDE_SLACK bytes past the end:
 * blocks of input, literals of formats and the output buffer all are.
 */
enum { WIDE_SLACK = 32 };

/* Whether the N bytes at A and B are the same. */
static inline bool
wide_equal(const char *a, const char *b, size_t n)
{
#ifdef __SSE2__
	for (;;) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)a);
		__m128i y = _mm_loadu_si128((const __m128i *)(const void *)b);
		unsigned same = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(x, y));

		if (n <= 16)
			return ((same ^ 0xffff) & ((1u << n) - 1)) == 0;
		if (same != 0xffff)
			return false;
		a += 16;
		b += 16;
		n -= 16;
	}
#else
	return memcmp(a, b, n) == 0;
#endif
}

/* Copy N bytes; up to WIDE_SLACK bytes behind them are scribbled on. */
static inline char *
wide_copy(char *to, const char *from, size_t n)
{
	memcpy(to, from, WIDE_SLACK);
	for (size_t i = WIDE_SLACK; i < n; i += WIDE_SLACK)
		memcpy(to + i, from + i, WIDE_SLACK);
	return to + n;
}

/* The first blank or tab from P on, or END. */
static inline const char *
wide_find_blank(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i blank = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t');

	for (; p < end; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned at = (unsigned)_mm_movemask_epi8(
		    _mm_or_si128(_mm_cmpeq_epi8(x, blank),
			_mm_cmpeq_epi8(x, tab)));

		if (at != 0) {
			p += __builtin_ctz(at);
			return p < end ? p : end;
		}
	}
#else
	while (p < end && *p != ' ' && *p != '\t')
		p++;
#endif
	return end < p ? end : p;
}

/* The first byte from P on that is printable ASCII, or END. */
static inline const char *
wide_skip_symbols(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i first = _mm_set1_epi8(' ' + 1);

	for (; p < end; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Signed: bytes from 0x80 on are less, too. */
		unsigned skip = (unsigned)_mm_movemask_epi8(
		    _mm_cmplt_epi8(x, first));

		if (skip != 0xffff) {
			p += __builtin_ctz(~skip);
			return p < end ? p : end;
		}
	}
	return end;
#else
	while (
	    p < end && ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x80))
		p++;
	return p;
#endif
}

#endif
