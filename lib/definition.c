/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/definition.h"
#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/symphony.h"

/* Steps within steps, which are read after those around them. */
struct definition_later {
	struct catalog_flow *flow;
	struct catalog_step around;
	const struct node *steps;
};

bool
definition_get(struct definition *d, const struct node *map, const char *key,
    struct slice *name)
{
	struct slice text = { 0 };

	if (!doc_text(&d->doc, map, key, &text))
		return false;
	if (text.len > 0)
		*name = catalog_name(d->c, text);
	return true;
}

bool
definition_get_one(struct definition *d, const struct node *map,
    const char *const *keys, struct slice *name)
{
	while (*keys != NULL && node_get(map, *keys) == NULL)
		keys++;
	return *keys == NULL || definition_get(d, map, *keys, name);
}

static bool
get_duration(struct definition *d, const struct node *map, const char *key,
    int64_t *ns)
{
	const struct node *y = node_get(map, key);

	*ns = -1;
	if (y == NULL)
		return true;
	if (y->type == NODE_TEXT && duration_parse(y->text, ns) && *ns >= 0)
		return true;
	return doc_error(&d->doc, y, "expected a duration such as '250ms'");
}

static struct catalog_place
place_of(const struct definition *d, const struct node *at)
{
	return (struct catalog_place){ d->file, at->line };
}

/* The definition is part of the catalog, and so are its steps; or it is not. */
static void
settle_steps(struct definition *d, bool is_kept)
{
	for (size_t i = 0; is_kept && i < d->fresh_count; i++)
		catalog_add_step(d->c, d->fresh[i]);
	d->fresh_count = 0;
	d->later_count = 0;
}

struct catalog_sequence *
definition_sequence(struct definition *d, const struct node *at)
{
	struct catalog_sequence *q = arena_alloc(&d->c->arena, sizeof(*q));

	*q = (struct catalog_sequence){ .name = SLICE(""),
		.id = SLICE(""),
		.plugin = SLICE(""),
		.service = SLICE(""),
		.module = SLICE(""),
		.max_ns = -1,
		.p95_ns = -1,
		.place = place_of(d, at) };
	return q;
}

/* What is not stated is an empty text, and not nowhere. */
static struct slice
stated(struct slice name)
{
	return name.len > 0 ? name : SLICE("");
}

/* A step that says what AROUND says, as far as that holds within it. */
struct catalog_step *
definition_step(struct definition *d, const struct catalog_step *around,
    const struct node *at)
{
	struct catalog_step *step = arena_alloc(&d->c->arena, sizeof(*step));

	d->fresh = mem_grow(d->fresh, &d->fresh_cap, d->fresh_count + 1,
	    sizeof(struct catalog_step *));
	d->fresh[d->fresh_count++] = step;

	*step = (struct catalog_step){ .sequence = around->sequence,
		.name = SLICE(""),
		.handler = SLICE(""),
		.plugin = stated(around->plugin),
		.service = stated(around->service),
		.movement = stated(around->movement),
		.beat = SLICE(""),
		.code_file = SLICE(""),
		.code_line = SLICE(""),
		.code_function = SLICE(""),
		.least = 1,
		.most = 1,
		.max_ns = -1,
		.p95_ns = -1,
		.place = place_of(d, at) };
	return step;
}

/* Whether two flows say the same, step by step. */
static bool
is_same_flow(const struct catalog_flow *a, const struct catalog_flow *b)
{
	const struct catalog_step *p = a->first, *q = b->first;

	while (p != NULL && q != NULL && slice_equal(p->name, q->name) &&
	    slice_equal(p->handler, q->handler) &&
	    slice_equal(p->plugin, q->plugin) && p->least == q->least &&
	    p->most == q->most) {
		p = p->next;
		q = q->next;
	}
	return p == NULL && q == NULL;
}

bool
definition_add(struct definition *d, struct catalog_sequence *q,
    const struct node *at)
{
	struct catalog_sequence *known = catalog_add(d->c, q);

	settle_steps(d, known == q);
	return known == q || is_same_flow(&known->flow, &q->flow) ||
	    doc_error(&d->doc, at, "'%.*s' is another sequence in %s:%d",
		(int)q->id.len, q->id.ptr, known->place.file,
		known->place.line);
}

