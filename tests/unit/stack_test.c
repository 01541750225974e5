/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/appcode.h"
#include "tele/stack.h"

static const struct slice library[] = { { "/musical-conductor/", 19 },
	{ "node:", 5 } };

/* First lines. */
static const struct {
	const char *text, *type, *message;
} firsts[] = {
	{ "TypeError: x is undefined", "TypeError", "x is undefined" },
	{ "Error: a: b", "Error", "a: b" },
	{ "Error:no blank", "Error", "no blank" },
	{ "Error: ", "Error", "" },
	{ "Error", "Error", "" },
	{ "RxError_2$x.y: z", "RxError_2$x.y", "z" },
	{ "Canvas component with id x not found", "",
	    "Canvas component with id x not found" },
	{ "error: lower case", "", "error: lower case" },
	{ "42: a number", "", "42: a number" },
	{ ": no name", "", ": no name" },
	{ "", "", "" },
};

/* Traces as V8 prints them, and the innermost frame of the application. */
static const struct {
	const char *what, *text, *file, *line, *function;
} frames[] = {
	{ "a function with a place",
	    "Error: x\n    at f (http://localhost:5173/src/a.ts:10:5)",
	    "src/a.ts", "10", "f" },
	{ "a place alone", "Error: x\n    at src/a.js:10:5", "src/a.js", "10",
	    "" },
	{ "an async function",
	    "Error: x\n    at async Object.run (/app/a.js:1:2)", "/app/a.js",
	    "1", "Object.run" },
	{ "an async place", "Error: x\n    at async /app/a.js:1:2", "/app/a.js",
	    "1", "" },
	{ "a constructor", "Error: x\n    at new B (file:///srv/a.mjs:6:52)",
	    "/srv/a.mjs", "6", "new B" },
	{ "a getter with an alias",
	    "Error: x\n    at get g [as h] (file:///srv/a.mjs:4:183)",
	    "/srv/a.mjs", "4", "get g" },
	{ "a blank in the file's name",
	    "Error: x\n    at inVm (my script.js:1:23)", "my script.js", "1",
	    "inVm" },
	{ "a drive letter", "Error: x\n    at f (C:\\app\\a.js:10:5)",
	    "C:\\app\\a.js", "10", "f" },
	{ "a query",
	    "Error: x\n    at f (http://localhost:5173/src/a.ts?t=17:10:5)",
	    "src/a.ts", "10", "f" },
	{ "a line with zeros before it", "Error: x\n    at f (/a.js:007:1)",
	    "/a.js", "7", "f" },
	{ "a line without a column", "Error: x\n    at f (a.js:10)", "a.js",
	    "10", "f" },
	{ "a carriage return at the end of each line",
	    "Error: x\r\n    at f (a.js:10:5)\r\n    at g (b.js:1:1)\r\n",
	    "a.js", "10", "f" },
	{ "a message of several lines",
	    "Error: x\nsecond line\n    at f (a.js:10:5)", "a.js", "10", "f" },
	{ "tabs before the frames", "Error: x\n\tat f (a.js:10:5)", "a.js",
	    "10", "f" },
	{ "native frames before it",
	    "Error: x\n    at Array.map (<anonymous>)\n"
	    "    at async Promise.all (index 1)\n    at f (a.js:10:5)",
	    "a.js", "10", "f" },
	{ "frames of libraries before it",
	    "Error: x\n    at process.run (node:internal/task_queues:77:11)\n"
	    "    at run (http://h/node_modules/musical-conductor/x.js:247:58)\n"
	    "    at f (a.js:10:5)",
	    "a.js", "10", "f" },
	{ "a cause after it",
	    "Error: x\n    at f (a.js:10:5)\nCaused by: Error: y\n"
	    "    at g (b.js:1:1)",
	    "a.js", "10", "f" },
	{ "properties that are printed after it",
	    "Error: ENOENT: no such file\n"
	    "    at async open (node:internal/fs/promises:637:25)\n"
	    "    at async file:///srv/a.mjs:14:1 {\n  errno: -2\n}",
	    "/srv/a.mjs", "14", "" },
	{ "properties that are printed after a function",
	    "Error: x\n    at f (a.js:10:5) {\n  code: 'E1'\n}", "a.js", "10",
	    "f" },
};

