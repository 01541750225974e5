/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/fields.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/wide.h"

void
fields_free(struct fields *f)
{
	free(f->text);
	*f = (struct fields){ 0 };
}

/* Drop what overwritten values left behind. */
static void
compact(struct fields *f)
{
	char *text = mem_alloc(f->cap + WIDE_SLACK);
	uint32_t used = 0;

	for (int i = 0; i < FIELDS; i++) {
		if (!fields_has(f, i))
			continue;
		memcpy(text + used, f->text + f->value[i].at, f->value[i].len);
		f->value[i].at = used;
		used += f->value[i].len;
	}
	free(f->text);
	f->text = text;
	f->used = used;
}

static char *
room(struct fields *f, size_t size)
{
	if (size > f->cap - f->used && f->have != 0)
		compact(f);
	if (size > f->cap - f->used || f->text == NULL) {
		f->cap = (uint32_t)(f->used + size) * 2;
		f->text = mem_resize(f->text, f->cap + WIDE_SLACK, 1);
	}
	return f->text + f->used;
}

static void
commit(struct fields *f, int field, size_t len)
{
	f->value[field].at = f->used;
	f->value[field].len = (uint32_t)len;
	f->used += (uint32_t)len;
	f->have |= UINT64_C(1) << field;
}

void
fields_set(struct fields *f, int field, struct slice raw)
{
	size_t len;

	/* What is set to the same again takes no room. */
	if (fields_has(f, field) && slice_equal(fields_get(f, field), raw))
		return;
	len = json_escape(room(f, raw.len * 6 + 16), raw);
	commit(f, field, len);
}

void
fields_set_json(struct fields *f, int field, struct slice json)
{
	char *to = room(f, json.len);

	if (json.len > 0)
		wide_copy(to, json.ptr, json.len);
	commit(f, field, json.len);
}

void
fields_set_tame(struct fields *f, int field, struct slice json)
{
	commit(f, field, json_tame(room(f, json.len * 6 + 16), json));
}

void
fields_set_captures(struct fields *f, const struct captures *got, uint64_t set)
{
	for (set &= got->have; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		fields_set(f, field, got->value[field]);
	}
}

void
fields_add(struct fields *f, const struct fields *from, uint64_t set)
{
	for (set &= from->have & ~f->have; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);

		fields_set_json(f, field, fields_get(from, field));
	}
}
