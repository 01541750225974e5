/* SPDX-License-Identifier: MIT */
/*
 * tele-extract - turn logs into events
 *
 * in:   2026-01-02T03:04:05.678Z PerformanceTracker: Beat 1 completed in 1.5ms
 * out:  {"time":"2026-01-02T03:04:05.676Z","kind":"beat","duration_ms":1.5,...}
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "tele/appcode.h"
#include "tele/assume.h"
#include "tele/diag.h"
#include "tele/feeds.h"
#include "tele/formats.h"
#include "tele/input.h"
#include "tele/inspect.h"
#include "tele/live.h"
#include "tele/merge.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/regex.h"
#include "tele/tail.h"
#include "tele/wish.h"

static struct {
	const char *format, *explain, *rejects, *session, *output, *checkpoint;
	const char *assume_tz, *assume_date;
	bool list_formats, check_formats, summary, merge, pair;
	struct opt_list kinds, keep, map, app, strip;
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
	{ 0, "map", "KEY=PATH,...", OPT_LIST, &opt.map,
	    "in JSON and logfmt, read KEY from PATH first", NULL },
	{ 0, "pair", NULL, OPT_FLAG, &opt.pair,
	    "make spans of log records that begin and end an operation", NULL },
	{ 0, "app", "PREFIX,...", OPT_LIST, &opt.app,
	    "code of the application begins with one of these", NULL },
	{ 0, "strip", "PREFIX,...", OPT_LIST, &opt.strip,
	    "cut these off the names of code files", NULL },
	{ 0, "assume-tz", "ZONE", OPT_STRING, &opt.assume_tz,
	    "times without a zone are of ZONE (UTC)", NULL },
	{ 0, "assume-date", "DATE", OPT_STRING, &opt.assume_date,
	    "times without a date, or a year, begin at DATE", NULL },
	{ 0, "gaps", "DURATION", OPT_DURATION, &opt.gap_ns,
	    "report silences as long as this", NULL },
	{ 'o', "output", "FILE", OPT_STRING, &opt.output,
	    "write to FILE, not to standard output", NULL },
	{ 0, "checkpoint", "FILE", OPT_STRING, &opt.checkpoint,
	    "note in FILE what has been read, and go on there", NULL },
	{ 0, "merge", NULL, OPT_FLAG, &opt.merge,
	    "read all files at once and order their events by time", NULL },
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
	struct chooser chooser;
	struct feeds feeds;
	struct tail tail;
	struct out out, rejects;
	bool has_unknown_file, has_failed;
	int assumed; /* what was said already of times that lack something */
};

