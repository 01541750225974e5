/* SPDX-License-Identifier: MIT */
#include "tele/jsonrule.h"

/* A record that is being loaded. */
struct loader {
	struct json_scope scope;
	const struct json_scope *outer;
	struct json_record *record;
};

/* The record's own picker, or one around it. */
static struct picker *
picker_of(void *arg, int up)
{
	struct loader *l = arg;

	return up == 0 ? &l->record->picker
		       : l->outer->around(l->outer->arg, up);
}

static bool
load_key(struct loader *l, const struct node *map, const char *name,
    struct json_key *key)
{
	return json_sources_load(&l->scope, node_get(map, name), &key->sources,
	    &key->count);
}

/* What comes of no path, or only of one that makes the right text. */
static bool
check_field(struct loader *l, const struct node *y, const struct json_field *f)
{
	bool is_list = f->to < EVENT_KEYS &&
	    event_keys[f->to].type == EVENT_STRINGS;

	if (f->to == EVENT_KIND || f->to == EVENT_SELF_MS ||
	    f->to == EVENT_SRC || f->to == EVENT_SRC_LINE ||
	    (is_list && f->to != EVENT_LINKS))
		return doc_error(l->scope.doc, y, "no path can be '%.*s'",
		    (int)y->key.len, y->key.ptr);
	for (int i = 0; i < f->source_count; i++)
		if ((f->sources[i].as == JSON_AS_LINKS ||
			f->sources[i].as == JSON_AS_REFERENCES) != is_list)
			return doc_error(l->scope.doc, y,
			    "'%.*s' needs another conversion", (int)y->key.len,
			    y->key.ptr);
	return true;
}

static bool
load_fields(struct loader *l, const struct node *map, struct json_field *fields,
    int *count)
{
	if (map == NULL)
		return true;
	if (map->type != NODE_MAP)
		return doc_error(l->scope.doc, map, "expected keys and paths");
	for (const struct node *y = map->child; y != NULL; y = y->next) {
		if (*count == JSON_RULE_FIELDS)
			return doc_error(l->scope.doc, y, "too many fields");
		if (!json_field_load(&l->scope, y, &fields[*count]) ||
		    !check_field(l, y, &fields[*count]))
			return false;
		(*count)++;
	}
	return true;
}

/* `with: {level: info}`. */
static bool
load_constants(struct loader *l, const struct node *map, struct json_rule *r)
{
	const struct node *first = map != NULL ? map->child : NULL;
	struct json_constant *c;
	size_t n = 0;
	char *json;

	if (map != NULL && map->type != NODE_MAP)
		return doc_error(l->scope.doc, map, "expected keys and values");
	for (const struct node *y = first; y != NULL; y = y->next)
		n++;
	r->constants = arena_alloc(l->scope.arena,
	    (n + 1) * sizeof(*r->constants));
	for (const struct node *y = first; y != NULL; y = y->next) {
		c = &r->constants[r->constant_count++];
		c->field = event_key_of(y->key);
		if (c->field < 0 || event_keys[c->field].type != EVENT_STRING ||
		    c->field == EVENT_TIME || c->field == EVENT_KIND ||
		    c->field == EVENT_SRC)
			return doc_error(l->scope.doc, y,
			    "no text can be '%.*s'", (int)y->key.len,
			    y->key.ptr);
		json = arena_alloc(l->scope.arena,
		    y->text.len * 6 + 16 + WIDE_SLACK);
		c->json = (struct slice){ json, json_escape(json, y->text) };
	}
	return true;
}

/* What all rules of the record share, but for what R says itself. */
static void
share_fields(const struct json_record *record, struct json_rule *r)
{
	int own = r->field_count;

	for (int i = 0; i < record->field_count; i++) {
		bool is_own = false;

		for (int j = 0; j < own; j++)
			is_own |= r->fields[j].to == record->fields[i].to;
		if (!is_own && r->field_count < JSON_RULE_FIELDS)
			r->fields[r->field_count++] = record->fields[i];
	}
}

/* Count in COUNTS[PATH] how many sources of R each path of the record is. */
static size_t
count_uses(const struct json_rule *r, uint16_t *counts)
{
	const struct json_source *s;
	size_t n = 0;

	for (int i = 0; i < r->field_count; i++)
		for (int j = 0; j < r->fields[i].source_count; j++) {
			s = &r->fields[i].sources[j];
			if (s->up > 0)
				continue;
			counts[s->path]++;
			n++;
		}
	return n;
}

