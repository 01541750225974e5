/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/jsontext.h"
#include "tele/routing.h"
#include "tele/sighting.h"

struct topic_record {
	struct sighting published, beaten, subscribed, undefined;
	bool is_handled;
	struct slice plugin, sequence, sequence_id; /* of the first beat */
	struct slice subscriber;                    /* plugin */
	struct slice subscriber_id;                 /* sequence */
};

/* Somebody asked for a sequence. */
struct request_record {
	struct slice plugin, sequence_id;
	struct sighting seen;
};

/* What the log says was refused. */
struct refusal_record {
	bool is_duplicate; /* a subscription; else an unknown plugin */
	struct slice name, plugin, sequence_id;
	struct sighting seen;
};

void
routing_init(struct routing *r, const struct catalog *c, size_t max_names)
{
	*r = (struct routing){ .catalog = c, .max_names = max_names };
	map_init(&r->topics, sizeof(struct topic_record));
	map_init(&r->requests, sizeof(struct request_record));
	map_init(&r->refusals, sizeof(struct refusal_record));
	map_init(&r->sequences, 1);
	map_init(&r->subscribed, 1);
}

void
routing_free(struct routing *r)
{
	map_free(&r->topics);
	map_free(&r->requests);
	map_free(&r->refusals);
	map_free(&r->sequences);
	map_free(&r->subscribed);
	arena_free(&r->arena);
}

static struct slice
keep(struct routing *r, const struct event *ev, enum event_key key)
{
	return sighting_keep(&r->arena, event_get(ev, key));
}

/* What M has for KEY; NULL if that would be one more than is kept. */
static void *
find_or_add(struct routing *r, struct map *m, struct slice key)
{
	void *value = map_get(m, key);

	if (value == NULL && m->count < r->max_names)
		value = map_put(m, key, NULL);
	return value;
}

/* The same for two texts. */
static void *
find_or_add_pair(struct routing *r, struct map *m, struct slice a,
    struct slice b)
{
	char *key = mem_alloc(a.len + b.len + 1);
	void *value;

	memcpy(key, a.ptr, a.len);
	key[a.len] = '\n';
	memcpy(key + a.len + 1, b.ptr, b.len);
	value = find_or_add(r, m, (struct slice){ key, a.len + b.len + 1 });
	free(key);
	return value;
}

static struct topic_record *
topic_of(struct routing *r, const struct event *ev)
{
	struct slice topic = event_get(ev, EVENT_EVENT);
	struct topic_record *t;

	if (topic.len == 0 && ev->kind != KIND_SUBSCRIBE)
		topic = event_get(ev, EVENT_NAME);
	if (topic.len == 0)
		return NULL;
	t = find_or_add(r, &r->topics, json_canonical(&r->scratch, topic));
	arena_free(&r->scratch);
	return t;
}

static void
add_id(struct routing *r, struct map *ids, const struct event *ev)
{
	struct slice id = event_get(ev, EVENT_SEQUENCE_ID);

	if (id.len > 0)
		find_or_add(r, ids, json_canonical(&r->scratch, id));
	arena_free(&r->scratch);
}

static void
add_beat(struct routing *r, const struct event *ev)
{
	struct topic_record *t = topic_of(r, ev);

	if (t == NULL)
		return;
	if (t->beaten.count == 0) {
		t->plugin = keep(r, ev, EVENT_PLUGIN);
		t->sequence = keep(r, ev, EVENT_SEQUENCE);
		t->sequence_id = keep(r, ev, EVENT_SEQUENCE_ID);
	}
	sighting_add(&t->beaten, &r->arena, ev);
	t->is_handled |= event_has(ev, EVENT_HANDLER);
}

static void
add_publication(struct routing *r, const struct event *ev)
{
	struct topic_record *t = topic_of(r, ev);

	if (t == NULL)
		return;
	if (slice_equal(event_get(ev, EVENT_MESSAGE),
		SLICE("no topic definition found")))
		sighting_add(&t->undefined, &r->arena, ev);
	else
		sighting_add(&t->published, &r->arena, ev);
}

/* Subscriptions that name no topic of the application are the library's own. */
static void
add_subscription(struct routing *r, const struct event *ev)
{
	struct topic_record *t = topic_of(r, ev);

	if (t == NULL)
		return;
	r->has_subscriptions = true;
	if (t->subscribed.count == 0) {
		t->subscriber = keep(r, ev, EVENT_PLUGIN);
		t->subscriber_id = keep(r, ev, EVENT_SEQUENCE_ID);
	}
	sighting_add(&t->subscribed, &r->arena, ev);
	add_id(r, &r->subscribed, ev);
}

