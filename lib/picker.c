/* SPDX-License-Identifier: MIT */
#include "tele/picker.h"

#include <stdlib.h>

static const char *read_nested(struct picker *p, struct pick_node *node,
    const char *at, const char *end, struct json_fault *fault);

static const char *
fault_at(struct json_fault *fault, const char *at, const char *what)
{
	*fault = (struct json_fault){ at, what };
	return NULL;
}

void
picker_init(struct picker *p)
{
	*p = (struct picker){ 0 };
	picktree_init(&p->tree);
}

void
picker_free(struct picker *p)
{
	picktree_free(&p->tree);
	arena_free(&p->inner);
	free(p->got);
}

int
picker_add(struct picker *p, struct slice path)
{
	int i = picktree_add(&p->tree, path);
	size_t old = p->got_cap;

	if (i < 0 || (size_t)i < old)
		return i;
	p->got = mem_grow(p->got, &p->got_cap, (size_t)i + 1, sizeof(*p->got));
	memset(p->got + old, 0, (p->got_cap - old) * sizeof(*p->got));
	return i;
}

/* The type of the value at AT by its first byte. */
static char
type_of(char first)
{
	return first == '-' || (first >= '0' && first <= '9') ? '0' : first;
}

static inline void
set(struct picker *p, const struct pick_node *node, struct slice text,
    char type)
{
	unsigned path = (unsigned)node->path;
	struct picked *value = &p->got[path];

	p->have[path / 64] |= UINT64_C(1) << (path % 64);
	value->type = type;
	value->text = text;
	value->unit_ns = node->unit_ns;
}

void
picker_set(struct picker *p, const struct pick_node *node, struct slice text,
    char type)
{
	if (node->path != PICK_NOTHING)
		set(p, node, text, type);
}

static inline void
capture(struct picker *p, const struct pick_node *node, const char *from,
    const char *to)
{
	char type = type_of(*from);

	if (node->path == PICK_NOTHING)
		return;
	set(p, node,
	    type == '"' ? slice_range(from + 1, to - 1) : slice_range(from, to),
	    type);
}

/* The value at AT when nothing in it is wanted. */
static inline const char *
skip_value(const char *at, const char *end, struct json_fault *fault)
{
	if (at == end)
		return fault_at(fault, at, NULL);
	if (*at == '"')
		return json_string(at, end, fault);
	if (*at != '{' && *at != '[')
		return json_scalar(at, end, fault);
	return json_value(at, end, 1, fault);
}

/*
 * The string FROM..TO, its quotes, may hold an object that NODE wants something
 * of.  If it is none, nothing of it counts.  Rare, and kept out of read_value,
 * which is not.
 */
static __attribute__((noinline)) void
read_inner(struct picker *p, struct pick_node *node, const char *from,
    const char *to)
{
	uint64_t have[PICKER_WORDS];
	struct slice text = slice_range(from + 1, to - 1);
	struct json_fault fault;
	char *plain = arena_alloc(&p->inner, text.len + WIDE_SLACK);
	size_t len = json_unescape(plain, text);
	const char *start = json_blank(plain, plain + len);

	memset(plain + len, 0, WIDE_SLACK);
	memcpy(have, p->have, sizeof(have));
	if (read_nested(p, node, start, plain + len, &fault) == NULL)
		memcpy(p->have, have, sizeof(have));
}

/* The value at AT, in which there may be more that is wanted. */
static const char *
read_parent(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	const char *after;

	if (*at == '{' || *at == '[')
		return read_nested(p, node, at, end, fault);
	after = skip_value(at, end, fault);
	if (after != NULL && *at == '"' && at[1] == '{')
		read_inner(p, node, at, after);
	return after;
}

/* The value at AT, which NODE wants something of. */
static const char *
read_value(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	const char *after;

	if (at == end)
		return fault_at(fault, at, NULL);
	if (node->child == NULL)
		after = skip_value(at, end, fault);
	else
		after = read_parent(p, node, at, end, fault);
	if (after != NULL)
		capture(p, node, at, after);
	return after;
}

/* Most nodes are no object, or no list, and need no root of shapes. */
static struct shape *
root_at(struct picker *p, struct shape **root)
{
	if (*root == NULL)
		*root = shapes_root(&p->tree.shapes);
	return *root;
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
	child = picktree_find(&p->tree, node, name);
	return shapes_learn(&p->tree.shapes, at, slice_range(start, q),
	    child != NULL ? child->id : 0);
}

static const char *
read_members(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	struct shape *shape = root_at(p, &node->members);
	struct shape *next;
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
		    ? read_value(p, p->tree.nodes[next->meaning], at, end,
			  fault)
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

bool
picker_is_value(struct slice name)
{
	return slice_equal(name, SLICE("value")) ||
	    (name.len > 1 && name.ptr[0] == 'v' && name.ptr[1] >= 'A' &&
		name.ptr[1] <= 'Z' && !slice_equal(name, SLICE("vType")));
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
		} else if (picker_is_value(name)) {
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
	child = picktree_find(&p->tree, node, e.key);
	is_wrapped = *e.value == '{';
	if (child != NULL && child->child != NULL) {
		read_value(p, child, e.value, end, fault);
		return shape;
	}
	if (!unwrap(&e, end))
		return shape;
	if (child != NULL)
		capture(p, child, e.value, e.value_end);
	if (!e.is_last)
		return shape;
	shape = shapes_learn(&p->tree.shapes, shape,
	    slice_range(e.start, e.value), child != NULL ? child->id : 0);
	shape->value_meaning = is_wrapped ? 2 : 1; /* braces that close it */
	return shape;
}

/* A list of keys and values, its bracket at AT. */
static const char *
read_elements(struct picker *p, struct pick_node *node, const char *at,
    const char *end, struct json_fault *fault)
{
	struct shape *shape = root_at(p, &node->elements);
	struct shape *next;
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
				child = p->tree.nodes[next->meaning];
				if (next->meaning > 0)
					capture(p, child, value, after);
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
	picker_clear(p);
	if (p->inner.blocks != NULL)
		arena_free(&p->inner);
	return read_members(p, p->tree.nodes[0], text, end, fault);
}

const char *
picker_read_member(struct picker *p, struct slice key, const char *value,
    const char *end, struct json_fault *fault)
{
	struct pick_node *node = picktree_find(&p->tree, p->tree.nodes[0], key);

	return node != NULL ? read_value(p, node, value, end, fault)
			    : skip_value(value, end, fault);
}
