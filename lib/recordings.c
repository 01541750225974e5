/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/eventfind.h"
#include "tele/jsonscan.h"
#include "tele/jsontext.h"
#include "tele/recordings.h"

static void settle(void *arg, struct execution *e);

void
recordings_init(struct recordings *all,
    const struct recordings_options *options)
{
	*all = (struct recordings){ .options = options };
	map_init(&all->map, sizeof(struct recording));
	all->executions = executions_new(scenario_keys(), settle, all);
	executions_limit(all->executions, RECORDINGS_OPEN_BYTES);
}

static struct recording *
recording_at(const struct recordings *all, size_t i)
{
	return (struct recording *)(void *)all->map.entries[i]->value;
}

void
recordings_free(struct recordings *all)
{
	for (size_t i = 0; i < all->map.count; i++)
		quantile_free(&recording_at(all, i)->durations);
	executions_free(all->executions);
	scenario_reader_free(&all->reader);
	map_free(&all->map);
	arena_free(&all->arena);
}

/* --- members -------------------------------------------------------------- */

bool
recording_next_member(struct slice *rest, struct slice *key,
    struct slice *value)
{
	struct slice behind = *rest;
	const char *p, *end, *after;
	struct json_fault fault;

	if (!event_next_string(&behind, key))
		return false;
	end = behind.ptr + behind.len;
	for (p = behind.ptr; p < end && *p != ':'; p++)
		;
	if (p == end)
		return false;
	p = json_blank(p + 1, end);
	after = json_value(p, end, 1, &fault);
	if (after == NULL)
		return false;
	*value = slice_range(p, after);
	*rest = slice_range(after, end);
	return true;
}

struct slice
recording_member(struct slice line, struct slice key)
{
	const struct event ev = { .line = line };
	enum json_token type;

	return event_find(&ev, key, &type);
}

/*
 * Keys whose values are never the same twice, that say where the code is or was
 * logged, or that are part of what happened.
 */
static bool
is_field(const struct recordings *all, struct slice key)
{
	switch (event_key_of(key)) {
	case -1:
		return !slice_equal(key, all->options->payload);
	case EVENT_PRIORITY:
	case EVENT_LEVEL:
	case EVENT_MESSAGE:
	case EVENT_ERROR_MESSAGE:
		return true;
	default:
		return false;
	}
}

static bool
is_same(struct arena *scratch, struct slice a, struct slice b)
{
	if (slice_equal(a, b))
		return true;
	if (a.ptr[0] != '"' || b.ptr[0] != '"')
		return false;
	return slice_equal(json_canonical(scratch,
			       slice_range(a.ptr + 1, a.ptr + a.len - 1)),
	    json_canonical(scratch, slice_range(b.ptr + 1, b.ptr + b.len - 1)));
}

/* --- what is learned ------------------------------------------------------ */

static void
add_fields(const struct recordings *all, struct recording *r, size_t place,
    const struct scenario_place *p, struct slice line, size_t *cap)
{
	size_t most = r->field_count + RECORDING_FIELDS;
	struct slice key, value;

	while (r->field_count < most &&
	    recording_next_member(&line, &key, &value)) {
		if (!is_field(all, key))
			continue;
		r->fields = mem_grow(r->fields, cap, r->field_count + 1,
		    sizeof(*r->fields));
		r->fields[r->field_count++] = (struct recording_field){
			.place = place,
			.at = p->at,
			.handler = p->handler,
			.key = key,
			.value = value,
		};
	}
}

/*
 * The COUNT fields at F are of an event that now is LINE; how many of them are
 * no longer the same.
 */
static size_t
compare_fields(struct arena *scratch, struct recording_field *f, size_t count,
    struct slice line)
{
	struct slice key, value;
	size_t varies = 0, at = 0, i;

	for (i = 0; i < count; i++)
		f[i].is_seen = f[i].varies;
	while (recording_next_member(&line, &key, &value)) {
		/* They mostly come in one order. */
		for (i = 0; i < count; i++, at++)
			if (slice_equal(f[at % count].key, key))
				break;
		if (i < count && is_same(scratch, f[at % count].value, value))
			f[at % count].is_seen = true;
	}
	for (i = 0; i < count; i++) {
		varies += !f[i].is_seen;
		f[i].varies |= !f[i].is_seen;
	}
	return varies;
}

/* One more execution, S: what of its fields is still the same? */
static void
learn(struct recordings *all, struct recording *r, const struct scenario *s)
{
	const struct execution *e = all->reader.e;
	struct slice line;
	size_t place;

	for (size_t i = 0, n; i < r->field_count && r->fixed > 0; i += n) {
		place = r->fields[i].place;
		for (n = 1;
		     i + n < r->field_count && r->fields[i + n].place == place;)
			n++;
		line = execution_line(e, s->places[place].step);
		r->fixed -= compare_fields(&all->reader.scratch, &r->fields[i],
		    n, line);
	}
}

/* --- the first ------------------------------------------------------------ */

static int
compare_arrivals(const void *a, const void *b)
{
	const struct step *x = *(const struct step *const *)a;
	const struct step *y = *(const struct step *const *)b;

	return (x->arrival > y->arrival) - (x->arrival < y->arrival);
}