/* The digits at *P as a number, at most UINT32_MAX; false if there are none. */
static bool
scan_number(const char **p, uint32_t *n)
{
	uint64_t value = 0;
	const char *start = *p;

	for (; **p >= '0' && **p <= '9'; (*p)++)
		if (value <= UINT32_MAX)
			value = value * 10 + (uint64_t)(**p - '0');
	*n = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
	return *p > start;
}

/* `3`, `0..1`, `2..`: how often a step comes. */
static bool
get_times(struct definition *d, const struct node *map, uint32_t *least,
    uint32_t *most)
{
	const struct node *y = node_get(map, "times");
	const char *p;
	bool ok;

	if (y == NULL)
		return true;
	p = y->type == NODE_TEXT ? y->text.ptr : "";
	ok = scan_number(&p, least);
	*most = *least;
	if (ok && strncmp(p, "..", 2) == 0) {
		p += 2;
		if (*p == '\0')
			*most = UINT32_MAX;
		else
			ok = scan_number(&p, most);
	}
	if (ok && *p == '\0' && *most > 0 && *least <= *most)
		return true;
	return doc_error(&d->doc, y,
	    "'times' is a number or a range: '1', '0..1', '2..'");
}

/* `src/create.ts:12`, and `function`. */
static bool
get_code(struct definition *d, const struct node *map,
    struct catalog_step *step)
{
	const char *colon, *end;
	struct slice code = { "", 0 };

	if (!definition_get(d, map, "code", &code) ||
	    !definition_get(d, map, "function", &step->code_function))
		return false;
	step->code_file = code;
	colon = memrchr(code.ptr, ':', code.len);
	end = code.ptr + code.len;
	if (colon == NULL || colon + 1 == end ||
	    strspn(colon + 1, "0123456789") < (size_t)(end - colon - 1))
		return true;
	step->code_file = slice_range(code.ptr, colon);
	step->code_line = slice_range(colon + 1, end);
	return true;
}

static void
read_later(struct definition *d, struct catalog_flow *flow,
    const struct catalog_step *around, const struct node *steps)
{
	d->later = mem_grow(d->later, &d->later_cap, d->later_count + 1,
	    sizeof(*d->later));
	d->later[d->later_count].flow = flow;
	d->later[d->later_count].around = *around;
	d->later[d->later_count].steps = steps;
	d->later_count++;
}

/* A step or a handler of our own form. */
static struct catalog_step *
load_step(struct definition *d, const struct catalog_step *around,
    const struct node *y)
{
	static const char *const keys[] = { "event", "span", "title", "handler",
		"plugin", "service", "movement", "beat", "kind", "times", "max",
		"p95", "code", "function", "steps", "anywhere", NULL };
	static const char *const names[] = { "event", "span", NULL };
	struct catalog_step *step = definition_step(d, around, y);
	struct slice kind = { "", 0 }, anywhere = { "", 0 };

	if (!node_check_keys(&d->doc, y, keys) ||
	    !definition_get_one(d, y, names, &step->name) ||
	    !definition_get(d, y, "anywhere", &anywhere) ||
	    !definition_get(d, y, "handler", &step->handler) ||
	    !definition_get(d, y, "plugin", &step->plugin) ||
	    !definition_get(d, y, "service", &step->service) ||
	    !definition_get(d, y, "movement", &step->movement) ||
	    !definition_get(d, y, "beat", &step->beat) ||
	    !definition_get(d, y, "kind", &kind) ||
	    !get_times(d, y, &step->least, &step->most) ||
	    !get_duration(d, y, "max", &step->max_ns) ||
	    !get_duration(d, y, "p95", &step->p95_ns) || !get_code(d, y, step))
		return NULL;
	step->is_span = node_get(y, "event") == NULL;
	step->is_pure = slice_equal(kind, SLICE("pure"));
	step->is_free = slice_equal(anywhere, SLICE("true"));
	if (node_get(y, "steps") != NULL)
		read_later(d, &step->flow, step, node_get(y, "steps"));
	return step;
}

