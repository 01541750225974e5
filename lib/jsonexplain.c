/* SPDX-License-Identifier: MIT */
#include "tele/jsonexplain.h"

#include "tele/duration.h"
#include "tele/term.h"

enum { SHOWN = 256, LISTED = 6 };

static const char *const actions[] = {
	[JSON_EMIT] = "emits",
	[JSON_BEGIN] = "begins",
	[JSON_FINISH] = "finishes",
	[JSON_NAME] = "says what something is called",
	[JSON_MARK] = "marks where it is",
	[JSON_IGNORE] = "ignores it",
};

/* A key, its value and where that came from. */
static void
put_value(const struct jsonevent *ev, int field, struct slice value,
    struct out *out)
{
	struct slice name = field == FIELD_END
	    ? SLICE("end")
	    : field_name(&ev->f->fields, field);
	const struct json_source *from = ev->from[field];
	char text[SHOWN];

	const char *note = "";

	/* The mark of latenames.h */
	if (value.len > 1 && *value.ptr == '\1') {
		value = slice_range(value.ptr + 1, value.ptr + value.len - 1);
		note = ", which is named later";
	}
	term_escape(text, sizeof(text), value);
	out_format(out, "  %-11.*s %s%s", (int)name.len, name.ptr, text, note);
	if (from != NULL)
		out_format(out, ", from '%.*s'", (int)from->text.len,
		    from->text.ptr);
	out_format(out, "\n");
}

static void
put_instant(const struct jsonevent *ev, int field, int64_t ns, int digits,
    struct out *out)
{
	char text[TIMESTAMP_MAX];

	put_value(ev, field,
	    (struct slice){ text, timestamp_format(text, ns, digits) }, out);
}

static void
put_duration(const struct jsonevent *ev, struct out *out)
{
	char text[DURATION_MS_MAX];

	put_value(ev, EVENT_DURATION_MS,
	    (struct slice){ text, duration_format_ms(text, ev->duration_ns) },
	    out);
}

static void
put_rule(const struct jsonevent *ev, const struct json_rule *r, struct out *out)
{
	out_format(out, "rule        %s:%d, %s", ev->f->doc.name, r->node->line,
	    actions[r->action]);
	if (r->action <= JSON_FINISH)
		out_format(out, " a %s", event_kind_names[r->kind]);
	out_format(out, "\n");
}

void
jsonexplain_event(const struct jsonevent *ev, const struct json_rule *r,
    struct out *out)
{
	uint64_t rest = ev->got.have;

	put_rule(ev, r, out);
	if (ev->has_start)
		put_instant(ev, EVENT_TIME, ev->start_ns, ev->time.digits, out);
	if (ev->has_end)
		put_instant(ev, FIELD_END, ev->end_ns, 9, out);
	if (ev->has_duration)
		put_duration(ev, out);
	if (ev->status != NULL)
		put_value(ev, EVENT_STATUS,
		    (struct slice){ ev->status->text, ev->status->len }, out);
	for (; rest != 0; rest &= rest - 1) {
		int field = __builtin_ctzll(rest);

		put_value(ev, field, ev->got.value[field], out);
	}
}

/* Says which keys are missing; true if none is. */
static bool
has_any(const struct json_record *r, struct out *out)
{
	if (r->any.count == 0)
		return true;
	for (int i = 0; i < r->any.count; i++)
		if (picker_has(&r->picker, r->any.sources[i].path))
			return true;
	out_format(out, "  needs one of");
	for (int i = 0; i < r->any.count && i < LISTED; i++)
		out_format(out, "%s '%.*s'", i > 0 ? "," : "",
		    (int)r->any.sources[i].text.len,
		    r->any.sources[i].text.ptr);
	out_format(out, "%s\n", r->any.count > LISTED ? " and others" : "");
	return false;
}

/* What keeps the record from being one of those that R is for. */
static void
put_difference(struct jsonevent *ev, const struct json_record *record,
    const struct json_rule *r, struct out *out)
{
	const struct json_condition *c = jsonevent_misfit(ev, &record->picker,
	    r);
	const struct picked *value;
	char text[SHOWN];

	out_format(out, "  %s:%d ", ev->f->doc.name, r->node->line);
	if (c == NULL) {
		out_format(out, "would take it\n");
		return;
	}
	out_format(out, "wants '%.*s' to be ", (int)c->source.text.len,
	    c->source.text.ptr);
	value = jsonevent_value(ev, &record->picker, &c->source);
	if (c->value_count == 0 || value == NULL) {
		out_format(out, "%s\n", c->is_absent ? "absent" : "there");
		return;
	}
	term_escape(text, sizeof(text), value->text);
	out_format(out, "'%.*s'%s, not '%s'\n", (int)c->values[0].len,
	    c->values[0].ptr, c->value_count > 1 ? " or the like" : "", text);
}

void
jsonexplain_failure(struct jsonevent *ev, const struct json_record *r,
    struct out *out)
{
	out_format(out, "no rule takes it\n");
	if (!has_any(r, out))
		return;
	for (int i = 0; i < r->rule_count; i++)
		put_difference(ev, r, &r->rules[i], out);
}
