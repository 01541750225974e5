/* SPDX-License-Identifier: MIT */
#include "tele/jsonformat.h"

/* What is being loaded, for messages and memory. */
struct loader {
	struct doc *doc;
	struct arena *arena;
	struct field_names *names;
	struct json_format *f;
	struct json_place *at; /* whose records are being read */
	struct picker *picker; /* of the record that is being read */
};

static const struct {
	struct slice name;
	enum json_conversion as;
} conversions[] = {
	{ { "text", 4 }, JSON_AS_TEXT },
	{ { "id", 2 }, JSON_AS_ID },
	{ { "ns", 2 }, JSON_AS_NS },
	{ { "us", 2 }, JSON_AS_US },
	{ { "ms", 2 }, JSON_AS_MS },
	{ { "s", 1 }, JSON_AS_S },
	{ { "time", 4 }, JSON_AS_TIME },
	{ { "duration", 8 }, JSON_AS_DURATION },
	{ { "level", 5 }, JSON_AS_LEVEL },
	{ { "otlp-level", 10 }, JSON_AS_OTLP_LEVEL },
	{ { "syslog-level", 12 }, JSON_AS_SYSLOG_LEVEL },
	{ { "otlp-status", 11 }, JSON_AS_OTLP_STATUS },
	{ { "truth", 5 }, JSON_AS_TRUTH },
	{ { "presence", 8 }, JSON_AS_PRESENCE },
	{ { "http-status", 11 }, JSON_AS_HTTP_STATUS },
	{ { "links", 5 }, JSON_AS_LINKS },
	{ { "references", 10 }, JSON_AS_REFERENCES },
	{ { "key", 3 }, JSON_AS_KEY },
};

static bool
bad(struct loader *l, const struct node *at, const char *what,
    struct slice subject)
{
	return doc_error(l->doc, at, "%s '%.*s'", what, (int)subject.len,
	    subject.ptr);
}

