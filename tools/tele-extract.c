/* SPDX-License-Identifier: MIT */
/*
 * tele-extract - turn logs into events
 *
 * in:   2026-01-02T03:04:05.678Z PerformanceTracker: Beat 1 completed in 1.5ms
 * out:  {"time":"2026-01-02T03:04:05.676Z","kind":"beat","duration_ms":1.5,...}
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/formats.h"
#include "tele/input.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/reader.h"

enum { PATIENCE_MS = 1000 }; /* with what is held back, when following */

static struct {
	const char *format, *explain, *rejects, *session;
	bool list_formats, check_formats, summary;
	struct opt_list kinds, keep;
	int64_t since_ns, until_ns, gap_ns;
} opt = { .since_ns = INT64_MIN, .until_ns = INT64_MAX };

static const struct opt options[] = {
	{ 'f', "format", "NAME", OPT_STRING, &opt.format,
	    "read this format (a name or a .yaml file), do not guess", NULL },
	{ 'F', "follow", NULL, OPT_FLAG, &input_options.follow,
	    "wait for more at the end; hand on every event at once", NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "only events of these kinds", NULL },
	{ 0, "since", "TIME", OPT_TIME, &opt.since_ns,
	    "only events from TIME on (RFC 3339, a date, or -90m)", NULL },
	{ 0, "until", "TIME", OPT_TIME, &opt.until_ns,
	    "only events before TIME", NULL },
	{ 0, "session", "NAME", OPT_STRING, &opt.session,
	    "give every event this session", NULL },
	{ 0, "keep", "FIELD,...", OPT_LIST, &opt.keep,
	    "keep these fields of the source as attr.FIELD, or all", NULL },
	{ 0, "gaps", "DURATION", OPT_DURATION, &opt.gap_ns,
	    "report silences as long as this", NULL },
	{ 0, "rejects", "FILE", OPT_STRING, &opt.rejects,
	    "write the lines that match nothing to FILE", NULL },
	{ 0, "summary", NULL, OPT_FLAG, &opt.summary,
	    "count lines on standard error", NULL },
	{ 0, "explain", "LINE", OPT_STRING, &opt.explain,
	    "say how LINE, a line's number or its text, is read", NULL },
	{ 0, "list-formats", NULL, OPT_FLAG, &opt.list_formats,
	    "list the formats", NULL },
	{ 0, "check-formats", NULL, OPT_FLAG, &opt.check_formats,
	    "run the samples of all formats, or of -f", NULL },
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_extract = { "tele-extract",
	"Turn logs into events, one JSON object a line.", "[file ...]", options,
	"  tele-extract app.log | tele-stats\n"
	"  tele-extract --kind error,state app.log | jq -r .handler\n"
	"  tele-extract --explain 17 app.log\n" };

struct extract {
	struct formats formats;
	struct reader **readers; /* one for each format */
	struct reader *reader;   /* of the current file, or NULL: unknown */
	struct input in;
	struct out out, rejects;
	uint64_t unknown; /* lines of files that no reader knows */
	int64_t idle_since_ns;
	bool has_unknown_file;
};

static uint64_t
kind_mask(void)
{
	const char *wrong = NULL;
	uint64_t kinds = event_kinds_of(opt.kinds.items, opt.kinds.count,
	    &wrong);

	if (wrong != NULL)
		opt_usage("unknown kind '%s'", wrong);
	return kinds;
}

/* The fields of F that --keep names. */
static uint64_t
keep_mask(const struct format *f)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < opt.keep.count; i++)
		for (int j = 0; j < f->fields.count; j++)
			if (strcmp(opt.keep.items[i], "all") == 0 ||
			    slice_equal(slice_of(opt.keep.items[i]),
				f->fields.names[j]))
				mask |= UINT64_C(1) << (EVENT_KEYS + j);
	return mask;
}

static struct reader *
open_reader(const struct format *f, struct out *out, struct out *rejects)
{
	struct reader_options wish = { .rejects = rejects,
		.gap_ns = opt.gap_ns,
		.emit = { .kinds = kind_mask(),
		    .has_since = opt.since_ns != INT64_MIN,
		    .has_until = opt.until_ns != INT64_MAX,
		    .since_ns = opt.since_ns,
		    .until_ns = opt.until_ns,
		    .session = opt.session,
		    .keep = keep_mask(f) } };

	return reader_new(f, out, &wish);
}

static void
open_readers(struct extract *x)
{
	x->readers = mem_zalloc((size_t)x->formats.count, sizeof(*x->readers));
	for (int i = 0; i < x->formats.count; i++)
		x->readers[i] = open_reader(x->formats.list[i], &x->out,
		    opt.rejects != NULL ? &x->rejects : NULL);
}

