/* SPDX-License-Identifier: MIT */
#include "tele/jsonvalue.h"

#include "tele/anyvalue.h"
#include "tele/convert.h"
#include "tele/duration.h"
#include "tele/jsonlist.h"
#include "tele/level.h"
#include "tele/wide.h"

struct slice
jsonvalue_string(struct jsonevent *ev, struct slice text)
{
	char *p = jsonevent_room(ev, text.len * 6 + 16);

	return (struct slice){ p, json_escape(p, text) };
}

struct slice
jsonvalue_plain(struct jsonevent *ev, struct slice text)
{
	char *p;

	if (memchr(text.ptr, '\\', text.len) == NULL)
		return text;
	p = jsonevent_room(ev, text.len);
	return (struct slice){ p, json_unescape(p, text) };
}

/* What is to be set to what, and how. */
struct want {
	struct jsonevent *ev;
	int to;
	const struct json_source *s;
	const struct picked *value;
	const struct way *way;
};

struct way {
	bool (*set)(const struct want *w);
	bool takes_containers;
	int64_t unit_ns;                    /* of a number; 0: its size tells */
	struct slice (*name)(struct slice); /* of a level; empty if none */
};

/* --- texts ---------------------------------------------------------------- */

static bool
set_json(const struct want *w)
{
	return jsonevent_set(w->ev, w->to,
	    picked_is_container(w->value)
		? jsonvalue_string(w->ev, w->value->text)
		: w->value->text);
}

static bool
set_any(const struct want *w)
{
	struct slice any = w->value->text, plain;
	char *p;

	if (w->value->type != '{')
		return set_json(w);
	p = jsonevent_room(w->ev, 2 * any.len + 8);
	plain = (struct slice){ p, anyvalue_plain(p, any) };
	return jsonevent_set(w->ev, w->to,
	    jsonvalue_string(w->ev, plain.len > 0 ? plain : any));
}

