/* SPDX-License-Identifier: MIT */
#include "tele/jsonwalk.h"

enum walk_state { AT_VALUE, AFTER_VALUE, AT_MEMBER };

/* What the walk says of the text that it has. */
enum walk_result { WALK_ON, WALK_MORE, WALK_END, WALK_FAULT };

void
jsonwalk_init(struct jsonwalk *w, struct json_format *json)
{
	*w = (struct jsonwalk){ .json = json };
}

void
jsonwalk_free(struct jsonwalk *w)
{
	for (int i = 0; i < JSONWALK_DEPTH; i++)
		fields_free(&w->open[i].kept);
}

const struct json_container *
jsonwalk_around(const struct jsonwalk *w, int up)
{
	int i = w->depth;

	while (i-- > 0)
		if (w->open[i].is_object && --up == 0)
			return &w->open[i];
	return NULL;
}

/* Everything before TO has been taken. */
static void
advance(struct jsonwalk *w, const char *to)
{
	struct input *in = w->in;
	const char *p = in->p, *newline;

	if (to == p)
		return;
	while ((newline = memchr(p, '\n', (size_t)(to - p))) != NULL) {
		in->line++;
		in->column = 0;
		p = newline + 1;
	}
	in->column += (uint64_t)(to - p);
	in->p = in->line_start = to;
}

static enum walk_result
faulty(struct jsonwalk *w, const char *at, const char *what)
{
	w->fault = (struct json_fault){ at, what };
	return WALK_FAULT;
}

/* A scanner gave up at w->fault: for good, or for want of text? */
static enum walk_result
stopped(const struct jsonwalk *w)
{
	return w->fault.what == NULL ? WALK_MORE : WALK_FAULT;
}

static enum walk_result
enter(struct jsonwalk *w, const char *p)
{
	struct json_container *f;

	if (w->depth == JSONWALK_DEPTH)
		return faulty(w, p, "too many containers");
	f = &w->open[w->depth++];
	f->place = w->place;
	f->is_object = *p == '{';
	f->has_members = false;
	fields_clear(&f->kept);
	advance(w, p + 1);
	w->state = AT_MEMBER;
	return WALK_ON;
}

static struct json_place *
child_of(const struct json_place *place, bool is_array, struct slice key)
{
	struct json_place *child = place->child;

	while (child != NULL &&
	    (child->is_array != is_array ||
		(!is_array && !slice_equal(child->key, key))))
		child = child->sibling;
	return child;
}

static enum walk_result
walk_value(struct jsonwalk *w, const char *p, const char *end)
{
	struct json_place *place = w->place;
	const char *after;
	bool is_record = place != NULL && place->record != NULL && *p == '{';

	if (is_record) {
		after = picker_read(&place->record->picker, p, end, &w->fault);
	} else if (place != NULL &&
	    ((*p == '[' && child_of(place, true, SLICE("")) != NULL) ||
		(*p == '{' && (place->child != NULL || place->has_picker)))) {
		return enter(w, p);
	} else if (place == w->json->root && *p != '{' && *p != '[') {
		return faulty(w, p, "expected '{'");
	} else {
		after = json_value(p, end, w->depth, &w->fault);
	}
	if (after == NULL)
		return stopped(w);
	advance(w, p);
	if (is_record && !w->is_sample &&
	    (size_t)(after - p) > input_options.max_line)
		input_malformed(w->in, NULL, input_too_long);
	else if (is_record)
		w->take(w->arg, place->record, slice_range(p, after));
	advance(w, after);
	w->state = AFTER_VALUE;
	return WALK_ON;
}

/* Keep what rules want of the object that F is: its member KEY. */
static enum walk_result
keep_member(struct jsonwalk *w, struct json_container *f, struct slice key,
    const char *value, const char *end)
{
	struct picker *picker = (struct picker *)&f->place->picker;
	const char *after;

	picker_clear(picker);
	after = picker_read_member(picker, key, value, end, &w->fault);
	if (after == NULL)
		return stopped(w);
	for (int i = 0; i < picker->tree.path_count && i < FIELDS; i++) {
		if (!picker_has(picker, i))
			continue;
		fields_set_json(&f->kept, i, picker->got[i].text);
		f->types[i] = picker->got[i].type;
	}
	advance(w, after);
	w->state = AFTER_VALUE;
	return WALK_ON;
}

