/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/execution.h"
#include "tele/map.h"
#include "tele/mem.h"

enum {
	BUCKETS = 1 << 15,
	SPARE_BYTES = 1 << 16, /* more is not worth holding */
};

struct executions {
	uint64_t keys;
	void (*settle)(void *arg, struct execution *x);
	void *arg;
	size_t limit, held; /* bytes */
	uint64_t count, cut;
	struct execution *oldest, *newest; /* by their last event */
	struct execution *spare; /* one that is over, for its memory */
	struct execution *buckets[BUCKETS];
	struct step_sorter sorter;
};

struct slice
execution_trace(const struct execution *x)
{
	return (struct slice){ x->text, x->trace_len };
}

struct slice
execution_session(const struct execution *x)
{
	return (struct slice){ x->text + x->trace_len, x->session_len };
}

static size_t
key_count(uint64_t keys)
{
	return (size_t)__builtin_popcountll(keys);
}

/* The values of a step are their lengths, in the order of the keys, and they.
 */
struct slice
execution_value(const struct execution *x, size_t i, enum event_key key)
{
	const char *lengths = x->text + x->steps[i].text;
	size_t at = key_count(x->keys) * sizeof(uint32_t);
	size_t before = key_count(x->keys & ((UINT64_C(1) << key) - 1));
	uint32_t len;

	if ((x->keys >> key & 1) == 0)
		return (struct slice){ "", 0 };
	for (size_t k = 0; k < before; k++) {
		memcpy(&len, lengths + k * sizeof(len), sizeof(len));
		at += len;
	}
	memcpy(&len, lengths + before * sizeof(len), sizeof(len));
	return (struct slice){ lengths + at, len };
}

void
execution_values(const struct execution *x, size_t i,
    struct slice values[EXECUTION_LINE + 1])
{
	const char *lengths = x->text + x->steps[i].text;
	const char *p = lengths + key_count(x->keys) * sizeof(uint32_t);
	uint32_t len;

	for (uint64_t keys = x->keys; keys != 0; keys &= keys - 1) {
		memcpy(&len, lengths, sizeof(len));
		lengths += sizeof(len);
		values[__builtin_ctzll(keys)] = (struct slice){ p, len };
		p += len;
	}
}

struct slice
execution_line(const struct execution *x, size_t i)
{
	return execution_value(x, i, (enum event_key)EXECUTION_LINE);
}

void
execution_take(struct execution *x, struct execution *to)
{
	*to = *x;
	x->steps = NULL;
	x->text = NULL;
	x->count = x->steps_cap = 0;
	x->text_len = x->text_cap = 0;
	x->trace_len = x->session_len = 0;
}

void
execution_free(struct execution *x)
{
	free(x->steps);
	free(x->text);
	*x = (struct execution){ 0 };
}

struct executions *
executions_new(uint64_t keys, void (*settle)(void *arg, struct execution *x),
    void *arg)
{
	struct executions *all = mem_zalloc(1, sizeof(*all));

	all->keys = keys;
	all->settle = settle;
	all->arg = arg;
	all->limit = EXECUTIONS_BYTES;
	return all;
}

void
executions_limit(struct executions *all, size_t bytes)
{
	all->limit = bytes;
}

uint64_t
executions_cut(const struct executions *all)
{
	return all->cut;
}

/* The most recent end of the list is NEWEST. */
static void
link_newest(struct executions *all, struct execution *x)
{
	x->older = all->newest;
	x->newer = NULL;
	*(x->older != NULL ? &x->older->newer : &all->oldest) = x;
	all->newest = x;
}

static void
unlink_from_list(struct executions *all, struct execution *x)
{
	*(x->older != NULL ? &x->older->newer : &all->oldest) = x->newer;
	*(x->newer != NULL ? &x->newer->older : &all->newest) = x->older;
}

static void
unlink_from_bucket(struct executions *all, struct execution *x)
{
	struct execution **at = &all->buckets[x->hash % BUCKETS];

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
}

static size_t
bytes_of(const struct execution *x)
{
	return sizeof(*x) + x->steps_cap * sizeof(*x->steps) + x->text_cap;
}

static void
add_text(struct execution *x, struct slice text)
{
	x->text = mem_grow(x->text, &x->text_cap, x->text_len + text.len, 1);
	if (text.len > 0)
		memcpy(x->text + x->text_len, text.ptr, text.len);
	x->text_len += text.len;
}

static struct execution *
blank_execution(struct executions *all)
{
	struct execution *x = all->spare;
	struct execution old;

	if (x == NULL)
		return mem_zalloc(1, sizeof(*x));
	all->spare = NULL;
	old = *x;
	*x = (struct execution){ .steps = old.steps,
		.steps_cap = old.steps_cap,
		.text = old.text,
		.text_cap = old.text_cap };
	return x;
}

