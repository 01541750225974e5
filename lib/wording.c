/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/json.h"
#include "tele/mem.h"
#include "tele/verdict.h"
#include "tele/wording.h"

static void
put_plain(struct out *out, struct slice raw)
{
	char *p = out_reserve(out, raw.len);

	out_commit(out, p + json_unescape(p, raw));
}

/* The value of the member KEY of TEXT, or of the first if KEY is NULL. */
static bool
member_of(struct slice text, const char *key, struct slice *value)
{
	char *object = mem_alloc(text.len + 2);
	struct json j;
	struct slice name;
	bool found = false;

	object[0] = '{';
	memcpy(object + 1, text.ptr, text.len);
	object[text.len + 1] = '}';
	json_init(&j);
	json_feed(&j, (struct slice){ object, text.len + 2 }, true);
	json_next(&j);
	while (!found && json_next(&j) == JSON_KEY) {
		name = j.text;
		json_next(&j);
		found = key == NULL || slice_equal(name, slice_of(key));
		/* The same place in the text that stays. */
		*value = (struct slice){ text.ptr + (j.text.ptr - object - 1),
			j.text.len };
	}
	free(object);
	return found;
}

void
wording_name(const struct observed *all, const struct item *item,
    struct out *out)
{
	struct slice value;

	switch (item->kind) {
	case ITEM_WORK:
		if (member_of(item->text, NULL, &value) && value.len > 0)
			put_plain(out, value);
		else
			out_text(out, "(no name)");
		break;
	case ITEM_TOPIC:
		if (member_of(item->text, "name", &value))
			put_plain(out, value);
		break;
	case ITEM_CALL:
		wording_name(all, observed_item(all, item->from), out);
		out_text(out, " > ");
		wording_name(all, observed_item(all, item->to), out);
		break;
	default:
		put_plain(out, item->text);
	}
}

/* The same, and whose it is: names repeat. */
static void
put_name(const struct comparison *c, const struct change *ch, struct out *out)
{
	struct slice owner;

	wording_name(c->panel->all, ch->item, out);
	if (ch->item->kind != ITEM_WORK ||
	    (!member_of(ch->item->text, "plugin", &owner) &&
		!member_of(ch->item->text, "service", &owner)))
		return;
	out_text(out, " (");
	put_plain(out, owner);
	out_text(out, ")");
}

/* Three digits that mean something. */
static void
put_number(struct out *out, double value)
{
	if (fabs(value) >= 1000)
		out_format(out, "%.0f", value);
	else
		out_format(out, "%.3g", value);
}

/* `+122 %` of a ratio. */
static void
put_percent(struct out *out, double ratio)
{
	double percent = (ratio - 1) * 100;

	if (fabs(percent) < 9.95)
		out_format(out, "%+.1f %%", percent);
	else
		out_format(out, "%+.0f %%", percent);
}

/* `+122 % (+97 to +150 %)` */
static void
put_effect(struct out *out, double ratio, double low, double high,
    double confidence)
{
	put_percent(out, ratio);
	if (confidence < 0.5)
		return;
	out_text(out, " (");
	put_percent(out, low);
	out->len -= 2; /* one percent sign is enough */
	out_text(out, " to ");
	put_percent(out, high);
	out_text(out, ")");
}

/* How many units a side could have become significant. */
static size_t
units_needed(const struct comparison *c)
{
	double tests = c->wanted > 0 ? (double)c->wanted : 1;
	size_t n = c->how->min_units > 1 ? c->how->min_units : 1;

	while (rank_least(n, n) * tests > c->how->alpha)
		n++;
	return n;
}

static void
say_unsure(const struct comparison *c, const struct change *ch, struct out *out)
{
	if (isfinite(ch->seen)) {
		out_format(out,
		    "; a change below %.0f %% would not have been seen",
		    ceil(100 * ch->seen));
	} else if (c->has_blocks) {
		out_text(out, "; one session a side is too few to tell");
	} else {
		out_format(out,
		    "; %zu and %zu %s are too few to tell, %zu a side might do",
		    ch->units[BASE], ch->units[NEW], verdict_unit(c, true),
		    units_needed(c));
	}
}

static void
say_latency(const struct comparison *c, const struct change *ch,
    struct out *out)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_SLOWER] = " is slower",
		[VERDICT_FASTER] = " is faster",
		[VERDICT_SAME] = " is the same"
	};

	put_name(c, ch, out);
	if (words[ch->verdict] != NULL)
		out_text(out, words[ch->verdict]);
	else
		out_text(out,
		    ch->ratio > 1 ? " may be slower" : " may be faster");
	if (ch->is_carried)
		out_text(out, " by what it calls");
	out_text(out, ": ");
	put_number(out, ch->value[BASE]);
	out_text(out, " ms, now ");
	put_number(out, ch->value[NEW]);
	out_text(out, " ms, ");
	if (ch->verdict == VERDICT_SAME) {
		put_effect(out, ch->relative, ch->relative_low,
		    ch->relative_high, ch->confidence);
		if (c->panel->effect_of > 0 && !c->how->is_plain)
			out_text(out, " relative to the rest");
		return;
	}
	put_effect(out, ch->ratio, ch->low, ch->high, ch->confidence);
	if (ch->verdict == VERDICT_UNSURE)
		say_unsure(c, ch, out);
}

