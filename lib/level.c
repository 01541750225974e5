/* SPDX-License-Identifier: MIT */
#include "tele/level.h"

static const struct {
	struct slice word;
	const char *name;
} words[] = {
	{ { "trace", 5 }, "trace" },
	{ { "verbose", 7 }, "trace" },
	{ { "vrb", 3 }, "trace" },
	{ { "finest", 6 }, "trace" },
	{ { "finer", 5 }, "trace" },
	{ { "t", 1 }, "trace" },
	{ { "v", 1 }, "trace" },
	{ { "debug", 5 }, "debug" },
	{ { "dbg", 3 }, "debug" },
	{ { "fine", 4 }, "debug" },
	{ { "dbug", 4 }, "debug" },
	{ { "d", 1 }, "debug" },
	{ { "info", 4 }, "info" },
	{ { "inf", 3 }, "info" },
	{ { "information", 11 }, "info" },
	{ { "log", 3 }, "info" },
	{ { "notice", 6 }, "info" },
	{ { "config", 6 }, "info" },
	{ { "default", 7 }, "info" },
	{ { "i", 1 }, "info" },
	{ { "n", 1 }, "info" },
	{ { "warn", 4 }, "warn" },
	{ { "warning", 7 }, "warn" },
	{ { "wrn", 3 }, "warn" },
	{ { "w", 1 }, "warn" },
	{ { "error", 5 }, "error" },
	{ { "err", 3 }, "error" },
	{ { "severe", 6 }, "error" },
	{ { "eror", 4 }, "error" },
	{ { "e", 1 }, "error" },
	{ { "fatal", 5 }, "fatal" },
	{ { "ftl", 3 }, "fatal" },
	{ { "critical", 8 }, "fatal" },
	{ { "crit", 4 }, "fatal" },
	{ { "alert", 5 }, "fatal" },
	{ { "emerg", 5 }, "fatal" },
	{ { "emergency", 9 }, "fatal" },
	{ { "panic", 5 }, "fatal" },
	{ { "dpanic", 6 }, "fatal" },
	{ { "c", 1 }, "fatal" },
	{ { "f", 1 }, "fatal" },
};

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

static bool
is_same(struct slice text, struct slice word)
{
	if (text.len != word.len)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] | 0x20) != word.ptr[i])
			return false;
	return true;
}

struct slice
level_name(struct slice level)
{
	struct slice bare = without_grade(level);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is_same(bare, words[i].word))
			return slice_of(words[i].name);
	return level;
}
