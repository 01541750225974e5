/* SPDX-License-Identifier: MIT */
#include "tele/jsonlog.h"

#include <stdlib.h>

#include "tele/columns.h"
#include "tele/jsonexplain.h"
#include "tele/jsonkeep.h"
#include "tele/jsonwork.h"
#include "tele/logfmtwalk.h"

struct jsonlog {
	const struct format *f;
	struct json_format *json;
	struct jsonlog_options options;
	struct emitter *e;
	struct jsonwalk walk;    /* of documents */
	struct logfmtwalk lines; /* of logfmt */
	struct columns columns;
	struct latenames names;
	struct jsonevent ev; /* the one that is being made */
	struct jsonwork work;
	struct input *in;
	struct jsonlog_counts counts;
	struct stamp last; /* of a log record; and its line */
	uint64_t last_line;

	/* While a sample is looked at: nothing is emitted. */
	bool is_dry;
	size_t fitting, seen;

	/* While one record is to be explained, that of this line. */
	struct out *explain;
	uint64_t explain_line;
	bool is_explained, is_known;
};

struct assume *
jsonlog_assume(struct jsonlog *l)
{
	return &l->ev.assume;
}

int
jsonlog_lacked(const struct jsonlog *l)
{
	return l->ev.assume.lacked;
}

struct jsonlog_counts
jsonlog_counts(const struct jsonlog *l)
{
	struct jsonlog_counts counts = l->counts;

	counts.matched += l->columns.headers;
	counts.continuation = l->lines.continuation;
	counts.gave_way = l->work.gave_way;
	return counts;
}

/* --- names ---------------------------------------------------------------- */

/* The object at VALUE has the name of KEY, or of a member that is the key. */
static bool
learn_name_at(struct jsonlog *l, struct json_names *n, struct slice key,
    const char *value, const char *end)
{
	struct json_fault fault;

	if (picker_read(&n->picker, value, end, &fault) == NULL)
		return false;
	if (n->key >= 0 && picker_has(&n->picker, n->key))
		key = n->picker.got[n->key].text;
	if (key.len > 0 && picker_has(&n->picker, n->name))
		latenames_learn(&l->names, key, n->picker.got[n->name].text);
	return true;
}

/* `{"p1":{"serviceName":"cart"},...}`, or a list of objects with both. */
static void
learn_names(void *arg, struct json_names *n, struct slice list)
{
	struct jsonlog *l = arg;
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
			if (!learn_name_at(l, n, key, value, end))
				return;
		}
	}
}

/* A record that says what something is called. */
static void
learn_name(struct jsonlog *l, const struct picker *picker,
    const struct json_rule *r)
{
	const struct picked *key = jsonevent_value(&l->ev, picker, &r->key);
	const struct picked *name = jsonevent_value(&l->ev, picker, &r->value);

	if (key != NULL && name != NULL)
		latenames_learn(&l->names, key->text, name->text);
}

/* Names hold within the object that has them. */
static void
forget_names(void *arg)
{
	struct jsonlog *l = arg;

	latenames_forget(&l->names);
	l->e->out = l->names.out;
}

/* --- records -------------------------------------------------------------- */

