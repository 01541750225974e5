/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/conformance.h"
#include "tele/json.h"

enum {
	OPEN_BYTES = 8 << 20, /* of executions that may go on */
	STATE_KEYS_MAX = 100, /* that one impure handler is said to change */
};

/*
 * What an execution is looked at with.  Arrays have a place for each of its
 * steps, and one more.
 */
struct conformance_walk {
	size_t cap;
	uint32_t *around;           /* whose flow a step is of, or none */
	uint32_t *first;            /* where its children begin ... */
	uint32_t *children;         /* ... in here */
	struct catalog_flow **flow; /* what is documented within it */
	struct catalog_step **step; /* which one it is */
	bool *has_error;            /* it, or what is within it */
	int32_t *labels;
	char *key;
	size_t key_len, key_cap;
	struct arena scratch;
};

static void settle(void *arg, struct execution *e);

void
conformance_init(struct conformance *x, struct catalog *c, int64_t grace_ns,
    size_t max_names)
{
	static const enum event_key keys[] = { EVENT_NAME, EVENT_SERVICE,
		EVENT_PLUGIN, EVENT_SEQUENCE, EVENT_SEQUENCE_ID, EVENT_MOVEMENT,
		EVENT_BEAT, EVENT_EVENT, EVENT_HANDLER, EVENT_CODE_FILE,
		EVENT_CODE_LINE, EVENT_SRC, EVENT_SRC_LINE };
	uint64_t set = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		set |= UINT64_C(1) << keys[i];
	*x = (struct conformance){ .catalog = c,
		.grace_ns = grace_ns,
		.max_names = max_names,
		.last_ns = INT64_MIN };
	x->executions = executions_new(set, settle, x);
	executions_limit(x->executions, OPEN_BYTES);
	x->walk = mem_zalloc(1, sizeof(*x->walk));
	map_init(&x->variants, sizeof(struct variant));
	map_init(&x->misroutings, sizeof(struct misrouting));
	map_init(&x->strangers, sizeof(struct stranger));
	map_init(&x->handlers, sizeof(struct handler_record));
}

static void
free_walk(struct conformance_walk *w)
{
	free(w->around);
	free(w->first);
	free(w->children);
	free(w->flow);
	free(w->step);
	free(w->has_error);
	free(w->labels);
	free(w->key);
	free(w);
}

void
conformance_free(struct conformance *x)
{
	struct handler_record *h;

	executions_free(x->executions);
	for (size_t i = 0; i < x->plan_count; i++)
		conform_plan_free(x->plans[i]);
	for (size_t i = 0; i < x->handlers.count; i++) {
		h = (void *)x->handlers.entries[i]->value;
		if (h->impure.count > 0)
			map_free(&h->keys);
	}
	free(x->plans);
	free_walk(x->walk);
	map_free(&x->variants);
	map_free(&x->misroutings);
	map_free(&x->strangers);
	map_free(&x->handlers);
	arena_free(&x->arena);
}

/* What KEYS are told apart by, one text after the other. */
static void
begin_key(struct conformance_walk *w)
{
	w->key_len = 0;
}

static void
add_key(struct conformance_walk *w, const void *bytes, size_t len)
{
	w->key = mem_grow(w->key, &w->key_cap, w->key_len + len + 1, 1);
	memcpy(w->key + w->key_len, bytes, len);
	w->key_len += len;
}

static void
add_key_text(struct conformance_walk *w, struct slice text)
{
	add_key(w, text.ptr, text.len);
	add_key(w, "\n", 1);
}

/* What M has for the key; NULL if that would be one more than is kept. */
static void *
find_or_add(struct conformance *x, struct map *m, bool *is_new)
{
	struct slice key = { x->walk->key, x->walk->key_len };
	void *value = map_get(m, key);

	*is_new = value == NULL;
	if (value == NULL && m->count < x->max_names)
		value = map_put(m, key, NULL);
	return value;
}

static struct slice
keep(struct conformance *x, struct slice text)
{
	return text.len > 0 ? arena_copy(&x->arena, text) : text;
}

static void
sight(struct conformance *x, struct sighting *s, const struct execution *e,
    size_t i)
{
	if (s->count++ > 0)
		return;
	s->src = keep(x, execution_value(e, i, EVENT_SRC));
	s->src_line = keep(x, execution_value(e, i, EVENT_SRC_LINE));
}

