/* SPDX-License-Identifier: MIT */
#include "tele/textexplain.h"
#include "tele/term.h"
#include "tele/wide.h"

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
explain_dialect(const struct opening *o, struct out *out)
{
	out_format(out, "dialect     %.*s", (int)o->dialect->name.len,
	    o->dialect->name.ptr);
	if (o->begin != NULL)
		out_format(out, ", begins '%.*s'", (int)o->begin->source.len,
		    o->begin->source.ptr);
	out_write(out, SLICE("\n"));
}

/* The message that P..END is, or what serves where none is known. */
static const struct candidate *
find_message(struct textlog *t, const char *p, const char *end)
{
	const char *start = p;
	const struct candidate *c;

	c = messages_find(&t->messages, &p, end, t->got);
	if (c != NULL || t->f->otherwise == NULL)
		return c;
	messages_match(t->f->otherwise, start, end, t->got);
	return t->f->otherwise;
}

static bool
explain_message(struct textlog *t, struct slice line, const char *message,
    const char *end, struct out *out)
{
	const struct candidate *c = find_message(t, message, end);

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
textexplain(struct textlog *t, struct slice line, struct out *out)
{
	struct opening *o = &t->opening;
	const char *end, *message;

	o->is_coloured = colours_in(line);
	if (o->is_coloured)
		line = colours_strip(&t->colours, line);
	end = line.ptr + line.len;
	message = opening_match(o, line.ptr, end, t->got);
	if (message == NULL || o->traces.is_doubtful) {
		out_format(out, "begins no record of dialect '%.*s'\n",
		    (int)o->dialect->name.len, o->dialect->name.ptr);
		return false;
	}
	out_format(out, "format      %.*s\n", (int)t->f->name.len,
	    t->f->name.ptr);
	explain_dialect(o, out);
	opening_trim(o, &message, &end, t->got);
	return explain_message(t, line, message, end, out);
}

bool
textexplain_near(struct textlog *t, struct slice line, struct out *out)
{
	const struct prefix_item *found[PREFIX_PATH];
	const char *end = line.ptr + line.len, *message;

	message = opening_match(&t->opening, line.ptr, end, t->got);
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
