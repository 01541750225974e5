/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/execution.h"
#include "tele/mem.h"

/* What was settled, as text: each execution a line, each step its name. */
struct log {
	struct out out;
	size_t executions, steps;
};

static void
write_execution(void *arg, struct execution *x)
{
	struct log *log = arg;
	struct slice trace = execution_trace(x), name;

	log->executions++;
	log->steps += x->count;
	out_format(&log->out, "%.*s%s", (int)trace.len, trace.ptr,
	    x->is_piece ? "*" : "");
	for (size_t i = 0; i < x->count; i++) {
		name = execution_value(x, i, EVENT_NAME);
		out_format(&log->out, " %u%.*s", x->steps[i].depth,
		    (int)name.len, name.ptr);
	}
	out_format(&log->out, "\n");
}

/* Run EVENTS through; whatever is settled goes to LOG. */
static void
run(struct log *log, struct slice events, size_t limit, uint64_t *cut)
{
	struct executions *all;
	struct event_reader reader;
	struct input in;
	struct event ev;
	struct step step;

	*log = (struct log){ 0 };
	out_open_memory(&log->out);
	input_open_memory(&in, "memory", events);
	event_reader_init(&reader, &in);
	all = executions_new(1u << EVENT_NAME, write_execution, log);
	if (limit > 0)
		executions_limit(all, limit);
	while (event_next(&reader, &ev))
		if (step_read(&reader, &ev, &step))
			executions_add(all, &ev, &step, NULL);
	executions_finish(all);
	*cut = executions_cut(all);
	executions_free(all);
	event_reader_free(&reader);
	input_close(&in);
}

/* An event; what is NULL is absent. */
struct row {
	const char *name, *time, *trace, *span, *parent;
	const char *rest; /* more members */
};

static void
write_member(struct out *out, const char *key, const char *value)
{
	if (value != NULL)
		out_format(out, ",\"%s\":\"%s\"", key, value);
}

static void
write_row(struct out *out, const struct row *row)
{
	out_write(out, SLICE("{\"kind\":\"span\""));
	if (row->time != NULL)
		out_format(out, ",\"time\":\"2026-01-02T03:04:%sZ\"",
		    row->time);
	write_member(out, "name", row->name);
	write_member(out, "trace", row->trace);
	write_member(out, "span", row->span);
	write_member(out, "parent", row->parent);
	out_format(out, "%s}\n", row->rest != NULL ? row->rest : "");
}

static void
expect(const char *title, const struct row *rows, size_t count,
    const char *expected)
{
	struct out text;
	struct log log;
	uint64_t cut;

	out_open_memory(&text);
	for (size_t i = 0; i < count; i++)
		write_row(&text, &rows[i]);
	run(&log, (struct slice){ text.buf, text.len }, 0, &cut);
	if (!ok(slice_equal((struct slice){ log.out.buf, log.out.len },
		    slice_of(expected)),
		"%s", title))
		note("got: %.*s", (int)log.out.len, log.out.buf);
	out_close(&log.out);
	out_close(&text);
}

static void
test_order(void)
{
	static const struct row tree[] = {
		{ "c", "02", "t", "3", "2", NULL },
		{ "b", "01.5", "t", "2", "1", NULL },
		{ "a", "01", "t", "1", NULL, NULL },
	};
	static const struct row lines[] = {
		{ "b", "01", "t", NULL, NULL, ",\"src_line\":10" },
		{ "a", "01", "t", NULL, NULL, ",\"src_line\":9" },
	};
	static const struct row timeless[] = {
		{ "b", NULL, "t", NULL, NULL, ",\"src_line\":7" },
		{ "a", NULL, "t", NULL, NULL, ",\"src_line\":3" },
	};
	static const struct row orphan[] = {
		{ "a", "01", "t", NULL, "9", NULL },
	};

	expect("children come before their parents, and go under them", tree,
	    COUNT(tree), "t 0a 1b 2c\n");
	expect("siblings of one instant are in the order of their lines", lines,
	    COUNT(lines), "t 0a 0b\n");
	expect("without a time the lines decide", timeless, COUNT(timeless),
	    "t 0a 0b\n");
	expect("a step whose parent never came is a root", orphan,
	    COUNT(orphan), "t 0a\n");
}

static void
test_names(void)
{
	static const struct row sessions[] = {
		{ "a", "01", "t", NULL, NULL, ",\"session\":\"x\"" },
		{ "b", "01", "t", NULL, NULL, ",\"session\":\"y\"" },
	};
	static const struct row files[] = {
		{ "a", "01", NULL, "1", NULL, ",\"src\":\"x\"" },
		{ "b", "01", NULL, "1", NULL, ",\"src\":\"y\"" },
		{ "c", "01", NULL, NULL, "1", ",\"src\":\"x\"" },
		{ "d", "01", NULL, NULL, NULL, NULL },
	};
	static const struct row mixed[] = {
		{ "a", "01", "s", NULL, NULL, NULL },
		{ "b", "01", "t", NULL, NULL, NULL },
		{ "c", "01", "s", NULL, NULL, NULL },
	};

	expect("the same trace in two sessions is two executions", sessions,
	    COUNT(sessions), "t 0a\nt 0b\n");
	expect("spans without a trace belong to their file, others to none",
	    files, COUNT(files), " 0b\n 0a 1c\n");
	expect("executions are settled in the order of their last events",
	    mixed, COUNT(mixed), "t 0b\ns 0a 0c\n");
}

