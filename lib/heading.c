/* SPDX-License-Identifier: MIT */
#include "tele/heading.h"

enum { MAX_NAME = 120 };

static const struct slice nothing = { "", 0 };

/* Nothing of it is known. */
static const struct heading unknown = { HEADING_NONE, { "", 0 }, { "", 0 },
	{ { "", 0 }, { "", 0 }, { "", 0 }, false } };

static struct slice
skip(struct slice s, size_t n)
{
	return (struct slice){ s.ptr + n, s.len - n };
}

static bool
starts(struct slice s, const char *with)
{
	return slice_starts_with(s, slice_of(with));
}

static bool
ends(struct slice s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && memcmp(s.ptr + s.len - n, with, n) == 0;
}

static const char *
find(struct slice s, const char *what)
{
	return slice_find(s, slice_of(what));
}

/* The text behind WHAT in S; empty if S does not contain it. */
static struct slice
behind(struct slice s, const char *what)
{
	const char *at = find(s, what);

	return at != NULL ? slice_range(at + strlen(what), s.ptr + s.len)
			  : nothing;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || is_capital(c) || is_digit(c) ||
	    c == '_' || c == '$' || c == '`';
}

size_t
heading_class(struct slice s)
{
	size_t n = 0, last = 0;

	while (n < s.len && n <= MAX_NAME) {
		if (s.ptr[n] == '.' || s.ptr[n] == '\\') {
			last = ++n;
		} else if (s.len - n > 2 && memcmp(s.ptr + n, "::", 2) == 0) {
			last = n += 2;
		} else if (is_word(s.ptr[n])) {
			n++;
		} else {
			break;
		}
	}
	return n > last && n <= MAX_NAME &&
		(is_capital(s.ptr[last]) || is_capital(s.ptr[0]))
	    ? n
	    : 0;
}

/* Whether a name is one that errors have. */
static bool
is_error_name(struct slice name)
{
	static const char *const last[] = { "Error", "Exception", "Warning",
		"Fault", "Failure", "Interrupt", "Throwable", "Exit" };

	for (size_t i = 0; i < sizeof(last) / sizeof(*last); i++)
		if (ends(name, last[i]))
			return true;
	return false;
}

