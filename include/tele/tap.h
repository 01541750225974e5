/* SPDX-License-Identifier: MIT */
#ifndef TELE_TAP_H
#define TELE_TAP_H

#include "tele/out.h"

/*
 * Text within TAP, https://testanything.org, where no byte of it
 * may become a directive, another line, or anything that drives a terminal.
 */

/* What comes first. */
void tap_begin(struct out *out);

/* TEXT in the description of a test, where `#` would turn a verdict around. */
void tap_text(struct out *out, struct slice text);

/* TEXT as a string of YAML, in double quotes. */
void tap_string(struct out *out, struct slice text);

/* A member of the YAML block of a test; none if TEXT is empty. */
void tap_member(struct out *out, const char *key, struct slice text);

#endif
