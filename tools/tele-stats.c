/* SPDX-License-Identifier: MIT */
/*
 * tele-stats - summarise how long each handler takes
 *
 * in:
 * {"time":"2026-01-02T03:04:05Z","kind":"beat","handler":"createNode","duration_ms":1.5}
 * out:
 * {"handler":"createNode","count":1,"errors":0,"total_ms":1.5,"p50_ms":1.5,...}
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/event.h"
#include "tele/input.h"
#include "tele/json.h"
#include "tele/map.h"
#include "tele/opt.h"
#include "tele/partial.h"
#include "tele/report.h"
#include "tele/selftime.h"
#include "tele/summary.h"

static struct {
	struct opt_list by, kinds;
	const char *sort;
	uint64_t top, max_names;
	int64_t every_ns;
	bool partial;
} opt = { .max_names = 100000 };

/* The keys of --by as JSON text. */
static struct slice *by_names;

static const struct opt options[] = {
	{ 'b', "by", "KEY,...", OPT_LIST, &opt.by,
	    "group by these keys (handler or name, and plugin or service)",
	    NULL },
	{ 'k', "kind", "KIND,...", OPT_LIST, &opt.kinds,
	    "summarise these kinds (beat,handler,span and timed logs)", NULL },
	{ 's', "sort", "KEY", OPT_STRING, &opt.sort,
	    "most of KEY first, texts in order (total_ms)", NULL },
	{ 'n', "top", "N", OPT_COUNT, &opt.top, "only the first N groups",
	    NULL },
	{ 'e', "every", "DURATION", OPT_DURATION, &opt.every_ns,
	    "report what came in each DURATION, as it comes", NULL },
	{ 'F', "follow", NULL, OPT_FLAG, &input_options.follow,
	    "wait for more at the end of a file", NULL },
	{ 0, "partial", NULL, OPT_FLAG, &opt.partial,
	    "write what can be merged by reading it again", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "put groups after the first N in one (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_stats = { "tele-stats",
	"Summarise how long each handler takes.", "[file ...]", options,
	"  tele-extract app.log | tele-stats | sort\n"
	"  tele-extract app.log | tele-stats --kind sequence --sort p95_ms\n"
	"  tail -F app.log | tele-extract -F | tele-stats --every 5s\n" };

/* A group; with --partial, of one session. */
struct group {
	struct summary summary;
	struct slice text;    /* its JSON text */
	struct slice session; /* with --partial */
};

/* Which group the last events of these names were in. */
enum { CACHE = 256 };
struct cached {
	struct slice key; /* of the group, as the map has it */
	struct group *group;
};

struct stats {
	struct input in;
	struct event_reader events;
	struct map groups; /* of struct group, by text and session */
	struct cached cache[CACHE];
	struct group *other;
	uint64_t folded; /* events in it */
	uint64_t kinds;
	bool is_timed_log; /* logs that state a duration count */
	bool is_dead_time; /* sequences get their movements' self time */
	struct selftime *selftime;
	char *key;
	size_t key_len, key_cap;
	int64_t next_report_ns;
	bool failed;
};

static void
settle_self(void *owner, int64_t self_ns)
{
	struct group *g = owner;

	if (g != NULL) /* else of a kind that is not counted */
		g->summary.self_ns += self_ns;
}

static void
choose_kinds(struct stats *s)
{
	int kind;

	if (opt.kinds.count == 0) {
		s->kinds = 1u << KIND_BEAT | 1u << KIND_HANDLER |
		    1u << KIND_SPAN;
		s->is_timed_log = true;
		return;
	}
	for (size_t i = 0; i < opt.kinds.count; i++) {
		for (kind = 0; event_kind_names[kind] != NULL; kind++)
			if (strcmp(event_kind_names[kind],
				opt.kinds.items[i]) == 0)
				break;
		if (event_kind_names[kind] == NULL)
			opt_usage("unknown kind '%s'", opt.kinds.items[i]);
		s->kinds |= 1u << kind;
	}
	s->is_dead_time = (s->kinds >> KIND_SEQUENCE & 1) != 0 &&
	    (s->kinds >> KIND_MOVEMENT & 1) == 0;
}

static void
escape_names(void)
{
	struct slice name;
	char *text;

	by_names = mem_zalloc(opt.by.count, sizeof(*by_names));
	for (size_t i = 0; i < opt.by.count; i++) {
		name = slice_of(opt.by.items[i]);
		text = mem_alloc(name.len * 6 + 16);
		by_names[i] = (struct slice){ text, json_escape(text, name) };
	}
}

static void
add_text(struct stats *s, struct slice text)
{
	s->key = mem_grow(s->key, &s->key_cap, s->key_len + text.len, 1);
	memcpy(s->key + s->key_len, text.ptr, text.len);
	s->key_len += text.len;
}

/* RAW is JSON text: two ways to escape the same string must not differ. */
static void
add_normal(struct stats *s, struct slice raw)
{
	bool is_plain = true;

	for (size_t i = 0; i < raw.len && is_plain; i++)
		is_plain = (unsigned char)(raw.ptr[i] - 0x20) < 0x5f &&
		    raw.ptr[i] != '\\';
	if (is_plain) {
		add_text(s, raw);
		return;
	}
	s->key = mem_grow(s->key, &s->key_cap, s->key_len + raw.len * 6 + 16,
	    1);
	s->key_len += json_normal(s->key + s->key_len, raw);
}

/* `"name":"value"` or `"name":17`, after a comma if it is not the first. */
static void
add_member(struct stats *s, struct slice name, struct slice value,
    bool is_string)
{
	if (s->key_len > 0)
		add_text(s, SLICE(","));
	add_text(s, SLICE("\""));
	add_text(s, name);
	add_text(s, is_string ? SLICE("\":\"") : SLICE("\":"));
	if (is_string)
		add_normal(s, value);
	else
		add_text(s, value);
	if (is_string)
		add_text(s, SLICE("\""));
}

/* Whether RAW, a key as JSON has it, is NAME. */
static bool
is_key(struct slice raw, struct slice name)
{
	char *plain;
	bool is_same;

	if (memchr(raw.ptr, '\\', raw.len) == NULL)
		return slice_equal(raw, name);
	plain = mem_alloc(raw.len);
	is_same = slice_equal((struct slice){ plain,
				  json_unescape(plain, raw) },
	    name);
	free(plain);
	return is_same;
}

/* The value of a key that events do not know, such as attr.user. */
static struct slice
find_value(const struct event *ev, struct slice name, bool *is_string)
{
	struct json j;
	enum json_token token;

	json_init(&j);
	json_feed(&j, ev->line, true);
	json_next(&j);
	while ((token = json_next(&j)) > JSON_END) {
		if (token != JSON_KEY || j.depth != 1 || !is_key(j.text, name))
			continue;
		token = json_next(&j);
		*is_string = token == JSON_STRING;
		if (token >= JSON_STRING && token < JSON_NULL)
			return j.text;
	}
	*is_string = true;
	return (struct slice){ "", 0 };
}

static void
add_by(struct stats *s, const struct event *ev)
{
	struct slice name, value;
	bool is_string;
	int key;

	for (size_t i = 0; i < opt.by.count; i++) {
		name = slice_of(opt.by.items[i]);
		key = event_key_of(name);
		if (key >= 0) {
			value = event_get(ev, (enum event_key)key);
			is_string = value.len == 0 ||
			    event_keys[key].type == EVENT_STRING;
		} else {
			value = find_value(ev, name, &is_string);
		}
		add_member(s, by_names[i], value, is_string);
	}
}

/* The handler, else the name; then who has it, for names repeat. */
static void
add_default(struct stats *s, const struct event *ev, enum event_key name)
{
	static const enum event_key owners[] = { EVENT_PLUGIN, EVENT_SERVICE };

	if (event_has(ev, EVENT_HANDLER))
		name = EVENT_HANDLER;
	add_member(s, SLICE("handler"), event_get(ev, name), true);
	for (size_t i = 0; i < 2; i++)
		if (event_has(ev, owners[i])) {
			add_member(s, event_keys[owners[i]].name,
			    ev->value[owners[i]], true);
			return;
		}
}

/* The session of partial statistics, where the group does not name it. */
static struct slice
session_of(const struct event *ev)
{
	for (size_t i = 0; i < opt.by.count; i++)
		if (strcmp(opt.by.items[i], "session") == 0)
			return (struct slice){ "", 0 };
	return event_has(ev, EVENT_SESSION) ? ev->value[EVENT_SESSION]
					    : event_get(ev, EVENT_SRC);
}

/* The group of all that --max-names leaves no room for. */
static struct group *
other_group(struct stats *s)
{
	const struct slice other = SLICE("(other)");
	struct group *g;
	bool is_new;

	s->folded++;
	if (s->other != NULL)
		return s->other;
	s->key_len = 0;
	if (opt.by.count == 0)
		add_member(s, SLICE("handler"), other, true);
	for (size_t i = 0; i < opt.by.count; i++)
		add_member(s, by_names[i], other, true);
	g = map_put(&s->groups, (struct slice){ s->key, s->key_len }, &is_new);
	g->text = map_entry_of(g)->key;
	s->other = g;
	return g;
}

/* The group called s->key: an old one, a new one, or the one for the rest. */
static struct group *
find_group(struct stats *s, size_t text_len)
{
	struct slice key = { s->key, s->key_len };
	uint64_t hash = map_hash(key);
	struct cached *c = &s->cache[hash % CACHE];
	struct group *g;
	bool is_new;

	if (c->group != NULL && slice_equal(c->key, key))
		return c->group;
	g = map_get(&s->groups, key);
	if (g == NULL && s->groups.count >= opt.max_names)
		return other_group(s);
	if (g == NULL) {
		g = map_put(&s->groups, key, &is_new);
		key = map_entry_of(g)->key;
		g->text = (struct slice){ key.ptr, text_len };
		if (key.len > text_len)
			g->session = (struct slice){ key.ptr + text_len + 1,
				key.len - text_len - 1 };
	}
	*c = (struct cached){ map_entry_of(g)->key, g };
	return g;
}

/* SESSION joins the key behind a byte that JSON text cannot contain. */
static struct group *
group_of(struct stats *s, struct slice session)
{
	size_t text_len = s->key_len;

	if (opt.partial && session.len > 0) {
		add_text(s, SLICE("\n"));
		add_normal(s, session);
	}
	return find_group(s, text_len);
}

static bool
is_error(const struct event *ev)
{
	struct slice level = event_get(ev, EVENT_LEVEL);

	if (ev->kind == KIND_ERROR)
		return false;
	return slice_equal(event_get(ev, EVENT_STATUS), SLICE("error")) ||
	    slice_equal(level, SLICE("error")) ||
	    slice_equal(level, SLICE("fatal"));
}

static bool
is_wanted(const struct stats *s, const struct event *ev)
{
	if ((s->kinds >> ev->kind & 1) != 0)
		return true;
	return s->is_timed_log && ev->kind == KIND_LOG &&
	    event_has(ev, EVENT_DURATION_MS);
}

/* Relate a span to its parent and its children, for their self time. */
static void
add_span(struct stats *s, const struct event *ev, struct group *g,
    int64_t start_ns, int64_t duration_ns)
{
	struct slice trace = event_get(ev, EVENT_TRACE);
	uint64_t parent = 0;

	if (s->selftime == NULL)
		s->selftime = selftime_new(settle_self);
	if (event_has(ev, EVENT_PARENT))
		parent = selftime_id(trace, ev->value[EVENT_PARENT]);
	selftime_add(s->selftime, selftime_id(trace, ev->value[EVENT_SPAN]),
	    parent, start_ns, duration_ns, g);
}

/* What of the duration was not spent in children. */
static void
add_self(struct stats *s, const struct event *ev, struct group *g,
    int64_t start_ns, int64_t duration_ns)
{
	int64_t self_ns;

	if (event_has(ev, EVENT_SELF_MS)) {
		if (event_ns(&s->events, ev, EVENT_SELF_MS, &self_ns))
			g->summary.self_ns += self_ns;
	} else if (ev->kind != KIND_LOG && event_has(ev, EVENT_SPAN) &&
	    event_has(ev, EVENT_TIME)) {
		add_span(s, ev, g, start_ns, duration_ns);
	} else {
		g->summary.self_ns += duration_ns;
	}
}

/* A span of a kind that is not counted still takes time from its parent. */
static void
add_uncounted(struct stats *s, const struct event *ev)
{
	int64_t start_ns, duration_ns;
	int digits;

	if (ev->kind != KIND_LOG && event_has(ev, EVENT_PARENT) &&
	    event_has(ev, EVENT_SPAN) && !event_has(ev, EVENT_SELF_MS) &&
	    event_time(&s->events, ev, &start_ns, &digits) &&
	    event_ns(&s->events, ev, EVENT_DURATION_MS, &duration_ns))
		add_span(s, ev, NULL, start_ns, duration_ns);
}

/* The self time of a movement is dead time of its sequence. */
static void
add_dead_time(struct stats *s, const struct event *ev)
{
	struct group *g;
	int64_t self_ns;

	if (!event_ns(&s->events, ev, EVENT_SELF_MS, &self_ns))
		return;
	s->key_len = 0;
	if (opt.by.count > 0)
		add_by(s, ev);
	else
		add_default(s, ev, EVENT_SEQUENCE);
	g = group_of(s, session_of(ev));
	g->summary.dead_ns += self_ns;
	g->summary.has_dead = true;
}

static void
add_event(struct stats *s, const struct event *ev)
{
	int64_t start_ns = 0, duration_ns = 0, self_ns;
	bool has_time, has_duration;
	struct group *g;
	uint64_t malformed = s->in.malformed;
	int digits;

	has_time = event_time(&s->events, ev, &start_ns, &digits);
	has_duration = event_ns(&s->events, ev, EVENT_DURATION_MS,
	    &duration_ns);
	if (s->in.malformed != malformed)
		return;
	s->key_len = 0;
	if (opt.by.count > 0)
		add_by(s, ev);
	else
		add_default(s, ev, EVENT_NAME);
	g = group_of(s, session_of(ev));
	g->summary.count++;
	g->summary.errors += is_error(ev);
	if (has_time)
		summary_add_time(&g->summary, start_ns, digits);
	if (event_has(ev, EVENT_CODE_FILE))
		summary_add_code(&g->summary, ev->value[EVENT_CODE_FILE],
		    event_get(ev, EVENT_CODE_LINE));
	if (!has_duration)
		return;
	quantile_add(&g->summary.durations, duration_ns);
	add_self(s, ev, g, start_ns, duration_ns);
	if (s->is_dead_time && ev->kind == KIND_SEQUENCE &&
	    event_ns(&s->events, ev, EVENT_SELF_MS, &self_ns)) {
		g->summary.dead_ns += self_ns;
		g->summary.has_dead = true;
	}
}

/* The group of a partial record: its members before `sketch`. */
static void
add_group(struct stats *s, struct slice record)
{
	struct json j;
	struct slice name;
	bool is_string;

	json_init(&j);
	json_feed(&j, record, true);
	json_next(&j);
	while (json_next(&j) == JSON_KEY &&
	    !slice_equal(j.text, SLICE("sketch"))) {
		name = j.text;
		is_string = json_next(&j) == JSON_STRING;
		add_member(s, name, j.text, is_string);
	}
}

static void
add_partial(struct stats *s, const struct event *ev)
{
	struct slice group, session;
	struct summary read;
	const char *wrong, *at;

	wrong = partial_read(&read, ev->line, &group, &session, &at);
	if (wrong != NULL) {
		input_malformed(&s->in, at, wrong);
	} else {
		s->key_len = 0;
		add_group(s, ev->line);
		summary_merge(&group_of(s, session)->summary, &read);
	}
	summary_free(&read);
}

static void
add_record(struct stats *s, const struct event *ev)
{
	if (ev->type == RECORD_SKETCH)
		add_partial(s, ev);
	else if (ev->type != RECORD_EVENT)
		input_malformed(&s->in, ev->line.ptr,
		    "neither an event nor partial statistics");
	else if (is_wanted(s, ev))
		add_event(s, ev);
	else if (s->is_dead_time && ev->kind == KIND_MOVEMENT &&
	    event_has(ev, EVENT_SELF_MS))
		add_dead_time(s, ev);
	else
		add_uncounted(s, ev);
}

/* The column to sort by, or SUMMARY_COLUMNS for the text of the group. */
static int
sort_column(void)
{
	int i = 0;

	if (opt.sort == NULL)
		return SUMMARY_TOTAL_MS;
	while (summary_columns[i] != NULL &&
	    strcmp(summary_columns[i], opt.sort) != 0)
		i++;
	if (i == SUMMARY_COLUMNS && strcmp(opt.sort, "handler") != 0) {
		for (size_t j = 0; j < opt.by.count; j++)
			if (strcmp(opt.by.items[j], opt.sort) == 0)
				return i;
		opt_usage("unknown key '%s' for --sort", opt.sort);
	}
	return i;
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;
	int column = opt.partial ? SUMMARY_COLUMNS : sort_column(), order;
	__int128 p, q;

	if (column != SUMMARY_COLUMNS) {
		summary_value(&x->summary, (enum summary_column)column, &p);
		summary_value(&y->summary, (enum summary_column)column, &q);
		if (p != q)
			return p < q ? 1 : -1;
	}
	order = slice_compare(x->text, y->text);
	return order != 0 ? order : slice_compare(x->session, y->session);
}

/* Report all groups that have anything, then start them anew. */
static void
write_groups(struct stats *s)
{
	struct group **sorted = mem_zalloc(s->groups.count, sizeof(*sorted));
	struct report report;
	size_t count = 0, shown;

	for (size_t i = 0; i < s->groups.count; i++) {
		struct group *g = (void *)s->groups.entries[i]->value;

		if (g->summary.count > 0 || g->summary.self_ns != 0 ||
		    g->summary.has_dead)
			sorted[count++] = g;
	}
	qsort(sorted, count, sizeof(struct group *), compare_groups);
	shown = opt.top > 0 && opt.top < count ? opt.top : count;
	report_open(&report, opt.every_ns > 0);
	for (size_t i = 0; i < shown; i++)
		if (opt.partial)
			partial_write(&sorted[i]->summary, sorted[i]->text,
			    sorted[i]->session, &report.out);
		else
			summary_write(&sorted[i]->summary, sorted[i]->text,
			    &report.out);
	s->failed |= !report_close(&report);
	for (size_t i = 0; i < count; i++)
		summary_free(&sorted[i]->summary);
	free(sorted);
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Report when an interval is over; says how long the next one still lasts. */
static int
report_in_time(void *arg, bool would_block)
{
	struct stats *s = arg;
	int64_t now = now_ns(), left;

	(void)would_block;
	if (s->next_report_ns == 0)
		s->next_report_ns = now + opt.every_ns;
	if (now >= s->next_report_ns) {
		write_groups(s);
		/* After a long idle time, not once for each interval. */
		s->next_report_ns += opt.every_ns;
		if (s->next_report_ns <= now)
			s->next_report_ns = now + opt.every_ns;
	}
	left = (s->next_report_ns - now + NS_PER_MS - 1) / NS_PER_MS;
	return left < 1000000 ? (int)left : 1000000;
}

static int
finish(struct stats *s)
{
	int status;

	if (s->selftime != NULL) {
		selftime_finish(s->selftime);
		if (selftime_outside(s->selftime) > 0)
			warn("%llu spans were more than %d spans away from "
			     "their parent: its self time includes theirs",
			    (unsigned long long)selftime_outside(s->selftime),
			    SELFTIME_WINDOW);
		selftime_free(s->selftime);
	}
	if (s->folded > 0)
		warn("more than %llu groups: the rest, %llu events, is "
		     "'(other)'",
		    (unsigned long long)opt.max_names,
		    (unsigned long long)s->folded);
	write_groups(s);
	event_reader_free(&s->events);
	map_free(&s->groups);
	for (size_t i = 0; i < opt.by.count; i++)
		free((char *)by_names[i].ptr);
	free(by_names);
	free(s->key);
	status = input_close(&s->in);
	return s->failed ? EXIT_TROUBLE : status;
}

int
main(int argc, char *argv[])
{
	struct stats s = { 0 };
	struct event ev;

	opt_parse(&tele_stats, &argc, &argv);
	choose_kinds(&s);
	escape_names();
	sort_column();
	input_open(&s.in, argc, argv);
	event_reader_init(&s.events, &s.in);
	map_init(&s.groups, sizeof(struct group));
	if (opt.every_ns > 0) {
		s.in.before_read = report_in_time;
		s.in.arg = &s;
	}

	while (event_next(&s.events, &ev))
		add_record(&s, &ev);
	return finish(&s);
}
