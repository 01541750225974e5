/* SPDX-License-Identifier: MIT */
/*
 * tele-replay - play a recording again, in its own time
 *
 * in:
 * {"time":"2026-01-02T03:04:05.678Z","kind":"play","sequence_id":"save",...}
 * out:  the same when it is due; or `ok 1 - beat Editor.save ok`
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tele/command.h"
#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/expect.h"
#include "tele/live.h"
#include "tele/noise.h"
#include "tele/opt.h"
#include "tele/order.h"
#include "tele/pace.h"
#include "tele/payload.h"
#include "tele/rehearsal.h"
#include "tele/report.h"
#include "tele/selection.h"

enum { FLUSH_BYTES = 64 << 10, PATIENCE_MS = 100 };

static struct {
	const char *speed, *payload, *format, *expect_file, *noise[2];
	struct opt_list kinds, select, expect_kinds;
	int64_t max_wait_ns, timeout_ns;
	uint64_t loop, window;
	bool dry_run, expect;
} opt = { .speed = "1",
	.timeout_ns = 60 * NS_PER_S,
	.loop = 1,
	.window = 8 << 20 };

static const struct opt options[] = {
	{ 0, "speed", "SPEED", OPT_STRING, &opt.speed,
	    "1 is as it was, 10x ten times as fast; or max (1)", NULL },
	{ 0, "max-wait", "DURATION", OPT_DURATION, &opt.max_wait_ns,
	    "cut silences to DURATION", NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "only play events of these kinds", NULL },
	{ 0, "select", "KEY=VALUE,...", OPT_LIST, &opt.select,
	    "only what has these values; of one key, one of them", NULL },
	{ 0, "payload", "KEY", OPT_STRING, &opt.payload,
	    "write the value of KEY alone, not the event", NULL },
	{ 0, "loop", "N", OPT_COUNT, &opt.loop,
	    "play it N times, 0 without end (1)", NULL },
	{ 0, "dry-run", NULL, OPT_FLAG, &opt.dry_run,
	    "only say what would be played, and how long it takes", NULL },
	{ 'f', "format", "NAME", OPT_STRING, &opt.format,
	    "the log of the command has this format, do not guess", NULL },
	{ 0, "expect", NULL, OPT_FLAG, &opt.expect,
	    "compare the command's events with the recording, as TAP", NULL },
	{ 0, "expect-file", "FILE", OPT_STRING, &opt.expect_file,
	    "compare with the events in FILE", NULL },
	{ 0, "expect-kind", "KIND,...", OPT_LIST, &opt.expect_kinds,
	    "only compare events of these kinds", NULL },
	{ 0, "noise", "A B", OPT_PAIR, &opt.noise,
	    "do not compare what differs between these recordings", NULL },
	{ 0, "timeout", "DURATION", OPT_DURATION, &opt.timeout_ns,
	    "how long the command may not read, or not end (60s)", NULL },
	{ 0, "window", "BYTES", OPT_SIZE, &opt.window,
	    "how many bytes of events wait for earlier ones (8M)", NULL },
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_replay = { "tele-replay",
	"Play a recording again, in its own time.", "[file ...] [-- command]",
	options,
	"  tele-replay --speed 10x --max-wait 1s app.ndjson | tele-stats\n"
	"  tele-replay --kind play --payload attr.request app.ndjson -- ./app\n"
	"  tele-replay --speed max --expect app.ndjson -- ./app\n" };

struct replay {
	int argc;
	char **argv;    /* the recordings */
	char **command; /* or NULL */
	struct selection selection;
	uint64_t kinds, expect_kinds;

	struct pace pace;
	bool has_begun;
	struct out out; /* standard output, or what waits for the command */
	struct command child;
	struct payload payload;
	uint64_t late;
	struct order order; /* of the recording */
	bool is_over;       /* nobody takes any more of it */
	int status;
	struct rehearsal rehearsal; /* for --dry-run */
};

/* What is read twice has to be a file, each time the same. */
static void
need_files(const struct replay *r, const char *option)
{
	struct stat st;

	if (r->argc == 0)
		opt_usage("%s reads the recording again: name a file", option);
	for (int i = 0; i < r->argc; i++)
		if (strcmp(r->argv[i], "-") == 0 ||
		    (stat(r->argv[i], &st) == 0 && !S_ISREG(st.st_mode)))
			opt_usage("%s reads the recording again: '%s' is no "
				  "file",
			    option, r->argv[i]);
}

static void
check_options(const struct replay *r)
{
	if (opt.expect && r->command == NULL)
		opt_usage("--expect needs a command, after --");
	if (opt.noise[0] != NULL && !opt.expect)
		opt_usage("--noise needs --expect");
	if (opt.expect_kinds.count > 0 && !opt.expect)
		opt_usage("--expect-kind needs --expect");
	if (opt.expect && opt.loop != 1)
		opt_usage("--expect and --loop exclude each other");
	if (opt.loop != 1)
		need_files(r, "--loop");
	if (opt.expect && opt.expect_file == NULL)
		need_files(r, "--expect");
}