/* The name of the span, or the topic of the event. */
static struct slice
name_of(const struct execution *e, size_t i)
{
	struct slice name = execution_value(e, i, EVENT_NAME);

	return name.len > 0 ? name : execution_value(e, i, EVENT_EVENT);
}

static struct observed
observe(struct conformance *x, const struct execution *e, size_t i)
{
	return (struct observed){ .name = keep(x, name_of(e, i)),
		.service = keep(x, execution_value(e, i, EVENT_SERVICE)),
		.plugin = keep(x, execution_value(e, i, EVENT_PLUGIN)),
		.handler = keep(x, execution_value(e, i, EVENT_HANDLER)),
		.movement = keep(x, execution_value(e, i, EVENT_MOVEMENT)),
		.beat = keep(x, execution_value(e, i, EVENT_BEAT)),
		.code_file = keep(x, execution_value(e, i, EVENT_CODE_FILE)),
		.code_line = keep(x, execution_value(e, i, EVENT_CODE_LINE)) };
}

static struct conform_plan *
plan_of(struct conformance *x, struct catalog_flow *flow)
{
	if (flow->owner == NULL) {
		flow->owner = conform_plan_new(flow);
		x->plans = mem_grow(x->plans, &x->plans_cap, x->plan_count + 1,
		    sizeof(struct conform_plan *));
		x->plans[x->plan_count++] = flow->owner;
	}
	return flow->owner;
}

static struct step_record *
step_record(struct conformance *x, struct catalog_step *step)
{
	if (step->owner == NULL) {
		step->owner = arena_alloc(&x->arena,
		    sizeof(struct step_record));
		*(struct step_record *)step->owner = (struct step_record){ 0 };
	}
	return step->owner;
}

static struct sequence_record *
sequence_record(struct conformance *x, struct catalog_sequence *q)
{
	if (q->owner == NULL) {
		q->owner = arena_alloc(&x->arena,
		    sizeof(struct sequence_record));
		*(struct sequence_record *)q->owner = (struct sequence_record){
			0
		};
	}
	return q->owner;
}

/* Room for N steps, and one more. */
static void
make_room(struct conformance_walk *w, size_t n)
{
	if (n + 1 <= w->cap)
		return;
	w->cap = 2 * (n + 1);
	w->around = mem_resize(w->around, w->cap, sizeof(*w->around));
	w->first = mem_resize(w->first, w->cap, sizeof(*w->first));
	w->children = mem_resize(w->children, w->cap, sizeof(*w->children));
	w->flow = mem_resize(w->flow, w->cap, sizeof(*w->flow));
	w->step = mem_resize(w->step, w->cap, sizeof(*w->step));
	w->has_error = mem_resize(w->has_error, w->cap, sizeof(*w->has_error));
	w->labels = mem_resize(w->labels, w->cap, sizeof(*w->labels));
}

/*
 * Whether the step I is one of a flow.  Movements only group their beats; and
 * what the end of the log cut off before it got a name is nobody's.
 */
static bool
is_of_flow(const struct execution *e, size_t i)
{
	const struct step *s = &e->steps[i];

	return s->kind != KIND_MOVEMENT && s->parent != STEP_NONE &&
	    (s->status != STEP_UNFINISHED || name_of(e, i).len > 0);
}

/*
 * Whose flow each step is of: that of its parent, or of what its movement is
 * in.  And which failed, by themselves or in what is within them.
 */
static void
relate(struct conformance_walk *w, const struct execution *e)
{
	const struct step *s;
	uint32_t up;

	memset(w->first, 0, (e->count + 1) * sizeof(*w->first));
	for (size_t i = 0; i < e->count; i++) {
		s = &e->steps[i];
		up = s->parent;
		if (up != STEP_NONE && e->steps[up].kind == KIND_MOVEMENT)
			up = w->around[up];
		w->around[i] = up;
		w->flow[i] = NULL;
		w->has_error[i] = s->status == STEP_ERROR;
		if (is_of_flow(e, i))
			w->first[up + 1]++;
	}
	for (size_t i = e->count; i-- > 0;)
		if (e->steps[i].parent != STEP_NONE)
			w->has_error[e->steps[i].parent] |= w->has_error[i];
	for (size_t i = 0; i < e->count; i++)
		w->first[i + 1] += w->first[i];
}

