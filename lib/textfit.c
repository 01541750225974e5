/* SPDX-License-Identifier: MIT */
#include "tele/textfit.h"

enum { MAX_SAMPLE = 64 * 1024 };

/* How much less a line says that may go on with one than one that begins. */
static const double JOINED_LESS = 0.9;

/* What serves while a sample is read. */
struct trial {
	const struct format *f;
	struct opening opening;
	struct messages *messages;
	struct colours *colours;
	struct captures *got;
};

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

/*
 * What a line of a sample is: the record that it begins is known, or not; or it
 * begins as in another format, with a time like those of this one.
 */
enum line_fit { LINE_UNKNOWN, LINE_BEGUN, LINE_KNOWN, LINE_STRANGE };

static enum line_fit
fit_line(struct trial *t, struct slice line)
{
	const char *p = line.ptr, *end = p + line.len, *message;
	struct opening *o = &t->opening;
	bool is_telling_start;

	o->is_coloured = colours_in(line);
	if (o->is_coloured) {
		line = colours_strip(t->colours, line);
		p = line.ptr;
		end = p + line.len;
	}
	message = opening_match(o, p, end, t->got);
	if (o->dialect->has_traces)
		return o->traces.is_open && !o->traces.is_doubtful
		    ? LINE_KNOWN
		    : LINE_UNKNOWN;
	if (message == NULL)
		return LINE_UNKNOWN;
	if (o->begin == &o->dialect->stamp)
		return LINE_STRANGE;
	is_telling_start = message > p;
	opening_trim(o, &message, &end, t->got);
	if (t->f->otherwise != NULL ||
	    is_telling(messages_find(t->messages, &message, end, t->got)))
		return LINE_KNOWN;
	return is_telling_start ? LINE_BEGUN : LINE_UNKNOWN;
}

/*
 * How many lines of SAMPLE are known in dialect D.  Where any message is, the
 * lines that go on with one are known as well.
 */
static struct textfit
fit_dialect(struct trial *t, const struct dialect *d, struct slice sample)
{
	struct textfit fit = { .dialect = d };
	enum line_fit what;
	struct slice line;
	double sum = 0;

	opening_init(&t->opening, d);
	while (sample.len > 0) {
		line = slice_next_line(&sample);
		what = fit_line(t, line);
		fit.lines += line.len > 0;
		fit.begun += what == LINE_BEGUN || what == LINE_KNOWN;
		fit.known += what == LINE_KNOWN;
		if (what == LINE_KNOWN && t->opening.begin != NULL)
			sum += t->opening.begin->precision;
		fit.joined += what != LINE_KNOWN && what != LINE_STRANGE &&
		    line.len > 0 && fit.known > 0 && t->f->otherwise != NULL &&
		    !d->has_traces;
	}
	if (fit.known > 0)
		fit.precision = sum / (double)fit.known;
	fit.known += fit.joined;
	return fit;
}

static double
weight(const struct textfit *fit)
{
	return ((double)fit->known - JOINED_LESS * (double)fit->joined) *
	    (1 + fit->precision);
}

struct textfit
textfit_choose(const struct format *f, struct slice sample, struct messages *m,
    struct colours *c, struct captures *got)
{
	struct trial t = { .f = f, .messages = m, .colours = c, .got = got };
	struct textfit best = { .dialect = &f->dialects[0] }, fit;
	size_t begun = 0;

	if (sample.len > MAX_SAMPLE)
		sample.len = MAX_SAMPLE;
	for (int i = 0; i < f->dialect_count; i++) {
		fit = fit_dialect(&t, &f->dialects[i], sample);
		if (fit.begun > begun)
			begun = fit.begun;
		if (weight(&fit) > weight(&best))
			best = fit;
		best.lines = fit.lines;
	}
	best.begun = begun;
	return best;
}

double
textfit_bonus(const struct textfit *fit, const struct format *f)
{
	if (fit->known == 0)
		return 0;
	/* Where only known messages count, each is beyond doubt. */
	if (f->otherwise == NULL)
		return 0.1;
	return fit->precision -
	    JOINED_LESS * (double)fit->joined / (double)fit->known;
}
