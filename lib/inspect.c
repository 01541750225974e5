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

bool
inspect_line(const struct chooser *c, struct reader *reader, struct slice line,
    struct out *out)
{
	struct reader *best = reader_choose(c->readers, c->formats->count,
	    line);
	bool is_known = false;

	if (reader == NULL)
		reader = c->is_fixed ? c->readers[0] : best;
	if (reader != NULL)
		is_known = reader_explain(reader, line, out);
	for (int i = 0; i < c->formats->count; i++)
		if (reader == NULL ||
		    reader_format(reader) != c->formats->list[i])
			reader_explain_near(c->readers[i], line, out);
	return is_known;
}
