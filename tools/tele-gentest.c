/* SPDX-License-Identifier: MIT */
/*
 * tele-gentest - make tests of what happened in production
 *
 * in:   {"kind":"beat","sequence":"Cart Add","event":"cart:save",...}
 * out:  {"test":"3fa9c1d20b7e","label":"Cart Add - 2 steps - ok","count":37,
 *        "request":{...},"flow":{...},"events":[...]}
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/event.h"
#include "tele/fixture.h"
#include "tele/input.h"
#include "tele/mem.h"
#include "tele/opt.h"
#include "tele/ours.h"
#include "tele/selection.h"
#include "tele/suite.h"

enum { FORMAT_JSON, FORMAT_BATS, FORMAT_VITEST };
static const char *const format_names[] = { "json", "bats", "vitest", NULL };

static struct {
	int format;
	const char *template, *output, *redact, *budget, *payload;
	struct opt_list keep, select;
	uint64_t max, min_count, max_names;
} opt = { .payload = "attr.payload", .min_count = 1, .max_names = 100000 };

static const struct opt options[] = {
	{ 'f', "format", "NAME", OPT_CHOICE, &opt.format,
	    "json, bats or vitest (json)", format_names },
	{ 0, "template", "FILE", OPT_STRING, &opt.template,
	    "make a suite of the template FILE instead", NULL },
	{ 'o', "output", "FILE", OPT_STRING, &opt.output,
	    "write to FILE; a suite that is there is brought up to date",
	    NULL },
	{ 0, "max", "N", OPT_COUNT, &opt.max, "at most N tests", NULL },
	{ 0, "min-count", "N", OPT_COUNT, &opt.min_count,
	    "only of what happened N times or more (1)", NULL },
	{ 0, "select", "KEY=VALUE,...", OPT_LIST, &opt.select,
	    "only of executions that have such an event", NULL },
	{ 0, "payload", "KEY", OPT_STRING, &opt.payload,
	    "requests ask with the value of KEY (attr.payload)", NULL },
	{ 0, "budget", "Q*F", OPT_STRING, &opt.budget,
	    "also assert that it takes no longer, such as p99*3", NULL },
	{ 0, "redact", "RE", OPT_STRING, &opt.redact,
	    "also take out what RE matches", NULL },
	{ 0, "keep-field", "KEY,...", OPT_LIST, &opt.keep,
	    "take nothing out of these fields", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "tell at most N variants apart (100000)", NULL },
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_gentest = { "tele-gentest",
	"Make tests of what happened in production.", "[file ...]", options,
	"  tele-extract app.log | tele-gentest > fixtures.ndjson\n"
	"  tele-extract app.log | tele-gentest -f bats -o tests/prod.bats\n"
	"  tele-gentest --max 20 --min-count 5 app.ndjson\n" };

struct gentest {
	struct input in;
	struct event_reader events;
	struct recordings recordings;
	struct redaction redaction;
	struct fixture_budget budget;
	struct selection selection;
	struct fixture *tests;
	size_t count;
	uint64_t covered; /* executions */
	char summary[256];
};

/* --- what was asked for --------------------------------------------------- */

static bool
makes_suite(void)
{
	return opt.template != NULL || opt.format != FORMAT_JSON;
}

/* The name of the suite becomes part of its code. */
static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
is_tame(const char *name)
{
	char tamed[256];

	fixture_tame(tamed, sizeof(tamed), slice_of(name), "._-");
	return name[0] != '\0' && strchr(name, ' ') == NULL &&
	    strcmp(tamed, name) == 0;
}

static void
read_options(struct gentest *g)
{
	const char *wrong = selection_read(&g->selection, &opt.select);
	char error[128];

	if (wrong != NULL)
		opt_usage("expected KEY=VALUE, not '%s', for --select", wrong);
	if (makes_suite() && opt.output != NULL &&
	    !is_tame(base_of(opt.output)))
		opt_usage("the name of a suite has only letters, digits, "
			  "'.', '_' and '-', unlike '%s'",
		    base_of(opt.output));
	if (opt.budget != NULL &&
	    !fixture_budget_parse(slice_of(opt.budget), &g->budget))
		opt_usage("invalid budget '%s', not like p99*3", opt.budget);
	if (!redaction_init(&g->redaction, &opt.keep, opt.redact, error,
		sizeof(error)))
		opt_usage("invalid --redact '%s': %s", opt.redact, error);
}

/* --- the tests ------------------------------------------------------------ */

/* The most frequent of what is selected, as many as were asked for. */
static void
choose(struct gentest *g)
{
	const struct recording **sorted = recordings_sorted(&g->recordings);
	size_t n = g->recordings.map.count;
	struct fixture *f;

	g->tests = mem_zalloc(n + 1, sizeof(*g->tests));
	for (size_t i = 0; i < n; i++)
		g->tests[i].recording = sorted[i];
	fixtures_name(g->tests, n, &g->redaction);
	for (size_t i = 0; i < n; i++) {
		f = &g->tests[i];
		if (f->recording->count < opt.min_count ||
		    (opt.max > 0 && g->count >= opt.max) ||
		    !f->recording->is_selected)
			continue;
		g->covered += f->recording->count;
		g->tests[g->count++] = *f;
	}
	free(sorted);
}

