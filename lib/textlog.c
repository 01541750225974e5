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

static const size_t NO_DOUBT = SIZE_MAX;

/* How much less a line says that may go on with one than one that begins. */
static const double JOINED_LESS = 0.9;

void
textlog_init(struct textlog *t, const struct format *f, struct correlator *c)
{
	*t = (struct textlog){ .f = f, .c = c };
	t->captures[0].time = t->captures[1].time = &t->time;
	t->got = &t->captures[0];
	t->guesses = mem_zalloc((size_t)f->candidate_count + 1,
	    sizeof(*t->guesses));
}

void
textlog_free(struct textlog *t)
{
	free(t->text);
	free(t->plain);
	free(t->guesses);
}

/*
 * Where the message of the line P..END starts, if the line begins a record in
 * dialect D; what its beginning holds is in t->got->  Else NULL.
 */
static const char *
record_start(struct textlog *t, const struct dialect *d, const char *p,
    const char *end)
{
	const struct pattern *begin;
	enum traceline step;
	const char *after;

	if (d->is_coloured && !t->is_coloured)
		return NULL;
	if (d->has_traces) {
		t->got->have = 0;
		t->got->has_time = false;
		step = tracelines_next(&t->traces, slice_range(p, end));
		return step == TRACELINE_BEGINS || step == TRACELINE_MAY_BEGIN
		    ? p
		    : NULL;
	}
	if (p < end && !d->is_first[(unsigned char)*p])
		return NULL;
	for (int i = 0; i < d->begin_count; i++) {
		t->got->have = 0;
		t->got->has_time = false;
		begin = &d->begin[i];
		if ((size_t)(end - p) < begin->prefix.len ||
		    !wide_equal(p, begin->prefix.ptr, begin->prefix.len))
			continue;
		if (pattern_match_start(begin, p, end, t->got, &after) ==
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

/*
 * The end of the message P..END without what the dialect has at the end of a
 * line, whose holes are captured.
 */
static const char *
cut_end(struct textlog *t, const char *p, const char *end)
{
	const struct dialect *d = t->dialect;
	uint64_t have = t->got->have;

	for (int i = 0; i < d->end_count; i++) {
		struct slice prefix = d->end[i].prefix;
		const char *q = end - prefix.len;

		while (q >= p && memcmp(q, prefix.ptr, prefix.len) != 0)
			q--;
		if (q >= p && pattern_match(&d->end[i], q, end, t->got) == NULL)
			return q;
		t->got->have = have;
	}
	return end;
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
	if (c->rule->has_log) {
		captures_set(got, EVENT_MESSAGE, slice_range(p, end));
		return true;
	}
	return regex_match(c->rule->regex, slice_range(p, end), got) ==
	    REGEX_YES;
}

/* The first of the messages from ITEM on, all of one prefix, that P is. */
static inline const struct candidate *
first_match(struct textlog *t, const struct prefix_item *item, const char *p,
    const char *end)
{
	uint64_t have = t->got->have;

	for (; item != NULL; item = item->next) {
		if (candidate_matches(item->thing, p, end, t->got))
			return item->thing;
		t->got->have = have;
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
	const char *symbols, *words;
	const struct candidate *c;

	if (t->f->candidate_count == 0)
		return NULL;
	words = wide_skip_symbols(*p, end);
	c = guess(t, words, end);
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

/* The time of the record is the stamp that was read. */
static void
set_time(struct textlog *t)
{
	struct timestamp stamp = t->time.t;
	struct slice text = { t->time.text, t->time.len };

	t->raw_ns = stamp.ns;
	t->raw_lacks = stamp.lacks;
	if (stamp.lacks != 0) {
		assume_complete(&t->assume, &stamp);
		text.len = 0;
	}
	stamp_set(&t->at.time, &stamp, text);
}

static void
note_time(struct textlog *t, struct slice level, uint64_t line)
{
	struct record *at = &t->at;
	int64_t gap_ns;

	at->line = line;
	at->level = level;
	if (!t->got->has_time) {
		at->time.is_set = false;
		return;
	}
	if (!at->time.is_set || t->raw_ns != t->time.t.ns ||
	    t->raw_lacks != t->time.t.lacks ||
	    at->time.digits != t->time.t.digits)
		set_time(t);
	if (t->gap_ns > 0) {
		if (t->last.is_set &&
		    !__builtin_sub_overflow(at->time.ns, t->last.ns, &gap_ns) &&
		    gap_ns >= t->gap_ns)
			correlator_gap(t->c, &t->last, gap_ns, t->last_line);
		t->last = at->time;
		t->last_line = line;
	}
}

/*
 * The text of the pending record moves to where SIZE bytes find room, and the
 * slices of it that its beginning has, too.
 */
static void
move_pending(struct textlog *t, size_t size)
{
	struct slice line = t->pending_line, *value;
	char *old = t->text, *text = mem_alloc(size + WIDE_SLACK);

	memcpy(text, line.ptr, line.len);
	for (uint64_t set = t->pending_have; set != 0; set &= set - 1) {
		value = &t->pending_got->value[__builtin_ctzll(set)];
		if (value->ptr >= line.ptr && value->ptr < line.ptr + line.len)
			value->ptr = text + (value->ptr - line.ptr);
	}
	free(old);
	t->text = text;
	t->text_cap = size;
	t->pending_line.ptr = text;
}

static void
append(struct textlog *t, const char *p, const char *end)
{
	size_t len = (size_t)(end - p), have = t->pending_line.len;

	if (t->text_lines == MAX_RECORD_LINES || have + 1 >= MAX_RECORD_BYTES)
		return;
	if (len > MAX_RECORD_BYTES - have - 1)
		len = MAX_RECORD_BYTES - have - 1;
	if (t->pending_line.ptr != t->text || have + 1 + len > t->text_cap)
		move_pending(t, 2 * (have + 1 + len));
	t->text[have] = '\n';
	memcpy(t->text + have + 1, p, len);
	t->pending_line.len = have + 1 + len;
	t->text_lines++;
}

/* A record begins with C that may go on; its line is LINE. */
static void
set_pending(struct textlog *t, const struct candidate *c, struct slice line,
    const char *message, uint64_t have)
{
	t->pending = c;
	t->pending_got = t->got;
	t->pending_at = t->at;
	t->pending_have = have;
	t->pending_line = line;
	t->message_at = (size_t)(message - line.ptr);
	t->text_lines = 1;
	t->doubtful_at = t->traces.is_doubtful ? 0 : NO_DOUBT;
	t->got = t->got == &t->captures[0] ? &t->captures[1] : &t->captures[0];
	if (line.ptr == t->plain)
		move_pending(t, line.len);
}

/* The last line of what is pending might have belonged to a stack trace. */
static void
drop_doubtful(struct textlog *t)
{
	size_t at = t->doubtful_at, skip = at > 0; /* its newline */
	struct slice *all = &t->pending_line;

	if (at > 0)
		t->counts.continuation--;
	else
		t->counts.matched--;
	t->counts.unmatched++;
	if (t->rejects != NULL) {
		out_write(t->rejects,
		    (struct slice){ all->ptr + at + skip,
			all->len - at - skip });
		out_write(t->rejects, SLICE("\n"));
	}
	all->len = at;
}

void
textlog_flush(struct textlog *t)
{
	const struct candidate *c = t->pending;
	struct slice line;

	if (c == NULL)
		return;
	if (t->doubtful_at < t->pending_line.len)
		drop_doubtful(t);
	t->pending = NULL;
	line = t->pending_line;
	if (t->doubtful_at == 0)
		return;
	t->pending_at.has_lines = t->text_lines > 1;
	t->pending_got->have = t->pending_have;
	if (candidate_matches(c, line.ptr + t->message_at, line.ptr + line.len,
		t->pending_got))
		correlator_apply(t->c, c->rule, t->pending_got, &t->pending_at);
}

static void
unmatched(struct textlog *t)
{
	t->counts.unmatched++;
	if (t->rejects == NULL)
		return;
	out_write(t->rejects, t->raw);
	if (t->raw.ptr[t->raw.len - 1] != '\n')
		out_write(t->rejects, SLICE("\n"));
}

/* A line that begins no record belongs to the one above, if that is known. */
static void
continue_record(struct textlog *t, const char *p, const char *end)
{
	if (t->dialect->is_single ||
	    (t->dialect->has_traces && !t->traces.is_open)) {
		textlog_flush(t);
		t->in_record = false;
	}
	if (!t->in_record) {
		unmatched(t);
		return;
	}
	t->counts.continuation++;
	if (t->pending == NULL)
		return;
	t->doubtful_at = t->traces.is_doubtful ? t->pending_line.len : NO_DOUBT;
	append(t, p, end);
}

/*
 * Where the message of the line starts, if it begins a record; what its
 * beginning holds is captured.  Most lines begin with the stamp of the line
 * before, and no more.
 */
static inline const char *
begin_line(struct textlog *t, const char *p, const char *end)
{
	size_t len = t->time.len;

	if (!t->is_stamp_first || len == 0 || (size_t)(end - p) <= len ||
	    p[len] != ' ' || !wide_equal(p, t->time.text, len))
		return record_start(t, t->dialect, p, end);
	t->got->have = 0;
	t->got->has_time = true;
	return p + len + 1;
}

/* Whether a line goes on with the record above it by how its MESSAGE begins. */
static bool
is_continued(const struct dialect *d, const char *message, const char *end)
{
	struct slice text = slice_range(message, end);

	for (int i = 0; i < d->continued_count; i++)
		if (slice_starts_with(text, d->continued[i]))
			return true;
	return false;
}

/*
 * The same of a message that no format knows, in a dialect where messages begin
 * with a symbol, and this does not.
 */
static bool
is_unmarked(const struct dialect *d, const char *message, const char *end)
{
	const char *symbols = skip_blanks(message, end);

	return d->is_marked &&
	    (symbols == end || (unsigned char)*symbols < 0x80);
}

static bool
has_colours(struct slice text)
{
	return memchr(text.ptr, '\033', text.len) != NULL;
}

/* LINE without the sequences that colour it on a terminal. */
static struct slice
without_colours(struct textlog *t, struct slice line)
{
	const char *p = line.ptr, *end = p + line.len, *escape, *q;
	char *to;

	t->plain = mem_grow(t->plain, &t->plain_cap, line.len + WIDE_SLACK, 1);
	for (to = t->plain; p < end; p = q) {
		escape = memchr(p, '\033', (size_t)(end - p));
		q = escape != NULL ? escape : end;
		memcpy(to, p, (size_t)(q - p));
		to += q - p;
		if (escape == NULL)
			break;
		for (q += q + 1 < end && q[1] == '[' ? 2 : 1; q < end &&
		     ((*q >= '0' && *q <= '9') || *q == ';' || *q == '?');)
			q++;
		q += q < end && (*q | 0x20) >= 'a' && (*q | 0x20) <= 'z';
	}
	return slice_range(t->plain, to);
}

/* The line P..END has the number NUMBER. */
static void
take_line(struct textlog *t, const char *p, const char *end, uint64_t number)
{
	const char *message = begin_line(t, p, end), *start;
	struct slice level = { "", 0 };
	const struct candidate *c;
	uint64_t have;

	if (message == NULL) {
		continue_record(t, p, end);
		return;
	}
	/* It belongs to the record; what a message says of itself comes later.
	 */
	if (captures_have(t->got, EVENT_LEVEL)) {
		level = level_name(t->got->value[EVENT_LEVEL]);
		t->got->have &= ~(FIELD_BIT(EVENT_LEVEL));
	}
	if (*message == t->style_first)
		unstyle(t->dialect, &message, &end);
	if (t->dialect->end_count > 0)
		end = cut_end(t, message, end);
	start = message;
	have = t->got->have;
	if (is_continued(t->dialect, message, end)) {
		continue_record(t, message, end);
		return;
	}
	c = find(t, &message, end);
	if (c == NULL && is_unmarked(t->dialect, start, end)) {
		continue_record(t, p, end);
		return;
	}
	if (c == NULL && t->f->otherwise != NULL) {
		c = t->f->otherwise;
		message = start;
		candidate_matches(c, message, end, t->got);
	}
	textlog_flush(t);
	if (c == NULL || !c->rule->is_ignored || t->gap_ns > 0)
		note_time(t, level, number);
	t->in_record = c != NULL;
	if (c == NULL) {
		unmatched(t);
		return;
	}
	t->counts.matched++;
	if (c->rule->is_ignored)
		return;
	if ((c->rule->has_error || c->rule->has_log) && !t->dialect->is_single)
		set_pending(t, c, slice_range(p, end), message, have);
	else
		correlator_apply(t->c, c->rule, t->got, &t->at);
}

/* The line at *P, which moves behind its newline; t->raw is all of it. */
static struct slice
next_line(struct textlog *t, const char **p, const char *block_end)
{
	const char *start = *p, *end;
	const char *newline = memchr(start, '\n', (size_t)(block_end - start));

	*p = newline != NULL ? newline + 1 : block_end;
	t->raw = slice_range(start, *p);
	end = newline != NULL ? newline : block_end;
	if (end > start && end[-1] == '\r')
		end--;
	return slice_range(start, end);
}

void
textlog_block(struct textlog *t, struct input *in)
{
	bool is_coloured = has_colours(slice_range(in->p, in->end));
	struct slice line;

	while (in->p < in->end && !in->is_stopped) {
		in->line_start = in->p;
		in->line++;
		line = next_line(t, &in->p, in->end);
		if (line.len > input_options.max_line) {
			input_malformed(in, NULL, input_too_long);
			continue;
		}
		t->is_coloured = is_coloured && has_colours(line);
		if (t->is_coloured)
			line = without_colours(t, line);
		take_line(t, line.ptr, line.ptr + line.len, in->line);
		if (t->pending != NULL && t->pending_at.line == in->line)
			t->pending_offset = in->offset -
			    (uint64_t)(in->end - in->line_start);
	}
	/* The next block may take the place of this one. */
	if (t->pending != NULL && t->pending_line.ptr != t->text)
		move_pending(t, t->pending_line.len);
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

/* What a line of a sample is: the record that it begins is known, or not. */
enum line_fit { LINE_UNKNOWN, LINE_BEGUN, LINE_KNOWN };

static enum line_fit
fit_line(struct textlog *t, const struct dialect *d, const char *p,
    const char *end)
{
	const char *message = record_start(t, d, p, end);
	bool is_telling_start = message > p;

	if (d->has_traces)
		return t->traces.is_open && !t->traces.is_doubtful
		    ? LINE_KNOWN
		    : LINE_UNKNOWN;
	if (message == NULL)
		return LINE_UNKNOWN;
	unstyle(d, &message, &end);
	if (is_telling(find(t, &message, end)) || t->f->otherwise != NULL)
		return LINE_KNOWN;
	return is_telling_start ? LINE_BEGUN : LINE_UNKNOWN;
}

/*
 * How many lines of SAMPLE are known messages in dialect D.  Where any message
 * is, the lines that go on with one are known as well: *JOINED of them.
 */
static size_t
score(struct textlog *t, const struct dialect *d, struct slice sample,
    size_t *lines, size_t *joined, double *precision)
{
	const char *p = sample.ptr, *end = p + sample.len;
	size_t known = 0, begun = 0;
	double sum = 0;
	enum line_fit fit;
	struct slice line;

	*lines = *joined = 0;
	t->begin = NULL;
	t->is_stamp_first = false;
	t->traces = (struct tracelines){ 0 };
	while (p < end) {
		line = next_line(t, &p, end);
		t->is_coloured = has_colours(line);
		if (t->is_coloured)
			line = without_colours(t, line);
		*lines += line.len > 0;
		fit = fit_line(t, d, line.ptr, line.ptr + line.len);
		begun += fit != LINE_UNKNOWN;
		known += fit == LINE_KNOWN;
		sum += fit == LINE_KNOWN && t->begin != NULL
		    ? t->begin->precision
		    : 0;
		*joined += fit != LINE_KNOWN && line.len > 0 && known > 0 &&
		    t->f->otherwise != NULL && !d->has_traces;
	}
	if (begun > t->begun)
		t->begun = begun;
	*precision = known > 0 ? sum / (double)known : 0;
	return known + *joined;
}

double
textlog_precision(const struct textlog *t, size_t known)
{
	if (known == 0)
		return 0;
	/* Where only known messages count, each is beyond doubt. */
	if (t->f->otherwise == NULL)
		return 0.1;
	return t->precision - JOINED_LESS * (double)t->joined / (double)known;
}

void
textlog_assume(struct textlog *t, int64_t modified_ns)
{
	assume_begin(&t->assume, modified_ns);
}

size_t
textlog_begin(struct textlog *t, struct slice sample, size_t *lines)
{
	size_t best = 0, known, joined;
	double most = 0, weight, precision;

	if (sample.len > MAX_SAMPLE)
		sample.len = MAX_SAMPLE;
	t->begun = t->joined = 0;
	t->dialect = &t->f->dialects[0];
	for (int i = 0; i < t->f->dialect_count; i++) {
		known = score(t, &t->f->dialects[i], sample, lines, &joined,
		    &precision);
		weight = (double)known - JOINED_LESS * (double)joined;
		weight *= 1 + precision;
		if (weight > most) {
			most = weight;
			best = known;
			t->joined = joined;
			t->precision = precision;
			t->dialect = &t->f->dialects[i];
		}
	}
	t->style_first = t->dialect->style_mark.len > 0
	    ? t->dialect->style_mark.ptr[0]
	    : '\n'; /* no message begins with a newline */
	t->begin = NULL;
	t->in_record = false;
	t->last.is_set = t->at.time.is_set = false;
	t->time.len = 0;
	t->is_stamp_first = false;
	t->traces = (struct tracelines){ 0 };
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
	uint64_t set = t->got->have & ~(FIELD_BIT(EVENT_TIME));
	char text[256];

	if (t->got->has_time) {
		struct stamp s = { 0 };

		stamp_set(&s, &t->time.t, SLICE(""));
		out_format(out, "  time        %.*s\n", (int)s.len, s.text);
	}
	for (; set != 0; set &= set - 1) {
		int field = __builtin_ctzll(set);
		struct slice name = field_name(&t->f->fields, field);

		term_escape(text, sizeof(text), t->got->value[field]);
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
			failed = pattern_match(c->pattern, p, end, t->got);
			out_format(out, "  '%.*s' fits up to column %zu\n",
			    (int)c->pattern->source.len, c->pattern->source.ptr,
			    (size_t)((failed ? failed : end) - line) + 1);
		}
}

static void
explain_dialect(const struct textlog *t, struct out *out)
{
	out_format(out, "dialect     %.*s", (int)t->dialect->name.len,
	    t->dialect->name.ptr);
	if (t->begin != NULL)
		out_format(out, ", begins '%.*s'", (int)t->begin->source.len,
		    t->begin->source.ptr);
	out_write(out, SLICE("\n"));
}

bool
textlog_explain(struct textlog *t, struct slice line, struct out *out)
{
	const char *p, *end, *message, *start;
	const struct candidate *c;

	t->is_coloured = has_colours(line);
	if (t->is_coloured)
		line = without_colours(t, line);
	p = line.ptr;
	end = p + line.len;
	message = record_start(t, t->dialect, p, end);
	if (message == NULL || t->traces.is_doubtful) {
		out_format(out, "begins no record of dialect '%.*s'\n",
		    (int)t->dialect->name.len, t->dialect->name.ptr);
		return false;
	}
	out_format(out, "format      %.*s\n", (int)t->f->name.len,
	    t->f->name.ptr);
	explain_dialect(t, out);
	if (t->dialect->style_mark.len > 0)
		unstyle(t->dialect, &message, &end);
	end = cut_end(t, message, end);
	start = message;
	c = find(t, &message, end);
	if (c == NULL && t->f->otherwise != NULL) {
		c = t->f->otherwise;
		candidate_matches(c, start, end, t->got);
	}
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

bool
textlog_explain_near(struct textlog *t, struct slice line, struct out *out)
{
	const struct prefix_item *found[PREFIX_PATH];
	const char *end = line.ptr + line.len, *message;

	message = record_start(t, t->dialect, line.ptr, end);
	if (message == NULL || t->f->candidate_count == 0)
		return false;
	message = wide_skip_symbols(message, end);
	if (prefix_walk(&t->f->by_prefix, message, end, found) == 0)
		return false;
	out_format(out, "not %.*s, whose\n", (int)t->f->name.len,
	    t->f->name.ptr);
	explain_failures(t, line.ptr, message, end, out);
	return true;
}
