/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/term.h"

static const char *program = "tele";
static bool is_muted;

void
diag_program(const char *name)
{
	program = name;
}

void
diag_mute(bool is_mute)
{
	is_muted = is_mute;
}

/*
 * One write(2) a message, so that the messages of a pipeline do not mix.  When
 * standard error is closed or full there is nobody left to tell.
 */
static void __attribute__((format(printf, 1, 0)))
say(const char *format, va_list args)
{
	char text[4096], line[sizeof(text) * 4];
	size_t len, done = 0;
	ssize_t n;

	if (vsnprintf(text, sizeof(text), format, args) < 0)
		return;
	len = (size_t)snprintf(line, sizeof(line), "%.32s: ", program);
	len += term_escape(line + len, sizeof(line) - len, slice_of(text));
	line[len++] = '\n';
	while (done < len) {
		n = write(STDERR_FILENO, line + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

void
warn(const char *format, ...)
{
	va_list args;

	if (is_muted)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	exit(EXIT_TROUBLE);
}
