/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/chart.h"
#include "tele/mem.h"
#include "tele/ruler.h"
#include "tele/scale.h"

enum { EIGHTHS = CHART_EIGHTHS };

struct chart_cell {
	const char *glyph;
	enum chart_style style;
};

static const char *const glyphs[CHART_GLYPHS][2] = {
	[CHART_FULL] = { "\xe2\x96\x88", "#" },
	[CHART_SHADE] = { "\xe2\x96\x92", "=" },
	[CHART_WHISKER] = { "\xe2\x94\x80", "-" },
	[CHART_WHISKER_END] = { "\xe2\x94\xa4", "|" },
	[CHART_GO_ON] = { "\xe2\x96\xb6", ">" },
	[CHART_SILENCE] = { "\xe2\x8b\xaf", "~" },
	[CHART_TICK] = { "\xe2\x94\x8a", "." },
	[CHART_FAILURE] = { "\xe2\x9c\x97", "x" },
	[CHART_BESIDE] = { "\xe2\x88\xa5", "&" },
	[CHART_BRANCH] = { "\xe2\x94\x9c ", "|-" },
	[CHART_LAST_BRANCH] = { "\xe2\x94\x94 ", "`-" },
	[CHART_TRUNK] = { "\xe2\x94\x82 ", "| " },
};

/* The left N eighths of a column. */
static const char *const eighths[EIGHTHS] = { " ", "\xe2\x96\x8f",
	"\xe2\x96\x8e", "\xe2\x96\x8d", "\xe2\x96\x8c", "\xe2\x96\x8b",
	"\xe2\x96\x8a", "\xe2\x96\x89" };

void
chart_init(struct chart *c, const struct screen *screen,
    const struct axis *axis, int width)
{
	*c = (struct chart){ screen, axis,
		mem_zalloc((size_t)width, sizeof(*c->cells)), width };
}

void
chart_free(struct chart *c)
{
	free(c->cells);
	*c = (struct chart){ 0 };
}

const char *
chart_glyph(const struct screen *s, enum chart_glyph glyph)
{
	return glyphs[glyph][s->is_ascii];
}

void
chart_style(const struct screen *s, enum chart_style style)
{
	static const char *const sgr[CHART_STYLES] = { "0", "2", "34", "33",
		"31" };

	screen_style(s, sgr[style]);
	if (style == CHART_OTHER)
		screen_ink(s, palette_at(PALETTE_MAX * 45 / 100));
	else if (style == CHART_CRITICAL)
		screen_ink(s, palette_at(PALETTE_MAX * 9 / 10));
}

void
chart_paint(struct chart *c, int64_t from, int64_t to, enum chart_glyph glyph,
    enum chart_style style)
{
	int64_t first = (from + EIGHTHS / 2) / EIGHTHS;
	int64_t end = (to + EIGHTHS / 2) / EIGHTHS;

	if (first >= c->width)
		first = c->width - 1;
	if (end <= first)
		end = first + 1;
	for (int64_t i = first; i < end && i < c->width; i++)
		c->cells[i] = (struct chart_cell){
			chart_glyph(c->screen, glyph), style
		};
}

/* A column of which the bar takes FROM to TO, in eighths. */
static const char *
part_of_column(int64_t from, int64_t to)
{
	if (to - from >= EIGHTHS - 1)
		return glyphs[CHART_FULL][0];
	if (from == 0)
		return eighths[to];
	if (to < EIGHTHS)
		return eighths[to - from];
	/* There is no left edge but a half and an eighth from the right. */
	return from >= EIGHTHS - 2 ? "\xe2\x96\x95" : "\xe2\x96\x90";
}

void
chart_paint_fine(struct chart *c, int64_t from, int64_t to,
    enum chart_style style)
{
	int64_t start, end;