/* The steps of a flow; `any_order` makes a group of several. */
static bool
load_steps(struct definition *d, struct catalog_flow *flow,
    const struct catalog_step *around, const struct node *steps)
{
	struct catalog_step **end = &flow->first, *step;
	const struct node *first, *any;

	flow->is_stated = true;
	if (steps->type != NODE_LIST)
		return steps->text.len == 0 ||
		    doc_error(&d->doc, steps, "expected a list of steps");
	for (const struct node *y = steps->child; y != NULL; y = y->next) {
		any = node_get(y, "any_order");
		if (any != NULL && any->type != NODE_LIST)
			return doc_error(&d->doc, any,
			    "expected a list of steps");
		first = any != NULL ? any->child : y;
		for (; first != NULL; first = any ? first->next : NULL) {
			step = load_step(d, around, first);
			if (step == NULL)
				return false;
			if (step->name.len == 0)
				return doc_error(&d->doc, first,
				    "a step needs an 'event' or a 'span'");
			step->group = flow->groups;
			*end = step;
			end = &step->next;
		}
		flow->groups++;
	}
	return true;
}

/* A sequence of our own form. */
static bool
load_sequence(struct definition *d, const struct node *y)
{
	static const char *const keys[] = { "name", "id", "title", "plugin",
		"service", "module", "max", "p95", "steps", NULL };
	struct catalog_sequence *q = definition_sequence(d, y);
	struct catalog_step around = { .sequence = q };

	if (!node_check_keys(&d->doc, y, keys) ||
	    !definition_get(d, y, "name", &q->name) ||
	    !definition_get(d, y, "id", &q->id) ||
	    !definition_get(d, y, "plugin", &q->plugin) ||
	    !definition_get(d, y, "service", &q->service) ||
	    !definition_get(d, y, "module", &q->module) ||
	    !get_duration(d, y, "max", &q->max_ns) ||
	    !get_duration(d, y, "p95", &q->p95_ns))
		return false;
	if (q->name.len == 0)
		return doc_error(&d->doc, y, "a sequence needs a 'name'");
	around.plugin = q->plugin;
	around.service = q->service;
	if (node_get(y, "steps") != NULL)
		read_later(d, &q->flow, &around, node_get(y, "steps"));
	/* What is read adds more to the end of what is to be read. */
	for (size_t i = 0; i < d->later_count; i++) {
		around = d->later[i].around;
		if (!load_steps(d, d->later[i].flow, &around,
			d->later[i].steps))
			return false;
	}
	return definition_add(d, q, y);
}

static bool
load_sequences(struct definition *d, const struct node *list)
{
	if (list->type != NODE_LIST)
		return doc_error(&d->doc, list, "expected a list of sequences");
	for (const struct node *y = list->child; y != NULL; y = y->next)
		if (node_get(y, "file") != NULL    ? !symphony_load_index(d, y)
			: node_get(y, "movements") ? !symphony_load(d, y)
						   : !load_sequence(d, y))
			return false;
	return true;
}

static bool
load_handlers(struct definition *d, const struct node *list)
{
	const struct catalog_step nothing = { .sequence = NULL };

	if (list->type != NODE_LIST)
		return doc_error(&d->doc, list, "expected a list of handlers");
	for (const struct node *y = list->child; y != NULL; y = y->next)
		if (load_step(d, &nothing, y) == NULL)
			return false;
	settle_steps(d, true);
	return true;
}

/* Whatever ROOT defines; *HAS_ANY if that is something. */
static bool
load_root(struct definition *d, const struct node *root, bool *has_any)
{
	static const char *const keys[] = { "movements", "steps", "sequences",
		"topics", "routes", "handlers" };
	bool (*const load[])(struct definition *,
	    const struct node *) = { symphony_load, load_sequence,
		load_sequences, symphony_load_topics, symphony_load_topics,
		load_handlers };
	const struct node *y;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		y = node_get(root, keys[i]);
		if (y == NULL)
			continue;
		*has_any = true;
		d->c->has_topics |= strcmp(keys[i], "topics") == 0;
		if (!load[i](d, i < 2 ? root : y))
			return false;
	}
	return true;
}

bool
definition_load(struct catalog *c, struct map *modules, const char *path,
    bool *has_any)
{
	struct definition d = { .c = c, .modules = modules };
	bool ok;

	*has_any = false;
	d.file = arena_copy(&c->arena, slice_of(path)).ptr;
	ok = doc_load_file(&d.doc, d.file) &&
	    load_root(&d, d.doc.root, has_any);
	if (!ok)
		warn("%s", d.doc.error);
	doc_free(&d.doc);
	free(d.fresh);
	free(d.later);
	return ok;
}
