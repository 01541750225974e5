/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "tele/level.h"
#include "tele/wide.h"

/* How words for severities are written, the most common first. */
static const struct {
	struct slice word, name;
} words[] = {
#define WORD(word, name)                       \
	{                                      \
		{ word, sizeof(word) - 1 },    \
		{                              \
			name, sizeof(name) - 1 \
		}                              \
	}
	WORD("info", "info"),
	WORD("error", "error"),
	WORD("warn", "warn"),
	WORD("debug", "debug"),
	WORD("trace", "trace"),
	WORD("fatal", "fatal"),
	WORD("verbose", "trace"),
	WORD("vrb", "trace"),
	WORD("finest", "trace"),
	WORD("finer", "trace"),
	WORD("dbug", "debug"),
	WORD("dbg", "debug"),
	WORD("fine", "debug"),
	WORD("inf", "info"),
	WORD("information", "info"),
	WORD("log", "info"),
	WORD("notice", "info"),
	WORD("default", "info"),
	WORD("config", "info"),
	WORD("warning", "warn"),
	WORD("wrn", "warn"),
	WORD("eror", "error"),
	WORD("err", "error"),
	WORD("severe", "error"),
	WORD("failure", "error"),
	WORD("ftl", "fatal"),
	WORD("critical", "fatal"),
	WORD("crit", "fatal"),
	WORD("alert", "fatal"),
	WORD("emerg", "fatal"),
	WORD("emergency", "fatal"),
	WORD("panic", "fatal"),
	WORD("dpanic", "fatal"),
#undef WORD
};

/* The place of LEVEL, in any case, among the words; -1 if it is none. */
static int
find_word(struct slice level)
{
	size_t n;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].word.len != level.len ||
		    (*level.ptr | 0x20) != *words[i].word.ptr)
			continue;
		for (n = 1; n < level.len; n++)
			if ((level.ptr[n] | 0x20) != words[i].word.ptr[n])
				break;
		if (n == level.len)
			return (int)i;
	}
	return -1;
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
	struct slice bare = without_grade(level), name;
	int i = find_word(bare);

	if (i >= 0)
		return words[i].name;
	name = level_of_letter(bare.len == 1 ? *bare.ptr : '\0');
	return name.len > 0 ? name : level;
}

bool
level_is_known(struct slice word)
{
	return find_word(word) >= 0;
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
	if (p == end || (*p != ']' && *p != '>' && *p != ':' && *p != '|') ||
	    !level_is_known(slice_range(word, p)))
		return (struct slice){ "", 0 };
	return level_name(slice_range(word, p));
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
	struct slice word;

	start = p += is_bracketed;
	while (p < end && (is_bracketed ? is_letter(*p) : is_capital(*p)))
		p++;
	word = slice_range(start, p);
	if (word.len == 0 || !level_is_known(word))
		return (struct slice){ "", 0 };
	while (p < end && memchr("])>:|- \t", *p, 8) != NULL)
		p++;
	if (p == start + word.len && p < end)
		return (struct slice){ "", 0 };
	*message = slice_range(p, end);
	return level_name(word);
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
	size_t i, n;

	while (runs != 0) {
		i = (size_t)__builtin_ctzll(runs);
		n = i + 1 < 64 && ~(mask >> i) != 0
		    ? (size_t)__builtin_ctzll(~(mask >> i))
		    : 1;
		if (stands_alone(message, i, n) &&
		    level_is_known((struct slice){ message.ptr + i, n }))
			return level_name((struct slice){ message.ptr + i, n });
		runs &= i + n < 64 ? UINT64_MAX << (i + n) : 0;
	}
	return find_at_start(message);
}
