/* SPDX-License-Identifier: MIT */
#include "tele/pattern.h"
#include "tele/wide.h"

static const struct {
	struct slice name;
	enum hole_type type;
} type_names[] = {
	{ { "text", 4 }, HOLE_TEXT },
	{ { "word", 4 }, HOLE_WORD },
	{ { "int", 3 }, HOLE_INT },
	{ { "ms", 2 }, HOLE_MS },
	{ { "time", 4 }, HOLE_TIME },
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

static const char *
compile_hole(struct hole *hole, struct field_names *names, struct slice text)
{
	const char *colon = memchr(text.ptr, ':', text.len);
	const char *end = text.ptr + text.len;
	struct slice name = slice_range(text.ptr, colon ? colon : end), type;

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
	if (colon == NULL)
		return NULL;
	type = slice_range(colon + 1, end);
	for (size_t i = 0; i < sizeof(type_names) / sizeof(*type_names); i++)
		if (slice_equal(type, type_names[i].name)) {
			hole->type = type_names[i].type;
			return NULL;
		}
	return "unknown type of hole";
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
		wrong = compile_hole(hole, names, slice_range(p + 1, brace));
		p = brace + 1;
		if (wrong == NULL)
			wrong = compile_literal(arena, &p, end, &hole->literal);
		if (wrong == NULL && hole->literal.len == 0 && p < end)
			wrong = "two holes without text between them";
		pattern->has_error |= hole->type == HOLE_ERROR;
		pattern->has_delta |= hole->type == HOLE_DELTA;
	}
	return wrong;
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
	const char *stop = p;

	while (stop < end && *stop != ' ' && *stop != '\t')
		stop++;
	/* The literal may begin inside the word, as in `{:word}:{:int}`. */
	if (literal.len > 0 && literal.ptr[0] != ' ') {
		stop = memchr(p, literal.ptr[0], (size_t)(stop - p));
		if (stop == NULL)
			return NULL;
	}
	return stop > p ? stop : NULL;
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
	default:
		after = timestamp_scan_next(&got->time, p, end);
		got->has_time = after != NULL;
		break;
	}
	if (after != NULL)
		*value = slice_range(p, after);
	return after;
}

const char *
pattern_match_start(const struct pattern *pattern, const char *p,
    const char *end, struct captures *got, const char **after)
{
	const struct hole *hole = pattern->holes;
	const struct hole *past = hole + pattern->count;
	struct slice value;
	const char *q;

	p += pattern->prefix.len;
	for (; hole < past; hole++) {
		q = scan_hole(hole, p, end, got, &value);
		if (q == NULL)
			return p;
		if (hole->field >= 0) {
			got->have |= UINT64_C(1) << hole->field;
			got->value[hole->field] = value;
		}
		p = q;
		if (hole->literal.len > 0) {
			if (end - p < (ptrdiff_t)hole->literal.len ||
			    !wide_equal(p, hole->literal.ptr,
				hole->literal.len))
				return p;
			p += hole->literal.len;
		}
	}
	*after = p;
	return NULL;
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
