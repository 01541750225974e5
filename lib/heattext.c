/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/heatformat.h"
#include "tele/heatlist.h"
#include "tele/label.h"
#include "tele/ruler.h"
#include "tele/scale.h"

enum {
	LEAST_CHART = 16,
	GAP_WIDTH = 3,
	MOST_CELL = 6, /* columns of text a cell is made of */
	NUMBER_WIDTH = 9,
	NARROW = 60, /* a picture with room for one number a row, not two */
	MOST_NAME = 40,
	LEAST_NAME = 12,
};

/* How a level looks where there are no colours. */
static const char *const blocks[HEAT_LEVELS] = { "\xe2\x96\x81", "\xe2\x96\x82",
	"\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
	"\xe2\x96\x87", "\xe2\x96\x88" };
static const char *const densities[HEAT_LEVELS] = { ".", ":", "-", "=", "+",
	"*", "#", "@" };

static int
number_count(const struct heat_picture *p)
{
	return screen_columns(&p->screen) < NARROW ? 1 : 2;
}

struct drawing {
	const struct heat_picture *p;
	const struct heat_view *v;
	const struct screen *s;
	int name, cell, chart, used; /* columns of text */
};

/* The owner of a row whose name is not the only one of its kind. */
static struct slice
owner_of(const struct heat_view *v, size_t i)
{
	for (size_t k = 0; k < v->row_count; k++)
		if (k != i && slice_equal(v->rows[k].name, v->rows[i].name))
			return v->rows[i].owner;
	return (struct slice){ "", 0 };
}

/* What names get: a third of the picture, no more than they need. */
static int
name_width(const struct heat_picture *p, const struct heat_view *v)
{
	char label[LABEL_MAX];
	int widest = LEAST_NAME, columns, most = screen_columns(&p->screen) / 3;
	size_t len;

	for (size_t i = 0; v != NULL && i < v->row_count; i++) {
		len = label_format(label, v->rows[i].name, MOST_NAME, false);
		columns = term_columns((struct slice){ label, len });
		len = label_format(label, owner_of(v, i), MOST_NAME, false);
		if (len > 0)
			columns += 2 +
			    term_columns((struct slice){ label, len });
		widest = columns > widest ? columns : widest;
	}
	if (v == NULL || widest > most)
		widest = most;
	return widest < LEAST_NAME ? LEAST_NAME : widest;
}

static size_t
text_columns(const struct heat_picture *p, size_t *gap_width)
{
	int chart = screen_columns(&p->screen) - name_width(p, NULL) - 1 -
	    number_count(p) * NUMBER_WIDTH;

	*gap_width = GAP_WIDTH;
	return chart > LEAST_CHART ? (size_t)chart : LEAST_CHART;
}

/* Cells are as wide as there is room for. */
static void
measure(struct drawing *d)
{
	int gaps = 0, cells = 0, room;

	d->name = name_width(d->p, d->v);
	room = screen_columns(d->s) - d->name - 1 -
	    number_count(d->p) * NUMBER_WIDTH;
	for (size_t i = 0; i < d->v->column_count; i++)
		*(d->v->columns[i].gap_ns > 0 ? &gaps : &cells) += 1;
	d->cell = cells > 0 ? (room - gaps * GAP_WIDTH) / cells : 1;
	d->cell = d->cell < 1 ? 1 : d->cell > MOST_CELL ? MOST_CELL : d->cell;
	d->used = cells * d->cell + gaps * GAP_WIDTH;
	d->chart = room > d->used ? room : d->used;
}

static int
column_width(const struct drawing *d, const struct view_column *c)
{
	return c->gap_ns > 0 ? GAP_WIDTH : d->cell;
}

static const char *
gap_sign(const struct drawing *d)
{
	return d->s->is_ascii ? "~" : "\xe2\x8b\xaf";
}

/* The names of gaps, on a line of their own if there are any. */
static void
put_gaps(const struct drawing *d)
{
	char text[HEAT_TEXT], label[HEAT_TEXT + 16];
	const struct view_column *c;
	struct ruler r;
	bool has_gaps = false;
	int at = 0;

	ruler_init(&r, d->chart);
	for (size_t i = 0; i < d->v->column_count; i++) {
		c = &d->v->columns[i];
		if (c->gap_ns > 0) {
			has_gaps = true;
			scale_duration(text, c->gap_ns, d->s->is_ascii);
			snprintf(label, sizeof(label), "%s%s%s", gap_sign(d),
			    text, gap_sign(d));
			ruler_add(&r,
			    at + 1 - term_columns(slice_of(label)) / 2, label);
		}
		at += column_width(d, c);
	}
	screen_spaces(d->s, d->name + 1);
	ruler_put(&r, d->s);
	ruler_free(&r);
	if (has_gaps)
		screen_end_line(d->s);
	else
		d->s->out->len -= (size_t)(d->name + 1 + d->chart);
}

