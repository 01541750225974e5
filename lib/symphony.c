/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/symphony.h"

/* `handler` as the library has it: a name, perhaps in an object or a module. */
static bool
get_handler(struct definition *d, const struct node *beat,
    struct slice *handler)
{
	const struct node *y = node_get(beat, "handler");
	const char *hash;

	if (y != NULL && y->type == NODE_MAP) {
		beat = y;
		if (!definition_get(d, beat, "name", handler))
			return false;
	} else if (!definition_get(d, beat, "handler", handler)) {
		return false;
	}
	hash = memrchr(handler->ptr, '#', handler->len);
	if (hash != NULL)
		*handler = slice_range(hash + 1, handler->ptr + handler->len);
	return true;
}

/* A beat of the musical-conductor form, the INDEXth of its movement. */
static bool
load_beat(struct definition *d, const struct catalog_step *around,
    const struct node *beat, int index, struct catalog_step ***end)
{
	static const char *const names[] = { "event", NULL };
	static const char *const numbers[] = { "beat", "number", NULL };
	struct catalog_step *step;
	struct slice kind = { "", 0 };
	char position[20];

	if (beat->type != NODE_MAP)
		return doc_error(&d->doc, beat, "expected a beat");
	step = definition_step(d, around, beat);
	if (!definition_get_one(d, beat, names, &step->name) ||
	    !get_handler(d, beat, &step->handler) ||
	    !definition_get(d, beat, "kind", &kind) ||
	    !definition_get_one(d, beat, numbers, &step->beat))
		return false;
	if (step->beat.len == 0)
		step->beat = arena_copy(&d->c->arena,
		    (struct slice){ position,
			decimal_format(position, (uint64_t)index) });
	if (step->name.len == 0)
		return doc_error(&d->doc, beat, "a beat needs an 'event'");
	step->is_pure = slice_equal(kind, SLICE("pure"));
	step->group = step->sequence->flow.groups++;
	**end = step;
	*end = &step->next;
	return true;
}

static bool
load_movements(struct definition *d, struct catalog_sequence *q,
    const struct node *movements)
{
	static const char *const names[] = { "name", "id", NULL };
	struct catalog_step around = { .sequence = q, .plugin = q->plugin };
	struct catalog_step **end = &q->flow.first;
	const struct node *beats;
	int index;

	q->flow.is_stated = true;
	if (movements->type != NODE_LIST)
		return doc_error(&d->doc, movements,
		    "expected a list of movements");
	for (const struct node *m = movements->child; m; m = m->next) {
		around.movement = (struct slice){ "", 0 };
		if (!definition_get_one(d, m, names, &around.movement))
			return false;
		beats = node_get(m, "beats");
		if (beats == NULL || beats->type != NODE_LIST)
			return doc_error(&d->doc, m,
			    "a movement needs a list 'beats'");
		index = 0;
		for (const struct node *b = beats->child; b; b = b->next)
			if (!load_beat(d, &around, b, ++index, &end))
				return false;
	}
	return true;
}

bool
symphony_load(struct definition *d, const struct node *y)
{
	static const char *const ids[] = { "id", "sequenceId", NULL };
	static const char *const names[] = { "name", "id", NULL };
	struct catalog_sequence *q = definition_sequence(d, y);

	return definition_get_one(d, y, ids, &q->id) &&
	    definition_get_one(d, y, names, &q->name) &&
	    definition_get(d, y, "pluginId", &q->plugin) &&
	    (q->name.len > 0 ||
		doc_error(&d->doc, y, "a sequence needs a 'name'")) &&
	    load_movements(d, q, node_get(y, "movements")) &&
	    definition_add(d, q, y);
}

/* `{"file":"create.json","handlersPath":"@scope/package"}` in an index. */
bool
symphony_load_index(struct definition *d, const struct node *y)
{
	const struct node *file = node_get(y, "file");
	const char *slash = strrchr(d->file, '/');
	size_t folder = slash != NULL ? (size_t)(slash + 1 - d->file) : 0;
	struct slice module = { "", 0 }, *known;
	char *path;

	if (!definition_get(d, y, "handlersPath", &module) ||
	    file->type != NODE_TEXT)
		return doc_error(&d->doc, y, "expected the name of a file");
	path = mem_alloc(folder + file->text.len);
	memcpy(path, d->file, folder);
	memcpy(path + folder, file->text.ptr, file->text.len);
	known = map_put(d->modules,
	    (struct slice){ path, folder + file->text.len }, NULL);
	*known = module;
	free(path);
	return true;
}

/* One route of a topic: all of them must agree, or it has many. */
static bool
load_route(struct definition *d, struct catalog_topic *t, const struct node *y)
{
	static const char *const plugins[] = { "pluginId", "plugin", NULL };
	static const char *const ids[] = { "sequenceId", "sequence", NULL };
	struct slice plugin = { "", 0 }, id = { "", 0 };

	if (!definition_get_one(d, y, plugins, &plugin) ||
	    !definition_get_one(d, y, ids, &id))
		return false;
	if (t->plugin.len == 0 && t->sequence_id.len == 0) {
		t->plugin = plugin;
		t->sequence_id = id;
	}
	t->has_many |= !slice_equal(t->plugin, plugin) ||
	    !slice_equal(t->sequence_id, id);
	return true;
}

/* A map from topics, or from requests, to who gets them. */
bool
symphony_load_topics(struct definition *d, const struct node *topics)
{
	const struct node *routes;
	struct catalog_topic *t;
	bool is_new;

	if (topics->type != NODE_MAP)
		return doc_error(&d->doc, topics,
		    "expected topics by their names");
	for (const struct node *y = topics->child; y != NULL; y = y->next) {
		t = map_put(&d->c->topics, catalog_name(d->c, y->key), &is_new);
		if (is_new)
			t->place = (struct catalog_place){ d->file, y->line };
		routes = node_get(y, "routes");
		if (routes == NULL && !load_route(d, t, y))
			return false;
		for (const struct node *r = routes ? routes->child : NULL;
		     r != NULL; r = r->next)
			if (!load_route(d, t, r))
				return false;
	}
	return true;
}
