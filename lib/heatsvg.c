/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tele/heatformat.h"
#include "tele/json.h"
#include "tele/scale.h"
#include "tele/svg.h"

/* Pixels. */
enum {
	MARGIN = 16,
	NAME = 260,
	CHART = 800,
	NUMBER = 76,
	NUMBERS = 5,
	LEFT = MARGIN + NAME,
	RIGHT = LEFT + CHART,
	WIDTH = RIGHT + 2 * NUMBER + MARGIN,
	LEAST_CELL = 5,
	MOST_CELL = 40,
	GAP = 24,
	ROW = 18,
	LABEL = 80,
	CODE = 34, /* columns of text */
};

struct drawing {
	const struct heat_picture *p;
	const struct heat_view *v;
	struct out *out;
	int64_t cell, y;
};

static size_t
svg_columns(const struct heat_picture *p, size_t *gap_width)
{
	(void)p;
	*gap_width = GAP / LEAST_CELL + 1;
	return CHART / LEAST_CELL;
}

static void
measure(struct drawing *d)
{
	int64_t gaps = 0, cells = 0;

	for (size_t i = 0; i < d->v->column_count; i++)
		*(d->v->columns[i].gap_ns > 0 ? &gaps : &cells) += 1;
	d->cell = cells > 0 ? (CHART - gaps * GAP) / cells : 1;
	d->cell = d->cell < 1 ? 1 : d->cell > MOST_CELL ? MOST_CELL : d->cell;
}

static int64_t
width_of(const struct drawing *d, size_t i)
{
	return d->v->columns[i].gap_ns > 0 ? GAP : d->cell;
}

/* On white paper, darker is more. */
static struct colour
colour_of(int level, const struct heat_scale *s)
{
	return palette_at(PALETTE_MAX -
	    (s->count > 1 ? level * PALETTE_MAX / (s->count - 1)
			  : PALETTE_MAX / 2));
}

static void
put(struct drawing *d, int64_t x, enum svg_anchor anchor,
    enum svg_weight weight, const char *text)
{
	svg_text(d->out, x, d->y, anchor, weight, slice_of(text), 0);
}

/* The names of gaps, and below them times above the columns. */
static void
draw_ruler(struct drawing *d)
{
	int64_t step = heat_label_step(d->v, LABEL / d->cell + 1), x = LEFT;
	const struct view_column *c;
	char text[HEAT_TEXT], gap[HEAT_TEXT + 16];
	int64_t last = 0, top = d->y;
	bool is_first = true;

	for (size_t i = 0; i < d->v->column_count; i++) {
		c = &d->v->columns[i];
		if (c->gap_ns > 0) {
			scale_duration(text, c->gap_ns, false);
			snprintf(gap, sizeof(gap),
			    "\xe2\x8b\xaf %s \xe2\x8b\xaf", text);
			svg_text(d->out, x + GAP / 2, top, SVG_MIDDLE,
			    SVG_PLAIN, slice_of(gap), 0);
			svg_box(d->out, x, top + ROW + 6, GAP,
			    (int64_t)d->v->row_count * ROW,
			    (struct colour){ 240, 240, 240 });
		} else if (x >= last &&
		    (is_first || scale_floor(c->from_ns, step) == c->from_ns)) {
			heat_clock(text, c->from_ns,
			    is_first ? d->v->step_ns : step);
			svg_text(d->out, x, top + ROW, SVG_LEFT, SVG_FAINT,
			    slice_of(text), 0);
			last = x + LABEL;
		}
		is_first = c->gap_ns > 0;
		x += width_of(d, i);
	}
	d->y += ROW;
	if (d->v->is_latency)
		put(d, LEFT - 8, SVG_RIGHT, SVG_FAINT, "from");
	put(d, RIGHT + NUMBER, SVG_RIGHT, SVG_FAINT,
	    d->v->is_latency ? "count" : "total");
	put(d, RIGHT + 2 * NUMBER, SVG_RIGHT, SVG_FAINT,
	    d->v->is_latency ? "failed" : "p95");
	d->y += 6;
}

/* What a mouse that rests on a cell gets to know. */
static void
begin_cell(struct drawing *d, const struct view_row *row, size_t i,
    const struct view_cell *cell)
{
	char when[HEAT_TEXT], p95[SCALE_TEXT] = "";
	struct out tip;

	heat_clock(when, d->v->columns[i].from_ns,
	    d->v->step_ns < INT64_C(60000000000) ? d->v->step_ns
						 : INT64_C(60000000000));
	if (cell->p95_ns >= 0)
		scale_duration(p95, cell->p95_ns, false);
	out_open_memory(&tip);
	out_write(&tip, d->v->is_latency ? d->p->handler : row->name);
	out_format(&tip, ", %s, %llu times, %llu failed%s%s", when,
	    (unsigned long long)cell->count, (unsigned long long)cell->errors,
	    p95[0] != '\0' ? ", p95 " : "", p95);
	svg_group(d->out, (struct slice){ tip.buf, tip.len });
	out_close(&tip);
}

