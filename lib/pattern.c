/* SPDX-License-Identifier: MIT */
#include "tele/pattern.h"
#include "tele/wide.h"

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
	hole->type = hole_default(hole->field);
	return colon == NULL
	    ? NULL
	    : hole_compile(hole, names, arena, slice_range(colon + 1, end));
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
	return type <= HOLE_PATH || type == HOLE_QUOTED || type >= HOLE_DELTA;
}

static bool
takes_blanks(const struct hole *hole)
{
	return hole->type == HOLE_TEXT || hole->type == HOLE_ERROR ||
	    hole->type == HOLE_DELTA || hole->type == HOLE_QUOTED;
}

/*
 * Blanks around a hole may be more than the template has; those behind the
 * template may be part of what follows.
 */
static void
note_padding(struct pattern *pattern)
{
	struct slice before = pattern->prefix;
	struct hole *hole = pattern->holes;

	for (int i = 0; i < pattern->count; i++, hole++) {
		bool is_last = i + 1 == pattern->count;
		struct slice behind = hole->literal;

		hole->is_padded_before = !takes_blanks(hole) &&
		    before.len > 0 && before.ptr[before.len - 1] == ' ';
		hole->is_padded_behind = !takes_blanks(hole) &&
		    behind.len > 0 && *behind.ptr == ' ' &&
		    (!is_last || behind.len > 1);
		before = behind;
	}
}

/* By literal text, and by holes that do not take anything. */
static double
precision_of(const struct pattern *pattern)
{
	double sum = 0.01 * (double)pattern->prefix.len;

	for (int i = 0; i < pattern->count; i++) {
		const struct hole *hole = &pattern->holes[i];

		if (hole->type != HOLE_TEXT && hole->type != HOLE_WORD)
			sum += 0.02;
		sum += 0.002 * (double)hole->literal.len;
	}
	return 0.1 * sum / (sum + 0.1);
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
	note_padding(pattern);
	pattern->precision = precision_of(pattern);
	return wrong;
}

void
pattern_first(const struct pattern *pattern, bool is_first[256])
{
	if (pattern->prefix.len > 0)
		is_first[(unsigned char)*pattern->prefix.ptr] = true;
	else if (pattern->count > 0)
		hole_first(&pattern->holes[0], is_first);
	else
		memset(is_first, true, 256);
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
		if (hole->is_padded_before && p < end && *p == ' ')
			p = skip_padding(p, end);
		literal = hole->literal;
		q = hole_scan(hole, p, end, got, &value);
		if (q == NULL)
			return p;
		if (hole->field >= 0) {
			got->have |= UINT64_C(1) << hole->field;
			got->value[hole->field] = value;
		}
		p = q;
		if (literal.len == 0)
			continue;
		if (hole->is_padded_behind && end - p > 1 && p[1] == ' ' &&
		    *p == ' ')
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
