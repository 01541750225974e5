/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tele/critical.h"
#include "tele/mem.h"

/* Spans that overlap by less than 1 / SLACK of their parent are in order. */
enum { SLACK = 100 };

/* The children of all spans, and those of the span at work. */
struct search {
	struct critical_span *spans;
	uint32_t *first;  /* of each span: where its children are in LIST */
	uint32_t *list;   /* by parent */
	uint32_t *inside; /* those that count, the one that ends last first */
	int64_t *starts, *ends; /* of these, ascending */
	size_t inside_count;
	int64_t clock_ns;
};

static void
list_children(struct search *s, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (s->spans[i].parent != CRITICAL_NONE)
			s->first[s->spans[i].parent + 2]++;
	for (size_t i = 2; i < count + 2; i++)
		s->first[i] += s->first[i - 1];
	for (uint32_t i = 0; i < count; i++)
		if (s->spans[i].parent != CRITICAL_NONE)
			s->list[s->first[s->spans[i].parent + 1]++] = i;
}

/* The part of C inside of its parent P; false if it does not count. */
static bool
clip(struct critical_span *c, const struct critical_span *p)
{
	c->from_ns = c->start_ns;
	c->to_ns = c->end_ns;
	if (c->start_ns >= p->from_ns && c->end_ns <= p->to_ns)
		return true;
	if (c->start_ns < p->from_ns) {
		c->from_ns = p->from_ns;
		return c->end_ns <= p->to_ns && c->end_ns > p->from_ns;
	}
	c->to_ns = p->to_ns;
	return c->start_ns < p->to_ns;
}

/* Sorting by what ends last needs the spans, which qsort does not pass on. */
struct ending {
	int64_t to_ns;
	uint32_t arrival, span;
};

static int
compare_endings(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	if (x->to_ns != y->to_ns)
		return x->to_ns > y->to_ns ? -1 : 1;
	return x->arrival > y->arrival ? -1 : x->arrival < y->arrival;
}

static int
compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
take_children(struct search *s, uint32_t parent)
{
	uint32_t from = s->first[parent], to = s->first[parent + 1], child;
	struct ending *sorted = mem_zalloc(to - from, sizeof(*sorted));
	size_t n = 0;

	for (uint32_t i = from; i < to; i++) {
		child = s->list[i];
		if (!clip(&s->spans[child], &s->spans[parent]))
			continue;
		s->starts[n] = s->spans[child].from_ns;
		s->ends[n] = s->spans[child].to_ns;
		sorted[n++] = (struct ending){ s->spans[child].to_ns,
			s->spans[child].arrival, child };
	}
	qsort(sorted, n, sizeof(*sorted), compare_endings);
	qsort(s->starts, n, sizeof(*s->starts), compare_times);
	qsort(s->ends, n, sizeof(*s->ends), compare_times);
	for (size_t i = 0; i < n; i++)
		s->inside[i] = sorted[i].span;
	s->inside_count = n;
	free(sorted);
}

/* How many of TIMES, ascending, are before T, or at it if WITH. */
static size_t
count_before(const int64_t *times, size_t count, int64_t t, bool with)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (times[middle] < t || (with && times[middle] == t))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many children of the span at work begin or end from FROM to TO. */
static size_t
count_turns(const struct search *s, int64_t from, int64_t to)
{
	size_t n = s->inside_count;

	return count_before(s->starts, n, to, true) -
	    count_before(s->starts, n, from, false) +
	    count_before(s->ends, n, to, true) -
	    count_before(s->ends, n, from, false);
}

/* Whether LATER, a child of P, began only when BEFORE was done. */
static bool
happens_before(const struct search *s, const struct critical_span *p,
    const struct critical_span *before, const struct critical_span *later)
{
	int64_t overlap = before->to_ns - later->from_ns;
	int64_t slack = (p->to_ns - p->from_ns + SLACK - 1) / SLACK;

	if (overlap <= 0)
		return true;
	return before->to_ns < later->to_ns &&
	    before->from_ns < later->from_ns &&
	    (overlap < slack || overlap < s->clock_ns) &&
	    count_turns(s, later->from_ns, before->to_ns) == 2;
}

