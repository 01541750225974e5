/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/scale.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

static const struct timeline_format *const formats[] = { &timeline_text_format,
	&timeline_svg_format, &timeline_html_format, &timeline_chrome_format,
	&timeline_folded_format, &timeline_csv_format };

const char *const timeline_format_names[] = { "text", "svg", "html", "chrome",
	"folded", "csv", NULL };

const struct timeline_format *
timeline_format_at(int i)
{
	return formats[i];
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

void
timeline_axis(struct axis *a, const struct timeline *t, bool collapses,
    int64_t width, int64_t silence_width, int64_t tick_width)
{
	axis_init(a, t->end_ns, width, t->silences,
	    collapses ? t->silence_count : 0, silence_width, tick_width);
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
	return *count > 0 ? t->path.pieces + low : NULL;
}

/* ", N WHAT" behind the LEN bytes of TEXT, unless N is 0; the length then. */
static size_t
add_count(char *text, size_t len, uint64_t n, const char *what)
{
	if (n > 0)
		len += (size_t)snprintf(text + len, TIMELINE_NOTE - len,
		    ", %llu %s", (unsigned long long)n, what);
	return len;
}

void
timeline_about(char *text, const struct timeline *t, bool is_ascii)
{
	char duration[SCALE_TEXT];
	size_t len;

	if (t->executions > 0) {
		len = (size_t)snprintf(text, TIMELINE_NOTE, "%llu execution%s",
		    (unsigned long long)t->executions,
		    t->executions == 1 ? "" : "s");
		len = add_count(text, len, t->base_executions, "before");
	} else {
		scale_duration(duration, t->path.length_ns, is_ascii);
		len = (size_t)snprintf(text, TIMELINE_NOTE, "%s, %zu span%s",
		    duration, t->count + t->hidden,
		    t->count + t->hidden == 1 ? "" : "s");
	}
	len = add_count(text, len, t->errors, "failed");
	add_count(text, len, t->unfinished, "unfinished");
}

size_t
timeline_when(char *dst, const struct timeline *t)
{
	size_t len = t->has_time ? timestamp_format(dst, t->begin_ns, t->digits)
				 : 0;

	dst[len] = '\0';
	return len;
}
