/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/appcode.h"

/*
 * Lines, and the frames that they are; the line before where that matters.  APP
 * tells whether the code is the application's.
 */
static const struct {
	const char *previous, *line, *file, *number, *function;
	bool is_app;
} rows[] = {
	/* V8. */
	{ "", "    at f (/srv/a.js:10:7)", "/srv/a.js", "10", "f", true },
	{ "", "    at /srv/a.js:10:7", "/srv/a.js", "10", "", true },
	{ "", "    at f (node:fs:1:2)", "node:fs", "1", "f", false },
	{ "", "    at f (/srv/node_modules/x/y.js:1:2)",
	    "/srv/node_modules/x/y.js", "1", "f", false },
	{ "", "    at A.m [as x] (/a.js:1:2),", "/a.js", "1", "A.m", true },
	{ "", "    at async Promise.all (index 3)", "", "", "Promise.all",
	    false },
	{ "", "    at f (http://h:80/to/a.js?v=1:3:4)", "to/a.js", "3", "f",
	    true },
	{ "", "  eval at f (b.js:1:2)", "b.js", "1", "f", true },
	{ "", "  at f (eval code:1:2)", "eval code", "1", "f", false },
	/* Gecko, WebKit. */
	{ "", "f@http://h/a.js:3:9", "a.js", "3", "f", true },
	{ "", "@http://h/a.js:3", "a.js", "3", "", true },
	{ "", "f@[native code]", "", "", "f", false },
	{ "", "http://h/a.js:3:9", "a.js", "3", "", true },
	/* Python. */
	{ "", "  File \"/srv/b.py\", line 5, in f", "/srv/b.py", "5", "f",
	    true },
	{ "", "  |   File \"/srv/b.py\", line 5, in f", "/srv/b.py", "5", "f",
	    true },
	{ "", "  File \"bad file.py\", line 1", "bad file.py", "1", "", true },
	{ "", "  File \"<string>\", line 2, in g", "<string>", "2", "g",
	    false },
	{ "", "  File \"/usr/lib/python3.11/json/decoder.py\", line 3, in d",
	    "/usr/lib/python3.11/json/decoder.py", "3", "d", false },
	/* The JVM. */
	{ "", "\tat com.acme.Cart.pay(Cart.java:42)", "Cart.java", "42",
	    "com.acme.Cart.pay", true },
	{ "", "\tat com.acme.Cart.pay(Cart.java:42) ~[shop.jar:1.0]",
	    "Cart.java", "42", "com.acme.Cart.pay", true },
	{ "", "\tat java.base/java.util.List.get(List.java:9)", "List.java",
	    "9", "java.util.List.get", false },
	{ "", "\tat Main.f(Native Method)", "", "", "Main.f", false },
	{ "", "\tat Main$1.f(Unknown Source)", "", "", "Main$1.f", false },
	/* .NET, Mono. */
	{ "", "   at A.B.C(String s) in c:/a/b.cs:line 33", "c:/a/b.cs", "33",
	    "A.B.C", true },
	{ "", "  at A.F (Int32 a) [0x00007] in /src/an app.cs:27 ",
	    "/src/an app.cs", "27", "A.F", true },
	/* Go. */
	{ "main.work(0xc4)", "\t/srv/main.go:6 +0x39", "/srv/main.go", "6",
	    "main.work", true },
	{ "created by main.main", "\t/srv/main.go:6 +0x39", "/srv/main.go", "6",
	    "main.main", true },
	{ "runtime.gopanic(0x1)", "\t/usr/local/go/src/runtime/panic.go:5",
	    "/usr/local/go/src/runtime/panic.go", "5", "runtime.gopanic",
	    false },
	/* Rust. */
	{ "   3: app::f", "             at ./src/main.rs:2:5", "./src/main.rs",
	    "2", "app::f", true },
	{ "   1: core::panicking::panic_fmt",
	    "             at /rustc/59/library/core/src/panicking.rs:80:14",
	    "/rustc/59/library/core/src/panicking.rs", "80",
	    "core::panicking::panic_fmt", false },
	/* Ruby, Rails, PHP, Dart, Perl. */
	{ "", "\tfrom app/b.rb:3:in 'main'", "app/b.rb", "3", "main", true },
	{ "", "  app/b.rb:75:in `load'", "app/b.rb", "75", "load", true },
	{ "", "  rack (2.0.3) lib/rack/x.rb:22:in `call'",
	    "rack (2.0.3) lib/rack/x.rb", "22", "call", false },
	{ "", "#0 /srv/b.php(20): A->f('x')", "/srv/b.php", "20", "A->f",
	    true },
	{ "", "#0 [internal function]: f()", "", "", "", false },
	{ "", "#1 {main}", "", "", "", false },
	{ "", "#0      main.<anonymous closure> (file:///p/a.dart:9:20)",
	    "/p/a.dart", "9", "main.<anonymous closure>", true },
	{ "", "#3      f (dart:core-patch/a.dart:1)", "dart:core-patch/a.dart",
	    "1", "f", false },
	{ "", "\tmain::b(1, \"x\") called at bin/run line 3", "bin/run", "3",
	    "main::b", true },
};

