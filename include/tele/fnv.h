/* SPDX-License-Identifier: MIT */
#ifndef TELE_FNV_H
#define TELE_FNV_H

#include <stdint.h>

#include "tele/slice.h"

/*
 * FNV-1a of 64 bits (Fowler, Noll, Vo): a hash that needs no secret and is the
 * same in every run, for ids that are kept.  Begin with FNV_START.
 */
#define FNV_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t
fnv_add(uint64_t h, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.ptr[i]) * UINT64_C(0x100000001b3);
	return h;
}

#endif
