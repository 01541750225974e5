/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/json.h"
#include "tele/map.h"
#include "tele/timeline.h"

#define BIT(key) (UINT64_C(1) << (key))

/* Times beyond that are cut, so that sums of some stay in range. */
#define LONGEST_NS (INT64_MAX / 8)

const uint64_t timeline_keys = BIT(EVENT_NAME) | BIT(EVENT_HANDLER) |
    BIT(EVENT_PLUGIN) | BIT(EVENT_SERVICE) | BIT(EVENT_SEQUENCE) |
    BIT(EVENT_SEQUENCE_ID) | BIT(EVENT_ERROR_TYPE) | BIT(EVENT_ERROR_MESSAGE) |
    BIT(EVENT_CODE_FILE) | BIT(EVENT_CODE_LINE) | BIT(EVENT_SRC) |
    BIT(EVENT_SPAN);

static struct slice
plain(struct arena *a, struct slice raw)
{
	char *text = arena_alloc(a, raw.len + 1);

	return (struct slice){ text, json_unescape(text, raw) };
}

static bool
is_row(const struct step *s)
{
	return event_kind_is_work(s->kind) ||
	    (s->kind == KIND_LOG && s->duration_ns >= 0);
}

uint32_t
timeline_root(const struct execution *x)
{
	uint32_t best = STEP_NONE;

	for (uint32_t i = 0; i < x->count; i++)
		if (x->steps[i].depth == 0 && is_row(&x->steps[i]) &&
		    (best == STEP_NONE ||
			x->steps[i].duration_ns > x->steps[best].duration_ns))
			best = i;
	return best;
}

/* What a step is called, as JSON has it. */
static struct slice
raw_name(const struct execution *x, size_t i)
{
	struct slice name = execution_value(x, i, EVENT_HANDLER);

	if (name.len == 0)
		name = execution_value(x, i, EVENT_NAME);
	return name.len > 0 ? name
			    : slice_of(event_kind_names[x->steps[i].kind]);
}

struct slice
timeline_title(const struct execution *x, struct arena *a)
{
	uint32_t root = timeline_root(x);

	return root != STEP_NONE ? plain(a, raw_name(x, root))
				 : (struct slice){ "", 0 };
}

/* FROM to TO, at least 0 and never out of range. */
static int64_t
distance(int64_t from, int64_t to)
{
	__int128 d = (__int128)to - from;

	return d < 0 ? 0 : d > LONGEST_NS ? LONGEST_NS : (int64_t)d;
}

static void
fill_row(struct timeline *t, const struct execution *x, size_t i,
    struct timeline_row *row)
{
	const struct step *s = &x->steps[i];
	struct slice owner = execution_value(x, i, EVENT_PLUGIN);

	if (owner.len == 0)
		owner = execution_value(x, i, EVENT_SERVICE);
	*row = (struct timeline_row){ .kind = s->kind,
		.status = s->status,
		.name = plain(&t->arena, raw_name(x, i)),
		.owner = plain(&t->arena, owner),
		.duration_ns = s->duration_ns < LONGEST_NS ? s->duration_ns
							   : LONGEST_NS,
		.code_file = plain(&t->arena,
		    execution_value(x, i, EVENT_CODE_FILE)),
		.code_line = plain(&t->arena,
		    execution_value(x, i, EVENT_CODE_LINE)),
		.span = plain(&t->arena, execution_value(x, i, EVENT_SPAN)),
		.src = plain(&t->arena, execution_value(x, i, EVENT_SRC)),
		.src_line = s->src_line,
		.arrival = s->arrival };
}

/* "TYPE: MESSAGE", as much of it as step I has. */
static struct slice
error_of(struct timeline *t, const struct execution *x, size_t i)
{
	struct slice type = execution_value(x, i, EVENT_ERROR_TYPE);
	struct slice message = execution_value(x, i, EVENT_ERROR_MESSAGE);
	char *text = arena_alloc(&t->arena, type.len + message.len + 3), *p;

	p = text + json_unescape(text, type);
	if (type.len > 0 && message.len > 0) {
		*p++ = ':';
		*p++ = ' ';
	}
	p += json_unescape(p, message);
	return slice_range(text, p);
}

/* Points are no rows, but an error says why what is around it failed. */
static void
note_error(struct timeline *t, const struct execution *x, size_t i,
    uint32_t row)
{
	if (row == STEP_NONE)
		return;
	if (x->steps[i].has_time)
		t->rows[row].end_ns = distance(t->begin_ns,
		    x->steps[i].start_ns);
	if (t->rows[row].error.len > 0)
		return;
	t->rows[row].error = error_of(t, x, i);
	if (t->rows[row].code_file.len > 0)
		return;
	t->rows[row].code_file = plain(&t->arena,
	    execution_value(x, i, EVENT_CODE_FILE));
	t->rows[row].code_line = plain(&t->arena,
	    execution_value(x, i, EVENT_CODE_LINE));
}

