/* SPDX-License-Identifier: MIT */
#include "tele/tracelines.h"
#include "tele/stack.h"

static const struct slice nothing = { "", 0 };

/* Whether LINE, in a trace of Python's, is within a group of exceptions. */
static bool
is_grouped(struct slice line)
{
	size_t n = 0, blanks = 0;

	for (; n < line.len && memchr(" |+", line.ptr[n], 3) != NULL; n++)
		blanks += line.ptr[n] == ' ';
	return blanks < n &&
	    !slice_starts_with(slice_range(line.ptr + n, line.ptr + line.len),
		SLICE("Exception Group Traceback"));
}

/* Whether the error behind LINE is one with that before it. */
static bool
is_chain(struct slice line)
{
	static const struct slice nested = { "nested exception is:", 20 };

	line = frame_trim(line);
	return slice_starts_with(line, SLICE("During handling of the above")) ||
	    slice_starts_with(line, SLICE("The above exception was")) ||
	    (line.len >= nested.len &&
		memcmp(line.ptr + line.len - nested.len, nested.ptr,
		    nested.len) == 0);
}

static bool
begins(struct slice line)
{
	size_t indent = frame_indent(line);

	/* Go indents a panic within a panic. */
	return (heading_is_certain(line) &&
		   (*line.ptr != '\t' || heading_is_traceback(line))) ||
	    (heading_names_error(line) && indent <= 1);
}

/* Python: frames, the name of the error, what is said of it, and its causes. */
static bool
goes_on_in_python(struct tracelines *t, struct slice line)
{
	if (is_chain(line)) {
		t->is_chained = true;
		return true;
	}
	if (heading_is_traceback(line) && !is_grouped(line)) {
		t->is_named = !t->is_chained;
		t->is_chained = false;
		return !t->is_named;
	}
	if (is_grouped(line))
		return true;
	if (t->is_named)
		return !t->has_gap && !begins(line) &&
		    ++t->lines <= STACK_MESSAGE_LINES;
	t->is_named = frame_indent(line) == 0;
	return true;
}

/* Whether LINE can follow the frames of a trace, or stand for one. */
static bool
follows_frames(const struct tracelines *t, struct slice line)
{
	if (frame_is_turn(line) || frame_indent(line) > 0 ||
	    t->kind == HEADING_PANIC)
		return true;
	/* PHP: `#2 {main}`. */
	if (line.len > 1 && *line.ptr == '#' && line.ptr[1] >= '0' &&
	    line.ptr[1] <= '9')
		return true;
	/* What ends the properties of an error, and a gap of Dart's. */
	return memchr("}])<", *line.ptr, 4) != NULL;
}

/* Whether LINE, not empty, belongs to the open trace. */
static bool
goes_on(struct tracelines *t, struct slice line)
{
	if (t->kind == HEADING_TRACEBACK)
		return goes_on_in_python(t, line);
	/* In Ruby the frame is part of it; causes follow at once. */
	if ((t->has_gap || t->kind != HEADING_PLACED) &&
	    frame_indent(line) == 0 && heading_is_certain(line))
		return false;
	if (frame_is_placed(line, nothing)) {
		t->has_frames = true;
		t->is_doubtful = false;
		t->lines = 0;
		return true;
	}
	if (t->is_doubtful)
		return false;
	if (t->is_chained ||
	    (t->kind == HEADING_BEFORE && t->lines == 0 && !t->has_frames)) {
		t->is_chained = false;
		t->lines++;
		return true;
	}
	t->is_chained = is_chain(line);
	if (t->is_chained || (t->has_frames && frame_is_turn(line)))
		return true;
	if (begins(line))
		return false;
	if (t->has_frames || t->kind == HEADING_PLACED)
		return follows_frames(t, line) ||
		    slice_starts_with(line, SLICE("Stack trace:"));
	return ++t->lines <= STACK_MESSAGE_LINES;
}

/*
 * Whether the frames before LINE may have been a message that looks like
 * frames, and go on with it.
 */
static bool
may_be_message(const struct tracelines *t, struct slice line)
{
	struct heading h;

	if (!t->is_open || !t->has_frames || t->is_doubtful || t->has_gap ||
	    t->kind != HEADING_NAMED)
		return false;
	heading_parse(line, &h);
	return h.kind == HEADING_NONE;
}

enum traceline
tracelines_next(struct tracelines *t, struct slice line)
{
	struct heading h;

	if (frame_trim(line).len == 0) {
		t->has_gap = true;
		t->is_open = t->is_open && !t->is_doubtful;
		return t->is_open ? TRACELINE_GOES_ON : TRACELINE_NONE;
	}
	if (t->is_open && goes_on(t, line)) {
		t->has_gap = false;
		return TRACELINE_GOES_ON;
	}
	if (may_be_message(t, line)) {
		t->is_doubtful = true;
		return TRACELINE_MAY_GO_ON;
	}
	*t = (struct tracelines){ .is_open = true,
		.has_frames = frame_is_placed(line, nothing) };
	heading_parse(line, &h);
	t->kind = h.kind;
	t->is_doubtful = !t->has_frames && !begins(line);
	return t->is_doubtful ? TRACELINE_MAY_BEGIN : TRACELINE_BEGINS;
}
