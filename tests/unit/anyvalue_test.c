/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/anyvalue.h"

#define STRING(text) "{\"stringValue\":\"" text "\"}"
#define LIST(items) "{\"arrayValue\":{\"values\":[" items "]}}"
#define MAP(items) "{\"kvlistValue\":{\"values\":[" items "]}}"
#define PAIR(key, value) "{\"key\":\"" key "\",\"value\":" value "}"

/* AnyValues, and what each stands for; "" where it is none. */
static const struct {
	const char *any, *plain;
} rows[] = {
	{ STRING("a \\\"b\\\""), "\"a \\\"b\\\"\"" },
	{ STRING(""), "\"\"" },
	{ "{\"intValue\":\"9223372036854775807\"}", "9223372036854775807" },
	{ "{\"intValue\":404}", "404" },
	{ "{\"intValue\":\"-\"}", "\"-\"" },
	{ "{\"doubleValue\":1.5}", "1.5" },
	{ "{\"doubleValue\":\"NaN\"}", "\"NaN\"" },
	{ "{\"boolValue\":false}", "false" },
	{ "{\"bytesValue\":\"aGk=\"}", "\"aGk=\"" },
	{ "{\"string_value\":\"snake\"}", "\"snake\"" },
	{ " { \"intValue\" : 1 } ", "1" },
	{ "{}", "null" },
	{ LIST(""), "[]" },
	{ "{\"arrayValue\":{}}", "[]" },
	{ "{\"kvlistValue\":{}}", "{}" },
	{ LIST("{},{}"), "[null,null]" },
	{ LIST(STRING("a") "," LIST("{\"intValue\":1}") "," STRING("b")),
	    "[\"a\",[1],\"b\"]" },
	{ MAP(PAIR("n", "{\"intValue\":\"1\"}")), "{\"n\":1}" },
	{ MAP(PAIR("a", MAP(PAIR("b", LIST("{}")))) "," PAIR("c", MAP(""))),
	    "{\"a\":{\"b\":[null]},\"c\":{}}" },
	{ LIST(MAP(PAIR("k", STRING("v"))) "," MAP(PAIR("k", STRING("w")))),
	    "[{\"k\":\"v\"},{\"k\":\"w\"}]" },
	/* None. */
	{ "\"text\"", "" },
	{ "{\"otherValue\":1}", "" },
	{ "{\"intValue\":1,\"stringValue\":\"a\"}", "" },
	{ "{\"stringValue\":{}}", "" },
	{ "{\"arrayValue\":[]}", "" },
	{ "{\"arrayValue\":{\"items\":[]}}", "" },
	{ LIST("1"), "" },
	{ MAP("{\"value\":{},\"key\":\"a\"}"), "" },
	{ MAP("{\"key\":\"a\"}"), "" },
	{ "{\"arrayValue\":{\"values\":[", "" },
	{ "", "" },
};

int
main(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice any = slice_of(rows[i].any), plain;
		char *copy = guarded(any);
		char *dst = malloc(2 * any.len + 8);

		any.ptr = copy;
		plain = (struct slice){ dst, anyvalue_plain(dst, any) };
		if (!ok(slice_equal(plain, slice_of(rows[i].plain)),
			"anyvalue: %s is '%s'", rows[i].any, rows[i].plain))
			note("'%.*s'", (int)plain.len, plain.ptr);
		free(dst);
		free(copy);
	}
	return done();
}
