/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/execution.h"
#include "tele/graphedges.h"
#include "tele/graphread.h"
#include "tele/json.h"
#include "tele/triggers.h"

#define BIT(kind) (UINT64_C(1) << (kind))
#define WORK                                                        \
	(BIT(KIND_SEQUENCE) | BIT(KIND_MOVEMENT) | BIT(KIND_BEAT) | \
	    BIT(KIND_HANDLER) | BIT(KIND_SPAN))
#define HANDLING (BIT(KIND_BEAT) | BIT(KIND_HANDLER) | BIT(KIND_SPAN))
struct graph_reader {
	struct graph *g;
	struct graph_reader_options options;
	struct graph_edges edges;
	uint64_t node_kinds; /* of events that have a node */
	bool is_timed_log;   /* logs that state a duration are, too */

	enum graph_side side;
	struct executions *executions;
	uint64_t cut, lost_links;
	struct triggers triggers;
	struct map names; /* of struct graph_node *, by owner and name as
			     JSON has them */
	char *key;
	size_t key_cap;
};

static bool
has(const struct graph_reader *r, enum edge_kind kind)
{
	return (r->options.edges >> kind & 1) != 0;
}

static void
choose_kinds(struct graph_reader *r)
{
	uint64_t asked = r->options.kinds;

	r->edges.kinds[EDGE_FOLLOWS] = asked != 0 ? asked : HANDLING;
	r->edges.kinds[EDGE_STATE] = r->edges.kinds[EDGE_FOLLOWS];
	r->edges.kinds[EDGE_CALLS] = asked != 0 ? asked : WORK;
	r->edges.kinds[EDGE_TRIGGERS] = r->edges.kinds[EDGE_CALLS];
	r->is_timed_log = asked == 0;
	for (int i = 0; i < EDGE_KINDS; i++) {
		if (r->is_timed_log)
			r->edges.kinds[i] |= BIT(KIND_LOG);
		if (has(r, (enum edge_kind)i))
			r->node_kinds |= r->edges.kinds[i];
	}
}

struct graph_reader *
graph_reader_new(struct graph *g, const struct graph_reader_options *options)
{
	struct graph_reader *r = mem_zalloc(1, sizeof(*r));

	r->g = g;
	r->options = *options;
	g->edge_kinds = options->edges;
	map_init(&r->names, sizeof(struct graph_node *));
	graph_edges_init(&r->edges, g);
	/* Inside of what was collapsed nothing is to be seen. */
	g->drops_loops = options->collapse != COLLAPSE_NOT;
	choose_kinds(r);
	triggers_init(&r->triggers, g);
	return r;
}

void
graph_reader_free(struct graph_reader *r)
{
	triggers_free(&r->triggers);
	map_free(&r->names);
	graph_edges_free(&r->edges);
	free(r->key);
	free(r);
}

/* The folder of a file, or nothing. */
static struct slice
folder_of(struct slice file)
{
	while (file.len > 0 && file.ptr[file.len - 1] != '/')
		file.len--;
	if (file.len > 1)
		file.len--;
	return file;
}

/* What stands for EV, as JSON text. */
static void
name_event(const struct graph_reader *r, const struct event *ev,
    struct slice *owner, struct slice *name)
{
	*owner = (struct slice){ "", 0 };
	switch (r->options.collapse) {
	case COLLAPSE_PLUGIN:
		*name = event_get(ev, EVENT_PLUGIN);
		break;
	case COLLAPSE_SERVICE:
		*name = event_get(ev, EVENT_SERVICE);
		break;
	case COLLAPSE_DIR:
		*name = folder_of(event_get(ev, EVENT_CODE_FILE));
		break;
	default:
		event_names(ev, owner, name);
		if (ev->kind == KIND_MOVEMENT && event_has(ev, EVENT_SEQUENCE))
			*owner = ev->value[EVENT_SEQUENCE];
	}
	if (name->len == 0)
		*name = SLICE("(none)");
}

