/* SPDX-License-Identifier: MIT */
#include "tele/pairing.h"

#include <stdlib.h>

#include "tele/duration.h"
#include "tele/json.h"
#include "tele/phase.h"

/* What a span has of the record that begins it, and of the one that ends it. */
static const uint64_t of_begin = FIELD_BIT(EVENT_TRACE) |
    FIELD_BIT(EVENT_SESSION) | FIELD_BIT(EVENT_SERVICE) |
    FIELD_BIT(EVENT_PLUGIN) | FIELD_BIT(EVENT_SEQUENCE) |
    FIELD_BIT(EVENT_SEQUENCE_ID) | FIELD_BIT(EVENT_MOVEMENT) |
    FIELD_BIT(EVENT_BEAT) | FIELD_BIT(EVENT_EVENT) | FIELD_BIT(EVENT_HANDLER) |
    ~(FIELD_BIT(EVENT_KEYS) - 1);
static const uint64_t of_end = FIELD_BIT(EVENT_ERROR_TYPE) |
    FIELD_BIT(EVENT_ERROR_MESSAGE);

/* A log record as it matters here; slices are text of JSON. */
struct step {
	const struct emission *m;
	struct slice trace, session, name, level;
	struct phase_text text;
};

/* The text of KEY in M, escaped or not, as it came. */
static struct slice
value_of(const struct emission *m, int key)
{
	if ((m->captured >> key & 1) != 0)
		return m->captures->value[key];
	for (int i = 0; i < m->source_count; i++)
		if ((m->sources[i].mask >> key & 1) != 0 &&
		    fields_has(m->sources[i].fields, key))
			return fields_get(m->sources[i].fields, key);
	return (struct slice){ "", 0 };
}

/* Keep the KEYS of M in VALUES, as text of JSON. */
static void
keep(struct fields *values, const struct emission *m, uint64_t keys)
{
	struct slice text;
	int key;

	for (; keys != 0; keys &= keys - 1) {
		key = __builtin_ctzll(keys);
		text = value_of(m, key);
		if (text.len == 0)
			continue;
		if ((m->captured >> key & 1) != 0 && !m->captured_json)
			fields_set(values, key, text);
		else
			fields_set_tame(values, key, text);
	}
}

static struct slice
kept(const struct fields *values, int key)
{
	return fields_has(values, key) ? fields_get(values, key)
				       : (struct slice){ "", 0 };
}

/* What M says of an operation, kept in p->last. */
static void
read_step(struct pairing *p, const struct emission *m, struct step *s)
{
	uint64_t keys = FIELD_BIT(EVENT_TRACE) | FIELD_BIT(EVENT_SESSION) |
	    FIELD_BIT(EVENT_MESSAGE) | FIELD_BIT(EVENT_LEVEL);
	struct phase_text by_field;

	if (p->phase != FIELD_NONE)
		keys |= FIELD_BIT(p->phase);
	fields_clear(&p->last);
	keep(&p->last, m, keys);
	*s = (struct step){ .m = m,
		.trace = kept(&p->last, EVENT_TRACE),
		.session = kept(&p->last, EVENT_SESSION),
		.level = kept(&p->last, EVENT_LEVEL) };
	/* An error is called by its type. */
	if (m->kind == KIND_LOG)
		s->name = m->name;
	phase_of_message(kept(&p->last, EVENT_MESSAGE), &s->text);
	if (p->phase != FIELD_NONE &&
	    phase_of_word(kept(&p->last, p->phase), &by_field)) {
		s->text.phase = by_field.phase;
		s->text.failed = by_field.failed;
		/* The message is free to say anything. */
		if (s->name.len > 0)
			s->text.subject = (struct slice){ "", 0 };
	}
}

/* What the operation is called: by the record, else by the message. */
static struct slice
called(const struct step *s)
{
	return s->name.len > 0 ? s->name : s->text.subject;
}

