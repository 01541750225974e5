/* SPDX-License-Identifier: MIT */
#include "tele/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/correlate.h"
#include "tele/jsonlog.h"
#include "tele/term.h"
#include "tele/textexplain.h"

/* How much a format knows of a sample. */
struct fit {
	size_t known, lines;
	double bonus; /* how much more a known line says than one elsewhere */
};

/* What a kind of formats does its way. */
struct reader_kind {
	void (*open)(struct reader *r, const struct reader_options *options);
	void (*close)(struct reader *r);
	void (*begin)(struct reader *r, struct input *in);
	struct fit (*fit)(struct reader *r, struct slice sample);
	void (*take)(struct reader *r, struct input *in);
	void (*flush)(struct reader *r);
	void (*end)(struct reader *r);
	void (*count)(const struct reader *r, struct reader_counts *sum);
	bool (*explain)(struct reader *r, struct slice line, struct out *out);
	/* Of what is not made of lines; or NULL. */
	bool (*explain_at)(struct reader *r, struct input *in, uint64_t line,
	    struct out *out, bool *found);
};

struct reader {
	const struct reader_kind *kind;
	const struct format *format;
	struct emitter emitter;
	struct pairing *pairing; /* or NULL */
	/* Of a text format. */
	struct correlator *correlator;
	struct textlog text;
	/* Of a JSON format. */
	struct jsonlog *json;
	/* Of events. */
	struct event_reader events;
	uint64_t passed;
};

static void
do_nothing(struct reader *r)
{
	(void)r;
}

static void
begin_nothing(struct reader *r, struct input *in)
{
	(void)r;
	(void)in;
}

/* --- text ----------------------------------------------------------------- */

static void
text_open(struct reader *r, const struct reader_options *options)
{
	r->correlator = correlator_new(r->format, &r->emitter);
	textlog_init(&r->text, r->format, r->correlator);
	r->text.rejects = options->rejects;
	r->text.gap_ns = options->gap_ns;
}

static void
text_close(struct reader *r)
{
	correlator_free(r->correlator);
	textlog_free(&r->text);
}

static struct fit
text_fit(struct reader *r, struct slice sample)
{
	struct fit fit = { 0 };

	textlog_begin(&r->text, sample);
	fit.known = r->text.fit.known;
	fit.lines = r->text.fit.lines;
	fit.bonus = textfit_bonus(&r->text.fit, r->format);
	return fit;
}

static void
text_begin(struct reader *r, struct input *in)
{
	textlog_assume(&r->text, in->modified_ns);
}

static void
text_take(struct reader *r, struct input *in)
{
	textlog_block(&r->text, in);
}

static void
text_flush(struct reader *r)
{
	textlog_flush(&r->text);
}

static void
text_end(struct reader *r)
{
	textlog_end(&r->text);
}

static void
text_count(const struct reader *r, struct reader_counts *sum)
{
	sum->matched += r->text.counts.matched;
	sum->continuation += r->text.counts.continuation;
	sum->unmatched += r->text.counts.unmatched;
}

static bool
text_explain(struct reader *r, struct slice line, struct out *out)
{
	return textexplain(&r->text, line, out);
}

/* --- JSON ----------------------------------------------------------------- */

static void
json_open(struct reader *r, const struct reader_options *options)
{
	const struct jsonlog_options wish = { options->rejects, options->gap_ns,
		options->keep_all };

	r->json = jsonlog_new(r->format, &r->emitter, &wish);
}

static void
json_close(struct reader *r)
{
	jsonlog_free(r->json);
}

static struct fit
json_fit(struct reader *r, struct slice sample)
{
	struct fit fit = { 0 };

	fit.known = jsonlog_score(r->json, sample, &fit.lines);
	fit.bonus = format_precision(r->format);
	return fit;
}

static void
json_begin(struct reader *r, struct input *in)
{
	jsonlog_begin(r->json, in);
}

static void
json_take(struct reader *r, struct input *in)
{
	(void)in;
	jsonlog_take(r->json);
}

static void
json_end(struct reader *r)
{
	jsonlog_end(r->json);
}

static void
json_count(const struct reader *r, struct reader_counts *sum)
{
	struct jsonlog_counts counts = jsonlog_counts(r->json);

	sum->matched += counts.matched;
	sum->continuation += counts.continuation;
	sum->unmatched += counts.unmatched;
	sum->gave_way += counts.gave_way;
}

