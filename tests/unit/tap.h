/* SPDX-License-Identifier: MIT */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * The results of a test program as the Test Anything Protocol has them: call
 * ok for each thing that must be true, and end main with `return done();`.
 */
static int tap_count, tap_failed;

/* TITLE is a sentence, as printf takes it.  Returns IS_TRUE. */
__attribute__((format(printf, 2, 3))) static inline bool
ok(bool is_true, const char *title, ...)
{
	va_list args;

	tap_count++;
	tap_failed += !is_true;
	printf("%sok %d - ", is_true ? "" : "not ", tap_count);
	va_start(args, title);
	vprintf(title, args);
	va_end(args);
	putchar('\n');
	fflush(stdout); /* what comes next may crash */
	return is_true;
}

/* What helps to understand the failure before it. */
#define note(...) (printf("# " __VA_ARGS__), putchar('\n'))

static inline int
done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0 ? 1 : 0;
}

#endif
