/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONKEEP_H
#define TELE_JSONKEEP_H

#include "tele/columns.h"
#include "tele/jsonevent.h"

/*
 * Make EV also say what in TEXT, the record that it was made of, no key was
 * made of: `,"attr.user.id":"7"`.  Objects are taken apart, and so is what the
 * format keeps in; other arrays are text, but INSIDE, the one that has records
 * of its own, is left out.  EV must have noted its sources.
 */
void jsonkeep_json(struct jsonevent *ev, const struct json_format *json,
    struct slice inside, struct slice text);
void jsonkeep_logfmt(struct jsonevent *ev, struct slice text);
void jsonkeep_columns(struct jsonevent *ev, const struct columns *c,
    struct slice text);

#endif
