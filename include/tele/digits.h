/* SPDX-License-Identifier: MIT */
#ifndef TELE_DIGITS_H
#define TELE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Eight characters at once, as digits.  All eight must be readable.
 */

#define DIGITS_EACH(BYTE) (UINT64_C(0x0101010101010101) * (BYTE))

/* The eight bytes at P, the first one in the lowest byte, less '0' each. */
static inline uint64_t
digits_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word ^ DIGITS_EACH('0');
}

/* The high bit of each byte of WORD that is no digit's. */
static inline uint64_t
digits_others(uint64_t word)
{
	/* A digit is less than 10, and 7 bits hold no carry. */
	return (((word & DIGITS_EACH(0x7f)) + DIGITS_EACH(0x76)) | word) &
	    DIGITS_EACH(0x80);
}

/* How many of the eight characters at P are digits, up to the first other. */
static inline int
digits_leading(const char *p)
{
	uint64_t others = digits_others(digits_load(p));

	return others == 0 ? 8 : __builtin_ctzll(others) / 8;
}

/* The number that the eight digits at P are; false if one is none. */
static inline bool
digits_eight(const char *p, uint64_t *n)
{
	uint64_t word = digits_load(p);

	if (digits_others(word) != 0)
		return false;
	/* Neighbours become numbers of two, of four, and of all digits. */
	word = word * 10 + (word >> 8);
	word = (word & UINT64_C(0x00ff00ff00ff00ff)) * 100 +
	    ((word >> 16) & UINT64_C(0x00ff00ff00ff00ff));
	word = (word & UINT64_C(0x0000ffff0000ffff)) * 10000 +
	    ((word >> 32) & UINT64_C(0x0000ffff0000ffff));
	*n = word & UINT32_MAX;
	return true;
}

#endif
