/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/conform.h"
#include "tele/mem.h"

static bool
is_same_label(const struct catalog_step *a, const struct catalog_step *b)
{
	return slice_equal(a->name, b->name) &&
	    slice_equal(a->service, b->service);
}

/* The label of the step at I: that of an earlier one, or a new one. */
static void
put_label(struct conform_plan *p, size_t i)
{
	struct catalog_step *step = p->steps[i];
	struct conform_label *label;
	size_t l = 0;

	while (l < p->label_count && !is_same_label(p->labels[l].step, step))
		l++;
	label = &p->labels[l];
	if (l == p->label_count) {
		*label = (struct conform_label){ .step = step };
		p->label_count++;
	} else {
		p->is_plain = false;
	}
	label->least += step->least;
	label->most += step->most;
	p->label_of[i] = (int32_t)l;
}

struct conform_plan *
conform_plan_new(struct catalog_flow *flow)
{
	struct conform_plan *p = mem_zalloc(1, sizeof(*p));
	struct catalog_step *step;
	size_t i = 0;

	*p = (struct conform_plan){ .flow = flow, .is_plain = true };
	for (step = flow->first; step != NULL; step = step->next)
		p->count++;
	p->steps = mem_zalloc(p->count, sizeof(struct catalog_step *));
	p->label_of = mem_zalloc(p->count, sizeof(*p->label_of));
	p->labels = mem_zalloc(p->count, sizeof(*p->labels));
	p->group_start = mem_zalloc(flow->groups + 1, sizeof(uint32_t));
	for (step = flow->first; step != NULL; step = step->next) {
		if (i == 0 || p->steps[i - 1]->group != step->group)
			p->group_start[step->group] = (uint32_t)i;
		p->steps[i] = step;
		put_label(p, i++);
	}
	p->group_start[flow->groups] = (uint32_t)i;
	return p;
}

void
conform_plan_free(struct conform_plan *p)
{
	free(p->steps);
	free(p->label_of);
	free(p->labels);
	free(p->group_start);
	free(p);
}

int32_t
conform_label(const struct conform_plan *p, struct slice name,
    struct slice service, int32_t hint)
{
	const struct catalog_step *step;
	size_t l;

	for (size_t i = 0; i < p->label_count; i++) {
		l = ((size_t)(hint > 0 ? hint : 0) + i) % p->label_count;
		step = p->labels[l].step;
		if (catalog_is_name(step->name, name) &&
		    (step->service.len == 0 || service.len == 0 ||
			catalog_is_name(step->service, service)))
			return (int32_t)l;
	}
	return CONFORM_NONE;
}

bool
conform_fits(const struct conform_plan *p, const int32_t *labels, size_t n)
{
	uint32_t *counts, group = 0;
	bool fits = p->is_plain;

	counts = mem_zalloc(p->label_count, sizeof(*counts));
	for (size_t i = 0; i < n && fits; i++) {
		const struct conform_label *l;

		fits = labels[i] != CONFORM_NONE;
		if (!fits)
			break;
		l = &p->labels[labels[i]];
		fits = ++counts[labels[i]] <= l->most;
		if (l->step->is_free)
			continue;
		fits &= l->step->group >= group;
		group = l->step->group;
	}
	for (size_t l = 0; l < p->label_count && fits; l++)
		fits = counts[l] >= p->labels[l].least;
	free(counts);
	return fits;
}

static bool
is_free(const struct conform_plan *p, int32_t label)
{
	return label != CONFORM_NONE && p->labels[label].step->is_free;
}

/* Whether LABEL is of a step of GROUP, and has its place there. */
static bool
is_in_group(const struct conform_plan *p, int32_t label, size_t group)
{
	for (uint32_t i = p->group_start[group]; i < p->group_start[group + 1];
	     i++)
		if (p->label_of[i] == label)
			return !is_free(p, label);
	return false;
}

/* Whether a match with GROUP uses it up: it is one step that comes once. */
static bool
is_once(const struct conform_plan *p, size_t group)
{
	uint32_t first = p->group_start[group];

	return p->group_start[group + 1] - first == 1 &&
	    p->steps[first]->most == 1;
}

/*
 * The alignment: which of the observed stay, in which group.  Row I, column G
 * of the table is how many can stay of those from I on, in groups from G on.
 * What may come anywhere stays wherever it is, in the group that is none.
 */
struct alignment {
	const struct conform_plan *plan;
	const int32_t *labels;
	size_t n, groups;
	uint32_t *table; /* NULL: too large */
	uint32_t *group; /* of each observed; GROUPS: it does not stay */
};

static uint32_t
cell(const struct alignment *a, size_t i, size_t g)
{
	return a->table[i * (a->groups + 1) + g];
}

/* What matching the observed I with group G is worth; 0 if it cannot be. */
static uint32_t
match_value(const struct alignment *a, size_t i, size_t g)
{
	if (!is_in_group(a->plan, a->labels[i], g))
		return 0;
	return 1 + cell(a, i + 1, is_once(a->plan, g) ? g + 1 : g);
}

static void
fill_table(struct alignment *a)
{
	uint32_t best, value;

	for (size_t i = a->n; i-- > 0;)
		for (size_t g = a->groups; g-- > 0;) {
			best = cell(a, i + 1, g);
			value = cell(a, i, g + 1);
			if (value > best)
				best = value;
			value = match_value(a, i, g);
			if (value > best)
				best = value;
			a->table[i * (a->groups + 1) + g] = best;
		}
}

