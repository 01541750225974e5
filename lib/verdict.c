/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/json.h"
#include "tele/mem.h"
#include "tele/verdict.h"
#include "tele/wording.h"

const char *const verdict_classes[] = { "slower", "faster", "errors", "counts",
	"flow", "appeared", "vanished", NULL };

/* How many numbers show the course of an item over the units of a side. */
enum { COURSE = 20 };

/* The rule of each kind of change, and of the verdicts that have their own. */
static const struct rule {
	const char *id;
	enum finding_severity severity; /* of a difference; else it is a note */
	int class;
} rules[CHANGE_KINDS] = {
	[CHANGE_LATENCY] = { "TD001", FINDING_ERROR, CLASS_SLOWER },
	[CHANGE_DRIFT] = { "TD005", FINDING_ERROR, CLASS_SLOWER },
	[CHANGE_ERRORS] = { "TD006", FINDING_ERROR, CLASS_ERRORS },
	[CHANGE_COUNT] = { "TD007", FINDING_WARNING, CLASS_COUNTS },
	[CHANGE_ORDER] = { "TD008", FINDING_ERROR, CLASS_FLOW },
	[CHANGE_CALL] = { "TD009", FINDING_ERROR, CLASS_FLOW },
	[CHANGE_CALLS] = { "TD009", FINDING_WARNING, CLASS_COUNTS },
	[CHANGE_TOPIC] = { "TD010", FINDING_ERROR, CLASS_FLOW },
	[CHANGE_PRESENCE] = { "TD011", FINDING_WARNING, CLASS_APPEARED },
}, rule_faster = { "TD002", FINDING_NOTE, CLASS_FASTER },
  rule_unsure = { "TD003", FINDING_NOTE, -1 },
  rule_same = { "TD004", FINDING_NOTE, -1 },
  rule_drift = { "TD005", FINDING_NOTE, -1 },
  rule_recovered = { "TD006", FINDING_NOTE, -1 },
  rule_vanished = { "TD012", FINDING_WARNING, CLASS_VANISHED };

static const struct rule *
rule_of(const struct change *ch)
{
	bool is_latency = ch->kind == CHANGE_LATENCY;

	switch (ch->verdict) {
	case VERDICT_FASTER:
		return &rule_faster;
	case VERDICT_DRIFT:
		return &rule_drift;
	case VERDICT_RECOVERED:
		return &rule_recovered;
	case VERDICT_UNSURE:
		return is_latency ? &rule_unsure : &rules[ch->kind];
	case VERDICT_SAME:
		return is_latency ? &rule_same : &rules[ch->kind];
	case VERDICT_VANISHED:
		return ch->kind == CHANGE_PRESENCE ? &rule_vanished
						   : &rules[ch->kind];
	default:
		return &rules[ch->kind];
	}
}

unsigned
verdict_deciding(const struct finding_gate *gate)
{
	static const struct {
		const struct rule *rule;
		enum change_kind kind;
	} others[] = { { &rule_faster, CHANGE_LATENCY },
		{ &rule_vanished, CHANGE_PRESENCE } };
	unsigned kinds = 0;

	for (unsigned i = 0; i < CHANGE_KINDS; i++)
		if (finding_gate_fails(gate, rules[i].severity, rules[i].class))
			kinds |= 1u << i;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (finding_gate_fails(gate, others[i].rule->severity,
			others[i].rule->class))
			kinds |= 1u << others[i].kind;
	/* Where nothing decides, what usually does is tested together. */
	if (kinds == 0)
		kinds = 1u << CHANGE_DRIFT | 1u << CHANGE_LATENCY |
		    1u << CHANGE_ERRORS | 1u << CHANGE_ORDER |
		    1u << CHANGE_CALL | 1u << CHANGE_TOPIC;
	return kinds;
}

bool
verdict_is_difference(const struct comparison *c, const struct change *ch)
{
	return ch->verdict != VERDICT_UNSURE && ch->verdict != VERDICT_SAME &&
	    change_is_sure(c, ch);
}

