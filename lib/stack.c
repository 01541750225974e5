/* SPDX-License-Identifier: MIT */
#include "tele/stack.h"
#include "tele/heading.h"

/* Lines of a message between the name of an error and its frames. */
enum { MAX_MESSAGE_LINES = 20 };

static const struct slice nothing = { "", 0 };

struct parser {
	struct stack *stack;
	const struct slice *library;
	int library_count;
	size_t indent;      /* of the frames */
	bool has_frames;    /* of the error itself */
	bool has_ended;     /* what follows belongs to a cause */
	bool has_text;      /* behind the frames: they may be a message's */
	struct frame cause; /* the top frame of a cause that goes before */
	bool is_last_first; /* the last frame is the innermost */
};

/* The next line of *TEXT, which moves behind it. */
static struct slice
next_line(struct slice *text)
{
	const char *end = text->ptr + text->len;
	const char *newline = memchr(text->ptr, '\n', text->len);
	struct slice line = slice_range(text->ptr, newline ? newline : end);

	*text = slice_range(newline ? newline + 1 : end, end);
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

/*
 * Whether LINE is a frame that tells its place, as no other text does by
 * chance.
 */
static bool
is_frame(struct slice line, struct slice previous)
{
	struct frame frame;

	return frame_parse(line, previous, &frame) && frame.line.len > 0;
}

static bool
is_blank(struct slice line)
{
	return frame_trim(line).len == 0;
}

static size_t
indent_of(struct slice line)
{
	return (size_t)(frame_trim(line).ptr - line.ptr);
}

static void
take_frame(struct parser *p, const struct frame *frame, size_t indent)
{
	struct stack *stack = p->stack;

	/* What looked like frames was a message of several lines. */
	if (p->has_text && !p->has_ended && indent != p->indent) {
		stack->has_top = false;
		p->has_frames = false;
	}
	p->has_text = false;
	if (!p->has_frames)
		p->indent = indent;
	p->has_frames = true;
	if ((stack->has_top && !p->is_last_first) ||
	    !frame_is_app(frame, p->library, p->library_count))
		return;
	stack->top = *frame;
	stack->has_top = true;
}

/* Whether what follows LINE is no longer the trace of the error itself. */
static bool
is_turn(struct slice line)
{
	static const char *const words[] = { "Caused by",
		"Suppressed:", "[cause]", "[errors]", "... ", "--- End" };

	line = frame_trim(line);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_starts_with(line, slice_of(words[i])))
			return true;
	return false;
}

/* .NET prints the frames of a cause before those of the error itself. */
static void
end_cause(struct parser *p)
{
	if (p->stack->has_top)
		p->cause = p->stack->top;
	p->stack->has_top = p->has_frames = p->has_ended = false;
}

/* The frames of TEXT, innermost first. */
static void
take_frames(struct parser *p, struct slice text)
{
	struct slice previous = nothing, line;
	struct frame frame;

	while (text.len > 0) {
		line = next_line(&text);
		if (frame_parse(line, previous, &frame))
			take_frame(p, &frame, indent_of(line));
		else if (slice_starts_with(frame_trim(line),
			     SLICE("--- End of inner exception")))
			end_cause(p);
		else if (p->has_frames && is_turn(line))
			p->has_ended = true;
		else if (p->has_frames && !is_blank(line))
			p->has_text = true;
		previous = line;
	}
}

/* Add the lines before the first frame to the message, which is in the line
 * before TEXT. */
static void
extend_message(struct parser *p, struct slice text)
{
	struct slice *message = &p->stack->message, line;
	struct frame frame;

	for (int i = 0; text.len > 0 && i < MAX_MESSAGE_LINES; i++) {
		line = next_line(&text);
		if (frame_parse(line, nothing, &frame) &&
		    indent_of(line) == p->indent)
			return;
		if (!p->has_frames || is_turn(line) || *line.ptr == '}')
			return;
		if (!is_blank(line))
			*message = slice_range(message->ptr,
			    line.ptr + line.len);
	}
}

/* How far in LINE is, behind the bars of groups of exceptions. */
static size_t
python_depth(struct slice line)
{
	size_t n = 0;

	while (n < line.len &&
	    (line.ptr[n] == ' ' || line.ptr[n] == '|' || line.ptr[n] == '+'))
		n++;
	return n;
}

/* The name of an error of Python, which stands behind its frames. */
static void
take_python_name(struct stack *stack, struct slice line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] != ':' && line.ptr[n] != ' ')
		n++;
	stack->type = (struct slice){ line.ptr, n };
	line = slice_range(line.ptr + n, line.ptr + line.len);
	stack->message = line.len > 0
	    ? frame_trim(slice_range(line.ptr + 1, line.ptr + line.len))
	    : line;
}

/*
 * Python's frames, outermost first.  Of several traces the last is of the error
 * that nobody caught, and those before it are of its causes; but what stands
 * further in, behind more bars, is in the group that was named before.
 */
