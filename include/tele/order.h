/* SPDX-License-Identifier: MIT */
#ifndef TELE_ORDER_H
#define TELE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/event.h"
#include "tele/selection.h"

/*
 * The events of files in the order in which things began: by time; of one time
 * by file, then by `src_line`; of one line as they come.  Events are written
 * when they are complete, so that every recording is out of order a little.
 *
 * As many events wait for earlier ones as a window of some bytes holds; one
 * that is later than that comes at once, and is counted.
 */
enum { ORDER_CHUNK = 1 << 20 }; /* bytes that are sorted at a time */

struct ordered {
	int64_t ns;    /* of an event without a time: of those before it */
	uint64_t line; /* the same of `src_line` */
	uint64_t number;
	size_t offset; /* in the text of its chunk */
	struct order_chunk *chunk;
	uint32_t len;
	uint16_t file;
	bool has_time;
	uint8_t kind; /* an event_kind */
};

struct order {
	struct input in;
	struct event_reader events;
	const struct selection *selection;
	uint64_t kinds; /* a bit for each that is wanted; 0 is all */
	uint64_t window_bytes;
	struct ordered *waiting; /* sorted, from FIRST on */
	size_t first, count, cap;
	struct ordered *fresh; /* of the newest chunk */
	size_t fresh_count, fresh_cap;
	struct order_chunk *given, *spare;
	uint64_t held_bytes;
	struct ordered last; /* that came in */
	bool is_read, has_given;
	struct ordered bound; /* the latest that was given */
	uint64_t late, added;
};

/*
 * Read the files of ARGV, as input_open does; events of KINDS that SELECTION
 * has, which is borrowed and may be NULL.
 */
void order_open(struct order *o, uint64_t kinds,
    const struct selection *selection, uint64_t window_bytes, int argc,
    char *argv[]);

/* The next event, or NULL; borrowed until the next call. */
const struct ordered *order_next(struct order *o);

/* Its record with a newline, and without. */
struct slice ordered_line(const struct ordered *e);
struct slice ordered_record(const struct ordered *e);

/* Release; returns the exit status that the input calls for. */
int order_close(struct order *o);

#endif
