/* SPDX-License-Identifier: MIT */
#ifndef TELE_TRACELINES_H
#define TELE_TRACELINES_H

#include <stdbool.h>

#include "tele/heading.h"

/*
 * Stack traces in a stream of lines, as programs print them when they end:
 * where each begins, and which lines belong to it.
 */
struct tracelines {
	enum heading_kind kind; /* of the trace that is open */
	bool is_open, has_frames;
	bool is_doubtful; /* whether the line before is of a trace at all */
	bool is_named;    /* Python: the name of the error has come */
	bool is_chained;  /* an error that comes next belongs to it */
	bool has_gap;     /* the line before was empty */
	int lines;        /* without a frame, at the end */
};

enum traceline {
	TRACELINE_NONE,      /* the line belongs to no trace */
	TRACELINE_BEGINS,    /* it begins one */
	TRACELINE_MAY_BEGIN, /* ... if the next one goes on with it */
	TRACELINE_GOES_ON,   /* it belongs to the one that began before */
	TRACELINE_MAY_GO_ON, /* ... if the next one does */
};

/* What LINE, the next one, is.  A zeroed struct is before the first. */
enum traceline tracelines_next(struct tracelines *t, struct slice line);

#endif
