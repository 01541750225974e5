/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/level.h"
#include "tele/term.h"
#include "tele/textlog.h"
#include "tele/wide.h"

enum {
	MAX_RECORD_LINES = 1000,
	MAX_RECORD_BYTES = 1 << 20,
	MAX_SAMPLE = 64 * 1024,
};

void
textlog_init(struct textlog *t, const struct format *f, struct correlator *c)
{
	*t = (struct textlog){ .f = f, .c = c };
	t->guesses = mem_zalloc((size_t)f->candidate_count + 1,
	    sizeof(*t->guesses));
}

void
textlog_free(struct textlog *t)
{
	free(t->text);
	free(t->guesses);
}

/*
 * Where the message of the line P..END starts, if the line begins a record in
 * dialect D; what its beginning holds is in t->got.  Else NULL.
 */
static const char *
record_start(struct textlog *t, const struct dialect *d, const char *p,
    const char *end)
{
	const struct pattern *begin;
	const char *after;

	for (int i = 0; i < d->begin_count; i++) {
		t->got.have = 0;
		t->got.has_time = false;
		begin = &d->begin[i];
		if ((size_t)(end - p) < begin->prefix.len ||
		    memcmp(p, begin->prefix.ptr, begin->prefix.len) != 0)
			continue;
		if (pattern_match_start(begin, p, end, &t->got, &after) ==
		    NULL) {
			t->begin = begin;
			t->is_stamp_first = i == 0 && begin->count == 1 &&
			    begin->prefix.len == 0 &&
			    begin->holes[0].type == HOLE_TIME &&
			    slice_equal(begin->holes[0].literal, SLICE(" "));
			return after;
		}
	}
	return NULL;
}

/* A message that was styled by `%c` without its style. */
static void
unstyle(const struct dialect *d, const char **p, const char **end)
{
	struct slice mark = d->style_mark, tail = d->style_tail;
	const char *q;

	if (mark.len == 0 || (size_t)(*end - *p) < mark.len ||
	    memcmp(*p, mark.ptr, mark.len) != 0)
		return;
	*p += mark.len;
	for (q = *end - tail.len; tail.len > 0 && q >= *p; q--)
		if (memcmp(q, tail.ptr, tail.len) == 0) {
			*end = q;
			return;
		}
}

static inline const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static bool
candidate_matches(const struct candidate *c, const char *p, const char *end,
    struct captures *got)
{
	if (c->rule->is_ignored)
		return true;
	if (c->pattern != NULL)
		return pattern_match(c->pattern, p, end, got) == NULL;
	return regex_match(c->rule->regex, slice_range(p, end), got) ==
	    REGEX_YES;
}

/* The first of the messages from ITEM on, all of one prefix, that P is. */
static inline const struct candidate *
first_match(struct textlog *t, const struct prefix_item *item, const char *p,
    const char *end)
{
	uint64_t have = t->got.have;

	for (; item != NULL; item = item->next) {
		if (candidate_matches(item->thing, p, end, &t->got))
			return item->thing;
		t->got.have = have;
	}
	return NULL;
}

/* The message at P, of all whose prefix it has; the longest go first. */
static const struct candidate *
find_at(struct textlog *t, const char *p, const char *end)
{
	const struct prefix_item *found[PREFIX_PATH];
	int n = prefix_walk(&t->f->by_prefix, p, end, found);
	const struct candidate *c;

	while (n-- > 0) {
		c = first_match(t, found[n], p, end);
		if (c == NULL)
			continue;
		if (found[n]->is_longest)
			t->guesses[t->previous] = found[n];
		return c;
	}
	return NULL;
}

/*
 * What came after the previous message the last time, if it is at P again: logs
 * repeat themselves.  Only a prefix that no other continues can be guessed.
 */
static inline const struct candidate *
guess(struct textlog *t, const char *p, const char *end)
{
	const struct prefix_item *item = t->guesses[t->previous];

	if (item == NULL || (size_t)(end - p) < item->prefix.len ||
	    !wide_equal(p, item->prefix.ptr, item->prefix.len))
		return NULL;
	return first_match(t, item, p, end);
}

/* The message *P..END, with or without the symbols it begins with. */
static inline const struct candidate *
find(struct textlog *t, const char **p, const char *end)
{
	const char *symbols, *words = wide_skip_symbols(*p, end);
	const struct candidate *c = guess(t, words, end);

	if (c == NULL) {
		c = find_at(t, words, end);
		symbols = skip_blanks(*p, end);
		if (c == NULL && words > symbols) {
			words = symbols;
			c = find_at(t, symbols, end);
		}
	}
	if (c != NULL)
		t->previous = c->id;
	*p = words;
	return c;
}

