/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/selftime.h"
#include "tele/step.h"

static enum step_status
status_of(const struct event *ev)
{
	struct slice status = event_get(ev, EVENT_STATUS);
	struct slice level = event_get(ev, EVENT_LEVEL);

	if (slice_equal(status, SLICE("unfinished")))
		return STEP_UNFINISHED;
	if (ev->kind == KIND_ERROR || slice_equal(status, SLICE("error")) ||
	    slice_equal(level, SLICE("error")) ||
	    slice_equal(level, SLICE("fatal")))
		return STEP_ERROR;
	return STEP_OK;
}

static uint64_t
line_of(const struct event *ev)
{
	struct slice digits = event_get(ev, EVENT_SRC_LINE);
	uint64_t line = 0;

	for (size_t i = 0; i < digits.len; i++)
		line = line * 10 + (uint64_t)(digits.ptr[i] - '0');
	return line;
}

bool
step_read(struct event_reader *r, const struct event *ev, struct step *s)
{
	struct slice trace = event_get(ev, EVENT_TRACE);
	uint64_t malformed = r->in->malformed;

	*s = (struct step){ .kind = ev->kind,
		.start_ns = INT64_MIN,
		.duration_ns = -1,
		.parent = STEP_NONE };
	s->has_time = event_time(r, ev, &s->start_ns, &s->digits);
	event_ns(r, ev, EVENT_DURATION_MS, &s->duration_ns);
	if (r->in->malformed != malformed)
		return false;
	s->status = status_of(ev);
	s->src_line = line_of(ev);
	if (event_has(ev, EVENT_SPAN))
		s->span = selftime_id(trace, ev->value[EVENT_SPAN]);
	if (event_has(ev, EVENT_PARENT))
		s->parent_span = selftime_id(trace, ev->value[EVENT_PARENT]);
	return true;
}

int64_t
step_end_ns(const struct step *s)
{
	int64_t end;

	if (s->duration_ns < 0)
		return s->start_ns;
	return __builtin_add_overflow(s->start_ns, s->duration_ns, &end)
	    ? INT64_MAX
	    : end;
}

int64_t
step_tick_ns(const struct step *a, const struct step *b)
{
	int64_t tick = 1;

	for (int i = a->digits < b->digits ? a->digits : b->digits; i < 9; i++)
		tick *= 10;
	return tick;
}

int64_t
step_wait_ns(const struct step *before, const struct step *s)
{
	int64_t wait, tick = step_tick_ns(before, s);

	if (!before->has_time || !s->has_time)
		return -1;
	if (s->start_ns <= step_end_ns(before))
		return 0;
	if (__builtin_sub_overflow(s->start_ns, step_end_ns(before), &wait))
		return INT64_MAX;
	return wait <= INT64_MAX - tick ? (wait + tick / 2) / tick * tick
					: wait;
}

