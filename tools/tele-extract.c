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

#include "tele/correlate.h"
#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/emit.h"
#include "tele/event.h"
#include "tele/formats.h"
#include "tele/input.h"
#include "tele/json.h"
#include "tele/jsonlog.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/textlog.h"

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

/* One format, and what reads and writes with it. */
struct reader {
	const struct format *format;
	struct emitter emitter;
	struct correlator *correlator; /* of a text format */
	struct textlog log;
	struct jsonlog *json; /* of a JSON format */
};

struct extract {
	struct formats formats;
	struct reader *readers; /* one for each format */
	struct reader *reader;  /* of the current file, or NULL: unknown */
	struct input in;
	struct event_reader events;
	struct out out, rejects;
	struct textlog_counts counts; /* of lines that no reader took */
	uint64_t passed;              /* events passed through */
	int64_t idle_since_ns;
};

static uint64_t
kind_mask(void)
{
	uint64_t mask = 0;
	int kind;

	for (size_t i = 0; i < opt.kinds.count; i++) {
		for (kind = 0; event_kind_names[kind] != NULL; kind++)
			if (strcmp(opt.kinds.items[i],
				event_kind_names[kind]) == 0)
				break;
		if (event_kind_names[kind] == NULL)
			opt_usage("unknown kind '%s'", opt.kinds.items[i]);
		mask |= UINT64_C(1) << kind;
	}
	return mask;
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

static void
open_reader(struct reader *r, const struct format *f, struct out *out,
    struct out *rejects)
{
	struct emit_options wish = { .kinds = kind_mask(),
		.has_since = opt.since_ns != INT64_MIN,
		.has_until = opt.until_ns != INT64_MAX,
		.since_ns = opt.since_ns,
		.until_ns = opt.until_ns,
		.session = opt.session,
		.keep = keep_mask(f),
		.names = &f->fields };

	r->format = f;
	emit_init(&r->emitter, out, &wish);
	if (f->kind == FORMAT_JSON)
		r->json = jsonlog_new(f, &r->emitter);
	if (f->kind != FORMAT_TEXT)
		return;
	r->correlator = correlator_new(f, &r->emitter);
	textlog_init(&r->log, f, r->correlator);
	r->log.rejects = rejects;
	r->log.gap_ns = opt.gap_ns;
}

static void
close_reader(struct reader *r)
{
	if (r->correlator != NULL) {
		correlator_free(r->correlator);
		textlog_free(&r->log);
	}
	if (r->json != NULL)
		jsonlog_free(r->json);
	emit_free(&r->emitter);
}

/* How many of the first lines are events of ours. */
static size_t
score_events(struct slice sample, size_t *lines)
{
	const char *p = sample.ptr, *end = p + sample.len, *newline;
	struct json_fault fault;
	struct slice line;
	size_t known = 0;

	for (*lines = 0; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			newline = end;
		line = slice_range(p, newline);
		*lines += line.len > 0;
		known += line.len > 0 && *p == '{' &&
		    memmem(p, line.len, "\"kind\"", 6) != NULL &&
		    json_check(line, &fault);
		if (newline == end)
			break;
	}
	return known;
}

static size_t
score(struct reader *r, struct slice sample, size_t *lines)
{
	if (r->format->kind == FORMAT_EVENTS)
		return score_events(sample, lines);
	if (r->json != NULL)
		return jsonlog_score(r->json, sample, lines);
	return textlog_begin(&r->log, sample, lines);
}

/* The reader that knows most of the first lines; NULL if none knows any. */
static struct reader *
choose(struct extract *x, struct slice sample)
{
	struct reader *best = NULL;
	size_t known, lines;
	double most = 0, share;

	if (opt.format != NULL) {
		score(&x->readers[0], sample, &lines);
		return &x->readers[0];
	}
	for (int i = 0; i < x->formats.count; i++) {
		known = score(&x->readers[i], sample, &lines);
		share = lines > 0 ? (double)known / (double)lines : 0;
		share += share > 0 ? format_precision(x->formats.list[i]) : 0;
		if (share > most) {
			most = share;
			best = &x->readers[i];
		}
	}
	return best;
}

static void
end_file(struct extract *x)
{
	if (x->reader != NULL && x->reader->correlator != NULL)
		textlog_end(&x->reader->log);
	x->reader = NULL;
}

/* Events of ours: filtered, given a session, else untouched. */
static void
pass_events(struct extract *x)
{
	const struct emit_options *wish = &x->reader->emitter.options;
	struct event ev;
	int64_t ns;
	int digits;

	while (event_in_block(&x->events, &ev)) {
		x->passed++;
		if (ev.type == RECORD_EVENT && wish->kinds != 0 &&
		    (ev.kind == KIND_OTHER ||
			(wish->kinds >> ev.kind & 1) == 0))
			continue;
		if ((wish->has_since || wish->has_until) &&
		    (!event_time(&x->events, &ev, &ns, &digits) ||
			ns < wish->since_ns || ns >= wish->until_ns))
			continue;
		if (wish->session != NULL) {
			event_write_with(&x->out, &ev, EVENT_SESSION,
			    x->reader->emitter.session);
			continue;
		}
		out_write(&x->out, ev.line);
		out_write(&x->out, SLICE("\n"));
	}
}

/* No format knows this file (yet): its lines match nothing. */
static void
pass_over(struct extract *x)
{
	struct input *in = &x->in;
	const char *newline;

	for (; in->p < in->end; in->p = newline) {
		newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
		newline = newline != NULL ? newline + 1 : in->end;
		in->line++;
		x->counts.lines++;
		x->counts.unmatched++;
		if (opt.rejects != NULL)
			out_write(&x->rejects, slice_range(in->p, newline));
	}
}

static void
take_block(struct extract *x)
{
	struct input *in = &x->in;

	struct slice sample = in->p < in->end ? slice_range(in->p, in->end)
					      : in->sample;

	if (x->reader == NULL) {
		x->reader = choose(x, sample);
		if (x->reader != NULL)
			emit_source(&x->reader->emitter, in->src);
	}
	if (x->reader == NULL)
		pass_over(x);
	else if (x->reader->json != NULL)
		jsonlog_file(x->reader->json, in);
	else if (x->reader->correlator != NULL)
		textlog_block(&x->reader->log, in);
	else
		pass_events(x);
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
	if (!input_options.follow || x->reader == NULL ||
	    x->reader->correlator == NULL)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &t);
	now = t.tv_sec * NS_PER_S + t.tv_nsec;
	if (x->idle_since_ns == 0)
		x->idle_since_ns = now;
	waited_ms = (now - x->idle_since_ns) / NS_PER_MS;
	if (waited_ms < PATIENCE_MS)
		return (int)(PATIENCE_MS - waited_ms);
	textlog_flush(&x->reader->log);
	emit_release(&x->reader->emitter, x->in.line, true);
	out_flush(&x->out);
	return -1;
}