static void
say_drift(const struct change *ch, struct out *out)
{
	out_text(out, "everything is ");
	out_text(out,
	    ch->verdict == VERDICT_SAME ? "the same: "
		: ch->ratio > 1         ? "slower: "
					: "faster: ");
	put_effect(out, ch->ratio, ch->low, ch->high, ch->confidence);
	if (ch->verdict == VERDICT_DRIFT)
		out_text(out, ", which the machine or its load may do");
}

/* `more often` */
static void
put_how_often(struct out *out, const struct change *ch)
{
	out_text(out,
	    ch->value[NEW] > ch->value[BASE]       ? "more often"
		: ch->value[NEW] < ch->value[BASE] ? "less often"
						   : "as often");
}

static void
put_parts(struct out *out, const struct change *ch)
{
	out_format(out, "%llu of %llu, now %llu of %llu",
	    (unsigned long long)ch->part[BASE],
	    (unsigned long long)ch->whole[BASE],
	    (unsigned long long)ch->part[NEW],
	    (unsigned long long)ch->whole[NEW]);
}

static void
say_errors(const struct comparison *c, const struct change *ch, struct out *out)
{
	if (ch->item != NULL)
		put_name(c, ch, out);
	else
		out_text(out, "everything together");
	out_text(out, ch->verdict == VERDICT_UNSURE ? " may fail " : " fails ");
	put_how_often(out, ch);
	out_text(out, ": ");
	put_parts(out, ch);
}

static void
say_count(const struct comparison *c, const struct change *ch, struct out *out)
{
	const char *each = ch->kind == CHANGE_CALLS ? "each time"
						    : verdict_unit(c, false);

	put_name(c, ch, out);
	out_text(out, ": ");
	put_how_often(out, ch);
	out_text(out, ", ");
	if (ch->kind == CHANGE_COUNT && c->has_blocks) {
		put_parts(out, ch);
		out_text(out, " events");
		return;
	}
	put_number(out, ch->value[BASE]);
	out_text(out, ch->kind == CHANGE_CALLS ? " " : " a ");
	out_text(out, each);
	out_text(out, ", now ");
	put_number(out, ch->value[NEW]);
}

static void
say_order(const struct comparison *c, const struct change *ch, struct out *out)
{
	wording_name(c->panel->all, ch->item, out);
	out_text(out,
	    ch->verdict == VERDICT_REORDERED  ? " takes other steps: "
		: ch->verdict == VERDICT_SAME ? " takes the same steps: "
					      : " may take other steps: ");
	put_parts(out, ch);
	out_text(out, " executions take those that were usual");
}

static void
say_times(struct out *out, uint64_t n)
{
	if (n == 1)
		out_text(out, "once");
	else
		out_format(out, "%llu times", (unsigned long long)n);
}

/* What is there on one side only: how often, or in how many units. */
static void
say_where(const struct comparison *c, const struct change *ch, struct out *out)
{
	bool is_new = ch->verdict == VERDICT_APPEARED;
	int side = is_new ? NEW : BASE;
	unsigned long long part = ch->part[side], whole = ch->whole[side];

	if (c->has_blocks || c->units[side] == 1 || ch->kind == CHANGE_CALLS)
		say_times(out, comparison_events(c, ch->item, side));
	else
		out_format(out, "in %llu of %llu %s", part, whole,
		    verdict_unit(c, whole != 1));
	out_text(out, is_new ? ", before never" : ", now never");
	if (!change_is_sure(c, ch))
		out_text(out, "; that may be chance");
}

/* What it is that is there or not. */
static void
say_what(const struct comparison *c, const struct change *ch, struct out *out)
{
	struct slice kind;

	put_name(c, ch, out);
	if (ch->item->kind == ITEM_TOPIC &&
	    member_of(ch->item->text, "kind", &kind))
		out_text(out,
		    slice_equal(kind, SLICE("publish")) ? " is published"
							: " is subscribed to");
}

static void
say_presence(const struct comparison *c, const struct change *ch,
    struct out *out)
{
	say_what(c, ch, out);
	if (ch->verdict == VERDICT_APPEARED ||
	    ch->verdict == VERDICT_VANISHED) {
		out_text(out, ": ");
		say_where(c, ch, out);
		return;
	}
	out_text(out, " in ");
	put_parts(out, ch);
	out_text(out, " ");
	out_text(out, verdict_unit(c, true));
}

void
wording_of(const struct comparison *c, const struct change *ch, struct out *out)
{
	switch (ch->kind) {
	case CHANGE_LATENCY:
		say_latency(c, ch, out);
		break;
	case CHANGE_DRIFT:
		say_drift(ch, out);
		break;
	case CHANGE_ERRORS:
		say_errors(c, ch, out);
		break;
	case CHANGE_ORDER:
		say_order(c, ch, out);
		break;
	case CHANGE_CALLS:
	case CHANGE_COUNT:
		say_count(c, ch, out);
		break;
	default:
		say_presence(c, ch, out);
	}
}
