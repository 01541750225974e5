/* SPDX-License-Identifier: MIT */
/*
 * tele-stats - summarise how long each handler takes
 *
 * in:
 * {"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"createNode","duration_ms":1.5}
 * out:
 * {"handler":"createNode","count":1,"errors":0,"total_ms":1.5,"p50_ms":1.5,...}
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/event.h"
#include "tele/grouping.h"
#include "tele/input.h"
#include "tele/map.h"
#include "tele/opt.h"
#include "tele/partial.h"
#include "tele/report.h"
#include "tele/selftime.h"
#include "tele/summary.h"

static struct {
	const char *sort;
	uint64_t top, max_names;
	int64_t every_ns;
	bool partial;
} opt = { .max_names = 100000 };

static const struct opt options[] = {
	GROUPING_OPTIONS,
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

/* A group; with --partial, of one session. */
struct group {
	struct summary summary;
	struct slice text;    /* its JSON text */
	struct slice session; /* with --partial */
};

/* Which group the last events of these names were in. */
enum { CACHE = 256 };
struct cached {
	struct slice key; /* of the group, as the map has it */
	struct group *group;
};

struct stats {
	struct input in;
	struct event_reader events;
	struct map groups; /* of struct group, by text and session */
	struct cached cache[CACHE];
	struct group *other;
	uint64_t folded; /* events in it */
	struct grouping grouping;
	bool is_dead_time; /* sequences get their movements' self time */
	struct selftime *selftime;
	int64_t next_report_ns;
	bool failed;
};

static void
settle_self(void *owner, int64_t self_ns)
{
	struct group *g = owner;

	if (g != NULL) /* else of a kind that is not counted */
		g->summary.self_ns += self_ns;
}

static void
choose_groups(struct stats *s)
{
	const char *unknown = grouping_init(&s->grouping);
	uint64_t kinds = s->grouping.kinds;

	if (unknown != NULL)
		opt_usage("unknown kind '%s'", unknown);
	s->is_dead_time = (kinds >> KIND_SEQUENCE & 1) != 0 &&
	    (kinds >> KIND_MOVEMENT & 1) == 0;
}

/* The group of all that --max-names leaves no room for. */
static struct group *
other_group(struct stats *s)
{
	struct group *g;
	bool is_new;

	s->folded++;
	if (s->other != NULL)
		return s->other;
	g = map_put(&s->groups, grouping_other(&s->grouping), &is_new);
	g->text = map_entry_of(g)->key;
	s->other = g;
	return g;
}

/* The group called KEY, of which TEXT_LEN bytes are without the session. */
static struct group *
find_group(struct stats *s, struct slice key, size_t text_len)
{
	uint64_t hash = map_hash(key);
	struct cached *c = &s->cache[hash % CACHE];
	struct group *g;
	bool is_new;

	if (c->group != NULL && slice_equal(c->key, key))
		return c->group;
	g = map_get(&s->groups, key);
	if (g == NULL && s->groups.count >= opt.max_names)
		return other_group(s);
	if (g == NULL) {
		g = map_put(&s->groups, key, &is_new);
		key = map_entry_of(g)->key;
		g->text = (struct slice){ key.ptr, text_len };
		if (key.len > text_len)
			g->session = (struct slice){ key.ptr + text_len + 1,
				key.len - text_len - 1 };
	}
	*c = (struct cached){ map_entry_of(g)->key, g };
	return g;
}

/* The group called TEXT; with --partial, of SESSION. */
static struct group *
group_of(struct stats *s, struct slice text, struct slice session)
{
	if (opt.partial && session.len > 0)
		return find_group(s,
		    grouping_add_session(&s->grouping, session), text.len);
	return find_group(s, text, text.len);
}

/* The group of EV, which NAME stands for if it has no handler. */
static struct group *
group_of_event(struct stats *s, const struct event *ev, enum event_key name)
{
	return group_of(s, grouping_of(&s->grouping, ev, name),
	    grouping_session(&s->grouping, ev));
}

static bool
is_error(const struct event *ev)
{
	struct slice level = event_get(ev, EVENT_LEVEL);

	if (ev->kind == KIND_ERROR)
		return false;
	return slice_equal(event_get(ev, EVENT_STATUS), SLICE("error")) ||
	    slice_equal(level, SLICE("error")) ||
	    slice_equal(level, SLICE("fatal"));
}

