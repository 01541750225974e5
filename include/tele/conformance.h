/* SPDX-License-Identifier: MIT */
#ifndef TELE_CONFORMANCE_H
#define TELE_CONFORMANCE_H

#include "tele/catalog.h"
#include "tele/conform.h"
#include "tele/event.h"
#include "tele/execution.h"
#include "tele/quantile.h"
#include "tele/sighting.h"
#include "tele/variants.h"

/*
 * Executions against the flow that is documented for them.  Executions that do
 * the same are one variant, which is explained once, when all is known.
 *
 * An execution is judged if all of it was seen: its root, and the parents of
 * all that has one.
 */

/* What is known of a documented step, its `owner` in the catalog. */
struct step_record {
	uint64_t seen;
	struct slice code_file, code_line; /* JSON text, of the first */
	struct quantile durations; /* of steps that may take only so long */
	struct sighting over;      /* longer than its maximum */
	int64_t longest_ns;
	struct step_record *timed_next; /* of all that have durations */
};

/* The same of a sequence. */
struct sequence_record {
	uint64_t executions, judged, conforming;
	struct step_record whole;
};

/* A step was handled by somebody else. */
struct misrouting {
	const struct catalog_step *step;
	struct observed by;
	struct sighting seen;
};

/* A sequence that is not documented, by its name, id and service. */
struct stranger {
	struct slice name, id, service, plugin;
	struct sighting seen;
};

struct conformance {
	struct catalog *catalog;
	struct executions *executions;
	struct arena arena;
	struct variants variants;
	struct map misroutings; /* of struct misrouting */
	struct map strangers;   /* of struct stranger */
	struct step_record *timed;
	struct conform_plan **plans;
	size_t plan_count, plans_cap;
	size_t max_names;
	int64_t grace_ns, last_ns; /* the latest time that was seen */
	uint64_t judged;           /* executions that have a definition */
	uint64_t conforming;       /* of these: just as documented */
	uint64_t incomplete;       /* of which not all was seen */
	uint64_t running;          /* unfinished, but within the grace period */
	struct conformance_walk *walk; /* private */
};

/*
 * C, whose owners become ours, is borrowed.  What began in the last GRACE_NS of
 * the input may be unfinished.  At most MAX_NAMES of each are told apart.
 */

void conformance_init(struct conformance *x, struct catalog *c,
    int64_t grace_ns, size_t max_names);
void conformance_free(struct conformance *x);

/* Take EV, an event; what is malformed in it is reported. */
void conformance_add(struct conformance *x, struct event_reader *r,
    const struct event *ev);

/* The input is over: settle all that is open. */
void conformance_finish(struct conformance *x);

#endif
