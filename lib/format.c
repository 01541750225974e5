/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/file.h"
#include "tele/format.h"

enum { MAX_FILE = 1 << 20 };

/* What several keys come of is for messages. */
static bool
check_ends(struct format *f, const struct node *y, const struct dialect *d)
{
	for (int i = 0; i < d->begin_count; i++)
		if (d->begin[i].has_delta || d->begin[i].has_error)
			return doc_error(&f->doc, y,
			    "'begin' can have no {delta} and no {error}");
	for (int i = 0; i < d->end_count; i++)
		if (d->end[i].has_delta || d->end[i].has_error ||
		    d->end[i].prefix.len == 0)
			return doc_error(&f->doc, y,
			    "'end' begins with text, and can have no {delta} "
			    "and no {error}");
	return true;
}

static bool
load_dialect(struct format *f, const struct node *y, struct dialect *d)
{
	static const char *const keys[] = { "name", "begin", "end", "marked",
		"style", "traces", "single", "continued", "coloured", NULL };
	static const char *const style_keys[] = { "mark", "tail", NULL };
	const struct node *style;

	*d = (struct dialect){ 0 };
	if (!node_check_keys(&f->doc, y, keys) ||
	    !doc_text(&f->doc, y, "name", &d->name) ||
	    !format_patterns(f, y, "begin", &d->begin, &d->begin_count) ||
	    !format_patterns(f, y, "end", &d->end, &d->end_count) ||
	    !doc_flag(&f->doc, y, "coloured", &d->is_coloured) ||
	    !doc_flag(&f->doc, y, "marked", &d->is_marked) ||
	    !doc_flag(&f->doc, y, "single", &d->is_single) ||
	    !doc_texts(&f->doc, y, "continued", &d->continued,
		&d->continued_count) ||
	    !doc_flag(&f->doc, y, "traces", &d->has_traces))
		return false;
	if (d->begin_count == 0 && !d->has_traces)
		return doc_error(&f->doc, y,
		    "a dialect needs 'begin' or 'traces'");
	if (!check_ends(f, y, d))
		return false;
	for (int i = 0; i < d->begin_count; i++)
		pattern_first(&d->begin[i], d->is_first);
	style = node_get(y, "style");
	return style == NULL ||
	    (node_check_keys(&f->doc, style, style_keys) &&
		doc_text(&f->doc, style, "mark", &d->style_mark) &&
		doc_text(&f->doc, style, "tail", &d->style_tail));
}

/* What an event of this kind is named by, unless the log names it itself. */
static int
name_field_of(int kind)
{
	switch (kind) {
	case KIND_SEQUENCE:
	case KIND_QUEUE:
		return EVENT_SEQUENCE;
	case KIND_MOVEMENT:
		return EVENT_MOVEMENT;
	case KIND_BEAT:
	case KIND_PUBLISH:
	case KIND_SUBSCRIBE:
		return EVENT_EVENT;
	case KIND_HANDLER:
	case KIND_STATE:
		return EVENT_HANDLER;
	case KIND_PLAY:
		return EVENT_SEQUENCE_ID;
	case KIND_MOUNT:
		return EVENT_PLUGIN;
	case KIND_ERROR:
		return EVENT_ERROR_TYPE;
	default:
		return EVENT_NAME;
	}
}

static bool
load_span(struct format *f, const struct node *y, struct span_type *s)
{
	static const char *const keys[] = { "kind", "letter", "in", "hold",
		"waits", NULL };
	struct slice kind = y->key, letter = y->key;

	*s = (struct span_type){ .name = y->key,
		.parent = FORMAT_NONE,
		.hold_field = FIELD_NONE,
		.waits = FORMAT_NONE };
	if (!node_check_keys(&f->doc, y, keys) ||
	    !doc_text(&f->doc, y, "kind", &kind) ||
	    !doc_text(&f->doc, y, "letter", &letter) ||
	    !format_get_span(f, y, "in", &s->parent) ||
	    !format_get_field(f, y, "hold", &s->hold_field) ||
	    !format_get_table(f, y, "waits", &s->waits))
		return false;
	s->kind = format_kind_of(kind);
	if (s->kind == FORMAT_NONE && !slice_equal(kind, SLICE("none")))
		return format_error(f, y, "unknown kind", kind);
	if (letter.len == 0 || letter.ptr[0] < 'a' || letter.ptr[0] > 'z')
		return doc_error(&f->doc, y,
		    "a span needs a name or 'letter' from a to z");
	s->letter = letter.ptr[0];
	s->name_field = name_field_of(s->kind);
	return true;
}

