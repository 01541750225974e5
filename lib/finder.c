/* SPDX-License-Identifier: MIT */
#include "tele/finder.h"
#include "tele/wide.h"

static bool
is_number(enum hole_type type)
{
	return type == HOLE_INT || type == HOLE_MS || type == HOLE_DURATION ||
	    type == HOLE_STATUS;
}

/* Remember how PREFIX ends, of template I; false if there is no room. */
static bool
add_end(struct finder *f, struct slice prefix, int i)
{
	const char *end = prefix.ptr + prefix.len - 2;
	int at = 0;

	if (prefix.len < 2)
		return false;
	while (at < f->count && memcmp(f->ends[at], end, 2) != 0)
		at++;
	if (at == FINDER_ENDS)
		return false;
	if (at == f->count) {
		memcpy(f->ends[f->count++], end, 2);
		if (memchr(f->lasts, end[1], (size_t)f->last_count) == NULL)
			f->lasts[f->last_count++] = (unsigned char)end[1];
	}
	f->whose[at] |= UINT64_C(1) << i;
	return true;
}

void
finder_init(struct finder *f, const struct pattern *patterns, int count)
{
	*f = (struct finder){ .needs_digit = true };
	for (int i = 0; i < count; i++) {
		if (!add_end(f, patterns[i].prefix, i)) {
			f->count = 0;
			return;
		}
		f->needs_digit &= patterns[i].count > 0 &&
		    is_number(patterns[i].holes[0].type);
	}
}

#ifdef __SSE2__
static inline __m128i
load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* A byte of ones for each of the 16 at P that an end has as its last. */
static inline __m128i
lasts_at(const struct finder *f, const char *p)
{
	__m128i x = load(p), found = _mm_setzero_si128();

	for (int i = 0; i < f->last_count; i++)
		found = _mm_or_si128(found,
		    _mm_cmpeq_epi8(x, _mm_set1_epi8((char)f->lasts[i])));
	return found;
}

/* The same for digits, and for blanks, which may pad a number. */
static inline __m128i
digits_at(const char *p)
{
	__m128i x = load(p), digit = _mm_sub_epi8(x, _mm_set1_epi8('0'));

	digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	return _mm_or_si128(digit, _mm_cmpeq_epi8(x, _mm_set1_epi8(' ')));
}

/* The places of the 16 from P on at which an end may be, as bits. */
static inline unsigned
places(const struct finder *f, const char *p)
{
	__m128i found = lasts_at(f, p + 1);

	if (f->needs_digit)
		found = _mm_and_si128(found, digits_at(p + 2));
	return (unsigned)_mm_movemask_epi8(found);
}

/* The templates whose end is at P. */
static inline uint64_t
whose_end(const struct finder *f, const char *p)
{
	for (int i = 0; i < f->count; i++)
		if (memcmp(p, f->ends[i], 2) == 0)
			return f->whose[i];
	return 0;
}

uint64_t
finder_scan(const struct finder *f, const char *p, const char *end)
{
	uint64_t found = 0;
	unsigned at;

	if (f->count == 0)
		return UINT64_MAX;
	for (; end - p > 1; p += 16)
		for (at = places(f, p); at != 0; at &= at - 1)
			if (__builtin_ctz(at) + 1 < end - p)
				found |= whose_end(f, p + __builtin_ctz(at));
	return found;
}
#else
uint64_t
finder_scan(const struct finder *f, const char *p, const char *end)
{
	uint64_t found = 0;

	if (f->count == 0)
		return UINT64_MAX;
	for (; end - p > 1; p++)
		for (int i = 0; i < f->count; i++)
			if (memcmp(p, f->ends[i], 2) == 0 &&
			    (!f->needs_digit || p[2] == ' ' ||
				(p[2] >= '0' && p[2] <= '9')))
				found |= f->whose[i];
	return found;
}
#endif