static void
note_time(struct textlog *t, struct slice level, uint64_t line)
{
	struct record *at = &t->at;
	int64_t gap_ns;

	at->line = line;
	at->level = level;
	if (!t->got.has_time) {
		at->time.is_set = false;
		return;
	}
	if (!at->time.is_set || at->time.ns != t->got.time.t.ns ||
	    at->time.digits != t->got.time.t.digits)
		stamp_set(&at->time, &t->got.time.t,
		    (struct slice){ t->got.time.text, t->got.time.len });
	if (t->gap_ns > 0) {
		if (t->last.is_set &&
		    !__builtin_sub_overflow(at->time.ns, t->last.ns, &gap_ns) &&
		    gap_ns >= t->gap_ns)
			correlator_gap(t->c, &t->last, gap_ns, t->last_line);
		t->last = at->time;
		t->last_line = line;
	}
}

static void
append(struct textlog *t, const char *p, const char *end)
{
	size_t len = (size_t)(end - p);

	if (t->text_lines == MAX_RECORD_LINES ||
	    t->text_len + 1 >= MAX_RECORD_BYTES)
		return;
	if (len > MAX_RECORD_BYTES - t->text_len - 1)
		len = MAX_RECORD_BYTES - t->text_len - 1;
	t->text = mem_grow(t->text, &t->text_cap,
	    t->text_len + len + 1 + WIDE_SLACK, 1);
	if (t->text_len > 0)
		t->text[t->text_len++] = '\n';
	memcpy(t->text + t->text_len, p, len);
	t->text_len += len;
	t->text_lines++;
}

void
textlog_flush(struct textlog *t)
{
	const struct candidate *c = t->pending;

	if (c == NULL)
		return;
	t->pending = NULL;
	t->got.have = 0;
	if (candidate_matches(c, t->text, t->text + t->text_len, &t->got))
		correlator_apply(t->c, c->rule, &t->got, &t->pending_at);
	t->text_len = t->text_lines = 0;
}

static void
unmatched(struct textlog *t, const char *p, const char *line_end)
{
	t->counts.unmatched++;
	if (t->rejects == NULL)
		return;
	out_write(t->rejects, slice_range(p, line_end));
	if (line_end[-1] != '\n')
		out_write(t->rejects, SLICE("\n"));
}

/* A line that begins no record belongs to the one above, if that is known. */
static void
continue_record(struct textlog *t, const char *p, const char *end,
    const char *line_end)
{
	if (!t->in_record) {
		unmatched(t, p, line_end);
		return;
	}
	t->counts.continuation++;
	if (t->pending != NULL)
		append(t, p, end);
}

/* The line P..END, whose newline ends at LINE_END. */
static void
take_line(struct textlog *t, const char *p, const char *end,
    const char *line_end, uint64_t number)
{
	const struct candidate *c;
	const char *message, *symbols;
	struct slice level = { "", 0 };
	size_t len = t->got.time.len;

	/* Most lines begin with the stamp of the line before, and no more. */
	if (t->is_stamp_first && len > 0 && (size_t)(end - p) > len &&
	    p[len] == ' ' && wide_equal(p, t->got.time.text, len)) {
		t->got.have = 0;
		t->got.has_time = true;
		message = p + len + 1;
	} else {
		message = record_start(t, t->dialect, p, end);
	}
	if (message == NULL) {
		continue_record(t, p, end, line_end);
		return;
	}
	/* It belongs to the record; what a message says of itself comes later.
	 */
	if (captures_have(&t->got, EVENT_LEVEL)) {
		level = level_name(t->got.value[EVENT_LEVEL]);
		t->got.have &= ~(FIELD_BIT(EVENT_LEVEL));
	}
	if (*message == t->style_first)
		unstyle(t->dialect, &message, &end);
	symbols = message;
	c = find(t, &message, end);
	if (c == NULL && t->dialect->is_marked) {
		symbols = skip_blanks(symbols, end);
		if (symbols == end || (unsigned char)*symbols < 0x80) {
			continue_record(t, p, end, line_end);
			return;
		}
	}
	if (t->pending != NULL) {
		struct captures got = t->got;

		textlog_flush(t);
		t->got = got;
	}
	if (c == NULL || !c->rule->is_ignored || t->gap_ns > 0)
		note_time(t, level, number);
	t->in_record = c != NULL;
	if (c == NULL) {
		unmatched(t, p, line_end);
		return;
	}
	t->counts.matched++;
	if (c->rule->is_ignored)
		return;
	if (c->rule->has_error) {
		t->pending = c;
		t->pending_at = t->at;
		append(t, message, end);
		return;
	}
	correlator_apply(t->c, c->rule, &t->got, &t->at);
}

void
textlog_block(struct textlog *t, struct input *in)
{
	const char *p = in->p, *newline, *next, *end;

	for (; p < in->end && !in->is_stopped; p = next) {
		newline = memchr(p, '\n', (size_t)(in->end - p));
		next = newline != NULL ? newline + 1 : in->end;
		end = newline != NULL ? newline : in->end;
		if (end > p && end[-1] == '\r')
			end--;
		in->line_start = p;
		in->line++;
		if ((size_t)(end - p) > input_options.max_line) {
			input_malformed(in, NULL, input_too_long);
			continue;
		}
		take_line(t, p, end, next, in->line);
	}
	in->p = p;
}

