/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/page.h"
#include "tele/scale.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

/*
 * The page has all rows of all timelines; the still, for which browsers have
 * less patience, the first timelines with what matters most in them.
 */
enum { STILL_ROWS = 100, STILL_TIMELINES = 10, AXIS = 1000000 };

/* The columns of the data, as lib/html/timeline.js has them. */
enum column {
	NAME,
	OWNER,
	STATUS,
	PARENT,
	DEPTH,
	LANE,
	START,
	END,
	TOOK,
	KNOWN,
	SELF,
	CRITICAL,
	ON_PATH,
	EARLY,
	LATE,
	ERROR,
	CODE_FILE,
	CODE_LINE,
	SRC,
	SRC_LINE,
	COUNT,
	ERRORS,
	P95,
	CHANGE,
	HAS_BASE,
	BASE_START,
	BASE_END,
	COLUMNS,
};

static const char *const keys[] = { "name", "owner", "status", "parent",
	"depth", "lane", "start", "end", "took", "known", "self", "critical",
	"onpath", "early", "late", "error", "file", "line", "src", "srcline",
	"count", "errors", "p95", "change", "hasbase", "basestart", "baseend" };

static void
read_row(struct page *page, const void *data, size_t i, int64_t *v)
{
	const struct timeline_row *row =
	    &((const struct timeline *)data)->rows[i];

	v[NAME] = page_string(page, row->name);
	v[OWNER] = page_string(page, row->owner);
	v[STATUS] = row->status;
	v[PARENT] = row->parent == STEP_NONE ? 0 : (int64_t)row->parent + 1;
	v[DEPTH] = row->depth;
	v[LANE] = row->lane;
	v[START] = row->start_ns;
	v[END] = row->end_ns;
	v[KNOWN] = row->duration_ns >= 0;
	v[TOOK] = v[KNOWN] ? row->duration_ns : 0;
	v[SELF] = v[KNOWN] ? row->self_ns : 0;
	v[CRITICAL] = row->is_critical;
	v[ON_PATH] = row->critical_ns;
	v[EARLY] = row->early_ns;
	v[LATE] = row->late_ns;
	v[ERROR] = page_string(page, row->error);
	v[CODE_FILE] = page_string(page, row->code_file);
	v[CODE_LINE] = page_string(page, row->code_line);
	v[SRC] = page_string(page, row->src);
	v[SRC_LINE] = (int64_t)row->src_line;
	v[COUNT] = (int64_t)row->count;
	v[ERRORS] = (int64_t)row->errors;
	v[P95] = row->p95_end_ns;
	v[CHANGE] = row->change;
	v[HAS_BASE] = row->has_base;
	v[BASE_START] = row->base_start_ns;
	v[BASE_END] = row->base_end_ns;
}

static void
put_path(struct page *page, const struct timeline *t)
{
	struct out *out = &page->data;

	out_write(out, SLICE(",\"path\":{\"row\":["));
	for (size_t i = 0; i < t->path.count; i++)
		out_format(out, "%s%u", i > 0 ? "," : "",
		    t->path.pieces[i].span);
	out_write(out, SLICE("],\"from\":["));
	for (size_t i = 0; i < t->path.count; i++)
		out_format(out, "%s%lld", i > 0 ? "," : "",
		    (long long)t->path.pieces[i].from_ns);
	out_write(out, SLICE("],\"to\":["));
	for (size_t i = 0; i < t->path.count; i++)
		out_format(out, "%s%lld", i > 0 ? "," : "",
		    (long long)t->path.pieces[i].to_ns);
	out_write(out, SLICE("]}"));
}

/* From when to when, where that is, and whether it is a silence. */
static void
put_axis(struct page *page, const struct timeline *t, bool collapses)
{
	const struct axis_part *part;
	struct axis axis;

	timeline_axis(&axis, t, collapses, AXIS, AXIS / 8, AXIS / 10);
	out_write(&page->data, SLICE(",\"axis\":["));
	for (size_t i = 0; i < axis.count; i++) {
		part = &axis.parts[i];
		out_format(&page->data, "%s[%lld,%lld,%lld,%lld,%d]",
		    i > 0 ? "," : "", (long long)part->from_ns,
		    (long long)part->to_ns, (long long)part->from,
		    (long long)part->to, part->is_silence);
	}
	out_write(&page->data, SLICE("]"));
	axis_free(&axis);
}

