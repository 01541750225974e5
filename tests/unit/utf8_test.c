/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/utf8.h"

/*
 * Malformed bytes and the length of each part that one U+FFFD replaces, 0 for a
 * good character of one byte: Unicode 15, tables 3-8 to 3-11, and more.
 */
static const struct {
	struct slice text;
	const char *parts;
} malformed[] = {
	{ TEXT("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"), "111111110" },
	{ TEXT("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"), "111111110" },
	{ TEXT("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"), "111110110" },
	{ TEXT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), "21320" },
	{ TEXT("\x80"), "1" },
	{ TEXT("\xbf\xbf"), "11" },
	{ TEXT("\xc2"), "1" },
	{ TEXT("\xc2\x41"), "10" },
	{ TEXT("\xe0\xa0"), "2" },
	{ TEXT("\xe0\x9f\x80"), "111" },
	{ TEXT("\xef\xbf"), "2" },
	{ TEXT("\xf0\x90\x80"), "3" },
	{ TEXT("\xf0\x8f\x80\x80"), "1111" },
	{ TEXT("\xf4\x8f\xbf"), "3" },
	{ TEXT("\xf4\x90\x80\x80"), "1111" },
	{ TEXT("\xf5\x80\x80\x80"), "1111" },
	{ TEXT("\xfe\xff"), "11" },
};

/* Columns as EastAsianWidth.txt and the general categories have them. */
static const struct {
	uint32_t cp;
	int width;
	const char *name;
} widths[] = {
	{ 'a', 1, "latin a" },
	{ 0xe9, 1, "e acute" },
	{ 0xb5, 1, "micro sign" },
	{ 0x300, 0, "combining grave" },
	{ 0x36f, 0, "combining latin small letter x" },
	{ 0x370, 1, "heta" },
	{ 0x591, 0, "hebrew accent etnahta" },
	{ 0x5bf, 0, "hebrew point rafe" },
	{ 0x5d0, 1, "alef" },
	{ 0x6d6, 0, "arabic small high ligature sad with lam" },
	{ 0x94d, 0, "devanagari virama" },
	{ 0xe31, 0, "thai mai han-akat" },
	{ 0x1100, 2, "hangul choseong kiyeok" },
	{ 0x200b, 0, "zero width space" },
	{ 0x200d, 0, "zero width joiner" },
	{ 0x2026, 1, "ellipsis" },
	{ 0x20ac, 1, "euro" },
	{ 0x231a, 2, "watch" },
	{ 0x2588, 1, "full block" },
	{ 0x26a0, 1, "warning sign" },
	{ 0x26a1, 2, "high voltage" },
	{ 0x2705, 2, "white heavy check mark" },
	{ 0x274c, 2, "cross mark" },
	{ 0x3001, 2, "ideographic comma" },
	{ 0x303f, 1, "ideographic half fill space" },
	{ 0x3042, 2, "hiragana a" },
	{ 0x3099, 0, "combining katakana-hiragana voiced sound mark" },
	{ 0x4e2d, 2, "zhong" },
	{ 0x9fff, 2, "last of the unified ideographs" },
	{ 0xac00, 2, "hangul ga" },
	{ 0xd7a3, 2, "hangul hih" },
	{ 0xfe0f, 0, "variation selector-16" },
	{ 0xfeff, 0, "zero width no-break space" },
	{ 0xff21, 2, "fullwidth a" },
	{ 0xff61, 1, "halfwidth ideographic full stop" },
	{ 0x17000, 2, "first tangut ideograph" },
	{ 0x1f39b, 1, "control knobs" },
	{ 0x1f3bc, 2, "musical score" },
	{ 0x1f941, 2, "drum with drumsticks" },
	{ 0x1f9e0, 2, "brain" },
	{ 0x20000, 2, "first of extension b" },
	{ 0xe0100, 0, "variation selector-17" },
};

/* The definition, without a table: decode anyhow, then see what is wrong. */
static size_t
naive_decode(const unsigned char *p, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1
	    : p[0] < 0xc0        ? 0
	    : p[0] < 0xe0        ? 2
	    : p[0] < 0xf0        ? 3
	    : p[0] < 0xf8        ? 4
				 : 0;

	if (len == 0 || len > n)
		return 0;
	*cp = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3f);
	}
	if (*cp < least[len] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return len;
}

/* The longest beginning of P..P+N that some character begins with, at least 1.
 */
static size_t
naive_malformed(const unsigned char *p, size_t n)
{
	static const unsigned char fill[] = { 0x80, 0x90, 0xa0, 0xbf };
	unsigned char whole[4];
	uint32_t cp;

	for (size_t take = n < 3 ? n : 3; take > 1; take--)
		for (size_t len = take + 1; len <= 4; len++)
			for (size_t f = 0; f < COUNT(fill); f++) {
				memset(whole, 0x80, sizeof(whole));
				memcpy(whole, p, take);
				whole[take] = fill[f];
				if (naive_decode(whole, len, &cp) == len)
					return take;
			}
	return 1;
}