static bool
json_explain_at(struct reader *r, struct input *in, uint64_t line,
    struct out *out, bool *found)
{
	out_format(out, "format      %s\n", r->format->name.ptr);
	return jsonlog_explain(r->json, in, line, out, found);
}

static bool
json_explain(struct reader *r, struct slice line, struct out *out)
{
	struct input in;
	bool found, is_known;

	input_open_memory(&in, "LINE", line);
	is_known = json_explain_at(r, &in, 1, out, &found);
	if (!found && !in.failed)
		out_format(out, "holds no record\n");
	input_close(&in);
	return is_known;
}

/* --- events of ours ------------------------------------------------------- */

static void
events_open(struct reader *r, const struct reader_options *options)
{
	(void)options;
	event_reader_init(&r->events, NULL);
}

static void
events_close(struct reader *r)
{
	event_reader_free(&r->events);
}

static struct fit
events_fit(struct reader *r, struct slice sample)
{
	const char *p = sample.ptr, *end = p + sample.len, *newline;
	struct fit fit = { .bonus = 1 };
	struct slice line;

	(void)r;
	for (; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			break;
		line = slice_range(p, newline);
		fit.lines += json_blank(p, newline) < newline;
		fit.known += event_is_ours(line);
	}
	/* A last line without newline counts only where it is the only one. */
	if (fit.lines == 0 && p < end) {
		fit.lines = 1;
		fit.known = event_is_ours(slice_range(p, end));
	}
	return fit;
}

/* Filtered, given a session, else untouched. */
static void
events_take(struct reader *r, struct input *in)
{
	const struct emit_options *wish = &r->emitter.options;
	struct event ev;
	int64_t ns;
	int digits;

	r->events.in = in;
	while (event_in_block(&r->events, &ev)) {
		r->passed++;
		if (ev.type == RECORD_EVENT && wish->kinds != 0 &&
		    (ev.kind == KIND_OTHER ||
			(wish->kinds >> ev.kind & 1) == 0))
			continue;
		if ((wish->has_since || wish->has_until) &&
		    (!event_time(&r->events, &ev, &ns, &digits) ||
			ns < wish->since_ns || ns >= wish->until_ns))
			continue;
		if (wish->session != NULL && ev.type == RECORD_EVENT)
			event_write_with(r->emitter.out, &ev, EVENT_SESSION,
			    r->emitter.session);
		else
			event_write(r->emitter.out, &ev);
	}
}

static void
events_count(const struct reader *r, struct reader_counts *sum)
{
	sum->matched += r->passed;
}

static bool
events_explain(struct reader *r, struct slice line, struct out *out)
{
	out_format(out, "format      %s\n", r->format->name.ptr);
	if (event_is_ours(line))
		return true;
	out_format(out, "is no event\n");
	return false;
}

/* -------------------------------------------------------------------------- */

static const struct reader_kind kinds[] = {
	[FORMAT_TEXT] = { text_open, text_close, text_begin, text_fit,
	    text_take, text_flush, text_end, text_count, text_explain, NULL },
	[FORMAT_EVENTS] = { events_open, events_close, begin_nothing,
	    events_fit, events_take, do_nothing, do_nothing, events_count,
	    events_explain, NULL },
	[FORMAT_JSON] = { json_open, json_close, json_begin, json_fit,
	    json_take, do_nothing, json_end, json_count, json_explain,
	    json_explain_at },
	[FORMAT_LOGFMT] = { json_open, json_close, json_begin, json_fit,
	    json_take, do_nothing, json_end, json_count, json_explain,
	    json_explain_at },
	[FORMAT_COLUMNS] = { json_open, json_close, json_begin, json_fit,
	    json_take, do_nothing, json_end, json_count, json_explain,
	    json_explain_at },
};

struct reader *
reader_new(const struct format *f, struct out *out,
    const struct reader_options *options)
{
	struct reader *r = mem_zalloc(1, sizeof(*r));
	struct emit_options emit = options->emit;

	emit.names = &f->fields;
	r->kind = &kinds[f->kind];
	r->format = f;
	emit_init(&r->emitter, out, &emit);
	if (options->pair != NULL) {
		r->pairing = mem_alloc(sizeof(*r->pairing));
		pairing_init(r->pairing, &r->emitter, options->pair);
	}
	r->kind->open(r, options);
	return r;
}

