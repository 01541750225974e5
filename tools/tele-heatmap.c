/* SPDX-License-Identifier: MIT */
/*
 * tele-heatmap - draw which handler is slow when
 *
 * in:   {"time":"...","kind":"beat","handler":"load","duration_ms":1.5,...}
 * out:              03:04:05   03:04:10
 *       load        ▁▁▂▁▁▃▅▇█▇▅▂▁▁▁       1.2 s
 */
#include <stdlib.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/event.h"
#include "tele/heat.h"
#include "tele/heatformat.h"
#include "tele/heatview.h"
#include "tele/input.h"
#include "tele/json.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/scale.h"
#include "tele/screen.h"

static struct {
	int format, measure;
	struct opt_list kinds;
	const char *handler, *link;
	uint64_t rows, top, max_names;
	int64_t step_ns;
	bool per_row;
} opt = { .measure = -1,
	.rows = 20,
	.top = 10,
	.max_names = 100000,
	.link = "{file}#L{line}" };

static const struct opt options[] = {
	{ 'f', "format", "NAME", OPT_CHOICE, &opt.format,
	    "text, svg, html or ndjson (text)", heat_format_names },
	{ 0, "cell", "WHAT", OPT_CHOICE, &opt.measure,
	    "show p95, count, errors or share (p95; with --handler count)",
	    heat_measure_names },
	{ 0, "handler", "NAME", OPT_STRING, &opt.handler,
	    "show the latencies of this handler", NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "count these kinds (beat,handler,span and timed logs)", NULL },
	{ 0, "step", "DURATION", OPT_DURATION, &opt.step_ns,
	    "make columns of DURATION (as many as fit)", NULL },
	{ 0, "rows", "N", OPT_COUNT, &opt.rows,
	    "show the N handlers that took most time, 0 for all (20)", NULL },
	{ 0, "per-row", NULL, OPT_FLAG, &opt.per_row,
	    "a scale for each row, not one for all", NULL },
	{ 'n', "top", "N", OPT_COUNT, &opt.top,
	    "list the first N bottlenecks below (10)", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "put handlers after the first N in one (100000)", NULL },
	{ 0, "link", "TEMPLATE", OPT_STRING, &opt.link,
	    "html: the address of code, with {file} and {line}", NULL },
	SCREEN_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_heatmap = { "tele-heatmap",
	"Draw which handler is slow when.", "[file ...]", options,
	"  tele-extract app.log | tele-heatmap\n"
	"  tele-extract app.log | tele-heatmap --cell errors\n"
	"  tele-extract app.log | tele-heatmap --handler notifyUi\n" };

/* Which row the last events of these names were in. */
enum { CACHE = 256 };
struct cached {
	struct slice key; /* as the map has it */
	struct heat_row *row;
};

struct heatmap {
	struct input in;
	struct event_reader events;
	struct heat heat;
	struct cached cache[CACHE];
	uint64_t kinds;
	bool is_timed_log;
	char *key;
	size_t key_cap;
	uint64_t durationless; /* with --handler: in no row */
	uint64_t seen;
};

static void
choose(struct heatmap *h)
{
	h->kinds = opt_bits(&opt.kinds, event_kind_names, "kind");
	h->is_timed_log = h->kinds == 0;
	if (h->kinds == 0)
		h->kinds = 1u << KIND_BEAT | 1u << KIND_HANDLER |
		    1u << KIND_SPAN;
	if (opt.measure < 0)
		opt.measure = opt.handler != NULL ? HEAT_COUNT : HEAT_P95;
	if (opt.handler != NULL && opt.measure != HEAT_COUNT &&
	    opt.measure != HEAT_ERRORS)
		opt_usage("with --handler, --cell is count or errors");
	heat_init(&h->heat, opt.max_names,
	    opt.step_ns > 0 ? opt.step_ns : NS_PER_US);
}

static bool
is_wanted(const struct heatmap *h, const struct event *ev)
{
	if ((h->kinds >> ev->kind & 1) != 0)
		return true;
	return h->is_timed_log && ev->kind == KIND_LOG &&
	    event_has(ev, EVENT_DURATION_MS);
}

static bool
has_failed(const struct event *ev)
{
	struct slice level = event_get(ev, EVENT_LEVEL);

	return ev->kind == KIND_ERROR ||
	    slice_equal(event_get(ev, EVENT_STATUS), SLICE("error")) ||
	    slice_equal(level, SLICE("error")) ||
	    slice_equal(level, SLICE("fatal"));
}

/* OWNER and NAME as a key: JSON text, so that a newline can part them. */
static struct slice
make_key(struct heatmap *h, struct slice owner, struct slice name)
{
	char *p;

	h->key = mem_grow(h->key, &h->key_cap, 6 * (owner.len + name.len) + 64,
	    1);
	p = h->key + json_normal(h->key, owner);
	*p++ = '\n';
	p += json_normal(p, name);
	return slice_range(h->key, p);
}

static struct heat_row *
row_of_handler(struct heatmap *h, const struct event *ev)
{
	struct slice owner, name, key, plain[2];
	struct cached *c;
	char *memory;

	event_names(ev, &owner, &name);
	key = make_key(h, owner, name);
	c = &h->cache[map_hash(key) % CACHE];
	if (c->row != NULL && slice_equal(c->key, key))
		return c->row;
	c->row = map_get(&h->heat.rows, key);
	if (c->row == NULL) {
		memory = mem_alloc(owner.len + name.len + 1);
		plain[0] = (struct slice){ memory,
			json_unescape(memory, owner) };
		plain[1] = (struct slice){ memory + owner.len,
			json_unescape(memory + owner.len, name) };
		c->row = heat_row(&h->heat, key, plain[0],
		    name.len > 0 ? plain[1] : SLICE("(none)"));
		free(memory);
	}
	c->key = map_entry_of(c->row)->key;
	return c->row;
}

/* Whether EV is of the one handler: NAME, or OWNER/NAME. */
static bool
is_of_handler(const struct event *ev)
{
	struct slice owner, name, wish = slice_of(opt.handler);

	event_names(ev, &owner, &name);
	if (json_is(name, wish))
		return true;
	for (size_t i = 0; i < wish.len; i++)
		if (wish.ptr[i] == '/' &&
		    json_is(owner, (struct slice){ wish.ptr, i }) &&
		    json_is(name, slice_of(wish.ptr + i + 1)))
			return true;
	return false;
}

static struct heat_row *
row_of_latency(struct heatmap *h, int64_t duration_ns)
{
	int bin = latency_bin(duration_ns);
	const struct slice nothing = { "", 0 };

	return heat_row(&h->heat,
	    (struct slice){ (const char *)&bin, sizeof(bin) }, nothing,
	    nothing);
}

static void
add_event(struct heatmap *h, const struct event *ev)
{
	struct heat_event e = { .has_failed = has_failed(ev) };
	uint64_t malformed = h->in.malformed;
	struct heat_row *row;

	e.has_time = event_time(&h->events, ev, &e.start_ns, &e.digits);
	e.has_duration = event_ns(&h->events, ev, EVENT_DURATION_MS,
	    &e.duration_ns);
	if (h->in.malformed != malformed)
		return;
	h->seen++;
	if (opt.handler != NULL && !e.has_duration) {
		h->durationless++;
		return;
	}
	row = opt.handler != NULL ? row_of_latency(h, e.duration_ns)
				  : row_of_handler(h, ev);
	heat_add(&h->heat, row, &e);
	if (event_has(ev, EVENT_CODE_FILE))
		summary_add_code(&row->all, ev->value[EVENT_CODE_FILE],
		    event_get(ev, EVENT_CODE_LINE));
}

static void
read_events(struct heatmap *h)
{
	struct event ev;

	while (event_next(&h->events, &ev)) {
		if (ev.type != RECORD_EVENT)
			input_malformed(&h->in, ev.line.ptr, "not an event");
		else if (is_wanted(h, &ev) &&
		    (opt.handler == NULL || is_of_handler(&ev)))
			add_event(h, &ev);
	}
}

static void
report_limits(const struct heatmap *h)
{
	char wish[SCALE_TEXT], step[SCALE_TEXT];

	if (h->heat.folded > 0)
		warn("more than %llu handlers: the rest, %llu events, is "
		     "'(other)'",
		    (unsigned long long)opt.max_names,
		    (unsigned long long)h->heat.folded);
	if (opt.step_ns > 0 && h->heat.part_ns > opt.step_ns) {
		scale_duration(wish, opt.step_ns, true);
		scale_duration(step, h->heat.part_ns, true);
		warn("columns of %s would be too many: they are %s", wish,
		    step);
	}
	if (h->durationless > 0)
		warn("of no duration, so in no row: %llu events",
		    (unsigned long long)h->durationless);
}

/* Draw what there is; returns the exit status that it calls for. */
static int
draw(struct heatmap *h)
{
	const struct heat_format *format = heat_format_at(opt.format);
	struct heat_view view;
	struct out out;
	struct heat_picture p = { .v = &view,
		.out = &out,
		.top = opt.top,
		.link = opt.link,
		.handler = opt.handler != NULL ? slice_of(opt.handler)
					       : SLICE("") };
	struct heat_view_options wish = {
		.measure = (enum heat_measure)opt.measure,
		.is_latency = opt.handler != NULL,
		.per_row = opt.per_row,
		.most_rows = opt.rows,
		.step_ns = opt.step_ns
	};

	out_open(&out, STDOUT_FILENO);
	screen_init(&p.screen, &out);
	wish.most_columns = format->columns(&p, &wish.gap_width);
	heat_view_init(&view, &h->heat, &wish);
	format->write(&p);
	heat_view_free(&view);
	if (!out_close(&out))
		return EXIT_TROUBLE;
	if (opt.handler != NULL && h->seen == 0) {
		warn("no handler is called '%s'", opt.handler);
		return EXIT_NO;
	}
	return EXIT_OK;
}

int
main(int argc, char *argv[])
{
	struct heatmap h = { 0 };
	int status, drawn;

	opt_parse(&tele_heatmap, &argc, &argv);
	choose(&h);
	input_open(&h.in, argc, argv);
	event_reader_init(&h.events, &h.in);
	read_events(&h);
	event_reader_free(&h.events);
	status = input_close(&h.in);
	report_limits(&h);
	drawn = draw(&h);
	heat_free(&h.heat);
	free(h.key);
	return status != EXIT_OK ? status : drawn;
}
