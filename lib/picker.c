/* SPDX-License-Identifier: MIT */
#include "tele/picker.h"

/* A name on the way to what is wanted. */
struct pick_node {
	struct slice name;
	int capture; /* -1: only what is below it */
	int id;      /* from 1: what shapes mean */
	struct pick_node *child, *sibling;
	struct shape *members;  /* of the object that it is */
	struct shape *elements; /* of the key-value list that it is */
};

enum { NOTHING = -1 };

static const char *read_nested(struct picker *p, struct pick_node *node,
    const char *at, const char *end, struct json_fault *fault);

static const char *
fault_at(struct json_fault *fault, const char *at, const char *what)
{
	*fault = (struct json_fault){ at, what };
	return NULL;
}

static struct pick_node *
new_node(struct picker *p, struct slice name)
{
	struct pick_node *node = arena_alloc(&p->arena, sizeof(*node));

	*node = (struct pick_node){ .name = name, .capture = NOTHING };
	node->id = p->node_count;
	p->nodes[p->node_count++] = node;
	node->members = shapes_root(&p->shapes);
	node->elements = shapes_root(&p->shapes);
	return node;
}

void
picker_init(struct picker *p)
{
	*p = (struct picker){ 0 };
	p->root = new_node(p, (struct slice){ "", 0 });
}

void
picker_free(struct picker *p)
{
	arena_free(&p->arena);
	shapes_free(&p->shapes);
}

static struct pick_node *
find(struct pick_node *node, struct slice name)
{
	struct pick_node *child = node->child;

	while (child != NULL && !slice_equal(child->name, name))
		child = child->sibling;
	return child;
}

static struct pick_node *
find_or_add(struct picker *p, struct pick_node *node, struct slice name)
{
	struct pick_node *child = find(node, name), **link = &node->child;

	if (child != NULL)
		return child;
	if (p->node_count == PICKER_NODES)
		return NULL;
	while (*link != NULL)
		link = &(*link)->sibling;
	*link = new_node(p, name);
	return *link;
}

/* The first name of *PATH, which moves behind it. */
static struct slice
next_name(struct slice *path)
{
	const char *p = path->ptr, *end = p + path->len, *stop;
	struct slice name;

	if (p < end && *p == '[') {
		stop = memchr(p, ']', path->len);
		if (stop == NULL)
			stop = end;
		name = slice_range(p + 1, stop);
		p = stop < end ? stop + 1 : end;
	} else {
		for (stop = p; stop < end && *stop != '.' && *stop != '[';)
			stop++;
		name = slice_range(p, stop);
		p = stop;
	}
	if (p < end && *p == '.')
		p++;
	*path = slice_range(p, end);
	return name;
}

int
picker_add(struct picker *p, struct slice path)
{
	struct slice whole = arena_copy(&p->arena, path), rest = whole;
	struct pick_node *node = p->root, *dotted;

	while (rest.len > 0 && node != NULL)
		node = find_or_add(p, node, next_name(&rest));
	if (node == NULL ||
	    (node->capture == NOTHING && p->count == PICKER_MAX))
		return -1;
	if (node->capture == NOTHING)
		node->capture = p->count++;
	if (memchr(whole.ptr, '.', whole.len) != NULL &&
	    memchr(whole.ptr, '[', whole.len) == NULL) {
		dotted = find_or_add(p, p->root, whole);
		if (dotted != NULL)
			dotted->capture = node->capture;
	}
	return node->capture;
}

/* The type of the value at AT by its first byte. */
static char
type_of(char first)
{
	return first == '-' || (first >= '0' && first <= '9') ? '0' : first;
}

static inline void
capture(struct picker *p, int i, const char *from, const char *to)
{
	char type = type_of(*from);

	p->have[i / 64] |= UINT64_C(1) << (i % 64);
	p->got[i].type = type;
	p->got[i].text = type == '"' ? slice_range(from + 1, to - 1)
				     : slice_range(from, to);
}

/* The value at AT when nothing in it is wanted. */
static inline const char *
skip_value(const char *at, const char *end, struct json_fault *fault)
{
	if (at < end && *at == '"')
		return json_string(at, end, fault);
	return json_value(at, end, 1, fault);
}

