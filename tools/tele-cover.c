/* SPDX-License-Identifier: MIT */
/*
 * tele-cover - compare what production runs with what tests run
 *
 * in:   {"kind":"beat","handler":"addItem","code_file":"src/cart.ts",...}
 * out:  {"finding":"TC001","severity":"warning","message":"addItem ran 42
 *        times in production, and no test runs it","class":"production",...}
 */
#include <errno.h>

#include "tele/cobertura.h"
#include "tele/diag.h"
#include "tele/lcov.h"
#include "tele/productionreport.h"
#include "tele/productionsummary.h"
#include "tele/report.h"
#include "tele/timestamp.h"

static struct {
	struct opt_list lcov, cobertura, tags, sequences, by, fail_on;
	const char *info;
	uint64_t fail_under, max_names;
	bool summary;
} opt = { .max_names = 100000 };

static const struct opt options[] = {
	{ 0, "lcov", "FILE,...", OPT_LIST, &opt.lcov,
	    "what tests run, as lcov traces it", NULL },
	{ 0, "cobertura", "FILE,...", OPT_LIST, &opt.cobertura,
	    "the same as Cobertura reports it", NULL },
	{ 0, "tags", "FILE,...", OPT_LIST, &opt.tags,
	    "the code, as ctags --output-format=json --fields=+ne lists it",
	    NULL },
	{ 0, "sequences", "PATH,...", OPT_LIST, &opt.sequences,
	    "the documented handlers: files or folders", NULL },
	{ 0, "by", "KEY,...", OPT_LIST, &opt.by,
	    "write counts by plugin, directory or function, not findings",
	    NULL },
	{ 0, "info", "FILE", OPT_STRING, &opt.info,
	    "write what production runs to FILE, as lcov traces it", NULL },
	{ 0, "fail-under", "PERCENT", OPT_COUNT, &opt.fail_under,
	    "exit with 1 if tests run less of what production runs", NULL },
	{ 0, "fail-on", "CLASS,...", OPT_LIST, &opt.fail_on,
	    "exit with 1 on production, tests, neither or unmapped", NULL },
	{ 0, "summary", NULL, OPT_FLAG, &opt.summary,
	    "say on standard error how many functions are in each class",
	    NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "tell at most N names apart (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_cover = { "tele-cover",
	"Compare what production runs with what tests run.", "[file ...]",
	options,
	"  tele-extract app.log | tele-map --tags tags.json |\n"
	"      tele-cover --lcov lcov.info --tags tags.json\n"
	"  tele-cover --lcov lcov.info --info production.info app.ndjson\n"
	"  tele-cover --lcov lcov.info --fail-under 80 app.ndjson\n" };

struct cover {
	struct input in;
	struct event_reader events;
	struct report report;
	struct coverage coverage;
	struct codeindex index;
	struct catalog catalog;
	struct production production;
	struct findings findings;
	struct out info;
	uint64_t by; /* a bit for each key */
	int status;
};

static void
read_options(struct cover *c)
{
	const char *wrong = finding_gate_read(&c->findings.gate, &opt.fail_on,
	    production_class_names);

	if (wrong != NULL)
		opt_usage("unknown class '%s' for --fail-on", wrong);
	if (opt.fail_under > 100)
		opt_usage("--fail-under is a percentage, up to 100");
	if (opt.lcov.count + opt.cobertura.count == 0)
		opt_usage("what do tests run? --lcov or --cobertura tells");
	c->by = opt_bits(&opt.by, production_key_names, "key for --by");
	if (opt.info != NULL && !out_create(&c->info, opt.info))
		die("cannot create '%s': %s", opt.info, strerror(errno));
}

/* What tests run, then the code that is looked at. */
static void
load(struct cover *c)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < opt.lcov.count; i++)
		status |= lcov_read(&c->coverage, opt.lcov.items[i]);
	for (size_t i = 0; i < opt.cobertura.count; i++)
		status |= cobertura_read(&c->coverage, opt.cobertura.items[i]);
	for (size_t i = 0; i < opt.tags.count; i++)
		status |= codeindex_load(&c->index, opt.tags.items[i]);
	for (size_t i = 0; i < opt.sequences.count; i++)
		if (!catalog_load(&c->catalog, opt.sequences.items[i]))
			status = EXIT_TROUBLE;
	production_init(&c->production, &c->coverage, opt.max_names);
	if (opt.tags.count > 0)
		production_add_index(&c->production, &c->index);
	if (opt.sequences.count > 0)
		production_add_catalog(&c->production, &c->catalog);
	coverage_settle(&c->coverage);
	c->status = status;
}

