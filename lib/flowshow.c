/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/conformreport.h"
#include "tele/flowshow.h"
#include "tele/jsontext.h"
#include "tele/term.h"

enum { NAME_MAX_BYTES = 1024 };

/* How often a documented step deviated, by kind, and where first. */
struct deviation {
	uint64_t count[CONFORM_KINDS];
	uint64_t excused; /* of the missing */
	const struct sighting *first;
};

/* A step that is not documented, behind a documented one. */
struct intruder {
	const struct observed *step;
	int32_t after; /* a label, or CONFORM_NONE: before all */
	uint64_t count;
	const struct sighting *first;
};

/* What is to be shown of one flow. */
struct shown {
	const struct conform_plan *plan;
	struct deviation *deviations; /* of each label */
	struct intruder *intruders;
	size_t intruder_count, intruder_cap;
};

struct show {
	const struct conformance *x;
	const struct handlers *handlers;
	struct out *out;
	struct arena arena;
	bool is_ascii;
	int name_columns, handler_columns; /* of the widest */
};

/* JSON text as it may be shown. */
static const char *
shown_text(struct show *s, struct slice json)
{
	char *plain = arena_alloc(&s->arena, json.len + 1);
	char *text = arena_alloc(&s->arena, NAME_MAX_BYTES + 1);
	struct slice name = { plain, json_unescape(plain, json) };

	text[term_escape(text, NAME_MAX_BYTES, name)] = '\0';
	return text;
}

static void
add_intruder(struct shown *f, const struct observed *step, int32_t after,
    const struct sighting *seen)
{
	struct intruder *i;
	size_t k = 0;

	while (k < f->intruder_count &&
	    (f->intruders[k].after != after ||
		!slice_equal(f->intruders[k].step->name, step->name)))
		k++;
	if (k == f->intruder_count) {
		f->intruders = mem_grow(f->intruders, &f->intruder_cap, k + 1,
		    sizeof(*f->intruders));
		f->intruders[f->intruder_count++] = (struct intruder){ step,
			after, 0, seen };
	}
	i = &f->intruders[k];
	i->count += seen->count;
}

/* Add up what the edits of a variant say of each step. */
static void
add_variant(struct shown *f, const struct variant *v)
{
	const struct observed *stranger = v->strangers;
	struct conform_edit *edits;
	struct deviation *d;
	int32_t last = CONFORM_NONE;
	size_t count;

	edits = conform_explain(v->plan, v->labels, v->n, &count);
	for (size_t i = 0; i < count; i++) {
		if (edits[i].kind == CONFORM_UNEXPECTED) {
			add_intruder(f, stranger++, last, &v->seen);
			continue;
		}
		d = &f->deviations[edits[i].label];
		if (edits[i].kind == CONFORM_SAME) {
			last = edits[i].label;
			continue;
		}
		if (edits[i].kind == CONFORM_MISSING &&
		    v->excuse != EXCUSE_NONE &&
		    edits[i].observed >= v->excuse_from)
			d->excused += v->seen.count;
		else
			d->count[edits[i].kind] += v->seen.count;
		if (d->first == NULL)
			d->first = &v->seen;
	}
	free(edits);
}

static void
collect(const struct show *s, struct shown *f, const struct conform_plan *plan)
{
	const struct map *variants = &s->x->variants.map;
	const struct variant *v;

	*f = (struct shown){ .plan = plan };
	f->deviations = mem_zalloc(plan->label_count, sizeof(*f->deviations));
	for (size_t i = 0; i < variants->count; i++) {
		v = (const void *)variants->entries[i]->value;
		if (v->plan == plan)
			add_variant(f, v);
	}
}

static void
put_padded(struct show *s, const char *text, int columns)
{
	int pad = columns - term_columns(slice_of(text));

	out_format(s->out, "%s%*s", text, pad > 0 ? pad : 0, "");
}

/* End the line, without the blanks that fill it. */
static void
end_line(struct show *s)
{
	while (s->out->len > 0 && s->out->buf[s->out->len - 1] == ' ')
		s->out->len--;
	out_write(s->out, SLICE("\n"));
}

static void
put_place(struct show *s, const struct sighting *first)
{
	if (first == NULL || first->src.len == 0)
		return;
	out_format(s->out, "  %s:%.*s", shown_text(s, first->src),
	    (int)first->src_line.len, first->src_line.ptr);
}

/* One line: how often, what, and by whom; a remark may follow. */
static void
put_line(struct show *s, int level, const char *mark, uint64_t count,
    const char *name, const char *handler)
{
	out_format(s->out, "  %s %8llu  %*s", mark, (unsigned long long)count,
	    2 * level, "");
	put_padded(s, name, s->name_columns - 2 * level);
	if (s->handler_columns > 0) {
		out_write(s->out, SLICE("  "));
		put_padded(s, handler, s->handler_columns);
	}
}

static void
put_intruders(struct show *s, const struct shown *f, int32_t after, int level)
{
	const struct intruder *i;

	for (size_t k = 0; k < f->intruder_count; k++) {
		i = &f->intruders[k];
		if (i->after != after)
			continue;
		put_line(s, level, "+", i->count, shown_text(s, i->step->name),
		    shown_text(s, i->step->handler));
		out_write(s->out, SLICE("  not documented"));
		put_place(s, i->first);
		end_line(s);
	}
}

