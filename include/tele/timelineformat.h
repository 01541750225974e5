/* SPDX-License-Identifier: MIT */
#ifndef TELE_TIMELINEFORMAT_H
#define TELE_TIMELINEFORMAT_H

#include "tele/axis.h"
#include "tele/screen.h"
#include "tele/timeline.h"

/*
 * The forms in which timelines are written.  One row in timelineformat.c makes
 * one known.  Several timelines may follow each other in one output.
 */
struct timeline_picture {
	struct out *out; /* the screen's, too */
	struct screen screen;
	bool collapses;   /* long silences are drawn short */
	bool only_path;   /* folded: the critical path alone */
	const char *link; /* html: the address of code, {file} and {line} */
	size_t index;     /* of the timeline, from 0 ... */
	size_t count;     /* ... of so many */
	bool has_time;    /* any of them has one: BEGIN_NS is the first */
	int64_t begin_ns;
	void *state; /* of the form, from begin to end */
};

struct timeline_format {
	const char *name;
	bool is_picture; /* there is no room for everything */
	void (*begin)(struct timeline_picture *p);
	void (*write)(struct timeline_picture *p, const struct timeline *t);
	void (*end)(struct timeline_picture *p); /* each may be NULL */
};

/* The names, ended by NULL; the first is the default. */
extern const char *const timeline_format_names[];

const struct timeline_format *timeline_format_at(int i);

/*
 * What pictures share.  TEXT of a note takes TIMELINE_NOTE bytes and is what
 * is odd about a row, "ends 3 ms after its parent": 0 if nothing is.
 */
enum { TIMELINE_NOTE = 256 };
size_t timeline_note(char *text, const struct timeline_row *row, bool is_ascii);

/*
 * The axis for T: WIDTH, SILENCE_WIDTH and TICK_WIDTH as axis_init has them.
 */
void timeline_axis(struct axis *a, const struct timeline *t, bool collapses,
    int64_t width, int64_t silence_width, int64_t tick_width);

/*
 * The pieces of the critical path of row I: *COUNT of them from the return
 * value on.
 */
const struct critical_piece *timeline_pieces(const struct timeline *t,
    uint32_t i, size_t *count);

/*
 * What there is to say of T as a whole: "100 ms, 6 spans, 1 failed".  TEXT
 * takes TIMELINE_NOTE bytes.
 */
void timeline_about(char *text, const struct timeline *t, bool is_ascii);

/* When it began, RFC 3339; "" if the log has no times.  DST: TIMESTAMP_MAX. */
size_t timeline_when(char *dst, const struct timeline *t);

extern const struct timeline_format timeline_text_format, timeline_svg_format,
    timeline_html_format, timeline_chrome_format, timeline_folded_format,
    timeline_csv_format;

#endif
