/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/walk.h"

void
walk_free(struct walk *w)
{
	free(w->around);
	free(w->first);
	free(w->children);
	free(w->has_error);
	*w = (struct walk){ 0 };
}

struct slice
walk_name(const struct execution *e, size_t i)
{
	struct slice name = execution_value(e, i, EVENT_NAME);

	return name.len > 0 ? name : execution_value(e, i, EVENT_EVENT);
}

/* Room for N steps, and one more. */
static void
make_room(struct walk *w, size_t n)
{
	if (n + 1 <= w->cap)
		return;
	w->cap = 2 * (n + 1);
	w->around = mem_resize(w->around, w->cap, sizeof(*w->around));
	w->first = mem_resize(w->first, w->cap, sizeof(*w->first));
	w->children = mem_resize(w->children, w->cap, sizeof(*w->children));
	w->has_error = mem_resize(w->has_error, w->cap, sizeof(*w->has_error));
}

/*
 * Whether the step I is one of a flow.  Movements only group their beats; and
 * what the end of the log cut off before it got a name is nobody's.
 */
static bool
is_of_flow(const struct execution *e, size_t i)
{
	const struct step *s = &e->steps[i];

	return s->kind != KIND_MOVEMENT && s->parent != STEP_NONE &&
	    (s->status != STEP_UNFINISHED || walk_name(e, i).len > 0);
}

/*
 * Whose flow each step is of: that of its parent, or of what its movement is
 * in.  And which failed, by themselves or in what is within them.
 */
static void
relate(struct walk *w, const struct execution *e)
{
	const struct step *s;
	uint32_t up;

	memset(w->first, 0, (e->count + 1) * sizeof(*w->first));
	for (size_t i = 0; i < e->count; i++) {
		s = &e->steps[i];
		up = s->parent;
		if (up != STEP_NONE && e->steps[up].kind == KIND_MOVEMENT)
			up = w->around[up];
		w->around[i] = up;
		w->has_error[i] = s->status == STEP_ERROR;
		if (is_of_flow(e, i))
			w->first[up + 1]++;
	}
	for (size_t i = e->count; i-- > 0;)
		if (e->steps[i].parent != STEP_NONE)
			w->has_error[e->steps[i].parent] |= w->has_error[i];
	for (size_t i = 0; i < e->count; i++)
		w->first[i + 1] += w->first[i];
}

/* The children of each, in the order of the walk. */
static void
list_children(struct walk *w, const struct execution *e)
{
	uint32_t up;

	for (size_t i = 0; i < e->count; i++) {
		up = w->around[i];
		if (is_of_flow(e, i))
			w->children[w->first[up]++] = (uint32_t)i;
	}
	/* Each `first` has moved to the next one's. */
	for (size_t i = e->count; i > 0; i--)
		w->first[i] = w->first[i - 1];
	w->first[0] = 0;
}

void
walk_execution(struct walk *w, const struct execution *e)
{
	make_room(w, e->count);
	relate(w, e);
	list_children(w, e);
}

bool
walk_is_complete(const struct execution *e)
{
	const struct step *orphan = NULL;
	size_t roots = 0, orphans = 0;

	if (e->is_piece)
		return false;
	for (size_t i = 0; i < e->count; i++) {
		const struct step *s = &e->steps[i];

		if (s->kind != KIND_MOVEMENT && s->status != STEP_UNFINISHED &&
		    walk_name(e, i).len == 0)
			return false;
		if (s->parent != STEP_NONE)
			continue;
		roots++;
		if (s->kind != KIND_SEQUENCE && s->kind != KIND_SPAN)
			return false;
		if (s->parent_span == 0)
			continue;
		if (orphan != NULL && orphan->parent_span != s->parent_span)
			return false;
		orphan = s;
		orphans++;
	}
	return orphans == 0 || orphans == roots;
}
