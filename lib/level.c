/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "tele/level.h"
#include "tele/wide.h"

/* A word for a severity, and what it is on the wire. */
struct word {
	struct slice text, name;
};

#define WORD(text, name)                       \
	{                                      \
		{ text, sizeof(text) - 1 },    \
		{                              \
			name, sizeof(name) - 1 \
		}                              \
	}

/* By the first letter, the most common ones first. */
static const struct word a_words[] = {
	WORD("alert", "fatal"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word c_words[] = {
	WORD("config", "info"),
	WORD("critical", "fatal"),
	WORD("crit", "fatal"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word d_words[] = {
	WORD("debug", "debug"),
	WORD("dbug", "debug"),
	WORD("dbg", "debug"),
	WORD("default", "info"),
	WORD("dpanic", "fatal"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word e_words[] = {
	WORD("error", "error"),
	WORD("eror", "error"),
	WORD("err", "error"),
	WORD("emerg", "fatal"),
	WORD("emergency", "fatal"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word f_words[] = {
	WORD("fatal", "fatal"),
	WORD("finest", "trace"),
	WORD("finer", "trace"),
	WORD("fine", "debug"),
	WORD("failure", "error"),
	WORD("ftl", "fatal"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word i_words[] = {
	WORD("info", "info"),
	WORD("inf", "info"),
	WORD("information", "info"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word l_words[] = {
	WORD("log", "info"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word n_words[] = {
	WORD("notice", "info"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word p_words[] = {
	WORD("panic", "fatal"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word s_words[] = {
	WORD("severe", "error"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word t_words[] = {
	WORD("trace", "trace"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word v_words[] = {
	WORD("verbose", "trace"),
	WORD("vrb", "trace"),
	{ { NULL, 0 }, { NULL, 0 } },
};
static const struct word w_words[] = {
	WORD("warn", "warn"),
	WORD("warning", "warn"),
	WORD("wrn", "warn"),
	{ { NULL, 0 }, { NULL, 0 } },
};
#undef WORD

static const struct word *const by_letter[26] = {
	['a' - 'a'] = a_words,
	['c' - 'a'] = c_words,
	['d' - 'a'] = d_words,
	['e' - 'a'] = e_words,
	['f' - 'a'] = f_words,
	['i' - 'a'] = i_words,
	['l' - 'a'] = l_words,
	['n' - 'a'] = n_words,
	['p' - 'a'] = p_words,
	['s' - 'a'] = s_words,
	['t' - 'a'] = t_words,
	['v' - 'a'] = v_words,
	['w' - 'a'] = w_words,
};

struct slice
level_of_word(struct slice word)
{
	unsigned letter = word.len > 0 ? (unsigned)(*word.ptr | 0x20) - 'a'
				       : 26;
	const struct word *w = letter < 26 ? by_letter[letter] : NULL;
	size_t n;

	for (; w != NULL && w->text.len > 0; w++) {
		if (w->text.len != word.len)
			continue;
		for (n = 1; n < word.len; n++)
			if ((word.ptr[n] | 0x20) != w->text.ptr[n])
				break;
		if (n == word.len)
			return w->name;
	}
	return (struct slice){ "", 0 };
}

/* LEVEL without a grade, as in "DEBUG5", "D2" or "INFO+2". */
static struct slice
without_grade(struct slice level)
{
	size_t n = level.len;

	while (n > 0 &&
	    ((level.ptr[n - 1] >= '0' && level.ptr[n - 1] <= '9') ||
		level.ptr[n - 1] == '+' || level.ptr[n - 1] == '-'))
		n--;
	return (struct slice){ level.ptr, n > 0 ? n : level.len };
}

struct slice
level_name(struct slice level)
{
	struct slice bare = without_grade(level), name = level_of_word(bare);

	if (name.len == 0 && bare.len == 1)
		name = level_of_letter(*bare.ptr);
	return name.len > 0 ? name : level;
}

struct slice
level_of_letter(char letter)
{
	switch (letter) {
	case 'T':
	case 'V':
		return SLICE("trace");
	case 'D':
	case '.':
	case '-':
		return SLICE("debug");
	case 'I':
	case '*':
		return SLICE("info");
	case 'W':
	case '#':
		return SLICE("warn");
	case 'E':
		return SLICE("error");
	case 'F':
	case 'C':
		return SLICE("fatal");
	default:
		return (struct slice){ "", 0 };
	}
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `[error]`, `<warn>`, `error:` at the start of a message, in any case. */
static struct slice
find_at_start(struct slice message)
{
	const char *p = message.ptr, *end = p + message.len;
	const char *word = p + (p < end && (*p == '[' || *p == '<'));

	for (p = word; p < end && is_letter(*p);)
		p++;
	if (p == end || (*p != ']' && *p != '>' && *p != ':' && *p != '|'))
		return (struct slice){ "", 0 };
	return level_of_word(slice_range(word, p));
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

struct slice
level_cut(struct slice *message)
{
	const char *p = message->ptr, *end = p + message->len, *start;
	bool is_bracketed = p < end && (*p == '[' || *p == '<' || *p == '(');
	const char *after;
	struct slice name;

	start = p += is_bracketed;
	while (p < end && (is_bracketed ? is_letter(*p) : is_capital(*p)))
		p++;
	after = p;
	name = level_of_word(slice_range(start, p));
	while (p < end && memchr("])>:|- \t", *p, 8) != NULL)
		p++;
	if (name.len == 0 || (p == after && p < end))
		return (struct slice){ "", 0 };
	*message = slice_range(p, end);
	return name;
}

/* A bit for each capital of the first 64 bytes of MESSAGE. */
static uint64_t
capitals(struct slice message)
{
	uint64_t mask = 0;
	size_t n = message.len < 64 ? message.len : 64;

#ifdef __SSE2__
	const __m128i before = _mm_set1_epi8('A' - 1);
	const __m128i after = _mm_set1_epi8('Z' + 1);

	for (size_t i = 0; i < n; i += 16) {
		__m128i x = _mm_loadu_si128(
		    (const __m128i *)(const void *)(message.ptr + i));

		mask |= (uint64_t)(unsigned)_mm_movemask_epi8(
			    _mm_and_si128(_mm_cmpgt_epi8(x, before),
				_mm_cmplt_epi8(x, after)))
		    << i;
	}
#else
	for (size_t i = 0; i < n; i++)
		mask |=
		    (uint64_t)(message.ptr[i] >= 'A' && message.ptr[i] <= 'Z')
		    << i;
#endif
	return n < 64 ? mask & ((UINT64_C(1) << n) - 1) : mask;
}

/* Whether C may stand before a severity; and behind one. */
static inline bool
is_before(char c)
{
	return c == ' ' || c == '[' || c == '<' || c == '(' || c == '|' ||
	    c == '=' || c == '"' || c == '\t';
}

static inline bool
is_after(char c)
{
	return c == ' ' || c == ']' || c == '>' || c == ')' || c == '|' ||
	    c == ':' || c == ',' || c == '=' || c == '"' || c == '\t';
}

/* Whether the word at I..I+N of MESSAGE stands alone. */
static bool
stands_alone(struct slice message, size_t i, size_t n)
{
	return (i == 0 || is_before(message.ptr[i - 1])) &&
	    (i + n == message.len || is_after(message.ptr[i + n]));
}

struct slice
level_find(struct slice message)
{
	uint64_t mask = capitals(message), runs = mask & mask >> 1 & mask >> 2;
	struct slice name;
	size_t i, n;

	while (runs != 0) {
		i = (size_t)__builtin_ctzll(runs);
		n = i + 1 < 64 && ~(mask >> i) != 0
		    ? (size_t)__builtin_ctzll(~(mask >> i))
		    : 1;
		if (stands_alone(message, i, n)) {
			name = level_of_word(
			    (struct slice){ message.ptr + i, n });
			if (name.len > 0)
				return name;
		}
		runs &= i + n < 64 ? UINT64_MAX << (i + n) : 0;
	}
	return find_at_start(message);
}
