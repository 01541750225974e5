/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/input.h"
#include "tele/jsontext.h"
#include "tele/lcov.h"

enum { GROUPS_MAX = 1 << 20 }; /* lines that FNL gives numbers to */

/* The section that is being read. */
struct trace {
	struct coverage *c;
	struct input in;
	struct coverage_file *file; /* NULL outside of sections */
	bool has_file;              /* a section began, and be it broken */
	struct {
		uint32_t line, end;
	} * groups; /* of FNL, by their number */
	size_t group_count, groups_cap;
};

/* What is left of a line. */
struct rest {
	const char *p, *end;
};

static bool
wrong(struct trace *t, const char *at, const char *what)
{
	input_malformed(&t->in, at, what);
	return false;
}

/* The comma that must come next, unless the line is over. */
static bool
scan_comma(struct rest *r)
{
	if (r->p == r->end || *r->p != ',')
		return false;
	r->p++;
	return true;
}

static bool
scan_number(struct rest *r, uint32_t *n)
{
	uint64_t value = 0;
	const char *start = r->p;

	for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++)
		if (value <= UINT32_MAX)
			value = value * 10 + (uint64_t)(*r->p - '0');
	*n = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
	return r->p > start;
}

/* Some tools count in floating point. */
static bool
scan_count(struct trace *t, struct rest *r, uint64_t *n)
{
	const char *start = r->p;
	char text[64], *end;
	size_t len = 0;
	double value;

	while (r->p < r->end && *r->p != ',' && len + 1 < sizeof(text))
		text[len++] = *r->p++;
	text[len] = '\0';
	if (len == 0 || strspn(text, "0123456789+-.eE") < len)
		return wrong(t, start, "expected a count");
	value = strtod(text, &end);
	if (*end != '\0')
		return wrong(t, start, "expected a count");
	if (value < 0)
		return wrong(t, start, "a negative count");
	*n = value < 1.8e19 ? (uint64_t)value : UINT64_MAX;
	return true;
}

static struct slice
name_of(struct trace *t, const struct rest *r)
{
	return coverage_name(t->c, slice_range(r->p, r->end));
}

static void
begin_file(struct trace *t, struct rest r)
{
	while (r.p < r.end && *r.p == ' ')
		r.p++;
	t->has_file = true;
	t->file = NULL;
	t->group_count = 0;
	if (r.p == r.end)
		wrong(t, r.p, "a section without a file");
	else
		t->file = coverage_add_file(t->c, name_of(t, &r));
}

/* `LINE[,END]`; false if that is not so, which was reported. */
static bool
scan_extent(struct trace *t, struct rest *r, uint32_t *line, uint32_t *end)
{
	const char *start = r->p;
	struct rest ahead;

	*end = 0;
	if (!scan_number(r, line) || *line == 0)
		return wrong(t, start, "expected a line, from 1");
	ahead = *r;
	if (!scan_comma(&ahead) || !scan_number(&ahead, end) ||
	    (ahead.p < ahead.end && *ahead.p != ',')) {
		*end = 0;
		return true;
	}
	if (*end < *line)
		return wrong(t, r->p + 1, "a function ends before it begins");
	*r = ahead;
	return true;
}

/* A function that begins where one of its name is known is that one. */
static struct coverage_function *
put_function(struct trace *t, struct slice name, uint32_t line, uint32_t end)
{
	struct coverage_function *f = coverage_function(t->c, t->file, name,
	    line);

	if (f == NULL)
		f = coverage_add(t->c, t->file, name, line, end);
	f->has_hits = true;
	return f;
}

/* `FN:LINE[,END],NAME` */
static void
read_function(struct trace *t, struct rest r)
{
	uint32_t line, end;

	if (!scan_extent(t, &r, &line, &end))
		return;
	if (!scan_comma(&r) || r.p == r.end)
		wrong(t, r.p, "a function without a name");
	else
		put_function(t, name_of(t, &r), line, end);
}