static void
add_request(struct routing *r, const struct event *ev)
{
	struct request_record *q = find_or_add_pair(r, &r->requests,
	    event_get(ev, EVENT_PLUGIN), event_get(ev, EVENT_SEQUENCE_ID));

	if (q == NULL)
		return;
	if (q->seen.count == 0) {
		q->plugin = keep(r, ev, EVENT_PLUGIN);
		q->sequence_id = keep(r, ev, EVENT_SEQUENCE_ID);
	}
	sighting_add(&q->seen, &r->arena, ev);
}

/* The log itself says that something was not done. */
static void
add_refusal(struct routing *r, const struct event *ev)
{
	struct slice message = event_get(ev, EVENT_MESSAGE);
	bool is_duplicate = slice_equal(message,
	    SLICE("duplicate subscription blocked"));
	struct refusal_record *f;

	if (!is_duplicate && !slice_equal(message, SLICE("plugin not found")))
		return;
	f = find_or_add_pair(r, &r->refusals, event_get(ev, EVENT_PLUGIN),
	    event_get(ev, EVENT_NAME));
	if (f == NULL)
		return;
	if (f->seen.count == 0) {
		f->is_duplicate = is_duplicate;
		f->name = keep(r, ev, EVENT_NAME);
		f->plugin = keep(r, ev, EVENT_PLUGIN);
		f->sequence_id = keep(r, ev, EVENT_SEQUENCE_ID);
	}
	sighting_add(&f->seen, &r->arena, ev);
}

void
routing_add(struct routing *r, const struct event *ev)
{
	switch (ev->kind) {
	case KIND_BEAT:
		add_beat(r, ev);
		break;
	case KIND_PUBLISH:
		add_publication(r, ev);
		break;
	case KIND_SUBSCRIBE:
		add_subscription(r, ev);
		break;
	case KIND_PLAY:
		add_request(r, ev);
		break;
	case KIND_LOG:
		add_refusal(r, ev);
		break;
	case KIND_MOUNT:
	case KIND_SEQUENCE:
		add_id(r, &r->sequences, ev);
		break;
	default:
		break;
	}
}

/* A finding about the topic NAME, but for its message. */
static void
begin_topic(struct findings *all, const char *rule,
    enum finding_severity severity, struct slice name, const struct sighting *s)
{
	findings_begin(all, rule, severity, s->count);
	finding_raw(&all->finding, "event", name);
	sighting_set(s, &all->finding);
}

/* Whether NAME is a topic, or the event of a beat, that is documented. */
static bool
is_documented(const struct catalog *c, struct slice name)
{
	return !c->has_topics || catalog_topic(c, name) != NULL ||
	    catalog_step(c, name) != NULL;
}

static void
report_unknown_topic(struct routing *r, struct findings *all, struct slice name,
    const struct topic_record *t)
{
	const char *text = json_plain(&r->scratch, name);

	if (t->undefined.count > 0) {
		begin_topic(all, "TS012", FINDING_ERROR, name, &t->undefined);
		finding_format(&all->finding, "message",
		    "topic '%s' was published, and is not defined", text);
		findings_add(all, -1);
	}
	if (t->published.count > 0 && !is_documented(r->catalog, name)) {
		begin_topic(all, "TS012", FINDING_ERROR, name, &t->published);
		finding_format(&all->finding, "message",
		    "topic '%s' was published, and is not documented", text);
		findings_add(all, -1);
	}
}

/*
 * Nobody serves what happened.  Of the beats of a sequence that is known only
 * if its other subscriptions were seen, for the log may begin behind them.
 */
static void
report_unheard(struct routing *r, struct findings *all, struct slice name,
    const struct topic_record *t)
{
	const struct catalog_topic *route = catalog_topic(r->catalog, name);
	struct finding *f = &all->finding;

	if (t->subscribed.count > 0 || t->is_handled || !r->has_subscriptions)
		return;
	if (t->published.count > 0 &&
	    (route == NULL || route->sequence_id.len == 0)) {
		begin_topic(all, "TS008", FINDING_WARNING, name, &t->published);
	} else if (t->beaten.count > 0 &&
	    map_get(&r->subscribed, t->sequence_id) != NULL) {
		begin_topic(all, "TS008", FINDING_WARNING, name, &t->beaten);
		finding_raw(f, "plugin", t->plugin);
		finding_raw(f, "sequence", t->sequence);
		finding_raw(f, "sequence_id", t->sequence_id);
	} else {
		return;
	}
	finding_format(f, "message", "'%s' was published with no subscriber",
	    json_plain(&r->scratch, name));
	findings_add(all, -1);
}

