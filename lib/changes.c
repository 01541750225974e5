/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/changes.h"
#include "tele/changetext.h"
#include "tele/mem.h"
#include "tele/sparkline.h"
#include "tele/term.h"

enum {
	VERDICT_WIDTH = 9,
	UNSURE_WIDTH = 6,
	MOST_SEEN = 9,
	NUMBER_WIDTH = 6,
	EFFECT_WIDTH = 20,
	IMPACT_WIDTH = 9,
	LEAST_NAME = 12,
	MOST_NAME = 28,
	LEAST_OWNER = 8,
	MOST_OWNER = 28,
	LEAST_COURSE = 4, /* a side */
};

/* A line has no blanks at its end. */
static void
trim(struct view *v)
{
	while (v->out->len > 0 && v->out->buf[v->out->len - 1] == ' ')
		v->out->len--;
}

/* A cell without what drives a terminal; for free(). */
static struct slice
cell_of(const struct view *v, const struct row *row, enum change_cell cell)
{
	struct out out;
	char *text;
	size_t size;

	out_open_memory(&out);
	changetext_write(v, row, cell, &out);
	size = out.len * 6 + 1;
	text = mem_alloc(size);
	size = term_escape(text, size, (struct slice){ out.buf, out.len });
	out_close(&out);
	return (struct slice){ text, size };
}

static void
put_cell(struct view *v, const struct row *row, enum change_cell cell,
    int width, bool right)
{
	struct slice text = cell_of(v, row, cell), shown;
	char *shorter = mem_alloc(text.len + 4);
	int columns;

	shown = (struct slice){ shorter,
		term_shorten(shorter, text, width, v->is_ascii) };
	columns = term_columns(shown);
	out_spaces(v->out, right ? width - columns : 0);
	out_write(v->out, shown);
	out_spaces(v->out, right ? 0 : width - columns);
	free(shorter);
	free((char *)text.ptr);
}

/* A cell from column AT on, in lines of which all but the first begin there. */
static void
put_wrapped(struct view *v, const struct row *row, enum change_cell cell,
    int at)
{
	struct out out;

	out_open_memory(&out);
	changetext_write(v, row, cell, &out);
	formatter_put_wrapped(v, (struct slice){ out.buf, out.len }, at);
	out_close(&out);
}

static void
put_courses(struct view *v, const struct row *row, int width)
{
	double numbers[2][COURSE_MAX], most = 0;
	size_t count[2];

	for (int side = 0; side < 2; side++) {
		count[side] = changetext_course(v, row, side, numbers[side],
		    (size_t)width);
		for (size_t i = 0; i < count[side]; i++)
			if (numbers[side][i] > most)
				most = numbers[side][i];
	}
	for (int side = 0; side < 2; side++) {
		out_text(v->out, side == 0 ? "  " : " ");
		sparkline_write(numbers[side], count[side], most, (size_t)width,
		    v->is_ascii, v->out);
	}
}

/* How wide CELL of ROW is, or *WIDTH if that is more. */
static void
widen(const struct view *v, const struct row *row, enum change_cell cell,
    int most, int *width)
{
	struct slice text = cell_of(v, row, cell);
	int columns = term_columns(text);

	columns = columns < most ? columns : most;
	*width = columns > *width ? columns : *width;
	free((char *)text.ptr);
}

static void
measure(const struct view *v, const struct row *row, struct changes *c)
{
	double numbers[COURSE_MAX];
	int points;

	widen(v, row, CELL_SEEN, MOST_SEEN, &c->seen);
	widen(v, row, CELL_NAME, MOST_NAME, &c->name);
	widen(v, row, CELL_OWNER, MOST_OWNER, &c->owner);
	for (int side = 0; side < 2; side++) {
		points = (int)changetext_course(v, row, side, numbers,
		    COURSE_MAX);
		c->course = points > c->course ? points : c->course;
	}
}

