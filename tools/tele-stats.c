/* SPDX-License-Identifier: MIT */
/*
 * tele-stats - summarise how long each handler takes
 *
 * in:
 * {"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"createNode","duration_ms":1.5}
 * out:
 * {"handler":"createNode","count":1,"errors":0,"total_ms":1.5,"p50_ms":1.5,...}
 */
#include <stdlib.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/event.h"
#include "tele/input.h"
#include "tele/live.h"
#include "tele/opt.h"
#include "tele/partial.h"
#include "tele/profile.h"
#include "tele/report.h"

static struct {
	struct opt_list by, kinds;
	const char *sort;
	uint64_t top, max_names;
	int64_t every_ns;
	bool partial;
} opt = { .top = UINT64_MAX, .max_names = 100000, .every_ns = -1 };

static const struct opt options[] = {
	{ 'b', "by", "KEY,...", OPT_LIST, &opt.by,
	    "group by these keys (handler or name, and plugin or service)",
	    NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "summarise these kinds (beat,handler,span and timed logs)", NULL },
	{ 's', "sort", "KEY", OPT_STRING, &opt.sort,
	    "most of KEY first, texts in order (total_ms)", NULL },
	{ 'n', "top", "N", OPT_COUNT, &opt.top, "only the first N groups",
	    NULL },
	{ 'e', "every", "DURATION", OPT_DURATION, &opt.every_ns,
	    "report what came in each DURATION, as it comes", NULL },
	{ 'F', "follow", NULL, OPT_FLAG, &input_options.follow,
	    "wait for more at the end of a file", NULL },
	{ 0, "partial", NULL, OPT_FLAG, &opt.partial,
	    "write what can be merged by reading it again", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "put groups after the first N in one (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_stats = { "tele-stats",
	"Summarise how long each handler takes.", "[file ...]", options,
	"  tele-extract app.log | tele-stats | sort\n"
	"  tele-extract app.log | tele-stats --kind sequence --sort p95_ms\n"
	"  tail -F app.log | tele-extract -F | tele-stats --every 5s\n" };

struct stats {
	struct input in;
	struct event_reader events;
	struct profile profile;
	struct groups_order order;
	struct live live;
	bool is_idle; /* and a terminal says so */
	bool failed;
};

/* A key of --by must not be one that statistics have for themselves. */
static void
check_keys(void)
{
	static const char *const taken[] = { "first", "last", "sketch",
		"values_ms", "buckets", "" };
	const char *const *key = opt.by.items;

	for (size_t i = 0; i < opt.by.count; i++) {
		for (int j = 0; summary_columns[j] != NULL; j++)
			if (strcmp(key[i], summary_columns[j]) == 0)
				opt_usage("cannot group by '%s'", key[i]);
		for (size_t j = 0; j < sizeof(taken) / sizeof(*taken); j++)
			if (strcmp(key[i], taken[j]) == 0)
				opt_usage("cannot group by '%s'", key[i]);
		for (size_t j = 0; j < i; j++)
			if (strcmp(key[i], key[j]) == 0)
				opt_usage("'%s' is twice in --by", key[i]);
	}
}

static void
choose_groups(struct stats *s)
{
	struct profile_options wish = { .by = opt.by.items,
		.by_count = opt.by.count,
		.has_sessions = opt.partial,
		.most = opt.max_names };

	check_keys();
	wish.kinds = opt_bits(&opt.kinds, event_kind_names, "kind");
	profile_init(&s->profile, &s->events, &wish);
}

/* Whether KEY may be in the name of a group. */
static bool
is_group_key(const struct grouping *g, const char *key)
{
	return grouping_has(g, key) ||
	    (g->count == 0 &&
		(strcmp(key, "handler") == 0 || strcmp(key, "plugin") == 0 ||
		    strcmp(key, "service") == 0));
}

static void
choose_order(struct stats *s)
{
	int column = 0;

	if (opt.partial && (opt.sort != NULL || opt.top != UINT64_MAX))
		opt_usage("--partial keeps all groups, in order of their name");
	s->order = (struct groups_order){ SUMMARY_TOTAL_MS, { "", 0 } };
	if (opt.partial)
		s->order.column = SUMMARY_COLUMNS;
	if (opt.sort == NULL)
		return;
	while (summary_columns[column] != NULL &&
	    strcmp(summary_columns[column], opt.sort) != 0)
		column++;
	s->order.column = (enum summary_column)column;
	if (column < SUMMARY_COLUMNS)
		return;
	if (!is_group_key(&s->profile.grouping, opt.sort))
		opt_usage("unknown key '%s' for --sort", opt.sort);
	s->order.key = slice_of(opt.sort);
}

/* How many of COUNT groups are shown; a live profile stays on its screen. */
static size_t
shown_of(size_t count)
{
	size_t most = opt.top < count ? (size_t)opt.top : count;

	if (opt.every_ns > 0 && report_is_shown() && report_rows() < most)
		return report_rows();
	return most;
}

static void
write_group(const struct group *g, struct out *out)
{
	if (opt.partial)
		partial_write(&g->summary, g->name, g->session, out);
	else
		summary_write(&g->summary, g->name, out);
}

/* On a terminal the last report stays where it is while nothing comes. */
static bool
stays_idle(struct stats *s, size_t count)
{
	bool was_idle = s->is_idle;

	s->is_idle = opt.every_ns > 0 && report_is_shown() && count == 0;
	if (s->is_idle && !was_idle)
		report_note("no events since");
	return s->is_idle;
}

/* Report all groups that have anything, then start them anew. */
static void
write_report(struct stats *s)
{
	struct report report;
	size_t count, shown;
	struct group **sorted = groups_sorted(&s->profile.groups, &s->order,
	    &count);

	if (!stays_idle(s, count)) {
		shown = shown_of(count);
		report_open(&report, opt.every_ns > 0);
		for (size_t i = 0; i < shown; i++)
			write_group(sorted[i], &report.out);
		s->failed |= !report_close(&report);
		if (opt.every_ns > 0 && report_is_shown() && shown < count)
			report_note("and %zu more", count - shown);
	}
	free(sorted);
	groups_clear(&s->profile.groups);
}

/* Say what the numbers do not show. */
static void
warn_of_limits(const struct profile *p)
{
	uint64_t outside = profile_outside(p), folded = p->groups.folded;
	const char *unseen = grouping_unseen(&p->grouping);

	if (unseen != NULL)
		warn("no event has the key '%s'", unseen);
	if (outside > 0)
		warn("%llu %s more than %d spans away from the parent: its "
		     "self time includes theirs",
		    (unsigned long long)outside,
		    outside == 1 ? "span was" : "spans were", SELFTIME_WINDOW);
	if (folded > 0)
		warn("more than %llu groups: the rest, %llu events, is "
		     "'(other)'",
		    (unsigned long long)opt.max_names,
		    (unsigned long long)folded);
}

static int
finish(struct stats *s)
{
	int status;

	profile_finish(&s->profile);
	warn_of_limits(&s->profile);
	write_report(s);
	profile_free(&s->profile);
	event_reader_free(&s->events);
	status = input_close(&s->in);
	return s->failed ? EXIT_TROUBLE : status;
}

/* Between reads: is a report due, has there been enough? */
static int
use_time(void *arg, bool would_block)
{
	struct stats *s = arg;

	(void)would_block;
	if (live_is_over())
		live_end(finish(s));
	if (live_is_due(&s->live)) {
		profile_pause(&s->profile);
		write_report(s);
		if (s->failed)
			live_end(EXIT_TROUBLE);
	}
	return live_patience_ms(&s->live);
}

static void
go_live(struct stats *s)
{
	if (opt.every_ns == 0)
		opt_usage("--every needs a duration above zero");
	if (opt.every_ns < 0 && !input_options.follow)
		return;
	live_start(&s->live, opt.every_ns > 0 ? opt.every_ns : 0);
	s->in.before_read = use_time;
	s->in.arg = s;
}

int
main(int argc, char *argv[])
{
	struct stats s = { 0 };
	struct event ev;

	opt_parse(&tele_stats, &argc, &argv);
	choose_groups(&s);
	choose_order(&s);
	input_open(&s.in, argc, argv);
	event_reader_init(&s.events, &s.in);
	go_live(&s);

	while (event_next(&s.events, &ev))
		profile_add(&s.profile, &ev);
	return finish(&s);
}