/* Traces without a frame of the application. */
static const struct {
	const char *what, *text;
} none[] = {
	{ "one line alone", "Error: at f (a.js:10:5)" },
	{ "native frames alone", "Error: x\n    at Array.map (<anonymous>)" },
	{ "frames of libraries alone",
	    "Error: x\n    at run (node:internal/x:1:2)" },
	{ "frames without a place", "Error: x\n    at f\n    at g ()\n    at" },
	{ "half a frame", "Error: x\n    at f (a.js:10:5\n    at )" },
	{ "no frame", "Error: x\nat last\nnot at f (a.js:1:2)" },
	{ "digits and colons alone", "Error: x\n    at :1:2\n    at 12" },
	{ "empty lines", "\n\n\n" },
};

/* The text must outlive what borrows from it. */
static char *
parse(struct stack *stack, const char *text)
{
	struct slice s = slice_of(text);
	char *p = guarded(s);

	stack_parse(stack, (struct slice){ p, s.len }, library, COUNT(library));
	return p;
}

static bool
is(struct slice s, const char *text)
{
	return slice_equal(s, slice_of(text));
}

static void
test_firsts(void)
{
	for (size_t i = 0; i < COUNT(firsts); i++) {
		struct stack stack;
		char *p = parse(&stack, firsts[i].text);

		ok(is(stack.type, firsts[i].type) &&
			is(stack.message, firsts[i].message) &&
			stack.text.len == 0 && !stack.has_top,
		    "stack: '%s' is a '%s' that says '%s'", firsts[i].text,
		    firsts[i].type, firsts[i].message);
		free(p);
	}
}

/* The message begins on the line after the name. */
static void
test_late_message(void)
{
	struct stack stack;
	char *p = parse(&stack, "Error\nno more\n    at f (a.js:10:5)");

	ok(is(stack.message, "no more") && is(stack.top.line, "10"),
	    "stack: a message may begin on the line after the name");
	free(p);
	p = parse(&stack, "Error: \n\nno\nmore\n    at f (a.js:10:5)");
	ok(is(stack.message, "no\nmore") && is(stack.top.line, "10"),
	    "stack: or later, and have several");
	free(p);
}

static void
test_frames(void)
{
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct stack stack;
		char *p = parse(&stack, frames[i].text);

		if (!ok(stack.has_top && is(stack.top.file, frames[i].file) &&
			    is(stack.top.line, frames[i].line) &&
			    is(stack.top.function, frames[i].function) &&
			    is(stack.type, "Error") &&
			    is(stack.text, frames[i].text),
			"stack: the frame of the application with %s",
			frames[i].what))
			note("%d '%.*s' line '%.*s' function '%.*s'",
			    stack.has_top, (int)stack.top.file.len,
			    stack.top.file.ptr, (int)stack.top.line.len,
			    stack.top.line.ptr, (int)stack.top.function.len,
			    stack.top.function.ptr);
		free(p);
	}
}

static void
test_none(void)
{
	for (size_t i = 0; i < COUNT(none); i++) {
		struct stack stack;
		char *p = parse(&stack, none[i].text);

		if (!ok(!stack.has_top,
			"stack: %s: no frame of the application", none[i].what))
			note("'%.*s' line '%.*s'", (int)stack.top.file.len,
			    stack.top.file.ptr, (int)stack.top.line.len,
			    stack.top.line.ptr);
		free(p);
	}
}