	if (c->screen->is_ascii) {
		chart_paint(c, from, to, CHART_FULL, style);
		return;
	}
	if (from >= (int64_t)c->width * EIGHTHS)
		from = (int64_t)c->width * EIGHTHS - 1;
	if (to <= from)
		to = from + 1;
	for (int64_t i = from / EIGHTHS; i * EIGHTHS < to && i < c->width;
	     i++) {
		start = from - i * EIGHTHS;
		end = to - i * EIGHTHS;
		c->cells[i] = (struct chart_cell){
			part_of_column(start < 0 ? 0 : start,
			    end > EIGHTHS ? EIGHTHS : end),
			style
		};
	}
}

void
chart_clear(struct chart *c)
{
	const struct axis_part *part;
	int64_t step = c->axis->step_ns, at;

	for (int i = 0; i < c->width; i++)
		c->cells[i] = (struct chart_cell){ " ", CHART_EMPTY };
	for (size_t i = 0; i < c->axis->count; i++) {
		part = &c->axis->parts[i];
		if (part->is_silence)
			continue;
		for (int64_t ns = scale_floor(part->from_ns, step);
		     ns <= part->to_ns; ns += step) {
			at = axis_at(c->axis, ns) / EIGHTHS;
			if (ns > 0 && ns >= part->from_ns && at < c->width)
				c->cells[at] = (struct chart_cell){
					chart_glyph(c->screen, CHART_TICK),
					CHART_GRID
				};
		}
	}
}

void
chart_paint_silences(struct chart *c, int64_t from, int64_t to)
{
	const struct axis_part *part;

	for (size_t i = 0; i < c->axis->count; i++) {
		part = &c->axis->parts[i];
		if (!part->is_silence || part->from < from || part->to > to)
			continue;
		for (int64_t k = (part->from + EIGHTHS - 1) / EIGHTHS;
		     k < part->to / EIGHTHS && k < c->width; k++)
			c->cells[k].glyph = chart_glyph(c->screen,
			    CHART_SILENCE);
	}
}

void
chart_put(const struct chart *c)
{
	enum chart_style style = CHART_EMPTY;

	for (int i = 0; i < c->width; i++) {
		if (c->cells[i].style != style) {
			if (style != CHART_EMPTY)
				chart_style(c->screen, CHART_EMPTY);
			style = c->cells[i].style;
			if (style != CHART_EMPTY)
				chart_style(c->screen, style);
		}
		screen_put(c->screen, c->cells[i].glyph);
	}
	if (style != CHART_EMPTY)
		chart_style(c->screen, CHART_EMPTY);
}

static void
label_silence(const struct chart *c, struct ruler *r,
    const struct axis_part *part)
{
	char duration[SCALE_TEXT], text[SCALE_TEXT * 2];
	int64_t middle = (part->from + part->to) / 2 / EIGHTHS;

	scale_duration(duration, part->to_ns - part->from_ns,
	    c->screen->is_ascii);
	snprintf(text, sizeof(text), "%s%s%s",
	    chart_glyph(c->screen, CHART_SILENCE), duration,
	    chart_glyph(c->screen, CHART_SILENCE));
	ruler_add(r, middle - term_columns(slice_of(text)) / 2, text);
}

static void
label_ticks(const struct chart *c, struct ruler *r,
    const struct axis_part *part)
{
	char text[SCALE_TEXT];

	for (int64_t ns = scale_floor(part->from_ns, c->axis->step_ns);
	     ns <= part->to_ns; ns += c->axis->step_ns) {
		if (ns < part->from_ns)
			continue;
		scale_duration(text, ns, c->screen->is_ascii);
		ruler_add(r, axis_at(c->axis, ns) / EIGHTHS, text);
	}
}

void
chart_put_ruler(const struct chart *c)
{
	struct ruler r;

	ruler_init(&r, c->width);
	for (size_t i = 0; i < c->axis->count; i++)
		if (c->axis->parts[i].is_silence)
			label_silence(c, &r, &c->axis->parts[i]);
	for (size_t i = 0; i < c->axis->count; i++)
		if (!c->axis->parts[i].is_silence)
			label_ticks(c, &r, &c->axis->parts[i]);
	ruler_put(&r, c->screen);
	ruler_free(&r);
}
