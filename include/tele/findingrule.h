/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDINGRULE_H
#define TELE_FINDINGRULE_H

#include "tele/slice.h"

/*
 * What RULE, the id of a finding, stands for, as the page of its tool has it: a
 * sentence.  NULL if no tool of this version knows it.
 */
const char *findingrule_title(struct slice rule);

#endif
