/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/event.h"
#include "tele/flow.h"
#include "tele/grouping.h"
#include "tele/input.h"
#include "tele/mem.h"
#include "tele/observe.h"
#include "tele/partial.h"

/* What open executions may take, in bytes. */
enum { OPEN_BYTES = 4 << 20 };

/* Which item the last events of these names were about. */
enum { CACHE = 1024 };
struct cached {
	struct slice text; /* as the item has it */
	struct item *item;
};

/* A side that is being read. */
struct observer {
	struct observed *all;
	struct observed_side *side;
	int number; /* of the side */
	struct input in;
	struct event_reader events;
	struct grouping grouping, topics;
	uint64_t kinds; /* that count, a bit each; 0 are the usual */
	struct executions *executions;
	struct flow flow;
	struct cached cache[CACHE];
	const char *src; /* the last one, as it is kept */

	/* The last group of partial statistics, as they have it. */
	char *group;
	size_t group_len, group_cap;
	struct item *grouped;
};

static struct item *
group_called(struct observer *o, struct slice text)
{
	struct cached *c = &o->cache[map_hash(text) % CACHE];
	struct item *item;

	if (c->item != NULL && slice_equal(c->text, text))
		return c->item;
	item = observed_put(o->all, ITEM_WORK, text);
	if (item != NULL) {
		*c = (struct cached){ item->text, item };
		return item;
	}
	/* One more than there is room for. */
	o->side->folded++;
	o->all->max_names++;
	item = observed_put(o->all, ITEM_WORK,
	    grouping_all(&o->grouping, SLICE("(other)")));
	o->all->max_names--;
	return item;
}

/* The name of the file of EV as it is kept, or NULL. */
static const char *
source_of(struct observer *o, const struct event *ev)
{
	struct slice src = event_get(ev, EVENT_SRC);
	void *entry;

	if (src.len == 0)
		return NULL;
	if (o->src != NULL && strlen(o->src) == src.len &&
	    memcmp(o->src, src.ptr, src.len) == 0)
		return o->src;
	if (o->all->sources.count >= o->all->max_names)
		return NULL;
	entry = map_put(&o->all->sources, src, NULL);
	o->src = map_entry_of(entry)->key.ptr;
	return o->src;
}

static uint32_t
unit_of(struct observer *o, const struct event *ev, const int64_t *ns)
{
	struct slice name = { (const char *)&o->in.file, sizeof(o->in.file) };
	bool can_block = ev->type == RECORD_EVENT;

	if (o->side->finder.kind == UNIT_TRACE && event_has(ev, EVENT_TRACE))
		name = ev->value[EVENT_TRACE];
	else if (o->side->finder.kind != UNIT_FILE &&
	    event_has(ev, EVENT_SESSION))
		name = ev->value[EVENT_SESSION];
	else if (o->side->finder.kind != UNIT_FILE && event_has(ev, EVENT_SRC))
		name = ev->value[EVENT_SRC];
	return units_find(&o->side->finder, name, ns, can_block);
}

/* Where in the code the item is: the least of what events say. */
static void
note_code(struct item *item, struct slice file, struct slice line)
{
	int order = item->code_file == NULL
	    ? 1
	    : slice_compare(slice_of(item->code_file), file);
	uint64_t number = 0;

	for (size_t i = 0; i < line.len; i++)
		number = number * 10 + (uint64_t)(line.ptr[i] - '0');
	if (file.len == 0 || order < 0 ||
	    (order == 0 && item->code_line <= number))
		return;
	if (order > 0) {
		free(item->code_file);
		item->code_file = mem_string(file);
	}
	item->code_line = number;
}

static void
note_place(struct observer *o, struct item *item, const struct event *ev,
    const struct step *s)
{
	struct item_place *place = &item->place[o->number];

	if (place->src == NULL || s->duration_ns > place->duration_ns)
		*place = (struct item_place){ source_of(o, ev), s->src_line,
			s->duration_ns };
}

