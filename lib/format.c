/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/file.h"
#include "tele/format.h"

enum { MAX_FILE = 1 << 20 };

/* What a point or a span takes from the span around it. */
static const uint64_t inheritable = FIELD_BIT(EVENT_TRACE) |
    FIELD_BIT(EVENT_SESSION) | FIELD_BIT(EVENT_SERVICE) |
    FIELD_BIT(EVENT_PLUGIN) | FIELD_BIT(EVENT_SEQUENCE) |
    FIELD_BIT(EVENT_SEQUENCE_ID) | FIELD_BIT(EVENT_MOVEMENT) |
    FIELD_BIT(EVENT_BEAT) | FIELD_BIT(EVENT_EVENT) | FIELD_BIT(EVENT_HANDLER);

static bool
bad(struct format *f, const struct node *at, const char *what,
    struct slice subject)
{
	return doc_error(&f->doc, at, "%s '%.*s'", what, (int)subject.len,
	    subject.ptr);
}

static bool
get_text(struct format *f, const struct node *map, const char *key,
    struct slice *text)
{
	const struct node *y = node_get(map, key);

	if (y == NULL)
		return true;
	if (y->type != NODE_TEXT)
		return bad(f, y, "expected text for", slice_of(key));
	*text = y->text;
	return true;
}

static bool
get_flag(struct format *f, const struct node *map, const char *key, bool *flag)
{
	struct slice text = SLICE("false");

	if (!get_text(f, map, key, &text))
		return false;
	*flag = slice_equal(text, SLICE("true"));
	if (!*flag && !slice_equal(text, SLICE("false")))
		return bad(f, node_get(map, key), "expected true or false, not",
		    text);
	return true;
}

/* The items of Y, which is a list of texts or one text alone. */
static int
count_items(const struct node *y)
{
	int n = 0;

	if (y == NULL)
		return 0;
	if (y->type != NODE_LIST)
		return 1;
	for (y = y->child; y != NULL; y = y->next)
		n++;
	return n;
}

static const struct node *
first_item(const struct node *y)
{
	return y != NULL && y->type == NODE_LIST ? y->child : y;
}

static bool
get_texts(struct format *f, const struct node *map, const char *key,
    struct slice **texts, int *count)
{
	const struct node *list = node_get(map, key), *y = first_item(list);
	int n = count_items(list);

	*count = n;
	*texts = arena_alloc(&f->arena, (size_t)(n + 1) * sizeof(**texts));
	for (int i = 0; i < n; i++) {
		if (y->type != NODE_TEXT)
			return bad(f, y, "expected text for", slice_of(key));
		(*texts)[i] = y->text;
		y = list->type == NODE_LIST ? y->next : NULL;
	}
	return true;
}

static bool
get_field(struct format *f, const struct node *map, const char *key, int *field)
{
	struct slice text = { "", 0 };

	if (!get_text(f, map, key, &text))
		return false;
	if (text.len == 0)
		return true;
	*field = field_of(&f->fields, text);
	if (*field == FIELD_NONE)
		return bad(f, node_get(map, key), "too many fields at", text);
	return true;
}

static bool
get_field_set(struct format *f, const struct node *map, const char *key,
    uint64_t *set)
{
	struct slice *texts;
	int count, field;

	if (node_get(map, key) == NULL)
		return true;
	if (!get_texts(f, map, key, &texts, &count))
		return false;
	*set = 0;
	for (int i = 0; i < count; i++) {
		field = field_of(&f->fields, texts[i]);
		if (field == FIELD_NONE)
			return bad(f, node_get(map, key), "too many fields at",
			    texts[i]);
		*set |= UINT64_C(1) << field;
	}
	return true;
}

/* Which kind of thing a name refers to, for messages. */
static bool
find_name(struct format *f, const struct node *at, const char *what,
    const struct slice *names, size_t stride, int count, struct slice name,
    int *index)
{
	for (int i = 0; i < count; i++) {
		if (slice_equal(*names, name)) {
			*index = i;
			return true;
		}
		names = (const struct slice *)((const char *)names + stride);
	}
	return bad(f, at, what, name);
}

static bool
get_span(struct format *f, const struct node *map, const char *key, int *index)
{
	struct slice name = { "", 0 };

	if (!get_text(f, map, key, &name))
		return false;
	return name.len == 0 ||
	    find_name(f, node_get(map, key), "no span is called",
		&f->spans[0].name, sizeof(f->spans[0]), f->span_count, name,
		index);
}

static bool
get_table(struct format *f, const struct node *map, const char *key, int *index)
{
	struct slice name = { "", 0 };

	if (!get_text(f, map, key, &name))
		return false;
	return name.len == 0 ||
	    find_name(f, node_get(map, key), "no table is called",
		&f->tables[0].name, sizeof(f->tables[0]), f->table_count, name,
		index);
}

