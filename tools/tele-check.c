/* SPDX-License-Identifier: MIT */
/*
 * tele-check - compare what happened with what is documented
 *
 * in:   {"kind":"beat","sequence":"Cart Add","event":"cart:save",...}
 * out:  {"finding":"TS001","severity":"error","message":"Cart Add: step
 *        'cart:price' is missing","count":5,...,"src":"app.log","src_line":7}
 */
#include <unistd.h>

#include "tele/catalog.h"
#include "tele/conformreport.h"
#include "tele/diag.h"
#include "tele/flowlearn.h"
#include "tele/flowshow.h"
#include "tele/report.h"
#include "tele/routing.h"
#include "tele/term.h"

static struct {
	struct opt_list sequences, fail_on;
	const char *baseline;
	uint64_t max_names;
	int64_t grace_ns;
	bool flow, learn, summary, ascii;
} opt = { .max_names = 100000 };

static const struct opt options[] = {
	{ 0, "sequences", "PATH,...", OPT_LIST, &opt.sequences,
	    "what is documented: files or folders", NULL },
	{ 0, "fail-on", "SEVERITY,...", OPT_LIST, &opt.fail_on,
	    "exit with 1 on note, warning, error (so if not said), or none",
	    NULL },
	{ 0, "baseline", "FILE", OPT_STRING, &opt.baseline,
	    "leave out the findings that are in FILE", NULL },
	{ 0, "grace", "DURATION", OPT_DURATION, &opt.grace_ns,
	    "what began in the last DURATION may be unfinished", NULL },
	{ 0, "flow", NULL, OPT_FLAG, &opt.flow,
	    "show each documented flow, and what happened instead", NULL },
	{ 0, "ascii", NULL, OPT_FLAG, &opt.ascii,
	    "draw the flow with ASCII characters only", NULL },
	{ 0, "learn", NULL, OPT_FLAG, &opt.learn,
	    "write what happens as definitions", NULL },
	{ 0, "summary", NULL, OPT_FLAG, &opt.summary,
	    "say on standard error how much was judged", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "tell at most N names and variants apart (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_check = { "tele-check",
	"Compare what happened with what is documented.", "[file ...]", options,
	"  tele-extract app.log | tele-check --sequences docs/sequences\n"
	"  tele-check --sequences docs --baseline known.ndjson app.ndjson\n"
	"  tele-check --sequences docs --flow app.ndjson\n"
	"  tele-check --learn good.ndjson > docs/learned.yaml\n" };

struct check {
	struct input in;
	struct event_reader events;
	struct report report;
	struct catalog catalog;
	struct conformance conformance;
	struct handlers handlers;
	struct routing routing;
	struct findings findings;
	int status;
};

static void
read_options(struct check *c)
{
	static const char *const severity = "error";
	const char *wrong;

	if (opt.learn == (opt.sequences.count > 0))
		opt_usage("give --sequences to check, or --learn to learn");
	if (opt.fail_on.count == 0) {
		opt.fail_on.items = mem_grow(NULL, &opt.fail_on.cap, 1,
		    sizeof(char *));
		opt.fail_on.items[opt.fail_on.count++] = severity;
	}
	wrong = finding_gate_read(&c->findings.gate, &opt.fail_on, NULL);
	if (wrong != NULL)
		opt_usage("unknown severity '%s' for --fail-on", wrong);
}

/* Read what is documented, and what is known to be otherwise. */
static void
load(struct check *c)
{
	for (size_t i = 0; i < opt.sequences.count; i++)
		if (!catalog_load(&c->catalog, opt.sequences.items[i]))
			c->status = EXIT_TROUBLE;
	if (opt.baseline != NULL &&
	    findings_accept(&c->findings, opt.baseline) != EXIT_OK)
		c->status = EXIT_TROUBLE;
	conformance_init(&c->conformance, &c->catalog, opt.grace_ns,
	    opt.max_names);
	handlers_init(&c->handlers, &c->catalog, opt.max_names);
	routing_init(&c->routing, &c->catalog, opt.max_names);
}

static void
add_record(struct check *c, const struct event *ev)
{
	if (ev->type != RECORD_EVENT) {
		input_malformed(&c->in, ev->line.ptr, "not an event");
		return;
	}
	conformance_add(&c->conformance, &c->events, ev);
	handlers_add(&c->handlers, ev);
	routing_add(&c->routing, ev);
}

static bool
was_seen(const struct catalog_sequence *q)
{
	return q->owner != NULL;
}

static void
collect_findings(struct check *c)
{
	conformance_report(&c->conformance, &c->handlers, &c->findings);
	handlers_report(&c->handlers, &c->findings);
	routing_report(&c->routing, &c->findings, was_seen);
}

/* The report; false if it could not be written. */
static bool
write_report(struct check *c)
{
	bool is_terminal = isatty(STDOUT_FILENO);

	if (opt.flow) {
		out_open(&c->report.out, STDOUT_FILENO);
		flow_show(&c->conformance, &c->handlers, &c->report.out,
		    opt.ascii || (is_terminal && !term_has_utf8()));
		return out_close(&c->report.out);
	}
	report_open(&c->report, false);
	findings_write(&c->findings, &c->report.out);
	return report_close(&c->report);
}

static void
say_summary(const struct check *c)
{
	const struct conformance *x = &c->conformance;
	size_t seen = 0;

	for (size_t i = 0; i < c->catalog.count; i++)
		seen += was_seen(c->catalog.sequences[i]);
	warn("%llu executions judged, %llu as documented; %llu not wholly in "
	     "the log, %llu still running",
	    (unsigned long long)x->judged, (unsigned long long)x->conforming,
	    (unsigned long long)x->incomplete, (unsigned long long)x->running);
	warn("%zu of %zu documented sequences were seen, %zu of %zu that were "
	     "seen are documented",
	    seen, c->catalog.count, seen, seen + x->strangers.count);
	if (opt.baseline != NULL)
		warn("%llu findings are in '%s'",
		    (unsigned long long)c->findings.accepted_count,
		    opt.baseline);
}

/* Executions of which there was too much to keep. */
static void
say_cut(uint64_t count, const char *what)
{
	if (count > 0)
		warn("%llu executions are too long to be %s",
		    (unsigned long long)count, what);
}

/* Say what was left out, because not all was there or there was too much. */
static void
say_limits(const struct check *c)
{
	/* Or else a gate would pass that has looked at nothing. */
	if (c->conformance.judged == 0 && c->conformance.incomplete > 0 &&
	    executions_cut(c->conformance.executions) == 0)
		warn("no execution was judged: of %llu not all is in the log, "
		     "or their events have no parent",
		    (unsigned long long)c->conformance.incomplete);
	if (c->conformance.variants.unlisted > 0)
		warn("%llu deviations are of more variants than are kept "
		     "apart: --max-names",
		    (unsigned long long)c->conformance.variants.unlisted);
	say_cut(executions_cut(c->conformance.executions), "judged");
	if (c->routing.topics.count == opt.max_names)
		warn("only the first %llu topics are checked: --max-names",
		    (unsigned long long)opt.max_names);
}

static int
check(struct check *c)
{
	struct event ev;
	int status;
	bool ok;

	load(c);
	while (event_next(&c->events, &ev))
		add_record(c, &ev);
	conformance_finish(&c->conformance);
	collect_findings(c);
	ok = write_report(c);
	if (opt.summary)
		say_summary(c);
	say_limits(c);
	conformance_free(&c->conformance);
	handlers_free(&c->handlers);
	routing_free(&c->routing);
	status = c->findings.fails ? EXIT_NO : EXIT_OK;
	if (c->status != EXIT_OK)
		status = c->status;
	if (input_close(&c->in) != EXIT_OK)
		status = EXIT_TROUBLE;
	return ok ? status : EXIT_TROUBLE;
}

static int
learn(struct check *c)
{
	struct flowlearn *l = flowlearn_new(opt.max_names);
	struct event ev;
	int status;

	while (event_next(&c->events, &ev))
		if (ev.type == RECORD_EVENT)
			flowlearn_add(l, &c->events, &ev);
		else
			input_malformed(&c->in, ev.line.ptr, "not an event");
	out_open(&c->report.out, STDOUT_FILENO);
	flowlearn_write(l, &c->report.out);
	if (flowlearn_is_full(l))
		warn("only the first %llu kinds of steps were learned: "
		     "--max-names",
		    (unsigned long long)opt.max_names);
	say_cut(flowlearn_cut(l), "learned");
	flowlearn_free(l);
	status = input_close(&c->in);
	return out_close(&c->report.out) ? status : EXIT_TROUBLE;
}

int
main(int argc, char *argv[])
{
	struct check c = { .status = EXIT_OK };
	int status;

	opt_parse(&tele_check, &argc, &argv);
	catalog_init(&c.catalog);
	findings_init(&c.findings);
	read_options(&c);
	input_open(&c.in, argc, argv);
	event_reader_init(&c.events, &c.in);
	status = opt.learn ? learn(&c) : check(&c);
	event_reader_free(&c.events);
	findings_free(&c.findings);
	catalog_free(&c.catalog);
	return status;
}