/* The children of each, in the order of the walk. */
static void
list_children(struct conformance_walk *w, const struct execution *e)
{
	uint32_t up;

	for (size_t i = 0; i < e->count; i++) {
		up = w->around[i];
		if (is_of_flow(e, i))
			w->children[w->first[up]++] = (uint32_t)i;
	}
	/* Each `first` has moved to the next one's. */
	for (size_t i = e->count; i > 0; i--)
		w->first[i] = w->first[i - 1];
	w->first[0] = 0;
}

/* How long it took, where that is documented. */
static void
note_duration(struct conformance *x, struct step_record *r, int64_t max_ns,
    int64_t p95_ns, const struct execution *e, size_t i)
{
	int64_t ns = e->steps[i].duration_ns;

	if (ns < 0 || (max_ns < 0 && p95_ns < 0))
		return;
	if (p95_ns >= 0)
		quantile_add(&r->durations, ns);
	if (max_ns < 0 || ns <= max_ns)
		return;
	sight(x, &r->over, e, i);
	if (ns > r->longest_ns)
		r->longest_ns = ns;
}

static void
note_step(struct conformance *x, struct catalog_step *step,
    const struct execution *e, size_t i)
{
	struct step_record *r = step_record(x, step);

	if (r->seen++ == 0) {
		r->code_file = keep(x, execution_value(e, i, EVENT_CODE_FILE));
		r->code_line = keep(x, execution_value(e, i, EVENT_CODE_LINE));
	}
	note_duration(x, r, step->max_ns, step->p95_ns, e, i);
}

static bool
agrees(struct slice name, struct slice raw)
{
	return name.len == 0 || raw.len == 0 || catalog_is_name(name, raw);
}

/*
 * Whether the handler is one that is documented for the step, or for any other
 * of its name: several may serve one event, and a log shows one of them.
 */
static bool
is_routed(const struct conformance *x, const struct catalog_step *step,
    struct slice handler, struct slice plugin)
{
	if (agrees(step->handler, handler) && agrees(step->plugin, plugin))
		return true;
	for (step = catalog_step(x->catalog, step->name); step != NULL;
	     step = step->same_name)
		if (agrees(step->handler, handler) &&
		    agrees(step->plugin, plugin))
			return true;
	return false;
}

static void
check_handler(struct conformance *x, const struct catalog_step *step,
    const struct execution *e, size_t i)
{
	struct slice handler = execution_value(e, i, EVENT_HANDLER);
	struct slice plugin = execution_value(e, i, EVENT_PLUGIN);
	struct misrouting *m;
	bool is_new;

	if (is_routed(x, step, handler, plugin))
		return;
	begin_key(x->walk);
	add_key(x->walk, &step, sizeof(step));
	add_key_text(x->walk, handler);
	add_key_text(x->walk, plugin);
	m = find_or_add(x, &x->misroutings, &is_new);
	if (m == NULL)
		return;
	if (is_new) {
		m->step = step;
		m->by = observe(x, e, i);
	}
	sight(x, &m->seen, e, i);
}

/* A part of a walk: a step, and what is within it. */
struct part {
	const struct execution *e;
	size_t at;
	struct catalog_sequence *sequence;
	struct catalog_step *within; /* NULL: the sequence */
	struct conform_plan *plan;
	const uint32_t *children;
	size_t n;
	bool is_unfinished;
};

/* From which observed step on a missing one has an excuse. */
static enum excuse
excuse_of(const struct conformance_walk *w, const struct part *p, size_t *from)
{
	*from = p->n;
	if (p->is_unfinished)
		return EXCUSE_UNFINISHED;
	for (size_t i = 0; i < p->n; i++)
		if (w->has_error[p->children[i]]) {
			*from = i + 1;
			return EXCUSE_ERROR;
		}
	return w->has_error[p->at] ? EXCUSE_ERROR : EXCUSE_NONE;
}

/* Everything that tells one variant from another. */
static void
put_variant_key(struct conformance_walk *w, const struct part *p,
    enum excuse excuse, size_t from)
{
	const uint32_t numbers[] = { (uint32_t)excuse, (uint32_t)from };

