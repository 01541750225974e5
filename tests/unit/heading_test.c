/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/heading.h"

/*
 * What a line says as the heading of an error; and whether it can be nothing
 * else (C), whether it names an error (N), whether it may name one (M).
 */
static const struct {
	const char *line;
	enum heading_kind kind;
	const char *type, *message, *file, *number, *certainty;
} rows[] = {
	{ "TypeError: x", HEADING_NAMED, "TypeError", "x", "", "", "NM" },
	{ "TypeError", HEADING_NAMED, "TypeError", "", "", "", "NM" },
	{ "Uncaught TypeError: x", HEADING_NAMED, "TypeError", "x", "", "",
	    "NM" },
	{ "TypeError [ERR_X]: x", HEADING_NAMED, "TypeError", "x", "", "",
	    "NM" },
	{ "RangeError (index): x", HEADING_NAMED, "RangeError", "x", "", "",
	    "NM" },
	{ "[AggregateError: all] {", HEADING_NAMED, "AggregateError", "all", "",
	    "", "NM" },
	{ "Exception in thread \"main\" a.b.CException: x", HEADING_NAMED,
	    "a.b.CException", "x", "", "", "NM" },
	{ "Caused by: a.b.CException: x", HEADING_NAMED, "a.b.CException", "x",
	    "", "", "NM" },
	{ "Unhandled exception. System.Exception: x", HEADING_NAMED,
	    "System.Exception", "x", "", "", "NM" },
	{ "System.Exception: x ---> System.IO.IOException: y", HEADING_NAMED,
	    "System.Exception", "x", "", "", "NM" },
	{ "ActionController::RoutingError (No route):", HEADING_NAMED,
	    "ActionController::RoutingError", "No route", "", "", "NM" },
	{ "OutOfStock: x", HEADING_NAMED, "OutOfStock", "x", "", "", "M" },
	{ "Note: x", HEADING_NAMED, "Note", "x", "", "", "" },
	{ "JSON: x", HEADING_NAMED, "JSON", "x", "", "", "" },
	{ "KeyboardInterrupt", HEADING_NAMED, "KeyboardInterrupt", "", "", "",
	    "NM" },
	{ "Error occurred in f", HEADING_NONE, "", "Error occurred in f", "",
	    "", "" },
	{ "an Error: x", HEADING_NONE, "", "an Error: x", "", "", "" },
	{ "Error:x:y", HEADING_NAMED, "Error", "x:y", "", "", "NM" },
	{ "", HEADING_NONE, "", "", "", "", "" },
	{ "Traceback (most recent call last):", HEADING_TRACEBACK, "", "", "",
	    "", "C" },
	{ "  + Exception Group Traceback (most recent call last):",
	    HEADING_TRACEBACK, "", "", "", "", "C" },
	{ "panic: runtime error: x", HEADING_PANIC, "panic", "runtime error: x",
	    "", "", "C" },
	{ "fatal error: all goroutines are asleep - deadlock!", HEADING_PANIC,
	    "fatal error", "all goroutines are asleep - deadlock!", "", "",
	    "C" },
	{ "http: panic serving [::1]:54143: boom", HEADING_PANIC, "panic",
	    "boom", "", "", "C" },
	{ "panic:", HEADING_NONE, "", "panic:", "", "", "" },
	{ "thread 'main' panicked at src/a.rs:2:5:", HEADING_BEFORE, "panic",
	    "", "src/a.rs", "2", "C" },
	{ "thread 'main' (17428) panicked at a.rs:1:23:", HEADING_BEFORE,
	    "panic", "", "a.rs", "1", "C" },
	{ "thread 'w' panicked at 'it is over', src/a.rs:2:5", HEADING_PLACED,
	    "panic", "it is over", "src/a.rs", "2", "C" },
	{ "Unhandled exception:", HEADING_BEFORE, "", "", "", "", "C" },
	{ "PHP Fatal error:  Uncaught App\\Ex: no in here in /a.php:60",
	    HEADING_PLACED, "App\\Ex", "no in here", "/a.php", "60", "C" },
	{ "exception 'Ex' with message 'in a' in /t.php:5", HEADING_PLACED,
	    "Ex", "in a", "/t.php", "5", "C" },
	{ "PHP Notice:  Undefined variable in /t.php on line 5", HEADING_NONE,
	    "", "PHP Notice:  Undefined variable in /t.php on line 5", "", "",
	    "" },
	{ "a.rb:69:in 'load': undefined x (NoMethodError)", HEADING_PLACED,
	    "NoMethodError", "undefined x", "a.rb", "69", "C" },
	{ "a.rb:69:in `load': undefined x", HEADING_NONE, "",
	    "a.rb:69:in `load': undefined x", "", "", "" },
	{ "oops at lib/A.pm line 12.", HEADING_PLACED, "", "oops", "lib/A.pm",
	    "12", "" },
	{ "look at page 3 line x.", HEADING_NONE, "", "look at page 3 line x.",
	    "", "", "" },
	{ "{\"exception\":\"[object] (A\\\\B\\\\Bad(code: 7): x at y at "
	  "/srv/a.php:9)",
	    HEADING_PLACED, "Bad", "x at y", "/srv/a.php", "9", "C" },
	{ "{\"exception\":\"[object] (Bad(code: 0): no place", HEADING_PLACED,
	    "Bad", "no place", "", "", "C" },
};

