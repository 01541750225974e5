/* SPDX-License-Identifier: MIT */
#include "tele/duration.h"
#include "tele/label.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

static void
put_text(const struct timeline_picture *p, struct slice text)
{
	out_text(p->out, ",");
	label_write_csv(p->out, text);
}

/* Milliseconds, or nothing if NS is negative. */
static void
put_ms(const struct timeline_picture *p, int64_t ns)
{
	char text[DURATION_MS_MAX];

	out_text(p->out, ",");
	if (ns >= 0)
		out_write(p->out,
		    (struct slice){ text, duration_format_ms(text, ns) });
}

static void
put_number(const struct timeline_picture *p, uint64_t n)
{
	out_format(p->out, ",%llu", (unsigned long long)n);
}

/* The start of a row as an instant, where there are any. */
static void
put_start(const struct timeline_picture *p, const struct timeline *t,
    const struct timeline_row *row)
{
	char text[TIMESTAMP_MAX];

	out_text(p->out, ",");
	if (t->has_time && t->executions == 0)
		out_write(p->out,
		    (struct slice){ text,
			timestamp_format(text, t->begin_ns + row->start_ns,
			    t->digits) });
}

static void
begin_csv(struct timeline_picture *p)
{
	out_text(p->out,
	    "title,trace,row,parent,depth,span,kind,name,owner,status,start,"
	    "offset_ms,duration_ms,self_ms,critical_ms,lane,early_ms,"
	    "late_ms,count,errors,p95_ms,change,base_offset_ms,"
	    "base_duration_ms,base_p95_ms,error,code_file,code_line,src,"
	    "src_line\r\n");
}

static void
put_many(const struct timeline_picture *p, const struct timeline *t,
    const struct timeline_row *row)
{
	bool is_new = timeline_row_is_new(row);

	put_number(p, t->executions > 0 ? row->count : 1);
	put_number(p,
	    t->executions > 0 ? row->errors : row->status == STEP_ERROR);
	put_ms(p,
	    is_new && t->executions > 0 && row->duration_ns >= 0
		? row->p95_end_ns - row->start_ns
		: -1);
	put_text(p, slice_of(t->has_base ? change_names[row->change] : ""));
	put_ms(p, row->has_base ? row->base_start_ns : -1);
	put_ms(p, row->has_base ? row->base_end_ns - row->base_start_ns : -1);
	put_ms(p,
	    row->has_base && t->executions > 0
		? row->base_p95_end_ns - row->base_start_ns
		: -1);
}

static void
put_row(const struct timeline_picture *p, const struct timeline *t, size_t i)
{
	static const char *const statuses[] = { "ok", "error", "unfinished" };
	const struct timeline_row *row = &t->rows[i];
	bool is_new = timeline_row_is_new(row);

	label_write_csv(p->out, t->title);
	put_text(p, t->trace);
	put_number(p, i + 1);
	out_text(p->out, ",");
	if (row->parent != STEP_NONE)
		out_format(p->out, "%u", row->parent + 1);
	put_number(p, row->depth);
	put_text(p, row->span);
	put_text(p, slice_of(event_kind_names[row->kind]));
	put_text(p, row->name);
	put_text(p, row->owner);
	put_text(p, slice_of(is_new ? statuses[row->status] : ""));
	put_start(p, t, row);
	put_ms(p, is_new ? row->start_ns : -1);
	put_ms(p, is_new ? row->duration_ns : -1);
	put_ms(p, is_new && row->duration_ns >= 0 ? row->self_ns : -1);
	put_ms(p, is_new && row->is_critical ? row->critical_ns : -1);
	put_number(p, row->lane);
	put_ms(p, row->early_ns > 0 ? row->early_ns : -1);
	put_ms(p, row->late_ns > 0 ? row->late_ns : -1);
	put_many(p, t, row);
	put_text(p, row->error);
	put_text(p, row->code_file);
	out_text(p->out, ",");
	out_write(p->out, row->code_line);
	put_text(p, row->src);
	out_text(p->out, ",");
	if (row->src_line > 0)
		out_format(p->out, "%llu", (unsigned long long)row->src_line);
	out_text(p->out, "\r\n");
}

static void
write_csv(struct timeline_picture *p, const struct timeline *t)
{
	for (size_t i = 0; i < t->count; i++)
		put_row(p, t, i);
}

const struct timeline_format timeline_csv_format = { "csv", false, begin_csv,
	write_csv, NULL };
