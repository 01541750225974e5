/* SPDX-License-Identifier: MIT */
#include "tele/pattern.h"
#include "tele/duration.h"
#include "tele/level.h"
#include "tele/wide.h"

static const struct {
	struct slice name;
	enum hole_type type;
	int64_t unit_ns;
} type_names[] = {
	{ { "text", 4 }, HOLE_TEXT, 0 },
	{ { "word", 4 }, HOLE_WORD, 0 },
	{ { "scoped", 6 }, HOLE_SCOPED, 0 },
	{ { "host", 4 }, HOLE_HOST, 0 },
	{ { "int", 3 }, HOLE_INT, 0 },
	{ { "quoted", 6 }, HOLE_QUOTED, 0 },
	{ { "ms", 2 }, HOLE_MS, 0 },
	{ { "s", 1 }, HOLE_DURATION, NS_PER_S },
	{ { "us", 2 }, HOLE_DURATION, NS_PER_US },
	{ { "ns", 2 }, HOLE_DURATION, 1 },
	{ { "duration", 8 }, HOLE_DURATION, 0 },
	{ { "level", 5 }, HOLE_LEVEL, 0 },
	{ { "letter", 6 }, HOLE_LETTER, 0 },
	{ { "http-status", 11 }, HOLE_STATUS, 0 },
	{ { "time", 4 }, HOLE_TIME, 0 },
};

int
field_of(struct field_names *names, struct slice name)
{
	int key;

	/* A template says {duration:ms}: the unit is the type's. */
	if (slice_equal(name, SLICE("duration")))
		return EVENT_DURATION_MS;
	key = event_key_of(name);
	if (key >= 0)
		return key;
	for (int i = 0; i < names->count; i++)
		if (slice_equal(names->names[i], name))
			return EVENT_KEYS + i;
	if (EVENT_KEYS + names->count == FIELDS)
		return FIELD_NONE;
	names->names[names->count] = name;
	return EVENT_KEYS + names->count++;
}

struct slice
field_name(const struct field_names *names, int field)
{
	return field < EVENT_KEYS ? event_keys[field].name
				  : names->names[field - EVENT_KEYS];
}

/* What a hole holds when it does not say so. */
static enum hole_type
default_type(int field)
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

/* `{time:%H:%M:%S}` */
static const char *
compile_form(struct hole *hole, struct arena *arena, struct slice text)
{
	struct timeform *form = arena_alloc(arena, sizeof(*form));

	hole->type = HOLE_TIME;
	hole->form = form;
	return timeform_compile(form, text);
}

static const char *
compile_type(struct hole *hole, struct arena *arena, struct slice type)
{
	if (type.len > 0 && *type.ptr == '%')
		return compile_form(hole, arena, type);
	for (size_t i = 0; i < sizeof(type_names) / sizeof(*type_names); i++)
		if (slice_equal(type, type_names[i].name)) {
			hole->type = type_names[i].type;
			hole->unit_ns = type_names[i].unit_ns;
			return NULL;
		}
	return "unknown type of hole";
}

static const char *
compile_hole(struct hole *hole, struct arena *arena, struct field_names *names,
    struct slice text)
{
	const char *colon = memchr(text.ptr, ':', text.len);
	const char *end = text.ptr + text.len;
	struct slice name = slice_range(text.ptr, colon ? colon : end);

	*hole = (struct hole){ .field = FIELD_NONE };
	if (slice_equal(name, SLICE("error")) ||
	    slice_equal(name, SLICE("delta"))) {
		/* Several keys come of these; one carries the text for now. */
		hole->type = name.ptr[0] == 'e' ? HOLE_ERROR : HOLE_DELTA;
		hole->field = hole->type == HOLE_ERROR ? EVENT_ERROR_MESSAGE
						       : EVENT_ADDED;
		return colon == NULL ? NULL : "this hole has no type";
	}
	if (name.len > 0) {
		hole->field = field_of(names, name);
		if (hole->field == FIELD_NONE)
			return "too many fields";
	}
	hole->type = default_type(hole->field);
	return colon == NULL
	    ? NULL
	    : compile_type(hole, arena, slice_range(colon + 1, end));
}

/* Literal text up to a hole or the end, `{{` and `}}` undone. */
static const char *
compile_literal(struct arena *arena, const char **p, const char *end,
    struct slice *literal)
{
	size_t most = (size_t)(end - *p) + WIDE_SLACK;
	char *text = memset(arena_alloc(arena, most), 0, most);

	literal->ptr = text;
	while (*p < end) {
		if (**p == '{' || **p == '}') {
			if (end - *p < 2 || (*p)[1] != **p) {
				if (**p == '{')
					break;
				return "'}' without '{'";
			}
			*p += 1;
		}
		*text++ = *(*p)++;
	}
	literal->len = (size_t)(text - literal->ptr);
	return NULL;
}

