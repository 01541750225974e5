/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <unistd.h>

#include "tele/mem.h"
#include "tele/screen.h"

enum { WIDEST = 10000, PLAIN = 80 };

struct screen_options screen_options;
const char *const screen_colour_names[] = { "auto", "always", "never", NULL };

void
screen_init(struct screen *s, struct out *out)
{
	bool is_terminal = isatty(STDOUT_FILENO);
	uint64_t width = screen_options.width;

	*s = (struct screen){ .out = out,
		.colours = term_colours(STDOUT_FILENO,
		    (enum term_colour)screen_options.colour),
		.is_ascii = screen_options.ascii ||
		    (is_terminal && !term_has_utf8()) };
	if (width > 0)
		s->width = width < WIDEST ? (int)width : WIDEST;
	else if (is_terminal)
		s->width = term_width(STDOUT_FILENO);
}

int
screen_columns(const struct screen *s)
{
	return s->width > 0 ? s->width : PLAIN;
}

void
screen_put(const struct screen *s, const char *text)
{
	out_text(s->out, text);
}

void
screen_spaces(const struct screen *s, int n)
{
	out_spaces(s->out, n);
}

void
screen_right(const struct screen *s, const char *text, int width)
{
	screen_spaces(s, width - term_columns(slice_of(text)));
	screen_put(s, text);
}

int
screen_shortened(const struct screen *s, struct slice text, int width)
{
	char *dst = mem_alloc(text.len + 4);
	struct slice shorter = { dst,
		term_shorten(dst, text, width < 1 ? 1 : width, s->is_ascii) };

	out_write(s->out, shorter);
	width = term_columns(shorter);
	free(dst);
	return width;
}

void
screen_padded(const struct screen *s, struct slice text, int width)
{
	screen_spaces(s, width - screen_shortened(s, text, width));
}

void
screen_named(const struct screen *s, struct slice name, struct slice owner,
    int width)
{
	enum { LEAST_OWNER = 10 };
	int columns = term_columns(owner), left = width;

	if (columns > 0) {
		if (term_columns(name) + 2 + columns > width &&
		    columns > LEAST_OWNER) {
			columns = width - 2 - term_columns(name);
			if (columns < LEAST_OWNER)
				columns = LEAST_OWNER;
		}
		left -= columns + 2;
	}
	left = width - screen_shortened(s, name, left);
	if (owner.len > 0) {
		screen_put(s, "  ");
		left -= 2 + screen_shortened(s, owner, left - 2);
	}
	screen_spaces(s, left);
}

void
screen_style(const struct screen *s, const char *sgr)
{
	if (s->colours != TERM_PLAIN)
		out_format(s->out, "\033[%sm", sgr);
}

static void
put_colour(const struct screen *s, struct colour c, int layer)
{
	if (s->colours == TERM_TRUE)
		out_format(s->out, "\033[%d;2;%d;%d;%dm", layer, c.red, c.green,
		    c.blue);
	else if (s->colours == TERM_256)
		out_format(s->out, "\033[%d;5;%dm", layer, palette_256(c));
}

void
screen_ink(const struct screen *s, struct colour c)
{
	put_colour(s, c, 38);
}

void
screen_paper(const struct screen *s, struct colour c)
{
	put_colour(s, c, 48);
}

void
screen_end_line(const struct screen *s)
{
	while (s->out->len > 0 && s->out->buf[s->out->len - 1] == ' ')
		s->out->len--;
	screen_put(s, "\n");
}

void
screen_lines(const struct screen *s, int at, const char *text)
{
	struct slice word;
	int blanks, columns;

	for (; *text != '\0'; text = word.ptr + word.len) {
		blanks = (int)strspn(text, " ");
		word = (struct slice){ text + blanks,
			strcspn(text + blanks, " ") };
		columns = term_columns(word);
		if (at > 0 && s->width > 0 &&
		    at + blanks + columns > s->width) {
			screen_end_line(s);
			at = blanks = 0;
		}
		screen_spaces(s, blanks);
		out_write(s->out, word);
		at += blanks + columns;
	}
	screen_end_line(s);
}
