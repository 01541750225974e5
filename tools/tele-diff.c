/* SPDX-License-Identifier: MIT */
/*
 * tele-diff - tell what got slower, faster, more, fewer or other
 *
 * in:
 * {"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"createNode","duration_ms":1.5}
 * out:
 * {"finding":"TD001","severity":"error","message":"createNode is slower:
 * ...",...}
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/event.h"
#include "tele/finding.h"
#include "tele/folder.h"
#include "tele/input.h"
#include "tele/mem.h"
#include "tele/observe.h"
#include "tele/opt.h"
#include "tele/panel.h"
#include "tele/report.h"
#include "tele/stats.h"
#include "tele/tally.h"
#include "tele/verdict.h"

static struct {
	struct opt_list by, kinds, fail_on;
	const char *unit, *history;
	struct compare_options how;
	int64_t min_abs_ns;
	uint64_t max_names, seed;
	bool base, all, aa;
} opt = {
	.how = { .min_effect = 0.05,
	    .max_drift = 0.25,
	    .min_units = 5,
	    .alpha = 0.05 },
	.min_abs_ns = NS_PER_MS,
	.max_names = 100000,
	.seed = 1,
};

static const struct opt options[] = {
	{ 0, "base", NULL, OPT_FLAG, &opt.base,
	    "files before '--' are BASE, those after it are NEW", NULL },
	{ 'b', "by", "KEY,...", OPT_LIST, &opt.by,
	    "group by these keys (handler or name, and plugin or service)",
	    NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "compare these kinds (beat,handler,span and timed logs)", NULL },
	{ 'u', "unit", "UNIT", OPT_STRING, &opt.unit,
	    "compare session, file, trace, block or DURATION", NULL },
	{ 0, "min-effect", "PERCENT", OPT_PERCENT, &opt.how.min_effect,
	    "less is no change (5%)", NULL },
	{ 0, "min-abs", "DURATION", OPT_DURATION, &opt.min_abs_ns,
	    "less is no change of a time (1ms)", NULL },
	{ 0, "min-units", "N", OPT_COUNT, &opt.how.min_units,
	    "units a side for a verdict (5)", NULL },
	{ 0, "max-drift", "PERCENT", OPT_PERCENT, &opt.how.max_drift,
	    "what the machine may do to everything (25%)", NULL },
	{ 0, "plain", NULL, OPT_FLAG, &opt.how.is_plain,
	    "compare as measured, not also to the rest", NULL },
	{ 0, "fail-on", "WHAT,...", OPT_LIST, &opt.fail_on,
	    "exit with 1 on slower, faster, errors, counts, flow, appeared, "
	    "vanished, any or none (slower,errors,flow)",
	    NULL },
	{ 'a', "all", NULL, OPT_FLAG, &opt.all,
	    "show what is the same or uncertain as well", NULL },
	{ 0, "history", "FILE", OPT_STRING, &opt.history,
	    "append a record of the result", NULL },
	{ 0, "aa", NULL, OPT_FLAG, &opt.aa,
	    "split one side at random: how many false alarms?", NULL },
	{ 0, "seed", "N", OPT_COUNT, &opt.seed,
	    "where chance begins with --aa (1)", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "put groups after the first N in one (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_diff = { "tele-diff",
	"Tell what got slower, faster, more, fewer or other.",
	"BASE NEW | --base BASE... -- NEW...", options,
	"  tele-diff baseline.part today.ndjson || echo worse\n"
	"  tele-diff --base mon.part tue.part -- wed.part thu.part\n"
	"  tele-diff --aa sessions/\n" };

/* How often --aa splits. */
enum { SPLITS = 200 };

struct diff {
	struct observe_options how;
	struct finding_gate gate;
	struct observed all;
	struct panel panel;
	struct comparison comparison;
	struct finding finding;
	int status;
};

