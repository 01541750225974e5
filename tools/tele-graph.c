/* SPDX-License-Identifier: MIT */
/*
 * tele-graph - draw which handler leads to which
 *
 * in:   {"kind":"beat","handler":"load","duration_ms":1.5,"trace":"t1",...}
 * out:  digraph tele { ... "load" -> "notify" [label="12"] ... }
 */
#include <stdlib.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/event.h"
#include "tele/graphcompare.h"
#include "tele/graphformat.h"
#include "tele/graphread.h"
#include "tele/graphview.h"
#include "tele/input.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/screen.h"

enum { MAX_NODES = 40, MAX_EDGES = 80 };

static const char *const collapse_names[] = { "plugin", "service", "dir",
	NULL };
static const char *const fail_names[] = { "cycles", "added", "removed",
	"changed", NULL };

static struct {
	int format, collapse;
	struct opt_list edges, kinds, fail_on;
	const char *focus, *min_edge, *base, *link;
	uint64_t depth, max_names;
	bool up, down, all, cycles;
} opt = { .collapse = -1,
	.depth = 2,
	.max_names = 100000,
	.link = "{file}#L{line}" };

static const struct opt options[] = {
	{ 'f', "format", "NAME", OPT_CHOICE, &opt.format,
	    "dot, mermaid, text, html or ndjson (dot)", graph_format_names },
	{ 0, "edges", "KIND,...", OPT_LIST, &opt.edges,
	    "follows, calls, triggers or state (follows)", NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "only these kinds of work", NULL },
	{ 0, "collapse", "WHAT", OPT_CHOICE, &opt.collapse,
	    "draw plugins, services or dirs instead of handlers",
	    collapse_names },
	{ 0, "focus", "NODE", OPT_STRING, &opt.focus,
	    "only what leads to NODE, and what it leads to", NULL },
	{ 0, "depth", "N", OPT_COUNT, &opt.depth,
	    "with --focus: so many edges away, 0 for any number (2)", NULL },
	{ 0, "up", NULL, OPT_FLAG, &opt.up,
	    "with --focus: only what leads to it", NULL },
	{ 0, "down", NULL, OPT_FLAG, &opt.down,
	    "with --focus: only what it leads to", NULL },
	{ 0, "min-edge", "N", OPT_STRING, &opt.min_edge,
	    "only edges that count N, or N% of their kind", NULL },
	{ 0, "all", NULL, OPT_FLAG, &opt.all,
	    "draw more than 40 nodes and 80 edges", NULL },
	{ 0, "cycles", NULL, OPT_FLAG, &opt.cycles, "only what is in a cycle",
	    NULL },
	{ 0, "diff", "BASE", OPT_STRING, &opt.base,
	    "compare with the events in the file BASE", NULL },
	{ 0, "fail-on", "WHAT,...", OPT_LIST, &opt.fail_on,
	    "exit 1 if there are cycles, or added, removed or changed edges",
	    NULL },
	{ 0, "link", "TEMPLATE", OPT_STRING, &opt.link,
	    "the address of code, with {file} and {line}", NULL },
	SCREEN_OPTIONS,
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "nodes and edges after the first N are one (100000)", NULL },
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_graph = {
	"tele-graph", "Draw which handler leads to which.", "[file ...]",
	options,
	"  tele-extract app.log | tele-graph | dot -Tsvg > handlers.svg\n"
	"  tele-extract app.log | tele-graph --format text --focus notifyUi\n"
	"  tele-graph --diff monday.ndjson tuesday.ndjson | dot -Tsvg > d.svg\n"
};

struct graph_run {
	struct graph graph;
	struct graph_reader *reader;
	struct graph_view_options view;
	uint64_t failures; /* a bit for each of fail_names */
};

/* Kinds of work, and logs: other points do nothing. */
static uint64_t
choose_kinds(void)
{
	uint64_t kinds = opt_bits(&opt.kinds, event_kind_names, "kind");

	for (int i = 0; event_kind_names[i] != NULL; i++)
		if ((kinds >> i & 1) != 0 && i != KIND_LOG &&
		    !event_kind_is_work((enum event_kind)i))
			opt_usage("'%s' is no kind of work",
			    event_kind_names[i]);
	return kinds;
}

/* N, or N% of all that was counted. */
static void
read_min_edge(struct graph_view_options *view)
{
	struct slice text = slice_of(opt.min_edge);
	bool is_share = text.len > 0 && text.ptr[text.len - 1] == '%';
	int64_t n;

	text.len -= is_share;
	if (!duration_scale(text, is_share ? 10000 : 1, &n) || n < 0)
		opt_usage("invalid N '%s' for --min-edge", opt.min_edge);
	*(is_share ? &view->least_share : &view->least) = (uint64_t)n;
}

