/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/chart.h"
#include "tele/label.h"
#include "tele/scale.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

enum {
	LEAST_CHART = 10,
	MOST_NAME = 60,
	LEAST_NAME = 12,
	NUMBER_WIDTH = 9,
	MARKS_WIDTH = 4,
	TICK_WIDTH = 8,
	SILENCE_WIDTH = 11,
	MOST_NOTES = 12,
};

struct text {
	const struct timeline *t;
	const struct screen *s;
	struct axis axis;
	struct chart chart;
	int width, name; /* columns */
	bool has_path;   /* a column of its own */
	bool *is_last;   /* of its parent, each row */
	bool *goes_on;   /* on the way to the row: has later siblings */
};

static int64_t
place(const struct text *x, int64_t ns)
{
	return axis_at(&x->axis, ns);
}

static void
paint_whisker(struct text *x, const struct timeline_row *row)
{
	int64_t to = place(x, row->end_ns), p95 = place(x, row->p95_end_ns);

	/* It does not leave the column in which the bar ends. */
	if (p95 / CHART_EIGHTHS < (to + CHART_EIGHTHS / 2) / CHART_EIGHTHS)
		return;
	chart_paint(&x->chart, to, p95, CHART_WHISKER, CHART_OTHER);
	chart_paint(&x->chart, p95 - CHART_EIGHTHS / 2, p95, CHART_WHISKER_END,
	    CHART_OTHER);
}

static void
paint_row(struct text *x, uint32_t i)
{
	const struct timeline_row *row = &x->t->rows[i];
	int64_t from = place(x, row->start_ns), to = place(x, row->end_ns);
	const struct critical_piece *pieces;
	size_t count;

	chart_clear(&x->chart);
	if (row->p95_end_ns > row->end_ns)
		paint_whisker(x, row);
	chart_paint(&x->chart, from, to, CHART_SHADE, CHART_OTHER);
	if (x->t->executions > 0 && row->is_critical)
		chart_paint_fine(&x->chart, from, to, CHART_CRITICAL);
	pieces = timeline_pieces(x->t, i, &count);
	for (size_t k = 0; x->t->executions == 0 && k < count; k++)
		chart_paint_fine(&x->chart, place(x, pieces[k].from_ns),
		    place(x, pieces[k].to_ns), CHART_CRITICAL);
	chart_paint_silences(&x->chart, from, to);
	if (row->status == STEP_UNFINISHED && row->duration_ns < 0)
		chart_paint(&x->chart, to - CHART_EIGHTHS, to, CHART_GO_ON,
		    CHART_FAILED);
	if (row->status == STEP_ERROR && row->duration_ns < 0)
		chart_paint(&x->chart, to - CHART_EIGHTHS, to, CHART_FAILURE,
		    CHART_FAILED);
}

/* Which rows are the last of their parents; children come after it. */
static void
find_last(struct text *x)
{
	const struct timeline *t = x->t;
	bool *has_later = mem_zalloc(t->count + 1, sizeof(*has_later));
	size_t up;

	x->is_last = mem_zalloc(t->count, sizeof(*x->is_last));
	x->goes_on = mem_zalloc(t->count + 1, sizeof(*x->goes_on));
	for (size_t i = t->count; i > 0; i--) {
		up = t->rows[i - 1].parent == STEP_NONE ? t->count
							: t->rows[i - 1].parent;
		x->is_last[i - 1] = !has_later[up];
		has_later[up] = true;
	}
	free(has_later);
}

/* The lines that lead to a row from its parents; how many columns they take. */
static int
put_branches(struct text *x, uint32_t i)
{
	uint32_t depth = x->t->rows[i].depth, from = 1;
	uint32_t most = (uint32_t)x->name / 3;
	int columns = 0;

	x->goes_on[depth] = !x->is_last[i];
	if (depth > most) {
		from = depth - most + 1;
		screen_put(x->s, x->s->is_ascii ? "~ " : "\xe2\x80\xa6 ");
		columns = 2;
	}
	for (uint32_t d = from; d <= depth; d++, columns += 2)
		screen_put(x->s,
		    d < depth ? (x->goes_on[d] ? chart_glyph(x->s, CHART_TRUNK)
					       : "  ")
			      : chart_glyph(x->s,
				    x->is_last[i] ? CHART_LAST_BRANCH
						  : CHART_BRANCH));
	return columns;
}

static size_t
format_name(const struct text *x, char *dst, const struct timeline_row *row)
{
	static const char *const signs[] = { "", "+ ", "- ", "~ " };
	size_t len = strlen(signs[row->change]);

	memcpy(dst, signs[row->change], len);
	return len +
	    label_format(dst + len, row->name, MOST_NAME, x->s->is_ascii);
}

/* The owner, where it is not that of the row above. */
static size_t
format_owner(const struct text *x, char *dst, const struct timeline_row *row)
{
	if (row->parent != STEP_NONE &&
	    slice_equal(x->t->rows[row->parent].owner, row->owner))
		return 0;
	return label_format(dst, row->owner, MOST_NAME, x->s->is_ascii);
}

