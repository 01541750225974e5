/* SPDX-License-Identifier: MIT */
#include "tele/jsonwork.h"

#include <stdlib.h>

#include "tele/duration.h"

enum { KEY_PARTS = 8 };

void
jsonwork_init(struct jsonwork *w, struct jsonevent *ev, struct emitter *e,
    struct latenames *names)
{
	*w = (struct jsonwork){ .ev = ev, .e = e, .names = names };
}

void
jsonwork_free(struct jsonwork *w)
{
	pairs_free(&w->open);
	pairs_free(&w->early);
	pairs_free(&w->marks);
	fields_free(&w->values);
}

/* The values of KEY in the record, slashes between them. */
static struct slice
key_text(struct jsonwork *w, const struct picker *picker,
    const struct json_key *key)
{
	struct slice part[KEY_PARTS];
	const struct picked *value;
	int n = key->count < KEY_PARTS ? key->count : KEY_PARTS;
	size_t len = (size_t)n;
	char *text, *p;

	for (int i = 0; i < n; i++) {
		value = jsonevent_value(w->ev, picker, &key->sources[i]);
		part[i] = value != NULL && !picked_is_container(value)
		    ? value->text
		    : (struct slice){ "", 0 };
		len += part[i].len;
	}
	text = p = jsonevent_room(w->ev, len);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			*p++ = '/';
		p = mempcpy(p, part[i].ptr, part[i].len);
	}
	/* What was absent at the end leaves no trace. */
	while (p > text && p[-1] == '/')
		p--;
	return jsonevent_tame(w->ev, slice_range(text, p));
}

/* The id of a span that the log itself gives none. */
static struct slice
made_id(struct jsonwork *w, uint64_t number)
{
	char *p = jsonevent_room(w->ev, 24);

	*p = 'x';
	return (struct slice){ p, 1 + decimal_format(p + 1, number) };
}

/* --- what lies around what ------------------------------------------------ */

static bool
encloses(const struct open_work *o, int64_t start_ns, int64_t end_ns)
{
	return !o->is_over || (o->start_ns <= start_ns && o->end_ns >= end_ns);
}

/*
 * The work around START..END, from O on, of one key and newest first.  What is
 * over and cannot lie around anything that is still to come goes.
 */
static struct open_work *
find_around(struct jsonwork *w, struct open_work *o, int64_t start_ns,
    int64_t end_ns)
{
	struct open_work *next;

	for (int i = 0; o != NULL && i < PAIRS_SEEK; i++, o = next) {
		if (encloses(o, start_ns, end_ns))
			return o;
		next = pairs_before(o);
		if (o->end_ns <= start_ns || o->start_ns >= start_ns)
			pairs_end(&w->open, o);
	}
	return NULL;
}

static void
set_parent(struct jsonwork *w, struct open_work *first, int64_t start_ns,
    int64_t end_ns)
{
	struct open_work *around = find_around(w, first, start_ns, end_ns);

	if (around != NULL)
		jsonevent_set(w->ev, EVENT_PARENT, made_id(w, around->id));
}

/* --- writing -------------------------------------------------------------- */

/* The event of O, which ends now or with the input, and is forgotten. */
static void
emit_work(struct jsonwork *w, struct open_work *o, enum event_kind kind,
    const struct status_text *status, bool has_end)
{
	struct timestamp t = { o->start_ns, o->digits, 0 };
	struct stamp time = { 0 };
	struct emission m = { .kind = kind,
		.time = &time,
		.self_ns = -1,
		.status = status,
		.span = made_id(w, o->id),
		.captures = &w->ev->got,
		.captured_json = true,
		.line = o->line };

	pairs_values(o, &w->values);
	if (!fields_has(&w->values, EVENT_TRACE))
		fields_set_json(&w->values, EVENT_TRACE, pairs_key(o));
	if (o->has_start)
		stamp_set(&time, &t, SLICE(""));
	m.name = pairs_value(o, EVENT_NAME);
	m.has_duration = has_end && o->has_start && o->end_ns >= o->start_ns;
	m.duration_ns = o->end_ns - o->start_ns;
	w->ev->got.have = 0;
	if (o->has_start)
		set_parent(w, pairs_before(o), o->start_ns,
		    m.has_duration ? o->end_ns : o->start_ns);
	m.parent = jsonevent_get(w->ev, EVENT_PARENT);
	m.sources[m.source_count].fields = &w->values;
	m.sources[m.source_count++].mask = ~FIELD_BIT(EVENT_NAME);
	if (o->is_late)
		w->e->out = &w->names->waiting;
	emit_event(w->e, &m);
	pairs_end(&w->open, o);
}

