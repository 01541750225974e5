/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/jsonevent.h"
#include "tele/jsonlog.h"
#include "tele/latenames.h"
#include "tele/pairs.h"

struct jsonlog {
	struct json_format *json;
	struct emitter *e;
	struct jsonwalk walk;
	struct latenames names;
	struct jsonevent ev; /* the one that is being made */
	struct pairs pairs;
	uint64_t ordinal; /* of the record, where nothing else tells it */
	uint64_t matched, unmatched;

	/* While a sample is looked at: nothing is emitted. */
	bool is_dry;
	size_t fitting, seen;
};

uint64_t
jsonlog_matched(const struct jsonlog *l)
{
	return l->matched;
}

uint64_t
jsonlog_unmatched(const struct jsonlog *l)
{
	return l->unmatched;
}

/* What pairs records: the values of the rule's keys, slashes between them. */
static struct slice
pair_key(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct picked part[JSON_SOURCES] = { 0 };
	size_t len = (size_t)r->pair_key_count;
	char *key, *p;

	for (int i = 0; i < r->pair_key_count && i < JSON_SOURCES; i++)
		if (jsonevent_value(&l->ev, picker, &r->pair_keys[i],
			&part[i]) &&
		    !picked_is_container(&part[i]))
			len += part[i].text.len;
		else
			part[i].text.len = 0;
	key = p = jsonevent_room(&l->ev, len);
	for (int i = 0; i < r->pair_key_count && i < JSON_SOURCES; i++) {
		if (i > 0)
			*p++ = '/';
		if (part[i].text.len > 0)
			memcpy(p, part[i].text.ptr, part[i].text.len);
		p += part[i].text.len;
	}
	return slice_range(key, p);
}

/* The id of a span that the log itself gives none. */
static struct slice
made_id(struct jsonlog *l, uint64_t number)
{
	char *p = jsonevent_room(&l->ev, 24);

	*p = 'x';
	return (struct slice){ p, 1 + decimal_format(p + 1, number) };
}

/* The open work of KEY that the event happens in is its parent. */
static void
set_parent(struct jsonlog *l, struct slice key, const struct open_work *of)
{
	const struct open_work *outer = of != NULL
	    ? of->in_bucket
	    : pairs_find(&l->pairs, key, (struct slice){ "", 0 }, false);

	while (of != NULL && outer != NULL &&
	    !(outer->key_len == key.len &&
		memcmp(outer->key, key.ptr, key.len) == 0))
		outer = outer->in_bucket;
	if (outer != NULL)
		jsonevent_set(&l->ev, EVENT_PARENT, made_id(l, outer->id));
}

static void
begin_work(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct open_work *w = pairs_begin(&l->pairs, pair_key(l, picker, r));

	w->time = l->ev.time;
	w->line = l->walk.in->line;
	w->id = l->ordinal;
	w->is_late = l->ev.is_late;
	for (uint64_t set = l->ev.got.have; set != 0; set &= set - 1) {
		int i = __builtin_ctzll(set);

		fields_set_json(&w->values, i, l->ev.got.value[i]);
	}
}

/* The event of W, which ends now or with the input. */
static void
emit_work(struct jsonlog *l, struct open_work *w, enum event_kind kind,
    const struct status_text *status)
{
	struct slice key = { w->key, w->key_len };
	struct emission m = { .kind = kind,
		.time = &w->time,
		.self_ns = -1,
		.status = status,
		.span = made_id(l, w->id),
		.captures = &l->ev.got,
		.captured_json = true,
		.line = w->line };

	if (!fields_has(&w->values, EVENT_TRACE))
		fields_set(&w->values, EVENT_TRACE, key);
	if (fields_has(&w->values, EVENT_NAME))
		m.name = fields_get(&w->values, EVENT_NAME);
	set_parent(l, key, w);
	m.parent = jsonevent_get(&l->ev, EVENT_PARENT);
	if (l->ev.has_start && w->time.is_set && l->ev.start_ns >= w->time.ns) {
		m.has_duration = true;
		m.duration_ns = l->ev.start_ns - w->time.ns;
	}
	m.sources[m.source_count].fields = &w->values;
	m.sources[m.source_count++].mask = ~UINT64_C(0);
	if (w->is_late)
		l->e->out = &l->names.waiting;
	emit_event(l->e, &m);
	pairs_end(&l->pairs, w);
}