static void
drop_execution(struct execution *x)
{
	if (x == NULL)
		return;
	execution_free(x);
	free(x);
}

static struct execution *
new_execution(struct executions *all, struct slice trace, struct slice session,
    uint64_t hash)
{
	struct execution *x = blank_execution(all);

	x->hash = hash;
	x->number = ++all->count;
	x->keys = all->keys;
	add_text(x, trace);
	add_text(x, session);
	x->trace_len = trace.len;
	x->session_len = session.len;
	x->next = all->buckets[hash % BUCKETS];
	all->buckets[hash % BUCKETS] = x;
	link_newest(all, x);
	all->held += bytes_of(x);
	return x;
}

static struct execution *
execution_of(struct executions *all, struct slice trace, struct slice session)
{
	uint64_t hash = map_hash(trace);
	struct execution *x;

	if (session.len > 0)
		hash = (hash << 1 | hash >> 63) ^ map_hash(session);
	for (x = all->buckets[hash % BUCKETS]; x != NULL; x = x->next)
		if (x->hash == hash && slice_equal(execution_trace(x), trace) &&
		    slice_equal(execution_session(x), session))
			break;
	if (x == NULL)
		return new_execution(all, trace, session, hash);
	if (x != all->newest) {
		unlink_from_list(all, x);
		link_newest(all, x);
	}
	return x;
}

/* X is complete, as far as anybody can tell. */
static void
settle(struct executions *all, struct execution *x)
{
	unlink_from_list(all, x);
	unlink_from_bucket(all, x);
	all->held -= bytes_of(x);
	step_sort(&all->sorter, x->steps, x->count);
	all->settle(all->arg, x);
	if (all->spare != NULL || bytes_of(x) > SPARE_BYTES) {
		drop_execution(x);
		return;
	}
	all->spare = x;
}

static struct slice
value_of(const struct event *ev, int key)
{
	return key == EXECUTION_LINE ? ev->line
				     : event_get(ev, (enum event_key)key);
}

/* Keep the values of EV that were asked for, as execution_value finds them. */
static void
keep_values(struct executions *all, struct execution *x, const struct event *ev,
    struct step *s)
{
	size_t size = key_count(all->keys) * sizeof(uint32_t);
	char *lengths, *p;
	struct slice value;
	uint32_t len;

	for (uint64_t keys = all->keys; keys != 0; keys &= keys - 1)
		size += value_of(ev, __builtin_ctzll(keys)).len;
	x->text = mem_grow(x->text, &x->text_cap, x->text_len + size, 1);
	s->text = (uint32_t)x->text_len;
	x->text_len += size;
	lengths = x->text + s->text;
	p = lengths + key_count(all->keys) * sizeof(len);
	for (uint64_t keys = all->keys; keys != 0; keys &= keys - 1) {
		value = value_of(ev, __builtin_ctzll(keys));
		len = (uint32_t)value.len;
		memcpy(lengths, &len, sizeof(len));
		lengths += sizeof(len);
		if (len > 0)
			memcpy(p, value.ptr, len);
		p += len;
	}
}

struct step *
executions_add(struct executions *all, const struct event *ev,
    const struct step *s, struct execution **at)
{
	struct slice trace = event_get(ev, EVENT_TRACE);
	struct slice session = event_get(ev, EVENT_SESSION);
	struct execution *x;
	struct step *step;

	if (trace.len == 0 && s->span == 0 && s->parent_span == 0)
		return NULL;
	if (trace.len == 0 && session.len == 0)
		session = event_get(ev, EVENT_SRC);
	x = execution_of(all, trace, session);
	if (bytes_of(x) > all->limit / 2) {
		all->cut += !x->is_piece;
		x->is_piece = true;
		settle(all, x);
		x = execution_of(all, trace, session);
		x->is_piece = true;
	}
	all->held -= bytes_of(x);
	x->steps = mem_grow(x->steps, &x->steps_cap, x->count + 1,
	    sizeof(*x->steps));
	step = &x->steps[x->count];
	*step = *s;
	step->arrival = (uint32_t)x->count++;
	keep_values(all, x, ev, step);
	all->held += bytes_of(x);
	while (all->held > all->limit && all->oldest != x)
		settle(all, all->oldest);
	if (at != NULL)
		*at = x;
	return step;
}

void
executions_finish(struct executions *all)
{
	while (all->oldest != NULL)
		settle(all, all->oldest);
}

void
executions_free(struct executions *all)
{
	while (all->oldest != NULL) {
		struct execution *x = all->oldest;

		unlink_from_list(all, x);
		drop_execution(x);
	}
	drop_execution(all->spare);
	step_sorter_free(&all->sorter);
	free(all);
}
