/* SPDX-License-Identifier: MIT */
#include "tele/conformreport.h"
#include "tele/duration.h"
#include "tele/jsontext.h"
#include "tele/subject.h"
#include "tele/variantreport.h"

struct report_state {
	const struct handlers *handlers;
	struct findings *all;
	struct arena arena; /* of one finding */
};

static void
report_stranger(struct report_state *s, const struct stranger *q)
{
	struct finding *f = &s->all->finding;

	findings_begin(s->all, "TS006", FINDING_WARNING, q->seen.count);
	finding_format(f, "message", "sequence '%s' is not documented",
	    json_plain(&s->arena, q->name));
	finding_raw(f, "sequence", q->name);
	finding_raw(f, "sequence_id", q->id);
	finding_raw(f, "plugin", q->plugin);
	finding_raw(f, "service", q->service);
	sighting_set(&q->seen, f);
	findings_add(s->all, -1);
	arena_free(&s->arena);
}

static void
report_unseen(struct report_state *s, const struct catalog_sequence *q)
{
	struct finding *f = &s->all->finding;

	findings_begin(s->all, "TS007", FINDING_NOTE, 0);
	finding_format(f, "message", "sequence '%s' was never observed",
	    json_plain(&s->arena, q->name));
	subject_sequence(f, q);
	subject_place(f, &q->place);
	findings_add(s->all, -1);
	arena_free(&s->arena);
}

static const char *
milliseconds(struct arena *arena, int64_t ns)
{
	char *text = arena_alloc(arena, DURATION_MS_MAX + 1);

	text[duration_format_ms(text, ns)] = '\0';
	return text;
}

/* A step, or with STEP NULL a sequence, that took longer than documented. */
static void
report_slow(struct report_state *s, const struct catalog_sequence *q,
    const struct catalog_step *step, const struct step_record *r,
    int64_t max_ns, int64_t p95_ns)
{
	struct finding *f = &s->all->finding;
	const char *name;
	int64_t p95;
	bool is_over = p95_ns >= 0 && quantile_at(&r->durations, 0.95, &p95) &&
	    p95 > p95_ns;

	if (r->over.count == 0 && !is_over)
		return;
	name = json_plain(&s->arena, step ? step->name : q->name);
	if (r->over.count > 0) {
		findings_begin(s->all, "TS010", FINDING_WARNING, r->over.count);
		finding_format(f, "message",
		    "%s took %s ms, documented are %s ms at most", name,
		    milliseconds(&s->arena, r->longest_ns),
		    milliseconds(&s->arena, max_ns));
		finding_text(f, "expected", SLICE("max"));
	} else {
		findings_begin(s->all, "TS010", FINDING_WARNING,
		    r->durations.count);
		finding_format(f, "message",
		    "%s took %s ms at the 95th percentile, documented are %s "
		    "ms",
		    name, milliseconds(&s->arena, p95),
		    milliseconds(&s->arena, p95_ns));
		finding_text(f, "expected", SLICE("p95"));
	}
	if (step != NULL)
		subject_step(f, step);
	subject_sequence(f, q);
	subject_place(f, &q->place);
	sighting_set(&r->over, f);
	findings_add(s->all, -1);
	arena_free(&s->arena);
}

bool
misrouting_is_sure(const struct misrouting *m, const struct handlers *handlers)
{
	return !handlers_only_failed(handlers, m->by.handler, m->by.plugin,
	    m->by.name);
}

static void
report_misrouting(struct report_state *s, const struct misrouting *m)
{
	struct finding *f = &s->all->finding;
	const struct catalog_step *step = m->step;
	const char *of[2] = { "", "" }, *plugin[2] = { "", "" };

	if (!misrouting_is_sure(m, s->handlers))
		return;
	if (m->by.plugin.len > 0 && step->plugin.len > 0 &&
	    !catalog_is_name(step->plugin, m->by.plugin)) {
		of[0] = of[1] = " of ";
		plugin[0] = json_plain(&s->arena, m->by.plugin);
		plugin[1] = json_plain(&s->arena, step->plugin);
	}
	findings_begin(s->all, "TS011", FINDING_ERROR, m->seen.count);
	finding_format(f, "message",
	    "'%s' was handled by %s%s%s, documented is %s%s%s",
	    json_plain(&s->arena, step->name),
	    json_plain(&s->arena, m->by.handler), of[0], plugin[0],
	    json_plain(&s->arena, step->handler), of[1], plugin[1]);
	finding_raw(f, "expected", step->handler);
	finding_raw(f, "observed", m->by.handler);
	subject_observed(f, &m->by);
	subject_sequence(f, step->sequence);
	subject_place(f, &step->place);
	sighting_set(&m->seen, f);
	findings_add(s->all, -1);
	arena_free(&s->arena);
}

/* What was too slow in a flow, and in what is within its steps. */
static void
report_slow_steps(struct report_state *s, const struct conform_plan *p)
{
	const struct catalog_step *step;

	for (size_t i = 0; i < p->label_count; i++) {
		step = p->labels[i].step;
		if (step->owner != NULL)
			report_slow(s, step->sequence, step, step->owner,
			    step->max_ns, step->p95_ns);
	}
}

static void
report_sequence(struct report_state *s, const struct catalog_sequence *q)
{
	const struct sequence_record *r = q->owner;

	if (r == NULL)
		report_unseen(s, q);
	else
		report_slow(s, q, NULL, &r->whole, q->max_ns, q->p95_ns);
}

void
conformance_report(const struct conformance *x, const struct handlers *handlers,
    struct findings *all)
{
	struct report_state s = { .handlers = handlers, .all = all };

	for (size_t i = 0; i < x->variants.map.count; i++)
		variant_report((void *)x->variants.map.entries[i]->value, all);
	for (size_t i = 0; i < x->strangers.count; i++)
		report_stranger(&s, (void *)x->strangers.entries[i]->value);
	for (size_t i = 0; i < x->misroutings.count; i++)
		report_misrouting(&s, (void *)x->misroutings.entries[i]->value);
	for (size_t i = 0; i < x->plan_count; i++)
		report_slow_steps(&s, x->plans[i]);
	for (size_t i = 0; i < x->catalog->count; i++)
		report_sequence(&s, x->catalog->sequences[i]);
}
