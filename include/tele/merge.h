/* SPDX-License-Identifier: MIT */
#ifndef TELE_MERGE_H
#define TELE_MERGE_H

#include "tele/out.h"
#include "tele/timestamp.h"

/*
 * Events of several logs in the order of their times.  As events come out when
 * they are complete and their time is when they began, one log alone may be out
 * of order as well: MERGE_EVENTS of them, or MERGE_BYTES, wait for earlier
 * ones. Those of one time come by the number of their log, then as in it.
 */
enum { MERGE_EVENTS = 16384, MERGE_BYTES = 4 << 20 };

struct merger {
	struct out *out;
	struct merge_event *heap; /* the earliest first */
	size_t count, cap, bytes;
	uint64_t added;
	int64_t written_ns; /* time of the last event written */
	uint64_t late;      /* events that came after later ones were written */
	struct timestamp_cache time;
};

/* OUT is borrowed. */
void merge_init(struct merger *m, struct out *out);
void merge_free(struct merger *m);

/*
 * Add the events of log SOURCE in LINES, whole lines.  *PROGRESS_NS is the
 * latest time that came from it so far; an event without a time gets that.
 */
void merge_add(struct merger *m, int source, struct slice lines,
    int64_t *progress_ns);

/* Write all that waits. */
void merge_flush(struct merger *m);

#endif
