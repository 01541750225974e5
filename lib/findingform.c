/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/findingform.h"
#include "tele/findings.h"
#include "tele/fnv.h"
#include "tele/label.h"
#include "tele/tap.h"
#include "tele/term.h"

void
finding_columns(struct rows *r)
{
	static const char *const keys[] = { "severity", "message", "count",
		"code_line", "doc_file", "doc_line", "src", "src_line", NULL };

	for (size_t i = 0; findings_identity_keys[i] != NULL; i++)
		rows_expect(r, slice_of(findings_identity_keys[i]));
	for (size_t i = 0; keys[i] != NULL; i++)
		rows_expect(r, slice_of(keys[i]));
}

struct slice
finding_cell(const struct view *v, const struct row *row, const char *key)
{
	const struct column *c = rows_column(v->rows, slice_of(key));

	return c != NULL ? rows_cell(v->rows, row, c)->text
			 : (struct slice){ "", 0 };
}

bool
finding_evidence(const struct view *v, const struct row *row,
    struct finding_place *place)
{
	place->file = finding_cell(v, row, "src");
	place->line = slice_number(finding_cell(v, row, "src_line"));
	return place->file.len > 0 && !slice_equal(place->file, SLICE("-"));
}

bool
finding_place(const struct view *v, const struct row *row,
    struct finding_place *place)
{
	static const char *const keys[][2] = { { "code_file", "code_line" },
		{ "doc_file", "doc_line" } };

	for (size_t i = 0; i < 2; i++) {
		place->file = finding_cell(v, row, keys[i][0]);
		place->line = slice_number(finding_cell(v, row, keys[i][1]));
		if (place->file.len > 0)
			return true;
	}
	return finding_evidence(v, row, place);
}

const char *
finding_level(const struct view *v, const struct row *row)
{
	struct slice severity = finding_cell(v, row, "severity");

	for (int i = 0; finding_severity_names[i] != NULL; i++)
		if (slice_equal(severity, slice_of(finding_severity_names[i])))
			return finding_severity_names[i];
	return "warning";
}

/* Each ends in a newline, which tells `a` and `bc` from `ab` and `c`. */
static uint64_t
hash(uint64_t h, struct slice text)
{
	return fnv_add(fnv_add(h, text), SLICE("\n"));
}

void
finding_fingerprint(const struct view *v, const struct row *row,
    char text[FINGERPRINT_LEN + 1])
{
	uint64_t h = FNV_START;
	struct slice value;

	for (size_t i = 0; findings_identity_keys[i] != NULL; i++) {
		value = finding_cell(v, row, findings_identity_keys[i]);
		if (value.len == 0)
			continue;
		h = hash(h, slice_of(findings_identity_keys[i]));
		h = hash(h, value);
	}
	snprintf(text, FINGERPRINT_LEN + 1, "%016llx", (unsigned long long)h);
}

void
finding_put(struct view *v, struct slice text)
{
	size_t size = text.len * 6 + 1;
	char *shown = mem_alloc(size);

	out_write(v->out,
	    (struct slice){ shown, term_escape(shown, size, text) });
	free(shown);
}

/* The same, with each byte of SPECIAL as the FORM of the same place. */
static void
put_escaped(struct view *v, struct slice text, const char *special,
    const char *const *forms)
{
	size_t size = text.len * 6 + 1;
	char *shown = mem_alloc(size);
	struct slice plain = { shown, term_escape(shown, size, text) };

	label_write_replaced(v->out, plain, special, forms);
	free(shown);
}

static void
nothing(struct view *v)
{
	(void)v;
}

/* ` (5 times)` */
static void
put_count(struct view *v, const struct row *row)
{
	struct slice count = finding_cell(v, row, "count");

	if (slice_number(count) > 1)
		out_format(v->out, " (%.*s times)", (int)count.len, count.ptr);
}

/* `FILE:LINE:1: `; what has no place is the tool's. */
static void
put_gcc_place(struct view *v, const struct finding_place *place, bool has_place)
{
	if (!has_place) {
		out_write(v->out, SLICE("tele: "));
		return;
	}
	finding_put(v, place->file);
	out_format(v->out, ":%llu:1: ",
	    (unsigned long long)(place->line > 0 ? place->line : 1));
}

