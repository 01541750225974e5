/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/jsontext.h"
#include "tele/path.h"
#include "tele/production.h"

enum { KEY_MAX = 4096 };

const char *const production_class_names[] = { "both", "production", "tests",
	"neither", "unmapped", NULL };

/*
 * What events of the same names are.  A guest has a place within the function,
 * and another name: a callback, say.  Several of them may run in one execution
 * of the function, which did not run more often than the most frequent.
 */
struct resolved {
	struct coverage_function *function; /* or NULL: unmapped */
	struct unmapped *unmapped;          /* or NULL: too many */
	bool is_guest;
	uint64_t count, errors; /* of guests */
};

void
production_init(struct production *p, struct coverage *c, size_t max_names)
{
	*p = (struct production){ .coverage = c, .max_names = max_names };
	map_init(&p->owners, sizeof(struct coverage_function *));
	map_init(&p->known, sizeof(struct resolved));
	map_init(&p->unmapped, sizeof(struct unmapped));
}

void
production_free(struct production *p)
{
	map_free(&p->owners);
	map_free(&p->known);
	map_free(&p->unmapped);
	key_free(&p->key);
	arena_free(&p->arena);
}

/*
 * The function of FILE that an index has at LINE: one of its name that begins
 * there; or the only one of its name, for tools do not agree where a function
 * begins.
 */
static struct coverage_function *
same_function(struct production *p, const struct coverage_file *file,
    struct slice name, uint32_t line)
{
	const struct coverage_namesakes *n = coverage_named(p->coverage, file,
	    name);

	return n != NULL && n->count == 1
	    ? n->first
	    : coverage_function(p->coverage, file, name, line);
}

void
production_add_index(struct production *p, const struct codeindex *index)
{
	const struct code_tag *tag;
	struct coverage_file *file;
	struct coverage_function *f;

	p->is_chosen = true;
	coverage_begin_report(p->coverage);
	for (size_t i = 0; i < index->count; i++) {
		tag = index->tags[i];
		if (tag->class != CODE_DEFINITION)
			continue;
		file = coverage_add_file(p->coverage, tag->file);
		f = same_function(p, file, tag->name, tag->line);
		if (f == NULL)
			f = coverage_add(p->coverage, file, tag->name,
			    tag->line, tag->end);
		if (f->end == 0 && tag->end >= f->line)
			f->end = tag->end;
		f->is_chosen = true;
	}
}

/* The function that HANDLER of PLUGIN is, if only one can be meant. */
static struct coverage_function *
function_of_handler(struct production *p, struct slice handler,
    struct slice plugin, struct slice context)
{
	const struct code_tag *found[CODE_FOUND_MAX];
	size_t tied;

	return codeindex_find(&p->coverage->names, handler, plugin, context,
		   found, &tied) > 0 &&
		tied == 1
	    ? found[0]->owner
	    : NULL;
}

static struct slice
owner_key(struct arena *scratch, struct slice handler, struct slice plugin)
{
	char *key = arena_alloc(scratch, handler.len + plugin.len + 1);

	memcpy(key, handler.ptr, handler.len);
	key[handler.len] = '\n';
	memcpy(key + handler.len + 1, plugin.ptr, plugin.len);
	return (struct slice){ key, handler.len + plugin.len + 1 };
}

/* A documented handler: a function of the code, or one by itself. */
static void
add_handler(struct production *p, const struct catalog_step *step)
{
	struct arena scratch = { 0 };
	struct slice key = owner_key(&scratch, step->handler, step->plugin);
	struct coverage_function **f = map_put(&p->owners, key, NULL);
	struct coverage_file *file = NULL;

	arena_free(&scratch);
	if (*f == NULL && step->code_file.len > 0) {
		file = coverage_add_file(p->coverage, step->code_file);
		*f = coverage_function(p->coverage, file, step->handler, 0);
	} else if (*f == NULL) {
		*f = function_of_handler(p, step->handler, step->plugin,
		    step->name);
	}
	if (*f == NULL)
		*f = coverage_add(p->coverage, file, step->handler,
		    (uint32_t)strtoul(step->code_line.ptr ? step->code_line.ptr
							  : "",
			NULL, 10),
		    0);
	(*f)->is_chosen = true;
	if ((*f)->handler.len == 0) {
		(*f)->handler = step->handler;
		(*f)->plugin = step->plugin;
		(*f)->service = step->service;
	}
}

