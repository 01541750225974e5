/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/jsontext.h"
#include "tele/scenario.h"
#include "tele/selftime.h"
#include "tele/walk.h"

/* A report of a handler, or an error, and the step that it belongs to. */
struct scenario_report {
	uint32_t owner, step;
	bool has_handler;
	struct slice text;
};

uint64_t
scenario_keys(void)
{
	static const int keys[] = { EVENT_NAME, EVENT_STATUS, EVENT_LINKS,
		EVENT_SERVICE, EVENT_PLUGIN, EVENT_SEQUENCE_ID, EVENT_MOVEMENT,
		EVENT_BEAT, EVENT_EVENT, EVENT_HANDLER, EVENT_ADDED,
		EVENT_UPDATED, EVENT_REMOVED, EVENT_ERROR_TYPE, EVENT_SRC,
		EVENT_SRC_LINE, EXECUTION_LINE };
	uint64_t set = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		set |= UINT64_C(1) << keys[i];
	return set;
}

void
scenario_reader_free(struct scenario_reader *r)
{
	free(r->reports);
	free(r->places);
	free(r->levels);
	key_free(&r->text);
	arena_free(&r->scratch);
	*r = (struct scenario_reader){ 0 };
}

/* --- text ----------------------------------------------------------------- */

static void
put(struct key *text, struct slice s)
{
	key_add(text, s.ptr, s.len);
}

/* A comma, but before the first member of an object or an array. */
static void
put_comma(struct key *text)
{
	char last = text->len > 0 ? text->bytes[text->len - 1] : '{';

	if (last != '{' && last != '[')
		put(text, SLICE(","));
}

static void
put_key(struct key *text, const char *key)
{
	put_comma(text);
	put(text, SLICE("\""));
	put(text, slice_of(key));
	put(text, SLICE("\":"));
}

static void
put_quoted(struct key *text, struct slice json)
{
	put(text, SLICE("\""));
	put(text, json);
	put(text, SLICE("\""));
}

/* The member KEY, unless it is empty. */
static void
put_member(struct scenario_reader *r, struct key *text, const char *key,
    struct slice raw)
{
	if (raw.len == 0)
		return;
	put_key(text, key);
	put_quoted(text, json_canonical(&r->scratch, raw));
}

static int
compare_slices(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a,
	    *(const struct slice *)b);
}

/* The strings of the array RAW as the member KEY, sorted. */
static void
put_strings(struct scenario_reader *r, struct key *text, const char *key,
    struct slice raw)
{
	struct slice rest = raw, one, *all;
	size_t count = 0;

	while (event_next_string(&rest, &one))
		count++;
	if (count == 0)
		return;
	all = arena_alloc(&r->scratch, count * sizeof(*all));
	rest = raw;
	for (size_t i = 0; i < count && event_next_string(&rest, &one); i++)
		all[i] = json_canonical(&r->scratch, one);
	qsort(all, count, sizeof(*all), compare_slices);
	put_key(text, key);
	put(text, SLICE("["));
	for (size_t i = 0; i < count; i++) {
		put_comma(text);
		put_quoted(text, all[i]);
	}
	put(text, SLICE("]"));
}

/* --- reports -------------------------------------------------------------- */

static bool
is_report(const struct step *s)
{
	return s->kind == KIND_STATE || s->kind == KIND_ERROR;
}

/* The step, not a movement, that step I is in, or is itself; or STEP_NONE. */
static uint32_t
owner_of(const struct execution *e, uint32_t i)
{
	while (i != STEP_NONE &&
	    (!event_kind_is_work(e->steps[i].kind) ||
		e->steps[i].kind == KIND_MOVEMENT))
		i = e->steps[i].parent;
	return i;
}

/* The step that the first of LINKS, TRACE/SPAN, names; or STEP_NONE. */
static uint32_t
linked_step(const struct execution *e, struct slice links)
{
	struct slice link;
	const char *slash;
	uint64_t id;

	if (!event_next_string(&links, &link))
		return STEP_NONE;
	slash = memrchr(link.ptr, '/', link.len);
	if (slash == NULL)
		return STEP_NONE;
	id = selftime_id(slice_range(link.ptr, slash),
	    slice_range(slash + 1, link.ptr + link.len));
	for (uint32_t i = 0; i < e->count; i++)
		if (e->steps[i].span == id)
			return i;
	return STEP_NONE;
}

