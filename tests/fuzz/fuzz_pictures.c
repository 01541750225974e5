/* SPDX-License-Identifier: MIT */
/*
 * Any records as pictures: graphs, timelines and heat maps of them are drawn in
 * every form, records and traces are JSON, SVG is text and boxes alone, and no
 * form has a character that drives a terminal.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "tele/execution.h"
#include "tele/graphcompare.h"
#include "tele/graphformat.h"
#include "tele/graphread.h"
#include "tele/heatformat.h"
#include "tele/json.h"
#include "tele/timelineformat.h"
#include "tele/utf8.h"

static void
must_be_plain(const struct out *out)
{
	const char *p = out->buf, *end = p + out->len;
	uint32_t cp;
	size_t len;

	for (; p < end; p += len) {
		len = utf8_decode(p, end, &cp);
		must(len > 0);
		/* CSV ends its lines in CR LF. */
		must(!utf8_is_control(cp) || cp == '\n' || cp == '\t' ||
		    (cp == '\r' && p + 1 < end && p[1] == '\n'));
	}
}

/* Every line is JSON. */
static void
must_be_records(const struct out *out)
{
	const char *p = out->buf, *end = p + out->len, *newline;
	struct json_fault fault;

	for (; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		must(newline != NULL);
		must(json_check(slice_range(p, newline), &fault));
	}
}

/* Tags are of a few kinds, and a quote or bracket is never text. */
static void
must_be_svg(const struct out *out)
{
	static const char *const tags[] = { "svg ", "title>", "rect ", "text ",
		"line ", "g>", "/svg>", "/title>", "/text>", "/g>" };
	const char *p = out->buf, *end = p + out->len;
	bool is_known;

	must(out->len > 7 && memcmp(end - 7, "</svg>\n", 7) == 0);
	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		is_known = false;
		p++;
		for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
			is_known |= (size_t)(end - p) >= strlen(tags[i]) &&
			    memcmp(p, tags[i], strlen(tags[i])) == 0;
		must(is_known);
	}
}

static void
must_be(const char *format, const struct out *out)
{
	struct json_fault fault;

	if (out->len == 0) {
		must(strcmp(format, "chrome") != 0);
		must(strcmp(format, "svg") != 0);
		must(strcmp(format, "html") != 0);
		return;
	}
	if (strcmp(format, "ndjson") == 0)
		must_be_records(out);
	else if (strcmp(format, "chrome") == 0)
		must(json_check((struct slice){ out->buf, out->len }, &fault));
	else if (strcmp(format, "svg") == 0)
		must_be_svg(out);
	must_be_plain(out);
}

/* Call TAKE for each event of DATA. */
static void
read_events(struct slice data, void *arg,
    void (*take)(void *arg, struct event_reader *r, const struct event *ev))
{
	struct event_reader r;
	struct event ev;
	struct input in;

	input_open_memory(&in, "memory", data);
	event_reader_init(&r, &in);
	while (event_next(&r, &ev))
		if (ev.type == RECORD_EVENT)
			take(arg, &r, &ev);
	event_reader_free(&r);
	input_close(&in);
}

static void
take_for_graph(void *arg, struct event_reader *r, const struct event *ev)
{
	graph_reader_add(arg, r, ev);
}

static void
draw_graph(const struct graph *g, int format)
{
	const struct graph_view_options options = { .max_nodes = 20 };
	struct graph_view v;
	struct out out;
	struct graph_picture p = { &v, &out, "{file}#L{line}",
		.screen = { .out = &out, .width = 40 } };

	out_open_memory(&out);
	must(graph_view_init(&v, g, &options));
	graph_format_at(format)->write(&p);
	must_be(graph_format_names[format], &out);
	p.lists_cycles = true;
	graph_format_at(format)->write(&p);
	graph_view_free(&v);
	out_close(&out);
}

