/* SPDX-License-Identifier: MIT */
#include "tele/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

enum { MAX_DEPTH = 32 };

/* What is being built: the path of open containers, and the key to come. */
struct builder {
	struct doc *doc;
	struct node *open[MAX_DEPTH];
	struct node **link[MAX_DEPTH]; /* where the next child goes */
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
	*b->link[b->depth - 1] = node;
	b->link[b->depth - 1] = &node->next;
	return true;
}

static struct node *
new_node(struct builder *b, enum node_type type, const yaml_event_t *e)
{
	struct node *node = arena_alloc(&b->doc->arena, sizeof(*node));

	*node = (struct node){ .type = type,
		.line = (int)e->start_mark.line + 1 };
	return node;
}

static bool
scalar(struct builder *b, const yaml_event_t *e)
{
	struct slice text = { (const char *)e->data.scalar.value,
		e->data.scalar.length };
	struct node *node = new_node(b, NODE_TEXT, e);

	text = arena_copy(&b->doc->arena, text);
	if (e->data.scalar.tag != NULL || e->data.scalar.anchor != NULL)
		return doc_error(b->doc, node, "tags and anchors are refused");
	if (memchr(text.ptr, '\0', text.len) != NULL)
		return doc_error(b->doc, node, "NUL byte in a value");
	if (b->depth > 0 && b->open[b->depth - 1]->type == NODE_MAP &&
	    !b->has_key) {
		b->key = text;
		b->has_key = true;
		return true;
	}
	node->text = text;
	return add(b, node);
}

static bool
open_container(struct builder *b, enum node_type type, const yaml_event_t *e)
{
	struct node *node = new_node(b, type, e);
	bool is_list = type == NODE_LIST;

	if (is_list
		? e->data.sequence_start.tag || e->data.sequence_start.anchor
		: e->data.mapping_start.tag || e->data.mapping_start.anchor)
		return doc_error(b->doc, node, "tags and anchors are refused");
	if (b->depth == MAX_DEPTH)
		return doc_error(b->doc, node, "nesting deeper than %d",
		    MAX_DEPTH);
	if (b->depth > 0 && b->open[b->depth - 1]->type == NODE_MAP &&
	    !b->has_key)
		return doc_error(b->doc, node, "a key must be a word");
	if (!add(b, node))
		return false;
	b->open[b->depth] = node;
	b->link[b->depth] = &node->child;
	b->depth++;
	return true;
}

static bool
handle(struct builder *b, const yaml_event_t *e)
{
	struct node at = { .line = (int)e->start_mark.line + 1 };

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->doc->root != NULL)
			return doc_error(b->doc, &at, "a second document");
		return true;
	case YAML_SCALAR_EVENT:
		return scalar(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_container(b, NODE_LIST, e);
	case YAML_MAPPING_START_EVENT:
		return open_container(b, NODE_MAP, e);
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
