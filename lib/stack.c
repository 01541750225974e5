/* SPDX-License-Identifier: MIT */
#include "tele/stack.h"
#include "tele/appcode.h"
#include "tele/heading.h"

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

/* What begins so is a frame or a sentence; it names no error. */
static bool
is_at(struct slice line)
{
	return slice_starts_with(frame_trim(line), SLICE("at "));
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
	    !appcode_has(frame, p->library, p->library_count))
		return;
	stack->top = *frame;
	stack->has_top = true;
}

/* .NET prints the frames of a cause before those of the error itself. */
static void
end_cause(struct parser *p)
{
	if (p->stack->has_top)
		p->cause = p->stack->top;
	p->stack->has_top = p->has_frames = p->has_ended = false;
}

/* Whether LINE is one more of the frames, of which the top one is known. */
static bool
is_one_more(const struct parser *p, struct slice line)
{
	return p->stack->has_top && p->has_frames && !p->has_text &&
	    frame_indent(line) == p->indent && is_at(line);
}

/* The frames of TEXT, innermost first. */
static void
take_frames(struct parser *p, struct slice text)
{
	struct slice previous = nothing, line;
	struct frame frame;

	while (text.len > 0) {
		line = slice_next_line(&text);
		if (is_one_more(p, line))
			continue;
		if (frame_parse(line, previous, &frame))
			take_frame(p, &frame, frame_indent(line));
		else if (slice_starts_with(frame_trim(line),
			     SLICE("--- End of inner exception")))
			end_cause(p);
		else if (p->has_frames && frame_is_turn(line))
			p->has_ended = true;
		else if (p->has_frames && frame_trim(line).len > 0)
			p->has_text = true;
		previous = line;
	}
}

/* Whether the frame that TEXT begins with is in the function that LINE names.
 */
static bool
is_function(struct slice line, struct slice text)
{
	struct slice next = slice_next_line(&text);
	struct frame frame;

	return frame_parse(next, line, &frame) && frame.function.len > 0 &&
	    frame.function.ptr >= line.ptr &&
	    frame.function.ptr < line.ptr + line.len;
}

/* MESSAGE, which may be empty, goes on to the end of LINE. */
static void
extend(struct slice *message, struct slice line)
{
	*message = slice_range(message->len > 0 ? message->ptr : line.ptr,
	    line.ptr + line.len);
}

/*
 * Add the lines before the first frame to the message, which is in the line
 * before TEXT, or not there.
 */
static void
extend_message(struct parser *p, struct slice text)
{
	struct slice *message = &p->stack->message, line;
	struct frame frame;

	for (int i = 0; text.len > 0 && i < STACK_MESSAGE_LINES; i++) {
		line = slice_next_line(&text);
		if (is_function(line, text))
			return;
		if (frame_parse(line, nothing, &frame) &&
		    frame_indent(line) == p->indent)
			return;
		if (!p->has_frames || frame_is_turn(line) || *line.ptr == '}')
			return;
		if (frame_trim(line).len > 0)
			extend(message, line);
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
		line = slice_next_line(&text);
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
		} else if (has_name && outermost == 0 &&
		    frame_trim(line).len > 0) {
			/* Messages and notes may have several lines. */
			extend(&stack->message, line);
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
		line = slice_next_line(&rest);
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
	    !appcode_has(place, p->library, p->library_count))
		return;
	if (stack->has_top && slice_equal(stack->top.line, place->line))
		return;
	stack->top = *place;
	stack->has_top = true;
}

/* As numbers of JSON are. */
static struct slice
without_zeros(struct slice digits)
{
	while (digits.len > 1 && *digits.ptr == '0')
		digits = slice_range(digits.ptr + 1, digits.ptr + digits.len);
	return digits;
}

/* Whether TEXT begins with a frame: no heading is above the first one. */
static bool
has_no_heading(struct slice first, struct slice rest)
{
	return frame_is_placed(first, nothing) ||
	    (memchr(first.ptr, ' ', first.len) == NULL &&
		is_function(first, rest));
}

void
stack_parse(struct stack *stack, struct slice text, const struct slice *library,
    int library_count)
{
	struct slice rest = text, first = slice_next_line(&rest);
	struct parser p = { .stack = stack,
		.library = library,
		.library_count = library_count };
	struct heading h;

	heading_parse(first, &h);
	if (h.kind == HEADING_NONE && has_no_heading(first, rest)) {
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
		stack->message = frame_trim(slice_next_line(&rest));
		if (h.type.len == 0 && heading_names_error(stack->message)) {
			heading_parse(stack->message, &h);
			stack->type = h.type;
			stack->message = h.message;
		}
		take_frames(&p, rest);
		take_place(&p, &h.place);
		extend_message(&p, rest);
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
	if (!stack->has_top)
		return;
	stack->top.file = appcode_strip(stack->top.file);
	stack->top.line = without_zeros(stack->top.line);
}

const char *
stack_find(struct slice text)
{
	struct slice rest = text, first = slice_next_line(&rest), line = first;
	struct slice previous = nothing, named = nothing;
	const char *within = heading_object(first);
	bool may_name;

	if (within != NULL)
		return within;
	for (;;) {
		if (line.ptr != first.ptr || heading_is_certain(first)) {
			may_name = !is_at(line);
			if (may_name && heading_is_certain(line))
				return line.ptr;
			if (may_name && heading_may_name(line) &&
			    (named.len == 0 || slice_equal(line, named)))
				named = line;
			else if (frame_is_placed(line, previous))
				break;
		} else if (heading_names_error(first)) {
			named = first;
		}
		if (rest.len == 0)
			return NULL;
		previous = line;
		line = slice_next_line(&rest);
	}
	if (named.len > 0)
		return frame_trim(named).ptr;
	within = heading_within(first);
	return within != NULL ? within : first.ptr;
}
