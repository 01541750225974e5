/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/tracelines.h"

/*
 * Lines, and of each a letter: '.' is of no trace, B begins one, b may, G goes
 * on with one, g may.
 */
static const struct {
	const char *what, *text, *letters;
} rows[] = {
	{ "no trace at all", "started\n\n  done\n", "b.b" },
	{ "an error and its frames, an empty line, other text",
	    "started\nError: x\n    at f (/a.js:1:2)\n\ndone\n", "bBGGb" },
	{ "an error without frames, and another",
	    "Error: x\nTypeError: y\n    at f (/a.js:1:2)\n", "BBG" },
	{ "text behind the frames may be a message that looks like frames",
	    "Error: a\n  at fake (b.js:1:1)\nc\n    at f (/a.js:1:2)\n",
	    "BGgG" },
	{ "or not", "Error: a\n  at f (b.js:1:1)\nc\nd\n", "BGgb" },
	{ "a name that may be an error's, if a frame follows",
	    "OutOfStock: x\n    at f (/a.js:1:2)\n", "bG" },
	{ "any text may, if a frame follows",
	    "it broke\n    at f (/a.js:1:2)\n", "bG" },
	{ "but not where a line is empty in between",
	    "it broke\n\n    at f (/a.js:1:2)\n", "b.B" },
	{ "frames alone", "    at f (/a.js:1:2)\n    at g (/a.js:3:4)\n",
	    "BG" },
	{ "properties of an error",
	    "Error: x\n    at f (/a.js:1:2) {\n  code: 1\n}\nend\n", "BGGGg" },
	{ "Java's causes",
	    "a.BException: x\n\tat a.B.c(B.java:1)\n"
	    "\tSuppressed: a.DException: y\n\t\tat a.D.e(D.java:2)\n"
	    "Caused by: a.FException: z\n\t... 1 more\n",
	    "BGGGGG" },
	{ "the next error of Java",
	    "a.BException: x\n\tat a.B.c(B.java:1)\na.CException: y\n", "BGB" },
	{ "JavaMail's causes",
	    "a.BException: x;\n  nested exception is:\na.CException: y\n\n"
	    "\tat a.B.c(B.java:1)\n",
	    "BGGGG" },
	{ ".NET's turns",
	    "System.Exception: x ---> System.Exception: y\n"
	    "  at A.B() in a.cs:line 1\n"
	    "  --- End of inner exception stack trace ---\n"
	    "  at A.C() in a.cs:line 2\n",
	    "BGGG" },
	{ "Python",
	    "Traceback (most recent call last):\n  File \"a.py\", line 1, in "
	    "f\n"
	    "    x()\n    ^^^\nKeyError: 'x'\nnote\n\nend\n",
	    "BGGGGGGb" },
	{ "Python, two in a row",
	    "Traceback (most recent call last):\n  File \"a.py\", line 1, in "
	    "f\n"
	    "KeyError: 'x'\nTraceback (most recent call last):\n"
	    "  File \"a.py\", line 1, in f\nKeyError: 'y'\n",
	    "BGGBGG" },
	{ "Python, a cause",
	    "Traceback (most recent call last):\n  File \"a.py\", line 1, in "
	    "f\n"
	    "KeyError: 'x'\n\nThe above exception was the direct cause of the "
	    "following exception:\n\nTraceback (most recent call last):\n"
	    "  File \"a.py\", line 2, in g\nValueError: y\n",
	    "BGGGGGGGG" },
	{ "Python, a group within a group, and the next",
	    "  + Exception Group Traceback (most recent call last):\n"
	    "  |   File \"a.py\", line 1, in f\n"
	    "  | ExceptionGroup: a (1 sub-exception)\n"
	    "  +-+---------------- 1 ----------------\n"
	    "    | Traceback (most recent call last):\n"
	    "    |   File \"a.py\", line 2, in g\n"
	    "    | ValueError: b\n"
	    "    +------------------------------------\n"
	    "  + Exception Group Traceback (most recent call last):\n"
	    "  |   File \"a.py\", line 1, in f\n",
	    "BGGGGGGGBG" },
	{ "Go: a panic within a panic, and its goroutines",
	    "panic: a [recovered]\n\tpanic: b\n\ngoroutine 1 [running]:\n"
	    "main.f()\n\t/srv/a.go:1 +0x1\n\ngoroutine 2 [select]:\n"
	    "main.g()\n\t/srv/a.go:2 +0x1\nexit status 2\n",
	    "BGGGGGGGGGG" },
	{ "Rust",
	    "\nthread 'main' panicked at src/a.rs:1:2:\nSomeError: x\n"
	    "stack backtrace:\n   0: a::f\n             at ./src/a.rs:1:2\n"
	    "note: more with RUST_BACKTRACE\nend\n",
	    ".BGGGGGb" },
	{ "Dart: the name of the error behind the heading",
	    "Unhandled exception:\nFormatException: x\n"
	    "#0      main (file:///a.dart:1:2)\n<asynchronous suspension>\n"
	    "#1      f (file:///a.dart:3:4)\n",
	    "BGGGG" },
	{ "PHP",
	    "PHP Fatal error:  Uncaught E: x in /a.php:6\nStack trace:\n"
	    "#0 [internal function]: f()\n#1 /b.php(2): g()\n#2 {main}\n"
	    "  thrown in /a.php on line 6\nend\n",
	    "BGGGGGb" },
	{ "Ruby", "a.rb:1:in 'f': bad (NameError)\n\tfrom b.rb:2:in 'g'\nend\n",
	    "BGb" },
	{ "Rails, whose heading is indented",
	    " NoMethodError (undefined):\n  \n  app/a.rb:1:in `f'\n"
	    " KeyError (none):\n  app/b.rb:2:in `g'\n",
	    "BGGBG" },
	{ "Perl", "oops at a.pl line 1.\n\tmain::f(1) called at a.pl line 2\n",
	    "bG" },
};

static const char letter_of[] = { [TRACELINE_NONE] = '.',
	[TRACELINE_BEGINS] = 'B',
	[TRACELINE_MAY_BEGIN] = 'b',
	[TRACELINE_GOES_ON] = 'G',
	[TRACELINE_MAY_GO_ON] = 'g' };

/* Each line in memory of its own; what it is, in LETTERS. */
static void
read_lines(const char *text, char *letters)
{
	struct tracelines t = { 0 };
	const char *newline;

	for (; (newline = strchr(text, '\n')) != NULL; text = newline + 1) {
		struct slice line = slice_range(text, newline);
		char *copy = guarded(line);

		line.ptr = copy;
		*letters++ = letter_of[tracelines_next(&t, line)];
		free(copy);
	}
	*letters = '\0';
}

int
main(void)
{
	char letters[64];

	for (size_t i = 0; i < COUNT(rows); i++) {
		read_lines(rows[i].text, letters);
		if (!ok(strcmp(letters, rows[i].letters) == 0, "tracelines: %s",
			rows[i].what))
			note("%s, not %s", letters, rows[i].letters);
	}
	return done();
}
