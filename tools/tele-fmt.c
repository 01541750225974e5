/* SPDX-License-Identifier: MIT */
/*
 * tele-fmt - show records to people and to other programs
 *
 * in:   {"handler":"createNode","count":2,"total_ms":3.25}
 * out:  handler     count  total ms
 *       createNode      2     3.250
 */
#include <unistd.h>

#include "tele/changes.h"
#include "tele/diag.h"
#include "tele/findingform.h"
#include "tele/findinglist.h"
#include "tele/formatter.h"
#include "tele/input.h"
#include "tele/json.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/rows.h"
#include "tele/term.h"

enum { PATIENCE_MS = 1000 }; /* for more rows, before the first are shown */

static const char *const colour_names[] = { "auto", "always", "never", NULL };

static struct {
	struct opt_list columns;
	uint64_t width;
	int colour;
	bool ascii;
} opt;

static const struct opt options[] = {
	{ 'c', "columns", "KEY,...", OPT_LIST, &opt.columns,
	    "show these columns in this order, or all", NULL },
	{ 'w', "width", "N", OPT_COUNT, &opt.width,
	    "fit the table into N columns (the terminal's)", NULL },
	{ 0, "color", "WHEN", OPT_CHOICE, &opt.colour, "auto, always or never",
	    colour_names },
	{ 0, "ascii", NULL, OPT_FLAG, &opt.ascii,
	    "draw with ASCII characters only", NULL },
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_fmt = { "tele-fmt",
	"Show records as a table (the default), tsv, csv or md; findings also "
	"as "
	"gcc, sarif, junit, tap or github.",
	"[FORMAT] [file ...]", options,
	"  tele-extract app.log | tele-stats | tele-fmt\n"
	"  tele-extract app.log | tele-stats | tele-fmt csv > today.csv\n"
	"  tele-stats --top 5 today.ndjson | tele-fmt md\n"
	"  tele-check --sequences docs app.ndjson | tele-fmt gcc\n" };

struct fmt {
	struct input in;
	struct out out;
	struct rows rows;
	struct view view;
	const struct formatter *formatter;
	bool is_idle;
};

/* The first operand, if it names a format. */
static const struct formatter *
choose_formatter(int *argc, char **argv[])
{
	const struct formatter *named = *argc > 0 ? formatter_find((*argv)[0])
						  : NULL;

	if (named == NULL)
		return formatter_find(NULL);
	*argc -= 1;
	*argv += 1;
	return named;
}

static void
open_view(struct fmt *f)
{
	bool is_terminal = isatty(STDOUT_FILENO);
	bool everything = opt.columns.count > 0;

	f->view = (struct view){ .rows = &f->rows,
		.out = &f->out,
		.has_colour = term_has_colour(STDOUT_FILENO,
		    (enum term_colour)opt.colour),
		.has_bars = is_terminal || opt.width > 0,
		.is_ascii = opt.ascii || (is_terminal && !term_has_utf8()) };
	if (opt.width > 0)
		f->view.width = opt.width < 10000 ? (int)opt.width : 10000;
	else if (is_terminal && !everything)
		f->view.width = term_width(STDOUT_FILENO);
}

/* Where no column is wanted, or there is none, a row is nothing. */
static void
show_row(struct fmt *f, const struct row *row)
{
	if (f->rows.first != NULL)
		f->formatter->row(&f->view, row);
}

/* Whether ROW, made of LINE, is what the form is for. */
static bool
is_fit(struct fmt *f, const struct row *row, struct slice line)
{
	if (!f->formatter->is_for_findings ||
	    finding_cell(&f->view, row, "finding").len > 0)
		return true;
	input_malformed(&f->in, line.ptr, "not a finding");
	return false;
}

/* Enough is known to write the first rows. */
static void
settle(struct fmt *f)
{
	f->rows.is_settled = true;
	if (opt.columns.count > 0 &&
	    !slice_equal(slice_of(opt.columns.items[0]), SLICE("all")))
		rows_select(&f->rows, opt.columns.items, opt.columns.count);
	if (opt.columns.count == 0) {
		f->formatter = changes_formatter(f->formatter, &f->rows);
		f->formatter = findinglist_formatter(f->formatter, &f->rows);
	}
	f->formatter->begin(&f->view);
	for (size_t i = 0; i < f->rows.count; i++)
		show_row(f, &f->rows.list[i]);
}

/* Later rows go straight through, and take no room. */
static void
stream(struct fmt *f, struct slice line)
{
	struct arena kept = f->rows.arena;
	struct row row;

	f->rows.arena = (struct arena){ 0 };
	if (rows_read(&f->rows, &f->in, line, &row) && is_fit(f, &row, line))
		show_row(f, &row);
	arena_free(&f->rows.arena);
	f->rows.arena = kept;
}

static void
add_line(struct fmt *f, struct slice line)
{
	struct rows *r = &f->rows;

	if (r->is_settled) {
		stream(f, line);
		return;
	}
	r->count += rows_read(r, &f->in, line, &r->list[r->count]) &&
	    is_fit(f, &r->list[r->count], line);
	if (r->count == ROWS_MAX || r->bytes > ROWS_MAX_BYTES)
		settle(f);
}

/* While nothing comes, what did is shown. */
static int
use_idle_time(void *arg, bool would_block)
{
	struct fmt *f = arg;
	bool was_idle = f->is_idle;

	f->is_idle = would_block;
	if (!would_block || (!f->rows.is_settled && f->rows.count == 0))
		return -1;
	if (!f->rows.is_settled && !was_idle)
		return PATIENCE_MS;
	if (!f->rows.is_settled)
		settle(f);
	out_flush(&f->out);
	return -1;
}

static int
finish(struct fmt *f)
{
	int status;

	if (!f->rows.is_settled)
		settle(f);
	if (f->formatter->end != NULL)
		f->formatter->end(&f->view);
	if (f->rows.has_left_out && !f->formatter->is_for_findings)
		warn("some keys came too late to get a column");
	rows_free(&f->rows);
	status = input_close(&f->in);
	return out_close(&f->out) ? status : EXIT_TROUBLE;
}

int
main(int argc, char *argv[])
{
	struct fmt f = { 0 };
	struct slice line;

	opt_parse(&tele_fmt, &argc, &argv);
	f.formatter = choose_formatter(&argc, &argv);
	input_open(&f.in, argc, argv);
	f.in.before_read = use_idle_time;
	f.in.arg = &f;
	out_open(&f.out, STDOUT_FILENO);
	rows_init(&f.rows);
	if (f.formatter->is_for_findings)
		finding_columns(&f.rows);
	open_view(&f);

	while (input_line(&f.in, &line))
		if (json_blank(line.ptr, line.ptr + line.len) <
		    line.ptr + line.len)
			add_line(&f, line);
	return finish(&f);
}