static struct slice
unescape(struct slice raw, char **memory)
{
	*memory = mem_alloc(raw.len + 1);
	return (struct slice){ *memory, json_unescape(*memory, raw) };
}

/*
 * The node of OWNER and NAME, JSON text: the same string may be escaped in
 * several ways.  An unescaped newline cannot be in either.
 */
static struct graph_node *
node_of(struct graph_reader *r, struct slice owner, struct slice name)
{
	size_t len = owner.len + 1 + name.len;
	struct graph_node **known, *n;
	struct slice key;
	char *a, *b;

	r->key = mem_grow(r->key, &r->key_cap, len, 1);
	memcpy(r->key, owner.ptr, owner.len);
	r->key[owner.len] = '\n';
	memcpy(r->key + owner.len + 1, name.ptr, name.len);
	key = (struct slice){ r->key, len };
	known = map_get(&r->names, key);
	if (known != NULL)
		return *known;
	n = graph_node(r->g, unescape(owner, &a), unescape(name, &b));
	free(a);
	free(b);
	if (r->names.count < r->g->max)
		*(struct graph_node **)map_put(&r->names, key, NULL) = n;
	return n;
}

static struct graph_node *
node_of_event(struct graph_reader *r, const struct event *ev)
{
	struct slice owner, name;

	name_event(r, ev, &owner, &name);
	return node_of(r, owner, name);
}

static void
add_to_node(struct graph_reader *r, struct graph_node *n,
    const struct event *ev, const struct step *s)
{
	struct summary *sum = graph_node_side(n, r->side);

	sum->count++;
	sum->errors += s->status == STEP_ERROR;
	if (s->has_time)
		summary_add_time(sum, s->start_ns, s->digits);
	if (event_has(ev, EVENT_CODE_FILE))
		summary_add_code(sum, ev->value[EVENT_CODE_FILE],
		    event_get(ev, EVENT_CODE_LINE));
	if (s->duration_ns >= 0)
		quantile_add(&sum->durations, s->duration_ns);
	n->is_wanted |= (has(r, EDGE_FOLLOWS) &&
			    (r->edges.kinds[EDGE_FOLLOWS] >> s->kind & 1) !=
				0) ||
	    (has(r, EDGE_CALLS) &&
		(r->edges.kinds[EDGE_CALLS] >> s->kind & 1) != 0);
}

/* Nobody is known to have published it: the topic stands for who did. */
static struct graph_node *
node_of_topic(struct graph_reader *r, const struct topic *topic)
{
	return node_of(r, (struct slice){ "", 0 }, map_entry_of(topic)->key);
}

/* Publishers that are known only by what encloses them. */
static void
add_publishers(struct graph_reader *r, const struct execution *x)
{
	const uint32_t *around = graph_edges_around(&r->edges, x,
	    EDGE_TRIGGERS);
	const struct topic *topic;

	for (size_t i = 0; i < x->count; i++) {
		if (x->steps[i].kind != KIND_PUBLISH)
			continue;
		topic = x->steps[i].owner;
		triggers_add_party(&r->triggers, TOPIC_PUBLISHES, topic,
		    around[i] != STEP_NONE ? x->steps[around[i]].owner
					   : node_of_topic(r, topic));
	}
}

static void
settle(void *arg, struct execution *x)
{
	struct graph_reader *r = arg;

	if (has(r, EDGE_FOLLOWS))
		graph_edges_follows(&r->edges, x);
	if (has(r, EDGE_CALLS))
		graph_edges_calls(&r->edges, x);
	if (has(r, EDGE_STATE))
		graph_edges_state(&r->edges, x);
	if (has(r, EDGE_TRIGGERS))
		add_publishers(r, x);
}

void
graph_reader_begin(struct graph_reader *r, enum graph_side side)
{
	r->side = r->triggers.side = side;
	graph_edges_begin(&r->edges, side);
	r->executions = executions_new(has(r, EDGE_STATE) ? GRAPH_STATE_KEYS
							  : 0,
	    settle, r);
}