/* The records within a record: what it says of itself holds for them, too. */
static void
take_inside(struct jsonlog *l, struct json_record *inside, struct slice list)
{
	static const uint64_t shared = FIELD_BIT(EVENT_TRACE) |
	    FIELD_BIT(EVENT_SERVICE) | FIELD_BIT(EVENT_SESSION);
	const char *p = list.ptr, *end = p + list.len;
	struct jsonevent outer = l->ev;
	struct json_fault fault;

	while ((p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		p = picker_read(&inside->picker, p, end, &fault);
		if (p == NULL)
			break;
		for (int i = 0; i < inside->rule_count; i++) {
			const struct json_rule *r = &inside->rules[i];

			if (jsonevent_misfit(&l->ev, &inside->picker, r))
				continue;
			jsonevent_begin_within(&l->ev, &outer, shared);
			jsonevent_fill(&l->ev, &inside->picker, r);
			jsonevent_finish(&l->ev, r);
			jsonevent_emit(&l->ev, l->e, r->kind, l->in->line);
			break;
		}
	}
	jsonevent_return(&l->ev, &outer);
}

/* Nothing was logged between the last record and this one. */
static void
note_time(struct jsonlog *l)
{
	struct emission m = { .kind = KIND_GAP,
		.time = &l->last,
		.has_duration = true,
		.self_ns = -1,
		.line = l->last_line };

	if (!l->ev.has_start || (l->last.is_set && l->ev.start_ns < l->last.ns))
		return;
	if (l->last.is_set && l->last_line > 0 &&
	    !__builtin_sub_overflow(l->ev.start_ns, l->last.ns,
		&m.duration_ns) &&
	    m.duration_ns >= l->options.gap_ns)
		emit_event(l->e, &m);
	l->last = l->ev.time;
	l->last_line = l->in->line;
}

/* One event of the record in PICKER, and those of the records within it. */
static void
emit_record(struct jsonlog *l, const struct json_record *rec,
    const struct json_rule *r, struct slice text)
{
	struct json_record *inside = r->inside ? r->inside : rec->inside;
	const struct json_source *s = r->inside ? &r->inside_list
						: &rec->inside_list;
	const struct picked *list;

	if (r->pair.count > 0)
		jsonwork_place(&l->work, &rec->picker, r);
	jsonevent_finish(&l->ev, r);
	if (l->options.keep_all && l->f->kind == FORMAT_LOGFMT)
		jsonkeep_logfmt(&l->ev, text);
	else if (l->options.keep_all && l->f->kind == FORMAT_COLUMNS)
		jsonkeep_columns(&l->ev, &l->columns, text);
	else if (l->options.keep_all)
		jsonkeep_json(&l->ev, l->json, s->text, text);
	if (l->options.gap_ns > 0 && r->kind == KIND_LOG)
		note_time(l);
	if (l->ev.is_late)
		l->e->out = &l->names.waiting;
	list = inside != NULL ? jsonevent_value(&l->ev, &rec->picker, s) : NULL;
	if (list != NULL && list->type == '[')
		take_inside(l, inside, list->text);
	jsonevent_emit(&l->ev, l->e, r->kind, l->in->line);
	if (l->names.waiting.len > LATENAMES_MAX) {
		latenames_flush(&l->names);
		l->e->out = l->names.out;
	}
}

/* False if the rule could make nothing of the record. */
static bool
apply(struct jsonlog *l, const struct json_record *rec,
    const struct json_rule *r, struct slice text)
{
	const struct picker *picker = &rec->picker;

	switch (r->action) {
	case JSON_NAME:
		learn_name(l, picker, r);
		return true;
	case JSON_IGNORE:
		return true;
	default:
		break;
	}
	jsonevent_begin(&l->ev);
	jsonevent_fill(&l->ev, picker, r);
	switch (r->action) {
	case JSON_BEGIN:
		jsonwork_begin(&l->work, picker, r, l->in->line);
		return true;
	case JSON_FINISH:
		return jsonwork_finish(&l->work, picker, r, text);
	case JSON_MARK:
		jsonwork_place(&l->work, picker, r);
		return true;
	default:
		emit_record(l, rec, r, text);
		return true;
	}
}

/* The record, TEXT, is known to no rule. */
static void
reject(void *arg, struct slice text)
{
	struct jsonlog *l = arg;

	l->counts.unmatched++;
	if (l->options.rejects == NULL)
		return;
	out_write(l->options.rejects, text);
	out_write(l->options.rejects, SLICE("\n"));
}

/* An end that was taken for matched, for its beginning was still to come. */
static void
reject_end(void *arg, struct slice text)
{
	struct jsonlog *l = arg;

	l->counts.matched--;
	reject(l, text);
}

/* Whether all is there that R asks something of: quickly. */
static inline bool
has_required(const struct picker *picker, const struct json_rule *r)
{
	uint64_t lacks = 0;

	for (int i = 0; i < PICKER_WORDS; i++)
		lacks |= r->required[i] & ~picker->have[i];
	return lacks == 0;
}

/* The rule for the record, or NULL. */
static const struct json_rule *
find_rule(struct jsonlog *l, const struct json_record *rec)
{
	if (rec->any.count > 0 && !json_record_fits(rec))
		return NULL;
	for (int i = 0; i < rec->rule_count; i++)
		if (has_required(&rec->picker, &rec->rules[i]) &&
		    jsonevent_misfit(&l->ev, &rec->picker, &rec->rules[i]) ==
			NULL)
			return &rec->rules[i];
	return NULL;
}

/* The record of the line that is asked for, if this is it. */
static void
explain_record(struct jsonlog *l, const struct json_record *rec,
    const struct json_rule *r, struct slice text)
{
	uint64_t last = l->in->line;
	const char *p = text.ptr, *end = p + text.len;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		last++;
		p++;
	}
	if (l->is_explained || last < l->explain_line)
		return;
	l->is_explained = true;
	l->in->is_stopped = true;
	l->is_known = r != NULL;
	if (l->in->line > l->explain_line) {
		out_format(l->explain, "no record is on line %llu\n",
		    (unsigned long long)l->explain_line);
		l->is_known = false;
		return;
	}
	if (last > l->in->line)
		out_format(l->explain, "record      lines %llu to %llu\n",
		    (unsigned long long)l->in->line, (unsigned long long)last);
	if (r == NULL) {
		jsonexplain_failure(&l->ev, rec, l->explain);
		return;
	}
	jsonevent_begin(&l->ev);
	jsonevent_fill(&l->ev, &rec->picker, r);
	jsonevent_finish(&l->ev, r);
	jsonexplain_event(&l->ev, r, l->explain);
}