	begin_key(w);
	add_key(w, &p->plan, sizeof(p->plan));
	add_key(w, numbers, sizeof(numbers));
	add_key(w, w->labels, p->n * sizeof(*w->labels));
	for (size_t i = 0; i < p->n; i++) {
		if (w->labels[i] != CONFORM_NONE)
			continue;
		add_key_text(w, name_of(p->e, p->children[i]));
		add_key_text(w,
		    execution_value(p->e, p->children[i], EVENT_SERVICE));
	}
}

static void
describe_variant(struct conformance *x, const struct part *p, struct variant *v)
{
	struct conformance_walk *w = x->walk;
	struct observed *strangers;
	int32_t *labels;
	size_t count = 0;

	for (size_t i = 0; i < p->n; i++)
		count += w->labels[i] == CONFORM_NONE;
	labels = arena_alloc(&x->arena, p->n * sizeof(*labels));
	strangers = arena_alloc(&x->arena, count * sizeof(*strangers));
	memcpy(labels, w->labels, p->n * sizeof(*labels));
	v->sequence = p->sequence;
	v->within = p->within;
	v->plan = p->plan;
	v->n = p->n;
	v->labels = labels;
	v->strangers = strangers;
	for (size_t i = 0; i < p->n; i++)
		if (labels[i] == CONFORM_NONE)
			*strangers++ = observe(x, p->e, p->children[i]);
	x->variant_bytes += 2 * p->n * sizeof(*labels) +
	    count * (sizeof(*strangers) + 256);
}

static void
note_variant(struct conformance *x, const struct part *p)
{
	struct variant *v;
	enum excuse excuse;
	size_t from;
	bool is_new;

	excuse = excuse_of(x->walk, p, &from);
	put_variant_key(x->walk, p, excuse, from);
	if (x->variant_bytes > CONFORMANCE_BYTES)
		v = map_get(&x->variants,
		    (struct slice){ x->walk->key, x->walk->key_len });
	else
		v = find_or_add(x, &x->variants, &is_new);
	if (v == NULL) {
		x->unlisted++;
		return;
	}
	if (v->plan == NULL) {
		describe_variant(x, p, v);
		v->excuse = excuse;
		v->excuse_from = from;
	}
	sight(x, &v->seen, p->e, p->at);
}

/* Compare what is within a step with its flow; false if it deviates. */
static bool
judge_part(struct conformance *x, struct part *p)
{
	struct conformance_walk *w = x->walk;
	struct catalog_step *step;
	int32_t label = -1;
	uint32_t child;

	p->plan = plan_of(x, w->flow[p->at]);
	p->children = w->children + w->first[p->at];
	p->n = w->first[p->at + 1] - w->first[p->at];
	for (size_t i = 0; i < p->n; i++) {
		child = p->children[i];
		label = conform_label(p->plan, name_of(p->e, child),
		    execution_value(p->e, child, EVENT_SERVICE), label + 1);
		w->labels[i] = label;
		if (label == CONFORM_NONE)
			continue;
		step = p->plan->labels[label].step;
		if (step->flow.is_stated)
			w->flow[child] = &step->flow;
		w->step[child] = step;
		note_step(x, step, p->e, child);
		check_handler(x, step, p->e, child);
	}
	if (!p->is_unfinished && conform_fits(p->plan, w->labels, p->n))
		return true;
	note_variant(x, p);
	return false;
}

/* The execution whose root is step ROOT, of the sequence Q. */
static void
judge(struct conformance *x, const struct execution *e, size_t root,
    struct catalog_sequence *q)
{
	struct sequence_record *r = sequence_record(x, q);
	struct conformance_walk *w = x->walk;
	struct part part = { .e = e, .sequence = q };
	bool conforms = true;

	r->judged++;
	x->judged++;
	note_duration(x, &r->whole, q->max_ns, q->p95_ns, e, root);
	w->flow[root] = q->flow.is_stated ? &q->flow : NULL;
	w->step[root] = NULL;
	for (size_t i = root;
	     i < e->count && (i == root || e->steps[i].parent != STEP_NONE);
	     i++) {
		if (w->flow[i] == NULL)
			continue;
		part.at = i;
		part.within = w->step[i];
		part.is_unfinished = e->steps[i].status == STEP_UNFINISHED &&
		    (i == root || w->first[i + 1] > w->first[i]);
		conforms &= judge_part(x, &part);
	}
	r->conforming += conforms;
	x->conforming += conforms;
}

