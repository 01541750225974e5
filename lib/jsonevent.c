/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/jsonevent.h"
#include "tele/jsonvalue.h"
#include "tele/stack.h"

enum { SCRATCH_SIZE = 64 * 1024 };

void
jsonevent_init(struct jsonevent *ev, const struct format *f,
    const struct jsonwalk *walk, struct latenames *names)
{
	*ev = (struct jsonevent){ .f = f, .walk = walk, .names = names };
	ev->scratch = mem_alloc(SCRATCH_SIZE);
	ev->plans = mem_zalloc(1 << JSONEVENT_PLAN_BITS, sizeof(*ev->plans));
}

void
jsonevent_free(struct jsonevent *ev)
{
	arena_free(&ev->text);
	free(ev->scratch);
	free(ev->plans);
}

static void
forget(struct jsonevent *ev)
{
	ev->got.have = 0;
	ev->has_start = ev->has_end = ev->has_duration = false;
	ev->time.is_set = false;
	ev->status = NULL;
	ev->extra.len = 0;
	if (ev->notes_sources)
		memset(ev->from, 0, sizeof(ev->from));
}

void
jsonevent_begin(struct jsonevent *ev)
{
	forget(ev);
	ev->is_late = false;
	ev->scratch_used = 0;
	if (ev->text.blocks != NULL)
		arena_free(&ev->text);
}

void
jsonevent_begin_within(struct jsonevent *ev, const struct jsonevent *outer,
    uint64_t shared)
{
	forget(ev);
	ev->got.have = outer->got.have & shared;
	if (captures_have(&outer->got, EVENT_SPAN))
		captures_set(&ev->got, EVENT_PARENT,
		    outer->got.value[EVENT_SPAN]);
}

void
jsonevent_return(struct jsonevent *ev, const struct jsonevent *outer)
{
	struct arena text = ev->text;
	size_t used = ev->scratch_used;

	*ev = *outer;
	ev->text = text;
	ev->scratch_used = used;
}

char *
jsonevent_room(struct jsonevent *ev, size_t size)
{
	char *p = ev->scratch + ev->scratch_used;

	size += WIDE_SLACK;
	if (size > SCRATCH_SIZE - ev->scratch_used)
		return arena_alloc(&ev->text, size);
	ev->scratch_used += size;
	return p;
}

const struct picked *
jsonevent_outer(struct jsonevent *ev, const struct json_source *s)
{
	const struct json_container *c = jsonwalk_around(ev->walk, s->up);

	if (c == NULL || s->path >= FIELDS || !fields_has(&c->kept, s->path))
		return NULL;
	ev->outer.text = fields_get(&c->kept, s->path);
	ev->outer.type = c->types[s->path];
	return &ev->outer;
}

bool
jsonevent_set_typed(struct jsonevent *ev, int to, struct slice json)
{
	if (to == FIELD_END || !field_accepts(to, &json) ||
	    (to == EVENT_CODE_LINE && *json.ptr == '0'))
		return false;
	captures_set(&ev->got, to, json);
	return true;
}

static bool
holds(struct jsonevent *ev, const struct picker *picker,
    const struct json_condition *c)
{
	const struct picked *value = jsonevent_value(ev, picker, &c->source);

	if (value == NULL)
		return c->is_absent;
	if (c->value_count == 0)
		return !c->is_absent;
	for (int i = 0; i < c->value_count; i++)
		if (slice_equal(value->text, c->values[i]))
			return true;
	return false;
}

const struct json_condition *
jsonevent_misfit(struct jsonevent *ev, const struct picker *picker,
    const struct json_rule *r)
{
	for (int i = 0; i < r->condition_count; i++)
		if (!holds(ev, picker, &r->conditions[i]))
			return &r->conditions[i];
	return NULL;
}

/* Find out which fields of plan->rule may have something, and by what. */
static void
make_plan(struct jsonevent_plan *plan)
{
	const struct json_rule *r = plan->rule;
	uint64_t have;

	plan->fields = r->outer;
	memcpy(plan->sources, r->outer_sources, sizeof(plan->sources));
	for (int word = 0; word < PICKER_WORDS; word++)
		for (have = plan->have[word]; have != 0; have &= have - 1) {
			int path = word * 64 + __builtin_ctzll(have);

			for (int i = r->first_use[path];
			     i < r->first_use[path + 1]; i++) {
				struct json_use use = r->uses[i];

				plan->fields |= UINT64_C(1) << use.field;
				plan->sources[use.field] |= UINT64_C(1)
				    << use.source;
			}
		}
}