/* The file is the one that holds the evaluated text, or the next one. */
static void
test_eval(void)
{
	struct stack stack;
	char *p = parse(&stack,
	    "Error: from eval\n"
	    "    at evald (eval at <anonymous> (file:///srv/a.mjs:7:25), "
	    "<anonymous>:1:25)\n"
	    "    at file:///srv/a.mjs:7:25");

	if (!ok(stack.has_top && is(stack.top.file, "/srv/a.mjs") &&
		    is(stack.top.line, "7"),
		"stack: evaluated code is in the file that evaluates it"))
		note("'%.*s' line '%.*s'", (int)stack.top.file.len,
		    stack.top.file.ptr, (int)stack.top.line.len,
		    stack.top.line.ptr);
	free(p);
}

/* One trace of each language, and what it says. */
static const struct {
	const char *what, *text, *type, *message, *file, *line, *function;
} languages[] = {
	{ "V8, a message that begins in the next line",
	    "Error\nof two\nlines\n    at f (/srv/a.js:10:7)", "Error",
	    "of two\nlines", "/srv/a.js", "10", "f" },
	{ "V8, a message that looks like frames",
	    "Error: multi\n  at fake (line.js:1:1)\nend\n"
	    "    at f (/srv/a.js:10:7)",
	    "Error", "multi\n  at fake (line.js:1:1)\nend", "/srv/a.js", "10",
	    "f" },
	{ "Node, an error that is inspected",
	    "[AggregateError: all] {\n  [errors]: [\n    Error: a\n"
	    "        at /srv/a.mjs:13:39,\n  ]\n}",
	    "AggregateError", "all", "/srv/a.mjs", "13", "" },
	{ "Firefox",
	    "TypeError: x is null\nf@http://h/src/a.js:3:9\n@http://h/b.js:1:1",
	    "TypeError", "x is null", "src/a.js", "3", "f" },
	{ "Safari",
	    "TypeError: x\n[native code]@[native code]\n"
	    "forEach@[native code]\nf@http://h/src/a.js:3:9",
	    "TypeError", "x", "src/a.js", "3", "f" },
	{ "Firefox, signs in names of functions and files",
	    "Error: x\nobj[\"@who\"]@http://h:5000/misc/@stuff/foo.js:4:9",
	    "Error", "x", "misc/@stuff/foo.js", "4", "obj[\"@who\"]" },
	{ "Firefox, a sign in a function alone",
	    "Error: x\nobj[\"@fn\"]@Scratchpad/1:10:29", "Error", "x",
	    "Scratchpad/1", "10", "obj[\"@fn\"]" },
	{ "Firefox, evaluated code",
	    "Error: x\nbaz@http://h/file.js line 26 > eval line 2 > eval:1:30\n"
	    "foo@http://h/b.js:2:96",
	    "Error", "x", "file.js", "26", "baz" },
	{ "Firefox 3, a function without a name",
	    "Error: x\n()@file:///G:/js/a.js:44", "Error", "x", "G:/js/a.js",
	    "44", "" },
	{ "Safari, a place alone",
	    "TypeError: x\nhttp://h/to/file.js:48:22\nf@http://h/a.js:1:2",
	    "TypeError", "x", "to/file.js", "48", "" },
	{ "Safari, a message that is a host",
	    "Error: cannot reach\nhttp://h:8080\nf@http://h/a.js:1:2", "Error",
	    "cannot reach\nhttp://h:8080", "a.js", "1", "f" },
	{ "Chrome, code that is evaluated by evaluated code",
	    "Error: x\n    at baz (eval at foo (eval at s "
	    "(http://h/f.js:21:17)), "
	    "<anonymous>:1:30)",
	    "Error", "x", "f.js", "21", "baz" },
	{ "Edge, evaluated code",
	    "Error: x\n  at baz (eval code:1:18)\n"
	    "  at speak (http://h/file.js:25:17)",
	    "Error", "x", "file.js", "25", "speak" },
	{ "V8, where a function was evaluated",
	    "Error: x\n  eval at Foo.a (eval at Bar.z (myscript.js:10:3))",
	    "Error", "x", "myscript.js", "10", "Foo.a" },
	{ "Python",
	    "Traceback (most recent call last):\n"
	    "  File \"/srv/b.py\", line 5, in cap\n    f()\n    ^^^\n"
	    "  File \"/usr/lib/python3.11/json/decoder.py\", line 353, in raw\n"
	    "    obj, end = self.scan_once(s, idx)\n"
	    "json.decoder.JSONDecodeError: Expecting value: line 1",
	    "json.decoder.JSONDecodeError", "Expecting value: line 1",
	    "/srv/b.py", "5", "cap" },
	{ "Python, an error while another is handled",
	    "Traceback (most recent call last):\n"
	    "  File \"/srv/b.py\", line 8, in f2\nKeyError: 'k'\n\n"
	    "During handling of the above exception, another exception "
	    "occurred:\n\nTraceback (most recent call last):\n"
	    "  File \"/srv/c.py\", line 16, in ctx\nValueError: bad\nnote",
	    "ValueError", "bad\nnote", "/srv/c.py", "16", "ctx" },
	{ "Python, a group",
	    "  + Exception Group Traceback (most recent call last):\n"
	    "  |   File \"/srv/b.py\", line 21, in grp\n"
	    "  | ExceptionGroup: many (2 sub-exceptions)\n"
	    "  +-+---------------- 1 ----------------\n"
	    "    | Traceback (most recent call last):\n"
	    "    |   File \"/srv/z.py\", line 1, in z\n"
	    "    | ValueError: one\n"
	    "    +------------------------------------",
	    "ExceptionGroup", "many (2 sub-exceptions)", "/srv/b.py", "21",
	    "grp" },
	{ "Java, with a cause",
	    "Exception in thread \"main\" java.lang.RuntimeException: wrapped\n"
	    "\tat java.base/java.util.List.get(List.java:9)\n"
	    "\tat com.acme.Main.b(Main.java:5)\n"
	    "Caused by: java.io.IOException: no\n"
	    "\tat com.acme.Disk.read(Disk.java:7)\n\t... 1 more",
	    "java.lang.RuntimeException", "wrapped", "Main.java", "5",
	    "com.acme.Main.b" },
	{ "Java, where only the cause is in the application",
	    "java.lang.Error: x\n\tat java.lang.Thread.run(Thread.java:1)\n"
	    "Caused by: java.io.IOException: no\n"
	    "\tat com.acme.Disk.read(Disk.java:7)",
	    "java.lang.Error", "x", "Disk.java", "7", "com.acme.Disk.read" },
	{ ".NET, the cause first",
	    "System.InvalidOperationException: outer ---> System.Exception: "
	    "in\n"
	    "  at App.In() in c:/app/a.cs:line 33\n"
	    "  --- End of inner exception stack trace ---\n"
	    "  at App.Out(String[] args) in c:/app/a.cs:line 22",
	    "System.InvalidOperationException", "outer", "c:/app/a.cs", "22",
	    "App.Out" },
	{ ".NET, the cause on a line of its own",
	    "Unhandled exception. System.AggregateException: many (bad)\n"
	    " ---> System.Exception: bad\n"
	    "   at App.In() in C:\\app\\a.cs:line 33\n"
	    "   --- End of inner exception stack trace ---\n"
	    "   at App.<Main>$(String[] args) in C:\\app\\a.cs:line 22",
	    "System.AggregateException", "many (bad)", "C:\\app\\a.cs", "22",
	    "App.<Main>$" },
	{ "Go, below a message",
	    "cannot list: timeout\ngoroutine 1 [running]:\nmain.run()\n"
	    "\t/src/app/main.go:3 +0x1\n\ngoroutine 7 [select]:\n"
	    "main.wait()\n\t/src/app/wait.go:9 +0x1",
	    "", "cannot list: timeout", "/src/app/main.go", "3", "main.run" },
	{ "Go, as zap has it",
	    "main.work\n\t/src/app/main.go:50\nmain.main\n"
	    "\t/src/app/main.go:10",
	    "", "", "/src/app/main.go", "50", "main.work" },
	{ "Mono",
	    "System.ArgumentException: bad\n"
	    "  at System.X.Y (System.Int32 a) [0x00007] in <file>:0 \n"
	    "  at App.F (Int32 a) [0x00007] in /src/an app.cs:27 ",
	    "System.ArgumentException", "bad", "/src/an app.cs", "27",
	    "App.F" },
	{ "Go",
	    "panic: my panic\n\ngoroutine 4 [running]:\npanic(0x45cb40, 0x4)\n"
	    "\t/usr/local/go/src/runtime/panic.go:542 +0x46c\n"
	    "main.work(0xc4)\n\t/home/u/go/src/app/main.go:6 +0x39\n\n"
	    "goroutine 1 [chan receive]:\nmain.main()\n\t/app/x.go:1 +0x1",
	    "panic", "my panic", "/home/u/go/src/app/main.go", "6",
	    "main.work" },
	{ "Rust",
	    "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds\n"
	    "stack backtrace:\n   0: core::panicking::panic_fmt\n"
	    "             at /rustc/59/library/core/src/panicking.rs:80:14\n"
	    "   1: app::inner\n             at ./src/main.rs:2:5",
	    "panic", "index out of bounds", "src/main.rs", "2", "app::inner" },
	{ "Rust, before 1.73",
	    "thread 'main' panicked at 'it''s over', src/main.rs:2:5\n"
	    "note: run with `RUST_BACKTRACE=1`",
	    "panic", "it''s over", "src/main.rs", "2", "" },
	{ "Ruby",
	    "app/a.rb:69:in 'load': undefined method (NoMethodError)\n"
	    "\tfrom /usr/lib/ruby/gems/3.2/gems/rack/x.rb:1:in 'call'\n"
	    "\tfrom app/b.rb:3:in 'main'",
	    "NoMethodError", "undefined method", "app/a.rb", "69", "load" },
	{ "Rails",
	    "ActionController::RoutingError (No route):\n\n"
	    "actionpack (5.1.4) lib/a.rb:63:in `call'\n"
	    "  app/controllers/b.rb:75:in `load'",
	    "ActionController::RoutingError", "No route",
	    "app/controllers/b.rb", "75", "load" },
	{ "PHP",
	    "PHP Fatal error:  Uncaught App\\Ex: no in here in /srv/a.php:60\n"
	    "Stack trace:\n#0 /srv/b.php(20): f()\n#1 {main}\n"
	    "  thrown in /srv/a.php on line 60",
	    "App\\Ex", "no in here", "/srv/a.php", "60", "" },
	{ "PHP 5",
	    "exception 'Exception' with message 'Custom' in /home/t.php:5\n"
	    "Stack trace:\n#0 /home/t.php(9): f()\n#1 {main}",
	    "Exception", "Custom", "/home/t.php", "5", "" },
	{ "Monolog",
	    "{\"exception\":\"[object] (App\\\\Bad(code: 0): not at home at "
	    "/srv/vendor/c.php:916)\n[stacktrace]\n"
	    "#0 /srv/vendor/c.php(795): C->b('x')\n"
	    "#1 /srv/public/index.php(54): K->handle()\n\"}",
	    "Bad", "not at home", "/srv/public/index.php", "54", "K->handle" },
	{ "zap, whose functions stand above their frames",
	    "it failed\nmain.f\n\t/srv/a.go:1\nmain.g\n\t/srv/b.go:2", "",
	    "it failed", "/srv/a.go", "1", "main.f" },
	{ "Dart",
	    "Unhandled exception:\nRangeError (index): Invalid value\n"
	    "#0      List.[] (dart:core-patch/array.dart:151)\n"
	    "#1      main.<anonymous closure> (file:///p/a.dart:31:23)",
	    "RangeError", "Invalid value", "/p/a.dart", "31",
	    "main.<anonymous closure>" },
	{ "Dart, a message of several lines",
	    "Unhandled exception:\nFormatException: Invalid data (at line 3)\n"
	    "not valid\n    ^\n"
	    "#0      main.<anonymous closure> (file:///p/a.dart:24:20)",
	    "FormatException", "Invalid data (at line 3)\nnot valid\n    ^",
	    "/p/a.dart", "24", "main.<anonymous closure>" },
	{ "Perl",
	    "oops at lib/A.pm line 12.\n"
	    "\tA::b(1, \"x\") called at bin/run line 3",
	    "", "oops", "lib/A.pm", "12", "" },
};

