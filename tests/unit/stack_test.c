/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
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
	    "srv/a.mjs", "6", "new B" },
	{ "a getter with an alias",
	    "Error: x\n    at get g [as h] (file:///srv/a.mjs:4:183)",
	    "srv/a.mjs", "4", "get g [as h]" },
	{ "a blank in the file's name",
	    "Error: x\n    at inVm (my script.js:1:23)", "my script.js", "1",
	    "inVm" },
	{ "a drive letter", "Error: x\n    at f (C:\\app\\a.js:10:5)",
	    "C:\\app\\a.js", "10", "f" },
	{ "a query",
	    "Error: x\n    at f (http://localhost:5173/src/a.ts?t=17:10:5)",
	    "src/a.ts?t=17", "10", "f" },
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
	    "srv/a.mjs", "14", "" },
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

	if (!ok(stack.has_top && is(stack.top.file, "srv/a.mjs") &&
		    is(stack.top.line, "7"),
		"stack: evaluated code is in the file that evaluates it"))
		note("'%.*s' line '%.*s'", (int)stack.top.file.len,
		    stack.top.file.ptr, (int)stack.top.line.len,
		    stack.top.line.ptr);
	free(p);
}

static void
test_without_library(void)
{
	struct slice text = SLICE("Error: x\n    at run (node:vm:1:2)");
	struct stack stack;

	stack_parse(&stack, text, NULL, 0);
	ok(stack.has_top && is(stack.top.file, "node:vm") &&
		is(stack.top.line, "1") && is(stack.message, "x"),
	    "stack: where no library is named every frame counts");
}

int
main(void)
{
	test_firsts();
	test_frames();
	test_none();
	test_eval();
	test_without_library();
	return done();
}
