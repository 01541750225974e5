/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEATFORMAT_H
#define TELE_HEATFORMAT_H

#include "tele/heatview.h"
#include "tele/out.h"
#include "tele/screen.h"

/*
 * The forms in which heat maps are written.  One row in heatformat.c makes one
 * known.
 */
struct heat_picture {
	const struct heat_view *v;
	struct out *out; /* the screen's, too */
	struct screen screen;
	size_t top;           /* so many bottlenecks are listed */
	struct slice handler; /* of latencies: whose, plain text */
	const char *link;     /* html: the address of code, {file} and {line} */
};

struct heat_format {
	const char *name;
	/* How many columns there is room for, and what a gap takes. */
	size_t (*columns)(const struct heat_picture *p, size_t *gap_width);
	void (*write)(const struct heat_picture *p);
};

/* The names, ended by NULL; the first is the default. */
extern const char *const heat_format_names[];

const struct heat_format *heat_format_at(int i);

/*
 * What pictures share.  Texts take HEAT_TEXT bytes and are terminated.
 */
enum { HEAT_TEXT = 256 };

/* What the cells show, and on which scale. */
void heat_subject(char *text, const struct heat_picture *p);

/* From when to when, and how long a column is. */
void heat_span(char *text, const struct heat_picture *p);

/* A value of the measure: "2.5 ms", "12", "5 %". */
void heat_value(char *text, const struct heat_view *v, int64_t value,
    bool is_ascii);

/* The latency that row I begins with. */
void heat_latency(char *text, const struct heat_view *v, size_t i,
    bool is_ascii);

/*
 * The label of a column that begins at NS, as fine as STEP_NS asks for:
 * "22:07:30", or "11-22" for steps of days.
 */
void heat_clock(char *text, int64_t ns, int64_t step_ns);

/* The step between labels that are WIDTH columns wide. */
int64_t heat_label_step(const struct heat_view *v, int64_t width);

/* Of latencies: how many, how many failed, and quantiles of all. */
void heat_summary(char *text, const struct heat_view *v, bool is_ascii);

/* What is not on the picture; "" if nothing is missing. */
void heat_missing(char *text, const struct heat_view *v);

extern const struct heat_format heat_text_format, heat_svg_format,
    heat_html_format, heat_ndjson_format;

#endif