static void
test_languages(void)
{
	for (size_t i = 0; i < COUNT(languages); i++) {
		struct stack stack;
		struct slice text = slice_of(languages[i].text);
		char *p = guarded(text);

		stack_parse(&stack, (struct slice){ p, text.len }, NULL, 0);
		if (!ok(is(stack.type, languages[i].type) &&
			    is(stack.message, languages[i].message) &&
			    stack.has_top &&
			    is(stack.top.file, languages[i].file) &&
			    is(stack.top.line, languages[i].line) &&
			    is(stack.top.function, languages[i].function),
			"stack: %s", languages[i].what))
			note("'%.*s' says '%.*s' at %.*s:%.*s in '%.*s'",
			    (int)stack.type.len, stack.type.ptr,
			    (int)stack.message.len, stack.message.ptr,
			    (int)stack.top.file.len, stack.top.file.ptr,
			    (int)stack.top.line.len, stack.top.line.ptr,
			    (int)stack.top.function.len,
			    stack.top.function.ptr);
		free(p);
	}
}

/* Where in a log record an error begins: what stands before it. */
static const struct {
	const char *what, *text;
	int at;
} records[] = {
	{ "a record without a trace",
	    "TypeError: x was ignored\n  key: value\n  at last", -1 },
	{ "the name in the line before the frames",
	    "[17] failed duration=8ms\nTypeError: x\n    at f (/a.js:1:2)",
	    25 },
	{ "the name at the end of the message",
	    "request failed in 8 ms TypeError: x\n    at f (/a.js:1:2)", 23 },
	{ "no name", "it failed\n    at f (/a.js:1:2)", 0 },
	{ "Python's heading",
	    "order 0 failed\nTraceback (most recent call last):\n"
	    "  File \"b.py\", line 5, in f\nKeyError: 'x'",
	    15 },
	{ "the first name of several",
	    "failed\na.B.OuterException: x;\nnested:\nc.D.InnerException: y\n"
	    "\tat com.acme.M.n(M.java:1)",
	    7 },
};

