/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/conformance.h"
#include "tele/jsontext.h"
#include "tele/key.h"
#include "tele/walk.h"

enum { OPEN_BYTES = 8 << 20 }; /* of executions that may go on */

/* What an execution is looked at with. */
struct conformance_walk {
	struct walk walk;
	size_t cap;                 /* steps that there is room for */
	struct catalog_flow **flow; /* what is documented within each */
	struct catalog_step **step; /* which one it is */
	int32_t *labels;            /* of the children of one */
	struct key key;
	struct arena scratch;
};

static void settle(void *arg, struct execution *e);

void
conformance_init(struct conformance *x, struct catalog *c, int64_t grace_ns,
    size_t max_names)
{
	static const enum event_key keys[] = { EVENT_NAME, EVENT_SERVICE,
		EVENT_PLUGIN, EVENT_SEQUENCE_ID, EVENT_MOVEMENT, EVENT_BEAT,
		EVENT_EVENT, EVENT_HANDLER, EVENT_CODE_FILE, EVENT_CODE_LINE,
		EVENT_SRC, EVENT_SRC_LINE };
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
	variants_init(&x->variants, max_names);
	map_init(&x->misroutings, sizeof(struct misrouting));
	map_init(&x->strangers, sizeof(struct stranger));
}

static void
free_walk(struct conformance_walk *w)
{
	walk_free(&w->walk);
	free(w->flow);
	free(w->step);
	free(w->labels);
	key_free(&w->key);
	free(w);
}

void
conformance_free(struct conformance *x)
{
	executions_free(x->executions);
	for (size_t i = 0; i < x->plan_count; i++)
		conform_plan_free(x->plans[i]);
	free(x->plans);
	free_walk(x->walk);
	variants_free(&x->variants);
	map_free(&x->misroutings);
	map_free(&x->strangers);
	for (struct step_record *r = x->timed; r != NULL; r = r->timed_next)
		quantile_free(&r->durations);
	arena_free(&x->arena);
}

/* What M has for the key; NULL if that would be one more than is kept. */
static void *
find_or_add(struct conformance *x, struct map *m, bool *is_new)
{
	struct slice key = key_text(&x->walk->key);
	void *value = map_get(m, key);

	*is_new = value == NULL;
	if (value == NULL && m->count < x->max_names)
		value = map_put(m, key, NULL);
	return value;
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

static void
make_room(struct conformance_walk *w, size_t n)
{
	if (n > w->cap) {
		w->cap = 2 * n;
		w->flow = mem_resize(w->flow, w->cap, sizeof(*w->flow));
		w->step = mem_resize(w->step, w->cap, sizeof(*w->step));
		w->labels = mem_resize(w->labels, w->cap, sizeof(*w->labels));
	}
	memset(w->flow, 0, n * sizeof(*w->flow));
}

/* How long it took, where that is documented. */
static void
note_duration(struct conformance *x, struct step_record *r, int64_t max_ns,
    int64_t p95_ns, const struct execution *e, size_t i)
{
	int64_t ns = e->steps[i].duration_ns;

	if (ns < 0 || (max_ns < 0 && p95_ns < 0))
		return;
	if (p95_ns >= 0 && r->durations.count == 0) {
		r->timed_next = x->timed;
		x->timed = r;
	}
	if (p95_ns >= 0)
		quantile_add(&r->durations, ns);
	if (max_ns < 0 || ns <= max_ns)
		return;
	sighting_add_step(&r->over, &x->arena, e, i);
	if (ns > r->longest_ns)
		r->longest_ns = ns;
}

static void
note_step(struct conformance *x, struct catalog_step *step,
    const struct execution *e, size_t i)
{
	struct step_record *r = step_record(x, step);

	if (r->seen++ == 0) {
		r->code_file = sighting_keep(&x->arena,
		    execution_value(e, i, EVENT_CODE_FILE));
		r->code_line = sighting_keep(&x->arena,
		    execution_value(e, i, EVENT_CODE_LINE));
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
	x->walk->key.len = 0;
	key_add(&x->walk->key, &step, sizeof(step));
	key_add_text(&x->walk->key, handler);
	key_add_text(&x->walk->key, plugin);
	m = find_or_add(x, &x->misroutings, &is_new);
	if (m == NULL)
		return;
	if (is_new) {
		m->step = step;
		m->by = observed_read(&x->arena, e, i);
	}
	sighting_add_step(&m->seen, &x->arena, e, i);
}

/* Compare what is within a step with its flow; false if it deviates. */
static bool
judge_part(struct conformance *x, struct flow_part *p)
{
	struct conformance_walk *w = x->walk;
	struct catalog_step *step;
	int32_t label = -1;
	uint32_t child;

	p->plan = plan_of(x, w->flow[p->at]);
	p->n = walk_children(&w->walk, p->at, &p->children);
	for (size_t i = 0; i < p->n; i++) {
		child = p->children[i];
		label = conform_label(p->plan, walk_name(p->e, child),
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
	p->labels = w->labels;
	variants_add(&x->variants, p, &w->walk);
	return false;
}

/* The execution whose root is step ROOT, of the sequence Q. */
static void
judge(struct conformance *x, const struct execution *e, size_t root,
    struct catalog_sequence *q)
{
	struct sequence_record *r = sequence_record(x, q);
	struct conformance_walk *w = x->walk;
	struct flow_part part = { .e = e, .sequence = q };
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
		    (i == root || w->walk.first[i + 1] > w->walk.first[i]);
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

	x->walk->key.len = 0;
	key_add_text(&x->walk->key, id);
	key_add_text(&x->walk->key, name);
	key_add_text(&x->walk->key, service);
	s = find_or_add(x, &x->strangers, &is_new);
	if (s == NULL)
		return;
	if (is_new)
		*s = (struct stranger){ .name = sighting_keep(&x->arena, name),
			.id = sighting_keep(&x->arena, id),
			.service = sighting_keep(&x->arena, service),
			.plugin = sighting_keep(&x->arena,
			    execution_value(e, root, EVENT_PLUGIN)) };
	sighting_add_step(&s->seen, &x->arena, e, root);
}

/* The sequence that the root step I is documented as, or NULL. */
static struct catalog_sequence *
sequence_of(struct conformance *x, const struct execution *e, size_t i)
{
	struct arena *scratch = &x->walk->scratch;
	struct slice id = { "", 0 };

	if (e->steps[i].kind == KIND_SEQUENCE)
		id = execution_value(e, i, EVENT_SEQUENCE_ID);
	return catalog_sequence(x->catalog, json_canonical(scratch, id),
	    json_canonical(scratch, execution_value(e, i, EVENT_NAME)),
	    json_canonical(scratch, execution_value(e, i, EVENT_SERVICE)));
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

	if (!walk_is_complete(e)) {
		note_incomplete(x, e);
		return;
	}
	make_room(w, e->count);
	walk_execution(&w->walk, e);
	for (size_t i = 0; i < e->count; i++)
		if (e->steps[i].parent == STEP_NONE)
			settle_root(x, e, i);
	arena_free(&w->scratch);
}

void
conformance_add(struct conformance *x, struct event_reader *r,
    const struct event *ev)
{
	struct step step;
	int64_t end_ns;

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
