/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/catalog.h"
#include "tele/definition.h"
#include "tele/diag.h"
#include "tele/jsontext.h"
#include "tele/tree.h"

void
catalog_init(struct catalog *c)
{
	*c = (struct catalog){ 0 };
	map_init(&c->by_id, sizeof(struct catalog_sequence *));
	map_init(&c->by_name, sizeof(struct catalog_sequence *));
	map_init(&c->by_step, sizeof(struct catalog_chain));
	map_init(&c->by_handler, sizeof(struct catalog_chain));
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

bool
catalog_is_name(struct slice name, struct slice raw)
{
	struct arena scratch = { 0 };
	bool is;

	if (slice_equal(name, raw))
		return true;
	is = slice_equal(name, json_canonical(&scratch, raw));
	arena_free(&scratch);
	return is;
}

void
catalog_add_step(struct catalog *c, struct catalog_step *step)
{
	struct catalog_chain *chain;

	if (step->name.len > 0) {
		chain = map_put(&c->by_step, step->name, NULL);
		*(chain->last ? &chain->last->same_name : &chain->first) = step;
		chain->last = step;
	}
	if (step->handler.len > 0) {
		chain = map_put(&c->by_handler, step->handler, NULL);
		*(chain->last ? &chain->last->same_handler
			      : &chain->first) = step;
		chain->last = step;
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
	known = map_put(&c->by_name, q->name, NULL);
	q->same_name = *known;
	*known = q;
	c->sequences = mem_grow(c->sequences, &c->sequences_cap, c->count + 1,
	    sizeof(struct catalog_sequence *));
	c->sequences[c->count++] = q;
	return q;
}

/* Where what is read goes. */
struct loading {
	struct catalog *c;
	struct map modules; /* of struct slice: a package, by path of a file */
};

/* A file; one that was named must define something. */
static bool
load_file(void *arg, const char *path, bool is_named)
{
	struct loading *l = arg;
	bool has_any;

	if (!definition_load(l->c, &l->modules, path, &has_any))
		return false;
	if (is_named && !has_any)
		warn("'%s' defines no sequence, topic or handler", path);
	return has_any || !is_named;
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
	static const char *const ends[] = { ".json", ".yaml", ".yml", NULL };
	struct loading l = { .c = c };
	size_t had = c->count + c->step_count + c->topics.count;
	bool ok;

	map_init(&l.modules, sizeof(struct slice));
	ok = tree_each(path, ends, load_file, &l);
	apply_modules(c, &l.modules);
	map_free(&l.modules);
	if (ok && had == c->count + c->step_count + c->topics.count) {
		warn("no definitions in '%s'", path);
		ok = false;
	}
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

struct catalog_step *
catalog_step(const struct catalog *c, struct slice name)
{
	const struct catalog_chain *chain = map_get(&c->by_step, name);

	return chain != NULL ? chain->first : NULL;
}

struct catalog_step *
catalog_handler(const struct catalog *c, struct slice handler)
{
	const struct catalog_chain *chain = map_get(&c->by_handler, handler);

	return chain != NULL ? chain->first : NULL;
}

const struct catalog_topic *
catalog_topic(const struct catalog *c, struct slice name)
{
	return map_get(&c->topics, name);
}