/* What all records of a trace have; without one, all of a name. */
static struct slice
key_of(struct pairing *p, const struct step *s)
{
	struct slice what = s->trace.len > 0 ? s->trace : called(s);
	size_t len = s->session.len + what.len + 2;
	char *at;

	p->key = mem_grow(p->key, &p->key_cap, len, 1);
	at = mempcpy(p->key, s->session.ptr, s->session.len);
	*at++ = '\0';
	*at++ = s->trace.len > 0 ? 't' : 'n';
	mempcpy(at, what.ptr, what.len);
	return (struct slice){ p->key, len };
}

enum { ID_SIZE = 48 + WIDE_SLACK };

/* `p7`, the seventh of the first log, or `p2.7`, that of the second. */
static struct slice
id_of(const struct pairing *p, char *text, uint64_t number)
{
	size_t len = 1;

	*text = 'p';
	if (p->ids->log > 0) {
		len += decimal_format(text + len, p->ids->log + 1);
		text[len++] = '.';
	}
	len += decimal_format(text + len, number);
	return (struct slice){ text, len };
}

/* --- spans ---------------------------------------------------------------- */

/* The span of W, which S ends, or the end of the file if S is NULL. */
static void
emit_span(struct pairing *p, struct open_work *w, const struct step *s,
    const struct status_text *status)
{
	struct timestamp t = { w->start_ns, w->digits, 0 };
	struct stamp time = { 0 };
	char id[ID_SIZE], around_id[ID_SIZE];
	struct open_work *around = pairs_before(w);
	struct emission m = { .kind = KIND_SPAN,
		.time = &time,
		.self_ns = -1,
		.status = status,
		.span = id_of(p, id, w->id),
		.sources = { { &p->values, of_begin }, { &p->last, of_end } },
		.source_count = s != NULL ? 2 : 1,
		.line = w->line };

	pairs_values(w, &p->values);
	m.name = pairs_value(w, EVENT_NAME);
	m.parent = pairs_value(w, EVENT_PARENT);
	if (m.parent.len == 0 && around != NULL &&
	    fields_has(&p->values, EVENT_TRACE))
		m.parent = id_of(p, around_id, around->id);
	if (w->has_start)
		stamp_set(&time, &t, SLICE(""));
	if (s != NULL && s->m->has_duration) {
		m.has_duration = true;
		m.duration_ns = s->m->duration_ns;
	} else if (s != NULL && w->has_start && s->m->time->is_set &&
	    s->m->time->ns >= w->start_ns) {
		m.has_duration = true;
		m.duration_ns = s->m->time->ns - w->start_ns;
	}
	emit_directly(p->e, &m);
	pairs_end(&p->open, w);
}

static void
give_up(struct pairing *p, struct open_work *w)
{
	emit_span(p, w, NULL, &status_unfinished);
	p->counts.unfinished++;
}

/* Room for one more: what is open for longest gives way. */
static void
make_room(struct pairing *p, struct slice key)
{
	struct open_work *w = pairs_newest(&p->open, key), *oldest = w;
	int n = 0;

	for (; w != NULL; w = pairs_before(w), n++)
		oldest = w;
	if (n < PAIRING_OF_ONE)
		oldest = pairs_are_full(&p->open) ? p->open.oldest : NULL;
	if (oldest == NULL)
		return;
	p->counts.gave_way++;
	give_up(p, oldest);
}

/* --- records -------------------------------------------------------------- */

static void
begin(struct pairing *p, const struct step *s)
{
	struct slice key = key_of(p, s);
	struct emission point = *s->m;
	char id[ID_SIZE];
	struct open_work *w;

	make_room(p, key);
	fields_clear(&p->values);
	keep(&p->values, s->m, of_begin);
	fields_set_json(&p->values, EVENT_NAME, called(s));
	if (s->m->parent.len > 0)
		fields_set_json(&p->values, EVENT_PARENT, s->m->parent);
	/* Only to be compared with. */
	fields_set_json(&p->values, EVENT_MESSAGE, s->text.subject);
	w = pairs_begin(&p->open, key, &p->values);
	w->has_start = s->m->time != NULL && s->m->time->is_set;
	if (w->has_start) {
		w->start_ns = s->m->time->ns;
		w->digits = (uint8_t)s->m->time->digits;
	}
	w->line = s->m->line;
	w->id = ++p->ids->begun;
	if (point.parent.len == 0)
		point.parent = id_of(p, id, w->id);
	emit_directly(p->e, &point);
}