/*
 * `FILE:LINE:COLUMN: error: MESSAGE [RULE]`, as gcc, clang and what reads their
 * messages have it; and a note that says where the input shows it.
 */
static void
row_gcc(struct view *v, const struct row *row)
{
	struct finding_place place, evidence;
	bool has_place = finding_place(v, row, &place);

	put_gcc_place(v, &place, has_place);
	out_format(v->out, "%s: ", finding_level(v, row));
	finding_put(v, finding_cell(v, row, "message"));
	put_count(v, row);
	out_write(v->out, SLICE(" ["));
	finding_put(v, finding_cell(v, row, "finding"));
	out_write(v->out, SLICE("]\n"));
	if (!finding_evidence(v, row, &evidence) ||
	    slice_equal(place.file, evidence.file))
		return;
	put_gcc_place(v, &evidence, true);
	out_write(v->out, SLICE("note: first seen here ["));
	finding_put(v, finding_cell(v, row, "finding"));
	out_write(v->out, SLICE("]\n"));
}

/* TEXT of a workflow command; in a property `:` and `,` have a meaning. */
static void
put_github(struct view *v, struct slice text, bool is_property)
{
	static const char *const forms[] = { "%25", "%3A", "%2C" };

	put_escaped(v, text, is_property ? "%:," : "%", forms);
}

/* `::error file=F,line=L,title=RULE::MESSAGE` */
static void
row_github(struct view *v, const struct row *row)
{
	const char *level = finding_level(v, row);
	struct finding_place place;

	if (strcmp(level, "note") == 0)
		level = "notice";
	out_format(v->out, "::%s ", level);
	if (finding_place(v, row, &place)) {
		out_write(v->out, SLICE("file="));
		put_github(v, place.file, true);
		if (place.line > 0)
			out_format(v->out, ",line=%llu",
			    (unsigned long long)place.line);
		out_write(v->out, SLICE(","));
	}
	out_write(v->out, SLICE("title="));
	put_github(v, finding_cell(v, row, "finding"), true);
	out_write(v->out, SLICE("::"));
	put_github(v, finding_cell(v, row, "message"), false);
	put_count(v, row);
	out_write(v->out, SLICE("\n"));
}

static void
begin_tap(struct view *v)
{
	v->count = 0;
	tap_begin(v->out);
}

/* An error is a test that failed; a warning or a note is one that did not. */
static void
row_tap(struct view *v, const struct row *row)
{
	const char *level = finding_level(v, row);
	struct finding_place place;
	char line[24];

	out_format(v->out, "%s %llu - ",
	    strcmp(level, "error") == 0 ? "not ok" : "ok",
	    (unsigned long long)++v->count);
	tap_text(v->out, finding_cell(v, row, "message"));
	out_write(v->out, SLICE(" ["));
	tap_text(v->out, finding_cell(v, row, "finding"));
	out_write(v->out, SLICE("]\n  ---\n"));
	tap_member(v->out, "severity", slice_of(level));
	tap_member(v->out, "count", finding_cell(v, row, "count"));
	if (finding_place(v, row, &place)) {
		tap_member(v->out, "file", place.file);
		snprintf(line, sizeof(line), "%llu",
		    (unsigned long long)place.line);
		tap_member(v->out, "line", slice_of(line));
	}
	out_write(v->out, SLICE("  ...\n"));
}

/* A run without findings passes as one test: an empty plan would not. */
static void
end_tap(struct view *v)
{
	if (v->count == 0)
		out_write(v->out, SLICE("ok 1 - no findings\n"));
	out_format(v->out, "1..%llu\n",
	    (unsigned long long)(v->count > 0 ? v->count : 1));
}

const struct formatter gcc_formatter = { .name = "gcc",
	.begin = nothing,
	.row = row_gcc,
	.is_for_findings = true };
const struct formatter github_formatter = { .name = "github",
	.begin = nothing,
	.row = row_github,
	.is_for_findings = true };
const struct formatter tap_formatter = { .name = "tap",
	.begin = begin_tap,
	.row = row_tap,
	.end = end_tap,
	.is_for_findings = true };