static void
read_all(struct extract *x)
{
	int file = 0;

	while (input_next(&x->in)) {
		if (x->in.file != file)
			end_file(x);
		file = x->in.file;
		take_block(x);
	}
	end_file(x);
}

/* All lines are accounted for; returns whether any was known. */
static bool
report_counts(struct extract *x)
{
	struct textlog_counts sum = x->counts;

	for (int i = 0; i < x->formats.count; i++) {
		const struct textlog_counts *c = &x->readers[i].log.counts;

		sum.lines += c->lines;
		sum.matched += c->matched;
		sum.continuation += c->continuation;
		sum.unmatched += c->unmatched;
		if (x->readers[i].json == NULL)
			continue;
		sum.matched += jsonlog_matched(x->readers[i].json);
		sum.unmatched += jsonlog_unmatched(x->readers[i].json);
	}
	sum.lines = sum.matched + sum.continuation + sum.unmatched;
	sum.matched += x->passed;
	sum.lines += x->passed;
	if (opt.summary || (sum.matched == 0 && sum.lines > 0))
		warn("%llu lines = %llu matched + %llu continuation + "
		     "%llu unmatched + %llu malformed",
		    (unsigned long long)(sum.lines + x->in.malformed),
		    (unsigned long long)sum.matched,
		    (unsigned long long)sum.continuation,
		    (unsigned long long)sum.unmatched,
		    (unsigned long long)x->in.malformed);
	return sum.matched > 0 || sum.lines == 0;
}

