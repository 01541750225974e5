/* SPDX-License-Identifier: MIT */
#ifndef TELE_REHEARSAL_H
#define TELE_REHEARSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/out.h"
#include "tele/pace.h"

/* What a replay would be: how many events, of when, and how long it takes. */
struct rehearsal {
	struct pace pace;
	uint64_t events, bytes;
	bool has_time; /* any event has */
	int64_t first_ns, last_ns;
};

void rehearsal_init(struct rehearsal *h, const struct pace *pace);

/* One event more, of BYTES; if HAS_TIME, it was recorded at NS. */
void rehearsal_add(struct rehearsal *h, size_t bytes, bool has_time,
    int64_t ns);

/* Write it as a record, of one of ROUNDS. */
void rehearsal_write(const struct rehearsal *h, uint64_t rounds,
    struct out *out);

#endif