/* What to do with records that have what this one has: few kinds, mostly. */
static inline const struct jsonevent_plan *
find_plan(struct jsonevent *ev, const struct picker *picker,
    const struct json_rule *r)
{
	uint64_t hash = (picker->have[0] * 31 + picker->have[1]) * 31 +
	    picker->have[2] + picker->have[3];
	struct jsonevent_plan *plan =
	    &ev->plans[hash * UINT64_C(0x9e3779b97f4a7c15) >>
		(64 - JSONEVENT_PLAN_BITS)];

	if (plan->rule == r &&
	    memcmp(plan->have, picker->have, sizeof(plan->have)) == 0)
		return plan;
	plan->rule = r;
	memcpy(plan->have, picker->have, sizeof(plan->have));
	make_plan(plan);
	return plan;
}

/* Set F from the first of its SOURCES that has what it should. */
static inline void
fill_field(struct jsonevent *ev, const struct picker *picker,
    const struct json_field *f, uint64_t sources)
{
	const struct json_source *s;
	const struct picked *value;

	for (; sources != 0; sources &= sources - 1) {
		s = &f->sources[__builtin_ctzll(sources)];
		value = jsonevent_value(ev, picker, s);
		if (value != NULL && jsonvalue_set(ev, f->to, s, value)) {
			ev->from[f->to] = s;
			break;
		}
	}
}

void
jsonevent_fill(struct jsonevent *ev, const struct picker *picker,
    const struct json_rule *r)
{
	const struct jsonevent_plan *plan = find_plan(ev, picker, r);
	const struct json_field *f;

	for (uint64_t set = plan->fields; set != 0; set &= set - 1) {
		int i = __builtin_ctzll(set);

		f = &r->fields[i];
		if (f->to == FIELD_END || !captures_have(&ev->got, f->to))
			fill_field(ev, picker, f, plan->sources[i]);
	}
}

/* A stack of frames alone gets the first line that it would have had. */
static void
head_stack(struct jsonevent *ev)
{
	struct slice json = ev->got.value[EVENT_ERROR_STACK];
	struct slice type = jsonevent_get(ev, EVENT_ERROR_TYPE);
	struct slice message = jsonevent_get(ev, EVENT_ERROR_MESSAGE);
	char *start, *p;

	if (!slice_starts_with(json, SLICE("    at ")))
		return;
	if (type.len == 0)
		type = SLICE("Error");
	start = p = jsonevent_room(ev, type.len + message.len + json.len + 4);
	p = mempcpy(p, type.ptr, type.len);
	if (message.len > 0) {
		p = mempcpy(p, ": ", 2);
		p = mempcpy(p, message.ptr, message.len);
	}
	p = mempcpy(p, "\\n", 2);
	p = mempcpy(p, json.ptr, json.len);
	jsonevent_set(ev, EVENT_ERROR_STACK, slice_range(start, p));
}

/* Where in the code an error's stack says that it was. */
static void
read_stack(struct jsonevent *ev)
{
	struct slice json;
	struct stack stack;

	head_stack(ev);
	json = ev->got.value[EVENT_ERROR_STACK];
	stack_parse(&stack, jsonvalue_plain(ev, json), ev->f->library,
	    ev->f->library_count);
	if (stack.type.len > 0 && !captures_have(&ev->got, EVENT_ERROR_TYPE))
		jsonevent_set(ev, EVENT_ERROR_TYPE,
		    jsonvalue_string(ev, stack.type));
	if (stack.message.len > 0 &&
	    !captures_have(&ev->got, EVENT_ERROR_MESSAGE))
		jsonevent_set(ev, EVENT_ERROR_MESSAGE,
		    jsonvalue_string(ev, stack.message));
	if (stack.text.len == 0)
		ev->got.have &= ~FIELD_BIT(EVENT_ERROR_STACK);
	if (!stack.has_top || captures_have(&ev->got, EVENT_CODE_FILE))
		return;
	jsonevent_set(ev, EVENT_CODE_FILE,
	    jsonvalue_string(ev, stack.top.file));
	if (stack.top.line.len > 0)
		jsonevent_set(ev, EVENT_CODE_LINE, stack.top.line);
	if (stack.top.function.len > 0)
		jsonevent_set(ev, EVENT_CODE_FUNCTION,
		    jsonvalue_string(ev, stack.top.function));
}

