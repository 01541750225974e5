/* SPDX-License-Identifier: MIT */
#include "tele/finder.h"
#include "tele/wide.h"

static bool
is_number(enum hole_type type)
{
	return type == HOLE_INT || type == HOLE_MS || type == HOLE_DURATION ||
	    type == HOLE_STATUS;
}

/* Remember how PREFIX ends; false if there is no room, or it is too short. */
static bool
add_end(struct finder *f, struct slice prefix)
{
	const char *end;

	if (prefix.len < 2)
		return false;
	end = prefix.ptr + prefix.len - 2;
	for (int i = 0; i < f->count; i++)
		if (memcmp(f->ends[i], end, 2) == 0)
			return true;
	if (f->count == FINDER_ENDS)
		return false;
	memcpy(f->ends[f->count++], end, 2);
	return true;
}

void
finder_init(struct finder *f, const struct pattern *patterns, int count)
{
	*f = (struct finder){ .needs_digit = true };
	for (int i = 0; i < count; i++) {
		if (!add_end(f, patterns[i].prefix)) {
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

/* The ends, sixteen times each; where there are fewer, the first again. */
struct needles {
	__m128i first[FINDER_ENDS], second[FINDER_ENDS];
};

static inline void
spread(struct needles *n, const struct finder *f)
{
	for (int i = 0; i < FINDER_ENDS; i++) {
		const unsigned char *end = f->ends[i < f->count ? i : 0];

		n->first[i] = _mm_set1_epi8((char)end[0]);
		n->second[i] = _mm_set1_epi8((char)end[1]);
	}
}

static inline __m128i
equal_both(__m128i x, __m128i a, __m128i y, __m128i b)
{
	return _mm_and_si128(_mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(y, b));
}

/* A byte of ones for each place of the 16 at P that an end is at. */
static inline __m128i
ends_at(const struct needles *n, const char *p)
{
	__m128i x = load(p), y = load(p + 1);

	return _mm_or_si128(_mm_or_si128(equal_both(x, n->first[0], y,
					     n->second[0]),
				equal_both(x, n->first[1], y, n->second[1])),
	    _mm_or_si128(equal_both(x, n->first[2], y, n->second[2]),
		equal_both(x, n->first[3], y, n->second[3])));
}

/* The same for digits, and for blanks, which may pad a number. */
static inline __m128i
digits_at(const char *p)
{
	__m128i x = load(p), digit = _mm_sub_epi8(x, _mm_set1_epi8('0'));

	digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	return _mm_or_si128(digit, _mm_cmpeq_epi8(x, _mm_set1_epi8(' ')));
}
#else
static inline bool
is_place(const struct finder *f, const char *p)
{
	for (int i = 0; i < f->count; i++)
		if (memcmp(p, f->ends[i], 2) == 0 &&
		    (!f->needs_digit || p[2] == ' ' ||
			(p[2] >= '0' && p[2] <= '9')))
			return true;
	return false;
}
#endif

bool
finder_may_hold(const struct finder *f, const char *p, const char *end)
{
	if (f->count == 0)
		return true;
#ifdef __SSE2__
	struct needles n;
	__m128i found;
	unsigned at;

	spread(&n, f);
	for (; end - p > 1; p += 16) {
		found = ends_at(&n, p);
		if (f->needs_digit)
			found = _mm_and_si128(found, digits_at(p + 2));
		at = (unsigned)_mm_movemask_epi8(found);
		if (at != 0)
			return p + __builtin_ctz(at) + 1 < end;
	}
#else
	for (; end - p > 1; p++)
		if (is_place(f, p))
			return true;
#endif
	return false;
}
