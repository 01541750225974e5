/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/jsontext.h"
#include "tele/subject.h"
#include "tele/variantreport.h"

enum { LISTED_MAX = 5 }; /* names in a message */

/* A variant, explained. */
struct explained {
	const struct variant *v;
	struct findings *all;
	struct arena arena;
	struct conform_edit *edits;
	size_t count;
	struct slice *names; /* of each edit's step */
	const struct observed **strangers;
};

static void
explain(struct explained *e)
{
	const struct variant *v = e->v;
	const struct observed *stranger = v->strangers;
	const struct conform_edit *edit;

	e->edits = conform_explain(v->plan, v->labels, v->n, &e->count);
	e->names = arena_alloc(&e->arena, (e->count + 1) * sizeof(*e->names));
	e->strangers = arena_alloc(&e->arena,
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
set_orders(struct explained *e)
{
	const struct conform_plan *p = e->v->plan;
	struct slice *names = arena_alloc(&e->arena,
	    (p->count + e->v->n + 1) * sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		names[i] = p->steps[i]->name;
	finding_raws(&e->all->finding, "expected", names, p->count);
	for (size_t i = 0; i < e->count; i++)
		if (e->edits[i].kind != CONFORM_MISSING)
			names[n++] = e->names[i];
	finding_raws(&e->all->finding, "observed", names, n);
}

/* The edits as lines of a diff: kept, missing, unexpected, moved, too many. */
static void
set_edits(struct explained *e)
{
	static const char signs[] = { ' ', '-', '+', '~', '*' };
	struct slice *lines = arena_alloc(&e->arena,
	    (e->count + 1) * sizeof(*lines));
	char *text;

	for (size_t i = 0; i < e->count; i++) {
		text = arena_alloc(&e->arena, e->names[i].len + 2);
		text[0] = signs[e->edits[i].kind];
		text[1] = ' ';
		memcpy(text + 2, e->names[i].ptr, e->names[i].len);
		lines[i] = (struct slice){ text, e->names[i].len + 2 };
	}
	finding_raws(&e->all->finding, "edits", lines, e->count);
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
list_names(struct explained *e, const bool *wanted)
{
	struct out out;
	const char *text;
	size_t n = 0;

	out_open_memory(&out);
	for (size_t i = 0; i < e->count; i++) {
		if (!wanted[i] || n++ >= LISTED_MAX)
			continue;
		out_format(&out, "%s'%s'", n > 1 ? ", " : "",
		    json_plain(&e->arena, e->names[i]));
	}
	if (n > LISTED_MAX)
		out_format(&out, " and %zu more", n - LISTED_MAX);
	text = arena_copy(&e->arena, (struct slice){ out.buf, out.len }).ptr;
	out_close(&out);
	return text;
}

/* What the sequence, or the step of it, is called in messages. */
static const char *
title_of(struct explained *e)
{
	const struct variant *v = e->v;
	const char *name = json_plain(&e->arena, v->sequence->name), *within;
	char *text;
	size_t size;

	if (v->within == NULL)
		return name;
	within = json_plain(&e->arena, v->within->name);
	size = strlen(name) + strlen(within) + 4;
	text = arena_alloc(&e->arena, size);
	snprintf(text, size, "%s > %s", name, within);
	return text;
}

/* The keys that all findings about a variant have. */
static void
begin_variant(struct explained *e, const char *rule,
    enum finding_severity severity)
{
	findings_begin(e->all, rule, severity, e->v->seen.count);
	set_orders(e);
	set_edits(e);
	sighting_set(&e->v->seen, &e->all->finding);
}

/* The documented or the observed step that edit I is about. */
static void
set_subject(struct explained *e, size_t i)
{
	struct finding *f = &e->all->finding;
	const struct conform_edit *edit = &e->edits[i];

	if (edit->label != CONFORM_NONE) {
		subject_step(f, e->v->plan->labels[edit->label].step);
	} else {
		subject_observed(f, e->strangers[i]);
		subject_sequence(f, e->v->sequence);
		subject_place(f,
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
describe_move(struct explained *e, size_t i)
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
	text = arena_alloc(&e->arena, size);
	snprintf(text, size, "came %s '%s'", where,
	    json_plain(&e->arena, e->names[at]));
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
report_edits(struct explained *e, enum conform_edit_kind kind, bool *wanted)
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
		what = describe_move(e, first);
	begin_variant(e, rules[kind].rule, rules[kind].severity);
	finding_format(&e->all->finding, "message", "%s: %s %s %s", title_of(e),
	    n > 1 ? "steps" : "step", list_names(e, wanted), what);
	set_subject(e, first);
	findings_add(e->all, -1);
}

/* What did not happen because of an error, or because the input ended. */
static void
report_unfinished(struct explained *e, bool *wanted)
{
	const struct variant *v = e->v;
	size_t first = choose(e, CONFORM_MISSING, true, wanted);
	size_t n = count_wanted(e, wanted);
	bool is_error = v->excuse == EXCUSE_ERROR;

	if (v->excuse == EXCUSE_NONE || (is_error && n == 0))
		return;
	begin_variant(e, "TS005", FINDING_WARNING);
	if (n == 0)
		finding_format(&e->all->finding, "message",
		    "%s: the input ended before it did", title_of(e));
	else
		finding_format(&e->all->finding, "message",
		    "%s: %s before %s %s", title_of(e),
		    is_error ? "an error ended it" : "the input ended",
		    n > 1 ? "steps" : "step", list_names(e, wanted));
	if (n > 0)
		set_subject(e, first);
	subject_sequence(&e->all->finding, v->sequence);
	findings_add(e->all, -1);
}

void
variant_report(const struct variant *v, struct findings *all)
{
	struct explained e = { .v = v, .all = all };
	bool *wanted;

	explain(&e);
	wanted = arena_alloc(&e.arena, e.count + 1);
	for (int kind = CONFORM_MISSING; kind < CONFORM_KINDS; kind++)
		report_edits(&e, (enum conform_edit_kind)kind, wanted);
	report_unfinished(&e, wanted);
	free(e.edits);
	arena_free(&e.arena);
}
