/* SPDX-License-Identifier: MIT */
#include "tele/hole.h"
#include "tele/duration.h"
#include "tele/level.h"
#include "tele/pattern.h"
#include "tele/wide.h"

/* As a unit: it is in the text, and not a coarse one; it is not there. */
enum { MEASURED = -1, TAKEN = -2 };

/* Milliseconds that are written with so many characters are taken as is. */
enum { MAX_PLAIN = 12 };

static const struct {
	struct slice name;
	enum hole_type type;
	int64_t unit_ns;
} type_names[] = {
	{ { "text", 4 }, HOLE_TEXT, 0 },
	{ { "word", 4 }, HOLE_WORD, 0 },
	{ { "scoped", 6 }, HOLE_SCOPED, 0 },
	{ { "host", 4 }, HOLE_HOST, 0 },
	{ { "path", 4 }, HOLE_PATH, 0 },
	{ { "int", 3 }, HOLE_INT, 0 },
	{ { "quoted", 6 }, HOLE_QUOTED, 0 },
	{ { "ms", 2 }, HOLE_MS, 0 },
	{ { "s", 1 }, HOLE_DURATION, NS_PER_S },
	{ { "us", 2 }, HOLE_DURATION, NS_PER_US },
	{ { "ns", 2 }, HOLE_DURATION, 1 },
	{ { "duration", 8 }, HOLE_DURATION, 0 },
	{ { "elapsed", 7 }, HOLE_DURATION, MEASURED },
	{ { "taken", 5 }, HOLE_DURATION, TAKEN },
	{ { "level", 5 }, HOLE_LEVEL, 0 },
	{ { "capitals", 8 }, HOLE_CAPITALS, 0 },
	{ { "letter", 6 }, HOLE_LETTER, 0 },
	{ { "http-status", 11 }, HOLE_STATUS, 0 },
	{ { "time", 4 }, HOLE_TIME, 0 },
};

enum hole_type
hole_default(int field)
{
	switch (field) {
	case EVENT_TIME:
		return HOLE_TIME;
	case EVENT_DURATION_MS:
	case EVENT_WAIT_MS:
		return HOLE_MS;
	case EVENT_BEAT:
	case EVENT_CODE_LINE:
		return HOLE_INT;
	default:
		return HOLE_TEXT;
	}
}

/* `{time:%H:%M:%S}`; the same form is the same everywhere, for it is cached. */
static const char *
compile_form(struct hole *hole, struct field_names *names, struct arena *arena,
    struct slice text)
{
	struct timeform *form;
	const char *wrong;

	hole->type = HOLE_TIME;
	for (form = names->forms; form != NULL; form = form->next)
		if (slice_equal(form->source, text)) {
			hole->form = form;
			return NULL;
		}
	form = arena_alloc(arena, sizeof(*form));
	hole->form = form;
	wrong = timeform_compile(form, text);
	form->source = text;
	form->next = names->forms;
	names->forms = form;
	return wrong;
}

const char *
hole_compile(struct hole *hole, struct field_names *names, struct arena *arena,
    struct slice type)
{
	if (type.len > 0 && *type.ptr == '%')
		return compile_form(hole, names, arena, type);
	for (size_t i = 0; i < sizeof(type_names) / sizeof(*type_names); i++)
		if (slice_equal(type, type_names[i].name)) {
			hole->type = type_names[i].type;
			hole->unit_ns = type_names[i].unit_ns;
			return NULL;
		}
	return "unknown type of hole";
}

void
hole_first(const struct hole *hole, bool is_first[256])
{
	switch (hole->type) {
	case HOLE_TIME:
		if (hole->form != NULL) {
			timeform_first(hole->form, is_first);
			return;
		}
		/* fall through */
	case HOLE_INT:
	case HOLE_MS:
	case HOLE_DURATION:
	case HOLE_STATUS:
		memset(is_first + '0', true, 10);
		return;
	default:
		memset(is_first, true, 256);
	}
}

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static const char *
skip_number(const char *p, const char *end)
{
	const char *start = p;

	p = skip_digits(p, end);
	if (p > start && p < end && *p == '.' &&
	    skip_digits(p + 1, end) > p + 1)
		p = skip_digits(p + 1, end);
	return p;
}