static bool
agrees(const unsigned char *bytes, size_t n)
{
	char *p = guarded((struct slice){ (const char *)bytes, n });
	uint32_t cp = 0, want = 0xfffd;
	size_t len = naive_decode(bytes, n, &want);
	bool same = utf8_decode(p, p + n, &cp) == len;

	if (len == 0) {
		want = 0xfffd;
		same = same &&
		    utf8_malformed(p, p + n) == naive_malformed(bytes, n);
	}
	free(p);
	return same && cp == want;
}

static void
test_every_character(void)
{
	size_t wrong = 0, surrogates = 0;
	char text[4];
	uint32_t got;

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		size_t len = utf8_encode(text, cp);

		if (cp >= 0xd800 && cp <= 0xdfff)
			surrogates += utf8_decode(text, text + len, &got) == 0;
		else
			wrong += utf8_decode(text, text + len, &got) != len ||
			    got != cp ||
			    len !=
				(cp < 0x80             ? 1u
					: cp < 0x800   ? 2u
					: cp < 0x10000 ? 3u
						       : 4u);
	}
	ok(wrong == 0, "utf8: every character is read as it was written");
	ok(surrogates == 2048, "utf8: every surrogate is refused");
}

/* All pairs of bytes, with third and fourth bytes at every border. */
static void
test_every_beginning(void)
{
	static const unsigned char borders[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f,
		0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xf4, 0xff };
	size_t wrong = 0;
	unsigned char text[4];

	for (int pair = 0; pair < 0x10000; pair++) {
		text[0] = (unsigned char)(pair >> 8);
		text[1] = (unsigned char)pair;
		wrong += !agrees(text, 1) || !agrees(text, 2);
		for (size_t i = 0; i < COUNT(borders); i++) {
			text[2] = borders[i];
			wrong += !agrees(text, 3);
			if (text[0] < 0xf0)
				continue;
			for (size_t k = 0; k < COUNT(borders); k++) {
				text[3] = borders[k];
				wrong += !agrees(text, 4);
			}
		}
	}
	if (!ok(wrong == 0, "utf8: every beginning is read as table 3-7 says"))
		note("%zu are not", wrong);
}

static void
test_malformed(void)
{
	char got[32];

	for (size_t i = 0; i < COUNT(malformed); i++) {
		struct slice text = malformed[i].text;
		char *start = guarded(text), *p = start, *end = p + text.len;
		char *to = got;
		uint32_t cp;

		while (p < end) {
			size_t len = utf8_decode(p, end, &cp), bad = 0;

			if (len == 0)
				bad = utf8_malformed(p, end);
			*to++ = (char)('0' + bad);
			p += len + bad;
		}
		*to = '\0';
		if (!ok(strcmp(got, malformed[i].parts) == 0,
			"utf8: maximal subparts %s of malformed text %zu",
			malformed[i].parts, i))
			note("%s", got);
		free(start);
	}
}

/* A malformed byte at each offset, found by the fast check and the slow. */
static void
test_check(void)
{
	static const char *const good[] = { "a", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x8e\xbc" };
	size_t wrong = 0;
	uint64_t seed = 3;

	for (int round = 0; round < 20000; round++) {
		char text[100], *copy, *first = NULL;
		size_t n = 0, last = 0;

		while (n < 60) {
			const char *add = good[random_below(&seed, 40)
				? 0
				: random_below(&seed, 4)];
			last = n;
			memcpy(text + n, add, strlen(add));
			n += strlen(add);
		}
		if (random_below(&seed, 2) != 0) {
			text[last] = '\xff';
			n = last + 1;
		}
		copy = guarded((struct slice){ text, n });
		if (text[last] == '\xff')
			first = copy + last;
		wrong += utf8_check(copy, copy + n) !=
		    (first != NULL ? first : copy + n);
		free(copy);
	}
	ok(wrong == 0, "utf8: the first malformed byte is found anywhere");
}

static void
test_controls(void)
{
	size_t count = 0;

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++)
		count += utf8_is_control(cp);
	/* C0, DEL and C1; ALM, LRM, RLM; LS and PS, five more, four more. */
	ok(count == 32 + 33 + 3 + 2 + 5 + 4,
	    "utf8: as many characters drive a terminal as Unicode has");
	ok(utf8_is_control(0x1b) && utf8_is_control('\r') &&
		utf8_is_control(0x7f) && utf8_is_control(0x9b) &&
		utf8_is_control(0x61c) && utf8_is_control(0x200e) &&
		utf8_is_control(0x2028) && utf8_is_control(0x202e) &&
		utf8_is_control(0x2066) && utf8_is_control(0x2069),
	    "utf8: escape, DEL, C1, separators and bidi controls are among "
	    "them");
	ok(!utf8_is_control(' ') && !utf8_is_control(0xa0) &&
		!utf8_is_control(0x200d) && !utf8_is_control(0x202f) &&
		!utf8_is_control(0x206a) && !utf8_is_control(0xfe0f),
	    "utf8: blanks, joiners and variation selectors are not");
}

static void
test_widths(void)
{
	for (size_t i = 0; i < COUNT(widths); i++)
		ok(utf8_width(widths[i].cp) == widths[i].width,
		    "utf8: U+%04X, %s, takes %d columns",
		    (unsigned)widths[i].cp, widths[i].name, widths[i].width);
}

int
main(void)
{
	test_every_character();
	test_every_beginning();
	test_malformed();
	test_check();
	test_controls();
	test_widths();
	return done();
}
