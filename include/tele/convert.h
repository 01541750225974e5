/* SPDX-License-Identifier: MIT */
#ifndef TELE_CONVERT_H
#define TELE_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/slice.h"
#include "tele/timestamp.h"

/*
 * What other people's records call a time, a duration, an id or a severity, in
 * the terms of the wire.
 */

/*
 * A time as a number of UNIT_NS since 1970, or with UNIT_NS 0 of the unit that
 * its size suggests (seconds up to 1e11, then milli-, micro-, nanoseconds).
 * False if it is no number, zero, or out of range.
 */
bool convert_epoch(struct slice number, int64_t unit_ns, struct timestamp *t);

/* TEXT is RFC 3339 or the like, or an epoch number of any unit. */
bool convert_time(struct slice text, struct timestamp *t);

/*
 * The unit that the NAME of a field says: `_ms`, `Ms`, `_us`, `Micros`, `_ns`,
 * `Nano`, `_s`, `Seconds` at its end; 0 if none.
 */
int64_t convert_unit(struct slice name);

/*
 * An id of a trace or span in DST, which takes TEXT.len + 32 bytes: hexadecimal
 * in lower case; base64 of 8 or 16 bytes, as protobuf's JSON has it, becomes
 * hexadecimal; anything else stays.  An id of nothing but zeros is none: 0.
 */
size_t convert_id(char *dst, struct slice text);

/* The level of a number: 10 to 60 (pino), 1 to 24 (OTLP), 7 to 0 (syslog). */
struct slice convert_pino_level(struct slice number);
struct slice convert_otlp_level(struct slice number);
struct slice convert_syslog_level(struct slice number);

#endif