bool
verdict_fails(const struct comparison *c, const struct change *ch,
    const struct finding_gate *gate)
{
	const struct rule *rule = rule_of(ch);

	return verdict_is_difference(c, ch) && !ch->is_carried &&
	    finding_gate_fails(gate, rule->severity, rule->class);
}

/*
 * Whether a time may have changed by what matters.  Where most can be told,
 * those that are too rare for it are no news; where most cannot, it is news
 * which are as odd as they could be.
 */
static bool
may_matter(const struct comparison *c, const struct change *ch)
{
	double effect = fabs(ch->ratio - 1);
	bool is_odd = ch->test.p < c->how->alpha;

	if (!isfinite(ch->seen))
		is_odd = c->telling * 2 <= c->groups &&
		    (is_odd ||
			(ch->test.p <= ch->test.least &&
			    ch->confidence >= 0.8));
	return is_odd && ch->nearest != 0 && effect >= c->how->min_effect &&
	    effect * ch->value[BASE] >= c->how->min_abs_ms;
}

bool
verdict_is_shown(const struct comparison *c, const struct change *ch)
{
	bool is_odd = !ch->is_tested || ch->test.p < c->how->alpha;
	/* One of ten sessions may well have what the only other one has not. */
	bool is_news = ch->is_tested
	    ? is_odd
	    : c->has_blocks || ch->test.p <= ch->test.least;

	if (verdict_is_difference(c, ch))
		return true;
	switch (ch->kind) {
	case CHANGE_LATENCY:
		return ch->verdict == VERDICT_UNSURE &&
		    (ch->is_carried || may_matter(c, ch));
	case CHANGE_ERRORS:
	case CHANGE_ORDER:
		return ch->verdict == VERDICT_UNSURE && is_odd;
	case CHANGE_CALL:
	case CHANGE_TOPIC:
	case CHANGE_PRESENCE:
		return is_news &&
		    (ch->verdict == VERDICT_APPEARED ||
			ch->verdict == VERDICT_VANISHED);
	default:
		return false;
	}
}

const char *
verdict_unit(const struct comparison *c, bool is_many)
{
	static const char *const names[][2] = {
		[UNIT_AUTO] = { "session", "sessions" },
		[UNIT_SESSION] = { "session", "sessions" },
		[UNIT_FILE] = { "file", "files" },
		[UNIT_TRACE] = { "trace", "traces" },
		[UNIT_BLOCK] = { "block", "blocks" },
		[UNIT_PERIOD] = { "block", "blocks" },
	};
	enum unit_kind kind = c->panel->all->side[BASE].finder.kind;

	return names[c->has_blocks ? UNIT_BLOCK : kind][is_many];
}

/* Set KEY to VALUE, with as many decimals as mean something, at most MOST. */
static void
put_number(struct finding *f, const char *key, double value, int most)
{
	char text[64];
	int len;

	if (!isfinite(value))
		return;
	len = snprintf(text, sizeof(text), "%.*f", most, value);
	if (len <= 0 || (size_t)len >= sizeof(text))
		return;
	while (memchr(text, '.', (size_t)len) != NULL &&
	    (text[len - 1] == '0' || text[len - 1] == '.'))
		if (text[--len] == '.')
			break;
	finding_json(f, key, (struct slice){ text, (size_t)len });
}

/* P as it is printed: 0.000325 or 1.08e-05. */
static void
put_p(struct finding *f, const char *key, double p)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%.3g", p);

	finding_json(f, key, (struct slice){ text, (size_t)len });
}

/* The members of TEXT, JSON, as they are; their names are kept in NAMES. */
static void
put_members(struct finding *f, struct slice text, struct arena *names)
{
	char *object = arena_alloc(names, text.len + 2), *name;
	enum json_token token;
	struct json j;

	object[0] = '{';
	memcpy(object + 1, text.ptr, text.len);
	object[text.len + 1] = '}';
	json_init(&j);
	json_feed(&j, (struct slice){ object, text.len + 2 }, true);
	json_next(&j);
	while (json_next(&j) == JSON_KEY) {
		name = arena_alloc(names, j.text.len + 1);
		name[json_unescape(name, j.text)] = '\0';
		token = json_next(&j);
		if (token == JSON_STRING)
			finding_raw(f, name, j.text);
		else
			finding_json(f, name, j.text);
	}
}