/* What is in nothing belongs to the first root. */
static uint32_t
first_root(const struct execution *e)
{
	uint32_t i = 0;

	while (i < e->count && !event_kind_is_work(e->steps[i].kind))
		i++;
	return i;
}

static void
put_report(struct scenario_reader *r, struct key *text, const struct step *s,
    const struct slice *values)
{
	struct slice type = values[EVENT_ERROR_TYPE];

	put(text, SLICE("{"));
	put_member(r, text, "handler", values[EVENT_HANDLER]);
	put_member(r, text, "plugin", values[EVENT_PLUGIN]);
	put_strings(r, text, "added", values[EVENT_ADDED]);
	put_strings(r, text, "updated", values[EVENT_UPDATED]);
	put_strings(r, text, "removed", values[EVENT_REMOVED]);
	if (s->kind == KIND_ERROR)
		put_member(r, text, "error",
		    type.len > 0 ? type : values[EVENT_NAME]);
	put(text, SLICE("}"));
}

static int
compare_reports(const void *a, const void *b)
{
	const struct scenario_report *x = a, *y = b;
	int order;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	order = slice_compare(x->text, y->text);
	if (order != 0)
		return order;
	return (x->step > y->step) - (x->step < y->step);
}

static void
add_report(struct scenario_reader *r, uint32_t i)
{
	const struct execution *e = r->e;
	struct slice values[EXECUTION_LINE + 1];
	uint32_t owner = owner_of(e, e->steps[i].parent);

	execution_values(e, i, values);
	if (owner == STEP_NONE)
		owner = owner_of(e, linked_step(e, values[EVENT_LINKS]));
	r->text.len = 0;
	put_report(r, &r->text, &e->steps[i], values);
	r->reports = mem_grow(r->reports, &r->reports_cap, r->report_count + 1,
	    sizeof(*r->reports));
	r->reports[r->report_count++] = (struct scenario_report){
		.owner = owner != STEP_NONE ? owner : first_root(e),
		.step = i,
		.has_handler = values[EVENT_HANDLER].len > 0,
		.text = arena_copy(&r->scratch, key_text(&r->text)),
	};
}