/* The value at AT, which NODE wants something of. */
static const char *
read_value(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	const char *after;

	if (at == end)
		return fault_at(fault, at, NULL);
	if (node->child != NULL && (*at == '{' || *at == '[')) {
		after = read_nested(p, node, at, end, fault);
		if (after != NULL && node->capture >= 0)
			capture(p, node->capture, at, after);
		return after;
	}
	after = skip_value(at, end, fault);
	if (after != NULL && node->capture >= 0)
		capture(p, node->capture, at, after);
	return after;
}

/* A member of an object, from its key on; NULL with *CLOSED at the brace. */
static struct shape *
read_key(struct picker *p, struct pick_node *node, struct shape *at,
    const char **text, const char *end, bool *closed, struct json_fault *fault)
{
	const char *start = *text, *q = json_blank(start, end), *after;
	struct pick_node *child;
	struct slice name;

	if (q < end && *q == '}') {
		*closed = true;
		*text = q + 1;
		return NULL;
	}
	if (at != node->members) {
		if (q < end && *q != ',') {
			fault_at(fault, q, "expected ',' or '}' after value");
			return NULL;
		}
		q = q < end ? json_blank(q + 1, end) : q;
	}
	if (q == end || *q != '"') {
		fault_at(fault, q, q < end ? "expected a key in quotes" : NULL);
		return NULL;
	}
	after = json_string(q, end, fault);
	if (after == NULL)
		return NULL;
	name = slice_range(q + 1, after - 1);
	q = json_blank(after, end);
	if (q == end || *q != ':') {
		fault_at(fault, q, q < end ? "expected ':' after key" : NULL);
		return NULL;
	}
	q = json_blank(q + 1, end);
	*text = q;
	child = find(node, name);
	return shapes_learn(&p->shapes, at, slice_range(start, q),
	    child != NULL ? child->id : 0);
}

static const char *
read_members(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	struct shape *shape = node->members, *next;
	bool closed = false;

	for (at++;; shape = next) {
		next = shape_next(shape, at);
		if (next != NULL) {
			at += next->len;
			/* This time there may be blanks before the value. */
			if (*at <= ' ')
				at = json_blank(at, end);
		} else {
			next = read_key(p, node, shape, &at, end, &closed,
			    fault);
			if (next == NULL)
				return closed ? at : NULL;
		}
		at = next->meaning > 0
		    ? read_value(p, p->nodes[next->meaning], at, end, fault)
		    : skip_value(at, end, fault);
		if (at == NULL)
			return NULL;
	}
}

/* An element of a key-value list, taken apart. */
struct element {
	const char *start; /* of what a shape would hold: the comma */
	struct slice key;
	const char *value, *value_end, *end;
	bool is_last; /* nothing follows the value but a brace */
};

/* The member of the element at *AT: its key and the extent of its value. */
static bool
next_member(const char **at, const char *end, struct slice *name,
    const char **value, struct json_fault *fault)
{
	const char *q = *at, *after;

	if (q < end && *q != '"')
		return fault_at(fault, q, "expected a key in quotes") != NULL;
	after = q < end ? json_string(q, end, fault) : fault_at(fault, q, NULL);
	if (after == NULL)
		return false;
	*name = slice_range(q + 1, after - 1);
	q = json_blank(after, end);
	if (q == end || *q != ':')
		return fault_at(fault, q,
			   q < end ? "expected ':' after key" : NULL) != NULL;
	*value = json_blank(q + 1, end);
	*at = *value < end ? skip_value(*value, end, fault)
			   : fault_at(fault, *value, NULL);
	return *at != NULL;
}

/* The element whose brace is at AT. */
static const char *
read_element(struct element *e, const char *at, const char *end,
    struct json_fault *fault)
{
	struct slice name;
	const char *value;

