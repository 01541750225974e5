/* SPDX-License-Identifier: MIT */
#include "tele/level.h"

struct slice
level_name(struct slice level)
{
	static const struct {
		const char *word, *name;
	} words[] = {
		{ "trace", "trace" },
		{ "verbose", "trace" },
		{ "vrb", "trace" },
		{ "debug", "debug" },
		{ "dbg", "debug" },
		{ "info", "info" },
		{ "inf", "info" },
		{ "information", "info" },
		{ "log", "info" },
		{ "notice", "info" },
		{ "warn", "warn" },
		{ "warning", "warn" },
		{ "wrn", "warn" },
		{ "error", "error" },
		{ "err", "error" },
		{ "severe", "error" },
		{ "fatal", "fatal" },
		{ "ftl", "fatal" },
		{ "critical", "fatal" },
		{ "crit", "fatal" },
		{ "alert", "fatal" },
		{ "emerg", "fatal" },
		{ "panic", "fatal" },
	};
	size_t n;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		n = strlen(words[i].word);
		if (n != level.len)
			continue;
		for (n = 0; n < level.len; n++)
			if ((level.ptr[n] | 0x20) != words[i].word[n])
				break;
		if (n == level.len)
			return slice_of(words[i].name);
	}
	return level;
}