/* The reader for a file that begins with SAMPLE, or NULL. */
static struct reader *
choose(struct extract *x, struct slice sample)
{
	struct reader *r = reader_choose(x->readers, x->formats.count, sample);

	return opt.format != NULL ? x->readers[0] : r;
}

/* A file begins. */
static void
begin_file(struct extract *x)
{
	char excuse[512];

	x->reader = choose(x, x->in.sample);
	if (x->reader != NULL) {
		reader_begin(x->reader, &x->in, x->in.sample);
		return;
	}
	reader_excuse(x->readers, x->formats.count, x->in.sample, excuse,
	    sizeof(excuse));
	warn("%s: %s", x->in.name, excuse);
	x->has_unknown_file = true;
}

static void
end_file(struct extract *x)
{
	if (x->reader != NULL)
		reader_end(x->reader);
	x->reader = NULL;
}

/* No format knows this file: its lines match nothing. */
static void
pass_over(struct extract *x)
{
	struct input *in = &x->in;
	const char *newline;

	for (; in->p < in->end; in->p = newline) {
		newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
		newline = newline != NULL ? newline + 1 : in->end;
		in->line++;
		x->unknown++;
		if (opt.rejects != NULL)
			out_write(&x->rejects, slice_range(in->p, newline));
	}
}

/*
 * While nothing comes, hand on what is there; and when following, after a
 * second, what was held back to know more.
 */
static int
use_idle_time(void *arg, bool would_block)
{
	struct extract *x = arg;
	struct timespec t;
	int64_t now, waited_ms;

	if (!would_block) {
		x->idle_since_ns = 0;
		return -1;
	}
	out_flush(&x->out);
	if (!input_options.follow || x->reader == NULL)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &t);
	now = t.tv_sec * NS_PER_S + t.tv_nsec;
	if (x->idle_since_ns == 0)
		x->idle_since_ns = now;
	waited_ms = (now - x->idle_since_ns) / NS_PER_MS;
	if (waited_ms < PATIENCE_MS)
		return (int)(PATIENCE_MS - waited_ms);
	reader_flush(x->reader, &x->in);
	out_flush(&x->out);
	return -1;
}

static void
read_all(struct extract *x)
{
	while (input_next(&x->in)) {
		if (x->in.is_start) {
			end_file(x);
			begin_file(x);
		}
		if (x->reader != NULL)
			reader_take(x->reader, &x->in);
		else
			pass_over(x);
	}
	end_file(x);
}

/* All records are accounted for; returns whether any was known. */
static bool
report_counts(struct extract *x)
{
	struct reader_counts sum = { .unmatched = x->unknown };
	uint64_t all;

	for (int i = 0; i < x->formats.count; i++)
		reader_count(x->readers[i], &sum);
	all = sum.matched + sum.continuation + sum.unmatched + x->in.malformed;
	if (opt.summary || (sum.matched == 0 && sum.unmatched > 0))
		warn("%llu lines = %llu matched + %llu continuation + "
		     "%llu unmatched + %llu malformed",
		    (unsigned long long)all, (unsigned long long)sum.matched,
		    (unsigned long long)sum.continuation,
		    (unsigned long long)sum.unmatched,
		    (unsigned long long)x->in.malformed);
	return !x->has_unknown_file && (sum.matched > 0 || all == 0);
}

static void
load_formats(struct extract *x)
{
	char error[512];

	if (!formats_load(&x->formats, opt.format, error, sizeof(error)))
		die("%s", error);
}

static void
close_formats(struct extract *x)
{
	for (int i = 0; x->readers != NULL && i < x->formats.count; i++)
		reader_free(x->readers[i]);
	free(x->readers);
	formats_free(&x->formats);
}

static void
create_rejects(struct extract *x)
{
	if (input_is_of(&x->in, opt.rejects))
		die("'%s' is read and cannot take the rejects", opt.rejects);
	if (!out_create(&x->rejects, opt.rejects))
		die("cannot open '%s': %s", opt.rejects, strerror(errno));
}

