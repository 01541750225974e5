/* SPDX-License-Identifier: MIT */
#include "tele/columns.h"

#include <stdlib.h>

#include "tele/json.h"
#include "tele/logfmt.h"
#include "tele/wide.h"

void
columns_init(struct columns *c, struct json_record *record)
{
	*c = (struct columns){ .record = record,
		.separator = ' ',
		.unset = SLICE("-"),
		.date_at = -1,
		.time_at = -1 };
}

void
columns_free(struct columns *c)
{
	free(c->list);
	arena_free(&c->header);
	arena_free(&c->text);
}

/* --- values --------------------------------------------------------------- */

static const char *
skip_separators(const struct columns *c, const char *p, const char *end)
{
	while (c->separator == ' ' && p < end && *p == ' ')
		p++;
	return p;
}

/* Behind the quote at P, up to one that is not doubled; NULL if there is none.
 */
static const char *
closing_quote(const char *p, const char *end)
{
	for (p++; (p = memchr(p, '"', (size_t)(end - p))) != NULL; p += 2)
		if (p + 1 == end || p[1] != '"')
			return p;
	return NULL;
}

bool
columns_next(const struct columns *c, const char **p, const char *end,
    struct slice *value)
{
	const char *start = skip_separators(c, *p, end), *stop;
	const char *quote = start < end && *start == '"'
	    ? closing_quote(start, end)
	    : NULL;

	if (start > end || (start == end && c->separator == ' '))
		return false;
	if (quote != NULL) {
		*value = slice_range(start + 1, quote);
		start = quote;
	}
	stop = memchr(start, c->separator, (size_t)(end - start));
	if (stop == NULL)
		stop = end;
	if (quote == NULL)
		*value = slice_range(start, stop);
	/* A value may be empty at the end, too. */
	*p = stop + 1;
	if (slice_equal(*value, c->unset) || slice_equal(*value, c->empty))
		value->len = 0;
	return true;
}

static bool
is_plain(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)(s.ptr[i] - 0x20) >= 0x5f ||
		    s.ptr[i] == '"' || s.ptr[i] == '\\')
			return false;
	return true;
}

struct slice
columns_json(struct arena *arena, struct slice value)
{
	const char *p = value.ptr, *end = p + value.len, *quote;
	char *json, *to;

	if (is_plain(value))
		return value;
	json = to = arena_alloc(arena, value.len * 6 + 16 + WIDE_SLACK);
	/* Quotes are doubled in quotes. */
	while (
	    (quote = slice_find(slice_range(p, end), SLICE("\"\""))) != NULL) {
		to += json_escape(to, slice_range(p, quote + 1));
		p = quote + 2;
	}
	to += json_escape(to, slice_range(p, end));
	return slice_range(json, to);
}

/* --- headers -------------------------------------------------------------- */

/* What rules want of the column NAME; not for a hot path. */
static const struct pick_node *
find_node(struct columns *c, struct slice name)
{
	struct picktree *tree = &c->record->picker.tree;

	return picktree_find(tree, tree->nodes[0], name);
}

/* Forget the columns, and what else the header said of them. */
static void
forget(struct columns *c)
{
	c->count = 0;
	c->date_at = c->time_at = -1;
}

static void
add_column(struct columns *c, struct slice name)
{
	c->list = mem_grow(c->list, &c->cap, c->count + 1, sizeof(*c->list));
	if (slice_equal(name, SLICE("date")))
		c->date_at = (int)c->count;
	if (slice_equal(name, SLICE("time")))
		c->time_at = (int)c->count;
	name = arena_copy(&c->header, columns_json(&c->header, name));
	c->list[c->count++] = (struct columns_column){ name,
		find_node(c, name) };
}

/* The columns that the rest of the line, P..END, names. */
static void
read_names(struct columns *c, const char *p, const char *end)
{
	struct slice name;

	forget(c);
	c->instant = find_node(c, SLICE("date time"));
	c->log = find_node(c, SLICE("#path"));
	while (columns_next(c, &p, end, &name))
		if (name.len > 0)
			add_column(c, name);
}

/* `\x09` or the byte itself. */
static char
separator_of(struct slice text)
{
	char hex[3] = "";

	if (text.len != 4 || memcmp(text.ptr, "\\x", 2) != 0)
		return text.len > 0 ? *text.ptr : ' ';
	memcpy(hex, text.ptr + 2, 2);
	return (char)strtol(hex, NULL, 16);
}

/* The rest of LINE behind KEY and what divides them, in REST. */
static bool
is_header(struct slice line, const char *key, struct slice *rest)
{
	size_t len = strlen(key);

	if (line.len <= len || memcmp(line.ptr, key, len) != 0 ||
	    memchr(": \t,", line.ptr[len], 4) == NULL)
		return false;
	*rest = slice_range(line.ptr + len, line.ptr + line.len);
	while (rest->len > 0 && memchr(": \t,", *rest->ptr, 4) != NULL)
		*rest = slice_range(rest->ptr + 1, rest->ptr + rest->len);
	return true;
}

