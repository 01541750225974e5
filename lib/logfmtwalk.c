/* SPDX-License-Identifier: MIT */
#include "tele/logfmtwalk.h"

#include "tele/logfmt.h"

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void
logfmtwalk_init(struct logfmtwalk *l, struct json_record *record)
{
	*l = (struct logfmtwalk){ .record = record };
	l->root = shapes_root(&l->shapes);
}

void
logfmtwalk_free(struct logfmtwalk *l)
{
	arena_free(&l->text);
	shapes_free(&l->shapes);
}

/* A record that is being read. */
struct reading {
	const char *start, *p, *end;
	struct shape *shape;
	size_t pairs, words;
	bool is_record;    /* it begins with a pair */
	const char *quote; /* that is not closed */
};

/*
 * A pair that came after the last one before: only its value is read.  False
 * if another one comes.
 */
static bool
read_expected(struct logfmtwalk *l, struct reading *r)
{
	struct shape *next = shape_next(r->shape, r->p);
	struct picktree *tree = &l->record->picker.tree;
	struct logfmt_pair pair;
	const char *after;

	if (next == NULL || next->len > r->end - r->p)
		return false;
	after = logfmt_value(r->p + next->len, r->end, &pair);
	if (after == NULL)
		return false;
	if (next->meaning > 0)
		picker_set(&l->record->picker, tree->nodes[next->meaning],
		    logfmt_json(&l->text, &pair), logfmt_type(pair.value));
	r->p = after;
	r->shape = next;
	r->pairs++;
	return true;
}

/* Any other pair, or word; false, with *WHAT, if none comes. */
static bool
read_any(struct logfmtwalk *l, struct reading *r, enum logfmt_token *what)
{
	struct picktree *tree = &l->record->picker.tree;
	const char *start = r->p;
	struct pick_node *node;
	struct logfmt_pair pair;

	*what = logfmt_next(&r->p, r->end, &pair);
	if (*what == LOGFMT_MORE)
		r->quote = pair.value.ptr - 1;
	if (*what < LOGFMT_WORD)
		return false;
	if (*what == LOGFMT_WORD) {
		r->is_record &= r->pairs > 0;
		r->words++;
		return true;
	}
	r->pairs++;
	node = picktree_find(tree, tree->nodes[0], pair.key);
	if (node != NULL)
		picker_set(&l->record->picker, node,
		    logfmt_json(&l->text, &pair), logfmt_type(pair.value));
	r->shape = shapes_learn(&l->shapes, r->shape,
	    slice_range(start, pair.key.ptr + pair.key.len + 1),
	    node != NULL ? node->id : 0);
	return true;
}

/*
 * Read the record at r->start, up to its newline, which r->p is then.  MORE if
 * quotes are not closed in what there is.
 */
static enum logfmt_token
read_record(struct logfmtwalk *l, struct reading *r)
{
	enum logfmt_token what;

	picker_clear(&l->record->picker);
	if (l->text.blocks != NULL)
		arena_free(&l->text);
	r->p = r->start;
	r->shape = l->root;
	r->pairs = r->words = 0;
	r->is_record = true;
	do {
		while (read_expected(l, r))
			;
	} while (read_any(l, r, &what));
	r->is_record = r->is_record && r->pairs > 0 && r->pairs >= r->words;
	return what;
}

/* --- quotes that are not closed ------------------------------------------- */

/* Whether a line of FROM..TO begins as the record at START does. */
static bool
has_beginning(const char *start, const char *from, const char *to)
{
	const char *equals = memchr(start, '=', (size_t)(from - start));
	struct slice first = slice_range(start, equals ? equals + 1 : start);

	while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL)
		if (slice_starts_with(slice_range(++from, to), first))
			return true;
	return false;
}

/* What R reads as one value may be the rest of a line and the next ones. */
static const char *
find_unclosed(const struct reading *r)
{
	const char *p = r->start;
	enum logfmt_token what;
	struct logfmt_pair pair;

	if (memchr(p, '\n', (size_t)(r->p - p)) == NULL)
		return NULL;
	while ((what = logfmt_next(&p, r->p, &pair)) >= LOGFMT_WORD)
		if (what == LOGFMT_PAIR && pair.is_quoted &&
		    has_beginning(r->start, pair.value.ptr,
			pair.value.ptr + pair.value.len))
			return pair.value.ptr - 1;
	return NULL;
}