/* Follow the table; what can stay stays, what comes too early is skipped. */
static void
read_table(struct alignment *a)
{
	size_t g = 0;

	for (size_t i = 0; i < a->n;) {
		if (g < a->groups && match_value(a, i, g) == cell(a, i, g) &&
		    cell(a, i, g) > 0) {
			a->group[i++] = (uint32_t)g;
			g += is_once(a->plan, g);
		} else if (g == a->groups ||
		    cell(a, i + 1, g) == cell(a, i, g)) {
			a->group[i++] = (uint32_t)a->groups;
		} else {
			g++;
		}
	}
}

/* Without a table: what is not before the last that stayed stays. */
static void
take_in_order(struct alignment *a)
{
	size_t g = 0, at;

	for (size_t i = 0; i < a->n; i++) {
		at = g;
		while (
		    at < a->groups && !is_in_group(a->plan, a->labels[i], at))
			at++;
		a->group[i] = (uint32_t)at;
		if (at < a->groups)
			g = at + is_once(a->plan, at);
	}
}

static void
align(struct alignment *a)
{
	size_t cells;

	a->group = mem_zalloc(a->n, sizeof(*a->group));
	if (__builtin_mul_overflow(a->n + 1, a->groups + 1, &cells) ||
	    cells > CONFORM_CELLS) {
		take_in_order(a);
		return;
	}
	a->table = mem_zalloc(cells, sizeof(*a->table));
	fill_table(a);
	read_table(a);
	free(a->table);
}

/*
 * What may come anywhere stays, in no group; and of what comes too often, the
 * last does not stay.
 */
static void
settle_rest(struct alignment *a)
{
	const struct conform_plan *p = a->plan;
	uint64_t *kept = mem_zalloc(p->label_count, sizeof(*kept));
	int32_t label;

	for (size_t i = 0; i < a->n; i++) {
		label = a->labels[i];
		if (is_free(p, label))
			a->group[i] = (uint32_t)a->groups + 1;
		if (a->group[i] != a->groups &&
		    ++kept[label] > p->labels[label].most)
			a->group[i] = (uint32_t)a->groups;
	}
	free(kept);
}

/* What an observed step is that does not stay; EXTRA are too many of it. */
static enum conform_edit_kind
kind_of(int32_t label, uint64_t *extra)
{
	if (label == CONFORM_NONE)
		return CONFORM_UNEXPECTED;
	if (extra[label] == 0)
		return CONFORM_MOVED;
	extra[label]--;
	return CONFORM_DUPLICATE;
}

/* The edits in the order of what was observed, with what is missing between. */
struct script {
	struct conform_edit *edits;
	size_t count;
	uint64_t *extra, *lacking; /* of each label */
	bool *is_used;             /* of each group: it was a step, once */
	size_t group;              /* before which all that is missing is in */
};

static void
add_edit(struct script *s, enum conform_edit_kind kind, size_t observed,
    int32_t label)
{
	s->edits[s->count++] = (struct conform_edit){ kind, observed, label };
}

/* What is missing of the groups before GROUP, which AT comes after. */
static void
add_missing(struct script *s, const struct conform_plan *p, size_t group,
    size_t at)
{
	for (; s->group < group; s->group++)
		for (uint32_t i = p->group_start[s->group];
		     i < p->group_start[s->group + 1]; i++)
			if (!s->is_used[s->group] &&
			    s->lacking[p->label_of[i]] > 0) {
				s->lacking[p->label_of[i]] = 0;
				add_edit(s, CONFORM_MISSING, at,
				    p->label_of[i]);
			}
}

struct conform_edit *
conform_explain(const struct conform_plan *p, const int32_t *labels, size_t n,
    size_t *count)
{
	struct alignment a = { .plan = p,
		.labels = labels,
		.n = n,
		.groups = p->flow->groups };
	struct script s = { 0 };
	const struct conform_label *l;

	align(&a);
	settle_rest(&a);
	s.edits = mem_zalloc(n + p->label_count, sizeof(*s.edits));
	s.extra = mem_zalloc(p->label_count, sizeof(*s.extra));
	s.lacking = mem_zalloc(p->label_count, sizeof(*s.lacking));
	s.is_used = mem_zalloc(a.groups + 1, sizeof(*s.is_used));
	for (size_t i = 0; i < n; i++) {
		if (labels[i] != CONFORM_NONE)
			s.extra[labels[i]]++;
		if (a.group[i] < a.groups)
			s.is_used[a.group[i]] = is_once(p, a.group[i]);
	}
	for (size_t i = 0; i < p->label_count; i++) {
		l = &p->labels[i];
		s.lacking[i] = l->least > s.extra[i] ? l->least - s.extra[i]
						     : 0;
		s.extra[i] -= s.extra[i] < l->most ? s.extra[i] : l->most;
	}
	for (size_t i = 0; i < n; i++) {
		if (a.group[i] < a.groups)
			add_missing(&s, p, a.group[i], i);
		if (a.group[i] != a.groups) {
			add_edit(&s, CONFORM_SAME, i, labels[i]);
		} else {
			add_edit(&s, kind_of(labels[i], s.extra), i, labels[i]);
		}
	}
	add_missing(&s, p, a.groups, n);
	free(a.group);
	free(s.extra);
	free(s.lacking);
	free(s.is_used);
	*count = s.count;
	return s.edits;
}