/* Names get what the widest needs, within reason; returns what is left. */
static int
measure(struct text *x)
{
	char *text = mem_alloc(LABEL_MAX + 16);
	int widest = LEAST_NAME, columns, chart;
	size_t len;

	for (size_t i = 0; i < x->t->count; i++) {
		columns = (int)x->t->rows[i].depth * 2;
		len = format_name(x, text, &x->t->rows[i]);
		columns += term_columns((struct slice){ text, len });
		len = format_owner(x, text, &x->t->rows[i]);
		columns += term_columns((struct slice){ text, len });
		columns += len > 0 ? 2 : 0;
		widest = columns > widest ? columns : widest;
	}
	free(text);
	x->width = screen_columns(x->s);
	x->has_path = x->width >= 100 && x->t->executions == 0 &&
	    !x->t->has_base;
	x->name = x->width * 2 / 5;
	if (x->name > widest)
		x->name = widest;
	chart = x->width - x->name - 1 - MARKS_WIDTH -
	    NUMBER_WIDTH * (1 + x->has_path);
	return chart > LEAST_CHART ? chart : LEAST_CHART;
}

static void
put_duration(const struct text *x, int64_t ns)
{
	char text[SCALE_TEXT] = "";

	if (ns >= 0)
		scale_duration(text, ns, x->s->is_ascii);
	screen_right(x->s, text, NUMBER_WIDTH);
}

/* Failed or going on; beside others; sticking out. */
static void
put_marks(const struct text *x, const struct timeline_row *row)
{
	char note[TIMELINE_NOTE];
	bool has_failed = row->status == STEP_ERROR || row->errors > 0;

	screen_put(x->s, " ");
	if (has_failed)
		chart_style(x->s, CHART_FAILED);
	screen_put(x->s,
	    has_failed ? chart_glyph(x->s, CHART_FAILURE)
		: row->status == STEP_UNFINISHED
		? chart_glyph(x->s, CHART_GO_ON)
		: " ");
	if (has_failed)
		chart_style(x->s, CHART_EMPTY);
	screen_put(x->s, row->lane > 0 ? chart_glyph(x->s, CHART_BESIDE) : " ");
	screen_put(x->s,
	    timeline_note(note, row, x->s->is_ascii) > 0 ? "!" : " ");
}

static void
put_name(struct text *x, uint32_t i)
{
	const struct timeline_row *row = &x->t->rows[i];
	char *name = mem_alloc(LABEL_MAX + 16);
	char *owner = mem_alloc(LABEL_MAX);
	int columns = put_branches(x, i);

	if (row->is_critical)
		screen_style(x->s, "1");
	screen_named(x->s, (struct slice){ name, format_name(x, name, row) },
	    (struct slice){ owner, format_owner(x, owner, row) },
	    x->name - columns);
	if (row->is_critical)
		screen_style(x->s, "0");
	screen_put(x->s, " ");
	free(name);
	free(owner);
}

/* What it was before, under what it is now. */
static void
put_base(struct text *x, const struct timeline_row *row)
{
	if (timeline_row_is_new(row)) {
		screen_spaces(x->s, x->name - 6);
		screen_put(x->s, "before ");
	}
	chart_clear(&x->chart);
	chart_paint(&x->chart, place(x, row->base_start_ns),
	    place(x, row->base_end_ns), CHART_SHADE, CHART_OTHER);
	chart_paint_silences(&x->chart, place(x, row->base_start_ns),
	    place(x, row->base_end_ns));
	chart_put(&x->chart);
	put_duration(x, row->base_end_ns - row->base_start_ns);
	screen_end_line(x->s);
}

static void
put_row(struct text *x, uint32_t i)
{
	const struct timeline_row *row = &x->t->rows[i];

	put_name(x, i);
	if (!timeline_row_is_new(row)) {
		put_base(x, row);
		return;
	}
	paint_row(x, i);
	chart_put(&x->chart);
	put_duration(x, row->duration_ns);
	if (x->has_path)
		put_duration(x, row->is_critical ? row->critical_ns : -1);
	put_marks(x, row);
	screen_end_line(x->s);
	if (row->has_base)
		put_base(x, row);
}

/* The scale, and what the numbers at the right are. */
static void
put_ruler(const struct text *x)
{
	screen_spaces(x->s, x->name + 1);
	chart_put_ruler(&x->chart);
	screen_right(x->s, x->t->executions > 0 ? "p50" : "took", NUMBER_WIDTH);
	if (x->has_path)
		screen_right(x->s, "on path", NUMBER_WIDTH);
	screen_end_line(x->s);
}

/* TEXT in MOST columns at most, or in any if 0; returns how many it took. */
static int
put_text(const struct text *x, struct slice text, int most)
{
	char label[LABEL_MAX];
	struct slice shown = { label,
		label_format(label, text, most, x->s->is_ascii) };

	out_write(x->s->out, shown);
	return term_columns(shown);
}