/* Relate a span to its parent and its children, for their self time. */
static void
add_span(struct stats *s, const struct event *ev, struct group *g,
    int64_t start_ns, int64_t duration_ns)
{
	struct slice trace = event_get(ev, EVENT_TRACE);
	uint64_t parent = 0;

	if (s->selftime == NULL)
		s->selftime = selftime_new(settle_self);
	if (event_has(ev, EVENT_PARENT))
		parent = selftime_id(trace, ev->value[EVENT_PARENT]);
	selftime_add(s->selftime, selftime_id(trace, ev->value[EVENT_SPAN]),
	    parent, start_ns, duration_ns, g);
}

/* What of the duration was not spent in children. */
static void
add_self(struct stats *s, const struct event *ev, struct group *g,
    int64_t start_ns, int64_t duration_ns)
{
	int64_t self_ns;

	if (event_has(ev, EVENT_SELF_MS)) {
		if (event_ns(&s->events, ev, EVENT_SELF_MS, &self_ns))
			g->summary.self_ns += self_ns;
	} else if (ev->kind != KIND_LOG && event_has(ev, EVENT_SPAN) &&
	    event_has(ev, EVENT_TIME)) {
		add_span(s, ev, g, start_ns, duration_ns);
	} else {
		g->summary.self_ns += duration_ns;
	}
}

/* A span of a kind that is not counted still takes time from its parent. */
static void
add_uncounted(struct stats *s, const struct event *ev)
{
	int64_t start_ns, duration_ns;
	int digits;

	if (ev->kind != KIND_LOG && event_has(ev, EVENT_PARENT) &&
	    event_has(ev, EVENT_SPAN) && !event_has(ev, EVENT_SELF_MS) &&
	    event_time(&s->events, ev, &start_ns, &digits) &&
	    event_ns(&s->events, ev, EVENT_DURATION_MS, &duration_ns))
		add_span(s, ev, NULL, start_ns, duration_ns);
}

/* The self time of a movement is dead time of its sequence. */
static void
add_dead_time(struct stats *s, const struct event *ev)
{
	struct group *g;
	int64_t self_ns;

	if (!event_ns(&s->events, ev, EVENT_SELF_MS, &self_ns))
		return;
	g = group_of_event(s, ev, EVENT_SEQUENCE);
	g->summary.dead_ns += self_ns;
	g->summary.has_dead = true;
}

static void
add_event(struct stats *s, const struct event *ev)
{
	int64_t start_ns = 0, duration_ns = 0, self_ns;
	bool has_time, has_duration;
	struct group *g;
	uint64_t malformed = s->in.malformed;
	int digits;

	has_time = event_time(&s->events, ev, &start_ns, &digits);
	has_duration = event_ns(&s->events, ev, EVENT_DURATION_MS,
	    &duration_ns);
	if (s->in.malformed != malformed)
		return;
	g = group_of_event(s, ev, EVENT_NAME);
	g->summary.count++;
	g->summary.errors += is_error(ev);
	if (has_time)
		summary_add_time(&g->summary, start_ns, digits);
	if (event_has(ev, EVENT_CODE_FILE))
		summary_add_code(&g->summary, ev->value[EVENT_CODE_FILE],
		    event_get(ev, EVENT_CODE_LINE));
	if (!has_duration)
		return;
	quantile_add(&g->summary.durations, duration_ns);
	add_self(s, ev, g, start_ns, duration_ns);
	if (s->is_dead_time && ev->kind == KIND_SEQUENCE &&
	    event_ns(&s->events, ev, EVENT_SELF_MS, &self_ns)) {
		g->summary.dead_ns += self_ns;
		g->summary.has_dead = true;
	}
}

static void
add_partial(struct stats *s, const struct event *ev)
{
	struct slice group, session;
	struct summary read;
	struct group *g;
	const char *wrong, *at;

	wrong = partial_read(&read, ev->line, &group, &session, &at);
	if (wrong != NULL) {
		input_malformed(&s->in, at, wrong);
	} else {
		g = group_of(s, grouping_of_partial(&s->grouping, ev->line),
		    session);
		summary_merge(&g->summary, &read);
	}
	summary_free(&read);
}

static void
add_record(struct stats *s, const struct event *ev)
{
	if (ev->type == RECORD_SKETCH)
		add_partial(s, ev);
	else if (ev->type != RECORD_EVENT)
		input_malformed(&s->in, ev->line.ptr,
		    "neither an event nor partial statistics");
	else if (grouping_wants(&s->grouping, ev))
		add_event(s, ev);
	else if (s->is_dead_time && ev->kind == KIND_MOVEMENT &&
	    event_has(ev, EVENT_SELF_MS))
		add_dead_time(s, ev);
	else
		add_uncounted(s, ev);
}