static void
draw_cell(struct drawing *d, const struct view_row *row, size_t i, int64_t x)
{
	const struct view_cell *cell = &row->cells[i];
	struct colour paper = colour_of(cell->level, &row->scale);

	begin_cell(d, row, i, cell);
	if (cell->level >= 0)
		svg_box(d->out, x, d->y - 13, d->cell, ROW - 1, paper);
	else
		svg_line(d->out, x, d->y - 5, x + d->cell, d->y - 5, false);
	if (cell->errors > 0 && d->v->measure != HEAT_ERRORS)
		svg_text_on(d->out, x + d->cell / 2, d->y, SVG_MIDDLE,
		    cell->level >= 0 ? paper : (struct colour){ 255, 255, 255 },
		    "!");
	svg_group_end(d->out);
}

static void
draw_numbers(struct drawing *d, const struct view_row *row)
{
	char text[SCALE_TEXT];
	int64_t ns;

	if (row->all == NULL)
		return;
	if (d->v->is_latency) {
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)row->all->count);
		put(d, RIGHT + NUMBER, SVG_RIGHT, SVG_PLAIN, text);
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)row->all->errors);
		put(d, RIGHT + 2 * NUMBER, SVG_RIGHT, SVG_PLAIN,
		    row->all->errors > 0 ? text : "");
		return;
	}
	if (!quantile_at(&row->all->durations, 0.95, &ns))
		return;
	scale_duration(text, ns, false);
	put(d, RIGHT + 2 * NUMBER, SVG_RIGHT, SVG_PLAIN, text);
	scale_duration(text,
	    row->all->durations.sum_ns < INT64_MAX
		? (int64_t)row->all->durations.sum_ns
		: INT64_MAX,
	    false);
	put(d, RIGHT + NUMBER, SVG_RIGHT, SVG_PLAIN, text);
}

/* The name, and behind it the owner. */
static void
draw_name(struct drawing *d, const struct view_row *row, int64_t x,
    enum svg_anchor anchor, int columns)
{
	struct out name;

	out_open_memory(&name);
	out_write(&name, row->name);
	if (row->owner.len > 0) {
		out_write(&name, SLICE("  "));
		out_write(&name, row->owner);
	}
	svg_text(d->out, x, d->y, anchor, SVG_PLAIN,
	    (struct slice){ name.buf, name.len }, columns);
	out_close(&name);
}

static void
draw_rows(struct drawing *d)
{
	const struct view_row *row;
	char text[HEAT_TEXT];
	int64_t x;

	for (size_t i = 0; i < d->v->row_count; i++) {
		row = &d->v->rows[i];
		d->y += ROW;
		if (d->v->is_latency) {
			heat_latency(text, d->v, i, false);
			put(d, LEFT - 8, SVG_RIGHT, SVG_PLAIN, text);
		} else {
			draw_name(d, row, LEFT - 8, SVG_RIGHT,
			    (NAME - 8) / SVG_COLUMN);
		}
		x = LEFT;
		for (size_t k = 0; k < d->v->column_count; k++) {
			if (row->cells[k].count > 0)
				draw_cell(d, row, k, x);
			x += width_of(d, k);
		}
		draw_numbers(d, row);
		svg_line(d->out, LEFT, d->y + 5, RIGHT, d->y + 5, true);
	}
}

static void
draw_legend(struct drawing *d)
{
	char text[HEAT_TEXT + 8], value[HEAT_TEXT];
	const struct heat_scale *s = &d->v->scale;
	int64_t x = LEFT;

	d->y += ROW + 10;
	for (int i = 0; i < s->count && !d->v->per_row; i++) {
		heat_value(value, d->v, s->limits[i], false);
		snprintf(text, sizeof(text), "\xe2\x89\xa4 %s", value);
		svg_box(d->out, x, d->y - 11, 14, 14, colour_of(i, s));
		put(d, x + 18, SVG_LEFT, SVG_PLAIN, text);
		x += 100;
	}
	for (int i = 0; i < HEAT_LEVELS && d->v->per_row; i++) {
		svg_box(d->out, x, d->y - 11, 14, 14,
		    palette_at(
			PALETTE_MAX - i * PALETTE_MAX / (HEAT_LEVELS - 1)));
		x += 14;
	}
	if (d->v->per_row)
		put(d, x + 6, SVG_LEFT, SVG_PLAIN,
		    "each row from its least to its most");
	d->y += ROW;
	put(d, LEFT, SVG_LEFT, SVG_PLAIN,
	    "white: nothing happened; line: nothing with a duration; "
	    "!: something failed");
	heat_missing(text, d->v);
	if (text[0] == '\0')
		return;
	d->y += ROW;
	put(d, LEFT, SVG_LEFT, SVG_PLAIN, text);
}

