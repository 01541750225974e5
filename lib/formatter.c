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
