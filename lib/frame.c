/* SPDX-License-Identifier: MIT */
#include "tele/frame.h"
#include "tele/jsframe.h"

static const struct slice nothing = { "", 0 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_number(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]))
			return false;
	return s.len > 0;
}

static struct slice
rest_after(struct slice s, size_t n)
{
	return (struct slice){ s.ptr + n, s.len - n };
}

static struct slice
trim_end(struct slice s)
{
	while (
	    s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

struct slice
frame_trim(struct slice s)
{
	while (s.len > 0 && (*s.ptr == ' ' || *s.ptr == '\t' || *s.ptr == '|'))
		s = rest_after(s, 1);
	return trim_end(s);
}

size_t
frame_indent(struct slice line)
{
	return (size_t)(frame_trim(line).ptr - line.ptr);
}

static const char *
find_last(struct slice s, char c)
{
	return memrchr(s.ptr, c, s.len);
}

static bool
contains(struct slice s, const char *what)
{
	return slice_find(s, slice_of(what)) != NULL;
}

/* What a URL names: its path, without the origin and the query. */
struct slice
frame_path(struct slice file)
{
	const char *end = file.ptr + file.len, *p, *slash, *query;
	bool is_file = slice_starts_with(file, SLICE("file://"));

	p = slice_find(file, SLICE("://"));
	if (p == NULL)
		return file;
	slash = memchr(p + 3, '/', (size_t)(end - p - 3));
	if (slash == NULL)
		return file;
	query = memchr(slash, '?', (size_t)(end - slash));
	/* `file:///C:/a.js` */
	if (end - slash > 2 && slash[2] == ':')
		is_file = false;
	return slice_range(is_file ? slash : slash + 1, query ? query : end);
}

/* `:12` or `:12:5` at the end of FILE, cut off; the line's digits. */
static struct slice
cut_position(struct slice *file)
{
	struct slice number[2] = { nothing, nothing };
	size_t n;

	for (int i = 0; i < 2; i++) {
		n = file->len;
		while (n > 0 && is_digit(file->ptr[n - 1]))
			n--;
		if (n == file->len || n < 2 || file->ptr[n - 1] != ':')
			break;
		number[i] = rest_after(*file, n);
		file->len = n - 1;
	}
	/* With one number alone it is the line, else the one before. */
	return number[1].len > 0 ? number[1] : number[0];
}

bool
frame_place(struct slice place, struct frame *frame)
{
	frame->line = cut_position(&place);
	if (frame->line.len == 0 || *place.ptr == ':')
		return false;
	frame->file = frame_path(place);
	return frame->file.len > 0;
}

/* .NET: `N.C.M(args) in FILE:line 12`; Mono: `... [0x00007] in FILE:12`. */
static bool
dotnet_frame(struct slice text, struct frame *frame)
{
	const char *in = slice_find(text, SLICE(" in ")),
		   *end = text.ptr + text.len;
	struct slice place, function;
	const char *mark, *open;

	if (in == NULL)
		return false;
	place = trim_end(slice_range(in + 4, end));
	function = slice_range(text.ptr, in);
	mark = slice_find(place, SLICE(":line "));
	open = memchr(function.ptr, '(', function.len);
	if (open == NULL)
		return false;
	if (mark != NULL) {
		frame->file = slice_range(place.ptr, mark);
		frame->line = slice_range(mark + 6, place.ptr + place.len);
		if (!is_number(frame->line))
			return false;
	} else if (!frame_place(place, frame)) {
		return false;
	}
	frame->function = trim_end(slice_range(function.ptr, open));
	return true;
}

/* `pkg.Class.method(File.java:12)`, `java.base/pkg.C.m(Native Method)`. */
static bool
java_frame(struct slice text, struct frame *frame)
{
	const char *open = memchr(text.ptr, '(', text.len), *slash, *colon;
	const char *end = text.ptr + text.len - 1;
	struct slice place;

	if (open == NULL || open == text.ptr || open[-1] == ' ')
		return false;
	frame->function = slice_range(text.ptr, open);
	slash = find_last(frame->function, '/');
	if (slash != NULL)
		frame->function = slice_range(slash + 1, open);
	if (memchr(frame->function.ptr, '.', frame->function.len) == NULL)
		return false;
	place = slice_range(open + 1, end);
	colon = memchr(place.ptr, ':', place.len);
	if (colon == NULL)
		return !contains(place, "/");
	frame->file = slice_range(place.ptr, colon);
	frame->line = slice_range(colon + 1, end);
	for (const char *p = colon + 1; p < end; p++)
		if (!is_digit(*p))
			return false;
	return frame->line.len > 0;
}

/* `  3: app::inner` before a place in a trace of Rust. */
static struct slice
rust_function(struct slice line)
{
	size_t n = 0;

	line = frame_trim(line);
	while (n < line.len && is_digit(line.ptr[n]))
		n++;
	return n > 0 && n + 2 < line.len && memcmp(line.ptr + n, ": ", 2) == 0
	    ? rest_after(line, n + 2)
	    : nothing;
}

/* logback tells which package a frame is from: `... ~[shop.jar:1.0]`. */
static struct slice
without_package(struct slice text)
{
	const char *open;

	if (text.len == 0 || text.ptr[text.len - 1] != ']')
		return text;
	open = slice_find(text, SLICE(") ~["));
	if (open == NULL)
		open = slice_find(text, SLICE(") ["));
	return open != NULL ? slice_range(text.ptr, open + 1) : text;
}

static bool
at_frame(struct slice text, struct slice previous, struct frame *frame)
{
	const char *end;

	text = without_package(text);
	if (slice_starts_with(text, SLICE("async ")))
		text = rest_after(text, 6);
	/* An error that is printed with its properties goes on in braces. */
	end = text.ptr + text.len;
	if (text.len > 2 && memcmp(end - 2, " {", 2) == 0)
		text.len -= 2;
	else if (text.len > 1 && end[-1] == ',')
		text.len--;
	if (text.len == 0)
		return false;
	if (dotnet_frame(text, frame))
		return true;
	*frame = (struct frame){ nothing, nothing, nothing, false };
	if (text.ptr[text.len - 1] == ')' && java_frame(text, frame))
		return true;
	*frame = (struct frame){ nothing, nothing, nothing, false };
	if (!jsframe_v8(text, frame))
		return false;
	if (frame->function.len == 0)
		frame->function = rust_function(previous);
	return true;
}

/* `File "f.py", line 12, in fn`. */
static bool
python_frame(struct slice text, struct frame *frame)
{
	const char *end = text.ptr + text.len, *quote, *p, *in;

	if (!slice_starts_with(text, SLICE("File \"")))
		return false;
	quote = memchr(text.ptr + 6, '"', text.len - 6);
	if (quote == NULL || end - quote < 9 ||
	    memcmp(quote, "\", line ", 8) != 0)
		return false;
	frame->file = slice_range(text.ptr + 6, quote);
	for (p = quote + 8; p < end && is_digit(*p);)
		p++;
	frame->line = slice_range(quote + 8, p);
	in = slice_find(slice_range(p, end), SLICE(", in "));
	if (in != NULL)
		frame->function = slice_range(in + 5, end);
	frame->is_python = true;
	return frame->line.len > 0;
}

/* Behind `#0 `: `/a.php(20): fn(...)`, `[internal function]: fn()`, `{main}`.
 */
static bool
php_frame(struct slice text, struct frame *frame)
{
	const char *end = text.ptr + text.len, *mark, *open, *p;

	if (slice_equal(text, SLICE("{main}")))
		return true;
	mark = slice_find(text, SLICE("): "));
	if (mark == NULL)
		return slice_starts_with(text, SLICE("[internal function]: "));
	open = memrchr(text.ptr, '(', (size_t)(mark - text.ptr));
	if (open == NULL || open == text.ptr)
		return false;
	for (p = open + 1; p < mark; p++)
		if (!is_digit(*p))
			return false;
	frame->file = slice_range(text.ptr, open);
	frame->line = slice_range(open + 1, mark);
	/* What was called there, which is not where the call stands. */
	p = memchr(mark + 3, '(', (size_t)(end - mark - 3));
	frame->function = slice_range(mark + 3, p != NULL ? p : end);
	return true;
}

/* `#0      main.<anonymous closure> (file:///a.dart:9:20)`, or PHP's. */
static bool
numbered_frame(struct slice text, struct frame *frame)
{
	const char *open;
	size_t n = 1;

	if (text.len < 3 || *text.ptr != '#')
		return false;
	while (n < text.len && is_digit(text.ptr[n]))
		n++;
	if (n == 1 || n == text.len || text.ptr[n] != ' ')
		return false;
	text = frame_trim(rest_after(text, n));
	open = slice_find(text, SLICE(" ("));
	if (open != NULL && text.ptr[text.len - 1] == ')' &&
	    frame_place(slice_range(open + 2, text.ptr + text.len - 1),
		frame)) {
		frame->function = slice_range(text.ptr, open);
		return true;
	}
	*frame = (struct frame){ nothing, nothing, nothing, false };
	return php_frame(text, frame);
}

/* `from a.rb:12:in 'fn'`, `gem (1.2) lib/a.rb:3:in `fn'`. */
static bool
ruby_frame(struct slice text, struct frame *frame)
{
	const char *in, *end, *close;

	if (slice_starts_with(text, SLICE("from ")))
		text = rest_after(text, 5);
	in = slice_find(text, SLICE(":in `"));
	if (in == NULL)
		in = slice_find(text, SLICE(":in '"));
	if (in == NULL || !frame_place(slice_range(text.ptr, in), frame))
		return false;
	end = text.ptr + text.len;
	close = memchr(in + 5, '\'', (size_t)(end - in - 5));
	frame->function = slice_range(in + 5, close != NULL ? close : end);
	return true;
}

/* `<tab>/src/main.go:8 +0x39` behind `main.work(0x12f0ea0)`. */
static bool
go_frame(struct slice text, struct slice previous, struct frame *frame)
{
	const char *end = text.ptr + text.len, *go, *p, *open;

	go = slice_find(text, SLICE(".go:"));
	if (go == NULL || memchr(text.ptr, ' ', (size_t)(go - text.ptr)))
		return false;
	for (p = go + 4; p < end && is_digit(*p);)
		p++;
	if (p == go + 4 || (p < end && *p != ' '))
		return false;
	frame->file = slice_range(text.ptr, go + 3);
	frame->line = slice_range(go + 4, p);
	if (slice_starts_with(previous, SLICE("created by ")))
		previous = rest_after(previous, 11);
	open = find_last(previous, '(');
	frame->function = open != NULL ? slice_range(previous.ptr, open)
				       : previous;
	return true;
}

/* `main::b(1, "x") called at FILE line 12`. */
static bool
perl_frame(struct slice text, struct frame *frame)
{
	const char *called = slice_find(text, SLICE(" called at ")), *line,
		   *open;
	struct slice place;

	if (called == NULL)
		return false;
	place = slice_range(called + 11, text.ptr + text.len);
	line = slice_find(place, SLICE(" line "));
	if (line == NULL)
		return false;
	open = memchr(text.ptr, '(', (size_t)(called - text.ptr));
	frame->function = slice_range(text.ptr, open != NULL ? open : called);
	frame->file = slice_range(place.ptr, line);
	frame->line = slice_range(line + 6, place.ptr + place.len);
	return is_number(frame->line);
}

bool
frame_parse(struct slice line, struct slice previous, struct frame *frame)
{
	struct slice text = frame_trim(line);
	bool is_indented = text.ptr > line.ptr;

	*frame = (struct frame){ nothing, nothing, nothing, false };
	if (text.len < 4)
		return false;
	if (slice_starts_with(text, SLICE("at ")))
		return at_frame(rest_after(text, 3), previous, frame);
	if (slice_starts_with(text, SLICE("eval at ")))
		return at_frame(rest_after(text, 8), previous, frame);
	if (python_frame(text, frame) || numbered_frame(text, frame))
		return true;
	*frame = (struct frame){ nothing, nothing, nothing, false };
	if (is_indented && go_frame(text, previous, frame))
		return true;
	if (is_indented && perl_frame(text, frame))
		return true;
	*frame = (struct frame){ nothing, nothing, nothing, false };
	if (ruby_frame(text, frame))
		return true;
	*frame = (struct frame){ nothing, nothing, nothing, false };
	return jsframe_gecko(text, frame);
}

bool
frame_is_placed(struct slice line, struct slice previous)
{
	struct frame frame;

	if (!frame_parse(line, previous, &frame))
		return false;
	/* Java's native frames have no place. */
	return frame.line.len > 0 || contains(line, "(Native Method)") ||
	    contains(line, "(Unknown Source)");
}

bool
frame_is_turn(struct slice line)
{
	static const char *const words[] = { "Caused by",
		"Suppressed:", "[cause]", "[errors]", "... ", "---> ",
		"--- End",
		"stack backtrace:", "Stack trace:", "note: ", "goroutine " };

	line = frame_trim(line);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_starts_with(line, slice_of(words[i])))
			return true;
	return false;
}
