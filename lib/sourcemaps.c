/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/diag.h"
#include "tele/map.h"
#include "tele/path.h"
#include "tele/sourcemap.h"
#include "tele/sourcemaps.h"
#include "tele/tree.h"

/* A map, read when it is needed first. */
struct entry {
	const char *path;
	struct slice built;      /* the path of what it is about */
	struct entry *same_base; /* another one of a file called so */
	bool is_read;
	struct sourcemap map;
};

struct sourcemaps {
	struct arena arena;
	struct map by_base; /* of struct entry *, by name of the file */
	size_t count;
	bool failed;
};

struct sourcemaps *
sourcemaps_new(void)
{
	struct sourcemaps *all = mem_zalloc(1, sizeof(*all));

	map_init(&all->by_base, sizeof(struct entry *));
	return all;
}

void
sourcemaps_free(struct sourcemaps *all)
{
	if (all == NULL)
		return;
	for (size_t i = 0; i < all->by_base.count; i++)
		for (struct entry *e =
			 *(struct entry **)all->by_base.entries[i]->value;
		     e != NULL; e = e->same_base)
			sourcemap_free(&e->map);
	map_free(&all->by_base);
	arena_free(&all->arena);
	free(all);
}

bool
sourcemaps_failed(const struct sourcemaps *all)
{
	return all->failed;
}

static bool
add_map(void *arg, const char *path, bool is_named)
{
	static const struct slice end = { ".map", 4 };
	struct sourcemaps *all = arg;
	struct entry *e = arena_alloc(&all->arena, sizeof(*e)), **first;
	struct slice built = arena_copy(&all->arena, slice_of(path));

	(void)is_named;
	*e = (struct entry){ .path = built.ptr };
	if (built.len > end.len &&
	    memcmp(built.ptr + built.len - end.len, end.ptr, end.len) == 0)
		built.len -= end.len;
	e->built = built;
	first = map_put(&all->by_base, path_base(built), NULL);
	e->same_base = *first;
	*first = e;
	all->count++;
	return true;
}

bool
sourcemaps_add(struct sourcemaps *all, const char *path)
{
	static const char *const ends[] = { ".map", NULL };
	size_t had = all->count;
	bool ok = tree_each(path, ends, add_map, all);

	if (ok && all->count == had) {
		warn("no source maps in '%s'", path);
		ok = false;
	}
	return ok;
}

/* The map of FILE; NULL if there is none, or if several are as likely. */
static struct entry *
entry_of(const struct sourcemaps *all, struct slice file)
{
	struct entry *const *first = map_get(&all->by_base, path_base(file));
	struct entry *best = NULL;
	int best_n = 0, n;
	bool is_tied = false;

	for (struct entry *e = first ? *first : NULL; e; e = e->same_base) {
		n = path_common(e->built, file);
		is_tied = (is_tied && n <= best_n) || (n == best_n && n > 0);
		if (n > best_n) {
			best = e;
			best_n = n;
			is_tied = false;
		}
	}
	return is_tied ? NULL : best;
}

bool
sourcemaps_find(struct sourcemaps *all, struct slice file, uint32_t line,
    uint32_t column, struct slice *source, uint32_t *source_line)
{
	struct entry *e = entry_of(all, file);
	char error[512];

	if (e == NULL)
		return false;
	if (!e->is_read &&
	    !sourcemap_read(&e->map, e->path, error, sizeof(error))) {
		warn("%s", error);
		all->failed = true;
	}
	e->is_read = true;
	return sourcemap_find(&e->map, line, column, source, source_line);
}
