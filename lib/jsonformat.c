/* SPDX-License-Identifier: MIT */
#include "tele/jsonformat.h"

#include <stdio.h>

/* What is being loaded, for messages and memory. */
struct loader {
	struct doc *doc;
	struct arena *arena;
	struct field_names *names;
	struct json_format *f;
	struct json_place *at; /* whose record is being read */
};

/* The picker of the object UP levels around the records that are read. */
static struct picker *
picker_around(void *arg, int up)
{
	struct loader *l = arg;
	struct json_place *place = l->at;

	while (place != NULL && up-- > 0)
		place = place->around;
	if (place == NULL || place == l->at)
		return NULL;
	if (!place->has_picker) {
		picker_init(&place->picker);
		place->has_picker = true;
	}
	return &place->picker;
}

static struct json_place *
child_place(struct loader *l, struct json_place *place, bool is_array,
    struct slice key)
{
	struct json_place **link = &place->child;

	while (*link != NULL &&
	    ((*link)->is_array != is_array || !slice_equal((*link)->key, key)))
		link = &(*link)->sibling;
	if (*link == NULL) {
		*link = arena_alloc(l->arena, sizeof(**link));
		**link = (struct json_place){ .is_array = is_array,
			.key = key,
			.around = is_array ? place->around : place };
	}
	return *link;
}

/*
 * The place that PATH names: names with dots between them, `[]` for the items
 * of an array; `$` is the document itself.
 */
static bool
find_place(struct loader *l, const struct node *at, struct slice path,
    struct json_place **place)
{
	const char *p = path.ptr, *end = p + path.len, *stop;

	*place = l->f->root;
	if (slice_equal(path, SLICE("$")))
		return true;
	while (p < end) {
		if (end - p >= 2 && p[0] == '[' && p[1] == ']') {
			*place = child_place(l, *place, true, SLICE(""));
			p += 2;
		} else {
			for (stop = p;
			     stop < end && *stop != '.' && *stop != '[';)
				stop++;
			if (stop == p)
				return doc_error(l->doc, at,
				    "broken path '%.*s'", (int)path.len,
				    path.ptr);
			*place = child_place(l, *place, false,
			    slice_range(p, stop));
			p = stop;
		}
		if (p < end && *p == '.')
			p++;
	}
	return true;
}

static bool
load_places(struct loader *l, const struct node *y)
{
	const struct json_scope scope = { l->doc, l->arena, l->names,
		picker_around, l };
	const struct node *list = node_get(y, "each");

	if (list == NULL)
		return doc_error(l->doc, y, "a record needs 'each'");
	for (const struct node *i = node_first(list); i != NULL;
	     i = node_next(list, i)) {
		if (i->type != NODE_TEXT)
			return doc_error(l->doc, i, "expected a path");
		if (!find_place(l, i, i->text, &l->at))
			return false;
		if (l->at->record != NULL)
			return doc_error(l->doc, i,
			    "'%.*s' has records already", (int)i->text.len,
			    i->text.ptr);
		l->at->record = arena_alloc(l->arena, sizeof(*l->at->record));
		if (!json_record_load(&scope, y, l->at->record))
			return false;
	}
	return true;
}

/* `{in: processes, as: serviceName}`. */
static bool
load_names_in(struct loader *l, const struct node *y, struct json_names *n)
{
	static const char *const keys[] = { "in", "as", "key", NULL };
	const struct node *in = node_get(y, "in"), *as = node_get(y, "as");
	const struct node *key = node_get(y, "key");

	if (!node_check_keys(l->doc, y, keys))
		return false;
	if (in == NULL || as == NULL)
		return doc_error(l->doc, y, "'names' needs 'in' and 'as'");
	n->in = in->text;
	n->name = picker_add(&n->picker, as->text);
	n->key = key != NULL ? picker_add(&n->picker, key->text) : -1;
	return true;
}

static bool
load_names(struct loader *l, const struct node *list)
{
	struct json_format *f = l->f;

	for (const struct node *y = node_first(list); y != NULL;
	     y = node_next(list, y)) {
		if (f->name_count == JSON_NAMES)
			return doc_error(l->doc, y, "too many 'names'");
		picker_init(&f->names[f->name_count].picker);
		if (!load_names_in(l, y, &f->names[f->name_count++]))
			return false;
	}
	return true;
}

static bool
load(struct loader *l, const struct node *root)
{
	const struct node *records = node_get(root, "records");
	const struct node *lenient = node_get(root, "lenient");
	const struct node *keep = node_get(root, "keep_in");
	struct json_format *f = l->f;

	f->is_lenient = lenient != NULL &&
	    slice_equal(lenient->text, SLICE("true"));
	if (keep != NULL)
		f->keep_in = keep->text;
	f->renamed = node_get(root, "renamed");
	if (!load_names(l, node_get(root, "names")))
		return false;
	if (records == NULL || records->type != NODE_LIST)
		return doc_error(l->doc, root, "the format needs 'records'");
	for (const struct node *y = records->child; y != NULL; y = y->next)
		if (!load_places(l, y))
			return false;
	return true;
}

struct json_format *
json_format_load(struct doc *doc, struct arena *arena,
    struct field_names *names)
{
	struct json_format *f = arena_alloc(arena, sizeof(*f));
	struct loader l = { doc, arena, names, f, NULL };