void
graph_reader_end(struct graph_reader *r)
{
	executions_finish(r->executions);
	r->cut += executions_cut(r->executions);
	executions_free(r->executions);
	if (has(r, EDGE_TRIGGERS))
		triggers_end(&r->triggers);
}

static void
add_work(struct graph_reader *r, struct event_reader *events,
    const struct event *ev)
{
	struct step s;

	if (!step_read(events, ev, &s))
		return;
	if ((r->node_kinds >> ev->kind & 1) != 0) {
		s.owner = node_of_event(r, ev);
		add_to_node(r, s.owner, ev, &s);
		if (has(r, EDGE_TRIGGERS))
			triggers_add_work(&r->triggers, ev, &s, s.owner);
	}
	executions_add(r->executions, ev, &s, NULL);
}

static void
add_change(struct graph_reader *r, struct event_reader *events,
    const struct event *ev)
{
	struct step s;

	if ((ev->have & GRAPH_STATE_KEYS) == 0 || !step_read(events, ev, &s))
		return;
	s.owner = node_of_event(r, ev);
	executions_add(r->executions, ev, &s, NULL);
}

static void
add_publish(struct graph_reader *r, struct event_reader *events,
    const struct event *ev)
{
	struct topic *topic = triggers_topic(&r->triggers, ev);
	struct slice plugin = event_get(ev,
	    event_has(ev, EVENT_PLUGIN) ? EVENT_PLUGIN : EVENT_SERVICE);
	struct step s;

	if (topic == NULL || !step_read(events, ev, &s))
		return;
	if (event_has(ev, EVENT_HANDLER)) {
		triggers_add_party(&r->triggers, TOPIC_PUBLISHES, topic,
		    node_of_event(r, ev));
	} else if (s.parent_span != 0) {
		s.owner = topic;
		executions_add(r->executions, ev, &s, NULL);
	} else {
		triggers_add_party(&r->triggers, TOPIC_PUBLISHES, topic,
		    plugin.len > 0 ? node_of(r, (struct slice){ "", 0 }, plugin)
				   : node_of_topic(r, topic));
	}
}

static void
add_subscribe(struct graph_reader *r, const struct event *ev)
{
	struct topic *topic = triggers_topic(&r->triggers, ev);
	struct slice plugin = event_get(ev,
	    event_has(ev, EVENT_PLUGIN) ? EVENT_PLUGIN : EVENT_SERVICE);

	if (topic == NULL || (plugin.len == 0 && !event_has(ev, EVENT_HANDLER)))
		return;
	triggers_add_party(&r->triggers, TOPIC_SUBSCRIBES, topic,
	    event_has(ev, EVENT_HANDLER)
		? node_of_event(r, ev)
		: node_of(r, (struct slice){ "", 0 }, plugin));
}

void
graph_reader_add(struct graph_reader *r, struct event_reader *events,
    const struct event *ev)
{
	if (event_kind_is_work(ev->kind))
		add_work(r, events, ev);
	else if (ev->kind == KIND_LOG && (r->node_kinds >> KIND_LOG & 1) != 0 &&
	    (!r->is_timed_log || event_has(ev, EVENT_DURATION_MS)))
		add_work(r, events, ev);
	else if (ev->kind == KIND_STATE && has(r, EDGE_STATE))
		add_change(r, events, ev);
	else if (ev->kind == KIND_PUBLISH && has(r, EDGE_TRIGGERS))
		add_publish(r, events, ev);
	else if (ev->kind == KIND_SUBSCRIBE && has(r, EDGE_TRIGGERS))
		add_subscribe(r, ev);
}

uint64_t
graph_reader_cut(const struct graph_reader *r)
{
	return r->cut;
}

uint64_t
graph_reader_lost_links(const struct graph_reader *r)
{
	return r->triggers.lost;
}