static const char *
scan_word(const char *p, const char *end, struct slice literal)
{
	const char *stop = wide_find_blank(p, end), *q;

	if (literal.len == 0 || literal.ptr[0] == ' ' || literal.ptr[0] == '\t')
		return stop > p ? stop : NULL;
	/* The literal begins inside the word, as in `{:word}:{:int}`. */
	for (q = p; q < stop; q++) {
		q = memchr(q, literal.ptr[0], (size_t)(stop - q));
		if (q == NULL)
			return NULL;
		if (end - q >= (ptrdiff_t)literal.len &&
		    wide_equal(q, literal.ptr, literal.len))
			return q > p ? q : NULL;
	}
	return NULL;
}

static const char *
scan_host(const char *p, const char *end)
{
	const char *start = p;

	while (p < end &&
	    (((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') ||
		(*p >= '0' && *p <= '9') || *p == '.' || *p == '-' ||
		*p == '_'))
		p++;
	return p > start ? p : NULL;
}

static const char *
scan_quoted(const char *p, const char *end)
{
	const char *q = p, *slash;

	while ((q = memchr(q, '"', (size_t)(end - q))) != NULL) {
		for (slash = q; slash > p && slash[-1] == '\\';)
			slash--;
		if ((q - slash) % 2 == 0)
			return q;
		q++;
	}
	return NULL;
}

static const char *
skip_letters(const char *p, const char *end)
{
	while (p < end && ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
		p++;
	return p;
}

static const char *
scan_level(const char *p, const char *end, struct slice *value)
{
	const char *after = skip_letters(p, end);

	*value = level_of_word(slice_range(p, after));
	return value->len > 0 ? after : NULL;
}

/* A path without the query behind it. */
static const char *
scan_path(const char *p, const char *end, struct slice literal,
    struct slice *value)
{
	const char *after = scan_word(p, end, literal), *query;

	if (after == NULL)
		return NULL;
	query = memchr(p, '?', (size_t)(after - p));
	*value = slice_range(p, query != NULL ? query : after);
	return after;
}

/* 200 is info, 500 an error. */
static const char *
scan_status(const char *p, const char *end, struct captures *got)
{
	const char *after = skip_digits(p, end);

	if (after - p != 3)
		return NULL;
	captures_set(got, EVENT_LEVEL,
	    *p >= '5' ? SLICE("error") : SLICE("info"));
	return after;
}

/* Digits, perhaps with a fraction, as JSON has them: not `007`. */
static struct slice
cut_zeros(struct slice number)
{
	while (number.len > 1 && number.ptr[0] == '0' && number.ptr[1] != '.') {
		number.ptr++;
		number.len--;
	}
	return number;
}

/* A number and a unit, which may be part of the text, in milliseconds. */
static const char *
scan_duration(const struct hole *hole, const char *p, const char *end,
    struct captures *got, struct slice *value)
{
	const char *after = skip_number(p, end), *unit;
	char *text = got->numbers[hole->field == EVENT_WAIT_MS];
	struct slice number = slice_range(p, after);
	bool is_whole = memchr(number.ptr, '.', number.len) == NULL;
	int64_t ns, unit_ns = hole->unit_ns;

	if (after == p)
		return NULL;
	if (unit_ns == TAKEN) {
		unit_ns = is_whole ? NS_PER_US : NS_PER_S;
	} else if (unit_ns <= 0) {
		unit = after < end && *after == ' ' ? after + 1 : after;
		/* A micro sign or a Greek mu takes two bytes. */
		if (end - unit > 2 && (unsigned char)*unit >= 0x80)
			after = skip_letters(unit + 2, end);
		else
			after = skip_letters(unit, end);
		unit_ns = duration_unit(slice_range(unit, after));
		/* "retrying in 5 seconds" states no time that has passed. */
		if (hole->unit_ns == MEASURED && unit_ns >= NS_PER_S &&
		    is_whole)
			return NULL;
	}
	if (unit_ns == NS_PER_MS && number.len <= MAX_PLAIN) {
		*value = cut_zeros(number);
		return after;
	}
	if (unit_ns <= 0 || !duration_scale(number, unit_ns, &ns))
		return NULL;
	*value = (struct slice){ text, duration_format_ms(text, ns) };
	return after;
}

static const char *
scan_time(const struct hole *hole, const char *p, const char *end,
    struct captures *got)
{
	const char *after = hole->form != NULL
	    ? timeform_scan_next(hole->form, got->time, p, end)
	    : timestamp_scan_next(got->time, p, end);

	got->has_time = after != NULL;
	return after;
}

bool
field_accepts(int field, struct slice *text)
{
	const char *p = text->ptr, *end = p + text->len;

	if (field >= EVENT_KEYS)
		return true;
	switch (event_keys[field].type) {
	case EVENT_INTEGER:
		*text = cut_zeros(*text);
		return text->len > 0 && skip_digits(p, end) == end;
	case EVENT_NUMBER:
		*text = cut_zeros(*text);
		return text->len > 0 && skip_number(p, end) == end;
	default:
		return true;
	}
}

/* The end of digits at P, or of a number of milliseconds; NULL: there are none.
 */
static const char *
scan_digits(enum hole_type type, const char *p, const char *end,
    struct slice *value)
{
	const char *after = type == HOLE_INT ? skip_digits(p, end)
					     : skip_number(p, end);

	if (after == p)
		return NULL;
	*value = cut_zeros(slice_range(p, after));
	return type == HOLE_MS && end - after >= 2 &&
		memcmp(after, "ms", 2) == 0
	    ? after + 2
	    : after;
}

/* The end of a hole whose value is its text; NULL: it does not fit. */
static const char *
scan_text(const struct hole *hole, const char *p, const char *end,
    struct captures *got)
{
	const char *after;

	switch (hole->type) {
	case HOLE_TEXT:
	case HOLE_DELTA:
	case HOLE_ERROR:
		return hole->literal.len > 0
		    ? pattern_find(p, end, hole->literal)
		    : end;
	case HOLE_WORD:
		return scan_word(p, end, hole->literal);
	case HOLE_SCOPED:
		after = scan_word(p, end, hole->literal);
		return after != NULL &&
			memchr(p, ':', (size_t)(after - p - 1)) != NULL
		    ? after
		    : NULL;
	case HOLE_HOST:
		return scan_host(p, end);
	case HOLE_QUOTED:
		return scan_quoted(p, end);
	case HOLE_STATUS:
		return scan_status(p, end, got);
	case HOLE_TIME:
		return scan_time(hole, p, end, got);
	default:
		return NULL;
	}
}

const char *
hole_scan(const struct hole *hole, const char *p, const char *end,
    struct captures *got, struct slice *value)
{
	const char *after;

	switch (hole->type) {
	case HOLE_INT:
	case HOLE_MS:
		return scan_digits(hole->type, p, end, value);
	case HOLE_DURATION:
		return scan_duration(hole, p, end, got, value);
	case HOLE_LEVEL:
		return scan_level(p, end, value);
	case HOLE_CAPITALS:
		after = scan_level(p, end, value);
		return after != NULL && after[-1] <= 'Z' ? after : NULL;
	case HOLE_LETTER:
		*value = level_of_letter(p < end ? *p : '\0');
		return value->len > 0 ? p + 1 : NULL;
	case HOLE_PATH:
		return scan_path(p, end, hole->literal, value);
	default:
		after = scan_text(hole, p, end, got);
		if (after != NULL)
			*value = slice_range(p, after);
		return after;
	}
}
