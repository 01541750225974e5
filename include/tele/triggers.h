/* SPDX-License-Identifier: MIT */
#ifndef TELE_TRIGGERS_H
#define TELE_TRIGGERS_H

#include "tele/event.h"
#include "tele/graph.h"
#include "tele/recent.h"
#include "tele/step.h"

/*
 * What causes what without enclosing it: the links of events, and who publishes
 * a topic that others listen to.
 *
 * A link is an edge from the span that it names. It may come before that span,
 * if at most RECENT_MAX others come between them.  A topic is an edge from each
 * publisher to each listener, with as many counts as it was published.  Whoever
 * handled it listens; whoever subscribed does if nobody of that plugin was seen
 * to handle it.
 */
enum topic_role { TOPIC_PUBLISHES, TOPIC_HANDLES, TOPIC_SUBSCRIBES };

struct topic {
	uint32_t number;
};

/* So many publishers and listeners of one topic at most. */
enum { TOPIC_PARTIES = 1000 };

struct triggers {
	struct graph *g;
	enum graph_side side;
	struct recent spans; /* of struct link_end, by selftime_id */
	struct waiting_link *waiting;
	size_t waiting_count, waiting_cap;
	uint64_t lost;      /* links that lead too far away */
	struct map topics;  /* of struct topic, by name as JSON has it */
	struct map parties; /* of struct topic_party, by role, topic, node */
};

void triggers_init(struct triggers *t, struct graph *g);
void triggers_free(struct triggers *t);

/* EV, read as S, is work that NODE did. */
void triggers_add_work(struct triggers *t, const struct event *ev,
    const struct step *s, struct graph_node *node);

/* The topic of EV; NULL if it has none, or there are too many. */
struct topic *triggers_topic(struct triggers *t, const struct event *ev);

void triggers_add_party(struct triggers *t, enum topic_role role,
    const struct topic *topic, struct graph_node *node);

/* The side is complete: make the edges that are left, forget the rest. */
void triggers_end(struct triggers *t);

#endif
