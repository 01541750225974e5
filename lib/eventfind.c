/* SPDX-License-Identifier: MIT */
#include "tele/eventfind.h"

/* The array or object that TEXT, within LINE, begins. */
static struct slice
whole_of(struct slice text, struct slice line)
{
	const char *end = line.ptr + line.len;
	struct json_fault fault;

	end = json_value(text.ptr, end, 1, &fault);
	return end != NULL ? slice_range(text.ptr, end) : text;
}

struct slice
event_find(const struct event *ev, struct slice name, enum json_token *type)
{
	struct json j;
	enum json_token token;

	json_init(&j);
	json_feed(&j, ev->line, true);
	json_next(&j);
	while ((token = json_next(&j)) > JSON_END) {
		if (token != JSON_KEY || j.depth != 1 || !json_is(j.text, name))
			continue;
		*type = json_next(&j);
		if (*type == JSON_OBJECT || *type == JSON_ARRAY)
			return whole_of(j.text, ev->line);
		return j.text;
	}
	*type = JSON_END;
	return (struct slice){ "", 0 };
}