/* Whether TEXT, the inside of a string, ends in a newline of its own. */
static bool
ends_in_newline(struct slice text)
{
	size_t slashes = 0;

	if (text.len < 2 || text.ptr[text.len - 2] != '\\' ||
	    (text.ptr[text.len - 1] != 'n' && text.ptr[text.len - 1] != 'r'))
		return false;
	while (
	    slashes < text.len - 1 && text.ptr[text.len - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 1;
}

static bool
set_line(const struct want *w)
{
	struct slice text = w->value->text;

	while (w->value->type == '"' && ends_in_newline(text))
		text.len -= 2;
	return text.len > 0 && jsonevent_set(w->ev, w->to, text);
}

static bool
set_word(const struct want *w)
{
	struct slice text = w->value->text;

	return w->value->type == '"' && !slice_equal(text, SLICE("true")) &&
	    !slice_equal(text, SLICE("false")) &&
	    !slice_equal(text, SLICE("<nil>")) &&
	    jsonevent_set(w->ev, w->to, text);
}

static bool
set_path(const struct want *w)
{
	struct slice text = w->value->text;
	const char *query = memchr(text.ptr, '?', text.len);

	return jsonevent_set(w->ev, w->to,
	    slice_range(text.ptr, query ? query : text.ptr + text.len));
}

static bool
set_last(const struct want *w)
{
	const char *end = w->value->text.ptr + w->value->text.len;
	const char *slash = memrchr(w->value->text.ptr, '/',
	    w->value->text.len);

	return jsonevent_set(w->ev, w->to,
	    slice_range(slash != NULL ? slash + 1 : w->value->text.ptr, end));
}

static bool
set_id(const struct want *w)
{
	char *p = jsonevent_room(w->ev, w->value->text.len + 32);
	size_t len = convert_id(p, w->value->text);

	return len > 0 && jsonevent_set(w->ev, w->to, (struct slice){ p, len });
}

/* The name of the key, or a mark where it goes once it is known. */
static bool
set_key(const struct want *w)
{
	struct slice key = w->value->text;
	const struct slice *name = latenames_get(w->ev->names, key);
	char *p;

	if (name != NULL)
		return jsonevent_set(w->ev, w->to, *name);
	p = jsonevent_room(w->ev, key.len + 2);
	w->ev->is_late = true;
	return jsonevent_set(w->ev, w->to,
	    (struct slice){ p, latenames_mark(p, key) });
}

/* --- times ---------------------------------------------------------------- */

static bool
set_instant(struct jsonevent *ev, int to, const struct timestamp *t)
{
	if (to == FIELD_END) {
		ev->end_ns = t->ns;
		ev->has_end = true;
	} else if (to == EVENT_TIME) {
		ev->start_ns = t->ns;
		ev->has_start = true;
		stamp_set(&ev->time, t, SLICE(""));
	} else {
		return false;
	}
	return true;
}

/* A stamp, which most often differs from the last in its seconds only. */
static bool
read_stamp(struct jsonevent *ev, struct slice text, struct timestamp *t)
{
	const char *end = text.ptr + text.len;

	if (timestamp_scan_next(&ev->stamps, text.ptr, end + 1) != end)
		return false;
	*t = ev->stamps.t;
	return true;
}

static bool
set_time(const struct want *w)
{
	struct slice text = w->value->text;
	struct timestamp t;

	if (w->value->type == '{')
		return jsonlist_instant(text, &t) &&
		    set_instant(w->ev, w->to, &t);
	if (picked_is_container(w->value))
		return false;
	if (w->value->type == '0')
		return convert_epoch(text, 0, &t) &&
		    set_instant(w->ev, w->to, &t);
	text = jsonvalue_plain(w->ev, text);
	if (!read_stamp(w->ev, text, &t) && !convert_time(text, &t))
		return false;
	if (t.lacks != 0)
		assume_complete(&w->ev->assume, &t);
	return set_instant(w->ev, w->to, &t);
}

/* A duration in its own unit, or that of its key, or else UNIT_NS. */
static bool
set_duration_in(const struct want *w, int64_t unit_ns)
{
	int64_t ns;
	char *p;

	if (w->value->unit_ns > 0)
		unit_ns = w->value->unit_ns;
	else if (w->s->unit_ns > 0)
		unit_ns = w->s->unit_ns;
	if (!convert_duration(jsonvalue_plain(w->ev, w->value->text), unit_ns,
		&ns))
		return false;
	if (w->to == EVENT_DURATION_MS) {
		w->ev->duration_ns = ns;
		w->ev->has_duration = true;
		return true;
	}
	if (w->to != EVENT_WAIT_MS)
		return false;
	p = jsonevent_room(w->ev, DURATION_MS_MAX);
	return jsonevent_set(w->ev, w->to,
	    (struct slice){ p, duration_format_ms(p, ns) });
}

static bool
is_whole(const struct picked *value)
{
	return value->type == '0' &&
	    memchr(value->text.ptr, '.', value->text.len) == NULL;
}

/* Go's durations are integers of ns where nothing else is said. */
static bool
set_go_duration(const struct want *w)
{
	return set_duration_in(w, is_whole(w->value) ? 1 : NS_PER_MS);
}

/* Seconds, as W3C has it; but milliseconds, as IIS does. */
static bool
set_time_taken(const struct want *w)
{
	return set_duration_in(w, is_whole(w->value) ? NS_PER_MS : NS_PER_S);
}

/* A time or duration in one unit. */
static bool
set_number(const struct want *w)
{
	struct timestamp t;

	if (w->to == EVENT_TIME || w->to == FIELD_END)
		return convert_epoch(w->value->text, w->way->unit_ns, &t) &&
		    set_instant(w->ev, w->to, &t);
	return set_duration_in(w, w->way->unit_ns);
}

/* A time, in one unit, since an origin of its own. */
static bool
set_ticks(const struct want *w)
{
	struct timestamp t;

	return convert_ticks(w->value->text, w->way->unit_ns, &t) &&
	    set_instant(w->ev, w->to, &t);
}

/* --- levels and status ---------------------------------------------------- */

static struct slice
any_level(struct slice text)
{
	return *text.ptr >= '0' && *text.ptr <= '9' ? convert_pino_level(text)
						    : level_name(text);
}

static bool
set_level(const struct want *w)
{
	struct slice level = w->way->name(w->value->text);

	return level.len > 0 && jsonevent_set(w->ev, w->to, level);
}

static bool
set_stated_level(const struct want *w)
{
	struct slice text = jsonvalue_plain(w->ev, w->value->text), level;
	char start[LEVEL_FIND + WIDE_SLACK] = "";

	if (text.len > LEVEL_FIND)
		text.len = LEVEL_FIND;
	memcpy(start, text.ptr, text.len);
	level = level_find((struct slice){ start, text.len });
	return level.len > 0 && jsonevent_set(w->ev, w->to, level);
}

static bool
set_status(struct jsonevent *ev, bool is_error)
{
	ev->status = is_error ? &status_error : &status_ok;
	return true;
}

static bool
set_otlp_status(const struct want *w)
{
	return set_status(w->ev, convert_is_failure(w->value->text));
}

static bool
set_truth(const struct want *w)
{
	return slice_equal(w->value->text, SLICE("true")) &&
	    set_status(w->ev, true);
}

static bool
set_presence(const struct want *w)
{
	return set_status(w->ev, true);
}

/* --- lists ---------------------------------------------------------------- */

static bool
set_links(const struct want *w)
{
	return w->value->type == '[' &&
	    jsonlist_links(w->ev, w->value->text,
		w->s->as == JSON_AS_REFERENCES);
}

static bool
set_stack(const struct want *w)
{
	return w->value->type == '['
	    ? jsonlist_stack(w->ev, w->to, w->value->text)
	    : w->value->type == '"'
	    ? jsonevent_set(w->ev, w->to, w->value->text)
	    : false;
}

static bool
set_bytes(const struct want *w)
{
	return w->value->type == '['
	    ? jsonlist_bytes(w->ev, w->to, w->value->text)
	    : picked_is_container(w->value)
	    ? false
	    : jsonevent_set(w->ev, w->to, w->value->text);
}

static const struct way ways[] = {
	[JSON_AS_JSON] = { .set = set_json, .takes_containers = true },
	[JSON_AS_ANY] = { .set = set_any, .takes_containers = true },
	[JSON_AS_LINE] = { .set = set_line },
	[JSON_AS_WORD] = { .set = set_word },
	[JSON_AS_LAST] = { .set = set_last },
	[JSON_AS_PATH] = { .set = set_path },
	[JSON_AS_ID] = { .set = set_id },
	[JSON_AS_NS] = { .set = set_number, .unit_ns = 1 },
	[JSON_AS_US] = { .set = set_number, .unit_ns = NS_PER_US },
	[JSON_AS_MS] = { .set = set_number, .unit_ns = NS_PER_MS },
	[JSON_AS_S] = { .set = set_number, .unit_ns = NS_PER_S },
	[JSON_AS_TICKS] = { .set = set_ticks, .unit_ns = NS_PER_US },
	[JSON_AS_TIME] = { .set = set_time, .takes_containers = true },
	[JSON_AS_DURATION] = { .set = set_number, .unit_ns = NS_PER_MS },
	[JSON_AS_W3C] = { .set = set_time_taken },
	[JSON_AS_GO] = { .set = set_go_duration },
	[JSON_AS_LEVEL] = { .set = set_level, .name = any_level },
	[JSON_AS_OTLP_LEVEL] = { .set = set_level, .name = convert_otlp_level },
	[JSON_AS_SYSLOG_LEVEL] = { .set = set_level,
	    .name = convert_syslog_level },
	[JSON_AS_HTTP_LEVEL] = { .set = set_level, .name = convert_http_level },
	[JSON_AS_STATED_LEVEL] = { .set = set_stated_level },
	[JSON_AS_OTLP_STATUS] = { .set = set_otlp_status },
	[JSON_AS_TRUTH] = { .set = set_truth },
	[JSON_AS_PRESENCE] = { .set = set_presence, .takes_containers = true },
	[JSON_AS_LINKS] = { .set = set_links, .takes_containers = true },
	[JSON_AS_REFERENCES] = { .set = set_links, .takes_containers = true },
	[JSON_AS_STACK] = { .set = set_stack, .takes_containers = true },
	[JSON_AS_BYTES] = { .set = set_bytes, .takes_containers = true },
	[JSON_AS_KEY] = { .set = set_key },
};

bool
jsonvalue_set(struct jsonevent *ev, int to, const struct json_source *s,
    const struct picked *value)
{
	const struct way *way = &ways[s->as];

	if (picked_is_container(value) && !way->takes_containers)
		return false;
	if (s->as == JSON_AS_TEXT)
		return jsonevent_set(ev, to, value->text);
	return way->set(&(struct want){ ev, to, s, value, way });
}