static bool
get_queue(struct format *f, const struct node *map, const char *key, int *index)
{
	struct slice name = { "", 0 };

	if (!get_text(f, map, key, &name))
		return false;
	return name.len == 0 ||
	    find_name(f, node_get(map, key), "no queue is called",
		&f->queues[0].name, sizeof(f->queues[0]), f->queue_count, name,
		index);
}

static int
kind_of(struct slice name)
{
	for (int i = 0; event_kind_names[i] != NULL; i++)
		if (slice_equal(name, slice_of(event_kind_names[i])))
			return i;
	return FORMAT_NONE;
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
compile(struct format *f, const struct node *at, struct slice source,
    struct pattern *pattern)
{
	const char *wrong = pattern_compile(pattern, &f->arena, &f->fields,
	    source);

	return wrong == NULL || bad(f, at, wrong, source);
}

/* Keys that are no strings hold only what reads as such. */
static bool
check_holes(struct format *f, const struct node *at,
    const struct pattern *pattern)
{
	const struct hole *hole = pattern->holes;
	bool ok;

	for (int i = 0; i < pattern->count; i++, hole++) {
		if (hole->field < 0 || hole->field >= EVENT_KEYS)
			continue;
		switch (event_keys[hole->field].type) {
		case EVENT_NUMBER:
			ok = hole->type == HOLE_MS;
			break;
		case EVENT_INTEGER:
			ok = hole->type == HOLE_INT;
			break;
		case EVENT_STRINGS:
			ok = hole->type == HOLE_DELTA;
			break;
		default:
			ok = true;
			break;
		}
		if (!ok)
			return bad(f, at, "the type of the hole does not fit",
			    event_keys[hole->field].name);
	}
	return true;
}

static bool
compile_all(struct format *f, const struct node *map, const char *key,
    struct pattern **patterns, int *count)
{
	struct slice *sources;

	if (!get_texts(f, map, key, &sources, count))
		return false;
	*patterns = arena_alloc(&f->arena,
	    (size_t)(*count + 1) * sizeof(**patterns));
	for (int i = 0; i < *count; i++)
		if (!compile(f, node_get(map, key), sources[i],
			&(*patterns)[i]) ||
		    !check_holes(f, node_get(map, key), &(*patterns)[i]))
			return false;
	return true;
}

static bool
compile_regex(struct format *f, const struct node *map, struct regex **re)
{
	const struct node *y = node_get(map, "regex");
	struct slice source = { "", 0 };
	char error[128];

	if (y == NULL)
		return true;
	if (!get_text(f, map, "regex", &source))
		return false;
	*re = regex_compile(&f->fields, source, error, sizeof(error));
	if (*re == NULL)
		return doc_error(&f->doc, y, "%s", error);
	for (int i = 0; i < EVENT_KEYS; i++)
		if ((regex_fields(*re) >> i & 1) != 0 &&
		    event_keys[i].type != EVENT_STRING)
			return bad(f, y, "a group cannot be",
			    event_keys[i].name);
	return true;
}

static bool
load_dialect(struct format *f, const struct node *y, struct dialect *d)
{
	static const char *const keys[] = { "name", "begin", "marked", "style",
		NULL };
	static const char *const style_keys[] = { "mark", "tail", NULL };
	const struct node *style;

	*d = (struct dialect){ 0 };
	if (!node_check_keys(&f->doc, y, keys) ||
	    !get_text(f, y, "name", &d->name) ||
	    !compile_all(f, y, "begin", &d->begin, &d->begin_count) ||
	    !get_flag(f, y, "marked", &d->is_marked))
		return false;
	if (d->begin_count == 0)
		return doc_error(&f->doc, y, "a dialect needs 'begin'");
	style = node_get(y, "style");
	return style == NULL ||
	    (node_check_keys(&f->doc, style, style_keys) &&
		get_text(f, style, "mark", &d->style_mark) &&
		get_text(f, style, "tail", &d->style_tail));
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
	    !get_text(f, y, "kind", &kind) ||
	    !get_text(f, y, "letter", &letter) ||
	    !get_span(f, y, "in", &s->parent) ||
	    !get_field(f, y, "hold", &s->hold_field) ||
	    !get_table(f, y, "waits", &s->waits))
		return false;
	s->kind = kind_of(kind);
	if (s->kind == FORMAT_NONE && !slice_equal(kind, SLICE("none")))
		return bad(f, y, "unknown kind", kind);
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
	    !get_field(f, y, "key", &t->key) ||
	    !get_field_set(f, y, "gives", &t->gives))
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
	    !get_field(f, y, "key", &q->key) ||
	    !get_span(f, y, "links", &q->links) ||
	    !get_field(f, y, "by", &q->order_field) ||
	    !get_texts(f, y, "order", &q->order, &q->order_count))
		return false;
	return q->key != FIELD_NONE ||
	    doc_error(&f->doc, y, "a queue needs 'key'");
}

