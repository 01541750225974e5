/* SPDX-License-Identifier: MIT */
#include "tele/inspect.h"

void
inspect_list(const struct formats *formats, struct out *out)
{
	for (int i = 0; i < formats->count; i++)
		out_format(out, "%-12s  %s\n", formats->list[i]->name.ptr,
		    formats->list[i]->title.ptr);
}

/* The events that SAMPLE of F gives, in OUT. */
static void
run_sample(const struct format *f, const struct sample *sample, struct out *out)
{
	static const struct reader_options nothing;
	struct reader *r;
	struct input in;

	out_open_memory(out);
	r = reader_new(f, out, &nothing);
	input_open_memory(&in, f->doc.name, sample->log);
	reader_begin(r, &in, sample->log);
	reader_take(r, &in);
	reader_end(r);
	input_close(&in);
	reader_free(r);
}

/* How many samples of F give other events than they state. */
static int
count_wrong(const struct format *f, struct out *out,
    void (*complain)(const char *file, int line))
{
	struct out got;
	int wrong = 0;

	for (int i = 0; i < f->sample_count; i++) {
		run_sample(f, &f->samples[i], &got);
		if (!slice_equal((struct slice){ got.buf, got.len },
			f->samples[i].events)) {
			complain(f->doc.name, f->samples[i].node->line);
			out_write(out, (struct slice){ got.buf, got.len });
			wrong++;
		}
		out_close(&got);
	}
	return wrong;
}

bool
inspect_samples(const struct formats *formats, struct out *out,
    void (*complain)(const char *file, int line))
{
	bool is_right = true;

	for (int i = 0; i < formats->count; i++) {
		const struct format *f = formats->list[i];

		if (count_wrong(f, out, complain) > 0) {
			is_right = false;
			continue;
		}
		out_format(out, "%s: %d %s as expected\n", f->name.ptr,
		    f->sample_count,
		    f->sample_count == 1 ? "sample" : "samples");
	}
	return is_right;
}

void
inspect_choice(const struct chooser *c, const struct reader *reader,
    struct slice sample, struct out *out)
{
	const struct format *chosen = reader_format(reader), *next = NULL;
	size_t known, records, own = 0, of = 0, next_known = 0, next_of = 0;

	if (c->is_fixed)
		return;
	for (int i = 0; i < c->formats->count; i++) {
		known = reader_fit(c->readers[i], sample, &records);
		if (c->formats->list[i] == chosen) {
			own = known;
			of = records;
		} else if (known > next_known) {
			next = c->formats->list[i];
			next_known = known;
			next_of = records;
		}
	}
	out_format(out, "chosen      %s knows %zu of %zu at the start",
	    chosen->name.ptr, own, of);
	if (next == NULL)
		out_format(out, ", no other format any\n");
	else
		out_format(out, ", %s %zu of %zu%s\n", next->name.ptr,
		    next_known, next_of,
		    next_known >= own ? ", but asks for less" : "");
}

bool
inspect_file(const struct chooser *c, struct feed *f, uint64_t number,
    struct out *out, bool *found)
{
	struct slice line;

	*found = false;
	if (!reader_reads_lines(f->reader))
		return input_next(&f->in) &&
		    reader_explain_at(f->reader, &f->in, number, out, found);
	while (!*found && input_line(&f->in, &line))
		*found = f->in.line == number;
	return *found && inspect_line(c, f->reader, line, out);
}

/* Why LINE, which is JSON, is no record of any format; false if it is none. */
static bool
excuse_json(const struct chooser *c, struct slice line, struct out *out)
{
	const char *first = json_blank(line.ptr, line.ptr + line.len);
	char excuse[512];

	if (first == line.ptr + line.len || (*first != '{' && *first != '['))
		return false;
	reader_excuse(c->readers, c->formats->count, line, excuse,
	    sizeof(excuse));
	out_format(out, "%s\n", excuse);
	return true;
}

bool
inspect_line(const struct chooser *c, struct reader *reader, struct slice line,
    struct out *out)
{
	struct reader *best = reader_choose(c->readers, c->formats->count,
	    line);
	bool is_known = false;

	if (reader == NULL && c->is_fixed)
		reader = c->readers[0];
	if (reader == NULL && best != NULL)
		inspect_choice(c, best, line, out);
	if (reader == NULL)
		reader = best;
	if (reader == NULL && excuse_json(c, line, out))
		return false;
	if (reader != NULL)
		is_known = reader_explain(reader, line, out);
	for (int i = 0; i < c->formats->count; i++)
		if (reader == NULL ||
		    reader_format(reader) != c->formats->list[i])
			reader_explain_near(c->readers[i], line, out);
	return is_known;
}
