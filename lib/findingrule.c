/* SPDX-License-Identifier: MIT */
#include "tele/findingrule.h"

static const struct {
	const char *rule, *title;
} rules[] = {
	{ "TC001", "Production runs it, and no test does." },
	{ "TC002", "A test runs it, and production did not." },
	{ "TC003", "Neither does." },
	{ "TC004", "Production runs something that is not in the code." },
	{ "TD000", "What all differences come to." },
	{ "TD001", "A group is slower." },
	{ "TD002", "A group is faster." },
	{ "TD003", "A group may be either." },
	{ "TD004", "A group is the same." },
	{ "TD005", "Everything is slower, or drifts." },
	{ "TD006", "A group, or everything, fails more or less often." },
	{ "TD007", "A group runs more or less often." },
	{ "TD008", "A sequence takes other steps." },
	{ "TD009",
	    "A group calls another, or no more; or more or less often each "
	    "time." },
	{ "TD010", "A topic is published or subscribed to, or no more." },
	{ "TD011", "A group appeared." },
	{ "TD012", "A group vanished." },
	{ "TD013", "False alarms, with --aa." },
	{ "TS001", "A documented step is missing." },
	{ "TS002", "A step came that is not expected." },
	{ "TS003", "Steps came in another order." },
	{ "TS004",
	    "A step happened too often, or a second subscription to a topic "
	    "was blocked." },
	{ "TS005",
	    "An error, or the end of the input, came before the documented "
	    "steps." },
	{ "TS006", "A sequence ran that is not documented." },
	{ "TS007", "A documented sequence never ran." },
	{ "TS008", "A topic was published, and nobody subscribed to it." },
	{ "TS009", "A topic was subscribed to, and never published." },
	{ "TS010", "Work took longer than it may." },
	{ "TS011", "A step was handled by another handler or plugin." },
	{ "TS012",
	    "A topic, plugin or sequence was asked for that is not known." },
	{ "TS013", "A handler that is documented as pure changed the state." },
};

const char *
findingrule_title(struct slice rule)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (slice_equal(rule, slice_of(rules[i].rule)))
			return rules[i].title;
	return NULL;
}