/* The innermost container ends at P. */
static void
leave(struct jsonwalk *w, const char *p)
{
	if (w->open[--w->depth].is_object && w->json->name_count > 0)
		w->leave(w->arg);
	advance(w, p + 1);
}

/* The member KEY may have names; false if it is not whole or broken. */
static bool
read_names(struct jsonwalk *w, struct slice key, const char *value,
    const char *end)
{
	struct json_names *n = w->json->names;
	const char *after;

	for (int i = 0; i < w->json->name_count; i++, n++) {
		if (!slice_equal(key, n->in))
			continue;
		after = json_value(value, end, w->depth, &w->fault);
		if (after == NULL)
			return false;
		w->names(w->arg, n, slice_range(value, after));
	}
	return true;
}

/* The next member of the innermost container, or its end. */
static enum walk_result
walk_member(struct jsonwalk *w, const char *p, const char *end)
{
	struct json_container *f = &w->open[w->depth - 1];
	const char *after, *value;
	struct slice key;

	if (*p == (f->is_object ? '}' : ']') &&
	    (!f->has_members || w->json->is_lenient)) {
		leave(w, p);
		w->state = AFTER_VALUE;
		return WALK_ON;
	}
	f->has_members = true;
	if (!f->is_object) {
		w->place = child_of(f->place, true, SLICE(""));
		w->state = AT_VALUE;
		return WALK_ON;
	}
	if (*p != '"')
		return faulty(w, p, "expected a key in quotes");
	after = json_string(p, end, &w->fault);
	if (after == NULL)
		return stopped(w);
	key = slice_range(p + 1, after - 1);
	value = json_blank(after, end);
	if (value < end && *value != ':')
		return faulty(w, value, "expected ':' after key");
	value = value < end ? json_blank(value + 1, end) : end;
	if (value == end)
		return WALK_MORE;
	w->place = child_of(f->place, false, key);
	if (w->place == NULL && (*value == '{' || *value == '[') &&
	    !read_names(w, key, value, end))
		return stopped(w);
	if (w->place == NULL && f->place->has_picker)
		return keep_member(w, f, key, value, end);
	advance(w, value);
	w->state = AT_VALUE;
	return WALK_ON;
}

static enum walk_result
walk_after(struct jsonwalk *w, const char *p)
{
	const struct json_container *f = &w->open[w->depth - 1];

	if (*p == ',') {
		advance(w, p + 1);
		w->state = AT_MEMBER;
		return WALK_ON;
	}
	if (*p != (f->is_object ? '}' : ']'))
		return faulty(w, p,
		    f->is_object ? "expected ',' or '}' after value"
				 : "expected ',' or ']' after value");
	leave(w, p);
	return WALK_ON;
}

/* One step further in what is there. */
static enum walk_result
walk(struct jsonwalk *w)
{
	const char *end = w->in->end, *p = json_blank(w->in->p, end);

	if (w->state == AFTER_VALUE && w->depth == 0) {
		w->state = AT_VALUE;
		w->place = w->json->root;
	}
	if (p == end)
		return w->depth == 0 && w->state == AT_VALUE ? WALK_END
							     : WALK_MORE;
	switch (w->state) {
	case AT_VALUE:
		return walk_value(w, p, end);
	case AFTER_VALUE:
		return walk_after(w, p);
	default:
		return walk_member(w, p, end);
	}
}

static void
start_over(struct jsonwalk *w)
{
	w->depth = 0;
	w->state = AT_VALUE;
	w->place = w->json->root;
}

/*
 * Report the fault where it is, which may be lines behind the current one.
 * What should have come before the next line is missing at the end of this.
 */
static void
report_fault(struct jsonwalk *w)
{
	struct input *in = w->in;
	const char *at = w->fault.at != NULL ? w->fault.at : in->end;
	const char *p = json_blank(in->p, at), *last = at;
	uint64_t line = in->line, column = in->column;

	while (last > p &&
	    (last[-1] == ' ' || last[-1] == '\t' || last[-1] == '\r' ||
		last[-1] == '\n'))
		last--;
	if (memchr(last, '\n', (size_t)(at - last)) != NULL)
		at = last;
	p = in->p;
	advance(w, at);
	input_malformed(in, at,
	    w->fault.what != NULL ? w->fault.what
				  : "unexpected end of the document");
	in->p = in->line_start = p;
	in->line = line;
	in->column = column;
}