static void
add_record(struct cover *c, const struct event *ev)
{
	if (ev->type == RECORD_EVENT)
		production_add(&c->production, &c->events, ev);
	else
		input_malformed(&c->in, ev->line.ptr, "not an event");
}

/* Findings, or with --by what is counted. */
static bool
write_report(struct cover *c)
{
	report_open(&c->report, false);
	for (int key = 0; production_key_names[key] != NULL; key++)
		if ((c->by >> key & 1) != 0)
			production_summarise(&c->production,
			    (enum production_key)key, &c->report.out);
	if (c->by == 0)
		findings_write(&c->findings, &c->report.out);
	return report_close(&c->report);
}

static void
say_summary(const struct cover *c)
{
	const struct production *p = &c->production;
	char first[TIMESTAMP_MAX + 1] = "?", last[TIMESTAMP_MAX + 1] = "?";
	uint64_t n[PRODUCTION_CLASSES];

	production_count(p, n);
	warn("%llu functions run in production and in tests, %llu in "
	     "production only, %llu in tests only, %llu in neither; %llu "
	     "names are not in the code",
	    (unsigned long long)n[PRODUCTION_BOTH],
	    (unsigned long long)n[PRODUCTION_ONLY],
	    (unsigned long long)n[PRODUCTION_TESTS],
	    (unsigned long long)n[PRODUCTION_NEITHER],
	    (unsigned long long)n[PRODUCTION_UNMAPPED]);
	if (p->has_time) {
		first[timestamp_format(first, p->first_ns, p->first_digits)] =
		    '\0';
		last[timestamp_format(last, p->last_ns, p->last_digits)] = '\0';
	}
	warn("%llu executions and %llu steps of them, from %s to %s",
	    (unsigned long long)p->executions, (unsigned long long)p->events,
	    first, last);
}

static bool
is_too_low(const struct cover *c)
{
	double tested = production_tested(&c->production);

	if (opt.fail_under == 0 || tested >= (double)opt.fail_under)
		return false;
	warn("tests run %.1f %% of the functions that production runs, less "
	     "than %llu %%",
	    tested, (unsigned long long)opt.fail_under);
	return true;
}

static bool
write_info(struct cover *c)
{
	if (opt.info == NULL)
		return true;
	lcov_write(&c->coverage, &c->info);
	return out_close(&c->info);
}

static int
finish(struct cover *c)
{
	bool ok;
	int status;

	production_report(&c->production, &c->findings);
	ok = write_report(c);
	ok &= write_info(c);
	if (opt.summary)
		say_summary(c);
	if (c->production.unlisted > 0)
		warn("%llu events are of more names than are kept apart: "
		     "--max-names",
		    (unsigned long long)c->production.unlisted);
	status = c->findings.fails ? EXIT_NO : EXIT_OK;
	if (is_too_low(c))
		status = EXIT_NO;
	if (c->status != EXIT_OK || input_close(&c->in) != EXIT_OK || !ok)
		status = EXIT_TROUBLE;
	return status;
}

int
main(int argc, char *argv[])
{
	struct cover c = { .status = EXIT_OK };
	struct event ev;
	int status;

	opt_parse(&tele_cover, &argc, &argv);
	coverage_init(&c.coverage);
	codeindex_init(&c.index);
	catalog_init(&c.catalog);
	findings_init(&c.findings);
	read_options(&c);
	load(&c);
	input_open(&c.in, argc, argv);
	event_reader_init(&c.events, &c.in);
	while (event_next(&c.events, &ev))
		add_record(&c, &ev);
	status = finish(&c);
	event_reader_free(&c.events);
	production_free(&c.production);
	findings_free(&c.findings);
	catalog_free(&c.catalog);
	codeindex_free(&c.index);
	coverage_free(&c.coverage);
	return status;
}