/* Whether it is a step of a sequence that was not observed as a whole. */
static bool
is_of_unseen(const struct catalog *c, struct slice name,
    bool (*was_seen)(const struct catalog_sequence *q))
{
	const struct catalog_step *step = catalog_step(c, name);

	for (; step != NULL; step = step->same_name)
		if (step->sequence != NULL && !was_seen(step->sequence))
			return true;
	return false;
}

static void
report_unpublished(struct routing *r, struct findings *all, struct slice name,
    const struct topic_record *t,
    bool (*was_seen)(const struct catalog_sequence *q))
{
	struct finding *f = &all->finding;

	if (t->subscribed.count == 0 || t->published.count > 0 ||
	    t->beaten.count > 0 || is_of_unseen(r->catalog, name, was_seen))
		return;
	begin_topic(all, "TS009", FINDING_NOTE, name, &t->subscribed);
	finding_format(f, "message",
	    "'%s' is subscribed to by %s, and was "
	    "never published",
	    json_plain(&r->scratch, name),
	    json_plain(&r->scratch, t->subscriber));
	finding_raw(f, "plugin", t->subscriber);
	finding_raw(f, "sequence_id", t->subscriber_id);
	findings_add(all, -1);
}

/* Whether the log says so of PLUGIN, which is reported by itself. */
static bool
is_unknown_plugin(const struct routing *r, struct slice plugin)
{
	const struct refusal_record *f;

	for (size_t i = 0; i < r->refusals.count; i++) {
		f = (const void *)r->refusals.entries[i]->value;
		if (!f->is_duplicate && slice_equal(f->plugin, plugin))
			return true;
	}
	return false;
}

/* A sequence that is neither documented nor anywhere in the log. */
static void
report_request(struct routing *r, struct findings *all,
    const struct request_record *q)
{
	struct slice id = json_canonical(&r->scratch, q->sequence_id);
	struct finding *f = &all->finding;

	if (id.len == 0 || map_get(&r->sequences, id) != NULL ||
	    map_get(&r->catalog->by_id, id) != NULL || r->catalog->count == 0 ||
	    is_unknown_plugin(r, q->plugin))
		return;
	findings_begin(all, "TS012", FINDING_ERROR, q->seen.count);
	finding_format(f, "message",
	    "sequence '%s' of %s was asked for, and is not known",
	    json_plain(&r->scratch, q->sequence_id),
	    json_plain(&r->scratch, q->plugin));
	finding_raw(f, "plugin", q->plugin);
	finding_raw(f, "sequence_id", q->sequence_id);
	sighting_set(&q->seen, f);
	findings_add(all, -1);
}

static void
report_refusal(struct routing *r, struct findings *all,
    const struct refusal_record *f)
{
	struct finding *finding = &all->finding;
	const char *plugin = json_plain(&r->scratch, f->plugin);

	if (f->is_duplicate) {
		findings_begin(all, "TS004", FINDING_WARNING, f->seen.count);
		finding_format(finding, "message",
		    "%s subscribed to '%s' again, which was blocked", plugin,
		    json_plain(&r->scratch, f->name));
		finding_raw(finding, "event", f->name);
	} else {
		findings_begin(all, "TS012", FINDING_ERROR, f->seen.count);
		finding_format(finding, "message",
		    "plugin '%s' was asked for, and is not known", plugin);
	}
	finding_raw(finding, "plugin", f->plugin);
	finding_raw(finding, "sequence_id", f->sequence_id);
	sighting_set(&f->seen, finding);
	findings_add(all, -1);
}

void
routing_report(struct routing *r, struct findings *all,
    bool (*was_seen)(const struct catalog_sequence *q))
{
	for (size_t i = 0; i < r->topics.count; i++) {
		struct slice name = r->topics.entries[i]->key;
		struct topic_record *t = (void *)r->topics.entries[i]->value;

		report_unknown_topic(r, all, name, t);
		report_unheard(r, all, name, t);
		report_unpublished(r, all, name, t, was_seen);
		arena_free(&r->scratch);
	}
	for (size_t i = 0; i < r->requests.count; i++)
		report_request(r, all, (void *)r->requests.entries[i]->value);
	for (size_t i = 0; i < r->refusals.count; i++)
		report_refusal(r, all, (void *)r->refusals.entries[i]->value);
	arena_free(&r->scratch);
}
