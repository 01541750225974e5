/* SPDX-License-Identifier: MIT */
#include "tele/eventfind.h"

/* The array or object that begins at P. */
static struct slice
whole_of(const char *p, struct slice line)
{
	struct json_fault fault;
	const char *after = json_value(p, line.ptr + line.len, 1, &fault);

	return slice_range(p, after != NULL ? after : p);
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
			return whole_of(j.p - 1, ev->line);
		return j.text;
	}
	*type = JSON_END;
	return (struct slice){ "", 0 };
}