/* Whether messages speak of two things, where only a name says it is one. */
static bool
differ(struct slice name, struct slice subject, const struct step *s)
{
	return s->trace.len == 0 && subject.len > 0 &&
	    s->text.subject.len > 0 && !slice_equal(subject, name) &&
	    !slice_equal(s->text.subject, name);
}

/* How well S fits as the end of W; 0 is not at all. */
static int
fitness(const struct open_work *w, const struct step *s)
{
	struct slice name = pairs_value(w, EVENT_NAME);
	struct slice subject = pairs_value(w, EVENT_MESSAGE);
	bool same_subject = subject.len > 0 &&
	    slice_equal(subject, s->text.subject);

	if (s->name.len > 0 && slice_equal(name, s->name))
		return same_subject ? 4 : differ(name, subject, s) ? 0 : 3;
	/* Of two names only one can be right. */
	if (s->name.len > 0 && !slice_equal(name, subject))
		return 0;
	if (same_subject)
		return 2;
	return s->trace.len > 0 && s->name.len == 0 && s->text.subject.len == 0;
}

/* What S ends, or NULL; *IS_AMBIGUOUS if it could be several. */
static struct open_work *
find(struct pairing *p, const struct step *s, bool *is_ambiguous)
{
	struct open_work *w = pairs_newest(&p->open, key_of(p, s));
	struct open_work *best = NULL;
	int most = 0, count = 0, fit;

	/* The last one that fits as well as any is the oldest of them. */
	for (; w != NULL; w = pairs_before(w)) {
		fit = fitness(w, s);
		if (fit == 0 || fit < most)
			continue;
		count = fit > most ? 1 : count + 1;
		most = fit;
		best = w;
	}
	*is_ambiguous = count > 1;
	return best;
}

static void
end(struct pairing *p, const struct step *s, struct open_work *w)
{
	struct emission point = *s->m;
	char id[ID_SIZE];
	bool failed = s->text.failed || s->m->kind == KIND_ERROR ||
	    slice_equal(s->level, SLICE("error")) ||
	    slice_equal(s->level, SLICE("fatal"));

	if (point.parent.len == 0)
		point.parent = id_of(p, id, w->id);
	point.has_duration = false;
	emit_directly(p->e, &point);
	fields_clear(&p->last);
	keep(&p->last, s->m, of_end);
	emit_span(p, w, s, failed ? &status_error : &status_ok);
	p->counts.pairs++;
}

/* An event that is written; points may begin or end something. */
static void
take(void *arg, struct emitter *e, const struct emission *m)
{
	struct pairing *p = arg;
	struct open_work *w = NULL;
	bool is_ambiguous = false;
	struct step s;

	if (m->kind != KIND_LOG && m->kind != KIND_ERROR) {
		emit_directly(e, m);
		return;
	}
	read_step(p, m, &s);
	if (s.text.phase == PHASE_BEGIN &&
	    (s.trace.len > 0 || called(&s).len > 0)) {
		begin(p, &s);
		return;
	}
	if (s.text.phase == PHASE_END || m->has_duration)
		w = find(p, &s, &is_ambiguous);
	if (w != NULL) {
		p->counts.ambiguous += is_ambiguous;
		end(p, &s, w);
		return;
	}
	p->counts.unbegun += s.text.phase == PHASE_END;
	emit_directly(e, m);
}

void
pairing_init(struct pairing *p, struct emitter *e, struct pairing_ids *ids)
{
	const struct field_names *names = e->options.names;

	*p = (struct pairing){ .e = e, .ids = ids, .phase = FIELD_NONE };
	for (int i = 0; i < names->count; i++)
		if (slice_equal(names->names[i], SLICE("phase")))
			p->phase = EVENT_KEYS + i;
	e->through = take;
	e->through_arg = p;
}

void
pairing_free(struct pairing *p)
{
	pairs_free(&p->open);
	fields_free(&p->values);
	fields_free(&p->last);
	free(p->key);
}

void
pairing_end(struct pairing *p)
{
	while (p->open.newest != NULL)
		give_up(p, p->open.newest);
}