void
reader_free(struct reader *r)
{
	r->kind->close(r);
	if (r->pairing != NULL)
		pairing_free(r->pairing);
	free(r->pairing);
	emit_free(&r->emitter);
	free(r);
}

bool
reader_takes_file(const struct reader *r)
{
	return r->json != NULL && jsonlog_takes_file(r->json);
}

const struct format *
reader_format(const struct reader *r)
{
	return r->format;
}

size_t
reader_fit(struct reader *r, struct slice sample, size_t *records)
{
	struct fit fit = r->kind->fit(r, sample);

	*records = fit.lines;
	return fit.known;
}

/*
 * How lines that begin as in a format count against lines that a format knows
 * altogether: many logs begin alike.  Stack traces are part of many logs, too.
 */
static double
weight_of(const struct format *f)
{
	if (f->otherwise == NULL)
		return 1;
	if (f->dialect_count > 0 && f->dialects[0].has_traces)
		return 0.00005;
	return f->is_fallback ? 0.001 : 0.002;
}

/* More than this no format counts. */
static double
limit_of(const struct format *f)
{
	return weight_of(f) * (f->kind == FORMAT_EVENTS ? 2 : 1.1);
}

/* The highest limit below BOUND, or 0. */
static double
next_limit(struct reader *const *readers, int count, double bound)
{
	double limit = 0, next;

	for (int i = 0; i < count; i++) {
		next = limit_of(readers[i]->format);
		if (next < bound && next > limit)
			limit = next;
	}
	return limit;
}

static double
share_of(struct reader *r, struct slice sample)
{
	struct fit fit = r->kind->fit(r, sample);

	if (fit.known == 0)
		return 0;
	return (double)fit.known / (double)fit.lines * (1 + fit.bonus) *
	    weight_of(r->format);
}

struct reader *
reader_choose(struct reader *const *readers, int count, struct slice sample)
{
	struct reader *best = NULL;
	double limit = INFINITY, most = 0, share;

	/* The sample is read only as those formats that can still count most.
	 */
	while ((limit = next_limit(readers, count, limit)) > most) {
		for (int i = 0; i < count; i++) {
			if (limit_of(readers[i]->format) != limit)
				continue;
			share = share_of(readers[i], sample);
			if (share > most) {
				most = share;
				best = readers[i];
			}
		}
	}
	return best;
}

void
reader_begin(struct reader *r, struct input *in, struct slice sample)
{
	emit_source(&r->emitter, in->src);
	r->kind->fit(r, sample);
	r->kind->begin(r, in);
}

void
reader_take(struct reader *r, struct input *in)
{
	r->kind->take(r, in);
}

void
reader_flush(struct reader *r, struct input *in, bool release)
{
	r->kind->flush(r);
	if (release)
		emit_release(&r->emitter, in->line, true);
}

bool
reader_place(const struct reader *r, const struct input *in, uint64_t *offset,
    uint64_t *line)
{
	*offset = in->offset - (uint64_t)(in->end - in->p);
	*line = in->line;
	if (r->json != NULL)
		return jsonlog_place(r->json, in, offset, line);
	if (r->correlator != NULL && r->text.pending.message != NULL) {
		*offset = r->text.pending.offset;
		*line = r->text.pending.at.line - 1;
	}
	return true;
}

struct assume *
reader_assume(struct reader *r)
{
	return r->json != NULL ? jsonlog_assume(r->json) : &r->text.assume;
}

void
reader_write_to(struct reader *r, struct out *out)
{
	r->emitter.out = out;
	if (r->json != NULL)
		jsonlog_write_to(r->json, out);
}

void
reader_break(struct reader *r, struct input *in)
{
	r->kind->flush(r);
	/* The next file is a document of its own. */
	if (r->json != NULL)
		r->kind->begin(r, in);
}

void
reader_end(struct reader *r)
{
	r->kind->end(r);
	if (r->pairing != NULL)
		pairing_end(r->pairing);
}

int
reader_lacked(const struct reader *r)
{
	return r->correlator != NULL ? r->text.assume.lacked
	    : r->json != NULL        ? jsonlog_lacked(r->json)
				     : 0;
}

void
reader_counts_add(struct reader_counts *sum, const struct reader_counts *more)
{
	sum->matched += more->matched;
	sum->continuation += more->continuation;
	sum->unmatched += more->unmatched;
	sum->gave_way += more->gave_way;
	sum->pairs += more->pairs;
	sum->ambiguous += more->ambiguous;
	sum->unbegun += more->unbegun;
	sum->unfinished += more->unfinished;
}

