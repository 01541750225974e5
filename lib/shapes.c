/* SPDX-License-Identifier: MIT */
#include "tele/shapes.h"

void
shapes_free(struct shapes *s)
{
	arena_free(&s->arena);
	*s = (struct shapes){ 0 };
}

static struct shape *
new_shape(struct shapes *s)
{
	struct shape *shape = arena_alloc(&s->arena,
	    sizeof(*shape) + WIDE_SLACK);

	*shape = (struct shape){ 0 };
	s->count++;
	return shape;
}

struct shape *
shapes_root(struct shapes *s)
{
	return new_shape(s);
}

struct shape *
shapes_learn(struct shapes *s, struct shape *at, struct slice text, int meaning)
{
	struct shape *shape = &s->scratch;

	if (text.len <= SHAPE_TEXT && at->children < SHAPE_CHILDREN &&
	    s->count < SHAPES_MAX && at != &s->scratch) {
		shape = new_shape(s);
		memcpy(shape->text, text.ptr, text.len);
		shape->len = (uint8_t)text.len;
		shape->sibling = at->child;
		at->child = shape;
		at->children++;
	}
	shape->meaning = meaning;
	return shape;
}

bool
shape_take_value(struct shape *s, struct slice value)
{
	if (s->len == 0 || value.len < 2 || s->len + value.len > SHAPE_TEXT)
		return false;
	for (size_t i = 1; i + 1 < value.len; i++)
		if ((unsigned char)(value.ptr[i] - 0x20) >= 0x5f ||
		    value.ptr[i] == '\\' || value.ptr[i] == '"')
			return false;
	memcpy(s->text + s->len, value.ptr, value.len);
	s->value_at = (uint8_t)(s->len + 1);
	s->value_len = (uint8_t)(value.len - 2);
	s->len = (uint8_t)(s->len + value.len);
	return true;
}