static const char *const none[] = {
	"",
	"at last, the end",
	"    at ",
	"    at )",
	"    at f (/a.js:1:2",
	"  in the end: 12",
	"2026-01-02 03:04:05 x",
	"a@b.test wrote",
	"see http://h:8080",
	"http://h:8080",
	"http://h/a.js:3",
	"# comment",
	"#12",
	"  File \"a.py\"",
	"\tmain::b() called at -e line 1.",
	"   at A.B.C(String s) in c:/a/b.cs:line x",
	"  File \"a.py\", line x",
	"\tkey: value",
	"user@host:/srv",
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
		struct slice line = slice_of(rows[i].line), before;
		char *p = guarded(line);
		struct frame f;
		bool is_frame;

		line.ptr = p;
		before = slice_of(rows[i].previous);
		is_frame = frame_parse(line, before, &f);
		if (!ok(is_frame && is(f.file, rows[i].file) &&
			    is(f.line, rows[i].number) &&
			    is(f.function, rows[i].function) &&
			    appcode_has(&f, NULL, 0) == rows[i].is_app,
			"frame: '%s'", rows[i].line))
			note("%d '%.*s' line '%.*s' function '%.*s'", is_frame,
			    (int)f.file.len, f.file.ptr, (int)f.line.len,
			    f.line.ptr, (int)f.function.len, f.function.ptr);
		free(p);
	}
}

static void
test_none(void)
{
	for (size_t i = 0; i < COUNT(none); i++) {
		struct slice line = slice_of(none[i]);
		char *p = guarded(line);

		line.ptr = p;
		ok(!frame_is_placed(line, (struct slice){ "", 0 }),
		    "frame: '%s' is none with a place", none[i]);
		free(p);
	}
}

static void
test_cuts(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t n = 0; n <= strlen(rows[i].line); n++) {
			struct slice before = slice_of(rows[i].previous);
			char *p = guarded((struct slice){ rows[i].line, n });
			struct frame f;

			if (frame_parse((struct slice){ p, n }, before, &f))
				wrong += f.file.len > n || f.line.len > n;
			free(p);
		}
	ok(wrong == 0, "frame: lines are read to their ends");
}

static void
test_libraries(void)
{
	static const struct slice library[] = { { "/own/", 5 } };
	struct frame f = { SLICE("/srv/own/a.js"), SLICE("f"), SLICE("1"),
		false };

	ok(appcode_has(&f, NULL, 0) && !appcode_has(&f, library, 1),
	    "frame: what a format calls a library is none of the application");
	f.file = SLICE("/srv/node_modules/a.js");
	ok(appcode_has(&f, library, 1),
	    "frame: and then nothing else in a folder of packages is one");
	f.line = SLICE("");
	ok(!appcode_has(&f, library, 1),
	    "frame: without a line there is no place");
	ok(is(appcode_strip(SLICE("./src/a.rs")), "src/a.rs"),
	    "frame: the folder that one is in has no name");
}

int
main(void)
{
	test_rows();
	test_none();
	test_cuts();
	test_libraries();
	return done();
}
