/* SPDX-License-Identifier: MIT */
#ifndef TELE_ROUTING_H
#define TELE_ROUTING_H

#include "tele/catalog.h"
#include "tele/event.h"
#include "tele/findings.h"

/*
 * Who publishes, who subscribes, and who is asked for what, against what is
 * documented of it.
 */
struct routing {
	const struct catalog *catalog;
	struct map topics;     /* of struct topic_record */
	struct map requests;   /* of struct request_record */
	struct map refusals;   /* of struct refusal_record */
	struct map sequences;  /* of nothing, by id: those that exist */
	struct map subscribed; /* likewise: whose subscriptions were seen */
	struct arena arena, scratch;
	size_t max_names;
	bool has_subscriptions; /* the log shows who subscribes */
};

/* C is borrowed.  At most MAX_NAMES of each are told apart. */
void routing_init(struct routing *r, const struct catalog *c, size_t max_names);
void routing_free(struct routing *r);

void routing_add(struct routing *r, const struct event *ev);

/*
 * Findings TS008, TS009 and TS012, and TS004 for subscriptions.  WAS_SEEN tells
 * whether a documented sequence was observed.
 */
void routing_report(struct routing *r, struct findings *all,
    bool (*was_seen)(const struct catalog_sequence *q));

#endif