/* What stands before the name of an error that nobody caught. */
static struct slice
skip_announcement(struct slice line)
{
	static const char *const words[] = { "Uncaught ",
		"Caused by: ", "Unhandled exception. ", "[" };
	const char *quote;

	if (starts(line, "Exception in thread \"")) {
		quote = memchr(line.ptr + 21, '"', line.len - 21);
		if (quote != NULL && quote + 2 < line.ptr + line.len)
			return slice_range(quote + 2, line.ptr + line.len);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (starts(line, words[i]))
			return skip(line, strlen(words[i]));
	return line;
}

/* What a name may be followed by before its colon: ` [CODE]`, ` (index)`. */
static size_t
remark_length(struct slice rest)
{
	const char *close = NULL;

	if (starts(rest, " ["))
		close = memchr(rest.ptr, ']', rest.len);
	else if (starts(rest, " ("))
		close = find(rest, "): ");
	return close != NULL ? (size_t)(close + 1 - rest.ptr) : 0;
}

/* `Type: message`, `Type [CODE]: message`, `Type (message):`, `Type`. */
static bool
read_name(struct slice line, struct heading *h)
{
	struct slice rest;

	h->type = (struct slice){ line.ptr, heading_class(line) };
	rest = skip(line, h->type.len);
	if (h->type.len == 0)
		return false;
	h->kind = HEADING_NAMED;
	if (starts(rest, " (") && ends(rest, "):")) {
		h->message = (struct slice){ rest.ptr + 2, rest.len - 4 };
		return true;
	}
	rest = skip(rest, remark_length(rest));
	if (rest.len > 0 && *rest.ptr != ':')
		return false;
	if (rest.len > 0)
		h->message = frame_trim(skip(rest, 1));
	return true;
}

/* The same, as it is printed by way of an inspection: `[Error: text] {`. */
static bool
read_announced(struct slice line, struct heading *h)
{
	struct slice text = skip_announcement(line);
	const char *close, *inner;

	if (!read_name(text, h))
		return false;
	if (line.len > 0 && *line.ptr == '[') {
		close = memrchr(h->message.ptr, ']', h->message.len);
		if (close != NULL)
			h->message = slice_range(h->message.ptr, close);
	}
	inner = find(h->message, " ---> "); /* .NET's cause */
	if (inner != NULL)
		h->message = slice_range(h->message.ptr, inner);
	return true;
}

/* `exception 'T' with message 'm' in FILE:5`, `Uncaught T: m in FILE:5`. */
static bool
read_php(struct slice line, struct heading *h)
{
	struct slice text = line;
	const char *in, *quote;

	if (starts(text, "PHP "))
		text = behind(text, ": ");
	text = frame_trim(text);
	if (starts(text, "Uncaught "))
		text = skip(text, 9);
	in = find(text, " in ");
	while (
	    in != NULL && find(skip(text, (size_t)(in + 4 - text.ptr)), " in "))
		in = find(skip(text, (size_t)(in + 4 - text.ptr)), " in ");
	if (in == NULL ||
	    !frame_place(slice_range(in + 4, text.ptr + text.len), &h->place))
		return false;
	text = slice_range(text.ptr, in);
	if (starts(text, "exception '")) {
		text = skip(text, 11);
		quote = memchr(text.ptr, '\'', text.len);
		if (quote == NULL)
			return false;
		h->type = slice_range(text.ptr, quote);
		h->message = behind(text, "' with message '");
		if (ends(h->message, "'"))
			h->message.len--;
	} else if (!starts(line, "PHP ") || !read_name(text, h)) {
		return false;
	}
	h->kind = HEADING_PLACED;
	return true;
}

/* `a.rb:12:in 'fn': message (Type)` */
static bool
read_ruby(struct slice line, struct heading *h)
{
	const char *close = find(line, "': "), *open;
	struct slice text;

	if (close == NULL || !ends(line, ")") ||
	    !frame_parse(slice_range(line.ptr, close + 1), nothing,
		&h->place) ||
	    h->place.line.len == 0)
		return false;
	text = slice_range(close + 3, line.ptr + line.len - 1);
	open = memrchr(text.ptr, '(', text.len);
	if (open == NULL || open == text.ptr)
		return false;
	h->type = slice_range(open + 1, text.ptr + text.len);
	h->message = slice_range(text.ptr, open - 1);
	h->kind = HEADING_PLACED;
	return true;
}

/* `message at FILE line 12.` */
static bool
read_perl(struct slice line, struct heading *h)
{
	struct slice place = behind(line, " at ");
	const char *number = find(place, " line ");
	struct slice digits;

	if (number == NULL || !ends(place, "."))
		return false;
	digits = slice_range(number + 6, place.ptr + place.len - 1);
	for (size_t i = 0; i < digits.len; i++)
		if (!is_digit(digits.ptr[i]))
			return false;
	h->place.file = slice_range(place.ptr, number);
	h->place.line = digits;
	h->message = slice_range(line.ptr, place.ptr - 4);
	h->kind = HEADING_PLACED;
	return digits.len > 0;
}

/* `thread 'main' panicked at src/main.rs:2:5:`, or `... at 'message', FILE`. */
static bool
read_rust(struct slice line, struct heading *h)
{
	struct slice place = behind(line, " panicked at ");
	const char *quote;

	if (!starts(line, "thread '") || place.len == 0)
		return false;
	h->type = SLICE("panic");
	h->kind = HEADING_BEFORE;
	quote = memrchr(place.ptr, '\'', place.len);
	if (*place.ptr == '\'' && quote > place.ptr) {
		h->kind = HEADING_PLACED;
		h->message = slice_range(place.ptr + 1, quote);
		place = behind(slice_range(quote, place.ptr + place.len), ", ");
	} else if (ends(place, ":")) {
		place.len--;
	}
	return frame_place(place, &h->place);
}

static bool
read_go(struct slice line, struct heading *h)
{
	struct slice text;

	h->kind = HEADING_PANIC;
	h->type = SLICE("panic");
	if (starts(line, "panic: ")) {
		h->message = skip(line, 7);
	} else if (starts(line, "fatal error: ")) {
		h->type = SLICE("fatal error");
		h->message = skip(line, 13);
	} else {
		text = behind(line, "http: panic serving ");
		h->message = behind(text, ": ");
	}
	return h->message.len > 0;
}

bool
heading_is_traceback(struct slice line)
{
	return find(line, "Traceback (most recent call last):") != NULL;
}

static bool
read_python(struct slice line, struct heading *h)
{
	h->kind = HEADING_TRACEBACK;
	return heading_is_traceback(line);
}

static bool
read_dart(struct slice line, struct heading *h)
{
	h->kind = HEADING_BEFORE;
	return slice_equal(line, SLICE("Unhandled exception:"));
}

/*
 * Monolog's: `{"exception":"[object] (Type(code: 0): message at FILE:5)`.  The
 * text is JSON, so the type is what is behind its last backslash.
 */
static bool
read_monolog(struct slice line, struct heading *h)
{
	struct slice code = behind(line, "(code: "), place;
	const char *at, *slash, *close;

	if (!starts(line, "{\"exception\":\"[object] (") || code.len == 0)
		return false;
	h->kind = HEADING_PLACED;
	h->type = slice_range(line.ptr + 24, code.ptr - 7);
	slash = memrchr(h->type.ptr, '\\', h->type.len);
	if (slash != NULL)
		h->type = slice_range(slash + 1, code.ptr - 7);
	h->message = place = behind(code, "): ");
	while ((at = find(place, " at ")) != NULL)
		place = slice_range(at + 4, place.ptr + place.len);
	close = memchr(place.ptr, ')', place.len);
	if (place.ptr > h->message.ptr && close != NULL &&
	    frame_place(slice_range(place.ptr, close), &h->place))
		h->message = slice_range(h->message.ptr, place.ptr - 4);
	return true;
}

/* What no other line looks like, the most telling first. */
static bool (*const certain[])(struct slice line,
    struct heading *h) = { read_python, read_go, read_rust, read_dart, read_php,
	read_ruby, read_monolog };

static bool
read_certain(struct slice line, struct heading *h)
{
	for (size_t i = 0; i < sizeof(certain) / sizeof(*certain); i++) {
		*h = unknown;
		if (certain[i](line, h))
			return true;
	}
	return false;
}

bool
heading_is_certain(struct slice line)
{
	struct heading h;

	return read_certain(frame_trim(line), &h);
}

void
heading_parse(struct slice line, struct heading *h)
{
	struct slice text = frame_trim(line);

	if (read_certain(text, h))
		return;
	*h = unknown;
	if (read_announced(text, h))
		return;
	*h = unknown;
	if (read_perl(text, h))
		return;
	*h = unknown;
	h->message = text;
}

/* `InsufficientStock` may be an error's name; `Error` in it makes it certain.
 */
static bool
is_camel_case(struct slice name)
{
	int capitals = 0;

	for (size_t i = 0; i < name.len; i++)
		capitals += is_capital(name.ptr[i]);
	return capitals >= 2 && (size_t)capitals < name.len;
}

bool
heading_names_error(struct slice line)
{
	struct heading h = unknown;

	return read_announced(frame_trim(line), &h) && is_error_name(h.type);
}

bool
heading_may_name(struct slice line)
{
	struct heading h = unknown;

	return read_announced(frame_trim(line), &h) &&
	    (is_error_name(h.type) || is_camel_case(h.type));
}

const char *
heading_object(struct slice line)
{
	return find(line, "{\"exception\":\"[object] (");
}

/* The end of the word at P; whether it has a capital, as names have. */
static const char *
word_end(const char *p, const char *end, bool *has_capital)
{
	for (*has_capital = false; p < end && *p != ' '; p++)
		*has_capital |= is_capital(*p);
	return p;
}

const char *
heading_within(struct slice line)
{
	const char *end = line.ptr + line.len, *error = NULL, *maybe = NULL;
	const char *after;
	struct slice word;
	bool has_capital;
	size_t n;

	for (const char *p = line.ptr; p < end; p = after + 1) {
		after = word_end(p, end, &has_capital);
		if (!has_capital)
			continue;
		word = slice_range(p, end);
		n = heading_class(word);
		if (n == 0 || (n < word.len && p[n] != ':'))
			continue;
		word.len = n;
		if (is_error_name(word))
			error = p;
		else if (is_camel_case(word))
			maybe = p;
	}
	return error != NULL ? error : maybe;
}
