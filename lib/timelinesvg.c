/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/scale.h"
#include "tele/svg.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

/* Pixels, and columns of text. */
enum {
	MARGIN = 16,
	NAME = 300,
	CHART = 620,
	NUMBERS = 190,
	WIDTH = NAME + CHART + NUMBERS + 2 * MARGIN,
	LEFT = MARGIN + NAME, /* of the chart */
	RIGHT = LEFT + CHART,
	TICK_WIDTH = 80,
	SILENCE_WIDTH = 90,
	BAR = 11,
	INDENT = 10,
	MOST_NOTES = 30,
};

#define BESIDE "\xe2\x88\xa5"

/* Work that the end did not wait for. */
static const struct colour other = { 198, 203, 214 };

struct svg {
	struct out body;
	int64_t y; /* where the next line goes */
};

struct drawing {
	struct out *out;
	const struct timeline *t;
	struct axis axis;
	int64_t y;
};

static int64_t
place(const struct drawing *d, int64_t ns)
{
	return LEFT + axis_at(&d->axis, ns);
}

static struct colour
path_colour(void)
{
	return palette_at(PALETTE_MAX / 8);
}

static void
draw_heading(struct drawing *d)
{
	const struct timeline *t = d->t;
	char when[TIMESTAMP_MAX], text[TIMELINE_NOTE];

	svg_text(d->out, MARGIN, d->y, SVG_LEFT, SVG_BOLD, t->title, 100);
	d->y += SVG_LINE;
	timeline_about(text, t, false);
	svg_text(d->out, MARGIN, d->y, SVG_LEFT, SVG_PLAIN, slice_of(text), 0);
	d->y += SVG_LINE;
	if (t->trace.len > 0)
		svg_text(d->out, MARGIN, d->y, SVG_LEFT, SVG_FAINT, t->trace,
		    100);
	timeline_when(when, t);
	svg_text(d->out, WIDTH - MARGIN, d->y, SVG_RIGHT, SVG_FAINT,
	    slice_of(when), 0);
	d->y += SVG_LINE + 6;
}

static void
draw_silence(struct drawing *d, const struct axis_part *part, int64_t bottom)
{
	char duration[SCALE_TEXT], text[SCALE_TEXT + 16];

	scale_duration(duration, part->to_ns - part->from_ns, false);
	snprintf(text, sizeof(text), "\xe2\x8b\xaf %s \xe2\x8b\xaf", duration);
	svg_box(d->out, LEFT + part->from, d->y + 4, part->to - part->from,
	    bottom - d->y - 4, (struct colour){ 240, 240, 240 });
	svg_text(d->out, LEFT + (part->from + part->to) / 2, d->y, SVG_MIDDLE,
	    SVG_PLAIN, slice_of(text), 0);
}

/* Lines through all rows from each tick on, and a band for each silence. */
static void
draw_scale(struct drawing *d, int64_t bottom)
{
	const struct axis_part *part;
	char text[SCALE_TEXT];
	int64_t x, last = -TICK_WIDTH;

	for (size_t i = 0; i < d->axis.count; i++) {
		part = &d->axis.parts[i];
		if (part->is_silence) {
			draw_silence(d, part, bottom);
			continue;
		}
		for (int64_t ns = scale_floor(part->from_ns, d->axis.step_ns);
		     ns <= part->to_ns; ns += d->axis.step_ns) {
			if (ns < part->from_ns)
				continue;
			x = place(d, ns);
			svg_line(d->out, x, d->y + 4, x, bottom, true);
			if (x - last < TICK_WIDTH / 2)
				continue;
			scale_duration(text, ns, false);
			svg_text(d->out, x, d->y, SVG_MIDDLE, SVG_FAINT,
			    slice_of(text), 0);
			last = x;
		}
	}
	svg_text(d->out, RIGHT + NUMBERS / 2 - 6, d->y, SVG_RIGHT, SVG_FAINT,
	    slice_of(d->t->executions > 0 ? "p50" : "took"), 0);
	svg_text(d->out, RIGHT + NUMBERS - 20, d->y, SVG_RIGHT, SVG_FAINT,
	    slice_of(d->t->has_base        ? "before"
		    : d->t->executions > 0 ? "p95"
					   : "on path"),
	    0);
	d->y += 6;
}

