/* SPDX-License-Identifier: MIT */
#include "tele/jsonsource.h"

#include "tele/convert.h"

static const struct {
	struct slice name;
	enum json_conversion as;
} conversions[] = {
	{ { "text", 4 }, JSON_AS_TEXT },
	{ { "json", 4 }, JSON_AS_JSON },
	{ { "any-value", 9 }, JSON_AS_ANY },
	{ { "line", 4 }, JSON_AS_LINE },
	{ { "word", 4 }, JSON_AS_WORD },
	{ { "last", 4 }, JSON_AS_LAST },
	{ { "path", 4 }, JSON_AS_PATH },
	{ { "id", 2 }, JSON_AS_ID },
	{ { "ns", 2 }, JSON_AS_NS },
	{ { "us", 2 }, JSON_AS_US },
	{ { "ms", 2 }, JSON_AS_MS },
	{ { "s", 1 }, JSON_AS_S },
	{ { "ticks", 5 }, JSON_AS_TICKS },
	{ { "time", 4 }, JSON_AS_TIME },
	{ { "duration", 8 }, JSON_AS_DURATION },
	{ { "w3c-taken", 9 }, JSON_AS_W3C },
	{ { "go-duration", 11 }, JSON_AS_GO },
	{ { "level", 5 }, JSON_AS_LEVEL },
	{ { "otlp-level", 10 }, JSON_AS_OTLP_LEVEL },
	{ { "syslog-level", 12 }, JSON_AS_SYSLOG_LEVEL },
	{ { "http-level", 10 }, JSON_AS_HTTP_LEVEL },
	{ { "stated-level", 12 }, JSON_AS_STATED_LEVEL },
	{ { "otlp-status", 11 }, JSON_AS_OTLP_STATUS },
	{ { "truth", 5 }, JSON_AS_TRUTH },
	{ { "presence", 8 }, JSON_AS_PRESENCE },
	{ { "links", 5 }, JSON_AS_LINKS },
	{ { "references", 10 }, JSON_AS_REFERENCES },
	{ { "stack", 5 }, JSON_AS_STACK },
	{ { "bytes", 5 }, JSON_AS_BYTES },
	{ { "key", 3 }, JSON_AS_KEY },
};

static bool
bad(const struct json_scope *scope, const struct node *at, const char *what,
    struct slice subject)
{
	return doc_error(scope->doc, at, "%s '%.*s'", what, (int)subject.len,
	    subject.ptr);
}

static struct slice
trim(struct slice s)
{
	while (s.len > 0 && *s.ptr == ' ') {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* `duration_ms` of `res.duration_ms`. */
static struct slice
last_name(struct slice path)
{
	const char *p = path.ptr + path.len;

	while (p > path.ptr && p[-1] != '.' && p[-1] != '[')
		p--;
	return slice_range(p, path.ptr + path.len);
}

static bool
parse_conversion(const struct json_scope *scope, const struct node *at,
    struct slice name, enum json_conversion *as)
{
	for (size_t i = 0; i < sizeof(conversions) / sizeof(*conversions); i++)
		if (slice_equal(conversions[i].name, name)) {
			*as = conversions[i].as;
			return true;
		}
	return bad(scope, at, "unknown conversion", name);
}

bool
json_source_parse(const struct json_scope *scope, const struct node *at,
    struct slice text, struct json_source *s)
{
	const char *bar = memchr(text.ptr, '|', text.len);
	const char *end = text.ptr + text.len;
	struct slice path = trim(slice_range(text.ptr, bar ? bar : end));
	struct picker *picker;

	*s = (struct json_source){ .text = path };
	if (bar != NULL &&
	    !parse_conversion(scope, at, trim(slice_range(bar + 1, end)),
		&s->as))
		return false;
	for (; path.len > 0 && *path.ptr == '^'; path.len--, path.ptr++)
		s->up++;
	if (path.len == 0)
		return bad(scope, at, "no path is", text);
	picker = s->up < JSON_LEVELS ? scope->around(scope->arg, s->up) : NULL;
	if (picker == NULL)
		return bad(scope, at, "nothing is so far out:", text);
	if (s->as >= JSON_AS_NS && s->as <= JSON_AS_GO)
		s->unit_ns = convert_unit(last_name(path));
	s->path = picker_add(picker, path);
	return s->path >= 0 || bad(scope, at, "too many paths at", text);
}

bool
json_sources_load(const struct json_scope *scope, const struct node *list,
    struct json_source **sources, int *count)
{
	*count = 0;
	if (node_count(list) > JSON_SOURCES)
		return doc_error(scope->doc, list, "too many paths");
	*sources = arena_alloc(scope->arena,
	    ((size_t)node_count(list) + 1) * sizeof(**sources));
	for (const struct node *i = node_first(list); i != NULL;
	     i = node_next(list, i))
		if (i->type != NODE_TEXT)
			return doc_error(scope->doc, i, "expected a path");
		else if (!json_source_parse(scope, i, i->text,
			     &(*sources)[(*count)++]))
			return false;
	return true;
}

bool
json_field_load(const struct json_scope *scope, const struct node *y,
    struct json_field *f)
{
	*f = (struct json_field){ .to = FIELD_END };
	if (!slice_equal(y->key, SLICE("end")))
		f->to = field_of(scope->names, y->key);
	if (f->to == FIELD_NONE)
		return bad(scope, y, "too many fields at", y->key);
	return json_sources_load(scope, y, &f->sources, &f->source_count);
}

static bool
load_condition(const struct json_scope *scope, const struct node *y,
    struct json_condition *c)
{
	*c = (struct json_condition){ 0 };
	if (!json_source_parse(scope, y, y->key, &c->source))
		return false;
	if (y->type == NODE_TEXT &&
	    (slice_equal(y->text, SLICE("present")) ||
		slice_equal(y->text, SLICE("absent")))) {
		c->is_absent = *y->text.ptr == 'a';
		return true;
	}
	c->values = arena_alloc(scope->arena,
	    ((size_t)node_count(y) + 1) * sizeof(*c->values));
	for (const struct node *i = node_first(y); i != NULL;
	     i = node_next(y, i)) {
		if (i->type != NODE_TEXT)
			return bad(scope, i, "expected a value of", y->key);
		c->values[c->value_count++] = i->text;
	}
	return true;
}

bool
json_conditions_load(const struct json_scope *scope, const struct node *map,
    struct json_condition **conditions, int *count)
{
	const struct node *first = map != NULL ? map->child : NULL;
	size_t n = 0;

	*count = 0;
	if (map != NULL && map->type != NODE_MAP)
		return doc_error(scope->doc, map, "expected keys and values");
	for (const struct node *y = first; y != NULL; y = y->next)
		n++;
	*conditions = arena_alloc(scope->arena, (n + 1) * sizeof(**conditions));
	for (const struct node *y = first; y != NULL; y = y->next)
		if (!load_condition(scope, y, &(*conditions)[(*count)++]))
			return false;
	return true;
}