static bool
load_table(struct format *f, const struct node *y, struct table_type *t)
{
	static const char *const keys[] = { "key", "gives", NULL };

	*t = (struct table_type){ .name = y->key, .key = FIELD_NONE };
	if (!node_check_keys(&f->doc, y, keys) ||
	    !format_get_field(f, y, "key", &t->key) ||
	    !format_get_field_set(f, y, "gives", &t->gives))
		return false;
	return t->key != FIELD_NONE ||
	    doc_error(&f->doc, y, "a table needs 'key'");
}

static bool
load_queue(struct format *f, const struct node *y, struct queue_type *q)
{
	static const char *const keys[] = { "key", "by", "order", "links",
		NULL };

	*q = (struct queue_type){ .name = y->key,
		.key = FIELD_NONE,
		.order_field = FIELD_NONE,
		.links = FORMAT_NONE };
	if (!node_check_keys(&f->doc, y, keys) ||
	    !format_get_field(f, y, "key", &q->key) ||
	    !format_get_span(f, y, "links", &q->links) ||
	    !format_get_field(f, y, "by", &q->order_field) ||
	    !doc_texts(&f->doc, y, "order", &q->order, &q->order_count))
		return false;
	return q->key != FIELD_NONE ||
	    doc_error(&f->doc, y, "a queue needs 'key'");
}

static void
add_candidate(struct format *f, const struct rule *r, const struct pattern *p)
{
	static const char nothing[WIDE_SLACK];
	struct candidate *c = arena_alloc(&f->arena, sizeof(*c));

	*c = (struct candidate){ r, p, ++f->candidate_count };
	prefix_add(&f->by_prefix,
	    p != NULL ? p->prefix : (struct slice){ nothing, 0 }, c);
}

/* What becomes of a message that has a template or an expression. */
static bool
load_message(struct format *f, const struct node *y, struct rule *r)
{
	if (!rule_load(f, y, r))
		return false;
	return r->pattern_count > 0 || r->regex != NULL ||
	    doc_error(&f->doc, y, "a message needs 'match' or 'regex'");
}

/* What becomes of a record whose message nothing else is for. */
static bool
load_otherwise(struct format *f, const struct node *root)
{
	const struct node *y = node_get(root, "otherwise");
	struct candidate *c;
	struct rule *r;

	if (y == NULL)
		return true;
	r = arena_alloc(&f->arena, sizeof(*r));
	if (!rule_load(f, y, r))
		return false;
	if (r->pattern_count > 0 || r->regex != NULL)
		return doc_error(&f->doc, y, "'otherwise' matches anything");
	r->has_log = true;
	c = arena_alloc(&f->arena, sizeof(*c));
	*c = (struct candidate){ r, NULL, 0 };
	f->otherwise = c;
	return true;
}

static bool
load_finds(struct format *f, const struct node *root)
{
	const struct node *y = node_get(root, "find");

	if (!format_patterns(f, root, "find", &f->finds, &f->find_count))
		return false;
	for (int i = 0; i < f->find_count; i++)
		if (f->finds[i].prefix.len == 0)
			return doc_error(&f->doc, y,
			    "what is to be found begins with text");
	if (f->find_count > FINDER_TEMPLATES)
		return doc_error(&f->doc, y, "more than 64 to be found");
	finder_init(&f->finder, f->finds, f->find_count);
	return true;
}

static bool
load_messages(struct format *f, const struct node *root)
{
	const struct node *list = node_get(root, "messages");
	const struct node *y = list != NULL ? list->child : NULL;

	if (list != NULL && list->type != NODE_LIST)
		return doc_error(&f->doc, list, "expected a list");
	f->rules = arena_alloc(&f->arena,
	    (size_t)(node_count(list) + 1) * sizeof(*f->rules));
	for (; y != NULL; y = y->next)
		if (!load_message(f, y, &f->rules[f->rule_count++]))
			return false;
	if (!rule_load_ignored(f, root, &f->rules[f->rule_count++]))
		return false;
	for (int i = 0; i < f->rule_count; i++) {
		const struct rule *r = &f->rules[i];

		for (int j = 0; j < r->pattern_count; j++)
			add_candidate(f, r, &r->patterns[j]);
		if (r->regex != NULL)
			add_candidate(f, r, NULL);
	}
	prefix_finish(&f->by_prefix);
	return true;
}