void
reader_count(const struct reader *r, struct reader_counts *sum)
{
	r->kind->count(r, sum);
	if (r->pairing == NULL)
		return;
	sum->pairs += r->pairing->counts.pairs;
	sum->ambiguous += r->pairing->counts.ambiguous;
	sum->unbegun += r->pairing->counts.unbegun;
	sum->unfinished += r->pairing->counts.unfinished;
	sum->gave_way += r->pairing->counts.gave_way;
}

bool
reader_explain_at(struct reader *r, struct input *in, uint64_t line,
    struct out *out, bool *found)
{
	return r->kind->explain_at(r, in, line, out, found);
}

bool
reader_reads_lines(const struct reader *r)
{
	return r->kind->explain_at == NULL;
}

bool
reader_explain(struct reader *r, struct slice line, struct out *out)
{
	return r->kind->explain(r, line, out);
}

bool
reader_explain_near(struct reader *r, struct slice line, struct out *out)
{
	return r->correlator != NULL && textexplain_near(&r->text, line, out);
}

/* `FILE:LINE:COLUMN` of AT, counted from the start of SAMPLE. */
static void
put_place(char *text, size_t size, struct slice sample, const char *at,
    const char *what)
{
	const char *p = sample.ptr, *newline;
	size_t line = 1;

	while ((newline = memchr(p, '\n', (size_t)(at - p))) != NULL) {
		line++;
		p = newline + 1;
	}
	snprintf(text, size,
	    "no format knows it; as JSON, line %zu, column "
	    "%zu: %s",
	    line, (size_t)(at - p) + 1, what);
}

/* Whether P begins an object, or an array that is not `[12:30:45] text`. */
static bool
is_json(const char *p, const char *end)
{
	const char *next = json_blank(p + 1, end);

	return next < end &&
	    (*p == '{' ? *next == '"' || *next == '}'
		       : *next == '{' || *next == '[' || *next == ']');
}

/* The keys of the first object, or what keeps it from being one. */
static void
excuse_json(struct slice sample, char *text, size_t size)
{
	enum { KEYS = 6, SHOWN = 40 };
	struct json j;
	enum json_token token;
	char key[SHOWN];
	size_t len;
	int depth, count = 0;

	json_init(&j);
	json_feed(&j, sample, false);
	while ((token = json_next(&j)) == JSON_ARRAY)
		;
	depth = j.depth;
	len = (size_t)snprintf(text, size,
	    "JSON, but no format knows its "
	    "records, which have the keys");
	while ((token = json_next(&j)) > JSON_END && count < KEYS) {
		if (token != JSON_KEY || j.depth != depth)
			continue;
		term_escape(key, sizeof(key), j.text);
		len += (size_t)snprintf(text + len, size - len, "%s '%s'",
		    count++ > 0 ? "," : "", key);
	}
	if (len < size)
		snprintf(text + len, size - len,
		    "; the closest, json, finds no time, level or message: "
		    "--map can say which they are");
	if (token == JSON_ERROR)
		put_place(text, size, sample, j.fault.at, j.fault.what);
	else if (count == 0)
		snprintf(text, size, "JSON, but no records of any format");
}

void
reader_excuse(struct reader *const *readers, int count, struct slice sample,
    char *text, size_t size)
{
	const char *end = sample.ptr + sample.len;
	const char *p = json_blank(sample.ptr, end);
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	const struct reader *closest = NULL;
	char line[64];

	if (p == end) {
		snprintf(text, size, "nothing but blank lines");
		return;
	}
	if ((*p == '{' || *p == '[') && is_json(p, end)) {
		excuse_json(sample, text, size);
		return;
	}
	for (int i = 0; i < count; i++)
		if (readers[i]->correlator != NULL &&
		    readers[i]->text.fit.begun >
			(closest ? closest->text.fit.begun : 0))
			closest = readers[i];
	term_escape(line, sizeof(line),
	    slice_range(p, newline ? newline : end));
	if (closest != NULL)
		snprintf(text, size,
		    "no format knows it; the closest, %s, knows "
		    "how %zu of its first lines begin, but no message; "
		    "--explain N says more of line N",
		    closest->format->name.ptr, closest->text.fit.begun);
	else
		snprintf(text, size, "no format knows lines like '%s'", line);
}
