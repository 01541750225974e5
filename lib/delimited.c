/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/formatter.h"
#include "tele/label.h"
#include "tele/term.h"
#include "tele/utf8.h"

/* Tabs, newlines and backslashes as \t, \n and \\: one line, one row. */
static void
put_tsv(struct view *v, struct slice text)
{
	const char *p = text.ptr, *end = p + text.len;
	char shown[32] = "";
	uint32_t cp;
	size_t len;

	for (; p < end; p += len) {
		len = utf8_decode(p, end, &cp);
		if (len == 0)
			len = 1;
		if (*p == '\t')
			out_text(v->out, "\\t");
		else if (*p == '\n')
			out_text(v->out, "\\n");
		else if (*p == '\\')
			out_text(v->out, "\\\\");
		else
			out_write(v->out,
			    (struct slice){ shown,
				term_escape(shown, sizeof(shown),
				    (struct slice){ p, len }) });
	}
}

static void
begin_tsv(struct view *v)
{
	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		put_tsv(v, c->key);
		out_text(v->out, c->next != NULL ? "\t" : "\n");
	}
}

static void
row_tsv(struct view *v, const struct row *row)
{
	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		put_tsv(v, rows_cell(v->rows, row, c)->text);
		out_text(v->out, c->next != NULL ? "\t" : "\n");
	}
}

static void
begin_csv(struct view *v)
{
	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		label_write_csv(v->out, c->key);
		out_text(v->out, c->next != NULL ? "," : "\r\n");
	}
}

static void
row_csv(struct view *v, const struct row *row)
{
	const struct cell *cell;

	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		cell = rows_cell(v->rows, row, c);
		if (cell->is_number)
			out_write(v->out, cell->text);
		else
			label_write_csv(v->out, cell->text);
		out_text(v->out, c->next != NULL ? "," : "\r\n");
	}
}

void
formatter_put_md(struct view *v, struct slice cell)
{
	char *text = mem_alloc(cell.len * 6 + 1);
	size_t len = term_escape(text, cell.len * 6 + 1, cell);

	for (size_t i = 0; i < len; i++) {
		if (strchr("\\`*_{}[]<>()#+!|~&", text[i]) != NULL)
			out_text(v->out, "\\");
		out_write(v->out, (struct slice){ text + i, 1 });
	}
	free(text);
}

static void
begin_md(struct view *v)
{
	char text[CELL_MAX];
	size_t len;

	if (v->rows->first == NULL)
		return;
	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		formatter_decimals(c);
		len = formatter_heading(c, text);
		out_text(v->out, "| ");
		formatter_put_md(v, (struct slice){ text, len });
		out_text(v->out, " ");
	}
	out_text(v->out, "|\n");
	for (struct column *c = v->rows->first; c != NULL; c = c->next)
		out_text(v->out, c->is_number ? "| ---: " : "| --- ");
	out_text(v->out, "|\n");
}

static void
row_md(struct view *v, const struct row *row)
{
	char text[CELL_MAX];
	const struct cell *cell;
	size_t len;

	for (struct column *c = v->rows->first; c != NULL; c = c->next) {
		cell = rows_cell(v->rows, row, c);
		out_text(v->out, "| ");
		if (cell->is_number && c->is_number) {
			len = formatter_cell(c, cell, text);
			out_write(v->out, (struct slice){ text, len });
		} else {
			formatter_put_md(v, cell->text);
		}
		out_text(v->out, " ");
	}
	out_text(v->out, "|\n");
}

const struct formatter tsv_formatter = { .name = "tsv",
	.begin = begin_tsv,
	.row = row_tsv };
const struct formatter csv_formatter = { .name = "csv",
	.begin = begin_csv,
	.row = row_csv };
const struct formatter md_formatter = { .name = "md",
	.begin = begin_md,
	.row = row_md };