/* The trace, whole, so that it can be copied; and when it began. */
static void
put_identity(const struct text *x)
{
	const struct timeline *t = x->t;
	char when[TIMESTAMP_MAX];
	int room = x->width - (int)timeline_when(when, t);

	if (t->trace.len > 0) {
		screen_put(x->s, "trace ");
		put_text(x, t->trace, 0);
		screen_put(x->s,
		    term_columns(t->trace) + 8 > room ? "\n" : "  ");
	}
	screen_put(x->s, when);
	if (t->trace.len > 0 || t->has_time)
		screen_end_line(x->s);
}

/* What it is, how long it took, and how much of it there is. */
static void
put_heading(const struct text *x)
{
	char about[TIMELINE_NOTE];
	int columns, most = x->width - 1;

	screen_style(x->s, "1");
	columns = put_text(x, x->t->title, most < MOST_NAME ? most : MOST_NAME);
	screen_style(x->s, "0");
	screen_put(x->s, ": ");
	timeline_about(about, x->t, x->s->is_ascii);
	screen_lines(x->s, columns + 2, about);
	put_identity(x);
}

/* Lines about an odd or failed row. */
static void
put_note(const struct text *x, const struct timeline_row *row)
{
	char note[TIMELINE_NOTE];
	int columns, room;

	if (row->error.len > 0 && !row->is_below) {
		screen_put(x->s, chart_glyph(x->s, CHART_FAILURE));
		screen_put(x->s, " ");
		room = x->width - 4;
		room -= put_text(x, row->name, room / 2);
		screen_put(x->s, ": ");
		put_text(x, row->error, room > 8 ? room : 8);
		screen_put(x->s, "\n");
	}
	if (timeline_note(note, row, x->s->is_ascii) > 0) {
		screen_put(x->s, "! ");
		columns = put_text(x, row->name, x->width / 2);
		screen_put(x->s, " ");
		screen_lines(x->s, columns + 3, note);
	}
}

static bool
is_notable(const struct timeline_row *row)
{
	char note[TIMELINE_NOTE];

	return (row->error.len > 0 && !row->is_below) ||
	    timeline_note(note, row, false) > 0;
}

static void
put_notes(const struct text *x)
{
	char note[TIMELINE_NOTE];
	size_t shown = 0;

	for (size_t i = 0; i < x->t->count; i++)
		if (is_notable(&x->t->rows[i]) && shown++ < MOST_NOTES)
			put_note(x, &x->t->rows[i]);
	if (shown > MOST_NOTES) {
		snprintf(note, sizeof(note),
		    "... and %zu more that failed or stick out of their "
		    "parents",
		    shown - MOST_NOTES);
		screen_lines(x->s, 0, note);
	}
	if (x->t->hidden > 0)
		out_format(x->s->out, "hidden: %zu shorter span%s\n",
		    x->t->hidden, x->t->hidden == 1 ? "" : "s");
	if (x->t->is_assumed)
		screen_lines(x->s, 0,
		    "where the log has no times, work begins where the work "
		    "before it ended");
	if (x->t->is_piece)
		screen_lines(x->s, 0,
		    "there is more of this execution than was kept");
}

static bool
has_lanes(const struct timeline *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].lane > 0)
			return true;
	return false;
}

static void
put_legend(const struct text *x)
{
	const struct screen *s = x->s;
	bool is_usual = x->t->executions > 0;
	char text[512];
	int len;

	len = snprintf(text, sizeof(text), "%s %s  %s other work",
	    chart_glyph(s, CHART_FULL),
	    is_usual ? "on the critical path of most, p50" : "critical path",
	    chart_glyph(s, CHART_SHADE));
	if (is_usual)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
		    "  %s%s up to p95", chart_glyph(s, CHART_WHISKER),
		    chart_glyph(s, CHART_WHISKER_END));
	if (has_lanes(x->t))
		snprintf(text + len, sizeof(text) - (size_t)len,
		    "  %s beside others", chart_glyph(s, CHART_BESIDE));
	screen_lines(s, 0, text);
	if (x->t->has_base)
		screen_put(s, "+ added  - removed  ~ changed\n");
}

static void
write_text(struct timeline_picture *p, const struct timeline *t)
{
	struct text x = { .t = t, .s = &p->screen };
	int width = measure(&x);

	timeline_axis(&x.axis, t, p->collapses, (int64_t)width * CHART_EIGHTHS,
	    SILENCE_WIDTH * CHART_EIGHTHS, TICK_WIDTH * CHART_EIGHTHS);
	chart_init(&x.chart, x.s, &x.axis, width);
	find_last(&x);
	if (p->index > 0)
		screen_put(x.s, "\n");
	put_heading(&x);
	put_ruler(&x);
	for (uint32_t i = 0; i < t->count; i++)
		put_row(&x, i);
	put_notes(&x);
	put_legend(&x);
	chart_free(&x.chart);
	axis_free(&x.axis);
	free(x.is_last);
	free(x.goes_on);
}

const struct timeline_format timeline_text_format = { "text", true, NULL,
	write_text, NULL };