static bool
load_constants(struct format *f, const struct node *map, struct rule *r)
{
	const struct node *with = node_get(map, "with");

	if (with == NULL)
		return true;
	if (with->type != NODE_MAP)
		return doc_error(&f->doc, with, "expected keys and values");
	for (const struct node *y = with->child; y != NULL; y = y->next)
		r->constant_count++;
	r->constants = arena_alloc(&f->arena,
	    (size_t)r->constant_count * sizeof(*r->constants) + 1);
	r->constant_count = 0;
	for (const struct node *y = with->child; y != NULL; y = y->next) {
		struct constant *c = &r->constants[r->constant_count++];

		c->field = event_key_of(y->key);
		c->value = y->text;
		if (c->field < 0)
			return bad(f, y, "no event key is called", y->key);
		if (event_keys[c->field].type != EVENT_STRING)
			return bad(f, y, "no text can be", y->key);
	}
	return true;
}

static bool
load_learns(struct format *f, const struct node *map, struct rule *r)
{
	struct slice *names;

	if (!get_texts(f, map, "learn", &names, &r->learn_count))
		return false;
	if (r->learn_count > MAX_LEARNS)
		return doc_error(&f->doc, node_get(map, "learn"),
		    "more than %d tables", MAX_LEARNS);
	for (int i = 0; i < r->learn_count; i++)
		if (!find_name(f, node_get(map, "learn"), "no table is called",
			&f->tables[0].name, sizeof(f->tables[0]),
			f->table_count, names[i], &r->learns[i]))
			return false;
	return true;
}

static bool
load_point(struct format *f, const struct node *map, struct rule *r)
{
	struct slice emit = { "", 0 }, in = { "", 0 }, after = { "", 0 };

	if (!get_text(f, map, "emit", &emit) || !get_text(f, map, "in", &in) ||
	    !get_text(f, map, "after", &after) ||
	    !get_field_set(f, map, "inherit", &r->inherits))
		return false;
	r->after_trace = slice_equal(after, SLICE("trace"));
	if (after.len > 0 && !r->after_trace)
		return bad(f, node_get(map, "after"), "cannot wait for", after);
	if (emit.len > 0) {
		r->emit = kind_of(emit);
		if (r->emit == FORMAT_NONE ||
		    event_kind_is_work((enum event_kind)r->emit))
			return bad(f, node_get(map, "emit"), "no point is",
			    emit);
	}
	if (slice_equal(in, SLICE("nothing"))) {
		r->in = FORMAT_NONE;
		return true;
	}
	return get_span(f, map, "in", &r->in);
}

static bool
load_rule(struct format *f, const struct node *y, struct rule *r)
{
	static const char *const keys[] = { "match", "regex", "emit", "in",
		"after", "inherit", "with", "open", "set", "close", "failed",
		"answers", "push", "pop", "count", "counted", "learn", NULL };

	*r = (struct rule){ .node = y,
		.emit = FORMAT_NONE,
		.in = IN_INNERMOST,
		.inherits = inheritable,
		.open = FORMAT_NONE,
		.set = FORMAT_NONE,
		.close = FORMAT_NONE,
		.answers = FORMAT_NONE,
		.push = FORMAT_NONE,
		.pop = FORMAT_NONE,
		.count = FORMAT_NONE,
		.counted = FIELD_NONE };
	if (!node_check_keys(&f->doc, y, keys) ||
	    !compile_all(f, y, "match", &r->patterns, &r->pattern_count) ||
	    !compile_regex(f, y, &r->regex) || !load_point(f, y, r) ||
	    !load_constants(f, y, r) || !get_span(f, y, "open", &r->open) ||
	    !get_span(f, y, "set", &r->set) ||
	    !get_span(f, y, "close", &r->close) ||
	    !get_flag(f, y, "failed", &r->failed) ||
	    !get_span(f, y, "answers", &r->answers) ||
	    !get_queue(f, y, "push", &r->push) ||
	    !get_queue(f, y, "pop", &r->pop) ||
	    !get_table(f, y, "count", &r->count) ||
	    !get_field(f, y, "counted", &r->counted) || !load_learns(f, y, r))
		return false;
	if (r->pattern_count == 0 && r->regex == NULL)
		return doc_error(&f->doc, y,
		    "a message needs 'match' or 'regex'");
	for (int i = 0; i < r->pattern_count; i++) {
		r->has_error |= r->patterns[i].has_error;
		r->has_delta |= r->patterns[i].has_delta;
	}
	return true;
}

