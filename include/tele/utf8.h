/* SPDX-License-Identifier: MIT */
#ifndef TELE_UTF8_H
#define TELE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decode the character at P, P < END, strictly (Unicode 15, table 3-7: no
 * overlong form, no surrogate, nothing past U+10FFFF).  Returns its length in
 * bytes, 1 to 4, or 0 if it is malformed, when *CP is U+FFFD.
 */
size_t utf8_decode(const char *p, const char *end, uint32_t *cp);

/*
 * The length of the malformed bytes at P that one U+FFFD replaces: the maximal
 * subpart of a well-formed sequence, as Unicode 15, section 3.9 recommends.
 */
size_t utf8_malformed(const char *p, const char *end);

/* Encode CP, a valid character, at DST; returns its length. */
size_t utf8_encode(char dst[4], uint32_t cp);

/*
 * True of characters that drive a terminal or reorder text instead of showing:
 * C0, DEL, C1, line and paragraph separators, bidirectional controls.
 */
bool utf8_is_control(uint32_t cp);

/* Columns that CP takes on a terminal: 0 (combining), 1, or 2 (wide, emoji). */
int utf8_width(uint32_t cp);

/* The first malformed byte in P..END, or END. */
const char *utf8_check(const char *p, const char *end);

#endif