static void
choose_units(struct diff *d)
{
	static const struct {
		const char *name;
		enum unit_kind kind;
	} units[] = { { "session", UNIT_SESSION }, { "file", UNIT_FILE },
		{ "trace", UNIT_TRACE }, { "block", UNIT_BLOCK } };

	if (opt.unit == NULL)
		return;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(opt.unit, units[i].name) == 0) {
			d->how.unit = units[i].kind;
			return;
		}
	d->how.unit = UNIT_PERIOD;
	if (!duration_parse(slice_of(opt.unit), &d->how.period_ns) ||
	    d->how.period_ns <= 0)
		opt_usage("invalid UNIT '%s' for --unit", opt.unit);
}

static void
choose_what_fails(struct diff *d)
{
	static const char *usual[] = { "slower", "errors", "flow" };
	const struct opt_list by_default = { usual, 3, 3 };
	const char *unknown;

	unknown = finding_gate_read(&d->gate,
	    opt.fail_on.count > 0 ? &opt.fail_on : &by_default,
	    verdict_classes);
	if (unknown != NULL)
		opt_usage("invalid WHAT '%s' for --fail-on", unknown);
	opt.how.deciding = verdict_deciding(&d->gate);
}

static void
check_options(struct diff *d)
{
	d->how.by = opt.by.items;
	d->how.by_count = opt.by.count;
	d->how.kinds = opt_bits(&opt.kinds, event_kind_names, "kind");
	choose_units(d);
	choose_what_fails(d);
	if (opt.how.min_units == 0)
		opt_usage("invalid N '0' for --min-units");
	opt.how.min_abs_ms = (double)opt.min_abs_ns / (double)NS_PER_MS;
}

/* How many of the operands are BASE; the rest is NEW. */
static int
split_operands(int argc, char *argv[])
{
	int from_stdin = 0, base = opt.aa ? argc : 1;

	for (int i = 0; i < argc; i++)
		from_stdin += strcmp(argv[i], "-") == 0;
	if (from_stdin > 1)
		opt_usage("standard input can be read only once");
	if (opt.aa && argc == 0)
		opt_usage("--aa needs the files of one side");
	if (opt.aa)
		return base;
	if (opt_dashes > 0 && argc > opt_dashes)
		return opt_dashes;
	if (opt.base)
		opt_usage("--base needs files before and after '--'");
	if (argc != 2)
		opt_usage("two operands are needed, BASE and NEW");
	return base;
}

static void
read_side(struct diff *d, int side, int argc, char *argv[])
{
	static const char *const names[] = { "BASE", "NEW" };
	struct observed_side *s = &d->all.side[side];
	struct folder files;
	int status;

	if (!folder_expand(&files, argc, argv))
		d->status = EXIT_TROUBLE;
	if (files.count > 0) {
		status = observe(&d->all, side, &d->how, files.count,
		    files.names);
		d->status = status > d->status ? status : d->status;
	}
	folder_free(&files);
	if (s->events == 0)
		die("%s has nothing to compare: no event that counts",
		    names[side]);
	if (s->cut > 0)
		warn("%llu executions were too large to hold: their calls and "
		     "self time are incomplete",
		    (unsigned long long)s->cut);
	if (s->folded > 0)
		warn("more than %llu groups: the rest, %llu events, is "
		     "'(other)'",
		    (unsigned long long)opt.max_names,
		    (unsigned long long)s->folded);
}

/* Units that took turns too often to keep all of them open. */
static void
warn_of_estimates(const struct diff *d)
{
	if (d->all.cells.reopened > 0)
		warn("more sessions at once than fit into memory: %llu medians "
		     "are estimates",
		    (unsigned long long)d->all.cells.reopened);
}

/* The numbers of one comparison, and whether the answer is "no". */
static bool
run(struct diff *d, const uint8_t *side, struct tally *tally)
{
	bool fails = false;

	compare(&d->comparison, &d->panel, side, &opt.how);
	tally_count(tally, &d->comparison);
	for (size_t i = 0; i < d->comparison.count; i++)
		fails |= verdict_fails(&d->comparison,
		    &d->comparison.changes[i], &d->gate);
	tally->fails = fails;
	return fails;
}