/* Put each source of R where NEXT says of its path, or among the outer ones. */
static void
put_uses(struct json_rule *r, uint16_t *next)
{
	const struct json_source *s;

	for (int i = 0; i < r->field_count; i++)
		for (int j = 0; j < r->fields[i].source_count; j++) {
			s = &r->fields[i].sources[j];
			if (s->up == 0) {
				r->uses[next[s->path]++] = (struct json_use){
					(uint8_t)i, (uint8_t)j
				};
			} else {
				r->outer |= UINT64_C(1) << i;
				r->outer_sources[i] |= UINT64_C(1) << j;
			}
		}
}

/* Know by each path of the record what it is for. */
static void
index_rule(struct json_rule *r, const struct picker *picker,
    struct arena *arena)
{
	size_t paths = (size_t)picker->tree.path_count, n;
	uint16_t *first = arena_alloc(arena, (paths + 2) * sizeof(*first));

	/* Two places ahead, so that putting them in leaves the starts. */
	memset(first, 0, (paths + 2) * sizeof(*first));
	n = count_uses(r, first + 2);
	for (size_t i = 2; i < paths + 2; i++)
		first[i] = (uint16_t)(first[i] + first[i - 1]);
	r->uses = arena_alloc(arena, (n + 1) * sizeof(*r->uses));
	r->outer = 0;
	memset(r->outer_sources, 0, sizeof(r->outer_sources));
	put_uses(r, first + 1);
	r->first_use = first;
}

/* What must be there for the conditions of R. */
static void
note_required(struct json_rule *r)
{
	for (int i = 0; i < r->condition_count; i++) {
		const struct json_condition *c = &r->conditions[i];

		if (c->source.up == 0 && !c->is_absent)
			r->required[c->source.path / 64] |= UINT64_C(1)
			    << (c->source.path % 64);
	}
}

/* Records within a record see nothing of what is around them. */
static struct picker *
nothing_around(void *arg, int up)
{
	(void)arg;
	(void)up;
	return NULL;
}

static bool
load_inside(struct loader *l, const struct node *map,
    struct json_record **inside, struct json_source *list)
{
	const struct node *y = node_get(map, "inside");
	const struct node *each = node_get(y, "each");
	struct json_scope scope = l->scope;

	if (y == NULL)
		return true;
	if (each == NULL || each->type != NODE_TEXT)
		return doc_error(l->scope.doc, y, "'inside' needs 'each'");
	if (!json_source_parse(&l->scope, each, each->text, list))
		return false;
	*inside = arena_alloc(l->scope.arena, sizeof(**inside));
	scope.around = nothing_around;
	return json_record_load(&scope, y, *inside);
}

static bool
load_kind(struct loader *l, const struct node *y, struct json_rule *r)
{
	int kind = 0;

	while (event_kind_names[kind] != NULL &&
	    !slice_equal(y->text, slice_of(event_kind_names[kind])))
		kind++;
	if (event_kind_names[kind] == NULL)
		return doc_error(l->scope.doc, y, "unknown kind '%.*s'",
		    (int)y->text.len, y->text.ptr);
	r->kind = (enum event_kind)kind;
	if (r->action != JSON_EMIT && !event_kind_is_work(r->kind))
		return doc_error(l->scope.doc, y, "no work is '%.*s'",
		    (int)y->text.len, y->text.ptr);
	return true;
}

/* `name: args.name`, `of: pid`. */
static bool
load_name(struct loader *l, const struct node *rule, struct json_rule *r)
{
	const struct node *name = node_get(rule, "name");
	const struct node *of = node_get(rule, "of");

	r->action = JSON_NAME;
	if (of == NULL || of->type != NODE_TEXT || name->type != NODE_TEXT)
		return doc_error(l->scope.doc, name, "'name' needs 'of'");
	return json_source_parse(&l->scope, name, name->text, &r->value) &&
	    json_source_parse(&l->scope, of, of->text, &r->key);
}

static bool
load_action(struct loader *l, const struct node *rule, struct json_rule *r)
{
	static const char *const names[] = { "emit", "begin", "finish" };
	const struct node *y;

	for (int i = 0; i < 3; i++) {
		y = node_get(rule, names[i]);
		if (y != NULL) {
			r->action = (enum json_action)i;
			return load_kind(l, y, r);
		}
	}
	if (node_get(rule, "name") != NULL)
		return load_name(l, rule, r);
	r->action = node_get(rule, "mark") != NULL ? JSON_MARK : JSON_IGNORE;
	y = node_get(rule, "ignore");
	return r->action == JSON_MARK ||
	    (y != NULL && slice_equal(y->text, SLICE("true"))) ||
	    doc_error(l->scope.doc, rule,
		"a rule needs 'emit', 'begin', 'finish', 'name', 'mark' or "
		"'ignore'");
}

