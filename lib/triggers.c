/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/selftime.h"
#include "tele/triggers.h"

/* A span that links may lead to. */
struct link_end {
	struct graph_node *node;
	int64_t end_ns;
	uint8_t digits;
	bool has_time;
};

/* A link whose other end has not come yet. */
struct waiting_link {
	uint64_t from; /* selftime_id */
	struct graph_node *to;
	int64_t start_ns;
	uint8_t digits;
	bool has_time, has_failed;
	bool is_old; /* the table of spans was full once since */
};

struct topic_party {
	uint32_t topic;
	enum topic_role role;
	struct graph_node *node;
	uint64_t count;
};

void
triggers_init(struct triggers *t, struct graph *g)
{
	*t = (struct triggers){ .g = g };
	recent_init(&t->spans, sizeof(struct link_end));
	map_init(&t->topics, sizeof(struct topic));
	map_init(&t->parties, sizeof(struct topic_party));
}

void
triggers_free(struct triggers *t)
{
	recent_free(&t->spans);
	map_free(&t->topics);
	map_free(&t->parties);
	free(t->waiting);
}

static void
add_link(struct triggers *t, const struct link_end *from,
    const struct waiting_link *link)
{
	struct graph_edge *e;
	struct summary *s;
	const struct step before = { .has_time = from->has_time,
		.start_ns = from->end_ns,
		.digits = from->digits,
		.duration_ns = -1 };
	const struct step after = { .has_time = link->has_time,
		.start_ns = link->start_ns,
		.digits = link->digits };
	int64_t wait = step_wait_ns(&before, &after);

	if (from->node == link->to && t->g->drops_loops)
		return;
	e = graph_edge(t->g, EDGE_TRIGGERS, from->node, link->to);
	s = graph_edge_side(e, t->side);
	s->count++;
	s->errors += link->has_failed;
	if (wait >= 0)
		summary_add_wait(s, wait, step_tick_ns(&before, &after));
}

/* Make edges of the links that now lead somewhere; what is old is lost. */
static void
settle_waiting(struct triggers *t)
{
	struct waiting_link *link;
	struct link_end *from;
	size_t left = 0;

	for (size_t i = 0; i < t->waiting_count; i++) {
		link = &t->waiting[i];
		from = recent_get(&t->spans, link->from);
		if (from != NULL) {
			add_link(t, from, link);
		} else if (link->is_old) {
			t->lost++;
		} else {
			link->is_old = true;
			t->waiting[left++] = *link;
		}
	}
	t->waiting_count = left;
}

/* LINK is TRACE/SPAN; a trace may contain slashes, a span does not. */
static uint64_t
id_of_link(struct slice link)
{
	size_t at = link.len;

	while (at > 0 && link.ptr[at - 1] != '/')
		at--;
	return selftime_id((struct slice){ link.ptr, at > 0 ? at - 1 : 0 },
	    (struct slice){ link.ptr + at, link.len - at });
}

static void
add_links(struct triggers *t, const struct event *ev, const struct step *s,
    struct graph_node *node)
{
	struct slice rest = event_get(ev, EVENT_LINKS), link;
	struct waiting_link waiting = { .to = node,
		.start_ns = s->start_ns,
		.digits = (uint8_t)s->digits,
		.has_time = s->has_time,
		.has_failed = s->status == STEP_ERROR };
	struct link_end *from;

	while (event_next_string(&rest, &link)) {
		waiting.from = id_of_link(link);
		from = recent_get(&t->spans, waiting.from);
		if (from != NULL) {
			add_link(t, from, &waiting);
			continue;
		}
		if (t->waiting_count == RECENT_MAX)
			settle_waiting(t);
		t->waiting = mem_grow(t->waiting, &t->waiting_cap,
		    t->waiting_count + 1, sizeof(*t->waiting));
		t->waiting[t->waiting_count++] = waiting;
	}
}

void
triggers_add_work(struct triggers *t, const struct event *ev,
    const struct step *s, struct graph_node *node)
{
	struct link_end *end;
	struct topic *topic;

	if (event_has(ev, EVENT_LINKS))
		add_links(t, ev, s, node);
	if (s->span != 0) {
		if (recent_is_full(&t->spans))
			settle_waiting(t);
		end = recent_put(&t->spans, s->span);
		*end = (struct link_end){ .node = node,
			.end_ns = step_end_ns(s),
			.digits = (uint8_t)s->digits,
			.has_time = s->has_time };
	}
	topic = event_has(ev, EVENT_EVENT) ? triggers_topic(t, ev) : NULL;
	if (topic != NULL)
		triggers_add_party(t, TOPIC_HANDLES, topic, node);
}