/* When columns begin: the first one, those after gaps, and round times. */
static void
put_clock(const struct drawing *d)
{
	int64_t step = heat_label_step(d->v, 10 / d->cell + 1);
	const struct view_column *c;
	char text[HEAT_TEXT];
	struct ruler r;
	bool is_first;
	int at;

	ruler_init(&r, d->chart);
	for (int pass = 0; pass < 2; pass++) {
		at = 0;
		for (size_t i = 0; i < d->v->column_count; i++) {
			c = &d->v->columns[i];
			is_first = i == 0 || d->v->columns[i - 1].gap_ns > 0;
			heat_clock(text, c->from_ns,
			    is_first ? d->v->step_ns : step);
			if (c->gap_ns == 0 && is_first == (pass == 0) &&
			    (is_first ||
				scale_floor(c->from_ns, step) == c->from_ns))
				ruler_add(&r, at, text);
			at += column_width(d, c);
		}
	}
	screen_right(d->s, d->v->is_latency ? "from" : "", d->name);
	screen_put(d->s, " ");
	ruler_put(&r, d->s);
	ruler_free(&r);
	screen_right(d->s, d->v->is_latency ? "count" : "total", NUMBER_WIDTH);
	if (number_count(d->p) > 1)
		screen_right(d->s,
		    d->v->is_latency    ? "failed"
			: d->v->per_row ? "most"
					: "p95",
		    NUMBER_WIDTH);
	screen_end_line(d->s);
}

static bool
has_colours(const struct drawing *d)
{
	return d->s->colours >= TERM_256;
}

/* From the darkest to the lightest, however many levels there are. */
static int
shade_of(int level, const struct heat_scale *scale, int most)
{
	return scale->count > 1 ? level * most / (scale->count - 1) : most / 2;
}

static const char *
level_glyph(const struct drawing *d, int level, const struct heat_scale *scale)
{
	int shade = shade_of(level, scale, HEAT_LEVELS - 1);

	return d->s->is_ascii ? densities[shade] : blocks[shade];
}

static void
put_level(const struct drawing *d, int level, const struct heat_scale *scale,
    bool has_failed, int width)
{
	struct colour paper = palette_at(shade_of(level, scale, PALETTE_MAX));

	if (has_colours(d)) {
		screen_paper(d->s, paper);
		screen_ink(d->s,
		    palette_is_dark(paper) ? (struct colour){ 255, 255, 255 }
					   : (struct colour){ 0, 0, 0 });
	}
	for (int i = 0; i < width; i++)
		screen_put(d->s,
		    has_failed && i == width / 2 ? "!"
			: has_colours(d)         ? " "
					 : level_glyph(d, level, scale));
	if (has_colours(d))
		screen_style(d->s, "0");
}

static void
put_cells(const struct drawing *d, const struct view_row *row)
{
	const struct view_cell *cell;
	const struct view_column *c;
	bool has_failed;

	for (size_t i = 0; i < d->v->column_count; i++) {
		c = &d->v->columns[i];
		cell = &row->cells[i];
		has_failed = cell->errors > 0 && d->v->measure != HEAT_ERRORS;
		if (c->gap_ns > 0) {
			screen_style(d->s, "2");
			screen_put(d->s, " ");
			screen_put(d->s, gap_sign(d));
			screen_put(d->s, " ");
			screen_style(d->s, "0");
		} else if (cell->level >= 0) {
			put_level(d, cell->level, &row->scale, has_failed,
			    d->cell);
		} else {
			/* Something happened, but of no duration. */
			screen_put(d->s,
			    has_failed            ? "!"
				: cell->count > 0 ? "'"
						  : " ");
			screen_spaces(d->s, d->cell - 1);
		}
	}
}

static int64_t
most_of(const struct heat_view *v, const struct view_row *row)
{
	int64_t most = -1;

	for (size_t i = 0; i < v->column_count; i++)
		if (row->cells[i].value > most)
			most = row->cells[i].value;
	return most;
}

static void
put_count(const struct drawing *d, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	screen_right(d->s, text, NUMBER_WIDTH);
}

static void
put_numbers(const struct drawing *d, const struct view_row *row)
{
	char text[HEAT_TEXT] = "";
	const struct quantile *q;
	int64_t ns;

	if (row->all == NULL)
		return;
	q = &row->all->durations;
	if (d->v->is_latency) {
		put_count(d, row->all->count);
		if (row->all->errors > 0 && number_count(d->p) > 1)
			put_count(d, row->all->errors);
		return;
	}
	if (q->count > 0)
		scale_duration(text,
		    q->sum_ns < INT64_MAX ? (int64_t)q->sum_ns : INT64_MAX,
		    d->s->is_ascii);
	screen_right(d->s, text, NUMBER_WIDTH);
	if (number_count(d->p) == 1)
		return;
	text[0] = '\0';
	if (d->v->per_row && (ns = most_of(d->v, row)) >= 0)
		heat_value(text, d->v, ns, d->s->is_ascii);
	else if (!d->v->per_row && quantile_at(q, 0.95, &ns))
		scale_duration(text, ns, d->s->is_ascii);
	screen_right(d->s, text, NUMBER_WIDTH);
}

