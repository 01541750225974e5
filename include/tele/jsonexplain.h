/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONEXPLAIN_H
#define TELE_JSONEXPLAIN_H

#include "tele/jsonevent.h"

/* How a record of JSON is read, in words. */

/*
 * The rule R took the record that EV was made of: which rule that is, and each
 * key with its value and the path that it came from.
 */
void jsonexplain_event(const struct jsonevent *ev, const struct json_rule *r,
    struct out *out);

/* Why no rule took the record in R's picker: what it lacks, or what differs. */
void jsonexplain_failure(struct jsonevent *ev, const struct json_record *r,
    struct out *out);

#endif