struct slice
jsonevent_get(const struct jsonevent *ev, int field)
{
	return captures_have(&ev->got, field) ? ev->got.value[field]
					      : (struct slice){ "", 0 };
}

/* `ID` and the suffix that tells it from another half of the same span. */
static struct slice
suffixed(struct jsonevent *ev, struct slice id, struct slice suffix)
{
	char *p = jsonevent_room(ev, id.len + suffix.len);

	memcpy(p, id.ptr, id.len);
	memcpy(p + id.len, suffix.ptr, suffix.len);
	return (struct slice){ p, id.len + suffix.len };
}

void
jsonevent_finish(struct jsonevent *ev, const struct json_rule *r)
{
	static const struct status_text error_name = { "Error", 5 };

	for (int i = 0; i < r->constant_count; i++)
		if (!captures_have(&ev->got, r->constants[i].field))
			captures_set(&ev->got, r->constants[i].field,
			    r->constants[i].json);
	if (captures_have(&ev->got, EVENT_ERROR_STACK))
		read_stack(ev);
	if (r->kind == KIND_ERROR) {
		jsonevent_set(ev, EVENT_LEVEL, SLICE("error"));
		if (!captures_have(&ev->got, EVENT_ERROR_TYPE))
			jsonevent_set(ev, EVENT_ERROR_TYPE,
			    (struct slice){ error_name.text, error_name.len });
		if (!captures_have(&ev->got, EVENT_NAME))
			jsonevent_set(ev, EVENT_NAME,
			    ev->got.value[EVENT_ERROR_TYPE]);
	}
	if (!ev->has_duration && ev->has_end && ev->has_start &&
	    ev->end_ns >= ev->start_ns) {
		ev->duration_ns = ev->end_ns - ev->start_ns;
		ev->has_duration = true;
	}
	if (r->id_suffix.len > 0 && captures_have(&ev->got, EVENT_SPAN)) {
		jsonevent_set(ev, EVENT_PARENT, ev->got.value[EVENT_SPAN]);
		jsonevent_set(ev, EVENT_SPAN,
		    suffixed(ev, ev->got.value[EVENT_SPAN], r->id_suffix));
	}
}

struct slice
jsonevent_tame(struct jsonevent *ev, struct slice json)
{
	char *p;

	if (json.len == 0 || json_is_tame(json))
		return json;
	p = jsonevent_room(ev, json.len * 6 + 16);
	return (struct slice){ p, json_tame(p, json) };
}

/* The value of FIELD in the event as it is written. */
static struct slice
tame(struct jsonevent *ev, int field)
{
	return jsonevent_tame(ev, jsonevent_get(ev, field));
}

void
jsonevent_emit(struct jsonevent *ev, struct emitter *e, enum event_kind kind,
    uint64_t line)
{
	const uint64_t special = FIELD_BIT(EVENT_TIME) | FIELD_BIT(EVENT_NAME) |
	    FIELD_BIT(EVENT_SPAN) | FIELD_BIT(EVENT_PARENT) |
	    FIELD_BIT(EVENT_STATUS);
	struct emission m = { .kind = kind,
		.time = &ev->time,
		.name = tame(ev, EVENT_NAME),
		.has_duration = ev->has_duration,
		.duration_ns = ev->duration_ns,
		.self_ns = -1,
		.span = tame(ev, EVENT_SPAN),
		.parent = tame(ev, EVENT_PARENT),
		.captures = &ev->got,
		.captured = ev->got.have & ~special,
		.captured_json = true,
		.extra = ev->extra,
		.line = line };

	if (event_kind_is_work(kind))
		m.status = ev->status != NULL ? ev->status : &status_ok;
	emit_event(e, &m);
}
