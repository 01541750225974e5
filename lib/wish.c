/* SPDX-License-Identifier: MIT */
#include "tele/wish.h"

#include <stdio.h>

/* What doc_error said, without the place in a file that the user never saw. */
static bool
explain(const struct format *f, char *error, size_t size)
{
	const char *colon = strstr(f->doc.error, ": ");

	snprintf(error, size, "%s", colon != NULL ? colon + 2 : f->doc.error);
	return false;
}

bool
wish_has_all(const struct opt_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], "all") == 0)
			return true;
	return false;
}

static bool
keep(struct format *f, const char *name, char *error, size_t size)
{
	int field;

	if (f->json == NULL)
		return true;
	field = field_of(&f->fields, slice_of(name));
	if (field == FIELD_NONE) {
		snprintf(error, size, "too many fields to keep, at '%s'", name);
		return false;
	}
	if (field < EVENT_KEYS)
		return true; /* it is written anyway */
	return json_format_keep(f->json, &f->arena, field, slice_of(name)) ||
	    explain(f, error, size);
}

/* Whether TEXT that a path leads to may be the key TO. */
static bool
is_free(int to)
{
	return to != EVENT_KIND && to != EVENT_SELF_MS && to != EVENT_SRC &&
	    to != EVENT_SRC_LINE &&
	    (to >= EVENT_KEYS || event_keys[to].type != EVENT_STRINGS ||
		to == EVENT_LINKS);
}

static bool
map(struct format *f, const char *key_and_path, char *error, size_t size)
{
	const char *equals = strchr(key_and_path, '=');
	struct slice key = slice_range(key_and_path,
	    equals != NULL ? equals : key_and_path);
	int to = slice_equal(key, SLICE("end"))   ? FIELD_END
	    : slice_equal(key, SLICE("duration")) ? EVENT_DURATION_MS
						  : event_key_of(key);

	if (equals == NULL || equals[1] == '\0') {
		snprintf(error, size, "'%s' is not KEY=PATH", key_and_path);
		return false;
	}
	if (to < 0) {
		snprintf(error, size, "'%.*s' is no key of events",
		    (int)key.len, key.ptr);
		return false;
	}
	if (!is_free(to)) {
		snprintf(error, size, "no path can be '%.*s'", (int)key.len,
		    key.ptr);
		return false;
	}
	return f->json == NULL ||
	    json_format_map(f->json, &f->arena, to, slice_of(equals + 1)) ||
	    explain(f, error, size);
}

bool
wish_keep(struct formats *all, const struct opt_list *names, char *error,
    size_t size)
{
	for (size_t i = 0; i < names->count; i++)
		for (int j = 0; j < all->count; j++)
			if (strcmp(names->items[i], "all") != 0 &&
			    !keep(all->list[j], names->items[i], error, size))
				return false;
	return true;
}

bool
wish_map(struct formats *all, const struct opt_list *pairs, char *error,
    size_t size)
{
	bool has_paths = false;

	for (size_t i = 0; i < pairs->count; i++)
		for (int j = 0; j < all->count; j++) {
			if (!map(all->list[j], pairs->items[i], error, size))
				return false;
			has_paths |= all->list[j]->json != NULL;
		}
	if (has_paths || pairs->count == 0)
		return true;
	snprintf(error, size, "nothing can be mapped in '%s', which is no JSON",
	    all->list[0]->name.ptr);
	return false;
}