/* --- files ---------------------------------------------------------------- */

/* Go on at TO, behind lines of which all but the first continue a record. */
static void
pass(struct logfmtwalk *l, struct input *in, const char *to)
{
	const char *p = in->p;
	uint64_t lines = 0;

	while ((p = memchr(p, '\n', (size_t)(to - p))) != NULL) {
		lines++;
		p++;
	}
	if (to > in->p && to[-1] != '\n')
		lines++;
	if (lines > 1 && !l->is_sample)
		l->continuation += lines - 1;
	in->line += lines > 0 ? lines - 1 : 0;
	in->p = to;
}

/* Report WHAT at AT in the record, and go on behind the line that AT is in. */
static void
report(struct logfmtwalk *l, struct input *in, const char *at, const char *what)
{
	const char *start = in->p, *newline;
	uint64_t line = in->line;

	while ((newline = memchr(start, '\n', (size_t)(at - start))) != NULL) {
		in->line++;
		start = newline + 1;
	}
	in->line_start = start;
	in->column = 0;
	if (l->is_sample)
		l->faults++;
	else
		input_malformed(in, at, what);
	in->line = line;
	newline = memchr(at, '\n', (size_t)(in->end - at));
	pass(l, in, newline != NULL ? newline + 1 : in->end);
}

/* The line is longer than it may be: pass over it, all that is to come. */
static void
skip_line(struct logfmtwalk *l, struct input *in)
{
	const char *newline;

	input_malformed(in, NULL, input_too_long);
	while ((newline = memchr(in->p, '\n', (size_t)(in->end - in->p))) ==
	    NULL) {
		in->p = in->end;
		if (!input_extend(in))
			return;
	}
	pass(l, in, newline + 1);
}

static void
hand_over(struct logfmtwalk *l, struct reading *r)
{
	const char *end = r->p;

	while (end > r->start && is_blank(end[-1]))
		end--;
	if (end == r->start)
		return;
	if (r->is_record)
		l->take(l->arg, l->record, slice_range(r->start, end));
	else if (l->is_sample)
		l->faults++;
	else
		l->reject(l->arg, slice_range(r->start, end));
}

/* The record at in->p; false if it is not whole, and IS_LAST does not say so.
 */
static bool
take_record(struct logfmtwalk *l, struct input *in, bool is_last)
{
	struct reading r = { .start = in->p, .end = in->end };
	enum logfmt_token what = read_record(l, &r);
	const char *unclosed;

	in->line_start = in->p;
	in->column = 0;
	if (what == LOGFMT_MORE &&
	    (is_last || has_beginning(r.start, r.quote, r.end))) {
		in->line++;
		report(l, in, r.quote, "string is not closed");
		return true;
	}
	if (what == LOGFMT_MORE || (r.p == r.end && !is_last))
		return false;
	in->line++;
	unclosed = find_unclosed(&r);
	if (unclosed != NULL) {
		report(l, in, unclosed, "string is not closed");
		return true;
	}
	if ((size_t)(r.p - r.start) > input_options.max_line && !l->is_sample)
		input_malformed(in, NULL, input_too_long);
	else
		hand_over(l, &r);
	pass(l, in, r.p < r.end ? r.p + 1 : r.p);
	return true;
}

void
logfmtwalk_begin(struct logfmtwalk *l, struct input *in)
{
	l->in = in;
}

void
logfmtwalk_take(struct logfmtwalk *l)
{
	struct input *in = l->in;
	bool is_last = false;

	while (!in->is_stopped) {
		if (in->p < in->end && take_record(l, in, is_last))
			continue;
		if (is_last || in->is_broken)
			break;
		if (input_extend(in))
			continue;
		if (in->is_idle)
			break;
		if ((size_t)(in->end - in->p) > input_options.max_line) {
			in->line++;
			skip_line(l, in);
		} else {
			is_last = true;
		}
	}
}

size_t
logfmtwalk_sample(struct logfmtwalk *l, struct slice sample)
{
	const char *start;
	struct input in;

	input_open_memory(&in, "", sample);
	start = in.p;
	l->is_sample = true;
	l->faults = 0;
	while (in.p < in.end && take_record(l, &in, false))
		;
	/* A last line that is cut off counts only where it is the only one. */
	if (in.p == start && in.p < in.end)
		take_record(l, &in, true);
	l->is_sample = false;
	input_close(&in);
	return l->faults;
}
