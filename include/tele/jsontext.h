/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONTEXT_H
#define TELE_JSONTEXT_H

#include <stdbool.h>

#include "tele/mem.h"
#include "tele/slice.h"

/* Text to JSON and back. */

/*
 * The bytes that the raw string TEXT (no quotes) stands for.  DST takes
 * TEXT.len bytes; returns how many were written.
 */
size_t json_unescape(char *dst, struct slice text);

/* Whether the raw string RAW stands for PLAIN. */
bool json_is(struct slice raw, struct slice plain);

/* The same as a terminated copy in ARENA, for messages. */
const char *json_plain(struct arena *arena, struct slice text);

/*
 * S as the inside of a JSON string.  Besides what JSON demands, every character
 * that drives a terminal (utf8_is_control) is written \uXXXX, and malformed
 * UTF-8 becomes U+FFFD.  DST takes 6 * S.len + 16 bytes; returns the length.
 */
size_t json_escape(char *dst, struct slice s);

/*
 * RAW, the inside of a JSON string, as json_escape writes what it stands for:
 * the many ways to escape one string become one.  DST takes 6 * RAW.len + 16
 * bytes; returns the length.
 */
size_t json_normal(char *dst, struct slice raw);

/* The same: RAW itself, if it is plain ASCII, or else a copy in SCRATCH. */
struct slice json_canonical(struct arena *scratch, struct slice raw);

/*
 * JSON text, or a part of it, with every character that drives a terminal
 * written \uXXXX; all else stays.  DST takes 6 * JSON.len + 16 bytes; returns
 * the length.
 */
size_t json_tame(char *dst, struct slice json);

/* Whether JSON is printable ASCII, so that json_tame would change nothing. */
bool json_is_tame(struct slice json);

#endif
