/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/order.h"

/* Text of events; it is used again when none of them waits any more. */
struct order_chunk {
	char *text;
	size_t len, cap;
	size_t waiting; /* how many events do */
	struct order_chunk *next;
};

void
order_open(struct order *o, uint64_t kinds, const struct selection *selection,
    uint64_t window_bytes, int argc, char *argv[])
{
	*o = (struct order){ .kinds = kinds,
		.selection = selection,
		.window_bytes = window_bytes,
		.last = { .ns = INT64_MIN } };
	input_open(&o->in, argc, argv);
	event_reader_init(&o->events, &o->in);
}

static int
compare(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;

	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static bool
is_wanted(const struct order *o, const struct event *ev)
{
	return (o->kinds == 0 || (o->kinds >> ev->kind & 1) != 0) &&
	    (o->selection == NULL || selection_has(o->selection, ev));
}

/* When and where EV was; false if it is malformed, which was reported. */
static bool
place(struct order *o, const struct event *ev, struct ordered *e)
{
	struct slice line = event_get(ev, EVENT_SRC_LINE);
	int digits;

	if (ev->type != RECORD_EVENT) {
		input_malformed(&o->in, ev->line.ptr, "not an event");
		return false;
	}
	if (o->last.file != (uint16_t)o->in.file)
		o->last = (struct ordered){ .ns = o->last.ns,
			.file = (uint16_t)o->in.file };
	*e = o->last;
	e->number = ++o->added;
	e->kind = (uint8_t)ev->kind;
	if (line.len > 0)
		e->line = slice_number(line);
	e->has_time = event_has(ev, EVENT_TIME);
	return !e->has_time || event_time(&o->events, ev, &e->ns, &digits);
}

/* What those without a time or a line come behind. */
static void
remember(struct order *o, const struct ordered *e)
{
	if (e->ns > o->last.ns)
		o->last.ns = e->ns;
	o->last.line = e->line;
}

static void
add(struct order *o, struct order_chunk *chunk, struct slice line,
    struct ordered *e)
{
	char *p;

	chunk->text = mem_grow(chunk->text, &chunk->cap,
	    chunk->len + line.len + 1, 1);
	p = chunk->text + chunk->len;
	memcpy(p, line.ptr, line.len);
	p[line.len] = '\n';
	e->chunk = chunk;
	e->offset = chunk->len;
	e->len = (uint32_t)line.len + 1;
	chunk->len += e->len;
	chunk->waiting++;
	o->fresh = mem_grow(o->fresh, &o->fresh_cap, o->fresh_count + 1,
	    sizeof(*o->fresh));
	o->fresh[o->fresh_count++] = *e;
}

static struct order_chunk *
take_chunk(struct order *o)
{
	struct order_chunk *chunk = o->spare;

	if (chunk == NULL)
		return mem_zalloc(1, sizeof(*chunk));
	o->spare = chunk->next;
	return chunk;
}

static void
put_chunk(struct order *o, struct order_chunk *chunk)
{
	chunk->len = 0;
	chunk->next = o->spare;
	o->spare = chunk;
}

/* Read the next chunk into FRESH, sorted. */
static void
read_chunk(struct order *o)
{
	struct order_chunk *chunk = take_chunk(o);
	bool is_sorted = true;
	struct ordered e;
	struct event ev;

	o->fresh_count = 0;
	while (chunk->len < ORDER_CHUNK && !o->is_read) {
		if (!event_next(&o->events, &ev)) {
			o->is_read = true;
		} else if (place(o, &ev, &e)) {
			remember(o, &e);
			if (!is_wanted(o, &ev))
				continue;
			add(o, chunk, ev.line, &e);
			is_sorted &= o->fresh_count < 2 ||
			    compare(&o->fresh[o->fresh_count - 2], &e) < 0;
		}
	}
	if (!is_sorted)
		qsort(o->fresh, o->fresh_count, sizeof(*o->fresh), compare);
	if (o->fresh_count == 0)
		put_chunk(o, chunk);
	o->held_bytes += chunk->len;
}

/* Where E belongs among those that wait. */
static size_t
find_place(const struct order *o, const struct ordered *e)
{
	size_t low = o->first, high = o->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare(&o->waiting[middle], e) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Those that wait move to the front, where as many have been given. */
static void
close_gap(struct order *o)
{
	if (o->first == 0 || o->first < o->count - o->first)
		return;
	memmove(o->waiting, o->waiting + o->first,
	    (o->count - o->first) * sizeof(*o->waiting));
	o->count -= o->first;
	o->first = 0;
}

/* FRESH among those that wait, from the last on: most of it comes there. */
static void
merge_fresh(struct order *o)
{
	size_t from, old, new = o->fresh_count, to;

	if (new == 0)
		return;
	close_gap(o);
	o->waiting = mem_grow(o->waiting, &o->cap, o->count + new,
	    sizeof(*o->waiting));
	from = find_place(o, &o->fresh[0]);
	old = o->count;
	to = o->count += new;
	while (new > 0)
		if (old > from &&
		    compare(&o->waiting[old - 1], &o->fresh[new - 1]) > 0)
			o->waiting[--to] = o->waiting[--old];
		else
			o->waiting[--to] = o->fresh[--new];
}

/* What was given last is not needed any more. */
static void
release(struct order *o)
{
	struct order_chunk *chunk = o->given;

	o->given = NULL;
	if (chunk == NULL || --chunk->waiting > 0)
		return;
	o->held_bytes -= chunk->len;
	put_chunk(o, chunk);
}

const struct ordered *
order_next(struct order *o)
{
	const struct ordered *e;

	release(o);
	while (!o->is_read &&
	    (o->first == o->count || o->held_bytes <= o->window_bytes)) {
		read_chunk(o);
		merge_fresh(o);
	}
	if (o->first == o->count)
		return NULL;
	e = &o->waiting[o->first++];
	if (o->has_given && compare(e, &o->bound) < 0)
		o->late++;
	else
		o->bound = *e;
	o->has_given = true;
	o->given = e->chunk;
	return e;
}

struct slice
ordered_line(const struct ordered *e)
{
	return (struct slice){ e->chunk->text + e->offset, e->len };
}

struct slice
ordered_record(const struct ordered *e)
{
	return (struct slice){ e->chunk->text + e->offset, e->len - 1 };
}

static void
free_chunks(struct order *o)
{
	struct order_chunk *chunk;

	release(o);
	for (; o->first < o->count; o->first++) {
		o->given = o->waiting[o->first].chunk;
		release(o);
	}
	while ((chunk = o->spare) != NULL) {
		o->spare = chunk->next;
		free(chunk->text);
		free(chunk);
	}
}

int
order_close(struct order *o)
{
	free_chunks(o);
	free(o->waiting);
	free(o->fresh);
	event_reader_free(&o->events);
	return input_close(&o->in);
}