static const struct {
	const char *line;
	int at;
} within[] = {
	{ "it failed TypeError: x", 10 },
	{ "it failed OutOfStock: x", 10 },
	{ "OutOfStock and TypeError: x", 15 },
	{ "it failed", -1 },
	{ "xTypeError: x", -1 },
	{ "", -1 },
};

static const struct {
	const char *line;
	bool is_turn;
} turns[] = {
	{ "Caused by: x", true },
	{ "\tSuppressed: x", true },
	{ "\t... 12 more", true },
	{ "  [cause]: Error: x", true },
	{ "   --- End of inner exception stack trace ---", true },
	{ "Stack trace:", true },
	{ "note: run with", true },
	{ "    at f (a.js:1:2)", false },
	{ "", false },
};

static bool
is(struct slice s, const char *text)
{
	return slice_equal(s, slice_of(text));
}

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice line = slice_of(rows[i].line);
		struct heading h;
		char certainty[4] = "", *p = guarded(line);
		size_t n = 0;

		line.ptr = p;
		heading_parse(line, &h);
		if (heading_is_certain(line))
			certainty[n++] = 'C';
		if (heading_names_error(line))
			certainty[n++] = 'N';
		if (heading_may_name(line))
			certainty[n++] = 'M';
		if (!ok(h.kind == rows[i].kind && is(h.type, rows[i].type) &&
			    is(h.message, rows[i].message) &&
			    is(h.place.file, rows[i].file) &&
			    is(h.place.line, rows[i].number) &&
			    strcmp(certainty, rows[i].certainty) == 0,
			"heading: '%s'", rows[i].line))
			note("kind %d, '%.*s' says '%.*s' at '%.*s' line "
			     "'%.*s', %s",
			    h.kind, (int)h.type.len, h.type.ptr,
			    (int)h.message.len, h.message.ptr,
			    (int)h.place.file.len, h.place.file.ptr,
			    (int)h.place.line.len, h.place.line.ptr, certainty);
		free(p);
	}
}

/* Cut anywhere, a line is read without a look behind its end. */
static void
test_cuts(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t n = 0; n <= strlen(rows[i].line); n++) {
			char *p = guarded((struct slice){ rows[i].line, n });
			struct slice line = { p, n };
			struct heading h;

			heading_parse(line, &h);
			wrong += h.message.len > n || h.type.len > n + 11;
			heading_is_certain(line);
			heading_may_name(line);
			heading_within(line);
			frame_is_turn(line);
			heading_object(line);
			free(p);
		}
	ok(wrong == 0, "heading: lines are read to their ends");
}

static void
test_within(void)
{
	for (size_t i = 0; i < COUNT(within); i++) {
		struct slice line = slice_of(within[i].line);
		char *p = guarded(line);
		const char *at;

		line.ptr = p;
		at = heading_within(line);
		ok((at == NULL ? -1 : at - p) == within[i].at,
		    "heading: within '%s'", within[i].line);
		free(p);
	}
}

static void
test_turns(void)
{
	for (size_t i = 0; i < COUNT(turns); i++) {
		struct slice line = slice_of(turns[i].line);
		char *p = guarded(line);

		line.ptr = p;
		ok(frame_is_turn(line) == turns[i].is_turn,
		    "heading: '%s' is %s turn", turns[i].line,
		    turns[i].is_turn ? "a" : "no");
		free(p);
	}
}

int
main(void)
{
	test_rows();
	test_cuts();
	test_within();
	test_turns();
	return done();
}