/* Whether only the text behind such a hole tells where it ends. */
static bool
needs_literal(enum hole_type type)
{
	return type <= HOLE_SCOPED || type == HOLE_QUOTED || type >= HOLE_DELTA;
}

const char *
pattern_compile(struct pattern *pattern, struct arena *arena,
    struct field_names *names, struct slice source)
{
	const char *p = source.ptr, *end = p + source.len, *brace, *wrong;
	int most = 0;

	for (const char *c = p; c < end; c++)
		most += *c == '{';
	*pattern = (struct pattern){ .source = source };
	pattern->holes = arena_alloc(arena,
	    (size_t)most * sizeof(*pattern->holes) + 1);
	wrong = compile_literal(arena, &p, end, &pattern->prefix);
	while (wrong == NULL && p < end) {
		struct hole *hole = &pattern->holes[pattern->count++];

		brace = memchr(p, '}', (size_t)(end - p));
		if (brace == NULL)
			return "'{' without '}'";
		wrong = compile_hole(hole, arena, names,
		    slice_range(p + 1, brace));
		p = brace + 1;
		if (wrong == NULL)
			wrong = compile_literal(arena, &p, end, &hole->literal);
		if (wrong == NULL && hole->literal.len == 0 && p < end &&
		    needs_literal(hole->type))
			wrong = "two holes without text between them";
		pattern->has_error |= hole->type == HOLE_ERROR;
		pattern->has_delta |= hole->type == HOLE_DELTA;
	}
	return wrong;
}

double
pattern_precision(const struct pattern *pattern)
{
	double sum = 0.01 * (double)pattern->prefix.len;

	for (int i = 0; i < pattern->count; i++) {
		const struct hole *hole = &pattern->holes[i];

		sum += hole->type != HOLE_TEXT && hole->type != HOLE_WORD ? 0.02
									  : 0;
		sum += 0.002 * (double)hole->literal.len;
	}
	return sum < 0.1 ? sum : 0.1;
}

const char *
pattern_find(const char *p, const char *end, struct slice needle)
{
	const char *last = end - needle.len; /* where it may begin at most */
#ifdef __SSE2__
	/* Candidates have the first and the last byte in place. */
	const __m128i first = _mm_set1_epi8(needle.ptr[0]);
	const __m128i final = _mm_set1_epi8(needle.ptr[needle.len - 1]);

	for (; p <= last; p += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i b = _mm_loadu_si128(
		    (const __m128i *)(const void *)(p + needle.len - 1));
		unsigned at = (unsigned)_mm_movemask_epi8(
		    _mm_and_si128(_mm_cmpeq_epi8(a, first),
			_mm_cmpeq_epi8(b, final)));

		for (; at != 0; at &= at - 1) {
			const char *c = p + __builtin_ctz(at);

			if (c > last)
				return NULL;
			if (wide_equal(c, needle.ptr, needle.len))
				return c;
		}
	}
#else
	for (; p <= last; p++)
		if (*p == needle.ptr[0] &&
		    memcmp(p, needle.ptr, needle.len) == 0)
			return p;
#endif
	return NULL;
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
	const char *stop = p, *q;

	while (stop < end && *stop != ' ' && *stop != '\t')
		stop++;
	if (literal.len == 0 || literal.ptr[0] == ' ')
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

	*value = slice_range(p, after);
	if (!level_is_known(*value))
		return NULL;
	*value = level_name(*value);
	return after;
}

/* 200 is info, 500 an error. */
static const char *
scan_status(const char *p, const char *end, struct slice *value)
{
	const char *after = skip_digits(p, end);

	*value = *p >= '5' ? SLICE("error") : SLICE("info");
	return after - p == 3 ? after : NULL;
}

/* A number and a unit, which may be part of the text, in milliseconds. */
static const char *
scan_duration(const struct hole *hole, const char *p, const char *end,
    struct captures *got, struct slice *value)
{
	const char *after = skip_number(p, end), *unit;
	char *text = got->numbers[hole->field == EVENT_WAIT_MS];
	struct slice number = slice_range(p, after);
	int64_t ns;

	if (after == p)
		return NULL;
	if (hole->unit_ns > 0) {
		if (!duration_scale(number, hole->unit_ns, &ns))
			return NULL;
	} else {
		unit = after < end && *after == ' ' ? after + 1 : after;
		/* A micro sign or a Greek mu takes two bytes. */
		if (end - unit > 2 && (unsigned char)*unit >= 0x80)
			after = skip_letters(unit + 2, end);
		else
			after = skip_letters(unit, end);
		if (!duration_parse(slice_range(p, after), &ns))
			return NULL;
	}
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

static struct slice
cut_zeros(struct slice digits)
{
	while (digits.len > 1 && *digits.ptr == '0') {
		digits.ptr++;
		digits.len--;
	}
	return digits;
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
		return text->len > 0 && skip_number(p, end) == end;
	default:
		return true;
	}
}

