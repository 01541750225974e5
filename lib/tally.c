/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/tally.h"
#include "tele/timestamp.h"
#include "tele/verdict.h"

void
tally_count(struct tally *t, const struct comparison *c)
{
	double *seen = mem_alloc(c->count * sizeof(*seen));
	size_t groups = 0;
	const struct change *ch;

	*t = (struct tally){ .groups = c->groups,
		.telling = c->telling,
		.seen = INFINITY };
	for (size_t i = 0; i < c->count; i++) {
		ch = &c->changes[i];
		if (verdict_is_difference(c, ch) && ch->is_carried)
			t->carried++;
		else if (verdict_is_difference(c, ch))
			t->verdicts[ch->verdict]++;
		if (ch->kind != CHANGE_LATENCY)
			continue;
		if (ch->verdict == VERDICT_UNSURE ||
		    ch->verdict == VERDICT_SAME)
			t->verdicts[ch->verdict]++;
		if (ch->is_tested)
			seen[groups++] = 1 + ch->seen;
	}
	if (groups > 0)
		t->seen = stats_median_of(seen, groups);
	free(seen);
}

/* Who is compared with whom. */
static void
say_units(const struct comparison *c, struct out *out)
{
	out_format(out, "%zu %s against %zu", c->units[BASE],
	    verdict_unit(c, c->units[BASE] != 1), c->units[NEW]);
	if (c->has_blocks)
		out_format(out, " of one session each");
}

static void
say_seen(const struct tally *t, struct out *out)
{
	if (t->telling == 0) {
		out_format(out, "too few to tell of times");
		return;
	}
	if (!isfinite(t->seen)) {
		out_format(out,
		    "enough to tell of the times of %zu of %zu groups, those "
		    "that take most",
		    t->telling, t->groups);
		return;
	}
	if (t->groups > 1)
		out_format(out, "in half of %zu groups, ", t->groups);
	out_format(out, "a change below %.0f %% would not have been seen",
	    ceil((t->seen - 1) * 100));
}

static void
say_tally(const struct tally *t, const struct comparison *c, struct out *out)
{
	const char *before = ": ";

	say_units(c, out);
	for (int i = 0; i < VERDICTS; i++) {
		if (t->verdicts[i] == 0 || i == VERDICT_UNSURE ||
		    i == VERDICT_SAME)
			continue;
		out_format(out, "%s%zu %s", before, t->verdicts[i],
		    verdict_names[i]);
		before = ", ";
	}
	if (before[0] == ':')
		out_format(out, ": no difference");
	out_format(out, "; ");
	say_seen(t, out);
	if (c->has_blocks)
		out_format(out,
		    "; with one session a side, a change has to stand out "
		    "from all others");
}

static void
put_ratio(struct finding *f, const char *key, double ratio)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%.4g", ratio);

	if (isfinite(ratio))
		finding_json(f, key, (struct slice){ text, (size_t)len });
}

static void
put_time(const struct comparison *c, struct finding *f)
{
	const struct observed_side *new = &c->panel->all->side[NEW];
	char text[TIMESTAMP_MAX];

	if (!new->has_time)
		return;
	finding_text(f, "time",
	    (struct slice){ text,
		timestamp_format(text, new->last_ns, new->last_digits) });
}

void
tally_write(const struct tally *t, const struct comparison *c,
    struct finding *f, struct out *out)
{
	struct out text;

	finding_begin(f, "TD000", FINDING_NOTE);
	out_open_memory(&text);
	say_tally(t, c, &text);
	finding_text(f, "message", (struct slice){ text.buf, text.len });
	out_close(&text);
	put_time(c, f);
	finding_json(f, "fails", t->fails ? SLICE("true") : SLICE("false"));
	finding_text(f, "unit", slice_of(verdict_unit(c, false)));
	finding_count(f, "n_base", c->units[BASE]);
	finding_count(f, "n_new", c->units[NEW]);
	finding_count(f, "groups", t->groups);
	finding_count(f, "tests", c->tests);
	put_ratio(f, "seen", t->seen);
	for (int i = 0; i < VERDICTS; i++)
		finding_count(f, verdict_names[i], t->verdicts[i]);
	finding_count(f, "carried", t->carried);
	finding_write(f, out);
}

bool
tally_write_alarms(const struct tally *t, size_t alarms, size_t n,
    struct finding *f, struct out *out)
{
	double p = stats_binomial_tail(alarms, n, 0.05);
	bool too_many = p < 0.01;
	struct out text;

	finding_begin(f, "TD013", too_many ? FINDING_ERROR : FINDING_NOTE);
	out_open_memory(&text);
	out_format(&text,
	    "%zu of %zu random splits of one side raised a false alarm, "
	    "%.3g %%, where 5 %% may; ",
	    alarms, n, 100 * (double)alarms / (double)n);
	say_seen(t, &text);
	finding_text(f, "message", (struct slice){ text.buf, text.len });
	out_close(&text);
	finding_count(f, "count", alarms);
	finding_count(f, "splits", n);
	put_ratio(f, "p", p);
	finding_count(f, "groups", t->groups);
	put_ratio(f, "seen", t->seen);
	finding_write(f, out);
	return too_many;
}