static void
test_find(void)
{
	for (size_t i = 0; i < COUNT(records); i++) {
		struct slice s = slice_of(records[i].text);
		char *p = guarded(s);
		const char *at = stack_find((struct slice){ p, s.len });

		if (!ok(at == NULL ? records[i].at < 0
				   : at - p == records[i].at,
			"stack: found in a record: %s", records[i].what))
			note("at %d", at == NULL ? -1 : (int)(at - p));
		free(p);
	}
}

static void
test_options(void)
{
	static const char *app[] = { "/srv/", "com.acme" },
			  *strip[] = { "/srv/" };
	struct stack stack;
	char *p;

	appcode_options.app = app;
	appcode_options.app_count = 2;
	appcode_options.strip = strip;
	appcode_options.strip_count = 1;
	p = parse(&stack,
	    "Error: x\n    at f (/opt/b.js:1:2)\n"
	    "    at g (/srv/node_modules/c.js:3:4)");
	ok(stack.has_top && is(stack.top.file, "node_modules/c.js"),
	    "stack: --app decides which code is the application's, and --strip "
	    "what its files are called");
	free(p);
	p = parse(&stack,
	    "a.B: x\n\tat org.x.Y.z(Y.java:1)\n\tat com.acme.M.n(M.java:2)");
	ok(stack.has_top && is(stack.top.file, "M.java"),
	    "stack: --app takes the beginning of a function's name, too");
	free(p);
}

int
main(void)
{
	test_firsts();
	test_late_message();
	test_frames();
	test_none();
	test_eval();
	test_languages();
	test_find();
	test_options();
	return done();
}
