/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/heatformat.h"
#include "tele/page.h"
#include "tele/scale.h"
#include "tele/timestamp.h"

enum { STILL_ROWS = 100 };

/* The columns of the data, as lib/html/heatmap.js has them. */
enum row_column {
	NAME,
	OWNER,
	FROM,
	COUNT,
	ERRORS,
	TOTAL,
	KNOWN,
	P95,
	CODE_FILE,
	CODE_LINE,
	ROW_COLUMNS,
};
static const char *const row_keys[] = { "name", "owner", "from", "count",
	"errors", "total", "known", "p95", "file", "line" };

enum time_column { TIME, LABEL, GAP, TIME_COLUMNS };
static const char *const time_keys[] = { "time", "label", "gap" };

enum cell_column {
	CELL_ROW,
	CELL_COLUMN,
	CELL_COUNT,
	CELL_ERRORS,
	CELL_SHADE, /* 0: none, or one more than a place in the palette */
	CELL_TOTAL,
	CELL_KNOWN,
	CELL_P95,
	CELL_COLUMNS,
};
static const char *const cell_keys[] = { "row", "column", "count", "errors",
	"shade", "total", "known", "p95" };

static int64_t
sum_ns(const struct quantile *q)
{
	if (q->count == 0)
		return 0;
	return q->sum_ns < INT64_MAX ? (int64_t)q->sum_ns : INT64_MAX;
}

static void
read_row(struct page *page, const void *data, size_t i, int64_t *v)
{
	const struct view_row *row = &((const struct heat_view *)data)->rows[i];

	v[NAME] = page_string(page, row->name);
	v[OWNER] = page_string(page, row->owner);
	v[FROM] = row->from_ns;
	if (row->all == NULL)
		return;
	v[COUNT] = (int64_t)row->all->count;
	v[ERRORS] = (int64_t)row->all->errors;
	v[TOTAL] = sum_ns(&row->all->durations);
	v[KNOWN] = quantile_at(&row->all->durations, 0.95, &v[P95]);
	v[CODE_FILE] = page_json_string(page, row->all->code_file);
	v[CODE_LINE] = page_json_string(page, row->all->code_line);
}

/* When each column begins, in full and as short as a ruler has it; its gap. */
static void
read_column(struct page *page, const void *data, size_t i, int64_t *row)
{
	const struct heat_view *v = data;
	int64_t from_ns = v->columns[i].from_ns;
	int digits = v->step_ns >= NS_PER_S ? 0
	    : v->step_ns >= NS_PER_MS       ? 3
					    : 6;
	char text[HEAT_TEXT];
	size_t len = timestamp_format(text, from_ns, digits);

	row[TIME] = page_string(page, (struct slice){ text, len });
	heat_clock(text, from_ns, v->step_ns);
	row[LABEL] = page_string(page, slice_of(text));
	row[GAP] = v->columns[i].gap_ns;
}

/* The cells in which anything happened, row by row. */
struct cells {
	const struct heat_view *v;
	struct cell_place {
		size_t row, column;
	} * places;
	size_t count;
};

static const struct view_cell *
cell_at(const struct cells *cells, size_t i)
{
	const struct cell_place *at = &cells->places[i];

	return &cells->v->rows[at->row].cells[at->column];
}

static void
read_cell(struct page *page, const void *data, size_t i, int64_t *v)
{
	const struct cells *cells = data;
	const struct view_cell *cell = cell_at(cells, i);
	size_t row = cells->places[i].row;
	int most = cells->v->rows[row].scale.count - 1;

	(void)page;
	v[CELL_ROW] = (int64_t)row;
	v[CELL_COLUMN] = (int64_t)cells->places[i].column;
	v[CELL_COUNT] = (int64_t)cell->count;
	v[CELL_ERRORS] = (int64_t)cell->errors;
	if (cell->level >= 0)
		v[CELL_SHADE] = 1 +
		    (most > 0 ? cell->level * PAGE_SHADES / most
			      : PAGE_SHADES / 2);
	if (cell->durations != NULL)
		v[CELL_TOTAL] = sum_ns(cell->durations);
	v[CELL_KNOWN] = cell->p95_ns >= 0;
	v[CELL_P95] = v[CELL_KNOWN] ? cell->p95_ns : 0;
}

/* Say which cells there are; returns how many, also if there are no PLACES. */
static size_t
list_cells(const struct heat_view *v, struct cell_place *places)
{
	size_t count = 0;

	for (size_t i = 0; i < v->row_count; i++)
		for (size_t k = 0; k < v->column_count; k++) {
			if (v->rows[i].cells[k].count == 0)
				continue;
			if (places != NULL)
				places[count] = (struct cell_place){ i, k };
			count++;
		}
	return count;
}