static void
note_time(struct observer *o, int64_t ns, int digits)
{
	struct observed_side *side = o->side;

	if (side->has_time &&
	    (ns < side->last_ns ||
		(ns == side->last_ns && digits <= side->last_digits)))
		return;
	side->has_time = true;
	side->last_ns = ns;
	side->last_digits = digits;
}

static void
add_duration(struct observer *o, struct item *item, struct cell *cell,
    const struct event *ev, int64_t ns)
{
	int64_t self_ns = ns;

	if (ns < 0)
		return;
	if (event_has(ev, EVENT_SELF_MS)) {
		if (!event_ns(&o->events, ev, EVENT_SELF_MS, &self_ns))
			return;
		item->states_self[o->number] = true;
		item->has_children |= self_ns != ns;
	}
	item->has_fraction |= ns % NS_PER_MS != 0;
	cells_add_self(cell, self_ns);
	cells_add_duration(&o->all->cells, cell, ns);
}

/* EV, read as S, counts: the cell that it is in now. */
static struct cell *
add_work(struct observer *o, const struct event *ev, const struct step *s,
    uint32_t unit)
{
	struct item *item = group_called(o, grouping_of(&o->grouping, ev));
	struct cell *cell = observed_cell(o->all, item, unit);

	o->side->events++;
	cells_add_count(cell, 1, s->status == STEP_ERROR);
	add_duration(o, item, cell, ev, s->duration_ns);
	if (event_has(ev, EVENT_CODE_FILE))
		note_code(item, ev->value[EVENT_CODE_FILE],
		    event_get(ev, EVENT_CODE_LINE));
	note_place(o, item, ev, s);
	if (s->has_time)
		note_time(o, s->start_ns, s->digits);
	return cell;
}

static struct cell *
sequence_of(struct observer *o, const struct event *ev, uint32_t unit)
{
	struct item *item = observed_put(o->all, ITEM_SEQUENCE,
	    event_get(ev, EVENT_NAME));

	return item != NULL ? observed_cell(o->all, item, unit) : NULL;
}

/* A topic, and whose it is: `"kind":"subscribe","plugin":"P","name":"t"`. */
static void
add_topic(struct observer *o, const struct event *ev, const struct step *s,
    uint32_t unit)
{
	struct item *item = observed_put(o->all, ITEM_TOPIC,
	    grouping_of(&o->topics, ev));

	if (item == NULL)
		return;
	cells_add_count(observed_cell(o->all, item, unit), 1, 0);
	note_place(o, item, ev, s);
}

/* Whether EV counts, as tele-stats has it. */
static bool
counts(const struct observer *o, const struct event *ev)
{
	const uint64_t usual = 1u << KIND_BEAT | 1u << KIND_HANDLER |
	    1u << KIND_SPAN;

	if (o->kinds != 0)
		return (o->kinds >> ev->kind & 1) != 0;
	return (usual >> ev->kind & 1) != 0 ||
	    (ev->kind == KIND_LOG && event_has(ev, EVENT_DURATION_MS));
}

static void
add_event(struct observer *o, const struct event *ev)
{
	bool is_work = event_kind_is_work(ev->kind);
	bool is_topic = ev->kind == KIND_PUBLISH || ev->kind == KIND_SUBSCRIBE;
	bool is_counted = counts(o, ev);
	struct cell *owner = NULL;
	struct execution *x;
	struct step step, *kept;
	uint32_t unit;

	if ((!is_work && !is_topic && !is_counted) ||
	    !step_read(&o->events, ev, &step))
		return;
	unit = unit_of(o, ev, step.has_time ? &step.start_ns : NULL);
	o->side->has_flow = true;
	if (is_counted)
		owner = add_work(o, ev, &step, unit);
	if (is_topic)
		add_topic(o, ev, &step, unit);
	if (!is_work)
		return;
	if (ev->kind == KIND_SEQUENCE)
		owner = sequence_of(o, ev, unit);
	kept = executions_add(o->executions, ev, &step, &x);
	if (kept == NULL)
		return;
	kept->owner = owner;
	if (ev->kind == KIND_SEQUENCE)
		x->owner = (char *)source_of(o, ev);
}