static void
put_name(struct finding *f, const char *key, const struct observed *all,
    const struct item *item)
{
	struct out text;

	out_open_memory(&text);
	wording_name(all, item, &text);
	finding_text(f, key, (struct slice){ text.buf, text.len });
	out_close(&text);
}

static void
put_names(const struct comparison *c, const struct change *ch,
    struct finding *f, struct arena *names)
{
	const struct observed *all = c->panel->all;

	if (ch->item == NULL)
		return;
	switch (ch->item->kind) {
	case ITEM_SEQUENCE:
		finding_raw(f, "sequence", ch->item->text);
		break;
	case ITEM_CALL:
		put_members(f, observed_item(all, ch->item->from)->text, names);
		put_name(f, "calls", all, observed_item(all, ch->item->to));
		break;
	default:
		put_members(f, ch->item->text, names);
	}
}

/* The steps of ORDER by their names. */
static void
put_steps(struct finding *f, const char *key, const struct observed *all,
    const struct item *order)
{
	struct slice *names = mem_zalloc(order->steps_count, sizeof(*names));
	struct out text;
	size_t len;
	char *raw;

	for (uint32_t i = 0; i < order->steps_count; i++) {
		out_open_memory(&text);
		wording_name(all, observed_item(all, order->steps[i]), &text);
		raw = mem_alloc(text.len * 6 + 16);
		len = json_escape(raw, (struct slice){ text.buf, text.len });
		names[i] = (struct slice){ raw, len };
		out_close(&text);
	}
	finding_raws(f, key, names, order->steps_count);
	for (uint32_t i = 0; i < order->steps_count; i++)
		free((char *)names[i].ptr);
	free(names);
}

/* At most COURSE numbers of N, each the median of neighbours. */
static void
put_course(struct finding *f, const char *key, double *values, size_t n)
{
	size_t numbers = n < COURSE ? n : COURSE, from, to;
	char text[32];
	struct out out;

	out_open_memory(&out);
	for (size_t i = 0; i < numbers; i++) {
		from = i * n / numbers;
		to = (i + 1) * n / numbers;
		snprintf(text, sizeof(text), "%.4g",
		    stats_median_of(values + from, to - from));
		out_format(&out, "%c%s", i == 0 ? '[' : ',', text);
	}
	out_write(&out, SLICE("]"));
	if (numbers > 0)
		finding_json(f, key, (struct slice){ out.buf, out.len });
	out_close(&out);
}

static void
put_courses(const struct comparison *c, const struct change *ch,
    struct finding *f)
{
	static const char *const keys[] = { "base_units_ms", "new_units_ms" };
	size_t count, n;
	const struct point *points = panel_points(c->panel, ch->item->id,
	    &count);
	double *values = mem_alloc(count * sizeof(*values));

	for (int side = 0; side < SIDES; side++) {
		n = 0;
		for (size_t i = 0; i < count; i++)
			if (c->side[points[i].unit] == side &&
			    points[i].ms >= 0)
				values[n++] = points[i].ms;
		put_course(f, keys[side], values, n);
	}
	free(values);
}

static void
put_latency(const struct comparison *c, const struct change *ch,
    struct finding *f)
{
	if (ch->item != NULL) {
		put_number(f, "base_ms", ch->value[BASE], 6);
		put_number(f, "new_ms", ch->value[NEW], 6);
	}
	put_number(f, "ratio", ch->ratio, 4);
	if (ch->confidence >= 0.5) {
		put_number(f, "low", ch->low, 4);
		put_number(f, "high", ch->high, 4);
		put_number(f, "confidence", ch->confidence, 4);
	}
	if (ch->item != NULL && c->panel->effect_of > 0 && !c->how->is_plain) {
		put_number(f, "relative", ch->relative, 4);
		if (ch->confidence >= 0.5) {
			put_number(f, "relative_low", ch->relative_low, 4);
			put_number(f, "relative_high", ch->relative_high, 4);
		}
	}
	put_number(f, "seen", 1 + ch->seen, 4);
	if (ch->item == NULL)
		return;
	put_number(f, "impact_ms", ch->impact_ms, 3);
	if (ch->verdict == VERDICT_SLOWER || ch->verdict == VERDICT_FASTER ||
	    ch->is_carried)
		finding_json(f, "carried",
		    ch->is_carried ? SLICE("true") : SLICE("false"));
	put_courses(c, ch, f);
}

