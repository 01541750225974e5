/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tele/utf8.h"
#include "width.h"

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

int
utf8_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_ranges(cp, combining, sizeof(combining) / sizeof(*combining)))
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
