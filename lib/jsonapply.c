/* SPDX-License-Identifier: MIT */
#include "tele/jsonapply.h"
#include "tele/jsonkeep.h"

void
jsonapply_init(struct jsonapply *a, const struct format *f, struct emitter *e,
    const struct jsonlog_options *options, struct jsonwalk *walk)
{
	*a = (struct jsonapply){ .f = f, .options = *options, .e = e };
	latenames_init(&a->names, e->out);
	jsonevent_init(&a->ev, f, walk, &a->names);
	a->ev.notes_sources = options->keep_all;
	jsonwork_init(&a->work, &a->ev, e, &a->names);
}

void
jsonapply_free(struct jsonapply *a)
{
	jsonevent_free(&a->ev);
	latenames_free(&a->names);
	jsonwork_free(&a->work);
}

/* The object at VALUE has the name of KEY, or of a member that is the key. */
static bool
learn_name_at(struct jsonapply *a, struct json_names *n, struct slice key,
    const char *value, const char *end)
{
	struct json_fault fault;

	if (picker_read(&n->picker, value, end, &fault) == NULL)
		return false;
	if (n->key >= 0 && picker_has(&n->picker, n->key))
		key = n->picker.got[n->key].text;
	if (key.len > 0 && picker_has(&n->picker, n->name))
		latenames_learn(&a->names, key, n->picker.got[n->name].text);
	return true;
}

/* `{"p1":{"serviceName":"cart"},...}`, or a list of objects with both. */
void
jsonapply_names(struct jsonapply *a, struct json_names *n, struct slice list)
{
	const char *end = list.ptr + list.len, *value = list.ptr;
	struct slice key = { "", 0 };
	enum json_token token;
	struct json j;

	json_init(&j);
	json_feed(&j, list, true);
	json_next(&j);
	while ((token = json_next(&j)) > JSON_END) {
		if (token == JSON_KEY && j.depth == 1) {
			key = j.text;
			value = json_blank(j.p, end);
		} else if (token == JSON_OBJECT && j.depth == 2) {
			if (*list.ptr == '[')
				value = j.p - 1;
			if (!learn_name_at(a, n, key, value, end))
				return;
		}
	}
}

/* A record that says what something is called. */
void
jsonapply_name(struct jsonapply *a, const struct picker *picker,
    const struct json_rule *r)
{
	const struct picked *key = jsonevent_value(&a->ev, picker, &r->key);
	const struct picked *name = jsonevent_value(&a->ev, picker, &r->value);

	if (key != NULL && name != NULL)
		latenames_learn(&a->names, key->text, name->text);
}

/* Names hold within the object that has them. */
void
jsonapply_forget(struct jsonapply *a)
{
	latenames_forget(&a->names);
	a->e->out = a->names.out;
}

/* The records within a record: what it says of itself holds for them, too. */
static void
take_inside(struct jsonapply *a, struct json_record *inside, struct slice list)
{
	static const uint64_t shared = FIELD_BIT(EVENT_TRACE) |
	    FIELD_BIT(EVENT_SERVICE) | FIELD_BIT(EVENT_SESSION);
	const char *p = list.ptr, *end = p + list.len;
	struct jsonevent outer = a->ev;
	struct json_fault fault;

	while ((p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		p = picker_read(&inside->picker, p, end, &fault);
		if (p == NULL)
			break;
		for (int i = 0; i < inside->rule_count; i++) {
			const struct json_rule *r = &inside->rules[i];

			if (jsonevent_misfit(&a->ev, &inside->picker, r))
				continue;
			jsonevent_begin_within(&a->ev, &outer, shared);
			jsonevent_fill(&a->ev, &inside->picker, r);
			jsonevent_finish(&a->ev, r);
			jsonevent_emit(&a->ev, a->e, r->kind, a->line);
			break;
		}
	}
	jsonevent_return(&a->ev, &outer);
}

/* Nothing was logged between the last record and this one. */
static void
note_time(struct jsonapply *a)
{
	struct emission m = { .kind = KIND_GAP,
		.time = &a->last,
		.has_duration = true,
		.self_ns = -1,
		.line = a->last_line };

	if (!a->ev.has_start || (a->last.is_set && a->ev.start_ns < a->last.ns))
		return;
	if (a->last.is_set && a->last_line > 0 &&
	    !__builtin_sub_overflow(a->ev.start_ns, a->last.ns,
		&m.duration_ns) &&
	    m.duration_ns >= a->options.gap_ns)
		emit_event(a->e, &m);
	a->last = a->ev.time;
	a->last_line = a->line;
}

/* One event of the record in PICKER, and those of the records within it. */
static void
emit_record(struct jsonapply *a, const struct json_record *rec,
    const struct json_rule *r, struct slice text)
{
	struct json_record *inside = r->inside ? r->inside : rec->inside;
	const struct json_source *s = r->inside ? &r->inside_list
						: &rec->inside_list;
	const struct picked *list;

	if (r->pair.count > 0)
		jsonwork_place(&a->work, &rec->picker, r);
	jsonevent_finish(&a->ev, r);
	if (a->options.keep_all && a->f->kind == FORMAT_LOGFMT)
		jsonkeep_logfmt(&a->ev, text);
	else if (a->options.keep_all && a->columns != NULL)
		jsonkeep_columns(&a->ev, a->columns, text);
	else if (a->options.keep_all)
		jsonkeep_json(&a->ev, a->f->json, s->text, text);
	if (a->options.gap_ns > 0 && r->kind == KIND_LOG)
		note_time(a);
	if (a->ev.is_late)
		a->e->out = &a->names.waiting;
	list = inside != NULL ? jsonevent_value(&a->ev, &rec->picker, s) : NULL;
	if (list != NULL && list->type == '[')
		take_inside(a, inside, list->text);
	jsonevent_emit(&a->ev, a->e, r->kind, a->line);
	if (a->names.waiting.len > LATENAMES_MAX) {
		latenames_flush(&a->names);
		a->e->out = a->names.out;
	}
}

/* False if the rule could make nothing of the record. */
bool
jsonapply(struct jsonapply *a, const struct json_record *rec,
    const struct json_rule *r, struct slice text)
{
	const struct picker *picker = &rec->picker;

	switch (r->action) {
	case JSON_NAME:
		jsonapply_name(a, picker, r);
		return true;
	case JSON_IGNORE:
		return true;
	default:
		break;
	}
	jsonevent_begin(&a->ev);
	jsonevent_fill(&a->ev, picker, r);
	switch (r->action) {
	case JSON_BEGIN:
		jsonwork_begin(&a->work, picker, r, a->line);
		return true;
	case JSON_FINISH:
		return jsonwork_finish(&a->work, picker, r, text);
	case JSON_MARK:
		jsonwork_place(&a->work, picker, r);
		return true;
	default:
		emit_record(a, rec, r, text);
		return true;
	}
}
