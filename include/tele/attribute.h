/* SPDX-License-Identifier: MIT */
#ifndef TELE_ATTRIBUTE_H
#define TELE_ATTRIBUTE_H

#include "tele/catalog.h"
#include "tele/event.h"
#include "tele/eventwrite.h"
#include "tele/key.h"

/*
 * What a catalog knows of an event: plugin, sequence, sequence_id, handler and
 * code, where the event does not state them.
 *
 * A step fits an event if it contradicts nothing that the event states.  A key
 * is known if all steps that fit agree on it.
 */
struct attribution {
	struct event_change known;
	uint64_t ambiguous;  /* keys on which steps that fit do not agree */
	struct slice module; /* the package that has the handler, if known */
};

/* Add to A what C knows of EV and A does not.  Borrows from C. */
void attribute(struct attribution *a, const struct catalog *c,
    const struct event *ev);

/*
 * A catalog of what events state, for others of which less is known; of at most
 * MAX facts.
 */
struct learned {
	struct catalog catalog;
	struct map facts; /* of nothing: each once */
	size_t max;
	bool is_full;    /* there were more */
	struct key fact; /* private */
};

void learned_init(struct learned *l, size_t max);
void learned_free(struct learned *l);
void learned_add(struct learned *l, const struct event *ev);

#endif
