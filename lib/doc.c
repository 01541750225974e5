/* SPDX-License-Identifier: MIT */
#include "tele/doc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "tele/file.h"
#include "tele/json.h"

enum {
	MAX_DEPTH = 128,
	MAX_KEYS = 16384, /* in one map: each is compared with all others */
};

/* What is being built: the path of open containers, and the key to come. */
struct builder {
	struct doc *doc;
	struct node *open[MAX_DEPTH];
	struct node **link[MAX_DEPTH]; /* where the next child goes */
	int children[MAX_DEPTH];
	int depth;
	struct slice key;
	bool has_key;
};

bool
doc_error(struct doc *doc, const struct node *node, const char *format, ...)
{
	va_list args;
	int len;

	len = snprintf(doc->error, sizeof(doc->error), "%s:%d: ", doc->name,
	    node != NULL ? node->line : 1);
	if (len < 0 || (size_t)len >= sizeof(doc->error))
		return false;
	va_start(args, format);
	vsnprintf(doc->error + len, sizeof(doc->error) - (size_t)len, format,
	    args);
	va_end(args);
	return false;
}

const struct node *
node_get(const struct node *map, const char *key)
{
	if (map == NULL || map->type != NODE_MAP)
		return NULL;
	for (const struct node *y = map->child; y != NULL; y = y->next)
		if (slice_equal(y->key, slice_of(key)))
			return y;
	return NULL;
}

bool
node_check_keys(struct doc *doc, const struct node *map,
    const char *const *names)
{
	const char *const *name;

	if (map->type != NODE_MAP)
		return doc_error(doc, map, "expected keys and values");
	for (const struct node *y = map->child; y != NULL; y = y->next) {
		name = names;
		while (*name != NULL && !slice_equal(y->key, slice_of(*name)))
			name++;
		if (*name == NULL)
			return doc_error(doc, y, "unknown key '%s'",
			    y->key.ptr);
	}
	return true;
}

/* Attach a node to the container that is open. */
static bool
add(struct builder *b, struct node *node)
{
	struct node *parent;

	if (b->depth == 0) {
		b->doc->root = node;
		return true;
	}
	parent = b->open[b->depth - 1];
	if (parent->type == NODE_MAP) {
		for (struct node *y = parent->child; y != NULL; y = y->next)
			if (slice_equal(y->key, b->key))
				return doc_error(b->doc, node,
				    "duplicate key '%s'", b->key.ptr);
		node->key = b->key;
		b->has_key = false;
	}
	if (parent->type == NODE_MAP && ++b->children[b->depth - 1] > MAX_KEYS)
		return doc_error(b->doc, node, "more than %d keys", MAX_KEYS);
	*b->link[b->depth - 1] = node;
	b->link[b->depth - 1] = &node->next;
	return true;
}

static struct node *
new_node(struct builder *b, enum node_type type, int line)
{
	struct node *node = arena_alloc(&b->doc->arena, sizeof(*node));

	*node = (struct node){ .type = type, .line = line };
	return node;
}

/* A key, whose value comes next. */
static bool
add_key(struct builder *b, struct slice key)
{
	b->key = key;
	b->has_key = true;
	return true;
}

static bool
add_text(struct builder *b, struct slice text, int line)
{
	struct node *node = new_node(b, NODE_TEXT, line);

	node->text = text;
	return add(b, node);
}

static bool
open_container(struct builder *b, enum node_type type, int line)
{
	struct node *node = new_node(b, type, line);

	if (b->depth == MAX_DEPTH)
		return doc_error(b->doc, node, "nesting deeper than %d",
		    MAX_DEPTH);
	if (!add(b, node))
		return false;
	b->open[b->depth] = node;
	b->link[b->depth] = &node->child;
	b->children[b->depth] = 0;
	b->depth++;
	return true;
}

static int
line_of(const yaml_event_t *e)
{
	return (int)e->start_mark.line + 1;
}

/* Whether a map is open whose next node is a key. */
static bool
wants_key(const struct builder *b)
{
	return b->depth > 0 && b->open[b->depth - 1]->type == NODE_MAP &&
	    !b->has_key;
}