static void
take_record(void *arg, struct json_record *rec, struct slice text)
{
	struct jsonlog *l = arg;
	const struct json_rule *r;

	/* What a record that is cut off lacks may be behind the cut. */
	if (l->walk.is_cut && l->seen > 0)
		return;
	if (l->is_dry) {
		l->fitting += json_record_fits(rec);
		l->seen++;
		return;
	}
	r = find_rule(l, rec);
	if (l->explain != NULL && r != NULL && r->action == JSON_NAME)
		learn_name(l, &rec->picker, r);
	if (l->explain != NULL)
		explain_record(l, rec, r, text);
	else if (r != NULL && apply(l, rec, r, text))
		l->counts.matched++;
	else
		reject(l, text);
}

/* --- files ---------------------------------------------------------------- */

struct jsonlog *
jsonlog_new(const struct format *f, struct emitter *e,
    const struct jsonlog_options *options)
{
	struct jsonlog *l = mem_zalloc(1, sizeof(*l));

	l->f = f;
	l->json = f->json;
	l->e = e;
	l->options = *options;
	latenames_init(&l->names, e->out);
	jsonwalk_init(&l->walk, f->json);
	l->walk.take = take_record;
	l->walk.names = learn_names;
	l->walk.leave = forget_names;
	l->walk.arg = l;
	logfmtwalk_init(&l->lines, f->json->root->record);
	l->lines.take = take_record;
	l->lines.reject = reject;
	l->lines.arg = l;
	columns_init(&l->columns, f->json->root->record);
	l->columns.take = take_record;
	l->columns.reject = reject;
	l->columns.arg = l;
	jsonevent_init(&l->ev, f, &l->walk, &l->names);
	l->ev.notes_sources = options->keep_all;
	jsonwork_init(&l->work, &l->ev, e, &l->names);
	l->work.unpaired = reject_end;
	l->work.arg = l;
	return l;
}

void
jsonlog_free(struct jsonlog *l)
{
	jsonevent_free(&l->ev);
	jsonwalk_free(&l->walk);
	logfmtwalk_free(&l->lines);
	columns_free(&l->columns);
	latenames_free(&l->names);
	jsonwork_free(&l->work);
	free(l);
}

void
jsonlog_begin(struct jsonlog *l, struct input *in)
{
	l->in = in;
	l->last.is_set = false;
	assume_begin(&l->ev.assume, in->modified_ns);
	if (l->f->kind == FORMAT_LOGFMT)
		logfmtwalk_begin(&l->lines, in);
	else if (l->f->kind == FORMAT_COLUMNS)
		columns_begin(&l->columns, in);
	else
		jsonwalk_begin(&l->walk, in);
}

void
jsonlog_take(struct jsonlog *l)
{
	if (l->f->kind == FORMAT_LOGFMT)
		logfmtwalk_take(&l->lines);
	else if (l->f->kind == FORMAT_COLUMNS)
		columns_block(&l->columns);
	else
		jsonwalk_take(&l->walk);
}

void
jsonlog_end(struct jsonlog *l)
{
	jsonwork_end(&l->work);
	forget_names(l);
}

size_t
jsonlog_score(struct jsonlog *l, struct slice sample, size_t *seen)
{
	l->is_dry = true;
	l->fitting = l->seen = 0;
	*seen = l->f->kind == FORMAT_LOGFMT
	    ? logfmtwalk_sample(&l->lines, sample)
	    : l->f->kind == FORMAT_COLUMNS ? columns_sample(&l->columns, sample)
					   : jsonwalk_sample(&l->walk, sample);
	l->is_dry = false;
	*seen += l->seen;
	return l->fitting;
}

bool
jsonlog_takes_file(const struct jsonlog *l)
{
	return l->f->kind != FORMAT_COLUMNS;
}

bool
jsonlog_explain(struct jsonlog *l, struct input *in, uint64_t line,
    struct out *out, bool *found)
{
	l->explain = out;
	l->ev.notes_sources = true;
	l->explain_line = line;
	l->is_explained = l->is_known = false;
	jsonlog_begin(l, in);
	do
		jsonlog_take(l);
	while (!jsonlog_takes_file(l) && !l->is_explained && input_next(in));
	l->explain = NULL;
	/* A line that would begin where the file ends is none. */
	if (l->f->kind == FORMAT_JSON && in->column == 0 && in->line > 0)
		in->line--;
	*found = l->is_explained;
	return l->is_known;
}

bool
jsonlog_place(const struct jsonlog *l, const struct input *in, uint64_t *offset,
    uint64_t *line)
{
	const char *p = json_blank(in->p, in->end);

	*offset = in->offset - (uint64_t)(in->end - in->p);
	*line = in->line;
	if (l->f->kind != FORMAT_JSON)
		return true;
	if (l->walk.depth > 0 || jsonwork_is_open(&l->work) ||
	    l->names.waiting.len > 0)
		return false;
	*offset += (uint64_t)(p - in->p);
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