static struct slice
trim(struct slice s)
{
	while (s.len > 0 && *s.ptr == ' ') {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* The place UP objects around the records that are being read. */
static struct picker *
picker_around(struct loader *l, int up)
{
	struct json_place *place = l->at;

	if (up == 0)
		return l->picker;
	while (place != NULL && up-- > 0)
		place = place->around;
	if (place == NULL)
		return NULL;
	if (!place->has_picker) {
		picker_init(&place->picker);
		place->has_picker = true;
	}
	return &place->picker;
}

/* `duration_ms` of `res.duration_ms`. */
static struct slice
last_name(struct slice path)
{
	const char *p = path.ptr + path.len;

	while (p > path.ptr && p[-1] != '.' && p[-1] != '[')
		p--;
	return slice_range(p, path.ptr + path.len);
}

/* `^^resource.attributes[service.name] | conversion`. */
static bool
load_source(struct loader *l, const struct node *at, struct slice text,
    struct json_source *s)
{
	const char *bar = memchr(text.ptr, '|', text.len);
	const char *end = text.ptr + text.len;
	struct slice path = trim(slice_range(text.ptr, bar ? bar : end));
	struct slice as = bar ? trim(slice_range(bar + 1, end)) : path;
	struct picker *picker;

	*s = (struct json_source){ 0 };
	for (size_t i = 0; bar != NULL; i++) {
		if (i == sizeof(conversions) / sizeof(*conversions))
			return bad(l, at, "unknown conversion", as);
		if (slice_equal(conversions[i].name, as)) {
			s->as = conversions[i].as;
			break;
		}
	}
	while (path.len > 0 && *path.ptr == '^') {
		s->up++;
		path.ptr++;
		path.len--;
	}
	picker = s->up < JSON_LEVELS ? picker_around(l, s->up) : NULL;
	if (picker == NULL)
		return bad(l, at, "nothing is so far out:", text);
	s->name = last_name(path);
	s->path = picker_add(picker, path);
	return s->path >= 0 || bad(l, at, "too many paths at", text);
}

static void
note_source(struct json_field *f, const struct json_source *s)
{
	if (s->up > 0)
		f->is_always = true;
	else
		f->paths[s->path / 64] |= UINT64_C(1) << (s->path % 64);
}

static bool
load_field(struct loader *l, const struct node *y, struct json_field *f)
{
	*f = (struct json_field){ .to = FIELD_END };
	if (!slice_equal(y->key, SLICE("end")))
		f->to = field_of(l->names, y->key);
	if (f->to == FIELD_NONE)
		return bad(l, y, "too many fields at", y->key);
	for (const struct node *i = node_first(y); i != NULL;
	     i = node_next(y, i)) {
		if (i->type != NODE_TEXT)
			return bad(l, i, "expected a path for", y->key);
		if (f->source_count == JSON_SOURCES)
			return bad(l, i, "too many paths for", y->key);
		if (!load_source(l, i, i->text, &f->sources[f->source_count]))
			return false;
		note_source(f, &f->sources[f->source_count++]);
	}
	return true;
}

static bool
load_fields(struct loader *l, const struct node *rule, struct json_rule *r)
{
	const struct node *map = node_get(rule, "fields");
	size_t n = 0;

	if (r->action == JSON_NAME)
		return true;
	if (map == NULL || map->type != NODE_MAP)
		return doc_error(l->doc, rule, "a rule needs 'fields'");
	for (const struct node *y = map->child; y != NULL; y = y->next)
		n++;
	/* Room for what --keep adds. */
	r->fields = arena_alloc(l->arena, (n + FIELDS) * sizeof(*r->fields));
	for (const struct node *y = map->child; y != NULL; y = y->next)
		if (!load_field(l, y, &r->fields[r->field_count++]))
			return false;
	return true;
}

static bool
load_conditions(struct loader *l, const struct node *rule, struct json_rule *r)
{
	const struct node *map = node_get(rule, "when");
	struct json_condition *c;
	size_t n = 0;

	for (const struct node *y = map ? map->child : NULL; y; y = y->next)
		n++;
	r->conditions = arena_alloc(l->arena, n * sizeof(*c) + 1);
	for (const struct node *y = map ? map->child : NULL; y; y = y->next) {
		c = &r->conditions[r->condition_count++];
		*c = (struct json_condition){ 0 };
		if (!load_source(l, y, y->key, &c->source))
			return false;
		if (y->type == NODE_TEXT &&
		    (slice_equal(y->text, SLICE("present")) ||
			slice_equal(y->text, SLICE("absent")))) {
			c->is_absent = *y->text.ptr == 'a';
			continue;
		}
		c->values = arena_alloc(l->arena,
		    (size_t)node_count(y) * sizeof(*c->values) + 1);
		for (const struct node *i = node_first(y); i != NULL;
		     i = node_next(y, i))
			c->values[c->value_count++] = i->text;
	}
	return true;
}

static bool
load_pair(struct loader *l, const struct node *rule, struct json_rule *r)
{
	const struct node *keys = node_get(rule, "pair");
	const struct node *by = node_get(rule, "by");

	r->pair_keys = arena_alloc(l->arena,
	    (size_t)node_count(keys) * sizeof(*r->pair_keys) + 1);
	for (const struct node *i = node_first(keys); i != NULL;
	     i = node_next(keys, i))
		if (!load_source(l, i, i->text,
			&r->pair_keys[r->pair_key_count++]))
			return false;
	r->by_name = by != NULL && slice_equal(by->text, SLICE("name"));
	return true;
}

static bool load_record(struct loader *l, const struct node *y,
    struct json_record *r);

static bool
load_inside(struct loader *l, const struct node *rule, struct json_rule *r)
{
	const struct node *y = node_get(rule, "inside");
	const struct node *each = node_get(y, "each");
	struct loader inner = *l;

	if (y == NULL)
		return true;
	if (each == NULL || each->type != NODE_TEXT)
		return doc_error(l->doc, y, "'inside' needs 'each'");
	if (!load_source(l, each, each->text, &r->inside_list))
		return false;
	r->inside = arena_alloc(l->arena, sizeof(*r->inside));
	inner.at = NULL;
	return load_record(&inner, y, r->inside);
}

static bool
load_action(struct loader *l, const struct node *rule, struct json_rule *r)
{
	static const char *const names[] = { "emit", "begin", "finish" };
	const struct node *y = node_get(rule, "name"), *of;
	int kind;

	if (y != NULL) {
		r->action = JSON_NAME;
		of = node_get(rule, "of");
		return y->type == NODE_TEXT && of != NULL &&
		    load_source(l, y, y->text, &r->value) &&
		    load_source(l, of, of->text, &r->key);
	}

	for (int i = 0; i < 3; i++) {
		y = node_get(rule, names[i]);
		if (y == NULL)
			continue;
		r->action = (enum json_action)i;
		for (kind = 0; event_kind_names[kind] != NULL; kind++)
			if (slice_equal(y->text,
				slice_of(event_kind_names[kind])))
				break;
		if (event_kind_names[kind] == NULL)
			return bad(l, y, "unknown kind", y->text);
		r->kind = (enum event_kind)kind;
		return true;
	}
	return doc_error(l->doc, rule,
	    "a rule needs 'emit', 'begin' or 'finish'");
}

static bool
load_rule(struct loader *l, const struct node *y, struct json_rule *r)
{
	static const char *const keys[] = { "emit", "begin", "finish", "name",
		"of", "when", "fields", "pair", "by", "suffix", "inside",
		NULL };
	const struct node *suffix = node_get(y, "suffix");

	*r = (struct json_rule){ .node = y };
	if (suffix != NULL)
		r->id_suffix = suffix->text;
	return node_check_keys(l->doc, y, keys) && load_action(l, y, r) &&
	    load_conditions(l, y, r) && load_fields(l, y, r) &&
	    load_pair(l, y, r) && load_inside(l, y, r);
}

static bool
load_needs(struct loader *l, const struct node *y, struct json_record *r)
{
	const struct node *list = node_get(y, "needs");
	int n = node_count(list);

	r->needs = arena_alloc(l->arena, (size_t)n * sizeof(*r->needs) + 1);
	r->need_paths = arena_alloc(l->arena,
	    (size_t)n * sizeof(*r->need_paths) + 1);
	for (const struct node *i = node_first(list); i != NULL;
	     i = node_next(list, i)) {
		r->needs[r->need_count] = i->text;
		r->need_paths[r->need_count] = picker_add(&r->picker, i->text);
		r->need_count++;
	}
	list = node_get(y, "any");
	r->any_paths = arena_alloc(l->arena,
	    (size_t)node_count(list) * sizeof(*r->any_paths) + 1);
	for (const struct node *i = node_first(list); i != NULL;
	     i = node_next(list, i))
		r->any_paths[r->any_count++] = picker_add(&r->picker, i->text);
	return true;
}

static bool
load_record(struct loader *l, const struct node *y, struct json_record *r)
{
	static const char *const keys[] = { "each", "needs", "any", "rules",
		NULL };
	const struct node *rules = node_get(y, "rules");

	*r = (struct json_record){ 0 };
	picker_init(&r->picker);
	l->picker = &r->picker;
	if (!node_check_keys(l->doc, y, keys) || !load_needs(l, y, r))
		return false;
	if (rules == NULL || rules->type != NODE_LIST)
		return doc_error(l->doc, y, "a record needs 'rules'");
	r->rules = arena_alloc(l->arena,
	    (size_t)node_count(rules) * sizeof(*r->rules) + 1);
	for (const struct node *i = rules->child; i != NULL; i = i->next)
		if (!load_rule(l, i, &r->rules[r->rule_count++]))
			return false;
	return true;
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
				return bad(l, at, "broken path", path);
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
	const struct node *list = node_get(y, "each");

	if (list == NULL)
		return doc_error(l->doc, y, "a record needs 'each'");
	for (const struct node *i = node_first(list); i != NULL;
	     i = node_next(list, i)) {
		if (!find_place(l, i, i->text, &l->at))
			return false;
		l->f->is_lines |= l->at == l->f->root;
		l->at->record = arena_alloc(l->arena, sizeof(*l->at->record));
		if (!load_record(l, y, l->at->record))
			return false;
	}
	return true;
}

/* `names: {in: processes, as: serviceName}`. */
static void
load_names(struct loader *l, const struct node *y)
{
	const struct node *in = node_get(y, "in"), *as = node_get(y, "as");

	picker_init(&l->f->names_picker);
	if (in == NULL || as == NULL)
		return;
	l->f->names_in = in->text;
	l->f->names_path = picker_add(&l->f->names_picker, as->text);
}

struct json_format *
json_format_load(struct doc *doc, struct arena *arena,
    struct field_names *names)
{
	struct json_format *f = arena_alloc(arena, sizeof(*f));
	struct loader l = { doc, arena, names, f, NULL, NULL };
	const struct node *records = node_get(doc->root, "records");
	const struct node *lenient = node_get(doc->root, "lenient");
	const struct node *keep = node_get(doc->root, "keep_in");

	*f = (struct json_format){ 0 };
	f->root = arena_alloc(arena, sizeof(*f->root));
	*f->root = (struct json_place){ 0 };
	f->is_lenient = lenient != NULL &&
	    slice_equal(lenient->text, SLICE("true"));
	if (keep != NULL)
		f->keep_in = keep->text;
	load_names(&l, node_get(doc->root, "names"));
	if (records == NULL || records->type != NODE_LIST) {
		doc_error(doc, doc->root, "a JSON format needs 'records'");
		return NULL;
	}
	for (const struct node *y = records->child; y != NULL; y = y->next)
		if (!load_places(&l, y)) {
			json_format_free(f);
			return NULL;
		}
	return f;
}

static void
free_record(struct json_record *r)
{
	if (r == NULL)
		return;
	picker_free(&r->picker);
	for (int i = 0; i < r->rule_count; i++)
		free_record(r->rules[i].inside);
}

/* As deep as the paths of the format file. */
static void
free_places(struct json_place *place)
{
	for (; place != NULL; place = place->sibling) {
		free_record(place->record);
		if (place->has_picker)
			picker_free(&place->picker);
		free_places(place->child);
	}
}

void
json_format_free(struct json_format *f)
{
	picker_free(&f->names_picker);
	free_places(f->root);
}

static bool
keep_in_record(struct json_format *f, struct arena *arena,
    struct json_record *r, int to, struct slice path)
{
	struct json_field *field;
	char *longer;
	int n;

	for (int i = 0; r != NULL && i < r->rule_count; i++) {
		field = &r->rules[i].fields[r->rules[i].field_count++];
		*field = (struct json_field){ .to = to, .source_count = 1 };
		field->sources[0].path = picker_add(&r->picker, path);
		if (field->sources[0].path < 0)
			return false;
		note_source(field, &field->sources[0]);
		if (f->keep_in.len == 0)
			continue;
		/* `attributes[http.route]` */
		longer = arena_alloc(arena, f->keep_in.len + path.len + 2);
		memcpy(longer, f->keep_in.ptr, f->keep_in.len);
		longer[f->keep_in.len] = '[';
		memcpy(longer + f->keep_in.len + 1, path.ptr, path.len);
		longer[f->keep_in.len + 1 + path.len] = ']';
		n = picker_add(&r->picker,
		    (struct slice){ longer, f->keep_in.len + path.len + 2 });
		if (n < 0)
			return false;
		field->sources[field->source_count].path = n;
		note_source(field, &field->sources[field->source_count++]);
	}
	return true;
}

static bool
keep_in_places(struct json_format *f, struct arena *arena,
    struct json_place *place, int to, struct slice path)
{
	for (; place != NULL; place = place->sibling)
		if (!keep_in_record(f, arena, place->record, to, path) ||
		    !keep_in_places(f, arena, place->child, to, path))
			return false;
	return true;
}

bool
json_format_keep(struct json_format *f, struct arena *arena, int to,
    struct slice path)
{
	return keep_in_places(f, arena, f->root, to, path);
}