/* The verdict, and behind an unsure one what could be seen. */
static int
verdict_width(const struct changes *c)
{
	int width = c->seen > 0 ? UNSURE_WIDTH + 1 + c->seen : 0;

	return width > VERDICT_WIDTH ? width : VERDICT_WIDTH;
}

/* Where what follows it begins. */
static int
indent_of(const struct changes *c)
{
	return 1 + verdict_width(c) + 1;
}

/* What a row takes. */
static int
width_of(const struct changes *c)
{
	return indent_of(c) + c->name + 2 * (2 + NUMBER_WIDTH) + 2 +
	    EFFECT_WIDTH + (c->owner > 0 ? 1 + c->owner : 0) +
	    (c->has_impact ? 2 + IMPACT_WIDTH : 0) +
	    (c->course > 0 ? 3 + 2 * c->course : 0);
}

/* Leave out and shorten until a row fits, what matters least first. */
static void
fit(const struct view *v, struct changes *c)
{
	c->has_impact = true;
	if (v->width == 0)
		return;
	c->has_impact = width_of(c) <= v->width;
	while (width_of(c) > v->width && c->course > 2 * LEAST_COURSE)
		c->course--;
	while (width_of(c) > v->width && c->owner > LEAST_OWNER)
		c->owner--;
	while (width_of(c) > v->width && c->course > LEAST_COURSE)
		c->course--;
	if (width_of(c) > v->width)
		c->owner = 0;
	while (width_of(c) > v->width && c->name > LEAST_NAME)
		c->name--;
	if (width_of(c) > v->width)
		c->course = 0;
}

void
changes_begin(struct view *v)
{
	struct changes *c = arena_alloc(&v->rows->arena, sizeof(*c));
	const struct row *row;
	struct slice unit;

	*c = (struct changes){ .section = -1,
		.name = LEAST_NAME,
		.unit = "a unit" };
	for (size_t i = 0; i < v->rows->count; i++) {
		row = &v->rows->list[i];
		unit = changetext_value(v, row, "unit");
		if (unit.len > 0)
			snprintf(c->unit, sizeof(c->unit), "a %.*s",
			    (int)unit.len, unit.ptr);
		if (changetext_is_time(v, row))
			measure(v, row, c);
	}
	fit(v, c);
	v->own = c;
}

void
changes_open(struct view *v, int section,
    void (*head)(struct view *v, const char *name))
{
	struct changes *c = v->own;

	while (c->section < section) {
		if (c->section >= 0 && c->is_empty)
			out_text(v->out, "nothing\n");
		c->section++;
		c->is_empty = true;
		c->is_headed = false;
		if (c->section < CHANGE_SECTIONS)
			head(v, change_section_names[c->section]);
	}
}

static void
head_table(struct view *v, const char *name)
{
	out_text(v->out, "\n");
	view_style(v, "1");
	out_text(v->out, name);
	view_style(v, "0");
	out_text(v->out, "\n");
}

/* What the columns are, before the first row of times. */
static void
put_headings(struct view *v, const struct changes *c)
{
	static const char legend[] = ": what could be seen";
	int left = indent_of(c) + c->name + (c->owner > 0 ? 1 + c->owner : 0);

	view_style(v, "2");
	if (c->seen > 0) {
		out_text(v->out, v->is_ascii ? " >=" : " ≥");
		out_text(v->out, legend);
		left -= (v->is_ascii ? 3 : 2) + (int)strlen(legend);
	}
	out_spaces(v->out, left);
	out_format(v->out, "  %*s  %*s  %-*s", NUMBER_WIDTH, "ms", NUMBER_WIDTH,
	    "now", EFFECT_WIDTH, "change, 95 % sure");
	if (c->has_impact)
		out_format(v->out, "  %*s", IMPACT_WIDTH, c->unit);
	if (c->course > 0)
		out_format(v->out, "  %-*s new", c->course, "base");
	trim(v);
	view_style(v, "0");
	out_text(v->out, "\n");
}