	e->key = (struct slice){ "", 0 };
	e->value = NULL;
	at = json_blank(at + 1, end);
	if (at < end && *at == '}')
		return e->end = at + 1;
	for (;;) {
		if (!next_member(&at, end, &name, &value, fault))
			return NULL;
		e->is_last = false;
		if (slice_equal(name, SLICE("key")) && *value == '"') {
			e->key = slice_range(value + 1, at - 1);
		} else if (slice_equal(name, SLICE("value"))) {
			e->value = value;
			e->value_end = at;
			e->is_last = at < end && *at == '}' && e->key.len > 0;
		}
		at = json_blank(at, end);
		if (at == end)
			return fault_at(fault, at, NULL);
		if (*at == '}')
			return e->end = at + 1;
		if (*at != ',')
			return fault_at(fault, at,
			    "expected ',' or '}' after value");
		at = json_blank(at + 1, end);
	}
}

/*
 * What the value of E wraps, as OTLP's AnyValue `{"stringValue":"..."}` does:
 * its first member.  False if there is none; other values wrap themselves.
 */
static bool
unwrap(struct element *e, const char *end)
{
	struct json_fault fault;
	struct slice name;
	const char *at, *value;

	if (*e->value != '{')
		return true;
	at = json_blank(e->value + 1, end);
	if (!next_member(&at, end, &name, &value, &fault))
		return false;
	e->value = value;
	e->value_end = at;
	e->is_last = e->is_last && e->end - at == 2 && *at == '}';
	return true;
}

/* An element that no shape predicted; it is learned if it is plain. */
static struct shape *
read_new_element(struct picker *p, struct pick_node *node, struct shape *shape,
    const char **at, const char *end, struct json_fault *fault)
{
	struct element e = { .start = *at };
	struct pick_node *child;
	const char *q = json_blank(*at, end);
	bool is_wrapped;

	if (*q == ',')
		q = json_blank(q + 1, end);
	if (q == end || *q != '{') {
		*at = q < end ? json_value(q, end, 1, fault)
			      : fault_at(fault, q, NULL);
		return shape;
	}
	*at = read_element(&e, q, end, fault);
	if (*at == NULL || e.value == NULL)
		return shape;
	child = find(node, e.key);
	is_wrapped = *e.value == '{';
	if (child != NULL && child->child != NULL) {
		read_value(p, child, e.value, end, fault);
		return shape;
	}
	if (!unwrap(&e, end))
		return shape;
	if (child != NULL && child->capture >= 0)
		capture(p, child->capture, e.value, e.value_end);
	if (!e.is_last)
		return shape;
	shape = shapes_learn(&p->shapes, shape, slice_range(e.start, e.value),
	    child != NULL ? child->id : 0);
	shape->value_meaning = is_wrapped ? 2 : 1; /* braces that close it */
	return shape;
}

/* A list of keys and values, its bracket at AT. */
static const char *
read_elements(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	struct shape *shape = node->elements, *next;
	struct pick_node *child;
	const char *value, *after, *q;
	bool is_first = true;

	for (at++;; is_first = false) {
		next = shape_next(shape, at);
		if (next != NULL) {
			value = json_blank(at + next->len, end);
			after = skip_value(value, end, fault);
			if (after == NULL)
				return NULL;
			if (*after == '}' &&
			    (next->value_meaning == 1 || after[1] == '}')) {
				child = p->nodes[next->meaning];
				if (next->meaning > 0 && child->capture >= 0)
					capture(p, child->capture, value,
					    after);
				at = after + next->value_meaning;
				shape = next;
				continue;
			}
		}
		q = json_blank(at, end);
		if (q == end)
			return fault_at(fault, q, NULL);
		if (*q == ']')
			return q + 1;
		if (is_first ? *q == ',' : *q != ',')
			return fault_at(fault, q,
			    "expected ',' or ']' after value");
		shape = read_new_element(p, node, shape, &at, end, fault);
		if (at == NULL)
			return NULL;
	}
}

static const char *
read_nested(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	return *at == '{' ? read_members(p, node, at, end, fault)
			  : read_elements(p, node, at, end, fault);
}

const char *
picker_read(struct picker *p, const char *text, const char *end,
    struct json_fault *fault)
{
	p->have[0] = p->have[1] = 0;
	return read_members(p, p->root, text, end, fault);
}

const char *
picker_read_member(struct picker *p, struct slice key, const char *value,
    const char *end, struct json_fault *fault)
{
	struct pick_node *node = find(p->root, key);

	return node != NULL ? read_value(p, node, value, end, fault)
			    : skip_value(value, end, fault);
}