static void
read_options(struct replay *r, int argc, char *argv[])
{
	const char *wrong = selection_read(&r->selection, &opt.select);

	if (wrong != NULL)
		opt_usage("expected KEY=VALUE, not '%s', for --select", wrong);
	if (!pace_speed(opt.speed, &r->pace.speed))
		opt_usage("invalid SPEED '%s' for --speed", opt.speed);
	r->pace.max_wait_ns = opt.max_wait_ns;
	r->kinds = opt_bits(&opt.kinds, event_kind_names, "kind");
	r->expect_kinds = opt_bits(&opt.expect_kinds, event_kind_names, "kind");
	/* How long nothing was logged is no outcome. */
	if (r->expect_kinds == 0)
		r->expect_kinds = ~(UINT64_C(1) << KIND_GAP);
	r->argc = opt_dashes >= 0 ? opt_dashes : argc;
	r->argv = argv;
	if (opt_dashes >= 0 && opt_dashes < argc)
		r->command = argv + opt_dashes;
	else if (opt_dashes >= 0)
		opt_usage("no command after --");
	opt.expect |= opt.expect_file != NULL;
	check_options(r);
}

/* Hand on what is there; false if nobody takes it. */
static bool
flush(struct replay *r)
{
	bool is_taken;

	if (r->command == NULL) {
		out_flush(&r->out);
		return r->out.error == 0;
	}
	is_taken = command_write(&r->child,
	    (struct slice){ r->out.buf, r->out.len });
	r->out.len = 0;
	return is_taken;
}

/* Wait until E is due; false if nobody waits for it any more. */
static bool
await(struct replay *r, const struct ordered *e)
{
	int64_t due;

	if (r->pace.speed == 0 || !e->has_time)
		return true;
	if (!r->has_begun)
		pace_begin(&r->pace, clock_ns());
	r->has_begun = true;
	due = pace_due(&r->pace, e->ns);
	if (due <= clock_ns())
		return true;
	if (!flush(r))
		return false;
	if (r->command != NULL)
		return command_wait(&r->child, due);
	return pace_wait(due, STDOUT_FILENO, 0) == PACE_DUE;
}

static bool
play_event(struct replay *r, const struct ordered *e)
{
	struct slice text;

	if (!payload_read(&r->payload, ordered_line(e), &text))
		return true;
	if (!await(r, e))
		return false;
	out_write(&r->out, text);
	return r->out.len < FLUSH_BYTES || flush(r);
}

/* Only note what would be played, and when. */
static bool
count_event(struct replay *r, const struct ordered *e)
{
	struct slice text;

	if (payload_read(&r->payload, ordered_line(e), &text))
		rehearsal_add(&r->rehearsal, text.len, e->has_time, e->ns);
	return true;
}

/*
 * Before the recording is read, which may take long where it comes from a pipe:
 * hand on what is there, and see whether anybody wants more.
 */
static int
look_up(void *arg, bool would_block)
{
	struct replay *r = arg;

	if (r->command != NULL)
		r->is_over |= !command_wait(&r->child, 0);
	else
		r->is_over |= !out_has_reader(STDOUT_FILENO);
	if (would_block && !r->is_over)
		r->is_over = !flush(r);
	r->order.in.is_stopped |= r->is_over;
	return would_block ? PATIENCE_MS : -1;
}

/* Do EACH of the recording; false if that ended it. */
static bool
read_once(struct replay *r,
    bool (*each)(struct replay *r, const struct ordered *e))
{
	struct order *o = &r->order;
	const struct ordered *e;

	order_open(o, r->kinds, &r->selection, opt.window, r->argc, r->argv);
	if (!opt.dry_run) {
		o->in.before_read = look_up;
		o->in.arg = r;
	}
	while ((e = order_next(o)) != NULL && !r->is_over)
		r->is_over = !each(r, e);
	r->late += o->late;
	if (order_close(o) != EXIT_OK)
		r->status = EXIT_TROUBLE;
	return !r->is_over;
}

/* All rounds, and what waits at the end; of a bad record is told once. */
static void
play(struct replay *r)
{
	bool goes_on = true;

	payload_init(&r->payload, opt.payload, r->out.is_terminal);
	for (uint64_t i = 0; goes_on && (opt.loop == 0 || i < opt.loop); i++) {
		diag_mute(i > 0);
		pace_again(&r->pace);
		goes_on = read_once(r, play_event);
	}
	diag_mute(false);
	if (goes_on)
		flush(r);
}