/* The column to sort by, or SUMMARY_COLUMNS for the text of the group. */
static int
sort_column(void)
{
	int i = 0;

	if (opt.sort == NULL)
		return SUMMARY_TOTAL_MS;
	while (summary_columns[i] != NULL &&
	    strcmp(summary_columns[i], opt.sort) != 0)
		i++;
	if (i == SUMMARY_COLUMNS && strcmp(opt.sort, "handler") != 0) {
		for (size_t j = 0; j < grouping_options.by.count; j++)
			if (strcmp(grouping_options.by.items[j], opt.sort) == 0)
				return i;
		opt_usage("unknown key '%s' for --sort", opt.sort);
	}
	return i;
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;
	int column = opt.partial ? SUMMARY_COLUMNS : sort_column(), order;
	__int128 p, q;

	if (column != SUMMARY_COLUMNS) {
		summary_value(&x->summary, (enum summary_column)column, &p);
		summary_value(&y->summary, (enum summary_column)column, &q);
		if (p != q)
			return p < q ? 1 : -1;
	}
	order = slice_compare(x->text, y->text);
	return order != 0 ? order : slice_compare(x->session, y->session);
}

/* Report all groups that have anything, then start them anew. */
static void
write_groups(struct stats *s)
{
	struct group **sorted = mem_zalloc(s->groups.count, sizeof(*sorted));
	struct report report;
	size_t count = 0, shown;

	for (size_t i = 0; i < s->groups.count; i++) {
		struct group *g = (void *)s->groups.entries[i]->value;

		if (g->summary.count > 0 || g->summary.self_ns != 0 ||
		    g->summary.has_dead)
			sorted[count++] = g;
	}
	qsort(sorted, count, sizeof(struct group *), compare_groups);
	shown = opt.top > 0 && opt.top < count ? opt.top : count;
	report_open(&report, opt.every_ns > 0);
	for (size_t i = 0; i < shown; i++)
		if (opt.partial)
			partial_write(&sorted[i]->summary, sorted[i]->text,
			    sorted[i]->session, &report.out);
		else
			summary_write(&sorted[i]->summary, sorted[i]->text,
			    &report.out);
	s->failed |= !report_close(&report);
	for (size_t i = 0; i < count; i++)
		summary_free(&sorted[i]->summary);
	free(sorted);
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Report when an interval is over; says how long the next one still lasts. */
static int
report_in_time(void *arg, bool would_block)
{
	struct stats *s = arg;
	int64_t now = now_ns(), left;

	(void)would_block;
	if (s->next_report_ns == 0)
		s->next_report_ns = now + opt.every_ns;
	if (now >= s->next_report_ns) {
		write_groups(s);
		/* After a long idle time, not once for each interval. */
		s->next_report_ns += opt.every_ns;
		if (s->next_report_ns <= now)
			s->next_report_ns = now + opt.every_ns;
	}
	left = (s->next_report_ns - now + NS_PER_MS - 1) / NS_PER_MS;
	return left < 1000000 ? (int)left : 1000000;
}

static int
finish(struct stats *s)
{
	int status;

	if (s->selftime != NULL) {
		selftime_finish(s->selftime);
		if (selftime_outside(s->selftime) > 0)
			warn("%llu spans were more than %d spans away from "
			     "their parent: its self time includes theirs",
			    (unsigned long long)selftime_outside(s->selftime),
			    SELFTIME_WINDOW);
		selftime_free(s->selftime);
	}
	if (s->folded > 0)
		warn("more than %llu groups: the rest, %llu events, is "
		     "'(other)'",
		    (unsigned long long)opt.max_names,
		    (unsigned long long)s->folded);
	write_groups(s);
	event_reader_free(&s->events);
	map_free(&s->groups);
	grouping_free(&s->grouping);
	status = input_close(&s->in);
	return s->failed ? EXIT_TROUBLE : status;
}

int
main(int argc, char *argv[])
{
	struct stats s = { 0 };
	struct event ev;

	opt_parse(&tele_stats, &argc, &argv);
	choose_groups(&s);
	sort_column();
	input_open(&s.in, argc, argv);
	event_reader_init(&s.events, &s.in);
	map_init(&s.groups, sizeof(struct group));
	if (opt.every_ns > 0) {
		s.in.before_read = report_in_time;
		s.in.arg = &s;
	}

	while (event_next(&s.events, &ev))
		add_record(&s, &ev);
	return finish(&s);
}
