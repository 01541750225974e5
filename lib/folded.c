/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/label.h"
#include "tele/map.h"
#include "tele/timelineformat.h"

/*
 * Folded stacks: one line for each, `root;child;leaf 123`, with the time that
 * was its own in microseconds, as flame graphs want it.
 */

/* The frames of a stack, and its time so far. */
struct stack_time {
	int64_t ns;
};

/* A frame holds neither what parts frames nor what ends a line. */
static void
add_frame(struct out *stack, const struct timeline_row *row)
{
	char text[LABEL_MAX];
	const struct slice parts[] = { row->owner, row->name };
	size_t len;

	for (size_t i = 0; i < 2; i++) {
		if (parts[i].len == 0)
			continue;
		len = label_format(text, parts[i], 0, false);
		for (size_t k = 0; k < len; k++)
			if (text[k] == ';')
				text[k] = '_';
		out_write(stack, (struct slice){ text, len });
		if (i == 0)
			out_write(stack, SLICE("/"));
	}
}

static void
begin_folded(struct timeline_picture *p)
{
	struct map *stacks = mem_alloc(sizeof(*stacks));

	map_init(stacks, sizeof(struct stack_time));
	p->state = stacks;
}

/*
 * The stacks of all rows on the way: row I's ends at ENDS[depth] bytes.  Names
 * of what is deeper than DEPTHS are left out.
 */
enum { DEPTHS = 1024 };

static void
write_folded(struct timeline_picture *p, const struct timeline *t)
{
	struct map *stacks = p->state;
	size_t ends[DEPTHS + 1] = { 0 };
	const struct timeline_row *row;
	struct stack_time *time;
	struct out stack;
	uint32_t depth;

	out_open_memory(&stack);
	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		depth = row->depth < DEPTHS ? row->depth : DEPTHS - 1;
		stack.len = ends[depth];
		if (stack.len > 0)
			out_write(&stack, SLICE(";"));
		add_frame(&stack, row);
		ends[depth + 1] = stack.len;
		if (!timeline_row_is_new(row) ||
		    (p->only_path && !row->is_critical))
			continue;
		time = map_put(stacks, (struct slice){ stack.buf, stack.len },
		    NULL);
		time->ns += p->only_path ? row->critical_ns : row->self_ns;
	}
	out_close(&stack);
}

static int
compare_stacks(const void *a, const void *b)
{
	const struct map_entry *x = *(struct map_entry *const *)a;
	const struct map_entry *y = *(struct map_entry *const *)b;

	return slice_compare(x->key, y->key);
}

/* Roundings are passed on, so that they do not add up. */
static void
end_folded(struct timeline_picture *p)
{
	struct map *stacks = p->state;
	const struct stack_time *time;
	int64_t sum_ns = 0, done_us = 0;

	if (stacks->count > 0)
		qsort(stacks->entries, stacks->count,
		    sizeof(struct map_entry *), compare_stacks);
	for (size_t i = 0; i < stacks->count; i++) {
		time = (const void *)stacks->entries[i]->value;
		sum_ns += time->ns;
		out_write(p->out, stacks->entries[i]->key);
		out_format(p->out, " %lld\n",
		    (long long)(sum_ns / NS_PER_US - done_us));
		done_us = sum_ns / NS_PER_US;
	}
	map_free(stacks);
	free(stacks);
}

const struct timeline_format timeline_folded_format = { "folded", false,
	begin_folded, write_folded, end_folded };
