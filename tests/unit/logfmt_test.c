/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/logfmt.h"

enum { RESULT = 512 };

/* A line, and its words and pairs, values as text of JSON. */
static const struct {
	struct slice text;
	const char *tokens;
} cases[] = {
	{ TEXT(""), "" },
	{ TEXT("  \t\r"), "" },
	{ TEXT("a=1"), "a=0:1" },
	{ TEXT("a=1 b=-2.5 c=x"), "a=0:1 b=0:-2.5 c=\":x" },
	{ TEXT("a="), "a=\":" },
	{ TEXT("a= b=1"), "a=\": b=0:1" },
	{ TEXT("a=\"\""), "a=\":" },
	{ TEXT("a=\"b c\" d=e"), "a=\":b c d=\":e" },
	{ TEXT("a=\"say \\\"hi\\\"\""), "a=\":say \\\"hi\\\"" },
	{ TEXT("a=\"one\ntwo\""), "a=\":one\\ntwo" },
	{ TEXT("a=\"tab\there\""), "a=\":tab\\there" },
	/* Escapes of Go that JSON has not. */
	{ TEXT("a=\"\\x41\\a\\v\\'\\U0001f600\""),
	    "a=\":A\\u0007\\u000b'\xf0\x9f\x98\x80" },
	{ TEXT("a=\"\\u00e9\\n\""), "a=\":\\u00e9\\n" },
	{ TEXT("a=\"\\U00110000\""), "a=\":\xef\xbf\xbd" },
	{ TEXT("a=\"\\xe\" b=1"), "a=\":xe b=0:1" },
	{ TEXT("a=\"\\\\\" b=1"), "a=\":\\\\ b=0:1" },
	{ TEXT("a=C:\\x b=say\"hi\""), "a=\":C:\\\\x b=\":say\\\"hi\\\"" },
	{ TEXT("a=\xc3\xa9"), "a=\":\xc3\xa9" },
	{ TEXT("a=\xff"), "a=\":\xef\xbf\xbd" },
	{ TEXT("word a=1 again"), "word a=0:1 again" },
	{ TEXT("=1 a=1"), "=1 a=0:1" },
	{ TEXT("\"a\"=1"), "\"a\"=1" },
	{ TEXT("a\"b=1 c=2"), "a\"b=1 c=0:2" },
	{ TEXT("a=b=c"), "a=\":b=c" },
	{ TEXT("a.b-c/d=1"), "a.b-c/d=0:1" },
	{ TEXT("\xc3\xa9=1"), "\xc3\xa9=0:1" },
	{ TEXT("a=1\x01 b=2"), "a=0:1 \x01 b=0:2" },
	{ TEXT("a=1\nb=2"), "a=0:1" },
	{ TEXT("a=1-2 b=1.2.3 c=1ms"), "a=\":1-2 b=0:1.2.3 c=\":1ms" },
	{ TEXT("long=0123456789abcdef0123456789abcdef\\"),
	    "long=\":0123456789abcdef0123456789abcdef\\\\" },
};

static const char *const unclosed[] = { "a=\"", "a=\"b", "a=\"b\\\"", "a=\"\\",
	"b=1 a=\"c\nd" };

/* The tokens of P..END; the last one. */
static enum logfmt_token
read_all(const char *p, const char *end, char *result)
{
	enum logfmt_token token;
	struct arena arena = { 0 };
	struct logfmt_pair pair;
	struct slice json;
	bool is_first = true;

	*result = '\0';
	while ((token = logfmt_next(&p, end, &pair)) >= LOGFMT_WORD) {
		if (!is_first)
			result += sprintf(result, " ");
		is_first = false;
		if (token == LOGFMT_WORD) {
			result += sprintf(result, "%.*s",
			    (int)(p - pair.key.ptr), pair.key.ptr);
			continue;
		}
		json = logfmt_json(&arena, &pair);
		result += sprintf(result, "%.*s=%c:%.*s", (int)pair.key.len,
		    pair.key.ptr, logfmt_type(pair.value), (int)json.len,
		    json.ptr);
	}
	arena_free(&arena);
	return token;
}

int
main(void)
{
	char result[RESULT];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice text = cases[i].text;
		char *copy = guarded_wide(text);

		if (!ok(read_all(copy, copy + text.len, result) == LOGFMT_END &&
			    strcmp(result, cases[i].tokens) == 0,
			"logfmt: '%.*s'", (int)strcspn(text.ptr, "\n"),
			text.ptr))
			note("'%s'", result);
		free(copy);
	}
	for (size_t i = 0; i < COUNT(unclosed); i++) {
		struct slice text = slice_of(unclosed[i]);
		char *copy = guarded_wide(text);

		ok(read_all(copy, copy + text.len, result) == LOGFMT_MORE,
		    "logfmt: '%.*s' is not closed",
		    (int)strcspn(unclosed[i], "\n"), unclosed[i]);
		free(copy);
	}
	return done();
}
