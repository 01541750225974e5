/* SPDX-License-Identifier: MIT */
#ifndef TELE_PAYLOAD_H
#define TELE_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/out.h"

/*
 * What is sent of a recorded event: all of it, or the value of one key, as the
 * text that it stands for.  One event is one line, so a value of several lines
 * cannot be sent: it would become several.
 */
struct payload {
	const char *key; /* NULL: all of the event */
	bool is_shown;   /* what drives a terminal is escaped */
	struct out text;
	uint64_t broken; /* values of several lines */
};

void payload_init(struct payload *p, const char *key, bool is_shown);
void payload_free(struct payload *p);

/*
 * What is sent of LINE, an event with a newline, in *TEXT, until the next call;
 * false if it does not have the key, or its value is broken.
 */
bool payload_read(struct payload *p, struct slice line, struct slice *text);

#endif
