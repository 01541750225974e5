/* SPDX-License-Identifier: MIT */
#ifndef TELE_TERM_H
#define TELE_TERM_H

#include <stdbool.h>

#include "tele/slice.h"

/* What --color takes. */
enum term_colour { TERM_AUTO, TERM_ALWAYS, TERM_NEVER };

/*
 * Whether FD gets colours: when asked always, else when it is a terminal other
 * than TERM=dumb and NO_COLOR (https://no-color.org) is not set.
 */
bool term_has_colour(int fd, enum term_colour wish);

/*
 * How many colours FD gets: none without term_has_colour, else as COLORTERM and
 * TERM promise.
 */
enum term_colours { TERM_PLAIN, TERM_16, TERM_256, TERM_TRUE };
enum term_colours term_colours(int fd, enum term_colour wish);

/* The columns of the terminal FD; COLUMNS or 80 where it does not say. */
int term_width(int fd);

/* Its lines; LINES or 24 where it does not say. */
int term_height(int fd);

/* Whether the locale's names promise UTF-8 (LC_ALL, LC_CTYPE, LANG). */
bool term_has_utf8(void);

/*
 * S as it may be shown: characters that drive a terminal become \uXXXX and
 * malformed bytes \xNN.  Writes as many whole characters as fit into SIZE >= 1
 * bytes with a NUL behind them; returns how many bytes without the NUL.
 */
size_t term_escape(char *dst, size_t size, struct slice s);

/* The columns that S takes on a terminal. */
int term_columns(struct slice s);

/*
 * S in at most WIDTH >= 1 columns: what is too long loses its middle, for `…`
 * or, with IS_ASCII, `~`.  DST takes S.len + 3 bytes; returns the length.
 */
size_t term_shorten(char *dst, struct slice s, int width, bool is_ascii);

#endif
