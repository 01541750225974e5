/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/level.h"

/* What a word is called, and whether it is known. */
static const struct {
	const char *word, *name;
	bool is_known;
} words[] = {
	{ "TRACE", "trace", true },
	{ "Verbose", "trace", true },
	{ "finest", "trace", true },
	{ "DEBUG", "debug", true },
	{ "dbg", "debug", true },
	{ "INFO", "info", true },
	{ "Information", "info", true },
	{ "notice", "info", true },
	{ "WARN", "warn", true },
	{ "WARNING", "warn", true },
	{ "WRN", "warn", true },
	{ "ERROR", "error", true },
	{ "SEVERE", "error", true },
	{ "FAILURE", "error", true },
	{ "FATAL", "fatal", true },
	{ "crit", "fatal", true },
	{ "EMERG", "fatal", true },
	{ "PANIC", "fatal", true },
	{ "CHATTY", "CHATTY", false },
	{ "INFOS", "INFOS", false },
	{ "", "", false },
};

static const struct {
	char letter;
	const char *name;
} letters[] = {
	{ 'V', "trace" },
	{ 'T', "trace" },
	{ 'D', "debug" },
	{ 'I', "info" },
	{ 'W', "warn" },
	{ 'E', "error" },
	{ 'F', "fatal" },
	{ 'C', "fatal" },
	{ '.', "debug" },
	{ '-', "debug" },
	{ '*', "info" },
	{ '#', "warn" },
	{ 'e', "" },
	{ 'X', "" },
	{ '\0', "" },
};

#define FILL "a rather long text that fills what is looked at, to the last by"

static const struct {
	const char *message, *name;
} messages[] = {
	{ "", "" },
	{ "nothing of the kind", "" },
	{ "ERROR x", "error" },
	{ "[ERROR] x", "error" },
	{ "main ERROR: x", "error" },
	{ "thread=7 level=WARN x", "warn" },
	{ "a|FATAL|b", "fatal" },
	{ "\"INFO\" x", "info" },
	{ "it is an ERRORS list", "" },
	{ "anERROR here", "" },
	{ "a.ERROR here", "" },
	{ "ERROR-7 here", "" },
	{ "the word error in a sentence", "" },
	{ "error: x", "error" },
	{ "Warning: x", "warn" },
	{ "[warn] x", "warn" },
	{ "<info> x", "info" },
	{ "debug|x", "debug" },
	{ "an error: x", "" },
	{ "GET /x WARN", "warn" },
	{ "GET WARN ERROR", "warn" },
	{ FILL " ERROR", "" },
	{ "a rather long text, at the end of which it says that it is ERROR",
	    "error" },
	{ "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL"
	  "MNOPQRSTUVWXYZ",
	    "" },
	{ "\xc3\x84RROR ERROR", "error" },
};

/* What is left once a severity at the beginning is cut off. */
static const struct {
	const char *message, *name, *rest;
} cuts[] = {
	{ "ERROR x", "error", "x" },
	{ "ERROR: x", "error", "x" },
	{ "INFO - x", "info", "x" },
	{ "INFO | x", "info", "x" },
	{ "[warn] x", "warn", "x" },
	{ "[WARN]: x", "warn", "x" },
	{ "<info> x", "info", "x" },
	{ "(ERROR) x", "error", "x" },
	{ "INFO", "info", "" },
	{ "INFO]  x", "info", "x" },
	{ "error: x", "", "error: x" },
	{ "Error: x", "", "Error: x" },
	{ "ERRORS x", "", "ERRORS x" },
	{ "ERROR=7", "", "ERROR=7" },
	{ "[main] x", "", "[main] x" },
	{ "a ERROR x", "", "a ERROR x" },
	{ "I x", "", "I x" },
	{ "", "", "" },
};

static bool
is(struct slice s, const char *text)
{
	return slice_equal(s, slice_of(text));
}

static void
test_words(void)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		struct slice word = slice_of(words[i].word);
		char *p = guarded(word);

		word.ptr = p;
		ok(is(level_name(word), words[i].name) &&
			(level_of_word(word).len > 0) == words[i].is_known,
		    "level: '%s' is %s", words[i].word, words[i].name);
		free(p);
	}
	for (size_t i = 0; i < COUNT(letters); i++)
		ok(is(level_of_letter(letters[i].letter), letters[i].name),
		    "level: the letter '%c' is '%s'",
		    letters[i].letter ? letters[i].letter : '0',
		    letters[i].name);
}

static void
test_find(void)
{
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct slice text = slice_of(messages[i].message), got;
		char *p = guarded_wide(text);

		text.ptr = p;
		got = level_find(text);
		if (!ok(is(got, messages[i].name), "level: '%s' says '%s'",
			messages[i].message, messages[i].name))
			note("'%.*s'", (int)got.len, got.ptr);
		free(p);
	}
}

static void
test_cut(void)
{
	for (size_t i = 0; i < COUNT(cuts); i++) {
		struct slice text = slice_of(cuts[i].message), got;
		char *p = guarded(text);

		text.ptr = p;
		got = level_cut(&text);
		if (!ok(is(got, cuts[i].name) && is(text, cuts[i].rest),
			"level: '%s' without its severity is '%s'",
			cuts[i].message, cuts[i].rest))
			note("'%.*s' and '%.*s'", (int)got.len, got.ptr,
			    (int)text.len, text.ptr);
		free(p);
	}
}

int
main(void)
{
	test_words();
	test_find();
	test_cut();
	return done();
}
