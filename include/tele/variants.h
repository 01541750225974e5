/* SPDX-License-Identifier: MIT */
#ifndef TELE_VARIANTS_H
#define TELE_VARIANTS_H

#include "tele/conform.h"
#include "tele/key.h"
#include "tele/map.h"
#include "tele/sighting.h"
#include "tele/walk.h"

/* What happened within a sequence, or within a step of it. */
struct flow_part {
	const struct execution *e;
	size_t at; /* the step that it happened in */
	struct catalog_sequence *sequence;
	struct catalog_step *within; /* NULL: the sequence */
	struct conform_plan *plan;
	const uint32_t *children; /* the steps that happened */
	const int32_t *labels;    /* of each of them */
	size_t n;
	bool is_unfinished;
};

/* Why steps may be missing without being an error of the flow. */
enum excuse { EXCUSE_NONE, EXCUSE_ERROR, EXCUSE_UNFINISHED };

/* A way in which the flow of a sequence, or of a step, was not kept. */
struct variant {
	const struct catalog_sequence *sequence;
	const struct catalog_step *within; /* NULL: the sequence itself */
	const struct conform_plan *plan;
	enum excuse excuse;
	size_t excuse_from; /* what is missing behind this observed step is */
	size_t n;           /* observed steps */
	const int32_t *labels;
	const struct observed *strangers; /* those without a label, in order */
	struct sighting seen;
};

/*
 * Executions that deviate in the same way are one variant.  At most MAX are
 * kept apart, and VARIANTS_BYTES of them.
 */
enum { VARIANTS_BYTES = 12 << 20 };

struct variants {
	struct map map; /* of struct variant */
	struct arena arena;
	size_t max, bytes;
	uint64_t unlisted; /* deviations beyond what is kept apart */
	struct key key;    /* private */
};

void variants_init(struct variants *all, size_t max);
void variants_free(struct variants *all);

/* One more that does what P does; W tells what failed. */
void variants_add(struct variants *all, const struct flow_part *p,
    const struct walk *w);

#endif
