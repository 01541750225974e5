/* SPDX-License-Identifier: MIT */
#include "tele/format.h"

/* What a point or a span takes from the span around it. */
static const uint64_t inheritable = FIELD_BIT(EVENT_TRACE) |
    FIELD_BIT(EVENT_SESSION) | FIELD_BIT(EVENT_SERVICE) |
    FIELD_BIT(EVENT_PLUGIN) | FIELD_BIT(EVENT_SEQUENCE) |
    FIELD_BIT(EVENT_SEQUENCE_ID) | FIELD_BIT(EVENT_MOVEMENT) |
    FIELD_BIT(EVENT_BEAT) | FIELD_BIT(EVENT_EVENT) | FIELD_BIT(EVENT_HANDLER);

bool
format_error(struct format *f, const struct node *at, const char *what,
    struct slice subject)
{
	return doc_error(&f->doc, at, "%s '%.*s'", what, (int)subject.len,
	    subject.ptr);
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
	return format_error(f, at, what, name);
}

bool
format_get_span(struct format *f, const struct node *map, const char *key,
    int *index)
{
	struct slice name = { "", 0 };

	if (!doc_text(&f->doc, map, key, &name))
		return false;
	return name.len == 0 ||
	    find_name(f, node_get(map, key), "no span is called",
		&f->spans[0].name, sizeof(f->spans[0]), f->span_count, name,
		index);
}

bool
format_get_table(struct format *f, const struct node *map, const char *key,
    int *index)
{
	struct slice name = { "", 0 };

	if (!doc_text(&f->doc, map, key, &name))
		return false;
	return name.len == 0 ||
	    find_name(f, node_get(map, key), "no table is called",
		&f->tables[0].name, sizeof(f->tables[0]), f->table_count, name,
		index);
}

bool
format_get_queue(struct format *f, const struct node *map, const char *key,
    int *index)
{
	struct slice name = { "", 0 };

	if (!doc_text(&f->doc, map, key, &name))
		return false;
	return name.len == 0 ||
	    find_name(f, node_get(map, key), "no queue is called",
		&f->queues[0].name, sizeof(f->queues[0]), f->queue_count, name,
		index);
}

bool
format_get_field(struct format *f, const struct node *map, const char *key,
    int *field)
{
	struct slice text = { "", 0 };

	if (!doc_text(&f->doc, map, key, &text))
		return false;
	if (text.len == 0)
		return true;
	*field = field_of(&f->fields, text);
	if (*field == FIELD_NONE)
		return format_error(f, node_get(map, key), "too many fields at",
		    text);
	return true;
}

bool
format_get_field_set(struct format *f, const struct node *map, const char *key,
    uint64_t *set)
{
	struct slice *texts;
	int count, field;

	if (node_get(map, key) == NULL)
		return true;
	if (!doc_texts(&f->doc, map, key, &texts, &count))
		return false;
	*set = 0;
	for (int i = 0; i < count; i++) {
		field = field_of(&f->fields, texts[i]);
		if (field == FIELD_NONE)
			return format_error(f, node_get(map, key),
			    "too many fields at", texts[i]);
		*set |= UINT64_C(1) << field;
	}
	return true;
}

int
format_kind_of(struct slice name)
{
	for (int i = 0; event_kind_names[i] != NULL; i++)
		if (slice_equal(name, slice_of(event_kind_names[i])))
			return i;
	return FORMAT_NONE;
}

static bool
compile(struct format *f, const struct node *at, struct slice source,
    struct pattern *pattern)
{
	const char *wrong = pattern_compile(pattern, &f->arena, &f->fields,
	    source);

	return wrong == NULL || format_error(f, at, wrong, source);
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
			ok = hole->type == HOLE_MS ||
			    hole->type == HOLE_DURATION;
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
			return format_error(f, at,
			    "the type of the hole does not fit",
			    event_keys[hole->field].name);
	}
	return true;
}

bool
format_patterns(struct format *f, const struct node *map, const char *key,
    struct pattern **patterns, int *count)
{
	struct slice *sources;

