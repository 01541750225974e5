/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/findingform.h"
#include "tele/findinglist.h"
#include "tele/term.h"

enum { LEVEL_WIDTH = 7 }; /* of "warning" */

/* How wide the longest is, as the view's own. */
struct list {
	int rule, count;
};

static int
widest(const struct view *v, const char *key)
{
	int width, most = 0;

	for (size_t i = 0; i < v->rows->count; i++) {
		width = term_columns(finding_cell(v, &v->rows->list[i], key));
		if (width > most)
			most = width;
	}
	return most;
}

static void
begin_list(struct view *v)
{
	struct list *l = arena_alloc(&v->rows->arena, sizeof(*l));

	*l = (struct list){ widest(v, "finding"), widest(v, "count") };
	v->own = l;
}

/* `FILE:LINE` */
static void
put_place(struct out *out, const struct finding_place *place)
{
	out_write(out, place->file);
	if (place->line > 0)
		out_format(out, ":%llu", (unsigned long long)place->line);
}

/* Where it is, and where the input shows it: empty if nothing tells. */
static void
put_places(const struct view *v, const struct row *row, struct out *out)
{
	struct finding_place place, evidence;

	if (!finding_place(v, row, &place))
		return;
	put_place(out, &place);
	if (!finding_evidence(v, row, &evidence) ||
	    slice_equal(place.file, evidence.file))
		return;
	out_write(out, SLICE(", first seen at "));
	put_place(out, &evidence);
}

/* TEXT to the left, or to the right, of WIDTH columns; and two more. */
static void
put_padded(struct view *v, struct slice text, int width, bool right)
{
	int blanks = width - term_columns(text);

	blanks = blanks > 0 ? blanks : 0;
	out_format(v->out, "%*s", right ? blanks : 0, "");
	finding_put(v, text);
	out_format(v->out, "%*s", (right ? 0 : blanks) + 2, "");
}

/* `error    TS001  5  MESSAGE`, and below it where that is. */
static void
row_list(struct view *v, const struct row *row)
{
	const struct list *l = v->own;
	const char *level = finding_level(v, row);
	struct out places;

	view_style(v, *level == 'e' ? "31" : *level == 'w' ? "33" : "0");
	put_padded(v, slice_of(level), LEVEL_WIDTH, false);
	view_style(v, "0");
	put_padded(v, finding_cell(v, row, "finding"), l->rule, false);
	put_padded(v, finding_cell(v, row, "count"), l->count, true);
	formatter_put_wrapped(v, finding_cell(v, row, "message"),
	    LEVEL_WIDTH + 2 + l->rule + 2 + l->count + 2);
	out_open_memory(&places);
	put_places(v, row, &places);
	if (places.len > 0) {
		out_format(v->out, "%*s", LEVEL_WIDTH + 2, "");
		view_style(v, "2");
		formatter_put_wrapped(v,
		    (struct slice){ places.buf, places.len }, LEVEL_WIDTH + 2);
		view_style(v, "0");
	}
	out_close(&places);
}

static void
begin_md(struct view *v)
{
	out_write(v->out,
	    SLICE("| | rule | what | count | where |\n"
		  "| --- | --- | --- | ---: | --- |\n"));
}

static void
row_md(struct view *v, const struct row *row)
{
	struct slice count = finding_cell(v, row, "count");
	struct out places;

	out_format(v->out, "| %s | ", finding_level(v, row));
	formatter_put_md(v, finding_cell(v, row, "finding"));
	out_write(v->out, SLICE(" | "));
	formatter_put_md(v, finding_cell(v, row, "message"));
	out_format(v->out, " | %.*s | ", (int)count.len, count.ptr);
	out_open_memory(&places);
	put_places(v, row, &places);
	if (places.len > 0)
		formatter_put_md(v, (struct slice){ places.buf, places.len });
	out_close(&places);
	out_write(v->out, SLICE(" |\n"));
}

static const struct formatter list_formatter = { .name = "table",
	.begin = begin_list,
	.row = row_list,
	.is_for_findings = true };
static const struct formatter list_md_formatter = { .name = "md",
	.begin = begin_md,
	.row = row_md,
	.is_for_findings = true };

const struct formatter *
findinglist_formatter(const struct formatter *f, struct rows *rows)
{
	const struct column *c = rows_column(rows, SLICE("finding"));

	if (rows->count == 0 || c == NULL ||
	    (f != &table_formatter && f != &md_formatter))
		return f;
	for (size_t i = 0; i < rows->count; i++)
		if (rows_cell(rows, &rows->list[i], c)->text.len == 0)
			return f;
	finding_columns(rows);
	return f == &table_formatter ? &list_formatter : &list_md_formatter;
}
