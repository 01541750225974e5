/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/findings.h"
#include "tele/input.h"
#include "tele/json.h"
#include "tele/jsontext.h"

struct findings_entry {
	enum finding_severity severity;
	const char *rule;
	uint64_t count;
	struct slice text; /* the record */
};

void
findings_init(struct findings *all)
{
	*all = (struct findings){ 0 };
	finding_init(&all->finding);
	map_init(&all->accepted, 1);
}

void
findings_free(struct findings *all)
{
	finding_free(&all->finding);
	map_free(&all->accepted);
	free(all->list);
	arena_free(&all->arena);
}

const char *const findings_identity_keys[] = { "finding", "expected",
	"observed", "name", "service", "plugin", "sequence", "sequence_id",
	"movement", "event", "handler", "class", "code_file", "code_function",
	NULL };

static bool
tells_apart(struct slice key)
{
	const char *const *known = findings_identity_keys;

	while (*known != NULL && !slice_equal(key, slice_of(*known)))
		known++;
	return *known != NULL;
}

/* One string of the identity; the escapes are as json_escape writes them. */
static void
put_text(struct out *text, struct slice raw)
{
	char *p = out_reserve(text, raw.len * 6 + 17);

	p += json_normal(p, raw);
	*p++ = '\n';
	out_commit(text, p);
}

/*
 * Keys have an order, and a tool that writes one more in a later version puts
 * it where that wants it: so the members are taken as they come.
 */
bool
findings_identity(struct slice line, struct out *text)
{
	struct json j;
	enum json_token token;
	bool is_finding = false;

	json_init(&j);
	json_feed(&j, line, true);
	if (json_next(&j) != JSON_OBJECT)
		return false;
	while ((token = json_next(&j)) > JSON_END) {
		if (token != JSON_KEY || j.depth != 1 || !tells_apart(j.text))
			continue;
		is_finding |= slice_equal(j.text, SLICE("finding"));
		put_text(text, j.text);
		token = json_next(&j);
		if (token == JSON_STRING)
			put_text(text, j.text);
		while (token == JSON_ARRAY || j.depth > 1) {
			token = json_next(&j);
			if (token <= JSON_END)
				return false;
			if (token == JSON_STRING)
				put_text(text, j.text);
		}
	}
	return is_finding && token == JSON_END;
}

int
findings_accept(struct findings *all, const char *path)
{
	char *name = mem_string(slice_of(path));
	struct input in;
	struct slice line;
	struct out text;
	int status;

	input_open(&in, 1, &name);
	while (input_line(&in, &line)) {
		if (json_blank(line.ptr, line.ptr + line.len) ==
		    line.ptr + line.len)
			continue;
		out_open_memory(&text);
		if (findings_identity(line, &text))
			map_put(&all->accepted,
			    (struct slice){ text.buf, text.len }, NULL);
		else
			input_malformed(&in, line.ptr, "not a finding");
		out_close(&text);
	}
	status = input_close(&in);
	free(name);
	return status;
}

void
findings_begin(struct findings *all, const char *rule,
    enum finding_severity severity, uint64_t count)
{
	all->list = mem_grow(all->list, &all->cap, all->count + 1,
	    sizeof(*all->list));
	all->list[all->count] = (struct findings_entry){ .severity = severity,
		.rule = rule,
		.count = count };
	finding_begin(&all->finding, rule, severity);
	if (count > 0)
		finding_count(&all->finding, "count", count);
}

/* Whether the finding TEXT is in the baseline. */
static bool
is_accepted(const struct findings *all, struct slice text)
{
	struct out identity;
	bool is;

	if (all->accepted.count == 0)
		return false;
	out_open_memory(&identity);
	is = findings_identity(text, &identity) &&
	    map_get(&all->accepted,
		(struct slice){ identity.buf, identity.len }) != NULL;
	out_close(&identity);
	return is;
}

void
findings_add(struct findings *all, int class)
{
	struct findings_entry *e = &all->list[all->count];
	struct out text;
	struct slice record;

	out_open_memory(&text);
	finding_write(&all->finding, &text);
	record = (struct slice){ text.buf, text.len };
	if (is_accepted(all, record)) {
		all->accepted_count++;
	} else {
		e->text = arena_copy(&all->arena, record);
		all->count++;
		all->fails |= finding_gate_fails(&all->gate, e->severity,
		    class);
	}
	out_close(&text);
}

static int
compare(const void *a, const void *b)
{
	const struct findings_entry *x = a, *y = b;
	int order;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	order = strcmp(x->rule, y->rule);
	if (order != 0)
		return order;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return slice_compare(x->text, y->text);
}

void
findings_write(struct findings *all, struct out *out)
{
	if (all->count > 0)
		qsort(all->list, all->count, sizeof(*all->list), compare);
	for (size_t i = 0; i < all->count; i++)
		out_write(out, all->list[i].text);
}