static void
add(struct out *tip, const char *what, struct slice text)
{
	if (text.len == 0)
		return;
	out_write(tip, tip->len > 0 ? SLICE(", ") : SLICE(""));
	out_write(tip, slice_of(what));
	out_write(tip, text);
}

/* What a mouse that rests on a row gets to know. */
static void
begin_row(struct drawing *d, const struct timeline_row *row)
{
	char start[SCALE_TEXT], took[SCALE_TEXT], self[SCALE_TEXT];
	char note[TIMELINE_NOTE];
	struct out tip;

	out_open_memory(&tip);
	scale_duration(start, row->start_ns, false);
	scale_duration(took, row->end_ns - row->start_ns, false);
	scale_duration(self, row->self_ns, false);
	add(&tip, "", row->name);
	add(&tip, "of ", row->owner);
	add(&tip, "from ", slice_of(start));
	if (row->duration_ns >= 0) {
		add(&tip, "took ", slice_of(took));
		add(&tip, "itself ", slice_of(self));
	}
	timeline_note(note, row, false);
	add(&tip, "", slice_of(note));
	add(&tip, "failed: ", row->error);
	add(&tip, "code ", row->code_file);
	if (row->code_file.len > 0 && row->code_line.len > 0) {
		out_write(&tip, SLICE(":"));
		out_write(&tip, row->code_line);
	}
	if (row->src.len > 0 && row->src_line > 0) {
		add(&tip, "line ", row->src);
		out_format(&tip, ":%llu", (unsigned long long)row->src_line);
	}
	svg_group(d->out, (struct slice){ tip.buf, tip.len });
	out_close(&tip);
}

static void
draw_name(struct drawing *d, const struct timeline_row *row)
{
	static const char *const signs[] = { "", "+ ", "- ", "~ " };
	bool has_owner = row->parent == STEP_NONE ||
	    !slice_equal(d->t->rows[row->parent].owner, row->owner);
	int indent = row->depth < 20 ? (int)row->depth * INDENT : 20 * INDENT;
	struct out name;

	out_open_memory(&name);
	out_write(&name, slice_of(signs[row->change]));
	out_write(&name, row->name);
	if (has_owner && row->owner.len > 0) {
		out_write(&name, SLICE("  "));
		out_write(&name, row->owner);
	}
	svg_text(d->out, MARGIN + indent, d->y, SVG_LEFT,
	    row->is_critical ? SVG_BOLD : SVG_PLAIN,
	    (struct slice){ name.buf, name.len },
	    (NAME - indent - 8) / SVG_COLUMN);
	out_close(&name);
}

/* A bar, with what of it is on the path in a darker colour. */
static void
draw_bar(struct drawing *d, uint32_t i, int64_t top, int64_t height)
{
	const struct timeline_row *row = &d->t->rows[i];
	int64_t from = place(d, row->start_ns), to = place(d, row->end_ns);
	bool is_whole = d->t->executions > 0 && row->is_critical;
	const struct critical_piece *pieces;
	size_t count;

	svg_box(d->out, from, top, to - from, height,
	    is_whole ? path_colour() : other);
	pieces = timeline_pieces(d->t, i, &count);
	for (size_t k = 0; k < count; k++)
		svg_box(d->out, place(d, pieces[k].from_ns), top,
		    place(d, pieces[k].to_ns) - place(d, pieces[k].from_ns),
		    height, path_colour());
	if (row->p95_end_ns > row->end_ns) {
		svg_line(d->out, to, top + height / 2,
		    place(d, row->p95_end_ns), top + height / 2, false);
		svg_line(d->out, place(d, row->p95_end_ns), top,
		    place(d, row->p95_end_ns), top + height, false);
	}
	/* Of many, if most of them failed; the mark is for any. */
	if (row->status != STEP_OK ||
	    (row->errors > 0 && row->errors * 2 >= row->count))
		svg_frame(d->out, from, top, to - from, height,
		    row->status == STEP_UNFINISHED);
}

