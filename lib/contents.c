/* SPDX-License-Identifier: MIT */
#include "tele/contents.h"
#include "tele/heading.h"
#include "tele/level.h"
#include "tele/stack.h"

void
contents_read_error(const struct format *f, struct captures *got,
    struct slice text)
{
	struct stack stack;

	stack_parse(&stack, text, f->library, f->library_count);
	captures_set(got, EVENT_ERROR_TYPE,
	    stack.type.len > 0 ? stack.type : SLICE("Error"));
	captures_set(got, EVENT_ERROR_MESSAGE, stack.message);
	if (stack.text.len > 0)
		captures_set(got, EVENT_ERROR_STACK, stack.text);
	if (!stack.has_top)
		return;
	captures_set(got, EVENT_CODE_FILE, stack.top.file);
	if (field_accepts(EVENT_CODE_LINE, &stack.top.line))
		captures_set(got, EVENT_CODE_LINE, stack.top.line);
	if (stack.top.function.len > 0)
		captures_set(got, EVENT_CODE_FUNCTION, stack.top.function);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice
trim(struct slice s)
{
	while (s.len > 0 && is_blank(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* What a record says that is nothing but an error. */
static struct slice
first_words(struct slice error, const struct captures *got)
{
	const char *newline = memchr(error.ptr, '\n', error.len);
	struct slice first = slice_range(error.ptr,
	    newline ? newline : error.ptr + error.len);

	return heading_is_traceback(first) ? got->value[EVENT_ERROR_MESSAGE]
					   : trim(first);
}

/* What the format says is to be found in messages. */
static void
find_all(const struct format *f, struct captures *got, struct slice text)
{
	const char *end = text.ptr + text.len;
	uint64_t maybe = finder_scan(&f->finder, text.ptr, end);
	const struct pattern *find;

	for (int i = 0; maybe != 0 && i < f->find_count; i++, maybe >>= 1) {
		find = &f->finds[i];
		if ((maybe & 1) != 0 &&
		    (find->holes[0].field < 0 ||
			!captures_have(got, find->holes[0].field)))
			pattern_search(find, text.ptr, end, got);
	}
}

void
contents_read_log(const struct format *f, const struct rule *rule,
    struct captures *got, struct slice stated, bool has_lines)
{
	struct slice text = trim(got->value[EVENT_MESSAGE]), level;
	const char *end = text.ptr + text.len, *error = NULL;
	bool has_level,
	    is_below = text.ptr > got->value[EVENT_MESSAGE].ptr &&
	    text.ptr[-1] == '\n';

	/* Blanks before a group of Python's tell where it ends. */
	if (rule->emit == KIND_ERROR)
		error = got->value[EVENT_MESSAGE].ptr;
	else if (has_lines)
		error = stack_find(text);
	if (error != NULL) {
		contents_read_error(f, got, slice_range(error, end));
		text.len = error > text.ptr ? (size_t)(error - text.ptr) : 0;
		text = trim(text);
		if (text.len == 0 && rule->emit == KIND_LOG)
			text = first_words(slice_range(error, end), got);
	}
	has_level = stated.len > 0 || captures_have(got, EVENT_LEVEL);
	/* Below a line that has all but the message, too. */
	if (!has_level && (f->is_fallback || is_below)) {
		level = level_cut(&text);
		has_level = level.len > 0;
		if (has_level)
			captures_set(got, EVENT_LEVEL, level);
	}
	captures_set(got, EVENT_MESSAGE, text);
	if (f->find_count > 0)
		find_all(f, got, text);
	if (has_level)
		return;
	level = error != NULL ? SLICE("error") : level_find(text);
	if (level.len > 0)
		captures_set(got, EVENT_LEVEL, level);
}

uint64_t
contents_worth(int kind, const struct captures *got)
{
	uint64_t set = got->have & (FIELD_BIT(EVENT_KEYS) - 1) &
	    ~(FIELD_BIT(EVENT_TIME) | FIELD_BIT(EVENT_NAME) |
		FIELD_BIT(EVENT_DURATION_MS) | FIELD_BIT(EVENT_ADDED));

	if (kind != KIND_LOG && kind != KIND_ERROR)
		set &= ~FIELD_BIT(EVENT_LEVEL);
	set |= got->have & ~(FIELD_BIT(EVENT_KEYS) - 1);
	for (uint64_t rest = set; rest != 0; rest &= rest - 1)
		if (got->value[__builtin_ctzll(rest)].len == 0)
			set &= ~(rest & -rest);
	return set;
}
