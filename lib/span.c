/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/span.h"

enum { MAX_SEGMENTS = 65536 };

void
span_pool_init(struct span_pool *pool)
{
	*pool = (struct span_pool){ 0 };
	cover_pool_init(&pool->covers, MAX_SEGMENTS);
}

void
span_pool_free(struct span_pool *pool)
{
	struct span *next;

	for (struct span *s = pool->free; s != NULL; s = next) {
		next = s->next_free;
		fields_free(&s->own);
		free(s);
	}
	cover_pool_free(&pool->covers);
	*pool = (struct span_pool){ 0 };
}

static struct span *
acquire(struct span_pool *pool)
{
	struct span *s = pool->free;

	if (s == NULL)
		return mem_zalloc(1, sizeof(*s));
	pool->free = s->next_free;
	fields_clear(&s->own);
	s->next_free = NULL;
	s->has_failed = s->has_duration = false;
	s->self_ns = s->duration_ns = s->children_ns = 0;
	s->status = NULL;
	s->pending = NULL;
	s->topic = NULL;
	s->due = 0;
	s->lesson = 0;
	return s;
}

struct span *
span_new(struct span_pool *pool, const struct span_type *type,
    struct span *parent, uint64_t line, const struct stamp *time)
{
	struct span *s = acquire(pool);

	s->type = type;
	s->parent = parent != NULL ? span_ref(parent) : NULL;
	s->refs = 1;
	s->is_open = true;
	s->line = line;
	s->start = *time;
	s->id[0] = type->letter;
	s->id_len = (uint8_t)(1 + decimal_format(s->id + 1, line));
	return s;
}

void
span_unref(struct span_pool *pool, struct span *s)
{
	struct span *parent;

	while (s != NULL && --s->refs == 0) {
		parent = s->parent;
		if (s->topic != NULL)
			s->topic->users--;
		cover_clear(&pool->covers, &s->cover);
		s->next_free = pool->free;
		pool->free = s;
		s = parent;
	}
}

bool
span_find(const struct span *s, int field, struct slice *json)
{
	for (; s != NULL; s = s->parent)
		if (fields_has(&s->own, field)) {
			*json = fields_get(&s->own, field);
			return true;
		}
	return false;
}

/* When S ended; at the end of all time if that is out of range. */
static int64_t
end_of(const struct span *s)
{
	int64_t end;

	return __builtin_add_overflow(s->start.ns, s->duration_ns, &end)
	    ? INT64_MAX
	    : end;
}

static int64_t
own_time(struct span_pool *pool, const struct span *s)
{
	int64_t covered;

	if (s->start.is_set)
		covered = cover_length(&pool->covers, &s->cover, s->start.ns,
		    end_of(s));
	else
		covered = s->children_ns;
	return covered < s->duration_ns ? s->duration_ns - covered : 0;
}

void
span_close(struct span_pool *pool, struct span *s, bool has_duration,
    int64_t duration_ns)
{
	struct span *parent = s->parent;

	s->is_open = false;
	s->has_duration = has_duration;
	s->duration_ns = duration_ns;
	if (!has_duration)
		return;
	s->self_ns = own_time(pool, s);
	if (parent == NULL || !parent->is_open)
		return;
	if (s->start.is_set)
		cover_add(&pool->covers, &parent->cover, s->start.ns,
		    end_of(s));
	if (__builtin_add_overflow(parent->children_ns, duration_ns,
		&parent->children_ns))
		parent->children_ns = INT64_MAX;
}

static void
stop_waiting(struct span_pool *pool, struct span *s)
{
	struct table_entry *topic = s->topic;

	*(s->older ? &s->older->newer : &pool->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &pool->newest) = s->older;
	*(s->topic_older ? &s->topic_older->topic_newer
			 : &topic->oldest) = s->topic_newer;
	*(s->topic_newer ? &s->topic_newer->topic_older
			 : &topic->newest) = s->topic_older;
	pool->waiting--;
	topic->waiting--;
	s->due = 0;
	span_unref(pool, s);
}

void
span_wait(struct span_pool *pool, struct span *s, struct table_entry *topic)
{
	if (pool->waiting == MAX_WAITING)
		stop_waiting(pool, pool->oldest);
	if (topic->waiting == MAX_WAITING_TOPIC)
		stop_waiting(pool, topic->oldest);
	s->topic = topic;
	topic->users++;
	s->due = topic->answers > 0 ? topic->answers : 1;
	s->older = pool->newest;
	s->newer = NULL;
	*(s->older ? &s->older->newer : &pool->oldest) = s;
	pool->newest = s;
	s->topic_older = topic->newest;
	s->topic_newer = NULL;
	*(s->topic_older ? &s->topic_older->topic_newer : &topic->oldest) = s;
	topic->newest = s;
	pool->waiting++;
	topic->waiting++;
	span_ref(s);
}

void
span_answered(struct span_pool *pool, struct span *s)
{
	if (s->due > 0 && --s->due == 0)
		stop_waiting(pool, s);
}

void
span_give_up(struct span_pool *pool, struct span *s)
{
	if (s->due > 0)
		stop_waiting(pool, s);
}

void
span_stop_waiting(struct span_pool *pool)
{
	while (pool->oldest != NULL)
		stop_waiting(pool, pool->oldest);
}

/* Whether S may be of TRACE: it is, or does not know its own. */
static bool
may_be_of(const struct span *s, struct slice trace)
{
	struct slice json;

	return !span_find(s, EVENT_TRACE, &json) || slice_equal(json, trace);
}

static struct span *
oldest_of_topic(const struct table_entry *topic, const struct captures *got)
{
	struct span *s = topic->oldest;
	struct slice trace;

	if (!captures_have(got, EVENT_TRACE))
		return s != NULL ? s : topic->latest;
	trace = got->value[EVENT_TRACE];
	while (s != NULL && !may_be_of(s, trace))
		s = s->topic_newer;
	if (s == NULL && topic->latest != NULL &&
	    may_be_of(topic->latest, trace))
		s = topic->latest;
	return s;
}

/* How well what the topic of S knows fits a handler and its plugin. */
static int
fit(const struct span *s, const struct captures *got)
{
	static const int keys[] = { EVENT_HANDLER, EVENT_PLUGIN };
	struct slice known;
	int score = 1;

	for (int i = 0; i < 2; i++) {
		if (!captures_have(got, keys[i]) ||
		    !tables_get(s->topic, keys[i], &known))
			continue;
		if (!slice_equal(known, got->value[keys[i]]))
			return 0;
		score += keys[i] == EVENT_HANDLER ? 2 : 0;
	}
	return score;
}

struct span *
span_answered_by(const struct span_pool *pool, const struct table_entry *topic,
    const struct span_type *type, struct span *inner,
    const struct captures *got)
{
	struct span *best = NULL;
	int most = 0, score;

	if (topic != NULL)
		return oldest_of_topic(topic, got);
	if (inner != NULL && inner->due > 0) {
		most = fit(inner, got);
		best = most > 0 ? inner : NULL;
	}
	for (struct span *s = pool->oldest; s != NULL; s = s->newer) {
		score = s->type == type ? fit(s, got) : 0;
		if (score > most) {
			most = score;
			best = s;
		}
	}
	return best;
}
