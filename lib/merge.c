/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/merge.h"

struct merge_event {
	int64_t ns;
	uint64_t added; /* counts */
	int source;
	uint32_t len;
	char *text; /* with its newline */
};

void
merge_init(struct merger *m, struct out *out)
{
	*m = (struct merger){ .out = out, .written_ns = INT64_MIN };
}

void
merge_free(struct merger *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->heap[i].text);
	free(m->heap);
}

static bool
is_before(const struct merge_event *a, const struct merge_event *b)
{
	if (a->ns != b->ns)
		return a->ns < b->ns;
	return a->source != b->source ? a->source < b->source
				      : a->added < b->added;
}

static void
sift_up(struct merger *m, size_t i)
{
	struct merge_event moved = m->heap[i];
	size_t parent;

	for (; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (!is_before(&moved, &m->heap[parent]))
			break;
		m->heap[i] = m->heap[parent];
	}
	m->heap[i] = moved;
}

static void
sift_down(struct merger *m, size_t i)
{
	struct merge_event moved = m->heap[i];
	size_t child;

	for (; (child = 2 * i + 1) < m->count; i = child) {
		if (child + 1 < m->count &&
		    is_before(&m->heap[child + 1], &m->heap[child]))
			child++;
		if (!is_before(&m->heap[child], &moved))
			break;
		m->heap[i] = m->heap[child];
	}
	m->heap[i] = moved;
}

/* Write the earliest. */
static void
write_first(struct merger *m)
{
	struct merge_event first = m->heap[0];

	m->late += first.ns < m->written_ns;
	if (first.ns > m->written_ns)
		m->written_ns = first.ns;
	out_write(m->out, (struct slice){ first.text, first.len });
	m->bytes -= first.len;
	free(first.text);
	m->heap[0] = m->heap[--m->count];
	if (m->count > 0)
		sift_down(m, 0);
}

/* The time of an event, which is its first key; false if it has none. */
static bool
read_time(struct merger *m, struct slice line, int64_t *ns)
{
	static const struct slice key = { "{\"time\":\"", 9 };

	if (!slice_starts_with(line, key) ||
	    timestamp_scan_next(&m->time, line.ptr + key.len,
		line.ptr + line.len) == NULL)
		return false;
	*ns = m->time.t.ns;
	return true;
}

static void
add_line(struct merger *m, int source, struct slice line, int64_t *progress_ns)
{
	struct merge_event *event;

	m->heap = mem_grow(m->heap, &m->cap, m->count + 1, sizeof(*m->heap));
	event = &m->heap[m->count];
	*event = (struct merge_event){ .ns = *progress_ns,
		.added = m->added++,
		.source = source,
		.len = (uint32_t)line.len,
		.text = mem_alloc(line.len) };
	memcpy(event->text, line.ptr, line.len);
	if (read_time(m, line, &event->ns) && event->ns > *progress_ns)
		*progress_ns = event->ns;
	m->bytes += line.len;
	sift_up(m, m->count++);
	while (m->count > MERGE_EVENTS || m->bytes > MERGE_BYTES)
		write_first(m);
}

void
merge_add(struct merger *m, int source, struct slice lines,
    int64_t *progress_ns)
{
	const char *p = lines.ptr, *end, *next;

	if (lines.len == 0)
		return;
	for (end = p + lines.len; p < end; p = next) {
		next = memchr(p, '\n', (size_t)(end - p));
		next = next != NULL ? next + 1 : end;
		add_line(m, source, slice_range(p, next), progress_ns);
	}
}

void
merge_flush(struct merger *m)
{
	while (m->count > 0)
		write_first(m);
}