/* The events of S in the order in which they came; how many. */
static size_t
list_events(const struct execution *e, const struct scenario *s,
    const struct step **events)
{
	size_t count = 0;

	if (s->is_alone)
		for (size_t i = 0; i < e->count; i++)
			events[count++] = &e->steps[i];
	else
		for (size_t i = 0; i < s->count; i++)
			events[count++] = &e->steps[s->places[i].step];
	qsort(events, count, sizeof(*events), compare_arrivals);
	return count;
}

static void
keep_lines(struct recordings *all, struct recording *r,
    const struct scenario *s, const struct step **events)
{
	const struct execution *e = all->reader.e;
	struct slice line;

	r->line_count = list_events(e, s, events);
	r->lines = arena_alloc(&all->arena, r->line_count * sizeof(*r->lines));
	for (size_t i = 0; i < r->line_count; i++) {
		line = execution_line(e, (size_t)(events[i] - e->steps));
		r->lines[i] = arena_copy(&all->arena, line);
		all->bytes += line.len + sizeof(line);
		if (events[i] == &e->steps[s->root])
			r->root = r->lines[i];
	}
}

/* The fields of all events that S tells of, in the lines that were kept. */
static void
keep_fields(struct recordings *all, struct recording *r,
    const struct scenario *s, const struct step **events)
{
	const struct step *step, **found;
	struct recording_field *fields;
	size_t cap = 0, size;

	for (size_t i = 0; i < s->count; i++) {
		step = &all->reader.e->steps[s->places[i].step];
		found = bsearch(&step, events, r->line_count, sizeof(*events),
		    compare_arrivals);
		add_fields(all, r, i, &s->places[i], r->lines[found - events],
		    &cap);
	}
	size = r->field_count * sizeof(*fields);
	fields = arena_alloc(&all->arena, size);
	if (size > 0)
		memcpy(fields, r->fields, size);
	free(r->fields);
	r->fields = fields;
	r->fixed = r->field_count;
	all->bytes += size;
}

/* S happened for the first time. */
static void
record(struct recordings *all, struct recording *r, const struct scenario *s)
{
	const struct execution *e = all->reader.e;
	const struct step **events = mem_alloc(
	    (e->count + s->count) * sizeof(struct step *));

	r->flow = map_entry_of(r)->key;
	r->steps = s->steps;
	r->has_failed = s->has_failed;
	r->src = arena_copy(&all->arena,
	    execution_value(e, s->root, EVENT_SRC));
	r->src_line = arena_copy(&all->arena,
	    execution_value(e, s->root, EVENT_SRC_LINE));
	keep_lines(all, r, s, events);
	keep_fields(all, r, s, events);
	free(events);
	all->bytes += r->flow.len + sizeof(*r) + sizeof(struct map_entry);
}

/* --- all ------------------------------------------------------------------ */

static void
note_time(struct recording *r, const struct step *s)
{
	if (!s->has_time)
		return;
	if (!r->has_time || s->start_ns < r->first_ns) {
		r->first_ns = s->start_ns;
		r->first_digits = s->digits;
	}
	if (!r->has_time || s->start_ns > r->last_ns) {
		r->last_ns = s->start_ns;
		r->last_digits = s->digits;
	}
	r->has_time = true;
}

static void
note_duration(const struct recordings *all, struct recording *r, int64_t ns)
{
	if (ns < 0)
		return;
	if (!r->has_duration || ns > r->max_ns)
		r->max_ns = ns;
	r->has_duration = true;
	if (all->options->wants_durations)
		quantile_add(&r->durations, ns);
}

static void
add_scenario(struct recordings *all, const struct scenario *s)
{
	const struct step *root = &all->reader.e->steps[s->root];
	struct recording *r = map_get(&all->map, s->flow);

	all->count++;
	if (r != NULL) {
		learn(all, r, s);
	} else if (all->map.count < all->options->max &&
	    all->bytes < RECORDINGS_BYTES) {
		r = map_put(&all->map, s->flow, NULL);
		record(all, r, s);
	} else {
		all->unlisted++;
		return;
	}
	r->count++;
	r->is_selected |= all->reader.e->owner != NULL;
	note_time(r, root);
	note_duration(all, r, root->duration_ns);
}

/* An execution is over, or as good as. */
static void
settle(void *arg, struct execution *e)
{
	struct recordings *all = arg;
	struct scenario s;

	scenario_begin(&all->reader, e);
	while (scenario_next(&all->reader, &s))
		add_scenario(all, &s);
	all->incomplete += all->reader.incomplete > 0;
}

void
recordings_add(struct recordings *all, struct event_reader *r,
    const struct event *ev)
{
	struct execution *e;
	struct step step;

	if (!step_read(r, ev, &step) ||
	    executions_add(all->executions, ev, &step, &e) == NULL)
		return;
	/* Of executions that are selected, the owner is not NULL. */
	if (e->owner == NULL && selection_has(all->options->selection, ev))
		e->owner = all;
}

void
recordings_finish(struct recordings *all)
{
	executions_finish(all->executions);
}

static int
compare_recordings(const void *a, const void *b)
{
	const struct recording *x = *(const struct recording *const *)a;
	const struct recording *y = *(const struct recording *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return slice_compare(x->flow, y->flow);
}

const struct recording **
recordings_sorted(const struct recordings *all)
{
	const struct recording **sorted = mem_zalloc(all->map.count + 1,
	    sizeof(*sorted));

	for (size_t i = 0; i < all->map.count; i++)
		sorted[i] = recording_at(all, i);
	if (all->map.count > 0)
		qsort(sorted, all->map.count, sizeof(*sorted),
		    compare_recordings);
	return sorted;
}
