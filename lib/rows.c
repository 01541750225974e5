/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/diag.h"
#include "tele/json.h"
#include "tele/rows.h"

void
rows_init(struct rows *r)
{
	*r = (struct rows){ 0 };
	map_init(&r->ids, sizeof(uint32_t));
}

void
rows_free(struct rows *r)
{
	arena_free(&r->arena);
	map_free(&r->ids);
	free(r->by_id);
}

struct column *
rows_column(const struct rows *r, struct slice key)
{
	const uint32_t *id = map_get(&r->ids, key);

	return id != NULL ? r->by_id[*id] : NULL;
}

const struct cell *
rows_cell(const struct rows *r, const struct row *row, const struct column *c)
{
	static const struct cell nothing = { .text = { "", 0 } };
	const uint32_t *id = map_get(&r->ids, c->key);

	if (id == NULL || *id >= row->count || row->cells[*id].text.len == 0)
		return &nothing;
	return &row->cells[*id];
}

/* A new column after AFTER, or first. */
static struct column *
add_column(struct rows *r, struct slice key, struct column *after)
{
	struct column *c = arena_alloc(&r->arena, sizeof(*c));
	uint32_t *id = map_put(&r->ids, key, NULL);

	*id = (uint32_t)r->ids.count - 1;
	*c = (struct column){ .key = map_entry_of(id)->key, .is_number = true };
	r->by_id = mem_grow(r->by_id, &r->by_id_cap, r->ids.count,
	    sizeof(struct column *));
	r->by_id[*id] = c;
	c->next = after != NULL ? after->next : r->first;
	*(after != NULL ? &after->next : &r->first) = c;
	return c;
}

void
rows_expect(struct rows *r, struct slice key)
{
	struct column *last = r->first;

	if (rows_column(r, key) != NULL)
		return;
	while (last != NULL && last->next != NULL)
		last = last->next;
	add_column(r, key, last);
}

/* The JSON value that begins with TOKEN as plain text. */
static struct cell
read_cell(struct rows *r, struct json *j, enum json_token token)
{
	struct cell cell = { .is_number = token == JSON_NUMBER };
	const char *start = j->p - 1;
	char *text;
	int depth = j->depth;

	switch (token) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		while (j->depth >= depth && json_next(j) > JSON_END)
			;
		cell.text = arena_copy(&r->arena, slice_range(start, j->p));
		break;
	case JSON_STRING:
		text = arena_alloc(&r->arena, j->text.len + 1);
		cell.text = (struct slice){ text,
			json_unescape(text, j->text) };
		break;
	case JSON_NULL:
		break;
	default:
		cell.text = arena_copy(&r->arena, j->text);
		break;
	}
	return cell;
}

static void
note_cell(struct column *c, const struct cell *cell)
{
	double value;

	if (cell->text.len == 0)
		return;
	if (!cell->is_number) {
		c->is_number = false;
		return;
	}
	value = strtod(cell->text.ptr, NULL);
	if (value < 0)
		value = -value;
	if (value > c->max)
		c->max = value;
	if (memchr(cell->text.ptr, '.', cell->text.len) != NULL)
		c->has_fraction = true;
}

/* The key that RAW stands for. */
static struct slice
read_key(struct rows *r, struct slice raw)
{
	char *text;

	if (memchr(raw.ptr, '\\', raw.len) == NULL)
		return raw;
	text = arena_alloc(&r->arena, raw.len);
	return (struct slice){ text, json_unescape(text, raw) };
}

/* The members of the object that J is in, as cells. */
static void
read_members(struct rows *r, struct json *j, struct row *row)
{
	struct column *last = NULL, *c;
	struct slice key;
	struct cell cell;
	const uint32_t *id;

	while (json_next(j) == JSON_KEY) {
		key = read_key(r, j->text);
		c = rows_column(r, key);
		if (c == NULL && !r->is_settled && r->ids.count < COLUMNS_MAX)
			c = add_column(r, key, last);
		cell = read_cell(r, j, json_next(j));
		if (c == NULL) {
			r->has_left_out = true;
			continue;
		}
		last = c;
		id = map_get(&r->ids, c->key);
		row->cells[*id] = cell;
		if (row->count <= *id)
			row->count = *id + 1;
		note_cell(c, &cell);
	}
}

bool
rows_read(struct rows *r, struct input *in, struct slice line, struct row *row)
{
	struct json_fault fault;
	struct json j;
	size_t cap;

	if (!json_check(line, &fault)) {
		input_malformed(in, fault.at,
		    fault.what ? fault.what : "unexpected end of the record");
		return false;
	}
	json_init(&j);
	json_feed(&j, line, true);
	if (json_next(&j) != JSON_OBJECT) {
		input_malformed(in, line.ptr, "expected '{'");
		return false;
	}
	/* A member takes at least four bytes: no more new columns than that. */
	cap = r->ids.count + line.len / 4 + 1;
	if (cap > COLUMNS_MAX)
		cap = COLUMNS_MAX;
	row->count = 0;
	row->cells = arena_alloc(&r->arena, cap * sizeof(*row->cells));
	memset(row->cells, 0, cap * sizeof(*row->cells));
	read_members(r, &j, row);
	r->bytes += line.len;
	return true;
}

static bool
is_linked(const struct column *chain, const struct column *c)
{
	while (chain != NULL && chain != c)
		chain = chain->next;
	return chain != NULL;
}

void
rows_select(struct rows *r, const char *const *names, size_t count)
{
	struct column *chain = NULL, **end = &chain, *c;

	for (size_t i = 0; i < count; i++) {
		c = rows_column(r, slice_of(names[i]));
		if (c == NULL) {
			if (r->count > 0)
				warn("no record has the column '%s'", names[i]);
			continue;
		}
		if (is_linked(chain, c))
			continue;
		*end = c;
		c->next = NULL;
		end = &c->next;
	}
	r->first = chain;
}
