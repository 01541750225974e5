/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONVALUE_H
#define TELE_JSONVALUE_H

#include "tele/jsonevent.h"

/*
 * Set the field TO of the event that is being made to VALUE, which was found at
 * S, in the way that S says; false, and nothing is set, if it is not of that
 * kind.
 */
bool jsonvalue_set(struct jsonevent *ev, int to, const struct json_source *s,
    const struct picked *value);

/* TEXT, plain or of JSON, as the inside of a string. */
struct slice jsonvalue_string(struct jsonevent *ev, struct slice text);

/* What the inside of a string stands for. */
struct slice jsonvalue_plain(struct jsonevent *ev, struct slice text);

#endif
