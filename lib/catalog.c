/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fts.h>
#include <stdlib.h>

#include "tele/catalog.h"
#include "tele/definition.h"
#include "tele/diag.h"
#include "tele/json.h"

void
catalog_init(struct catalog *c)
{
	*c = (struct catalog){ 0 };
	map_init(&c->by_id, sizeof(struct catalog_sequence *));
	map_init(&c->by_name, sizeof(struct catalog_sequence *));
	map_init(&c->by_step, sizeof(struct catalog_step *));
	map_init(&c->by_handler, sizeof(struct catalog_step *));
	map_init(&c->topics, sizeof(struct catalog_topic));
}

void
catalog_free(struct catalog *c)
{
	map_free(&c->by_id);
	map_free(&c->by_name);
	map_free(&c->by_step);
	map_free(&c->by_handler);
	map_free(&c->topics);
	free(c->sequences);
	arena_free(&c->arena);
}

struct slice
catalog_name(struct catalog *c, struct slice text)
{
	char *json = arena_alloc(&c->arena, text.len * 6 + 16);

	return (struct slice){ json, json_escape(json, text) };
}

void
catalog_add_step(struct catalog *c, struct catalog_step *step)
{
	struct catalog_step **at;

	if (step->name.len > 0) {
		at = map_put(&c->by_step, step->name, NULL);
		while (*at != NULL)
			at = &(*at)->same_name;
		*at = step;
	}
	if (step->handler.len > 0) {
		at = map_put(&c->by_handler, step->handler, NULL);
		while (*at != NULL)
			at = &(*at)->same_handler;
		*at = step;
	}
	c->step_count++;
}

struct catalog_sequence *
catalog_add(struct catalog *c, struct catalog_sequence *q)
{
	struct catalog_sequence **known;

	if (q->id.len > 0) {
		known = map_put(&c->by_id, q->id, NULL);
		if (*known != NULL)
			return *known;
		*known = q;
	}
	for (known = map_put(&c->by_name, q->name, NULL); *known != NULL;)
		known = &(*known)->same_name;
	*known = q;
	c->sequences = mem_grow(c->sequences, &c->sequences_cap, c->count + 1,
	    sizeof(struct catalog_sequence *));
	c->sequences[c->count++] = q;
	return q;
}

/* A file; one that was named must define something. */
static bool
load_file(struct catalog *c, struct map *modules, const char *path,
    bool is_named)
{
	bool has_any;

	if (!definition_load(c, modules, path, &has_any))
		return false;
	if (is_named && !has_any)
		warn("'%s' defines no sequence, topic or handler", path);
	return has_any || !is_named;
}

static bool
is_definition(const char *name)
{
	static const char *const ends[] = { ".json", ".yaml", ".yml" };
	size_t len = strlen(name), end;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		end = strlen(ends[i]);
		if (len > end && strcmp(name + len - end, ends[i]) == 0)
			return name[0] != '.';
	}
	return false;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool
load_tree(struct catalog *c, struct map *modules, char *path)
{
	char *paths[] = { path, NULL };
	FTS *tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;
	bool ok = true;

	while (tree != NULL && (e = fts_read(tree)) != NULL) {
		if (e->fts_info == FTS_F &&
		    (e->fts_level == 0 || is_definition(e->fts_name)))
			ok &= load_file(c, modules, e->fts_path,
			    e->fts_level == 0);
		if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
		    e->fts_info == FTS_NS) {
			warn("cannot read '%s': %s", e->fts_path,
			    strerror(e->fts_errno));
			ok = false;
		}
	}
	if (tree != NULL)
		fts_close(tree);
	return ok;
}

/* The indexes say in which package the handlers of a file are. */
static void
apply_modules(struct catalog *c, const struct map *modules)
{
	const struct slice *module;

	for (size_t i = 0; i < c->count; i++) {
		module = map_get(modules,
		    slice_of(c->sequences[i]->place.file));
		if (module != NULL && c->sequences[i]->module.len == 0)
			c->sequences[i]->module = *module;
	}
}

bool
catalog_load(struct catalog *c, const char *path)
{
	struct map modules;
	char *copy = mem_string(slice_of(path));
	size_t had = c->count + c->step_count + c->topics.count;
	bool ok;

	map_init(&modules, sizeof(struct slice));
	ok = load_tree(c, &modules, copy);
	apply_modules(c, &modules);
	if (ok && had == c->count + c->step_count + c->topics.count) {
		warn("no definitions in '%s'", path);
		ok = false;
	}
	map_free(&modules);
	free(copy);
	return ok;
}

struct catalog_sequence *
catalog_sequence(const struct catalog *c, struct slice id, struct slice name,
    struct slice service)
{
	struct catalog_sequence *const *found = NULL, *only = NULL;

	if (id.len > 0)
		found = map_get(&c->by_id, id);
	if (found != NULL)
		return *found;
	found = map_get(&c->by_name, name);
	for (struct catalog_sequence *q = found ? *found : NULL; q != NULL;
	     q = q->same_name) {
		if ((id.len > 0 && q->id.len > 0) ||
		    (service.len > 0 && q->service.len > 0 &&
			!slice_equal(service, q->service)))
			continue;
		if (only != NULL)
			return NULL;
		only = q;
	}
	return only;
}

static struct catalog_step *
first_of(const struct map *m, struct slice name)
{
	struct catalog_step *const *found = map_get(m, name);

	return found != NULL ? *found : NULL;
}

struct catalog_step *
catalog_step(const struct catalog *c, struct slice name)
{
	return first_of(&c->by_step, name);
}

struct catalog_step *
catalog_handler(const struct catalog *c, struct slice handler)
{
	return first_of(&c->by_handler, handler);
}

const struct catalog_topic *
catalog_topic(const struct catalog *c, struct slice name)
{
	return map_get(&c->topics, name);
}
