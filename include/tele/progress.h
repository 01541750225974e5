/* SPDX-License-Identifier: MIT */
#ifndef TELE_PROGRESS_H
#define TELE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far reading has come, drawn on standard error: at once when it is asked
 * for; else once a second has passed, where that is a terminal and it is known
 * how much there is.
 */
struct progress {
	uint64_t done_bytes, total_bytes; /* total: 0 is unknown */
	int64_t began_ns, drawn_ns;
	bool is_asked, draws;
};

void progress_begin(struct progress *p, bool is_asked, uint64_t total_bytes);

/* N bytes more were read. */
void progress_add(struct progress *p, uint64_t n);

/* All was read. */
void progress_end(struct progress *p);

#endif