/* The first report of step OWNER or of one after it. */
static size_t
reports_from(const struct scenario_reader *r, uint32_t owner)
{
	size_t low = 0, high = r->report_count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (r->reports[middle].owner < owner)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- steps ---------------------------------------------------------------- */

static void
add_place(struct scenario_reader *r, struct scenario *s, uint32_t step, int at,
    int handler)
{
	r->places = mem_grow(r->places, &r->places_cap, s->count + 1,
	    sizeof(*r->places));
	r->places[s->count++] = (struct scenario_place){ step, at, handler };
}

/* The reports of step I; or the handler that it names itself. */
static void
put_handlers(struct scenario_reader *r, struct scenario *s, uint32_t i, int at,
    const struct slice *values)
{
	size_t from = reports_from(r, i), k = from;
	bool has_handler = false;
	int n = 0;

	for (; k < r->report_count && r->reports[k].owner == i; k++)
		has_handler |= r->reports[k].has_handler;
	if (k == from && values[EVENT_HANDLER].len == 0)
		return;
	put_key(&r->text, "handlers");
	put(&r->text, SLICE("["));
	if (!has_handler && values[EVENT_HANDLER].len > 0) {
		put(&r->text, SLICE("{"));
		put_member(r, &r->text, "handler", values[EVENT_HANDLER]);
		put_member(r, &r->text, "plugin", values[EVENT_PLUGIN]);
		put(&r->text, SLICE("}"));
		n++;
	}
	for (k = from; k < r->report_count && r->reports[k].owner == i; k++) {
		put_comma(&r->text);
		put(&r->text, r->reports[k].text);
		add_place(r, s, r->reports[k].step, at, n++);
	}
	put(&r->text, SLICE("]"));
}

static void
put_number(struct key *text, const char *key, struct slice digits)
{
	if (digits.len == 0)
		return;
	put_key(text, key);
	put(text, digits);
}

/* What step I is, up to its handlers; LEVEL deep in its root. */
static void
put_step(struct scenario_reader *r, struct scenario *s, uint32_t i, int at,
    uint32_t level)
{
	const struct step *step = &r->e->steps[i];
	struct slice values[EXECUTION_LINE + 1], name;
	char digits[16];

	execution_values(r->e, i, values);
	name = values[EVENT_NAME].len > 0 ? values[EVENT_NAME]
					  : values[EVENT_EVENT];
	put_key(&r->text, "kind");
	put_quoted(&r->text, slice_of(event_kind_names[step->kind]));
	put_member(r, &r->text, "name", name);
	put_member(r, &r->text, "service", values[EVENT_SERVICE]);
	if (at < 0)
		put_member(r, &r->text, "id", values[EVENT_SEQUENCE_ID]);
	if (level > 1) {
		snprintf(digits, sizeof(digits), "%u", level);
		put_number(&r->text, "depth", slice_of(digits));
	}
	put_member(r, &r->text, "movement", values[EVENT_MOVEMENT]);
	put_number(&r->text, "beat", values[EVENT_BEAT]);
	put_member(r, &r->text, "status",
	    step->status == STEP_ERROR ? SLICE("error") : SLICE("ok"));
	add_place(r, s, i, at, -1);
	put_handlers(r, s, i, at, values);
}

/* Whether all of step I was seen, and how deep it is. */
static bool
look_at(struct scenario_reader *r, size_t root, size_t i)
{
	const struct step *step = &r->e->steps[i];
	bool is_movement = step->kind == KIND_MOVEMENT;

	r->levels[i] = i == root ? 0 : r->levels[step->parent] + !is_movement;
	if (!event_kind_is_work(step->kind))
		return true;
	return step->status != STEP_UNFINISHED &&
	    (is_movement || walk_name(r->e, i).len > 0);
}

/* The steps of ROOT end before *END; whether all of them were seen. */
static bool
is_complete(struct scenario_reader *r, size_t root, size_t *end)
{
	const struct execution *e = r->e;
	const struct step *s = &e->steps[root];
	bool is_whole = look_at(r, root, root);
	size_t i = root + 1;

	for (; i < e->count && e->steps[i].parent != STEP_NONE; i++)
		is_whole &= look_at(r, root, i);
	*end = i;
	return is_whole && !e->is_piece &&
	    (s->kind == KIND_SEQUENCE || s->kind == KIND_SPAN) &&
	    (s->parent_span == 0 || r->is_outside);
}

static void
put_scenario(struct scenario_reader *r, struct scenario *s, size_t end)
{
	const struct step *steps = r->e->steps;
	int at = 0;

	r->text.len = 0;
	put(&r->text, SLICE("{"));
	put_step(r, s, (uint32_t)s->root, -1, 0);
	put_key(&r->text, "steps");
	put(&r->text, SLICE("["));
	for (size_t i = s->root + 1; i < end; i++) {
		if (!event_kind_is_work(steps[i].kind) ||
		    steps[i].kind == KIND_MOVEMENT)
			continue;
		put_comma(&r->text);
		put(&r->text, SLICE("{"));
		put_step(r, s, (uint32_t)i, at++, r->levels[i]);
		put(&r->text, SLICE("}"));
	}
	put(&r->text, SLICE("]}"));
	s->steps = (size_t)at;
}

void
scenario_begin(struct scenario_reader *r, const struct execution *e)
{
	const struct step *root = NULL, *s;

	arena_free(&r->scratch);
	r->e = e;
	r->next = r->report_count = r->roots = r->incomplete = 0;
	r->is_outside = true;
	r->levels = mem_grow(r->levels, &r->levels_cap, e->count,
	    sizeof(*r->levels));
	for (uint32_t i = 0; i < e->count; i++) {
		s = &e->steps[i];
		if (is_report(s))
			add_report(r, i);
		if (s->parent != STEP_NONE || !event_kind_is_work(s->kind))
			continue;
		if (r->roots++ > 0 && s->parent_span != root->parent_span)
			r->is_outside = false;
		root = s;
	}
	if (r->report_count > 0)
		qsort(r->reports, r->report_count, sizeof(*r->reports),
		    compare_reports);
}

bool
scenario_next(struct scenario_reader *r, struct scenario *s)
{
	const struct execution *e = r->e;
	size_t root, end;
	bool is_whole;

	while (r->next < e->count) {
		root = r->next;
		is_whole = is_complete(r, root, &end);
		r->next = end;
		if (!event_kind_is_work(e->steps[root].kind))
			continue;
		if (!is_whole) {
			r->incomplete++;
			continue;
		}
		*s = (struct scenario){ .root = root,
			.has_failed = e->steps[root].status == STEP_ERROR,
			.is_alone = r->roots == 1 };
		put_scenario(r, s, end);
		s->flow = key_text(&r->text);
		s->places = r->places;
		return true;
	}
	return false;
}
