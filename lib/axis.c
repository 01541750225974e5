/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/axis.h"
#include "tele/mem.h"
#include "tele/scale.h"

static int64_t
scaled(int64_t ns, int64_t width, int64_t of_ns)
{
	if (of_ns <= 0)
		return 0;
	return (int64_t)(((__int128)ns * width + of_ns / 2) / of_ns);
}

/* The next part, from where the last one ends. */
static void
add_part(struct axis *a, int64_t to_ns, int64_t width, bool is_silence)
{
	static const struct axis_part start;
	const struct axis_part *last = a->count > 0 ? &a->parts[a->count - 1]
						    : &start;

	if (to_ns > last->to_ns)
		a->parts[a->count++] = (struct axis_part){ last->to_ns, to_ns,
			last->to, last->to + width, is_silence };
}

void
axis_init(struct axis *a, int64_t end_ns, int64_t width,
    const struct axis_span *silences, size_t count, int64_t silence_width,
    int64_t tick_width)
{
	int64_t loud_ns = end_ns, loud = width, done_ns = 0, done = 0, to;

	*a = (struct axis){ .parts = mem_zalloc(count * 2 + 1,
				sizeof(*a->parts)) };
	for (size_t i = 0; i < count; i++) {
		loud_ns -= silences[i].to_ns - silences[i].from_ns;
		loud -= silence_width;
	}
	if (loud < 1)
		loud = 1;
	/* Places are counted from the start: roundings do not add up. */
	for (size_t i = 0; i <= count; i++) {
		done_ns += (i < count ? silences[i].from_ns : end_ns) -
		    (i > 0 ? silences[i - 1].to_ns : 0);
		to = scaled(done_ns, loud, loud_ns);
		add_part(a, i < count ? silences[i].from_ns : end_ns, to - done,
		    false);
		done = to;
		if (i < count)
			add_part(a, silences[i].to_ns, silence_width, true);
	}
	a->step_ns = scale_step(scaled(tick_width, loud_ns, loud) > 0
		? scaled(tick_width, loud_ns, loud)
		: 1);
}

void
axis_free(struct axis *a)
{
	free(a->parts);
	*a = (struct axis){ 0 };
}

int64_t
axis_at(const struct axis *a, int64_t ns)
{
	size_t low = 0, high = a->count, middle;
	const struct axis_part *p;

	if (a->count == 0 || ns <= 0)
		return 0;
	/* The first part that ends at NS or later. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (a->parts[middle].to_ns < ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == a->count)
		return a->parts[a->count - 1].to;
	p = &a->parts[low];
	return p->from +
	    scaled(ns - p->from_ns, p->to - p->from, p->to_ns - p->from_ns);
}

static int
compare_spans(const void *a, const void *b)
{
	const struct axis_span *x = a, *y = b;

	if (x->from_ns != y->from_ns)
		return x->from_ns < y->from_ns ? -1 : 1;
	return x->to_ns < y->to_ns ? -1 : x->to_ns > y->to_ns;
}

size_t
axis_find_silences(struct axis_span *spans, size_t count, int64_t end_ns)
{
	int64_t loud_until = 0, silent_ns = 0, from, to;
	size_t found = 0;

	qsort(spans, count, sizeof(*spans), compare_spans);
	for (size_t i = 0; i <= count; i++) {
		from = i < count ? spans[i].from_ns : end_ns;
		to = i < count ? spans[i].to_ns : end_ns;
		/* There are never more silences than spans were read. */
		if (from - loud_until > end_ns / 5) {
			spans[found++] = (struct axis_span){ loud_until, from };
			silent_ns += from - loud_until;
		}
		loud_until = to > loud_until ? to : loud_until;
	}
	return silent_ns > end_ns / 2 ? found : 0;
}