/* A row for each step that works; PLACE is where each step went. */
static void
fill_rows(struct timeline *t, const struct execution *x, uint32_t *place)
{
	const struct step *s;
	struct timeline_row *row;
	uint32_t up;

	for (size_t i = 0; i < x->count; i++) {
		s = &x->steps[i];
		up = s->parent != STEP_NONE ? place[s->parent] : STEP_NONE;
		place[i] = up;
		if (s->kind == KIND_ERROR)
			note_error(t, x, i, up);
		if (!is_row(s))
			continue;
		place[i] = (uint32_t)t->count;
		row = &t->rows[t->count++];
		fill_row(t, x, i, row);
		if (s->status == STEP_ERROR)
			row->error = error_of(t, x, i);
		row->parent = up;
		row->depth = up != STEP_NONE ? t->rows[up].depth + 1 : 0;
		/* Until place_rows knows more. */
		row->start_ns = s->start_ns;
		row->lane = s->has_time;
	}
}

static void
find_begin(struct timeline *t, const struct execution *x)
{
	const struct step *s;
	bool is_ms = true, is_us = true;

	for (size_t i = 0; i < x->count; i++) {
		s = &x->steps[i];
		if (!is_row(s) || !s->has_time)
			continue;
		if (!t->has_time || s->start_ns < t->begin_ns)
			t->begin_ns = s->start_ns;
		t->has_time = true;
		t->digits = s->digits > t->digits ? s->digits : t->digits;
		is_ms = is_ms && s->start_ns % NS_PER_MS == 0;
		is_us = is_us && s->start_ns % NS_PER_US == 0;
	}
	t->clock_ns = is_ms ? NS_PER_MS : is_us ? NS_PER_US : 1;
}

/*
 * Work whose end was not seen lasts as long as what is inside of it and, if it
 * is unfinished, to the end.
 */
static void
stretch_rows(struct timeline *t)
{
	struct timeline_row *row, *parent;

	for (size_t i = t->count; i > 0; i--) {
		row = &t->rows[i - 1];
		if (row->status == STEP_UNFINISHED && row->duration_ns < 0)
			row->end_ns = t->end_ns;
		if (row->parent == STEP_NONE)
			continue;
		parent = &t->rows[row->parent];
		if (parent->duration_ns < 0 && row->end_ns > parent->end_ns)
			parent->end_ns = row->end_ns;
	}
}

/* From times to places on the scale; AFTER is scratch, one more than rows. */
static void
place_rows(struct timeline *t, int64_t *after)
{
	struct timeline_row *row;
	size_t up;

	after[t->count] = 0;
	for (size_t i = 0; i < t->count; i++) {
		row = &t->rows[i];
		up = row->parent != STEP_NONE ? row->parent : t->count;
		t->is_assumed |= row->lane == 0;
		row->start_ns = row->lane != 0
		    ? distance(t->begin_ns, row->start_ns)
		    : after[up];
		if (row->duration_ns >= 0)
			row->end_ns = row->start_ns + row->duration_ns;
		else if (row->end_ns < row->start_ns)
			row->end_ns = row->start_ns;
		row->lane = 0;
		after[i] = row->start_ns;
		after[up] = row->end_ns;
		if (row->end_ns > t->end_ns)
			t->end_ns = row->end_ns;
	}
	stretch_rows(t);
}

bool
timeline_init(struct timeline *t, const struct execution *x)
{
	uint32_t root = timeline_root(x);
	void *scratch;

	*t = (struct timeline){ .root = STEP_NONE, .is_piece = x->is_piece };
	if (root == STEP_NONE)
		return false;
	scratch = mem_zalloc(x->count + 1, sizeof(int64_t));
	t->rows = mem_zalloc(x->count, sizeof(*t->rows));
	t->trace = plain(&t->arena, execution_trace(x));
	t->session = plain(&t->arena, execution_session(x));
	t->title = timeline_title(x, &t->arena);
	find_begin(t, x);
	fill_rows(t, x, scratch);
	t->root = ((uint32_t *)scratch)[root];
	place_rows(t, scratch);
	free(scratch);
	timeline_settle(t);
	return true;
}

void
timeline_free(struct timeline *t)
{
	arena_free(&t->arena);
	critical_path_free(&t->path);
	free(t->silences);
	free(t->rows);
	*t = (struct timeline){ .root = STEP_NONE };
}
