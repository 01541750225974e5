/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/jsontext.h"
#include "tele/productionreport.h"
#include "tele/timestamp.h"

struct production_state {
	const struct production *p;
	struct findings *all;
	struct arena arena;
};

/*
 * With what was not seen in N executions, the upper end of its share, at 95 %
 * confidence, is 3/N: the rule of three (Hanley and Lippman-Hand, 1983).
 */
static double
bound_of(uint64_t executions)
{
	return executions > 3 ? 3.0 / (double)executions : 1;
}

static void
set_number(struct finding *f, const char *key, double value)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%.6f", value);

	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	finding_json(f, key, (struct slice){ text, (size_t)len });
}

static void
set_time(struct finding *f, const char *key, int64_t ns, int digits)
{
	char text[TIMESTAMP_MAX];

	finding_text(f, key,
	    (struct slice){ text, timestamp_format(text, ns, digits) });
}

/* What was observed for how long: what was not seen is only worth that. */
static void
set_window(struct production_state *s)
{
	struct finding *f = &s->all->finding;
	const struct production *p = s->p;

	finding_count(f, "executions", production_executions(p));
	if (!p->has_time)
		return;
	set_time(f, "first", p->first_ns, p->first_digits);
	set_time(f, "last", p->last_ns, p->last_digits);
}

static void
set_rate(struct finding *f, uint64_t errors, uint64_t count)
{
	finding_count(f, "errors", errors);
	set_number(f, "error_rate",
	    count > 0 ? (double)errors / (double)count : 0);
}

static void
set_function(struct production_state *s, const struct coverage_function *f)
{
	struct finding *finding = &s->all->finding;

	finding_raw(finding, "service", f->service);
	finding_raw(finding, "plugin", f->plugin);
	finding_raw(finding, "handler", f->handler);
	finding_raw(finding, "code_function", f->name);
	if (f->file != NULL)
		finding_raw(finding, "code_file", f->file->path);
	if (f->line > 0)
		finding_count(finding, "code_line", f->line);
	sighting_set(&f->seen, finding);
}

static void
begin(struct production_state *s, enum production_class class, uint64_t count)
{
	static const char *const rules[] = { NULL, "TC001", "TC002", "TC003",
		"TC004" };

	findings_begin(s->all, rules[class],
	    class == PRODUCTION_ONLY ? FINDING_WARNING : FINDING_NOTE, count);
	finding_text(&s->all->finding, "class",
	    slice_of(production_class_names[class]));
}

static void
end(struct production_state *s, enum production_class class)
{
	set_window(s);
	findings_add(s->all, (int)class);
	arena_free(&s->arena);
}

/* `, 3 of them with an error` */
static const char *
describe_errors(struct production_state *s, uint64_t errors)
{
	char *text = arena_alloc(&s->arena, 64);

	text[0] = '\0';
	if (errors > 0)
		snprintf(text, 64, ", %llu times with an error",
		    (unsigned long long)errors);
	return text;
}

static void
report_seen(struct production_state *s, const struct coverage_function *f)
{
	begin(s, PRODUCTION_ONLY, f->executions);
	finding_format(&s->all->finding, "message",
	    "%s ran %llu times in production%s, and no test runs it",
	    json_plain(&s->arena, f->name), (unsigned long long)f->executions,
	    describe_errors(s, f->errors));
	set_rate(&s->all->finding, f->errors, f->executions);
	set_function(s, f);
	end(s, PRODUCTION_ONLY);
}

static void
report_unseen(struct production_state *s, const struct coverage_function *f,
    enum production_class class)
{
	uint64_t n = production_executions(s->p);
	double bound = bound_of(n);

	begin(s, class, 0);
	finding_format(&s->all->finding, "message",
	    "%s %s in %llu executions: it runs in less than %.3g %% of them, "
	    "at 95 %% confidence",
	    json_plain(&s->arena, f->name),
	    class == PRODUCTION_TESTS ? "is run by tests, and was not seen"
				      : "is run by no test, nor was it seen",
	    (unsigned long long)n, bound * 100);
	set_number(&s->all->finding, "bound", bound);
	if (class == PRODUCTION_TESTS)
		finding_count(&s->all->finding, "tests", f->hits);
	set_function(s, f);
	end(s, class);
}

static void
report_unmapped(struct production_state *s, const struct unmapped *u)
{
	struct finding *f = &s->all->finding;

	begin(s, PRODUCTION_UNMAPPED, u->seen.count);
	finding_format(f, "message",
	    "%s ran %llu times in production%s, and is not in the code",
	    json_plain(&s->arena, u->name), (unsigned long long)u->seen.count,
	    describe_errors(s, u->errors));
	finding_raw(f, u->is_handler ? "handler" : "name", u->name);
	finding_raw(f, "plugin", u->plugin);
	finding_raw(f, "service", u->service);
	set_rate(f, u->errors, u->seen.count);
	sighting_set(&u->seen, f);
	end(s, PRODUCTION_UNMAPPED);
}

void
production_report(const struct production *p, struct findings *all)
{
	struct production_state s = { .p = p, .all = all };
	const struct coverage_function *f;
	enum production_class class;

	for (size_t i = 0; i < p->coverage->count; i++) {
		f = p->coverage->functions[i];
		class = production_class(f);
		if (!production_has(p, f) || class == PRODUCTION_BOTH)
			continue;
		if (class == PRODUCTION_ONLY)
			report_seen(&s, f);
		else
			report_unseen(&s, f, class);
	}
	for (size_t i = 0; i < p->unmapped.count; i++)
		report_unmapped(&s,
		    (const void *)p->unmapped.entries[i]->value);
}