static int64_t
clamp(__int128 ns)
{
	return ns < INT64_MAX ? (int64_t)ns : INT64_MAX;
}

/* Partial statistics come by group: it is likely to be the last one. */
static struct item *
item_of_partial(struct observer *o, const struct event *ev, struct slice group)
{
	if (o->grouped != NULL && group.len == o->group_len &&
	    memcmp(group.ptr, o->group, group.len) == 0)
		return o->grouped;
	o->group = mem_grow(o->group, &o->group_cap, group.len + 1, 1);
	memcpy(o->group, group.ptr, group.len);
	o->group_len = group.len;
	o->grouped = group_called(o,
	    grouping_before(&o->grouping, ev->line, SLICE("sketch")));
	return o->grouped;
}

static void
add_summary(struct observer *o, const struct event *ev, struct item *item,
    const struct summary *read)
{
	struct cell *cell = observed_cell(o->all, item, unit_of(o, ev, NULL));
	const struct quantile *q = &read->durations;

	o->side->events += read->count;
	cells_add_count(cell, read->count, read->errors);
	if (read->has_time)
		note_time(o, read->last_ns, read->last_digits);
	if (read->code_file.len > 0)
		note_code(item, read->code_file, read->code_line);
	if (q->count == 0)
		return;
	item->states_self[o->number] = true;
	item->has_children |= read->self_ns != q->sum_ns;
	item->has_fraction |= q->sum_ns % NS_PER_MS != 0;
	cells_add_self(cell, clamp(read->self_ns));
	cells_add_durations(&o->all->cells, cell, q);
}

static void
add_partial(struct observer *o, const struct event *ev)
{
	struct slice group, session;
	struct summary read = { 0 };
	const char *wrong, *at = ev->line.ptr;

	if (o->side->finder.kind > UNIT_FILE)
		wrong = "partial statistics know no traces and no time";
	else
		wrong = partial_read(&read, ev->line, &group, &session, &at);
	if (wrong != NULL)
		input_malformed(&o->in, at, wrong);
	else
		add_summary(o, ev, item_of_partial(o, ev, group), &read);
	summary_free(&read);
}

static void
add_record(struct observer *o, const struct event *ev)
{
	if (ev->type == RECORD_SKETCH)
		add_partial(o, ev);
	else if (ev->type == RECORD_EVENT)
		add_event(o, ev);
	else
		input_malformed(&o->in, ev->line.ptr,
		    "neither an event nor partial statistics");
}

int
observe(struct observed *all, int side, const struct observe_options *how,
    int argc, char *argv[])
{
	struct observer o = { .all = all,
		.side = &all->side[side],
		.number = side,
		.kinds = how->kinds };
	static const char *const topic[] = { "kind", "plugin", "name" };
	struct event ev;

	grouping_init(&o.grouping, how->by, how->by_count);
	grouping_init(&o.topics, topic, 3);
	units_init(&o.side->finder, how->unit, how->period_ns, &all->cells);
	flow_init(&o.flow, all, side);
	o.executions = executions_new(0, flow_settle, &o.flow);
	executions_limit(o.executions, OPEN_BYTES);
	input_open(&o.in, argc, argv);
	event_reader_init(&o.events, &o.in);

	while (event_next(&o.events, &ev))
		add_record(&o, &ev);

	executions_finish(o.executions);
	o.side->cut = executions_cut(o.executions);
	executions_free(o.executions);
	flow_free(&o.flow);
	free(o.group);
	event_reader_free(&o.events);
	grouping_free(&o.grouping);
	grouping_free(&o.topics);
	return input_close(&o.in);
}
