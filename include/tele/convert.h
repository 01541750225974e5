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
 * False if it is no number, zero, out of range, or, where its unit is guessed,
 * before 1973 in any unit.
 */
bool convert_epoch(struct slice number, int64_t unit_ns, struct timestamp *t);

/* The same since an origin of its own, which is put in 1970: 0 is a time. */
bool convert_ticks(struct slice number, int64_t unit_ns, struct timestamp *t);

/*
 * TEXT is RFC 3339 or the like, an epoch number of any unit, or a time as
 * access logs, mails and ctime(3) have it.
 */
bool convert_time(struct slice text, struct timestamp *t);

/*
 * The unit that the NAME of a field says: `_ms`, `Ms`, `_us`, `Micros`, `_ns`,
 * `Nanos`, `_s`, `Seconds` and the like at its end, or all of it; 0 if none.
 */
int64_t convert_unit(struct slice name);

/*
 * A duration, not negative: "15.2ms", "1m30s", "PT1.5S", "00:00:01.5", or a
 * number of UNIT_NS.
 */
bool convert_duration(struct slice text, int64_t unit_ns, int64_t *ns);

/*
 * An id of a trace or span in DST, which takes TEXT.len + 32 bytes: hexadecimal
 * in lower case, without the `0x` of a console; base64 of 8 or 16 bytes, as
 * protobuf's JSON has it, becomes hexadecimal; anything else stays.  An id of
 * nothing but zeros is none: 0.
 */
size_t convert_id(char *dst, struct slice text);

/*
 * The level that a number stands for: 10 to 60 (pino, bunyan), 1 to 24 (OTLP,
 * or the name of such a number), 7 to 0 (syslog), or the status of an HTTP
 * response.  Empty if it is none.
 */
struct slice convert_pino_level(struct slice number);
struct slice convert_otlp_level(struct slice number);
struct slice convert_syslog_level(struct slice number);
struct slice convert_http_level(struct slice status);

/* Whether STATUS says that something failed: OTLP's 2, "ERROR", "failed" ... */
bool convert_is_failure(struct slice status);

#endif
