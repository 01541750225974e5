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
#include "tele/report.h"
#include "tele/routing.h"

static struct {
	struct opt_list sequences, fail_on;
	const char *baseline;
	uint64_t max_names;
	int64_t grace_ns;
	bool learn;
} opt = { .max_names = 100000 };

static const struct opt options[] = {
	{ 0, "sequences", "PATH,...", OPT_LIST, &opt.sequences,
	    "what is documented: files or folders", NULL },
	{ 0, "baseline", "FILE", OPT_STRING, &opt.baseline,
	    "leave out the findings that are in FILE", NULL },
	{ 0, "fail-on", "SEVERITY,...", OPT_LIST, &opt.fail_on,
	    "exit with 1 on these and worse: note, warning, error, none",
	    NULL },
	{ 0, "grace", "DURATION", OPT_DURATION, &opt.grace_ns,
	    "what began in the last DURATION may be unfinished", NULL },
	{ 0, "learn", NULL, OPT_FLAG, &opt.learn,
	    "write what happens as definitions", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "tell at most N names and variants apart (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_check = { "tele-check",
	"Compare what happened with what is documented.", "[file ...]", options,
	"  tele-extract app.log | tele-check --sequences docs/sequences\n" };

struct check {
	struct input in;
	struct event_reader events;
	struct report report;
	struct catalog catalog;
	struct conformance conformance;
	struct routing routing;
	struct handlers handlers;
	struct findings findings;
	int status;
};

static bool
was_seen(const struct catalog_sequence *q)
{
	return q->owner != NULL;
}

static void
learn(struct check *c)
{
	struct flowlearn *l = flowlearn_new(opt.max_names);
	struct event ev;

	while (event_next(&c->events, &ev))
		if (ev.type == RECORD_EVENT)
			flowlearn_add(l, &c->events, &ev);
	out_open(&c->report.out, STDOUT_FILENO);
	flowlearn_write(l, &c->report.out);
	out_close(&c->report.out);
	flowlearn_free(l);
}

int
main(int argc, char *argv[])
{
	struct check c = { .status = EXIT_OK };
	struct event ev;

	opt_parse(&tele_check, &argc, &argv);
	catalog_init(&c.catalog);
	findings_init(&c.findings);
	for (size_t i = 0; i < opt.sequences.count; i++)
		if (!catalog_load(&c.catalog, opt.sequences.items[i]))
			c.status = EXIT_TROUBLE;
	conformance_init(&c.conformance, &c.catalog, opt.grace_ns,
	    opt.max_names);
	handlers_init(&c.handlers, &c.catalog, opt.max_names);
	routing_init(&c.routing, &c.catalog, opt.max_names);
	input_open(&c.in, argc, argv);
	event_reader_init(&c.events, &c.in);
	if (opt.learn) {
		learn(&c);
		return input_close(&c.in);
	}
	while (event_next(&c.events, &ev))
		if (ev.type == RECORD_EVENT) {
			conformance_add(&c.conformance, &c.events, &ev);
			handlers_add(&c.handlers, &ev);
			routing_add(&c.routing, &ev);
		}
	conformance_finish(&c.conformance);
	conformance_report(&c.conformance, &c.handlers, &c.findings);
	handlers_report(&c.handlers, &c.findings);
	routing_report(&c.routing, &c.findings, was_seen);
	report_open(&c.report, false);
	findings_write(&c.findings, &c.report.out);
	report_close(&c.report);
	warn("judged %lu conforming %lu incomplete %lu", c.conformance.judged,
	    c.conformance.conforming, c.conformance.incomplete);
	return input_close(&c.in);
}
