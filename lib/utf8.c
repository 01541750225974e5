/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tele/utf8.h"

struct range {
	uint32_t first, last;
};

static const uint32_t replacement = 0xfffd;

/* The bounds of the second byte are what rules out the malformed forms. */
static size_t
sequence(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef) {
		if (lead == 0xe0)
			*low = 0xa0;
		if (lead == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		if (lead == 0xf0)
			*low = 0x90;
		if (lead == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

/* How many bytes at P fit a well-formed sequence of *LEN bytes. */
static size_t
fitting(const char *p, const char *end, size_t *len)
{
	unsigned char low, high, byte;
	size_t n = 1;

	*len = sequence((unsigned char)*p, &low, &high);
	while (n < *len && p + n < end) {
		byte = (unsigned char)p[n];
		if (byte < low || byte > high)
			break;
		low = 0x80;
		high = 0xbf;
		n++;
	}
	return n;
}

size_t
utf8_decode(const char *p, const char *end, uint32_t *cp)
{
	static const unsigned char mask[] = { 0, 0, 0x1f, 0x0f, 0x07 };
	size_t len;

	if ((unsigned char)*p < 0x80) {
		*cp = (unsigned char)*p;
		return 1;
	}
	*cp = replacement;
	if (fitting(p, end, &len) != len)
		return 0;
	*cp = (unsigned char)*p & mask[len];
	for (size_t i = 1; i < len; i++)
		*cp = *cp << 6 | ((unsigned char)p[i] & 0x3f);
	return len;
}

size_t
utf8_malformed(const char *p, const char *end)
{
	size_t len;

	return fitting(p, end, &len);
}

size_t
utf8_encode(char dst[4], uint32_t cp)
{
	if (cp < 0x80) {
		dst[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		dst[0] = (char)(0xc0 | cp >> 6);
		dst[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		dst[0] = (char)(0xe0 | cp >> 12);
		dst[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | cp >> 18);
	dst[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

bool
utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c ||
	    cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	    (cp >= 0x2066 && cp <= 0x2069);
}

static bool
in_ranges(uint32_t cp, const struct range *ranges, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (cp > ranges[mid].last)
			low = mid + 1;
		else if (cp < ranges[mid].first)
			high = mid;
		else
			return true;
	}
	return false;
}

/* From Unicode 15's EastAsianWidth (W, F) and general categories Mn, Me, Cf. */
int
utf8_width(uint32_t cp)
{
	static const struct range zero[] = {
		{ 0x0300, 0x036f },
		{ 0x0483, 0x0489 },
		{ 0x0591, 0x05bd },
		{ 0x0610, 0x061a },
		{ 0x064b, 0x065f },
		{ 0x0900, 0x0902 },
		{ 0x0e31, 0x0e31 },
		{ 0x0e34, 0x0e3a },
		{ 0x0e47, 0x0e4e },
		{ 0x1ab0, 0x1aff },
		{ 0x1dc0, 0x1dff },
		{ 0x200b, 0x200f },
		{ 0x2060, 0x2064 },
		{ 0x20d0, 0x20ff },
		{ 0xfe00, 0xfe0f },
		{ 0xfe20, 0xfe2f },
		{ 0xfeff, 0xfeff },
		{ 0xe0100, 0xe01ef },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f },
		{ 0x231a, 0x231b },
		{ 0x23e9, 0x23ec },
		{ 0x23f0, 0x23f0 },
		{ 0x23f3, 0x23f3 },
		{ 0x25fd, 0x25fe },
		{ 0x2614, 0x2615 },
		{ 0x2648, 0x2653 },
		{ 0x267f, 0x267f },
		{ 0x2693, 0x2693 },
		{ 0x26a1, 0x26a1 },
		{ 0x26aa, 0x26ab },
		{ 0x26bd, 0x26be },
		{ 0x26c4, 0x26c5 },
		{ 0x26ce, 0x26ce },
		{ 0x26d4, 0x26d4 },
		{ 0x26ea, 0x26ea },
		{ 0x26f2, 0x26f3 },
		{ 0x26f5, 0x26f5 },
		{ 0x26fa, 0x26fa },
		{ 0x26fd, 0x26fd },
		{ 0x2705, 0x2705 },
		{ 0x270a, 0x270b },
		{ 0x2728, 0x2728 },
		{ 0x274c, 0x274c },
		{ 0x274e, 0x274e },
		{ 0x2753, 0x2755 },
		{ 0x2757, 0x2757 },
		{ 0x2795, 0x2797 },
		{ 0x27b0, 0x27b0 },
		{ 0x27bf, 0x27bf },
		{ 0x2b1b, 0x2b1c },
		{ 0x2b50, 0x2b50 },
		{ 0x2b55, 0x2b55 },
		{ 0x2e80, 0x303e },
		{ 0x3041, 0x33ff },
		{ 0x3400, 0x4dbf },
		{ 0x4e00, 0x9fff },
		{ 0xa000, 0xa4cf },
		{ 0xa960, 0xa97f },
		{ 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff },
		{ 0xfe10, 0xfe19 },
		{ 0xfe30, 0xfe6f },
		{ 0xff00, 0xff60 },
		{ 0xffe0, 0xffe6 },
		{ 0x1f004, 0x1f004 },
		{ 0x1f0cf, 0x1f0cf },
		{ 0x1f18e, 0x1f18e },
		{ 0x1f191, 0x1f19a },
		{ 0x1f200, 0x1f265 },
		{ 0x1f300, 0x1f320 },
		{ 0x1f32d, 0x1f335 },
		{ 0x1f337, 0x1f37c },
		{ 0x1f37e, 0x1f393 },
		{ 0x1f3a0, 0x1f3ca },
		{ 0x1f3cf, 0x1f3d3 },
		{ 0x1f3e0, 0x1f3f0 },
		{ 0x1f3f4, 0x1f3f4 },
		{ 0x1f3f8, 0x1f43e },
		{ 0x1f440, 0x1f440 },
		{ 0x1f442, 0x1f4fc },
		{ 0x1f4ff, 0x1f53d },
		{ 0x1f54b, 0x1f54e },
		{ 0x1f550, 0x1f567 },
		{ 0x1f57a, 0x1f57a },
		{ 0x1f595, 0x1f596 },
		{ 0x1f5a4, 0x1f5a4 },
		{ 0x1f5fb, 0x1f64f },
		{ 0x1f680, 0x1f6c5 },
		{ 0x1f6cc, 0x1f6cc },
		{ 0x1f6d0, 0x1f6d2 },
		{ 0x1f6d5, 0x1f6d7 },
		{ 0x1f6dc, 0x1f6df },
		{ 0x1f6eb, 0x1f6ec },
		{ 0x1f6f4, 0x1f6fc },
		{ 0x1f7e0, 0x1f7eb },
		{ 0x1f7f0, 0x1f7f0 },
		{ 0x1f90c, 0x1f93a },
		{ 0x1f93c, 0x1f945 },
		{ 0x1f947, 0x1f9ff },
		{ 0x1fa70, 0x1faff },
		{ 0x20000, 0x2fffd },
		{ 0x30000, 0x3fffd },
	};

	if (cp < 0x300)
		return 1;
	if (in_ranges(cp, zero, sizeof(zero) / sizeof(*zero)))
		return 0;
	return in_ranges(cp, wide, sizeof(wide) / sizeof(*wide)) ? 2 : 1;
}

const char *
utf8_check(const char *p, const char *end)
{
	uint32_t cp;
	uint64_t word;
	size_t len;

	while (p < end) {
		if ((unsigned char)*p < 0x80) {
			if (end - p >= 8) {
				memcpy(&word, p, 8);
				if ((word & 0x8080808080808080) == 0) {
					p += 8;
					continue;
				}
			}
			p++;
			continue;
		}
		len = utf8_decode(p, end, &cp);
		if (len == 0)
			return p;
		p += len;
	}
	return end;
}