int
step_compare(const struct step *a, const struct step *b)
{
	if (a->start_ns != b->start_ns)
		return a->start_ns < b->start_ns ? -1 : 1;
	if (a->src_line != b->src_line)
		return a->src_line < b->src_line ? -1 : 1;
	return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

/*
 * The tree is threaded through an array: the first and the last child of each
 * step, and the next of the same parent; the roots are children of one more.
 */
enum { FIRST, LAST, NEXT, LINKS };

/* The slot of the index, of MASK + 1 slots, where SPAN is or belongs. */
static uint32_t *
slot_of(const struct step_sorter *sorter, const struct step *steps,
    uint64_t span, size_t mask)
{
	size_t i = span & mask;

	while (sorter->index[i] != STEP_NONE &&
	    steps[sorter->index[i]].span != span)
		i = (i + 1) & mask;
	return &sorter->index[i];
}

static void
find_parents(struct step_sorter *sorter, struct step *steps, size_t count)
{
	size_t size = 4, mask;
	uint32_t *slot;

	while (size < count * 2)
		size *= 2;
	mask = size - 1;
	sorter->index = mem_grow(sorter->index, &sorter->index_cap, size,
	    sizeof(*sorter->index));
	memset(sorter->index, 0xff, size * sizeof(*sorter->index));
	for (size_t i = 0; i < count; i++) {
		if (steps[i].span == 0)
			continue;
		slot = slot_of(sorter, steps, steps[i].span, mask);
		if (*slot == STEP_NONE)
			*slot = (uint32_t)i;
	}
	for (size_t i = 0; i < count; i++) {
		steps[i].parent = STEP_NONE;
		if (steps[i].parent_span == 0)
			continue;
		slot = slot_of(sorter, steps, steps[i].parent_span, mask);
		if (*slot != i)
			steps[i].parent = *slot;
	}
}

/* AT is in a circle of parents: its first step becomes a root. */
static void
cut_circle(struct step *steps, uint32_t at)
{
	uint32_t first = at;

	for (uint32_t i = steps[at].parent; i != at; i = steps[i].parent)
		if (step_compare(&steps[i], &steps[first]) < 0)
			first = i;
	steps[first].parent = STEP_NONE;
}

/* Go up from each step to a root, or to where somebody was before. */
static void
cut_circles(uint32_t *seen, struct step *steps, size_t count)
{
	uint32_t at;

	memset(seen, 0xff, count * sizeof(*seen));
	for (uint32_t i = 0; i < count; i++) {
		for (at = i; at != STEP_NONE && seen[at] == STEP_NONE;
		     at = steps[at].parent)
			seen[at] = i;
		if (at != STEP_NONE && seen[at] == i)
			cut_circle(steps, at);
	}
}

static int
compare_pointers(const void *a, const void *b)
{
	return step_compare(*(const struct step *const *)a,
	    *(const struct step *const *)b);
}

/* Whether STEPS are sorted already, which those of many logs are. */
static void
sort_pointers(const struct step **sorted, const struct step *steps,
    size_t count)
{
	bool is_sorted = true;

	for (size_t i = 0; i < count; i++) {
		sorted[i] = &steps[i];
		is_sorted = is_sorted &&
		    (i == 0 || step_compare(&steps[i - 1], &steps[i]) <= 0);
	}
	if (!is_sorted)
		qsort(sorted, count, sizeof(*sorted), compare_pointers);
}

static void
add_child(uint32_t *links, size_t parent, uint32_t child)
{
	uint32_t last = links[parent * LINKS + LAST];

	if (last == STEP_NONE)
		links[parent * LINKS + FIRST] = child;
	else
		links[(size_t)last * LINKS + NEXT] = child;
	links[parent * LINKS + LAST] = child;
}

static void
link_tree(struct step_sorter *sorter, const struct step *steps, size_t count)
{
	const struct step *s;

	memset(sorter->links, 0xff,
	    (count + 1) * LINKS * sizeof(*sorter->links));
	for (size_t i = 0; i < count; i++) {
		s = sorter->sorted[i];
		add_child(sorter->links,
		    s->parent == STEP_NONE ? count : s->parent,
		    (uint32_t)(s - steps));
	}
}

/* Copy the tree under ROOT behind the first DONE steps; how many then. */
static size_t
walk(struct step_sorter *sorter, const struct step *steps, uint32_t root,
    size_t done)
{
	uint32_t *moved = sorter->index; /* where a step went */
	uint32_t at = root, depth = 0;
	const uint32_t *link;
	struct step *to;

	for (;;) {
		to = &sorter->steps[done];
		*to = steps[at];
		to->depth = depth;
		if (at != root)
			to->parent = moved[to->parent];
		moved[at] = (uint32_t)done++;
		link = &sorter->links[(size_t)at * LINKS];
		if (link[FIRST] != STEP_NONE) {
			at = link[FIRST];
			depth++;
			continue;
		}
		while (at != root && link[NEXT] == STEP_NONE) {
			at = steps[at].parent;
			link = &sorter->links[(size_t)at * LINKS];
			depth--;
		}
		if (at == root)
			return done;
		at = link[NEXT];
	}
}

void
step_sort(struct step_sorter *sorter, struct step *steps, size_t count)
{
	size_t done = 0;

	sorter->steps = mem_grow(sorter->steps, &sorter->steps_cap, count,
	    sizeof(*sorter->steps));
	sorter->sorted = mem_grow(sorter->sorted, &sorter->sorted_cap, count,
	    sizeof(*sorter->sorted));
	sorter->links = mem_grow(sorter->links, &sorter->links_cap,
	    (count + 1) * LINKS, sizeof(*sorter->links));
	find_parents(sorter, steps, count);
	cut_circles(sorter->links, steps, count);
	sort_pointers(sorter->sorted, steps, count);
	link_tree(sorter, steps, count);
	for (uint32_t at = sorter->links[count * LINKS + FIRST];
	     at != STEP_NONE; at = sorter->links[(size_t)at * LINKS + NEXT])
		done = walk(sorter, steps, at, done);
	memcpy(steps, sorter->steps, count * sizeof(*steps));
}

void
step_sorter_free(struct step_sorter *sorter)
{
	free(sorter->steps);
	free(sorter->sorted);
	free(sorter->links);
	free(sorter->index);
	*sorter = (struct step_sorter){ 0 };
}