static void
test_odd_trees(void)
{
	static const struct row circle[] = {
		{ "c", "01", "t", "3", "2", NULL },
		{ "a", "01", "t", "1", "2", NULL },
		{ "b", "00", "t", "2", "1", NULL },
	};
	static const struct row self[] = {
		{ "a", "01", "t", "1", "1", NULL },
	};
	static const struct row twice[] = {
		{ "a", "01", "t", "1", NULL, NULL },
		{ "b", "00", "t", "1", NULL, NULL },
		{ "c", "02", "t", NULL, "1", NULL },
	};

	expect("a circle of parents is cut at its first step", circle,
	    COUNT(circle), "t 0b 1c 1a\n");
	expect("a step is not its own parent", self, COUNT(self), "t 0a\n");
	expect("of a span that came twice, the first has the children", twice,
	    COUNT(twice), "t 0b 0a 1c\n");
}

/* Steps of random trees, shuffled; what comes out is checked on the way. */
enum { NODES = 300, TREES = 40 };

static bool
is_walk(const struct step *steps, size_t count)
{
	uint32_t path[NODES]; /* the ancestors of the current step, and it */

	for (uint32_t i = 0; i < count; i++) {
		const struct step *s = &steps[i];

		if (s->parent == STEP_NONE) {
			if (s->depth != 0 || s->parent_span != 0)
				return false;
		} else if (s->depth == 0 || path[s->depth - 1] != s->parent ||
		    steps[s->parent].span != s->parent_span) {
			return false;
		}
		/* The sibling before it, if it is still on the path. */
		if (i > 0 && steps[i - 1].depth >= s->depth &&
		    steps[path[s->depth]].start_ns > s->start_ns)
			return false;
		path[s->depth] = i;
	}
	return true;
}

static void
test_random_trees(void)
{
	static struct step steps[NODES];
	struct step_sorter sorter = { 0 };
	uint64_t seed = 5;
	size_t wrong = 0;

	for (int tree = 0; tree < TREES; tree++) {
		for (uint32_t i = 0; i < NODES; i++)
			steps[i] = (struct step){
				.span = i + 1,
				.parent_span = random_below(&seed, i + 1),
				.start_ns = (int64_t)random_below(&seed, 50),
			};
		for (uint32_t i = NODES - 1; i > 0; i--) {
			uint64_t k = random_below(&seed, i + 1);
			struct step other = steps[i];

			steps[i] = steps[k];
			steps[k] = other;
		}
		for (uint32_t i = 0; i < NODES; i++)
			steps[i].arrival = i;
		step_sort(&sorter, steps, NODES);
		wrong += !is_walk(steps, NODES);
	}
	step_sorter_free(&sorter);
	ok(wrong == 0, "%d shuffled trees become walks", TREES);
}

/* EVENTS events, two and two of one trace or all of the same. */
static void
run_many(struct log *log, int events, bool is_one, uint64_t *cut)
{
	struct row row = { "a", "01", NULL, NULL, NULL, NULL };
	struct out text;
	char trace[16];

	out_open_memory(&text);
	for (int i = 0; i < events; i++) {
		snprintf(trace, sizeof(trace), "t%d", is_one ? 0 : i / 2);
		row.trace = trace;
		write_row(&text, &row);
	}
	run(log, (struct slice){ text.buf, text.len }, 64 << 10, cut);
	out_close(&text);
}

static void
test_bounds(void)
{
	enum { EVENTS = 2000 };
	struct log log;
	uint64_t cut;

	run_many(&log, EVENTS, false, &cut);
	ok(log.executions == EVENTS / 2 && log.steps == EVENTS && cut == 0,
	    "what was settled early is whole when its events are together");
	out_close(&log.out);

	run_many(&log, EVENTS, true, &cut);
	ok(log.executions > 2 && log.steps == EVENTS && cut == 1,
	    "what is too large alone is settled in pieces, and counted once");
	ok(slice_starts_with((struct slice){ log.out.buf, log.out.len },
	       SLICE("t0* 0a")),
	    "its first piece says that it is one");
	out_close(&log.out);
}

static void
take(void *arg, struct execution *x)
{
	execution_take(x, arg);
}

static void
test_take(void)
{
	static const struct row row = { "a", "01", "t", NULL, NULL, NULL };
	struct execution kept = { 0 };
	struct executions *all;
	struct event_reader reader;
	struct input in;
	struct event ev;
	struct step step;
	struct out text;

	out_open_memory(&text);
	write_row(&text, &row);
	input_open_memory(&in, "memory", (struct slice){ text.buf, text.len });
	event_reader_init(&reader, &in);
	all = executions_new(1u << EVENT_NAME, take, &kept);
	if (event_next(&reader, &ev) && step_read(&reader, &ev, &step))
		executions_add(all, &ev, &step, NULL);
	executions_finish(all);
	executions_free(all);
	ok(kept.count == 1 &&
		slice_equal(execution_value(&kept, 0, EVENT_NAME), SLICE("a")),
	    "what was taken outlives the rest");
	execution_free(&kept);
	event_reader_free(&reader);
	input_close(&in);
	out_close(&text);
}

int
main(void)
{
	test_order();
	test_names();
	test_odd_trees();
	test_random_trees();
	test_bounds();
	test_take();
	return done();
}