static bool
load_rule(struct loader *l, const struct node *y, struct json_rule *r)
{
	static const char *const keys[] = { "emit", "begin", "finish", "name",
		"of", "when", "fields", "pair", "mark", "from", "ignore",
		"suffix", "inside", "with", NULL };
	const struct node *suffix = node_get(y, "suffix");

	*r = (struct json_rule){ .node = y };
	if (suffix != NULL)
		r->id_suffix = suffix->text;
	r->fields = arena_alloc(l->scope.arena,
	    JSON_RULE_FIELDS * sizeof(*r->fields));
	if (!node_check_keys(l->scope.doc, y, keys) || !load_action(l, y, r) ||
	    !json_conditions_load(&l->scope, node_get(y, "when"),
		&r->conditions, &r->condition_count) ||
	    !load_fields(l, node_get(y, "fields"), r->fields,
		&r->field_count) ||
	    !load_constants(l, node_get(y, "with"), r) ||
	    !load_key(l, y, "pair", &r->pair) ||
	    !load_key(l, y, "mark", &r->mark) ||
	    !load_key(l, y, "from", &r->from) ||
	    !load_inside(l, y, &r->inside, &r->inside_list))
		return false;
	share_fields(l->record, r);
	note_required(r);
	return true;
}

static bool
load_rules(struct loader *l, const struct node *y)
{
	const struct node *rules = node_get(y, "rules");
	struct json_record *r = l->record;

	if (rules == NULL || rules->type != NODE_LIST)
		return doc_error(l->scope.doc, y, "a record needs 'rules'");
	r->rules = arena_alloc(l->scope.arena,
	    ((size_t)node_count(rules) + 1) * sizeof(*r->rules));
	for (const struct node *i = rules->child; i != NULL; i = i->next)
		if (!load_rule(l, i, &r->rules[r->rule_count++]))
			return false;
	for (int i = 0; i < r->rule_count; i++)
		index_rule(&r->rules[i], &r->picker, l->scope.arena);
	return true;
}

bool
json_record_load(const struct json_scope *outer, const struct node *y,
    struct json_record *r)
{
	static const char *const keys[] = { "each", "needs", "any", "rules",
		"fields", "inside", NULL };
	struct loader l = { .scope = *outer, .outer = outer, .record = r };

	l.scope.around = picker_of;
	l.scope.arg = &l;
	*r = (struct json_record){ 0 };
	picker_init(&r->picker);
	r->fields = arena_alloc(l.scope.arena,
	    JSON_RULE_FIELDS * sizeof(*r->fields));
	return node_check_keys(l.scope.doc, y, keys) &&
	    load_key(&l, y, "needs", &r->needs) &&
	    load_key(&l, y, "any", &r->any) &&
	    load_fields(&l, node_get(y, "fields"), r->fields,
		&r->field_count) &&
	    load_inside(&l, y, &r->inside, &r->inside_list) &&
	    load_rules(&l, y);
}

void
json_record_free(struct json_record *r)
{
	picker_free(&r->picker);
	for (int i = 0; i < r->rule_count; i++)
		if (r->rules[i].inside != NULL)
			json_record_free(r->rules[i].inside);
	if (r->inside != NULL)
		json_record_free(r->inside);
}

/* The field TO of R, made if it is new; NULL if there is no room. */
static struct json_field *
field_to(struct json_rule *r, int to)
{
	for (int i = 0; i < r->field_count; i++)
		if (r->fields[i].to == to)
			return &r->fields[i];
	if (r->field_count == JSON_RULE_FIELDS)
		return NULL;
	r->fields[r->field_count] = (struct json_field){ .to = to };
	return &r->fields[r->field_count++];
}

bool
json_record_add(struct json_record *r, struct arena *arena, int to,
    const struct json_source *source, bool is_first)
{
	struct json_source *sources;
	struct json_field *f;
	size_t n;

	for (int i = 0; i < r->rule_count; i++) {
		f = field_to(&r->rules[i], to);
		if (f == NULL || f->source_count == JSON_SOURCES)
			return false;
		n = (size_t)f->source_count;
		sources = arena_alloc(arena, (n + 1) * sizeof(*sources));
		if (n > 0)
			memcpy(sources + is_first, f->sources,
			    n * sizeof(*sources));
		sources[is_first ? 0 : n] = *source;
		f->sources = sources;
		f->source_count++;
		index_rule(&r->rules[i], &r->picker, arena);
	}
	return true;
}

static bool
has(const struct json_record *r, const struct json_source *s)
{
	return s->up > 0 || picker_has(&r->picker, s->path);
}

bool
json_record_fits(const struct json_record *r)
{
	bool has_any = r->any.count == 0;

	for (int i = 0; i < r->any.count && !has_any; i++)
		has_any = has(r, &r->any.sources[i]);
	for (int i = 0; i < r->needs.count && has_any; i++)
		has_any = has(r, &r->needs.sources[i]);
	return has_any;
}