/*
 * Put the children of P that it waited for in a row, the last first, at the
 * start of s->inside; returns how many.
 */
static size_t
choose_children(struct search *s, const struct critical_span *p)
{
	size_t chosen = 0;

	for (size_t i = 0; i < s->inside_count; i++)
		if (chosen == 0 ||
		    happens_before(s, p, &s->spans[s->inside[i]],
			&s->spans[s->inside[chosen - 1]]))
			s->inside[chosen++] = s->inside[i];
	return chosen;
}

static int64_t
sum_chosen(const struct search *s, size_t chosen)
{
	int64_t sum = 0;

	for (size_t i = 0; i < chosen; i++)
		sum += s->spans[s->inside[i]].to_ns -
		    s->spans[s->inside[i]].from_ns;
	return sum;
}

/* Each ends before the next begins. */
static void
cut_overlaps(struct search *s, size_t chosen)
{
	struct critical_span *before;
	const struct critical_span *later;

	for (size_t i = 1; i < chosen; i++) {
		before = &s->spans[s->inside[i]];
		later = &s->spans[s->inside[i - 1]];
		if (before->to_ns > later->from_ns)
			before->to_ns = later->from_ns;
	}
}

static void
add_piece(struct critical_path *path, uint32_t span, int64_t from, int64_t to)
{
	if (from >= to)
		return;
	path->pieces = mem_grow(path->pieces, &path->cap, path->count + 1,
	    sizeof(*path->pieces));
	path->pieces[path->count++] = (struct critical_piece){ span, from, to };
}

/* Settle what of the path is the span's own, and which children go on. */
static void
visit(struct critical_path *path, struct search *s, uint32_t at)
{
	struct critical_span *p = &s->spans[at], *child;
	int64_t length = p->to_ns - p->from_ns, cursor = p->from_ns;
	size_t chosen;

	take_children(s, at);
	chosen = choose_children(s, p);
	p->critical_ns = length - sum_chosen(s, chosen);
	if (p->critical_ns < 0) {
		cut_overlaps(s, chosen);
		p->critical_ns = length - sum_chosen(s, chosen);
	}
	for (size_t i = chosen; i > 0; i--) {
		child = &s->spans[s->inside[i - 1]];
		child->is_critical = true;
		add_piece(path, at, cursor, child->from_ns);
		if (child->to_ns > cursor)
			cursor = child->to_ns;
	}
	add_piece(path, at, cursor, p->to_ns);
}

void
critical_path_find(struct critical_path *path, struct critical_span *spans,
    size_t count, uint32_t root, int64_t clock_ns)
{
	struct search s = { .spans = spans,
		.clock_ns = clock_ns,
		.first = mem_zalloc(count + 2, sizeof(*s.first)),
		.list = mem_zalloc(count, sizeof(*s.list)),
		.inside = mem_zalloc(count, sizeof(*s.inside)),
		.starts = mem_zalloc(count, sizeof(*s.starts)),
		.ends = mem_zalloc(count, sizeof(*s.ends)) };

	path->count = 0;
	for (size_t i = 0; i < count; i++) {
		spans[i].is_critical = false;
		spans[i].critical_ns = 0;
	}
	spans[root].is_critical = true;
	spans[root].from_ns = spans[root].start_ns;
	spans[root].to_ns = spans[root].end_ns;
	path->length_ns = spans[root].end_ns - spans[root].start_ns;
	list_children(&s, count);
	for (uint32_t i = root; i < count; i++)
		if (spans[i].is_critical)
			visit(path, &s, i);
	free(s.first);
	free(s.list);
	free(s.inside);
	free(s.starts);
	free(s.ends);
}

void
critical_path_free(struct critical_path *path)
{
	free(path->pieces);
	*path = (struct critical_path){ 0 };
}