/* Go on behind the next newline as if nothing had been open. */
static void
resume(struct jsonwalk *w)
{
	struct input *in = w->in;
	const char *newline;

	advance(w, json_blank(in->p, in->end));
	for (;;) {
		newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
		advance(w, newline != NULL ? newline + 1 : in->end);
		if (newline != NULL || !input_extend(in))
			break;
	}
	start_over(w);
}

/* Whether the end of the file may come here. */
static bool
may_end(const struct jsonwalk *w)
{
	return w->json->is_lenient && w->depth > 0 && w->state != AT_VALUE &&
	    json_blank(w->in->p, w->in->end) == w->in->end;
}

/*
 * Past the element of a container that is too long to be had as a whole; false
 * if that fails, too.
 */
static bool
skip_element(struct jsonwalk *w)
{
	struct input *in = w->in;
	struct json j;
	enum json_token token;

	json_init(&j);
	advance(w, json_blank(in->p, in->end));
	json_feed(&j, slice_range(in->p, in->end), false);
	do {
		token = json_next(&j);
		if (token == JSON_MORE) {
			advance(w, j.p);
			if (!input_extend(in))
				return false;
			in->line_start = in->p;
			json_feed(&j, slice_range(in->p, in->end), false);
		}
	} while (token != JSON_ERROR && (j.depth > 0 || token == JSON_MORE));
	advance(w, j.p);
	w->state = AFTER_VALUE;
	return token != JSON_ERROR;
}

/* All that there is has been looked at; false at the end of the file. */
static bool
get_more(struct jsonwalk *w, bool is_between)
{
	struct input *in = w->in;

	if (input_extend(in)) {
		in->line_start = in->p;
		return true;
	}
	if (is_between || may_end(w) || in->is_broken || in->is_idle)
		return false;
	/* Nothing more comes, or what is there is too long. */
	w->fault = (struct json_fault){ NULL, NULL };
	if ((size_t)(in->end - in->p) > input_options.max_line)
		w->fault.what = input_too_long;
	if (w->fault.what != NULL && w->depth > 0 && w->state == AT_VALUE) {
		input_malformed(in, NULL, input_too_long);
		if (skip_element(w))
			return true;
	} else {
		report_fault(w);
	}
	resume(w);
	return in->p < in->end || input_extend(in);
}

void
jsonwalk_begin(struct jsonwalk *w, struct input *in)
{
	w->in = in;
	/* Where a log goes on in another file, lines are counted on. */
	if (in->line == 0)
		in->line = 1;
	in->column = 0;
	start_over(w);
}

void
jsonwalk_take(struct jsonwalk *w)
{
	struct input *in = w->in;
	enum walk_result result;

	in->line_start = in->p;
	do {
		result = walk(w);
		if (result == WALK_FAULT) {
			report_fault(w);
			resume(w);
		}
	} while (!in->is_stopped &&
	    (result == WALK_ON || result == WALK_FAULT ||
		get_more(w, result == WALK_END)));
	if (!in->is_idle)
		advance(w, in->end);
}

size_t
jsonwalk_sample(struct jsonwalk *w, struct slice sample)
{
	struct input in;
	enum walk_result result;
	size_t faults = 0;

	input_open_memory(&in, "", sample);
	w->in = &in;
	w->is_sample = true;
	start_over(w);
	while ((result = walk(w)) == WALK_ON || result == WALK_FAULT)
		if (result == WALK_FAULT) {
			faults++;
			resume(w);
		}
	/* Of a record that the sample cuts off the first members are known. */
	if (result == WALK_MORE && w->state == AT_VALUE && w->place != NULL &&
	    w->place->record != NULL) {
		w->is_cut = true;
		w->take(w->arg, w->place->record, slice_range(in.p, in.end));
	}
	w->is_sample = w->is_cut = false;
	w->in = NULL;
	input_close(&in);
	return faults;
}