/* `FNDA:COUNT,NAME` */
static void
read_hits(struct trace *t, struct rest r)
{
	struct coverage_function *f;
	uint64_t hits;

	if (!scan_count(t, &r, &hits))
		return;
	if (!scan_comma(&r) || r.p == r.end) {
		wrong(t, r.p, "a function without a name");
		return;
	}
	f = coverage_function(t->c, t->file, name_of(t, &r), 0);
	if (f == NULL)
		wrong(t, r.p, "no FN names this function");
	else
		coverage_add_hits(f, hits);
}

/* `FNL:NUMBER,LINE[,END]`: where the functions with this number are. */
static void
read_group(struct trace *t, struct rest r)
{
	uint32_t number, line, end;
	const char *start = r.p;

	if (!scan_number(&r, &number) || !scan_comma(&r) ||
	    number >= GROUPS_MAX) {
		wrong(t, start, "expected a number");
		return;
	}
	if (!scan_extent(t, &r, &line, &end))
		return;
	t->groups = mem_grow(t->groups, &t->groups_cap, (size_t)number + 1,
	    sizeof(*t->groups));
	for (; t->group_count <= number; t->group_count++)
		t->groups[t->group_count].line = 0;
	t->groups[number].line = line;
	t->groups[number].end = end;
}

/* `FNA:NUMBER,COUNT,NAME` */
static void
read_group_hits(struct trace *t, struct rest r)
{
	const char *start = r.p;
	uint32_t number;
	uint64_t hits;

	if (!scan_number(&r, &number) || number >= t->group_count ||
	    t->groups[number].line == 0) {
		wrong(t, start, "no FNL has this number");
		return;
	}
	if (!scan_comma(&r) || !scan_count(t, &r, &hits))
		return;
	if (!scan_comma(&r) || r.p == r.end)
		wrong(t, r.p, "a function without a name");
	else
		coverage_add_hits(put_function(t, name_of(t, &r),
				      t->groups[number].line,
				      t->groups[number].end),
		    hits);
}

/* `DA:LINE,COUNT[,CHECKSUM]` */
static void
read_line_hits(struct trace *t, struct rest r)
{
	const char *start = r.p;
	uint32_t line;
	uint64_t hits;

	if (!scan_number(&r, &line) || line == 0)
		wrong(t, start, "expected a line, from 1");
	else if (!scan_comma(&r))
		wrong(t, r.p, "expected a count");
	else if (scan_count(t, &r, &hits))
		coverage_add_line(t->file, line, hits);
}

static void
read_record(struct trace *t, struct slice line)
{
	static const struct {
		struct slice tag;
		void (*read)(struct trace *t, struct rest r);
	} records[] = {
		{ { "DA:", 3 }, read_line_hits },
		{ { "FN:", 3 }, read_function },
		{ { "FNDA:", 5 }, read_hits },
		{ { "FNL:", 4 }, read_group },
		{ { "FNA:", 4 }, read_group_hits },
	};
	struct rest r = { line.ptr, line.ptr + line.len };

	if (slice_starts_with(line, SLICE("SF:"))) {
		r.p += 3;
		begin_file(t, r);
		return;
	}
	if (slice_equal(line, SLICE("end_of_record"))) {
		if (!t->has_file)
			wrong(t, r.p, "the end of no section");
		t->has_file = false;
		t->file = NULL;
		return;
	}
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		if (!slice_starts_with(line, records[i].tag))
			continue;
		r.p += records[i].tag.len;
		if (t->file != NULL)
			records[i].read(t, r);
		else if (!t->has_file)
			wrong(t, line.ptr, "not in a section: no SF before it");
		return;
	}
}

/* What other lines of a trace begin with; all else is no trace. */
static bool
is_known(struct slice line)
{
	static const struct slice tags[] = { { "TN:", 3 }, { "VER:", 4 },
		{ "FNF:", 4 }, { "FNH:", 4 }, { "LF:", 3 }, { "LH:", 3 },
		{ "BRDA:", 5 }, { "BRF:", 4 }, { "BRH:", 4 }, { "MCDC:", 5 },
		{ "MCF:", 4 }, { "MCH:", 4 }, { "#", 1 }, { "DA:", 3 },
		{ "SF:", 3 }, { "FN:", 3 }, { "FNDA:", 5 }, { "FNL:", 4 },
		{ "FNA:", 4 }, { "end_of_record", 13 } };

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (slice_starts_with(line, tags[i]))
			return true;
	return false;
}

