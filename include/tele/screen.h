/* SPDX-License-Identifier: MIT */
#ifndef TELE_SCREEN_H
#define TELE_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/opt.h"
#include "tele/out.h"
#include "tele/palette.h"
#include "tele/slice.h"
#include "tele/term.h"

/* Pictures made of characters: for a terminal, a mail, a log. */
struct screen {
	struct out *out;
	int width; /* columns to fit into; 0 is no limit */
	enum term_colours colours;
	bool is_ascii;
};

/* What the user wants, where it is not what the terminal says. */
struct screen_options {
	uint64_t width;
	int colour; /* a term_colour */
	bool ascii;
};

extern struct screen_options screen_options;
extern const char *const screen_colour_names[];

#define SCREEN_OPTIONS                                                \
	{ 'w', "width", "N", OPT_COUNT, &screen_options.width,        \
		"fit text into N columns (the terminal's)", NULL },   \
	    { 0, "color", "WHEN", OPT_CHOICE, &screen_options.colour, \
		    "auto, always or never", screen_colour_names },   \
	{                                                             \
		0, "ascii", NULL, OPT_FLAG, &screen_options.ascii,    \
		    "draw with ASCII characters only", NULL           \
	}

/* Draw on standard output by way of OUT. */
void screen_init(struct screen *s, struct out *out);

/* The columns of a picture that needs some width: 80 where nobody says. */
int screen_columns(const struct screen *s);

void screen_put(const struct screen *s, const char *text);
void screen_spaces(const struct screen *s, int n);

/* TEXT at the right end of WIDTH columns. */
void screen_right(const struct screen *s, const char *text, int width);

/* TEXT in WIDTH columns at most, as term_shorten; returns how many it took. */
int screen_shortened(const struct screen *s, struct slice text, int width);

/* The same, and blanks up to WIDTH. */
void screen_padded(const struct screen *s, struct slice text, int width);

/*
 * NAME and, behind two blanks, OWNER in WIDTH columns; what is too long loses
 * its middle, the owner first.
 */
void screen_named(const struct screen *s, struct slice name, struct slice owner,
    int width);

/* Select Graphic Rendition: "1" is bold, "31" red, "0" ends all of it. */
void screen_style(const struct screen *s, const char *sgr);

/* What follows is in this colour, or on it, where there are 256 or more. */
void screen_ink(const struct screen *s, struct colour c);
void screen_paper(const struct screen *s, struct colour c);

/* The line is complete: blanks at its end go. */
void screen_end_line(const struct screen *s);

/*
 * TEXT, words with blanks between them, in as many lines as it takes; the first
 * has AT columns already.
 */
void screen_lines(const struct screen *s, int at, const char *text);

#endif