/* N with a comma before each three of its digits. */
static const char *
grouped(char dst[32], uint64_t n)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%llu",
	    (unsigned long long)n);
	char *p = dst;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return dst;
}

/* The share is rounded down: 100 % is all of them. */
static void
summarise(struct gentest *g)
{
	const struct recordings *all = &g->recordings;
	uint64_t left = all->map.count - g->count;
	uint64_t share = all->count > 0 ? g->covered * 1000 / all->count : 0;
	char tests[32], total[32], rest[32];

	snprintf(g->summary, sizeof(g->summary),
	    "%s test%s cover%s %u.%u %% of %s execution%s; %s variant%s "
	    "left out",
	    grouped(tests, g->count), g->count == 1 ? "" : "s",
	    g->count == 1 ? "s" : "", (unsigned)(share / 10),
	    (unsigned)(share % 10), grouped(total, all->count),
	    all->count == 1 ? "" : "s", grouped(rest, left),
	    left == 1 ? "" : "s");
}

/* --- what is written ------------------------------------------------------ */

static bool
write_fixtures(struct gentest *g, const char *path)
{
	const struct fixture_style style = { &g->redaction, &g->budget,
		slice_of(opt.payload) };
	struct out out;

	if (path == NULL)
		out_open(&out, STDOUT_FILENO);
	else if (!out_create(&out, path)) {
		warn("cannot write '%s': %s", path, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < g->count; i++)
		fixture_write(&out, &g->tests[i], &style);
	return out_close(&out);
}

/*
 * Beside `x.bats`, the fixtures are `x.bats.ndjson`.  Those of a suite on
 * standard output are for who wants it there to write, under this name.
 */
static bool
write_suite(struct gentest *g)
{
	static const char suffix[] = ".ndjson";
	const char *name = opt.output != NULL ? opt.output : "fixtures";
	char template[OURS_MAX];
	size_t size = strlen(name) + sizeof(suffix);
	char *path = mem_alloc(size);
	struct suite_options o = { .template = opt.template,
		.output = opt.output,
		.summary = g->summary };
	bool ok;

	snprintf(path, size, "%s%s", name, suffix);
	o.fixtures = base_of(path);
	if (o.template == NULL) {
		suite_template(format_names[opt.format], template,
		    sizeof(template));
		o.template = template;
	}
	ok = suite_write(&o, g->tests, g->count) &&
	    (opt.output == NULL || write_fixtures(g, path));
	free(path);
	return ok;
}

/* What could not be done as it should. */
static void
say_limits(const struct gentest *g)
{
	const struct recordings *all = &g->recordings;
	char n[32];

	if (all->incomplete > 0)
		warn("executions that are not wholly in the log: %s",
		    grouped(n, all->incomplete));
	if (all->unlisted > 0)
		warn("executions of more variants than are kept apart: %s",
		    grouped(n, all->unlisted));
}

/* On standard output, unless that is where the tests went. */
static bool
say_summary(const struct gentest *g)
{
	struct out out;

	if (opt.output == NULL) {
		warn("%s", g->summary);
		return true;
	}
	out_open(&out, STDOUT_FILENO);
	out_format(&out, "%s\n", g->summary);
	return out_close(&out);
}

static int
generate(struct gentest *g)
{
	bool ok;

	choose(g);
	summarise(g);
	ok = makes_suite() ? write_suite(g) : write_fixtures(g, opt.output);
	if (ok && g->recordings.count > 0)
		ok = say_summary(g);
	say_limits(g);
	if (!ok)
		return EXIT_TROUBLE;
	return g->count > 0 || g->recordings.count == 0 ? EXIT_OK : EXIT_NO;
}

static void
gentest_free(struct gentest *g)
{
	free(g->tests);
	recordings_free(&g->recordings);
	redaction_free(&g->redaction);
	selection_free(&g->selection);
	event_reader_free(&g->events);
}

int
main(int argc, char *argv[])
{
	struct gentest g = { 0 };
	struct recordings_options how;
	struct event ev;
	int status, result;

	opt_parse(&tele_gentest, &argc, &argv);
	read_options(&g);
	how = (struct recordings_options){ &g.selection, slice_of(opt.payload),
		opt.max_names, g.budget.is_set };
	input_open(&g.in, argc, argv);
	event_reader_init(&g.events, &g.in);
	recordings_init(&g.recordings, &how);
	while (event_next(&g.events, &ev))
		if (ev.type == RECORD_EVENT)
			recordings_add(&g.recordings, &g.events, &ev);
		else
			input_malformed(&g.in, ev.line.ptr, "not an event");
	recordings_finish(&g.recordings);
	status = input_close(&g.in);
	result = generate(&g);
	gentest_free(&g);
	return result > status ? result : status;
}
