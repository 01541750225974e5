/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tele/term.h"
#include "tele/utf8.h"

bool
term_has_colour(int fd, enum term_colour wish)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (wish != TERM_AUTO)
		return wish == TERM_ALWAYS;
	return isatty(fd) && (no == NULL || *no == '\0') &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

enum term_colours
term_colours(int fd, enum term_colour wish)
{
	const char *promise = getenv("COLORTERM"), *term = getenv("TERM");

	if (!term_has_colour(fd, wish))
		return TERM_PLAIN;
	if (promise != NULL &&
	    (strcmp(promise, "truecolor") == 0 ||
		strcmp(promise, "24bit") == 0))
		return TERM_TRUE;
	return term != NULL && strstr(term, "256color") != NULL ? TERM_256
								: TERM_16;
}

/* What NAME says, from LEAST to 10,000; else OTHERWISE. */
static int
measure_of(const char *name, long least, int otherwise)
{
	const char *text = getenv(name);
	long n = text != NULL ? strtol(text, NULL, 10) : 0;

	return n >= least && n <= 10000 ? (int)n : otherwise;
}

int
term_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return measure_of("COLUMNS", 20, 80);
}

int
term_height(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
		return size.ws_row;
	return measure_of("LINES", 5, 24);
}

bool
term_has_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		value = getenv(names[i]);
		if (value == NULL || *value == '\0')
			continue;
		value = strchr(value, '.');
		return value != NULL &&
		    (strncasecmp(value + 1, "utf-8", 5) == 0 ||
			strncasecmp(value + 1, "utf8", 4) == 0);
	}
	return false;
}

size_t
term_escape(char *dst, size_t size, struct slice s)
{
	const char *p = s.ptr, *end = slice_end(s);
	size_t done = 0, len, n;
	char form[16];
	uint32_t cp;

	while (p < end) {
		len = utf8_decode(p, end, &cp);
		if (len == 0) {
			n = (size_t)snprintf(form, sizeof(form), "\\x%02x",
			    (unsigned)(unsigned char)*p);
			len = 1;
		} else if (utf8_is_control(cp)) {
			n = (size_t)snprintf(form, sizeof(form), "\\u%04x",
			    (unsigned)cp);
		} else {
			memcpy(form, p, len);
			n = len;
		}
		if (n >= size - done)
			break;
		memcpy(dst + done, form, n);
		done += n;
		p += len;
	}
	dst[done] = '\0';
	return done;
}

int
term_columns(struct slice s)
{
	const char *p = s.ptr, *end = slice_end(s);
	int columns = 0;
	uint32_t cp;
	size_t len;

	while (p < end) {
		len = utf8_decode(p, end, &cp);
		columns += utf8_width(cp);
		p += len > 0 ? len : 1;
	}
	return columns;
}

size_t
term_shorten(char *dst, struct slice s, int width, bool is_ascii)
{
	const char *p = s.ptr, *end = slice_end(s), *tail = p;
	int columns = term_columns(s), left = (width - 1) / 2, over;
	struct slice dots = is_ascii ? SLICE("~") : SLICE("\xe2\x80\xa6");
	uint32_t cp;
	size_t len;

	if (columns <= width) {
		memcpy(dst, s.ptr, s.len);
		return s.len;
	}
	over = columns - (width - 1 - left);
	while (p < end && left > 0) {
		len = utf8_decode(p, end, &cp);
		left -= utf8_width(cp);
		if (left < 0)
			break; /* half of a wide character is none */
		p += len > 0 ? len : 1;
	}
	while (tail < end && over > 0) {
		len = utf8_decode(tail, end, &cp);
		over -= utf8_width(cp);
		tail += len > 0 ? len : 1;
	}
	len = (size_t)(p - s.ptr);
	memcpy(dst, s.ptr, len);
	memcpy(dst + len, dots.ptr, dots.len);
	memcpy(dst + len + dots.len, tail, (size_t)(end - tail));
	return len + dots.len + (size_t)(end - tail);
}