void
production_add_catalog(struct production *p, const struct catalog *c)
{
	const struct catalog_chain *chain;
	const struct catalog_step *step;

	p->is_chosen = true;
	coverage_begin_report(p->coverage);
	for (size_t i = 0; i < c->by_handler.count; i++) {
		chain = (const void *)c->by_handler.entries[i]->value;
		for (step = chain->first; step; step = step->same_handler)
			add_handler(p, step);
	}
}

/* What is behind the last `.`, `:`, `#` or `/` of NAME. */
static struct slice
last_part(struct slice name)
{
	size_t at = name.len;

	while (at > 0 && strchr(".:#/", name.ptr[at - 1]) == NULL)
		at--;
	return slice_range(name.ptr + at, name.ptr + name.len);
}

/* The function at the place that EV states; *IS_GUEST if it has another name.
 */
static struct coverage_function *
function_at_place(struct production *p, const struct event *ev,
    struct arena *scratch, bool *is_guest)
{
	struct slice path = json_canonical(scratch,
	    event_get(ev, EVENT_CODE_FILE));
	struct slice name = json_canonical(scratch,
	    event_get(ev, EVENT_CODE_FUNCTION));
	struct slice digits = event_get(ev, EVENT_CODE_LINE);
	struct coverage_file *file = coverage_file(p->coverage, path);
	struct coverage_function *f = NULL;

	if (file == NULL)
		return NULL;
	if (name.len > 0)
		f = coverage_function(p->coverage, file, name, 0);
	if (f == NULL && name.len > 0)
		f = coverage_function(p->coverage, file, last_part(name), 0);
	if (f == NULL && digits.len > 0 && digits.len < 10) {
		f = coverage_at(file, (uint32_t)strtoul(digits.ptr, NULL, 10));
		*is_guest = name.len > 0;
	}
	return f;
}

static struct coverage_function *
function_of(struct production *p, const struct event *ev, bool *is_guest)
{
	struct arena scratch = { 0 };
	struct slice handler = json_canonical(&scratch,
	    event_get(ev, EVENT_HANDLER));
	struct slice plugin = json_canonical(&scratch,
	    event_get(ev, EVENT_PLUGIN));
	struct coverage_function *f = NULL, **known;

	if (handler.len == 0 && ev->kind == KIND_HANDLER)
		handler = json_canonical(&scratch, event_get(ev, EVENT_NAME));
	if (event_has(ev, EVENT_CODE_FILE))
		f = function_at_place(p, ev, &scratch, is_guest);
	if (f == NULL && handler.len > 0) {
		*is_guest = false;
		known = map_get(&p->owners,
		    owner_key(&scratch, handler, plugin));
		f = known != NULL ? *known
				  : function_of_handler(p, handler, plugin,
					event_get(ev, EVENT_EVENT));
	}
	arena_free(&scratch);
	return f;
}

/* Something that production runs and that is not in the code. */
static struct unmapped *
unmapped_of(struct production *p, const struct event *ev)
{
	struct arena scratch = { 0 };
	struct slice name = event_get(ev, EVENT_HANDLER);
	struct slice owner = event_get(ev, EVENT_PLUGIN), key;
	struct unmapped *u;

	if (name.len == 0)
		name = event_get(ev, EVENT_NAME);
	if (owner.len == 0)
		owner = event_get(ev, EVENT_SERVICE);
	key = owner_key(&scratch, json_canonical(&scratch, name),
	    json_canonical(&scratch, owner));
	u = map_get(&p->unmapped, key);
	if (u == NULL && p->unmapped.count < p->max_names) {
		u = map_put(&p->unmapped, key, NULL);
		u->is_handler = event_has(ev, EVENT_HANDLER);
		u->name = sighting_keep(&p->arena, name);
		u->plugin = sighting_keep(&p->arena,
		    event_get(ev, EVENT_PLUGIN));
		u->service = sighting_keep(&p->arena,
		    event_get(ev, EVENT_SERVICE));
	}
	arena_free(&scratch);
	return u;
}