/* What was wrong with a step, a line for each way. */
static void
put_deviations(struct show *s, const struct deviation *d, int level,
    const char *name, const char *handler)
{
	static const struct {
		enum conform_edit_kind kind;
		const char *mark, *remark;
	} ways[] = {
		{ CONFORM_MISSING, "-", "missing" },
		{ CONFORM_MOVED, "~", "out of order" },
		{ CONFORM_DUPLICATE, "*", "too often" },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		if (d->count[ways[i].kind] == 0)
			continue;
		put_line(s, level, ways[i].mark, d->count[ways[i].kind], name,
		    handler);
		out_format(s->out, "  %s", ways[i].remark);
		put_place(s, d->first);
		end_line(s);
	}
	if (d->excused == 0)
		return;
	put_line(s, level, "-", d->excused, name, handler);
	out_write(s->out, SLICE("  not reached"));
	put_place(s, d->first);
	end_line(s);
}

/* Who else handled STEP, a line each; with IS_COUNTED, only how often. */
static uint64_t
put_misroutings(struct show *s, const struct catalog_step *step, int level,
    bool is_counted)
{
	const struct map *all = &s->x->misroutings;
	const struct misrouting *m;
	uint64_t count = 0;

	for (size_t i = 0; i < all->count; i++) {
		m = (const void *)all->entries[i]->value;
		if (m->step != step || !misrouting_is_sure(m, s->handlers))
			continue;
		count += m->seen.count;
		if (is_counted)
			continue;
		put_line(s, level, "!", m->seen.count,
		    shown_text(s, step->name), shown_text(s, m->by.handler));
		out_write(s->out, SLICE("  another handler"));
		put_place(s, &m->seen);
		end_line(s);
	}
	return count;
}

static void
put_step(struct show *s, const struct shown *f, int32_t label, int level)
{
	const struct catalog_step *step = f->plan->labels[label].step;
	const struct deviation *d = &f->deviations[label];
	const struct step_record *r = step->owner;
	uint64_t seen = r != NULL ? r->seen : 0, less;
	const char *name = shown_text(s, step->name);
	const char *handler = shown_text(s, step->handler);
	const char *mark = s->is_ascii ? "=" : "✓";

	less = d->count[CONFORM_MOVED] + d->count[CONFORM_DUPLICATE] +
	    put_misroutings(s, step, level, true);
	seen -= less < seen ? less : seen;
	put_line(s, level, seen > 0 ? mark : " ", seen, name, handler);
	end_line(s);
	put_misroutings(s, step, level, false);
	put_deviations(s, d, level, name, handler);
	if (r == NULL || r->over.count == 0)
		return;
	put_line(s, level, ">", r->over.count, name, handler);
	out_write(s->out, SLICE("  too slow"));
	put_place(s, &r->over);
	end_line(s);
}

/*
 * A flow, and what is within its steps.  Goes as deep as a definition file
 * can, which is not deep.
 */
static void
put_flow(struct show *s, const struct catalog_flow *flow, int level)
{
	const struct catalog_step *step;
	struct shown f;

	if (flow->owner == NULL)
		return;
	collect(s, &f, flow->owner);
	put_intruders(s, &f, CONFORM_NONE, level);
	for (size_t i = 0; i < f.plan->count; i++) {
		int32_t label = f.plan->label_of[i];

		step = f.plan->steps[i];
		if (f.plan->labels[label].step != step)
			continue; /* shown where it came first */
		put_step(s, &f, label, level);
		put_flow(s, &step->flow, level + 1);
		put_intruders(s, &f, label, level);
	}
	free(f.deviations);
	free(f.intruders);
}

static void
widen(struct show *s, int *columns, struct slice name, int indent)
{
	int width = indent + term_columns(slice_of(shown_text(s, name)));

	if (width > *columns)
		*columns = width;
}

/* How wide names and handlers are, indented by what they are within. */
static void
measure(struct show *s, const struct catalog_flow *flow, int level)
{
	const struct map *others = &s->x->misroutings;
	const struct misrouting *m;

	for (const struct catalog_step *step = flow->first; step != NULL;
	     step = step->next) {
		widen(s, &s->name_columns, step->name, 2 * level);
		widen(s, &s->handler_columns, step->handler, 0);
		for (size_t i = 0; i < others->count; i++) {
			m = (const void *)others->entries[i]->value;
			if (m->step == step)
				widen(s, &s->handler_columns, m->by.handler, 0);
		}
		measure(s, &step->flow, level + 1);
	}
}

static void
put_sequence(struct show *s, const struct catalog_sequence *q)
{
	const struct sequence_record *r = q->owner;
	const char *name = shown_text(s, q->name);

	if (r == NULL) {
		out_format(s->out, "%s: never observed\n", name);
	} else {
		out_format(s->out, "%s: %llu executions, %llu as documented\n",
		    name, (unsigned long long)r->judged,
		    (unsigned long long)r->conforming);
		s->name_columns = s->handler_columns = 0;
		measure(s, &q->flow, 0);
		put_flow(s, &q->flow, 0);
	}
	arena_free(&s->arena);
}

void
flow_show(const struct conformance *x, const struct handlers *handlers,
    struct out *out, bool is_ascii)
{
	struct show s = { .x = x,
		.handlers = handlers,
		.out = out,
		.is_ascii = is_ascii };

	for (size_t i = 0; i < x->catalog->count; i++)
		put_sequence(&s, x->catalog->sequences[i]);
}