static bool
load_derivations(struct format *f, const struct node *root)
{
	static const char *const keys[] = { "from", "regex", NULL };
	const struct node *list = node_get(root, "derive");
	const struct node *y = list != NULL ? list->child : NULL;

	if (list != NULL && list->type != NODE_LIST)
		return doc_error(&f->doc, list, "expected a list");
	f->derivations = arena_alloc(&f->arena,
	    (size_t)(node_count(list) + 1) * sizeof(*f->derivations));
	for (; y != NULL; y = y->next) {
		struct derivation *d = &f->derivations[f->derivation_count];

		*d = (struct derivation){ .from = FIELD_NONE };
		f->derivation_count++;
		if (!node_check_keys(&f->doc, y, keys) ||
		    !format_get_field(f, y, "from", &d->from) ||
		    !format_regex(f, y, &d->regex))
			return false;
		if (d->from == FIELD_NONE || d->regex == NULL)
			return doc_error(&f->doc, y,
			    "needs 'from' and 'regex'");
	}
	return true;
}

static bool
load_samples(struct format *f, const struct node *root)
{
	static const char *const keys[] = { "log", "events", NULL };
	const struct node *list = node_get(root, "samples");
	const struct node *y = list != NULL ? list->child : NULL;

	if (list != NULL && list->type != NODE_LIST)
		return doc_error(&f->doc, list, "expected a list");
	f->samples = arena_alloc(&f->arena,
	    (size_t)(node_count(list) + 1) * sizeof(*f->samples));
	for (; y != NULL; y = y->next) {
		struct sample *s = &f->samples[f->sample_count++];

		*s = (struct sample){ .node = y };
		if (!node_check_keys(&f->doc, y, keys) ||
		    !doc_text(&f->doc, y, "log", &s->log) ||
		    !doc_text(&f->doc, y, "events", &s->events))
			return false;
	}
	return true;
}

/* Load each member of the map KEY into the next of MAX_SPANS places. */
#define LOAD_MAP(f, root, key, load, array, count)                           \
	for (const struct node *y_ = node_get(root, key) != NULL             \
		 ? node_get(root, key)->child                                \
		 : NULL;                                                     \
	     y_ != NULL; y_ = y_->next) {                                    \
		if ((count) == MAX_SPANS)                                    \
			return doc_error(&(f)->doc, y_, "too many %s", key); \
		if (!load(f, y_, &(array)[(count)]))                         \
			return false;                                        \
		(count)++;                                                   \
	}

static bool
load_dialects(struct format *f, const struct node *root)
{
	const struct node *list = node_get(root, "dialects");
	const struct node *y = list != NULL ? list->child : NULL;

	if (list != NULL && list->type != NODE_LIST)
		return doc_error(&f->doc, list, "expected a list");
	f->dialects = arena_alloc(&f->arena,
	    (size_t)(node_count(list) + 1) * sizeof(*f->dialects));
	for (; y != NULL; y = y->next)
		if (!load_dialect(f, y, &f->dialects[f->dialect_count++]))
			return false;
	return true;
}

/* Whether a template begins with a date and a time, and text goes on. */
static bool
begins_with_stamp(const struct pattern *begin)
{
	const struct hole *hole = begin->holes;

	return begin->count > 0 && hole->type == HOLE_TIME &&
	    (hole->form == NULL ||
		(hole->form->lacks & TIMESTAMP_NO_DATE) == 0) &&
	    (slice_equal(hole->literal, SLICE(" ")) ||
		slice_equal(hole->literal, SLICE("] ")));
}

/* Where any message is known, so is one of which only the stamp is. */
static void
set_stamps(struct format *f)
{
	for (int i = 0; i < f->dialect_count; i++) {
		struct dialect *d = &f->dialects[i];

		for (int j = 0; j < d->begin_count && !d->has_stamp; j++)
			if (begins_with_stamp(&d->begin[j])) {
				d->has_stamp = f->otherwise != NULL;
				d->stamp = d->begin[j];
				d->stamp.count = 1;
			}
	}
}

