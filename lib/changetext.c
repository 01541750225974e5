/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/changetext.h"
#include "tele/json.h"

const char *const change_section_names[] = { "changed", "appeared",
	"vanished" };

struct slice
changetext_value(const struct view *v, const struct row *row, const char *key)
{
	const struct column *c = rows_column(v->rows, slice_of(key));

	return c != NULL ? rows_cell(v->rows, row, c)->text
			 : (struct slice){ "", 0 };
}

/* False if ROW does not have the number KEY. */
static bool
number_of(const struct view *v, const struct row *row, const char *key,
    double *number)
{
	struct slice text = changetext_value(v, row, key);

	*number = text.len > 0 ? strtod(text.ptr, NULL) : 0;
	return text.len > 0;
}

bool
changetext_is_time(const struct view *v, const struct row *row)
{
	return changetext_value(v, row, "base_ms").len > 0;
}

bool
changetext_is_tally(const struct view *v, const struct row *row)
{
	return changetext_value(v, row, "verdict").len == 0;
}

bool
changetext_has_seen(const struct view *v, const struct row *row)
{
	return slice_equal(changetext_value(v, row, "verdict"),
		   SLICE("unsure")) &&
	    changetext_value(v, row, "seen").len > 0;
}

/* The handler; or, grouped by other keys, the first of those. */
static struct slice
name_of(const struct view *v, const struct row *row)
{
	static const char *const others[] = { "finding", "severity", "message",
		"count", "time", NULL };
	struct slice name = changetext_value(v, row, "handler");
	int i;

	for (const struct column *c = v->rows->first;
	     name.len == 0 && c != NULL; c = c->next) {
		for (i = 0; others[i] != NULL; i++)
			if (slice_equal(c->key, slice_of(others[i])))
				break;
		if (others[i] == NULL)
			name = rows_cell(v->rows, row, c)->text;
	}
	return name;
}

static struct slice
owner_of(const struct view *v, const struct row *row)
{
	struct slice owner = changetext_value(v, row, "plugin");

	return owner.len > 0 ? owner : changetext_value(v, row, "service");
}

static struct slice
verdict_of(const struct view *v, const struct row *row)
{
	struct slice verdict = changetext_value(v, row, "verdict");

	return slice_equal(changetext_value(v, row, "carried"),
		   SLICE("true")) &&
		!slice_equal(verdict, SLICE("unsure"))
	    ? SLICE("carried")
	    : verdict;
}

static void
write_percent(const struct view *v, const struct row *row, const char *key,
    struct out *out)
{
	double ratio;

	number_of(v, row, key, &ratio);
	ratio = (ratio - 1) * 100;
	out_format(out, fabs(ratio) < 9.95 ? "%+.1f" : "%+.0f", ratio);
}

static void
write_effect(const struct view *v, const struct row *row, struct out *out)
{
	write_percent(v, row, "ratio", out);
	out_write(out, SLICE(" %"));
	if (changetext_value(v, row, "low").len == 0)
		return;
	out_write(out, SLICE(" ("));
	write_percent(v, row, "low", out);
	out_write(out, SLICE(".."));
	write_percent(v, row, "high", out);
	out_write(out, SLICE(")"));
}

static void
write_ms(const struct view *v, const struct row *row, const char *key,
    struct out *out)
{
	double ms;

	number_of(v, row, key, &ms);
	out_format(out, ms >= 999.5 ? "%.0f" : "%.3g", ms);
}

/* It has the sign of the change. */
static void
write_impact(const struct view *v, const struct row *row, struct out *out)
{
	double ms, ratio;

	number_of(v, row, "impact_ms", &ms);
	number_of(v, row, "ratio", &ratio);
	out_format(out, ms >= 999.5 ? "%+.0f ms" : "%+.3g ms",
	    ratio < 1 ? -ms : ms);
}

static void
write_seen(const struct view *v, const struct row *row, struct out *out)
{
	double ratio;

	if (!changetext_has_seen(v, row))
		return;
	number_of(v, row, "seen", &ratio);
	out_format(out, "%s%.0f %%", v->is_ascii ? ">=" : "≥",
	    ceil((ratio - 1) * 100));
}

/* The strings of a JSON array. */
static void
write_steps(const struct view *v, const struct row *row, const char *key,
    struct out *out)
{
	struct slice array = changetext_value(v, row, key);
	bool is_first = true;
	struct json j;
	char *p;

	json_init(&j);
	json_feed(&j, array, true);
	json_next(&j);
	while (json_next(&j) == JSON_STRING) {
		out_write(out, is_first ? SLICE("") : SLICE(" "));
		p = out_reserve(out, j.text.len);
		out_commit(out, p + json_unescape(p, j.text));
		is_first = false;
	}
}

void
changetext_write(const struct view *v, const struct row *row,
    enum change_cell cell, struct out *out)
{
	switch (cell) {
	case CELL_VERDICT:
		out_write(out, verdict_of(v, row));
		break;
	case CELL_NAME:
		out_write(out, name_of(v, row));
		break;
	case CELL_OWNER:
		out_write(out, owner_of(v, row));
		break;
	case CELL_BASE:
		write_ms(v, row, "base_ms", out);
		break;
	case CELL_NEW:
		write_ms(v, row, "new_ms", out);
		break;
	case CELL_EFFECT:
		write_effect(v, row, out);
		break;
	case CELL_IMPACT:
		write_impact(v, row, out);
		break;
	case CELL_SEEN:
		write_seen(v, row, out);
		break;
	case CELL_MESSAGE:
		out_write(out, changetext_value(v, row, "message"));
		break;
	case CELL_EXPECTED:
		write_steps(v, row, "expected", out);
		break;
	case CELL_OBSERVED:
		write_steps(v, row, "observed", out);
		break;
	}
}

enum change_section
changetext_section(const struct view *v, const struct row *row)
{
	struct slice verdict = changetext_value(v, row, "verdict");

	return slice_equal(verdict, SLICE("appeared")) ? APPEARED
	    : slice_equal(verdict, SLICE("vanished"))  ? VANISHED
						       : CHANGED;
}

const char *
changetext_colour(const struct view *v, const struct row *row)
{
	struct slice severity = changetext_value(v, row, "severity");
	struct slice verdict = changetext_value(v, row, "verdict");

	if (slice_equal(severity, SLICE("error")))
		return "1;31";
	if (slice_equal(severity, SLICE("warning")))
		return "33";
	if (slice_equal(verdict, SLICE("faster")) ||
	    slice_equal(verdict, SLICE("recovered")))
		return "36";
	return "2";
}

size_t
changetext_course(const struct view *v, const struct row *row, int side,
    double *numbers, size_t most)
{
	static const char *const keys[] = { "base_units_ms", "new_units_ms" };
	struct slice array = changetext_value(v, row, keys[side]);
	const char *p = array.ptr;
	double all[COURSE_MAX] = { 0 };
	size_t n = 0, count, from, to;
	char *end;

	for (; array.len > 0 && n < COURSE_MAX && *p != ']'; p = end) {
		all[n++] = strtod(++p, &end);
		if (end == p)
			return 0;
	}
	count = n < most ? n : most;
	for (size_t i = 0; i < count; i++) {
		from = i * n / count;
		to = (i + 1) * n / count;
		numbers[i] = 0;
		for (size_t k = from; k < to; k++)
			numbers[i] += all[k] / (double)(to - from);
	}
	return count;
}