static int
extract(int argc, char *argv[])
{
	struct extract x = { 0 };
	int status = EXIT_OK;

	load_formats(&x);
	input_open(&x.in, argc, argv);
	if (opt.rejects != NULL)
		create_rejects(&x);
	out_open(&x.out, STDOUT_FILENO);
	open_readers(&x);
	x.in.wants_sample = true;
	x.in.before_read = use_idle_time;
	x.in.arg = &x;

	read_all(&x);
	if (!report_counts(&x))
		status = EXIT_NO;

	close_formats(&x);
	if (input_close(&x.in) != EXIT_OK)
		status = EXIT_TROUBLE;
	if (opt.rejects != NULL && !out_close(&x.rejects))
		status = EXIT_TROUBLE;
	return out_close(&x.out) ? status : EXIT_TROUBLE;
}

static int
list_formats(void)
{
	struct extract x = { 0 };

	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	for (int i = 0; i < x.formats.count; i++)
		out_format(&x.out, "%-12s  %s\n", x.formats.list[i]->name.ptr,
		    x.formats.list[i]->title.ptr);
	close_formats(&x);
	return out_close(&x.out) ? EXIT_OK : EXIT_TROUBLE;
}

/* The events that SAMPLE of F gives, in OUT. */
static void
run_sample(const struct format *f, const struct sample *sample, struct out *out)
{
	struct reader *r;
	struct input in;

	out_open_memory(out);
	r = open_reader(f, out, NULL);
	input_open_memory(&in, f->doc.name, sample->log);
	reader_begin(r, &in, sample->log);
	reader_take(r, &in);
	reader_end(r);
	input_close(&in);
	reader_free(r);
}

static int
check_formats(void)
{
	struct extract x = { 0 };
	const struct format *f;
	struct out got;
	int status = EXIT_OK, wrong;

	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	for (int i = 0; i < x.formats.count; i++) {
		f = x.formats.list[i];
		wrong = 0;
		for (int j = 0; j < f->sample_count; j++) {
			run_sample(f, &f->samples[j], &got);
			if (!slice_equal((struct slice){ got.buf, got.len },
				f->samples[j].events)) {
				warn("%s:%d: the sample gives other events",
				    f->doc.name, f->samples[j].node->line);
				out_write(&x.out,
				    (struct slice){ got.buf, got.len });
				status = EXIT_NO;
				wrong++;
			}
			out_close(&got);
		}
		if (wrong == 0)
			out_format(&x.out, "%s: %d %s as expected\n",
			    f->name.ptr, f->sample_count,
			    f->sample_count == 1 ? "sample" : "samples");
	}
	close_formats(&x);
	return out_close(&x.out) ? status : EXIT_TROUBLE;
}

/* Line NUMBER of the first file, and the reader that file is for. */
static bool
find_line(struct extract *x, uint64_t number, struct slice *line)
{
	struct input *in = &x->in;

	in->wants_sample = true;
	while (input_next(in) && in->is_start)
		if (x->reader == NULL) {
			begin_file(x);
			if (x->reader == NULL)
				return false;
		}
	in->wants_sample = false;
	while (input_line(in, line))
		if (in->line == number)
			return true;
	warn("%s has %llu lines, no line %llu", in->name,
	    (unsigned long long)in->line, (unsigned long long)number);
	return false;
}

/* The text of --explain, by the reader that knows it or by all in turn. */
static bool
explain_text(struct extract *x, struct slice line)
{
	bool is_known = false;

	x->reader = choose(x, line);
	if (x->reader != NULL)
		return reader_explain(x->reader, line, &x->out);
	for (int i = 0; i < x->formats.count && !is_known; i++)
		if (x->formats.list[i]->kind == FORMAT_TEXT) {
			reader_choose(&x->readers[i], 1, line);
			is_known = reader_explain(x->readers[i], line, &x->out);
		}
	return is_known;
}

static int
explain(int argc, char *argv[])
{
	struct extract x = { 0 };
	char *end;
	uint64_t number = strtoull(opt.explain, &end, 10);
	struct slice line = slice_of(opt.explain);
	bool is_known;
	int status;

	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	open_readers(&x);
	if (*end != '\0' || number == 0) {
		is_known = explain_text(&x, line);
	} else {
		input_open(&x.in, argc, argv);
		is_known = find_line(&x, number, &line) &&
		    reader_explain(x.reader, line, &x.out);
	}
	status = x.in.failed ? EXIT_TROUBLE : is_known ? EXIT_OK : EXIT_NO;
	if (x.in.state != NULL)
		input_close(&x.in);
	close_formats(&x);
	return out_close(&x.out) ? status : EXIT_TROUBLE;
}

int
main(int argc, char *argv[])
{
	opt_parse(&tele_extract, &argc, &argv);
	if (opt.list_formats)
		return list_formats();
	if (opt.check_formats)
		return check_formats();
	if (opt.explain != NULL)
		return explain(argc, argv);
	return extract(argc, argv);
}