static struct resolved
resolve(struct production *p, const struct event *ev)
{
	struct resolved r = { .unmapped = NULL };

	r.function = function_of(p, ev, &r.is_guest);
	if (r.function == NULL)
		r.unmapped = unmapped_of(p, ev);
	else if (r.function->handler.len == 0) {
		r.function->handler = sighting_keep(&p->arena,
		    event_get(ev, EVENT_HANDLER));
		r.function->plugin = sighting_keep(&p->arena,
		    event_get(ev, EVENT_PLUGIN));
		r.function->service = sighting_keep(&p->arena,
		    event_get(ev, EVENT_SERVICE));
	}
	return r;
}

/* The same for events of the same names, which are looked up once. */
static struct resolved *
resolve_cached(struct production *p, const struct event *ev,
    struct resolved *uncached)
{
	static const enum event_key keys[] = { EVENT_CODE_FILE, EVENT_CODE_LINE,
		EVENT_CODE_FUNCTION, EVENT_HANDLER, EVENT_PLUGIN, EVENT_SERVICE,
		EVENT_NAME, EVENT_EVENT };
	struct resolved *r;

	p->key.len = 0;
	key_add_values(&p->key, ev, keys, sizeof(keys) / sizeof(*keys));
	r = map_get(&p->known, key_text(&p->key));
	if (r != NULL)
		return r;
	*uncached = resolve(p, ev);
	if (p->known.count >= p->max_names || p->key.len > KEY_MAX)
		return uncached;
	r = map_put(&p->known, key_text(&p->key), NULL);
	*r = *uncached;
	return r;
}

static void
at_least(uint64_t *n, uint64_t least)
{
	if (*n < least)
		*n = least;
}

/* F ran once more, or a guest of it did. */
static void
count_run(struct coverage_function *f, struct resolved *r, bool is_error)
{
	if (!r->is_guest) {
		f->own++;
		f->own_errors += is_error;
	} else {
		r->count++;
		r->errors += is_error;
	}
	at_least(&f->executions, r->is_guest ? r->count : f->own);
	at_least(&f->errors, r->is_guest ? r->errors : f->own_errors);
}

static void
note_time(struct production *p, struct event_reader *r, const struct event *ev)
{
	int64_t ns;
	int digits;

	if (!event_time(r, ev, &ns, &digits))
		return;
	if (!p->has_time || ns < p->first_ns) {
		p->first_ns = ns;
		p->first_digits = digits;
	}
	if (!p->has_time || ns > p->last_ns) {
		p->last_ns = ns;
		p->last_digits = digits;
	}
	p->has_time = true;
}

void
production_add(struct production *p, struct event_reader *r,
    const struct event *ev)
{
	bool is_error = slice_equal(event_get(ev, EVENT_STATUS),
	    SLICE("error"));
	struct resolved uncached, *found;

	if (!event_kind_is_work(ev->kind))
		return;
	note_time(p, r, ev);
	p->executions += ev->kind == KIND_SEQUENCE ||
	    (ev->kind == KIND_SPAN && !event_has(ev, EVENT_PARENT));
	if (ev->kind == KIND_SEQUENCE || ev->kind == KIND_MOVEMENT)
		return;
	p->events++;
	found = resolve_cached(p, ev, &uncached);
	if (found->function != NULL) {
		count_run(found->function, found, is_error);
		sighting_add(&found->function->seen, &p->arena, ev);
	} else if (found->unmapped != NULL) {
		found->unmapped->errors += is_error;
		sighting_add(&found->unmapped->seen, &p->arena, ev);
	} else {
		p->unlisted++;
	}
}

enum production_class
production_class(const struct coverage_function *f)
{
	if (f->executions > 0)
		return f->hits > 0 ? PRODUCTION_BOTH : PRODUCTION_ONLY;
	return f->hits > 0 ? PRODUCTION_TESTS : PRODUCTION_NEITHER;
}

bool
production_has(const struct production *p, const struct coverage_function *f)
{
	return f->executions > 0 || f->is_chosen || !p->is_chosen;
}

uint64_t
production_executions(const struct production *p)
{
	return p->executions > 0 ? p->executions : p->events;
}

void
production_count(const struct production *p,
    uint64_t counts[PRODUCTION_CLASSES])
{
	const struct coverage_function *f;

	memset(counts, 0, PRODUCTION_CLASSES * sizeof(*counts));
	for (size_t i = 0; i < p->coverage->count; i++) {
		f = p->coverage->functions[i];
		if (production_has(p, f))
			counts[production_class(f)]++;
	}
	counts[PRODUCTION_UNMAPPED] = p->unmapped.count;
}
