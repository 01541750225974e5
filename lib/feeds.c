/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/diag.h"
#include "tele/feeds.h"
#include "tele/mem.h"
#include "tele/merge.h"

struct feed *
feeds_add(struct feeds *s)
{
	struct feed *f = mem_zalloc(1, sizeof(*f));

	s->list = mem_grow(s->list, &s->cap, (size_t)s->count + 1,
	    sizeof(*s->list));
	s->prepare(s->arg, f);
	f->ids.log = s->added++;
	s->list[s->count++] = f;
	return f;
}

void
feeds_remove(struct feeds *s, int i)
{
	struct feed *f = s->list[i];

	feed_end(f);
	feed_count(f, &s->counts);
	if (f->is_replaying)
		out_close(&f->nowhere);
	s->malformed += f->in.malformed;
	if (input_close(&f->in) != EXIT_OK)
		s->has_failed = true;
	free(f);
	s->count--;
	memmove(s->list + i, s->list + i + 1,
	    (size_t)(s->count - i) * sizeof(*s->list));
}

enum feed_step
feeds_step(struct feeds *s, int i)
{
	enum feed_step step = feed_next(s->list[i]);

	s->notice(s->arg, s->list[i], step);
	return step;
}

bool
feeds_are_of(const struct feeds *s, const char *name)
{
	for (int i = 0; i < s->count; i++)
		if (input_is_of(&s->list[i]->in, name))
			return true;
	return false;
}

/* A log that is merged with others. */
struct strand {
	struct out events; /* that were read in this step */
	int64_t progress_ns;
	bool has_ended;
};

/* The strand that is to be read on; -1 when all have ended. */
static int
find_last(const struct strand *strands, int count)
{
	int last = -1;

	for (int i = 0; i < count; i++)
		if (!strands[i].has_ended &&
		    (last < 0 ||
			strands[i].progress_ns < strands[last].progress_ns))
			last = i;
	return last;
}

uint64_t
feeds_merge(struct feeds *s, struct out *out)
{
	struct strand *strands = mem_zalloc((size_t)s->count, sizeof(*strands)),
		      *one;
	struct merger m;
	int i;

	merge_init(&m, out);
	for (i = 0; i < s->count; i++) {
		out_open_memory(&strands[i].events);
		strands[i].progress_ns = INT64_MIN;
		s->list[i]->out = &strands[i].events;
		input_share(&s->list[i]->in, s->count);
	}
	while ((i = find_last(strands, s->count)) >= 0) {
		one = &strands[i];
		one->has_ended = feeds_step(s, i) == FEED_ENDED;
		merge_add(&m, i,
		    (struct slice){ one->events.buf, one->events.len },
		    &one->progress_ns);
		one->events.len = 0;
	}
	merge_flush(&m);
	for (i = 0; i < s->count; i++)
		out_close(&strands[i].events);
	free(strands);
	merge_free(&m);
	return m.late;
}

bool
feeds_close(struct feeds *s)
{
	while (s->count > 0)
		feeds_remove(s, s->count - 1);
	free(s->list);
	s->list = NULL;
	return !s->has_failed;
}

struct reader_counts
feeds_count(const struct feeds *s, uint64_t *malformed)
{
	struct reader_counts sum = s->counts;

	*malformed = s->malformed;
	for (int i = 0; i < s->count; i++) {
		feed_count(s->list[i], &sum);
		*malformed += s->list[i]->in.malformed;
	}
	return sum;
}
