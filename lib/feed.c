/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/feed.h"

enum { SAMPLE_SIZE = 64 * 1024 };

void
chooser_init(struct chooser *c, const struct formats *formats, bool is_fixed)
{
	static const struct reader_options nothing;

	*c = (struct chooser){ .formats = formats, .is_fixed = is_fixed };
	c->readers = mem_zalloc((size_t)formats->count, sizeof(*c->readers));
	for (int i = 0; i < formats->count; i++)
		c->readers[i] = reader_new(formats->list[i], NULL, &nothing);
}

void
chooser_free(struct chooser *c)
{
	for (int i = 0; c->readers != NULL && i < c->formats->count; i++)
		reader_free(c->readers[i]);
	free(c->readers);
	c->readers = NULL;
}

const struct format *
chooser_find(const struct chooser *c, struct slice sample)
{
	struct reader *r = reader_choose(c->readers, c->formats->count, sample);

	if (c->is_fixed)
		return c->formats->list[0];
	return r != NULL ? reader_format(r) : NULL;
}

void
feed_end(struct feed *f)
{
	if (f->reader == NULL)
		return;
	reader_end(f->reader);
	reader_count(f->reader, &f->counts);
	reader_free(f->reader);
	f->reader = NULL;
	f->is_inside = false;
}

/* Choose FORMAT, for a file that begins with SAMPLE. */
static void
begin_as(struct feed *f, const struct format *format, struct slice sample)
{
	struct reader_options options = f->options;

	if (f->keep_of != NULL)
		options.emit.keep = f->keep_of(format);
	f->reader = reader_new(format, f->is_replaying ? &f->nowhere : f->out,
	    &options);
	reader_begin(f->reader, &f->in, sample);
}

void
feed_begin(struct feed *f, struct slice sample)
{
	const struct format *format = chooser_find(f->chooser, sample);

	if (format != NULL)
		begin_as(f, format, sample);
}

/* No format knows this file: its lines match nothing. */
static void
pass_over(struct feed *f)
{
	struct input *in = &f->in;
	const char *newline;

	f->unknown_bytes += (uint64_t)(in->end - in->p);
	for (; in->p < in->end; in->p = newline) {
		newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
		newline = newline != NULL ? newline + 1 : in->end;
		in->line++;
		f->unknown++;
		if (f->options.rejects != NULL)
			out_write(f->options.rejects,
			    slice_range(in->p, newline));
	}
}

/*
 * The first lines of a log that is followed may tell nothing yet: as long as a
 * sample is not full, each block may.
 */
static void
take_unknown(struct feed *f)
{
	struct input *in = &f->in;

	if (in->is_live && f->unknown_bytes < SAMPLE_SIZE)
		feed_begin(f, slice_range(in->p, in->end));
	if (f->reader == NULL)
		pass_over(f);
}

static bool
takes_file(const struct feed *f)
{
	return f->reader != NULL && reader_takes_file(f->reader);
}

/* What is there of a file that the reader gets by itself. */
static enum feed_step
take_inside(struct feed *f)
{
	reader_take(f->reader, &f->in);
	f->is_inside = f->in.is_idle;
	return f->is_inside ? FEED_IDLE : FEED_TOOK;
}

/* What was read before is written to nowhere, what comes after it is. */
static void
switch_output(struct feed *f)
{
	f->nowhere.len = 0;
	if (!f->is_replaying || f->in.is_replaying)
		return;
	f->is_replaying = false;
	if (f->reader != NULL)
		reader_write_to(f->reader, f->out);
	out_close(&f->nowhere);
}

enum feed_step
feed_next(struct feed *f)
{
	struct input *in = &f->in;

	if (f->is_inside)
		return take_inside(f);
	if (!input_next(in)) {
		if (!input_has_ended(in))
			return FEED_IDLE;
		feed_end(f);
		return FEED_ENDED;
	}
	if (in->is_start) {
		feed_end(f);
		f->unknown_bytes = 0;
		feed_begin(f, in->sample);
		f->is_inside = takes_file(f);
		return FEED_BEGAN;
	}
	switch_output(f);
	if (in->is_break) {
		if (f->reader != NULL)
			reader_break(f->reader, in);
		f->is_inside = takes_file(f);
		return FEED_BROKE;
	}
	if (f->reader == NULL)
		take_unknown(f);
	if (f->reader == NULL)
		return FEED_TOOK;
	if (takes_file(f))
		return take_inside(f);
	reader_take(f->reader, in);
	return FEED_TOOK;
}

void
feed_flush(struct feed *f, bool release)
{
	if (f->reader != NULL)
		reader_flush(f->reader, &f->in, release);
}

static const struct format *
format_named(const struct chooser *c, struct slice name)
{
	for (int i = 0; i < c->formats->count; i++)
		if (slice_equal(c->formats->list[i]->name, name))
			return c->formats->list[i];
	return NULL;
}

bool
feed_resume(struct feed *f, const struct checkpoint_log *log)
{
	const struct format *format = format_named(f->chooser, log->format);
	char sample[SAMPLE_SIZE + WIDE_SLACK] = "";
	bool replay = format != NULL && format_has_memory(format);
	struct slice start = { sample, 0 };

	if (!input_resume(&f->in, &log->place, log->line, replay,
		log->generations))
		return false;
	if (format == NULL)
		return true;
	f->in.modified_ns = log->assume.reference_ns;
	if (replay) {
		/* Its beginning chooses the format again. */
		out_open_memory(&f->nowhere);
		f->is_replaying = true;
		return true;
	}
	start.len = input_peek(&f->in, sample, SAMPLE_SIZE);
	begin_as(f, format, start);
	*reader_assume(f->reader) = log->assume;
	f->is_inside = takes_file(f);
	/* A reader of JSON counts the line that it is in. */
	f->in.line = log->line + (format->kind == FORMAT_JSON);
	return true;
}

bool
feed_note(const struct feed *f, struct checkpoint *c)
{
	uint64_t offset = f->in.offset - (uint64_t)(f->in.end - f->in.p);
	uint64_t line = f->in.line;
	struct place place;
	struct checkpoint_log *log;

	if (f->reader != NULL &&
	    !reader_place(f->reader, &f->in, &offset, &line))
		return false;
	if (!input_place(&f->in, offset, &place))
		return false;
	log = checkpoint_add(c, f->in.name,
	    f->reader != NULL ? reader_format(f->reader)->name : SLICE(""));
	log->place = place;
	log->line = line;
	log->generations = f->in.generations;
	if (f->reader != NULL)
		log->assume = *reader_assume(f->reader);
	log->assume.lacked = 0;
	return true;
}

void
feed_count(const struct feed *f, struct reader_counts *sum)
{
	reader_counts_add(sum, &f->counts);
	sum->unmatched += f->unknown;
	if (f->reader != NULL)
		reader_count(f->reader, sum);
}
