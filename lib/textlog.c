/* SPDX-License-Identifier: MIT */
#include "tele/textlog.h"
#include "tele/level.h"

void
textlog_init(struct textlog *t, const struct format *f, struct correlator *c)
{
	*t = (struct textlog){ .f = f, .c = c };
	t->captures[0].time = t->captures[1].time = &t->time;
	t->got = &t->captures[0];
	messages_init(&t->messages, f);
}

void
textlog_free(struct textlog *t)
{
	messages_free(&t->messages);
	pending_free(&t->pending);
	colours_free(&t->colours);
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

/* The line of the record, and its time. */
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

/* Lines that belong to no record that is known. */
static void
reject(struct textlog *t, struct slice line)
{
	t->counts.unmatched++;
	if (t->rejects == NULL)
		return;
	out_write(t->rejects, line);
	if (line.len == 0 || line.ptr[line.len - 1] != '\n')
		out_write(t->rejects, SLICE("\n"));
}

/* The last line of what is pending, if it may be none of it. */
static void
cut_doubtful(struct textlog *t)
{
	struct slice line;

	if (!pending_cut(&t->pending, &line))
		return;
	if (t->pending.text.len > 0)
		t->counts.continuation--;
	else
		t->counts.matched--;
	reject(t, line);
}

void
textlog_flush(struct textlog *t)
{
	struct pending *p = &t->pending;
	const struct candidate *c = p->message;

	if (c == NULL)
		return;
	cut_doubtful(t);
	p->message = NULL;
	if (p->doubtful_at == 0)
		return;
	p->at.has_lines = p->lines > 1;
	p->got->have = p->have;
	if (messages_match(c, p->text.ptr + p->message_at,
		p->text.ptr + p->text.len, p->got))
		correlator_apply(t->c, c->rule, p->got, &p->at);
}

/* A line that begins no record belongs to the one above, if that is known. */
static void
continue_record(struct textlog *t, const char *p, const char *end)
{
	const struct opening *o = &t->opening;

	if (o->dialect->is_single ||
	    (o->dialect->has_traces && !o->traces.is_open)) {
		textlog_flush(t);
		t->in_record = false;
	}
	if (!t->in_record) {
		reject(t, t->raw);
		return;
	}
	t->counts.continuation++;
	if (t->pending.message != NULL)
		pending_append(&t->pending, slice_range(p, end),
		    o->traces.is_doubtful);
}

/*
 * The record may go on: it is the message C, which begins at MESSAGE of its
 * LINE, behind what HAVE tells.
 */
static void
set_pending(struct textlog *t, const struct candidate *c, struct slice line,
    const char *message, uint64_t have)
{
	struct pending *p = &t->pending;

	p->message = c;
	p->got = t->got;
	p->have = have;
	p->at = t->at;
	p->text = line;
	p->message_at = (size_t)(message - line.ptr);
	p->doubtful_at = t->opening.traces.is_doubtful ? 0 : PENDING_NO_DOUBT;
	p->lines = 1;
	t->got = &t->captures[t->got == &t->captures[0]];
	if (t->opening.is_coloured)
		pending_keep(p);
}

/* What the beginning of a record says of how severe it is. */
static struct slice
take_level(struct captures *got)
{
	if (!captures_have(got, EVENT_LEVEL))
		return (struct slice){ "", 0 };
	/* What a message says of itself comes later. */
	got->have &= ~FIELD_BIT(EVENT_LEVEL);
	return level_name(got->value[EVENT_LEVEL]);
}

static void
take_record(struct textlog *t, const struct candidate *c, struct slice line,
    const char *message, uint64_t have)
{
	const struct rule *rule = c->rule;

	t->counts.matched++;
	if (rule->is_ignored)
		return;
	if ((rule->has_error || rule->has_log) &&
	    !t->opening.dialect->is_single)
		set_pending(t, c, line, message, have);
	else
		correlator_apply(t->c, rule, t->got, &t->at);
}

/* The line P..END has the number NUMBER. */
static void
take_line(struct textlog *t, const char *p, const char *end, uint64_t number)
{
	const struct opening *o = &t->opening;
	const char *message = opening_match(&t->opening, p, end, t->got);
	const struct candidate *c;
	const char *start;
	struct slice level;
	uint64_t have;

	if (message == NULL) {
		continue_record(t, p, end);
		return;
	}
	level = take_level(t->got);
	opening_trim(o, &message, &end, t->got);
	start = message;
	have = t->got->have;
	if (opening_is_continued(o, message, end)) {
		continue_record(t, message, end);
		return;
	}
	c = messages_find(&t->messages, &message, end, t->got);
	if (c == NULL && opening_is_unmarked(o, start, end)) {
		continue_record(t, p, end);
		return;
	}
	if (c == NULL && t->f->otherwise != NULL) {
		c = t->f->otherwise;
		message = start;
		messages_match(c, message, end, t->got);
	}
	textlog_flush(t);
	if (c == NULL || !c->rule->is_ignored || t->gap_ns > 0)
		note_time(t, level, number);
	t->in_record = c != NULL;
	if (c == NULL)
		reject(t, t->raw);
	else
		take_record(t, c, slice_range(p, end), message, have);
}

void
textlog_block(struct textlog *t, struct input *in)
{
	struct slice rest = slice_range(in->p, in->end), line;
	bool is_coloured = colours_in(rest);

	while (in->p < in->end && !in->is_stopped) {
		in->line_start = in->p;
		in->line++;
		line = slice_next_line(&rest);
		in->p = rest.ptr;
		t->raw = slice_range(line.ptr, rest.ptr);
		if (line.len > input_options.max_line) {
			input_malformed(in, NULL, input_too_long);
			continue;
		}
		t->opening.is_coloured = is_coloured && colours_in(line);
		if (t->opening.is_coloured)
			line = colours_strip(&t->colours, line);
		take_line(t, line.ptr, line.ptr + line.len, in->line);
		if (t->pending.message != NULL &&
		    t->pending.at.line == in->line)
			t->pending.offset = in->offset -
			    (uint64_t)(in->end - in->line_start);
	}
	/* The next block may take the place of this one. */
	if (t->pending.message != NULL)
		pending_keep(&t->pending);
}

void
textlog_assume(struct textlog *t, int64_t modified_ns)
{
	assume_begin(&t->assume, modified_ns);
}

void
textlog_begin(struct textlog *t, struct slice sample)
{
	t->fit = textfit_choose(t->f, sample, &t->messages, &t->colours,
	    t->got);
	opening_init(&t->opening, t->fit.dialect);
	t->in_record = false;
	t->last.is_set = t->at.time.is_set = false;
	t->time.len = 0;
}

void
textlog_end(struct textlog *t)
{
	textlog_flush(t);
	correlator_end(t->c);
}
