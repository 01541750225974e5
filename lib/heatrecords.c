/* SPDX-License-Identifier: MIT */
#include "tele/duration.h"
#include "tele/heatformat.h"
#include "tele/label.h"
#include "tele/timestamp.h"

/* As many columns as make sense to a program that draws them itself. */
enum { COLUMNS = 200 };

static size_t
record_columns(const struct heat_picture *p, size_t *gap_width)
{
	(void)p;
	*gap_width = 1;
	return COLUMNS;
}

static void
put_string(struct out *out, const char *key, struct slice plain)
{
	out_format(out, "\"%s\":", key);
	label_write_json(out, plain);
}

static void
put_ms(struct out *out, const char *key, __int128 ns)
{
	char text[DURATION_MS_MAX];
	int len = (int)duration_format_ms(text,
	    ns < INT64_MAX ? (int64_t)ns : INT64_MAX);

	out_format(out, ",\"%s\":%.*s", key, len, text);
}

static void
put_time(struct out *out, const char *key, int64_t ns, int64_t step_ns)
{
	char text[TIMESTAMP_MAX];
	int digits = step_ns % NS_PER_S == 0 ? 0
	    : step_ns % NS_PER_MS == 0       ? 3
	    : step_ns % NS_PER_US == 0       ? 6
					     : 9;
	int len = (int)timestamp_format(text, ns, digits);

	out_format(out, "\"%s\":\"%.*s\"", key, len, text);
}

static void
write_cell(const struct heat_picture *p, const struct view_row *row,
    const struct view_column *column, const struct view_cell *cell)
{
	struct out *out = p->out;

	out_write(out, SLICE("{"));
	if (p->v->is_latency) {
		put_string(out, "handler", p->handler);
		put_ms(out, "from_ms", row->from_ns);
		put_ms(out, "to_ms", row->to_ns);
	} else {
		put_string(out, "handler", row->name);
		if (row->owner.len > 0) {
			out_write(out, SLICE(","));
			put_string(out, "owner", row->owner);
		}
	}
	out_write(out, SLICE(","));
	put_time(out, "time", column->from_ns, p->v->step_ns);
	put_ms(out, "step_ms", p->v->step_ns);
	out_format(out, ",\"count\":%llu,\"errors\":%llu",
	    (unsigned long long)cell->count, (unsigned long long)cell->errors);
	if (cell->p95_ns >= 0) {
		put_ms(out, "total_ms", cell->total_ns);
		put_ms(out, "p95_ms", cell->p95_ns);
	}
	out_write(out, SLICE("}\n"));
}

static void
write_cells(const struct heat_picture *p)
{
	const struct view_row *row;

	for (size_t i = 0; i < p->v->row_count; i++) {
		row = &p->v->rows[i];
		for (size_t k = 0; k < p->v->column_count; k++)
			if (row->cells[k].count > 0)
				write_cell(p, row, &p->v->columns[k],
				    &row->cells[k]);
	}
}

const struct heat_format heat_ndjson_format = { "ndjson", record_columns,
	write_cells };