static void
load_formats(struct extract *x)
{
	char error[512];

	if (!formats_load(&x->formats, opt.format, error, sizeof(error)))
		die("%s", error);
}

static void
open_readers(struct extract *x)
{
	x->readers = mem_zalloc((size_t)x->formats.count, sizeof(*x->readers));
	for (int i = 0; i < x->formats.count; i++)
		open_reader(&x->readers[i], x->formats.list[i], &x->out,
		    opt.rejects != NULL ? &x->rejects : NULL);
}

static int
extract(int argc, char *argv[])
{
	struct extract x = { 0 };
	int status = EXIT_OK;

	load_formats(&x);
	if (opt.rejects != NULL && !out_create(&x.rejects, opt.rejects))
		die("cannot open '%s': %s", opt.rejects, strerror(errno));
	input_open(&x.in, argc, argv);
	out_open(&x.out, STDOUT_FILENO);
	open_readers(&x);
	event_reader_init(&x.events, &x.in);
	x.in.wants_sample = true;
	x.in.before_read = use_idle_time;
	x.in.arg = &x;

	read_all(&x);
	if (!report_counts(&x))
		status = EXIT_NO;

	for (int i = 0; i < x.formats.count; i++)
		close_reader(&x.readers[i]);
	free(x.readers);
	event_reader_free(&x.events);
	formats_free(&x.formats);
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
	formats_free(&x.formats);
	return out_close(&x.out) ? EXIT_OK : EXIT_TROUBLE;
}

/* The events that SAMPLE of F gives, in OUT. */
static void
run_sample(const struct format *f, const struct sample *sample, struct out *out)
{
	struct reader r = { 0 };
	struct input in;
	size_t lines;

	out_open_memory(out);
	open_reader(&r, f, out, NULL);
	emit_source(&r.emitter, "-");
	input_open_memory(&in, f->doc.name, sample->log);
	textlog_begin(&r.log, sample->log, &lines);
	textlog_block(&r.log, &in);
	textlog_end(&r.log);
	input_close(&in);
	close_reader(&r);
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
	formats_free(&x.formats);
	return out_close(&x.out) ? status : EXIT_TROUBLE;
}

/* The line that --explain is about: number N of the input, or the text. */
static bool
find_line(struct input *in, uint64_t number, struct slice *line)
{
	if (number == 0) {
		*line = slice_of(opt.explain);
		return true;
	}
	while (input_line(in, line))
		if (in->line == number)
			return true;
	warn("%s has %llu lines, no line %llu", in->name,
	    (unsigned long long)in->line, (unsigned long long)number);
	return false;
}

static int
explain(int argc, char *argv[])
{
	struct extract x = { 0 };
	char *end;
	uint64_t number = strtoull(opt.explain, &end, 10);
	struct slice line;
	struct reader *r;
	int status = EXIT_NO;

	if (*end != '\0')
		number = 0;
	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	open_readers(&x);
	if (number > 0)
		input_open(&x.in, argc, argv);
	else
		input_open_memory(&x.in, "--explain", slice_of(opt.explain));
	if (number > 0 && !input_next(&x.in))
		return input_close(&x.in) | EXIT_NO;
	r = choose(&x, slice_range(x.in.p, x.in.end));
	if (r == NULL)
		out_format(&x.out, "no format knows the file\n");
	else if (r->correlator == NULL)
		out_format(&x.out, "format      %s\n", r->format->name.ptr);
	else if (find_line(&x.in, number, &line) &&
	    textlog_explain(&r->log, line, &x.out))
		status = EXIT_OK;
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
