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

/* A bit for each place of the 16 at P that an end, and what it needs, is at. */
static inline unsigned
places(const struct finder *f, const char *p)
{
	__m128i first = load(p), second = load(p + 1), third, found, digit;

	found = _mm_setzero_si128();
	for (int i = 0; i < f->count; i++)
		found = _mm_or_si128(found,
		    _mm_and_si128(_mm_cmpeq_epi8(first,
				      _mm_set1_epi8((char)f->ends[i][0])),
			_mm_cmpeq_epi8(second,
			    _mm_set1_epi8((char)f->ends[i][1]))));
	if (!f->needs_digit)
		return (unsigned)_mm_movemask_epi8(found);
	third = load(p + 2);
	digit = _mm_sub_epi8(third, _mm_set1_epi8('0'));
	digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	/* Blanks may pad the number. */
	digit = _mm_or_si128(digit, _mm_cmpeq_epi8(third, _mm_set1_epi8(' ')));
	return (unsigned)_mm_movemask_epi8(_mm_and_si128(found, digit));
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
	for (; end - p > 1; p += 16) {
		unsigned at = places(f, p);

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