static void
take_header(struct columns *c, struct slice line)
{
	struct slice rest;
	const char *end = line.ptr + line.len;

	c->headers += !c->is_sample;
	if (is_header(line, "#Fields", &rest)) {
		c->separator = memchr(rest.ptr, '\t', rest.len) ? '\t' : ' ';
		c->is_w3c = true;
		c->unset = SLICE("-");
		c->empty = SLICE("");
		read_names(c, rest.ptr, end);
	} else if (is_header(line, "#fields", &rest)) {
		c->is_w3c = false;
		read_names(c, rest.ptr, end);
	} else if (is_header(line, "#separator", &rest)) {
		c->separator = separator_of(rest);
	} else if (is_header(line, "#unset_field", &rest)) {
		c->unset = arena_copy(&c->header, rest);
	} else if (is_header(line, "#empty_field", &rest)) {
		c->empty = arena_copy(&c->header, rest);
	} else if (is_header(line, "#path", &rest)) {
		c->path = arena_copy(&c->header,
		    columns_json(&c->header, rest));
	} else if (is_header(line, "#Date", &rest) && rest.len >= 10) {
		c->date = arena_copy(&c->header,
		    (struct slice){ rest.ptr, 10 });
	}
}

/* --- records -------------------------------------------------------------- */

static void
set(struct columns *c, const struct pick_node *node, struct slice value)
{
	if (node != NULL && value.len > 0)
		picker_set(&c->record->picker, node,
		    columns_json(&c->text, value), logfmt_type(value));
}

/* The instant that DATE and TIME make, which are in UTC. */
static void
set_instant(struct columns *c, struct slice date, struct slice time)
{
	char *text, *p;

	if (c->instant == NULL || date.len == 0 || time.len == 0)
		return;
	text = arena_alloc(&c->text, date.len + time.len + 2 + WIDE_SLACK);
	p = mempcpy(text, date.ptr, date.len);
	*p++ = 'T';
	p = mempcpy(p, time.ptr, time.len);
	*p++ = 'Z';
	set(c, c->instant, slice_range(text, p));
}

/* The values of LINE go to the picker; false if it is no record. */
static bool
read_record(struct columns *c, struct slice line)
{
	const char *p = line.ptr, *end = p + line.len;
	struct slice value, date = c->date, time = { "", 0 };
	size_t i = 0;

	/* CloudFront has tabs between values, though not between names. */
	if (c->is_w3c)
		c->separator = memchr(p, '\t', line.len) != NULL ? '\t' : ' ';
	picker_clear(&c->record->picker);
	if (c->text.blocks != NULL)
		arena_free(&c->text);
	while (columns_next(c, &p, end, &value)) {
		if (i == c->count)
			return false;
		if ((int)i == c->date_at)
			date = value;
		if ((int)i == c->time_at)
			time = value;
		set(c, c->list[i++].node, value);
	}
	set(c, c->log, c->path);
	set_instant(c, date, time);
	return i == c->count && i > 0;
}

static void
take_line(struct columns *c, struct slice line)
{
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (line.len > input_options.max_line && !c->is_sample) {
		input_malformed(c->in, NULL, input_too_long);
	} else if (line.len > 0 && *line.ptr == '#') {
		take_header(c, line);
	} else if (line.len > 0) {
		if (read_record(c, line))
			c->take(c->arg, c->record, line);
		else if (c->is_sample)
			c->faults++;
		else
			c->reject(c->arg, line);
	}
}

/* The line at in->p. */
static void
next_line(struct columns *c, struct input *in)
{
	const char *newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
	const char *start = in->p;

	in->line++;
	in->line_start = start;
	in->column = 0;
	in->p = newline != NULL ? newline + 1 : in->end;
	take_line(c, slice_range(start, newline != NULL ? newline : in->end));
}

void
columns_begin(struct columns *c, struct input *in)
{
	c->in = in;
}

void
columns_block(struct columns *c)
{
	while (c->in->p < c->in->end && !c->in->is_stopped)
		next_line(c, c->in);
}

size_t
columns_sample(struct columns *c, struct slice sample)
{
	struct input in;

	c->is_sample = true;
	c->faults = 0;
	forget(c);
	input_open_memory(&in, "", sample);
	/* A last line that is cut off counts only where it is the only one. */
	do
		next_line(c, &in);
	while (in.p < in.end &&
	    memchr(in.p, '\n', (size_t)(in.end - in.p)) != NULL);
	input_close(&in);
	forget(c);
	c->is_sample = false;
	return c->faults;
}
