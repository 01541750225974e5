/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/term.h"

/* What a text looks like where SIZE bytes, the NUL included, are to be had. */
static const struct {
	struct slice text;
	size_t size;
	const char *shown;
} escapes[] = {
	{ TEXT("plain"), 32, "plain" },
	{ TEXT(""), 1, "" },
	{ TEXT("\033[31m\tred\177"), 32, "\\u001b[31m\\u0009red\\u007f" },
	{ TEXT("a\0b"), 32, "a\\u0000b" },
	{ TEXT("\xc2\x9b \xe2\x80\xae"), 32, "\\u009b \\u202e" },
	{ TEXT("\xff\xc3"), 32, "\\xff\\xc3" },
	{ TEXT("h\xc3\xa9!"), 32, "h\xc3\xa9!" },
	/* As much as fits, whole characters and whole escapes only. */
	{ TEXT("12345678"), 8, "1234567" },
	{ TEXT("1234567"), 8, "1234567" },
	{ TEXT("123456\xc3\xa9"), 8, "123456" },
	{ TEXT("12345\xc3\xa9"), 8, "12345\xc3\xa9" },
	{ TEXT("12\n"), 8, "12" },
	{ TEXT("1\n"), 8, "1\\u000a" },
	{ TEXT("anything"), 1, "" },
};

static void
test_escapes(void)
{
	size_t len;
	char *text, *shown;
	bool is_right;

	for (size_t i = 0; i < COUNT(escapes); i++) {
		text = guarded(escapes[i].text);
		shown = mem_alloc(escapes[i].size);
		memset(shown, 'x', escapes[i].size);
		len = term_escape(shown, escapes[i].size,
		    (struct slice){ text, escapes[i].text.len });
		is_right = len < escapes[i].size && shown[len] == '\0' &&
		    strcmp(shown, escapes[i].shown) == 0;
		ok(is_right, "text %zu is shown as '%s' in %zu bytes", i,
		    escapes[i].shown, escapes[i].size);
		free(shown);
		free(text);
	}
}

static void
test_columns(void)
{
	ok(term_columns(SLICE("")) == 0, "nothing takes no column");
	ok(term_columns(SLICE("h\xc3\xa9")) == 2, "a letter takes one");
	ok(term_columns(SLICE("e\xcc\x81")) == 1, "a combining mark none");
	ok(term_columns(SLICE("\xe6\xbc\xa2")) == 2, "a Han character two");
}

static void
test_width(void)
{
	unsetenv("COLUMNS");
	ok(term_width(-1) == 80, "what is no terminal has 80 columns");
	setenv("COLUMNS", "100", 1);
	ok(term_width(-1) == 100, "or as many as COLUMNS says");
	setenv("COLUMNS", "-1", 1);
	ok(term_width(-1) == 80, "unless that makes no sense");
	setenv("COLUMNS", "1000000000", 1);
	ok(term_width(-1) == 80, "or too much of it");
}

static bool
is_utf8(const char *all, const char *ctype, const char *lang)
{
	setenv("LC_ALL", all, 1);
	setenv("LC_CTYPE", ctype, 1);
	setenv("LANG", lang, 1);
	return term_has_utf8();
}

static void
test_utf8(void)
{
	ok(is_utf8("", "", "de_DE.UTF-8"), "LANG promises UTF-8");
	ok(is_utf8("", "C.utf8", "C"), "LC_CTYPE overrides LANG");
	ok(!is_utf8("C", "C.utf8", "C.utf8"), "LC_ALL overrides both");
	ok(!is_utf8("", "", "ja_JP.SJIS"), "no other encoding will do");
	ok(!is_utf8("", "", ""), "nothing promises nothing");
}

int
main(void)
{
	test_escapes();
	test_columns();
	test_width();
	test_utf8();
	return done();
}