static bool
scalar(struct builder *b, const yaml_event_t *e)
{
	struct slice text = { (const char *)e->data.scalar.value,
		e->data.scalar.length };
	struct node at = { .line = line_of(e) };

	text = arena_copy(&b->doc->arena, text);
	if (e->data.scalar.tag != NULL || e->data.scalar.anchor != NULL)
		return doc_error(b->doc, &at, "tags and anchors are refused");
	if (memchr(text.ptr, '\0', text.len) != NULL)
		return doc_error(b->doc, &at, "NUL byte in a value");
	return wants_key(b) ? add_key(b, text) : add_text(b, text, line_of(e));
}

static bool
container(struct builder *b, enum node_type type, const yaml_event_t *e)
{
	struct node at = { .line = line_of(e) };
	bool is_list = type == NODE_LIST;

	if (is_list
		? e->data.sequence_start.tag || e->data.sequence_start.anchor
		: e->data.mapping_start.tag || e->data.mapping_start.anchor)
		return doc_error(b->doc, &at, "tags and anchors are refused");
	if (wants_key(b) && b->depth < MAX_DEPTH)
		return doc_error(b->doc, &at, "a key must be a word");
	return open_container(b, type, at.line);
}

static bool
handle(struct builder *b, const yaml_event_t *e)
{
	struct node at = { .line = line_of(e) };

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->doc->root != NULL)
			return doc_error(b->doc, &at, "a second document");
		return true;
	case YAML_SCALAR_EVENT:
		return scalar(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return container(b, NODE_LIST, e);
	case YAML_MAPPING_START_EVENT:
		return container(b, NODE_MAP, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return true;
	case YAML_ALIAS_EVENT:
		return doc_error(b->doc, &at, "aliases are refused");
	default:
		return true;
	}
}