struct topic *
triggers_topic(struct triggers *t, const struct event *ev)
{
	struct slice name = event_get(ev, EVENT_EVENT);
	struct topic *topic;

	if (name.len == 0)
		name = event_get(ev, EVENT_NAME);
	if (name.len == 0)
		return NULL;
	topic = map_get(&t->topics, name);
	if (topic == NULL && t->topics.count >= t->g->max) {
		t->g->folded++;
		return NULL;
	}
	if (topic == NULL) {
		topic = map_put(&t->topics, name, NULL);
		topic->number = map_entry_of(topic)->id;
	}
	return topic;
}

void
triggers_add_party(struct triggers *t, enum topic_role role,
    const struct topic *topic, struct graph_node *node)
{
	uint32_t key[3] = { (uint32_t)role, topic->number, node->index };
	struct slice bytes = { (const char *)key, sizeof(key) };
	struct topic_party *p = map_get(&t->parties, bytes);

	if (p == NULL && t->parties.count >= t->g->max) {
		t->g->folded++;
		return;
	}
	if (p == NULL) {
		p = map_put(&t->parties, bytes, NULL);
		*p = (struct topic_party){ topic->number, role, node, 0 };
	}
	p->count++;
}

/* By topic, then by role, then as they came. */
static int
compare_parties(const void *a, const void *b)
{
	const struct topic_party *x = *(struct topic_party *const *)a;
	const struct topic_party *y = *(struct topic_party *const *)b;

	if (x->topic != y->topic)
		return x->topic < y->topic ? -1 : 1;
	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	return x->node->index < y->node->index
	    ? -1
	    : x->node->index > y->node->index;
}

/* Whether SUBSCRIBER, or somebody of that plugin, is among the handlers. */
static bool
is_handled(struct topic_party *const *handlers, size_t count,
    const struct graph_node *subscriber)
{
	for (size_t i = 0; i < count; i++)
		if (handlers[i]->node == subscriber ||
		    slice_equal(handlers[i]->node->owner, subscriber->id))
			return true;
	return false;
}

/* The parties of one topic: those who publish, handle and subscribe. */
static void
join_topic(struct triggers *t, struct topic_party *const *parties,
    const size_t count[3])
{
	struct topic_party *const *handlers = parties + count[0];
	size_t all = count[1] + count[2];
	struct graph_edge *e;

	for (size_t i = 0; i < count[0] && i < TOPIC_PARTIES; i++)
		for (size_t k = 0; k < all && k < TOPIC_PARTIES; k++) {
			if (k >= count[1] &&
			    is_handled(handlers, count[1], handlers[k]->node))
				continue;
			if (t->g->drops_loops &&
			    parties[i]->node == handlers[k]->node)
				continue;
			e = graph_edge(t->g, EDGE_TRIGGERS, parties[i]->node,
			    handlers[k]->node);
			graph_edge_side(e, t->side)->count += parties[i]->count;
		}
	if (count[0] > TOPIC_PARTIES || all > TOPIC_PARTIES)
		t->g->folded++;
}

static void
join_topics(struct triggers *t)
{
	size_t count = t->parties.count, end, roles[3];
	struct topic_party **sorted = mem_zalloc(count,
	    sizeof(struct topic_party *));

	for (size_t i = 0; i < count; i++)
		sorted[i] = (void *)t->parties.entries[i]->value;
	qsort(sorted, count, sizeof(struct topic_party *), compare_parties);
	for (size_t i = 0; i < count; i = end) {
		memset(roles, 0, sizeof(roles));
		for (end = i;
		     end < count && sorted[end]->topic == sorted[i]->topic;
		     end++)
			roles[sorted[end]->role]++;
		join_topic(t, sorted + i, roles);
	}
	free(sorted);
}

void
triggers_end(struct triggers *t)
{
	struct graph *g = t->g;
	uint64_t lost = t->lost;

	settle_waiting(t);
	join_topics(t);
	triggers_free(t);
	triggers_init(t, g);
	t->lost = lost;
}
