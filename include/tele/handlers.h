/* SPDX-License-Identifier: MIT */
#ifndef TELE_HANDLERS_H
#define TELE_HANDLERS_H

#include "tele/catalog.h"
#include "tele/event.h"
#include "tele/findings.h"
#include "tele/sighting.h"

/*
 * What handlers report of the state that they change, and that they failed;
 * against what is documented of them.
 *
 * A log may not say which event it was that a handler failed in: only reports
 * are proof that it serves one.
 */
struct handlers {
	const struct catalog *catalog;
	struct map records; /* of struct handler_record */
	struct arena arena, scratch;
	size_t max_names;
};

/* C is borrowed.  At most MAX_NAMES handlers are told apart. */
void handlers_init(struct handlers *all, const struct catalog *c,
    size_t max_names);
void handlers_free(struct handlers *all);

void handlers_add(struct handlers *all, const struct event *ev);

/*
 * Whether all that tells that HANDLER of PLUGIN serves EVENT, JSON text all
 * three, is that it failed.
 */
bool handlers_only_failed(const struct handlers *all, struct slice handler,
    struct slice plugin, struct slice event);

/* Finding TS013. */
void handlers_report(struct handlers *all, struct findings *findings);

#endif