/* Room for one more: the oldest gives way. */
static void
make_room(struct jsonwork *w)
{
	struct open_work *o = w->open.oldest;
	struct captures got;

	if (!pairs_are_full(&w->open))
		return;
	if (o->is_over) {
		pairs_end(&w->open, o);
		return;
	}
	got = w->ev->got;
	emit_work(w, o, KIND_SPAN, &status_unfinished, false);
	w->ev->got = got;
	w->gave_way++;
}

static void
keep_values(struct jsonwork *w)
{
	fields_clear(&w->values);
	for (uint64_t set = w->ev->got.have; set != 0; set &= set - 1) {
		int i = __builtin_ctzll(set);

		fields_set_tame(&w->values, i, w->ev->got.value[i]);
	}
}

/* The current record is open from now on, and w->values is what it says. */
static struct open_work *
open_work(struct jsonwork *w, struct slice key, uint64_t line)
{
	struct open_work *o = pairs_begin(&w->open, key, &w->values);

	o->start_ns = w->ev->start_ns;
	o->has_start = w->ev->has_start;
	o->digits = (uint8_t)w->ev->time.digits;
	o->line = line;
	o->id = w->ordinal;
	o->is_late = w->ev->is_late;
	return o;
}

/* --- ends ----------------------------------------------------------------- */

/* Of the open work of KEY the newest, called NAME if that is not empty. */
static struct open_work *
find_open(const struct jsonwork *w, struct slice key, struct slice name)
{
	struct open_work *o = pairs_newest(&w->open, key);

	for (int i = 0; o != NULL && i < PAIRS_SEEK; i++) {
		if (!o->is_over &&
		    (name.len == 0 ||
			slice_equal(pairs_value(o, EVENT_NAME), name)))
			return o;
		o = pairs_before(o);
	}
	return NULL;
}

/* An end called NAME came before its beginning, which may be still to come. */
static void
keep_early(struct jsonwork *w, struct slice key, struct slice name,
    struct slice text)
{
	struct open_work *o;

	if (pairs_are_full(&w->early)) {
		o = w->early.oldest;
		w->unpaired(w->arg, pairs_value(o, EVENT_MESSAGE));
		pairs_end(&w->early, o);
	}
	fields_clear(&w->values);
	fields_set_json(&w->values, EVENT_NAME, name);
	fields_set_json(&w->values, EVENT_MESSAGE, text);
	o = pairs_begin(&w->early, key, &w->values);
	o->end_ns = w->ev->start_ns;
}

/* An end that came before O began, or NULL. */
static struct open_work *
find_early(struct jsonwork *w, const struct open_work *o)
{
	struct open_work *early = pairs_newest(&w->early, pairs_key(o));
	struct slice name = pairs_value(o, EVENT_NAME);

	for (int i = 0; early != NULL && i < PAIRS_SEEK; i++) {
		if (early->end_ns >= o->start_ns &&
		    slice_equal(pairs_value(early, EVENT_NAME), name))
			return early;
		early = pairs_before(early);
	}
	return NULL;
}

void
jsonwork_begin(struct jsonwork *w, const struct picker *picker,
    const struct json_rule *r, uint64_t line)
{
	struct open_work *o, *early;

	w->ordinal++;
	make_room(w);
	keep_values(w);
	o = open_work(w, key_text(w, picker, &r->pair), line);
	early = o->has_start ? find_early(w, o) : NULL;
	if (early == NULL)
		return;
	o->end_ns = early->end_ns;
	pairs_end(&w->early, early);
	emit_work(w, o, r->kind, &status_ok, true);
}

