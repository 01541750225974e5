/* SPDX-License-Identifier: MIT */
#include "tele/level.h"

/* How words for severities are written, and which each is. */
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
	WORD("trace", "trace"),
	WORD("verbose", "trace"),
	WORD("vrb", "trace"),
	WORD("finest", "trace"),
	WORD("finer", "trace"),
	WORD("debug", "debug"),
	WORD("dbg", "debug"),
	WORD("fine", "debug"),
	WORD("info", "info"),
	WORD("inf", "info"),
	WORD("information", "info"),
	WORD("log", "info"),
	WORD("notice", "info"),
	WORD("config", "info"),
	WORD("warn", "warn"),
	WORD("warning", "warn"),
	WORD("wrn", "warn"),
	WORD("error", "error"),
	WORD("err", "error"),
	WORD("severe", "error"),
	WORD("failure", "error"),
	WORD("fatal", "fatal"),
	WORD("ftl", "fatal"),
	WORD("critical", "fatal"),
	WORD("crit", "fatal"),
	WORD("alert", "fatal"),
	WORD("emerg", "fatal"),
	WORD("emergency", "fatal"),
	WORD("panic", "fatal"),
#undef WORD
};

/* The place of LEVEL, in any case, among the words; -1 if it is none. */
static int
find_word(struct slice level)
{
	size_t n;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].word.len != level.len)
			continue;
		for (n = 0; n < level.len; n++)
			if ((level.ptr[n] | 0x20) != words[i].word.ptr[n])
				break;
		if (n == level.len)
			return (int)i;
	}
	return -1;
}

struct slice
level_name(struct slice level)
{
	int i = find_word(level);

	return i >= 0 ? words[i].name : level;
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
		return SLICE("debug");
	case 'I':
		return SLICE("info");
	case 'W':
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

/* Whether WORD, between BEFORE and AFTER, is meant as a severity. */
static bool
is_meant(struct slice word, char before, char after)
{
	bool is_capital = true;

	for (size_t i = 0; i < word.len; i++)
		is_capital &= word.ptr[i] < 'a';
	if (before != ' ' && before != '[' && before != '<' && before != '|' &&
	    before != '=' && before != '"' && before != '\0')
		return false;
	return is_capital || after == ']' || after == '>' || after == '|' ||
	    after == ':' || before == '=';
}

struct slice
level_find(struct slice message)
{
	enum { LOOKED_AT = 80 };
	size_t most = message.len < LOOKED_AT ? message.len : LOOKED_AT, n;
	const char *p = message.ptr;
	struct slice word;

	for (size_t i = 0; i < most; i += n + 1) {
		for (n = 0; i + n < most && is_letter(p[i + n]);)
			n++;
		if (n < 3 || n > 11)
			continue;
		word = (struct slice){ p + i, n };
		if (is_meant(word, i > 0 ? p[i - 1] : '\0',
			i + n < message.len ? p[i + n] : ' ') &&
		    level_is_known(word))
			return level_name(word);
	}
	return (struct slice){ "", 0 };
}
