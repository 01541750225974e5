/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tele/duration.h"
#include "tele/heatformat.h"
#include "tele/scale.h"
#include "tele/timestamp.h"

static const struct heat_format *const formats[] = { &heat_text_format,
	&heat_svg_format, &heat_html_format, &heat_ndjson_format };

const char *const heat_format_names[] = { "text", "svg", "html", "ndjson",
	NULL };

const struct heat_format *
heat_format_at(int i)
{
	return formats[i];
}

void
heat_subject(char *text, const struct heat_picture *p)
{
	static const char *const subjects[] = {
		"p95 of the durations in a cell",
		"how many in a cell",
		"how many failed in a cell",
		"share of the time of all in a column",
	};

	snprintf(text, HEAT_TEXT, "%s, a logarithmic scale%s",
	    subjects[p->v->measure],
	    p->v->per_row ? " for each row" : ", the same for all rows");
}

void
heat_span(char *text, const struct heat_picture *p)
{
	const struct heat_view *v = p->v;
	char from[TIMESTAMP_MAX], to[TIMESTAMP_MAX], step[SCALE_TEXT];
	int digits = v->step_ns >= NS_PER_S ? 0
	    : v->step_ns >= NS_PER_MS       ? 3
					    : 6;
	int64_t end;

	text[0] = '\0';
	if (v->column_count == 0)
		return;
	end = v->columns[v->column_count - 1].from_ns;
	if (__builtin_add_overflow(end, v->step_ns, &end))
		end = INT64_MAX;
	scale_duration(step, v->step_ns, p->screen.is_ascii);
	from[timestamp_format(from, v->columns[0].from_ns, digits)] = '\0';
	to[timestamp_format(to, end, digits)] = '\0';
	snprintf(text, HEAT_TEXT, "%s to %s, a column is %s", from, to, step);
}

void
heat_value(char *text, const struct heat_view *v, int64_t value, bool is_ascii)
{
	if (v->measure == HEAT_P95)
		scale_duration(text, value, is_ascii);
	else if (v->measure == HEAT_SHARE)
		scale_share(text, (uint64_t)value, 1000);
	else
		snprintf(text, HEAT_TEXT, "%lld", (long long)value);
}

void
heat_latency(char *text, const struct heat_view *v, size_t i, bool is_ascii)
{
	scale_duration(text, v->rows[i].from_ns, is_ascii);
}

void
heat_clock(char *text, int64_t ns, int64_t step_ns)
{
	char stamp[TIMESTAMP_MAX];
	int digits = 0, from = 11, to = 16;
	int64_t unit = NS_PER_S;

	for (; unit > step_ns && digits < 9; unit /= 10)
		digits++;
	stamp[timestamp_format(stamp, ns, digits)] = '\0';
	if (step_ns >= 24 * 3600 * NS_PER_S) {
		from = 5;
		to = 10;
	} else if (digits > 0) {
		to = 20 + digits;
	} else if (step_ns < 60 * NS_PER_S) {
		to = 19;
	}
	snprintf(text, HEAT_TEXT, "%.*s", to - from, stamp + from);
}

int64_t
heat_label_step(const struct heat_view *v, int64_t width)
{
	int64_t step;

	if (__builtin_mul_overflow(v->step_ns, width, &step))
		return INT64_MAX;
	return scale_step(step);
}

void
heat_summary(char *text, const struct heat_view *v, bool is_ascii)
{
	static const struct {
		const char *name;
		double p;
	} points[] = { { "p50", 0.5 }, { "p95", 0.95 }, { "p99", 0.99 },
		{ "max", 1 } };
	const struct summary *s = &v->latency;
	char duration[SCALE_TEXT];
	size_t len;
	int64_t ns;

	len = (size_t)snprintf(text, HEAT_TEXT, "%llu times, %llu failed",
	    (unsigned long long)s->count, (unsigned long long)s->errors);
	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		if (!quantile_at(&s->durations, points[i].p, &ns))
			continue;
		scale_duration(duration, ns, is_ascii);
		len += (size_t)snprintf(text + len, HEAT_TEXT - len, ", %s %s",
		    points[i].name, duration);
	}
}

void
heat_missing(char *text, const struct heat_view *v)
{
	size_t len = 0;

	text[0] = '\0';
	if (v->hidden_rows > 0)
		len = (size_t)snprintf(text, HEAT_TEXT,
		    "hidden: %zu more row%s", v->hidden_rows,
		    v->hidden_rows == 1 ? "" : "s");
	if (v->heat->timeless > 0)
		snprintf(text + len, HEAT_TEXT - len,
		    "%sno time, so in no cell: %llu events",
		    len > 0 ? "; " : "", (unsigned long long)v->heat->timeless);
}