int
lcov_read(struct coverage *c, const char *path)
{
	struct trace t = { .c = c };
	char *name = mem_string(slice_of(path));
	struct slice line;
	int status;

	coverage_begin_report(c);
	input_open(&t.in, 1, &name);
	while (input_line(&t.in, &line)) {
		if (line.len == 0)
			continue;
		if (is_known(line))
			read_record(&t, line);
		else
			wrong(&t, line.ptr, "not a line of an lcov trace");
	}
	if (t.has_file)
		wrong(&t, NULL, "a section without an end_of_record");
	status = input_close(&t.in);
	free(t.groups);
	free(name);
	return status;
}

/* A path or a name on one line. */
static void
put_name(struct out *out, struct slice json)
{
	char *text = mem_alloc(json.len);
	size_t len = json_unescape(text, json);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = '_';
	out_write(out, (struct slice){ text, len });
	free(text);
}

/*
 * The name of F.  lcov knows functions by their names: one that another one of
 * the file has gets its line.
 */
static void
put_function_name(struct out *out, struct coverage *c,
    const struct coverage_function *f)
{
	put_name(out, f->name);
	if (coverage_named(c, f->file, f->name)->placed > 1)
		out_format(out, "@%u", f->line);
}

/* Each line on which functions begin, with how often the most often one ran. */
static void
write_lines(struct out *out, const struct coverage_file *file)
{
	uint64_t hits, found = 0, hit = 0;
	size_t i = 0, end;

	while (i < file->count && file->functions[i]->line == 0)
		i++;
	for (; i < file->count; i = end) {
		hits = 0;
		for (end = i; end < file->count &&
		     file->functions[end]->line == file->functions[i]->line;
		     end++)
			if (file->functions[end]->executions > hits)
				hits = file->functions[end]->executions;
		out_format(out, "DA:%u,%llu\n", file->functions[i]->line,
		    (unsigned long long)hits);
		found++;
		hit += hits > 0;
	}
	out_format(out, "LF:%llu\nLH:%llu\nend_of_record\n",
	    (unsigned long long)found, (unsigned long long)hit);
}

/*
 * The last line of the functions of FILE that begin on the line of the Ith, the
 * first of them; or 0.  lcov refuses functions that begin on one line and do
 * not end together, such as callbacks: those have none.
 */
static uint32_t
end_of(const struct coverage_file *file, size_t i)
{
	const struct coverage_function *f = file->functions[i];

	for (size_t k = i + 1;
	     k < file->count && file->functions[k]->line == f->line; k++)
		if (file->functions[k]->end != f->end)
			return 0;
	return f->end;
}

static void
write_file(struct out *out, struct coverage *c,
    const struct coverage_file *file)
{
	const struct coverage_function *f;
	uint64_t found = 0, hit = 0;
	uint32_t end = 0;

	for (size_t i = 0; i < file->count; i++)
		found += file->functions[i]->line > 0;
	if (found == 0)
		return;
	out_write(out, SLICE("TN:production\nSF:"));
	put_name(out, file->path);
	out_write(out, SLICE("\n"));
	for (size_t i = 0; i < file->count; i++) {
		f = file->functions[i];
		if (f->line == 0)
			continue;
		out_format(out, "FN:%u,", f->line);
		if (i == 0 || file->functions[i - 1]->line != f->line)
			end = end_of(file, i);
		if (end >= f->line)
			out_format(out, "%u,", end);
		put_function_name(out, c, f);
		out_format(out, "\nFNDA:%llu,",
		    (unsigned long long)f->executions);
		put_function_name(out, c, f);
		out_write(out, SLICE("\n"));
		hit += f->executions > 0;
	}
	out_format(out, "FNF:%llu\nFNH:%llu\n", (unsigned long long)found,
	    (unsigned long long)hit);
	write_lines(out, file);
}

void
lcov_write(struct coverage *c, struct out *out)
{
	for (size_t i = 0; i < c->by_path.count; i++)
		write_file(out, c,
		    *(struct coverage_file **)(void *)c->by_path.entries[i]
			 ->value);
}
