/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/conformreport.h"
#include "tele/duration.h"
#include "tele/jsontext.h"

enum { LISTED_MAX = 5 }; /* names in a message */

struct report_state {
	const struct handlers *handlers;
	struct findings *all;
	struct arena arena; /* of one finding */
};

static void
set_place(struct finding *f, const struct catalog_place *place)
{
	char line[24];
	int len = snprintf(line, sizeof(line), "%d", place->line);

	finding_text(f, "doc_file", slice_of(place->file));
	finding_json(f, "doc_line", (struct slice){ line, (size_t)len });
}

static void
set_sequence(struct finding *f, const struct catalog_sequence *q)
{
	if (q == NULL)
		return;
	finding_raw(f, "sequence", q->name);
	finding_raw(f, "sequence_id", q->id);
	finding_raw(f, "plugin", q->plugin);
	finding_raw(f, "service", q->service);
}

/* What the documentation says of a step. */
static void
set_step(struct finding *f, const struct catalog_step *step)
{
	const struct step_record *r = step->owner;

	set_sequence(f, step->sequence);
	finding_raw(f, "movement", step->movement);
	finding_json(f, "beat", step->beat);
	finding_raw(f, step->handler.len > 0 ? "event" : "name", step->name);
	finding_raw(f, "handler", step->handler);
	if (r != NULL) {
		finding_raw(f, "code_file", r->code_file);
		finding_json(f, "code_line", r->code_line);
	}
	finding_raw(f, "code_file", step->code_file);
	finding_json(f, "code_line", step->code_line);
	set_place(f, &step->place);
}

/* What the log says of a step. */
static void
set_observed(struct finding *f, const struct observed *o)
{
	finding_raw(f, "service", o->service);
	finding_raw(f, "plugin", o->plugin);
	finding_raw(f, "movement", o->movement);
	finding_json(f, "beat", o->beat);
	finding_raw(f, o->handler.len > 0 ? "event" : "name", o->name);
	finding_raw(f, "handler", o->handler);
	finding_raw(f, "code_file", o->code_file);
	finding_json(f, "code_line", o->code_line);
}

/* A variant, explained. */
struct explained {
	const struct variant *v;
	struct conform_edit *edits;
	size_t count;
	struct slice *names; /* of each edit's step */
	const struct observed **strangers;
};

static void
exjson_plain(struct report_state *s, const struct variant *v,
    struct explained *e)
{
	const struct observed *stranger = v->strangers;
	const struct conform_edit *edit;

	*e = (struct explained){ .v = v };
	e->edits = conform_explain(v->plan, v->labels, v->n, &e->count);
	e->names = arena_alloc(&s->arena, (e->count + 1) * sizeof(*e->names));
	e->strangers = arena_alloc(&s->arena,
	    (e->count + 1) * sizeof(struct observed *));
	for (size_t i = 0; i < e->count; i++) {
		edit = &e->edits[i];
		e->strangers[i] = NULL;
		if (edit->label == CONFORM_NONE)
			e->strangers[i] = stranger++;
		e->names[i] = edit->label == CONFORM_NONE
		    ? e->strangers[i]->name
		    : v->plan->labels[edit->label].step->name;
	}
}

