/* SPDX-License-Identifier: MIT */
#include "tele/jsonlog.h"

#include <stdlib.h>

#include "tele/jsonapply.h"
#include "tele/jsonexplain.h"
#include "tele/logfmtwalk.h"

struct jsonlog {
	const struct format *f;
	struct jsonwalk walk;    /* of documents */
	struct logfmtwalk lines; /* of logfmt */
	struct columns columns;
	struct jsonapply apply;
	struct input *in;
	struct out *rejects;
	struct jsonlog_counts counts;

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
	return &l->apply.ev.assume;
}

int
jsonlog_lacked(const struct jsonlog *l)
{
	return l->apply.ev.assume.lacked;
}

struct jsonlog_counts
jsonlog_counts(const struct jsonlog *l)
{
	struct jsonlog_counts counts = l->counts;

	counts.matched += l->columns.headers;
	counts.continuation = l->lines.continuation;
	counts.gave_way = l->apply.work.gave_way;
	return counts;
}

/* --- records -------------------------------------------------------------- */

static void
learn_names(void *arg, struct json_names *n, struct slice list)
{
	struct jsonlog *l = arg;

	jsonapply_names(&l->apply, n, list);
}

static void
forget_names(void *arg)
{
	struct jsonlog *l = arg;

	jsonapply_forget(&l->apply);
}

/* The record, TEXT, is known to no rule. */
static void
reject(void *arg, struct slice text)
{
	struct jsonlog *l = arg;

	l->counts.unmatched++;
	if (l->rejects == NULL)
		return;
	out_write(l->rejects, text);
	out_write(l->rejects, SLICE("\n"));
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
		    jsonevent_misfit(&l->apply.ev, &rec->picker,
			&rec->rules[i]) == NULL)
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
		jsonexplain_failure(&l->apply.ev, rec, l->explain);
		return;
	}
	jsonevent_begin(&l->apply.ev);
	jsonevent_fill(&l->apply.ev, &rec->picker, r);
	jsonevent_finish(&l->apply.ev, r);
	jsonexplain_event(&l->apply.ev, r, l->explain);
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
		jsonapply_name(&l->apply, &rec->picker, r);
	l->apply.line = l->in->line;
	if (l->explain != NULL)
		explain_record(l, rec, r, text);
	else if (r != NULL && jsonapply(&l->apply, rec, r, text))
		l->counts.matched++;
	else
		reject(l, text);
}

/* --- files ---------------------------------------------------------------- */

struct jsonlog *
jsonlog_new(const struct format *f, struct emitter *e,
    const struct jsonlog_options *options)
{
	struct json_record *lines = f->json->root->record;
	struct jsonlog *l = mem_zalloc(1, sizeof(*l));

	l->f = f;
	l->rejects = options->rejects;
	jsonwalk_init(&l->walk, f->json);
	l->walk.take = take_record;
	l->walk.names = learn_names;
	l->walk.leave = forget_names;
	l->walk.arg = l;
	logfmtwalk_init(&l->lines, lines);
	l->lines.take = take_record;
	l->lines.reject = reject;
	l->lines.arg = l;
	columns_init(&l->columns, lines);
	l->columns.take = take_record;
	l->columns.reject = reject;
	l->columns.arg = l;
	jsonapply_init(&l->apply, f, e, options, &l->walk);
	if (f->kind == FORMAT_COLUMNS)
		l->apply.columns = &l->columns;
	l->apply.work.unpaired = reject_end;
	l->apply.work.arg = l;
	return l;
}

void
jsonlog_free(struct jsonlog *l)
{
	jsonapply_free(&l->apply);
	jsonwalk_free(&l->walk);
	logfmtwalk_free(&l->lines);
	columns_free(&l->columns);
	free(l);
}

void
jsonlog_begin(struct jsonlog *l, struct input *in)
{
	l->in = in;
	l->apply.last.is_set = false;
	assume_begin(&l->apply.ev.assume, in->modified_ns);
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
	jsonwork_end(&l->apply.work);
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
	l->apply.ev.notes_sources = true;
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
	if (l->walk.depth > 0 || jsonwork_is_open(&l->apply.work) ||
	    l->apply.names.waiting.len > 0)
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
	l->apply.e->out = l->apply.names.out = out;
}