static void
draw_base(struct drawing *d, const struct timeline_row *row)
{
	int64_t from = place(d, row->base_start_ns);
	int64_t to = place(d, row->base_end_ns);

	svg_box(d->out, from, d->y - 3, to - from, 4,
	    palette_at(PALETTE_MAX * 7 / 10));
}

static void
draw_number(struct drawing *d, int64_t x, int64_t ns)
{
	char text[SCALE_TEXT];

	if (ns < 0)
		return;
	scale_duration(text, ns, false);
	svg_text(d->out, x, d->y, SVG_RIGHT, SVG_PLAIN, slice_of(text), 0);
}

static void
draw_mark(struct drawing *d, int64_t *x, const char *mark,
    enum svg_weight weight)
{
	svg_text(d->out, *x, d->y, SVG_LEFT, weight, slice_of(mark), 0);
	*x += SVG_COLUMN + 1;
}

/* Failed or going on; beside others; sticking out. */
static void
draw_marks(struct drawing *d, const struct timeline_row *row)
{
	int64_t x = RIGHT + NUMBERS - 14;
	char note[TIMELINE_NOTE];

	if (row->status == STEP_ERROR || row->errors > 0)
		draw_mark(d, &x, "\xe2\x9c\x97", SVG_ALARM);
	else if (row->status == STEP_UNFINISHED)
		draw_mark(d, &x, "\xe2\x96\xb6", SVG_ALARM);
	if (row->lane > 0)
		draw_mark(d, &x, BESIDE, SVG_FAINT);
	if (timeline_note(note, row, false) > 0)
		draw_mark(d, &x, "!", SVG_ALARM);
}

static void
draw_numbers(struct drawing *d, const struct timeline_row *row)
{
	int64_t second = -1;

	if (d->t->executions > 0)
		second = row->p95_end_ns - row->start_ns;
	else if (row->is_critical)
		second = row->critical_ns;
	if (d->t->has_base)
		second = row->has_base ? row->base_end_ns - row->base_start_ns
				       : -1;
	if (timeline_row_is_new(row))
		draw_number(d, RIGHT + NUMBERS / 2 - 6, row->duration_ns);
	draw_number(d, RIGHT + NUMBERS - 20, second);
	draw_marks(d, row);
}

static void
draw_rows(struct drawing *d)
{
	const struct timeline_row *row;

	for (uint32_t i = 0; i < d->t->count; i++) {
		row = &d->t->rows[i];
		d->y += SVG_LINE;
		begin_row(d, row);
		draw_name(d, row);
		if (timeline_row_is_new(row))
			draw_bar(d, i, d->y - 10, d->t->has_base ? 6 : BAR);
		if (row->has_base)
			draw_base(d, row);
		draw_numbers(d, row);
		svg_group_end(d->out);
	}
}

static void
draw_note(struct drawing *d, const char *text, enum svg_weight weight)
{
	d->y += SVG_LINE;
	svg_text(d->out, MARGIN, d->y, SVG_LEFT, weight, slice_of(text),
	    (WIDTH - 2 * MARGIN) / SVG_COLUMN);
}

