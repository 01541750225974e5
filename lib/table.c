/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/formatter.h"
#include "tele/term.h"

enum {
	BAR_WIDTH = 10,
	WIDE_TEXT = 28, /* what a text may take before columns are hidden */
	NARROW_TEXT = 8,
	LEAST_COLUMNS = 3,
};

/* What can be spared, the least first: before texts are shortened much ... */
static const char *const spared[] = { "src_line", "src", "code_function",
	"links", "parent", "span", "trace", "sequence_id", "session", "last",
	"first", "code_line", "code_file", "mean_ms", "min_ms", "error_rate",
	"p90_ms", "self_ms", "dead_ms", "p99_ms", "p50_ms", "max_ms", NULL };

/* ... and after. */
static const char *const spared_last[] = { "movement", "event", "sequence",
	"beat", "added", "updated", "removed", "status", NULL };

static void
measure(struct view *v)
{
	char text[CELL_MAX];
	size_t len;
	int width;

	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		formatter_decimals(c);
		len = formatter_heading(c, text);
		c->width = term_columns((struct slice){ text, len });
		for (size_t i = 0; i < v->rows->count; i++) {
			len = formatter_cell(c,
			    rows_cell(v->rows, &v->rows->list[i], c), text);
			width = term_columns((struct slice){ text, len });
			if (width > c->width)
				c->width = width;
		}
		c->has_bar = v->has_bars && c->max > 0 &&
		    slice_equal(c->key, SLICE("total_ms"));
	}
}

static int
total_width(const struct view *v)
{
	int width = -2;

	for (const struct column *c = v->rows->first; c != NULL; c = c->next)
		if (!c->is_hidden)
			width += c->width + 2 +
			    (c->has_bar ? BAR_WIDTH + 1 : 0);
	return width;
}

/* Hide what is in LIST, as far as needed, until the table fits. */
static void
hide_columns(struct view *v, const char *const *list)
{
	struct column *c;

	for (; *list != NULL && total_width(v) > v->width; list++) {
		c = rows_column(v->rows, slice_of(*list));
		if (c != NULL)
			c->is_hidden = true;
	}
}

/* A number or a time makes no sense without its middle. */
static bool
is_elastic(const struct column *c)
{
	static const struct slice times[] = { { "time", 4 }, { "first", 5 },
		{ "last", 4 } };

	for (size_t i = 0; i < 3; i++)
		if (slice_equal(c->key, times[i]))
			return false;
	return !c->is_hidden && !c->is_number;
}

/* Shorten the widest text, again and again, down to LEAST columns. */
static void
narrow_columns(struct view *v, int least)
{
	struct column *widest;

	while (total_width(v) > v->width) {
		widest = NULL;
		for (struct column *c = v->rows->first; c; c = c->next)
			if (is_elastic(c) &&
			    (widest == NULL || c->width > widest->width))
				widest = c;
		if (widest == NULL || widest->width <= least)
			return;
		widest->width--;
	}
}

/* When nothing else helps, hide the last columns but a few. */
static void
hide_last_columns(struct view *v)
{
	struct column *last;
	int shown;

	while (total_width(v) > v->width) {
		last = NULL;
		shown = 0;
		for (struct column *c = v->rows->first; c; c = c->next)
			if (!c->is_hidden) {
				last = c;
				shown++;
			}
		if (shown <= LEAST_COLUMNS)
			return;
		last->is_hidden = true;
	}
}

/* The last thing that can be spared. */
static void
spare_bars(struct view *v)
{
	if (total_width(v) > v->width)
		for (struct column *c = v->rows->first; c; c = c->next)
			c->has_bar = false;
}

/* TEXT in WIDTH columns, its middle left out if need be. */
static void
put_padded(struct view *v, struct slice text, int width, bool right)
{
	char shorter[CELL_MAX + 4];
	int columns = term_columns(text);

	/* Rows that come after the widths were settled may be wider. */
	if (columns > width && !right && v->width > 0) {
		text = (struct slice){ shorter,
			term_shorten(shorter, text, width, v->is_ascii) };
		columns = term_columns(text);
	}
	out_spaces(v->out, right ? width - columns : 0);
	out_write(v->out, text);
	out_spaces(v->out, right ? 0 : width - columns);
}

