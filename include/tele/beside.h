/* SPDX-License-Identifier: MIT */
#ifndef TELE_BESIDE_H
#define TELE_BESIDE_H

#include <limits.h>
#include <stdbool.h>

/*
 * The path of the tool NAME that lies beside this program; never one found by
 * PATH.  False if there is none.
 */
bool beside_find(const char *name, char path[PATH_MAX]);

#endif