/* What stands below the title. */
static void
put_subtitle(struct page *page, const struct timeline *t)
{
	char duration[SCALE_TEXT], when[TIMESTAMP_MAX];
	struct out text;

	out_open_memory(&text);
	scale_duration(duration, t->path.length_ns, false);
	if (t->executions > 0)
		out_format(&text, "%llu executions",
		    (unsigned long long)t->executions);
	else
		out_format(&text, "%s, %zu spans, %llu failed, %llu unfinished",
		    duration, t->count + t->hidden,
		    (unsigned long long)t->errors,
		    (unsigned long long)t->unfinished);
	if (t->has_base)
		out_write(&text, SLICE(", compared with earlier ones"));
	if (t->trace.len > 0) {
		out_write(&text, SLICE(" \xc2\xb7 trace "));
		out_write(&text, t->trace);
	}
	if (timeline_when(when, t) > 0)
		out_format(&text, " \xc2\xb7 %s", when);
	if (t->is_assumed)
		out_write(&text,
		    SLICE(" \xc2\xb7 the log has no times: work begins where "
			  "the work before it ended"));
	page_put_string(page, "subtitle", (struct slice){ text.buf, text.len });
	out_close(&text);
}

/* What a list of timelines calls it. */
static void
put_label(struct page *page, const struct timeline *t, size_t index)
{
	char duration[SCALE_TEXT];
	struct out text;

	out_open_memory(&text);
	out_format(&text, "%zu. ", index + 1);
	out_write(&text, t->title);
	scale_duration(duration, t->path.length_ns, false);
	if (t->executions > 0)
		out_format(&text, ", %llu executions",
		    (unsigned long long)t->executions);
	else
		out_format(&text, ", %s", duration);
	page_put_string(page, "label", (struct slice){ text.buf, text.len });
	out_close(&text);
}

/* A copy of T that is cut to what a still has room for. */
static void
copy_short(struct timeline *copy, const struct timeline *t)
{
	size_t rows = t->count * sizeof(*t->rows);
	size_t pieces = t->path.count * sizeof(*t->path.pieces);

	*copy = *t;
	copy->rows = mem_alloc(rows + 1);
	copy->path.pieces = mem_alloc(pieces + 1);
	if (rows > 0)
		memcpy(copy->rows, t->rows, rows);
	if (pieces > 0)
		memcpy(copy->path.pieces, t->path.pieces, pieces);
	if (copy->count > STILL_ROWS)
		timeline_cut(copy, STILL_ROWS);
}

static void
put_still_row(struct page *page, const struct timeline *t,
    const struct timeline_row *row)
{
	static const char *const statuses[] = { "ok", "error", "unfinished" };
	char text[SCALE_TEXT];

	page_row(page);
	page_cell(page, row->name);
	page_cell(page, row->owner);
	page_duration_cell(page, row->start_ns);
	page_duration_cell(page, row->duration_ns);
	if (t->executions > 0) {
		page_duration_cell(page, row->p95_end_ns - row->start_ns);
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)row->count);
		page_number_cell(page, text);
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)row->errors);
		page_number_cell(page, text);
	} else {
		page_duration_cell(page,
		    row->is_critical ? row->critical_ns : -1);
		page_cell(page, slice_of(statuses[row->status]));
	}
	page_cell(page, row->error);
}

static void
put_still(struct timeline_picture *p, struct page *page,
    const struct timeline *t)
{
	static const char *const one[] = { "name", "owner", "#start", "#took",
		"#on path", "status", "error", NULL };
	static const char *const many[] = { "name", "owner", "#start", "#p50",
		"#p95", "#count", "#failed", "error", NULL };
	struct timeline_picture picture = *p;
	struct timeline copy;

	copy_short(&copy, t);
	picture.out = &page->still;
	timeline_svg_format.begin(&picture);
	timeline_svg_format.write(&picture, &copy);
	timeline_svg_format.end(&picture);
	page_table(page, "spans", t->executions > 0 ? many : one);
	for (size_t i = 0; i < copy.count; i++)
		put_still_row(page, t, &copy.rows[i]);
	page_table_end(page);
	free(copy.rows);
	free(copy.path.pieces);
}

static void
begin_html(struct timeline_picture *p)
{
	struct page *page = mem_zalloc(1, sizeof(*page));

	page_init(page, "tele-timeline", p->link);
	p->state = page;
}

static void
write_html(struct timeline_picture *p, const struct timeline *t)
{
	struct page *page = p->state;

	page_begin_picture(page, "timeline", t->title);
	put_label(page, t, p->index);
	put_subtitle(page, t);
	page_put_number(page, "executions", (int64_t)t->executions);
	page_put_number(page, "based", t->has_base);
	put_axis(page, t, p->collapses);
	put_path(page, t);
	page_put_number(page, "rows", (int64_t)t->count);
	page_put_columns(page, keys, COLUMNS, t->count, read_row, t);
	out_write(&page->data, SLICE("}"));
	if (p->index < STILL_TIMELINES)
		put_still(p, page, t);
	else if (p->index == STILL_TIMELINES)
		page_still_note(page,
		    SLICE("There are more; they need scripts."));
}

static void
end_html(struct timeline_picture *p)
{
	struct page *page = p->state;

	page_write(page, p->out,
	    p->count == 1 ? page_title(page) : SLICE("Executions"));
	free(page);
}

const struct timeline_format timeline_html_format = { "html", false, begin_html,
	write_html, end_html };
