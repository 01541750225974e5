/* SPDX-License-Identifier: MIT */
#include "tele/opening.h"
#include "tele/level.h"
#include "tele/wide.h"

void
opening_init(struct opening *o, const struct dialect *d)
{
	*o = (struct opening){ .dialect = d };
	o->style_first = d->style_mark.len > 0
	    ? d->style_mark.ptr[0]
	    : '\n'; /* no message begins with a newline */
}

static const char *
match_trace(struct opening *o, const char *p, const char *end)
{
	enum traceline step = tracelines_next(&o->traces, slice_range(p, end));

	return step == TRACELINE_BEGINS || step == TRACELINE_MAY_BEGIN ? p
								       : NULL;
}

/* Whether BEGIN, the first one of the dialect, is just `{time} `. */
static bool
is_stamp(const struct pattern *begin)
{
	return begin->count == 1 && begin->prefix.len == 0 &&
	    begin->holes[0].type == HOLE_TIME &&
	    slice_equal(begin->holes[0].literal, SLICE(" "));
}

/* Whether the line P..END fits BEGIN, and what it holds then. */
static bool
fits(const struct pattern *begin, const char *p, const char *end,
    struct captures *got, const char **after)
{
	got->have = 0;
	got->has_time = false;
	return (size_t)(end - p) >= begin->prefix.len &&
	    wide_equal(p, begin->prefix.ptr, begin->prefix.len) &&
	    pattern_match_start(begin, p, end, got, after) == NULL;
}

/* A line of which only the stamp is as in the dialect. */
static const char *
match_stamp(struct opening *o, const char *p, const char *end,
    struct captures *got)
{
	const struct dialect *d = o->dialect;
	struct slice message, level;
	const char *after;

	if (!d->has_stamp || !fits(&d->stamp, p, end, got, &after))
		return NULL;
	o->begin = &d->stamp;
	o->is_stamp_first = false;
	message = slice_range(after, end);
	level = level_cut(&message);
	if (level.len > 0)
		captures_set(got, EVENT_LEVEL, level);
	return message.ptr;
}

/* By all templates of the dialect, in order. */
static const char *
match_any(struct opening *o, const char *p, const char *end,
    struct captures *got)
{
	const struct dialect *d = o->dialect;
	const struct pattern *begin = d->begin;
	const char *after;

	if (p < end && !d->is_first[(unsigned char)*p])
		return NULL;
	for (int i = 0; i < d->begin_count; i++, begin++) {
		if (!fits(begin, p, end, got, &after))
			continue;
		o->begin = begin;
		o->is_stamp_first = i == 0 && is_stamp(begin);
		return after;
	}
	return match_stamp(o, p, end, got);
}

const char *
opening_search(struct opening *o, const char *p, const char *end,
    struct captures *got)
{
	got->have = 0;
	got->has_time = false;
	if (o->dialect->is_coloured && !o->is_coloured)
		return NULL;
	return o->dialect->has_traces ? match_trace(o, p, end)
				      : match_any(o, p, end, got);
}

/* A message that was styled by `%c` without its style. */
static void
unstyle(const struct dialect *d, const char **p, const char **end)
{
	struct slice mark = d->style_mark, tail = d->style_tail;
	const char *q;

	if ((size_t)(*end - *p) < mark.len ||
	    memcmp(*p, mark.ptr, mark.len) != 0)
		return;
	*p += mark.len;
	for (q = *end - tail.len; tail.len > 0 && q >= *p; q--)
		if (memcmp(q, tail.ptr, tail.len) == 0) {
			*end = q;
			return;
		}
}

/* The last place before END of the text that an `end` begins with. */
static const char *
find_last(struct slice text, const char *p, const char *end)
{
	const char *q = end - text.len + 1;

	while (q > p && (q = memrchr(p, *text.ptr, (size_t)(q - p))) != NULL)
		if (memcmp(q, text.ptr, text.len) == 0)
			return q;
	return NULL;
}

/* The end of the message P..END without what lines of the dialect end in. */
static const char *
cut_end(const struct dialect *d, const char *p, const char *end,
    struct captures *got)
{
	uint64_t have = got->have;
	const char *q;

	for (int i = 0; i < d->end_count; i++) {
		q = find_last(d->end[i].prefix, p, end);
		if (q != NULL && pattern_match(&d->end[i], q, end, got) == NULL)
			return q;
		got->have = have;
	}
	return end;
}

void
opening_cut(const struct opening *o, const char **p, const char **end,
    struct captures *got)
{
	if (*p < *end && **p == o->style_first)
		unstyle(o->dialect, p, end);
	if (o->dialect->end_count > 0)
		*end = cut_end(o->dialect, *p, *end, got);
}

bool
opening_is_continued(const struct opening *o, const char *message,
    const char *end)
{
	const struct dialect *d = o->dialect;

	for (int i = 0; i < d->continued_count; i++)
		if (slice_starts_with(slice_range(message, end),
			d->continued[i]))
			return true;
	return false;
}