/* The names of all documented steps, and of all that were observed. */
static void
set_orders(struct report_state *s, const struct explained *e)
{
	const struct conform_plan *p = e->v->plan;
	struct slice *names = arena_alloc(&s->arena,
	    (p->count + e->v->n + 1) * sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		names[i] = p->steps[i]->name;
	finding_raws(&s->all->finding, "expected", names, p->count);
	for (size_t i = 0; i < e->count; i++)
		if (e->edits[i].kind != CONFORM_MISSING)
			names[n++] = e->names[i];
	finding_raws(&s->all->finding, "observed", names, n);
}

/* The edits as lines of a diff: kept, missing, unexpected, moved, too many. */
static void
set_edits(struct report_state *s, const struct explained *e)
{
	static const char signs[] = { ' ', '-', '+', '~', '*' };
	struct slice *lines = arena_alloc(&s->arena,
	    (e->count + 1) * sizeof(*lines));
	char *text;

	for (size_t i = 0; i < e->count; i++) {
		text = arena_alloc(&s->arena, e->names[i].len + 2);
		text[0] = signs[e->edits[i].kind];
		text[1] = ' ';
		memcpy(text + 2, e->names[i].ptr, e->names[i].len);
		lines[i] = (struct slice){ text, e->names[i].len + 2 };
	}
	finding_raws(&s->all->finding, "edits", lines, e->count);
}

/* Whether the missing step of EDIT is excused by how the execution ended. */
static bool
is_excused(const struct variant *v, const struct conform_edit *edit)
{
	return v->excuse != EXCUSE_NONE && edit->kind == CONFORM_MISSING &&
	    edit->observed >= v->excuse_from;
}

/* `'a', 'b' and 3 more`: the names of the edits that WANTED has a bit for. */
static const char *
list_names(struct report_state *s, const struct explained *e,
    const bool *wanted)
{
	struct out out;
	const char *text;
	size_t n = 0;

	out_open_memory(&out);
	for (size_t i = 0; i < e->count; i++) {
		if (!wanted[i] || n++ >= LISTED_MAX)
			continue;
		out_format(&out, "%s'%s'", n > 1 ? ", " : "",
		    json_plain(&s->arena, e->names[i]));
	}
	if (n > LISTED_MAX)
		out_format(&out, " and %zu more", n - LISTED_MAX);
	text = arena_copy(&s->arena, (struct slice){ out.buf, out.len }).ptr;
	out_close(&out);
	return text;
}

/* What the sequence, or the step of it, is called in messages. */
static const char *
title_of(struct report_state *s, const struct variant *v)
{
	const char *name = json_plain(&s->arena, v->sequence->name), *within;
	char *text;
	size_t size;

	if (v->within == NULL)
		return name;
	within = json_plain(&s->arena, v->within->name);
	size = strlen(name) + strlen(within) + 4;
	text = arena_alloc(&s->arena, size);
	snprintf(text, size, "%s > %s", name, within);
	return text;
}

/* The keys that all findings about a variant have. */
static void
begin_variant(struct report_state *s, const struct explained *e,
    const char *rule, enum finding_severity severity)
{
	findings_begin(s->all, rule, severity, e->v->seen.count);
	set_orders(s, e);
	set_edits(s, e);
	sighting_set(&e->v->seen, &s->all->finding);
}

/* The documented or the observed step that edit I is about. */
static void
set_subject(struct report_state *s, const struct explained *e, size_t i)
{
	struct finding *f = &s->all->finding;
	const struct conform_edit *edit = &e->edits[i];

	if (edit->label != CONFORM_NONE) {
		set_step(f, e->v->plan->labels[edit->label].step);
	} else {
		set_observed(f, e->strangers[i]);
		set_sequence(f, e->v->sequence);
		set_place(f,
		    e->v->within ? &e->v->within->place
				 : &e->v->sequence->place);
	}
}

/* Which edits of KIND there are; the first of them, or the number of edits. */
static size_t
choose(const struct explained *e, enum conform_edit_kind kind, bool is_excuse,
    bool *wanted)
{
	size_t first = e->count;

	for (size_t i = e->count; i-- > 0;) {
		wanted[i] = e->edits[i].kind == kind &&
		    is_excused(e->v, &e->edits[i]) == is_excuse;
		if (wanted[i])
			first = i;
	}
	return first;
}

/* The kept edit next to I in the direction BY, or the number of edits. */
static size_t
kept_beside(const struct explained *e, size_t i, int by)
{
	do
		i += (size_t)by;
	while (i < e->count && e->edits[i].kind != CONFORM_SAME);
	return i < e->count ? i : e->count;
}

/* `came before 'b'`: where the moved step of edit I was. */
static const char *
describe_move(struct report_state *s, const struct explained *e, size_t i)
{
	const struct conform_plan *p = e->v->plan;
	uint32_t group = p->labels[e->edits[i].label].step->group;
	size_t at = kept_beside(e, i, 1), size;
	const char *where = "before";
	char *text;

	if (at == e->count ||
	    p->labels[e->edits[at].label].step->group > group) {
		at = kept_beside(e, i, -1);
		where = "after";
	}
	if (at == e->count)
		return "is out of order";
	size = e->names[at].len + 32;
	text = arena_alloc(&s->arena, size);
	snprintf(text, size, "came %s '%s'", where,
	    json_plain(&s->arena, e->names[at]));
	return text;
}

static size_t
count_wanted(const struct explained *e, const bool *wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < e->count; i++)
		n += wanted[i];
	return n;
}

/* One finding for all edits of a kind: what is wrong with a variant. */
static void
report_edits(struct report_state *s, const struct explained *e,
    enum conform_edit_kind kind, bool *wanted)
{
	static const struct {
		const char *rule;
		enum finding_severity severity;
		const char *one, *many;
	} rules[CONFORM_KINDS] = {
		[CONFORM_MISSING] = { "TS001", FINDING_ERROR, "is missing",
		    "are missing" },
		[CONFORM_UNEXPECTED] = { "TS002", FINDING_ERROR,
		    "is not expected", "are not expected" },
		[CONFORM_MOVED] = { "TS003", FINDING_ERROR, NULL,
		    "are out of order" },
		[CONFORM_DUPLICATE] = { "TS004", FINDING_WARNING,
		    "happened too often", "happened too often" },
	};
	size_t first = choose(e, kind, false, wanted);
	size_t n = count_wanted(e, wanted);
	const char *what = n > 1 ? rules[kind].many : rules[kind].one;

