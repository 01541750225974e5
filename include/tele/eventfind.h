/* SPDX-License-Identifier: MIT */
#ifndef TELE_EVENTFIND_H
#define TELE_EVENTFIND_H

#include "tele/event.h"
#include "tele/json.h"

/*
 * The value in EV of any key, NAME, also of one that events do not know, such
 * as attr.user: a string raw and without its quotes, all else as JSON.  *TYPE
 * is the token that it begins with; JSON_END, and the value empty, if EV does
 * not have the key.
 */
struct slice event_find(const struct event *ev, struct slice name,
    enum json_token *type);

#endif
