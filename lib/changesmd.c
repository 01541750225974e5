/* SPDX-License-Identifier: MIT */
#include "tele/changes.h"
#include "tele/changetext.h"

static void
head_md(struct view *v, const char *name)
{
	out_format(v->out, "\n**%s**\n\n", name);
}

/* Texts of the input are escaped, numbers of our own are not. */
static void
put_md(struct view *v, const struct row *row, enum change_cell cell)
{
	struct out out;

	out_open_memory(&out);
	changetext_write(v, row, cell, &out);
	if (cell == CELL_NAME || cell == CELL_OWNER || cell >= CELL_MESSAGE)
		formatter_put_md(v, (struct slice){ out.buf, out.len });
	else
		out_write(v->out, (struct slice){ out.buf, out.len });
	out_close(&out);
}

static void
put_md_verdict(struct view *v, const struct row *row)
{
	put_md(v, row, CELL_VERDICT);
	if (changetext_has_seen(v, row)) {
		out_text(v->out, " (could only see ");
		put_md(v, row, CELL_SEEN);
		out_text(v->out, ")");
	} else if (changetext_is_time(v, row) &&
	    slice_equal(changetext_value(v, row, "verdict"), SLICE("unsure"))) {
		out_text(v->out, " (too few to tell)");
	}
}

static void
put_md_time(struct view *v, const struct row *row)
{
	static const enum change_cell cells[] = { CELL_BASE, CELL_NEW,
		CELL_EFFECT, CELL_IMPACT };

	put_md(v, row, CELL_NAME);
	if (changetext_value(v, row, "plugin").len > 0 ||
	    changetext_value(v, row, "service").len > 0) {
		out_text(v->out, ", ");
		put_md(v, row, CELL_OWNER);
	}
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		out_text(v->out, " | ");
		put_md(v, row, cells[i]);
	}
	out_text(v->out, " |\n");
}

static void
put_md_sentence(struct view *v, const struct row *row)
{
	put_md(v, row, CELL_MESSAGE);
	if (changetext_value(v, row, "expected").len > 0) {
		out_text(v->out, "; expected: ");
		put_md(v, row, CELL_EXPECTED);
		out_text(v->out, "; observed: ");
		put_md(v, row, CELL_OBSERVED);
	}
	out_text(v->out, " | | | | |\n");
}

static void
row_md(struct view *v, const struct row *row)
{
	struct changes *c = v->own;

	if (changes_is_tally(v, row)) {
		put_md(v, row, CELL_MESSAGE);
		out_text(v->out, "\n");
		return;
	}
	changes_open(v, (int)changetext_section(v, row), head_md);
	if (!c->is_headed)
		out_format(v->out,
		    "| | what | ms | now | change, 95 %% sure | %s |\n"
		    "| --- | --- | ---: | ---: | --- | ---: |\n",
		    c->unit);
	c->is_headed = true;
	c->is_empty = false;
	out_text(v->out, "| ");
	put_md_verdict(v, row);
	out_text(v->out, " | ");
	if (changetext_is_time(v, row))
		put_md_time(v, row);
	else
		put_md_sentence(v, row);
}

static void
end_md(struct view *v)
{
	const struct changes *c = v->own;

	if (c->is_diff)
		changes_open(v, CHANGE_SECTIONS, head_md);
}

const struct formatter changes_md_formatter = { "md", changes_begin, row_md,
	end_md, false };