static void
put_cells(struct page *page, const struct heat_view *v)
{
	struct cells cells = { .v = v, .count = list_cells(v, NULL) };
	struct out *out = &page->data;

	cells.places = mem_zalloc(cells.count + 1, sizeof(*cells.places));
	list_cells(v, cells.places);
	out_format(out, ",\"cells\":{\"length\":%zu", cells.count);
	page_put_columns(page, cell_keys, CELL_COLUMNS, cells.count, read_cell,
	    &cells);
	out_write(out, SLICE(",\"durations\":["));
	for (size_t i = 0; i < cells.count; i++) {
		out_write(out, i > 0 ? SLICE(",") : SLICE(""));
		page_put_durations(page, cell_at(&cells, i)->durations);
	}
	out_write(out, SLICE("]}"));
	free(cells.places);
}

/* What each level of the scale means. */
static void
put_scale(struct page *page, const struct heat_view *v)
{
	const struct heat_scale *s = &v->scale;
	char value[HEAT_TEXT], text[HEAT_TEXT + 8];

	out_write(&page->data, SLICE(",\"scale\":["));
	for (int i = 0; i < s->count && !v->per_row; i++) {
		heat_value(value, v, s->limits[i], false);
		snprintf(text, sizeof(text), "\xe2\x89\xa4 %s", value);
		out_format(&page->data, "%s[%d,%u]", i > 0 ? "," : "",
		    s->count > 1 ? i * PAGE_SHADES / (s->count - 1)
				 : PAGE_SHADES / 2,
		    page_string(page, slice_of(text)));
	}
	out_write(&page->data, SLICE("]"));
}

static void
put_subtitle(struct page *page, const struct heat_picture *p)
{
	void (*const parts[])(char *text,
	    const struct heat_picture *p) = { heat_subject, heat_span };
	char text[HEAT_TEXT];
	struct out subtitle;

	out_open_memory(&subtitle);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		parts[i](text, p);
		out_write(&subtitle,
		    subtitle.len > 0 && text[0] != '\0' ? SLICE(" \xc2\xb7 ")
							: SLICE(""));
		out_write(&subtitle, slice_of(text));
	}
	if (p->v->is_latency)
		heat_summary(text, p->v, false);
	else
		heat_missing(text, p->v);
	if (text[0] != '\0') {
		out_write(&subtitle, SLICE(" \xc2\xb7 "));
		out_write(&subtitle, slice_of(text));
	}
	page_put_string(page, "subtitle",
	    (struct slice){ subtitle.buf, subtitle.len });
	out_close(&subtitle);
}

static void
put_still_row(struct page *page, const struct heat_view *v, size_t i)
{
	const struct view_row *row = &v->rows[i];
	char text[HEAT_TEXT];
	int64_t p95 = -1;

	page_row(page);
	if (v->is_latency) {
		heat_latency(text, v, i, false);
		page_number_cell(page, text);
	} else {
		page_cell(page, row->name);
		page_cell(page, row->owner);
	}
	snprintf(text, sizeof(text), "%llu",
	    row->all != NULL ? (unsigned long long)row->all->count : 0);
	page_number_cell(page, text);
	snprintf(text, sizeof(text), "%llu",
	    row->all != NULL ? (unsigned long long)row->all->errors : 0);
	page_number_cell(page, text);
	if (v->is_latency)
		return;
	page_duration_cell(page, sum_ns(&row->all->durations));
	quantile_at(&row->all->durations, 0.95, &p95);
	page_duration_cell(page, p95);
}

static void
put_still(struct page *page, const struct heat_picture *p)
{
	static const char *const latencies[] = { "#from", "#count", "#failed",
		NULL };
	static const char *const handlers[] = { "name", "owner", "#count",
		"#failed", "#total", "#p95", NULL };
	struct heat_picture picture = *p;

	picture.out = &page->still;
	heat_svg_format.write(&picture);
	page_table(page, p->v->is_latency ? "latencies" : "handlers",
	    p->v->is_latency ? latencies : handlers);
	for (size_t i = 0; i < p->v->row_count && i < STILL_ROWS; i++)
		put_still_row(page, p->v, i);
	page_table_end(page);
	if (p->v->row_count > STILL_ROWS)
		page_still_note(page,
		    SLICE("There are more; they need scripts."));
}

static void
write_html(const struct heat_picture *p)
{
	struct slice title = p->v->is_latency ? p->handler
					      : SLICE("Handlers by time");
	struct page page;

	page_init(&page, "tele-heatmap", p->link);
	page_begin_picture(&page, "heatmap", title);
	put_subtitle(&page, p);
	page_put_number(&page, "latency", p->v->is_latency);
	page_put_number(&page, "columns", (int64_t)p->v->column_count);
	page_put_columns(&page, time_keys, TIME_COLUMNS, p->v->column_count,
	    read_column, p->v);
	page_put_number(&page, "rows", (int64_t)p->v->row_count);
	page_put_columns(&page, row_keys, ROW_COLUMNS, p->v->row_count,
	    read_row, p->v);
	put_cells(&page, p->v);
	page_put_palette(&page);
	put_scale(&page, p->v);
	out_write(&page.data, SLICE("}"));
	put_still(&page, p);
	page_write(&page, p->out, title);
}

static size_t
html_columns(const struct heat_picture *p, size_t *gap_width)
{
	return heat_svg_format.columns(p, gap_width);
}

const struct heat_format heat_html_format = { "html", html_columns,
	write_html };