	*f = (struct json_format){ .doc = doc };
	f->root = arena_alloc(arena, sizeof(*f->root));
	*f->root = (struct json_place){ 0 };
	if (load(&l, doc->root))
		return f;
	json_format_free(f);
	return NULL;
}

/* As deep as the paths of the format file. */
static void
free_places(struct json_place *place)
{
	for (; place != NULL; place = place->sibling) {
		if (place->record != NULL)
			json_record_free(place->record);
		if (place->has_picker)
			picker_free(&place->picker);
		free_places(place->child);
	}
}

void
json_format_free(struct json_format *f)
{
	for (int i = 0; i < f->name_count; i++)
		picker_free(&f->names[i].picker);
	free_places(f->root);
}

/* --- what the command line adds ------------------------------------------- */

/* A source of RECORD alone, for there is nothing else that it can mean. */
static struct picker *
own_picker(void *arg, int up)
{
	struct json_record *r = arg;

	return up == 0 ? &r->picker : NULL;
}

/* Read the field TO of all records of PLACE and below from TEXT, too. */
static bool
add(struct json_scope *scope, struct json_place *place, int to,
    struct slice text, bool is_first)
{
	struct json_source source;

	for (; place != NULL; place = place->sibling) {
		scope->arg = place->record;
		if (place->record != NULL &&
		    !json_source_parse(scope, NULL, text, &source))
			return false;
		if (place->record != NULL &&
		    !json_record_add(place->record, scope->arena, to, &source,
			is_first))
			return doc_error(scope->doc, NULL, "too many fields");
		if (!add(scope, place->child, to, text, is_first))
			return false;
	}
	return true;
}

/* What is known by PATH may be a member of what the format keeps in. */
static bool
keep_path(const struct json_format *f, struct json_scope *scope, int to,
    struct slice path)
{
	size_t size = f->keep_in.len + path.len + sizeof("[] | json");
	char *longer = arena_alloc(scope->arena, size);
	int len;

	len = snprintf(longer, size, "%.*s | json", (int)path.len, path.ptr);
	if (!add(scope, f->root, to, (struct slice){ longer, (size_t)len },
		false))
		return false;
	if (f->keep_in.len == 0)
		return true;
	longer = arena_alloc(scope->arena, size);
	len = snprintf(longer, size, "%.*s[%.*s] | json", (int)f->keep_in.len,
	    f->keep_in.ptr, (int)path.len, path.ptr);
	return add(scope, f->root, to, (struct slice){ longer, (size_t)len },
	    false);
}

bool
json_format_keep(struct json_format *f, struct arena *arena, int to,
    struct slice path)
{
	struct json_scope scope = { f->doc, arena, NULL, own_picker, NULL };
	const struct node *y = f->renamed != NULL ? f->renamed->child : NULL;

	if (!keep_path(f, &scope, to, path))
		return false;
	/* `http.request.method: http.method`: either is found by either. */
	for (; y != NULL; y = y->next) {
		if (slice_equal(y->key, path) &&
		    !keep_path(f, &scope, to, y->text))
			return false;
		if (slice_equal(y->text, path) &&
		    !keep_path(f, &scope, to, y->key))
			return false;
	}
	return true;
}

/* A record of the root that any of some keys tells is told by TEXT, too. */
static bool
add_any(struct json_scope *scope, struct json_record *r, struct slice text)
{
	struct json_source *sources;
	size_t n;

	if (r == NULL || r->any.count == 0)
		return true;
	n = (size_t)r->any.count;
	sources = arena_alloc(scope->arena, (n + 1) * sizeof(*sources));
	memcpy(sources, r->any.sources, n * sizeof(*sources));
	r->any.sources = sources;
	scope->arg = r;
	return json_source_parse(scope, NULL, text, &sources[r->any.count++]);
}

/* TEXT with the conversion that the field TO wants, if it names none. */
static struct slice
with_conversion(struct arena *arena, int to, struct slice text)
{
	const char *as = to == EVENT_TIME || to == FIELD_END   ? "time"
	    : to == EVENT_DURATION_MS || to == EVENT_WAIT_MS   ? "duration"
	    : to == EVENT_LEVEL                                ? "level"
	    : to == EVENT_STATUS                               ? "otlp-status"
	    : to == EVENT_LINKS                                ? "links"
	    : to == EVENT_ERROR_STACK                          ? "stack"
	    : to == EVENT_MESSAGE || to == EVENT_ERROR_MESSAGE ? "json"
							       : "text";
	size_t size = text.len + 24;
	char *longer;
	int len;

	if (memchr(text.ptr, '|', text.len) != NULL)
		return text;
	longer = arena_alloc(arena, size);
	len = snprintf(longer, size, "%.*s | %s", (int)text.len, text.ptr, as);
	return (struct slice){ longer, (size_t)len };
}

bool
json_format_map(struct json_format *f, struct arena *arena, int to,
    struct slice text)
{
	struct json_scope scope = { f->doc, arena, NULL, own_picker, NULL };

	text = with_conversion(arena, to, text);
	return add(&scope, f->root, to, text, true) &&
	    add_any(&scope, f->root->record, text);
}

double
json_format_precision(const struct json_format *f)
{
	int needs;

	if (f->root->record == NULL)
		return 0.1; /* containers by name are beyond doubt */
	needs = f->root->record->needs.count;
	return needs < 9 ? 0.01 * needs : 0.09;
}
