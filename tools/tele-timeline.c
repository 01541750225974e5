/* SPDX-License-Identifier: MIT */
/*
 * tele-timeline - draw when each part of an execution ran
 *
 * in:   {"time":"...","kind":"span","name":"load","duration_ms":40,...}
 * out:  load     ████████████████████▌          40 ms
 *       └ parse           ███████▌              15 ms
 */
#include <stdlib.h>
#include <unistd.h>

#include "tele/aggregate.h"
#include "tele/diag.h"
#include "tele/event.h"
#include "tele/execution.h"
#include "tele/input.h"
#include "tele/json.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/screen.h"
#include "tele/timeline.h"
#include "tele/timelineformat.h"

enum { TRACE_BYTES = 64 << 20, MOST_TIMELINES = 1000, MOST_STEPS = 100000 };

static struct {
	int format;
	const char *trace, *sequence, *base, *link;
	uint64_t slowest, nth, rows;
	bool aggregate, critical_path, no_collapse;
} opt = { .rows = 100, .link = "{file}#L{line}" };

static const struct opt options[] = {
	{ 'f', "format", "NAME", OPT_CHOICE, &opt.format,
	    "text, svg, html, chrome, folded or csv (text)",
	    timeline_format_names },
	{ 0, "trace", "ID", OPT_STRING, &opt.trace,
	    "draw the execution of this trace", NULL },
	{ 0, "slowest", "N", OPT_COUNT, &opt.slowest,
	    "draw the N slowest executions (1)", NULL },
	{ 0, "nth", "N", OPT_COUNT, &opt.nth,
	    "draw the Nth execution of the input", NULL },
	{ 0, "aggregate", NULL, OPT_FLAG, &opt.aggregate,
	    "draw the usual execution of each sequence", NULL },
	{ 0, "sequence", "NAME", OPT_STRING, &opt.sequence,
	    "only executions of this sequence, or of this first span", NULL },
	{ 0, "diff", "BASE", OPT_STRING, &opt.base,
	    "compare with the events in the file BASE", NULL },
	{ 0, "critical-path", NULL, OPT_FLAG, &opt.critical_path,
	    "folded: only the critical path", NULL },
	{ 0, "no-collapse", NULL, OPT_FLAG, &opt.no_collapse,
	    "draw long silences as long as they were", NULL },
	{ 0, "rows", "N", OPT_COUNT, &opt.rows,
	    "draw at most N rows of an execution, 0 for all (100)", NULL },
	{ 0, "link", "TEMPLATE", OPT_STRING, &opt.link,
	    "html: the address of code, with {file} and {line}", NULL },
	SCREEN_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_timeline = { "tele-timeline",
	"Draw when each part of an execution ran.", "[file ...]", options,
	"  tele-extract app.log | tele-timeline\n"
	"  tele-extract app.log | tele-timeline --aggregate\n"
	"  tele-extract app.log | tele-timeline -f chrome > trace.json\n" };

/* What is drawn, and what is still looked for. */
struct run {
	struct timeline *list; /* the slowest first */
	size_t count, cap;
	uint64_t seen; /* executions that --sequence lets through */
	struct aggregates *aggregates;

	/* What of BASE is laid beside each of LIST. */
	struct timeline *bases;
	struct aggregates *base_aggregates;
	bool has_base; /* it could be read */

	bool is_cut; /* some execution did not fit */
};

static bool
is_format(const char *name)
{
	return strcmp(timeline_format_names[opt.format], name) == 0;
}

static void
choose(void)
{
	int modes = (opt.trace != NULL) + (opt.slowest > 0) + (opt.nth > 0) +
	    opt.aggregate;

	if (modes > 1)
		opt_usage("--trace, --slowest, --nth and --aggregate exclude "
			  "each other");
	if (modes == 0)
		opt.slowest = 1;
	if (opt.slowest > MOST_TIMELINES)
		opt_usage("--slowest can be at most %d", MOST_TIMELINES);
	if (opt.critical_path && !is_format("folded"))
		opt_usage("--critical-path needs --format folded");
}

/* Whether the root I of X is, or is a run of, what --sequence names. */
static bool
is_wanted(const struct execution *x, uint32_t i)
{
	static const enum event_key names[] = { EVENT_NAME, EVENT_HANDLER,
		EVENT_SEQUENCE, EVENT_SEQUENCE_ID };

	if (i == STEP_NONE)
		return false;
	if (opt.sequence == NULL)
		return true;
	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
		if (json_is(execution_value(x, i, names[k]),
			slice_of(opt.sequence)))
			return true;
	return false;
}

/* Put X among those that are drawn, in the order of their length. */
static void
keep(struct run *run, const struct execution *x, uint64_t most)
{
	struct timeline t;
	size_t at;

	if (!timeline_init(&t, x))
		return;
	run->is_cut |= t.is_piece;
	run->list = mem_grow(run->list, &run->cap, run->count + 1,
	    sizeof(*run->list));
	for (at = run->count; at > 0 && opt.slowest > 0 &&
	     run->list[at - 1].path.length_ns < t.path.length_ns;
	     at--)
		run->list[at] = run->list[at - 1];
	run->list[at] = t;
	if (run->count == most)
		timeline_free(&run->list[most]);
	else
		run->count++;
}

static void
aggregate(struct aggregates *all, const struct execution *x)
{
	struct timeline t;

	if (timeline_init(&t, x))
		aggregates_add(all, &t);
	timeline_free(&t);
}

/* An execution of the input is complete. */
static void
settle(void *arg, struct execution *x)
{
	struct run *run = arg;
	uint32_t root = timeline_root(x);

	if (!is_wanted(x, root))
		return;
	run->seen++;
	if (opt.aggregate)
		aggregate(run->aggregates, x);
	else if (opt.trace != NULL)
		keep(run, x, MOST_TIMELINES);
	else if (opt.nth > 0 && run->seen == opt.nth)
		keep(run, x, 1);
	else if (opt.slowest > 0 &&
	    (run->count < opt.slowest ||
		x->steps[root].duration_ns >
		    run->list[run->count - 1].path.length_ns))
		keep(run, x, opt.slowest);
}

/* Whether T is a better partner for LIKE than NOW: of its trace, or longer. */
static bool
is_better(const struct timeline *like, const struct timeline *t,
    const struct timeline *now)
{
	bool has_trace = like->trace.len > 0;

	if (has_trace && slice_equal(now->trace, like->trace))
		return false;
	if (has_trace && slice_equal(t->trace, like->trace))
		return true;
	return slice_equal(t->title, like->title) &&
	    (now->count == 0 || t->path.length_ns > now->path.length_ns);
}

/* An execution of BASE is complete. */
static void
settle_base(void *arg, struct execution *x)
{
	struct run *run = arg;
	struct timeline t;

	if (!is_wanted(x, timeline_root(x)))
		return;
	if (opt.aggregate) {
		aggregate(run->base_aggregates, x);
		return;
	}
	timeline_init(&t, x);
	for (size_t i = 0; i < run->count; i++) {
		if (!is_better(&run->list[i], &t, &run->bases[i]))
			continue;
		timeline_free(&run->bases[i]);
		timeline_init(&run->bases[i], x);
	}
	timeline_free(&t);
}

/* Only work, and errors, which say why it failed, are worth keeping. */
static bool
is_worth(const struct event *ev, bool is_base)
{
	if (opt.trace != NULL && !is_base &&
	    !json_is(event_get(ev, EVENT_TRACE), slice_of(opt.trace)))
		return false;
	return event_kind_is_work(ev->kind) || ev->kind == KIND_ERROR ||
	    (ev->kind == KIND_LOG && event_has(ev, EVENT_DURATION_MS));
}

/* Read the events of one side; returns the exit status that they call for. */
static int
read_side(struct run *run, bool is_base, int argc, char *argv[])
{
	struct executions *all = executions_new(timeline_keys,
	    is_base ? settle_base : settle, run);
	struct event_reader events;
	struct input in;
	struct event ev;
	struct step s;

	/* A page has room for all of a large one. */
	if (opt.trace != NULL || is_format("html"))
		executions_limit(all, TRACE_BYTES);
	input_open(&in, argc, argv);
	event_reader_init(&events, &in);
	while (event_next(&events, &ev)) {
		if (ev.type != RECORD_EVENT)
			input_malformed(&in, ev.line.ptr, "not an event");
		else if (is_worth(&ev, is_base) && step_read(&events, &ev, &s))
			executions_add(all, &ev, &s, NULL);
	}
	executions_finish(all);
	executions_free(all);
	event_reader_free(&events);
	return input_close(&in);
}

/* The usual executions, in place of single ones. */
static void
list_aggregates(struct run *run)
{
	uint64_t left_out = aggregates_left_out(run->aggregates);

	run->count = aggregates_count(run->aggregates);
	run->list = mem_zalloc(run->count, sizeof(*run->list));
	run->bases = mem_zalloc(run->count, sizeof(*run->bases));
	for (size_t i = 0; i < run->count; i++) {
		aggregates_timeline(run->aggregates, i, &run->list[i]);
		if (opt.base != NULL)
			aggregates_find(run->base_aggregates, &run->list[i],
			    &run->bases[i]);
	}
	if (left_out > 0)
		warn("more than %d different steps: %llu spans are left out",
		    MOST_STEPS, (unsigned long long)left_out);
}

static int
read_all(struct run *run, int argc, char *argv[])
{
	int status = read_side(run, false, argc, argv), base;

	if (opt.base != NULL) {
		if (!opt.aggregate)
			run->bases = mem_zalloc(run->count,
			    sizeof(*run->bases));
		base = read_side(run, true, 1, (char **)&opt.base);
		run->has_base = base == EXIT_OK;
		status = status != EXIT_OK ? status : base;
	}
	if (opt.aggregate)
		list_aggregates(run);
	if (run->is_cut)
		warn("an execution has more events than fit: it is drawn in "
		     "pieces");
	return status;
}

/* Lay the older ones beside those that are drawn, and make them fit. */
static void
prepare(struct run *run, struct timeline_picture *p)
{
	bool is_picture = timeline_format_at(opt.format)->is_picture;
	struct timeline *t;

	for (size_t i = 0; i < run->count; i++) {
		t = &run->list[i];
		if (opt.base != NULL && run->bases[i].count > 0)
			timeline_compare(t, &run->bases[i]);
		else if (opt.base != NULL && run->has_base)
			warn("'%s' has nothing like '%.*s'", opt.base,
			    (int)t->title.len, t->title.ptr);
		if (is_picture && opt.rows > 0 && t->count > opt.rows)
			timeline_cut(t, opt.rows);
		if (t->has_time &&
		    (!p->has_time || t->begin_ns < p->begin_ns)) {
			p->has_time = true;
			p->begin_ns = t->begin_ns;
		}
	}
}

/* Draw them; returns the exit status that it calls for. */
static int
draw(struct run *run)
{
	const struct timeline_format *format = timeline_format_at(opt.format);
	struct out out;
	struct timeline_picture p = { .out = &out,
		.collapses = !opt.no_collapse,
		.only_path = opt.critical_path,
		.link = opt.link,
		.count = run->count };

	prepare(run, &p);
	out_open(&out, STDOUT_FILENO);
	screen_init(&p.screen, &out);
	if (format->begin != NULL)
		format->begin(&p);
	for (; p.index < run->count; p.index++)
		format->write(&p, &run->list[p.index]);
	if (format->end != NULL)
		format->end(&p);
	if (!out_close(&out))
		return EXIT_TROUBLE;
	if (run->count > 0)
		return EXIT_OK;
	if (opt.trace != NULL)
		warn("no execution has the trace '%s'", opt.trace);
	else if (opt.sequence != NULL && run->seen == 0)
		warn("no execution is called '%s'", opt.sequence);
	else if (opt.nth > 0)
		warn("there are only %llu executions",
		    (unsigned long long)run->seen);
	else
		return EXIT_OK;
	return EXIT_NO;
}

static void
free_all(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		timeline_free(&run->list[i]);
		if (run->bases != NULL)
			timeline_free(&run->bases[i]);
	}
	free(run->list);
	free(run->bases);
	aggregates_free(run->aggregates);
	aggregates_free(run->base_aggregates);
}

int
main(int argc, char *argv[])
{
	struct run run = { 0 };
	int status, drawn;

	opt_parse(&tele_timeline, &argc, &argv);
	choose();
	run.aggregates = aggregates_new(MOST_STEPS);
	run.base_aggregates = aggregates_new(MOST_STEPS);
	status = read_all(&run, argc, argv);
	drawn = draw(&run);
	free_all(&run);
	return status != EXIT_OK ? status : drawn;
}