static void
look_at_graph(struct slice data)
{
	const struct graph_reader_options options = { .edges = 15 };
	struct graph_reader *r;
	struct graph g;

	graph_init(&g, 50);
	g.has_base = true;
	r = graph_reader_new(&g, &options);
	for (int side = GRAPH_SIDES; side-- > 0;) {
		graph_reader_begin(r, (enum graph_side)side);
		read_events(data, r, take_for_graph);
		graph_reader_end(r);
	}
	graph_compare(&g);
	for (int i = 0; graph_format_names[i] != NULL; i++)
		draw_graph(&g, i);
	graph_reader_free(r);
	graph_free(&g);
}

static void
draw_timeline(const struct timeline *t, int i)
{
	const struct timeline_format *format = timeline_format_at(i);
	struct out out;
	struct timeline_picture p = { .out = &out,
		.screen = { .out = &out, .width = 60 },
		.collapses = true,
		.count = 1,
		.has_time = t->has_time,
		.begin_ns = t->begin_ns };

	out_open_memory(&out);
	if (format->begin != NULL)
		format->begin(&p);
	format->write(&p, t);
	if (format->end != NULL)
		format->end(&p);
	must_be(timeline_format_names[i], &out);
	out_close(&out);
}

static void
look_at_timeline(void *arg, struct execution *x)
{
	struct timeline t, base;
	int64_t sum = 0;

	(void)arg;
	if (!timeline_init(&t, x))
		return;
	for (size_t i = 0; i < t.count; i++) {
		must(t.rows[i].start_ns >= 0);
		must(t.rows[i].end_ns >= t.rows[i].start_ns);
		must(t.rows[i].self_ns >= 0 && t.rows[i].critical_ns >= 0);
		sum += t.rows[i].critical_ns;
	}
	must(sum == t.path.length_ns);
	for (int i = 0; timeline_format_names[i] != NULL; i++)
		draw_timeline(&t, i);
	timeline_cut(&t, 5);
	timeline_init(&base, x);
	timeline_compare(&base, &t);
	for (int i = 0; timeline_format_names[i] != NULL; i++)
		draw_timeline(&base, i);
	timeline_free(&t);
	timeline_free(&base);
}

static void
take_for_timeline(void *arg, struct event_reader *r, const struct event *ev)
{
	struct step s;

	if (step_read(r, ev, &s))
		executions_add(arg, ev, &s, NULL);
}

static void
look_at_executions(struct slice data)
{
	struct executions *all = executions_new(timeline_keys, look_at_timeline,
	    NULL);

	executions_limit(all, 64 << 10);
	read_events(data, all, take_for_timeline);
	executions_finish(all);
	executions_free(all);
}

static void
take_for_heat(void *arg, struct event_reader *r, const struct event *ev)
{
	struct heat_event e = { .has_failed = ev->kind == KIND_ERROR };
	struct slice owner, name;

	e.has_time = event_time(r, ev, &e.start_ns, &e.digits);
	e.has_duration = event_ns(r, ev, EVENT_DURATION_MS, &e.duration_ns);
	event_names(ev, &owner, &name);
	heat_add(arg, heat_row(arg, name, owner, name), &e);
}

static void
draw_heat(const struct heat *h, int i, enum heat_measure measure)
{
	const struct heat_format *format = heat_format_at(i);
	struct heat_view v;
	struct out out;
	struct heat_picture p = { .v = &v,
		.out = &out,
		.screen = { .out = &out, .width = 50 },
		.top = 3 };
	struct heat_view_options options = { .measure = measure,
		.most_rows = 10 };

	out_open_memory(&out);
	options.most_columns = format->columns(&p, &options.gap_width);
	heat_view_init(&v, h, &options);
	format->write(&p);
	must_be(heat_format_names[i], &out);
	heat_view_free(&v);
	out_close(&out);
}

static void
look_at_heat(struct slice data)
{
	struct heat h;

	heat_init(&h, 20, 1000);
	read_events(data, &h, take_for_heat);
	for (int i = 0; heat_format_names[i] != NULL; i++)
		for (int k = 0; heat_measure_names[k] != NULL; k++)
			draw_heat(&h, i, (enum heat_measure)k);
	heat_free(&h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };

	/* Without Graphviz: a process for each run would take too long. */
	setenv("PATH", "/nowhere", 1);
	look_at_graph(text);
	look_at_executions(text);
	look_at_heat(text);
	return 0;
}