static void
take_python(struct parser *p, struct slice text)
{
	struct stack *stack = p->stack;
	size_t outermost = python_depth(text), depth;
	struct frame frame;
	struct slice line;
	bool in_frames = false, has_name = false;

	p->is_last_first = true;
	while (text.len > 0) {
		line = next_line(&text);
		depth = python_depth(line);
		if (heading_is_traceback(line)) {
			in_frames = depth <= outermost;
			if (in_frames)
				stack->has_top = has_name = false;
		} else if (in_frames && frame_parse(line, nothing, &frame)) {
			take_frame(p, &frame, 0);
		} else if (in_frames && depth <= outermost) {
			in_frames = false;
			has_name = true;
			take_python_name(stack,
			    slice_range(line.ptr + depth, line.ptr + line.len));
		} else if (has_name && outermost == 0 && !is_blank(line)) {
			/* Messages and notes may have several lines. */
			stack->message = slice_range(stack->message.ptr,
			    line.ptr + line.len);
		}
	}
}

/* The goroutine that panicked goes first; others only stood by. */
static struct slice
first_goroutine(struct slice text)
{
	struct slice rest = text, line;
	int count = 0;

	while (rest.len > 0) {
		line = next_line(&rest);
		if (slice_starts_with(line, SLICE("goroutine ")) &&
		    ++count == 2)
			return slice_range(text.ptr, line.ptr);
	}
	return text;
}

/* The place that the heading states, unless a frame says more of it. */
static void
take_place(struct parser *p, const struct frame *place)
{
	struct stack *stack = p->stack;

	if (place->line.len == 0 ||
	    !frame_is_app(place, p->library, p->library_count))
		return;
	if (stack->has_top && slice_equal(stack->top.line, place->line))
		return;
	stack->top = *place;
	stack->has_top = true;
}

void
stack_parse(struct stack *stack, struct slice text, const struct slice *library,
    int library_count)
{
	struct slice rest = text, first = next_line(&rest);
	struct parser p = { .stack = stack,
		.library = library,
		.library_count = library_count };
	struct heading h;

	heading_parse(first, &h);
	if (h.kind == HEADING_NONE && is_frame(first, nothing)) {
		h.message = nothing;
		rest = text;
	}
	*stack = (struct stack){ .type = h.type, .message = h.message };
	if (rest.len > 0)
		stack->text = text;
	switch (h.kind) {
	case HEADING_TRACEBACK:
		take_python(&p, text);
		break;
	case HEADING_PANIC:
		take_frames(&p, first_goroutine(rest));
		break;
	case HEADING_BEFORE:
		stack->message = frame_trim(next_line(&rest));
		if (h.type.len == 0 && heading_names_error(stack->message)) {
			heading_parse(stack->message, &h);
			stack->type = h.type;
			stack->message = h.message;
		}
		take_frames(&p, rest);
		take_place(&p, &h.place);
		break;
	case HEADING_PLACED:
		take_frames(&p, rest);
		take_place(&p, &h.place);
		break;
	default:
		take_frames(&p, rest);
		extend_message(&p, rest);
		break;
	}
	if (!stack->has_top && p.cause.line.len > 0) {
		stack->top = p.cause;
		stack->has_top = true;
	}
	if (stack->has_top)
		stack->top.file = frame_strip(stack->top.file);
}

const char *
stack_find(struct slice text)
{
	struct slice rest = text, first = next_line(&rest), line = first;
	struct slice previous = nothing, named = nothing;
	const char *within;

	for (;;) {
		if (line.ptr != first.ptr || heading_is_certain(first)) {
			if (heading_is_certain(line))
				return line.ptr;
			if (heading_may_name(line) &&
			    (named.len == 0 || slice_equal(line, named)))
				named = line;
			else if (is_frame(line, previous))
				break;
		} else if (heading_names_error(first)) {
			named = first;
		}
		if (rest.len == 0)
			return NULL;
		previous = line;
		line = next_line(&rest);
	}
	if (named.len > 0)
		return frame_trim(named).ptr;
	within = heading_within(first);
	return within != NULL ? within : first.ptr;
}

enum stack_step
stack_step(struct stack_stream *s, struct slice line)
{
	bool is_in_frames = is_frame(line, nothing) ||
	    (s->has_frames && (is_turn(line) || indent_of(line) > 0));

	if (s->is_open && is_in_frames) {
		s->has_frames = true;
		s->lines = 0;
		return STACK_GOES_ON;
	}
	if (heading_is_certain(line) ||
	    (heading_names_error(line) && indent_of(line) <= 1)) {
		*s = (struct stack_stream){ .is_open = true };
		return STACK_BEGINS;
	}
	/* Messages have several lines, and traces gaps. */
	if (s->is_open && ++s->lines <= MAX_MESSAGE_LINES)
		return STACK_GOES_ON;
	s->is_open = false;
	return STACK_NONE;
}