static bool
load(struct format *f)
{
	static const char *const keys[] = { "name", "title", "kind", "dialects",
		"tables", "spans", "queues", "messages", "ignore", "derive",
		"library", "samples", "records", "lenient", "keep_in", "names",
		"renamed", "otherwise", "find", "fallback", NULL };
	const struct node *root = f->doc.root;
	struct slice kind = SLICE("text");

	prefix_init(&f->by_prefix);
	if (!node_check_keys(&f->doc, root, keys) ||
	    !doc_text(&f->doc, root, "name", &f->name) ||
	    !doc_text(&f->doc, root, "title", &f->title) ||
	    !doc_text(&f->doc, root, "kind", &kind) ||
	    !doc_flag(&f->doc, root, "fallback", &f->is_fallback))
		return false;
	if (f->name.len == 0)
		return doc_error(&f->doc, root, "a format needs 'name'");
	if (f->title.len == 0)
		f->title = f->name;
	f->kind = slice_equal(kind, SLICE("events")) ? FORMAT_EVENTS
	    : slice_equal(kind, SLICE("json"))       ? FORMAT_JSON
	    : slice_equal(kind, SLICE("logfmt"))     ? FORMAT_LOGFMT
	    : slice_equal(kind, SLICE("columns"))    ? FORMAT_COLUMNS
						     : FORMAT_TEXT;
	if (f->kind == FORMAT_TEXT && !slice_equal(kind, SLICE("text")))
		return format_error(f, node_get(root, "kind"), "unknown kind",
		    kind);
	if (!load_dialects(f, root))
		return false;
	LOAD_MAP(f, root, "tables", load_table, f->tables, f->table_count)
	LOAD_MAP(f, root, "spans", load_span, f->spans, f->span_count)
	LOAD_MAP(f, root, "queues", load_queue, f->queues, f->queue_count)
	if (!load_messages(f, root) || !load_otherwise(f, root) ||
	    !load_finds(f, root) || !load_derivations(f, root) ||
	    !doc_texts(&f->doc, root, "library", &f->library,
		&f->library_count) ||
	    !load_samples(f, root))
		return false;
	set_stamps(f);
	if (f->kind == FORMAT_JSON || f->kind == FORMAT_LOGFMT ||
	    f->kind == FORMAT_COLUMNS) {
		f->json = json_format_load(&f->doc, &f->arena, &f->fields);
		if (f->json != NULL && f->kind != FORMAT_JSON &&
		    f->json->root->record == NULL)
			return doc_error(&f->doc, root,
			    "records that are lines are at '$'");
		return f->json != NULL;
	}
	if (f->kind == FORMAT_TEXT && f->dialect_count == 0)
		return doc_error(&f->doc, root, "a format needs 'dialects'");
	return true;
}

struct format *
format_parse(const char *name, struct slice text, char *error, size_t size)
{
	struct format *f = mem_zalloc(1, sizeof(*f));

	if (doc_load(&f->doc, name, text) && load(f))
		return f;
	snprintf(error, size, "%s", f->doc.error);
	format_free(f);
	return NULL;
}

struct format *
format_load(const char *path, char *error, size_t size)
{
	struct format *f;
	struct slice text;
	char *buf = file_read(path, MAX_FILE, &text);

	if (buf == NULL) {
		snprintf(error, size, "cannot read '%s': %s", path,
		    errno == EFBIG ? "larger than 1 MiB" : strerror(errno));
		return NULL;
	}
	f = format_parse(path, text, error, size);
	free(buf);
	return f;
}

void
format_free(struct format *f)
{
	for (int i = 0; i < f->rule_count; i++)
		regex_free(f->rules[i].regex);
	for (int i = 0; i < f->derivation_count; i++)
		regex_free(f->derivations[i].regex);
	if (f->json != NULL)
		json_format_free(f->json);
	if (f->by_prefix.root != NULL)
		prefix_free(&f->by_prefix);
	arena_free(&f->arena);
	doc_free(&f->doc);
	free(f);
}

bool
format_has_memory(const struct format *f)
{
	return f->span_count > 0 || f->table_count > 0 || f->queue_count > 0 ||
	    f->kind == FORMAT_COLUMNS;
}

double
format_precision(const struct format *f)
{
	return f->json != NULL ? json_format_precision(f->json) : 0;
}
