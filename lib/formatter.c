/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/findingform.h"
#include "tele/formatter.h"
#include "tele/term.h"

static const struct formatter *const formatters[] = { &table_formatter,
	&tsv_formatter, &csv_formatter, &md_formatter, &gcc_formatter,
	&sarif_formatter, &junit_formatter, &tap_formatter, &github_formatter };

const struct formatter *
formatter_find(const char *name)
{
	if (name == NULL)
		return formatters[0];
	for (size_t i = 0; i < sizeof(formatters) / sizeof(*formatters); i++)
		if (strcmp(formatters[i]->name, name) == 0)
			return formatters[i];
	return NULL;
}

/* `total_ms` is headed `total ms`. */
size_t
formatter_heading(const struct column *c, char text[CELL_MAX])
{
	size_t len = term_escape(text, CELL_MAX, c->key);

	for (size_t i = 0; i < len; i++)
		if (text[i] == '_')
			text[i] = ' ';
	return len;
}

/*
 * Whether a number may be rounded to the decimals of its column: not what a
 * double does not hold, or what has an exponent.
 */
static bool
is_simple(const struct column *c, struct slice number)
{
	enum { DIGITS = 15 };

	for (size_t i = 0; i < number.len; i++)
		if (number.ptr[i] == 'e' || number.ptr[i] == 'E')
			return false;
	return c->has_fraction && number.len <= DIGITS;
}

/* Numbers of a column have as many decimals. */
size_t
formatter_cell(const struct column *c, const struct cell *cell,
    char text[CELL_MAX])
{
	if (!cell->is_number || !c->is_number || !is_simple(c, cell->text))
		return term_escape(text, CELL_MAX, cell->text);
	return (size_t)snprintf(text, CELL_MAX, "%.*f", c->decimals,
	    strtod(cell->text.ptr, NULL));
}

/* Three digits that mean something in the largest number are enough. */
void
formatter_decimals(struct column *c)
{
	c->decimals = !c->is_number || !c->has_fraction ? 0
	    : c->max >= 1000                            ? 0
	    : c->max >= 100                             ? 1
	    : c->max >= 10                              ? 2
							: 3;
}

/* The word at P, up to a blank; `5 %` is one word. */
static const char *
word_end(const char *p, const char *end)
{
	while (p < end && (*p != ' ' || (end - p > 1 && p[1] == '%')))
		p++;
	return p;
}

void
formatter_put_wrapped(struct view *v, struct slice plain, int at)
{
	size_t size = plain.len * 6 + 1;
	char *text = mem_alloc(size),
	     *end = text + term_escape(text, size, plain);
	const char *p = text, *word;
	int column = at, width;

	while (p < end) {
		word = p;
		p = word_end(p, end);
		width = term_columns(slice_range(word, p));
		if (column > at && v->width > 0 &&
		    column + 1 + width > v->width) {
			out_format(v->out, "\n%*s", at, "");
			column = at;
		} else if (column > at) {
			out_write(v->out, SLICE(" "));
			column++;
		}
		out_write(v->out, slice_range(word, p));
		column += width;
		while (p < end && *p == ' ')
			p++;
	}
	out_write(v->out, SLICE("\n"));
	free(text);
}
