/* SPDX-License-Identifier: MIT */
#include "tele/profile.h"
#include "tele/partial.h"

/*
 * Dead time is counted for sequences alone, and for groups in which a movement
 * would be where its sequence is.
 */
static bool
wants_dead_time(const struct profile *p)
{
	static const char *const shared[] = { "kind", "name", "trace",
		"session", "service", "plugin", "sequence", "sequence_id",
		"src", NULL };
	size_t others = p->grouping.count;

	for (int i = 0; shared[i] != NULL; i++)
		others -= grouping_has(&p->grouping, shared[i]);
	return others == 0 && (p->kinds >> KIND_SEQUENCE & 1) != 0 &&
	    (p->kinds >> KIND_MOVEMENT & 1) == 0;
}

void
profile_init(struct profile *p, struct event_reader *events,
    const struct profile_options *options)
{
	*p = (struct profile){ .events = events,
		.kinds = options->kinds,
		.has_sessions = options->has_sessions };
	if (p->kinds == 0) {
		p->kinds = 1u << KIND_BEAT | 1u << KIND_HANDLER |
		    1u << KIND_SPAN;
		p->is_timed_log = true;
	}
	grouping_init(&p->grouping, options->by, options->by_count);
	groups_init(&p->groups, options->most,
	    grouping_all(&p->grouping, SLICE("(other)")));
	p->has_dead = wants_dead_time(p);
	p->has_code = !grouping_has(&p->grouping, "code_file") &&
	    !grouping_has(&p->grouping, "code_line");
}

void
profile_free(struct profile *p)
{
	if (p->selftime != NULL)
		selftime_free(p->selftime);
	groups_free(&p->groups);
	grouping_free(&p->grouping);
}

static void
settle_self(void *owner, int64_t self_ns)
{
	struct group *g = owner;

	if (g != NULL) /* else of a kind that is not counted */
		g->summary.self_ns += self_ns;
}

/* The group of EV, for COUNT events more. */
static struct group *
group_of(struct profile *p, const struct event *ev, uint64_t count)
{
	struct slice session = { "", 0 };

	if (p->has_sessions && !grouping_has(&p->grouping, "session"))
		session = event_has(ev, EVENT_SESSION)
		    ? ev->value[EVENT_SESSION]
		    : event_get(ev, EVENT_SRC);
	return groups_get(&p->groups, grouping_of(&p->grouping, ev), session,
	    count);
}

static bool
is_wanted(const struct profile *p, const struct event *ev)
{
	if ((p->kinds >> ev->kind & 1) != 0)
		return true;
	return p->is_timed_log && ev->kind == KIND_LOG &&
	    event_has(ev, EVENT_DURATION_MS);
}

/* What an event says of time; without a span of its own, self time is known. */
struct times {
	bool has_start, has_duration, has_self;
	int64_t start_ns, duration_ns, self_ns;
	int digits;
};

/* False if something of it was malformed, and reported. */
static bool
read_times(struct profile *p, const struct event *ev, struct times *t)
{
	uint64_t malformed = p->events->in->malformed;

	t->has_start = event_time(p->events, ev, &t->start_ns, &t->digits);
	t->has_duration = event_ns(p->events, ev, EVENT_DURATION_MS,
	    &t->duration_ns);
	t->has_self = event_ns(p->events, ev, EVENT_SELF_MS, &t->self_ns);
	return p->events->in->malformed == malformed;
}

/* Whether its self time depends on what else comes. */
static bool
is_span(const struct event *ev, const struct times *t)
{
	return ev->kind != KIND_LOG && event_has(ev, EVENT_SPAN) &&
	    t->has_start && t->has_duration && !t->has_self;
}

/* Relate a span to its parent and its children, for their self time. */
static void
add_span(struct profile *p, const struct event *ev, struct group *g,
    const struct times *t)
{
	struct slice trace = event_get(ev, EVENT_TRACE);
	uint64_t parent = 0;

	if (p->selftime == NULL)
		p->selftime = selftime_new(settle_self);
	if (event_has(ev, EVENT_PARENT))
		parent = selftime_id(trace, ev->value[EVENT_PARENT]);
	selftime_add(p->selftime, selftime_id(trace, ev->value[EVENT_SPAN]),
	    parent, t->start_ns, t->duration_ns, g);
}