/*
 * Whether a message tells the format: not where it is ignored for how it begins
 * and that is a byte or two, as in any other text.
 */
static bool
is_telling(const struct candidate *c)
{
	return c != NULL &&
	    (!c->rule->is_ignored || c->pattern->prefix.len > 2);
}

/* How many lines of SAMPLE are known messages in dialect D. */
static size_t
score(struct textlog *t, const struct dialect *d, struct slice sample,
    size_t *lines)
{
	const char *p = sample.ptr, *end = p + sample.len, *newline;
	const char *line_end, *message;
	size_t known = 0, begun = 0;

	*lines = 0;
	t->begin = NULL;
	t->is_stamp_first = false;
	for (; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			newline = end;
		line_end = newline;
		if (line_end > p && line_end[-1] == '\r')
			line_end--;
		*lines += line_end > p;
		message = record_start(t, d, p, line_end);
		if (message == NULL)
			continue;
		if (d->style_mark.len > 0)
			unstyle(d, &message, &line_end);
		begun += message > p;
		known += is_telling(find(t, &message, line_end));
		if (newline == end)
			break;
	}
	if (begun > t->begun)
		t->begun = begun;
	return known;
}

size_t
textlog_begin(struct textlog *t, struct slice sample, size_t *lines)
{
	size_t best = 0, known;

	if (sample.len > MAX_SAMPLE)
		sample.len = MAX_SAMPLE;
	t->begun = 0;
	t->dialect = &t->f->dialects[0];
	for (int i = 0; i < t->f->dialect_count; i++) {
		known = score(t, &t->f->dialects[i], sample, lines);
		if (known > best) {
			best = known;
			t->dialect = &t->f->dialects[i];
		}
	}
	t->style_first = t->dialect->style_mark.len > 0
	    ? t->dialect->style_mark.ptr[0]
	    : '\n'; /* no message begins with a newline */
	t->begin = NULL;
	t->in_record = false;
	t->last.is_set = t->at.time.is_set = false;
	t->got.time.len = 0;
	t->is_stamp_first = false;
	return best;
}

void
textlog_end(struct textlog *t)
{
	textlog_flush(t);
	correlator_end(t->c);
}

static void
explain_captures(struct textlog *t, struct out *out)
{
	uint64_t set = t->got.have & ~(FIELD_BIT(EVENT_TIME));
	char text[256];

	if (t->got.has_time) {
		struct stamp s;

		stamp_set(&s, &t->got.time.t, SLICE(""));
		out_format(out, "  time        %.*s\n", (int)s.len, s.text);
	}
	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);
		struct slice name = field_name(&t->f->fields, field);

		term_escape(text, sizeof(text), t->got.value[field]);
		out_format(out, "  %-11.*s %s\n", (int)name.len, name.ptr,
		    text);
	}
}

/* How far each message whose prefix is there got. */
static void
explain_failures(struct textlog *t, const char *line, const char *p,
    const char *end, struct out *out)
{
	const struct prefix_item *found[PREFIX_PATH], *item;
	int n = prefix_walk(&t->f->by_prefix, p, end, found);
	const struct candidate *c;
	const char *failed;

	for (; n > 0; n--)
		for (item = found[n - 1]; item != NULL; item = item->next) {
			c = item->thing;
			if (c->pattern == NULL)
				continue;
			failed = pattern_match(c->pattern, p, end, &t->got);
			out_format(out, "  '%.*s' fits up to column %zu\n",
			    (int)c->pattern->source.len, c->pattern->source.ptr,
			    (size_t)((failed ? failed : end) - line) + 1);
		}
}

bool
textlog_explain(struct textlog *t, struct slice line, struct out *out)
{
	const char *p = line.ptr, *end = p + line.len, *message;
	const struct candidate *c;

	message = record_start(t, t->dialect, p, end);
	if (message == NULL) {
		out_format(out, "begins no record of dialect '%.*s'\n",
		    (int)t->dialect->name.len, t->dialect->name.ptr);
		return false;
	}
	out_format(out, "format      %.*s\ndialect     %.*s, begins '%.*s'\n",
	    (int)t->f->name.len, t->f->name.ptr, (int)t->dialect->name.len,
	    t->dialect->name.ptr, (int)t->begin->source.len,
	    t->begin->source.ptr);
	if (t->dialect->style_mark.len > 0)
		unstyle(t->dialect, &message, &end);
	c = find(t, &message, end);
	if (c == NULL) {
		explain_captures(t, out);
		out_format(out, "matches no message\n");
		message = wide_skip_symbols(message, end);
		explain_failures(t, line.ptr, message, end, out);
		return false;
	}
	if (c->pattern != NULL)
		out_format(out, "message     '%.*s'\n",
		    (int)c->pattern->source.len, c->pattern->source.ptr);
	out_format(out, "rule        %s:%d\n", t->f->doc.name,
	    c->rule->node->line);
	explain_captures(t, out);
	return true;
}
