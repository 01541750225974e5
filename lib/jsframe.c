/* SPDX-License-Identifier: MIT */
#include "tele/jsframe.h"

static const struct slice nothing = { "", 0 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
find_last(struct slice s, char c)
{
	return memrchr(s.ptr, c, s.len);
}

/* `eval at f (a.js:7:25), <anonymous>:1:2`: a.js:7:25 is in a file. */
static struct slice
evaluated_in(struct slice place)
{
	const char *open, *close;

	if (!slice_starts_with(place, SLICE("eval at ")))
		return place;
	open = find_last(place, '(');
	if (open == NULL)
		return place;
	close = memchr(open, ')', (size_t)(place.ptr + place.len - open));
	return close != NULL ? slice_range(open + 1, close) : place;
}

/* `Layer.handle [as handle_request]` is Layer.handle. */
static struct slice
without_alias(struct slice function)
{
	const char *as = slice_find(function, SLICE(" [as "));

	return as != NULL ? slice_range(function.ptr, as) : function;
}

/* `fn (file:line:column)`, `file:1:2`, `Array.map (<anonymous>)`, `fn`. */
bool
jsframe_v8(struct slice text, struct frame *frame)
{
	const char *open = slice_find(text, SLICE(" ("));
	const char *end = text.ptr + text.len;

	if (open == NULL) {
		if (frame_place(text, frame))
			return true;
		/* A name alone; a sentence that begins with "at" is none. */
		frame->file = nothing;
		frame->function = text;
		return memchr(text.ptr, ' ', text.len) == NULL;
	}
	if (end[-1] != ')')
		return false;
	frame->function = without_alias(slice_range(text.ptr, open));
	if (!frame_place(evaluated_in(slice_range(open + 2, end - 1)), frame))
		frame->file = frame->line = nothing;
	return true;
}

/* Whether S is a URL of a file that a browser loads. */
static bool
is_url(struct slice s)
{
	static const char *const schemes[] = { "http://", "https://", "file://",
		"webpack", "blob:", "[native code]" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (slice_starts_with(s, slice_of(schemes[i])))
			return true;
	return false;
}

/* The `@` of `fn@file`: both sides may hold others. */
static const char *
find_at(struct slice text)
{
	const char *end = text.ptr + text.len, *at = text.ptr;

	for (; (at = memchr(at, '@', (size_t)(end - at))) != NULL; at++)
		if (is_url(slice_range(at + 1, end)))
			return at;
	return find_last(text, '@');
}

/* `FILE line 26 > eval:1:30`: the file is the one that evaluates. */
static bool
evaluated_place(struct slice place, struct frame *frame)
{
	const char *line = slice_find(place, SLICE(" line ")), *p;
	const char *end = place.ptr + place.len;

	if (line == NULL || slice_find(place, SLICE(" > ")) == NULL)
		return false;
	for (p = line + 6; p < end && is_digit(*p);)
		p++;
	frame->file = frame_path(slice_range(place.ptr, line));
	frame->line = slice_range(line + 6, p);
	return frame->line.len > 0;
}

/* Whether two numbers end S: `:12:5`. */
static bool
has_column(struct slice s)
{
	int colons = 0;

	for (size_t n = s.len; n > 0 && colons < 2; n--) {
		if (s.ptr[n - 1] == ':')
			colons++;
		else if (!is_digit(s.ptr[n - 1]))
			return false;
	}
	return colons == 2;
}

/*
 * `fn@file:1:2`, as Firefox and Safari have it; `fn@[native code]`; Safari also
 * has `file:1:2` alone.
 */
bool
jsframe_gecko(struct slice text, struct frame *frame)
{
	const char *at = find_at(text);
	struct slice place = text;

	if (at != NULL) {
		place = slice_range(at + 1, text.ptr + text.len);
		frame->function = slice_range(text.ptr, at);
		if (slice_equal(frame->function, SLICE("()")))
			frame->function = nothing;
	} else {
		/* With a column: `http://host:80` is no frame. */
		if (!is_url(text) || !has_column(text))
			return false;
	}
	if (slice_equal(place, SLICE("[native code]")))
		return true;
	if (evaluated_place(place, frame))
		return true;
	return memchr(place.ptr, ' ', place.len) == NULL &&
	    memchr(place.ptr, '/', place.len) != NULL &&
	    frame_place(place, frame);
}