static void
note_stranger(struct conformance *x, const struct execution *e, size_t root)
{
	struct slice id = execution_value(e, root, EVENT_SEQUENCE_ID);
	struct slice name = execution_value(e, root, EVENT_NAME);
	struct slice service = execution_value(e, root, EVENT_SERVICE);
	struct stranger *s;
	bool is_new;

	begin_key(x->walk);
	add_key_text(x->walk, id);
	add_key_text(x->walk, name);
	add_key_text(x->walk, service);
	s = find_or_add(x, &x->strangers, &is_new);
	if (s == NULL)
		return;
	if (is_new)
		*s = (struct stranger){ .name = keep(x, name),
			.id = keep(x, id),
			.service = keep(x, service),
			.plugin = keep(x,
			    execution_value(e, root, EVENT_PLUGIN)) };
	sight(x, &s->seen, e, root);
}

/* The sequence that the root step I is documented as, or NULL. */
static struct catalog_sequence *
sequence_of(struct conformance *x, const struct execution *e, size_t i)
{
	struct arena *scratch = &x->walk->scratch;
	struct slice id = { "", 0 };

	if (e->steps[i].kind == KIND_SEQUENCE)
		id = execution_value(e, i, EVENT_SEQUENCE_ID);
	return catalog_sequence(x->catalog, catalog_normal(scratch, id),
	    catalog_normal(scratch, execution_value(e, i, EVENT_NAME)),
	    catalog_normal(scratch, execution_value(e, i, EVENT_SERVICE)));
}

/*
 * Whether all of an execution was seen: steps whose parents were not have them
 * outside of what is logged, if that is one parent for all.  A sequence in a
 * log that began in the middle of it has lost its steps and its trace.
 */
static bool
is_complete(const struct execution *e)
{
	const struct step *orphan = NULL;
	size_t roots = 0, orphans = 0;

	if (e->is_piece)
		return false;
	for (size_t i = 0; i < e->count; i++) {
		const struct step *s = &e->steps[i];

		if (s->kind != KIND_MOVEMENT && s->status != STEP_UNFINISHED &&
		    name_of(e, i).len == 0)
			return false;
		if (s->parent != STEP_NONE)
			continue;
		roots++;
		if (s->kind != KIND_SEQUENCE && s->kind != KIND_SPAN)
			return false;
		if (s->parent_span == 0)
			continue;
		if (orphan != NULL && orphan->parent_span != s->parent_span)
			return false;
		orphan = s;
		orphans++;
	}
	return orphans == 0 || orphans == roots;
}

static void
settle_root(struct conformance *x, const struct execution *e, size_t root)
{
	struct catalog_sequence *q = sequence_of(x, e, root);
	const struct step *s = &e->steps[root];

	if (q == NULL && s->parent_span == 0)
		note_stranger(x, e, root);
	else if (q == NULL)
		x->incomplete++;
	if (q == NULL)
		return;
	sequence_record(x, q)->executions++;
	if (s->status == STEP_UNFINISHED && s->has_time &&
	    s->start_ns >= x->last_ns - x->grace_ns)
		x->running++;
	else if (execution_trace(e).len == 0 &&
	    (root + 1 == e->count || e->steps[root + 1].parent == STEP_NONE))
		x->incomplete++;
	else
		judge(x, e, root, q);
}

/* Sequences of which only a part was seen have been seen all the same. */
static void
note_incomplete(struct conformance *x, const struct execution *e)
{
	struct catalog_sequence *q;

	x->incomplete++;
	for (size_t i = 0; i < e->count; i++) {
		if (e->steps[i].kind != KIND_SEQUENCE)
			continue;
		q = sequence_of(x, e, i);
		if (q != NULL)
			sequence_record(x, q)->executions++;
	}
}