static void
put_verdict(struct view *v, const struct row *row, const struct changes *c)
{
	int width = verdict_width(c);

	if (!changetext_has_seen(v, row)) {
		put_cell(v, row, CELL_VERDICT, width, false);
		return;
	}
	put_cell(v, row, CELL_VERDICT, UNSURE_WIDTH, false);
	out_text(v->out, " ");
	put_cell(v, row, CELL_SEEN, width - UNSURE_WIDTH - 1, false);
}

static void
put_time(struct view *v, const struct row *row, const struct changes *c)
{
	put_cell(v, row, CELL_NAME, c->name, false);
	if (c->owner > 0) {
		out_text(v->out, " ");
		put_cell(v, row, CELL_OWNER, c->owner, false);
	}
	out_text(v->out, "  ");
	put_cell(v, row, CELL_BASE, NUMBER_WIDTH, true);
	out_text(v->out, "  ");
	put_cell(v, row, CELL_NEW, NUMBER_WIDTH, true);
	out_text(v->out, "  ");
	put_cell(v, row, CELL_EFFECT, EFFECT_WIDTH, false);
	if (c->has_impact) {
		out_text(v->out, "  ");
		put_cell(v, row, CELL_IMPACT, IMPACT_WIDTH, true);
	}
	if (c->course > 0)
		put_courses(v, row, c->course);
	trim(v);
	out_text(v->out, "\n");
}

static void
put_steps(struct view *v, const struct row *row, const char *key,
    enum change_cell cell)
{
	int indent = indent_of(v->own);

	if (changetext_value(v, row, key).len == 0)
		return;
	out_spaces(v->out, indent);
	out_format(v->out, "%s ", key);
	put_wrapped(v, row, cell, indent + (int)strlen(key) + 1);
}

bool
changes_is_tally(struct view *v, const struct row *row)
{
	struct changes *c = v->own;

	c->is_diff |= !changetext_is_tally(v, row) ||
	    changetext_value(v, row, "fails").len > 0;
	return changetext_is_tally(v, row);
}

static void
row_changes(struct view *v, const struct row *row)
{
	struct changes *c = v->own;

	if (changes_is_tally(v, row)) {
		put_wrapped(v, row, CELL_MESSAGE, 0);
		return;
	}
	changes_open(v, (int)changetext_section(v, row), head_table);
	if (changetext_is_time(v, row) && !c->is_headed)
		put_headings(v, c);
	c->is_headed |= changetext_is_time(v, row);
	c->is_empty = false;
	out_text(v->out, " ");
	view_style(v, changetext_colour(v, row));
	put_verdict(v, row, c);
	view_style(v, "0");
	out_text(v->out, " ");
	if (changetext_is_time(v, row)) {
		put_time(v, row, c);
		return;
	}
	put_wrapped(v, row, CELL_MESSAGE, indent_of(c));
	put_steps(v, row, "expected", CELL_EXPECTED);
	put_steps(v, row, "observed", CELL_OBSERVED);
}

static void
end_changes(struct view *v)
{
	const struct changes *c = v->own;

	if (c->is_diff)
		changes_open(v, CHANGE_SECTIONS, head_table);
}

static const struct formatter table_of_changes = { "table", changes_begin,
	row_changes, end_changes, false };

const struct formatter *
changes_formatter(const struct formatter *f, const struct rows *rows)
{
	const struct column *c = rows_column(rows, SLICE("finding"));

	if (rows->count == 0 || c == NULL)
		return f;
	for (size_t i = 0; i < rows->count; i++)
		if (!slice_starts_with(rows_cell(rows, &rows->list[i], c)->text,
			SLICE("TD")))
			return f;
	return f == &table_formatter ? &table_of_changes
	    : f == &md_formatter     ? &changes_md_formatter
				     : f;
}
