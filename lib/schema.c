/* SPDX-License-Identifier: MIT */
#include "tele/schema.h"

#define KEY(name, type)                          \
	{                                        \
		{ name, sizeof(name) - 1 }, type \
	}

const struct event_key_info event_keys[EVENT_KEYS] = {
	[EVENT_TIME] = KEY("time", EVENT_STRING),
	[EVENT_KIND] = KEY("kind", EVENT_STRING),
	[EVENT_NAME] = KEY("name", EVENT_STRING),
	[EVENT_DURATION_MS] = KEY("duration_ms", EVENT_NUMBER),
	[EVENT_SELF_MS] = KEY("self_ms", EVENT_NUMBER),
	[EVENT_WAIT_MS] = KEY("wait_ms", EVENT_NUMBER),
	[EVENT_PRIORITY] = KEY("priority", EVENT_STRING),
	[EVENT_STATUS] = KEY("status", EVENT_STRING),
	[EVENT_TRACE] = KEY("trace", EVENT_STRING),
	[EVENT_SPAN] = KEY("span", EVENT_STRING),
	[EVENT_PARENT] = KEY("parent", EVENT_STRING),
	[EVENT_LINKS] = KEY("links", EVENT_STRINGS),
	[EVENT_SESSION] = KEY("session", EVENT_STRING),
	[EVENT_SERVICE] = KEY("service", EVENT_STRING),
	[EVENT_PLUGIN] = KEY("plugin", EVENT_STRING),
	[EVENT_SEQUENCE] = KEY("sequence", EVENT_STRING),
	[EVENT_SEQUENCE_ID] = KEY("sequence_id", EVENT_STRING),
	[EVENT_MOVEMENT] = KEY("movement", EVENT_STRING),
	[EVENT_BEAT] = KEY("beat", EVENT_INTEGER),
	[EVENT_EVENT] = KEY("event", EVENT_STRING),
	[EVENT_HANDLER] = KEY("handler", EVENT_STRING),
	[EVENT_ADDED] = KEY("added", EVENT_STRINGS),
	[EVENT_UPDATED] = KEY("updated", EVENT_STRINGS),
	[EVENT_REMOVED] = KEY("removed", EVENT_STRINGS),
	[EVENT_LEVEL] = KEY("level", EVENT_STRING),
	[EVENT_MESSAGE] = KEY("message", EVENT_STRING),
	[EVENT_ERROR_TYPE] = KEY("error_type", EVENT_STRING),
	[EVENT_ERROR_MESSAGE] = KEY("error_message", EVENT_STRING),
	[EVENT_ERROR_STACK] = KEY("error_stack", EVENT_STRING),
	[EVENT_CODE_FILE] = KEY("code_file", EVENT_STRING),
	[EVENT_CODE_LINE] = KEY("code_line", EVENT_INTEGER),
	[EVENT_CODE_FUNCTION] = KEY("code_function", EVENT_STRING),
	[EVENT_CODE_CANDIDATES] = KEY("code_candidates", EVENT_STRINGS),
	[EVENT_SRC] = KEY("src", EVENT_STRING),
	[EVENT_SRC_LINE] = KEY("src_line", EVENT_INTEGER),
};

const char *const event_kind_names[] = { "sequence", "movement", "beat",
	"handler", "span", "play", "publish", "subscribe", "mount", "queue",
	"state", "error", "gap", "log", NULL };

int
event_key_of(struct slice name)
{
	for (int i = 0; i < EVENT_KEYS; i++)
		if (slice_equal(name, event_keys[i].name))
			return i;
	return -1;
}

enum event_kind
event_kind_of(struct slice name)
{
	int kind = 0;

	while (event_kind_names[kind] != NULL &&
	    !slice_equal(name, slice_of(event_kind_names[kind])))
		kind++;
	return (enum event_kind)kind;
}