static void
report_limits(struct replay *r)
{
	if (r->late > 0)
		warn("%llu events came more than %llu bytes late and are out "
		     "of order (--window)",
		    (unsigned long long)r->late,
		    (unsigned long long)opt.window);
	if (r->payload.broken > 0)
		warn("%llu events were left out: their '%s' is of several "
		     "lines",
		    (unsigned long long)r->payload.broken, opt.payload);
	if (r->late > 0 || r->payload.broken > 0)
		r->status = EXIT_TROUBLE;
}

static int
dry_run(struct replay *r)
{
	struct report report;

	payload_init(&r->payload, opt.payload, false);
	rehearsal_init(&r->rehearsal, &r->pace);
	read_once(r, count_event);
	report_open(&report, false);
	rehearsal_write(&r->rehearsal, opt.loop, &report.out);
	report_limits(r);
	return report_close(&report) ? r->status : EXIT_TROUBLE;
}

static int
play_to_output(struct replay *r)
{
	out_open(&r->out, STDOUT_FILENO);
	play(r);
	report_limits(r);
	if (!out_has_reader(STDOUT_FILENO))
		live_end(EXIT_TROUBLE);
	if (!out_close(&r->out))
		r->status = EXIT_TROUBLE;
	return r->status;
}

/* A file without a name that takes what the command was observed to do. */
static int
open_observed(void)
{
	const char *folder = getenv("TMPDIR");
	char path[PATH_MAX];
	int fd;

	if (folder == NULL || *folder == '\0')
		folder = "/tmp";
	snprintf(path, sizeof(path), "%s/tele-replay.XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		die("cannot create a file in '%s': %s", folder,
		    strerror(errno));
	unlink(path);
	return fd;
}

/* Learn what varies, before anything runs. */
static void
learn(struct replay *r, struct noise *noise)
{
	noise_init(noise);
	if (opt.noise[0] != NULL &&
	    !noise_learn(noise, opt.noise[0], opt.noise[1], opt.window))
		r->status = EXIT_TROUBLE;
}

/* Compare what is in the file FD with what was to be expected; write that. */
static int
compare(struct replay *r, struct noise *noise, int fd)
{
	char name[32], *names[] = { name };
	struct order expected, observed;
	struct out out;
	bool is_same;
	int status = EXIT_OK;

	snprintf(name, sizeof(name), "/dev/fd/%d", fd);
	if (opt.expect_file != NULL)
		order_open(&expected, r->expect_kinds, &r->selection,
		    opt.window, 1, (char **)&opt.expect_file);
	else
		order_open(&expected, r->expect_kinds, &r->selection,
		    opt.window, r->argc, r->argv);
	order_open(&observed, r->expect_kinds, NULL, opt.window, 1, names);
	out_open(&out, STDOUT_FILENO);
	/* Of the recording all trouble was told when it was played. */
	diag_mute(opt.expect_file == NULL);
	is_same = expect_compare(&expected, &observed, noise, &out);
	if (order_close(&expected) != EXIT_OK)
		status = EXIT_TROUBLE;
	diag_mute(false);
	if (order_close(&observed) != EXIT_OK || !out_close(&out))
		status = EXIT_TROUBLE;
	return status != EXIT_OK ? status : is_same ? EXIT_OK : EXIT_NO;
}

/* The command runs: play, let it end, and look at what it did. */
static int
feed_command(struct replay *r, struct noise *noise)
{
	int status = EXIT_OK;

	play(r);
	if (!command_finish(&r->child))
		r->status = EXIT_TROUBLE;
	report_limits(r);
	if (opt.expect && !live_is_stopped())
		status = compare(r, noise, r->child.out_fd);
	return r->status != EXIT_OK ? r->status : status;
}

static int
play_to_command(struct replay *r)
{
	struct noise noise;
	int status = EXIT_TROUBLE;

	learn(r, &noise);
	r->child = (struct command){ .format = opt.format,
		.timeout_ns = opt.timeout_ns,
		.out_fd = opt.expect ? open_observed() : STDOUT_FILENO };
	out_open_memory(&r->out);
	if (command_start(&r->child, r->command))
		status = feed_command(r, &noise);
	noise_free(&noise);
	out_close(&r->out);
	if (live_is_stopped() || !out_has_reader(STDOUT_FILENO))
		live_end(status);
	return status;
}

int
main(int argc, char *argv[])
{
	struct replay r = { .status = EXIT_OK };
	int status;

	opt_parse(&tele_replay, &argc, &argv);
	read_options(&r, argc, argv);
	if (opt.dry_run)
		status = dry_run(&r);
	else if (r.command != NULL)
		status = play_to_command(&r);
	else
		status = play_to_output(&r);
	payload_free(&r.payload);
	selection_free(&r.selection);
	return status;
}