/* False if nothing had begun that could end here. */
static bool
finish_work(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct slice key = pair_key(l, picker, r);
	struct slice name = jsonevent_get(&l->ev, EVENT_NAME), any = { "", 0 };
	struct open_work *w = pairs_find(&l->pairs, key, name, false);

	/* A wrong name still ends something: what began last. */
	if (w == NULL)
		w = pairs_find(&l->pairs, key, any, false);
	if (w == NULL)
		return false;
	l->ev.got.have = 0;
	emit_work(l, w, r->kind, &status_ok);
	return true;
}

/* What has begun and not ended, innermost first. */
static void
abandon_work(struct jsonlog *l)
{
	while (l->pairs.newest != NULL) {
		l->ev.got.have = 0;
		l->ev.has_start = false;
		l->ev.scratch_used = 0;
		emit_work(l, l->pairs.newest, KIND_SPAN, &status_unfinished);
	}
}

/* The records within a record: what it says of itself holds for them, too. */
static void
take_inside(struct jsonlog *l, const struct json_rule *r,
    const struct picked *list)
{
	static const uint64_t shared = FIELD_BIT(EVENT_TRACE) |
	    FIELD_BIT(EVENT_SERVICE) | FIELD_BIT(EVENT_SESSION);
	const char *p = list->text.ptr, *end = p + list->text.len;
	struct picker *picker = &r->inside->picker;
	struct captures outer = l->ev.got;
	struct stamp time = l->ev.time;
	const struct status_text *status = l->ev.status;
	bool has_duration = l->ev.has_duration;
	int64_t duration_ns = l->ev.duration_ns;

	while ((p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		p = picker_read(picker, p, end, &l->walk.fault);
		if (p == NULL)
			break;
		for (int i = 0; i < r->inside->rule_count; i++) {
			const struct json_rule *inner = &r->inside->rules[i];

			if (!jsonevent_fits(&l->ev, picker, inner))
				continue;
			l->ev.got.have = outer.have & shared;
			l->ev.has_start = l->ev.has_end = l->ev.has_duration =
			    false;
			l->ev.time.is_set = false;
			if ((outer.have & FIELD_BIT(EVENT_SPAN)) != 0)
				jsonevent_set(&l->ev, EVENT_PARENT,
				    outer.value[EVENT_SPAN]);
			jsonevent_fill(&l->ev, picker, inner);
			jsonevent_finish(&l->ev, inner);
			jsonevent_emit(&l->ev, l->e, inner->kind,
			    l->walk.in->line);
			break;
		}
	}
	l->ev.got = outer;
	l->ev.time = time;
	l->ev.status = status;
	l->ev.has_duration = has_duration;
	l->ev.duration_ns = duration_ns;
}

/* `{"p1":{"serviceName":"cart"},...}` */
static void
learn_names(void *arg, struct slice map)
{
	struct jsonlog *l = arg;
	struct picker *picker = &l->json->names_picker;
	struct json_fault fault;
	struct json j;
	const char *end = map.ptr + map.len, *value;
	struct slice key;

	json_init(&j);
	json_feed(&j, map, true);
	if (json_next(&j) != JSON_OBJECT)
		return;
	while (json_next(&j) == JSON_KEY) {
		key = j.text;
		value = json_blank(j.p, end);
		if (*value != '{')
			return;
		if (picker_read(picker, value, end, &fault) != NULL &&
		    picker_has(picker, l->json->names_path))
			latenames_learn(&l->names, key,
			    picker->got[l->json->names_path].text);
		json_next(&j);
		while (j.depth > 1)
			json_next(&j);
	}
}

/* A record that says what something is called. */
static void
learn_name(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct picked key, name;

	if (jsonevent_value(&l->ev, picker, &r->key, &key) &&
	    jsonevent_value(&l->ev, picker, &r->value, &name))
		latenames_learn(&l->names, key.text, name.text);
}

/* Names hold within the object that has them. */
static void
forget_names(void *arg)
{
	struct jsonlog *l = arg;

	latenames_forget(&l->names);
	l->e->out = l->names.out;
}

/* One event of the record in PICKER, and those of the records within it. */
static void
emit_record(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	struct picked list;
	struct slice key;

	if (r->pair_key_count > 0) {
		key = pair_key(l, picker, r);
		jsonevent_set(&l->ev, EVENT_TRACE, key);
		jsonevent_set(&l->ev, EVENT_SPAN, made_id(l, l->ordinal));
		set_parent(l, key, NULL);
	}
	jsonevent_finish(&l->ev, r);
	if (l->ev.is_late)
		l->e->out = &l->names.waiting;
	if (r->inside != NULL &&
	    jsonevent_value(&l->ev, picker, &r->inside_list, &list) &&
	    list.type == '[')
		take_inside(l, r, &list);
	jsonevent_emit(&l->ev, l->e, r->kind, l->walk.in->line);
	if (l->names.waiting.len > LATENAMES_MAX) {
		latenames_flush(&l->names);
		l->e->out = l->names.out;
	}
}

/* False if the rule could make nothing of the record. */
static bool
apply(struct jsonlog *l, const struct picker *picker, const struct json_rule *r)
{
	if (r->action == JSON_NAME) {
		learn_name(l, picker, r);
		return true;
	}
	jsonevent_begin(&l->ev);
	jsonevent_fill(&l->ev, picker, r);
	l->ordinal++;
	switch (r->action) {
	case JSON_BEGIN:
		begin_work(l, picker, r);
		return true;
	case JSON_FINISH:
		return finish_work(l, picker, r);
	default:
		emit_record(l, picker, r);
		return true;
	}
}

/* Whether a record has what all records of the format have. */
static bool
fits(const struct json_record *rec)
{
	bool any = rec->any_count == 0;

	for (int i = 0; i < rec->any_count; i++)
		any |= picker_has(&rec->picker, rec->any_paths[i]);
	if (!any)
		return false;
	for (int i = 0; i < rec->need_count; i++)
		if (!picker_has(&rec->picker, rec->need_paths[i]))
			return false;
	return true;
}

static void
take_record(void *arg, struct json_record *rec)
{
	struct jsonlog *l = arg;
	bool is_done = false;

	if (l->is_dry) {
		l->fitting += fits(rec);
		l->seen++;
		return;
	}
	if (rec->any_count == 0 || fits(rec))
		for (int i = 0; i < rec->rule_count; i++)
			if (jsonevent_fits(&l->ev, &rec->picker,
				&rec->rules[i])) {
				is_done = apply(l, &rec->picker,
				    &rec->rules[i]);
				break;
			}
	l->matched += is_done;
	l->unmatched += !is_done;
}

struct jsonlog *
jsonlog_new(const struct format *f, struct emitter *e)
{
	struct jsonlog *l = mem_zalloc(1, sizeof(*l));

	l->json = f->json;
	l->e = e;
	latenames_init(&l->names, e->out);
	jsonwalk_init(&l->walk, f->json);
	l->walk.take = take_record;
	l->walk.names = learn_names;
	l->walk.leave = forget_names;
	l->walk.arg = l;
	jsonevent_init(&l->ev, f, &l->walk, &l->names);
	return l;
}

void
jsonlog_free(struct jsonlog *l)
{
	jsonevent_free(&l->ev);
	jsonwalk_free(&l->walk);
	latenames_free(&l->names);
	pairs_free(&l->pairs);
	free(l);
}

void
jsonlog_begin(struct jsonlog *l, struct input *in)
{
	l->ordinal = 0;
	jsonwalk_begin(&l->walk, in);
}

void
jsonlog_take(struct jsonlog *l)
{
	jsonwalk_take(&l->walk);
}

void
jsonlog_end(struct jsonlog *l)
{
	abandon_work(l);
	forget_names(l);
}

size_t
jsonlog_score(struct jsonlog *l, struct slice sample, size_t *seen)
{
	l->is_dry = true;
	l->fitting = l->seen = 0;
	*seen = jsonwalk_sample(&l->walk, sample);
	l->is_dry = false;
	*seen += l->seen;
	return l->fitting;
}

bool
jsonlog_place(const struct jsonlog *l, const struct input *in, uint64_t *offset,
    uint64_t *line)
{
	const char *p = json_blank(in->p, in->end);

	if (l->walk.depth > 0 || l->pairs.count > 0 || l->names.waiting.len > 0)
		return false;
	*offset = in->offset - (uint64_t)(in->end - p);
	/* The line that P is in counts as begun. */
	*line = in->line - 1;
	for (const char *q = in->p; q < p; q++)
		*line += *q == '\n';
	return true;
}

void
jsonlog_write_to(struct jsonlog *l, struct out *out)
{
	l->e->out = l->names.out = out;
}