static void
write_findings(struct diff *d, const struct tally *tally)
{
	const struct comparison *c = &d->comparison;
	struct report report;

	report_open(&report, false);
	tally_write(tally, c, &d->finding, &report.out);
	for (size_t i = 0; i < c->count; i++)
		if (opt.all || verdict_is_shown(c, &c->changes[i]))
			verdict_write(c, &c->changes[i], &d->finding,
			    &report.out);
	if (!report_close(&report))
		d->status = EXIT_TROUBLE;
}

/* One record, in one write: runs at the same time do not mix. */
static void
append_history(struct diff *d, const struct tally *tally)
{
	int fd = open(opt.history, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0666);
	struct out out;

	if (fd < 0) {
		warn("cannot open '%s': %s", opt.history, strerror(errno));
		d->status = EXIT_TROUBLE;
		return;
	}
	out_open(&out, fd);
	out.name = opt.history;
	out.is_standard = false;
	tally_write(tally, &d->comparison, &d->finding, &out);
	if (!out_close(&out))
		d->status = EXIT_TROUBLE;
}

static uint8_t *
sides_of(const struct diff *d)
{
	size_t units = d->panel.units[BASE] + d->panel.units[NEW];
	uint8_t *side = mem_alloc(units);

	memset(side, BASE, d->panel.units[BASE]);
	memset(side + d->panel.units[BASE], NEW, d->panel.units[NEW]);
	return side;
}

static void
diff_sides(struct diff *d)
{
	uint8_t *side = sides_of(d);
	struct tally tally;

	if (run(d, side, &tally) && d->status == EXIT_OK)
		d->status = EXIT_NO;
	write_findings(d, &tally);
	if (opt.history != NULL)
		append_history(d, &tally);
	comparison_free(&d->comparison);
	free(side);
}

/* splitmix64 (Steele, Lea, Flood: "Fast splittable ...", OOPSLA 2014). */
static uint64_t
random_next(uint64_t *seed)
{
	uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* Half of N units, at random, become NEW. */
static void
split_at_random(uint8_t *side, size_t n, uint64_t *seed)
{
	uint8_t swap;
	size_t k;

	for (size_t i = 0; i < n; i++)
		side[i] = i < n / 2 ? NEW : BASE;
	for (size_t i = n; i > 1; i--) {
		k = (size_t)(random_next(seed) % i);
		swap = side[i - 1];
		side[i - 1] = side[k];
		side[k] = swap;
	}
}

static void
diff_halves(struct diff *d)
{
	uint8_t *side = sides_of(d);
	struct tally tally, seen = { 0 };
	struct report report;
	size_t alarms = 0;

	if (d->panel.units[BASE] < 2)
		die("one unit cannot be split: --aa needs more sessions");
	for (size_t i = 0; i < SPLITS; i++) {
		split_at_random(side, d->panel.units[BASE], &opt.seed);
		alarms += run(d, side, &tally);
		if (i == 0)
			seen = tally;
		comparison_free(&d->comparison);
	}
	report_open(&report, false);
	if (tally_write_alarms(&seen, alarms, SPLITS, &d->finding,
		&report.out) &&
	    d->status == EXIT_OK)
		d->status = EXIT_NO;
	if (!report_close(&report))
		d->status = EXIT_TROUBLE;
	free(side);
}

int
main(int argc, char *argv[])
{
	struct diff d = { 0 };
	int base;

	opt_parse(&tele_diff, &argc, &argv);
	check_options(&d);
	base = split_operands(argc, argv);
	observed_init(&d.all, opt.max_names);
	finding_init(&d.finding);

	read_side(&d, BASE, base, argv);
	if (!opt.aa)
		read_side(&d, NEW, argc - base, argv + base);
	observed_settle(&d.all);
	warn_of_estimates(&d);
	panel_init(&d.panel, &d.all);
	if (opt.aa)
		diff_halves(&d);
	else
		diff_sides(&d);

	panel_free(&d.panel);
	finding_free(&d.finding);
	observed_free(&d.all);
	return d.status;
}