static void
put_row(const struct drawing *d, size_t i)
{
	const struct view_row *row = &d->v->rows[i];
	char name[LABEL_MAX], owner[LABEL_MAX], latency[HEAT_TEXT];
	size_t len, owner_len;

	if (d->v->is_latency) {
		heat_latency(latency, d->v, i, d->s->is_ascii);
		screen_right(d->s, latency, d->name);
	} else {
		len = label_format(name, row->name, MOST_NAME, d->s->is_ascii);
		owner_len = label_format(owner, owner_of(d->v, i), MOST_NAME,
		    d->s->is_ascii);
		screen_named(d->s, (struct slice){ name, len },
		    (struct slice){ owner, owner_len }, d->name);
	}
	screen_put(d->s, " ");
	put_cells(d, row);
	screen_spaces(d->s, d->chart - d->used);
	put_numbers(d, row);
	screen_end_line(d->s);
}

/* Each level and the value up to which it goes. */
static void
put_scale(const struct drawing *d)
{
	const struct heat_scale *s = &d->v->scale;
	char text[HEAT_TEXT];
	int at = 0, width;

	for (int i = 0; i < s->count; i++) {
		heat_value(text, d->v, s->limits[i], d->s->is_ascii);
		width = term_columns(slice_of(text)) + 5;
		if (at > 0 && at + width > screen_columns(d->s)) {
			screen_end_line(d->s);
			at = 0;
		}
		put_level(d, i, s, false, 1);
		out_format(d->s->out, "%s%s  ",
		    d->s->is_ascii ? "<=" : "\xe2\x89\xa4", text);
		at += width;
	}
	screen_end_line(d->s);
}

static void
put_heading(const struct drawing *d)
{
	char text[HEAT_TEXT], label[LABEL_MAX];
	size_t len;

	screen_style(d->s, "1");
	len = label_format(label, d->p->handler, screen_columns(d->s) / 2,
	    d->s->is_ascii);
	if (d->v->is_latency)
		out_format(d->s->out, "%.*s: latency by time", (int)len, label);
	else
		screen_put(d->s, "handlers by time");
	screen_style(d->s, "0");
	screen_end_line(d->s);
	heat_subject(text, d->p);
	screen_lines(d->s, 0, text);
	heat_span(text, d->p);
	if (text[0] != '\0')
		screen_lines(d->s, 0, text);
}

/* Whether any cell has failures, or only work of no known duration. */
static void
look_for_marks(const struct heat_view *v, bool *has_failures, bool *has_plain)
{
	const struct view_cell *cell;

	*has_failures = *has_plain = false;
	for (size_t i = 0; i < v->row_count; i++)
		for (size_t k = 0; k < v->column_count; k++) {
			cell = &v->rows[i].cells[k];
			*has_failures |= cell->errors > 0;
			*has_plain |= cell->count > 0 && cell->level < 0 &&
			    cell->errors == 0;
		}
}

static void
put_legend(const struct drawing *d)
{
	struct heat_scale whole = { .count = HEAT_LEVELS };
	bool has_failures, has_plain;
	char text[HEAT_TEXT];

	look_for_marks(d->v, &has_failures, &has_plain);

	if (d->v->per_row) {
		screen_put(d->s, "each row from its least ");
		for (int i = 0; i < HEAT_LEVELS; i++)
			put_level(d, i, &whole, false, 1);
		screen_put(d->s, " to its most\n");
	} else {
		put_scale(d);
	}
	snprintf(text, sizeof(text), "blank: nothing happened%s%s",
	    has_failures && d->v->measure != HEAT_ERRORS
		? "  !: something failed"
		: "",
	    has_plain ? "  ': of no duration" : "");
	screen_lines(d->s, 0, text);
	heat_missing(text, d->v);
	if (text[0] != '\0')
		screen_lines(d->s, 0, text);
}

static void
write_text(const struct heat_picture *p)
{
	struct drawing d = { .p = p, .v = p->v, .s = &p->screen };
	char text[HEAT_TEXT];

	if (p->v->row_count == 0)
		return;
	measure(&d);
	put_heading(&d);
	if (p->v->column_count > 0) {
		put_gaps(&d);
		put_clock(&d);
		for (size_t i = 0; i < p->v->row_count; i++)
			put_row(&d, i);
	}
	put_legend(&d);
	heat_summary(text, p->v, p->screen.is_ascii);
	if (p->v->is_latency)
		screen_lines(&p->screen, 0, text);
	else
		heat_put_bottlenecks(p);
}

const struct heat_format heat_text_format = { "text", text_columns,
	write_text };