/* A span of a kind that is not counted still takes time from its parent. */
static void
add_uncounted(struct profile *p, const struct event *ev)
{
	struct times t;

	if (event_has(ev, EVENT_PARENT) && read_times(p, ev, &t) &&
	    is_span(ev, &t))
		add_span(p, ev, NULL, &t);
}

static void
add_dead(struct group *g, int64_t self_ns)
{
	g->summary.dead_ns += self_ns;
	g->summary.has_dead = true;
}

/* The self time of a movement is dead time of its sequence. */
static void
add_movement(struct profile *p, const struct event *ev)
{
	struct event sequence = *ev;
	struct times t;

	if (!read_times(p, ev, &t))
		return;
	sequence.have |= UINT64_C(1) << EVENT_NAME;
	sequence.value[EVENT_NAME] = event_get(ev, EVENT_SEQUENCE);
	sequence.value[EVENT_KIND] = slice_of(event_kind_names[KIND_SEQUENCE]);
	add_dead(group_of(p, &sequence, 0), t.self_ns);
}

/* What of the duration was not spent in children, and in no beat at all. */
static void
add_self(struct profile *p, const struct event *ev, struct group *g,
    const struct times *t)
{
	if (is_span(ev, t)) {
		add_span(p, ev, g, t);
		return;
	}
	g->summary.self_ns += t->has_self ? t->self_ns : t->duration_ns;
	if (p->has_dead && ev->kind == KIND_SEQUENCE && t->has_self)
		add_dead(g, t->self_ns);
}

static void
add_event(struct profile *p, const struct event *ev)
{
	struct times t;
	struct group *g;

	if (!read_times(p, ev, &t))
		return;
	g = group_of(p, ev, 1);
	g->summary.count++;
	g->summary.errors += event_has_failed(ev);
	if (t.has_start)
		summary_add_time(&g->summary, t.start_ns, t.digits);
	if (p->has_code && event_has(ev, EVENT_CODE_FILE))
		summary_add_code(&g->summary, ev->value[EVENT_CODE_FILE],
		    event_get(ev, EVENT_CODE_LINE));
	if (!t.has_duration)
		return;
	quantile_add(&g->summary.durations, t.duration_ns);
	add_self(p, ev, g, &t);
}

static void
add_partial(struct profile *p, const struct event *ev)
{
	struct slice name, session;
	struct summary read;
	struct group *g;
	const char *wrong, *at;

	wrong = partial_read(&read, ev->line, &name, &session, &at);
	if (wrong != NULL) {
		input_malformed(p->events->in, at, wrong);
	} else {
		name = grouping_before(&p->grouping, ev->line, SLICE("sketch"));
		if (!p->has_sessions)
			session.len = 0;
		g = groups_get(&p->groups, name, session, read.count);
		summary_merge(&g->summary, &read);
	}
	summary_free(&read);
}

void
profile_add(struct profile *p, const struct event *ev)
{
	if (ev->type == RECORD_SKETCH)
		add_partial(p, ev);
	else if (ev->type != RECORD_EVENT)
		input_malformed(p->events->in, ev->line.ptr,
		    "neither an event nor partial statistics");
	else if (is_wanted(p, ev))
		add_event(p, ev);
	else if (p->has_dead && ev->kind == KIND_MOVEMENT &&
	    event_has(ev, EVENT_SELF_MS))
		add_movement(p, ev);
	else
		add_uncounted(p, ev);
}

void
profile_pause(struct profile *p)
{
	if (p->selftime != NULL)
		selftime_report(p->selftime);
}

void
profile_finish(struct profile *p)
{
	if (p->selftime != NULL)
		selftime_finish(p->selftime);
}

uint64_t
profile_outside(const struct profile *p)
{
	return p->selftime != NULL ? selftime_outside(p->selftime) : 0;
}