/* The end of what the hole holds, or NULL. */
static const char *
scan_hole(const struct hole *hole, const char *p, const char *end,
    struct captures *got, struct slice *value)
{
	const char *after;

	switch (hole->type) {
	case HOLE_TEXT:
	case HOLE_DELTA:
	case HOLE_ERROR:
		after = hole->literal.len > 0
		    ? pattern_find(p, end, hole->literal)
		    : end;
		break;
	case HOLE_WORD:
		after = scan_word(p, end, hole->literal);
		break;
	case HOLE_SCOPED:
		after = scan_word(p, end, hole->literal);
		if (after != NULL &&
		    memchr(p, ':', (size_t)(after - p - 1)) == NULL)
			return NULL;
		break;
	case HOLE_HOST:
		after = scan_host(p, end);
		break;
	case HOLE_QUOTED:
		after = scan_quoted(p, end);
		break;
	case HOLE_INT:
		after = skip_digits(p, end);
		if (after == p)
			return NULL;
		*value = cut_zeros(slice_range(p, after));
		return after;
	case HOLE_MS:
		after = skip_number(p, end);
		if (after == p)
			return NULL;
		*value = slice_range(p, after);
		return end - after >= 2 && memcmp(after, "ms", 2) == 0
		    ? after + 2
		    : after;
	case HOLE_DURATION:
		return scan_duration(hole, p, end, got, value);
	case HOLE_LEVEL:
		return scan_level(p, end, value);
	case HOLE_LETTER:
		*value = level_of_letter(p < end ? *p : '\0');
		return value->len > 0 ? p + 1 : NULL;
	case HOLE_STATUS:
		return scan_status(p, end, value);
	case HOLE_TIME:
		after = scan_time(hole, p, end, got);
		break;
	default:
		return NULL;
	}
	if (after != NULL)
		*value = slice_range(p, after);
	return after;
}

static bool
takes_blanks(const struct hole *hole)
{
	return hole->type == HOLE_TEXT || hole->type == HOLE_ERROR ||
	    hole->type == HOLE_DELTA || hole->type == HOLE_QUOTED;
}

/* Past blanks that pad a column. */
static const char *
skip_padding(const char *p, const char *end)
{
	while (p < end && *p == ' ')
		p++;
	return p;
}

const char *
pattern_match_start(const struct pattern *pattern, const char *p,
    const char *end, struct captures *got, const char **after)
{
	const struct hole *hole = pattern->holes;
	const struct hole *past = hole + pattern->count;
	struct slice value, literal = pattern->prefix;
	const char *q;

	p += literal.len;
	for (; hole < past; hole++) {
		if (!takes_blanks(hole) && literal.len > 0 &&
		    literal.ptr[literal.len - 1] == ' ' && p < end && *p == ' ')
			p = skip_padding(p, end);
		literal = hole->literal;
		q = scan_hole(hole, p, end, got, &value);
		if (q == NULL)
			return p;
		if (hole->field >= 0) {
			got->have |= UINT64_C(1) << hole->field;
			got->value[hole->field] = value;
		}
		p = q;
		if (literal.len == 0)
			continue;
		/* Blanks behind a template may be part of what follows. */
		if (*literal.ptr == ' ' && end - p > 1 && p[1] == ' ' &&
		    *p == ' ' && !takes_blanks(hole) &&
		    (hole + 1 < past || literal.len > 1))
			p = skip_padding(p, end) - 1;
		if (end - p < (ptrdiff_t)literal.len ||
		    !wide_equal(p, literal.ptr, literal.len))
			return p;
		p += literal.len;
	}
	*after = p;
	return NULL;
}

bool
pattern_search(const struct pattern *pattern, const char *p, const char *end,
    struct captures *got)
{
	uint64_t have = got->have;
	const char *after;

	while ((p = pattern_find(p, end, pattern->prefix)) != NULL) {
		if (pattern_match_start(pattern, p, end, got, &after) == NULL)
			return true;
		got->have = have;
		p++;
	}
	return false;
}

const char *
pattern_match(const struct pattern *pattern, const char *p, const char *end,
    struct captures *got)
{
	const char *after, *failed;

	failed = pattern_match_start(pattern, p, end, got, &after);
	if (failed != NULL)
		return failed;
	while (after < end && (*after == ' ' || *after == '\t'))
		after++;
	return after == end ? NULL : after;
}
