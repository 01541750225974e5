/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/flow.h"
#include "tele/mem.h"

/* What children cover of a span, as far as they have come. */
struct flow_span {
	int64_t reach_ns, covered_ns;
};

void
flow_init(struct flow *f, struct observed *all, int side)
{
	*f = (struct flow){ .all = all, .side = side };
}

void
flow_free(struct flow *f)
{
	free(f->order);
	free(f->spans);
	*f = (struct flow){ 0 };
}

static struct cell *
owner_of(const struct step *s)
{
	return s->owner != NULL ? cells_follow(s->owner) : NULL;
}

static struct item *
item_of(const struct flow *f, const struct cell *cell)
{
	return observed_item(f->all, cell->item);
}

/* The group that S belongs to, or NULL: sequences are no groups here. */
static struct cell *
group_of(const struct flow *f, const struct step *s)
{
	struct cell *cell = owner_of(s);

	return cell != NULL && item_of(f, cell)->kind == ITEM_WORK ? cell
								   : NULL;
}

/* Siblings come by their start, so that what they cover only grows. */
static void
cover(struct flow_span *span, const struct step *parent, const struct step *s)
{
	int64_t from = s->start_ns, to = step_end_ns(s);

	if (!parent->has_time || !s->has_time)
		return;
	if (from < parent->start_ns)
		from = parent->start_ns;
	if (from < span->reach_ns)
		from = span->reach_ns;
	if (to > step_end_ns(parent))
		to = step_end_ns(parent);
	if (to <= from)
		return;
	span->covered_ns += to - from;
	span->reach_ns = to;
}

/* Spans that do not say what of their time is their own. */
static void
subtract_children(struct flow *f, const struct execution *x)
{
	const struct step *s;
	struct cell *cell;
	struct item *item;

	f->spans = mem_grow(f->spans, &f->spans_cap, x->count,
	    sizeof(*f->spans));
	for (size_t i = 0; i < x->count; i++) {
		f->spans[i] = (struct flow_span){ INT64_MIN, 0 };
		s = &x->steps[i];
		if (s->parent != STEP_NONE)
			cover(&f->spans[s->parent], &x->steps[s->parent], s);
	}
	for (size_t i = 0; i < x->count; i++) {
		cell = group_of(f, &x->steps[i]);
		if (cell == NULL || f->spans[i].covered_ns == 0)
			continue;
		item = item_of(f, cell);
		item->has_children = true;
		if (!item->states_self[f->side])
			cells_add_self(cell, -f->spans[i].covered_ns);
	}
}

static struct item *
call_of(struct flow *f, uint32_t from, uint32_t to)
{
	uint32_t pair[2] = { from, to };
	struct item **cached = &f->calls[(from * 31 + to) % FLOW_CALLS];

	if (*cached != NULL && (*cached)->from == from && (*cached)->to == to)
		return *cached;
	*cached = observed_put(f->all, ITEM_CALL,
	    (struct slice){ (const char *)pair, sizeof(pair) });
	if (*cached != NULL) {
		(*cached)->from = from;
		(*cached)->to = to;
	}
	return *cached;
}

static void
add_call(struct flow *f, const struct cell *from, const struct cell *to)
{
	struct item *call = call_of(f, from->item, to->item);

	if (call != NULL)
		cells_add_count(observed_cell(f->all, call, from->unit), 1, 0);
}

/* Each group, and the nearest around it. */
static void
add_calls(struct flow *f, const struct execution *x)
{
	const struct step *s = x->steps;
	const struct cell *from, *to;
	uint32_t parent;

	for (size_t i = 0; i < x->count; i++) {
		to = group_of(f, &s[i]);
		if (to == NULL)
			continue;
		from = NULL;
		parent = s[i].parent;
		while (parent != STEP_NONE &&
		    (from = group_of(f, &s[parent])) == NULL)
			parent = s[parent].parent;
		if (from != NULL)
			add_call(f, from, to);
	}
}

/* The steps of the sequence at I into f->order; returns how many. */
static size_t
list_steps(struct flow *f, const struct execution *x, size_t i)
{
	const struct step *s = x->steps;
	uint32_t depth = s[i].depth, inner = UINT32_MAX;
	const struct cell *cell;
	size_t count = 0;

	f->order = mem_grow(f->order, &f->order_cap, x->count + 1,
	    sizeof(*f->order));
	for (size_t j = i + 1; j < x->count && s[j].depth > depth; j++) {
		/* What is within another sequence is its own affair. */
		if (s[j].depth > inner)
			continue;
		inner = s[j].kind == KIND_SEQUENCE ? s[j].depth : UINT32_MAX;
		cell = owner_of(&s[j]);
		if (cell != NULL)
			f->order[1 + count++] = cell->item;
	}
	return count;
}

static void
add_order(struct flow *f, const struct execution *x, size_t i)
{
	struct cell *sequence = owner_of(&x->steps[i]);
	struct item_place *place;
	struct item *order;
	size_t count;

	cells_add_count(sequence, 1, 0);
	count = list_steps(f, x, i);
	f->order[0] = sequence->item;
	order = observed_put(f->all, ITEM_ORDER,
	    (struct slice){ (const char *)f->order,
		(count + 1) * sizeof(*f->order) });
	if (order == NULL)
		return;
	if (order->steps == NULL) {
		order->sequence = sequence->item;
		order->steps_count = (uint32_t)count;
		order->steps = mem_alloc((count + 1) * sizeof(*f->order));
		memcpy(order->steps, f->order + 1, count * sizeof(*f->order));
	}
	cells_add_count(observed_cell(f->all, order, sequence->unit), 1, 0);
	place = &order->place[f->side];
	if (place->src == NULL)
		*place = (struct item_place){ x->owner, x->steps[i].src_line,
			0 };
}

/*
 * What failed may have stopped anywhere, and of what was cut nobody knows: the
 * order of neither says anything.
 */
static bool
is_whole(const struct execution *x, const struct step *s)
{
	return !x->is_piece && s->status == STEP_OK;
}

void
flow_settle(void *arg, struct execution *x)
{
	struct flow *f = arg;
	const struct cell *cell;

	subtract_children(f, x);
	add_calls(f, x);
	for (size_t i = 0; i < x->count; i++) {
		cell = owner_of(&x->steps[i]);
		if (cell != NULL && item_of(f, cell)->kind == ITEM_SEQUENCE &&
		    is_whole(x, &x->steps[i]))
			add_order(f, x, i);
	}
}