static void
choose(struct graph_run *run)
{
	bool is_picture = graph_format_at(opt.format)->is_picture;
	struct graph_reader_options reader = {
		.edges = (unsigned)opt_bits(&opt.edges, edge_kind_names,
		    "kind of edges"),
		.kinds = choose_kinds(),
		.collapse = (enum graph_collapse)(opt.collapse + 1)
	};

	if (reader.edges == 0)
		reader.edges = 1u << EDGE_FOLLOWS;
	if (opt.focus == NULL && (opt.up || opt.down))
		opt_usage("--up and --down need --focus");
	run->view = (struct graph_view_options){ .depth = opt.depth,
		.up = opt.up,
		.down = opt.down,
		.only_cycles = opt.cycles };
	if (opt.focus != NULL)
		run->view.focus = slice_of(opt.focus);
	if (opt.min_edge != NULL)
		read_min_edge(&run->view);
	if (is_picture && !opt.all && !opt.cycles) {
		run->view.max_nodes = MAX_NODES;
		run->view.max_edges = MAX_EDGES;
	}
	run->failures = opt_bits(&opt.fail_on, fail_names, "reason to fail");
	graph_init(&run->graph, opt.max_names);
	run->graph.has_base = opt.base != NULL;
	run->reader = graph_reader_new(&run->graph, &reader);
}

/* Read the events of one side; returns the exit status that they call for. */
static int
read_side(struct graph_run *run, enum graph_side side, int argc, char *argv[])
{
	struct input in;
	struct event_reader events;
	struct event ev;

	input_open(&in, argc, argv);
	event_reader_init(&events, &in);
	graph_reader_begin(run->reader, side);
	while (event_next(&events, &ev))
		if (ev.type == RECORD_EVENT)
			graph_reader_add(run->reader, &events, &ev);
		else
			input_malformed(&in, ev.line.ptr, "not an event");
	graph_reader_end(run->reader);
	event_reader_free(&events);
	return input_close(&in);
}

/* What could not be done as it should. */
static void
report_limits(const struct graph_run *run)
{
	uint64_t cut = graph_reader_cut(run->reader);
	uint64_t lost = graph_reader_lost_links(run->reader);

	if (cut > 0)
		warn("executions too large to be seen as a whole: %llu; edges "
		     "are missing where they were cut",
		    (unsigned long long)cut);
	if (lost > 0)
		warn("links to spans that were too far away: %llu",
		    (unsigned long long)lost);
	if (run->graph.folded > 0)
		warn("more than %llu nodes or edges: the rest is '(other)'",
		    (unsigned long long)opt.max_names);
}

static bool
has_failed(const struct graph_run *run, const struct graph_view *v)
{
	uint64_t found = v->cycles > 0;

	for (size_t i = 0; i < run->graph.edges.count; i++) {
		const struct graph_edge *e =
		    (const void *)run->graph.edges.entries[i]->value;

		if (e->change != CHANGE_NONE)
			found |= UINT64_C(1) << e->change;
	}
	return (found & run->failures) != 0;
}

/* Draw what is to be seen; returns the exit status that it calls for. */
static int
draw(struct graph_run *run)
{
	const struct graph_format *format = graph_format_at(opt.format);
	char hidden[GRAPH_TEXT];
	struct graph_view view;
	struct out out;
	struct graph_picture picture = { &view, &out, opt.link,
		.lists_cycles = opt.cycles };
	int status = EXIT_OK;

	if (!graph_view_init(&view, &run->graph, &run->view)) {
		warn("no node is called '%s'", opt.focus);
		graph_view_free(&view);
		return EXIT_NO;
	}
	out_open(&out, STDOUT_FILENO);
	screen_init(&picture.screen, &out);
	format->write(&picture);
	if (!out_close(&out))
		status = EXIT_TROUBLE;
	else if (has_failed(run, &view))
		status = EXIT_NO;
	/* Lonely nodes are no loss; the picture counts them all the same. */
	if (view.hidden_edges > 0 && graph_hidden(hidden, &view) > 0)
		warn("%s%s", hidden, opt.all ? "" : "; --all shows more");
	graph_view_free(&view);
	return status;
}

int
main(int argc, char *argv[])
{
	struct graph_run run = { 0 };
	int status = EXIT_OK, drawn;

	opt_parse(&tele_graph, &argc, &argv);
	choose(&run);
	if (opt.base != NULL)
		status = read_side(&run, GRAPH_BASE, 1, (char **)&opt.base);
	if (status == EXIT_OK)
		status = read_side(&run, GRAPH_NEW, argc, argv);
	else
		read_side(&run, GRAPH_NEW, argc, argv);
	if (opt.base != NULL)
		graph_compare(&run.graph);
	report_limits(&run);
	drawn = draw(&run);
	graph_reader_free(run.reader);
	graph_free(&run.graph);
	return status != EXIT_OK ? status : drawn;
}