bool
doc_load(struct doc *doc, const char *name, struct slice text)
{
	struct builder b = { .doc = doc };
	yaml_parser_t parser;
	yaml_event_t e;
	bool ok = true, at_end = false;

	*doc = (struct doc){ .name = name };
	if (!yaml_parser_initialize(&parser))
		return doc_error(doc, NULL, "out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr,
	    text.len);
	while (ok && !at_end) {
		if (!yaml_parser_parse(&parser, &e)) {
			struct node at = {
				.line = (int)parser.problem_mark.line + 1
			};

			ok = doc_error(doc, &at, "%s",
			    parser.problem ? parser.problem : "broken YAML");
			break;
		}
		at_end = e.type == YAML_STREAM_END_EVENT;
		ok = handle(&b, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
	if (ok && doc->root == NULL)
		ok = doc_error(doc, NULL, "the file is empty");
	return ok;
}

/* What a JSON string stands for. */
static struct slice
unescape(struct builder *b, struct slice raw)
{
	char *text = arena_alloc(&b->doc->arena, raw.len + 1);
	size_t len = json_unescape(text, raw);

	text[len] = '\0';
	return (struct slice){ text, len };
}

static bool
json_text(struct builder *b, struct slice raw, bool is_key, int line)
{
	struct slice text = unescape(b, raw);
	struct node at = { .line = line };

	if (memchr(text.ptr, '\0', text.len) != NULL)
		return doc_error(b->doc, &at, "NUL byte in a value");
	return is_key ? add_key(b, text) : add_text(b, text, line);
}

static bool
take_token(struct builder *b, const struct json *j, enum json_token token,
    int line)
{
	switch (token) {
	case JSON_OBJECT:
		return open_container(b, NODE_MAP, line);
	case JSON_ARRAY:
		return open_container(b, NODE_LIST, line);
	case JSON_OBJECT_END:
	case JSON_ARRAY_END:
		b->depth--;
		return true;
	case JSON_KEY:
	case JSON_STRING:
		return json_text(b, j->text, token == JSON_KEY, line);
	case JSON_NULL:
		b->has_key = false;
		return true;
	default:
		return add_text(b, arena_copy(&b->doc->arena, j->text), line);
	}
}

static int
count_lines(const char *from, const char *to)
{
	int n = 0;

	while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
		from++;
		n++;
	}
	return n;
}

/* Why J stopped, at the line where it did. */
static bool
json_error(struct doc *doc, const struct json *j, const char *start)
{
	struct node at = { .line = 1 };

	at.line += count_lines(start, j->fault.at ? j->fault.at : j->end);
	return doc_error(doc, &at, "%s", j->fault.what);
}

bool
doc_load_json(struct doc *doc, const char *name, struct slice text)
{
	static const struct slice mark = { "\xef\xbb\xbf", 3 };
	struct builder b = { .doc = doc };
	struct json j;
	enum json_token token;
	const char *at;
	int line = 1;
	bool ok = true;

	*doc = (struct doc){ .name = name };
	if (slice_starts_with(text, mark))
		text = slice_range(text.ptr + mark.len, text.ptr + text.len);
	json_init(&j);
	json_feed(&j, text, true);
	for (at = j.p; ok && (token = json_next(&j)) > JSON_END; at = j.p) {
		line += count_lines(at, j.p);
		ok = take_token(&b, &j, token, line);
	}
	if (!ok)
		return false;
	if (token != JSON_END)
		return json_error(doc, &j, text.ptr);
	if (doc->root == NULL)
		return doc_error(doc, NULL, "the file is empty");
	return true;
}

bool
doc_load_file(struct doc *doc, const char *path)
{
	struct slice text;
	char *buf = file_read(path, DOC_MAX, &text);
	size_t len = strlen(path);
	bool is_json = len > 5 && strcmp(path + len - 5, ".json") == 0, ok;

	*doc = (struct doc){ .name = path };
	if (buf == NULL) {
		snprintf(doc->error, sizeof(doc->error), "cannot read '%s': %s",
		    path,
		    errno == EFBIG ? "larger than 16 MiB" : strerror(errno));
		return false;
	}
	ok = is_json ? doc_load_json(doc, path, text)
		     : doc_load(doc, path, text);
	free(buf);
	return ok;
}

void
doc_free(struct doc *doc)
{
	arena_free(&doc->arena);
	doc->root = NULL;
}

static bool
bad(struct doc *doc, const struct node *at, const char *what, const char *key)
{
	return doc_error(doc, at, "%s '%s'", what, key);
}

bool
doc_text(struct doc *doc, const struct node *map, const char *key,
    struct slice *text)
{
	const struct node *y = node_get(map, key);

	if (y == NULL)
		return true;
	if (y->type != NODE_TEXT)
		return bad(doc, y, "expected text for", key);
	*text = y->text;
	return true;
}

bool
doc_flag(struct doc *doc, const struct node *map, const char *key, bool *flag)
{
	struct slice text = SLICE("false");

	if (!doc_text(doc, map, key, &text))
		return false;
	*flag = slice_equal(text, SLICE("true"));
	return *flag || slice_equal(text, SLICE("false")) ||
	    bad(doc, node_get(map, key), "expected true or false for", key);
}

const struct node *
node_first(const struct node *list)
{
	return list != NULL && list->type == NODE_LIST ? list->child : list;
}

const struct node *
node_next(const struct node *list, const struct node *item)
{
	return list->type == NODE_LIST ? item->next : NULL;
}

int
node_count(const struct node *list)
{
	int n = 0;

	for (const struct node *i = node_first(list); i != NULL;
	     i = node_next(list, i))
		n++;
	return n;
}

bool
doc_texts(struct doc *doc, const struct node *map, const char *key,
    struct slice **texts, int *count)
{
	const struct node *list = node_get(map, key), *y = node_first(list);

	*count = node_count(list);
	*texts = arena_alloc(&doc->arena,
	    (size_t)(*count + 1) * sizeof(**texts));
	for (int i = 0; i < *count; i++) {
		if (y->type != NODE_TEXT)
			return bad(doc, y, "expected text for", key);
		(*texts)[i] = y->text;
		y = node_next(list, y);
	}
	return true;
}
