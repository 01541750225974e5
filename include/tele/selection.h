/* SPDX-License-Identifier: MIT */
#ifndef TELE_SELECTION_H
#define TELE_SELECTION_H

#include <stdbool.h>

#include "tele/event.h"
#include "tele/opt.h"

/*
 * Which events are meant: those that have, of every key that is named, one of
 * the values that are named with it.  Of `plugin=A`, `handler=x`, `handler=y`,
 * the events of A's x and y.  A key that holds several strings has each of
 * them; a key that is absent has the value "".
 */
struct selection {
	struct selection_term *terms;
	size_t count;
};

/*
 * Read WORDS, an option of type OPT_LIST, each of which is KEY=VALUE; they are
 * borrowed.  Returns the first that is not, for opt_usage, or NULL.
 */
const char *selection_read(struct selection *s, const struct opt_list *words);
void selection_free(struct selection *s);

bool selection_has(const struct selection *s, const struct event *ev);

#endif