/* An execution is over, or as good as. */
static void
settle(void *arg, struct execution *e)
{
	struct conformance *x = arg;
	struct conformance_walk *w = x->walk;

	if (!is_complete(e)) {
		note_incomplete(x, e);
		return;
	}
	make_room(w, e->count);
	relate(w, e);
	list_children(w, e);
	for (size_t i = 0; i < e->count; i++)
		if (e->steps[i].parent == STEP_NONE)
			settle_root(x, e, i);
	arena_free(&w->scratch);
}

/* Whether all that is documented of the handler says that it is pure. */
static bool
is_pure(struct conformance *x, const struct event *ev)
{
	struct arena *scratch = &x->walk->scratch;
	const struct catalog_step *step = catalog_handler(x->catalog,
	    catalog_normal(scratch, event_get(ev, EVENT_HANDLER)));
	bool is = false;

	for (; step != NULL; step = step->same_handler) {
		if (!agrees(step->plugin, event_get(ev, EVENT_PLUGIN)) ||
		    !agrees(step->name, event_get(ev, EVENT_EVENT)))
			continue;
		if (!step->is_pure)
			return false;
		is = true;
	}
	return is;
}

static void
note_state_keys(struct handler_record *h, const struct event *ev)
{
	static const enum event_key changes[] = { EVENT_ADDED, EVENT_UPDATED,
		EVENT_REMOVED };
	struct json j;
	enum json_token token;

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		json_init(&j);
		json_feed(&j, event_get(ev, changes[i]), true);
		while (h->keys.count < STATE_KEYS_MAX &&
		    (token = json_next(&j)) > JSON_END)
			if (token == JSON_STRING)
				map_put(&h->keys, j.text, NULL);
	}
}

static struct slice
keep_of(struct conformance *x, const struct event *ev, enum event_key key)
{
	return keep(x, event_get(ev, key));
}

static struct handler_record *
handler_record(struct conformance *x, const struct event *ev)
{
	static const enum event_key names[] = { EVENT_HANDLER, EVENT_PLUGIN,
		EVENT_EVENT };
	struct handler_record *h;
	bool is_new;

	begin_key(x->walk);
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
		add_key_text(x->walk, event_get(ev, names[n]));
	h = find_or_add(x, &x->handlers, &is_new);
	if (h == NULL || !is_new)
		return h;
	h->handler = keep_of(x, ev, EVENT_HANDLER);
	h->plugin = keep_of(x, ev, EVENT_PLUGIN);
	h->event = keep_of(x, ev, EVENT_EVENT);
	h->code_file = keep_of(x, ev, EVENT_CODE_FILE);
	h->code_line = keep_of(x, ev, EVENT_CODE_LINE);
	h->is_pure = is_pure(x, ev);
	arena_free(&x->walk->scratch);
	return h;
}

/* A handler reported what it did to the state, or that it failed. */
static void
note_handler(struct conformance *x, const struct event *ev)
{
	struct handler_record *h = handler_record(x, ev);
	const uint64_t changes = UINT64_C(1) << EVENT_ADDED |
	    UINT64_C(1) << EVENT_UPDATED | UINT64_C(1) << EVENT_REMOVED;

	if (h == NULL)
		return;
	if (ev->kind == KIND_ERROR)
		h->failures++;
	else
		h->reports++;
	if (!h->is_pure || (ev->have & changes) == 0)
		return;
	if (h->impure.count++ == 0) {
		h->impure.src = keep_of(x, ev, EVENT_SRC);
		h->impure.src_line = keep_of(x, ev, EVENT_SRC_LINE);
		map_init(&h->keys, 1);
	}
	note_state_keys(h, ev);
}

void
conformance_add(struct conformance *x, struct event_reader *r,
    const struct event *ev)
{
	struct step step;
	int64_t end_ns;

	if ((ev->kind == KIND_STATE || ev->kind == KIND_ERROR) &&
	    event_has(ev, EVENT_HANDLER))
		note_handler(x, ev);
	if (!event_kind_is_work(ev->kind) || !step_read(r, ev, &step))
		return;
	end_ns = step_end_ns(&step);
	if (step.has_time && end_ns > x->last_ns)
		x->last_ns = end_ns;
	executions_add(x->executions, ev, &step, NULL);
}

void
conformance_finish(struct conformance *x)
{
	executions_finish(x->executions);
}
