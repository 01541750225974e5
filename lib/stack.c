/* SPDX-License-Identifier: MIT */
#include "tele/stack.h"

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '.';
}

/*
 * The length of an error's name at the start of a line, before its colon; in
 * *MESSAGE where what it says begins.
 */
static size_t
type_length(struct slice line, size_t *message)
{
	const char *close;
	size_t n = 0, after;

	while (n < line.len && is_word(line.ptr[n]))
		n++;
	if (n == 0 || line.ptr[0] < 'A' || line.ptr[0] > 'Z' || n > 80)
		return 0;
	after = n;
	/* Node puts its code there: `TypeError [ERR_X]: message`. */
	if (line.len - n > 2 && memcmp(line.ptr + n, " [", 2) == 0 &&
	    (close = memchr(line.ptr + n, ']', line.len - n)) != NULL)
		after = (size_t)(close + 1 - line.ptr);
	if (after < line.len && line.ptr[after] != ':')
		return 0;
	*message = after < line.len ? after + 1 : after;
	return n;
}

/* `scheme://host/path` without its origin; other names as they are. */
static struct slice
strip_origin(struct slice file)
{
	const char *end = file.ptr + file.len, *p, *slash;

	p = memmem(file.ptr, file.len, "://", 3);
	if (p == NULL)
		return file;
	p += 3;
	slash = memchr(p, '/', (size_t)(end - p));
	return slash != NULL ? slice_range(slash + 1, end) : file;
}

/* `:12` or `:12:5` at the end of FILE, cut off; the line's digits. */
static struct slice
cut_position(struct slice *file)
{
	struct slice number[2] = { { "", 0 }, { "", 0 } };
	size_t n;

	for (int i = 0; i < 2; i++) {
		n = file->len;
		while (
		    n > 0 && file->ptr[n - 1] >= '0' && file->ptr[n - 1] <= '9')
			n--;
		if (n == file->len || n == 0 || file->ptr[n - 1] != ':')
			break;
		number[i] = (struct slice){ file->ptr + n, file->len - n };
		file->len = n - 1;
	}
	/* With one number alone it is the line, else the one before. */
	return number[1].len > 0 ? number[1] : number[0];
}

/* `eval at f (a.js:7:25), <anonymous>:1:2`: a.js:7:25 is in a file. */
static struct slice
evaluated_in(struct slice place)
{
	const char *open, *close;

	if (!slice_starts_with(place, SLICE("eval at ")))
		return place;
	open = memrchr(place.ptr, '(', place.len);
	close = memrchr(place.ptr, ')', place.len);
	return open != NULL && close > open ? slice_range(open + 1, close)
					    : place;
}

/* V8: `at fn (file:line:column)`, `at async fn (...)`, `at file:1:2`. */
static bool
v8_frame(struct slice line, struct frame *frame)
{
	const char *end = line.ptr + line.len, *open;
	struct slice function = { "", 0 };

	if (!slice_starts_with(line, SLICE("at ")))
		return false;
	line = slice_range(line.ptr + 3, end);
	if (slice_starts_with(line, SLICE("async ")))
		line = slice_range(line.ptr + 6, end);
	/* An error that is printed with its properties goes on in braces. */
	if (line.len > 2 && memcmp(end - 2, " {", 2) == 0)
		end -= 2;
	line = slice_range(line.ptr, end);
	open = memmem(line.ptr, line.len, " (", 2);
	if (open != NULL) {
		if (end[-1] != ')')
			return false;
		function = slice_range(line.ptr, open);
		line = evaluated_in(slice_range(open + 2, end - 1));
	}
	frame->function = function;
	frame->line = cut_position(&line);
	frame->file = strip_origin(line);
	return frame->line.len > 0 && frame->file.len > 0;
}

static bool
is_library(const struct frame *frame, const struct slice *library, int count)
{
	for (int i = 0; i < count; i++)
		if (memmem(frame->file.ptr, frame->file.len, library[i].ptr,
			library[i].len) != NULL)
			return true;
	return false;
}

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

static struct slice
trim(struct slice line)
{
	while (line.len > 0 && (*line.ptr == ' ' || *line.ptr == '\t')) {
		line.ptr++;
		line.len--;
	}
	return line;
}

void
stack_parse(struct stack *stack, struct slice text, const struct slice *library,
    int library_count)
{
	struct slice rest = text, first = next_line(&rest);
	struct frame frame;
	size_t message = 0, n = type_length(first, &message);

	*stack = (struct stack){ .type = { first.ptr, n }, .message = first };
	if (n > 0) {
		stack->message = trim(
		    slice_range(first.ptr + message, first.ptr + first.len));
	}
	if (rest.len > 0)
		stack->text = text;
	while (stack->text.len > 0 && !stack->has_top && rest.len > 0) {
		frame = (struct frame){ 0 };
		if (v8_frame(trim(next_line(&rest)), &frame) &&
		    !is_library(&frame, library, library_count)) {
			stack->top = frame;
			stack->has_top = true;
		}
	}
}