static void
draw_code(struct drawing *d, const struct summary *s, int64_t x)
{
	struct out code;
	char *dst;

	if (s->code_file.len == 0)
		return;
	out_open_memory(&code);
	dst = out_reserve(&code, s->code_file.len);
	out_commit(&code, dst + json_unescape(dst, s->code_file));
	if (s->code_line.len > 0)
		out_write(&code, SLICE(":"));
	out_write(&code, s->code_line);
	svg_text(d->out, x, d->y, SVG_LEFT, SVG_FAINT,
	    (struct slice){ code.buf, code.len }, CODE);
	out_close(&code);
}

static void
draw_bottleneck(struct drawing *d, const struct view_row *row)
{
	const struct quantile *q = &row->all->durations;
	char text[NUMBERS][SCALE_TEXT];
	int64_t x = LEFT + 100, p95 = 0;

	d->y += ROW;
	draw_name(d, row, MARGIN, SVG_LEFT, (NAME + 90) / SVG_COLUMN);
	scale_duration(text[0],
	    q->sum_ns < INT64_MAX ? (int64_t)q->sum_ns : INT64_MAX, false);
	scale_share(text[1],
	    d->v->total_ns > 0
		? (uint64_t)(q->sum_ns * 1000000 / d->v->total_ns)
		: 0,
	    1000000);
	quantile_at(q, 0.95, &p95);
	scale_duration(text[2], p95, false);
	snprintf(text[3], SCALE_TEXT, "%llu",
	    (unsigned long long)row->all->count);
	snprintf(text[4], SCALE_TEXT, "%llu",
	    (unsigned long long)row->all->errors);
	for (int i = 0; i < NUMBERS; i++, x += NUMBER)
		put(d, x + NUMBER, SVG_RIGHT,
		    i == 4 && row->all->errors > 0 ? SVG_ALARM : SVG_PLAIN,
		    text[i]);
	draw_code(d, row->all, x + 20);
}

static void
draw_bottlenecks(struct drawing *d)
{
	static const char *const headings[NUMBERS] = { "total", "share", "p95",
		"count", "failed" };
	int64_t x = LEFT + 100;

	if (d->p->top == 0)
		return;
	d->y += 2 * ROW;
	put(d, MARGIN, SVG_LEFT, SVG_BOLD, "most time");
	for (int i = 0; i < NUMBERS; i++, x += NUMBER)
		put(d, x + NUMBER, SVG_RIGHT, SVG_FAINT, headings[i]);
	for (size_t i = 0; i < d->v->row_count && i < d->p->top; i++)
		if (d->v->rows[i].all->durations.count > 0)
			draw_bottleneck(d, &d->v->rows[i]);
}

static void
draw_summary(struct drawing *d)
{
	char text[HEAT_TEXT];

	d->y += ROW;
	heat_summary(text, d->v, false);
	put(d, LEFT, SVG_LEFT, SVG_PLAIN, text);
}

static void
draw_heading(struct drawing *d)
{
	char text[HEAT_TEXT];

	d->y = MARGIN + ROW;
	svg_text(d->out, MARGIN, d->y, SVG_LEFT, SVG_BOLD,
	    d->v->is_latency ? d->p->handler : SLICE("handlers by time"), 100);
	if (d->v->is_latency) {
		d->y += ROW;
		put(d, MARGIN, SVG_LEFT, SVG_PLAIN, "latency by time");
	}
	d->y += ROW;
	heat_subject(text, d->p);
	put(d, MARGIN, SVG_LEFT, SVG_PLAIN, text);
	d->y += ROW;
	heat_span(text, d->p);
	put(d, MARGIN, SVG_LEFT, SVG_FAINT, text);
	d->y += ROW + 6;
}

static void
write_svg(const struct heat_picture *p)
{
	struct out body;
	struct drawing d = { .p = p, .v = p->v, .out = &body };

	out_open_memory(&body);
	measure(&d);
	draw_heading(&d);
	if (p->v->column_count > 0)
		draw_ruler(&d);
	draw_rows(&d);
	draw_legend(&d);
	if (p->v->is_latency)
		draw_summary(&d);
	else
		draw_bottlenecks(&d);
	svg_begin(p->out, WIDTH, d.y + MARGIN, SLICE("tele-heatmap"));
	out_write(p->out, (struct slice){ body.buf, body.len });
	svg_end(p->out);
	out_close(&body);
}

const struct heat_format heat_svg_format = { "svg", svg_columns, write_svg };