static void
draw_notes(struct drawing *d)
{
	const struct timeline_row *row;
	char note[TIMELINE_NOTE];
	size_t shown = 0;
	struct out text;

	for (size_t i = 0; i < d->t->count; i++) {
		row = &d->t->rows[i];
		if ((row->error.len == 0 || row->is_below) &&
		    timeline_note(note, row, false) == 0)
			continue;
		if (shown++ >= MOST_NOTES)
			continue;
		out_open_memory(&text);
		out_write(&text, row->name);
		add(&text, "failed: ", row->error);
		timeline_note(note, row, false);
		add(&text, "", slice_of(note));
		out_write(&text, (struct slice){ "", 1 });
		draw_note(d, text.buf, SVG_ALARM);
		out_close(&text);
	}
	if (shown > MOST_NOTES) {
		snprintf(note, sizeof(note),
		    "... and %zu more that failed or stick out",
		    shown - MOST_NOTES);
		draw_note(d, note, SVG_ALARM);
	}
	if (d->t->hidden > 0) {
		snprintf(note, sizeof(note), "hidden: %zu shorter span%s",
		    d->t->hidden, d->t->hidden == 1 ? "" : "s");
		draw_note(d, note, SVG_PLAIN);
	}
	if (d->t->is_assumed)
		draw_note(d,
		    "where the log has no times, work begins where the work "
		    "before it ended",
		    SVG_PLAIN);
}

/* A box of the colour, and what it means; returns where the next goes. */
static int64_t
draw_key(struct drawing *d, int64_t x, struct colour colour, const char *text)
{
	svg_box(d->out, x, d->y - 10, BAR, BAR, colour);
	svg_text(d->out, x + BAR + 6, d->y, SVG_LEFT, SVG_PLAIN, slice_of(text),
	    0);
	return x + BAR + 6 + ((int64_t)strlen(text) + 2) * SVG_COLUMN;
}

static void
draw_legend(struct drawing *d)
{
	int64_t x = MARGIN;

	d->y += SVG_LINE + 6;
	x = draw_key(d, x, path_colour(),
	    d->t->executions > 0 ? "critical path of most, p50"
				 : "critical path");
	x = draw_key(d, x, other, "other work");
	if (d->t->has_base)
		x = draw_key(d, x, palette_at(PALETTE_MAX * 7 / 10), "before");
	svg_frame(d->out, x, d->y - 10, BAR, BAR, false);
	svg_text(d->out, x + BAR + 6, d->y, SVG_LEFT, SVG_PLAIN,
	    slice_of("failed"), 0);
	x += BAR + 6 + 8 * SVG_COLUMN;
	svg_frame(d->out, x, d->y - 10, BAR, BAR, true);
	svg_text(d->out, x + BAR + 6, d->y, SVG_LEFT, SVG_PLAIN,
	    slice_of("unfinished"), 0);
	x += BAR + 6 + 12 * SVG_COLUMN;
	svg_text(d->out, x, d->y, SVG_LEFT, SVG_PLAIN,
	    slice_of(BESIDE " beside others"), 0);
	d->y += MARGIN;
}

static void
begin_svg(struct timeline_picture *p)
{
	struct svg *s = mem_zalloc(1, sizeof(*s));

	out_open_memory(&s->body);
	s->y = MARGIN;
	p->state = s;
}

static void
write_svg(struct timeline_picture *p, const struct timeline *t)
{
	struct svg *s = p->state;
	struct drawing d = { .out = &s->body, .t = t, .y = s->y + SVG_LINE };

	timeline_axis(&d.axis, t, p->collapses, CHART, SILENCE_WIDTH,
	    TICK_WIDTH);
	draw_heading(&d);
	draw_scale(&d, d.y + 8 + (int64_t)t->count * SVG_LINE);
	draw_rows(&d);
	draw_notes(&d);
	draw_legend(&d);
	axis_free(&d.axis);
	s->y = d.y;
}

/* How high the picture is, is known only now. */
static void
end_svg(struct timeline_picture *p)
{
	struct svg *s = p->state;

	svg_begin(p->out, WIDTH, s->y + MARGIN, SLICE("tele-timeline"));
	out_write(p->out, (struct slice){ s->body.buf, s->body.len });
	svg_end(p->out);
	out_close(&s->body);
	free(s);
}

const struct timeline_format timeline_svg_format = { "svg", true, begin_svg,
	write_svg, end_svg };