static void
put_bar(struct view *v, const struct column *c, const struct cell *cell)
{
	static const char *const eighths[] = { " ", "\xe2\x96\x8f",
		"\xe2\x96\x8e", "\xe2\x96\x8d", "\xe2\x96\x8c", "\xe2\x96\x8b",
		"\xe2\x96\x8a", "\xe2\x96\x89", "\xe2\x96\x88" };
	double value = cell->is_number ? strtod(cell->text.ptr, NULL) : 0;
	int filled = (int)(value / c->max * BAR_WIDTH * 8 + 0.5), part;

	out_text(v->out, " ");
	for (int i = 0; i < BAR_WIDTH; i++) {
		part = filled - i * 8;
		part = part < 0 ? 0 : part > 8 ? 8 : part;
		if (v->is_ascii)
			out_text(v->out, part >= 4 ? "#" : " ");
		else
			out_text(v->out, eighths[part]);
	}
}

static void
end_line(struct view *v)
{
	while (v->out->len > 0 && v->out->buf[v->out->len - 1] == ' ')
		v->out->len--;
	out_text(v->out, "\n");
}

static bool
is_first_shown(const struct view *v, const struct column *c)
{
	const struct column *first = v->rows->first;

	while (first != NULL && first->is_hidden)
		first = first->next;
	return c == first;
}

static void
begin_table(struct view *v)
{
	char text[CELL_MAX];
	size_t len;

	measure(v);
	if (v->width > 0) {
		narrow_columns(v, WIDE_TEXT);
		hide_columns(v, spared);
		narrow_columns(v, NARROW_TEXT);
		spare_bars(v);
		hide_columns(v, spared_last);
		hide_last_columns(v);
		/* Those that stay share the room of those that went. */
		measure(v);
		narrow_columns(v, NARROW_TEXT);
		spare_bars(v);
	}
	if (v->rows->count == 0 || v->rows->first == NULL)
		return;
	view_style(v, "1");
	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		if (c->is_hidden)
			continue;
		if (!is_first_shown(v, c))
			out_text(v->out, "  ");
		len = formatter_heading(c, text);
		put_padded(v, (struct slice){ text, len }, c->width,
		    c->is_number);
		out_spaces(v->out, c->has_bar ? BAR_WIDTH + 1 : 0);
	}
	view_style(v, "0");
	end_line(v);
}

static void
row_table(struct view *v, const struct row *row)
{
	char text[CELL_MAX];
	const struct cell *cell;
	bool alarming;
	size_t len;

	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		if (c->is_hidden)
			continue;
		if (!is_first_shown(v, c))
			out_text(v->out, "  ");
		cell = rows_cell(v->rows, row, c);
		len = cell->text.len > 0 ? formatter_cell(c, cell, text) : 0;
		alarming = slice_equal(c->key, SLICE("errors")) &&
		    cell->is_number && strtod(cell->text.ptr, NULL) > 0;
		if (alarming)
			view_style(v, "31");
		put_padded(v, (struct slice){ text, len }, c->width,
		    c->is_number);
		if (alarming)
			view_style(v, "0");
		if (c->has_bar)
			put_bar(v, c, cell);
	}
	end_line(v);
}

/* Which columns a terminal is too narrow for: not seeing them is no answer. */
static void
end_table(struct view *v)
{
	char text[CELL_MAX];
	int at = 0, width;

	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		if (!c->is_hidden)
			continue;
		width = (int)formatter_heading(c, text) + 2;
		if (at == 0)
			out_text(v->out, "not shown: ");
		else if (at + width > v->width)
			out_text(v->out, ",\n           ");
		else
			out_text(v->out, ", ");
		at = at == 0 || at + width > v->width ? 11 + width : at + width;
		out_text(v->out, text);
	}
	if (at > 0)
		out_text(v->out, "\n");
}

const struct formatter table_formatter = { .name = "table",
	.begin = begin_table,
	.row = row_table,
	.end = end_table };
