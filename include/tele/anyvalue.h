/* SPDX-License-Identifier: MIT */
#ifndef TELE_ANYVALUE_H
#define TELE_ANYVALUE_H

#include "tele/slice.h"

/*
 * ANY, an AnyValue of OTLP's, as the plain JSON that it stands for:
 *
 *   {"kvlistValue":{"values":[{"key":"n","value":{"intValue":"1"}}]}}
 *
 * is {"n":1}.  It goes to DST, which takes 2 * ANY.len + 8 bytes; returns its
 * length, or 0 if ANY is no such value.
 */
size_t anyvalue_plain(char *dst, struct slice any);

#endif