/* Known messages that say nothing more: one rule that does nothing. */
static bool
load_ignored(struct format *f, const struct node *map, struct rule *r)
{
	struct slice *texts;
	int count;

	*r = (struct rule){ .node = node_get(map, "ignore"),
		.is_ignored = true };
	if (!get_texts(f, map, "ignore", &texts, &count))
		return false;
	r->patterns = arena_alloc(&f->arena,
	    (size_t)count * sizeof(*r->patterns) + 1);
	for (; r->pattern_count < count; r->pattern_count++)
		r->patterns[r->pattern_count] = (struct pattern){
			.source = texts[r->pattern_count],
			.prefix = texts[r->pattern_count]
		};
	return true;
}

static void
add_candidate(struct format *f, const struct rule *r, const struct pattern *p)
{
	struct candidate *c = arena_alloc(&f->arena, sizeof(*c));

	*c = (struct candidate){ r, p, ++f->candidate_count };
	static const char nothing[WIDE_SLACK];

	prefix_add(&f->by_prefix,
	    p != NULL ? p->prefix : (struct slice){ nothing, 0 }, c);
}

static bool
load_messages(struct format *f, const struct node *root)
{
	const struct node *list = node_get(root, "messages");
	const struct node *y = list != NULL ? list->child : NULL;

	if (list != NULL && list->type != NODE_LIST)
		return doc_error(&f->doc, list, "expected a list");
	f->rules = arena_alloc(&f->arena,
	    (size_t)(count_items(list) + 1) * sizeof(*f->rules));
	for (; y != NULL; y = y->next)
		if (!load_rule(f, y, &f->rules[f->rule_count++]))
			return false;
	if (!load_ignored(f, root, &f->rules[f->rule_count++]))
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
	    (size_t)(count_items(list) + 1) * sizeof(*f->derivations));
	for (; y != NULL; y = y->next) {
		struct derivation *d = &f->derivations[f->derivation_count];

		*d = (struct derivation){ .from = FIELD_NONE };
		f->derivation_count++;
		if (!node_check_keys(&f->doc, y, keys) ||
		    !get_field(f, y, "from", &d->from) ||
		    !compile_regex(f, y, &d->regex))
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
	    (size_t)(count_items(list) + 1) * sizeof(*f->samples));
	for (; y != NULL; y = y->next) {
		struct sample *s = &f->samples[f->sample_count++];

		*s = (struct sample){ .node = y };
		if (!node_check_keys(&f->doc, y, keys) ||
		    !get_text(f, y, "log", &s->log) ||
		    !get_text(f, y, "events", &s->events))
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
	    (size_t)(count_items(list) + 1) * sizeof(*f->dialects));
	for (; y != NULL; y = y->next)
		if (!load_dialect(f, y, &f->dialects[f->dialect_count++]))
			return false;
	return true;
}

static bool
load(struct format *f)
{
	static const char *const keys[] = { "name", "title", "kind", "dialects",
		"tables", "spans", "queues", "messages", "ignore", "derive",
		"library", "samples", "records", "lenient", "keep_in", "names",
		NULL };
	const struct node *root = f->doc.root;
	struct slice kind = SLICE("text");

	prefix_init(&f->by_prefix);
	if (!node_check_keys(&f->doc, root, keys) ||
	    !get_text(f, root, "name", &f->name) ||
	    !get_text(f, root, "title", &f->title) ||
	    !get_text(f, root, "kind", &kind))
		return false;
	if (f->name.len == 0)
		return doc_error(&f->doc, root, "a format needs 'name'");
	if (f->title.len == 0)
		f->title = f->name;
	f->kind = slice_equal(kind, SLICE("events")) ? FORMAT_EVENTS
	    : slice_equal(kind, SLICE("json"))       ? FORMAT_JSON
						     : FORMAT_TEXT;
	if (f->kind == FORMAT_TEXT && !slice_equal(kind, SLICE("text")))
		return bad(f, node_get(root, "kind"), "unknown kind", kind);
	if (!load_dialects(f, root))
		return false;
	LOAD_MAP(f, root, "tables", load_table, f->tables, f->table_count)
	LOAD_MAP(f, root, "spans", load_span, f->spans, f->span_count)
	LOAD_MAP(f, root, "queues", load_queue, f->queues, f->queue_count)
	if (!load_messages(f, root) || !load_derivations(f, root) ||
	    !get_texts(f, root, "library", &f->library, &f->library_count) ||
	    !load_samples(f, root))
		return false;
	if (f->kind == FORMAT_JSON) {
		f->json = json_format_load(&f->doc, &f->arena, &f->fields);
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

double
format_precision(const struct format *f)
{
	const struct json_place *root;
	int needs;

	if (f->kind != FORMAT_JSON)
		return 0;
	root = f->json->root;
	if (root->record == NULL)
		return 0.1; /* containers by name are beyond doubt */
	needs = root->record->need_count;
	return needs < 9 ? 0.01 * needs : 0.09;
}