bool
jsonwork_finish(struct jsonwork *w, const struct picker *picker,
    const struct json_rule *r, struct slice text)
{
	struct slice key = key_text(w, picker, &r->pair);
	struct slice name = jsonevent_get(w->ev, EVENT_NAME), any = { "", 0 };
	struct open_work *o = find_open(w, key, name);
	bool has_end = w->ev->has_start;

	w->ordinal++;
	/* A wrong name still ends something: what began last. */
	if (o == NULL) {
		o = find_open(w, key, any);
		if (o != NULL && has_end && o->start_ns > w->ev->start_ns)
			o = NULL;
	}
	if (o == NULL && name.len > 0 && has_end) {
		keep_early(w, key, name, text);
		return true;
	}
	if (o == NULL)
		return false;
	o->end_ns = w->ev->start_ns;
	emit_work(w, o, r->kind, &status_ok, has_end);
	return true;
}

/* --- records on their own ------------------------------------------------- */

/* `["TRACE/SPAN"]` of what was marked by KEY. */
static void
set_link(struct jsonwork *w, struct slice key)
{
	const struct open_work *mark = pairs_newest(&w->marks, key);
	struct slice trace, span;
	char *start, *p;

	if (mark == NULL)
		return;
	trace = pairs_value(mark, EVENT_TRACE);
	span = pairs_value(mark, EVENT_SPAN);
	start = p = jsonevent_room(w->ev, trace.len + span.len + 5);
	p = mempcpy(p, "[\"", 2);
	p = mempcpy(p, trace.ptr, trace.len);
	*p++ = '/';
	p = mempcpy(p, span.ptr, span.len);
	p = mempcpy(p, "\"]", 2);
	jsonevent_set(w->ev, EVENT_LINKS, slice_range(start, p));
}

/* Remember by KEY what is around: SPAN of TRACE. */
static void
set_mark(struct jsonwork *w, struct slice key, struct slice trace,
    struct slice span)
{
	struct open_work *old = pairs_newest(&w->marks, key);

	if (old != NULL)
		pairs_end(&w->marks, old);
	else if (pairs_are_full(&w->marks))
		pairs_end(&w->marks, w->marks.oldest);
	fields_clear(&w->values);
	fields_set_json(&w->values, EVENT_TRACE, trace);
	fields_set_json(&w->values, EVENT_SPAN, span);
	pairs_begin(&w->marks, key, &w->values);
}

/* X is over as it is written, but lies around what comes. */
static void
open_finished(struct jsonwork *w, struct slice key)
{
	struct open_work *o;

	if (!w->ev->has_start || !w->ev->has_duration)
		return;
	make_room(w);
	fields_clear(&w->values);
	o = open_work(w, key, 0);
	o->is_over = true;
	if (__builtin_add_overflow(o->start_ns, w->ev->duration_ns, &o->end_ns))
		o->end_ns = INT64_MAX;
}

void
jsonwork_place(struct jsonwork *w, const struct picker *picker,
    const struct json_rule *r)
{
	struct slice key = key_text(w, picker, &r->pair);
	int64_t start_ns = w->ev->start_ns, end_ns = start_ns;

	w->ordinal++;
	if (w->ev->has_duration &&
	    __builtin_add_overflow(start_ns, w->ev->duration_ns, &end_ns))
		end_ns = INT64_MAX;
	jsonevent_set(w->ev, EVENT_TRACE, key);
	if (w->ev->has_start)
		set_parent(w, pairs_newest(&w->open, key), start_ns, end_ns);
	if (r->from.count > 0)
		set_link(w, key_text(w, picker, &r->from));
	if (r->mark.count > 0 && captures_have(&w->ev->got, EVENT_PARENT))
		set_mark(w, key_text(w, picker, &r->mark),
		    jsonevent_get(w->ev, EVENT_TRACE),
		    jsonevent_get(w->ev, EVENT_PARENT));
	if (r->action == JSON_EMIT && event_kind_is_work(r->kind)) {
		jsonevent_set(w->ev, EVENT_SPAN, made_id(w, w->ordinal));
		open_finished(w, key);
	}
}

void
jsonwork_end(struct jsonwork *w)
{
	struct open_work *o;

	while ((o = w->open.newest) != NULL) {
		jsonevent_begin(w->ev);
		if (o->is_over)
			pairs_end(&w->open, o);
		else
			emit_work(w, o, KIND_SPAN, &status_unfinished, false);
	}
	while ((o = w->early.oldest) != NULL) {
		w->unpaired(w->arg, pairs_value(o, EVENT_MESSAGE));
		pairs_end(&w->early, o);
	}
	while (w->marks.oldest != NULL)
		pairs_end(&w->marks, w->marks.oldest);
	w->ordinal = 0;
}
