/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/cover.h"
#include "tele/map.h"
#include "tele/mem.h"
#include "tele/selftime.h"

enum { INDEX_SIZE = 2 * SELFTIME_WINDOW, MAX_SEGMENTS = 2 * SELFTIME_WINDOW };

/* A span, or the place of one of which only children have come. */
struct entry {
	uint64_t id;
	void *owner; /* NULL for a place */
	int64_t from_ns, duration_ns;
	int64_t told_ns; /* of its self time */
	uint32_t children;
	bool is_told, has_news; /* news since it was told */
	struct cover cover;
};

struct selftime {
	void (*settle)(void *owner, int64_t self_ns);
	struct entry *ring; /* oldest first */
	uint32_t first, count;
	uint32_t
	    *index; /* by id, open addressing: place in the ring plus one */
	struct cover_pool covers;
	uint64_t outside;
	bool has_overflowed;
};

struct selftime *
selftime_new(void (*settle)(void *owner, int64_t self_ns))
{
	struct selftime *t = mem_zalloc(1, sizeof(*t));

	t->settle = settle;
	t->ring = mem_zalloc(SELFTIME_WINDOW, sizeof(*t->ring));
	t->index = mem_zalloc(INDEX_SIZE, sizeof(*t->index));
	cover_pool_init(&t->covers, MAX_SEGMENTS);
	return t;
}

void
selftime_free(struct selftime *t)
{
	cover_pool_free(&t->covers);
	free(t->ring);
	free(t->index);
	free(t);
}

uint64_t
selftime_id(struct slice trace, struct slice span)
{
	uint64_t id = map_hash(trace) * UINT64_C(0x9e3779b97f4a7c15) ^
	    map_hash(span);

	return id != 0 ? id : 1;
}

static uint32_t
home(uint64_t id)
{
	return (uint32_t)(id >> 40) & (INDEX_SIZE - 1);
}

/* The slot of the index that holds ID, or the free one where it belongs. */
static uint32_t *
slot_of(struct selftime *t, uint64_t id)
{
	uint32_t i = home(id);

	while (t->index[i] != 0 && t->ring[t->index[i] - 1].id != id)
		i = (i + 1) & (INDEX_SIZE - 1);
	return &t->index[i];
}

/* Free the slot of ID and move up what had to go past it. */
static void
remove_from_index(struct selftime *t, uint64_t id)
{
	uint32_t hole = (uint32_t)(slot_of(t, id) - t->index), i = hole, h;

	for (;;) {
		t->index[hole] = 0;
		do {
			i = (i + 1) & (INDEX_SIZE - 1);
			if (t->index[i] == 0)
				return;
			h = home(t->ring[t->index[i] - 1].id);
			/* It stays if its home lies between hole and place. */
		} while (((i - h) & (INDEX_SIZE - 1)) <
		    ((i - hole) & (INDEX_SIZE - 1)));
		t->index[hole] = t->index[i];
		hole = i;
	}
}

static int64_t
end_of(int64_t from_ns, int64_t duration_ns)
{
	int64_t end;

	return __builtin_add_overflow(from_ns, duration_ns, &end) ? INT64_MAX
								  : end;
}

/* Tell the owner of a span what it does not know yet. */
static void
tell(struct selftime *t, struct entry *e)
{
	int64_t self_ns = e->duration_ns -
	    cover_length(&t->covers, &e->cover, e->from_ns,
		end_of(e->from_ns, e->duration_ns));

	if (!e->is_told || self_ns != e->told_ns)
		t->settle(e->owner, self_ns - e->told_ns);
	e->is_told = true;
	e->told_ns = self_ns;
	e->has_news = false;
}

static void
settle_oldest(struct selftime *t)
{
	struct entry *e = &t->ring[t->first];

	if (e->owner != NULL)
		tell(t, e);
	else if (t->has_overflowed)
		/* Else the parent is simply not in the input. */
		t->outside += e->children;
	remove_from_index(t, e->id);
	cover_clear(&t->covers, &e->cover);
	t->first = (t->first + 1) % SELFTIME_WINDOW;
	t->count--;
}

static struct entry *
entry_of(struct selftime *t, uint64_t id)
{
	uint32_t *slot = slot_of(t, id), place;

	if (*slot != 0)
		return &t->ring[*slot - 1];
	if (t->count == SELFTIME_WINDOW) {
		t->has_overflowed = true;
		settle_oldest(t);
		slot = slot_of(t, id);
	}
	place = (t->first + t->count++) % SELFTIME_WINDOW;
	*slot = place + 1;
	t->ring[place] = (struct entry){ .id = id };
	return &t->ring[place];
}

void
selftime_add(struct selftime *t, uint64_t id, uint64_t parent, int64_t from_ns,
    int64_t duration_ns, void *owner)
{
	struct entry *e;

	if (parent != 0 && parent != id) {
		e = entry_of(t, parent);
		e->children++;
		e->has_news = true;
		cover_add(&t->covers, &e->cover, from_ns,
		    end_of(from_ns, duration_ns));
	}
	e = entry_of(t, id);
	if (e->owner != NULL) {
		/* The same span again: nothing is known of its children. */
		t->settle(owner, duration_ns);
		return;
	}
	e->owner = owner;
	e->from_ns = from_ns;
	e->duration_ns = duration_ns;
	e->has_news = true;
}

void
selftime_report(struct selftime *t)
{
	struct entry *e;

	for (uint32_t i = 0; i < t->count; i++) {
		e = &t->ring[(t->first + i) % SELFTIME_WINDOW];
		if (e->has_news && e->owner != NULL)
			tell(t, e);
	}
}

void
selftime_finish(struct selftime *t)
{
	while (t->count > 0)
		settle_oldest(t);
}

uint64_t
selftime_outside(const struct selftime *t)
{
	return t->outside;
}