	if (!doc_texts(&f->doc, map, key, &sources, count))
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

bool
format_regex(struct format *f, const struct node *map, struct regex **re)
{
	const struct node *y = node_get(map, "regex");
	struct slice source = { "", 0 };
	char error[128];

	if (y == NULL)
		return true;
	if (!doc_text(&f->doc, map, "regex", &source))
		return false;
	*re = regex_compile(&f->fields, source, error, sizeof(error));
	if (*re == NULL)
		return doc_error(&f->doc, y, "%s", error);
	for (int i = 0; i < EVENT_KEYS; i++)
		if ((regex_fields(*re) >> i & 1) != 0 &&
		    event_keys[i].type != EVENT_STRING)
			return format_error(f, y, "a group cannot be",
			    event_keys[i].name);
	return true;
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
			return format_error(f, y, "no event key is called",
			    y->key);
		if (event_keys[c->field].type != EVENT_STRING)
			return format_error(f, y, "no text can be", y->key);
	}
	return true;
}

static bool
load_learns(struct format *f, const struct node *map, struct rule *r)
{
	struct slice *names;

	if (!doc_texts(&f->doc, map, "learn", &names, &r->learn_count))
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

	if (!doc_text(&f->doc, map, "emit", &emit) ||
	    !doc_text(&f->doc, map, "in", &in) ||
	    !doc_text(&f->doc, map, "after", &after) ||
	    !format_get_field_set(f, map, "inherit", &r->inherits))
		return false;
	r->after_trace = slice_equal(after, SLICE("trace"));
	if (after.len > 0 && !r->after_trace)
		return format_error(f, node_get(map, "after"),
		    "cannot wait for", after);
	if (emit.len > 0) {
		r->emit = format_kind_of(emit);
		if (r->emit == FORMAT_NONE ||
		    event_kind_is_work((enum event_kind)r->emit))
			return format_error(f, node_get(map, "emit"),
			    "no point is", emit);
	}
	if (slice_equal(in, SLICE("nothing"))) {
		r->in = FORMAT_NONE;
		return true;
	}
	return format_get_span(f, map, "in", &r->in);
}

/* What of the rule depends on all of its keys. */
static void
settle(struct rule *r)
{
	for (int i = 0; i < r->pattern_count; i++) {
		r->has_error |= r->patterns[i].has_error;
		r->has_delta |= r->patterns[i].has_delta;
	}
	r->is_point = r->emit != FORMAT_NONE && !r->after_trace &&
	    r->learn_count == 0 && r->count == FORMAT_NONE &&
	    r->push == FORMAT_NONE && r->open == FORMAT_NONE &&
	    r->set == FORMAT_NONE && r->answers == FORMAT_NONE &&
	    r->close == FORMAT_NONE;
}

bool
rule_load(struct format *f, const struct node *y, struct rule *r)
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
	    !format_patterns(f, y, "match", &r->patterns, &r->pattern_count) ||
	    !format_regex(f, y, &r->regex) || !load_point(f, y, r) ||
	    !load_constants(f, y, r) ||
	    !format_get_span(f, y, "open", &r->open) ||
	    !format_get_span(f, y, "set", &r->set) ||
	    !format_get_span(f, y, "close", &r->close) ||
	    !doc_flag(&f->doc, y, "failed", &r->failed) ||
	    !format_get_span(f, y, "answers", &r->answers) ||
	    !format_get_queue(f, y, "push", &r->push) ||
	    !format_get_queue(f, y, "pop", &r->pop) ||
	    !format_get_table(f, y, "count", &r->count) ||
	    !format_get_field(f, y, "counted", &r->counted) ||
	    !load_learns(f, y, r))
		return false;
	settle(r);
	return true;
}

/* Known messages that say nothing more: one rule that does nothing. */
bool
rule_load_ignored(struct format *f, const struct node *map, struct rule *r)
{
	struct slice *texts;
	int count;

	*r = (struct rule){ .node = node_get(map, "ignore"),
		.is_ignored = true };
	if (!doc_texts(&f->doc, map, "ignore", &texts, &count))
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