static void
put_rate(const struct change *ch, struct finding *f)
{
	static const char *const keys[CHANGE_KINDS][2] = {
		[CHANGE_ERRORS] = { "base_rate", "new_rate" },
		[CHANGE_COUNT] = { "base_mean", "new_mean" },
		[CHANGE_ORDER] = { "base_share", "new_share" },
		[CHANGE_CALL] = { "base_share", "new_share" },
		[CHANGE_CALLS] = { "base_mean", "new_mean" },
		[CHANGE_TOPIC] = { "base_share", "new_share" },
		[CHANGE_PRESENCE] = { "base_share", "new_share" },
	};

	finding_count(f, "base_part", ch->part[BASE]);
	finding_count(f, "base_whole", ch->whole[BASE]);
	put_number(f, keys[ch->kind][BASE], ch->value[BASE], 6);
	finding_count(f, "new_part", ch->part[NEW]);
	finding_count(f, "new_whole", ch->whole[NEW]);
	put_number(f, keys[ch->kind][NEW], ch->value[NEW], 6);
}

/* The code, and a line that shows it: of NEW, or of what is no more there. */
static void
put_place(const struct change *ch, struct finding *f)
{
	const struct item *item = ch->kind == CHANGE_ORDER ? ch->usual[NEW]
							   : ch->item;
	const struct item_place *place;

	if (item == NULL)
		return;
	if (item->code_file != NULL) {
		finding_raw(f, "code_file", slice_of(item->code_file));
		if (item->code_line > 0)
			finding_count(f, "code_line", item->code_line);
	}
	place = &item->place[ch->verdict == VERDICT_VANISHED ? BASE : NEW];
	if (place->src == NULL)
		return;
	finding_raw(f, "src", slice_of(place->src));
	if (place->line > 0)
		finding_count(f, "src_line", place->line);
}

static void
put_message(const struct comparison *c, const struct change *ch,
    struct finding *f)
{
	struct out text;

	out_open_memory(&text);
	wording_of(c, ch, &text);
	finding_text(f, "message", (struct slice){ text.buf, text.len });
	out_close(&text);
}

void
verdict_write(const struct comparison *c, const struct change *ch,
    struct finding *f, struct out *out)
{
	const struct rule *rule = rule_of(ch);
	bool is_latency = ch->kind == CHANGE_LATENCY ||
	    ch->kind == CHANGE_DRIFT;
	struct arena names = { 0 };

	finding_begin(f, rule->id,
	    verdict_is_difference(c, ch) && !ch->is_carried ? rule->severity
							    : FINDING_NOTE);
	put_message(c, ch, f);
	put_names(c, ch, f, &names);
	finding_text(f, "verdict", slice_of(verdict_names[ch->verdict]));
	if (is_latency)
		put_latency(c, ch, f);
	else
		put_rate(ch, f);
	if (ch->kind == CHANGE_ORDER) {
		put_steps(f, "expected", c->panel->all, ch->usual[BASE]);
		put_steps(f, "observed", c->panel->all, ch->usual[NEW]);
	}
	if (ch->kind == CHANGE_LATENCY)
		finding_count(f, "count", ch->whole[NEW]);
	if (ch->is_tested || is_latency) {
		put_p(f, "p", ch->test.p);
		put_p(f, "p_holm", ch->is_tested ? ch->test.adjusted : 1);
	}
	finding_count(f, "n_base", ch->units[BASE]);
	finding_count(f, "n_new", ch->units[NEW]);
	put_place(ch, f);
	finding_write(f, out);
	arena_free(&names);
}