/* Whether logs are read as they grow. */
static bool
is_live(void)
{
	return input_options.follow || opt.checkpoint != NULL;
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
load_formats(struct extract *x)
{
	char error[512];

	if (!formats_load(&x->formats, opt.format, error, sizeof(error)))
		die("%s", error);
	if (!wish_keep(&x->formats, &opt.keep, error, sizeof(error)) ||
	    !wish_map(&x->formats, &opt.map, error, sizeof(error)))
		opt_usage("%s", error);
	chooser_init(&x->chooser, &x->formats, opt.format != NULL);
}

static void
close_formats(struct extract *x)
{
	chooser_free(&x->chooser);
	formats_free(&x->formats);
}

/* What all logs are read with. */
static void
prepare_feed(void *arg, struct feed *f)
{
	struct extract *x = arg;

	*f = (struct feed){ .chooser = &x->chooser,
		.out = &x->out,
		.keep_of = keep_mask,
		.options = { .rejects = opt.rejects ? &x->rejects : NULL,
		    .gap_ns = opt.gap_ns,
		    .keep_all = wish_has_all(&opt.keep),
		    .pair = opt.pair ? &f->ids : NULL,
		    .emit = {
			.kinds = opt_bits(&opt.kinds, event_kind_names, "kind"),
			.has_since = opt.since_ns != INT64_MIN,
			.has_until = opt.until_ns != INT64_MAX,
			.since_ns = opt.since_ns,
			.until_ns = opt.until_ns,
			.session = opt.session } } };
}

static void
refuse_to_write(const struct extract *x, const char *name)
{
	if (feeds_are_of(&x->feeds, name))
		die("'%s' is read and cannot be written", name);
}

static void
create_or_die(struct out *out, const char *name)
{
	if (!out_create(out, name))
		die("cannot open '%s': %s", name, strerror(errno));
}

/* A file that grows, of which what no checkpoint knows is taken back. */
static void
open_growing_output(struct extract *x)
{
	int fd = open(opt.output, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		die("cannot open '%s': %s", opt.output, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		die("'%s' is written by another program", opt.output);
	if (!tail_take_back(&x->tail, fd))
		die("'%s' is shorter than '%s' says", opt.output,
		    opt.checkpoint);
	out_open(&x->out, fd);
	x->out.name = opt.output;
	x->out.is_standard = false;
}

/* The logs are open: open what takes events and rejects. */
static void
open_outputs(struct extract *x)
{
	if (opt.rejects != NULL) {
		refuse_to_write(x, opt.rejects);
		create_or_die(&x->rejects, opt.rejects);
	}
	if (opt.output == NULL)
		return out_open(&x->out, STDOUT_FILENO);
	refuse_to_write(x, opt.output);
	if (is_live())
		open_growing_output(x);
	else
		create_or_die(&x->out, opt.output);
}

/* A file begins that no format fits. */
static void
report_unknown(struct extract *x, const struct feed *f)
{
	char excuse[512];

	reader_excuse(x->chooser.readers, x->formats.count, f->in.sample,
	    excuse, sizeof(excuse));
	warn("%s: %s", f->in.name, excuse);
	x->has_unknown_file = true;
}

/* Say once what had to be assumed of times. */
static void
report_assumed(struct extract *x, const struct feed *f)
{
	int lacked = f->reader != NULL ? reader_lacked(f->reader) : 0;

	lacked &= ~x->assumed;
	x->assumed |= lacked;
	if ((lacked & TIMESTAMP_NO_ZONE) != 0 && opt.assume_tz == NULL)
		warn("%s: times without a zone are taken for UTC (--assume-tz)",
		    f->in.name);
	if ((lacked & (TIMESTAMP_NO_YEAR | TIMESTAMP_NO_DATE)) != 0 &&
	    opt.assume_date == NULL)
		warn("%s: times without a %s are taken from when the file was "
		     "last written (--assume-date)",
		    f->in.name,
		    (lacked & TIMESTAMP_NO_DATE) != 0 ? "date" : "year");
}

static void
notice_step(void *arg, const struct feed *f, enum feed_step step)
{
	struct extract *x = arg;

	if (step == FEED_BEGAN && f->reader == NULL)
		report_unknown(x, f);
	report_assumed(x, f);
}

/* While nothing comes, hand on what is there. */
static int
use_idle_time(void *arg, bool would_block)
{
	struct extract *x = arg;

	if (would_block)
		out_flush(&x->out);
	return -1;
}

/* The files, one after the other. */
static void
read_in_turn(struct extract *x, int argc, char *argv[])
{
	struct feed *f = feeds_add(&x->feeds);

	input_open(&f->in, argc, argv);
	f->in.wants_sample = true;
	f->in.before_read = use_idle_time;
	f->in.arg = x;
	open_outputs(x);
	while (feeds_step(&x->feeds, 0) != FEED_ENDED)
		;
}

/* The files at once, in the order of time. */
static void
read_merged(struct extract *x, int argc, char *argv[])
{
	uint64_t late;

	for (int i = 0; i < argc || i == 0; i++) {
		struct feed *f = feeds_add(&x->feeds);

		input_open(&f->in, argc > 0, argv + i);
		f->in.wants_sample = true;
	}
	open_outputs(x);
	late = feeds_merge(&x->feeds, &x->out);
	if (late > 0)
		warn("%llu events came more than %d events late and are out of "
		     "order",
		    (unsigned long long)late, MERGE_EVENTS);
}

/* The files as they grow. */
static void
read_live(struct extract *x, int argc, char *argv[])
{
	char error[512];

	x->tail = (struct tail){ .feeds = &x->feeds,
		.out = &x->out,
		.checkpoint_path = opt.checkpoint,
		.has_file = opt.output != NULL,
		.goes_on = input_options.follow };
	if (!tail_open(&x->tail, argc, argv, error, sizeof(error)))
		die("%s", error);
	open_outputs(x);
	tail_read(&x->tail);
}

/* What became of work that records begin and end. */
static void
report_pairs(const struct reader_counts *sum)
{
	if (sum->ambiguous > 0 || (opt.pair && opt.summary))
		warn("%llu pairs, %llu of them ambiguous; "
		     "%llu unfinished, %llu ends of nothing",
		    (unsigned long long)sum->pairs,
		    (unsigned long long)sum->ambiguous,
		    (unsigned long long)sum->unfinished,
		    (unsigned long long)sum->unbegun);
	if (sum->gave_way > 0)
		warn("more was open at once than is kept: %llu spans gave way, "
		     "unfinished",
		    (unsigned long long)sum->gave_way);
}

/* All records are accounted for; returns whether any was known. */
static bool
report_counts(struct extract *x)
{
	uint64_t all, malformed;
	struct reader_counts sum = feeds_count(&x->feeds, &malformed);

	all = sum.matched + sum.continuation + sum.unmatched + malformed;
	if (opt.summary || (sum.matched == 0 && sum.unmatched > 0))
		warn("%llu lines = %llu matched + %llu continuation + "
		     "%llu unmatched + %llu malformed",
		    (unsigned long long)all, (unsigned long long)sum.matched,
		    (unsigned long long)sum.continuation,
		    (unsigned long long)sum.unmatched,
		    (unsigned long long)malformed);
	report_pairs(&sum);
	return !x->has_unknown_file && (sum.matched > 0 || all == 0);
}

/* What no expression of a format was given the time to match is unmatched. */
static void
report_given_up(struct extract *x)
{
	if (!regex_has_given_up)
		return;
	warn("a regular expression of the format took too long on some lines, "
	     "which count as unmatched");
	x->has_failed = true;
}

static int
extract(int argc, char *argv[])
{
	struct extract x = { 0 };
	int status;

	load_formats(&x);
	x.feeds = (struct feeds){ .prepare = prepare_feed,
		.notice = notice_step,
		.arg = &x };
	if (is_live())
		read_live(&x, argc, argv);
	else if (opt.merge)
		read_merged(&x, argc, argv);
	else
		read_in_turn(&x, argc, argv);

	status = report_counts(&x) ? EXIT_OK : EXIT_NO;
	report_given_up(&x);
	if (is_live() && !tail_close(&x.tail))
		x.has_failed = true;
	if (!feeds_close(&x.feeds))
		x.has_failed = true;
	close_formats(&x);
	if (opt.rejects != NULL && !out_close(&x.rejects))
		x.has_failed = true;
	if (!out_close(&x.out) || x.has_failed)
		status = EXIT_TROUBLE;
	if (live_is_stopped())
		live_end(status);
	return status;
}

static void
complain(const char *file, int line)
{
	warn("%s:%d: the sample gives other events", file, line);
}

static int
ask_formats(void)
{
	struct extract x = { 0 };
	bool is_right = true;

	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	if (opt.list_formats)
		inspect_list(&x.formats, &x.out);
	else
		is_right = inspect_samples(&x.formats, &x.out, complain);
	close_formats(&x);
	if (!out_close(&x.out))
		return EXIT_TROUBLE;
	return is_right ? EXIT_OK : EXIT_NO;
}

/* The first file begins, and has a reader. */
static bool
begin_first(struct extract *x, struct feed *f)
{
	struct input *in = &f->in;

	in->wants_sample = true;
	if (!input_next(in) || !in->is_start)
		return false;
	feed_begin(f, in->sample);
	if (f->reader == NULL) {
		report_unknown(x, f);
		return false;
	}
	in->wants_sample = false;
	return true;
}

/* Line NUMBER of the first file, in the words of the reader that it is for. */
static bool
explain_number(struct extract *x, struct feed *f, uint64_t number)
{
	struct out answer;
	bool found, is_known;

	if (!begin_first(x, f))
		return false;
	out_open_memory(&answer);
	inspect_choice(&x->chooser, f->reader, f->in.sample, &answer);
	is_known = inspect_file(&x->chooser, f, number, &answer, &found);
	if (found)
		out_write(&x->out, (struct slice){ answer.buf, answer.len });
	out_close(&answer);
	if (!found && !f->in.failed)
		warn("%s has %llu lines, no line %llu", f->in.name,
		    (unsigned long long)f->in.line, (unsigned long long)number);
	return is_known;
}

static int
explain(int argc, char *argv[])
{
	struct extract x = { 0 };
	struct feed f;
	char *end;
	uint64_t number = strtoull(opt.explain, &end, 10);
	bool is_known, is_number = *end == '\0' && number > 0;

	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	prepare_feed(&x, &f);
	if (is_number)
		input_open(&f.in, argc, argv);
	is_known = is_number
	    ? explain_number(&x, &f, number)
	    : inspect_line(&x.chooser, NULL, slice_of(opt.explain), &x.out);
	x.has_failed = f.in.failed;
	feed_end(&f);
	if (is_number)
		input_close(&f.in);
	close_formats(&x);
	if (!out_close(&x.out) || x.has_failed)
		return EXIT_TROUBLE;
	return is_known ? EXIT_OK : EXIT_NO;
}

static void
set_options(void)
{
	if (opt.assume_tz != NULL && !assume_set_zone(opt.assume_tz))
		opt_usage("invalid ZONE '%s' for --assume-tz", opt.assume_tz);
	if (opt.assume_date != NULL && !assume_set_date(opt.assume_date))
		opt_usage("invalid DATE '%s' for --assume-date",
		    opt.assume_date);
	if (opt.merge && is_live())
		opt_usage("--merge takes files that are complete");
	if (opt.pair && opt.checkpoint != NULL)
		opt_usage("--pair knows what is open, --checkpoint does not: "
			  "take one of them");
	appcode_options = (struct appcode_options){ opt.app.items,
		opt.app.count, opt.strip.items, opt.strip.count };
}

int
main(int argc, char *argv[])
{
	opt_parse(&tele_extract, &argc, &argv);
	set_options();
	if (opt.list_formats || opt.check_formats)
		return ask_formats();
	if (opt.explain != NULL)
		return explain(argc, argv);
	return extract(argc, argv);
}