	if (n == 0)
		return;
	if (what == NULL)
		what = describe_move(s, e, first);
	begin_variant(s, e, rules[kind].rule, rules[kind].severity);
	finding_format(&s->all->finding, "message", "%s: %s %s %s",
	    title_of(s, e->v), n > 1 ? "steps" : "step",
	    list_names(s, e, wanted), what);
	set_subject(s, e, first);
	findings_add(s->all, -1);
}

/* What did not happen because of an error, or because the input ended. */
static void
report_unfinished(struct report_state *s, const struct explained *e,
    bool *wanted)
{
	const struct variant *v = e->v;
	size_t first = choose(e, CONFORM_MISSING, true, wanted);
	size_t n = count_wanted(e, wanted);
	bool is_error = v->excuse == EXCUSE_ERROR;

	if (v->excuse == EXCUSE_NONE || (is_error && n == 0))
		return;
	begin_variant(s, e, "TS005", FINDING_WARNING);
	if (n == 0)
		finding_format(&s->all->finding, "message",
		    "%s: the input ended before it did", title_of(s, v));
	else
		finding_format(&s->all->finding, "message",
		    "%s: %s before %s %s", title_of(s, v),
		    is_error ? "an error ended it" : "the input ended",
		    n > 1 ? "steps" : "step", list_names(s, e, wanted));
	if (n > 0)
		set_subject(s, e, first);
	set_sequence(&s->all->finding, v->sequence);
	findings_add(s->all, -1);
}

static void
report_variant(struct report_state *s, const struct variant *v)
{
	struct explained e;
	bool *wanted;

	exjson_plain(s, v, &e);
	wanted = arena_alloc(&s->arena, e.count + 1);
	for (int kind = CONFORM_MISSING; kind < CONFORM_KINDS; kind++)
		report_edits(s, &e, (enum conform_edit_kind)kind, wanted);
	report_unfinished(s, &e, wanted);
	free(e.edits);
	arena_free(&s->arena);
}

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
	set_sequence(f, q);
	set_place(f, &q->place);
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
	const char *name = json_plain(&s->arena, step ? step->name : q->name);
	int64_t p95;

	if (r->over.count > 0) {
		findings_begin(s->all, "TS010", FINDING_WARNING, r->over.count);
		finding_format(f, "message",
		    "%s took %s ms, documented are %s ms at most", name,
		    milliseconds(&s->arena, r->longest_ns),
		    milliseconds(&s->arena, max_ns));
		finding_text(f, "expected", SLICE("max"));
	} else if (p95_ns >= 0 && quantile_at(&r->durations, 0.95, &p95) &&
	    p95 > p95_ns) {
		findings_begin(s->all, "TS010", FINDING_WARNING,
		    r->durations.count);
		finding_format(f, "message",
		    "%s took %s ms at the 95th percentile, documented are %s "
		    "ms",
		    name, milliseconds(&s->arena, p95),
		    milliseconds(&s->arena, p95_ns));
		finding_text(f, "expected", SLICE("p95"));
	} else {
		return;
	}
	if (step != NULL)
		set_step(f, step);
	set_sequence(f, q);
	set_place(f, &q->place);
	sighting_set(&r->over, f);
	findings_add(s->all, -1);
	arena_free(&s->arena);
}

static void
report_misrouting(struct report_state *s, const struct misrouting *m)
{
	struct finding *f = &s->all->finding;
	const struct catalog_step *step = m->step;
	const char *of[2] = { "", "" }, *plugin[2] = { "", "" };

	if (handlers_only_failed(s->handlers, m->by.handler, m->by.plugin,
		m->by.name))
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
	set_observed(f, &m->by);
	set_sequence(f, step->sequence);
	set_place(f, &step->place);
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

	for (size_t i = 0; i < x->variants.count; i++)
		report_variant(&s, (void *)x->variants.entries[i]->value);
	for (size_t i = 0; i < x->strangers.count; i++)
		report_stranger(&s, (void *)x->strangers.entries[i]->value);
	for (size_t i = 0; i < x->misroutings.count; i++)
		report_misrouting(&s, (void *)x->misroutings.entries[i]->value);
	for (size_t i = 0; i < x->plan_count; i++)
		report_slow_steps(&s, x->plans[i]);
	for (size_t i = 0; i < x->catalog->count; i++)
		report_sequence(&s, x->catalog->sequences[i]);
}
