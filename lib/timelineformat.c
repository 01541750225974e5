/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/scale.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

static const struct timeline_format *const formats[] = { &timeline_text_format,
	&timeline_svg_format, &timeline_chrome_format, &timeline_folded_format,
	&timeline_csv_format };

const char *const timeline_format_names[] = { "text", "svg", "chrome", "folded",
	"csv", NULL };

const struct timeline_format *
timeline_format_at(int i)
{
	return formats[i];
}

bool
timeline_row_is_new(const struct timeline_row *row)
{
	return row->change != CHANGE_REMOVED;
}

size_t
timeline_note(char *text, const struct timeline_row *row, bool is_ascii)
{
	char early[SCALE_TEXT], late[SCALE_TEXT];

	scale_duration(early, row->early_ns, is_ascii);
	scale_duration(late, row->late_ns, is_ascii);
	text[0] = '\0';
	if (row->early_ns > 0 && row->late_ns > 0)
		return (size_t)snprintf(text, TIMELINE_NOTE,
		    "starts %s before its parent and ends %s after it", early,
		    late);
	if (row->early_ns > 0)
		return (size_t)snprintf(text, TIMELINE_NOTE,
		    "starts %s before its parent", early);
	if (row->late_ns > 0)
		return (size_t)snprintf(text, TIMELINE_NOTE,
		    "ends %s after its parent", late);
	return 0;
}

/* When something runs that does not just wait for what is below it. */
static size_t
find_work(const struct timeline *t, struct axis_span *spans)
{
	const struct timeline_row *row;
	size_t count = 0;

	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		if (row->children > 0)
			continue;
		if (timeline_row_is_new(row))
			spans[count++] = (struct axis_span){ row->start_ns,
				row->p95_end_ns > row->end_ns ? row->p95_end_ns
							      : row->end_ns };
		if (row->has_base)
			spans[count++] = (struct axis_span){ row->base_start_ns,
				row->base_p95_end_ns > row->base_end_ns
				    ? row->base_p95_end_ns
				    : row->base_end_ns };
	}
	return count;
}

void
timeline_axis(struct axis *a, const struct timeline *t, bool collapses,
    int64_t width, int64_t silence_width, int64_t tick_width)
{
	struct axis_span *spans = mem_zalloc(t->count * 2 + 1, sizeof(*spans));
	size_t silences = 0;

	if (collapses)
		silences = axis_find_silences(spans, find_work(t, spans),
		    t->end_ns);
	axis_init(a, t->end_ns, width, spans, silences, silence_width,
	    tick_width);
	free(spans);
}

const struct critical_piece *
timeline_pieces(const struct timeline *t, uint32_t i, size_t *count)
{
	size_t low = 0, high = t->path.count, middle, end;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (t->path.pieces[middle].span < i)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < t->path.count && t->path.pieces[end].span == i;)
		end++;
	*count = end - low;
	return t->path.pieces + low;
}

size_t
timeline_when(char *dst, const struct timeline *t)
{
	size_t len = t->has_time ? timestamp_format(dst, t->begin_ns, t->digits)
				 : 0;

	dst[len] = '\0';
	return len;
}
