/* SPDX-License-Identifier: MIT */
/*
 * tele-extract - turn logs into events
 *
 * in:   2026-01-02T03:04:05.678Z PerformanceTracker: Beat 1 completed in 1.5ms
 * out:  {"time":"2026-01-02T03:04:05.676Z","kind":"beat","duration_ms":1.5,...}
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "tele/assume.h"
#include "tele/checkpoint.h"
#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/feed.h"
#include "tele/formats.h"
#include "tele/frame.h"
#include "tele/input.h"
#include "tele/inspect.h"
#include "tele/merge.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/watch.h"

enum {
	PATIENCE_MS = 1000, /* with what is held back, when following */
	SAVE_MS = 200,      /* between checkpoints */
};

static struct {
	const char *format, *explain, *rejects, *session, *output, *checkpoint;
	bool list_formats, check_formats, summary, merge;
	struct opt_list kinds, keep, app, strip;
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
	{ 0, "app", "PREFIX,...", OPT_LIST, &opt.app,
	    "code of the application begins with one of these", NULL },
	{ 0, "strip", "PREFIX,...", OPT_LIST, &opt.strip,
	    "cut these off the names of code files", NULL },
	{ 0, "assume-tz", "ZONE", OPT_STRING, &assume_options.zone,
	    "times without a zone are of ZONE (UTC)", NULL },
	{ 0, "assume-date", "DATE", OPT_STRING, &assume_options.date,
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
	struct feed *feeds; /* one; or one for each log that is followed */
	int feed_count;
	struct out out, rejects;
	struct merger merger;
	struct checkpoint checkpoint; /* that was saved last */
	int64_t saved_ns, idle_since_ns;
	bool has_unknown_file, has_failed;
	int assumed; /* what was said already of times that lack something */
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
load_formats(struct extract *x)
{
	char error[512];

	if (!formats_load(&x->formats, opt.format, error, sizeof(error)))
		die("%s", error);
	chooser_init(&x->chooser, &x->formats, opt.format != NULL);
}

static void
close_formats(struct extract *x)
{
	chooser_free(&x->chooser);
	formats_free(&x->formats);
}

static void
init_feed(struct extract *x, struct feed *f)
{
	*f = (struct feed){ .chooser = &x->chooser,
		.out = &x->out,
		.keep_of = keep_mask,
		.options = { .rejects = opt.rejects ? &x->rejects : NULL,
		    .gap_ns = opt.gap_ns,
		    .emit = { .kinds = kind_mask(),
			.has_since = opt.since_ns != INT64_MIN,
			.has_until = opt.until_ns != INT64_MAX,
			.since_ns = opt.since_ns,
			.until_ns = opt.until_ns,
			.session = opt.session } } };
}

/*
 * Standard output; or a file, which appears when it is whole; or one that
 * grows, of which what no checkpoint knows is taken back.
 */
static void
open_output(struct extract *x)
{
	bool grows = input_options.follow || opt.checkpoint != NULL;
	int fd;

	if (opt.output == NULL) {
		out_open(&x->out, STDOUT_FILENO);
		return;
	}
	for (int i = 0; i < x->feed_count; i++)
		if (input_is_of(&x->feeds[i].in, opt.output))
			die("'%s' is read and cannot be written", opt.output);
	if (!grows) {
		if (!out_create(&x->out, opt.output))
			die("cannot open '%s': %s", opt.output,
			    strerror(errno));
		return;
	}
	fd = open(opt.output, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		die("cannot open '%s': %s", opt.output, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		die("'%s' is written by another program", opt.output);
	if (!out_take_back(fd, x->checkpoint.output_bytes))
		die("'%s' is shorter than '%s' says", opt.output,
		    opt.checkpoint);
	out_open(&x->out, fd);
	x->out.name = opt.output;
	x->out.is_standard = false;
}

static void
create_rejects(struct extract *x, const struct input *in)
{
	if (input_is_of(in, opt.rejects))
		die("'%s' is read and cannot take the rejects", opt.rejects);
	if (!out_create(&x->rejects, opt.rejects))
		die("cannot open '%s': %s", opt.rejects, strerror(errno));
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
	if ((lacked & TIMESTAMP_NO_ZONE) != 0 && assume_options.zone == NULL)
		warn("%s: times without a zone are taken for UTC (--assume-tz)",
		    f->in.name);
	if ((lacked & (TIMESTAMP_NO_YEAR | TIMESTAMP_NO_DATE)) != 0 &&
	    assume_options.date == NULL)
		warn("%s: times without a %s are taken from when the file was "
		     "last written (--assume-date)",
		    f->in.name,
		    (lacked & TIMESTAMP_NO_DATE) != 0 ? "date" : "year");
}

/* One step of F, and what is to be said of it. */
static enum feed_step
step(struct extract *x, struct feed *f)
{
	enum feed_step step = feed_next(f);

	if (step == FEED_BEGAN && f->reader == NULL)
		report_unknown(x, f);
	report_assumed(x, f);
	return step;
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
	struct feed *f = x->feeds = mem_zalloc(1, sizeof(*x->feeds));

	x->feed_count = 1;
	init_feed(x, f);
	input_open(&f->in, argc, argv);
	if (opt.rejects != NULL)
		create_rejects(x, &f->in);
	open_output(x);
	f->in.wants_sample = true;
	f->in.before_read = use_idle_time;
	f->in.arg = x;
	while (step(x, f) != FEED_ENDED)
		;
}

/* A feed for each file, each an input of its own. */
static void
open_feeds(struct extract *x, int argc, char *argv[])
{
	static char dash[] = "-", *standard_input[] = { dash, NULL };
	char **names = argc > 0 ? argv : standard_input;

	x->feed_count = argc > 0 ? argc : 1;
	x->feeds = mem_zalloc((size_t)x->feed_count, sizeof(*x->feeds));
	for (int i = 0; i < x->feed_count; i++) {
		struct feed *f = &x->feeds[i];

		init_feed(x, f);
		if (input_options.follow || opt.checkpoint != NULL)
			input_open_live(&f->in, &names[i]);
		else
			input_open(&f->in, 1, &names[i]);
		f->in.wants_sample = true;
		if (opt.rejects != NULL && i == 0)
			create_rejects(x, &f->in);
	}
}

/* All that has been read of F goes to the merger. */
static void
merge_feed(struct extract *x, int i, int64_t *progress_ns)
{
	struct out *from = x->feeds[i].out;

	merge_add(&x->merger, i, (struct slice){ from->buf, from->len },
	    progress_ns);
	from->len = 0;
}

/* The files at once, always that which is behind the others. */
static void
read_merged(struct extract *x, int argc, char *argv[])
{
	int64_t *progress_ns;
	struct out *outs;
	bool *has_ended;
	int next;

	open_feeds(x, argc, argv);
	open_output(x);
	outs = mem_zalloc((size_t)x->feed_count, sizeof(*outs));
	progress_ns = mem_zalloc((size_t)x->feed_count, sizeof(*progress_ns));
	has_ended = mem_zalloc((size_t)x->feed_count, sizeof(*has_ended));
	merge_init(&x->merger, &x->out);
	for (int i = 0; i < x->feed_count; i++) {
		out_open_memory(&outs[i]);
		x->feeds[i].out = &outs[i];
		progress_ns[i] = INT64_MIN;
	}
	for (;;) {
		next = -1;
		for (int i = 0; i < x->feed_count; i++)
			if (!has_ended[i] &&
			    (next < 0 || progress_ns[i] < progress_ns[next]))
				next = i;
		if (next < 0)
			break;
		has_ended[next] = step(x, &x->feeds[next]) == FEED_ENDED;
		merge_feed(x, next, &progress_ns[next]);
	}
	merge_flush(&x->merger);
	if (x->merger.late > 0)
		warn("%llu events came more than %d events late and are out of "
		     "order",
		    (unsigned long long)x->merger.late, MERGE_EVENTS);
	merge_free(&x->merger);
	for (int i = 0; i < x->feed_count; i++)
		free(outs[i].buf);
	free(outs);
	free(progress_ns);
	free(has_ended);
}

static volatile sig_atomic_t stopped_by;

static void
note_signal(int signal)
{
	stopped_by = signal;
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

/* How long to wait before what is held back is handed on. */
static int
patience_left_ms(struct extract *x)
{
	int64_t now = clock_ns(), waited_ms;

	if (x->idle_since_ns == 0)
		x->idle_since_ns = now;
	waited_ms = (now - x->idle_since_ns) / NS_PER_MS;
	if (waited_ms < PATIENCE_MS)
		return (int)(PATIENCE_MS - waited_ms);
	for (int i = 0; i < x->feed_count; i++)
		feed_flush(&x->feeds[i], opt.checkpoint == NULL);
	out_flush(&x->out);
	return -1;
}

/* One round of all feeds; false once all have ended. */
static bool
follow_round(struct extract *x, bool *is_idle)
{
	bool has_more = false;

	*is_idle = true;
	for (int i = 0; i < x->feed_count; i++) {
		switch (step(x, &x->feeds[i])) {
		case FEED_ENDED:
			continue;
		case FEED_IDLE:
			break;
		default:
			*is_idle = false;
			break;
		}
		has_more = true;
	}
	return has_more;
}

/* Go on where the checkpoint says. */
static void
resume(struct extract *x)
{
	const struct checkpoint_log *log;
	char error[512];

	if (!checkpoint_load(&x->checkpoint, opt.checkpoint, error,
		sizeof(error)))
		die("%s", error);
	for (int i = 0; i < x->feed_count; i++) {
		struct feed *f = &x->feeds[i];
		const char *name = input_first(&f->in);

		log = checkpoint_find(&x->checkpoint, name);
		if (log != NULL && !feed_resume(f, log)) {
			warn("%s: what '%s' names is gone, reading from the "
			     "start",
			    name, opt.checkpoint);
			x->has_failed = true;
		}
	}
}

/*
 * Note how far all logs have been read and what was written of them: what is
 * noted was delivered before.
 */
static void
save(struct extract *x)
{
	struct checkpoint next = { 0 };
	const struct checkpoint_log *old;

	out_flush(&x->out);
	if (x->out.error != 0)
		return;
	for (int i = 0; i < x->feed_count; i++) {
		const char *name = input_first(&x->feeds[i].in);

		if (x->feeds[i].is_replaying ||
		    !feed_note(&x->feeds[i], &next)) {
			/* What cannot be noted now goes on from before. */
			old = checkpoint_find(&x->checkpoint, name);
			if (old != NULL)
				*checkpoint_add(&next, name,
				    old->format) = *old;
			else
				return checkpoint_free(&next);
		}
	}
	if (opt.output != NULL) {
		next.has_output = true;
		next.output_bytes = out_size(&x->out);
	}
	if (checkpoint_save(&next, opt.checkpoint)) {
		checkpoint_free(&x->checkpoint);
		x->checkpoint = next;
	} else {
		checkpoint_free(&next);
		x->has_failed = true;
	}
	x->saved_ns = clock_ns();
}

static void
save_in_time(struct extract *x)
{
	if (opt.checkpoint != NULL &&
	    clock_ns() - x->saved_ns > SAVE_MS * NS_PER_MS)
		save(x);
}

/*
 * The files as they grow, until a signal comes or the reader is gone; without
 * --follow, as far as they have grown.
 */
static void
read_live(struct extract *x, int argc, char *argv[])
{
	struct watch watch;
	bool is_idle;

	open_feeds(x, argc, argv);
	if (opt.checkpoint != NULL)
		resume(x);
	open_output(x);
	catch_signals();
	watch_init(&watch);
	watch_output(&watch, x->out.fd);
	for (int i = 0; i < x->feed_count; i++)
		input_watch(&x->feeds[i].in, &watch);
	while (
	    stopped_by == 0 && x->out.error == 0 && follow_round(x, &is_idle)) {
		save_in_time(x);
		if (!is_idle) {
			x->idle_since_ns = 0;
			continue;
		}
		out_flush(&x->out);
		if (!input_options.follow ||
		    !watch_wait(&watch, patience_left_ms(x)))
			break;
	}
	if (opt.checkpoint != NULL)
		save(x);
	/* What is open ends for now; going on, it is written anew. */
	for (int i = 0; i < x->feed_count; i++)
		feed_end(&x->feeds[i]);
	watch_free(&watch);
	checkpoint_free(&x->checkpoint);
}

/* All records are accounted for; returns whether any was known. */
static bool
report_counts(struct extract *x)
{
	struct reader_counts sum = { 0 };
	uint64_t all, malformed = 0;

	for (int i = 0; i < x->feed_count; i++) {
		feed_count(&x->feeds[i], &sum);
		malformed += x->feeds[i].in.malformed;
	}
	all = sum.matched + sum.continuation + sum.unmatched + malformed;
	if (opt.summary || (sum.matched == 0 && sum.unmatched > 0))
		warn("%llu lines = %llu matched + %llu continuation + "
		     "%llu unmatched + %llu malformed",
		    (unsigned long long)all, (unsigned long long)sum.matched,
		    (unsigned long long)sum.continuation,
		    (unsigned long long)sum.unmatched,
		    (unsigned long long)malformed);
	return !x->has_unknown_file && (sum.matched > 0 || all == 0);
}

static void
close_feeds(struct extract *x)
{
	for (int i = 0; i < x->feed_count; i++)
		if (input_close(&x->feeds[i].in) != EXIT_OK)
			x->has_failed = true;
	free(x->feeds);
}

static int
extract(int argc, char *argv[])
{
	struct extract x = { 0 };
	int status;

	load_formats(&x);
	if (input_options.follow || opt.checkpoint != NULL)
		read_live(&x, argc, argv);
	else if (opt.merge)
		read_merged(&x, argc, argv);
	else
		read_in_turn(&x, argc, argv);

	status = report_counts(&x) ? EXIT_OK : EXIT_NO;
	close_feeds(&x);
	close_formats(&x);
	if (opt.rejects != NULL && !out_close(&x.rejects))
		x.has_failed = true;
	if (!out_close(&x.out) || x.has_failed)
		status = EXIT_TROUBLE;
	if (stopped_by != 0) {
		signal(stopped_by, SIG_DFL);
		raise(stopped_by);
	}
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

/* Line NUMBER of the first file, and the reader that file is for. */
static bool
find_line(struct extract *x, struct feed *f, uint64_t number,
    struct slice *line)
{
	struct input *in = &f->in;

	in->wants_sample = true;
	if (input_next(in) && in->is_start) {
		feed_begin(f, in->sample);
		if (f->reader == NULL) {
			report_unknown(x, f);
			return false;
		}
	}
	in->wants_sample = false;
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
	struct feed f;
	char *end;
	uint64_t number = strtoull(opt.explain, &end, 10);
	struct slice line = slice_of(opt.explain);
	bool is_known, is_number = *end == '\0' && number > 0;

	load_formats(&x);
	out_open(&x.out, STDOUT_FILENO);
	init_feed(&x, &f);
	if (is_number)
		input_open(&f.in, argc, argv);
	is_known = (!is_number || find_line(&x, &f, number, &line)) &&
	    inspect_line(&x.chooser, f.reader, line, &x.out);
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
	const char *wrong = assume_check();

	if (wrong != NULL)
		opt_usage("%s", wrong);
	if (opt.merge && (input_options.follow || opt.checkpoint != NULL))
		opt_usage("--merge takes files that are complete");
	frame_options = (struct frame_options){ opt.app.items, opt.app.count,
		opt.strip.items, opt.strip.count };
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
